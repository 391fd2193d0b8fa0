//! Which numbers could be FedEx's, and how likely: by their format alone, since the daemon itself trusts a number less
//! whose check digit fails. Formats: JBKeen/tracking_number_data and vendor examples, November 2026.

use parcelwatch_plugin::prelude::*;

/// The formats of labels, barcodes and door tags, and of TNT.
pub(crate) fn recognize(number: &str) -> Vec<Candidate> {
    if let Some(tag) = number.strip_prefix("DT") {
        let fits = tag.len() == 12 && is_digits(tag);
        return fits.then(|| Candidate::new(number, 90, "door tag")).into_iter().collect();
    }
    if !is_digits(number) {
        return tnt_lettered(number).into_iter().collect();
    }
    let formats = [express, ground, sscc, economy, economy_as_usps, ground_96, label_barcode, astra, tnt];
    formats.iter().filter_map(|format| format(number)).collect()
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

/// DHL Paket and Purolator have twelve digits too, with checks of their own.
fn express(number: &str) -> Option<Candidate> {
    (number.len() == 12).then(|| Candidate::new(number, 65, "Express, 12 digits").checked(express_holds(number)))
}

fn express_holds(number: &str) -> bool {
    checksum::mod11_weights(number, &[3, 1, 7])
}

fn ground(number: &str) -> Option<Candidate> {
    (number.len() == 15).then(|| Candidate::new(number, 75, "Ground, 15 digits").checked(checksum::mod10(number, 3, 1)))
}

/// FedEx carries TNT's newer parcels and answers for their numbers, so it comes before TNT. Those within the United
/// Kingdom have no check digit.
fn tnt(number: &str) -> Option<Candidate> {
    let candidate = |confidence| Candidate::new(number, confidence, "TNT, 9 digits");
    (number.len() == 9).then(|| if checksum::s10_digits(number) { candidate(50).checked(true) } else { candidate(25) })
}

/// TNT's nine digits between its letters and those of the country where the parcel began.
fn tnt_lettered(number: &str) -> Option<Candidate> {
    let fits = checksum::is_s10(number) && (number.starts_with("GD") || number.starts_with("GE"));
    let digits = number.get(2..11).filter(|_| fits)?;
    Some(Candidate::new(digits, 75, "TNT, GD or GE").checked(checksum::s10_digits(digits)))
}

/// Any shipper may print one.
fn sscc(number: &str) -> Option<Candidate> {
    (number.len() == 18).then(|| Candidate::new(number, 20, "SSCC, 18 digits").checked(checksum::mod10(number, 3, 1)))
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
    let holds = ["92", "91"].iter().any(|front| checksum::mod10(&format!("{front}{number}"), 3, 1));
    let is_known = ECONOMY_SERVICES.iter().any(|service| number.starts_with(service));
    Some(match holds && !is_known {
        true => Candidate::new(number, 12, SCHEME),
        false => Candidate::new(number, 35, SCHEME).checked(holds),
    })
}

/// Mailers of the USPS, in digits 6 to 14, that known numbers of FedEx have.
const ECONOMY_MAILERS: [&str; 2] = ["931487032", "999921360"];

/// Most of these are the USPS's own, or UPS's, unless a mailer is known to be FedEx.
fn economy_as_usps(number: &str) -> Option<Candidate> {
    let mailer = number.get(5..14).filter(|_| number.len() == 22 && number.starts_with("92"))?;
    let confidence = if ECONOMY_MAILERS.contains(&mailer) { 61 } else { 25 };
    Some(Candidate::new(number, confidence, "Ground Economy, 22 digits").checked(checksum::mod10(number, 3, 1)))
}

/// The barcode of a Ground label; people see its last fifteen digits.
fn ground_96(number: &str) -> Option<Candidate> {
    let printed = number.get(7..).filter(|_| number.len() == 22 && number.starts_with("96"))?;
    Some(Candidate::new(printed, 90, "Ground barcode, 22 digits").checked(checksum::mod10(printed, 3, 1)))
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
    Some(Candidate::new(printed, 80, "ASTRA barcode, 32 digits").checked(express_holds(printed)))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
