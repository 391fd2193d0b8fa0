//! What to do until a deadline, and what its date rests on.

use jiff::Timestamp;
use jiff::civil::Date;
use parcelwatch_tracking::{Deadline, DeadlineBasis};

use crate::report::times::date_words;

/// One sentence about a deadline, as it stands.
pub fn deadline(found: &Deadline, now: Timestamp) -> String {
    let date = found.at.calendar_date();
    match found.is_over(now) {
        true => past(found.basis, date),
        false => ahead(found.basis, date),
    }
}

/// One sentence about a deadline that is over by every reading.
fn past(basis: DeadlineBasis, date: Date) -> String {
    let day = date_words(date);
    match basis {
        DeadlineBasis::PickupSaid | DeadlineBasis::PickupUsual { .. } => format!("It was to be collected by {day}."),
        DeadlineBasis::CustomsHold => format!("Customs wanted papers or money by {day}, our guess."),
        DeadlineBasis::DisputeFromReceipt { .. }
        | DeadlineBasis::DisputeFromWindow { .. }
        | DeadlineBasis::DisputeFromOrder { .. } => format!("A dispute was to be opened by {day}."),
        DeadlineBasis::ProtectionFromOrder { .. } | DeadlineBasis::ProtectionFromFirstDay { .. } => {
            format!("Buyer protection usually ended on {day}.")
        }
        basis => ahead(basis, date),
    }
}

/// One sentence about a deadline that ends on a day.
pub(super) fn ahead(basis: DeadlineBasis, date: Date) -> String {
    let day = date_words(date);
    match basis {
        DeadlineBasis::FirstScan => {
            format!("The first scan usually shows by {day}; before that silence means nothing.")
        }
        DeadlineBasis::PickupSaid => format!("Collect it by {day}; the carrier says so."),
        DeadlineBasis::PickupUsual { days } => format!("Collect it by {day}: it is usually kept for {days} days."),
        DeadlineBasis::CustomsHold => {
            format!("Bring papers or money to customs by {day}, our guess: then it usually goes back.")
        }
        DeadlineBasis::CustomsRelease => {
            format!("Customs take from a day to several; by {day} it should be released.")
        }
        DeadlineBasis::DisputeFromReceipt { days } => {
            format!("A dispute can be opened until {day}: {days} days from receipt.")
        }
        DeadlineBasis::DisputeFromWindow { days } => {
            format!("Open a dispute by {day} if it has not come: {days} days from the end of the delivery period.")
        }
        DeadlineBasis::DisputeFromOrder { days } => {
            format!("Open a dispute by {day} if it has not come: buyer protection ends {days} days from the order.")
        }
        DeadlineBasis::DisputeStrict { protected } => format!(
            "By the strict reading a dispute was to be opened by {day}; while buyer protection runs, until {}, it still can be.",
            date_words(protected)
        ),
        DeadlineBasis::ProtectionFromOrder { days } => {
            format!("Buyer protection usually ends {days} days from the order, on {day}.")
        }
        DeadlineBasis::ProtectionFromFirstDay { days } => format!(
            "Buyer protection usually ends {days} days from the order, whose day is not known: by {day} at the latest."
        ),
        DeadlineBasis::DisputeTakenUp => format!("The platform should have taken up your dispute by {day}."),
        DeadlineBasis::RefundFrom { from } => {
            format!("The money usually comes back between {} and {day}.", date_words(from))
        }
    }
}
