//! Which of the consignments under a number is meant: TNT hands its numbers out again, and answers with every parcel
//! that ever carried one.

use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::same_number::{self, SameNumberParcel, from_another_country, is_chosen, resolve};

use crate::answer::Consignment;
use crate::numbers;

/// What the answer says of one parcel.
pub(crate) fn found(consignments: &[Consignment], parcel: &Parcel) -> Result<Answer, Failure> {
    let number = &parcel.number;
    let about_it: Vec<&Consignment> = consignments.iter().filter(|consignment| consignment.bears(number)).collect();
    if about_it.is_empty() {
        return Err(left_out(consignments, number));
    }
    let known: Vec<&Consignment> = about_it.into_iter().filter(|consignment| !consignment.is_unknown()).collect();
    if known.is_empty() {
        return Err(not_found(number));
    }
    let (fitting, known) = from_its_country(known, number);
    let identities: Vec<SameNumberParcel> = known.iter().map(|consignment| consignment.identity()).collect();
    let index = resolve(parcel, "TNT", &identities)?;
    // The user's word overrules the letters of the number.
    if !fitting && !is_chosen(parcel, &identities[index]) {
        return Err(from_another_country("TNT", number, &identities));
    }
    known[index].answer(number)
}

/// Those that began where the letters of the number say; else those that do not say where they began. Where all say that
/// they began elsewhere, they are all left, and do not fit: the number was handed out again.
fn from_its_country<'a>(known: Vec<&'a Consignment>, number: &str) -> (bool, Vec<&'a Consignment>) {
    let Some(country) = numbers::origin(number) else { return (true, known) };
    for origin in [Some(country), None] {
        let fitting: Vec<_> = known.iter().copied().filter(|known| known.origin.as_deref() == origin).collect();
        if !fitting.is_empty() {
            return (true, fitting);
        }
    }
    (false, known)
}

fn not_found(number: &str) -> Failure {
    Failure::not_found(format!(
        "TNT does not know {number}; newer numbers of TNT are FedEx's, so try it with carrier = \"fedex\", or check it for a \
         typo"
    ))
}

fn left_out(consignments: &[Consignment], number: &str) -> Failure {
    if consignments.iter().any(|consignment| consignment.numbers.is_empty()) {
        return Failure::nameless("TNT");
    }
    Failure::left_out("TNT", number)
}

impl Consignment {
    fn bears(&self, number: &str) -> bool {
        self.numbers.iter().any(|told| numbers::is_same(told, number))
    }

    fn identity(&self) -> SameNumberParcel {
        let told = |event: &Event| event.moment.clone();
        let shipped = self.collected.clone().or_else(|| self.events.iter().rev().find_map(told));
        SameNumberParcel {
            // TNT has no other name for it. The depot where it began tells apart what was collected on one day.
            id: self.fedex.clone().or_else(|| self.origin_depot.clone()),
            service: None,
            last: self.events.iter().find_map(told).or_else(|| shipped.clone()),
            country: self.destination.clone(),
            postcode: None,
            label: self.label(shipped.as_ref()),
            shipped,
        }
    }

    /// What people see: "collected 2026-11-01, from DE, to MENSTON, GB, Delivered".
    fn label(&self, shipped: Option<&Moment>) -> String {
        let state = self.status().filter(|status| *status != Status::Unknown).map(Status::title);
        let country = (if self.town.is_some() { ", " } else { ", to " }, self.destination.as_deref());
        let (origin, town) = ((", from ", self.origin.as_deref()), (", to ", self.town.as_deref()));
        same_number::label("collected", shipped, &[origin, town, country, (", ", state)])
    }
}
