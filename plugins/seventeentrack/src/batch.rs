//! What is done for the parcels of one question: stopped ones are restarted, known ones read, new ones registered, and
//! those that 17TRACK stopped by itself restarted, too.

use parcelwatch_plugin::http::{Reply, Request};
use parcelwatch_plugin::prelude::*;

use crate::envelope::{self, Verdict};
use crate::registration::{Registration, State};
use crate::request::{self, Act, Item};
use crate::{carriers, errors, numbers, record};

/// One parcel, and what became of it so far.
struct BatchItem<'a> {
    parcel: &'a Parcel,
    /// 17TRACK's number of the carrier, where the user named it.
    courier: Option<i64>,
    registration: Option<Registration>,
    found: Option<Result<Answer, Failure>>,
}

/// Tells what became of the parcels.
pub(crate) fn track(parcels: &[Parcel]) -> Vec<Outcome> {
    let mut batch = Batch { items: parcels.iter().map(BatchItem::of).map(BatchItem::checked).collect(), closed: None };
    batch.answer_probe();
    batch.restart();
    batch.read();
    batch.register();
    batch.restart_silent();
    batch.items.into_iter().map(BatchItem::outcome).collect()
}

/// Stops parcels that are no longer followed.
pub(crate) fn release(parcels: &[Parcel]) -> Vec<Outcome> {
    let mut batch = Batch { items: parcels.iter().map(BatchItem::of).collect(), closed: None };
    batch.stop();
    batch.items.into_iter().map(BatchItem::outcome).collect()
}

struct Batch<'a> {
    items: Vec<BatchItem<'a>>,
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

    /// Takes the verdict on a restart, and gives back one that is about something else.
    fn restarted(&mut self, verdict: Verdict) -> Option<Verdict> {
        match verdict {
            Verdict::Accepted(_) | Verdict::Rejected(errors::NOT_STOPPED) => self.heard_today(),
            Verdict::Rejected(errors::RESTARTED_BEFORE) => self.set(State::Ended),
            verdict => return Some(verdict),
        }
        None
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

    fn query(&self) -> Item<'a> {
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
    /// The items without an outcome that fit, and what is told of each.
    fn open(&self, fits: impl Fn(&BatchItem<'a>) -> bool) -> Vec<(usize, Item<'a>)> {
        self.items_that(|item| item.found.is_none() && fits(item))
    }

    fn items_that(&self, fit: impl Fn(&BatchItem<'a>) -> bool) -> Vec<(usize, Item<'a>)> {
        let items = self.items.iter().enumerate();
        items.filter(|(_, item)| fit(item)).map(|(index, item)| (index, item.query())).collect()
    }

    /// Does something with these items. The ones that were not even looked at have their failure, the others a verdict.
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
                asked.iter().for_each(|(index, _)| self.items[*index].fail(failure.clone()));
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
    fn answer_probe(&mut self) {
        let is_probe = |item: &BatchItem<'_>| item.parcel.hint("probe").is_some();
        if self.items.iter().any(is_probe) {
            let units = self.units_left();
            let found = units.map(|units| Answer { facts: vec![("quota".to_owned(), units)], ..Answer::default() });
            for item in self.items.iter_mut().filter(|item| is_probe(item)) {
                item.found = Some(found.clone());
            }
        }
    }

    /// Stopped parcels that are followed again.
    fn restart(&mut self) {
        let stopped = self.open(|item| item.is(State::Stopped));
        for (index, verdict) in self.perform(Act::Restart, stopped) {
            let item = &mut self.items[index];
            if let Some(verdict) = item.restarted(verdict) {
                item.refuse(verdict);
            }
        }
    }

    fn read(&mut self) {
        let registered = self.open(|item| item.registration.is_some());
        for (index, verdict) in self.perform(Act::Read, registered) {
            self.items[index].read(verdict);
        }
    }

    /// New parcels. What their carriers want to know of the recipient is told only once they asked for it.
    fn register(&mut self) {
        let mut begun = Vec::new();
        let mut known = false;
        let mut asked = self.open(|item| item.registration.is_none());
        while !asked.is_empty() {
            let mut wanting = Vec::new();
            let told_more = asked.iter().any(|(_, item)| item.param.is_some());
            for (index, verdict) in self.perform(Act::Register, std::mem::take(&mut asked)) {
                let item = &mut self.items[index];
                match verdict {
                    Verdict::Accepted(records) => {
                        let registration = Registration::new(records.first().and_then(|record| *record.carrier));
                        item.registration = Some(registration.heard_today());
                        begun.push(index);
                    }
                    Verdict::Rejected(errors::REGISTERED_ALREADY) => {
                        item.registration = Some(Registration::new(item.courier));
                        known = true;
                    }
                    Verdict::Rejected(code) if !told_more && item.hint(errors::wanted(code)).is_some() => {
                        wanting.push((index, Item { param: item.hint(errors::wanted(code)), ..item.query() }));
                    }
                    verdict => item.refuse(verdict),
                }
            }
            asked = wanting;
        }
        let units = if begun.is_empty() { None } else { self.units_left().ok() };
        for index in begun {
            let failure = errors::just_registered(self.items[index].number(), units.as_deref());
            self.items[index].fail(failure);
        }
        if known {
            self.read();
        }
    }

    /// Parcels without news for so long that 17TRACK may have stopped them by itself. What was read of them stays: a
    /// restart brings nothing at once, and one that fails is tried with the next question.
    fn restart_silent(&mut self) {
        let silent = self.items_that(BatchItem::may_be_stopped);
        for (index, verdict) in self.perform(Act::Restart, silent) {
            self.items[index].restarted(verdict);
        }
    }

    /// What 17TRACK no longer follows, or never did, is as good as stopped.
    fn stop(&mut self) {
        let followed = self.open(|item| item.is(State::Followed));
        for (index, verdict) in self.perform(Act::Stop, followed) {
            let item = &mut self.items[index];
            match verdict {
                Verdict::Accepted(_) | Verdict::Rejected(errors::STOPPED_ALREADY) => {
                    item.set(State::Stopped);
                    item.found = Some(Ok(Answer::default()));
                }
                verdict => item.refuse(verdict),
            }
        }
        for item in self.items.iter_mut().filter(|item| item.found.is_none()) {
            item.found = Some(Ok(Answer::default()));
        }
    }
}
