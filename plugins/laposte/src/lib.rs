//! La Poste, the post of France, by its Suivi interface, version 2: Colissimo, tracked letters, and Chronopost's parcels too.
//!
//! Several numbers go into one request, and each has its own return code in the answer. Facts: the vendor's documentation and
//! public recordings, November 2026.

mod answer;
mod codes;
mod numbers;

use std::cell::Cell;

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;

use answer::Item;

const TRACK: &str = "https://api.laposte.fr/suivi/v2/idships/";
/// The vendor names no limit; an address stays short with these.
const BATCH_MAX: usize = 10;

/// Where it delivers: France with what lies overseas, and Monaco.
const COUNTRIES: [&str; 10] = ["FR", "MC", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"];

/// La Poste.
#[derive(Debug)]
pub struct LaPoste;

impl Carrier for LaPoste {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec!["https://api.laposte.fr".into()],
            profiles: vec![Profile::header("api", &[("X-Okapi-Key", "{api_key}")])],
            batch_max: u16::try_from(BATCH_MAX).unwrap_or(u16::MAX),
            gap_s: 30 * 60,
            // The plan says ten calls a second; the platform was seen to refuse above a hundred a minute.
            quotas: vec![Quota { requests: 100, seconds: 60, resets_at: None }],
            countries: COUNTRIES.map(str::to_owned).to_vec(),
            roles: vec!["post".into(), "parcel".into()],
            link: Some("https://www.laposte.fr/outils/suivre-vos-envois?code={number}".into()),
            contact: pairs(&[("phone", "+33 3631"), ("web", "https://aide.laposte.fr")]),
            probe: Some("6A00000000000".into()),
            facts: pairs(&[
                (
                    "access",
                    "a free key of your own: make an account at developer.laposte.fr, subscribe an application to Suivi v2, \
                     and set its production key as api_key",
                ),
                ("known_from", "a recording; most codes from documents"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("laposte", "La Poste", env!("CARGO_PKG_VERSION"))
        }
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        let check = |parcel: &Parcel| match text::is_plain_number(&parcel.number) {
            true => Ok(()),
            false => Err(Failure::not_accepted("La Poste", &parcel.number)),
        };
        batch::valid(parcels, check, |valid| valid.chunks(BATCH_MAX).flat_map(poll).collect())
    }
}

/// One request about several parcels. A number that is none can spoil the whole answer, and what does not say whose it is
/// may be anybody's: unless the answer names every number that was asked, each is asked alone. Ten parcels take eleven
/// requests then, of the sixteen that a call has; halving them until the culprit stands alone could take nineteen.
fn poll(parcels: &[&Parcel]) -> Vec<Outcome> {
    if let [_] = parcels {
        return alone(parcels);
    }
    match request(parcels) {
        Ok(BatchReply::Items(items)) => {
            let named = parcels.iter().map(|parcel| Some(parcel.outcome(answer::named(&items, &parcel.number)?)));
            named.collect::<Option<Vec<Outcome>>>().unwrap_or_else(|| alone(parcels))
        }
        Ok(BatchReply::Nothing(_)) => alone(parcels),
        Err(failure) => batch::failed(parcels, &failure),
    }
}

/// Polls each by itself. Where La Poste reads none of several, it is not the numbers that are wrong.
fn alone(parcels: &[&Parcel]) -> Vec<Outcome> {
    let unread = Cell::new(0);
    let outcomes = one_by_one(parcels, |parcel| match request(&[parcel])? {
        BatchReply::Items(items) => answer::of_one(&items, &parcel.number),
        BatchReply::Nothing(status) => {
            unread.set(unread.get() + 1);
            Err(Failure { http_status: Some(status), ..Failure::not_accepted("La Poste", &parcel.number) })
        }
    });
    if parcels.len() == 1 || unread.get() < parcels.len() {
        return outcomes;
    }
    let message = "La Poste reads not one of several numbers; its interface may have moved";
    batch::failed(parcels, &Failure::changed(message))
}

/// What La Poste says to a question.
enum BatchReply {
    Items(Vec<Item>),
    /// Nothing beside this status: some numbers that are none make it answer without JSON.
    Nothing(u16),
}

fn request(parcels: &[&Parcel]) -> Result<BatchReply, Failure> {
    let reply = http::get(&format!("{TRACK}{}", batch::numbers(parcels).join(",")))
        // The words of another language would differ from one answer to the next.
        .query("lang", "en_GB")
        .header("accept", "application/json")
        .auth("api")
        .send()?;
    match reply.status {
        200 | 207 => answer::items(&reply).map(BatchReply::Items),
        400 | 404 if !reply.is_blocked() => {
            Ok(answer::items(&reply).map_or(BatchReply::Nothing(reply.status), BatchReply::Items))
        }
        401 => Err(refused_key(&reply)),
        // The service itself says no, and not a wall before it: the key is not subscribed to it.
        403 if answer::items(&reply).is_ok() => Err(refused_key(&reply)),
        _ => Err(reply.failure()),
    }
}

fn refused_key(reply: &Reply) -> Failure {
    let message = "La Poste refused the key; check api_key in [carriers.laposte] against your application at developer.laposte.fr, and \
                   that it is subscribed to Suivi v2";
    Failure::auth_failed(message).of(reply)
}

parcelwatch_plugin::export!(LaPoste);

#[cfg(test)]
mod tests;
