//! Which numbers could be FedEx's, and how likely: by their format alone, since the daemon itself trusts a number less
//! whose check digit fails. Formats: JBKeen/tracking_number_data and vendor examples, November 2026.

use parcelwatch_plugin::number_format;
use parcelwatch_plugin::prelude::*;

/// What people see printed. Labels have barcodes around these numbers.
pub(crate) const FORMATS: &[NumberFormat] = &[
    NumberFormat::new("door tag", "DTd{12}", 90, &["DT123456789012"]).not(&["DT12345678901"]),
    // DHL Paket and Purolator have twelve digits too, with checks of their own.
    NumberFormat::new("Express, 12 digits", "d{12}", 55, &["986578788855"]).check(express).not(&["996578788855"]),
    NumberFormat::new("Ground, 15 digits", "d{15}", 60, &["123456789012343"]).check(mod10).not(&["123456789012344"]),
    // Any shipper may print one.
    NumberFormat::new("SSCC, 18 digits", "d{18}", 20, &["123456789012345675"]).check(mod10),
    // Most of these are the USPS's own, or UPS's, unless a mailer is known to be FedEx.
    NumberFormat::new("Ground Economy, 22 digits", "92d{3}(931487032|999921360)d{8}", 61, &["9261293148703212345675"])
        .check(mod10),
    NumberFormat::new("Ground Economy, 22 digits", "92d{20}", 25, &["9250012345678901234511"]).check(mod10),
    // FedEx carries TNT's newer parcels and answers for their numbers, so it comes before TNT. Those within the United
    // Kingdom have no check digit.
    NumberFormat::new("TNT, 9 digits", "d{9}", 50, &["123456785"]).check_if_any(checksum::s10_digits).failing(25),
];

fn mod10(number: &str) -> bool {
    checksum::mod10(number, 3, 1)
}

fn express(number: &str) -> bool {
    checksum::mod11_weights(number, &[3, 1, 7])
}

pub(crate) fn recognize(number: &str) -> Vec<Candidate> {
    if !text::is_digits(number) {
        return tnt_lettered(number).or_else(|| number_format::first(FORMATS, number)).into_iter().collect();
    }
    let barcodes = [economy, ground_96, label_barcode, astra];
    let mut candidates = number_format::all(FORMATS, number);
    candidates.extend(barcodes.iter().filter_map(|barcode| barcode(number)));
    candidates
}

/// The hint under which [`plain`] keeps what TNT's letters say.
pub(crate) const ORIGIN: &str = "letters";

/// The country that the last letters of TNT's number name; WW is none.
pub(crate) fn origin(number: &str) -> Option<String> {
    let letters = number.get(11..).filter(|_| tnt_lettered(number).is_some())?;
    Some(Country::new(letters).filter(Country::is_assigned)?.to_string())
}

/// The number that FedEx knows: without what a barcode has around it, or TNT's letters.
pub(crate) fn plain(number: &str) -> String {
    let shorter = |candidate: Candidate| Some(candidate.number).filter(|printed| printed.len() < number.len());
    recognize(number).into_iter().find_map(shorter).unwrap_or_else(|| number.to_owned())
}

/// TNT's nine digits between its letters and those of the country where the parcel began.
fn tnt_lettered(number: &str) -> Option<Candidate> {
    let digits = number.get(2..11).filter(|_| number_format::fits("(GD|GE)d{9}aa", number))?;
    Some(Candidate::new(digits, 75, "TNT, GD or GE").checked(checksum::s10_digits(digits)))
}

/// How known numbers of Ground Economy begin: the USPS's services that FedEx uses.
const ECONOMY_SERVICES: [&str; 3] = ["02", "41", "61"];

/// The check digit closes the number of the USPS, which has 92 or 91 in front. The USPS has twenty digits too, for its own
/// services: there a check digit that holds proves nothing.
fn economy(number: &str) -> Option<Candidate> {
    const SCHEME: &str = "Ground Economy, 20 digits";
    if number.len() != 20 || number.starts_with("00") {
        return None;
    }
    let holds = ["92", "91"].iter().any(|front| mod10(&format!("{front}{number}")));
    let is_known = ECONOMY_SERVICES.iter().any(|service| number.starts_with(service));
    Some(match holds && !is_known {
        true => Candidate::new(number, 12, SCHEME),
        false => Candidate::new(number, 35, SCHEME).checked(holds),
    })
}

/// The barcode of a Ground label; people see its last fifteen digits.
fn ground_96(number: &str) -> Option<Candidate> {
    let printed = number.get(7..).filter(|_| number.len() == 22 && number.starts_with("96"))?;
    Some(Candidate::new(printed, 90, "Ground barcode, 22 digits").checked(mod10(printed)))
}

/// The barcode of an Express label, or the one of Ground with 96 in front; the number ends it.
fn label_barcode(number: &str) -> Option<Candidate> {
    let serial = number.get(20..).filter(|_| number.len() == 34)?;
    let scheme = match (number.as_bytes()[0], number.starts_with("96")) {
        (b'0'..=b'8', _) => "Express barcode, 34 digits",
        (_, true) => "Ground barcode, 34 digits",
        _ => return None,
    };
    let printed = serial.strip_prefix("00").unwrap_or(number);
    let holds = checksum::mod11_weights(serial, &[1, 7, 3]);
    // The USPS has 34 digits too, where 420 and a ZIP code of five digits or nine stand before its own number.
    let is_routed = number.starts_with("420") && [8, 12].iter().any(|end| number.as_bytes()[*end] == b'9');
    (holds || !is_routed).then(|| Candidate::new(printed, 85, scheme).checked(holds))
}

/// The routing barcode of an Express label; its middle is the number.
fn astra(number: &str) -> Option<Candidate> {
    let printed = number.get(16..28).filter(|_| number.len() == 32 && number.starts_with('3'))?;
    Some(Candidate::new(printed, 80, "ASTRA barcode, 32 digits").checked(express(printed)))
}
