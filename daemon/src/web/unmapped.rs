//! The line with which a code that no table knows can be reported. What it says of people was taken out when it was counted.

use crate::plugin_host::PluginCard;
use crate::store::Unmapped;

/// Versions, carrier, code, words and how often: all that a plugin's author has to know.
pub(super) fn report_line(unmapped: &Unmapped, cards: &[PluginCard]) -> String {
    let Unmapped { carrier, code, text, count, .. } = unmapped;
    let plugin = cards.iter().find(|card| card.carrier == *carrier);
    let version = plugin.map_or("gone", |card| &card.version);
    let code = if code.is_empty() { "no code" } else { code };
    format!("parcelwatch {} | {carrier} {version} | {code} | {text} | {count}x", env!("CARGO_PKG_VERSION"))
}
