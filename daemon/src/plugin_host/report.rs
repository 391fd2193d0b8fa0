//! Says on the system page what runs, and what does not and why.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use parcelwatch_tracking::CarrierId;

use super::card::{PluginCard, card};
use super::files::file_name;
use super::folder::Folder;
use super::host::PluginHost;
use super::offer::Offer;
use super::rejection::{Rejection, Stage};
use crate::config::CarrierConfig;
use crate::store::{Level, Notice};

impl PluginHost {
    /// Says on the system page what runs, and what does not and why.
    pub(super) async fn report(
        &self,
        folder: &mut Folder,
        offers: &BTreeMap<CarrierId, Offer>,
        troubles: &[(PathBuf, Rejection)],
        carriers: &BTreeMap<CarrierId, CarrierConfig>,
        accounts: &BTreeMap<CarrierId, CarrierId>,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let card = |(id, offer): (&CarrierId, &Offer)| (id.clone(), card(offer, carriers.get(id), accounts.get(id)));
        let cards: Vec<(CarrierId, PluginCard)> = offers.iter().map(card).collect();
        let notices: Vec<Notice> = troubles.iter().map(|(path, rejection)| notice(path, rejection, now)).collect();
        for notice in &notices {
            if !folder.notices.iter().any(|(key, detail)| (key, detail) == (&notice.key, &notice.detail)) {
                tracing::warn!("{}: {}", notice.title, notice.detail);
            }
        }
        let known = folder.notices.iter().map(|(key, _)| key);
        let gone: Vec<String> =
            known.filter(|key| !notices.iter().any(|notice| notice.key == **key)).cloned().collect();
        folder.notices = notices.iter().map(|notice| (notice.key.clone(), notice.detail.clone())).collect();
        self.store
            .write(move |tx| {
                let known: Vec<PluginCard> =
                    tx.plugin_cards()?.iter().filter_map(|card| serde_json::from_str(card).ok()).collect();
                for (id, card) in &cards {
                    if !known.contains(card) {
                        tx.save_plugin_card(id, &serde_json::to_string(card).expect("a card serializes"))?;
                    }
                }
                for stale in known.iter().filter(|known| !cards.iter().any(|(id, _)| id.as_str() == known.carrier)) {
                    if let Some(id) = CarrierId::new(&stale.carrier) {
                        tx.forget_plugin_card(&id)?;
                    }
                }
                for key in &gone {
                    tx.clear_notice(key)?;
                }
                let up = tx.notices()?;
                for notice in notices.iter().filter(|notice| {
                    !up.iter().any(|known| (&known.key, &known.detail) == (&notice.key, &notice.detail))
                }) {
                    tx.post_notice(notice)?;
                }
                // Those of an earlier run whose file is gone or good by now.
                for stale in up.iter().filter(|known| known.key.starts_with("plugin:")) {
                    if !notices.iter().any(|notice| notice.key == stale.key) {
                        tx.clear_notice(&stale.key)?;
                    }
                }
                Ok(())
            })
            .await?;
        Ok(())
    }
}

fn notice(path: &Path, rejection: &Rejection, now: Timestamp) -> Notice {
    let file = file_name(path);
    let (level, what) = match rejection.stage {
        Stage::Grant => (Level::Warn, "waits for approval"),
        Stage::Duplicate => (Level::Warn, "is not in force"),
        Stage::Read | Stage::Check | Stage::Compile | Stage::Describe => (Level::Error, "is not in force"),
    };
    Notice {
        key: format!("plugin:{file}"),
        level,
        title: format!("Plugin file {file} {what}"),
        detail: format!("{file}: {} ({})", rejection.reason, rejection.stage.key()),
        since: now,
    }
}
