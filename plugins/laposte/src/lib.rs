//! La Poste, the post of France, by its Suivi interface, version 2: Colissimo, tracked letters, and Chronopost's parcels too.
//!
//! Several numbers go into one request, and each has its own return code in the answer. Facts: the vendor's documentation and
//! public recordings, November 2026.

mod answer;
mod codes;
mod numbers;

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;

use answer::Item;

const TRACK: &str = "https://api.laposte.fr/suivi/v2/idships/";
/// The vendor names no limit; an address stays short with these.
const BATCH_MAX: usize = 10;

/// La Poste.
#[derive(Debug)]
pub struct LaPoste;

impl Carrier for LaPoste {
    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec!["https://api.laposte.fr".into()],
            profiles: vec![Profile::header("api", &[("X-Okapi-Key", "{api_key}")])],
            batch_max: u16::try_from(BATCH_MAX).unwrap_or(u16::MAX),
            gap_s: 30 * 60,
            // The plan says ten calls a second; the platform was seen to refuse above a hundred a minute.
            quotas: vec![Quota { requests: 100, seconds: 60, resets_at: None }],
            countries: ["FR", "MC", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"].map(str::to_owned).to_vec(),
            roles: vec!["post".into(), "parcel".into()],
            link: Some("https://www.laposte.fr/outils/suivre-vos-envois?code={number}".into()),
            contact: pairs(&[("phone", "+33 3631"), ("web", "https://aide.laposte.fr")]),
            facts: pairs(&[
                (
                    "access",
                    "a free key of your own: make an account at developer.laposte.fr, subscribe an application to Suivi v2, \
                     and set its production key as api_key",
                ),
                ("known_from", "a recording; most codes from documents"),
                ("facts_as_of", "2026-11"),
                ("probe", "6A00000000000"),
            ]),
            ..Descriptor::new("laposte", "La Poste", env!("CARGO_PKG_VERSION"))
        }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        numbers::candidates(number)
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        let (askable, others): (Vec<&Parcel>, Vec<&Parcel>) =
            parcels.iter().partition(|parcel| numbers::is_askable(&parcel.number));
        let refused = others.into_iter().map(|parcel| parcel.outcome(Err(numbers::invalid(&parcel.number))));
        askable.chunks(BATCH_MAX).flat_map(ask).chain(refused).collect()
    }
}

/// One question about several parcels. A number that La Poste cannot read at all fails the whole question, so that it is
/// halved until the culprit stands alone.
fn ask(parcels: &[&Parcel]) -> Vec<Outcome> {
    match items(parcels) {
        Ok(items) => parcels.iter().map(|parcel| parcel.outcome(answer::found(&items, &parcel.number))).collect(),
        Err(failure) if parcels.len() > 1 && matches!(failure.http_status, Some(400 | 404)) => {
            let (first, second) = parcels.split_at(parcels.len() / 2);
            [ask(first), ask(second)].concat()
        }
        Err(failure) => parcels.iter().map(|parcel| parcel.outcome(Err(failure.clone()))).collect(),
    }
}

fn items(parcels: &[&Parcel]) -> Result<Vec<Item>, Failure> {
    let numbers: Vec<&str> = parcels.iter().map(|parcel| parcel.number.as_str()).collect();
    let reply = http::get(&format!("{TRACK}{}", numbers.join(",")))
        // The words of another language would differ from one answer to the next.
        .query("lang", "en_GB")
        .header("accept", "application/json")
        .auth("api")
        .send()?;
    match reply.status {
        200 | 207 => answer::items(&reply),
        // The reply is about one number only when one was asked.
        400 | 404 if !reply.is_html() => answer::items(&reply).map_err(|_| unreadable(&reply, &numbers)),
        401 => Err(with_status(
            &reply,
            Failure::new(
                FailureKind::AuthFailed,
                "La Poste refused the key; check api_key in [carriers.laposte] against your application at developer.laposte.fr",
            ),
        )),
        429 | 500.. => Err(reply.unexpected()),
        _ if reply.is_html() => Err(reply.web_page()),
        _ => Err(reply.unexpected()),
    }
}

/// Some numbers that are none make the service answer without JSON.
fn unreadable(reply: &Reply, numbers: &[&str]) -> Failure {
    with_status(
        reply,
        match numbers {
            [number] => numbers::invalid(number),
            _ => Failure::new(FailureKind::Inconclusive, "La Poste could not read one of several numbers"),
        },
    )
}

fn with_status(reply: &Reply, failure: Failure) -> Failure {
    Failure { http_status: Some(reply.status), ..failure }
}

parcelwatch_plugin::export!(LaPoste);

#[cfg(test)]
mod tests;
