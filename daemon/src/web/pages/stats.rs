//! The person's own figures: how long parcels took, who brought them, how good the estimates were. The charts are drawn here
//! as numbers; every chart has a table beside it, so that nothing is only in the picture.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::SignedDuration;
use parcelwatch_tracking::{
    Accuracy, COHORT_MIN, CarrierCount, CarrierId, Class, Cohort, Country, End, Experience, Group, NewPartner,
    PROOF_MIN, Spread, Stage, Statistics, Subject, statistics, words,
};
use serde::Deserialize;

use super::{Frame, render};
use crate::plugin_host::PluginCard;
use crate::report::times;
use crate::web::{PageError, Web};

/// Groups on one page; the small ones after them say little.
const GROUPS_MAX: usize = 12;

#[derive(Template)]
#[template(path = "stats.html")]
struct StatsPage {
    frame: Frame,
    /// From so many parcels of a kind on, they lengthen our guesses.
    kin_min: usize,
    /// From so many on they shorten them.
    proof_min: usize,
    /// `None` before anything has arrived.
    found: Option<StatsView>,
}

struct StatsView {
    arrived: usize,
    /// Ways to look at the stages: key, title, whether it is this page's.
    ways: Vec<(&'static str, &'static str, bool)>,
    figures: Vec<FigureView>,
    /// Groups that found no room.
    more: usize,
    accuracy: Option<AccuracyView>,
    new_partners: Vec<PartnerView>,
    first_carriers: Vec<(String, usize)>,
    last_carriers: Vec<(String, usize)>,
    /// A kind of parcel, and who brings it to the door.
    last_mile: Vec<(String, String)>,
    cohorts: Vec<KindView>,
}

struct FigureView {
    /// Names its title within the page.
    id: usize,
    title: String,
    chart: Chart,
    rows: Vec<RowView>,
    total: RowView,
}

struct RowView {
    name: &'static str,
    parcels: usize,
    median: String,
    most: String,
}

struct AccuracyView {
    figures: Accuracy,
    percent: usize,
    late: Option<String>,
}

struct PartnerView {
    kind: String,
    parcel: String,
    day: String,
    end: &'static str,
    now: String,
    before: String,
}

struct KindView {
    name: String,
    parcels: usize,
    /// How many more it takes; 0 where they lengthen our guesses.
    missing: usize,
    /// The same to shorten them.
    unproven: usize,
}

#[derive(Debug, Deserialize)]
pub(in crate::web) struct StatsQuery {
    #[serde(default)]
    by: String,
}

/// What the groups of the page have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    All,
    Class,
    Route,
    FirstCarrier,
    LastCarrier,
}

impl Way {
    const EACH: [(Self, &'static str, &'static str); 5] = [
        (Self::All, "all", "All parcels"),
        (Self::Class, "class", "By class"),
        (Self::Route, "route", "By route"),
        (Self::FirstCarrier, "first", "By first carrier"),
        (Self::LastCarrier, "last", "By last carrier"),
    ];

    fn fits(self, subject: &Subject) -> bool {
        match subject {
            Subject::Class(_) => self == Self::Class,
            Subject::Route(..) => self == Self::Route,
            Subject::FirstCarrier(_) => self == Self::FirstCarrier,
            Subject::LastCarrier(_) => self == Self::LastCarrier,
        }
    }
}

pub(in crate::web) async fn stats(
    State(web): State<Web>,
    Query(query): Query<StatsQuery>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let now = web.clock.now();
    let site = web.site.load_full();
    let (journeys, cards, notices) =
        web.store.read(|view| Ok((view.journeys()?, view.plugin_cards()?, view.notices()?))).await?;
    let cards = cards.iter().filter_map(|card| serde_json::from_str::<PluginCard>(card).ok());
    let names = Names(cards.map(|card| (card.carrier, card.name)).collect());
    let today = now.to_zoned(site.zone.clone()).date();
    let way = Way::EACH.into_iter().find(|(_, key, _)| *key == query.by).map_or(Way::All, |(way, ..)| way);
    let experience: Experience = journeys.into_iter().collect();
    let page = StatsPage {
        kin_min: COHORT_MIN,
        proof_min: PROOF_MIN,
        found: statistics(&experience).map(|found| stats_view(&found, way, &names, today)),
        frame: Frame::new(&web, &site, notices, now),
    };
    render(&page, &headers)
}

fn stats_view(found: &Statistics, way: Way, names: &Names, today: jiff::civil::Date) -> StatsView {
    let groups: Vec<(String, &Group)> = match way {
        Way::All => vec![("All parcels".to_owned(), &found.all)],
        way => {
            let fitting = found.groups.iter().filter(|(subject, _)| way.fits(subject));
            fitting.map(|(subject, group)| (names.subject(subject), group)).collect()
        }
    };
    StatsView {
        arrived: found.all.days.count,
        ways: Way::EACH.map(|(each, key, title)| (key, title, each == way)).into(),
        more: groups.len().saturating_sub(GROUPS_MAX),
        figures: groups.into_iter().take(GROUPS_MAX).enumerate().map(figure).collect(),
        accuracy: found.accuracy.map(|figures| AccuracyView {
            figures,
            percent: figures.percent(),
            late: figures.late_days.map(days),
        }),
        new_partners: found.new_partners.iter().map(|new| partner(new, names, today)).collect(),
        first_carriers: names.counts(&found.first_carriers),
        last_carriers: names.counts(&found.last_carriers),
        last_mile: found.last_mile.iter().map(|last| (cohort_words(last.kind), names.list(&last.carriers))).collect(),
        cohorts: found
            .cohorts
            .iter()
            .map(|count| KindView {
                name: cohort_words(count.kind),
                parcels: count.parcels,
                missing: count.missing,
                unproven: count.unproven,
            })
            .collect(),
    }
}

/// Carriers' names for people, by id; of one whose plugin is gone only the id is left.
struct Names(BTreeMap<String, String>);

impl Names {
    fn of(&self, carrier: &CarrierId) -> String {
        self.0.get(carrier.as_str()).cloned().unwrap_or_else(|| carrier.to_string())
    }

    fn counts(&self, counts: &[CarrierCount]) -> Vec<(String, usize)> {
        counts.iter().map(|count| (self.of(&count.carrier), count.parcels)).collect()
    }

    fn list(&self, counts: &[CarrierCount]) -> String {
        let counts = self.counts(counts).into_iter().map(|(name, parcels)| format!("{name} ({parcels})"));
        counts.collect::<Vec<_>>().join(", ")
    }

    fn subject(&self, subject: &Subject) -> String {
        match subject {
            Subject::Class(class) => class_words(*class),
            Subject::Route(origin, destination) => route_words(*origin, *destination),
            Subject::FirstCarrier(carrier) | Subject::LastCarrier(carrier) => self.of(carrier),
        }
    }
}

fn class_words(class: Option<Class>) -> String {
    class.map_or("class not known", Class::key).to_owned()
}

fn route_words(origin: Option<Country>, destination: Option<Country>) -> String {
    let name = |country: Option<Country>| country.map_or_else(|| "?".to_owned(), |country| country.name().to_owned());
    format!("{} → {}", name(origin), name(destination))
}

fn cohort_words(kind: Cohort) -> String {
    format!("{}, {}", class_words(kind.class), route_words(kind.origin, kind.destination))
}

fn partner(new: &NewPartner, names: &Names, today: jiff::civil::Date) -> PartnerView {
    PartnerView {
        kind: cohort_words(new.kind),
        parcel: new.parcel.to_string(),
        day: times::day(new.delivered, today),
        end: match new.end {
            End::First => "began",
            End::Last => "ended",
        },
        now: names.of(&new.now),
        before: names.list(&new.before),
    }
}

fn days(count: i64) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

/// Short enough to stand beside a bar.
fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::PreTransit => "Announced",
        stage => stage.title(),
    }
}

fn figure((id, (title, group)): (usize, (String, &Group))) -> FigureView {
    let row = |(stage, spread): &(Stage, Spread<SignedDuration>)| RowView {
        name: stage_name(*stage),
        parcels: spread.count,
        median: words(spread.median),
        most: range(&words(spread.p10), &words(spread.p90)),
    };
    FigureView {
        id,
        chart: Chart::of(&group.stages),
        rows: group.stages.iter().map(row).collect(),
        total: RowView {
            name: "Shipped to delivered",
            parcels: group.days.count,
            median: days(group.days.median),
            most: range(&days(group.days.p10), &days(group.days.p90)),
        },
        title,
    }
}

/// "12–17 days", "14 h – 3 days", "2 days".
fn range(low: &str, high: &str) -> String {
    match (low.split_once(' '), high.split_once(' ')) {
        _ if low == high => low.to_owned(),
        (Some((number, unit)), Some((_, other))) if unit == other => format!("{number}–{high}"),
        _ => format!("{low} – {high}"),
    }
}

/// The width of the picture, and where its bars begin and end. Its unit is about a pixel.
const WIDTH: f64 = 370.0;
const LEFT: f64 = 132.0;
const RIGHT: f64 = 352.0;
const ROW_HEIGHT: f64 = 28.0;
const BAR_HEIGHT: f64 = 12.0;
const AXIS_HEIGHT: f64 = 22.0;
/// Steps of the axis, in hours: the first that needs no more than [`TICKS_MAX`] of them is taken.
const STEPS: [i64; 11] = [1, 6, 12, 24, 48, 120, 240, 480, 1200, 2400, 9600];
const TICKS_MAX: i64 = 4;

/// A picture of the stages: a bar to the median, a line where four of five lie.
struct Chart {
    width: f64,
    height: f64,
    /// Where the bars begin, and the axis stands.
    left: f64,
    base: f64,
    label_y: f64,
    bar_height: f64,
    bars: Vec<Bar>,
    ticks: Vec<Tick>,
}

struct Bar {
    name: &'static str,
    text_y: f64,
    bar_y: f64,
    width: f64,
    low: f64,
    high: f64,
    line_y: f64,
    cap_top: f64,
    cap_bottom: f64,
}

struct Tick {
    x: f64,
    words: String,
}

impl Chart {
    fn of(stages: &[(Stage, Spread<SignedDuration>)]) -> Self {
        let longest = stages.iter().map(|(_, spread)| spread.p90.as_hours() + 1).max().unwrap_or(1);
        let step = STEPS.into_iter().find(|step| step * TICKS_MAX >= longest).unwrap_or(longest);
        let end = (longest + step - 1) / step * step;
        let hours = |stay: SignedDuration| stay.as_secs_f64() / 3600.0;
        let x = |hours: f64| tenth(LEFT + (RIGHT - LEFT) * hours.clamp(0.0, end as f64) / end as f64);
        let base = ROW_HEIGHT * stages.len() as f64;
        let bar = |(index, (stage, spread)): (usize, &(Stage, Spread<SignedDuration>))| {
            let middle = ROW_HEIGHT * (index as f64 + 0.5);
            Bar {
                name: stage_name(*stage),
                text_y: middle + 4.0,
                bar_y: middle - BAR_HEIGHT / 2.0,
                // A stage that was over within minutes still shows.
                width: tenth((x(hours(spread.median)) - LEFT).max(1.0)),
                low: x(hours(spread.p10)),
                high: x(hours(spread.p90)),
                line_y: middle,
                cap_top: middle - 4.0,
                cap_bottom: middle + 4.0,
            }
        };
        let tick = |number: i64| Tick {
            x: x((number * step) as f64),
            words: if step < 24 { format!("{} h", number * step) } else { format!("{} d", number * step / 24) },
        };
        Self {
            width: WIDTH,
            height: base + AXIS_HEIGHT,
            left: LEFT,
            base,
            label_y: base + 16.0,
            bar_height: BAR_HEIGHT,
            bars: stages.iter().enumerate().map(bar).collect(),
            ticks: (0..=end / step).map(tick).collect(),
        }
    }
}

/// A tenth of a pixel is as fine as anybody can see.
fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(p10: i64, median: i64, p90: i64) -> Spread<SignedDuration> {
        let hours = SignedDuration::from_hours;
        Spread { count: 9, p10: hours(p10), median: hours(median), p90: hours(p90) }
    }

    #[test]
    fn a_range_names_its_unit_once() {
        assert_eq!(range("12 days", "17 days"), "12–17 days");
        assert_eq!(range("14 h", "3 days"), "14 h – 3 days");
        assert_eq!(range("2 days", "2 days"), "2 days");
    }

    #[test]
    fn bars_and_lines_stand_on_a_scale_of_round_days() {
        let chart = Chart::of(&[(Stage::Origin, spread(24, 48, 72)), (Stage::LineHaul, spread(96, 192, 380))]);
        let ticks: Vec<&str> = chart.ticks.iter().map(|tick| tick.words.as_str()).collect();
        assert_eq!(ticks, ["0 d", "5 d", "10 d", "15 d", "20 d"]);
        assert_eq!((chart.ticks[0].x, chart.ticks[4].x), (LEFT, RIGHT));
        let [origin, haul] = chart.bars.as_slice() else { panic!("two stages") };
        assert_eq!((origin.width, origin.low, origin.high), (22.0, 143.0, 165.0));
        assert_eq!(haul.width, 88.0);
        assert!(haul.high <= RIGHT && haul.cap_bottom <= chart.base);
    }

    #[test]
    fn stages_of_no_length_and_no_stages_at_all_can_be_drawn() {
        let chart = Chart::of(&[(Stage::LastMile, spread(0, 0, 0))]);
        assert_eq!((chart.bars[0].width, chart.bars[0].high), (1.0, LEFT));
        assert_eq!(chart.ticks.last().map(|tick| tick.words.as_str()), Some("1 h"));
        assert!(Chart::of(&[]).bars.is_empty());
    }
}
