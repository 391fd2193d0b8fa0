//! Which of the consignments under a number is meant: TNT hands its numbers out again, and answers with every parcel
//! that ever carried one.

use parcelwatch_plugin::namesake::{Namesake, choices, is_chosen, settle};
use parcelwatch_plugin::prelude::*;

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
    let namesakes: Vec<Namesake> = known.iter().map(|consignment| consignment.namesake()).collect();
    let index = settle(parcel, "TNT", &namesakes)?;
    // The person's word overrules the letters of the number.
    if !fitting && !is_chosen(parcel, &namesakes[index]) {
        return Err(of_another_country(number, &namesakes));
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

fn of_another_country(number: &str, namesakes: &[Namesake]) -> Failure {
    let message = format!(
        "TNT knows {number} only as a parcel from another country than its letters say; if that is yours nevertheless, say so \
         with the hint ship_date or shipment"
    );
    let needs = vec!["ship_date".to_owned(), "shipment".to_owned()];
    Failure { choices: choices(namesakes), needs, ..Failure::new(FailureKind::Ambiguous, message) }
}

fn not_found(number: &str) -> Failure {
    Failure::not_found(format!(
        "TNT does not know {number}; newer numbers of TNT are FedEx's, so try it with carrier = \"fedex\", or check it for a \
         typo"
    ))
}

fn left_out(consignments: &[Consignment], number: &str) -> Failure {
    if consignments.iter().any(|consignment| consignment.numbers.is_empty()) {
        return Failure::changed("TNT's answer no longer says which number it is about");
    }
    let message = format!("TNT left {number} out of its answer, which proves nothing; it is asked again");
    Failure::new(FailureKind::Inconclusive, message)
}

impl Consignment {
    fn bears(&self, number: &str) -> bool {
        self.numbers.iter().any(|told| numbers::is_same(told, number))
    }

    fn namesake(&self) -> Namesake {
        let told = |event: &Event| event.moment.clone();
        let shipped = self.collected.clone().or_else(|| self.events.iter().rev().find_map(told));
        Namesake {
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
        let date = shipped.and_then(day);
        let mut label = date.map_or_else(|| "collected some day".to_owned(), |date| format!("collected {date}"));
        let mut add = |before: &str, words: Option<&str>| {
            if let Some(words) = words {
                label.push_str(before);
                label.push_str(words);
            }
        };
        add(", from ", self.origin.as_deref());
        add(", to ", self.town.as_deref());
        add(if self.town.is_some() { ", " } else { ", to " }, self.destination.as_deref());
        add(", ", self.status().filter(|status| *status != Status::Unknown).map(Status::title));
        label
    }
}

fn day(moment: &Moment) -> Option<&str> {
    let (Moment::Instant(text) | Moment::Clock { at: text, .. } | Moment::Date(text)) = moment;
    text.get(..10)
}
