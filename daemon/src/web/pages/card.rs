//! A parcel on the overview, in the archive, and at the head of its own page.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use parcelwatch_tracking::{AdviceKind, Stage, Verdict};

use crate::judge::{Card, DeadlineCard, ExpectedCard};
use crate::store::CardRow;
use crate::web::{Site, times};

/// A parcel on the overview.
pub(super) struct CardView {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) recipient: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) status: String,
    pub(super) trouble: Option<String>,
    pub(super) rolled_back: bool,
    pub(super) carrier: Option<String>,
    pub(super) place: Option<String>,
    pub(super) words: Option<String>,
    pub(super) steps: Vec<StepView>,
    pub(super) moved: Option<TimeView>,
    pub(super) expected: Option<ExpectedView>,
    pub(super) checked: Option<TimeView>,
    pub(super) next: Option<NextView>,
    pub(super) sources: Vec<SourceView>,
    /// The sentence about a silence that is longer than usual.
    pub(super) silence: Option<String>,
    /// Too long, or longer than usual.
    pub(super) worrying: bool,
    pub(super) advice: Option<String>,
    pub(super) urgent: bool,
    /// By when to act, where the money or the parcel is at stake: the next to end.
    pub(super) act_by: Option<DeadlineView>,
    pub(super) doubt: Option<String>,
    pub(super) fee: Option<String>,
    pub(super) likely_typo: bool,
    pub(super) unserved: bool,
    pub(super) stuck: Option<String>,
    pub(super) delivered_to: Option<String>,
}

pub(super) struct DeadlineView {
    pub(super) title: String,
    pub(super) iso: String,
    /// "4 August, in 12 days".
    pub(super) when: String,
    pub(super) text: String,
    pub(super) near: bool,
    /// By every reading.
    pub(super) passed: bool,
}

pub(super) struct TimeView {
    pub(super) iso: String,
    pub(super) words: String,
    pub(super) exact: String,
}

pub(super) struct NextView {
    pub(super) iso: String,
    pub(super) words: String,
    pub(super) why: String,
}

pub(super) struct SourceView {
    pub(super) name: String,
    pub(super) state: String,
    pub(super) words: String,
}

/// A step of the progress bar.
pub(super) struct StepView {
    pub(super) title: &'static str,
    /// `done`, `now`, `ahead`.
    pub(super) state: &'static str,
}

pub(super) struct ExpectedView {
    pub(super) days: String,
    /// Who says so.
    pub(super) by: &'static str,
    pub(super) slid: Option<String>,
    pub(super) late: bool,
}

/// Deadlines that end within so many days are near.
const NEAR_DAYS: i32 = 7;

pub(super) fn deadline_view(deadline: &DeadlineCard, zone: &TimeZone, now: Timestamp) -> Option<DeadlineView> {
    let ends_at: Timestamp = deadline.ends_at.parse().ok()?;
    let date: Date = match deadline.at.parse() {
        Ok(date) => date,
        Err(_) => ends_at.to_zoned(zone.clone()).date(),
    };
    let days = date.since(now.to_zoned(zone.clone()).date()).map_or(0, |span| span.get_days());
    let passed = ends_at <= now;
    let is_over = deadline.over_at.as_ref().and_then(|at| at.parse().ok()).unwrap_or(ends_at) <= now;
    let distance = match days {
        _ if passed && is_over => "over".to_owned(),
        _ if passed => "by the strict reading".to_owned(),
        ..=0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    };
    Some(DeadlineView {
        title: deadline.title.clone(),
        iso: deadline.at.clone(),
        when: format!("{}, {distance}", parcelwatch_tracking::date_words(date)),
        text: deadline.text.clone(),
        near: !is_over && days <= NEAR_DAYS,
        passed: is_over,
    })
}

/// The clock to show beside the parcel: the first to end of those by which the person loses something.
fn act_by(card: &Card, zone: &TimeZone, now: Timestamp) -> Option<DeadlineView> {
    if card.closed {
        return None;
    }
    let at_stake = card.deadlines.iter().filter(|deadline| deadline.reminds);
    let is_ahead = |deadline: &&DeadlineCard| deadline.ends_at.parse().is_ok_and(|at: Timestamp| at > now);
    at_stake.filter(is_ahead).find_map(|deadline| deadline_view(deadline, zone, now))
}

pub(super) fn card_view(row: &CardRow, site: &Site, now: Timestamp) -> CardView {
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
        stuck: card.stuck,
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
