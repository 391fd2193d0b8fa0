//! A plugin's answer as the daemon takes it in.

use jiff::Timestamp;
use parcelwatch_plugin as sdk;
use parcelwatch_tracking::{
    Country, Event, Facts, Failure, HandOff, Moment, Place, Report, Role, Summary, ToldWindow, TrackingNumber,
};

/// All that an answer says.
pub(crate) fn report(answer: sdk::Answer, zone: Option<String>, now: Timestamp) -> Report {
    Report {
        events: answer.events.into_iter().map(event).collect(),
        summary: answer.summary.map(|told| Summary { status: told.status, code: told.code, text: told.text }),
        window: answer.window.and_then(|told| {
            let earliest = told.earliest.and_then(moment);
            Some(ToldWindow { earliest, latest: moment(told.latest)?, source: told.source })
        }),
        handoffs: answer.handoffs.into_iter().filter_map(handoff).collect(),
        origin: country(answer.origin),
        destination: country(answer.destination),
        facts: facts(answer.facts),
        zone,
        done: answer.done,
        ..Report::empty(now)
    }
}

/// Why there is none.
pub(crate) fn failure(told: sdk::Failure) -> Failure {
    let usual = Failure::new(told.kind, told.message);
    Failure { scope: told.scope, http_status: told.http_status, needs: told.needs, ..usual }
}

fn event(told: sdk::Event) -> Event {
    Event {
        moment: told.moment.and_then(moment),
        status: told.status,
        code: told.code.map(|code| sdk::text::plain(&code)).filter(|code| !code.is_empty()),
        text: sdk::text::plain(&told.text),
        translation: told.translation,
        place: told.place.map(|place| Place {
            text: sdk::text::plain(&place.text),
            country: country(place.country),
            locality: place.locality,
            postcode: place.postcode,
        }),
        facts: facts(told.facts),
    }
}

fn moment(told: sdk::Moment) -> Option<Moment> {
    match told {
        sdk::Moment::Instant(text) => Moment::instant(&text),
        sdk::Moment::Clock { at, zone } => Moment::clock(&at, zone),
        sdk::Moment::Date(text) => Moment::date(&text),
    }
}

fn handoff(told: sdk::Handoff) -> Option<HandOff> {
    let number = TrackingNumber::new(&told.number)?;
    let role = if told.role.key() == "last_mile" { Role::HandOff } else { told.role };
    let (carrier, country) = (told.carrier, country(told.country));
    Some(HandOff { number, carrier, country, role, confidence: told.confidence, because: told.because })
}

fn country(code: Option<String>) -> Option<Country> {
    code.as_deref().and_then(Country::new)
}

fn facts(told: Vec<(String, String)>) -> Facts {
    told.into_iter().collect()
}
