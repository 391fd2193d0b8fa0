//! Which numbers could be DHL's, and how likely: by their format alone, since the daemon itself trusts a number less
//! whose check digit fails. None is claimed with certainty that another carrier shares. Formats:
//! JBKeen/tracking_number_data and vendor examples, November 2026.

use parcelwatch_plugin::number_format;
use parcelwatch_plugin::prelude::*;

pub(crate) const FORMATS: &[NumberFormat] = &[
    // One random number in seven passes the check.
    NumberFormat::new("Express waybill", "d{10}", 55, &["3318810025"]).check(checksum::mod7).not(&["3318810010"]),
    // GLS has eleven digits too, without a check.
    NumberFormat::new("Express waybill", "d{11}", 45, &["12345678903"]).check(checksum::mod7),
    // A licence plate. With sixteen digits after JD it may as well be Yodel's.
    NumberFormat::new("piece id", "(JD|JJD)d{16}", 40, &["JD0123456789012345"]),
    NumberFormat::new("piece id", "JD01d{16}", 90, &["JD014600003456789012"]),
    NumberFormat::new("piece id", "(JJD|JVGL)d{9-24}", 90, &["JVGL0123456789", "JJD000030247489000000075290"]),
    // Others have such letters too, J&T and Purolator among them.
    NumberFormat::new("piece id", "Ja{1-3}d{9-20}", 25, &["JJS000390015480117223"]).not(&["J0123456789"]),
    // FedEx and Purolator have twelve digits with checks of their own.
    NumberFormat::new("Paket identcode", "d{12}", 40, &["423475729485"])
        .check(|number| checksum::mod10_weights(number, &[4, 9]))
        .not(&["423475729486"]),
    // 340434 is DHL Paket's company number.
    NumberFormat::new("Paket SSCC", "0034043d{13}", 95, &["00340434000000000017"]).check(mod10),
    NumberFormat::new("Paket SSCC", "00d{18}", 50, &["00000000000000000178"])
        .check(mod10)
        .not(&["00000000000000000179"]),
    NumberFormat::new("eCommerce", "GMx{10-39}", 80, &["GM605113000012345"]),
    // Asia above all.
    NumberFormat::new("eCommerce", "(LX|RX|UV|CN|SG|TH|IN|HK|MY)x{10-39}", 20, &["CN0123456789"]).not(&["CN012345678"]),
    NumberFormat::new("eCommerce, 16 digits", "d{16}", 15, &["3387191106122423"]),
    // Chronopost and DPD have fourteen digits too.
    NumberFormat::new("eCommerce, 14 digits", "d{14}", 20, &["12345678901234"]),
    // The form of the USPS, which delivers it.
    AMERICAS,
    // PostNL begins with 3S too.
    NumberFormat::new("Parcel Benelux", "3Sx{4}d{7-11}", 35, &["3SABCD1234567"]).not(&["3SABCD123456"]),
    // What Germany posted. The first letter says what it is: parcels, EMS and goods of web shops are DHL's; letters and
    // small packets are Deutsche Post's, which is polled first.
    NumberFormat::s10("[CEH]ad{9}DE", 75, &["CB123456785DE"]),
    NumberFormat::s10("aad{9}DE", 55, &["RB123456785DE"]),
];

const AMERICAS: NumberFormat =
    NumberFormat::new("eCommerce Americas", "(9361|9374|9370|9261|9274|9241)d{18}", 40, &["9361000000000000000124"])
        .check(mod10);

fn mod10(number: &str) -> bool {
    checksum::mod10(number, 3, 1)
}

pub(crate) fn recognize(number: &str) -> Vec<Candidate> {
    // An own number of eCommerce has a digit; what has the shape of S10 belongs to a post.
    let is_ecommerce = number.bytes().any(|b| b.is_ascii_digit()) && !checksum::is_s10(number);
    let mut candidates = number_format::all(FORMATS, number);
    candidates.retain(|candidate| candidate.scheme != "eCommerce" || is_ecommerce);
    candidates.extend(unrouted(number).and_then(|label| AMERICAS.candidate(label)));
    candidates
}

/// The number that DHL knows: without the routing code that a label has before it.
pub(crate) fn plain(number: &str) -> String {
    unrouted(number).filter(|label| AMERICAS.fits(label)).unwrap_or(number).to_owned()
}

/// What stands behind a routing code of 420 and a ZIP code of five digits or nine.
fn unrouted(number: &str) -> Option<&str> {
    let is_routed = number.starts_with("420") && matches!(number.len(), 30 | 34) && text::is_digits(number);
    number.get(number.len().checked_sub(22)?..).filter(|_| is_routed)
}
