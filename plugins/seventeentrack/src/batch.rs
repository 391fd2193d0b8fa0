//! What is done for the parcels of one question: stopped ones are restarted, known ones read, new ones registered, and
//! those that 17TRACK stopped by itself restarted, too.

use parcelwatch_plugin::http::{Reply, Request};
use parcelwatch_plugin::prelude::*;

use crate::envelope::{self, Verdict};
use crate::registration::{Registration, State};
use crate::request::{self, Act, Item};
use crate::{carriers, errors, numbers, record};

/// One parcel on the desk.
struct BatchItem<'a> {
    parcel: &'a Parcel,
    /// 17TRACK's number of the carrier, where the user named it.
    courier: Option<i64>,
    registration: Option<Registration>,
    found: Option<Result<Answer, Failure>>,
}

/// Tells what became of the parcels.
pub(crate) fn track(parcels: &[Parcel]) -> Vec<Outcome> {
    let mut batch = Batch { cases: parcels.iter().map(BatchItem::of).map(BatchItem::checked).collect(), closed: None };
    batch.look_at_the_account();
    batch.restart();
    batch.read();
    batch.register();
    batch.revive();
    batch.cases.into_iter().map(BatchItem::outcome).collect()
}

/// Stops parcels that are no longer followed.
pub(crate) fn release(parcels: &[Parcel]) -> Vec<Outcome> {
    let mut batch = Batch { cases: parcels.iter().map(BatchItem::of).collect(), closed: None };
    batch.stop();
    batch.cases.into_iter().map(BatchItem::outcome).collect()
}

struct Batch<'a> {
    cases: Vec<BatchItem<'a>>,
    /// A refusal that every further question would meet, too.
    closed: Option<Failure>,
}

impl<'a> BatchItem<'a> {
    fn of(parcel: &'a Parcel) -> Self {
        Self { parcel, courier: None, registration: Registration::of(parcel), found: None }
    }

    /// A question that may have its answer before it is asked: 17TRACK would not take it.
    fn checked(self) -> Self {
        if !numbers::is_askable(self.number()) {
            return Self { found: Some(Err(numbers::invalid(self.number()))), ..self };
        }
        match carriers::named(self.parcel) {
            Ok(courier) => Self { courier, ..self },
            Err(failure) => Self { found: Some(Err(failure)), ..self },
        }
    }

    fn number(&self) -> &'a str {
        &self.parcel.number
    }

    fn is(&self, state: State) -> bool {
        self.registration.as_ref().is_some_and(|registration| registration.state == state)
    }

    fn set(&mut self, state: State) {
        if let Some(registration) = &mut self.registration {
            registration.state = state;
        }
    }

    /// 17TRACK said that it looks for news.
    fn heard_today(&mut self) {
        self.registration = self.registration.take().map(Registration::heard_today);
    }

    /// Whether 17TRACK looks for no more news, by what was read of it.
    fn may_be_stopped(&self) -> bool {
        let latest = match &self.found {
            Some(Ok(answer)) if answer.done => return false,
            Some(Ok(answer)) if record::has_expired(answer) => None,
            Some(Ok(answer)) => answer.events.iter().find_map(|event| event.moment.as_ref()),
            Some(Err(failure)) if errors::is_silence(failure) => None,
            Some(Err(_)) | None => return false,
        };
        self.registration.as_ref().is_some_and(|registration| registration.may_be_stopped(latest))
    }

    fn item(&self) -> Item<'a> {
        let carrier = self.registration.as_ref().and_then(|registration| registration.carrier).or(self.courier);
        Item { number: self.number(), carrier, param: None }
    }

    /// The first of these hints that the user gave.
    fn hint(&self, wanted: &[&str]) -> Option<&'a str> {
        wanted.iter().find_map(|name| self.parcel.hint(name))
    }

    /// What was found stays, whatever fails after it.
    fn fail(&mut self, failure: Failure) {
        self.found.get_or_insert(Err(failure));
    }

    /// Takes what a reading tells.
    fn read(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Accepted(records) => self.found = Some(record::answer(records, self.number())),
            verdict => self.refuse(verdict),
        }
    }

    /// Takes a rejection. What is gone at 17TRACK is forgotten here, too, and so registered anew.
    fn refuse(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Rejected(errors::NOT_REGISTERED) if self.registration.is_some() => self.registration = None,
            Verdict::Rejected(code) => self.fail(errors::of_one(code, self.number())),
            Verdict::Accepted(_) | Verdict::Missing => self.fail(errors::left_out(self.number())),
        }
    }

    fn outcome(self) -> Outcome {
        let (number, is_ended) = (self.number(), self.is(State::Ended));
        let mut found = self.found.unwrap_or_else(|| Err(errors::left_out(number)));
        if let Ok(answer) = &mut found
            && is_ended
            && !answer.done
        {
            let ended = "17TRACK looks for no more news: it was stopped before, and restarts a number only once";
            answer.facts.push(("tracking".to_owned(), ended.to_owned()));
        }
        // What was registered stays remembered, whatever else failed; what is gone is forgotten.
        Outcome { cursor: self.registration.map(Registration::cursor), ..self.parcel.outcome(found) }
    }
}

impl<'a> Batch<'a> {
    /// The cases without an outcome that fit, and what is told of each.
    fn open(&self, fits: impl Fn(&BatchItem<'a>) -> bool) -> Vec<(usize, Item<'a>)> {
        self.items_that(|case| case.found.is_none() && fits(case))
    }

    fn items_that(&self, fit: impl Fn(&BatchItem<'a>) -> bool) -> Vec<(usize, Item<'a>)> {
        let cases = self.cases.iter().enumerate();
        cases.filter(|(_, case)| fit(case)).map(|(index, case)| (index, case.item())).collect()
    }

    /// Does something with these cases. The ones that were not even looked at have their failure, the others a verdict.
    /// Two parcels may have one number, which is told once.
    fn perform(&mut self, act: Act, asked: Vec<(usize, Item<'a>)>) -> Vec<(usize, Verdict)> {
        if asked.is_empty() {
            return Vec::new();
        }
        let mut items: Vec<Item<'_>> = Vec::new();
        for (_, item) in &asked {
            if !items.iter().any(|known| known.is_same(item)) {
                items.push(*item);
            }
        }
        let told = act.request(&items).and_then(|request| self.send(request));
        match told.and_then(|reply| envelope::sorted(&reply).map_err(|failure| self.note(failure))) {
            Ok(sorted) => asked.iter().map(|(index, item)| (*index, sorted.verdict(item))).collect(),
            Err(failure) => {
                asked.iter().for_each(|(index, _)| self.cases[*index].fail(failure.clone()));
                Vec::new()
            }
        }
    }

    fn send(&mut self, request: Request) -> Result<Reply, Failure> {
        match &self.closed {
            Some(failure) => Err(failure.clone()),
            None => request.send().map_err(|fault| self.note(Failure::from(fault))),
        }
    }

    fn note(&mut self, failure: Failure) -> Failure {
        if failure.concerns_all() {
            self.closed = Some(failure.clone());
        }
        failure
    }

    /// What the account has left, for people.
    fn units_left(&mut self) -> Result<String, Failure> {
        let reply = self.send(request::quota())?;
        envelope::units_left(&reply).map_err(|failure| self.note(failure))
    }

    /// A question whether the key works is answered without registering a number, which would cost a unit.
    fn look_at_the_account(&mut self) {
        let is_probe = |case: &BatchItem<'_>| case.parcel.hint("probe").is_some();
        if self.cases.iter().any(is_probe) {
            let units = self.units_left();
            let found = units.map(|units| Answer { facts: vec![("quota".to_owned(), units)], ..Answer::default() });
            for case in self.cases.iter_mut().filter(|case| is_probe(case)) {
                case.found = Some(found.clone());
            }
        }
    }

    /// Stopped parcels that are followed again.
    fn restart(&mut self) {
        let stopped = self.open(|case| case.is(State::Stopped));
        for (index, verdict) in self.perform(Act::Restart, stopped) {
            let case = &mut self.cases[index];
            match verdict {
                Verdict::Accepted(_) | Verdict::Rejected(errors::NOT_STOPPED) => case.heard_today(),
                Verdict::Rejected(errors::RESTARTED_BEFORE) => case.set(State::Ended),
                verdict => case.refuse(verdict),
            }
        }
    }

    fn read(&mut self) {
        let registered = self.open(|case| case.registration.is_some());
        for (index, verdict) in self.perform(Act::Read, registered) {
            self.cases[index].read(verdict);
        }
    }

    /// New parcels. What their carriers want to know of the recipient is told only once they asked for it.
    fn register(&mut self) {
        let mut begun = Vec::new();
        let mut known = false;
        let mut asked = self.open(|case| case.registration.is_none());
        while !asked.is_empty() {
            let mut wanting = Vec::new();
            let told_more = asked.iter().any(|(_, item)| item.param.is_some());
            for (index, verdict) in self.perform(Act::Register, std::mem::take(&mut asked)) {
                let case = &mut self.cases[index];
                match verdict {
                    Verdict::Accepted(records) => {
                        let registration = Registration::new(records.first().and_then(|record| *record.carrier));
                        case.registration = Some(registration.heard_today());
                        begun.push(index);
                    }
                    Verdict::Rejected(errors::REGISTERED_ALREADY) => {
                        case.registration = Some(Registration::new(case.courier));
                        known = true;
                    }
                    Verdict::Rejected(code) if !told_more && case.hint(errors::wanted(code)).is_some() => {
                        wanting.push((index, Item { param: case.hint(errors::wanted(code)), ..case.item() }));
                    }
                    verdict => case.refuse(verdict),
                }
            }
            asked = wanting;
        }
        let units = if begun.is_empty() { None } else { self.units_left().ok() };
        for index in begun {
            let failure = errors::just_registered(self.cases[index].number(), units.as_deref());
            self.cases[index].fail(failure);
        }
        if known {
            self.read();
        }
    }

    /// Parcels without news for so long that 17TRACK may have stopped them by itself. What was read of them stays: a
    /// restart brings nothing at once, and one that fails is tried with the next question.
    fn revive(&mut self) {
        let silent = self.items_that(BatchItem::may_be_stopped);
        for (index, verdict) in self.perform(Act::Restart, silent) {
            let case = &mut self.cases[index];
            match verdict {
                Verdict::Accepted(_) | Verdict::Rejected(errors::NOT_STOPPED) => case.heard_today(),
                Verdict::Rejected(errors::RESTARTED_BEFORE) => case.set(State::Ended),
                Verdict::Rejected(_) | Verdict::Missing => {}
            }
        }
    }

    /// What 17TRACK no longer follows, or never did, is as good as stopped.
    fn stop(&mut self) {
        let followed = self.open(|case| case.is(State::Followed));
        for (index, verdict) in self.perform(Act::Stop, followed) {
            let case = &mut self.cases[index];
            match verdict {
                Verdict::Accepted(_) | Verdict::Rejected(errors::STOPPED_ALREADY) => {
                    case.set(State::Stopped);
                    case.found = Some(Ok(Answer::default()));
                }
                verdict => case.refuse(verdict),
            }
        }
        for case in self.cases.iter_mut().filter(|case| case.found.is_none()) {
            case.found = Some(Ok(Answer::default()));
        }
    }
}
