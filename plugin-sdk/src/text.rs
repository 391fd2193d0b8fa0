//! Cleaning what carriers write: entities, tags, blanks, and the people named in it.

/// One line of plain text: tags and entities resolved, control characters gone, blanks folded.
pub fn clean(text: &str) -> String {
    if is_clean(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '<' && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') {
            match rest.find('>') {
                Some(end) => {
                    // A tag separates words, but for the ones that raise or stress letters.
                    let name = rest[1..end].trim_start_matches('/').to_ascii_lowercase();
                    if !matches!(name.as_str(), "sup" | "sub" | "b" | "i" | "em" | "strong") {
                        push_blank(&mut out);
                    }
                    rest = &rest[end + 1..];
                    continue;
                }
                None => break,
            }
        }
        if c == '&'
            && let Some((decoded, length)) = entity(rest)
        {
            push(&mut out, decoded);
            rest = &rest[length..];
            continue;
        }
        push(&mut out, c);
        rest = &rest[c.len_utf8()..];
    }
    out.truncate(out.trim_end().len());
    out
}

/// Most of what carriers write is a plain line already, and this is a good part of the work on an answer.
fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'<' | b'&'))
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !bytes.windows(2).any(|pair| pair == b"  ")
}

/// `None` for text that says nothing.
pub fn non_empty(text: impl AsRef<str>) -> Option<String> {
    let text = clean(text.as_ref());
    (!text.is_empty()).then_some(text)
}

/// Whether two spellings are one tracking number: case and signs between its characters do not matter.
pub fn is_same(number: &str, other: &str) -> bool {
    number.trim().eq_ignore_ascii_case(other.trim()) || plain_number(number) == plain_number(other)
}

fn plain_number(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

/// Characters that must be equal where a carrier writes a number in another way than it was asked.
const COMMON_CHARS_MIN: usize = 8;
/// Country, postcode and product stand before a number on a label.
const ROUTING_CHARS_MAX: usize = 12;

/// Whether an answer's only item is about the only number that was asked, written in another way: with or without a check
/// letter behind it, or routing before it. Of several it proves nothing.
pub fn is_variant(number: &str, other: &str) -> bool {
    let (mut long, mut short) = (plain_number(number), plain_number(other));
    if long.len() < short.len() {
        std::mem::swap(&mut long, &mut short);
    }
    if long == short {
        return true;
    }
    let is_check = |rest: &str| rest.len() == 1 || (rest.len() == 2 && rest.bytes().all(|b| b.is_ascii_alphabetic()));
    short.len() >= COMMON_CHARS_MIN
        && (long.strip_prefix(&short).is_some_and(is_check)
            || long.strip_suffix(&short).is_some_and(|rest| rest.len() <= ROUTING_CHARS_MAX))
}

/// Whether a text is digits and nothing else.
pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Longer than the longest barcode of a label.
const NUMBER_BYTES_MAX: usize = 40;

/// Whether a text can be a tracking number in a path, a list or a document: letters and digits only.
pub fn is_plain_number(text: &str) -> bool {
    (1..=NUMBER_BYTES_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Bytes as hexadecimal digits in lower case.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A carrier's words without the people in them: names, telephone numbers and mail addresses become `…`.
pub fn discreet(text: &str) -> String {
    without_phones(&without_names(&without_mail(text)))
}

/// One clean line without the people in it; `None` for text that says nothing.
pub fn public(text: &str) -> Option<String> {
    non_empty(text).map(|line| discreet(&line))
}

/// Addresses of electronic mail become `…`: `Write to a.b@example.com.` reads `Write to ….`
fn without_mail(text: &str) -> String {
    // Chinese words have no blanks around them, and so end an address.
    let is_of_address = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+' | '%');
    if !text.contains('@') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.find(|c| !is_of_address(c)).unwrap_or(rest.len()));
        let address = word.trim_end_matches(['.', '-']);
        let is_one = address.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
        out.push_str(if is_one { "…" } else { address });
        out.push_str(&word[address.len()..]);
        let (between, next) = after.split_at(after.find(is_of_address).unwrap_or(after.len()));
        out.push_str(between);
        rest = next;
    }
    out
}

/// A phone number has at least so many digits.
const PHONE_DIGITS_MIN: usize = 7;

/// Long runs of digits, as phone numbers are, become `…`: `Courier 13812345678` reads `Courier …`. Dates and weights stay.
pub fn without_phones(text: &str) -> String {
    if text.bytes().filter(u8::is_ascii_digit).count() < PHONE_DIGITS_MIN {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |out: &mut String, run: &mut String| {
        if is_phone(run) {
            out.push('…');
            if run.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push_str(run);
        }
        run.clear();
    };
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let between_digits =
            run.ends_with(|c: char| c.is_ascii_digit()) && chars.peek().is_some_and(char::is_ascii_digit);
        let joins = match c {
            '-' | ' ' | '(' | ')' => !run.is_empty(),
            '.' => between_digits,
            _ => false,
        };
        if c.is_ascii_digit() || c == '+' || joins {
            run.push(c);
        } else {
            flush(&mut out, &mut run);
            out.push(c);
        }
    }
    flush(&mut out, &mut run);
    out
}

fn is_phone(run: &str) -> bool {
    run.split(' ').map(phone_digits).sum::<usize>() >= PHONE_DIGITS_MIN
}

/// The digits of a part that can be some of a phone number's. Dates have none, nor have the few digits around one dot or two
/// that are another date, a weight or a version.
fn phone_digits(part: &str) -> usize {
    const DOTTED_MAX: usize = 8;
    let mut rest = part.trim_matches(['(', ')', '-']);
    while let Some(after) = after_date(rest) {
        rest = after.trim_start_matches('-');
    }
    let count = |wanted: fn(&u8) -> bool| rest.bytes().filter(wanted).count();
    let digits = count(u8::is_ascii_digit);
    let is_dotted = matches!(count(|byte| *byte == b'.'), 1 | 2) && digits <= DOTTED_MAX;
    if is_dotted { 0 } else { digits }
}

/// What follows the date that a text begins with: `2026-11-21` or `21-11-2026`.
fn after_date(text: &str) -> Option<&str> {
    let part = |range: std::ops::Range<usize>| text.get(range);
    let is_date = |year, month, day| crate::civil::iso_date(&format!("{year}-{month}-{day}")).is_some();
    let date = part(0..10)?;
    if crate::civil::iso_date(date).is_some()
        || (date.as_bytes()[2] == b'-' && date.as_bytes()[5] == b'-' && is_date(part(6..10)?, part(3..5)?, part(0..2)?))
    {
        return text.get(10..);
    }
    None
}

/// What follows these is a person's name.
const BEFORE_NAMES: [&str; 21] = [
    "signed by",
    "signed for by",
    "signature:",
    "signature :",
    "recipient:",
    "signé par",
    "signÉ par",
    "signée par",
    "签收人",
    "收件人",
    "收件员",
    "派件员",
    "派送员",
    "快递员",
    "揽收员",
    "揽投员",
    "投递员",
    "收派员",
    "配送员",
    "业务员",
    "姓名",
];

/// The name of the one who signed or who brings it becomes `…`, with all that comes after it: `Delivered, signed by A. B.`
/// reads `Delivered, signed by …`.
pub fn without_names(text: &str) -> String {
    // All of them have a colon, a "by" or letters beyond ASCII, which most lines do not.
    let has_by = || text.as_bytes().windows(2).any(|pair| pair.eq_ignore_ascii_case(b"by"));
    if text.is_ascii() && !text.contains(':') && !has_by() {
        return text.to_owned();
    }
    // Lower case in ASCII only, so that every byte stays where it is.
    let lower = text.to_ascii_lowercase();
    let after = |words: &&str| lower.find(*words).map(|start| start + words.len());
    match BEFORE_NAMES.iter().filter_map(after).min() {
        Some(end) if !text[end..].trim().is_empty() => format!("{} …", &text[..end]),
        _ => text.to_owned(),
    }
}

/// The same text in one line, without what a page, a feed or a terminal could stumble over: control and direction
/// characters, and those that XML does not allow.
pub fn plain(text: &str) -> String {
    if is_clean(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut out, c));
    out.truncate(out.trim_end().len());
    out
}

fn push(out: &mut String, c: char) {
    if c.is_whitespace() {
        push_blank(out);
    } else if !c.is_control() && !is_invisible(c) {
        out.push(c);
    }
}

/// Characters that turn the direction of a line, that join or part letters unseen, or that are none.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || u32::from(c) & 0xfffe == 0xfffe
}

fn push_blank(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// The character of the entity that a text begins with, and the entity's length.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|b| b == b';')?;
    let name = &text[1..end];
    let decoded = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "reg" => '®',
        "trade" => '™',
        "copy" => '©',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            // Windows-1252 leftovers that USPS writes: &#153; is the trade mark sign.
            char::from_u32(match code {
                153 => 0x2122,
                150 => 0x2013,
                146 => 0x2019,
                code => code,
            })?
        }
    };
    Some((decoded, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_entities_and_blanks_are_resolved() {
        for (given, expected) in [
            ("USPS Ground Advantage<SUP>&#153;</SUP>", "USPS Ground Advantage™"),
            ("  Left\t the  facility \n", "Left the facility"),
            ("a<br/>b &amp; c &lt;d&gt;", "a b & c <d>"),
            ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
            ("bad &#xZZ; entity & more", "bad &#xZZ; entity & more"),
            ("un<closed", "un"),
            ("bell\u{7}\u{1b}[31mred\u{202e}", "bell[31mred"),
            ("", ""),
        ] {
            assert_eq!(clean(given), expected, "{given:?}");
        }
    }

    #[test]
    fn a_plain_line_keeps_its_words() {
        assert_eq!(plain(" a &amp;\u{b} <b>\u{fffe}\u{202e}c\r\n"), "a &amp; <b>c");
    }

    #[test]
    fn a_number_is_known_with_blanks_a_check_letter_and_routing() {
        for (one, other, same, variant) in [
            ("13199341485349", "13199341485349X", false, true),
            ("LX 123 456 785 FR", "lx123456785fr", true, true),
            ("420787019405511206213123456899", "9405511206213123456899", false, true),
            ("%007500212345678901234", "12345678901234", false, true),
            ("13199341485349", "13199341485348", false, false),
            ("12345678", "1234567801", false, false),
            ("1234", "01234", false, false),
        ] {
            assert_eq!((is_same(one, other), is_variant(one, other)), (same, variant), "{one} {other}");
            assert_eq!((is_same(other, one), is_variant(other, one)), (same, variant), "{other} {one}");
        }
    }

    #[test]
    fn phone_numbers_go_and_other_numbers_stay() {
        assert_eq!(without_phones("Courier 138-1234-5678 is near"), "Courier … is near");
        assert_eq!(without_phones("2026-11-21 13812345678"), "…");
        assert_eq!(without_phones("Appelez le 06.00.00.00.00."), "Appelez le ….");
        assert_eq!(without_phones("12345678 1.25 kg"), "… kg");
        for gone in ["0800.1234567", "06.12345678", "800.555.1234", "+33.612345678", "1.13812345678", "(555) 123-4567"]
        {
            assert_eq!(without_phones(&format!("Call {gone}!")).replace('(', ""), "Call …!", "{gone}");
        }
        for kept in [
            "Delivery (2026-11-21) planned",
            "From 2026-11-21-2026-11-24",
            "Due 21-11-2026",
            "Parcel 12 of 34, box 4711",
            "Due 2026-11-21 14:05",
            "From 2026-11-21 to 2026-11-24",
            "Livraison prévue le 21.11.2026",
            "Weight 1234.567 kg, 12.50 paid",
        ] {
            assert_eq!(without_phones(kept), kept);
        }
    }

    #[test]
    fn mail_addresses_go_and_the_sentence_stays() {
        for (given, expected) in [
            ("Write to alex.sample@example.com, please", "Write to …, please"),
            ("联系alex@example.com查询", "联系…查询"),
            ("Ask service@example.com.", "Ask …."),
            ("2 pcs @ 3.50", "2 pcs @ 3.50"),
            ("@depot.", "@depot."),
        ] {
            assert_eq!(discreet(given), expected);
        }
    }

    #[test]
    fn names_go_with_what_follows_them() {
        for (given, expected) in [
            ("Delivered, Signed by: A. Beispiel at the door", "Delivered, Signed by …"),
            ("快件已签收，签收人：某某", "快件已签收，签收人 …"),
            ("派件员某某正在派件", "派件员 …"),
            ("【某市】已收件，揽收员：某某", "【某市】已收件，揽收员 …"),
            ("Votre colis a été signé par A. MODELE", "Votre colis a été signé par …"),
            ("Delivered, signed by", "Delivered, signed by"),
            ("Received by logistics company", "Received by logistics company"),
        ] {
            assert_eq!(without_names(given), expected);
        }
    }
}
