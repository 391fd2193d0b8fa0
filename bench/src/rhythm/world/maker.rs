//! Makes one journey, step by step.

use fastrand::Rng;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{Class, Country, Parcel, ParcelId, Stage, Status, TrackingNumber};

use super::{FIRST, Forecast, LOCAL, NEW_PARCELS_DAYS, Scan, SimulatedTrip, begin};

/// How long the stretches of a class take, in days: the shortest and the longest that is not an accident.
struct Stretches {
    label: (f64, f64),
    origin: (f64, f64),
    haul: (f64, f64),
    customs: (f64, f64),
    /// From the hand-off to the day of delivery.
    local: (f64, f64),
}

fn stretches(class: Class) -> Stretches {
    let s = |label, origin, haul, customs, local| Stretches { label, origin, haul, customs, local };
    match class {
        Class::Economy => s((0.5, 4.0), (3.0, 9.0), (8.0, 26.0), (1.0, 7.0), (1.5, 6.0)),
        Class::Standard => s((0.3, 3.0), (1.5, 5.0), (3.0, 9.0), (0.5, 4.0), (1.0, 4.0)),
        Class::Express => s((0.2, 1.0), (0.8, 2.0), (1.2, 3.5), (0.1, 1.5), (0.5, 1.5)),
        Class::Warehouse => s((0.2, 1.0), (0.5, 1.5), (0.8, 2.5), (0.1, 0.5), (0.5, 1.5)),
        Class::Combined => s((0.3, 1.5), (1.5, 2.5), (2.5, 4.5), (0.3, 1.5), (0.8, 2.0)),
        Class::Remote => s((0.3, 3.0), (2.0, 5.0), (7.0, 18.0), (1.0, 5.0), (2.0, 8.0)),
    }
}

/// How soon a portal shows what was scanned.
#[derive(Clone, Copy)]
enum Lag {
    /// Between so many minutes.
    Minutes(f64, f64),
    /// Published together, every so many minutes.
    Batches(i64),
}

/// Makes one journey, step by step.
pub(super) struct Maker<'a> {
    rng: &'a mut Rng,
    parcel: Parcel,
    zone: TimeZone,
    origin: Country,
    destination: Country,
    class: Class,
    local_number: TrackingNumber,
    lags: [Lag; 2],
    /// Milestones only, and no local portal.
    sparse: bool,
    is_postal: bool,
    /// The first portal repeats what the local carrier tells.
    mirrored: bool,
    scans: Vec<Scan>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(rng: &'a mut Rng, n: usize) -> Self {
        let class = match rng.u32(..100) {
            0..40 => Class::Standard,
            40..60 => Class::Economy,
            60..72 => Class::Combined,
            72..82 => Class::Express,
            82..92 => Class::Warehouse,
            _ => Class::Remote,
        };
        let (origin, destination) = match class {
            Class::Warehouse => ("PL", ["FR", "DE", "ES", "IT"][rng.usize(..4)]),
            Class::Remote => ("CN", ["BR", "CL", "ZA", "NZ"][rng.usize(..4)]),
            _ => ("CN", ["FR", "DE", "ES", "PL", "GB", "US", "IL", "AU"][rng.usize(..8)]),
        };
        let country = |code: &str| Country::new(code).expect("two letters");
        let (origin, destination) = (country(origin), country(destination));
        let number = TrackingNumber::new(&format!("LP{n:010}CN")).expect("a number");
        let id = ParcelId::new(&format!("p{n}")).expect("an id");
        let parcel = Parcel {
            numbers: vec![number],
            class: Some(class),
            origin: Some(origin),
            country: Some(destination),
            ..Parcel::new(id, format!("Parcel {n}"))
        };
        let first_lag = match rng.u32(..10) {
            0..5 => Lag::Minutes(5.0, 40.0),
            5..9 => Lag::Minutes(30.0, 240.0),
            _ => Lag::Batches(360),
        };
        let local_lag = match rng.u32(..10) {
            0..6 => Lag::Minutes(0.0, 10.0),
            6..9 => Lag::Batches(60),
            _ => Lag::Minutes(60.0, 180.0),
        };
        let sparse = class == Class::Economy && rng.bool();
        // By number, so that all else in this world is as it was.
        let is_postal =
            matches!(class, Class::Economy | Class::Standard | Class::Remote) && n.is_multiple_of(4) && !sparse;
        let mirrored = rng.bool();
        Self {
            parcel,
            zone: destination.zone().unwrap_or(TimeZone::UTC),
            origin,
            destination,
            class,
            local_number: TrackingNumber::new(&format!("LOCAL{n:08}")).expect("a number"),
            lags: [first_lag, local_lag],
            sparse,
            is_postal,
            mirrored,
            scans: Vec::new(),
            rng,
        }
    }

    pub(super) fn make(mut self) -> SimulatedTrip {
        let stretches = stretches(self.class);
        let label = begin() + days(self.rng.f64() * NEW_PARCELS_DAYS);
        let added = label + hours(self.between(1.0, 40.0));
        self.at_origin(label, &stretches);
        // A few parcels are never heard of again.
        let lost = self.chance(2);
        if !lost {
            let handed = self.import(&stretches);
            self.last_mile(handed, &stretches);
        }
        let forecasts = self.forecasts();
        let named = self.number_shown();
        let number_shown = if self.is_postal { self.arrival_shown() } else { named };
        if self.is_postal {
            let issued = format!("RB{}CN", s10(self.local_number.as_str()));
            self.local_number = TrackingNumber::new(&issued).expect("a number");
            self.parcel.numbers = vec![self.local_number.clone()];
        }
        self.scans.sort_by_key(|scan| scan.at);
        SimulatedTrip {
            parcel: self.parcel,
            local_number: self.local_number,
            zone: self.zone,
            added,
            scans: self.scans,
            forecasts,
            number_shown,
            is_postal: self.is_postal,
        }
    }

    /// Since when the first portal shows that it is in the country.
    fn arrival_shown(&self) -> Option<Timestamp> {
        let is_there = |scan: &&Scan| scan.status.stage().is_some_and(Stage::is_at_destination);
        self.scans.iter().filter(is_there).filter_map(|scan| scan.shown[FIRST]).min()
    }

    fn at_origin(&mut self, label: Timestamp, stretches: &Stretches) {
        let shanghai = self.origin.zone().unwrap_or(TimeZone::UTC);
        self.tell(Status::Registered, label, FIRST);
        let picked_up = label + self.stretch(stretches.label);
        let accepted = self.next_clock(&shanghai, picked_up, 9.0, 21.0);
        self.tell(Status::Accepted, accepted, FIRST);
        let departed = accepted + self.stretch(stretches.origin);
        if !self.sparse {
            let steps = [
                (Status::OriginProcessing, 0.15),
                (Status::ArrivedAtSorting, 0.3),
                (Status::LeftSorting, 0.45),
                (Status::ExportCustoms, 0.6),
                (Status::HandedToAirline, 0.8),
            ];
            for (status, share) in steps {
                let share = share + self.between(-0.06, 0.06);
                self.tell(status, accepted + part(departed.duration_since(accepted), share), FIRST);
            }
        }
        self.tell(Status::DepartedOrigin, departed, FIRST);
    }

    /// From the landing to the local carrier's door; says when it got there.
    fn import(&mut self, stretches: &Stretches) -> Timestamp {
        let departed = self.scans.last().map_or(begin(), |scan| scan.at);
        let mut haul = self.stretch(stretches.haul);
        if self.chance(5) {
            haul *= 2;
        }
        let arrived = departed + haul;
        self.tell(Status::ArrivedDestination, arrived, FIRST);
        let mut cleared = arrived + self.stretch(stretches.customs);
        if self.chance(4) {
            self.tell(Status::CustomsHold, cleared, FIRST);
            cleared += days(self.between(2.0, 9.0));
        }
        // Some customs offices clear by hand, and by day; most do it by machine, whenever the data are there.
        if self.chance(50) {
            let zone = self.zone.clone();
            cleared = self.next_clock(&zone, cleared, 8.0, 18.0);
        }
        if !self.sparse {
            let share = self.between(0.05, 0.5);
            self.tell(Status::ImportCustoms, arrived + part(cleared.duration_since(arrived), share), FIRST);
            self.tell(Status::CustomsCleared, cleared, FIRST);
        }
        let driven = cleared + hours(self.between(2.0, 30.0));
        let handed = self.truck_clock(driven);
        if !self.sparse || self.chance(60) {
            self.tell(Status::HandedToLocal, handed, FIRST);
        }
        handed
    }

    fn last_mile(&mut self, handed: Timestamp, stretches: &Stretches) {
        let portal = if self.sparse { FIRST } else { LOCAL };
        if !self.sparse && self.chance(40) {
            let announced = self.scans.iter().find(|scan| scan.status == Status::DepartedOrigin).map(|scan| scan.at);
            let at = announced.map_or(handed, |at| at + hours(self.between(2.0, 30.0)));
            self.tell(Status::Registered, at, LOCAL);
        }
        let ready = handed + self.stretch(stretches.local);
        if !self.sparse {
            let mut at = handed + hours(self.between(1.0, 8.0));
            let stops = 1 + self.rng.usize(..3);
            for _ in 0..stops {
                at = self.truck_clock(at);
                if at >= ready {
                    break;
                }
                self.tell(Status::LocalProcessing, at, LOCAL);
                at += hours(self.between(6.0, 24.0));
            }
        }
        let depot = self.scans.last().map_or(ready, |scan| scan.at.max(ready));
        let delivered = match self.rng.u32(..100) {
            0..8 => self.missed_first(depot, portal),
            8..20 => self.by_pickup(depot, portal),
            _ => {
                let van = self.van(depot, portal);
                self.doorbell(van)
            }
        };
        self.tell(Status::Delivered, delivered, portal);
    }

    fn missed_first(&mut self, depot: Timestamp, portal: usize) -> Timestamp {
        let van = self.van(depot, portal);
        let failed = self.doorbell(van);
        self.tell_detail(Status::DeliveryFailed, failed, portal);
        if self.chance(60) {
            let van = self.van(failed + hours(10.0), portal);
            return self.doorbell(van);
        }
        let ready = failed + hours(self.between(2.0, 20.0));
        self.collected(ready, portal)
    }

    fn by_pickup(&mut self, depot: Timestamp, portal: usize) -> Timestamp {
        let van = self.van(depot, portal);
        let ready = self.doorbell(van);
        self.collected(ready, portal)
    }

    fn collected(&mut self, ready: Timestamp, portal: usize) -> Timestamp {
        self.tell_detail(Status::AvailableForPickup, ready, portal);
        let zone = self.zone.clone();
        let patience = days(self.between(0.05, 3.0));
        self.next_clock(&zone, ready + patience, 9.0, 20.0)
    }

    /// The morning on which it leaves; no vans on Sundays.
    fn van(&mut self, from: Timestamp, portal: usize) -> Timestamp {
        let zone = self.zone.clone();
        let hour = 6.0 + (self.rng.f64() + self.rng.f64()) * 2.25;
        let mut van = clock(&zone, from, hour);
        while van < from || van.to_zoned(zone.clone()).weekday() == Weekday::Sunday {
            let tomorrow = van.to_zoned(zone.clone()).date().tomorrow().expect("a date in range");
            van = on(&zone, tomorrow, hour);
        }
        self.tell_detail(Status::OutForDelivery, van, portal);
        van
    }

    /// When the van comes by: an hour to nine after it left, and not at night.
    fn doorbell(&mut self, van: Timestamp) -> Timestamp {
        let at = van + hours(self.between(1.0, 9.0));
        at.min(clock(&self.zone, van, 20.5)).max(van + hours(0.5))
    }

    fn tell_detail(&mut self, status: Status, at: Timestamp, portal: usize) {
        if !self.sparse {
            self.tell(status, at, portal);
        }
    }

    fn tell(&mut self, status: Status, at: Timestamp, portal: usize) {
        let mut shown = [None, None];
        shown[portal] = Some(self.shown(at, portal));
        if portal == LOCAL && self.mirrored && matches!(status, Status::OutForDelivery | Status::Delivered) {
            let copied = at + hours(self.between(1.0, 6.0));
            shown[FIRST] = Some(self.shown(copied, FIRST));
        }
        let abroad = status < Status::ArrivedDestination;
        let country = if abroad && portal == FIRST { self.origin } else { self.destination };
        self.scans.push(Scan { status, at, country, shown });
    }

    fn shown(&mut self, at: Timestamp, portal: usize) -> Timestamp {
        match self.lags[portal] {
            Lag::Minutes(from, to) => at + hours(self.between(from, to) / 60.0),
            Lag::Batches(minutes) => {
                let step = minutes * 60;
                let second = (at.as_second() + 300).div_euclid(step) * step + step;
                Timestamp::from_second(second).unwrap_or(at)
            }
        }
    }

    /// Half of the first portals guess a window when they have it, and again when it has landed; half of the local ones
    /// name the day, and most of these are right.
    fn forecasts(&mut self) -> Vec<Forecast> {
        let mut forecasts = Vec::new();
        let shown = |scans: &[Scan], status, portal: usize| {
            scans.iter().find(|scan| scan.status == status).and_then(|scan| scan.shown[portal])
        };
        let Some(arrives) = self.scans.iter().rev().find(|scan| {
            matches!(scan.status, Status::OutForDelivery | Status::AvailableForPickup | Status::Delivered)
        }) else {
            return forecasts;
        };
        let day = arrives.at.to_zoned(self.zone.clone()).date();
        let first_tells = self.rng.bool();
        let local_tells = self.rng.bool();
        let rounds = [(Status::Accepted, FIRST, 4, (2, 3)), (Status::ArrivedDestination, FIRST, 2, (1, 2))];
        for (status, portal, error, (before, after)) in rounds {
            let off = self.rng.i64(-error..=error);
            if let Some(shown) = shown(&self.scans, status, portal).filter(|_| first_tells) {
                let guess = shift(day, off);
                forecasts.push(Forecast { portal, shown, days: (shift(guess, -before), shift(guess, after)) });
            }
        }
        let off = if self.chance(80) { 0 } else { self.rng.i64(-1..=1) };
        if let Some(shown) = shown(&self.scans, Status::LocalProcessing, LOCAL).filter(|_| local_tells) {
            let guess = shift(day, off);
            forecasts.push(Forecast { portal: LOCAL, shown, days: (guess, guess) });
        }
        forecasts
    }

    /// A quarter name the local number at departure, a third at arrival, the rest with the hand-off.
    fn number_shown(&mut self) -> Option<Timestamp> {
        let status = match self.rng.u32(..12) {
            0..3 => Status::DepartedOrigin,
            3..7 => Status::ArrivedDestination,
            _ => Status::HandedToLocal,
        };
        if self.sparse {
            return None;
        }
        self.scans.iter().find(|scan| scan.status == status).and_then(|scan| scan.shown[FIRST])
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(..100) < percent
    }

    fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.rng.f64()
    }

    /// Most are quick, some are not.
    fn stretch(&mut self, (from, to): (f64, f64)) -> SignedDuration {
        days(from + (to - from) * self.rng.f64().powf(1.5))
    }

    /// Trucks and belts run round the clock, and most of all at night.
    fn truck_clock(&mut self, from: Timestamp) -> Timestamp {
        let zone = self.zone.clone();
        if self.chance(40) { self.next_clock(&zone, from, 20.0, 30.0) } else { from }
    }

    /// The next time the clock stands between two hours, if it does not already; 30 is six in the morning after.
    fn next_clock(&mut self, zone: &TimeZone, from: Timestamp, opens: f64, closes: f64) -> Timestamp {
        let local = from.to_zoned(zone.clone());
        let hour = f64::from(local.hour()) + f64::from(local.minute()) / 60.0;
        if (opens..closes).contains(&hour) || (opens..closes).contains(&(hour + 24.0)) {
            return from;
        }
        let chosen = self.between(opens, closes);
        let at = clock(zone, from, chosen);
        if at >= from { at } else { at + days(1.0) }
    }
}

/// This hour of the day on which `day` falls.
fn clock(zone: &TimeZone, day: Timestamp, hour: f64) -> Timestamp {
    on(zone, day.to_zoned(zone.clone()).date(), hour)
}

fn on(zone: &TimeZone, date: Date, hour: f64) -> Timestamp {
    let midnight = date.to_zoned(zone.clone()).expect("a date in range").timestamp();
    midnight + hours(hour)
}

fn shift(day: Date, days: i64) -> Date {
    day.checked_add(SignedDuration::from_hours(24 * days)).expect("a date in range")
}

fn part(span: SignedDuration, share: f64) -> SignedDuration {
    SignedDuration::from_secs((span.as_secs() as f64 * share) as i64)
}

fn hours(hours: f64) -> SignedDuration {
    SignedDuration::from_secs((hours * 3600.0) as i64)
}

pub(super) fn days(days: f64) -> SignedDuration {
    hours(24.0 * days)
}

/// The digits of a postal number, with their check digit.
fn s10(number: &str) -> String {
    let digits = &number[number.len() - 8..];
    let weighed = digits.bytes().zip([8, 6, 4, 2, 3, 5, 9, 7]).map(|(digit, weight)| u32::from(digit - b'0') * weight);
    let check = match 11 - weighed.sum::<u32>() % 11 {
        10 => 0,
        11 => 5,
        check => check,
    };
    format!("{digits}{check}")
}
