//! One scan in Cainiao's answer: what happened, when on which clock, and in whose words.

use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::codes;

/// What stands in `standerdDesc` (their spelling) when there is nothing to say.
const FILLER: &str = "Carrier update";
/// `time` is `timeStr` read in China, wherever the scan was made.
const CHINA_AHEAD_MS: i64 = 8 * 60 * 60 * 1000;
/// These speak of deliveries within China.
const WITHIN_CHINA: [&str; 5] = ["FAILED", "SENT_SCAN", "SIGNED", "STA_SIGN", "STA_SIGN_FAIL"];

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Scan {
    time: json::Integer,
    time_str: json::Text,
    time_zone: json::Text,
    desc: json::Text,
    standerd_desc: json::Text,
    action_code: json::Text,
}

impl Scan {
    pub(crate) fn event(&self, destination: Option<Country>) -> Event {
        let code = self.action_code.trimmed();
        let own = self.desc.discreet();
        let standard = self.standerd_desc.discreet();
        let place = [&standard, &own].into_iter().flatten().find_map(|words| place(words));
        let (text, translation) = match (own, standard) {
            (Some(own), Some(standard)) if standard == FILLER || tell_the_same(&own, &standard) => (own, None),
            (Some(own), standard) => (own, standard),
            (None, standard) => (standard.unwrap_or_default(), None),
        };
        let (status, fact) = code.map_or((Status::Unknown, None), |code| meaning(code, destination));
        Event { moment: self.moment(), code: code.map(str::to_owned), translation, place, ..Event::new(status, text) }
            .with(fact)
    }

    /// The wall clock of where the scan was made. The zone beside it is often wrong, so it stays a hint.
    fn moment(&self) -> Option<Moment> {
        let told = self.time_str.moment();
        let moment = told.or_else(|| civil::epoch_ms((*self.time)?.checked_add(CHINA_AHEAD_MS)?))?;
        Some(civil::distrust(moment, self.time_zone.trimmed()))
    }
}

/// What a code means for a parcel with this destination. Only one that is known to be bound for China is delivered there:
/// of any other, most of which go abroad, what is signed for has reached the warehouse that sends it on. A delivery that is
/// never told is less harm than one that never was.
fn meaning(code: &str, destination: Option<Country>) -> (Status, Option<(&'static str, &'static str)>) {
    let code = codes::spelling(code);
    let (status, fact) = codes::meaning(&code);
    let is_at_home = destination.is_some_and(|country| country.code() == "CN");
    let status = match status {
        status if is_at_home || !WITHIN_CHINA.contains(&code.as_str()) => status,
        Status::DeliveryFailed => Status::Exception,
        _ => Status::OriginProcessing,
    };
    (status, fact)
}

/// Whether the standard words add nothing to the carrier's own: these are in Latin letters, and both share a word that
/// says something.
fn tell_the_same(own: &str, standard: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() >= 5);
        words.map(str::to_ascii_lowercase).collect()
    };
    let own_words = words(own);
    own.is_ascii() && words(standard).iter().any(|word| own_words.contains(word))
}

/// The town that some texts begin with: "[Town] Departed from sorting center". Nothing else names a place.
fn place(words: &str) -> Option<Place> {
    let (open, close) = [('[', ']'), ('【', '】')].into_iter().find(|(open, _)| words.starts_with(*open))?;
    let (town, _) = words.strip_prefix(open)?.split_once(close)?;
    let town = town.trim();
    let is_town = (1..=60).contains(&town.chars().count()) && town.chars().any(char::is_alphabetic);
    is_town.then(|| Place { text: town.to_owned(), locality: Some(town.to_owned()), ..Place::default() })
}
