//! Which numbers could be Cainiao's. None of its own formats has a check digit, so nothing here is certain; and any post's
//! number can be polled, because Cainiao follows what it handed over.

use parcelwatch_plugin::number_format::NumberFormat;

/// LP with nine digits and CN is S10, which other networks use as well.
pub(crate) const FORMATS: &[NumberFormat] = &[
    NumberFormat::new("CNG number", "CNGd{14}", 95, &["CNG00012345678901"]),
    NumberFormat::new("CNBR number", "CNBRd{11}", 85, &["CNBR00012345678"]),
    NumberFormat::new("LP number", "LPd{14}", 85, &["LP00123456789012"]),
    NumberFormat::new("LP number", "LPd{11-16}", 60, &["LP00123456789", "LP0012345678901234"]).not(&["LP1234567890"]),
    NumberFormat::new("LP number", "LPd{11-16}CN", 60, &["LP00123456789CN"]).not(&["LP123456785CN"]),
    NumberFormat::new("AP number", "APd{14}", 75, &["AP00123456789012"]),
    NumberFormat::new("AE number", "AEd{9}", 70, &["AE001234567"]),
    // The post that the last letters name is the better guess.
    NumberFormat::s10("aad{9}aa", 30, &["RB123456785GB", "LP123456785CN"]).not(&["RB123456786GB"]),
    NumberFormat::new("DOFR number", "DOFRd{6-20}HD", 80, &["DOFR0012345678HD"]),
    // As AliExpress names packages in its messages.
    NumberFormat::new("AliExpress package", "JYd{2}x{12-14}", 20, &["JY26CAA0D000551012"]).not(&["JY0123456789"]),
    NumberFormat::new("AliExpress package", "HMx{14-16}", 20, &["HM0000010001198611"]),
    NumberFormat::new("AliExpress package", "PDNx{8-18}", 20, &["PDN0123456789012"]),
    NumberFormat::new("ten digits and Y", "aad{10}Y", 70, &["AB0123456789Y"]),
    // Everybody has these.
    NumberFormat::new("ten digits", "d{10}", 5, &["0123456789"]),
];

/// A tracking number inside prose: 8 to 30 capitals and digits, one digit at least. "Latest Tracking Number:\tAB123…"
/// has a tab before it.
pub(crate) fn in_prose(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| {
        (8..=30).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && word.bytes().any(|b| b.is_ascii_digit())
    })
}
