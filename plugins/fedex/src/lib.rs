//! FedEx Express, Ground and Ground Economy, by the Track API, version 1: thirty numbers in one request.
//!
//! FedEx hands numbers out again and takes parcels in twice, so one number may have several results (see `which`).
//!
//! Facts: the vendor's reference, its lists of codes and public recordings, as of November 2026.

mod answer;
mod codes;
mod facts;
mod numbers;
mod track_result;
mod which;

use parcelwatch_plugin::batch::Batches;
use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;

use crate::answer::{ApiError, Response, TrackResult};

const ORIGIN: &str = "https://apis.fedex.com";
/// As many as FedEx takes in one request.
const BATCH_MAX: u16 = 30;

/// FedEx.
#[derive(Debug)]
pub struct Fedex;

impl Carrier for Fedex {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec![ORIGIN.to_owned()],
            profiles: vec![Profile::oauth2("api", &format!("{ORIGIN}/oauth/token"), "", "form")],
            batch_max: BATCH_MAX,
            gap_s: 20 * 60,
            pace_ms: 500,
            // A project's own.
            quotas: vec![
                Quota { requests: 100_000, seconds: 24 * 60 * 60, resets_at: Some("00:00Z".to_owned()) },
                Quota { requests: 1400, seconds: 10, resets_at: None },
            ],
            countries: ["US", "CA", "MX"].map(str::to_owned).to_vec(),
            roles: ["express", "parcel", "cross_border"].map(str::to_owned).to_vec(),
            link: Some("https://www.fedex.com/fedextrack/?trknbr={number}".to_owned()),
            contact: pairs(&[
                ("phone", "+1 800 463 3339"),
                ("web", "https://www.fedex.com/en-us/customer-support.html"),
            ]),
            probe: Some("999999999999".into()),
            facts: pairs(&[
                (
                    "access",
                    "a free account at developer.fedex.com: make an organisation and a project with the Track API, and set \
                     its key and secret as client_id and client_secret; production keys may ask for an account number",
                ),
                ("known_from", "recordings; most codes from documents"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("fedex", "FedEx", env!("CARGO_PKG_VERSION"))
        }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        numbers::recognize(number)
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        let plain = |parcel: &Parcel| {
            let mut hints = parcel.hints.clone();
            hints.extend(numbers::origin(&parcel.number).map(|country| (numbers::ORIGIN.to_owned(), country)));
            Parcel { number: numbers::plain(&parcel.number), hints, ..parcel.clone() }
        };
        let parcels: Vec<Parcel> = parcels.iter().map(plain).collect();
        let check = |parcel: &Parcel| match text::is_plain_number(&parcel.number) {
            true => Ok(()),
            false => Err(Failure::not_accepted("FedEx", &parcel.number)),
        };
        let batches =
            Batches { carrier: "FedEx", max: usize::from(BATCH_MAX), poll, found, may_be_one: is_over_a_number };
        batch::valid(&parcels, check, |valid| batches.outcomes(valid))
    }
}

/// What FedEx says of some numbers, or why it says nothing of any.
fn poll(parcels: &[&Parcel]) -> Result<Response, Failure> {
    let reply = request(parcels).send()?;
    read(&reply, parcels)
}

/// Whether one number may be why FedEx refused a batch, by a name or in a shape that we do not know.
fn is_over_a_number(failure: &Failure) -> bool {
    match failure.kind {
        FailureKind::InvalidNumber | FailureKind::NotFound | FailureKind::Inconclusive => true,
        FailureKind::ChangedUpstream => failure.http_status == Some(400),
        _ => false,
    }
}

fn request(parcels: &[&Parcel]) -> http::Request {
    let info = |number: &str| format!(r#"{{"trackingNumberInfo":{{"trackingNumber":"{number}"}}}}"#);
    let infos: Vec<String> = batch::numbers(parcels).into_iter().map(info).collect();
    http::post(&format!("{ORIGIN}/track/v1/trackingnumbers"))
        .header("accept", "application/json")
        .header("x-locale", "en_US")
        .header("x-customer-transaction-id", &text::hex(&host::random(8)))
        .auth("api")
        .json(format!(r#"{{"includeDetailedScans":true,"trackingInfo":[{}]}}"#, infos.join(",")))
}

/// The answer to a batch, or why there is none for any number of it.
fn read(reply: &Reply, parcels: &[&Parcel]) -> Result<Response, Failure> {
    let failure = match reply.status {
        200 => {
            let told: Response = reply.json()?;
            if told.output.is_some() {
                return Ok(told);
            }
            match told.errors.iter().flatten().next() {
                Some(error) => refusal(error, parcels),
                None => Failure::changed("FedEx's answer has neither results nor errors"),
            }
        }
        401 => Failure::auth_failed(
            "FedEx refused the key; check client_id and client_secret in [carriers.fedex] against your project",
        ),
        429 => spent(reply),
        _ if reply.is_html() && reply.status < 500 => reply.web_page(),
        // Without a word of why, one number of several may be the cause.
        400 => match reply.json::<Response>().unwrap_or_default().errors.iter().flatten().next() {
            Some(error) => refusal(error, parcels),
            None => reply.unexpected(),
        },
        403 => Failure::auth_failed(
            "FedEx accepts the key but not for tracking; add the Track API to your project at developer.fedex.com",
        ),
        404 => Failure::changed("FedEx no longer tracks at the address this plugin knows"),
        _ => reply.unexpected(),
    };
    Err(failure.of(reply))
}

/// FedEx asks to wait until midnight GMT, in words.
fn spent(reply: &Reply) -> Failure {
    let mut failure = Failure::rate_limited("FedEx's quota of requests is used up until midnight GMT");
    failure.retry_after_s = reply.retry_after_s().or_else(|| civil::seconds_to_midnight_utc(&host::now()));
    failure
}

fn refusal(error: &ApiError, parcels: &[&Parcel]) -> Failure {
    match parcels {
        [parcel] => error.failure(&parcel.number),
        _ => error.failure("the numbers of this batch"),
    }
}

/// What the answer says of one parcel, found by its number.
fn found(response: &Response, parcel: &Parcel) -> Result<Answer, Failure> {
    let number = &parcel.number;
    let track_results = response.track_results(number);
    if track_results.is_empty() {
        return Err(if response.has_no_data() { not_found(number) } else { Failure::left_out("FedEx", number) });
    }
    let (good, bad): (Vec<&TrackResult>, Vec<&TrackResult>) =
        track_results.into_iter().partition(|track_result| !track_result.is_refusal());
    match bad.first().and_then(|track_result| track_result.error.as_ref()) {
        Some(error) if good.is_empty() => Err(error.failure(number)),
        _ => which::choose(parcel, &good)?.answer(number),
    }
}

fn not_found(number: &str) -> Failure {
    Failure::not_found(format!("FedEx does not know {number}; check it for a typo, or wait until the label is made"))
}

impl ApiError {
    /// An error that FedEx names by code.
    fn failure(&self, number: &str) -> Failure {
        let code = self.code.as_deref().unwrap_or_default();
        let says = |part: &str| code.contains(part);
        if says("NOTFOUND") {
            not_found(number)
        } else if says("TRACKINGNUMBER.EMPTY") || says("INVALID") {
            Failure::not_accepted("FedEx", number)
        } else if says("INTERNAL") || says("UNAVAILABLE") {
            Failure::unavailable(format!("FedEx is out of order ({code})"))
        } else if says("AUTHORIZED") || says("FORBIDDEN") {
            Failure::auth_failed(format!("FedEx refused the key ({code})"))
        } else {
            Failure::inconclusive(format!("FedEx says of {number} only {code:?}; it is asked again"))
        }
    }
}

parcelwatch_plugin::export!(Fedex);

#[cfg(test)]
mod tests;
