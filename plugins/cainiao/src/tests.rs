//! Values in, values out. The replies are of our own making, after the form of recorded ones.

mod failures;
mod journey;
mod recognition;
mod recordings;
mod strange;

use parcelwatch_plugin::replay::Replay;

use super::*;

/// The address of a question about these numbers.
fn address(numbers: &str) -> String {
    format!("https://global.cainiao.com/global/detail.json?mailNos={}&lang=en-US", numbers.replace(',', "%2C"))
}

/// What Cainiao tells of one number when it answers with this body.
fn told(number: &str, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<Cainiao>::of();
    replay.on("GET", &address(number)).reply(200, body);
    replay.track_one(number)
}

/// An answer about one number with one event of this code, for a parcel to this country.
fn scanned(code: &str, country: &str) -> Event {
    let body = serde_json::json!({ "success": true, "module": [{
        "mailNo": "LP00700000000017",
        "destCountry": country,
        "detailList": [{ "timeStr": "2026-11-20 09:00:00", "timeZone": "GMT+8", "actionCode": code }],
    }]});
    told("LP00700000000017", &body.to_string()).expect("an event").events.remove(0)
}

/// An event in one line: clock and hint, status, code, words and what they mean, place.
fn line(event: &Event) -> String {
    let moment = match &event.moment {
        Some(Moment::Clock { at, zone }) => format!("{at} {}", zone.as_deref().unwrap_or("-")),
        other => format!("{other:?}"),
    };
    let code = event.code.as_deref().unwrap_or("-");
    let mut line = format!("{moment} | {} {code} | {}", event.status.key(), event.text);
    if let Some(translation) = &event.translation {
        line.push_str(&format!(" = {translation}"));
    }
    if let Some(place) = &event.place {
        line.push_str(&format!(" @ {}", place.text));
    }
    line
}
