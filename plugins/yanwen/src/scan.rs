//! What both interfaces have in common: words without the people in them, places, clocks, and the local carrier's number.

use parcelwatch_plugin::prelude::*;

use crate::codes;

/// What stands between these is a clause.
const CLAUSE_ENDS: [char; 9] = [',', '，', ';', '；', '(', ')', '（', '）', '。'];
/// A clause with one of these is about a person: who collects or brings it, a telephone, a door and its code.
const PRIVATE: [&str; 8] = ["姓名", "揽投员", "投递员", "收件员", "电话", "手机", "door no:", "pin:"];

/// The words of a scan in JSON. `<User not at home>` looks like a tag there, and is none.
pub(crate) fn words(told: &str) -> String {
    let plain = text::plain(told);
    if codes::words(&plain).is_some() { plain } else { without_people(&text::clean(told)) }
}

/// Free text without the people in it: clauses about them, their names and their numbers become `…`.
pub(crate) fn without_people(words: &str) -> String {
    text::discreet(&without_clauses(words))
}

fn without_clauses(words: &str) -> String {
    let is_private = |clause: &str| {
        let clause = clause.to_ascii_lowercase();
        PRIVATE.iter().any(|part| clause.contains(part))
    };
    if !is_private(words) {
        return words.to_owned();
    }
    let mut out = String::with_capacity(words.len());
    // What ends the last clause that was left out; several in a row become one `…`.
    let mut hidden: Option<&str> = None;
    for clause in words.split_inclusive(CLAUSE_ENDS) {
        if is_private(clause) {
            if hidden.is_none() {
                out.push_str(if clause.starts_with(' ') { " …" } else { "…" });
            }
            hidden = Some(clause.strip_prefix(clause.trim_end_matches(CLAUSE_ENDS)).unwrap_or_default());
        } else {
            out.push_str(hidden.take().unwrap_or_default());
            out.push_str(clause);
        }
    }
    out.push_str(hidden.unwrap_or_default());
    out
}

/// A place as Yanwen writes it: a name, or the two letters of a country.
pub(crate) fn place(told: &str) -> Option<Place> {
    let text = text::non_empty(told)?;
    Some(Place { country: country(&text), text, ..Place::default() })
}

/// A country by its letters or by its name.
pub(crate) fn country(told: &str) -> Option<String> {
    let letters = Country::new(told.trim()).filter(Country::is_assigned);
    letters.or_else(|| Country::from_name(told)).map(|country| country.to_string())
}

/// Yanwen gives each scan its own offset. That of China on a scan made at the destination is what it once wrote beside the
/// clocks of American scans, so there it is only a hint.
pub(crate) fn doubt(moment: Moment) -> Moment {
    match &moment {
        Moment::Instant(at) if at.ends_with("+08:00") => civil::distrust(moment, Some("+08:00")),
        _ => moment,
    }
}

/// Whether a scan of this meaning is made at the destination.
pub(crate) fn is_at_destination(status: Option<Status>) -> bool {
    status.is_some_and(|status| (Status::ArrivedDestination..=Status::Delivered).contains(&status))
}

/// The local carrier's number, where it is another than the one asked.
pub(crate) fn handoff(told: &str, number: &str, destination: Option<String>) -> Option<Handoff> {
    let local = Handoff::number(told, number)?;
    Some(Handoff::new(local, Role::HandOff, 85, "Yanwen gives it as the number of the last mile").at(None, destination))
}
