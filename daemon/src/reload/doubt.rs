//! What the config names and no plugin explains: known once the plugins are.

use jiff::SignedDuration;

use super::Reloader;
use crate::config::KnownCarrier;

impl Reloader {
    /// Says what the config names and no plugin explains, as `check` does.
    pub(super) async fn doubt(&self) {
        let mut state = self.state.lock().await;
        if !self.host.is_loaded() {
            return;
        }
        let there = self.host.carriers().into_iter();
        let there = there.map(|carrier| KnownCarrier { id: carrier.id, settings: carrier.settings, gap: carrier.gap });
        // One that is switched off is not in force, and known all the same.
        let off =
            state.config.carriers.iter().filter(|(_, carrier)| !carrier.enabled).map(|(id, carrier)| KnownCarrier {
                id: id.clone(),
                settings: carrier.settings.keys().cloned().collect(),
                gap: SignedDuration::ZERO,
            });
        let doubts = state.mentions.doubts(&there.chain(off).collect::<Vec<_>>());
        if doubts != state.doubts {
            for doubt in &doubts {
                tracing::warn!("{doubt}");
            }
            state.doubts = doubts;
            self.report(&mut state, self.clock.now()).await;
        }
    }
}
