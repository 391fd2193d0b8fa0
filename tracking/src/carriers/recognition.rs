//! Whose number is this? The plugins say how likely it is theirs; here the answers are weighed against each other.

use std::collections::HashSet;

use crate::carriers::checksum;
use crate::vocabulary::{CarrierId, Country, Parcel, TrackingNumber};

/// One plugin's opinion of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub carrier: CarrierId,
    /// The carrier's name for people.
    pub carrier_name: String,
    /// The number as that carrier writes it.
    pub number: TrackingNumber,
    /// 0 to 100.
    pub confidence: u8,
    /// Which of the carrier's formats.
    pub scheme: String,
    /// Whether the check digit holds, where there is one.
    pub checksum: Option<bool>,
    /// The country the number itself names.
    pub country: Option<Country>,
    /// Hints without which the carrier will not answer.
    pub needs: Vec<String>,
    /// Countries where the carrier delivers.
    pub serves: Vec<Country>,
    /// The carrier's own page for the number, for people.
    pub link: Option<String>,
    /// It carries nothing and asks other carriers for a price: asked when nobody else can answer.
    pub is_aggregator: bool,
}

/// A clear winner leads by this much.
const LEAD: u8 = 20;
/// A failed check digit makes a typo likely; it never forbids to ask, because carriers hand out such numbers too.
const FAILED_CHECKSUM: u8 = 40;
/// From this on a format says more than its length.
const TELLING_MIN: u8 = 80;
/// A carrier that delivers where the parcel goes.
const SERVES_DESTINATION: u8 = 8;
/// Below this a format says next to nothing. A post gives 15 to what another post issued, so that it is asked only where the
/// parcel goes to its country.
pub const CONFIDENCE_ASKED_MIN: u8 = 16;

/// The opinions on one number, weighed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recognition {
    /// Best first; `confidence` is the weighed one.
    pub candidates: Vec<Candidate>,
    /// How many of the first are to be asked: one when it is clear, more in doubt, none when nobody knows the format.
    pub ask: usize,
    /// Every format that fits has a check digit, none holds, and one of them says more than a length.
    pub likely_typo: bool,
}

/// What else is known about a number's parcel.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances<'a> {
    /// The person's own choice.
    pub carrier: Option<&'a CarrierId>,
    /// The carrier's id or name as a hand-off gave it.
    pub named: Option<&'a str>,
    pub destination: Option<Country>,
    /// How many carriers may be asked about one number in doubt.
    pub ask_max: usize,
}

impl<'a> Circumstances<'a> {
    /// What the config says of a parcel.
    pub fn of(parcel: &'a Parcel, ask_max: usize) -> Self {
        Self { carrier: parcel.carrier.as_ref(), named: None, destination: parcel.country, ask_max }
    }
}

/// Weighs the opinions on one number.
pub fn recognize(opinions: Vec<Candidate>, circumstances: Circumstances<'_>) -> Recognition {
    let mut candidates: Vec<Candidate> = opinions;
    let fails_a_telling_format = candidates.iter().any(|c| c.checksum == Some(false) && says_more_than_length(c));
    for candidate in &mut candidates {
        candidate.confidence = weigh(candidate, circumstances);
    }
    candidates.sort_by(|a, b| {
        let rank = |c: &Candidate| (c.is_aggregator, std::cmp::Reverse(c.confidence));
        rank(a).cmp(&rank(b)).then_with(|| a.carrier.cmp(&b.carrier))
    });
    // Beside a check digit that holds, one that does not is no sign of doubt.
    if candidates.first().is_some_and(|first| first.checksum == Some(true)) {
        candidates.sort_by_key(|candidate| (candidate.is_aggregator, candidate.checksum == Some(false)));
    }
    let mut named = HashSet::new();
    candidates.retain(|candidate| named.insert(candidate.carrier.clone()));
    let likely_typo = fails_a_telling_format
        && candidates.iter().all(|c| c.checksum == Some(false) || c.confidence < CONFIDENCE_ASKED_MIN);
    if let Some(chosen) = circumstances.carrier {
        // The person's word is final: only that carrier is asked, whatever its plugin thinks of the number.
        if let Some(position) = candidates.iter().position(|c| c.carrier == *chosen) {
            let mut first = candidates.remove(position);
            first.confidence = 100;
            candidates.insert(0, first);
            return Recognition { candidates, ask: 1, likely_typo };
        }
    }
    let ask = asked(&candidates).min(circumstances.ask_max.max(1));
    Recognition { candidates, ask, likely_typo }
}

fn asked(candidates: &[Candidate]) -> usize {
    match candidates {
        [] => 0,
        // The only one that knows the format is asked, however unsure it is.
        [_] => 1,
        // Each of these asks for money, and what one finds the next finds too.
        [first, ..] if first.is_aggregator => 1,
        [first, second, ..] if first.confidence >= second.confidence.saturating_add(LEAD) => 1,
        [first, rest @ ..] => {
            let fails = |c: &Candidate| first.checksum == Some(true) && c.checksum == Some(false);
            let close =
                |c: &&Candidate| !c.is_aggregator && !fails(c) && c.confidence.saturating_add(LEAD) > first.confidence;
            1 + rest.iter().filter(|c| c.confidence >= CONFIDENCE_ASKED_MIN).filter(close).count()
        }
    }
}

/// Whether a number is of a carrier's form by more than its length: by letters that posts use, or by a beginning that deserves
/// such confidence. A row of digits with another's check digit is no typo.
fn says_more_than_length(candidate: &Candidate) -> bool {
    checksum::is_s10(candidate.number.as_str()) || candidate.confidence >= TELLING_MIN
}

fn weigh(candidate: &Candidate, circumstances: Circumstances<'_>) -> u8 {
    let mut confidence = candidate.confidence.min(100);
    if candidate.checksum == Some(false) {
        confidence = confidence.saturating_sub(FAILED_CHECKSUM);
    }
    if circumstances.destination.is_some_and(|country| candidate.serves.contains(&country)) {
        confidence = confidence.saturating_add(SERVES_DESTINATION).min(100);
    }
    if circumstances.named.is_some_and(|name| names(name, candidate)) {
        confidence = confidence.max(95);
    }
    confidence
}

/// Whether a name from an answer ("DHL Paket", "usps", "La Poste/Colissimo") means this carrier.
fn names(name: &str, candidate: &Candidate) -> bool {
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let (name, id, display) = (plain(name), plain(candidate.carrier.as_str()), plain(&candidate.carrier_name));
    !name.is_empty() && (name == id || name == display || (id.len() >= 3 && name.starts_with(&id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion(carrier: &str, confidence: u8, checksum: Option<bool>) -> Candidate {
        Candidate {
            carrier: CarrierId::new(carrier).expect("an id"),
            carrier_name: carrier.to_uppercase(),
            number: TrackingNumber::new("RB123456785GB").expect("a number"),
            confidence,
            scheme: "test".into(),
            checksum,
            country: None,
            needs: Vec::new(),
            serves: Country::new("GB").filter(|_| carrier == "royalmail").into_iter().collect(),
            link: None,
            is_aggregator: carrier.starts_with("track"),
        }
    }

    #[track_caller]
    fn check(opinions: &[(&str, u8, Option<bool>)], circumstances: Circumstances<'_>, expected: &[&str], typo: bool) {
        let opinions = opinions.iter().map(|(carrier, confidence, checksum)| opinion(carrier, *confidence, *checksum));
        let found = recognize(opinions.collect(), circumstances);
        let asked: Vec<&str> = found.candidates[..found.ask].iter().map(|c| c.carrier.as_str()).collect();
        assert_eq!((asked.as_slice(), found.likely_typo), (expected, typo));
    }

    const ALONE: Circumstances<'_> = Circumstances { carrier: None, named: None, destination: None, ask_max: 3 };

    #[test]
    fn a_clear_winner_is_asked_alone_and_doubt_asks_several() {
        check(&[("usps", 90, Some(true)), ("fedex", 40, Some(true))], ALONE, &["usps"], false);
        check(
            &[("usps", 60, None), ("fedex", 55, None), ("dhl", 50, None), ("tnt", 45, None)],
            ALONE,
            &["usps", "fedex", "dhl"],
            false,
        );
        check(&[], ALONE, &[], false);
        check(&[("tnt", 5, None)], ALONE, &["tnt"], false);
    }

    #[test]
    fn a_failed_check_digit_lowers_the_rank_and_never_forbids() {
        check(&[("ups", 95, Some(false)), ("tnt", 60, None)], ALONE, &["tnt", "ups"], false);
        check(&[("ups", 95, Some(false))], ALONE, &["ups"], true);
        check(&[("dhl", 40, Some(true)), ("fedex", 65, Some(false))], ALONE, &["dhl"], false);
        let doubt = [("dhl", 40, Some(true)), ("fedex", 65, Some(false)), ("tnt", 22, None)];
        check(&doubt, ALONE, &["dhl", "tnt"], false);
    }

    #[test]
    fn a_post_is_asked_about_anothers_number_only_where_the_parcel_goes_to_its_country() {
        let opinions = [("cainiao", 30, Some(true)), ("royalmail", 15, Some(true)), ("usps", 15, Some(true))];
        check(&opinions, ALONE, &["cainiao"], false);
        let gb = Circumstances { destination: Country::new("GB"), ..ALONE };
        check(&opinions, gb, &["cainiao", "royalmail"], false);
    }

    #[test]
    fn a_carrier_is_named_once_with_its_best_opinion() {
        check(&[("dhl", 80, None), ("usps", 60, None), ("dhl", 62, None)], ALONE, &["dhl"], false);
        let found = recognize(["dhl", "usps", "dhl"].map(|carrier| opinion(carrier, 60, None)).into(), ALONE);
        assert_eq!(found.candidates.len(), 2);
    }

    #[test]
    fn who_asks_others_for_money_is_asked_last_and_alone() {
        check(&[("trackone", 10, None), ("usps", 5, None)], ALONE, &["usps"], false);
        check(&[("trackone", 10, None), ("trackall", 10, None)], ALONE, &["trackall"], false);
        check(&[("trackone", 90, None), ("usps", 30, None), ("dhl", 20, None)], ALONE, &["usps", "dhl"], false);
    }

    #[test]
    fn what_the_person_says_is_final() {
        let tnt = CarrierId::new("tnt").expect("an id");
        let circumstances = Circumstances { carrier: Some(&tnt), ..ALONE };
        check(&[("ups", 95, Some(true)), ("tnt", 5, None)], circumstances, &["tnt"], false);
    }

    #[test]
    fn the_destination_and_a_name_in_the_answer_count() {
        let gb = Circumstances { destination: Country::new("GB"), ..ALONE };
        check(&[("cainiao", 60, None), ("royalmail", 75, Some(true))], gb, &["royalmail"], false);
        let named = Circumstances { named: Some("USPS Ground"), ..ALONE };
        check(&[("fedex", 70, None), ("usps", 30, None)], named, &["usps"], false);
    }
}
