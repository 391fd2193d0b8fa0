//! What we make of a parcel, ready to be shown: worked out with every change, kept beside the history.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use parcelwatch_tracking::{
    Attention, CarrierId, Class, Expected, Importance, LegState, Moment, Role, Stage, Standing, Timeline, Windows,
    attention, entries, expected,
};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::store::{Dossier, Result, Tx};

/// How people know a carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierFace {
    pub name: String,
    /// With `{number}` in it.
    pub link: Option<String>,
    pub zone: Option<String>,
}

/// What judgement depends on beside the history.
#[derive(Clone, Debug)]
pub struct Rules {
    pub config: std::sync::Arc<Config>,
    pub faces: BTreeMap<CarrierId, CarrierFace>,
    pub windows: Windows,
}

impl Rules {
    /// A carrier's name for people.
    pub fn name<'a>(&'a self, carrier: &'a CarrierId) -> &'a str {
        self.faces.get(carrier).map_or(carrier.as_str(), |face| &face.name)
    }

    /// The channels beside the feeds, and the least important alert each takes.
    pub fn channels(&self) -> Vec<(String, Importance)> {
        self.config.channels.iter().map(|channel| (channel.name.clone(), channel.from)).collect()
    }

    /// The recipient's zone.
    pub fn zone(&self, dossier: &Dossier) -> TimeZone {
        let destination = dossier.timeline.destination(&dossier.parcel);
        destination.and_then(|country| country.zone()).unwrap_or_else(|| self.config.timezone.clone())
    }
}

/// A parcel on the overview, and the head of its page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Card {
    pub label: String,
    pub order: Option<String>,
    pub marketplace: Option<String>,
    pub recipient: Option<String>,
    pub tags: Vec<String>,
    pub class: Option<String>,
    pub numbers: Vec<String>,
    pub status: String,
    pub status_title: String,
    pub stage: String,
    pub stage_index: usize,
    pub trouble: Option<String>,
    pub trouble_title: Option<String>,
    pub rolled_back: bool,
    /// Who has it now: the carrier's id and name.
    pub carrier: Option<String>,
    pub carrier_name: Option<String>,
    pub place: Option<String>,
    pub country: Option<String>,
    /// The carrier's words for the status.
    pub words: Option<String>,
    pub delivered_to: Option<String>,
    /// When the status was reached, RFC 3339.
    pub since: Option<String>,
    /// The newest event of any kind, RFC 3339.
    pub moved_at: Option<String>,
    pub expected: Option<ExpectedCard>,
    /// One sentence on what to do, where there is something.
    pub advice: Option<String>,
    pub sources: Vec<SourceCard>,
    /// Every number looks mistyped.
    pub likely_typo: bool,
    /// Nobody we speak to serves any of its numbers.
    pub unserved: bool,
    /// A carrier has acknowledged one of its numbers.
    pub acknowledged: bool,
    pub closed: bool,
    pub attention: String,
}

/// An expected window as text: the carrier's own precision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedCard {
    pub from: Option<String>,
    pub to: String,
    pub source: String,
    pub slides: usize,
    pub slid_days: i32,
    /// First and last day on the recipient's calendar.
    pub first_day: Option<String>,
    pub last_day: String,
}

/// One carrier that is asked about a parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCard {
    pub name: String,
    /// `ok`, `waiting`, `failing`.
    pub state: String,
    pub failure: Option<String>,
}

/// A parcel judged.
#[derive(Clone, Debug)]
pub struct Judged {
    pub standing: Standing,
    pub expected: Option<Expected>,
    pub attention: Attention,
    pub card: Card,
    sort_ms: i64,
    review_at: Option<Timestamp>,
}

/// Judges a parcel as of now.
pub fn judge(dossier: &Dossier, rules: &Rules, now: Timestamp) -> Judged {
    let Dossier { parcel, timeline, .. } = dossier;
    let merged = entries(timeline, parcel);
    let standing = Standing::read(timeline, parcel, &merged);
    let zone = rules.zone(dossier);
    let expected = expected(timeline, parcel, &standing, &rules.windows);
    let attention = attention(timeline, parcel, &standing, expected.as_ref(), &zone, now);
    let lead = merged.iter().find(|entry| Some(entry.lead.id) == standing.lead).map(|entry| &entry.lead.event);
    let holder = standing.holder.and_then(|no| timeline.leg(no));
    let carrier = holder.and_then(|leg| leg.carrier.as_ref());
    let card = Card {
        label: parcel.label.clone(),
        order: parcel.order.clone(),
        marketplace: parcel.marketplace.clone(),
        recipient: parcel.recipient.clone(),
        tags: parcel.tags.clone(),
        class: parcel.class.map(|class: Class| class.key().to_owned()),
        numbers: numbers(timeline),
        status: standing.status.key().to_owned(),
        status_title: status_title(&standing),
        stage: standing.stage.key().to_owned(),
        stage_index: standing.stage.index(),
        trouble: standing.trouble.map(|status| status.key().to_owned()),
        trouble_title: standing.trouble.map(|status| status.title().to_owned()),
        rolled_back: standing.rolled_back,
        carrier: carrier.map(ToString::to_string),
        carrier_name: carrier.map(|carrier| rules.name(carrier).to_owned()),
        place: standing.place.as_ref().map(|place| place.text.clone()),
        country: standing.place.as_ref().and_then(|place| place.country).map(|country| country.to_string()),
        words: lead.map(|event| event.translation.as_ref().unwrap_or(&event.text).clone()),
        delivered_to: lead.and_then(|event| event.delivered_to()).map(str::to_owned),
        since: standing.since.map(|at| at.to_string()),
        moved_at: standing.moved_at.map(|at| at.to_string()),
        expected: expected.as_ref().map(|expected| expected_card(expected, &zone)),
        advice: None,
        sources: sources(timeline, rules),
        likely_typo: !standing.acknowledged
            && timeline.legs.iter().any(|leg| leg.checksum == Some(false))
            && timeline.legs.iter().all(|leg| leg.checksum == Some(false)),
        unserved: !timeline.legs.is_empty() && timeline.legs.iter().all(|leg| leg.state == LegState::NoCarrier),
        acknowledged: standing.acknowledged,
        closed: standing.closed,
        attention: attention.key().to_owned(),
    };
    let sort_ms = sort_ms(attention, &standing, expected.as_ref(), &zone, dossier);
    let review_at = archive_at(&standing, dossier, rules);
    Judged { standing, expected, attention, card, sort_ms, review_at }
}

impl Judged {
    /// Writes down what the overview shows, and when time alone changes it. A finished parcel whose time has come leaves
    /// the overview.
    pub fn save(&self, tx: &Tx<'_>, dossier: &Dossier, now: Timestamp) -> Result<()> {
        let card = serde_json::to_string(&self.card).expect("a card has text keys only");
        let attention = i64::try_from(self.attention.index()).unwrap_or(0);
        tx.save_card(dossier.row.pk, &card, attention, self.sort_ms, self.review_at)?;
        if dossier.row.archived_at.is_none() && self.review_at.is_some_and(|at| at <= now) {
            tx.archive_parcel(&dossier.parcel.id, Some(now))?;
        }
        Ok(())
    }
}

fn numbers(timeline: &Timeline) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    for leg in timeline.legs.iter().filter(|leg| leg.state != LegState::Rejected && leg.role != Role::Piece) {
        let number = leg.number.to_string();
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

fn status_title(standing: &Standing) -> String {
    let title = match (standing.status, standing.stage) {
        (parcelwatch_tracking::Status::Unknown, Stage::PreTransit) => "Waiting for the first scan",
        (status, _) => status.title(),
    };
    title.to_owned()
}

fn expected_card(expected: &Expected, zone: &TimeZone) -> ExpectedCard {
    ExpectedCard {
        from: expected.from.as_ref().map(Moment::text),
        to: expected.to.text(),
        source: expected.source.key().to_owned(),
        slides: expected.slides,
        slid_days: expected.slid_days,
        first_day: expected.first_day(zone).map(|day| day.to_string()),
        last_day: expected.last_day(zone).to_string(),
    }
}

fn sources(timeline: &Timeline, rules: &Rules) -> Vec<SourceCard> {
    let asked = timeline.legs.iter().filter(|leg| leg.state == LegState::Active);
    asked
        .filter_map(|leg| {
            let name = rules.name(leg.carrier.as_ref()?).to_owned();
            let failing = leg.outage.as_ref().filter(|outage| !outage.failure.kind.is_answer());
            let state = match (failing, leg.last_ok_at) {
                (Some(_), _) => "failing",
                (None, None) => "waiting",
                (None, Some(_)) => "ok",
            };
            let failure = leg.outage.as_ref().map(|outage| outage.failure.kind.title().to_owned());
            Some(SourceCard { name, state: state.to_owned(), failure })
        })
        .collect()
}

/// The place within a group: what is expected sooner, what moved last, what was added last comes first.
fn sort_ms(
    attention: Attention,
    standing: &Standing,
    expected: Option<&Expected>,
    zone: &TimeZone,
    dossier: &Dossier,
) -> i64 {
    let added = dossier.row.added_at.as_millisecond();
    match attention {
        Attention::OnTheWay => expected.map_or(i64::MAX / 2 - added / 2, |expected| {
            let day = expected.last_day(zone).to_zoned(zone.clone());
            day.map_or(i64::MAX / 2, |day| day.timestamp().as_millisecond())
        }),
        Attention::WaitingForScan => -added,
        _ => -standing.moved_at.unwrap_or(dossier.row.added_at).as_millisecond(),
    }
}

/// When a finished parcel leaves the overview.
fn archive_at(standing: &Standing, dossier: &Dossier, rules: &Rules) -> Option<Timestamp> {
    if standing.stage < Stage::Done && !standing.closed {
        return None;
    }
    let finished = standing.since.unwrap_or(dossier.row.added_at).max(dossier.row.added_at);
    finished.checked_add(rules.config.archive.after).ok()
}
