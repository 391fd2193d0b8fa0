//! Replies of our own making, and what they mean.

use parcelwatch_plugin::replay::Replay;

use super::*;

mod choice;
mod failures;
mod journeys;
mod recognition;
mod samples;
mod scans;
mod strange;

const TRACK: &str = "https://apis.fedex.com/track/v1/trackingnumbers";

fn replies(status: u16, body: &str) -> Replay<Fedex> {
    let mut replay = Replay::of();
    replay.on("POST", TRACK).reply(status, body);
    replay
}

fn ask(number: &str, body: &str) -> Result<Answer, Failure> {
    replies(200, body).track_one(number)
}

/// One line an event: status, time, place.
fn journey(answer: &Answer) -> Vec<String> {
    let line = |event: &Event| {
        let place = event.place.as_ref().map_or("-", |place| place.text.as_str());
        format!("{} | {} | {place}", event.status.key(), moment(event.moment.as_ref()))
    };
    answer.events.iter().map(line).collect()
}

fn moment(moment: Option<&Moment>) -> String {
    match moment {
        Some(Moment::Instant(text)) => format!("at {text}"),
        Some(Moment::Clock { at, zone }) => {
            format!("clock {at} {}", zone.as_deref().unwrap_or("")).trim_end().to_owned()
        }
        Some(Moment::Date(text)) => format!("on {text}"),
        None => "never".to_owned(),
    }
}

fn fact<'a>(facts: &'a [(String, String)], name: &str) -> Option<&'a str> {
    facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// An answer with stories under one number.
fn told(number: &str, stories: &str) -> String {
    format!(
        r#"{{"output": {{"completeTrackResults": [{{"trackingNumber": "{number}", "trackResults": [{stories}]}}]}}}}"#
    )
}
