//! Why Ship24 gave no answer. Its errors have codes; the HTTP status counts only where it names none.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::numbers;
use crate::request::Plan;

/// When the billing period ends, only Ship24 knows; the daemon waits no longer than this anyway.
const QUOTA_WAIT_S: u32 = 24 * 60 * 60;

/// One of the errors in an answer.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct ApiError {
    code: json::Text,
    message: json::Text,
}

/// What a reply without an answer means, by its first error.
pub(crate) fn failure(reply: &Reply, error: Option<&ApiError>, number: &str, plan: Plan) -> Failure {
    let code = error.and_then(|error| error.code.as_deref()).unwrap_or_default();
    let failure = match (code, reply.status) {
        (_, 429) => limited(reply),
        ("auth_missing_header" | "auth_invalid_header" | "auth_invalid_api_key", _) => refused(),
        ("no_active_subscription", _) => unsubscribed(plan),
        ("quota_limit_reached", _) => spent(reply, plan),
        ("validation_error" | "missing_mandatory_field" | "parsing_error", _) => {
            invalid(error.and_then(|error| error.message.as_deref()).unwrap_or_default(), number)
        }
        ("shipping_date_outdated", _) => Failure::unsupported(
            "Ship24 follows nothing that was shipped more than 180 days ago, as the hint ship_date says of this parcel",
        ),
        ("tracker_conflict", _) => Failure::needs_input(
            &["ship_date", "postcode"],
            format!(
                "Ship24 follows another parcel under {number}; the hint ship_date or the postcode tells them apart"
            ),
        ),
        ("parcel_not_found", _) => not_found(number),
        ("request_conflict" | "processing_error", _) | ("", 402 | 409) => passing(number),
        ("", 401) => refused(),
        ("", 403) => Failure::auth_failed(
            "Ship24 accepts the key but not for tracking; check what api_key in [carriers.ship24] permits at dashboard.ship24.com",
        ),
        (_, 200..300) => Failure::changed("Ship24's answer has neither results nor an error this plugin knows"),
        _ => reply.unexpected(),
    };
    failure.of(reply)
}

fn refused() -> Failure {
    Failure::auth_failed("Ship24 refused the key; check api_key in [carriers.ship24] against dashboard.ship24.com")
}

/// Ship24 sells two products, and the key of one does not open the other.
fn unsubscribed(plan: Plan) -> Failure {
    let message = match plan {
        Plan::PerShipment => {
            "Ship24's account has no plan per shipment; subscribe at dashboard.ship24.com, or set plan = \"per_call\" in \
             [carriers.ship24.settings] if its plan is per call"
        }
        Plan::PerCall => {
            "Ship24's account has no plan per call; subscribe at dashboard.ship24.com, or set plan = \"per_shipment\" in \
             [carriers.ship24.settings] if its plan is per shipment"
        }
    };
    Failure::auth_failed(message)
}

/// Where trackers count, those that exist can still be read: only this parcel has to wait.
fn spent(reply: &Reply, plan: Plan) -> Failure {
    let scope = match plan {
        Plan::PerShipment => Scope::Parcel,
        Plan::PerCall => Scope::Account,
    };
    let message =
        "Ship24's quota is used up until its next billing period; a larger plan at dashboard.ship24.com has more";
    Failure { scope, retry_after_s: reply.retry_after_s().or(Some(QUOTA_WAIT_S)), ..Failure::rate_limited(message) }
}

fn limited(reply: &Reply) -> Failure {
    let reset = || reply.header("ratelimit-reset")?.trim().parse().ok();
    Failure {
        retry_after_s: reply.retry_after_s().or_else(reset),
        ..Failure::rate_limited("Ship24 asked to slow down")
    }
}

/// Ship24 names in words the field that it does not accept.
fn invalid(problem: &str, number: &str) -> Failure {
    const HINTS: [(&str, &str); 3] =
        [("destinationPostCode", "postcode"), ("destinationCountryCode", "country"), ("shippingDate", "ship_date")];
    if let Some((_, hint)) = HINTS.iter().find(|(field, _)| problem.contains(field)) {
        return Failure::needs_input(
            &[hint],
            format!("Ship24 does not accept the {hint} of {number}; correct it, or leave it out"),
        );
    }
    if problem.contains("trackingNumber") {
        return numbers::invalid(number);
    }
    Failure::changed("Ship24 no longer accepts what this plugin asks")
}

pub(crate) fn not_found(number: &str) -> Failure {
    Failure::not_found(format!(
        "Ship24 finds {number} at no carrier; it may be too new, and a postcode or the hint ship_date may help to find it"
    ))
}

fn passing(number: &str) -> Failure {
    let message = format!("Ship24 could not work on {number} just now; it is asked again");
    Failure { scope: Scope::Parcel, ..Failure::unavailable(message) }
}
