//! What the merchant interface says of one number: now in one list of scans, in 2017 in two. Of the old form there is a
//! recording; nobody asks for it any more, and it is read where an answer has it.

use parcelwatch_plugin::prelude::*;
use serde::{Deserialize, Deserializer};

use crate::{codes, not_found, scan};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Entry {
    tracking_number: json::Text,
    waybill_number: json::Text,
    /// The local carrier's.
    exchange_number: json::Text,
    tracking_status: json::Text,
    origin_country: json::Text,
    destination_country: json::Text,
    /// Newest first.
    checkpoints: json::List<Checkpoint>,

    // Of 2017, both lists oldest first. The state is 0 when there was nothing.
    yanwen_number: json::Text,
    state: json::Text,
    destin_country: json::Text,
    #[serde(deserialize_with = "listed")]
    origin_items: Option<Vec<Checkpoint>>,
    #[serde(deserialize_with = "listed")]
    destin_items: Option<Vec<Checkpoint>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Checkpoint {
    time_stamp: json::Text,
    /// Of 2017, with an offset.
    timestamp: json::Text,
    time_zone: json::Text,
    tracking_status: json::Text,
    message: json::Text,
    location: json::Text,
    is_last_mile_checkpoint: json::Text,
}

/// A list that is there but null is an empty one: that is how the interface says that it found nothing. A list that is not
/// there at all is another form.
pub(crate) fn listed<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    json::List::deserialize(deserializer).map(|list| Some(list.0.unwrap_or_default()))
}

impl Entry {
    pub(crate) fn is_of_2017(&self) -> bool {
        self.origin_items.is_some() || self.destin_items.is_some()
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let names = [&self.tracking_number, &self.waybill_number, &self.exchange_number, &self.yanwen_number];
        names.into_iter().flatten().map(|name| name.trim())
    }

    pub(crate) fn is_nameless(&self) -> bool {
        self.names().next().is_none()
    }

    pub(crate) fn is_about(&self, number: &str) -> bool {
        self.names().any(|name| name.eq_ignore_ascii_case(number))
    }

    /// How many scans it tells.
    pub(crate) fn fullness(&self) -> usize {
        let lists = [&self.checkpoints, &self.origin_items, &self.destin_items];
        lists.into_iter().flatten().map(Vec::len).sum()
    }

    pub(crate) fn answer(&self, number: &str) -> Result<Answer, Failure> {
        let (events, summary) = (self.events(), self.summary());
        let destination =
            self.destination_country.as_deref().or(self.destin_country.as_deref()).and_then(scan::country);
        let local = self.exchange_number.as_deref().unwrap_or_default();
        let handoff = scan::handoff(local, number, destination.clone());
        let has_stage = summary.as_ref().is_some_and(|summary| summary.status != Status::Unknown);
        // A stage and the local carrier's number are worth an answer without a scan: with the number, that carrier can
        // be asked.
        if events.is_empty() && !has_stage && handoff.is_none() {
            return Err(nothing_told(summary.as_ref(), number));
        }
        Ok(Answer {
            summary,
            handoffs: handoff.into_iter().collect(),
            origin: self.origin_country.as_deref().and_then(scan::country),
            destination,
            ..Answer::of(events)
        })
    }

    /// Newest first. Of the old lists the destination's comes before the origin's: they overlap, and no clock can be
    /// trusted to sort one into the other.
    fn events(&self) -> Vec<Event> {
        let new = self.checkpoints.iter().flatten().map(Checkpoint::event);
        // All old clocks carry the offset of China. At the origin that is a good hint; beside the clocks of American scans
        // it was wrong by half a day, so there is none.
        let destination = self.destin_items.iter().flatten().rev().map(|item| item.old_event(None));
        let origin = self.origin_items.iter().flatten().rev().map(|item| item.old_event(Some("+08:00")));
        new.chain(destination).chain(origin).collect()
    }

    /// The stage of the parcel, which shows that the number is known even where there is no scan.
    fn summary(&self) -> Option<Summary> {
        let now = self.tracking_status.as_deref().map(|code| (code.trim(), codes::STAGES));
        let old = || self.state.as_deref().map(|code| (code.trim(), codes::OLD_STATES));
        let (code, table) = now.or_else(old).filter(|(code, _)| *code != "0")?;
        Some(table.summary(code, ""))
    }
}

/// An unknown number can come as an entry without scans.
fn nothing_told(summary: Option<&Summary>, number: &str) -> Failure {
    match summary {
        None => not_found(number),
        Some(_) => Failure::inconclusive(format!(
            "Yanwen tells of {number} only a code that this plugin does not know; it is asked again"
        )),
    }
}

impl Checkpoint {
    fn event(&self) -> Event {
        let code = self.tracking_status.trimmed();
        let words = scan::words(self.message.as_deref().unwrap_or_default());
        let status = codes::status(code, codes::words(&words));
        Event {
            moment: self.moment(status),
            code: code.map(str::to_owned),
            place: self.location.as_deref().and_then(scan::place),
            ..Event::new(status, words.clone())
        }
        .with(codes::fact(status, &words))
    }

    fn moment(&self, status: Status) -> Option<Moment> {
        let moment = civil::with_offset(self.time_stamp.as_deref()?, self.time_zone.as_deref())?;
        let by_local = matches!(self.is_last_mile_checkpoint.as_deref(), Some("1" | "true"));
        Some(if by_local || scan::is_at_destination(Some(status)) { scan::doubt(moment) } else { moment })
    }

    fn old_event(&self, zone: Option<&str>) -> Event {
        let moment = self.timestamp.moment();
        Event { moment: moment.map(|moment| civil::distrust(moment, zone)), ..self.event() }
    }
}
