//! From a shipment, as DHL tells it, to an answer.

use parcelwatch_plugin::prelude::*;

use crate::answer::{Shipment, StatusReport};
use crate::{Client, codes, facts, place};

/// References under which the parcel goes on, how sure that is, and what they are listed as.
const LOCAL_NUMBERS: &[(&str, u8, &str)] = &[
    ("local-tracking-number", 85, "the local tracking number"),
    ("domestic-consignment-id", 60, "the domestic consignment"),
];

impl Shipment {
    /// The unit's name; empty where DHL does not say.
    pub(crate) fn unit(&self) -> &str {
        self.service.as_deref().unwrap_or_default()
    }

    /// The number under which the company of the last mile has it.
    pub(crate) fn local_number(&self) -> Option<&str> {
        self.reference("local-tracking-number")
    }

    fn reference(&self, kind: &str) -> Option<&str> {
        self.references().iter().find(|reference| reference.kind.as_deref() == Some(kind))?.number.as_deref()
    }

    /// Everything DHL tells of it; `number` is the one that was asked.
    pub(crate) fn answer(&self, client: &Client, number: &str) -> Result<Answer, Failure> {
        let name = client.name;
        let summary = self.status.as_ref().map(|report| self.summary(report));
        let events = self.told_events();
        if events.is_empty() {
            match &summary {
                None => {
                    return Err(Failure::changed(format!(
                        "{name} names a shipment and tells neither a state nor an event of it"
                    )));
                }
                Some(summary) if is_before_any_scan(summary) => {
                    return Err(Failure::no_scan_yet(format!("{name} knows {number} and has not scanned it yet")));
                }
                Some(_) => {}
            }
        }
        let done = is_end(latest_known(&events));
        Ok(Answer {
            window: self.window().filter(|_| !done),
            handoffs: self.handoffs(client, number),
            origin: self.origin.as_ref().and_then(|origin| place::country(self.unit(), origin)),
            destination: self.destination_country(),
            facts: self.facts(),
            summary,
            ..Answer::of_known(events)
        })
    }

    fn goes_back(&self) -> bool {
        self.return_flag.as_deref() == Some("true")
    }

    pub(crate) fn destination_country(&self) -> Option<String> {
        place::country(self.unit(), self.destination.as_ref()?)
    }

    /// The events as DHL orders them, newest first. Supply Chain does not order them.
    fn told_events(&self) -> Vec<Event> {
        let mut events: Vec<Event> = self.events().iter().filter_map(|report| self.event(report)).collect();
        if self.unit() == "dsc" {
            events = newest_first(events);
        }
        let delivered = events.iter().position(|event| event.status == Status::Delivered);
        if let Some(index) = delivered.filter(|index| self.goes_back() && is_last_word(&events, *index)) {
            events[index].status = Status::Returned;
        }
        events
    }

    /// `None` for an entry that says nothing at all.
    fn event(&self, report: &StatusReport) -> Option<Event> {
        let meaning = codes::meaning(self.unit(), report);
        let text = words(self.unit(), report);
        let code = codes::code(self.unit(), report).map(str::to_owned);
        if text.is_empty() && code.is_none() {
            return None;
        }
        let event = Event {
            moment: report.moment(),
            code,
            translation: meaning.words.filter(|words| !words.eq_ignore_ascii_case(&text)).map(sentence),
            place: report.location.as_ref().and_then(|location| place::place(self.unit(), location)),
            ..Event::new(meaning.status, text)
        };
        let in_words = || facts::of(meaning.status, &[&event.text, event.translation.as_deref().unwrap_or_default()]);
        let fact = meaning.fact.or_else(in_words);
        Some(event.with(fact).with(report.next_steps.discreet().map(|next| ("next_steps", next))))
    }

    fn summary(&self, report: &StatusReport) -> Summary {
        let status = codes::state(self.unit(), report);
        let status = if self.goes_back() { back_at_sender(status) } else { status };
        Summary::new(status, codes::code(self.unit(), report), words(self.unit(), report))
    }

    fn window(&self) -> Option<Window> {
        // A midnight names a day here, in whatever zone it was written.
        let moment = |text: &Option<String>| civil::parse(text.as_deref()?).map(civil::date_at_midnight);
        let frame = self.estimated_delivery_time_frame.as_ref();
        let earliest = frame.and_then(|frame| moment(&frame.estimated_from));
        let latest = frame.and_then(|frame| moment(&frame.estimated_through));
        let latest = latest.or_else(|| moment(&self.estimated_time_of_delivery))?;
        Some(Window::new(earliest, latest))
    }

    /// Further numbers: the local one, and the one under which a return goes.
    fn handoffs(&self, client: &Client, number: &str) -> Vec<Handoff> {
        let mut found = Vec::new();
        for (kind, confidence, listed_as) in LOCAL_NUMBERS {
            let because = format!("{} lists it as {listed_as}", client.name);
            found.extend(self.reference(kind).map(|number| {
                Handoff::new(text::clean(number), Role::HandOff, *confidence, &because)
                    .at(self.provider().map(|provider| carrier(&provider)), self.destination_country())
            }));
        }
        let because = format!("{} notes it beside the return", client.name);
        let returned = self.events().iter().find_map(|report| self.return_number(client, report));
        found.extend(
            returned
                .map(|number| Handoff::new(number, Role::Return, 80, &because).at(Some(client.id.to_owned()), None)),
        );
        found.retain(|handoff| key(&handoff.number) != key(number));
        found
    }

    /// A return of the Benelux unit has a new number, which stands in the remark.
    fn return_number(&self, client: &Client, report: &StatusReport) -> Option<String> {
        let remark = report.remark.as_deref()?;
        if !matches!(codes::meaning(self.unit(), report).status, Status::Returning | Status::Returned) {
            return None;
        }
        let mut tokens = remark.split(|c: char| !c.is_ascii_alphanumeric());
        // Digits alone may be anything, a phone number too.
        let is_number = |token: &&str| {
            token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '3') && !(client.recognize)(token).is_empty()
        };
        tokens.find(|token| token.bytes().any(|b| b.is_ascii_uppercase()) && is_number(token)).map(str::to_owned)
    }

    fn facts(&self) -> Vec<(String, String)> {
        let details = self.details.as_ref();
        let weight = details.and_then(|details| details.weight.as_ref());
        let pieces = details.and_then(|details| *details.total_number_of_pieces);
        let estimate = self.estimated_time_of_delivery_remark.as_ref().and_then(text::non_empty);
        facts([
            ("service", self.service.0.clone()),
            ("product", self.product().filter(|name| !name.to_ascii_uppercase().starts_with("UNKNOWN"))),
            ("weight_g", weight.and_then(|weight| grams((*weight.value)?, weight.unit_text.as_deref()?))),
            ("pieces", pieces.filter(|pieces| (1.0..1e6).contains(pieces)).map(|pieces| format!("{pieces:.0}"))),
            ("last_mile", self.provider()),
            ("estimate", estimate.map(|estimate| text::discreet(&estimate))),
        ])
    }
}

impl StatusReport {
    /// As exact as DHL knows: Express and the German unit give the local clock without an offset, Global Forwarding
    /// also dates written as midnight.
    pub(crate) fn moment(&self) -> Option<Moment> {
        match civil::parse(self.timestamp.as_deref()?)? {
            instant @ Moment::Instant(_) => Some(instant),
            moment => Some(civil::date_at_midnight(moment)),
        }
    }
}

/// Whether a state without events tells of no scan. One that nobody knows tells of something.
fn is_before_any_scan(summary: &Summary) -> bool {
    match summary.status {
        Status::Registered => true,
        Status::Unknown => matches!(summary.code.as_deref(), None | Some("unknown" | "NO_INFO")),
        _ => false,
    }
}

/// The words of an event: its status and its description where the two differ, without people.
fn words(unit: &str, report: &StatusReport) -> String {
    let public = |text: &Option<String>| {
        let clean = text::clean(text.as_deref().unwrap_or_default());
        text::discreet(&clean)
    };
    let status = public(&report.status);
    // Beside the codes of the Benelux unit stand numbers and neighbours.
    if unit == "parcel-nl" && codes::is_code(unit, &status) {
        return status;
    }
    let mut description = public(&report.description);
    // Beside a bare "delivered" the vendor's own example has the name of a person.
    if codes::is_bare_delivered(&status) && !codes::is_known_beside_delivered(unit, &description) {
        description.clear();
    }
    let contains = |text: &str, part: &str| text.to_ascii_lowercase().contains(&part.to_ascii_lowercase());
    match (status.as_str(), description.as_str()) {
        (whole, part) if contains(whole, part) => status,
        (part, whole) if contains(whole, part) || codes::is_code(unit, part) => description,
        _ => format!("{status}: {description}"),
    }
}

/// The vendor's words as a sentence; those that its list cuts off end with an ellipsis.
fn sentence(words: &str) -> String {
    let cut = if words.chars().count() >= 70 { "…" } else { "" };
    let (first, rest) = words.split_at_checked(1).unwrap_or_default();
    format!("{}{rest}{cut}", first.to_ascii_uppercase())
}

/// Whether nothing after this event speaks of a way that goes on: a parcel that travels after its delivery was delivered
/// before it turned. Scans of the same day are told late.
fn is_last_word(events: &[Event], index: usize) -> bool {
    let is_of_that_day = |event: &Event| {
        let moments = events[index].moment.as_ref().zip(event.moment.as_ref());
        moments.and_then(|(delivered, told)| civil::days_between(delivered, told)) == Some(0)
    };
    events[..index].iter().all(|event| match event.status {
        Status::Unknown => true,
        Status::Returning | Status::Returned | Status::OutForDelivery => false,
        _ => is_of_that_day(event),
    })
}

/// In the order of time, of two at one time the further one as the later. Supply Chain writes UTC, so its texts sort as
/// its times do; an event without a time stays behind the one that was told before it.
fn newest_first(events: Vec<Event>) -> Vec<Event> {
    let mut before = (String::new(), Status::Unknown);
    let mut timed: Vec<((String, Status), Event)> = Vec::with_capacity(events.len());
    for event in events {
        if let Some(Moment::Instant(at) | Moment::Clock { at, .. } | Moment::Date(at)) = &event.moment {
            before = (at.trim_end_matches('Z').to_owned(), event.status);
        }
        timed.push((before.clone(), event));
    }
    timed.sort_by(|(one, _), (other, _)| other.cmp(one));
    timed.into_iter().map(|(_, event)| event).collect()
}

/// What was delivered under the flag of a return was delivered to its sender.
fn back_at_sender(status: Status) -> Status {
    match status {
        Status::Delivered => Status::Returned,
        status => status,
    }
}

/// The last mile's company as a carrier: DHL's own units are DHL.
fn carrier(provider: &str) -> String {
    let own = matches!(provider, "express" | "freight" | "ppl") || provider.starts_with("parcel-");
    if own { "dhl".to_owned() } else { text::clean(provider) }
}

/// What two ways of writing one number have in common: a piece id is told with one J or two, an SSCC with or without
/// its leading zeros.
pub(crate) fn key(number: &str) -> String {
    let plain = number.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    plain.trim_start_matches(['J', '0']).to_owned()
}
