//! One parcel: what happened, what it means, by when to act, and what the person may say of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use parcelwatch_tracking::{
    CarrierId, Claim, Entry, LastWord, Leg, LegState, Mark, MarkKind, Meaning, Moment, ParcelId, Post, Role, Seen,
    SeenWindow, Stage, Standing, Status, UNSCANNED, entries, last_words, strangers,
};

use super::card::{CardView, DeadlineView, NextView, TimeView, card_view, deadline_view};
use super::{Frame, render};
use crate::judge::{Card, ContactCard};
use crate::plugin_host::PluginCard;
use crate::store::{CardRow, Dossier, Entry as FeedEntry};
use crate::web::{PageError, Site, Web, times};

/// Entries of a parcel's own feed shown on its page.
const TOLD_MAX: usize = 20;

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
    /// Those that are not asked because another carrier fits better.
    others: Vec<LegView>,
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
    /// Who else knows the number, and where to look it up: the post that issued it, a carrier without a plugin.
    elsewhere: Vec<ElsewhereView>,
}

struct ElsewhereView {
    text: String,
    name: String,
    link: String,
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

pub(in crate::web) async fn parcel(
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
    let is_guess = |leg: &&Leg| leg.state == LegState::Dormant && leg.last_asked_at.is_none();
    let (others, legs): (Vec<&Leg>, Vec<&Leg>) = dossier.timeline.legs.iter().partition(is_guess);
    let shown = card_view(&row, &site, now);
    let page = ParcelPage {
        order: dossier.parcel.order.clone(),
        marketplace: dossier.parcel.marketplace.clone(),
        class: dossier.parcel.class.map(|class| class.key().to_owned()),
        note: dossier.parcel.note.clone(),
        meaning: if merged.is_empty() { UNSCANNED } else { standing.status.meaning() },
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
        legs: legs.into_iter().map(|leg| view.leg(leg)).collect(),
        others: others.into_iter().map(|leg| view.leg(leg)).collect(),
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
            elsewhere: self.elsewhere(leg),
        }
    }

    /// Where a person can look a number up beside the carrier's own page. One number may have several legs; it is said once.
    fn elsewhere(&self, leg: &Leg) -> Vec<ElsewhereView> {
        let legs = || self.dossier.timeline.legs.iter().filter(|other| other.number == leg.number);
        if legs().next().is_some_and(|first| first.no != leg.no) {
            return Vec::new();
        }
        let is_asked = |carrier: &CarrierId| legs().any(|leg| leg.carrier.as_ref() == Some(carrier));
        let post = Post::of(&leg.number).filter(|post| !is_asked(&post.carrier));
        let post = post.map(|post| ElsewhereView {
            text: format!("Issued in {}; look it up at", post.country.name()),
            name: post.name,
            link: post.link,
        });
        // Guesses are worth showing only where nobody is asked.
        let guesses = strangers(&leg.number).into_iter().filter(|_| leg.carrier.is_none());
        let guesses = guesses.filter(|stranger| stranger.country.is_none() && stranger.checksum != Some(false));
        let guesses = guesses.filter_map(|stranger| {
            Some(ElsewhereView {
                text: "No plugin serves it. It looks like a number of".to_owned(),
                name: stranger.carrier_name,
                link: stranger.link?,
            })
        });
        post.into_iter().chain(guesses).collect()
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
