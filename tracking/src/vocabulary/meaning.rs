//! Every status in plain words: what it means, what usually comes next, and when to worry.

use crate::vocabulary::Status;

/// A status explained to somebody who waits for a parcel. Whole sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// What it says, and what it does not.
    pub description: &'static str,
    /// What usually follows.
    pub next: &'static str,
    /// From when on it is not normal any more.
    pub worry: &'static str,
}

/// What is to be said before anybody has told anything.
pub const UNSCANNED: Meaning = Meaning {
    description: "No carrier has told anything about it yet.",
    next: "The first scan, once a carrier has it in hand.",
    worry: "If there is none a week after the shop says that it was sent, ask the seller.",
};

impl Status {
    /// The status explained. The figures in the words are the defaults of the rules.
    pub const fn meaning(self) -> Meaning {
        let (description, next, worry) = match self {
            Self::OrderReceived => (
                "The seller has the order and has not begun with it.",
                "The seller packs it and names a tracking number.",
                "If there is no number after a week, ask the seller.",
            ),
            Self::AwaitingClarification => (
                "The seller needs something from you before it can be sent: a size, a colour, an address.",
                "You answer, and the order goes on.",
                "Nothing happens until you answer; an order that waits too long is cancelled.",
            ),
            Self::Unfulfillable => (
                "The seller cannot send the order.",
                "It is cancelled and the money comes back.",
                "If no refund is announced within days, ask the marketplace.",
            ),
            Self::OrderInProgress => (
                "The seller or the marketplace works on the order.",
                "It is packed and gets a tracking number.",
                "If it stays so for more than a week, ask the seller when it will leave.",
            ),
            Self::Purchased => (
                "The order is paid for.",
                "The seller packs it.",
                "If there is no tracking number after a week, ask the seller.",
            ),
            Self::Packed => (
                "The seller has packed it. It is still with the seller.",
                "A label is made and the first carrier collects it.",
                "If no carrier has it after a week, ask the seller.",
            ),
            Self::Cancelled => (
                "Nothing is sent any more.",
                "The money comes back, usually the way it was paid.",
                "If it has not come back after a month, ask the marketplace.",
            ),
            Self::Refunded => (
                "The money was given back.",
                "Nothing more is to be expected.",
                "If it does not show on your account, ask your bank first.",
            ),
            Self::Registered => (
                "The carrier has the data of a label. Nobody has handed over a parcel yet.",
                "The first carrier scans it when it really gets it, usually within two days.",
                "If it stays so for a week, ask the seller whether it was really sent.",
            ),
            Self::Shipped => (
                "The seller says it has left. No carrier has confirmed that yet.",
                "The first carrier scans it, usually within two days.",
                "If no carrier has scanned it after a week, ask the seller.",
            ),
            Self::Accepted => (
                "The first carrier holds it: from here on there is a parcel.",
                "It is sorted and taken to the airport or port it leaves from.",
                "Some quiet days are normal; a week without a scan at origin is long.",
            ),
            Self::OriginProcessing => (
                "It is being handled in the country it comes from.",
                "It is sorted, shown to customs and handed to an airline.",
                "A week without a scan is long.",
            ),
            Self::ArrivedAtSorting => (
                "It is in a sorting centre, where parcels for one country are put together.",
                "It leaves for the airport or port.",
                "A week without a scan is long, more before the year's end.",
            ),
            Self::LeftSorting => (
                "It has left a sorting centre, usually for the airport.",
                "Export customs, then the airline.",
                "A week without a scan is long.",
            ),
            Self::ExportCustoms => (
                "The customs of the country it leaves look at it, or have let it go.",
                "An airline takes it.",
                "If export scans come again and again, something is wrong with its papers: ask the seller.",
            ),
            Self::HandedToAirline => (
                "An airline, a ship or a train has it. There are no scans on the way.",
                "It arrives in your country; that scan can be the first for weeks.",
                "Two weeks without a scan are normal, a month is not.",
            ),
            Self::DepartedOrigin => (
                "It has left the country it comes from.",
                "It arrives in your country; that scan can be the first for weeks.",
                "Two weeks without a scan are normal, a month is not.",
            ),
            Self::InTransit => (
                "It moves; the carrier does not say where.",
                "A scan that names a place, often only at the destination.",
                "Two weeks without another scan are normal on a long way, a month is not.",
            ),
            Self::ArrivedDestination => (
                "It has reached the country it goes to.",
                "Customs, then the carrier that brings it to you.",
                "If neither a release nor a local carrier shows within a week, look at the local carrier's page.",
            ),
            Self::ImportCustoms => (
                "The customs of your country look at it. The messages come late and out of order.",
                "It is released and handed to the local carrier: within a day, or several.",
                "If neither follows within a week, ask the local carrier whether papers or money are missing.",
            ),
            Self::CustomsHold => (
                "Customs keep it until somebody brings papers or pays. That somebody is most likely you.",
                "You give what is missing, and it is released.",
                "It goes back to the sender if nothing happens; do not wait for a letter.",
            ),
            Self::CustomsCleared => (
                "Customs have let it in.",
                "The local carrier gets it, often under a number of its own.",
                "If the local carrier has no scan after three days, ask it.",
            ),
            Self::HandedToLocal => (
                "The carrier that brings it to you has it. From here its own page knows best.",
                "A local depot, then the van.",
                "Three days without a scan are long on the last mile.",
            ),
            Self::LocalProcessing => (
                "The local carrier moves or sorts it near you.",
                "It goes out for delivery.",
                "Three days without a scan are long on the last mile.",
            ),
            Self::OutForDelivery => (
                "It is on the van. Most arrive the same day; it is no promise.",
                "It is delivered, or a message says why not.",
                "If nothing follows within two days, ask the local carrier.",
            ),
            Self::DeliveryFailed => (
                "Somebody tried to deliver it and could not.",
                "Another attempt, or a place where you can collect it.",
                "Look for a card or a message; after some days in vain it goes back.",
            ),
            Self::AvailableForPickup => (
                "It waits for you at a shop, a locker or a post office.",
                "You collect it.",
                "It is kept for about two weeks, at some places for days only, and then goes back.",
            ),
            Self::NotDelivered => (
                "It could not be delivered and waits for what you say.",
                "You arrange a new attempt or collect it, or it goes back.",
                "Call the local carrier today; it is not kept for long.",
            ),
            Self::Delivered => (
                "The carrier says that it was delivered.",
                "You have it. Confirm receipt in the shop only when it is really in your hands.",
                "If it is not there, look where it may have been left, and say so within days.",
            ),
            Self::Returning => (
                "It goes back to the sender.",
                "The sender gets it; then it is sent again, or paid back.",
                "Ask the seller now which of the two it will be; do not wait until it is there.",
            ),
            Self::Returned => (
                "It is back with the sender.",
                "It is sent again, or the money comes back.",
                "If the seller offers neither, open a dispute in time.",
            ),
            Self::Exception => (
                "The carrier reports a problem and does not always say which.",
                "Mostly it goes on by itself with the next scan.",
                "If no scan follows within days, ask the carrier that has it.",
            ),
            Self::Lost => (
                "The carrier says that it cannot find it.",
                "It turns up again, or the claim begins.",
                "Tell the seller now, and open a dispute in time.",
            ),
            Self::Damaged => (
                "The carrier says that it was damaged.",
                "It is delivered as it is, or goes back.",
                "Photograph the parcel and what is in it before you touch anything, and tell the seller.",
            ),
            Self::Unknown => (
                "The carrier uses a word that is not in our table. Its own words are shown as they are.",
                "The next scan will say more.",
                "An unknown word is no bad news by itself.",
            ),
        };
        Meaning { description, next, worry }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_explained_in_whole_sentences() {
        for status in Status::ALL {
            let meaning = status.meaning();
            for text in [meaning.description, meaning.next, meaning.worry] {
                assert!(text.ends_with('.') && text.starts_with(char::is_uppercase), "{}: {text}", status.key());
                assert!(text.len() < 160, "{}: {text}", status.key());
            }
        }
    }
}
