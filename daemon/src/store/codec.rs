//! Types of `tracking` as JSON columns. `tracking` itself knows no serialization.

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{
    CarrierId, Choice, Class, Country, Facts, Failure, FailureKind, Leg, Moment, Outage, Parcel, ParcelId, Scope,
    Status, Summary, ToldWindow, TrackingNumber,
};
use serde::{Deserialize, Serialize};

use super::{Result, StoreError};

/// A value that only a newer or a broken program can have written.
pub(super) fn corrupt(what: &str, value: &str) -> StoreError {
    StoreError::Corrupt(format!("{value:?} is not a {what}"))
}

pub(super) fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("these types have text keys only, so they always serialize")
}

pub(super) fn from_json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(format!("{error} in {text:.80}")))
}

pub(super) fn facts_to_json(facts: &Facts) -> Option<String> {
    (!facts.is_empty()).then(|| to_json(&facts.iter().collect::<Vec<_>>()))
}

pub(super) fn facts_from_json(text: Option<&str>) -> Result<Facts> {
    match text {
        Some(text) => Ok(from_json::<Vec<(String, String)>>(text)?.into_iter().collect()),
        None => Ok(Facts::default()),
    }
}

/// A moment is kept as its text, and the zone hint of a clock beside it.
pub(super) fn moment_columns(moment: Option<&Moment>) -> (Option<String>, Option<&str>) {
    let zone = match moment {
        Some(Moment::Clock { zone, .. }) => zone.as_deref(),
        _ => None,
    };
    (moment.map(Moment::text), zone)
}

pub(super) fn moment_from(text: Option<&str>, zone: Option<String>) -> Result<Option<Moment>> {
    text.map(|text| Moment::parse(text, zone).ok_or_else(|| corrupt("moment", text))).transpose()
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct ParcelJson {
    label: String,
    numbers: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    marketplace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seller: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ordered: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postcode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    carrier: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hints: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ask_every_s: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

pub(super) fn parcel_to_json(parcel: &Parcel) -> String {
    to_json(&ParcelJson {
        label: parcel.label.clone(),
        numbers: parcel.numbers.iter().map(ToString::to_string).collect(),
        order: parcel.order.clone(),
        marketplace: parcel.marketplace.clone(),
        seller: parcel.seller.clone(),
        ordered: parcel.ordered.map(|date| date.to_string()),
        class: parcel.class.map(|class| class.key().to_owned()),
        origin: parcel.origin.map(|country| country.to_string()),
        country: parcel.country.map(|country| country.to_string()),
        postcode: parcel.postcode.clone(),
        recipient: parcel.recipient.clone(),
        carrier: parcel.carrier.as_ref().map(ToString::to_string),
        tags: parcel.tags.clone(),
        hints: pairs(&parcel.hints),
        ask_every_s: parcel.ask_every.map(|every| every.as_secs()),
        order_status: parcel.order_status.map(|status| status.key().to_owned()),
        note: parcel.note.clone(),
    })
}

pub(super) fn parcel_from_json(id: &str, text: &str) -> Result<Parcel> {
    let json: ParcelJson = from_json(text)?;
    let numbers =
        json.numbers.iter().map(|number| TrackingNumber::new(number).ok_or_else(|| corrupt("number", number)));
    Ok(Parcel {
        id: ParcelId::new(id).ok_or_else(|| corrupt("parcel id", id))?,
        label: json.label,
        numbers: numbers.collect::<Result<_>>()?,
        order: json.order,
        marketplace: json.marketplace,
        seller: json.seller,
        ordered: json.ordered.and_then(|date| date.parse().ok()),
        class: json.class.as_deref().and_then(Class::from_key),
        origin: json.origin.as_deref().and_then(Country::new),
        country: json.country.as_deref().and_then(Country::new),
        postcode: json.postcode,
        recipient: json.recipient,
        carrier: json.carrier.as_deref().and_then(CarrierId::new),
        tags: json.tags,
        hints: json.hints.into_iter().collect(),
        ask_every: json.ask_every_s.map(SignedDuration::from_secs),
        order_status: json.order_status.as_deref().and_then(Status::from_key),
        note: json.note,
    })
}

fn pairs(facts: &Facts) -> Vec<(String, String)> {
    facts.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What a leg's newest answer told beside events: rarely asked for, so it shares a column.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct ToldJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    outage: Option<OutageJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<(String, Option<String>, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<WindowJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facts: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    done: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[serde(rename = "last_resort")]
    is_aggregator: bool,
}

#[derive(Serialize, Deserialize)]
struct OutageJson {
    kind: String,
    scope: String,
    message: String,
    since_ms: i64,
    count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    http_status: Option<u16>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    needs: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    choices: Vec<((String, String), String)>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unsent: bool,
}

#[derive(Serialize, Deserialize)]
struct WindowJson {
    earliest: Option<String>,
    latest: String,
    source: String,
}

pub(super) fn told_to_json(leg: &Leg) -> String {
    to_json(&ToldJson {
        outage: leg.outage.as_ref().map(|outage| OutageJson {
            kind: outage.failure.kind.key().to_owned(),
            scope: outage.failure.scope.key().to_owned(),
            message: outage.failure.message.clone(),
            since_ms: super::ms(outage.since),
            count: outage.count,
            retry_after_s: outage.failure.retry_after.map(|after| after.as_secs()),
            http_status: outage.failure.http_status,
            needs: outage.failure.needs.clone(),
            choices: outage.failure.choices.iter().map(|choice| (choice.hint.clone(), choice.label.clone())).collect(),
            unsent: outage.failure.unsent,
        }),
        summary: leg
            .summary
            .as_ref()
            .map(|summary| (summary.status.key().to_owned(), summary.code.clone(), summary.text.clone())),
        window: leg.window.as_ref().map(|window| WindowJson {
            earliest: window.earliest.as_ref().map(Moment::text),
            latest: window.latest.text(),
            source: window.source.clone(),
        }),
        origin: leg.origin.map(|country| country.to_string()),
        destination: leg.destination.map(|country| country.to_string()),
        facts: pairs(&leg.facts),
        zone: leg.zone.clone(),
        done: leg.done,
        is_aggregator: leg.is_aggregator,
    })
}

/// Fills a leg with what [`told_to_json`] kept.
pub(super) fn told_from_json(text: &str, leg: &mut Leg) -> Result<()> {
    let json: ToldJson = from_json(text)?;
    leg.outage = json.outage.map(outage_from_json).transpose()?;
    leg.summary = json.summary.map(|(status, code, text)| Summary {
        status: Status::from_key(&status).unwrap_or(Status::Unknown),
        code,
        text,
    });
    leg.window = match json.window {
        Some(window) => Some(ToldWindow {
            earliest: moment_from(window.earliest.as_deref(), None)?,
            latest: Moment::parse(&window.latest, None).ok_or_else(|| corrupt("moment", &window.latest))?,
            source: window.source,
        }),
        None => None,
    };
    leg.is_aggregator = json.is_aggregator;
    leg.origin = json.origin.as_deref().and_then(Country::new);
    leg.destination = json.destination.as_deref().and_then(Country::new);
    leg.facts = json.facts.into_iter().collect();
    leg.zone = json.zone;
    leg.done = json.done;
    Ok(())
}

fn outage_from_json(json: OutageJson) -> Result<Outage> {
    let kind = FailureKind::from_key(&json.kind).ok_or_else(|| corrupt("failure kind", &json.kind))?;
    Ok(Outage {
        failure: Failure {
            kind,
            scope: Scope::from_key(&json.scope).unwrap_or(Scope::Parcel),
            message: json.message,
            retry_after: json.retry_after_s.map(SignedDuration::from_secs),
            http_status: json.http_status,
            needs: json.needs,
            choices: json.choices.into_iter().map(|(hint, label)| Choice { hint, label }).collect(),
            unsent: json.unsent,
        },
        since: Timestamp::from_millisecond(json.since_ms).map_err(|error| StoreError::Corrupt(error.to_string()))?,
        count: json.count,
    })
}
