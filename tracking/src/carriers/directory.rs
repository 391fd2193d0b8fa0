//! Who else carries parcels: the post that issued a number, and carriers known by the form of their numbers. Nobody here is
//! asked; the page names them and links to them, also where no plugin serves them.

mod posts;

use std::ops::RangeInclusive;

use crate::carriers::{CONFIDENCE_ASKED_MIN, Candidate, checksum};
use crate::vocabulary::{CarrierId, Country, TrackingNumber};

/// The post that issued a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    pub country: Country,
    pub name: String,
    /// The carrier id a plugin for it has, or would have.
    pub carrier: CarrierId,
    /// Where a person can look the number up.
    pub link: String,
}

/// The Universal Postal Union's own search, for posts whose page we do not know.
const EVERY_POST: &str = "https://globaltracktrace.ptc.post/gtt.web/Search.aspx";
/// The number names its post, so nobody else is as likely; a plugin of that post still is.
const POST_CONFIDENCE: u8 = 70;

impl Post {
    /// The post whose letters end an S10 number; `None` for any other number, and for letters that are no country's.
    pub fn of(number: &TrackingNumber) -> Option<Self> {
        let country = Country::new(checksum::s10_country(number.as_str())?).filter(Country::is_assigned)?;
        Self::in_country(country, number)
    }

    /// The post that delivers a postal number in the country where it goes; `None` where it stays at home, and for any number
    /// that is none of the posts'. Posts pass a parcel on under the number of the one that issued it.
    pub fn at_destination(number: &TrackingNumber, destination: Country) -> Option<Self> {
        let issuer = Self::of(number).filter(|_| checksum::s10(number.as_str()))?;
        if issuer.country == destination { None } else { Self::in_country(destination, number) }
    }

    fn in_country(country: Country, number: &TrackingNumber) -> Option<Self> {
        let code = country.code();
        let known = posts::POSTS.binary_search_by(|row| row.0.cmp(code)).ok().map(|index| posts::POSTS[index]);
        let (name, id, link) = match known {
            Some((_, name, id, link)) => (name.to_owned(), id.to_owned(), link),
            None => {
                (format!("the post of {}", country.name()), format!("post_{}", code.to_ascii_lowercase()), EVERY_POST)
            }
        };
        Some(Self { country, name, carrier: CarrierId::new(&id)?, link: filled(link, number) })
    }
}

/// A carrier known by the form of its numbers alone.
struct Stranger {
    id: &'static str,
    name: &'static str,
    link: &'static str,
    forms: &'static [Form],
}

/// Prefixes of which one begins the number, how many characters follow, how likely it then is, and the check digit.
struct Form {
    prefixes: &'static [&'static str],
    rest: RangeInclusive<usize>,
    kind: Rest,
    confidence: u8,
    check: Option<fn(&str) -> bool>,
}

#[derive(Clone, Copy)]
enum Rest {
    Digits,
    /// Digits, and a digit or a letter at the end.
    DigitsAndOne,
    DigitsAndLetters,
}

/// Numbers: JBKeen/tracking_number_data and public examples; addresses: the carriers' own pages. November 2026.
const STRANGERS: &[Stranger] = &[
    Stranger {
        id: "amazon",
        name: "Amazon Logistics",
        link: "https://track.amazon.com/tracking/{number}",
        forms: &[Form {
            prefixes: &["TBA", "TBC", "TBM"],
            rest: 12..=12,
            kind: Rest::Digits,
            confidence: 95,
            check: None,
        }],
    },
    Stranger {
        id: "bpost",
        name: "bpost",
        link: "https://track.bpost.cloud/btr/web/#/search?itemCode={number}&lang=en",
        forms: &[Form { prefixes: &["3232"], rest: 20..=20, kind: Rest::Digits, confidence: 80, check: None }],
    },
    Stranger {
        id: "dpd",
        name: "DPD",
        link: "https://tracking.dpd.de/status/en_US/parcel/{number}",
        forms: &[
            Form {
                prefixes: &[""],
                rest: 28..=28,
                kind: Rest::DigitsAndOne,
                confidence: 70,
                check: Some(checksum::iso7064_37_36),
            },
            Form {
                prefixes: &[""],
                rest: 15..=15,
                kind: Rest::DigitsAndOne,
                confidence: 55,
                check: Some(checksum::iso7064_37_36),
            },
            // As it is printed, without the check character.
            Form { prefixes: &[""], rest: 14..=14, kind: Rest::Digits, confidence: 20, check: None },
        ],
    },
    Stranger {
        id: "gls",
        name: "GLS",
        link: "https://gls-group.eu/EU/en/parcel-tracking?match={number}",
        forms: &[Form { prefixes: &[""], rest: 11..=12, kind: Rest::Digits, confidence: 30, check: None }],
    },
    Stranger {
        id: "postnl",
        name: "PostNL",
        link: "https://jouw.postnl.nl/track-and-trace/{number}",
        forms: &[Form { prefixes: &["3S"], rest: 11..=17, kind: Rest::DigitsAndLetters, confidence: 60, check: None }],
    },
    Stranger {
        id: "purolator",
        name: "Purolator",
        link: "https://www.purolator.com/en/shipping/tracker?pins={number}",
        forms: &[Form {
            prefixes: &["0", "1", "2", "3", "4", "5"],
            rest: 11..=11,
            kind: Rest::Digits,
            confidence: 45,
            check: Some(checksum::luhn),
        }],
    },
    Stranger {
        id: "yodel",
        name: "Yodel",
        link: "https://www.yodel.co.uk/tracking/{number}",
        forms: &[Form { prefixes: &["JD", "JJD"], rest: 16..=16, kind: Rest::Digits, confidence: 60, check: None }],
    },
    Stranger {
        id: "yunexpress",
        name: "YunExpress",
        link: "https://www.yuntrack.com/parcelTracking?id={number}",
        forms: &[Form { prefixes: &["YT"], rest: 16..=16, kind: Rest::Digits, confidence: 90, check: None }],
    },
];

/// Those who could have a number and are not asked: the post it names, and carriers with this form. A check digit that is
/// there and does not hold is told, like a plugin's.
pub fn unsupported_carriers(number: &TrackingNumber) -> Vec<Candidate> {
    let post = Post::of(number).map(|post| {
        let holds = checksum::s10(number.as_str());
        let candidate = candidate(number, post.carrier, &post.name, POST_CONFIDENCE, "S10 postal number");
        Candidate { checksum: Some(holds), country: Some(post.country), link: Some(post.link), ..candidate }
    });
    let others = STRANGERS.iter().filter_map(|stranger| stranger.candidate(number));
    post.into_iter().chain(others).collect()
}

/// Whether a carrier that is not asked may well have such numbers. A check digit of somebody else's that does not hold is no
/// sign of a typo then.
pub fn matches_unsupported(number: &TrackingNumber) -> bool {
    unsupported_carriers(number).iter().any(|candidate| match candidate.checksum {
        Some(holds) => holds,
        None => candidate.confidence >= CONFIDENCE_ASKED_MIN,
    })
}

impl Stranger {
    fn candidate(&self, number: &TrackingNumber) -> Option<Candidate> {
        let form = self.forms.iter().find(|form| form.fits(number.as_str()))?;
        let checksum = form.check.map(|holds| holds(number.as_str()));
        // Without its check digit a bare row of digits says next to nothing.
        let confidence = if checksum == Some(false) { form.confidence / 3 } else { form.confidence };
        let candidate = candidate(number, CarrierId::new(self.id)?, self.name, confidence, self.name);
        Some(Candidate { checksum, link: Some(filled(self.link, number)), ..candidate })
    }
}

fn candidate(number: &TrackingNumber, carrier: CarrierId, name: &str, confidence: u8, scheme: &str) -> Candidate {
    Candidate {
        carrier,
        carrier_name: name.to_owned(),
        number: number.clone(),
        confidence,
        scheme: scheme.to_owned(),
        checksum: None,
        country: None,
        needs: Vec::new(),
        serves: Vec::new(),
        link: None,
        is_aggregator: false,
    }
}

impl Form {
    fn fits(&self, number: &str) -> bool {
        self.prefixes.iter().any(|prefix| {
            let Some(rest) = number.strip_prefix(prefix) else { return false };
            let (body, last) = rest.split_at_checked(rest.len().saturating_sub(1)).unwrap_or((rest, ""));
            self.rest.contains(&rest.len())
                && match self.kind {
                    Rest::Digits => is_all(rest, u8::is_ascii_digit),
                    Rest::DigitsAndOne => is_all(body, u8::is_ascii_digit) && is_all(last, u8::is_ascii_alphanumeric),
                    Rest::DigitsAndLetters => is_all(rest, u8::is_ascii_alphanumeric),
                }
        })
    }
}

fn is_all(text: &str, wanted: fn(&u8) -> bool) -> bool {
    text.as_bytes().iter().all(wanted)
}

/// A link with the number in it. Numbers are letters, digits and `-_./` only; the last would begin another part of the path.
fn filled(link: &str, number: &TrackingNumber) -> String {
    link.replace("{number}", &number.as_str().replace('/', "%2F"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> TrackingNumber {
        TrackingNumber::new(text).expect(text)
    }

    fn told(text: &str) -> Vec<(String, Option<bool>)> {
        let unsupported_carriers = unsupported_carriers(&number(text)).into_iter();
        unsupported_carriers.map(|candidate| (candidate.carrier.to_string(), candidate.checksum)).collect()
    }

    #[test]
    fn every_postal_number_names_its_post_and_where_to_look() {
        let post = |text| Post::of(&number(text));
        let swiss = post("RB123456785CH").expect("Switzerland has a post");
        assert_eq!((swiss.name.as_str(), swiss.carrier.as_str()), ("Swiss Post", "swiss_post"));
        assert_eq!(swiss.link, "https://service.post.ch/ekp-web/ui/entry/search/RB123456785CH");
        let other = post("RB123456785CF").expect("so has everybody");
        assert_eq!((other.name.as_str(), other.carrier.as_str()), ("the post of Central African Republic", "post_cf"));
        assert_eq!(other.link, EVERY_POST);
        assert_eq!(post("RB123456785XX"), None);
        assert_eq!(post("UJ826304125YP"), None);
        assert_eq!(post("1Z999AA10123456784"), None);
    }

    #[test]
    fn the_posts_are_sorted_and_their_ids_are_carriers() {
        assert!(posts::POSTS.is_sorted_by(|a, b| a.0 < b.0));
        for (code, name, id, link) in posts::POSTS {
            assert!(Country::new(code).is_some_and(|country| country.is_assigned()), "{code}");
            assert!(CarrierId::new(id).is_some() && !name.is_empty() && link.starts_with("https://"), "{code}");
        }
    }

    #[test]
    fn carriers_are_known_by_the_form_of_their_numbers() {
        for (text, expected) in [
            ("TBA010000000000", vec![("amazon", None)]),
            ("TBB000000000000", vec![]),
            ("323212345659900040669030", vec![("bpost", None)]),
            ("008182709980000020033350276C", vec![("dpd", Some(true))]),
            ("09980000020033F", vec![("dpd", Some(true))]),
            ("09980000020033D", vec![("dpd", Some(false))]),
            ("36301917596", vec![("gls", None)]),
            ("320595463938", vec![("gls", None), ("purolator", Some(true))]),
            ("3SDEVC288882229", vec![("postnl", None)]),
            ("JJD0002257639032011", vec![("yodel", None)]),
            ("YT2229521272164446", vec![("yunexpress", None)]),
            ("RB123456785AU", vec![("australiapost", Some(true))]),
            ("RB123456786AU", vec![("australiapost", Some(false))]),
            ("3S", vec![]),
        ] {
            let Some(_) = TrackingNumber::new(text) else { continue };
            let expected: Vec<_> = expected.into_iter().map(|(id, holds)| (id.to_owned(), holds)).collect();
            assert_eq!(told(text), expected, "{text}");
        }
    }
}
