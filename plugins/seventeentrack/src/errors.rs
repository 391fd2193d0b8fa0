//! Why 17TRACK gave no answer: its error codes, for a whole question or for one number.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;

use crate::numbers;

/// Already registered, which is as good as registered.
pub(crate) const REGISTERED_ALREADY: i64 = -18_019_901;
pub(crate) const NOT_REGISTERED: i64 = -18_019_902;
/// Only what was stopped can be restarted: it is followed.
pub(crate) const NOT_STOPPED: i64 = -18_019_904;
pub(crate) const RESTARTED_BEFORE: i64 = -18_019_905;
/// Only what is followed can be stopped: 17TRACK stopped it by itself.
pub(crate) const STOPPED_ALREADY: i64 = -18_019_906;
pub(crate) const NOTHING_YET: i64 = -18_019_909;

const COUNTRY_OR_POSTCODE: i64 = -18_010_018;
const POSTCODE: i64 = -18_010_019;
const PHONE: i64 = -18_010_020;
const MORE: i64 = -18_010_022;

/// The first data come some minutes after the registration.
pub(crate) const FIRST_NEWS_S: u32 = 5 * 60;
/// A day's limit; when 17TRACK's day begins is not documented.
const DAY_LIMIT_WAIT_S: u32 = 6 * 60 * 60;
/// When units come back, only 17TRACK knows; the daemon waits no longer than this anyway.
const UNITS_WAIT_S: u32 = 24 * 60 * 60;

/// Which hints would help against a rejection; the first that the user gave is told to 17TRACK.
pub(crate) const fn wanted(code: i64) -> &'static [&'static str] {
    match code {
        COUNTRY_OR_POSTCODE => &["postcode", "country"],
        POSTCODE => &["postcode"],
        PHONE => &["phone_digits"],
        MORE => &["postcode", "phone_digits"],
        _ => &[],
    }
}

/// Why a whole question was refused; 0 for a refusal without a code.
pub(crate) fn of_all(reply: &Reply, code: i64) -> Failure {
    // Some codes only say an HTTP status again.
    let (code, status) = match u16::try_from(code) {
        Ok(status @ 100..600) => (0, status),
        _ => (code, reply.status),
    };
    let failure = match (code, status) {
        (_, 429) => Failure { retry_after_s: Some(60), ..Failure::rate_limited("17TRACK asked to slow down") },
        (-18_010_001, _) => refused(
            "17TRACK takes this key from other addresses only; add the daemon's address to its list under Settings > Security at api.17track.net",
        ),
        (-18_010_002, _) | (0, 401) => refused(
            "17TRACK refused the key; check api_key in [carriers.seventeentrack] against Settings > Security at api.17track.net (a new key needs up to five minutes)",
        ),
        (-18_010_004, _) => refused("17TRACK has disabled the account of this key; see api.17track.net"),
        (-18_010_005, _) | (0, 403) => {
            refused("17TRACK accepts the key but not for this; see what the account permits at api.17track.net")
        }
        (0, 200..300) => unreadable(),
        (0, status) => Reply { status, ..reply.clone() }.unexpected(),
        (code, _) => of_any(code),
    };
    failure.of(reply)
}

fn refused(message: &str) -> Failure {
    Failure::auth_failed(message)
}

/// Why one number was rejected.
pub(crate) fn of_one(code: i64, number: &str) -> Failure {
    match code {
        -18_010_012 => numbers::invalid(number),
        COUNTRY_OR_POSTCODE | POSTCODE | PHONE | MORE => Failure::needs_input(
            wanted(code),
            format!("the carrier of {number} tells nothing without the {}", wanted(code).join(" or ")),
        ),
        -18_019_903 | -18_019_910 => Failure::needs_input(
            &["courier"],
            format!(
                "17TRACK cannot tell whose number {number} is; the hint courier names the carrier, as 17TRACK's number \
                 of it or one of ours, such as \"usps\""
            ),
        ),
        -18_019_911 => {
            Failure::unsupported(format!("17TRACK does not follow parcels of the carrier that {number} belongs to"))
        }
        NOTHING_YET | -18_019_808 => nothing_yet(number),
        NOT_REGISTERED => Failure::inconclusive(format!(
            "17TRACK says that {number} is not registered, right after it was; it is asked again"
        )),
        code => of_any(code),
    }
}

/// What is not about one number, and may be said of a whole question, too.
fn of_any(code: i64) -> Failure {
    match code {
        -18_019_907 => Failure {
            scope: Scope::Parcel,
            retry_after_s: Some(DAY_LIMIT_WAIT_S),
            ..Failure::rate_limited("17TRACK takes no more new numbers of this account today")
        },
        // What is registered can still be read: only this parcel has to wait.
        -18_019_908 => Failure {
            scope: Scope::Parcel,
            retry_after_s: Some(UNITS_WAIT_S),
            ..Failure::rate_limited(
                "17TRACK's account has no units left for a new number; more can be had at api.17track.net",
            )
        },
        -18_010_003 | -18_019_815 | -18_019_816 => Failure {
            scope: Scope::Parcel,
            ..Failure::unavailable("17TRACK could not answer just now; it is asked again")
        },
        code => Failure::changed(format!(
            "17TRACK no longer accepts what this plugin asks{} (its code {code})",
            meaning(code).map(|meaning| format!(": {meaning}")).unwrap_or_default()
        )),
    }
}

/// The vendor's meaning of codes that only a change of its interface could bring about, or that belong to services that
/// this plugin does not use.
fn meaning(code: i64) -> Option<&'static str> {
    let mut rows = include_str!("error_meanings.tsv").lines().filter_map(|line| line.split_once('\t'));
    rows.find(|(listed, _)| listed.parse() == Ok(code)).map(|(_, meaning)| meaning)
}

pub(crate) fn unreadable() -> Failure {
    Failure::changed("17TRACK's answer has neither results nor an error this plugin knows")
}

pub(crate) fn left_out(number: &str) -> Failure {
    Failure::left_out("17TRACK", number)
}

/// Right after the registration.
pub(crate) fn just_registered(number: &str, units: Option<&str>) -> Failure {
    let units = units.map(|units| format!(" ({units})")).unwrap_or_default();
    let message = format!("17TRACK has just begun to look for {number}, and has its first news in some minutes{units}");
    Failure { retry_after_s: Some(FIRST_NEWS_S), ..Failure::inconclusive(message) }
}

pub(crate) fn nothing_yet(number: &str) -> Failure {
    Failure::inconclusive(format!("17TRACK has found nothing about {number} yet; it goes on looking"))
}

/// Whether 17TRACK looked and there was nothing, or nothing that a carrier scanned.
pub(crate) fn is_silence(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::NotFound | FailureKind::NoScanYet | FailureKind::Inconclusive)
}

pub(crate) fn not_found(number: &str) -> Failure {
    Failure::not_found(format!("17TRACK finds {number} at no carrier; it may be too new, or belong to another carrier"))
}
