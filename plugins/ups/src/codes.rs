//! What UPS's codes mean. Two letters alone mean little: UA is a corrected arrival as a movement and a return as a D, DP
//! is a manifest and a departure, and RZ is a wait for release as well as the release. So the status code of three digits
//! goes first, then the table of the event's type. Tables: the vendor's pages, read by us, November 2026.

use parcelwatch_plugin::Status::{self, *};
use parcelwatch_plugin::code_table::CodeTable;

pub(crate) const STATUS: CodeTable = CodeTable::new(include_str!("codes/status.txt"));
pub(crate) const TYPES: CodeTable = CodeTable::new(include_str!("codes/types.txt"));
pub(crate) const MOVEMENT: CodeTable = CodeTable::new(include_str!("codes/movement.txt"));
pub(crate) const MANIFEST: CodeTable = CodeTable::new(include_str!("codes/manifest.txt"));
pub(crate) const EXCEPTION: CodeTable = CodeTable::new(include_str!("codes/exception.txt"));
pub(crate) const DELIVERY: CodeTable = CodeTable::new(include_str!("codes/delivery.txt"));
pub(crate) const MAIL: CodeTable = CodeTable::new(include_str!("codes/mail.txt"));
/// Where a delivered parcel was left. UPS has no list of these; the front desk is known from an answer.
const LEFT_AT: CodeTable = CodeTable::new(include_str!("codes/left_at.txt"));

/// The codes of one scan: `statusCode`, `type` and `code`. Each may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScanCodes {
    /// Three digits.
    pub digits: Option<String>,
    pub kind: Option<String>,
    /// Two letters or digits, within the type.
    pub letters: Option<String>,
}

impl ScanCodes {
    pub(crate) fn status(&self, is_mail: bool) -> Status {
        // "No status" (000, 088 …) leaves the word to the letters.
        let by_digits = self.digits.as_deref().and_then(|digits| STATUS.find(digits)).filter(|told| *told != Unknown);
        let by_letters = self.letters.as_deref().map(|letters| self.by_letters(letters, is_mail));
        match (by_digits, by_letters) {
            // Handed over to the sender again.
            (Some(Delivered), Some(back @ (Returning | Returned))) if self.is_delivery() => back,
            (Some(coarse), Some(fine)) if is_finer(coarse, fine) => fine,
            (Some(status), _) | (None, Some(status)) => status,
            (None, None) if self.digits.is_some() => Unknown,
            // A return is a D, too.
            (None, None) if self.is_delivery() => Unknown,
            (None, None) => TYPES.status(self.kind.as_deref()),
        }
    }

    /// By the letters, in the table of the type. F4, with which deliveries come, stands in the list of exceptions only;
    /// a return is not missed, whoever brings the parcel; and a label moves nothing, whatever its letters mean with others.
    fn by_letters(&self, letters: &str, is_mail: bool) -> Status {
        self.tables(is_mail).iter().find_map(|table| table.find(letters)).unwrap_or(Unknown)
    }

    /// What the code that counts says beside its status: what ended the journey, or what is wanted.
    pub(crate) fn problem(&self, is_mail: bool) -> Option<(&'static str, &'static str)> {
        let by_digits = self.digits.as_deref().and_then(|digits| STATUS.fact(digits));
        let by_letters = || {
            let letters = self.letters.as_deref()?;
            let table = self.tables(is_mail).iter().find(|table| table.find(letters).is_some())?;
            table.fact(letters)
        };
        by_digits.or_else(by_letters).filter(|(name, _)| *name == "problem")
    }

    /// Where its letters are looked up.
    fn tables(&self, is_mail: bool) -> &'static [CodeTable] {
        match self.kind.as_deref().unwrap_or_default() {
            "D" if is_mail => &[MAIL, DELIVERY],
            "M" | "MV" if is_mail => &[MANIFEST, MAIL],
            _ if is_mail => &[MAIL],
            "D" => &[DELIVERY, EXCEPTION],
            "I" => &[MOVEMENT, EXCEPTION],
            "X" => &[EXCEPTION],
            "M" | "MV" => &[MANIFEST],
            "P" | "U" | "W" | "DO" | "DD" => &[MOVEMENT],
            _ => &[],
        }
    }

    /// What a status means where the parcel comes from: customs there are those of export, unless the code says import.
    pub(crate) fn at_origin(&self, status: Status) -> Status {
        let is = |told: &Option<String>, code: &str| told.as_deref() == Some(code);
        let says_import = is(&self.digits, "134") || (is(&self.kind, "I") && is(&self.letters, "IP"));
        match status {
            ImportCustoms | CustomsHold | CustomsCleared if !says_import => ExportCustoms,
            status => status,
        }
    }

    /// Whether it is of the type that deliveries and returns have in common.
    pub(crate) fn is_delivery(&self) -> bool {
        self.kind.as_deref() == Some("D")
    }

    /// Whether the type is all that is told.
    pub(crate) fn is_bare(&self) -> bool {
        self.digits.is_none() && self.letters.is_none()
    }

    /// All that was told, for people: `014 X RZ`.
    pub(crate) fn code(&self) -> Option<String> {
        let told: Vec<&str> =
            [&self.digits, &self.kind, &self.letters].into_iter().flatten().map(String::as_str).collect();
        (!told.is_empty()).then(|| told.join(" "))
    }
}

/// Whether letters say the same as the three digits, and more of it.
fn is_finer(coarse: Status, fine: Status) -> bool {
    matches!((coarse, fine), (InTransit, DepartedOrigin) | (Exception, Damaged | Lost))
}

/// Three digits, also where zeros in front of them were lost.
pub(crate) fn digits(told: &str) -> String {
    let told = told.trim();
    let is_number = !told.is_empty() && told.bytes().all(|b| b.is_ascii_digit());
    if is_number { format!("{told:0>3}") } else { told.to_owned() }
}

/// Why it goes back, where a code says so. The letters are those of type D.
pub(crate) fn return_reason(scan_codes: &ScanCodes) -> Option<&'static str> {
    match (scan_codes.digits.as_deref(), scan_codes.letters.as_deref()) {
        (Some("064"), _) => Some("refused"),
        (_, Some("5F")) if scan_codes.is_delivery() => Some("unclaimed"),
        _ => None,
    }
}

pub(crate) fn left_at(words: &str) -> Option<(&'static str, &'static str)> {
    LEFT_AT.fact(&words.trim().to_ascii_lowercase())
}
