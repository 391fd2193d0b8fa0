//! The plugin's side of the wall: between the typed world of the SDK and the text of the contract.

#![allow(missing_debug_implementations, unreachable_pub, clippy::all, reason = "the bindings are generated")]

use std::marker::PhantomData;

use exports::parcelwatch::carrier::adapter;
use parcelwatch::carrier::{host as imported_host, http as imported_http, types as wit};

use crate::host::{Host, Level};
use crate::http::{Body, Fault, Reply, Request};
use crate::{Answer, Candidate, Carrier, Descriptor, Event, Failure, Moment, Outcome, Parcel};

wit_bindgen::generate!({
    path: "wit",
    world: "carrier",
    pub_export_macro: true,
    export_macro_name: "export_adapter",
    default_bindings_module: "parcelwatch_plugin::guest",
});

/// The exports of the contract, answered by a [`Carrier`].
pub struct Adapter<C>(PhantomData<C>);

impl<C: Carrier> adapter::Guest for Adapter<C> {
    fn describe() -> wit::Descriptor {
        install_panic_hook();
        descriptor(C::describe())
    }

    fn recognize(numbers: Vec<String>) -> Vec<Vec<wit::Candidate>> {
        install_panic_hook();
        numbers.iter().map(|number| C::recognize(number).into_iter().map(candidate).collect()).collect()
    }

    fn track(parcels: Vec<wit::Parcel>) -> Vec<wit::Outcome> {
        install_panic_hook();
        let parcels: Vec<Parcel> = parcels.into_iter().map(parcel).collect();
        C::track(&parcels).into_iter().map(outcome).collect()
    }

    fn release(parcels: Vec<wit::Parcel>) -> Vec<wit::Outcome> {
        install_panic_hook();
        let parcels: Vec<Parcel> = parcels.into_iter().map(parcel).collect();
        C::release(&parcels).into_iter().map(outcome).collect()
    }
}

/// Without it a panic is a bare `unreachable` in the daemon's log. Every call runs in a fresh instance, so every export
/// installs it.
fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| imported_host::log(imported_host::Level::Error, &panic.to_string())));
}

/// The daemon, as seen from inside the sandbox.
pub struct Daemon;

impl Host for Daemon {
    fn send(&self, request: Request) -> Result<Reply, Fault> {
        imported_http::send(&wit_request(request)).map(reply).map_err(fault)
    }

    fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Reply, Fault>> {
        let requests: Vec<_> = requests.into_iter().map(wit_request).collect();
        imported_http::send_all(&requests).into_iter().map(|found| found.map(reply).map_err(fault)).collect()
    }

    fn log(&self, level: Level, message: &str) {
        let level = match level {
            Level::Debug => imported_host::Level::Debug,
            Level::Info => imported_host::Level::Info,
            Level::Warn => imported_host::Level::Warn,
            Level::Error => imported_host::Level::Error,
        };
        imported_host::log(level, message);
    }

    fn now(&self) -> String {
        imported_host::now()
    }

    fn random(&self, bytes: u32) -> Vec<u8> {
        imported_host::random(bytes)
    }

    fn setting(&self, name: &str) -> Option<String> {
        imported_host::setting(name)
    }

    fn recall(&self, name: &str) -> Option<Vec<u8>> {
        imported_host::recall(name)
    }

    fn remember(&self, name: &str, value: &[u8], seconds: u32) {
        imported_host::remember(name, value, seconds);
    }

    fn sign(&self, profile: &str, algorithm: &str, message: &[u8]) -> Result<Vec<u8>, String> {
        imported_host::sign(profile, algorithm, message)
    }
}

fn wit_request(request: Request) -> imported_http::Request {
    imported_http::Request {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: match request.body {
            Body::None => imported_http::Body::None,
            Body::Text(text) => imported_http::Body::Text(text),
            Body::Bytes(bytes) => imported_http::Body::Bytes(bytes),
        },
        auth: request.auth,
        follow: request.follow,
        raw: request.raw,
        timeout_ms: request.timeout_ms,
    }
}

fn reply(response: imported_http::Response) -> Reply {
    Reply {
        status: response.status,
        url: response.url,
        headers: response.headers,
        body: match response.body {
            imported_http::Body::None => Body::None,
            imported_http::Body::Text(text) => Body::Text(text),
            imported_http::Body::Bytes(bytes) => Body::Bytes(bytes),
        },
    }
}

fn fault(fault: imported_http::Fault) -> Fault {
    Fault { kind: fault.kind, message: fault.message, retry_after_s: fault.retry_after_s }
}

fn parcel(parcel: wit::Parcel) -> Parcel {
    Parcel { key: parcel.key, number: parcel.number, hints: parcel.hints, cursor: parcel.cursor }
}

fn outcome(outcome: Outcome) -> wit::Outcome {
    let outcome = outcome.settled();
    wit::Outcome { key: outcome.key, found: outcome.found.map(answer).map_err(failure), cursor: outcome.cursor }
}

fn answer(answer: Answer) -> wit::Answer {
    wit::Answer {
        events: answer.events.into_iter().map(event).collect(),
        summary: answer.summary.map(|summary| wit::Summary {
            status: summary.status.key().to_owned(),
            code: summary.code,
            text: summary.text,
        }),
        window: answer.window.map(|window| wit::Window {
            earliest: window.earliest.map(moment),
            latest: moment(window.latest),
            source: window.source,
        }),
        handoffs: answer
            .handoffs
            .into_iter()
            .map(|handoff| wit::Handoff {
                number: handoff.number,
                carrier: handoff.carrier,
                country: handoff.country,
                role: handoff.role.key().to_owned(),
                confidence: handoff.confidence,
                because: handoff.because,
            })
            .collect(),
        origin: answer.origin,
        destination: answer.destination,
        facts: answer.facts,
        done: answer.done,
    }
}

fn event(event: Event) -> wit::Event {
    wit::Event {
        moment: event.moment.map(moment),
        status: event.status.key().to_owned(),
        code: event.code,
        text: event.text,
        translation: event.translation,
        place: event.place.map(|place| wit::Place {
            text: place.text,
            country: place.country,
            locality: place.locality,
            postcode: place.postcode,
        }),
        facts: event.facts,
    }
}

fn moment(moment: Moment) -> wit::Moment {
    match moment {
        Moment::Instant(text) => wit::Moment::Instant(text),
        Moment::Clock { at, zone } => wit::Moment::Clock(wit::LocalClock { at, zone }),
        Moment::Date(text) => wit::Moment::Date(text),
    }
}

fn failure(failure: Failure) -> wit::Failure {
    wit::Failure {
        kind: failure.kind.key().to_owned(),
        scope: failure.scope.key().to_owned(),
        message: failure.message,
        retry_after_s: failure.retry_after_s,
        http_status: failure.http_status,
        needs: failure.needs,
        choices: failure
            .choices
            .into_iter()
            .map(|choice| wit::Choice { hint: choice.hint, label: choice.label })
            .collect(),
        facts: failure.facts,
    }
}

fn candidate(candidate: Candidate) -> wit::Candidate {
    wit::Candidate {
        number: candidate.number,
        confidence: candidate.confidence,
        scheme: candidate.scheme,
        checksum: candidate.checksum,
        country: candidate.country,
        needs: candidate.needs,
    }
}

fn descriptor(descriptor: Descriptor) -> wit::Descriptor {
    wit::Descriptor {
        id: descriptor.id,
        name: descriptor.name,
        version: descriptor.version,
        hosts: descriptor.hosts,
        profiles: descriptor
            .profiles
            .into_iter()
            .map(|profile| wit::Profile {
                name: profile.name,
                kind: profile.kind,
                parameters: profile.parameters,
                hosts: profile.hosts,
            })
            .collect(),
        batch_max: descriptor.batch_max,
        gap_s: descriptor.gap_s,
        pace_ms: descriptor.pace_ms,
        quotas: descriptor
            .quotas
            .into_iter()
            .map(|quota| wit::Quota { requests: quota.requests, seconds: quota.seconds, resets_at: quota.resets_at })
            .collect(),
        zone: descriptor.zone,
        countries: descriptor.countries,
        roles: descriptor.roles,
        link: descriptor.link,
        contact: descriptor.contact,
        probe: descriptor.probe,
        optional_secrets: descriptor.optional_secrets,
        settings: descriptor.settings,
        headers: descriptor.headers,
        facts: descriptor.facts,
    }
}
