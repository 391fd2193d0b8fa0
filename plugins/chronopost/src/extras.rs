//! The named values that Chronopost hangs on its events. Who received the parcel and the address it was left at are
//! among them, and comments that anybody may have written, so that only what is listed here is read.

use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::xml::{self, Node};

/// The number under which another network carries the parcel: `GEO/XT…`. The second is its name in French.
const PARTNER: [&str; 2] = ["partner number", "numéro partenaire"];
/// From when the promised delivery time counts: 20220621-1000.
const COUNTS_FROM: &str = "date of start delay";
const SERVICE: &str = "delivery type";

/// What the values of all events say of the parcel.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    pub handoffs: Vec<Handoff>,
    pub facts: Vec<(String, String)>,
}

/// Reads the values of a parcel's events, oldest first; a value that is told again replaces the one before.
pub(crate) fn read(scans: &[Node<'_, '_>], number: &str) -> Extras {
    let mut extras = Extras::default();
    for (name, value) in scans.iter().flat_map(|scan| xml::children(*scan, "infoCompList")).filter_map(pair) {
        match name.as_str() {
            name if PARTNER.contains(&name) => extras.follow(handoff(&value, number)),
            COUNTS_FROM => extras.set("delivery_time_counts_from", clock(&value)),
            SERVICE => extras.set("service", Some(text::discreet(&value))),
            _ => {}
        }
    }
    extras
}

fn pair(extra: Node<'_, '_>) -> Option<(String, String)> {
    Some((xml::text(extra, "name")?.to_lowercase(), xml::text(extra, "value")?))
}

impl Extras {
    fn set(&mut self, name: &str, value: Option<String>) {
        let Some(value) = value else { return };
        self.facts.retain(|(known, _)| known != name);
        self.facts.push((name.to_owned(), value));
    }

    /// The same number stands in more than one event.
    fn follow(&mut self, handoff: Option<Handoff>) {
        let is_new = |handoff: &Handoff| self.handoffs.iter().all(|known| known.number != handoff.number);
        self.handoffs.extend(handoff.filter(is_new));
    }
}

/// The number behind the slash, and the network before it.
fn handoff(value: &str, polled: &str) -> Option<Handoff> {
    let (network, number) = value.split_once('/').map_or((None, value), |(network, rest)| (Some(network), rest));
    let network = network.and_then(text::non_empty);
    let of_network = network.as_ref().map(|network| format!(" in the network {network}")).unwrap_or_default();
    let because = format!("Chronopost names it as its partner's number{of_network}");
    // The notes call it a hand-over; the one recording has it on a parcel that Chronopost itself delivers.
    let handoff = Handoff::new(Handoff::number(number, polled)?, Role::Partner, 70, &because);
    Some(handoff.at(network, None))
}

/// `20220621-1000` as people read it. By hand, because the SDK's reader of formats would double the plugin's size.
fn clock(value: &str) -> Option<String> {
    let (date, time) = value.split_once('-')?;
    let told =
        format!("{}-{}-{} {}:{}", date.get(..4)?, date.get(4..6)?, date.get(6..)?, time.get(..2)?, time.get(2..)?);
    matches!(civil::parse(&told)?, Moment::Clock { .. }).then_some(told)
}
