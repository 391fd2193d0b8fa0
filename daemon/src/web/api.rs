//! The JSON API, for reading. Times are RFC 3339; what is only a date stays a date.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parcelwatch_tracking::{Budget, Entry, Leg, Mark, Moment, ParcelId, Post, Seen, entries};
use serde::{Deserialize, Serialize};

use super::unmapped::report_line;
use super::{PageError, Web};
use crate::judge::{Card, ContactCard, DeadlineCard};
use crate::plugin_host::PluginCard;
use crate::store::{Dossier, Notice, StoreError, Unmapped, View};

/// Parcels in one answer; `next` leads on.
const PAGE_DEFAULT: usize = 100;
const PAGE_MAX: usize = 500;

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    archived: bool,
    after: Option<i64>,
    limit: Option<usize>,
    tag: Option<String>,
}

#[derive(Serialize)]
struct Parcels {
    parcels: Vec<ParcelJson>,
    /// The address of the next page, when there is one.
    next: Option<String>,
}

pub(super) async fn parcels(State(web): State<Web>, Query(which): Query<Which>) -> Result<Response, PageError> {
    let now = web.clock.now();
    let limit = which.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let (archived, after) = (which.archived, which.after);
    let (dossiers, cards) = web
        .store
        .read(move |view| {
            let dossiers = view.dossiers(archived, after, limit)?;
            let cards = dossiers.iter().map(|dossier| card(view, dossier.row.pk)).collect::<Result<Vec<_>, _>>()?;
            Ok((dossiers, cards))
        })
        .await?;
    let last = dossiers.last().filter(|_| dossiers.len() == limit).map(|dossier| dossier.row.pk);
    let next =
        last.map(|pk| format!("{}api/v1/parcels?after={pk}&limit={limit}&archived={archived}", web.site.load().path));
    let tagged = |dossier: &Dossier| which.tag.as_ref().is_none_or(|tag| dossier.parcel.tags.contains(tag));
    let parcels = dossiers.iter().zip(&cards).filter(|(dossier, _)| tagged(dossier));
    Ok(Json(Parcels { parcels: parcels.map(|(dossier, card)| parcel_json(dossier, card, now)).collect(), next })
        .into_response())
}

pub(super) async fn parcel(State(web): State<Web>, Path(id): Path<String>) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(format!("there is no parcel \"{id}\""));
    let parcel_id = ParcelId::new(&id).ok_or_else(missing)?;
    let found = web
        .store
        .read(move |view| match view.dossier(&parcel_id)? {
            Some(dossier) => {
                let card = card(view, dossier.row.pk)?;
                Ok(Some((dossier, card)))
            }
            None => Ok(None),
        })
        .await?;
    let (dossier, card) = found.ok_or_else(missing)?;
    Ok(Json(parcel_json(&dossier, &card, web.clock.now())).into_response())
}

/// What was made of a parcel when it changed last.
pub(super) fn card(view: &View<'_>, pk: i64) -> Result<Card, StoreError> {
    Ok(serde_json::from_str(&view.card_json(pk)?).unwrap_or_default())
}

/// A parcel as programs see it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ParcelJson {
    id: String,
    label: String,
    order: Option<String>,
    marketplace: Option<String>,
    recipient: Option<String>,
    tags: Vec<String>,
    class: Option<String>,
    country: Option<String>,
    ordered: Option<String>,
    note: Option<String>,
    status: String,
    status_title: String,
    stage: String,
    stage_index: usize,
    trouble: Option<String>,
    rolled_back: bool,
    /// Who has it now.
    carrier: Option<String>,
    carrier_name: Option<String>,
    place: Option<String>,
    since: Option<String>,
    legs: Vec<LegJson>,
    events: Vec<EventJson>,
    expected: Option<ExpectedJson>,
    silence: Option<SilenceJson>,
    deadlines: Vec<DeadlineJson>,
    advice: Option<String>,
    advice_kind: String,
    urgent: bool,
    contact: Option<ContactCard>,
    missing: bool,
    /// Money that a carrier says is due, in its own words.
    fee: Option<String>,
    doubt: Option<String>,
    marks: Vec<MarkJson>,
    attention: String,
    likely_typo: bool,
    archived: bool,
    added_at: String,
    archived_at: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct LegJson {
    no: u16,
    carrier: Option<String>,
    number: String,
    role: &'static str,
    state: &'static str,
    confirmed: bool,
    confidence: u8,
    checksum: Option<bool>,
    because: String,
    added_at: String,
    last_asked_at: Option<String>,
    last_ok_at: Option<String>,
    next_ask_at: Option<String>,
    next_why: Option<String>,
    failure: Option<FailureJson>,
    facts: serde_json::Map<String, serde_json::Value>,
    /// The post that issued the number, where it is a postal one.
    post: Option<PostJson>,
}

#[derive(Clone, Debug, Serialize)]
struct PostJson {
    country: String,
    name: String,
    link: String,
}

#[derive(Clone, Debug, Serialize)]
struct FailureJson {
    kind: &'static str,
    scope: &'static str,
    message: String,
    since: String,
    count: u32,
    needs: Vec<String>,
    choices: Vec<ChoiceJson>,
}

#[derive(Clone, Debug, Serialize)]
struct ChoiceJson {
    hint: String,
    value: String,
    label: String,
}

#[derive(Clone, Debug, Serialize)]
struct EventJson {
    id: String,
    /// The instant, when the carrier told one; a clock without zone or a date as it was told.
    at: Option<String>,
    at_text: Option<String>,
    zone: Option<String>,
    /// The instant we take it for.
    at_estimate: String,
    status: &'static str,
    stage: Option<&'static str>,
    carrier: Option<String>,
    code: Option<String>,
    text: String,
    translation: Option<String>,
    place: Option<PlaceJson>,
    facts: serde_json::Map<String, serde_json::Value>,
    first_seen_at: String,
    sources: Vec<SourceJson>,
}

#[derive(Clone, Debug, Serialize)]
struct PlaceJson {
    raw: String,
    country: Option<String>,
    locality: Option<String>,
    postcode: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct SourceJson {
    carrier: Option<String>,
    number: String,
    code: Option<String>,
    text: String,
    at_text: Option<String>,
    first_seen_at: String,
    /// The carrier still shows it.
    shown: bool,
}

#[derive(Clone, Debug, Serialize)]
struct ExpectedJson {
    from: Option<String>,
    to: String,
    source: String,
    slides: usize,
    slid_days: i32,
}

#[derive(Clone, Debug, Serialize)]
struct SilenceJson {
    verdict: String,
    since: String,
    normal_until: String,
    /// From when on it is too long.
    act_from: String,
    advice: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct DeadlineJson {
    kind: String,
    at: String,
    ends_at: String,
    /// From when on it is too late by every reading.
    over_at: Option<String>,
    opens: Option<String>,
    text: String,
}

#[derive(Clone, Debug, Serialize)]
struct MarkJson {
    at: String,
    kind: &'static str,
    text: String,
}

/// A parcel for programs as of now, its newest event first.
pub(crate) fn parcel_json(dossier: &Dossier, card: &Card, now: Timestamp) -> ParcelJson {
    let Dossier { row, parcel, timeline } = dossier;
    let merged = entries(timeline, parcel);
    let card = card.clone();
    let zone = timeline.destination(parcel).and_then(|country| country.zone()).unwrap_or(TimeZone::UTC);
    ParcelJson {
        id: parcel.id.to_string(),
        label: parcel.label.clone(),
        order: parcel.order.clone(),
        marketplace: parcel.marketplace.clone(),
        recipient: parcel.recipient.clone(),
        tags: parcel.tags.clone(),
        class: parcel.class.map(|class| class.key().to_owned()),
        country: timeline.destination(parcel).map(|country| country.to_string()),
        ordered: parcel.ordered.map(|date| date.to_string()),
        note: parcel.note.clone(),
        status: card.status,
        status_title: card.status_title,
        stage: card.stage,
        stage_index: card.stage_index,
        trouble: card.trouble,
        rolled_back: card.rolled_back,
        carrier: card.carrier,
        carrier_name: card.carrier_name,
        place: card.place,
        since: card.since,
        legs: timeline.legs.iter().map(leg_json).collect(),
        events: merged.iter().rev().map(|entry| event_json(entry, dossier)).collect(),
        expected: card.expected.map(|expected| ExpectedJson {
            from: expected.from,
            to: expected.to,
            source: expected.source,
            slides: expected.slides,
            slid_days: expected.slid_days,
        }),
        silence: card.silence.map(|silence| SilenceJson {
            advice: silence.words(&zone, now),
            verdict: silence.verdict,
            since: silence.since,
            normal_until: silence.normal_until,
            act_from: silence.act_from,
        }),
        deadlines: card.deadlines.into_iter().map(deadline_json).collect(),
        advice: card.advice,
        advice_kind: card.advice_kind,
        urgent: card.urgent,
        contact: card.contact,
        missing: card.missing,
        fee: card.fee,
        doubt: card.doubt,
        marks: timeline.marks.iter().map(mark_json).collect(),
        attention: card.attention,
        likely_typo: card.likely_typo,
        archived: row.archived_at.is_some(),
        added_at: row.added_at.to_string(),
        archived_at: text(row.archived_at),
    }
}

fn deadline_json(deadline: DeadlineCard) -> DeadlineJson {
    DeadlineJson {
        kind: deadline.kind,
        at: deadline.at,
        ends_at: deadline.ends_at,
        over_at: deadline.over_at,
        opens: deadline.opens,
        text: deadline.text,
    }
}

fn mark_json(mark: &Mark) -> MarkJson {
    MarkJson { at: mark.at.to_string(), kind: mark.kind.key(), text: mark.kind.text().to_owned() }
}

fn leg_json(leg: &Leg) -> LegJson {
    LegJson {
        no: leg.no.0,
        carrier: leg.carrier.as_ref().map(ToString::to_string),
        number: leg.number.to_string(),
        role: leg.role.key(),
        state: leg.state.key(),
        confirmed: leg.confirmed,
        confidence: leg.confidence,
        checksum: leg.checksum,
        because: leg.because.clone(),
        added_at: leg.added_at.to_string(),
        last_asked_at: text(leg.last_asked_at),
        last_ok_at: text(leg.last_ok_at),
        next_ask_at: text(leg.next_ask_at),
        next_why: (!leg.next_why.is_empty()).then(|| leg.next_why.clone()),
        failure: leg.outage.as_ref().map(|outage| FailureJson {
            kind: outage.failure.kind.key(),
            scope: outage.failure.scope.key(),
            message: outage.failure.message.clone(),
            since: outage.since.to_string(),
            count: outage.count,
            needs: outage.failure.needs.clone(),
            choices: leg
                .choices()
                .iter()
                .map(|choice| ChoiceJson {
                    hint: choice.hint.0.clone(),
                    value: choice.hint.1.clone(),
                    label: choice.label.clone(),
                })
                .collect(),
        }),
        facts: facts(&leg.facts),
        post: Post::of(&leg.number).map(|post| PostJson {
            country: post.country.to_string(),
            name: post.name,
            link: post.link,
        }),
    }
}

fn event_json(entry: &Entry<'_>, dossier: &Dossier) -> EventJson {
    let event = &entry.lead.event;
    let status = entry.status;
    EventJson {
        id: entry.lead.id.to_string(),
        at: event.moment.as_ref().map(Moment::text),
        at_text: event.moment.as_ref().map(face),
        zone: event.moment.as_ref().and_then(zone),
        at_estimate: entry.at.to_string(),
        status: status.key(),
        stage: status.stage().map(|stage| stage.key()),
        carrier: carrier(entry.lead, dossier),
        code: event.code.clone(),
        text: event.text.clone(),
        translation: event.translation.clone(),
        place: event.place.as_ref().map(|place| PlaceJson {
            raw: place.text.clone(),
            country: place.country.map(|country| country.to_string()),
            locality: place.locality.clone(),
            postcode: place.postcode.clone(),
        }),
        facts: facts(&event.facts),
        first_seen_at: entry.first_seen_at().to_string(),
        sources: entry.sources().map(|seen| source_json(seen, dossier)).collect(),
    }
}

fn source_json(seen: &Seen, dossier: &Dossier) -> SourceJson {
    SourceJson {
        carrier: carrier(seen, dossier),
        number: dossier.timeline.leg(seen.leg).map(|leg| leg.number.to_string()).unwrap_or_default(),
        code: seen.event.code.clone(),
        text: seen.event.text.clone(),
        at_text: seen.event.moment.as_ref().map(face),
        first_seen_at: seen.first_seen_at.to_string(),
        shown: seen.position.is_some(),
    }
}

fn carrier(seen: &Seen, dossier: &Dossier) -> Option<String> {
    dossier.timeline.leg(seen.leg)?.carrier.as_ref().map(ToString::to_string)
}

/// The carrier's clock as it stood on the wall.
fn face(moment: &Moment) -> String {
    match moment.clock_face() {
        Some(face) => face.to_string().replace('T', " "),
        None => moment.text(),
    }
}

/// An offset that can be trusted, or the carrier's hint.
fn zone(moment: &Moment) -> Option<String> {
    match moment {
        Moment::Instant { offset, .. } => Some(offset.to_string()),
        Moment::Clock { zone, .. } => zone.clone().filter(|zone| !zone.is_empty()),
        Moment::Date(_) => None,
    }
}

fn facts(facts: &parcelwatch_tracking::Facts) -> serde_json::Map<String, serde_json::Value> {
    facts.iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

fn text(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

#[derive(Serialize)]
struct SystemJson {
    version: &'static str,
    now: String,
    last_ok_at: Option<String>,
    parcels: i64,
    archived: i64,
    database_bytes: i64,
    config: serde_json::Value,
    notices: Vec<NoticeJson>,
    plugins: Vec<PluginJson>,
    carriers: Vec<CarrierJson>,
    unmapped: Vec<UnmappedJson>,
}

#[derive(Serialize)]
struct PluginJson {
    #[serde(flatten)]
    card: PluginCard,
    /// One for each of the card's quotas.
    budgets: Vec<BudgetJson>,
}

#[derive(Serialize)]
struct BudgetJson {
    allowed: u32,
    used: u32,
    started_at: String,
    renews_at: String,
}

#[derive(Serialize)]
struct NoticeJson {
    key: String,
    level: &'static str,
    title: String,
    detail: String,
    since: String,
}

#[derive(Serialize)]
struct CarrierJson {
    carrier: String,
    legs: i64,
    failing: i64,
    last_ok_at: Option<String>,
    next_ask_at: Option<String>,
}

#[derive(Serialize)]
struct UnmappedJson {
    carrier: String,
    code: String,
    text: String,
    count: i64,
    last_at: String,
    /// All of it in one line, to be reported.
    report: String,
}

pub(super) async fn system(State(web): State<Web>) -> Result<Response, PageError> {
    let now = web.clock.now();
    let json = web.store.read(move |view| {
        let config = view.meta("config")?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let cards = view.plugin_cards()?;
        let cards: Vec<PluginCard> = cards.iter().filter_map(|card| serde_json::from_str(card).ok()).collect();
        let counted = view.quota_use()?;
        let plugin_json = |card: PluginCard| {
            let budgets = card.budgets(&counted, now).into_iter().map(budget_json).collect();
            PluginJson { card, budgets }
        };
        Ok(SystemJson {
            version: env!("CARGO_PKG_VERSION"),
            now: now.to_string(),
            last_ok_at: text(view.last_ok_at()?),
            parcels: view.counts()?.iter().map(|count| count.parcels).sum(),
            archived: view.archived_count()?,
            database_bytes: view.size_bytes()?,
            config,
            notices: view.notices()?.into_iter().map(notice_json).collect(),
            carriers: view
                .carrier_health()?
                .into_iter()
                .map(|health| CarrierJson {
                    carrier: health.carrier,
                    legs: health.legs,
                    failing: health.failing,
                    last_ok_at: text(health.last_ok_at),
                    next_ask_at: text(health.next_ask_at),
                })
                .collect(),
            unmapped: view.unmapped()?.into_iter().map(|unmapped| unmapped_json(unmapped, &cards)).collect(),
            plugins: cards.into_iter().map(plugin_json).collect(),
        })
    });
    Ok(Json(json.await?).into_response())
}

fn budget_json(budget: Budget) -> BudgetJson {
    let Budget { allowed, used, started_at, renews_at } = budget;
    BudgetJson { allowed, used, started_at: started_at.to_string(), renews_at: renews_at.to_string() }
}

fn notice_json(notice: Notice) -> NoticeJson {
    NoticeJson {
        key: notice.key,
        level: notice.level.key(),
        title: notice.title,
        detail: notice.detail,
        since: notice.since.to_string(),
    }
}

fn unmapped_json(unmapped: Unmapped, cards: &[PluginCard]) -> UnmappedJson {
    UnmappedJson {
        report: report_line(&unmapped, cards),
        carrier: unmapped.carrier,
        code: unmapped.code,
        text: unmapped.text,
        count: unmapped.count,
        last_at: unmapped.last_at.to_string(),
    }
}
