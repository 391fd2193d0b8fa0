//! What the daemon asks of a plugin, and what it takes of the answers.

use jiff::{SignedDuration, Timestamp};
use parcelwatch_plugin::text;
use parcelwatch_plugin::wall::{
    self, CURSOR_BYTES_MAX, EVENTS_MAX, HANDOFFS_MAX, Loss, NEWEST_AHEAD, OLDEST, TEXT_CHARS_MAX,
};
use parcelwatch_tracking::{
    Candidate, Choice, Country, Event, Facts, Failure, FailureKind, HandOff, Moment, Place, Report, Role, Scope,
    Status, Summary, ToldWindow, TrackingNumber,
};

use super::super::call::{Call, Losses};
use super::super::descriptor::Descriptor;
use super::super::question::{Outcome, Question};
use super::bindings::Carrier;
use super::bindings::parcelwatch::carrier::types;

const CANDIDATES_MAX: usize = 4;
const FACTS_MAX: usize = 32;
const HEADERS_MAX: usize = 16;
const CHOICES_MAX: usize = 20;
const WORD_CHARS_MAX: usize = 120;
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
    let told = carrier.parcelwatch_carrier_adapter().call_track(&mut *store, &parcels).await?;
    let mut wall = Wall { descriptor, now, losses: Losses::default() };
    let outcomes = wall.outcomes(told, questions.len());
    store.data_mut().lost(&wall.losses);
    Ok(outcomes)
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
    let told = carrier.parcelwatch_carrier_adapter().call_release(&mut *store, &parcels).await?;
    let mut wall = Wall { descriptor, now, losses: Losses::default() };
    let outcomes = wall.outcomes(told, questions.len());
    store.data_mut().lost(&wall.losses);
    Ok(outcomes)
}

fn parcel(question: &Question, key: u32) -> types::Parcel {
    types::Parcel {
        key,
        number: question.number.to_string(),
        hints: question.hints.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        cursor: question.cursor.clone(),
    }
}

/// What passes of a plugin's outcomes, and what does not.
struct Wall<'a> {
    descriptor: &'a Descriptor,
    now: Timestamp,
    losses: Losses,
}

impl Wall<'_> {
    fn outcomes(&mut self, told: Vec<types::Outcome>, asked: usize) -> Vec<Outcome> {
        let mut found: Vec<Option<Outcome>> = (0..asked).map(|_| None).collect();
        for outcome in told {
            let index = (outcome.key as usize).wrapping_sub(1);
            // A key that was not asked, or that comes twice, is the plugin's mistake; the first telling stands.
            let Some(slot @ None) = found.get_mut(index) else {
                self.losses.count(Loss::Outcome);
                continue;
            };
            let cursor =
                outcome.cursor.filter(|cursor| self.losses.keep(Loss::Cursor, cursor.len() <= CURSOR_BYTES_MAX));
            let found = match outcome.found {
                Ok(answer) => Ok(self.report(answer)),
                Err(told) => Err(failure(told)),
            };
            *slot = Some(Outcome { found, cursor });
        }
        let missing = || Outcome {
            found: Err(Failure::new(FailureKind::Internal, "the plugin returned no outcome for this parcel")),
            cursor: None,
        };
        found.into_iter().map(|outcome| outcome.unwrap_or_else(missing)).collect()
    }

    fn report(&mut self, answer: types::Answer) -> Report {
        let is_empty = answer.events.is_empty() && answer.summary.is_none() && answer.window.is_none();
        self.losses.keep(Loss::EmptyAnswer, !(is_empty && answer.handoffs.is_empty() && answer.facts.is_empty()));
        self.losses.keep(Loss::Events, answer.events.len() <= EVENTS_MAX);
        self.losses.keep(Loss::Handoffs, answer.handoffs.len() <= HANDOFFS_MAX);
        let events: Vec<Event> = answer.events.into_iter().take(EVENTS_MAX).map(|told| self.event(told)).collect();
        let clocks = events.iter().map(|event| event.moment.as_ref().and_then(clock));
        self.losses.keep(Loss::Order, !wall::contradicts_itself(clocks));
        Report {
            received_at: self.now,
            read_at: self.now,
            events,
            summary: answer.summary.map(|summary| Summary {
                status: self.status(&summary.status),
                code: summary.code.map(|code| word(&code)),
                text: self.line(&summary.text),
            }),
            window: answer.window.and_then(|window| {
                Some(ToldWindow {
                    earliest: window.earliest.and_then(|told| self.moment(told)),
                    latest: self.moment(window.latest)?,
                    source: word(&window.source),
                })
            }),
            handoffs: answer.handoffs.into_iter().take(HANDOFFS_MAX).filter_map(|told| self.handoff(told)).collect(),
            origin: self.country(answer.origin.as_deref()),
            destination: self.country(answer.destination.as_deref()),
            facts: facts(answer.facts),
            zone: self.descriptor.zone.clone(),
            done: answer.done,
        }
    }

    fn event(&mut self, told: types::Event) -> Event {
        Event {
            moment: told.moment.and_then(|told| self.moment(told)),
            status: self.status(&told.status),
            code: told.code.map(|code| word(&code)).filter(|code| !code.is_empty()),
            text: self.line(&told.text),
            translation: told.translation.map(|text| self.line(&text)).filter(|text| !text.is_empty()),
            place: told.place.map(|place| Place {
                text: self.line(&place.text),
                country: self.country(place.country.as_deref()),
                locality: place.locality.map(|locality| self.line(&locality)),
                postcode: place.postcode.map(|postcode| word(&postcode)),
            }),
            facts: facts(told.facts),
        }
    }

    /// A word this version does not know comes from a newer plugin, or means nothing: either way it is not guessed.
    fn status(&mut self, key: &str) -> Status {
        let known = Status::from_key(key);
        self.losses.keep(Loss::Status, known.is_some());
        known.unwrap_or(Status::Unknown)
    }

    /// A moment that reads, and that is neither older than parcel tracking nor far in the future.
    fn moment(&mut self, told: types::Moment) -> Option<Moment> {
        let moment = match told {
            types::Moment::Instant(text) => Moment::instant(&text),
            types::Moment::Clock(clock) => Moment::clock(&clock.at, clock.zone.map(|zone| word(&zone))),
            types::Moment::Date(text) => Moment::date(&text),
        };
        let newest = (self.now + NEWEST_AHEAD).to_zoned(jiff::tz::TimeZone::UTC).date();
        let moment = moment.filter(|moment| (OLDEST..=newest).contains(&moment.calendar_date()));
        self.losses.keep(Loss::Time, moment.is_some());
        moment
    }

    fn handoff(&mut self, told: types::Handoff) -> Option<HandOff> {
        let number = TrackingNumber::new(&told.number);
        self.losses.keep(Loss::Handoffs, number.is_some());
        Some(HandOff {
            number: number?,
            carrier: told.carrier.map(|carrier| word(&carrier)).filter(|carrier| !carrier.is_empty()),
            country: self.country(told.country.as_deref()),
            role: match told.role.as_str() {
                "last_mile" => Role::HandOff,
                role => Role::from_key(role).unwrap_or(Role::Partner),
            },
            confidence: told.confidence.min(100),
            because: line(&told.because),
        })
    }

    fn country(&mut self, told: Option<&str>) -> Option<Country> {
        let told = told?;
        let country = Country::new(told);
        self.losses.keep(Loss::Country, country.is_some());
        country
    }

    /// A carrier's text: one plain line of bearable length.
    fn line(&mut self, told: &str) -> String {
        self.losses.keep(Loss::Text, told.len() <= TEXT_CHARS_MAX || told.chars().count() <= TEXT_CHARS_MAX);
        line(told)
    }
}

/// A clock that can be compared with others of the same zone.
fn clock(moment: &Moment) -> Option<(Option<String>, jiff::civil::DateTime)> {
    match moment {
        Moment::Instant { at, .. } => Some((None, at.to_zoned(jiff::tz::TimeZone::UTC).datetime())),
        Moment::Clock { at, zone: Some(zone), .. } => Some((Some(zone.clone()), *at)),
        _ => None,
    }
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
