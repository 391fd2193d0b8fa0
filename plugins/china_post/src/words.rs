//! Words without the people in them. China Post's sentences name the courier, the courier's phone and who signed,
//! mostly behind the first comma, so the first clause alone is kept; where that names somebody too, the state says what
//! happened.

use parcelwatch_plugin::text;

use crate::{codes, countries};

/// What ends a clause.
const COMMAS: [char; 7] = ['，', ',', '；', ';', '。', '、', '!'];
/// What stands in brackets is a place where it ends like one.
const PLACES: [&str; 9] = ["省", "市", "县", "区", "局", "部", "站", "中心", "公司"];
/// What follows or goes before these is a person or a phone.
const PEOPLE: [&str; 17] = [
    "员",
    "司机",
    "本人",
    "签收",
    "签字",
    "收件人",
    "寄件人",
    "联系",
    "代收",
    "代签",
    "姓名",
    "电话",
    "手机",
    "先生",
    "女士",
    "：",
    ":",
];
/// Words of a signature that say nothing of who signed. The states of the app name nobody, either.
const NAMELESS: [&str; 2] = ["签收", "邮件已签收"];

/// The first clause of a sentence, if it says something and names nobody. `office` may stand in brackets.
pub(crate) fn first_clause(told: &str, office: Option<&str>) -> Option<String> {
    let told = text::clean(told);
    let clause = told.split(COMMAS).next().unwrap_or_default().trim();
    let plain = without_places(clause, office)?;
    let plain = plain.trim();
    let names_somebody = || PEOPLE.iter().any(|word| plain.contains(word)) || text::discreet(clause) != clause;
    let is_told =
        NAMELESS.contains(&plain) || codes::STATES.find(plain).is_some() || (!plain.is_empty() && !names_somebody());
    is_told.then(|| clause.to_owned())
}

/// A clause without the places in its brackets; `None` where something else stands there, as a name may.
fn without_places(clause: &str, office: Option<&str>) -> Option<String> {
    let mut plain = String::with_capacity(clause.len());
    let mut rest = clause;
    while let Some((before, after)) = rest.split_once('【') {
        let (value, tail) = after.split_once('】')?;
        if !is_place(value.trim(), office) {
            return None;
        }
        plain.push_str(before);
        rest = tail;
    }
    plain.push_str(rest);
    Some(plain)
}

fn is_place(value: &str, office: Option<&str>) -> bool {
    let ends_like_one = || value.chars().count() > 2 && PLACES.iter().any(|end| value.ends_with(end));
    office.is_some_and(|office| office.trim() == value) || countries::find(value).is_some() || ends_like_one()
}
