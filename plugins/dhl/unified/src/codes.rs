//! What DHL's words mean. Every unit has words of its own, and not all have codes; the coarse `statusCode` that all
//! share is believed where nothing finer is said. Tables: the vendor's list of 2024, read by us.

mod wording;

use parcelwatch_plugin::code_table::{CodeTable, Entry};
use parcelwatch_plugin::{Status, text};

use crate::answer::StatusReport;
use crate::facts;

/// Where the vendor's list cuts its words.
const WORDS_CHARS_MAX: usize = 70;

/// Every code that a unit is known to have; none for a unit that the vendor's list leaves out.
pub fn entries(unit: &str) -> impl Iterator<Item = Entry> {
    Table::of(unit).0.entries()
}

/// The codes of a unit, with the vendor's words in lower case.
#[derive(Clone, Copy, Debug)]
struct Table(CodeTable);

/// The units that share a list, and the list.
const TABLES: [(&[&str], CodeTable); 10] = [
    (&["express"], CodeTable::new(include_str!("codes/express.txt"))),
    (&["parcel-de"], CodeTable::new(include_str!("codes/parcel-de.txt"))),
    (&["parcel-nl"], CodeTable::new(include_str!("codes/parcel-nl.txt"))),
    (&["parcel-pl"], CodeTable::new(include_str!("codes/parcel-pl.txt"))),
    // That Asia uses the list of the Americas is inferred: the list names partners and places of both.
    (&["ecommerce", "ecommerce-apac"], CodeTable::new(include_str!("codes/ecommerce.txt"))),
    (&["ecommerce-europe"], CodeTable::new(include_str!("codes/ecommerce-europe.txt"))),
    (&["ecommerce-ppl"], CodeTable::new(include_str!("codes/ppl.txt"))),
    (&["dgf"], CodeTable::new(include_str!("codes/forwarding.txt"))),
    (&["freight"], CodeTable::new(include_str!("codes/freight.txt"))),
    (&["svb", "post-de", "post-international"], CodeTable::new(include_str!("codes/letters.txt"))),
];
const NO_TABLE: CodeTable = CodeTable::new("");

impl Table {
    fn of(unit: &str) -> Self {
        Self(TABLES.iter().find(|(units, _)| units.contains(&unit)).map_or(NO_TABLE, |(_, table)| *table))
    }

    fn by_code(self, code: &str) -> Option<Meaning> {
        let entry = self.0.entry(code)?;
        Some(Meaning { status: entry.status, words: Some(entry.words), fact: entry.fact })
    }

    /// By the vendor's own words for a code. Words that stand for codes of different meanings mean nothing.
    fn by_words(self, text: &str) -> Option<Meaning> {
        let text: String = squeeze(text).chars().take(WORDS_CHARS_MAX).collect();
        let words = text.trim_end();
        let mut meant = self.0.by_words(words).map(|entry| (entry.status, entry.fact));
        let (status, fact) = meant.next()?;
        meant.all(|other| other == (status, fact)).then_some(Meaning { status, words: None, fact })
    }

    /// By a status and the description beside it. Where the status says no more than "delivered", the description may tell
    /// that a shop has it.
    fn by_sentences(self, status: &str, description: &str) -> Option<Meaning> {
        let of_status = self.by_words(status);
        match of_status {
            Some(Meaning { status: Status::Delivered, .. }) | None => self.by_words(description).or(of_status),
            Some(meaning) => Some(meaning),
        }
    }
}

/// What one thing that DHL said means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub status: Status,
    /// The vendor's English words, where the answer holds a bare code or another language.
    pub words: Option<&'static str>,
    /// What the table says beside the status: a problem that ends the journey or wants somebody.
    pub fact: Option<(&'static str, &'static str)>,
}

/// What an event of a unit means: by its code, then by its words, then by the coarse state. A code that no table has is
/// unknown, whatever the coarse state says.
pub(crate) fn meaning(service: &str, report: &StatusReport) -> Meaning {
    let table = Table::of(service);
    let coarse = report.status_code.as_deref().unwrap_or_default();
    let description = report.description.as_deref().unwrap_or_default();
    let [detailed, status] = fine(report);
    let coded = table.by_code(detailed).or_else(|| table.by_code(status));
    let opening = || [status, description].iter().find_map(|text| wording::by_opening(service, text));
    let found = coded.or_else(|| table.by_sentences(status, description)).or_else(opening);
    let unlisted = || is_code(service, detailed) || is_code(service, status);
    let words = || wording::plain(&format!("{status} {description}"));
    match found {
        // Nothing has been handed over, so nothing was delivered; neither word is believed.
        Some(Meaning { status: Status::Delivered, .. }) if coarse == "pre-transit" => Meaning::of(Status::Unknown),
        Some(meaning @ Meaning { status: Status::Delivered, .. }) if coded.is_none() => {
            Meaning { status: wording::delivered(&words()), ..meaning }
        }
        Some(meaning) => meaning,
        None if unlisted() => Meaning::of(Status::Unknown),
        None => Meaning::of(wording::by_coarse(coarse, &words())),
    }
}

/// What the state of a whole shipment means: where its code is new, the coarse state beside it.
pub(crate) fn state(service: &str, report: &StatusReport) -> Status {
    let words = wording::plain(report.description.as_deref().unwrap_or_default());
    match meaning(service, report).status {
        Status::Unknown => wording::by_coarse(report.status_code.as_deref().unwrap_or_default(), &words),
        status => status,
    }
}

impl Meaning {
    fn of(status: Status) -> Self {
        Self { status, words: None, fact: None }
    }
}

/// The finest code that was said: one that looks like a code of the unit, else the coarse state. It rests on what was
/// said and not on our tables, because it is part of an event's identity.
pub(crate) fn code<'a>(service: &str, report: &'a StatusReport) -> Option<&'a str> {
    fine(report).into_iter().find(|text| is_code(service, text)).or(report.status_code.as_deref())
}

/// Where a code may stand.
fn fine(report: &StatusReport) -> [&str; 2] {
    [&report.status_detailed, &report.status].map(|text| text.as_deref().unwrap_or_default().trim())
}

/// Whether a text is a code and no sentence: capitals, digits and signs without a blank. eCommerce writes sentences in
/// capitals, and some have one word only.
pub(crate) fn is_code(service: &str, text: &str) -> bool {
    let signs = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'/');
    let unlike_words = |b: u8| b.is_ascii_digit() || b == b'_';
    let codes_only = matches!(service, "parcel-nl" | "parcel-pl" | "dgf" | "svb" | "post-de" | "post-international");
    !text.is_empty() && text.bytes().all(signs) && (codes_only || text.len() <= 3 || text.bytes().any(unlike_words))
}

/// Whether a status says "delivered" and nothing else.
pub(crate) fn is_bare_delivered(status: &str) -> bool {
    wording::plain(status) == "delivered"
}

/// Whether the words beside a bare "delivered" are the vendor's: listed, or of a place or somebody that all parcels know.
pub(crate) fn is_known_beside_delivered(service: &str, description: &str) -> bool {
    let words = wording::plain(&format!("delivered {description}"));
    Table::of(service).by_words(description).is_some()
        // Whom it was handed to may be named.
        || matches!(wording::delivered(&words), Status::Returned | Status::AvailableForPickup)
        || facts::is_place(description)
}

/// ASCII letters in lower case, one blank between words.
fn squeeze(text: &str) -> String {
    text::clean(text).to_ascii_lowercase()
}
