//! The pages: a query's rows in, HTML out. Everything a carrier wrote is escaped by the templates.

mod stats;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use parcelwatch_tracking::{
    AdviceKind, Attention, Claim, Entry, LastWord, Leg, LegState, Mark, MarkKind, Meaning, Moment, ParcelId, Role,
    Seen, SeenWindow, Stage, Standing, Status, Verdict, entries, last_words,
};
use serde::Deserialize;

pub(super) use stats::stats;

use super::assets::{NAMES, Names};
use super::{PageError, Site, Web, feeds, times};
use crate::judge::{Card, ContactCard, DeadlineCard, ExpectedCard};
use crate::plugin_host::PluginCard;
use crate::store::{CardRow, CarrierHealth, Dossier, Entry as FeedEntry, Notice, Unmapped};

/// Parcels of one group on one page; the rest is a link away.
const GROUP_MAX: usize = 40;
const ARCHIVE_MAX: usize = 50;
/// Entries of a parcel's own feed shown on its page.
const TOLD_MAX: usize = 20;

/// What every page has around it.
struct Frame {
    names: &'static Names,
    /// Where the site begins, for links.
    root: String,
    /// What the operator should look at.
    notices: Vec<NoticeView>,
    now: String,
}

struct NoticeView {
    level: &'static str,
    title: String,
    detail: String,
    since: String,
}

impl Frame {
    fn new(site: &Site, notices: Vec<Notice>, now: Timestamp) -> Self {
        let notices = notices.into_iter().map(|notice| NoticeView {
            level: notice.level.key(),
            title: notice.title,
            detail: notice.detail,
            since: times::local(notice.since, &site.zone, now),
        });
        Self {
            names: &NAMES,
            root: site.path.clone(),
            notices: notices.collect(),
            now: times::local(now, &site.zone, now),
        }
    }

    fn worries(&self) -> usize {
        self.notices.iter().filter(|notice| notice.level != "info").count()
    }
}

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    frame: Frame,
    groups: Vec<GroupView>,
    /// "1 needs you", "2 today" …
    counts: Vec<(&'static str, &'static str, i64)>,
    last_ok: Option<String>,
    archived: i64,
    /// Shown alone, when the person asked for one group.
    only: Option<&'static str>,
    /// In the tab's title.
    urgent: i64,
    total: i64,
}

struct GroupView {
    key: &'static str,
    title: &'static str,
    count: i64,
    cards: Vec<CardView>,
    /// Where the rest is.
    more: Option<String>,
    previous: Option<String>,
}

/// A parcel on the overview.
struct CardView {
    id: String,
    label: String,
    recipient: Option<String>,
    tags: Vec<String>,
    status: String,
    trouble: Option<String>,
    rolled_back: bool,
    carrier: Option<String>,
    place: Option<String>,
    words: Option<String>,
    steps: Vec<StepView>,
    moved: Option<TimeView>,
    expected: Option<ExpectedView>,
    checked: Option<TimeView>,
    next: Option<NextView>,
    sources: Vec<SourceView>,
    /// The sentence about a silence that is longer than usual.
    silence: Option<String>,
    /// Too long, or longer than usual.
    worrying: bool,
    advice: Option<String>,
    urgent: bool,
    /// By when to act, where the money or the parcel is at stake: the next to end.
    act_by: Option<DeadlineView>,
    doubt: Option<String>,
    fee: Option<String>,
    likely_typo: bool,
    unserved: bool,
    delivered_to: Option<String>,
}

struct DeadlineView {
    title: String,
    iso: String,
    /// "4 August, in 12 days".
    when: String,
    text: String,
    near: bool,
    passed: bool,
}

struct TimeView {
    iso: String,
    words: String,
    exact: String,
}

struct NextView {
    iso: String,
    words: String,
    why: String,
}

struct SourceView {
    name: String,
    state: String,
    words: String,
}

/// A step of the progress bar.
struct StepView {
    title: &'static str,
    /// `done`, `now`, `ahead`.
    state: &'static str,
}

struct ExpectedView {
    days: String,
    /// Who says so.
    by: &'static str,
    slid: Option<String>,
    late: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct OverviewQuery {
    group: Option<String>,
    page: Option<usize>,
}

pub(super) async fn overview(
    State(web): State<Web>,
    Query(query): Query<OverviewQuery>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let now = web.clock.now();
    let site = web.site.load_full();
    let only = query.group.as_deref().and_then(|key| Attention::ALL.into_iter().find(|group| group.key() == key));
    let page = query.page.unwrap_or(1).max(1);
    let (counts, groups, notices, last_ok, archived) = web
        .store
        .read(move |view| {
            let counts = view.counts()?;
            let mut groups = Vec::new();
            for group in Attention::ALL.into_iter().filter(|group| only.is_none_or(|only| only == *group)) {
                let offset = if only.is_some() { (page - 1) * GROUP_MAX } else { 0 };
                let index = i64::try_from(group.index()).unwrap_or(0);
                groups.push((group, view.group(index, offset, GROUP_MAX)?));
            }
            Ok((counts, groups, view.notices()?, view.last_ok_at()?, view.archived_count()?))
        })
        .await?;
    let count = |group: Attention| {
        counts.iter().find(|c| usize::try_from(c.attention).ok() == Some(group.index())).map_or(0, |c| c.parcels)
    };
    let groups = groups.into_iter().filter(|(_, cards)| !cards.is_empty()).map(|(group, cards)| {
        let total = count(group);
        let shown = if only.is_some() { page * GROUP_MAX } else { GROUP_MAX };
        let next_page = if only.is_some() { page + 1 } else { 2 };
        let link = |page: usize| format!("{}?group={}&page={page}", site.path, group.key());
        GroupView {
            key: group.key(),
            title: group.title(),
            count: total,
            more: (total > i64::try_from(shown).unwrap_or(i64::MAX)).then(|| link(next_page)),
            previous: (only.is_some() && page > 1).then(|| link(page - 1)),
            cards: cards.iter().map(|row| card_view(row, &site, now)).collect(),
        }
    });
    let page = OverviewPage {
        groups: groups.collect(),
        counts: Attention::ALL
            .into_iter()
            .map(|group| (group.key(), group.title(), count(group)))
            .filter(|(.., count)| *count > 0)
            .collect(),
        last_ok: last_ok.map(|at| times::ago(at, now)),
        archived,
        only: only.map(Attention::title),
        urgent: count(Attention::NeedsYou) + count(Attention::Today),
        total: counts.iter().map(|count| count.parcels).sum(),
        frame: Frame::new(&site, notices, now),
    };
    render(&page, &headers)
}

/// Deadlines that end within so many days are near.
const NEAR_DAYS: i32 = 7;

fn deadline_view(deadline: &DeadlineCard, zone: &TimeZone, now: Timestamp) -> Option<DeadlineView> {
    let ends_at: Timestamp = deadline.ends_at.parse().ok()?;
    let date: Date = match deadline.at.parse() {
        Ok(date) => date,
        Err(_) => ends_at.to_zoned(zone.clone()).date(),
    };
    let days = date.since(now.to_zoned(zone.clone()).date()).map_or(0, |span| span.get_days());
    let passed = ends_at <= now;
    let distance = match days {
        _ if passed => "over".to_owned(),
        ..=0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    };
    Some(DeadlineView {
        title: deadline.title.clone(),
        iso: deadline.at.clone(),
        when: format!("{}, {distance}", parcelwatch_tracking::date_words(date)),
        text: deadline.text.clone(),
        near: !passed && days <= NEAR_DAYS,
        passed,
    })
}

/// The clock to show beside the parcel: the first to end of those by which the person loses something.
fn act_by(card: &Card, zone: &TimeZone, now: Timestamp) -> Option<DeadlineView> {
    if card.closed {
        return None;
    }
    let at_stake = card.deadlines.iter().filter(|deadline| deadline.reminds);
    at_stake.filter_map(|deadline| deadline_view(deadline, zone, now)).find(|view| !view.passed)
}

fn card_view(row: &CardRow, site: &Site, now: Timestamp) -> CardView {
    let card: Card = serde_json::from_str(&row.card).unwrap_or_default();
    let worrying = card.silence.as_ref().is_some_and(|silence| silence.verdict != Verdict::Normal.key());
    let silence = card.silence.as_ref().and_then(|silence| silence.words(&site.zone, now));
    // Where there is nothing to do but to wait, how long that is normal says it all.
    let (advice, silence) = match silence {
        Some(words) if !worrying && card.advice_kind == AdviceKind::Wait.key() => (Some(words), None),
        silence => (card.advice.clone(), silence.filter(|_| worrying)),
    };
    let time = |at: Timestamp| TimeView {
        iso: at.to_string(),
        words: times::ago(at, now),
        exact: times::local(at, &site.zone, now),
    };
    CardView {
        id: row.id.clone(),
        steps: steps(&card.stage),
        moved: card.moved_at.as_deref().and_then(|at| at.parse().ok()).map(time),
        expected: card.expected.as_ref().map(|expected| expected_view(expected, &site.zone, now)),
        checked: row.last_ok_at.map(time),
        next: row.next_ask_at.map(|at| NextView {
            iso: at.to_string(),
            words: times::until(at, now),
            why: row.next_why.clone().unwrap_or_default(),
        }),
        sources: card.sources.iter().map(source_view).collect(),
        silence,
        worrying,
        act_by: act_by(&card, &site.zone, now),
        urgent: card.urgent,
        doubt: card.doubt,
        fee: card.fee,
        label: card.label,
        recipient: card.recipient,
        tags: card.tags,
        status: card.status_title,
        trouble: card.trouble_title,
        rolled_back: card.rolled_back,
        carrier: card.carrier_name,
        place: card.place,
        words: card.words,
        advice,
        likely_typo: card.likely_typo,
        unserved: card.unserved,
        delivered_to: card.delivered_to.map(|place| place.replace('_', " ")),
    }
}

fn source_view(source: &crate::judge::SourceCard) -> SourceView {
    let words = match (source.state.as_str(), &source.failure) {
        ("ok", None) => "answers".to_owned(),
        ("waiting", _) => "not asked yet".to_owned(),
        (_, Some(failure)) => failure.clone(),
        (_, None) => "answers".to_owned(),
    };
    SourceView { name: source.name.clone(), state: source.state.clone(), words }
}

/// The progress bar: what is behind, where it is, what lies ahead. A parcel on its way back ends there.
fn steps(stage: &str) -> Vec<StepView> {
    let now = Stage::from_key(stage).unwrap_or(Stage::Ordered);
    let last = if now == Stage::Back { Stage::Back } else { Stage::Done };
    let shown = Stage::ALL.into_iter().filter(|stage| *stage < Stage::Done || *stage == last);
    shown
        .map(|stage| StepView {
            title: match stage {
                Stage::PreTransit => "Announced",
                stage => stage.title(),
            },
            state: match stage.cmp(&now) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal => "now",
                std::cmp::Ordering::Greater => "ahead",
            },
        })
        .collect()
}

fn expected_view(expected: &ExpectedCard, zone: &TimeZone, now: Timestamp) -> ExpectedView {
    let today = now.to_zoned(zone.clone()).date();
    let first: Option<Date> = expected.first_day.as_deref().and_then(|day| day.parse().ok());
    let last: Date = expected.last_day.parse().unwrap_or(today);
    ExpectedView {
        days: times::days(first, last, today),
        by: match (expected.source.as_str(), expected.peak) {
            ("carrier", _) => "says the carrier",
            ("own", _) => "as your own parcels took",
            ("any", _) => "usual from abroad, our guess",
            (_, true) => "usual for its class at this time of year, our guess",
            (_, false) => "usual for its class, our guess",
        },
        slid: (expected.slides > 0).then(|| {
            let times = if expected.slides == 1 { "once".to_owned() } else { format!("{} times", expected.slides) };
            format!("moved {times}, {:+} days", expected.slid_days)
        }),
        late: last < today,
    }
}

#[derive(Template)]
#[template(path = "parcel.html")]
struct ParcelPage {
    frame: Frame,
    card: CardView,
    order: Option<String>,
    marketplace: Option<String>,
    class: Option<String>,
    note: Option<String>,
    meaning: Meaning,
    /// Why it goes back, and what to do about it.
    reason: Option<String>,
    contact: Option<ContactCard>,
    /// What may lie behind a silence that is longer than usual.
    causes: &'static [&'static str],
    deadlines: Vec<DeadlineView>,
    /// Where to look for a parcel that is said to be delivered.
    missing: bool,
    proofs: Vec<(String, String)>,
    portals: Vec<PortalView>,
    slides: Vec<SlideView>,
    archived: bool,
    /// The person may say that they have it.
    may_have: bool,
    may_miss: bool,
    legs: Vec<LegView>,
    days: Vec<DayView>,
    told: Vec<ToldView>,
    notes: Vec<NoteView>,
    feeds: Vec<FeedLink>,
    /// Name and size of what the person attached.
    attachments: Vec<(String, String)>,
    dispute: Option<DisputeView>,
}

/// How a dispute stands, and what may be said of it next.
struct DisputeView {
    /// The claims to choose from, key and title, while none was opened.
    claims: Vec<(&'static str, &'static str)>,
    /// Wish and button.
    next: Vec<(&'static str, &'static str)>,
}

/// The last word of one carrier.
struct PortalView {
    carrier: String,
    status: &'static str,
    when: TimeView,
    leads: bool,
}

/// A window as it was told.
struct SlideView {
    told: String,
    days: String,
}

struct FeedLink {
    title: &'static str,
    kind: &'static str,
    link: String,
}

/// A number with a carrier.
struct LegView {
    no: u16,
    number: String,
    carrier: String,
    /// The carrier's own page for the number.
    link: Option<String>,
    contact: Vec<(String, String)>,
    role: &'static str,
    state: &'static str,
    /// Whether the person may confirm or reject it.
    open: bool,
    because: String,
    confidence: u8,
    checksum: Option<bool>,
    checked: Option<TimeView>,
    next: Option<NextView>,
    failure: Option<FailureView>,
    facts: Vec<(String, String)>,
}

struct FailureView {
    title: &'static str,
    message: String,
    since: String,
    needs: Vec<String>,
    choices: Vec<(String, String, String)>,
    is_answer: bool,
}

/// One day of the timeline.
struct DayView {
    date: String,
    iso: String,
    events: Vec<EventView>,
}

struct EventView {
    clock: Option<String>,
    zone: Option<String>,
    iso: String,
    status: &'static str,
    /// Whether the status is the one that counts now.
    lead: bool,
    unknown: bool,
    words: String,
    original: Option<String>,
    code: Option<String>,
    place: Option<String>,
    carrier: String,
    first_seen: String,
    others: Vec<OtherView>,
    gone: bool,
}

struct OtherView {
    carrier: String,
    words: String,
    clock: String,
}

struct ToldView {
    title: String,
    when: String,
    importance: &'static str,
}

struct NoteView {
    when: String,
    text: String,
}

pub(super) async fn parcel(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(format!("There is no parcel called {id}."));
    let parcel_id = ParcelId::new(&id).ok_or_else(missing)?;
    let now = web.clock.now();
    let site = web.site.load_full();
    let attachments = web.store.attachments().clone();
    let found = web
        .store
        .read(move |view| {
            let Some(dossier) = view.dossier(&parcel_id)? else { return Ok(None) };
            let pk = dossier.row.pk;
            let card = view.card_json(pk)?;
            let attached = attachments.list(&parcel_id).unwrap_or_default();
            Ok(Some((dossier, card, view.entries_of(pk, TOLD_MAX)?, view.plugin_cards()?, view.notices()?, attached)))
        })
        .await?;
    let (dossier, card, told, plugins, notices, attached) = found.ok_or_else(missing)?;
    let plugins: Vec<PluginCard> = plugins.iter().filter_map(|card| serde_json::from_str(card).ok()).collect();
    let merged = entries(&dossier.timeline, &dossier.parcel);
    let standing = parcelwatch_tracking::Standing::read(&dossier.timeline, &dossier.parcel, &merged);
    let lead = standing.lead;
    let next = dossier.timeline.legs.iter().filter(|leg| leg.state == LegState::Active && leg.next_ask_at.is_some());
    let next = next.min_by_key(|leg| leg.next_ask_at);
    let row = CardRow {
        id: id.clone(),
        card,
        last_ok_at: dossier.timeline.legs.iter().filter_map(|leg| leg.last_ok_at).max(),
        next_ask_at: next.and_then(|leg| leg.next_ask_at),
        next_why: next.map(|leg| leg.next_why.clone()),
    };
    let card: Card = serde_json::from_str(&row.card).unwrap_or_default();
    let deadlines = card.deadlines.iter().filter_map(|deadline| deadline_view(deadline, &site.zone, now));
    let view = Viewer { dossier: &dossier, plugins: &plugins, site: &site, now };
    let shown = card_view(&row, &site, now);
    let page = ParcelPage {
        order: dossier.parcel.order.clone(),
        marketplace: dossier.parcel.marketplace.clone(),
        class: dossier.parcel.class.map(|class| class.key().to_owned()),
        note: dossier.parcel.note.clone(),
        meaning: standing.status.meaning(),
        reason: reason(&merged, &standing),
        causes: if shown.worrying { parcelwatch_tracking::causes(standing.stage) } else { &[] },
        deadlines: deadlines.collect(),
        missing: standing.missing,
        proofs: if standing.missing { proofs(&merged) } else { Vec::new() },
        portals: view.portals(&merged, &standing),
        slides: view.slides(&standing),
        archived: dossier.row.archived_at.is_some(),
        may_have: !card.closed && !dossier.timeline.legs.is_empty(),
        may_miss: standing.status == Status::Delivered && !card.closed,
        contact: card.contact,
        card: shown,
        legs: dossier.timeline.legs.iter().map(|leg| view.leg(leg)).collect(),
        days: view.days(&merged, lead),
        told: told.iter().map(|entry| told_view(entry, &site, now)).collect(),
        notes: dossier.timeline.marks.iter().filter_map(|mark| note_view(mark, &site, now)).collect(),
        feeds: [
            ("atom", "Atom", "application/atom+xml"),
            ("rss", "RSS", "application/rss+xml"),
            ("json", "JSON", "application/feed+json"),
        ]
        .map(|(extension, title, kind)| FeedLink {
            title,
            kind,
            link: format!("{}feeds/parcel/{id}.{extension}", site.path),
        })
        .into(),
        attachments: attached.into_iter().map(|file| (file.name, size(file.bytes))).collect(),
        dispute: dispute(&dossier),
        frame: Frame::new(&site, notices, now),
    };
    render(&page, &headers)
}

/// Why a parcel goes back.
fn reason(merged: &[Entry<'_>], standing: &Standing) -> Option<String> {
    if standing.stage != Stage::Back {
        return None;
    }
    let reason = merged.iter().rev().flat_map(Entry::sources).find_map(|seen| seen.event.return_reason())?;
    Some(format!("It goes back because {}.", reason.words()))
}

/// What the carrier knows of a delivery: its words, the place, and every fact beside them.
fn proofs(merged: &[Entry<'_>]) -> Vec<(String, String)> {
    let Some(delivery) = merged.iter().rev().find(|entry| entry.status == Status::Delivered) else { return Vec::new() };
    let mut proofs = Vec::new();
    for seen in delivery.sources() {
        let event = &seen.event;
        proofs.push(("said".to_owned(), event.translation.as_ref().unwrap_or(&event.text).clone()));
        if let Some(moment) = &event.moment {
            proofs.push(("when".to_owned(), moment.text().replace('T', " ")));
        }
        if let Some(place) = event.place.as_ref().filter(|place| !place.text.is_empty()) {
            proofs.push(("where".to_owned(), place.text.clone()));
        }
        proofs.extend(event.facts.iter().map(|(name, value)| (name.replace('_', " "), value.replace('_', " "))));
    }
    proofs
}

fn size(bytes: u64) -> String {
    if bytes < 100_000 { format!("{} kB", bytes.div_ceil(1000)) } else { format!("{:.1} MB", bytes as f64 / 1e6) }
}

/// Only what was bought through somebody can be disputed with them.
fn dispute(dossier: &Dossier) -> Option<DisputeView> {
    dossier.parcel.order.as_ref().or(dossier.parcel.marketplace.as_ref())?;
    let last = dossier.timeline.marks.iter().rev().find(|mark| {
        matches!(
            mark.kind,
            MarkKind::DisputeOpened(_) | MarkKind::DisputeMediated | MarkKind::DisputeAccepted | MarkKind::Refunded
        )
    });
    let mediated = ("dispute-mediated", "The platform is deciding");
    let accepted = ("dispute-accepted", "It was decided for me");
    let refunded = ("refunded", "The money is back");
    let (opens, next) = match last.map(|mark| &mark.kind) {
        None => (true, vec![]),
        Some(MarkKind::DisputeOpened(_)) => (false, vec![mediated, accepted, refunded]),
        Some(MarkKind::DisputeMediated) => (false, vec![accepted, refunded]),
        Some(MarkKind::DisputeAccepted) => (false, vec![refunded]),
        Some(_) => (false, vec![]),
    };
    let claims = Claim::ALL.into_iter().filter(|_| opens).map(|claim| (claim.key(), claim.title()));
    Some(DisputeView { claims: claims.collect(), next })
}

fn told_view(entry: &FeedEntry, site: &Site, now: Timestamp) -> ToldView {
    ToldView {
        title: entry.title.clone(),
        when: times::local(entry.published_at, &site.zone, now),
        importance: entry.importance.key(),
    }
}

fn note_view(mark: &Mark, site: &Site, now: Timestamp) -> Option<NoteView> {
    let text = mark.kind.title();
    (!text.is_empty()).then(|| NoteView { when: times::local(mark.at, &site.zone, now), text })
}

/// Turns one parcel's history into what its page shows.
struct Viewer<'a> {
    dossier: &'a Dossier,
    plugins: &'a [PluginCard],
    site: &'a Site,
    now: Timestamp,
}

impl Viewer<'_> {
    fn plugin(&self, leg: &Leg) -> Option<&PluginCard> {
        let carrier = leg.carrier.as_ref()?;
        self.plugins.iter().find(|card| card.carrier == carrier.as_str())
    }

    fn carrier(&self, leg: &Leg) -> String {
        match (self.plugin(leg), &leg.carrier, &leg.carrier_name) {
            (Some(card), ..) => card.name.clone(),
            (None, Some(carrier), _) => carrier.to_string(),
            (None, None, Some(name)) => name.clone(),
            (None, None, None) => "no carrier known".to_owned(),
        }
    }

    fn carrier_of(&self, seen: &Seen) -> String {
        self.dossier.timeline.leg(seen.leg).map(|leg| self.carrier(leg)).unwrap_or_default()
    }

    fn time(&self, at: Timestamp) -> TimeView {
        TimeView {
            iso: at.to_string(),
            words: times::ago(at, self.now),
            exact: times::local(at, &self.site.zone, self.now),
        }
    }

    fn leg(&self, leg: &Leg) -> LegView {
        let plugin = self.plugin(leg);
        let link = plugin.and_then(|card| card.link.as_ref());
        LegView {
            no: leg.no.0,
            number: leg.number.to_string(),
            carrier: self.carrier(leg),
            link: link.map(|link| link.replace("{number}", &parcelwatch_plugin::http::encode(leg.number.as_str()))),
            contact: plugin.map(|card| card.contact.clone()).unwrap_or_default(),
            role: role(leg.role),
            state: state(leg.state),
            open: matches!(leg.state, LegState::Active | LegState::Dormant | LegState::Rejected) && !leg.confirmed,
            because: leg.because.clone(),
            confidence: leg.confidence,
            checksum: leg.checksum,
            checked: leg.last_ok_at.map(|at| self.time(at)),
            next: leg.next_ask_at.filter(|_| leg.state == LegState::Active).map(|at| NextView {
                iso: at.to_string(),
                words: times::until(at, self.now),
                why: leg.next_why.clone(),
            }),
            failure: leg.outage.as_ref().map(|outage| FailureView {
                title: outage.failure.kind.title(),
                message: outage.failure.message.clone(),
                since: times::local(outage.since, &self.site.zone, self.now),
                needs: outage.failure.needs.clone(),
                choices: leg
                    .choices()
                    .iter()
                    .map(|choice| (choice.label.clone(), choice.hint.0.clone(), choice.hint.1.clone()))
                    .collect(),
                is_answer: outage.failure.kind.is_answer(),
            }),
            facts: leg.facts.iter().map(|(name, value)| (name.replace('_', " "), value.to_owned())).collect(),
        }
    }

    /// The last word of each carrier, when more than one has spoken.
    fn portals(&self, merged: &[Entry<'_>], standing: &Standing) -> Vec<PortalView> {
        let words = last_words(&self.dossier.timeline, merged);
        if words.len() < 2 {
            return Vec::new();
        }
        let portal = |word: &LastWord| {
            Some(PortalView {
                carrier: self.carrier(self.dossier.timeline.leg(word.leg)?),
                status: word.status.title(),
                when: self.time(word.at),
                leads: standing.holder == Some(word.leg),
            })
        };
        words.iter().filter_map(portal).collect()
    }

    /// The windows the carrier told one after the other, when there were several.
    fn slides(&self, standing: &Standing) -> Vec<SlideView> {
        let windows = &self.dossier.timeline.windows;
        let leg = standing.holder.filter(|no| windows.iter().any(|seen| seen.leg == *no));
        let leg = leg.or_else(|| windows.last().map(|seen| seen.leg));
        let of_leg: Vec<&SeenWindow> = windows.iter().filter(|seen| Some(seen.leg) == leg).collect();
        if of_leg.len() < 2 {
            return Vec::new();
        }
        let today = self.now.to_zoned(self.site.zone.clone()).date();
        let slide = |seen: &&SeenWindow| SlideView {
            told: times::local(seen.first_seen_at, &self.site.zone, self.now),
            days: times::days(
                seen.window.earliest.as_ref().map(Moment::calendar_date),
                seen.window.latest.calendar_date(),
                today,
            ),
        };
        of_leg.iter().map(slide).collect()
    }

    /// The timeline by day, newest first. The day is the carrier's own.
    fn days(&self, merged: &[Entry<'_>], lead: Option<parcelwatch_tracking::EventId>) -> Vec<DayView> {
        let today = self.now.to_zoned(self.site.zone.clone()).date();
        let mut days: Vec<(Option<Date>, DayView)> = Vec::new();
        for entry in merged.iter().rev() {
            let date = entry.lead.event.moment.as_ref().map(Moment::calendar_date);
            let event = self.event(entry, lead);
            match days.last_mut() {
                Some((last, day)) if *last == date => day.events.push(event),
                _ => {
                    let title = date.map_or_else(|| "Day not told".to_owned(), |date| times::full_day(date, today));
                    let iso = date.map(|date| date.to_string()).unwrap_or_default();
                    days.push((date, DayView { date: title, iso, events: vec![event] }));
                }
            }
        }
        days.into_iter().map(|(_, day)| day).collect()
    }

    fn event(&self, entry: &Entry<'_>, lead: Option<parcelwatch_tracking::EventId>) -> EventView {
        let event = &entry.lead.event;
        let words = event.translation.clone().filter(|text| !text.is_empty());
        EventView {
            clock: event.moment.as_ref().and_then(times::clock),
            zone: event.moment.as_ref().and_then(times::zone),
            iso: event.moment.as_ref().map(Moment::text).unwrap_or_default(),
            status: entry.status.title(),
            lead: lead == Some(entry.lead.id),
            unknown: entry.status == Status::Unknown,
            original: words.is_some().then(|| event.text.clone()),
            words: words.unwrap_or_else(|| event.text.clone()),
            code: event.code.clone(),
            place: event.place.as_ref().map(|place| place.text.clone()).filter(|place| !place.is_empty()),
            carrier: self.carrier_of(entry.lead),
            first_seen: times::local(entry.first_seen_at(), &self.site.zone, self.now),
            others: entry.others.iter().map(|seen| self.other(seen)).collect(),
            gone: entry.lead.position.is_none(),
        }
    }

    fn other(&self, seen: &Seen) -> OtherView {
        let moment = seen.event.moment.as_ref();
        let clock = moment.map(|moment| match times::clock(moment) {
            Some(clock) => format!("{} {clock}", moment.calendar_date()),
            None => moment.calendar_date().to_string(),
        });
        OtherView { carrier: self.carrier_of(seen), words: seen.event.text.clone(), clock: clock.unwrap_or_default() }
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Given => "your number",
        Role::HandOff => "local number",
        Role::Return => "way back",
        Role::Partner => "partner's number",
        Role::Piece => "another piece",
        Role::Guess => "guess",
    }
}

fn state(state: LegState) -> &'static str {
    match state {
        LegState::Active => "asked",
        LegState::Dormant => "not asked: another carrier fits better",
        LegState::NoCarrier => "no plugin serves it",
        LegState::Rejected => "set aside by you",
        LegState::Refused => "not followed",
        LegState::Retired => "no longer in the config",
    }
}

#[derive(Template)]
#[template(path = "archive.html")]
struct ArchivePage {
    frame: Frame,
    cards: Vec<CardView>,
    search: String,
    next: Option<String>,
    total: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct ArchiveQuery {
    #[serde(default)]
    q: String,
    page: Option<usize>,
}

pub(super) async fn archive(
    State(web): State<Web>,
    Query(query): Query<ArchiveQuery>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let now = web.clock.now();
    let site = web.site.load_full();
    let page = query.page.unwrap_or(1).max(1);
    let search = query.q.trim().to_owned();
    let wanted = search.clone();
    let (rows, total, notices) = web
        .store
        .read(move |view| {
            let rows = view.archived(&wanted, (page - 1) * ARCHIVE_MAX, ARCHIVE_MAX + 1)?;
            Ok((rows, view.archived_count()?, view.notices()?))
        })
        .await?;
    let more = rows.len() > ARCHIVE_MAX;
    let next =
        more.then(|| format!("{}archive?q={}&page={}", site.path, parcelwatch_plugin::http::encode(&search), page + 1));
    let page = ArchivePage {
        cards: rows.iter().take(ARCHIVE_MAX).map(|row| card_view(row, &site, now)).collect(),
        search,
        next,
        total,
        frame: Frame::new(&site, notices, now),
    };
    render(&page, &headers)
}

#[derive(Template)]
#[template(path = "system.html")]
struct SystemPage {
    frame: Frame,
    version: &'static str,
    config: ConfigView,
    plugins: Vec<PluginView>,
    unmapped: Vec<Unmapped>,
    database: String,
    events: i64,
    last_ok: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ConfigView {
    path: Option<String>,
    loaded_at: Option<String>,
    parcels: usize,
    faults: Vec<String>,
    warnings: Vec<String>,
    plugin_dir: Option<String>,
    data_dir: Option<String>,
}

struct PluginView {
    card: PluginCard,
    short: String,
    kilobytes: usize,
    gap: String,
    legs: i64,
    failing: i64,
    last_ok: Option<String>,
    next: Option<String>,
    missing: Vec<String>,
}

pub(super) async fn system(State(web): State<Web>, headers: HeaderMap) -> Result<Response, PageError> {
    let now = web.clock.now();
    let site = web.site.load_full();
    let (config, cards, health, unmapped, size, events, last_ok, notices) = web
        .store
        .read(|view| {
            Ok((
                view.meta("config")?,
                view.plugin_cards()?,
                view.carrier_health()?,
                view.unmapped()?,
                view.size_bytes()?,
                view.event_count()?,
                view.last_ok_at()?,
                view.notices()?,
            ))
        })
        .await?;
    let cards = cards.iter().filter_map(|card| serde_json::from_str::<PluginCard>(card).ok());
    let page = SystemPage {
        version: env!("CARGO_PKG_VERSION"),
        config: config_view(config, &site, now),
        plugins: cards.map(|card| plugin_view(card, &health, now)).collect(),
        unmapped,
        database: format!("{:.1} MB", size as f64 / 1e6),
        events,
        last_ok: last_ok.map(|at| times::ago(at, now)),
        frame: Frame::new(&site, notices, now),
    };
    render(&page, &headers)
}

fn config_view(kept: Option<String>, site: &Site, now: Timestamp) -> ConfigView {
    let mut config: ConfigView = kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let loaded_at = config.loaded_at.as_deref().and_then(|at| at.parse().ok());
    config.loaded_at = loaded_at.map(|at| times::local(at, &site.zone, now));
    config
}

fn plugin_view(card: PluginCard, health: &[CarrierHealth], now: Timestamp) -> PluginView {
    let health = health.iter().find(|health| health.carrier == card.carrier);
    PluginView {
        short: card.digest.chars().take(12).collect(),
        kilobytes: card.bytes / 1000,
        gap: parcelwatch_tracking::words(jiff::SignedDuration::from_secs(card.gap_s)),
        legs: health.map_or(0, |health| health.legs),
        failing: health.map_or(0, |health| health.failing),
        last_ok: health.and_then(|health| health.last_ok_at).map(|at| times::ago(at, now)),
        next: health.and_then(|health| health.next_ask_at).map(|at| times::until(at, now)),
        missing: card.secrets.iter().filter(|(_, there)| !there).map(|(name, _)| name.clone()).collect(),
        card,
    }
}

#[derive(Template)]
#[template(path = "feeds.html")]
struct FeedsPage {
    frame: Frame,
    feeds: Vec<feeds::Listed>,
    opml: String,
}

pub(super) async fn feeds(web: &Web, listed: Vec<feeds::Listed>) -> Result<Response, PageError> {
    let site = web.site.load_full();
    let notices = web.store.read(|view| view.notices()).await?;
    let page =
        FeedsPage { feeds: listed, opml: site.link("feeds.opml"), frame: Frame::new(&site, notices, web.clock.now()) };
    render(&page, &HeaderMap::new())
}

pub(super) async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, plain_error(StatusCode::NOT_FOUND, "There is no such page.")).into_response()
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    names: &'static Names,
    status: StatusCode,
    words: &'a str,
}

/// A page for what cannot be shown; it needs nothing of the store.
pub(super) fn plain_error(status: StatusCode, words: &str) -> Html<String> {
    let page = ErrorPage { names: &NAMES, status, words };
    Html(page.render().unwrap_or_else(|_| crate::tell::escape(words)))
}

/// The page, or word that the browser has it already.
fn render(page: &impl Template, headers: &HeaderMap) -> Result<Response, PageError> {
    use sha2::Digest as _;
    let html = page.render()?;
    let digest = sha2::Sha256::digest(&html);
    let tag: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
    let etag = HeaderValue::from_str(&format!("\"{tag}\"")).expect("hexadecimal digits");
    let mut response = if feeds::is_known(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Html(html).into_response()
    };
    response.headers_mut().insert(header::ETAG, etag);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}
