//! One scan, as both interfaces tell it: what happened, when on which clock, and at which office.

use parcelwatch_plugin::prelude::*;

use crate::{codes, countries, words};

/// All of China keeps this clock. Posts abroad tell theirs.
const CHINA: (&str, &str) = ("CN", "Asia/Shanghai");

/// What an interface says of one scan.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scan<'a> {
    /// A clock without a zone.
    pub at: Option<&'a str>,
    pub code: Option<&'a str>,
    /// A sentence, which may name people.
    pub words: Option<&'a str>,
    /// One of a few words for what the sentence says.
    pub state: Option<&'a str>,
    /// An office in China, a country abroad, or an airline.
    pub office: Option<&'a str>,
    pub office_code: Option<&'a str>,
    pub city: Option<&'a str>,
    /// The office is known to be in China by something else than its name and code.
    pub in_china: bool,
}

impl Scan<'_> {
    /// The event, for a parcel that goes to this country.
    pub(crate) fn event(&self, destination: Option<Country>) -> Event {
        let meaning = codes::meaning(self.code, self.state);
        let clause = self.words.and_then(|told| words::first_clause(told, self.office));
        let state = || words::first_clause(self.state?, None);
        let country = self.country(destination);
        Event {
            moment: self.moment(country),
            code: self.code.map(|code| code.trim().to_owned()),
            translation: meaning.map(|meaning| meaning.words.to_owned()),
            place: self.place(country),
            ..Event::new(meaning.map_or(Status::Unknown, |m| m.status), clause.or_else(state).unwrap_or_default())
        }
    }

    fn moment(&self, country: Option<Country>) -> Option<Moment> {
        let is_china = country.is_some_and(|country| country.code() == CHINA.0);
        match civil::parse(self.at?)? {
            moment @ Moment::Clock { .. } => Some(civil::distrust(moment, is_china.then_some(CHINA.1))),
            other => Some(other),
        }
    }

    /// Where the office is. Its code counts only where it is that of the destination, alone or as the beginning of a
    /// postal office's: airlines have codes of two letters, too, and CA is no parcel's arrival in Canada.
    fn country(&self, destination: Option<Country>) -> Option<Country> {
        if let Some(country) = self.office.and_then(countries::find) {
            return Some(country);
        }
        let office_code = self.office_code.unwrap_or_default().trim();
        let is_chinese_code = !office_code.is_empty() && office_code.bytes().all(|b| b.is_ascii_digit());
        let is_chinese_scan = self.code.is_some_and(|code| codes::CHINESE.contains(&code.trim()));
        if is_chinese_code || is_chinese_scan || self.in_china {
            return Country::new(CHINA.0);
        }
        let of_destination =
            |country: &Country| matches!(office_code.len(), 2 | 6) && office_code.starts_with(country.code());
        destination.filter(of_destination)
    }

    /// An airline is no place.
    fn place(&self, country: Option<Country>) -> Option<Place> {
        let office = text::without_phones(&text::non_empty(self.office?)?);
        let is_airline = office.ends_with("航空") || office.ends_with("航空公司");
        (!is_airline).then(|| Place {
            text: office,
            country: country.map(|country| country.to_string()),
            locality: self.city.and_then(text::non_empty),
            ..Place::default()
        })
    }
}
