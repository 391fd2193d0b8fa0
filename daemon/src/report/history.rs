//! The numbers of a parcel and what happened to it, as page, API and evidence show them.

use jiff::Timestamp;
use parcelwatch_tracking::{
    CarrierId, Country, Facts, FailureKind, Leg, LegNo, LegState, MergedEvent, Moment, Outage, Place, Post,
    RecordedEvent, Role, Scope, Stage, Status,
};
use serde::{Serialize, Serializer};

use super::form;
use super::names::Names;
use super::view::PostView;
use super::{times, words};
use crate::store::ParcelRecord;

/// All of a parcel's numbers and events.
#[derive(Clone, Debug)]
pub struct History {
    pub legs: Vec<LegView>,
    /// The oldest first.
    pub events: Vec<EventView>,
}

/// A number with a carrier.
#[derive(Clone, Debug, Serialize)]
pub struct LegView {
    pub no: u16,
    #[serde(with = "form::optional_text")]
    pub carrier: Option<CarrierId>,
    #[serde(skip)]
    pub carrier_name: String,
    pub number: String,
    #[serde(with = "form::text")]
    pub role: Role,
    #[serde(with = "form::text")]
    pub state: LegState,
    pub confirmed: bool,
    /// How likely the number is this carrier's, in percent; 0 where nobody guessed.
    pub confidence: u8,
    /// Whether the check digit holds; nothing where there is none.
    pub checksum: Option<bool>,
    /// Why it is followed, as a sentence.
    pub because: String,
    pub added_at: Timestamp,
    pub last_asked_at: Option<Timestamp>,
    pub last_ok_at: Option<Timestamp>,
    pub next_ask_at: Option<Timestamp>,
    pub next_why: Option<String>,
    pub failure: Option<FailureView>,
    #[serde(serialize_with = "facts")]
    pub facts: Facts,
    /// The post that issued the number, where it is a postal one.
    pub post: Option<PostView>,
    /// The carrier's own page for the number.
    #[serde(skip)]
    pub link: Option<String>,
    #[serde(skip)]
    pub contact: Vec<(String, String)>,
}

/// Why a carrier gave no report.
#[derive(Clone, Debug, Serialize)]
pub struct FailureView {
    #[serde(with = "form::text")]
    pub kind: FailureKind,
    #[serde(with = "form::text")]
    pub scope: Scope,
    pub message: String,
    pub since: Timestamp,
    /// How many polls in a row.
    pub count: u32,
    pub needs: Vec<String>,
    pub choices: Vec<ChoiceView>,
}

/// One of several parcels that share a number, and the hint that chooses it.
#[derive(Clone, Debug, Serialize)]
pub struct ChoiceView {
    pub hint: String,
    pub value: String,
    pub label: String,
}

/// One event, as one or several portals report it.
#[derive(Clone, Debug, Serialize)]
pub struct EventView {
    pub id: String,
    /// The instant, where the carrier gave one; a clock without zone or a date as it was given.
    #[serde(with = "form::optional_text")]
    pub at: Option<Moment>,
    /// The carrier's clock as it stood on the wall.
    pub at_text: Option<String>,
    /// An offset that can be trusted, or the carrier's hint.
    pub zone: Option<String>,
    /// The instant we take it for.
    pub at_estimate: Timestamp,
    #[serde(with = "form::text")]
    pub status: Status,
    #[serde(with = "form::optional_text")]
    pub stage: Option<Stage>,
    #[serde(with = "form::optional_text")]
    pub carrier: Option<CarrierId>,
    pub code: Option<String>,
    pub text: String,
    pub translation: Option<String>,
    pub place: Option<PlaceView>,
    #[serde(serialize_with = "facts")]
    pub facts: Facts,
    pub first_seen_at: Timestamp,
    /// Everybody who reports it; the first is the one shown.
    pub sources: Vec<EventSource>,
}

#[derive(Clone, Debug, Serialize)]
pub struct PlaceView {
    pub raw: String,
    #[serde(with = "form::optional_text")]
    pub country: Option<Country>,
    pub locality: Option<String>,
    pub postcode: Option<String>,
}

/// An event in the words of one portal.
#[derive(Clone, Debug, Serialize)]
pub struct EventSource {
    #[serde(with = "form::optional_text")]
    pub carrier: Option<CarrierId>,
    #[serde(skip)]
    pub carrier_name: String,
    pub number: String,
    pub code: Option<String>,
    pub text: String,
    pub at_text: Option<String>,
    pub first_seen_at: Timestamp,
    /// The carrier still shows it.
    pub shown: bool,
    #[serde(skip)]
    pub place: Option<String>,
    #[serde(skip)]
    pub facts: Facts,
    #[serde(skip)]
    pub at: Option<Moment>,
}

impl History {
    pub fn of(record: &ParcelRecord, merged: &[MergedEvent<'_>], names: &Names) -> Self {
        Self {
            legs: record.timeline.legs.iter().map(|leg| LegView::of(leg, names)).collect(),
            events: merged.iter().map(|event| EventView::of(event, record, names)).collect(),
        }
    }
}

impl LegView {
    fn of(leg: &Leg, names: &Names) -> Self {
        Self {
            no: leg.no.0,
            carrier: leg.carrier.clone(),
            carrier_name: names.of_leg(leg),
            number: leg.number.to_string(),
            role: leg.role,
            state: leg.state,
            confirmed: leg.confirmed,
            confidence: leg.confidence,
            checksum: leg.checksum,
            because: leg.because.clone(),
            added_at: leg.added_at,
            last_asked_at: leg.last_asked_at,
            last_ok_at: leg.last_ok_at,
            next_ask_at: leg.next_poll().at,
            next_why: Some(words::poll_reason(&leg.next_poll().reason)).filter(|why| !why.is_empty()),
            failure: leg.outage.as_ref().map(|outage| FailureView::of(leg, outage)),
            facts: leg.facts.clone(),
            post: Post::of(&leg.number).map(PostView::from),
            link: names.link(leg),
            contact: leg.carrier.as_ref().map(|carrier| names.contact(carrier).to_vec()).unwrap_or_default(),
        }
    }

    /// Whether the user may say whose number it is.
    pub fn is_open(&self) -> bool {
        matches!(self.state, LegState::Active | LegState::Dormant | LegState::Rejected) && !self.confirmed
    }

    /// Another carrier fits better, and this one was never polled.
    pub fn is_guess(&self) -> bool {
        self.state == LegState::Dormant && self.last_asked_at.is_none()
    }

    /// When it is polled next, and why then.
    pub fn next(&self) -> Option<(Timestamp, &str)> {
        let at = self.next_ask_at.filter(|_| self.state == LegState::Active)?;
        Some((at, self.next_why.as_deref().unwrap_or_default()))
    }
}

impl FailureView {
    fn of(leg: &Leg, outage: &Outage) -> Self {
        let failure = &outage.failure;
        let choices = leg.choices().iter().map(|choice| ChoiceView {
            hint: choice.hint.0.clone(),
            value: choice.hint.1.clone(),
            label: choice.label.clone(),
        });
        Self {
            kind: failure.kind,
            scope: failure.scope,
            message: failure.message.clone(),
            since: outage.since,
            count: outage.count,
            needs: failure.needs.clone(),
            choices: choices.collect(),
        }
    }
}

impl EventView {
    fn of(merged: &MergedEvent<'_>, record: &ParcelRecord, names: &Names) -> Self {
        let event = &merged.lead.event;
        Self {
            id: merged.lead.id.to_string(),
            at: event.moment.clone(),
            at_text: event.moment.as_ref().map(times::clock_face),
            zone: event.moment.as_ref().and_then(zone),
            at_estimate: merged.at,
            status: merged.status,
            stage: merged.status.stage(),
            carrier: record.timeline.leg(merged.lead.leg).and_then(|leg| leg.carrier.clone()),
            code: event.code.clone(),
            text: event.text.clone(),
            translation: event.translation.clone(),
            place: event.place.as_ref().map(PlaceView::of),
            facts: event.facts.clone(),
            first_seen_at: merged.first_seen_at(),
            sources: merged.sources().map(|source| EventSource::of(source, record, names)).collect(),
        }
    }

    /// The portal whose words are shown.
    pub fn lead(&self) -> &EventSource {
        self.sources.first().expect("an event was reported by somebody")
    }

    /// The other portals that report it.
    pub fn others(&self) -> &[EventSource] {
        self.sources.get(1..).unwrap_or_default()
    }

    /// English words where there are some, else the carrier's own.
    pub fn words(&self) -> &str {
        self.english().unwrap_or(&self.text)
    }

    pub fn english(&self) -> Option<&str> {
        self.translation.as_deref().filter(|text| !text.is_empty())
    }

    /// The hour on the carrier's clock, and the moment it belongs to.
    pub fn hour(&self) -> Option<(String, String)> {
        let moment = self.at.as_ref()?;
        Some((moment.text(), times::hour(moment)?))
    }

    /// What is known of that clock's zone, for people.
    pub fn clock_zone(&self) -> Option<String> {
        let zone = times::clock_zone(self.at.as_ref()?)?;
        Some(if zone.starts_with("UTC") { zone } else { format!("zone {zone}") })
    }

    pub fn place_text(&self) -> Option<&str> {
        self.place.as_ref().map(|place| place.raw.as_str()).filter(|place| !place.is_empty())
    }
}

impl PlaceView {
    fn of(place: &Place) -> Self {
        Self {
            raw: place.text.clone(),
            country: place.country,
            locality: place.locality.clone(),
            postcode: place.postcode.clone(),
        }
    }
}

impl EventSource {
    fn of(recorded: &RecordedEvent, record: &ParcelRecord, names: &Names) -> Self {
        let (leg, event) = (record.timeline.leg(recorded.leg), &recorded.event);
        Self {
            carrier: leg.and_then(|leg| leg.carrier.clone()),
            carrier_name: leg.map(|leg| names.of_leg(leg)).unwrap_or_default(),
            number: leg.map(|leg| leg.number.to_string()).unwrap_or_default(),
            code: event.code.clone(),
            text: event.text.clone(),
            at_text: event.moment.as_ref().map(times::clock_face),
            first_seen_at: recorded.first_seen_at,
            shown: recorded.position.is_some(),
            place: event.place.as_ref().map(|place| place.text.clone()).filter(|place| !place.is_empty()),
            facts: event.facts.clone(),
            at: event.moment.clone(),
        }
    }
}

fn zone(moment: &Moment) -> Option<String> {
    match moment {
        Moment::Instant { offset, .. } => Some(offset.to_string()),
        Moment::Clock { zone, .. } => zone.clone().filter(|zone| !zone.is_empty()),
        Moment::Date(_) => None,
    }
}

fn facts<S: Serializer>(facts: &Facts, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(facts.iter())
}

/// Facts for people: "name" and "value" without the underscores of keys.
pub fn named(facts: &Facts) -> Vec<(String, String)> {
    facts.iter().map(|(name, value)| (name.replace('_', " "), value.to_owned())).collect()
}

/// The leg of a number.
pub fn leg(history: &History, no: LegNo) -> Option<&LegView> {
    history.legs.iter().find(|leg| leg.no == no.0)
}
