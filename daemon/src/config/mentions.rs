//! Where a config names carriers and their settings. Whether they mean anything is known once the plugins are: a config is read
//! before, and a plugin may be dropped in later, so what nobody knows is a warning.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use parcelwatch_tracking::CarrierId;

use super::fault::Fault;
use super::table::suggestion;

/// What is known of a carrier that a config can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCarrier {
    pub id: CarrierId,
    /// The settings that its plugin reads.
    pub settings: Vec<String>,
    /// The shortest gap between two polls of one parcel that it bears.
    pub gap: SignedDuration,
}

/// Each place as a warning that has no words yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// The first parcel that names each carrier.
    pub(super) by_parcels: BTreeMap<CarrierId, Fault>,
    pub(super) tables: BTreeMap<CarrierId, TableMention>,
}

/// `[carriers.…]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TableMention {
    pub(super) at: Fault,
    pub(super) settings: BTreeMap<String, Fault>,
    /// A gap that holds at the carrier's own address.
    pub(super) gap: Option<(SignedDuration, Fault)>,
}

impl Mentions {
    /// Whether nothing is named.
    pub fn is_empty(&self) -> bool {
        self.by_parcels.is_empty() && self.tables.is_empty()
    }

    /// What none of these carriers explains, with what may have been meant.
    pub fn doubts(&self, carriers: &[KnownCarrier]) -> Vec<Fault> {
        let known = |id: &CarrierId| carriers.iter().find(|carrier| carrier.id == *id);
        let mut doubts = Vec::new();
        let unknown = |id: &CarrierId| {
            let ids = carriers.iter().map(|carrier| carrier.id.as_str());
            let hint = suggestion(id.as_str(), ids).map(|close| format!("did you mean \"{close}\"?"));
            hint.unwrap_or_else(|| "`parcelwatch plugin list` shows those that are there".to_owned())
        };
        for (id, at) in self.by_parcels.iter().filter(|(id, _)| known(id).is_none()) {
            doubts.push(at.saying(format!("no plugin serves carrier \"{id}\"; {}", unknown(id))));
        }
        for (id, table) in &self.tables {
            let Some(carrier) = known(id) else {
                doubts.push(table.at.saying(format!("[carriers.{id}]: no plugin serves {id}; {}", unknown(id))));
                continue;
            };
            let settings = || carrier.settings.iter().map(String::as_str);
            for (name, at) in table.settings.iter().filter(|(name, _)| !carrier.settings.contains(name)) {
                let hint = match suggestion(name, settings()) {
                    Some(close) => format!("did you mean {close}?"),
                    None if carrier.settings.is_empty() => "it reads none".to_owned(),
                    None => format!("it reads {}", carrier.settings.join(", ")),
                };
                doubts.push(at.saying(format!("[carriers.{id}.settings]: the plugin of {id} reads no {name}; {hint}")));
            }
            if let Some((gap, at)) = table.gap.as_ref().filter(|(gap, _)| *gap < carrier.gap) {
                doubts.push(at.saying(format!(
                    "[carriers.{id}]: gap {gap:#} is shorter than the {:#} that {id} bears, which hold",
                    carrier.gap
                )));
            }
        }
        doubts
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{self, KnownCarrier};

    fn known(id: &str, settings: &[&str], hours: i64) -> KnownCarrier {
        KnownCarrier {
            id: parcelwatch_tracking::CarrierId::new(id).expect("an id"),
            settings: settings.iter().map(|name| (*name).to_owned()).collect(),
            gap: jiff::SignedDuration::from_hours(hours),
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[(usize, &str)]) {
        let checked = config::parse(text, &[]).expect("no fault");
        let carriers = [known("cainiao", &[], 2), known("dhl", &["word", "origin"], 1)];
        let doubts = checked.mentions.doubts(&carriers);
        let doubts: Vec<(usize, &str)> = doubts.iter().map(|doubt| (doubt.line, doubt.message.as_str())).collect();
        assert_eq!(doubts, expected);
    }

    #[test]
    fn a_carrier_nobody_serves_is_named_with_the_one_that_was_meant() {
        check(
            "[[parcel]]\nnumber = \"LP1234\"\ncarrier = \"caniao\"",
            &[(3, "no plugin serves carrier \"caniao\"; did you mean \"cainiao\"?")],
        );
        check(
            "[carriers.dhll]\nenabled = false",
            &[(1, "[carriers.dhll]: no plugin serves dhll; did you mean \"dhl\"?")],
        );
        check(
            "[carriers.pigeon]\nenabled = false",
            &[(1, "[carriers.pigeon]: no plugin serves pigeon; `parcelwatch plugin list` shows those that are there")],
        );
        check("[[parcel]]\nnumber = \"LP1234\"\ncarrier = \"dhl\"\n[carriers.cainiao]\ngap = \"3h\"", &[]);
    }

    #[test]
    fn a_setting_that_no_plugin_reads_and_a_gap_that_does_not_hold_are_named() {
        check(
            "[carriers.dhl.settings]\nwrd = \"x\"\nword = \"y\"",
            &[(2, "[carriers.dhl.settings]: the plugin of dhl reads no wrd; did you mean word?")],
        );
        check(
            "[carriers.cainiao.settings]\nword = \"x\"",
            &[(2, "[carriers.cainiao.settings]: the plugin of cainiao reads no word; it reads none")],
        );
        check(
            "[carriers.cainiao]\ngap = \"10m\"",
            &[(2, "[carriers.cainiao]: gap 10m is shorter than the 2h that cainiao bears, which hold")],
        );
        check("[carriers.cainiao]\nendpoint = \"http://127.0.0.1:1\"\ngap = \"0s\"", &[]);
    }
}
