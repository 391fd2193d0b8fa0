//! The state machine of a parcel's legs: which carrier is polled about which number, and what begins or ends that. A leg that
//! becomes active is polled at once; one that is not active is not polled.

use std::collections::HashSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::carriers::{CONFIDENCE_ASKED_MIN, Candidate, Circumstances, Post, recognize};
use crate::record::{HandOff, Leg, LegNo, LegState, NextPoll, PollReason, Role, Timeline};
use crate::vocabulary::{CarrierId, Parcel, TrackingNumber};

/// A number found in an answer may lead to another number, and that to a third: no real journey has more.
const HANDOFF_DEPTH_MAX: usize = 3;
/// More numbers than this in one parcel are a carrier's mistake, or an attack.
const LEGS_MAX: usize = 24;
/// A new number is often unknown for one or two days: 24 to 48 h are usual between "shipped" and the first status.
const ACTIVATION: SignedDuration = SignedDuration::from_hours(48);
/// Nearly all postal parcels go on with the post of the country; some are given to a courier.
const LOCAL_POST_CONFIDENCE: u8 = 80;

impl Leg {
    /// Polls it at once, as urgently as it was planned.
    fn poll_at_once(&mut self, now: Timestamp, reason: PollReason) {
        self.plan(NextPoll { at: Some(now), urgency: self.next_poll().urgency, reason });
    }

    pub(crate) fn activate(&mut self, now: Timestamp, reason: PollReason) {
        self.state = LegState::Active;
        self.poll_at_once(now, reason);
    }

    /// Ends its polls; why it was polled last stays known.
    fn deactivate(&mut self, state: LegState) {
        self.state = state;
        self.plan(NextPoll { at: None, ..self.next_poll().clone() });
    }

    /// Takes in what its plugin wants back with the next poll. Where the leg was released while the carrier answered the poll
    /// that was sent with `sent`, that stands.
    pub fn polled(&mut self, sent: Option<&[u8]>, cursor: Option<Vec<u8>>, now: Timestamp) {
        self.last_asked_at = Some(now);
        if self.cursor.as_deref() == sent {
            self.held = cursor.is_some();
            self.cursor = cursor;
        }
    }

    /// Takes in that its carrier was told to let go of what it holds for it. Where it was polled meanwhile, that answer stands.
    pub fn released(&mut self, sent: Option<&[u8]>, cursor: Option<Vec<u8>>, still_held: bool) {
        if self.cursor.as_deref() == sent {
            self.held = still_held;
            self.cursor = cursor;
        }
    }
}

impl Timeline {
    /// Adds the numbers of the config that the parcel does not have yet, and retires those that were taken out.
    pub fn reconcile(&mut self, parcel: &Parcel, now: Timestamp) {
        let local_posts = self.local_posts();
        for number in &parcel.numbers {
            let mut known = false;
            let legs = self.legs.iter_mut().filter(|leg| leg.number == *number);
            for leg in legs.filter(|leg| !local_posts.contains(&leg.no)) {
                known = true;
                leg.role = Role::Given;
                if leg.state == LegState::Retired {
                    leg.state = LegState::NoCarrier;
                }
            }
            if !known {
                let mut leg = Leg::new(self.next_leg(), number.clone(), Role::Given, now);
                leg.because = "given in the config".to_owned();
                self.legs.push(leg);
            }
        }
        for leg in self.legs.iter_mut().filter(|leg| leg.role == Role::Given) {
            if !parcel.numbers.contains(&leg.number) {
                leg.deactivate(LegState::Retired);
            }
        }
        let is_retired = |leg: &Leg| leg.role == Role::Given && leg.state == LegState::Retired;
        let retired: Vec<TrackingNumber> =
            self.legs.iter().filter(|leg| is_retired(leg)).map(|leg| leg.number.clone()).collect();
        for leg in self.legs.iter_mut().filter(|leg| local_posts.contains(&leg.no)) {
            match (retired.contains(&leg.number), leg.state) {
                (true, LegState::Active) => leg.deactivate(LegState::Retired),
                (false, LegState::Retired) => leg.activate(now, PollReason::LocalPost),
                _ => {}
            }
        }
    }

    fn local_posts(&self) -> HashSet<LegNo> {
        self.legs.iter().filter(|leg| self.is_local_post(leg)).map(|leg| leg.no).collect()
    }

    /// The numbers that want a carrier: those without one, those whose carrier the user chose anew, and those of which nobody has
    /// reported anything, since a plugin that came since may know more. `chosen` is the user's carrier, where a plugin serves it.
    pub fn numbers_without_carrier(&self, chosen: Option<&CarrierId>) -> Vec<TrackingNumber> {
        let wants = |number: &TrackingNumber| {
            let legs = || self.legs.iter().filter(|leg| leg.number == *number && !self.is_local_post(leg));
            let is_reported = |leg: &Leg| leg.confirmed || self.has_events(leg.no);
            let is_followed = |leg: &Leg| matches!(leg.state, LegState::Active | LegState::NoCarrier);
            let is_chosen = |leg: &Leg| leg.state == LegState::Active && leg.carrier.as_ref() == chosen;
            legs().any(|leg| leg.state == LegState::NoCarrier)
                || (legs().any(is_followed) && !legs().any(is_reported))
                || (chosen.is_some() && legs().any(|leg| leg.role == Role::Given) && !legs().any(is_chosen))
        };
        let mut numbers: Vec<TrackingNumber> = self.legs.iter().map(|leg| leg.number.clone()).collect();
        numbers.dedup();
        numbers.retain(wants);
        numbers
    }

    /// Gives a number the carriers whose it could be, by what their plugins say.
    pub fn choose_carriers(
        &mut self,
        parcel: &Parcel,
        number: &TrackingNumber,
        opinions: Vec<Candidate>,
        ask_max: usize,
        now: Timestamp,
    ) {
        let chosen = parcel.carrier.as_ref().filter(|_| parcel.numbers.contains(number));
        let leg = self.legs.iter().find(|leg| leg.number == *number);
        let named = leg.and_then(|leg| leg.carrier_name.clone());
        let destination = self.destination(parcel);
        let recognition =
            recognize(opinions, Circumstances { carrier: chosen, named: named.as_deref(), destination, ask_max });
        if let Some(chosen) = chosen {
            self.prefer(number, chosen);
        }
        for no in self.assign(number, &recognition.candidates, recognition.ask, now, &PollReason::New) {
            if let Some(leg) = self.leg_mut(no) {
                leg.confirmed = chosen.is_some() && leg.carrier.as_ref() == chosen;
            }
        }
        self.choose_active_carrier(number, now);
    }

    /// The user's word is final: the other carriers of the number are not polled any more.
    fn prefer(&mut self, number: &TrackingNumber, chosen: &CarrierId) {
        let local_posts = self.local_posts();
        let legs = self.legs.iter_mut().filter(|leg| leg.number == *number && leg.state == LegState::Active);
        let legs = legs.filter(|leg| !local_posts.contains(&leg.no));
        for leg in legs.filter(|leg| leg.carrier.as_ref() != Some(chosen)) {
            leg.deactivate(LegState::Dormant);
        }
    }

    /// The post that delivers a postal number where the parcel goes, and the leg of the one that issued it; `None` once it has a
    /// leg of its own, whatever became of that, and for legs that are not followed.
    pub fn unpolled_local_post(&self, parcel: &Parcel) -> Option<(LegNo, Post)> {
        let destination = self.destination(parcel)?;
        let legs = self.legs.iter().filter(|leg| matches!(leg.state, LegState::Active | LegState::NoCarrier));
        let posts = legs.filter_map(|leg| Some((leg, Post::at_destination(&leg.number, destination)?)));
        let is_known = |leg: &Leg, post: &Post| {
            let same = |other: &&Leg| other.number == leg.number && other.carrier.as_ref() == Some(&post.carrier);
            self.legs.iter().filter(same).any(|other| other.state != LegState::Dormant)
        };
        posts.filter(|(leg, post)| !is_known(leg, post)).map(|(leg, post)| (leg.no, post)).next()
    }

    /// Polls the destination's post about a number of the leg `no` beside the carrier that has it: the number is the same.
    pub fn poll_local_post(&mut self, no: LegNo, post: &Post, now: Timestamp) {
        let Some(issued) = self.leg(no) else { return };
        let mut leg = Leg::new(self.next_leg(), issued.number.clone(), Role::HandOff, now);
        let guess = self.legs.iter().position(|other| {
            other.number == leg.number
                && other.carrier.as_ref() == Some(&post.carrier)
                && other.state == LegState::Dormant
        });
        leg.carrier = Some(post.carrier.clone());
        leg.carrier_name = Some(post.name.clone());
        leg.country = Some(post.country);
        leg.confidence = LOCAL_POST_CONFIDENCE;
        leg.checksum = Some(true);
        leg.found_in = Some(no);
        leg.because = "a postal number is the same at the post of the country it goes to".to_owned();
        leg.activate(now, PollReason::LocalPost);
        match guess {
            Some(index) => {
                leg.no = self.legs[index].no;
                self.legs[index] = leg;
            }
            None if self.legs.len() < LEGS_MAX => self.legs.push(leg),
            None => {}
        }
    }

    /// Whether a leg is the destination's post under a number that another post issued. It is polled beside that one, not in
    /// its place.
    pub fn is_local_post(&self, leg: &Leg) -> bool {
        leg.found_in.and_then(|no| self.leg(no)).is_some_and(|issued| issued.number == leg.number)
    }

    /// Gives a number that an answer named its carriers; none where it has one.
    pub fn hand_over(
        &mut self,
        parcel: &Parcel,
        handoff: &HandOff,
        opinions: Vec<Candidate>,
        ask_max: usize,
        now: Timestamp,
        reason: &PollReason,
    ) {
        let waits =
            |leg: &Leg| leg.number == handoff.number && leg.carrier.is_none() && leg.state == LegState::NoCarrier;
        if !self.legs.iter().any(waits) {
            return;
        }
        let destination = handoff.country.or_else(|| self.destination(parcel));
        let circumstances = Circumstances { carrier: None, named: handoff.carrier.as_deref(), destination, ask_max };
        let recognition = recognize(opinions, circumstances);
        self.assign(&handoff.number, &recognition.candidates, recognition.ask, now, reason);
    }

    /// Adds a leg for a number found in an answer, unless the parcel has it already.
    pub(super) fn follow(&mut self, found_in: LegNo, handoff: &HandOff, now: Timestamp) -> Option<LegNo> {
        if let Some(known) = self.legs.iter_mut().find(|leg| leg.number == handoff.number) {
            // A later answer may name the carrier of a number we have.
            if known.carrier_name.is_none() && known.no != found_in {
                known.carrier_name.clone_from(&handoff.carrier);
            }
            return None;
        }
        if self.legs.len() >= LEGS_MAX {
            return None;
        }
        let no = self.next_leg();
        let mut leg = Leg::new(no, handoff.number.clone(), handoff.role, now);
        leg.found_in = Some(found_in);
        leg.confidence = handoff.confidence;
        leg.because.clone_from(&handoff.because);
        leg.carrier_name.clone_from(&handoff.carrier);
        leg.country = handoff.country;
        if self.depth(found_in) >= HANDOFF_DEPTH_MAX {
            leg.state = LegState::Refused;
            leg.because =
                format!("{}; not followed: it is the {}th number in a row", leg.because, HANDOFF_DEPTH_MAX + 1);
        }
        self.legs.push(leg);
        Some(no)
    }

    /// How many hand-offs led to a leg.
    fn depth(&self, no: LegNo) -> usize {
        let mut depth = 0;
        let mut at = self.leg(no);
        while let Some(leg) = at {
            at = leg.found_in.and_then(|from| self.leg(from));
            depth += 1;
            if depth > self.legs.len() {
                break;
            }
        }
        depth
    }

    fn next_leg(&self) -> LegNo {
        LegNo(self.legs.iter().map(|leg| leg.no.0 + 1).max().unwrap_or(0))
    }

    /// Gives the numbers without a carrier the carriers that could be theirs, best first; the first `ask` of them are
    /// polled. Returns the legs to poll. What an aggregator named is not asked of one: it reports the whole parcel under
    /// the number that it was given, and would charge a second time. Nor is another number for a stretch that is reported.
    pub fn assign(
        &mut self,
        number: &TrackingNumber,
        candidates: &[Candidate],
        ask: usize,
        now: Timestamp,
        reason: &PollReason,
    ) -> Vec<LegNo> {
        let Some(first) = self.legs.iter().position(|leg| leg.number == *number) else { return Vec::new() };
        let named_by = self.legs[first].found_in.and_then(|no| self.leg(no));
        let is_reported = named_by.is_some_and(|leg| leg.is_aggregator) || self.legs[first].role == Role::Partner;
        let mut started = Vec::new();
        for (rank, candidate) in candidates.iter().filter(|c| !(is_reported && c.is_aggregator)).enumerate() {
            let Some(index) = self.leg_for(first, candidate) else { break };
            let leg = &mut self.legs[index];
            leg.carrier = Some(candidate.carrier.clone());
            leg.confidence = candidate.confidence;
            leg.checksum = candidate.checksum;
            leg.is_aggregator = candidate.is_aggregator;
            leg.country = leg.country.or(candidate.country);
            if !matches!(leg.state, LegState::NoCarrier | LegState::Dormant | LegState::Retired) {
                continue;
            }
            if rank < ask {
                leg.activate(now, reason.clone());
                started.push(leg.no);
            } else {
                leg.state = LegState::Dormant;
            }
        }
        started
    }

    /// The leg of the number of the leg `first` with this carrier, a new one where it has none; `None` where there are too many.
    fn leg_for(&mut self, first: usize, candidate: &Candidate) -> Option<usize> {
        let model = &self.legs[first];
        let known = self.legs.iter().position(|leg| {
            leg.number == model.number && leg.carrier.as_ref().is_none_or(|carrier| *carrier == candidate.carrier)
        });
        if known.is_some() || self.legs.len() >= LEGS_MAX {
            return known;
        }
        let mut leg = Leg::new(self.next_leg(), model.number.clone(), model.role, model.added_at);
        leg.because.clone_from(&model.because);
        leg.found_in = model.found_in;
        leg.carrier_name.clone_from(&model.carrier_name);
        leg.country = model.country;
        self.legs.push(leg);
        Some(self.legs.len() - 1)
    }

    /// Once a carrier has reported a parcel, the others that only might have been it are no longer polled; and when no carrier
    /// polled can report anything, the next one is. Returns the legs that are now to be polled.
    pub fn choose_active_carrier(&mut self, number: &TrackingNumber, now: Timestamp) -> Vec<LegNo> {
        let local_posts = self.local_posts();
        let competes = |leg: &Leg| leg.number == *number && !local_posts.contains(&leg.no);
        if self.legs.iter().any(|leg| competes(leg) && self.has_events(leg.no)) {
            let told: HashSet<LegNo> = self.events.iter().map(|seen| seen.leg).collect();
            for leg in self.legs.iter_mut().filter(|leg| competes(leg) && leg.state == LegState::Active) {
                if !leg.confirmed && !told.contains(&leg.no) && leg.outage.is_some() {
                    leg.deactivate(LegState::Dormant);
                }
            }
            return Vec::new();
        }
        let active = || self.legs.iter().filter(|leg| competes(leg) && leg.state == LegState::Active);
        if !active().all(is_polled_in_vain) {
            return Vec::new();
        }
        let may_pay = active().max_by_key(|leg| leg.confidence).is_none_or(|leg| is_worth_paying(leg, now));
        let next = self.legs.iter_mut().filter(|leg| competes(leg) && leg.state == LegState::Dormant);
        let next = next.filter(|leg| match leg.is_aggregator {
            true => may_pay,
            false => leg.confidence >= CONFIDENCE_ASKED_MIN,
        });
        // Nobody pays for a poll while another carrier can be asked for nothing.
        let next = next.max_by_key(|leg| (!leg.is_aggregator, leg.confidence));
        next.map(|leg| {
            leg.activate(now, PollReason::OthersInVain);
            leg.no
        })
        .into_iter()
        .collect()
    }

    fn has_events(&self, no: LegNo) -> bool {
        self.events.iter().any(|seen| seen.leg == no)
    }

    /// The user says that a number is with this carrier. False where there is no such leg.
    pub fn confirm(&mut self, no: LegNo, now: Timestamp) -> bool {
        let Some(leg) = self.leg_mut(no) else { return false };
        leg.confirmed = true;
        match leg.carrier {
            Some(_) => leg.activate(now, PollReason::Confirmed),
            None => leg.deactivate(LegState::NoCarrier),
        }
        true
    }

    /// The user says that a number, or its carrier, is wrong; the next best guess takes its place. False where there is no such
    /// leg.
    pub fn reject(&mut self, no: LegNo, now: Timestamp) -> bool {
        let Some(leg) = self.leg_mut(no) else { return false };
        leg.confirmed = false;
        leg.deactivate(LegState::Rejected);
        let number = leg.number.clone();
        let next = self.legs.iter_mut().filter(|leg| leg.number == number && leg.state == LegState::Dormant);
        if let Some(next) = next.max_by_key(|leg| leg.confidence) {
            next.activate(now, PollReason::OtherRejected);
        }
        true
    }

    /// Stops following a number that was found, guessed or named by a partner, when all its carrier reports is older than the
    /// parcel.
    pub fn refuse_reused(&mut self, parcel: &Parcel) {
        let own: HashSet<LegNo> = self.journey(parcel).map(|seen| seen.leg).collect();
        let reused: Vec<(LegNo, Option<Date>)> = self
            .legs
            .iter()
            .filter(|leg| leg.role != Role::Given && leg.state == LegState::Active && !own.contains(&leg.no))
            .filter(|leg| self.has_events(leg.no))
            .map(|leg| (leg.no, self.newest_day(leg.no)))
            .collect();
        for (no, newest) in reused {
            if let Some(leg) = self.leg_mut(no) {
                leg.deactivate(LegState::Refused);
                let newest = newest.map_or_else(String::new, |date| format!(", its newest scan of {date}"));
                leg.because =
                    format!("{}; refused: all its carrier tells is older than this parcel{newest}", leg.because);
            }
        }
    }

    /// A key or a hint that was missing may be there now: what waited for the user is polled at once.
    pub fn wake_waiting(&mut self, now: Timestamp) {
        let waits = |leg: &Leg| leg.outage.as_ref().is_some_and(|outage| outage.failure.kind.needs_person());
        for leg in self.legs.iter_mut().filter(|leg| leg.state == LegState::Active && waits(leg)) {
            leg.poll_at_once(now, PollReason::ConfigChanged);
        }
    }
}

/// Whether a carrier can report nothing of its number: it is closed to us, or said so more than once.
fn is_polled_in_vain(leg: &Leg) -> bool {
    leg.outage.as_ref().is_some_and(|outage| {
        let kind = outage.failure.kind;
        kind.leads_elsewhere() || (kind.is_answer() && outage.count > 1)
    })
}

/// Whether the likeliest carrier of a number is closed to us, or has not known it for longer than a number takes to be known.
fn is_worth_paying(leg: &Leg, now: Timestamp) -> bool {
    leg.outage
        .as_ref()
        .is_some_and(|outage| outage.failure.kind.leads_elsewhere() || now.duration_since(outage.since) >= ACTIVATION)
}

#[cfg(test)]
mod tests;
