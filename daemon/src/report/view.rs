//! What people and programs are shown of a parcel: the one form in which it leaves the store. Made with every change, kept beside
//! the history, and read back by page, API, messages, command line and evidence.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use parcelwatch_tracking::{
    Advice, AdviceKind, Attention, CarrierId, Class, ContactTarget, Country, Deadline, DeadlineKind, DeliveredTo,
    Disagreement, Expected, Judgement, LastWord, Leg, LegState, Marketplace, MergedEvent, Moment, ParcelState, Post,
    Role, Silence, Stage, Status, Timeline, Verdict,
};
use serde::{Deserialize, Serialize};

use super::form;
use super::names::Names;
use super::times::{self, Clock};
use super::words;
use crate::store::ParcelRecord;

/// The version of a view's form. A row of another one is judged again when it is read.
pub const FORM: i64 = 2;

/// A parcel on the overview, at the head of its page, and for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelView {
    pub id: String,
    pub label: String,
    pub order: Option<String>,
    pub marketplace: Option<String>,
    pub recipient: Option<String>,
    pub tags: Vec<String>,
    #[serde(with = "form::optional_text")]
    pub class: Option<Class>,
    /// Where it goes.
    #[serde(with = "form::optional_text")]
    pub country: Option<Country>,
    pub numbers: Vec<String>,
    #[serde(with = "form::text")]
    pub status: Status,
    pub status_title: String,
    #[serde(with = "form::text")]
    pub stage: Stage,
    pub stage_index: usize,
    #[serde(with = "form::optional_text")]
    pub trouble: Option<Status>,
    pub rolled_back: bool,
    /// Who has it now.
    #[serde(with = "form::optional_text")]
    pub carrier: Option<CarrierId>,
    pub carrier_name: Option<String>,
    pub place: Option<String>,
    /// The carrier's words for the status.
    pub words: Option<String>,
    #[serde(with = "form::optional_text")]
    pub delivered_to: Option<DeliveredTo>,
    /// When the status was reached.
    pub since: Option<Timestamp>,
    /// The newest event of any kind.
    pub moved_at: Option<Timestamp>,
    #[serde(with = "form::expected")]
    pub expected: Option<Expected>,
    #[serde(with = "form::silence")]
    pub silence: Option<Silence>,
    /// The first to end first.
    pub deadlines: Vec<DeadlineView>,
    /// One sentence on what to do.
    pub advice: String,
    #[serde(with = "form::text")]
    pub advice_kind: AdviceKind,
    /// Something is lost or stands still until the user does it.
    pub urgent: bool,
    pub contact: Option<Contact>,
    /// It is said to be delivered, and the user says that it is not there.
    pub missing: bool,
    /// Money that a carrier says is due, in its own words.
    pub fee: Option<String>,
    /// What the carriers say that does not fit together, as a sentence.
    pub doubt: Option<String>,
    /// The post that has it under the same number and is not polled, while the parcel is in its country.
    pub local_post: Option<PostView>,
    pub sources: Vec<SourceView>,
    /// Every number looks mistyped.
    pub likely_typo: bool,
    /// Nobody we speak to serves any of its numbers.
    pub unserved: bool,
    /// Why nobody can be polled about it until the user does something, as a sentence.
    pub stuck: Option<String>,
    /// A carrier has acknowledged one of its numbers.
    pub acknowledged: bool,
    /// Nothing more is to be expected.
    pub closed: bool,
    #[serde(with = "form::text")]
    pub attention: Attention,
}

/// A post, and its page for a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostView {
    #[serde(with = "form::text")]
    pub country: Country,
    pub name: String,
    pub link: String,
    #[serde(with = "form::text")]
    pub carrier: CarrierId,
}

impl From<Post> for PostView {
    fn from(Post { country, name, carrier, link }: Post) -> Self {
        Self { country, name, link, carrier }
    }
}

/// A deadline in words. Whoever judges asks `tracking` again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineView {
    #[serde(with = "form::text")]
    pub kind: DeadlineKind,
    /// An instant, or a date that is only a date.
    #[serde(with = "form::text")]
    pub at: Moment,
    pub ends_at: Timestamp,
    pub over_at: Timestamp,
    pub opens: Option<Date>,
    /// One sentence: what to do until then, and what the date rests on.
    pub text: String,
    pub reminds: bool,
}

impl DeadlineView {
    fn of(deadline: &Deadline, now: Timestamp) -> Self {
        let Deadline { kind, at, ends_at, over_at, opens, reminds, .. } = deadline.clone();
        let text = words::deadline(deadline, now);
        Self { kind, at, ends_at, over_at, opens, text, reminds }
    }

    pub fn has_passed(&self, now: Timestamp) -> bool {
        self.ends_at <= now
    }

    /// Whether it has passed by every reading.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.over_at <= now
    }
}

/// Whom to ask, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub who: String,
    pub ways: Vec<(String, String)>,
}

/// One carrier that is polled about a parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceView {
    pub name: String,
    pub state: SourceState,
    pub failure: Option<String>,
}

/// How a carrier answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    Ok,
    Waiting,
    Failing,
}

impl SourceView {
    /// What stands beside its name.
    pub fn words(&self) -> &str {
        match (self.state, &self.failure) {
            (SourceState::Waiting, _) => "not asked yet",
            (_, Some(failure)) => failure,
            (_, None) => "answers",
        }
    }

    pub const fn key(&self) -> &'static str {
        match self.state {
            SourceState::Ok => "ok",
            SourceState::Waiting => "waiting",
            SourceState::Failing => "failing",
        }
    }
}

impl ParcelView {
    /// A parcel as it was judged at a moment.
    pub fn of(
        record: &ParcelRecord,
        judgement: &Judgement,
        merged: &[MergedEvent<'_>],
        names: &Names,
        now: Timestamp,
    ) -> Self {
        let ParcelRecord { parcel, timeline, .. } = record;
        let parcel_state = &judgement.parcel_state;
        let lead = merged.iter().find(|entry| Some(entry.lead.id) == parcel_state.lead).map(|entry| &entry.lead.event);
        let holder = parcel_state.holder.and_then(|no| timeline.leg(no));
        let carrier = holder.and_then(|leg| leg.carrier.as_ref());
        let country = timeline.destination(parcel);
        Self {
            id: parcel.id.to_string(),
            label: parcel.label.clone(),
            order: parcel.order.clone(),
            marketplace: parcel.marketplace.clone(),
            recipient: parcel.recipient.clone(),
            tags: parcel.tags.clone(),
            class: parcel.class,
            country,
            numbers: numbers(timeline),
            status: parcel_state.status,
            status_title: status_title(parcel_state).to_owned(),
            stage: parcel_state.stage,
            stage_index: parcel_state.stage.index(),
            trouble: parcel_state.trouble,
            rolled_back: parcel_state.rolled_back,
            carrier: carrier.cloned(),
            carrier_name: carrier.map(|carrier| names.carrier(carrier).to_owned()),
            place: parcel_state.place.as_ref().map(|place| place.text.clone()),
            words: lead.map(|event| event.translation.as_ref().unwrap_or(&event.text).clone()),
            delivered_to: lead.and_then(|event| event.delivered_to()),
            since: parcel_state.since,
            moved_at: parcel_state.moved_at,
            expected: judgement.expected.clone(),
            silence: judgement.silence,
            deadlines: judgement.deadlines.iter().map(|deadline| DeadlineView::of(deadline, now)).collect(),
            advice: words::advice(&judgement.advice.reason),
            advice_kind: judgement.advice.kind,
            urgent: judgement.advice.urgent,
            contact: contact(&judgement.advice, record, names),
            missing: parcel_state.missing,
            fee: parcel_state.fee.clone(),
            doubt: parcel_state
                .disagreement
                .as_ref()
                .and_then(|found| doubt(found, timeline, names, &names.zone(country)))
                .or_else(|| unread(parcel_state, merged))
                .or_else(|| parcel_state.undelivered_summary.map(undelivered))
                .or_else(|| timeline.reused_number(parcel).map(|(leg, newest)| reused(leg, newest, names))),
            local_post: timeline
                .unpolled_local_post(parcel)
                .filter(|_| parcel_state.stage.is_at_destination())
                .map(|(_, post)| PostView::from(post)),
            sources: sources(timeline, names),
            likely_typo: !parcel_state.acknowledged && timeline.is_likely_mistyped(),
            unserved: !timeline.legs.is_empty() && timeline.legs.iter().all(|leg| leg.state == LegState::NoCarrier),
            stuck: timeline.stuck().and_then(|leg| stuck(leg, names)),
            acknowledged: parcel_state.acknowledged,
            closed: parcel_state.closed,
            attention: judgement.attention,
        }
    }

    /// A view as it was kept; `None` where its form is not today's.
    pub fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// The clock its reader goes by.
    pub fn clock(&self, names: &Names, now: Timestamp) -> Clock {
        Clock { zone: names.zone(self.country), now }
    }

    /// Its silence is longer than usual.
    pub fn is_worrying(&self) -> bool {
        self.silence.is_some_and(|silence| silence.verdict != Verdict::Normal)
    }

    /// The clock to show beside it: the first to end of those by which the user loses something.
    pub fn act_by(&self, now: Timestamp) -> Option<&DeadlineView> {
        self.deadlines.iter().filter(|_| !self.closed).find(|deadline| deadline.reminds && !deadline.has_passed(now))
    }
}

fn status_title(parcel_state: &ParcelState) -> &'static str {
    match (parcel_state.status, parcel_state.stage) {
        (Status::Unknown, Stage::PreTransit) => "Waiting for the first scan",
        (status, _) => status.title(),
    }
}

/// Whom the advice sends the user to, with the ways to reach them.
fn contact(advice: &Advice, record: &ParcelRecord, names: &Names) -> Option<Contact> {
    let parcel = &record.parcel;
    match advice.whom? {
        ContactTarget::Seller => {
            let named = parcel.marketplace.as_deref();
            let known = named.and_then(Marketplace::named);
            let mut ways: Vec<(String, String)> =
                parcel.order.iter().map(|order| ("order".to_owned(), order.clone())).collect();
            let market = known.iter().flat_map(|market| market.contact);
            ways.extend(market.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            let shop = known.map(|market| market.name.to_owned()).or_else(|| named.map(str::to_owned));
            let who = match (&parcel.seller, shop) {
                (Some(seller), Some(shop)) => format!("{seller}, through {shop}"),
                (Some(seller), None) => seller.clone(),
                (None, Some(shop)) => format!("the seller, through {shop}"),
                (None, None) => "the seller".to_owned(),
            };
            Some(Contact { who, ways })
        }
        ContactTarget::Carrier(no) => {
            let leg = record.timeline.leg(no)?;
            let carrier = leg.carrier.as_ref()?;
            let mut ways = vec![("number".to_owned(), leg.number.to_string())];
            ways.extend(names.contact(carrier).iter().cloned());
            Some(Contact { who: names.carrier(carrier).to_owned(), ways })
        }
    }
}

/// Two portals' last words and their days.
fn doubt(found: &Disagreement, timeline: &Timeline, names: &Names, zone: &TimeZone) -> Option<String> {
    let word = |word: &LastWord| {
        let carrier = timeline.leg(word.leg)?.carrier.as_ref()?;
        let day = times::day_words(word.at, zone);
        Some(format!("{} said “{}” on {day}", names.carrier(carrier), word.status.title()))
    };
    let (believed, other) = (word(&found.believed)?, word(&found.other)?);
    Some(if found.contradicts {
        format!("{believed}, and {other}: they do not fit together.")
    } else {
        format!("{believed}; {other} and has stood still since.")
    })
}

/// The newest event, where nobody knows what it means.
fn unread(parcel_state: &ParcelState, merged: &[MergedEvent<'_>]) -> Option<String> {
    let entry = merged.iter().find(|entry| Some(entry.lead.id) == parcel_state.unread)?;
    let event = &entry.lead.event;
    let text = match event.text.trim_end_matches('.') {
        "" => event.code.as_deref()?,
        text => text,
    };
    Some(if parcel_state.is_by_summary {
        format!("What “{text}” means is not known here; the status is the carrier's own summary.")
    } else {
        format!("What the newest scan means is not known here: “{text}”. The status is that of the scan before it.")
    })
}

/// A carrier whose own summary does not fit its scans.
fn undelivered(summary: Status) -> String {
    format!(
        "The scans say that it was delivered, and the carrier's own summary says “{}”: see whether it is there.",
        summary.title()
    )
}

/// A number whose scans are all older than the parcel.
fn reused(leg: &Leg, newest: Date, names: &Names) -> String {
    format!(
        "All that {} reports under this number is older than your parcel, its newest scan of {}: the number was used before. \
         Until there is news, compare it with the seller's message.",
        names.of_leg(leg),
        times::date_words(newest)
    )
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

fn stuck(leg: &Leg, names: &Names) -> Option<String> {
    let (carrier, outage) = (leg.carrier.as_ref()?, leg.outage.as_ref()?);
    Some(format!("{} {}, and nobody else can be asked.", names.carrier(carrier), outage.failure.kind.title()))
}

fn sources(timeline: &Timeline, names: &Names) -> Vec<SourceView> {
    let polled = timeline.legs.iter().filter(|leg| leg.state == LegState::Active);
    polled
        .filter_map(|leg| {
            let name = names.carrier(leg.carrier.as_ref()?).to_owned();
            let failing = leg.outage.as_ref().filter(|outage| !outage.failure.kind.is_answer());
            let state = match (failing, leg.last_ok_at) {
                (Some(_), _) => SourceState::Failing,
                (None, None) => SourceState::Waiting,
                (None, Some(_)) => SourceState::Ok,
            };
            let failure = leg.outage.as_ref().map(|outage| outage.failure.kind.title().to_owned());
            Some(SourceView { name, state, failure })
        })
        .collect()
}
