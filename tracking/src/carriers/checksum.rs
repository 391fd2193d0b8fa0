//! Check digits. A digit that does not hold makes a typo likely and never forbids to ask: carriers hand out such numbers
//! too. Facts and test numbers: JBKeen/tracking_number_data and the vendors' guides, November 2026.

use crate::vocabulary::Country;

/// The digits of a text, or `None` when anything else is in it.
fn digits(text: &str) -> Option<Vec<u32>> {
    (!text.is_empty()).then_some(())?;
    text.bytes().map(|b| b.is_ascii_digit().then(|| u32::from(b - b'0'))).collect()
}

/// Splits off the last digit.
fn split(text: &str) -> Option<(Vec<u32>, u32)> {
    let mut payload = digits(text)?;
    let check = payload.pop()?;
    Some((payload, check))
}

/// UPU S10: two letters, eight digits, the check digit, and the two letters of a post.
pub fn s10(number: &str) -> bool {
    s10_country(number).is_some_and(is_postal_area) && s10_digits(&number[2..11])
}

/// The rule of S10 on nine digits alone, which TNT uses too: weights 8 6 4 2 3 5 9 7; 11 minus the sum modulo 11, where 10
/// gives 0 and 11 gives 5.
pub fn s10_digits(number: &str) -> bool {
    let Some((payload, check)) = split(number).filter(|(payload, _)| payload.len() == 8) else { return false };
    let sum: u32 = [8, 6, 4, 2, 3, 5, 9, 7].iter().zip(&payload).map(|(weight, digit)| weight * digit).sum();
    let expected = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        digit => digit,
    };
    expected == check
}

/// Whether a post uses these letters: a country's, or private ones, as networks behind Chinese posts put them on parcels
/// (YP, YR, MI; recorded numbers, November 2026).
fn is_postal_area(letters: &str) -> bool {
    letters.starts_with('Y') || letters == "MI" || Country::new(letters).is_some_and(|country| country.is_assigned())
}

/// Whether a number has the shape of UPU S10, whatever its check digit.
pub fn is_s10(number: &str) -> bool {
    let bytes = number.as_bytes();
    bytes.len() == 13
        && bytes[..2].iter().chain(&bytes[11..]).all(u8::is_ascii_uppercase)
        && bytes[2..11].iter().all(u8::is_ascii_digit)
}

/// The country letters of an S10 number.
pub fn s10_country(number: &str) -> Option<&str> {
    is_s10(number).then(|| &number[11..])
}

/// Modulo 10 with the weights of the odd and the even positions, counted from the right of the payload; the digit fills the
/// sum up to the next ten. `(3, 1)` is the rule of the GS1 family and of USPS.
pub fn mod10(number: &str, odd: u32, even: u32) -> bool {
    let Some((payload, check)) = split(number) else { return false };
    let weighed = payload.iter().rev().enumerate().map(|(i, digit)| digit * if i % 2 == 0 { odd } else { even });
    (10 - weighed.sum::<u32>() % 10) % 10 == check
}

/// Modulo 10 with weights from the left; the digit fills the sum up to the next ten.
pub fn mod10_weights(number: &str, weights: &[u32]) -> bool {
    let Some((payload, check)) = split(number) else { return false };
    let sum: u32 = payload.iter().zip(weights.iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    (10 - sum % 10) % 10 == check
}

/// Modulo 11 with weights from the left, the rest taken modulo 10 (FedEx).
pub fn mod11_weights(number: &str, weights: &[u32]) -> bool {
    let Some((payload, check)) = split(number) else { return false };
    let sum: u32 = payload.iter().zip(weights.iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    sum % 11 % 10 == check
}

/// The number without its last digit, modulo 7, is the last digit (DHL Express).
pub fn mod7(number: &str) -> bool {
    let Some((payload, check)) = split(number) else { return false };
    payload.iter().fold(0, |rest, digit| (rest * 10 + digit) % 7) == check
}

/// Luhn: from the right, every second digit doubled, its own digits added.
pub fn luhn(number: &str) -> bool {
    let Some((payload, check)) = split(number) else { return false };
    let doubled = payload.iter().rev().enumerate().map(|(i, digit)| match (i % 2 == 0, digit * 2) {
        (true, twice @ 10..) => twice - 9,
        (true, twice) => twice,
        (false, _) => *digit,
    });
    (10 - doubled.sum::<u32>() % 10) % 10 == check
}

/// As Luhn, but twice a digit counts whole, and letters count as their place in the code table minus 3, modulo 10 (UPS).
pub fn luhn_like_letters(number: &str) -> bool {
    let Some((check, payload)) = number.as_bytes().split_last() else { return false };
    if !check.is_ascii_digit() || payload.is_empty() {
        return false;
    }
    let value = |b: &u8| match b {
        b'0'..=b'9' => Some(u32::from(b - b'0')),
        b'A'..=b'Z' => Some((u32::from(*b) - 3) % 10),
        _ => None,
    };
    let mut sum = 0;
    for (i, b) in payload.iter().enumerate() {
        let Some(value) = value(b) else { return false };
        sum += if i % 2 == 1 { value * 2 } else { value };
    }
    (10 - sum % 10) % 10 == u32::from(check - b'0')
}

/// ISO 7064 mod 37,36: the last character, a digit or a letter, closes the text (DPD).
pub fn iso7064_37_36(number: &str) -> bool {
    let value = |b: u8| match b {
        b'0'..=b'9' => Some(u32::from(b - b'0')),
        b'A'..=b'Z' => Some(u32::from(b - b'A') + 10),
        _ => None,
    };
    let Some((check, payload)) = number.as_bytes().split_last() else { return false };
    let mut rest = 36;
    for b in payload {
        let Some(value) = value(*b) else { return false };
        rest = (rest + value) % 36;
        rest = if rest == 0 { 36 } else { rest } * 2 % 37;
    }
    value(*check).is_some_and(|check| (rest + check) % 36 == 1) && !payload.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: fn(&str) -> bool, valid: &[&str], invalid: &[&str]) {
        for number in valid {
            assert!(rule(number), "{number} should hold");
        }
        for number in invalid {
            assert!(!rule(number), "{number} should not hold");
        }
    }

    #[test]
    fn s10_numbers() {
        check(
            s10,
            &["RB123456785GB", "EC207920162US", "LZ430297212CN", "UJ826304125YP", "SU014952148MI"],
            &["RB123456786US", "ET123456789AU", "RB123456785XX", "RB12345678GB", ""],
        );
        check(s10_digits, &["123456785", "620290246"], &["123456782", "12345678", ""]);
        assert_eq!(s10_country("RB123456785GB"), Some("GB"));
    }

    #[test]
    fn mod10_numbers() {
        check(|n| mod10(n, 3, 1), &["9400111206206406260787"], &["9434611206206407667131", "", "x"]);
        check(|n| mod10_weights(n, &[4, 9]), &["423475729485"], &["423475729486"]);
    }

    #[test]
    fn mod11_numbers() {
        let fedex: fn(&str) -> bool = |n| mod11_weights(n, &[3, 1, 7]);
        check(fedex, &["986578788855", "477179081230", "776094337676"], &["996578788855", "771613423733"]);
    }

    #[test]
    fn mod7_numbers() {
        check(mod7, &["3318810025", "8487135506", "3701430106"], &["3318810010", "33188A0025"]);
    }

    #[test]
    fn luhn_numbers() {
        check(luhn, &["79927398713"], &["79927398710"]);
        let ups: fn(&str) -> bool = |n| luhn_like_letters(&n[2..]);
        check(ups, &["1Z5R89390357567127", "1Z999AA10123456784", "1Z8V92A70367203024"], &["1Z12345E0205271688"]);
    }

    #[test]
    fn iso7064_texts() {
        check(iso7064_37_36, &["A12425GABC1234002M"], &["A12425GABC1234002N", ""]);
    }
}
