//! Which numbers could be DHL's, and how likely: by their format alone, since the daemon itself trusts a number less
//! whose check digit fails. Formats: JBKeen/tracking_number_data and vendor examples, November 2026.

use parcelwatch_plugin::prelude::*;

/// The formats of DHL's units. None is claimed with certainty that another carrier shares.
pub(crate) fn recognize(number: &str) -> Vec<Candidate> {
    let formats = [express, piece, identcode, sscc, ecommerce, fourteen, americas, benelux, letter];
    formats.iter().filter_map(|format| format(number)).collect()
}

/// The number that DHL knows: without the routing code that a label has before it.
pub(crate) fn plain(number: &str) -> String {
    americas(number).map_or_else(|| number.to_owned(), |candidate| candidate.number)
}

/// One random number in seven passes the check.
fn express(number: &str) -> Option<Candidate> {
    let likely = match number.len() {
        10 => 65,
        // GLS has eleven digits too, without a check.
        11 => 45,
        _ => return None,
    };
    is_digits(number).then(|| Candidate::new(number, likely, "Express waybill").checked(checksum::mod7(number)))
}

/// A licence plate: `J`, up to three more letters, digits. With sixteen digits after JD it may as well be Yodel's.
fn piece(number: &str) -> Option<Candidate> {
    let letters = number.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = &number[letters..];
    let fits = number.starts_with('J') && (2..=4).contains(&letters) && (9..=20).contains(&digits.len());
    if !fits || !is_digits(digits) {
        return None;
    }
    let yodel = matches!(&number[..letters], "JD" | "JJD") && digits.len() == 16;
    Some(Candidate::new(number, if yodel { 40 } else { 90 }, "piece id"))
}

/// DHL Paket; FedEx and Purolator have twelve digits with checks of their own.
fn identcode(number: &str) -> Option<Candidate> {
    (number.len() == 12 && is_digits(number))
        .then(|| Candidate::new(number, 40, "Paket identcode").checked(checksum::mod10_weights(number, &[4, 9])))
}

/// DHL Paket; its company number begins with 340434.
fn sscc(number: &str) -> Option<Candidate> {
    (number.len() == 20 && number.starts_with("00") && is_digits(number)).then(|| {
        let likely = if number.starts_with("00340434") { 95 } else { 50 };
        Candidate::new(number, likely, "Paket SSCC").checked(checksum::mod10(number, 3, 1))
    })
}

/// DHL eCommerce, Asia above all. What has the shape of S10 belongs to a post.
fn ecommerce(number: &str) -> Option<Candidate> {
    const PREFIXES: [&str; 10] = ["GM", "LX", "RX", "UV", "CN", "SG", "TH", "IN", "HK", "MY"];
    let prefix = PREFIXES.iter().find(|prefix| number.starts_with(**prefix))?;
    let rest = &number[2..];
    let fits = (10..=39).contains(&rest.len())
        && rest.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && rest.bytes().any(|b| b.is_ascii_digit())
        && !checksum::is_s10(number);
    fits.then(|| Candidate::new(number, if *prefix == "GM" { 80 } else { 20 }, "eCommerce"))
}

/// Chronopost and DPD have fourteen digits too.
fn fourteen(number: &str) -> Option<Candidate> {
    (number.len() == 14 && is_digits(number)).then(|| Candidate::new(number, 20, "eCommerce, 14 digits"))
}

/// DHL eCommerce Americas, in the form of the USPS that delivers it; a routing code of 420 and a ZIP code may go
/// before.
fn americas(number: &str) -> Option<Candidate> {
    const MAILERS: [&str; 6] = ["9361", "9374", "9370", "9261", "9274", "9241"];
    let routed = number.starts_with("420") && matches!(number.len(), 30 | 34);
    let plain = if routed { number.get(number.len() - 22..)? } else { number };
    let fits = plain.len() == 22 && is_digits(number) && MAILERS.iter().any(|mailer| plain.starts_with(mailer));
    fits.then(|| Candidate::new(plain, 40, "eCommerce Americas").checked(checksum::mod10(plain, 3, 1)))
}

/// DHL Parcel Benelux; PostNL begins with 3S too.
fn benelux(number: &str) -> Option<Candidate> {
    let (sender, serial) = number.strip_prefix("3S")?.split_at_checked(4)?;
    let fits = sender.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && (7..=11).contains(&serial.len())
        && is_digits(serial);
    fits.then(|| Candidate::new(number, 35, "Parcel Benelux"))
}

/// What Germany posted. The first letter says what it is: parcels, EMS and goods of web shops are DHL's; letters and small
/// packets are Deutsche Post's, which is asked first.
fn letter(number: &str) -> Option<Candidate> {
    let is_ours = number.starts_with(['C', 'E', 'H']);
    Candidate::s10(number, if is_ours { 75 } else { 55 }).filter(|_| number.ends_with("DE"))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
