//! Reads values out of a TOML table and collects every mistake on the way: a wrong value does not hide the next one.

use std::cell::RefCell;
use std::ops::Range;

use jiff::SignedDuration;
use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, Severity, Source};

/// The mistakes of one file.
#[derive(Debug)]
pub(super) struct Faults<'a> {
    pub(super) source: &'a Source,
    list: RefCell<Vec<Fault>>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, list: RefCell::default() }
    }

    pub(super) fn fault(&self, span: Range<usize>, message: impl Into<String>) {
        self.list.borrow_mut().push(self.source.fault(Severity::Fault, span, message.into()));
    }

    pub(super) fn warn(&self, span: Range<usize>, message: impl Into<String>) {
        self.list.borrow_mut().push(self.source.fault(Severity::Warning, span, message.into()));
    }

    pub(super) fn into_list(self) -> Vec<Fault> {
        self.list.into_inner()
    }
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct At<T> {
    pub value: T,
    pub span: Range<usize>,
}

/// A table being read. Keys nobody asked for are mistakes, reported by `finish`.
#[derive(Debug)]
pub struct Table<'a> {
    table: &'a DeTable<'a>,
    pub(super) span: Range<usize>,
    /// How messages call it: `parcel "desk"`, `[cadence]`.
    pub(super) name: String,
    faults: &'a Faults<'a>,
    asked: RefCell<Vec<String>>,
}

impl<'a> Table<'a> {
    pub(super) fn new(
        table: &'a DeTable<'a>,
        span: Range<usize>,
        name: impl Into<String>,
        faults: &'a Faults<'a>,
    ) -> Self {
        Self { table, span, name: name.into(), faults, asked: RefCell::default() }
    }

    fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().push(key.to_owned());
        self.table.iter().find(|(known, _)| known.get_ref() == key).map(|(_, value)| value)
    }

    pub fn fault(&self, span: Range<usize>, message: impl Into<String>) {
        self.faults.fault(span, message);
    }

    pub(super) fn warn(&self, span: Range<usize>, message: impl Into<String>) {
        self.faults.warn(span, message);
    }

    /// Reads a text with a function that says what is wrong with it.
    pub fn text_as<T>(&self, key: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<At<T>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => match read(text) {
                Ok(read) => Some(At { value: read, span: value.span() }),
                Err(wrong) => {
                    self.fault(value.span(), format!("{}: {key} {wrong}", self.name));
                    None
                }
            },
            other => {
                self.mismatch(key, "a text in quotes", other, value.span());
                None
            }
        }
    }

    pub fn text(&self, key: &str) -> Option<At<String>> {
        self.text_as(key, |text| Ok(text.to_owned()))
    }

    pub fn boolean(&self, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Boolean(boolean) => Some(*boolean),
            other => {
                self.mismatch(key, "true or false", other, value.span());
                None
            }
        }
    }

    /// A whole number within bounds.
    pub fn integer(&self, key: &str, bounds: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let value = self.value(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix()).ok(),
            other => {
                self.mismatch(key, "a whole number", other, value.span());
                return None;
            }
        };
        match number.filter(|number| bounds.contains(number)) {
            Some(number) => Some(number),
            None => {
                let (low, high) = (bounds.start(), bounds.end());
                self.fault(value.span(), format!("{}: {key} must be between {low} and {high}", self.name));
                None
            }
        }
    }

    /// A duration such as "6h", "20min" or "7 days".
    pub fn duration(&self, key: &str) -> Option<SignedDuration> {
        self.text_as(key, duration).map(|at| at.value)
    }

    /// A date, with or without quotes.
    pub(super) fn date(&self, key: &str) -> Option<Date> {
        let value = self.value(key)?;
        let text = match value.get_ref() {
            DeValue::Datetime(datetime) => datetime.to_string(),
            DeValue::String(text) => text.to_string(),
            other => {
                self.mismatch(key, "a date such as 2026-11-21", other, value.span());
                return None;
            }
        };
        match text.parse() {
            Ok(date) => Some(date),
            Err(_) => {
                self.fault(value.span(), format!("{}: {key} is {text}, not a date such as 2026-11-21", self.name));
                None
            }
        }
    }

    /// A list of texts; a single text counts as a list of one.
    pub fn texts(&self, key: &str) -> Vec<At<String>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let items: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
            DeValue::Array(array) => array.iter().collect(),
            _ => vec![value],
        };
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::String(text) => texts.push(At { value: text.to_string(), span: item.span() }),
                other => self.mismatch(key, "a text in quotes", other, item.span()),
            }
        }
        texts
    }

    /// A list of whole numbers within bounds.
    pub(super) fn integers(&self, key: &str, bounds: std::ops::RangeInclusive<i64>) -> Vec<i64> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.mismatch(key, "a list of whole numbers", value.get_ref(), value.span());
            return Vec::new();
        };
        let number = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
            DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix()).ok(),
            _ => None,
        };
        let numbers: Vec<Option<i64>> =
            items.iter().map(|item| number(item).filter(|number| bounds.contains(number))).collect();
        if numbers.iter().any(Option::is_none) {
            let (low, high) = (bounds.start(), bounds.end());
            self.fault(value.span(), format!("{}: {key} takes whole numbers between {low} and {high}", self.name));
        }
        numbers.into_iter().flatten().collect()
    }

    /// A table within.
    pub(super) fn table(&self, key: &str) -> Option<Table<'a>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Table::new(table, value.span(), format!("[{key}]"), self.faults)),
            other => {
                self.mismatch(key, "a table", other, value.span());
                None
            }
        }
    }

    /// Reads a table within, where it is there, to its end.
    pub(super) fn section(&self, key: &str, read: impl FnOnce(&Table<'a>)) {
        if let Some(table) = self.table(key) {
            read(&table);
            table.finish();
        }
    }

    /// The tables within a table, by name.
    pub(super) fn named_tables(&self, key: &str) -> Vec<(At<String>, Table<'a>)> {
        let Some(outer) = self.table(key) else { return Vec::new() };
        let mut tables = Vec::new();
        for (name, value) in outer.table {
            match value.get_ref() {
                DeValue::Table(table) => {
                    let title = format!("[{key}.{}]", name.get_ref());
                    let at = At { value: name.get_ref().to_string(), span: name.span() };
                    tables.push((at, Table::new(table, value.span(), title, self.faults)));
                }
                other => outer.mismatch(name.get_ref(), "a table", other, value.span()),
            }
        }
        tables
    }

    /// A list of tables: `[[key]]`.
    pub(super) fn tables(&self, key: &str) -> Vec<Table<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(array) = value.get_ref() else {
            self.fault(value.span(), format!("{key} is written [[{key}]], once for each"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in array.iter() {
            match item.get_ref() {
                DeValue::Table(table) => tables.push(Table::new(table, item.span(), format!("[[{key}]]"), self.faults)),
                other => self.mismatch(key, "a table", other, item.span()),
            }
        }
        tables
    }

    /// The names and texts of a table whose names are free, such as hints.
    pub(super) fn free_texts(&self, key: &str) -> Vec<(String, At<String>)> {
        let Some(inner) = self.table(key) else { return Vec::new() };
        let names: Vec<String> = inner.table.iter().map(|(name, _)| name.get_ref().to_string()).collect();
        names.into_iter().filter_map(|name| Some((name.clone(), inner.text_or_number(&name)?))).collect()
    }

    /// A text, or a number or a truth that is taken as one.
    fn text_or_number(&self, key: &str) -> Option<At<String>> {
        let value = self.value(key)?;
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(integer) => integer.as_str().to_owned(),
            DeValue::Boolean(boolean) => boolean.to_string(),
            DeValue::Datetime(datetime) => datetime.to_string(),
            other => {
                self.mismatch(key, "a text in quotes", other, value.span());
                return None;
            }
        };
        Some(At { value: text, span: value.span() })
    }

    /// A place, for a warning that is worded later.
    pub(super) fn place(&self, span: Range<usize>) -> Fault {
        self.faults.source.fault(Severity::Warning, span, String::new())
    }

    /// Where a key stands, for a message about it.
    pub(super) fn key_span(&self, key: &str) -> Range<usize> {
        let found = self.table.iter().find(|(known, _)| known.get_ref() == key);
        found.map_or(self.span.clone(), |(known, _)| known.span())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.iter().any(|(known, _)| known.get_ref() == key)
    }

    /// Ends the reading: every key nobody asked for is a mistake, most likely a misspelt one.
    pub(super) fn finish(self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table {
            if asked.iter().any(|asked| asked == key.get_ref()) {
                continue;
            }
            let known = asked.iter().map(String::as_str);
            let hint = match suggestion(key.get_ref(), known) {
                Some(close) => format!("did you mean {close}?"),
                None => format!("known here: {}", asked.join(", ")),
            };
            self.fault(key.span(), format!("{} has no {}; {hint}", self.name, key.get_ref()));
        }
    }

    fn mismatch(&self, key: &str, wanted: &str, found: &DeValue<'_>, span: Range<usize>) {
        let found = match found {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a decimal number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.fault(span, format!("{}: {key} must be {wanted}, not {found}", self.name));
    }
}

/// The known word that was most likely meant.
pub(super) fn suggestion<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let close = known.map(|known| (strsim::damerau_levenshtein(word, known), known));
    let nearest = close.min_by_key(|(distance, _)| *distance)?;
    (nearest.0 <= word.chars().count().max(3) / 3 + 1).then_some(nearest.1)
}

/// Reads a duration such as "6h", "20min" or "7 days". A day has 24 hours.
pub(super) fn duration(text: &str) -> Result<SignedDuration, String> {
    let wrong = || format!("is \"{text}\", not a duration such as \"6h\", \"20min\" or \"7 days\"");
    let span: jiff::Span = text.parse().map_err(|_| wrong())?;
    let relative = jiff::SpanRelativeTo::days_are_24_hours();
    let duration = span.to_duration(relative).map_err(|_| wrong())?;
    if duration.is_negative() {
        return Err(format!("is \"{text}\"; a duration cannot be negative"));
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, seconds) in
            [("6h", 21_600), ("20min", 1_200), ("7 days", 604_800), ("1h 30m", 5_400), ("90s", 90), ("0s", 0)]
        {
            assert_eq!(duration(text).map(|d| d.as_secs()), Ok(seconds), "{text}");
        }
        for wrong in ["", "6", "soon", "-5h", "1 month"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_close_word_is_suggested_and_a_far_one_is_not() {
        let known = ["numbers", "carrier", "label"];
        assert_eq!(suggestion("numbrs", known.into_iter()), Some("numbers"));
        assert_eq!(suggestion("carier", known.into_iter()), Some("carrier"));
        assert_eq!(suggestion("frequency", known.into_iter()), None);
    }
}
