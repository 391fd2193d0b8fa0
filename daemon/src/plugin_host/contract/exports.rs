//! What the daemon asks of a plugin, and what it takes of the answers.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use parcelwatch_plugin::text;
use parcelwatch_tracking::{
    Candidate, Choice, Country, Event, Facts, Failure, FailureKind, HandOff, Moment, Place, Report, Role, Scope,
    Status, Summary, ToldWindow, TrackingNumber,
};

use super::super::call::Call;
use super::super::descriptor::Descriptor;
use super::super::question::{Outcome, Question};
use super::bindings::Carrier;
use super::bindings::parcelwatch::carrier::types;

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
/// A wish to wait is honoured within these bounds.
const RETRY_AFTER: (i64, i64) = (1, 24 * 3600);

/// The plugin's word on itself, as the SDK's type; the loader checks what it says.
pub(crate) async fn describe_once(
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
        settings: told.settings,
        headers: told.headers.into_iter().take(HEADERS_MAX).collect(),
        contact: told.contact.into_iter().take(FACTS_MAX).map(|(name, value)| (word(&name), line(&value))).collect(),
        facts: told.facts.into_iter().take(FACTS_MAX).map(|(name, value)| (word(&name), line(&value))).collect(),
    })
}

/// The plugin's opinions on numbers: one list for each.
pub(crate) async fn recognize(
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
        is_aggregator: descriptor.is_aggregator(),
    })
}

/// Asks the plugin about parcels. Every question gets exactly one outcome, whatever the plugin returned.
pub(crate) async fn track(
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
pub(crate) async fn release(
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
        unsent: false,
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
