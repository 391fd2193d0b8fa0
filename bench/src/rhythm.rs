//! What a rhythm that thinks is worth: the same simulated parcels, asked by ours and by three fixed rhythms.

mod world;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{
    CarrierId, Event, EventId, Facts, Failure, FailureKind, Leg, LegNo, LegState, Moment, NextPoll, Norms, Place,
    PollSchedule, Post, Report, Role, Situation, Status, Timeline, ToldWindow, assess, merged_events, next_poll,
    poll_sooner,
};

use crate::figure;
use world::{FIRST, LOCAL, Scan, SimulatedTrip};

const JOURNEYS: usize = 2_000;
const SEED: u64 = 2026;
const OTHER_SEEDS: [u64; 3] = [1, 2, 3];
/// What carriers tolerate between two questions about one parcel.
const GAP: SignedDuration = SignedDuration::from_mins(10);

/// What people wait for: how soon we see these is what the questions are for.
const AWAITED: [Status; 6] = [
    Status::HandedToLocal,
    Status::LocalProcessing,
    Status::OutForDelivery,
    Status::DeliveryFailed,
    Status::AvailableForPickup,
    Status::Delivered,
];

/// When to ask next.
enum Policy {
    /// Our own rhythm.
    Thinks(Box<PollSchedule>),
    /// Every active leg, all the same, until it is delivered.
    Every(SignedDuration),
}

/// What a policy cost and what it was good for.
#[derive(Default)]
struct Cost {
    polls: usize,
    polls_after: usize,
    delivered: usize,
    /// How many of our polls each reason took.
    phases: BTreeMap<String, usize>,
    /// Minutes from shown to seen.
    delays: BTreeMap<Status, Vec<f64>>,
}

impl Cost {
    fn add(&mut self, other: Self) {
        self.polls += other.polls;
        self.polls_after += other.polls_after;
        self.delivered += other.delivered;
        for (phase, polls) in other.phases {
            *self.phases.entry(phase).or_default() += polls;
        }
        for (status, delays) in other.delays {
            self.delays.entry(status).or_default().extend(delays);
        }
    }

    fn each(&self, polls: usize) -> f64 {
        polls as f64 / self.delivered.max(1) as f64
    }

    fn all_delays(&self) -> Vec<f64> {
        self.delays.values().flatten().copied().collect()
    }
}

pub(crate) fn run() -> anyhow::Result<()> {
    let journeys = world::journeys(SEED, JOURNEYS);
    figure("journeys, and simulated days", format!("{JOURNEYS}, {}", world::DAYS), "");
    let fixed = |minutes| Policy::Every(SignedDuration::from_mins(minutes));
    let two_hours = measure(&journeys, &fixed(120));
    let ours = measure(&journeys, &Policy::Thinks(Box::default()));
    let policies = [
        ("every 30 min", &measure(&journeys, &fixed(30))),
        ("every 2 h", &two_hours),
        ("every 6 h", &measure(&journeys, &fixed(360))),
        ("ours", &ours),
    ];
    for (name, cost) in policies {
        let all = sum(cost);
        let delays = all.all_delays();
        figure(&format!("{name}: parcels seen delivered"), all.delivered, "");
        figure(&format!("{name}: polls per delivered parcel"), format!("{:.1}", all.each(all.polls)), "");
        figure(&format!("{name}: last-mile delay, mean / p90"), words(delays), "");
    }
    for status in AWAITED {
        let of = |cost: &BTreeMap<&str, Cost>| words(sum(cost).delays.remove(&status).unwrap_or_default());
        figure(&format!("{}, every 2 h / ours", status.key()), format!("{} / {}", of(&two_hours), of(&ours)), "");
    }
    for (class, cost) in &ours {
        let ratio = cost.each(cost.polls) / two_hours[class].each(two_hours[class].polls);
        let delays = format!("delay {} against {}", words(cost.all_delays()), words(two_hours[class].all_delays()));
        figure(&format!("{class}: ours to every 2 h"), format!("{ratio:.3}, {delays}"), "");
    }
    for (phase, polls) in sum(&ours).phases {
        figure(&format!("ours, polls planned {phase}"), format!("{:.2}", sum(&ours).each(polls)), "");
    }
    let (ours, two_hours) = (sum(&ours), sum(&two_hours));
    figure("ours: polls after delivery, per parcel", format!("{:.1}", ours.each(ours.polls_after)), "");
    // A rhythm that fits one world only is luck.
    for seed in OTHER_SEEDS {
        let journeys = world::journeys(seed, JOURNEYS);
        let ratios =
            ratios(&sum(&measure(&journeys, &Policy::Thinks(Box::default()))), &sum(&measure(&journeys, &fixed(120))));
        let [polls, mean, p90] = ratios;
        let what = format!("another world ({seed}), ours to every 2 h: polls, mean delay, p90");
        figure(&what, format!("{polls:.3}, {mean:.2}, {p90:.2}"), "");
    }
    let [polls, mean, p90] = ratios(&ours, &two_hours);
    figure("ours to every 2 h, polls", format!("{polls:.3}"), "at most 0.25");
    figure("ours to every 2 h, mean delay of the last mile", format!("{mean:.2}"), "at most 1");
    figure("ours to every 2 h, p90 delay of the last mile", format!("{p90:.2}"), "at most 1");
    Ok(())
}

/// One policy's cost in parts of another's: polls, mean delay, and the delay that nine in ten stay below.
fn ratios(ours: &Cost, other: &Cost) -> [f64; 3] {
    let (delays, other_delays) = (ours.all_delays(), other.all_delays());
    let polls = ours.each(ours.polls) / other.each(other.polls);
    [polls, mean(&delays) / mean(&other_delays), p90(delays) / p90(other_delays)]
}

/// The cost of a policy by class.
fn measure(journeys: &[SimulatedTrip], policy: &Policy) -> BTreeMap<&'static str, Cost> {
    let mut costs: BTreeMap<&'static str, Cost> = BTreeMap::new();
    for journey in journeys {
        costs.entry(journey.class().key()).or_default().add(Follower::new(journey).follow(policy));
    }
    costs
}

fn sum(costs: &BTreeMap<&str, Cost>) -> Cost {
    let mut all = Cost::default();
    for cost in costs.values() {
        all.add(Cost { delays: cost.delays.clone(), phases: cost.phases.clone(), ..*cost });
    }
    all
}

/// One parcel, followed from the moment it is added.
struct Follower<'a> {
    journey: &'a SimulatedTrip,
    timeline: Timeline,
    next: [Option<Timestamp>; 2],
    known: Vec<bool>,
    /// The event that counts as now.
    lead: Option<EventId>,
    cost: Cost,
}

impl<'a> Follower<'a> {
    fn new(journey: &'a SimulatedTrip) -> Self {
        let mut timeline = Timeline::default();
        let mut leg = Leg::new(LegNo(0), journey.parcel.numbers[0].clone(), Role::Given, journey.added);
        (leg.carrier, leg.state) = (CarrierId::new("first"), LegState::Active);
        timeline.legs.push(leg);
        Self {
            journey,
            timeline,
            next: [Some(journey.added), None],
            known: vec![false; journey.scans.len()],
            lead: None,
            cost: Cost::default(),
        }
    }

    fn follow(mut self, policy: &Policy) -> Cost {
        let end = world::end();
        let due = |next: &[Option<Timestamp>; 2]| {
            let portal = if next[LOCAL].is_some() && (next[FIRST].is_none() || next[LOCAL] < next[FIRST]) {
                LOCAL
            } else {
                FIRST
            };
            next[portal].filter(|at| *at < end).map(|at| (portal, at))
        };
        while let Some((portal, now)) = due(&self.next) {
            if self.cost.delivered > 0 {
                self.cost.polls_after += 1;
            } else {
                self.cost.polls += 1;
            }
            self.look(portal, now);
            self.next[portal] = match policy {
                Policy::Every(interval) => (self.cost.delivered == 0).then_some(now + *interval),
                Policy::Thinks(rhythm) => self.think(portal, now, rhythm),
            };
            let named = self.journey.number_shown.is_some_and(|shown| shown <= now);
            if portal == FIRST && named && self.timeline.legs.len() == 1 {
                self.find_local(now);
            }
            if matches!(policy, Policy::Every(_)) && self.cost.delivered > 0 {
                break;
            }
        }
        self.cost
    }

    /// Sees what the portal shows now.
    fn look(&mut self, portal: usize, now: Timestamp) {
        for (scan, known) in self.journey.scans.iter().zip(&mut self.known) {
            let shows = scan.shown[portal].is_some_and(|shown| shown <= now);
            if !shows || std::mem::replace(known, true) {
                continue;
            }
            if let Some(shown) = scan.first_shown().filter(|_| AWAITED.contains(&scan.status)) {
                // What was there before the person added the parcel is nobody's delay.
                let waited = now.duration_since(shown.max(self.journey.added));
                self.cost.delays.entry(scan.status).or_default().push(waited.as_secs_f64() / 60.0);
            }
            if scan.status == Status::Delivered {
                self.cost.delivered = 1;
            }
        }
    }

    /// The answer names the local carrier's number, or shows that a postal one has arrived: that carrier is polled at once.
    fn find_local(&mut self, now: Timestamp) {
        self.next[LOCAL] = Some(now);
        if self.journey.is_postal {
            let post =
                Post::at_destination(&self.journey.local_number, self.journey.parcel.country.expect("a destination"))
                    .expect("a postal number");
            return self.timeline.poll_local_post(LegNo(0), &post, now);
        }
        let mut leg = Leg::new(LegNo(1), self.journey.local_number.clone(), Role::HandOff, now);
        (leg.carrier, leg.state) = (CarrierId::new("local"), LegState::Active);
        leg.found_in = Some(LegNo(0));
        leg.country = self.journey.parcel.country;
        self.timeline.legs.push(leg);
    }

    /// Takes in the answer as the daemon does, and lets our rhythm decide.
    fn think(&mut self, portal: usize, now: Timestamp, rhythm: &PollSchedule) -> Option<Timestamp> {
        let no = if portal == FIRST { LegNo(0) } else { LegNo(1) };
        let report = report(self.journey, portal, now);
        if report.events.is_empty() {
            self.timeline.fail(no, Failure::new(FailureKind::NotFound, "not known yet"), now);
        } else {
            self.timeline.absorb(no, &report);
        }
        let journey = self.journey;
        let merged = merged_events(&self.timeline, &journey.parcel);
        let judged = assess(&self.timeline, &journey.parcel, &merged, &Norms::default(), &journey.zone, now);
        let situation = |leg| Situation {
            now,
            leg,
            timeline: &self.timeline,
            parcel_state: &judged.parcel_state,
            expected: judged.expected.as_ref(),
            poll_schedule: rhythm,
            gap: GAP,
            every: None,
            zone: &journey.zone,
        };
        let next = next_poll(situation(self.timeline.leg(no)?));
        let moved = std::mem::replace(&mut self.lead, judged.parcel_state.lead) != judged.parcel_state.lead;
        for other in self.timeline.legs.iter().filter(|leg| moved && leg.no != no) {
            self.next[1 - portal] = poll_sooner(situation(other)).at;
        }
        if self.cost.delivered == 0 {
            let phase = next.reason.phase().map_or_else(|| next.reason.to_string(), |phase| phase.key().to_owned());
            *self.cost.phases.entry(phase).or_default() += 1;
        }
        for (leg, planned) in self.timeline.legs.iter_mut().zip(self.next) {
            leg.plan(NextPoll { at: planned, ..leg.next_poll().clone() });
        }
        let at = next.at;
        if let Some(leg) = self.timeline.leg_mut(no) {
            leg.plan(next);
        }
        at
    }
}

/// What a portal answers now.
fn report(journey: &SimulatedTrip, portal: usize, now: Timestamp) -> Report {
    let shown: Vec<&Scan> =
        journey.scans.iter().filter(|scan| scan.shown[portal].is_some_and(|shown| shown <= now)).collect();
    let forecast = journey.forecasts.iter().rev().find(|told| told.portal == portal && told.shown <= now);
    Report {
        events: shown.into_iter().rev().map(event).collect(),
        window: forecast.map(|told| ToldWindow {
            earliest: Some(Moment::Date(told.days.0)),
            latest: Moment::Date(told.days.1),
            source: "carrier".to_owned(),
        }),
        ..Report::empty(now)
    }
}

fn event(scan: &Scan) -> Event {
    Event {
        moment: Some(Moment::Instant { at: scan.at, offset: jiff::tz::Offset::UTC }),
        status: scan.status,
        code: None,
        text: scan.status.title().to_owned(),
        translation: None,
        place: Some(Place { country: Some(scan.country), ..Place::default() }),
        facts: Facts::default(),
    }
}

fn words(delays: Vec<f64>) -> String {
    format!("{:.0} / {:.0} min", mean(&delays), p90(delays))
}

fn mean(delays: &[f64]) -> f64 {
    delays.iter().sum::<f64>() / delays.len().max(1) as f64
}

fn p90(mut delays: Vec<f64>) -> f64 {
    delays.sort_by(f64::total_cmp);
    delays.get(delays.len() * 9 / 10).copied().unwrap_or_default()
}
