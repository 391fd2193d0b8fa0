//! What to do about a parcel.

use parcelwatch_tracking::{AdviceReason, DisputeTime, Problem, ReturnReason};

use super::deadline::ahead;
use crate::report::times::date_words;

/// One sentence: what to do, and until when there is time.
pub fn advice(reason: &AdviceReason) -> String {
    use AdviceReason as Why;
    match reason {
        Why::Refunded => "The money is back; nothing more is to be done.".to_owned(),
        Why::Returned { dispute } => format!(
            "It is back with the sender: ask the seller whether it is sent again or paid back{}.",
            hint(*dispute)
        ),
        Why::NothingSent => {
            "Nothing will be sent; if the money is not back within a month, ask the marketplace.".to_owned()
        }
        Why::Received => "You have it; nothing more is to be done.".to_owned(),
        Why::PlatformDecides => "The platform is deciding; answer at once when it asks you for something.".to_owned(),
        Why::PlatformLate => "The platform is late with your dispute: write to it, with the order number.".to_owned(),
        Why::DisputeRuns { basis, date } => ahead(*basis, *date),
        Why::SellerAsks => "Answer the seller: the order waits for you.".to_owned(),
        Why::CustomsHold { by } => {
            let by = by.map_or_else(|| "now".to_owned(), |by| format!("by {}", date_words(by)));
            format!("Give customs what is missing {by}: ask the carrier which papers or how much money.")
        }
        Why::ReadyToCollect { by, place } => {
            let by = by.map_or_else(|| "now".to_owned(), |by| format!("by {}", date_words(by)));
            let place = place.as_ref().map_or_else(String::new, |place| format!(" at {place}"));
            format!("Collect it {by}{place}; bring a proof of identity.")
        }
        Why::PickupOver { place, dispute } => {
            let place = place.as_ref().map_or_else(String::new, |place| format!(" at {place}"));
            format!(
                "Ask the carrier whether it is still there{place}: its time is over, and it may be going back{}.",
                hint(*dispute)
            )
        }
        Why::AttemptFailed => {
            "Look for a card or a message, and arrange another attempt with the carrier before it goes back.".to_owned()
        }
        Why::OutForDelivery => "It may come today; most do, and it is no promise.".to_owned(),
        Why::Unread { status } => format!(
            "Look at the carrier's own page: “{}” was reported, and then something that is not understood here.",
            status.title()
        ),
        Why::OutForDeliveryLate { strict, protected } => format!(
            "It may come today; if it does not, open a dispute at once: by the strict reading it was due on {}, and buyer protection ends on {}.",
            date_words(*strict),
            date_words(*protected)
        ),
        Why::Returning { because, dispute } => {
            let remedy = because.map_or("agree on a new shipment or a refund", remedy);
            format!("It goes back: write to the seller now, and {remedy}{}.", hint(*dispute))
        }
        Why::Delivered { dispute } => {
            format!("See whether it is really there, and confirm receipt in the shop only then{}.", hint(*dispute))
        }
        Why::Missing { dispute } => format!(
            "Look in the places below and ask the neighbours; then ask the carrier for its proof of delivery{}.",
            hint(*dispute)
        ),
        Why::Ambiguous => {
            "Say which of the carrier's parcels is yours: the choices stand beside the number.".to_owned()
        }
        Why::Needs { fields } => {
            format!("Add {} to the parcel in the config: the carrier asks for it.", fields.join(", "))
        }
        Why::CheckDigit => "Compare the number with the seller's message: its check digit does not hold.".to_owned(),
        Why::InvalidNumber => {
            "Compare the number with the seller's message: the carrier does not accept it.".to_owned()
        }
        Why::Damaged => {
            "Photograph the parcel and its contents before you touch anything, and tell the seller.".to_owned()
        }
        Why::Lost { dispute } => format!("The carrier has lost it: tell the seller now{}.", hint(*dispute)),
        Why::Trouble => {
            "A problem is reported: most pass with the next scan; if none comes within days, ask the carrier."
                .to_owned()
        }
        Why::Ended { problem, dispute } => {
            let (what, then) = ended(*problem);
            format!("{what}: {then}{}.", hint(*dispute))
        }
        Why::AddressWanted => {
            "Give the carrier the right address now, with name, flat and door code: it waits for it, or sends the parcel back.".to_owned()
        }
        Why::DisputeOver { date } => format!(
            "The time for a dispute usually ended on {}; write to the marketplace all the same.",
            date_words(*date)
        ),
        Why::DisputeEnds { by, protected: Some(protected) } => format!(
            "Open a dispute by {}, the strict reading of the rule; buyer protection ends on {}.",
            date_words(*by),
            date_words(*protected)
        ),
        Why::DisputeEnds { by, protected: None } => {
            format!("Open a dispute by {}: after that the money is hard to get back.", date_words(*by))
        }
        Why::DisputeLate { strict, protected } => format!(
            "Open a dispute now: by the strict reading it was due on {}, and buyer protection ends on {}.",
            date_words(*strict),
            date_words(*protected)
        ),
        Why::LateMoving { days, dispute } => format!(
            "It is {} late and still moving: wait, and open a dispute by {} if it has not come.",
            late(*days),
            date_words(*dispute)
        ),
        Why::LateQuiet { days, dispute } => {
            format!("It is {} late: ask the seller now, and open a dispute by {}.", late(*days), date_words(*dispute))
        }
        Why::Repeated { status, days } => format!(
            "“{}” came on {days} days: something about its papers may be wrong; ask the carrier that has it.",
            status.title()
        ),
        Why::Contradiction => "Two carriers do not say the same: the local carrier's own page decides.".to_owned(),
        Why::Stuck => {
            "Look at the carrier's own page, or give it a key that works: nobody can be asked until then.".to_owned()
        }
        Why::Done => "Nothing is to be done.".to_owned(),
        Why::Unserved => {
            "Look at the page of the carrier the seller names: none that is known here has this number; with carrier = \"…\" in the config one is asked all the same.".to_owned()
        }
        Why::Unheard { since } => {
            format!("Look at the carrier's own page: it could not be asked from here since {}.", date_words(*since))
        }
        Why::NoNumber { until } => {
            format!("Wait for a tracking number; until {} that is normal.", date_words(*until))
        }
        Why::NoNumberQuiet { act } => {
            format!("There should be a tracking number by now: if none comes by {}, ask the seller.", date_words(*act))
        }
        Why::NoNumberTooLong => "Ask the seller when it will be sent: there is still no tracking number.".to_owned(),
        Why::NoScan { until } => format!("Wait for the first scan; until {} silence is normal.", date_words(*until)),
        Why::NoScanQuiet { act } => format!(
            "Only a label so far: if there is no scan by {}, ask the seller whether it was sent.",
            date_words(*act)
        ),
        Why::NoScanTooLong => "Ask the seller whether it was really sent: a label is not a parcel.".to_owned(),
        Why::UnknownQuiet { act } => format!(
            "Compare the number with the seller's message; if no carrier knows it by {}, ask the seller.",
            date_words(*act)
        ),
        Why::UnknownTooLong => "Ask the seller for the right number: no carrier knows this one.".to_owned(),
        Why::Normal { until } => format!("Wait: silence is normal until {}.", date_words(*until)),
        Why::LocalQuiet => "Look at the local carrier's own page; it may know more.".to_owned(),
        Why::LocalTooLong { dispute } => {
            format!("Ask the carrier that has it; if it does not know, ask the seller{}.", hint(*dispute))
        }
        Why::Quiet { act } => format!("Quieter than usual: wait until {}, then ask the seller.", date_words(*act)),
        Why::TooLong { dispute } => format!("Ask the seller to find out where it is{}.", hint(*dispute)),
    }
}

/// Until when a dispute can be opened, as the end of a sentence.
fn hint(dispute: Option<DisputeTime>) -> String {
    match dispute {
        None => String::new(),
        Some(DisputeTime::By(date)) => format!("; a dispute can be opened by {}", date_words(date)),
        Some(DisputeTime::StillBy(date)) => format!("; a dispute can still be opened by {}", date_words(date)),
    }
}

/// What happened to a parcel that does not come any more, and what to do about it.
const fn ended(problem: Problem) -> (&'static str, &'static str) {
    match problem {
        Problem::Destroyed => ("It was destroyed", "ask the seller for the money back, or for another one"),
        Problem::Seized => {
            ("Customs have seized it", "ask the carrier for their letter, and the seller for the money back")
        }
        Problem::ImportRefused => {
            ("Customs do not let it in", "ask the carrier why, and the seller for the money back")
        }
        Problem::CarriageRefused | Problem::Address => {
            ("The carrier does not take it", "ask the seller to send it another way, or for the money back")
        }
    }
}

fn late(days: i32) -> String {
    if days == 1 { "a day".to_owned() } else { format!("{days} days") }
}

/// What to do so that the next one arrives.
const fn remedy(because: ReturnReason) -> &'static str {
    match because {
        ReturnReason::Address => {
            "check the address of the order, with name, flat and door code, before anything is sent again"
        }
        ReturnReason::Attempts => "ask for a pickup point, or a day on which somebody is there",
        ReturnReason::Unclaimed => "ask the sender whether it can be sent again, and to another pickup point",
        ReturnReason::Customs => "ask the carrier which paper was missing, and the seller for a correct invoice",
        ReturnReason::Refused => "tell the seller why it was refused; that decides about the refund",
    }
}
