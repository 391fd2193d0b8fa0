//! Which of the shipments under a number is meant: DHL may have several, and they may have nothing in common.

use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::same_number::{SameNumberParcel, is_chosen, resolve};

use crate::Client;
use crate::answer::Shipment;
use crate::shipment::key;

/// Whether a shipment has this number in one way or another.
pub(crate) fn bears(shipment: &Shipment, number: &str) -> bool {
    is_named(shipment, number) || carries(shipment, number)
}

/// Whether DHL itself calls the shipment by this number.
fn is_named(shipment: &Shipment, number: &str) -> bool {
    shipment.id.as_deref().is_some_and(|id| key(id) == key(number))
}

/// The shipment that a parcel's number and hints name: by its own id before a piece or a reference, and by the hints
/// where several are left.
pub(crate) fn choose<'a>(client: &Client, parcel: &Parcel, shipments: &'a [Shipment]) -> Result<&'a Shipment, Failure> {
    let of_id: Vec<&Shipment> = shipments.iter().filter(|shipment| is_named(shipment, &parcel.number)).collect();
    let of_piece = || shipments.iter().filter(|shipment| carries(shipment, &parcel.number)).collect::<Vec<_>>();
    let candidates = if of_id.is_empty() { of_piece() } else { of_id };
    let strangers = candidates.is_empty();
    let candidates = if strangers { chosen(client, parcel, shipments)? } else { candidates };
    let identities: Vec<SameNumberParcel> =
        candidates.iter().map(|shipment| identity(shipment, &parcel.number)).collect();
    resolve(parcel, client.name, &identities).map(|index| candidates[index])
}

/// Whether the number is one of a shipment's pieces or further numbers.
fn carries(shipment: &Shipment, number: &str) -> bool {
    let same = |known: &String| key(known) == key(number);
    shipment.piece_ids().iter().any(same)
        || shipment.references().iter().any(|reference| reference.number.as_ref().is_some_and(same))
}

/// Shipments that do not bear the number are somebody's, perhaps not ours. Only the user's word, the id or the date,
/// makes one ours; a country or a postcode that fits may be a stranger's as well.
fn chosen<'a>(client: &Client, parcel: &Parcel, strangers: &'a [Shipment]) -> Result<Vec<&'a Shipment>, Failure> {
    let told: Vec<(&Shipment, SameNumberParcel)> =
        strangers.iter().map(|shipment| (shipment, identity(shipment, &parcel.number))).collect();
    let ours = told.iter().filter(|(_, stranger)| is_chosen(parcel, stranger));
    let ours: Vec<&Shipment> = ours.map(|(shipment, _)| *shipment).collect();
    if ours.is_empty() { Err(unconfirmed(client, parcel, &told)) } else { Ok(ours) }
}

/// The user has to say which of the strangers it is, if any.
fn unconfirmed(client: &Client, parcel: &Parcel, strangers: &[(&Shipment, SameNumberParcel)]) -> Failure {
    let name = client.name;
    let mut choices: Vec<Choice> = Vec::new();
    for (_, stranger) in strangers {
        let Some(id) = stranger.id.clone() else { continue };
        let choice = Choice { hint: ("shipment".to_owned(), id), label: stranger.label.clone() };
        if choices.iter().all(|other| other.hint != choice.hint) {
            choices.push(choice);
        }
    }
    let message = match choices.as_slice() {
        [] => return Failure::changed(format!("{name}'s answer no longer says which number it is about")),
        [Choice { hint: (_, id), .. }] => format!(
            "{name} answers about {} a shipment that it calls {id}; if that is yours, say so with the hint shipment",
            parcel.number
        ),
        several => format!(
            "{name} answers about {} {} shipments that it calls otherwise; if one is yours, say so with the hint shipment",
            parcel.number,
            several.len()
        ),
    };
    Failure { choices, needs: vec!["shipment".to_owned()], ..Failure::new(FailureKind::Ambiguous, message) }
}

fn identity(shipment: &Shipment, number: &str) -> SameNumberParcel {
    let report = shipment.events().iter().chain(&shipment.status);
    let moments: Vec<Moment> = report.filter_map(|report| report.moment()).collect();
    // Where a reference was asked, DHL may give every shipment that very name.
    let id = shipment.id.as_deref().filter(|id| key(id) != key(number));
    let destination = shipment.destination.as_ref();
    let mut identity = SameNumberParcel {
        id: id.or(shipment.local_number()).or(shipment.id.as_deref()).map(str::to_owned),
        service: shipment.service.0.clone(),
        shipped: moments.iter().min_by_key(|moment| moment.shown()).cloned(),
        last: moments.iter().max_by_key(|moment| moment.shown()).cloned(),
        country: shipment.destination_country(),
        postcode: destination.and_then(|destination| destination.postcode()),
        label: String::new(),
    };
    identity.label = label(shipment, &identity);
    identity
}

/// What people see: "parcel-de, from 2026-11-03, to 75002 Paris, FR, Delivered".
fn label(shipment: &Shipment, identity: &SameNumberParcel) -> String {
    let mut label = shipment.unit().to_owned();
    let mut add = |before: &str, words: &str| {
        if !words.is_empty() {
            label.push_str(before);
            label.push_str(words);
        }
    };
    let town = shipment.destination.as_ref().and_then(|destination| destination.locality());
    let state = shipment.status.as_ref().map(|report| crate::codes::meaning(shipment.unit(), report).status);
    add(", from ", identity.shipped.as_ref().and_then(Moment::day).unwrap_or_default());
    add(", to ", identity.postcode.as_deref().unwrap_or_default());
    add(if identity.postcode.is_some() { " " } else { ", to " }, town.as_deref().unwrap_or_default());
    add(", ", identity.country.as_deref().unwrap_or_default());
    add(", ", state.filter(|status| *status != Status::Unknown).map_or("", |status| status.title()));
    text::clean(label.trim_start_matches(", "))
}
