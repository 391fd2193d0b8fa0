//! One scan in 4PX's answer: what happened, at which instant, and in whose words.

use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::codes;

/// `tkDateStr` is the instant of `tkDate` on this clock, wherever the scan was made.
const CHINA: &str = "+08:00";
/// A clock as [`civil`] writes it: `2026-11-21T14:05:00`.
const CLOCK_CHARS: usize = 19;

/// `spTkSummary`, `spTkZipCode` and the picture of a signature are left out: they may be about the recipient.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Scan {
    tk_code: json::Text,
    tk_desc: json::Text,
    tk_translated_desc: json::Text,
    tk_location: json::Text,
    tk_timezone: json::Text,
    tk_date: json::Text,
    tk_date_str: json::Text,
}

impl Scan {
    /// The event, for a parcel that goes between these countries.
    pub(crate) fn event(&self, ends: &[Option<Country>]) -> Event {
        let code = self.tk_code.trimmed();
        let own = self.tk_desc.discreet();
        let translated = self.tk_translated_desc.discreet();
        let (text, translation) = match (own, translated) {
            (Some(own), translated) => {
                let translated = translated.filter(|words| *words != own).or_else(|| in_english(code, &own));
                (own, translated)
            }
            (None, translated) => (translated.unwrap_or_default(), None),
        };
        Event {
            moment: self.moment(),
            code: code.map(str::to_owned),
            translation,
            place: self.place(ends),
            ..Event::new(code.map_or(Status::Unknown, |code| codes::status(code, &text)), text)
        }
        .with(code.and_then(|code| codes::CODES.fact(code)))
    }

    /// The instant, on the clock of the place where that is told.
    fn moment(&self) -> Option<Moment> {
        let zone = self.tk_timezone.trimmed();
        let in_china = || civil::with_offset(self.tk_date_str.as_deref()?, Some(CHINA));
        // Where it is a count since 1970, the clock beside it says the same, and where it was seen.
        let counted = self.tk_date.trimmed().is_some_and(text::is_digits);
        let told = if counted {
            in_china().or_else(|| self.tk_date.moment())
        } else {
            self.tk_date.moment().or_else(in_china)
        };
        match told? {
            Moment::Instant(told) => {
                let local = zone.and_then(|zone| on_clock(&told, zone));
                Some(local.unwrap_or(Moment::Instant(told)))
            }
            // Without an offset it is no instant any more.
            other => Some(civil::distrust(other, zone)),
        }
    }

    /// A country by its name counts only where it is one of the two that the parcel goes between: names of countries
    /// are also names of towns.
    fn place(&self, ends: &[Option<Country>]) -> Option<Place> {
        let text = text::without_phones(&self.tk_location.clean()?);
        let country = Country::from_name(&text).filter(|country| ends.contains(&Some(*country)));
        Some(Place { country: country.map(|country| country.to_string()), text, ..Place::default() })
    }
}

/// Our words for a code, where 4PX's own are not in Latin letters.
fn in_english(code: Option<&str>, own: &str) -> Option<String> {
    let is_foreign = own.chars().any(|c| c.is_alphabetic() && u32::from(c) > 0x24f);
    code.filter(|_| is_foreign).and_then(codes::in_english).map(str::to_owned)
}

/// The same instant on the clock of a zone such as `UTC+02:00`.
fn on_clock(told: &str, zone: &str) -> Option<Moment> {
    let (clock, _) = told.split_at_checked(CLOCK_CHARS)?;
    let Moment::Instant(read) = civil::with_offset(clock, zone.strip_prefix("UTC"))? else { return None };
    civil::at_offset(told, read.get(CLOCK_CHARS..)?)
}
