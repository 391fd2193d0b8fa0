//! The wall: between the text of the contract and the types of the daemon. Nothing generated from it is seen elsewhere,
//! and nothing a guest says passes unchecked.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use parcelwatch_plugin::{http as sdk_http, text};
use parcelwatch_tracking::{
    Candidate, Choice, Country, Event, Facts, Failure, FailureKind, HandOff, Moment, Place, Report, Role, Scope,
    Status, Summary, ToldWindow, TrackingNumber,
};
use wasmtime::component::HasSelf;

use super::sandbox::{Call, Network};
use super::{Descriptor, Outcome, Question};
use crate::store::Exchange;

mod bindings {
    wasmtime::component::bindgen!({
        path: "../plugin-sdk/wit",
        world: "carrier",
        imports: {
            "parcelwatch:carrier/http": async,
            default: trappable,
        },
        exports: { default: async },
    });
}

use bindings::parcelwatch::carrier::{host, http, types};
pub(super) use bindings::{Carrier, CarrierPre};

/// Outcomes beyond the questions are thrown away; events beyond this, too.
const EVENTS_MAX: usize = 200;
const HANDOFFS_MAX: usize = 8;
const CANDIDATES_MAX: usize = 4;
const FACTS_MAX: usize = 32;
const HEADERS_MAX: usize = 16;
const CHOICES_MAX: usize = 20;
/// A scan's text; longer ones are cut.
const TEXT_CHARS_MAX: usize = 600;
const WORD_CHARS_MAX: usize = 120;
const CURSOR_BYTES_MAX: usize = 4 * 1024;
const MEMORY_BYTES_MAX: usize = 64 * 1024;
const RANDOM_BYTES_MAX: u32 = 1024;
/// A wish to wait is honoured within these bounds.
const RETRY_AFTER: (i64, i64) = (1, 24 * 3600);

/// Offers the imports of the contract to a plugin.
pub(super) fn link(linker: &mut wasmtime::component::Linker<Call>) -> wasmtime::Result<()> {
    http::add_to_linker::<_, HasSelf<Call>>(linker, |call| call)?;
    host::add_to_linker::<_, HasSelf<Call>>(linker, |call| call)?;
    types::add_to_linker::<_, HasSelf<Call>>(linker, |call| call)
}

impl types::Host for Call {}

impl http::Host for Call {
    async fn send(&mut self, request: http::Request) -> Result<http::Response, http::Fault> {
        let mut replies = self.send_all(vec![request]).await;
        replies.pop().unwrap_or_else(|| Err(fault(sdk_http::Fault::new("protocol", "no reply"))))
    }

    async fn send_all(&mut self, requests: Vec<http::Request>) -> Vec<Result<http::Response, http::Fault>> {
        let egress = match &self.network {
            Network::Live(egress) => egress.clone(),
            Network::Recorded(exchanges) => {
                let exchanges = exchanges.clone();
                return requests.into_iter().map(|request| recorded(&exchanges, &sdk_request(request))).collect();
            }
            Network::Off => {
                let off = || Err(fault(sdk_http::Fault::new("denied_host", "the network is off in this call")));
                return requests.iter().map(|_| off()).collect();
            }
        };
        let now = self.now;
        // Every request is a task of its own: TLS must not run on the small stack the guest was suspended with.
        let mut tasks = Vec::new();
        for request in requests {
            if self.requests_left == 0 {
                tasks.push(Err(sdk_http::Fault::new("budget", "too many requests in one call")));
                continue;
            }
            self.requests_left -= 1;
            let egress = egress.clone();
            let task = async move { egress.send(sdk_request(request), now).await };
            tasks.push(Ok(tokio_util::task::AbortOnDropHandle::new(tokio::spawn(task))));
        }
        let mut replies = Vec::with_capacity(tasks.len());
        for task in tasks {
            let sent = match task {
                Ok(task) => {
                    task.await.unwrap_or_else(|_| Err(sdk_http::Fault::new("protocol", "the request was given up")))
                }
                Err(refused) => Err(refused),
            };
            replies.push(match sent {
                Ok((reply, exchange)) => {
                    self.exchanges.push(exchange);
                    Ok(response(reply))
                }
                Err(refused) => {
                    tracing::debug!(carrier = self.carrier, kind = refused.kind, "request failed: {}", refused.message);
                    Err(fault(refused))
                }
            });
        }
        replies
    }
}

impl host::Host for Call {
    fn log(&mut self, level: host::Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            host::Level::Debug => tracing::Level::DEBUG,
            host::Level::Info => tracing::Level::INFO,
            host::Level::Warn => tracing::Level::WARN,
            host::Level::Error => tracing::Level::ERROR,
        };
        Call::log(self, level, &message);
        Ok(())
    }

    fn now(&mut self) -> wasmtime::Result<String> {
        Ok(self.now.to_string())
    }

    fn random(&mut self, bytes: u32) -> wasmtime::Result<Vec<u8>> {
        let mut random = vec![0; bytes.min(RANDOM_BYTES_MAX) as usize];
        getrandom::fill(&mut random).map_err(|error| wasmtime::Error::msg(error.to_string()))?;
        Ok(random)
    }

    fn setting(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        Ok(self.settings.get(&name).cloned())
    }

    fn recall(&mut self, name: String) -> wasmtime::Result<Option<Vec<u8>>> {
        Ok(self.memory.get(&name).cloned())
    }

    fn remember(&mut self, name: String, value: Vec<u8>, seconds: u32) -> wasmtime::Result<()> {
        if matches!(self.network, Network::Live(_)) && name.len() <= WORD_CHARS_MAX && value.len() <= MEMORY_BYTES_MAX {
            self.memory.insert(name.clone(), value.clone());
            self.remembered.push((name, value, seconds));
        }
        Ok(())
    }

    fn sign(
        &mut self,
        profile: String,
        algorithm: String,
        message: Vec<u8>,
    ) -> wasmtime::Result<Result<Vec<u8>, String>> {
        Ok(match &self.network {
            Network::Live(egress) => egress.sign(&profile, &algorithm, &message),
            // What was signed then went out then; any digest leads to the answer that is kept.
            Network::Recorded(_) => Ok(vec![0; 32]),
            Network::Off => Err("nothing is signed in this call".to_owned()),
        })
    }
}

/// The answer that was kept for a request: of the same address, else of the same path, as addresses may hold a time or a
/// digest.
fn recorded(exchanges: &[Exchange], request: &sdk_http::Request) -> Result<http::Response, http::Fault> {
    let path = |url: &str| url.split('?').next().unwrap_or_default().to_owned();
    let same_body = |exchange: &&Exchange| match &request.body {
        sdk_http::Body::Text(text) => exchange.request_body.as_ref() == Some(text),
        _ => exchange.request_body.is_none(),
    };
    let of_method = || exchanges.iter().filter(|exchange| exchange.method == request.method);
    let kept = of_method()
        .find(|exchange| exchange.url == request.url && same_body(exchange))
        .or_else(|| of_method().find(|exchange| exchange.url == request.url))
        .or_else(|| of_method().find(|exchange| path(&exchange.url) == path(&request.url)));
    let Some(kept) = kept else {
        return Err(fault(sdk_http::Fault::new("connect", format!("no answer to {} was kept", request.url))));
    };
    let body = match request.raw {
        true => http::Body::Bytes(kept.body.clone().into_bytes()),
        false => http::Body::Text(kept.body.clone()),
    };
    Ok(http::Response { status: kept.status, url: request.url.clone(), headers: kept.headers.clone(), body })
}

fn sdk_request(request: http::Request) -> sdk_http::Request {
    sdk_http::Request {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: match request.body {
            http::Body::None => sdk_http::Body::None,
            http::Body::Text(text) => sdk_http::Body::Text(text),
            http::Body::Bytes(bytes) => sdk_http::Body::Bytes(bytes),
        },
        auth: request.auth,
        follow: request.follow,
        raw: request.raw,
        timeout_ms: request.timeout_ms,
    }
}

fn response(reply: sdk_http::Reply) -> http::Response {
    http::Response {
        status: reply.status,
        url: reply.url,
        headers: reply.headers,
        body: match reply.body {
            sdk_http::Body::None => http::Body::None,
            sdk_http::Body::Text(text) => http::Body::Text(text),
            sdk_http::Body::Bytes(bytes) => http::Body::Bytes(bytes),
        },
    }
}

fn fault(fault: sdk_http::Fault) -> http::Fault {
    http::Fault { kind: fault.kind, message: fault.message, retry_after_s: fault.retry_after_s }
}

/// The plugin's word on itself, as the SDK's type; the loader checks what it says.
pub(super) async fn describe_once(
    store: &mut wasmtime::Store<Call>,
    carrier: Carrier,
) -> wasmtime::Result<parcelwatch_plugin::Descriptor> {
    let told = carrier.parcelwatch_carrier_adapter().call_describe(store).await?;
    let profiles = told.profiles.into_iter().take(8).map(|profile| parcelwatch_plugin::Profile {
        name: profile.name,
        kind: profile.kind,
        parameters: profile.parameters,
        hosts: profile.hosts,
    });
    let quotas = told.quotas.into_iter().take(4).map(|quota| parcelwatch_plugin::Quota {
        requests: quota.requests,
        seconds: quota.seconds,
        resets_at: quota.resets_at,
    });
    Ok(parcelwatch_plugin::Descriptor {
        id: told.id,
        name: word(&told.name),
        version: word(&told.version),
        hosts: told.hosts,
        profiles: profiles.collect(),
        batch_max: told.batch_max,
        gap_s: told.gap_s,
        pace_ms: told.pace_ms,
        quotas: quotas.collect(),
        zone: told.zone,
        countries: told.countries,
        roles: told.roles,
        link: told.link,
        probe: told.probe,
        optional_secrets: told.optional_secrets,
        headers: told.headers.into_iter().take(HEADERS_MAX).collect(),
        contact: told.contact.into_iter().take(FACTS_MAX).map(|(name, value)| (word(&name), line(&value))).collect(),
        facts: told.facts.into_iter().take(FACTS_MAX).map(|(name, value)| (word(&name), line(&value))).collect(),
    })
}

/// The plugin's opinions on numbers: one list for each.
pub(super) async fn recognize(
    store: &mut wasmtime::Store<Call>,
    carrier: Carrier,
    descriptor: &Descriptor,
    numbers: &[TrackingNumber],
) -> wasmtime::Result<Vec<Vec<Candidate>>> {
    let asked: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let told = carrier.parcelwatch_carrier_adapter().call_recognize(store, &asked).await?;
    let mut lists: Vec<Vec<Candidate>> = told
        .into_iter()
        .map(|list| list.into_iter().take(CANDIDATES_MAX).filter_map(|told| candidate(told, descriptor)).collect())
        .collect();
    lists.resize(numbers.len(), Vec::new());
    Ok(lists)
}

fn candidate(told: types::Candidate, descriptor: &Descriptor) -> Option<Candidate> {
    Some(Candidate {
        carrier: descriptor.id.clone(),
        carrier_name: descriptor.name.clone(),
        number: TrackingNumber::new(&told.number)?,
        confidence: told.confidence.min(100),
        scheme: word(&told.scheme),
        checksum: told.checksum,
        country: told.country.as_deref().and_then(Country::new),
        needs: words(told.needs),
        serves: descriptor.countries.clone(),
        link: None,
        last_resort: descriptor.is_aggregator(),
    })
}

/// Asks the plugin about parcels. Every question gets exactly one outcome, whatever the plugin returned.
pub(super) async fn track(
    store: &mut wasmtime::Store<Call>,
    carrier: Carrier,
    descriptor: &Descriptor,
    questions: &[Question],
) -> wasmtime::Result<Vec<Outcome>> {
    let now = store.data().now;
    let parcels: Vec<types::Parcel> = questions.iter().zip(1..).map(|(question, key)| parcel(question, key)).collect();
    let told = carrier.parcelwatch_carrier_adapter().call_track(store, &parcels).await?;
    Ok(outcomes(told, questions.len(), descriptor, now))
}

/// Tells the plugin that parcels are no longer followed.
pub(super) async fn release(
    store: &mut wasmtime::Store<Call>,
    carrier: Carrier,
    descriptor: &Descriptor,
    questions: &[Question],
) -> wasmtime::Result<Vec<Outcome>> {
    let now = store.data().now;
    let parcels: Vec<types::Parcel> = questions.iter().zip(1..).map(|(question, key)| parcel(question, key)).collect();
    let told = carrier.parcelwatch_carrier_adapter().call_release(store, &parcels).await?;
    Ok(outcomes(told, questions.len(), descriptor, now))
}

fn parcel(question: &Question, key: u32) -> types::Parcel {
    types::Parcel {
        key,
        number: question.number.to_string(),
        hints: question.hints.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        cursor: question.cursor.clone(),
    }
}

fn outcomes(told: Vec<types::Outcome>, asked: usize, descriptor: &Descriptor, now: Timestamp) -> Vec<Outcome> {
    let mut found: Vec<Option<Outcome>> = (0..asked).map(|_| None).collect();
    for outcome in told {
        let index = (outcome.key as usize).wrapping_sub(1);
        // A key that was not asked, or that comes twice, is the plugin's mistake; the first telling stands.
        if let Some(slot @ None) = found.get_mut(index) {
            *slot = Some(Outcome {
                found: match outcome.found {
                    Ok(answer) => Ok(report(answer, descriptor, now)),
                    Err(told) => Err(failure(told)),
                },
                cursor: outcome.cursor.filter(|cursor| cursor.len() <= CURSOR_BYTES_MAX),
            });
        }
    }
    let missing = || Outcome {
        found: Err(Failure::new(FailureKind::Internal, "the plugin returned no outcome for this parcel")),
        cursor: None,
    };
    found.into_iter().map(|outcome| outcome.unwrap_or_else(missing)).collect()
}

fn report(answer: types::Answer, descriptor: &Descriptor, now: Timestamp) -> Report {
    Report {
        received_at: now,
        read_at: now,
        events: answer.events.into_iter().take(EVENTS_MAX).map(|told| event(told, now)).collect(),
        summary: answer.summary.map(|summary| Summary {
            status: status(&summary.status),
            code: summary.code.map(|code| word(&code)),
            text: line(&summary.text),
        }),
        window: answer.window.and_then(|window| {
            Some(ToldWindow {
                earliest: window.earliest.and_then(|told| moment(told, now)),
                latest: moment(window.latest, now)?,
                source: word(&window.source),
            })
        }),
        handoffs: answer.handoffs.into_iter().take(HANDOFFS_MAX).filter_map(handoff).collect(),
        origin: answer.origin.as_deref().and_then(Country::new),
        destination: answer.destination.as_deref().and_then(Country::new),
        facts: facts(answer.facts),
        zone: descriptor.zone.clone(),
        done: answer.done,
    }
}

fn event(told: types::Event, now: Timestamp) -> Event {
    Event {
        moment: told.moment.and_then(|told| moment(told, now)),
        status: status(&told.status),
        code: told.code.map(|code| word(&code)).filter(|code| !code.is_empty()),
        text: line(&told.text),
        translation: told.translation.map(|text| line(&text)).filter(|text| !text.is_empty()),
        place: told.place.map(|place| Place {
            text: line(&place.text),
            country: place.country.as_deref().and_then(Country::new),
            locality: place.locality.map(|locality| line(&locality)),
            postcode: place.postcode.map(|postcode| word(&postcode)),
        }),
        facts: facts(told.facts),
    }
}

/// A word this version does not know comes from a newer plugin, or means nothing: either way it is not guessed.
fn status(key: &str) -> Status {
    Status::from_key(key).unwrap_or(Status::Unknown)
}

/// A moment that reads, and that is neither older than parcel tracking nor far in the future.
fn moment(told: types::Moment, now: Timestamp) -> Option<Moment> {
    let moment = match told {
        types::Moment::Instant(text) => Moment::instant(&text),
        types::Moment::Clock(clock) => Moment::clock(&clock.at, clock.zone.map(|zone| word(&zone))),
        types::Moment::Date(text) => Moment::date(&text),
    }?;
    let oldest = Date::constant(2000, 1, 1);
    let newest = (now + SignedDuration::from_hours(2 * 365 * 24)).to_zoned(jiff::tz::TimeZone::UTC).date();
    let date = moment.calendar_date();
    (oldest <= date && date <= newest).then_some(moment)
}

fn handoff(told: types::Handoff) -> Option<HandOff> {
    Some(HandOff {
        number: TrackingNumber::new(&told.number)?,
        carrier: told.carrier.map(|carrier| word(&carrier)).filter(|carrier| !carrier.is_empty()),
        country: told.country.as_deref().and_then(Country::new),
        role: match told.role.as_str() {
            "last_mile" => Role::HandOff,
            role => Role::from_key(role).unwrap_or(Role::Partner),
        },
        confidence: told.confidence.min(100),
        because: line(&told.because),
    })
}

fn failure(told: types::Failure) -> Failure {
    let kind = FailureKind::from_key(&told.kind).unwrap_or(FailureKind::Internal);
    let usual = Failure::new(kind, "");
    let message = line(&told.message);
    Failure {
        kind,
        scope: Scope::from_key(&told.scope).unwrap_or(usual.scope),
        message: if message.is_empty() { format!("the carrier {}", kind.title()) } else { message },
        retry_after: told
            .retry_after_s
            .map(|s| SignedDuration::from_secs(i64::from(s).clamp(RETRY_AFTER.0, RETRY_AFTER.1))),
        http_status: told.http_status,
        needs: words(told.needs),
        choices: told
            .choices
            .into_iter()
            .take(CHOICES_MAX)
            .map(|choice| Choice { hint: (word(&choice.hint.0), word(&choice.hint.1)), label: line(&choice.label) })
            .collect(),
    }
}

fn facts(told: Vec<(String, String)>) -> Facts {
    told.into_iter().take(FACTS_MAX).map(|(name, value)| (word(&name), line(&value))).collect()
}

fn words(told: Vec<String>) -> Vec<String> {
    told.iter().take(CANDIDATES_MAX * 2).map(|told| word(told)).collect()
}

/// A carrier's text: one plain line of bearable length.
fn line(told: &str) -> String {
    cut(told, TEXT_CHARS_MAX)
}

/// A code, a name: a short plain line.
fn word(told: &str) -> String {
    cut(told, WORD_CHARS_MAX)
}

fn cut(told: &str, chars_max: usize) -> String {
    let plain = text::plain(told);
    match plain.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain,
    }
}
