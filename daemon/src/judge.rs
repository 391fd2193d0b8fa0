//! What we make of a parcel, ready to be shown: worked out with every change, kept beside the history.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use parcelwatch_tracking::{
    Advice, Alert, Answers, Attention, Basis, CarrierId, Class, Deadline, Disagreement, Expected, FIRST_SIGHT,
    Importance, Journey, Judgement, LastWord, Leg, LegState, Marketplace, Moment, Norms, Occasion, Polling, Role,
    Silence, Stage, Standing, Timeline, Verdict, Whom, entries, first_sight, messages, timely, untold,
};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::store::{Dossier, Result, Tx};
use crate::tell;

/// How people know a carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierFace {
    pub name: String,
    /// With `{number}` in it.
    pub link: Option<String>,
    pub zone: Option<String>,
    /// Ways to ask it: name and value.
    pub contact: Vec<(String, String)>,
}

/// What judgement depends on beside the history.
#[derive(Clone, Debug)]
pub struct Rules {
    pub config: std::sync::Arc<Config>,
    pub faces: BTreeMap<CarrierId, CarrierFace>,
    pub norms: Norms,
    pub polling: Polling,
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
    pub silence: Option<SilenceCard>,
    pub deadlines: Vec<DeadlineCard>,
    /// One sentence on what to do.
    pub advice: Option<String>,
    pub advice_kind: String,
    /// Something is lost or stands still until the person does it.
    pub urgent: bool,
    pub contact: Option<ContactCard>,
    /// It is said to be delivered, and the person says that it is not there.
    pub missing: bool,
    /// Money that a carrier says is due, in its own words.
    pub fee: Option<String>,
    /// What the carriers say that does not fit together, as a sentence.
    pub doubt: Option<String>,
    pub sources: Vec<SourceCard>,
    /// Every number looks mistyped.
    pub likely_typo: bool,
    /// Nobody we speak to serves any of its numbers.
    pub unserved: bool,
    /// Why nobody can be asked about it until the person does something, as a sentence.
    pub stuck: Option<String>,
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
    /// The season makes it longer.
    pub peak: bool,
    /// First and last day on the recipient's calendar.
    pub first_day: Option<String>,
    pub last_day: String,
}

/// How long it has been quiet. The sentence about it is made when it is read, as it names the days passed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SilenceCard {
    pub verdict: String,
    pub since: String,
    /// `since` is no scan but when the wait for one began.
    pub unscanned: bool,
    pub normal_until: String,
    pub act_from: String,
    /// How many finished parcels it rests on; `None` where it rests on the rules.
    pub own: Option<usize>,
    pub peak: bool,
    pub unheard_since: Option<String>,
}

impl SilenceCard {
    fn of(silence: &Silence) -> Self {
        Self {
            verdict: silence.verdict.key().to_owned(),
            since: silence.since.to_string(),
            unscanned: !silence.scanned,
            normal_until: silence.normal_until.to_string(),
            act_from: silence.act_from.to_string(),
            own: match silence.basis {
                Basis::Own(parcels) => Some(parcels),
                Basis::Rules => None,
            },
            peak: silence.peak,
            unheard_since: silence.unheard_since.map(|at| at.to_string()),
        }
    }

    /// The sentence about it, as of now.
    pub fn words(&self, zone: &TimeZone, now: Timestamp) -> Option<String> {
        let verdicts = [Verdict::Normal, Verdict::Watch, Verdict::Act];
        let silence = Silence {
            verdict: verdicts.into_iter().find(|verdict| verdict.key() == self.verdict)?,
            since: self.since.parse().ok()?,
            scanned: !self.unscanned,
            normal_until: self.normal_until.parse().ok()?,
            act_from: self.act_from.parse().ok()?,
            basis: self.own.map_or(Basis::Rules, Basis::Own),
            peak: self.peak,
            unheard_since: self.unheard_since.as_deref().and_then(|at| at.parse().ok()),
        };
        Some(silence.words(zone, now))
    }
}

/// A clock that runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeadlineCard {
    pub kind: String,
    pub title: String,
    /// An instant, or a date that is only a date.
    pub at: String,
    pub ends_at: String,
    /// From when on it is too late by every reading; later than `ends_at` where buyer protection runs longer.
    pub over_at: Option<String>,
    pub opens: Option<String>,
    pub text: String,
    /// Something is lost when it passes.
    pub reminds: bool,
}

impl DeadlineCard {
    fn of(deadline: &Deadline) -> Self {
        Self {
            kind: deadline.kind.key().to_owned(),
            title: deadline.kind.title().to_owned(),
            at: deadline.at.text(),
            ends_at: deadline.ends_at.to_string(),
            over_at: Some(deadline.over_at.to_string()),
            opens: deadline.opens.map(|date| date.to_string()),
            text: deadline.text.clone(),
            reminds: deadline.reminds,
        }
    }
}

/// Whom to ask, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactCard {
    pub who: String,
    pub ways: Vec<(String, String)>,
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
    pub judgement: Judgement,
    pub answers: Answers,
    /// What is to be told of it first.
    first_sight: Option<Alert>,
    pub card: Card,
    /// The recipient's zone.
    zone: TimeZone,
    sort_ms: i64,
    /// What it teaches later parcels, once it has arrived.
    journey: Option<Journey>,
    /// When it leaves the overview.
    archive_at: Option<Timestamp>,
}

/// Judges a parcel as of now.
pub fn judge(dossier: &Dossier, rules: &Rules, now: Timestamp) -> Judged {
    let Dossier { parcel, timeline, .. } = dossier;
    let merged = entries(timeline, parcel);
    let zone = rules.zone(dossier);
    let judgement = parcelwatch_tracking::judge(timeline, parcel, &merged, &rules.norms, &zone, now);
    let standing = &judgement.standing;
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
        status_title: status_title(standing),
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
        delivered_to: lead.and_then(|event| event.delivered_to()).map(|place| place.key().to_owned()),
        since: standing.since.map(|at| at.to_string()),
        moved_at: standing.moved_at.map(|at| at.to_string()),
        expected: judgement.expected.as_ref().map(|expected| expected_card(expected, &zone)),
        silence: judgement.silence.as_ref().map(SilenceCard::of),
        deadlines: judgement.deadlines.iter().map(DeadlineCard::of).collect(),
        advice: Some(judgement.advice.text.clone()),
        advice_kind: judgement.advice.kind.key().to_owned(),
        urgent: judgement.advice.urgent,
        contact: contact(&judgement.advice, dossier, rules),
        missing: standing.missing,
        fee: standing.fee.clone(),
        doubt: standing.disagreement.as_ref().and_then(|found| doubt(found, dossier, rules, &zone)),
        sources: sources(timeline, rules),
        likely_typo: !standing.acknowledged && timeline.is_likely_mistyped(),
        unserved: !timeline.legs.is_empty() && timeline.legs.iter().all(|leg| leg.state == LegState::NoCarrier),
        stuck: timeline.stuck().and_then(|leg| stuck(leg, rules)),
        acknowledged: standing.acknowledged,
        closed: standing.closed,
        attention: judgement.attention.key().to_owned(),
    };
    let sort_ms = sort_ms(&judgement, &zone, dossier);
    let archive_at = archive_at(standing, dossier, rules);
    let journey = Journey::of(timeline, parcel, standing, &merged);
    let answers = Answers::of(timeline, rules.polling, now);
    let first_sight = first_sight(standing, &merged, now);
    Judged { judgement, answers, first_sight, card, zone, sort_ms, journey, archive_at }
}

impl Judged {
    pub fn standing(&self) -> &Standing {
        &self.judgement.standing
    }

    /// Tells what changed and what time alone brings, and writes down what the overview shows and when to look again. A
    /// finished parcel whose time has come leaves the overview.
    pub fn save(
        &self,
        tx: &Tx<'_>,
        dossier: &Dossier,
        changes: Vec<Alert>,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<()> {
        let pk = dossier.row.pk;
        let is_known = tx.was_told(pk, FIRST_SIGHT)?;
        let mut due = Vec::new();
        for alert in self.due(dossier, is_known, rules, now) {
            if !tx.was_told(pk, &alert.key)? {
                due.push(alert);
            }
        }
        let (answers, first_sight) = (self.answers, self.first_sight.clone());
        let told = messages(Occasion { is_known, answers, first_sight, changes, due });
        if !told.is_empty() {
            let drafts = tell::drafts(&told, dossier, self, rules, now);
            tx.tell(Some((pk, dossier.parcel.id.as_str())), &drafts, &rules.channels(), now)?;
            for message in &told {
                if message.importance() > Importance::Routine {
                    tracing::info!(parcel = %dossier.parcel.id, "{}", message.alert.kind.key());
                }
                for alert in &message.with {
                    tx.quiet(pk, &alert.key)?;
                }
            }
        }
        self.write(tx, dossier, now)
    }

    /// Writes down the same and tells nothing: an old answer that was read anew is no news. What would be told now is not told
    /// later either, unless it waits for an answer; what time brings from here on is.
    pub fn save_quietly(&self, tx: &Tx<'_>, dossier: &Dossier, rules: &Rules, now: Timestamp) -> Result<()> {
        let pk = dossier.row.pk;
        if self.answers.awaited_until.is_none() {
            let is_known = tx.was_told(pk, FIRST_SIGHT)?;
            let first = self.first_sight.clone().filter(|_| !is_known);
            for alert in self.due(dossier, is_known, rules, now).into_iter().chain(first) {
                tx.quiet(pk, &alert.key)?;
            }
        }
        self.write(tx, dossier, now)
    }

    /// What could be told now beside news, told or not.
    fn due(&self, dossier: &Dossier, is_known: bool, rules: &Rules, now: Timestamp) -> Vec<Alert> {
        let mut due = self.timely(rules, now);
        if !is_known {
            due.extend(untold(&dossier.timeline));
        }
        due
    }

    fn timely(&self, rules: &Rules, now: Timestamp) -> Vec<Alert> {
        timely(&self.judgement, &rules.norms.deadlines.remind_days, &self.zone, now)
    }

    fn write(&self, tx: &Tx<'_>, dossier: &Dossier, now: Timestamp) -> Result<()> {
        let pk = dossier.row.pk;
        let card = serde_json::to_string(&self.card).expect("a card has text keys only");
        let attention = i64::try_from(self.judgement.attention.index()).unwrap_or(0);
        let review_at =
            [self.archive_at, self.judgement.changes_at, self.answers.awaited_until].into_iter().flatten().min();
        tx.save_card(pk, &card, attention, self.sort_ms, review_at)?;
        tx.save_journey(pk, self.journey.as_ref())?;
        if dossier.row.archived_at.is_none() && self.archive_at.is_some_and(|at| at <= now) {
            tx.archive_parcel(&dossier.parcel.id, Some(now))?;
        }
        Ok(())
    }
}

/// Whom the advice sends the person to, with the ways to reach them.
fn contact(advice: &Advice, dossier: &Dossier, rules: &Rules) -> Option<ContactCard> {
    match advice.whom? {
        Whom::Seller => {
            let named = dossier.parcel.marketplace.as_deref();
            let known = named.and_then(Marketplace::named);
            let mut ways: Vec<(String, String)> =
                dossier.parcel.order.iter().map(|order| ("order".to_owned(), order.clone())).collect();
            ways.extend(
                known
                    .iter()
                    .flat_map(|market| market.contact)
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
            );
            let shop = known.map(|market| market.name.to_owned()).or_else(|| named.map(str::to_owned));
            let who = match (&dossier.parcel.seller, shop) {
                (Some(seller), Some(shop)) => format!("{seller}, through {shop}"),
                (Some(seller), None) => seller.clone(),
                (None, Some(shop)) => format!("the seller, through {shop}"),
                (None, None) => "the seller".to_owned(),
            };
            Some(ContactCard { who, ways })
        }
        Whom::Carrier(no) => {
            let leg = dossier.timeline.leg(no)?;
            let carrier = leg.carrier.as_ref()?;
            let mut ways = vec![("number".to_owned(), leg.number.to_string())];
            ways.extend(rules.faces.get(carrier).into_iter().flat_map(|face| face.contact.iter().cloned()));
            Some(ContactCard { who: rules.name(carrier).to_owned(), ways })
        }
    }
}

/// Two portals' last words and their days.
fn doubt(found: &Disagreement, dossier: &Dossier, rules: &Rules, zone: &TimeZone) -> Option<String> {
    let word = |word: &LastWord| {
        let carrier = dossier.timeline.leg(word.leg)?.carrier.as_ref()?;
        let day = parcelwatch_tracking::day_words(word.at, zone);
        Some(format!("{} said “{}” on {day}", rules.name(carrier), word.status.title()))
    };
    let (believed, other) = (word(&found.believed)?, word(&found.other)?);
    Some(if found.contradicts {
        format!("{believed}, and {other}: they do not fit together.")
    } else {
        format!("{believed}; {other} and has stood still since.")
    })
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

fn stuck(leg: &Leg, rules: &Rules) -> Option<String> {
    let (carrier, outage) = (leg.carrier.as_ref()?, leg.outage.as_ref()?);
    Some(format!("{} {}, and nobody else can be asked.", rules.name(carrier), outage.failure.kind.title()))
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
        peak: expected.peak,
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
fn sort_ms(judgement: &Judgement, zone: &TimeZone, dossier: &Dossier) -> i64 {
    let added = dossier.row.added_at.as_millisecond();
    match judgement.attention {
        Attention::OnTheWay => judgement.expected.as_ref().map_or(i64::MAX / 2 - added / 2, |expected| {
            let day = expected.last_day(zone).to_zoned(zone.clone());
            day.map_or(i64::MAX / 2, |day| day.timestamp().as_millisecond())
        }),
        Attention::WaitingForScan => -added,
        _ => -judgement.standing.moved_at.unwrap_or(dossier.row.added_at).as_millisecond(),
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
