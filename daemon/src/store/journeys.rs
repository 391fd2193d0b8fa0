//! What the person's own finished parcels teach: one journey for each that has arrived.

use jiff::SignedDuration;
use jiff::civil::Date;
use parcelwatch_tracking::{CarrierId, Class, CompletedTrip, Country, ParcelId, Stage, StageStay};
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::codec::{corrupt, from_json, to_json};
use super::{Result, Tx, View};

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct JourneyJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_carrier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_carrier: Option<String>,
    shipped: String,
    stages: Vec<StayJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_window: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_window: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct StayJson {
    stage: String,
    stay_s: i64,
    silence_s: i64,
}

impl View<'_> {
    /// The journeys of all parcels that have arrived, the oldest delivery first.
    pub fn journeys(&self) -> Result<Vec<CompletedTrip>> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.id, j.delivered, j.journey FROM journeys j JOIN parcels p ON p.pk = j.parcel
             ORDER BY j.delivered, j.parcel",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.map(|row| {
            let (id, delivered, text): (String, String, String) = row?;
            journey_from(&id, &delivered, &text)
        })
        .collect()
    }
}

impl Tx<'_> {
    /// Keeps the journey of a parcel that has arrived; `None` takes away that of one that has not. True when either was news.
    pub fn save_journey(&self, parcel: i64, journey: Option<&CompletedTrip>) -> Result<bool> {
        let changed = match journey {
            Some(journey) => self
                .connection
                .prepare_cached(
                    "INSERT INTO journeys (parcel, delivered, journey) VALUES (?1, ?2, ?3)
                     ON CONFLICT (parcel) DO UPDATE SET delivered = ?2, journey = ?3
                     WHERE delivered <> ?2 OR journey <> ?3",
                )?
                .execute(params![parcel, journey.delivered.to_string(), journey_to_json(journey)])?,
            None => {
                self.connection.prepare_cached("DELETE FROM journeys WHERE parcel = ?1")?.execute(params![parcel])?
            }
        };
        if changed > 0 {
            self.touch_journeys();
        }
        Ok(changed > 0)
    }
}

fn journey_to_json(journey: &CompletedTrip) -> String {
    let stay = |stay: &StageStay| StayJson {
        stage: stay.stage.key().to_owned(),
        stay_s: stay.stay.as_secs(),
        silence_s: stay.silence.as_secs(),
    };
    to_json(&JourneyJson {
        class: journey.class.map(|class| class.key().to_owned()),
        origin: journey.origin.map(|country| country.to_string()),
        destination: journey.destination.map(|country| country.to_string()),
        first_carrier: journey.first_carrier.as_ref().map(ToString::to_string),
        last_carrier: journey.last_carrier.as_ref().map(ToString::to_string),
        shipped: journey.shipped.to_string(),
        stages: journey.stages.iter().map(stay).collect(),
        first_window: journey.first_window.map(|day| day.to_string()),
        last_window: journey.last_window.map(|day| day.to_string()),
    })
}

fn journey_from(id: &str, delivered: &str, text: &str) -> Result<CompletedTrip> {
    let json: JourneyJson = from_json(text)?;
    let day = |text: &str| text.parse::<Date>().map_err(|_| corrupt("date", text));
    let stay = |stay: &StayJson| {
        Some(StageStay {
            // A stage that only a newer program knows teaches this one nothing.
            stage: Stage::from_key(&stay.stage)?,
            stay: SignedDuration::from_secs(stay.stay_s),
            silence: SignedDuration::from_secs(stay.silence_s),
        })
    };
    Ok(CompletedTrip {
        parcel: ParcelId::new(id).ok_or_else(|| corrupt("parcel id", id))?,
        class: json.class.as_deref().and_then(Class::from_key),
        origin: json.origin.as_deref().and_then(Country::new),
        destination: json.destination.as_deref().and_then(Country::new),
        first_carrier: json.first_carrier.as_deref().and_then(CarrierId::new),
        last_carrier: json.last_carrier.as_deref().and_then(CarrierId::new),
        shipped: day(&json.shipped)?,
        delivered: day(delivered)?,
        stages: json.stages.iter().filter_map(stay).collect(),
        first_window: json.first_window.as_deref().map(day).transpose()?,
        last_window: json.last_window.as_deref().map(day).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn journey(id: &str) -> CompletedTrip {
        CompletedTrip {
            parcel: ParcelId::new(id).expect("an id"),
            class: Some(Class::Standard),
            origin: Country::new("CN"),
            destination: Country::new("FR"),
            first_carrier: CarrierId::new("cainiao"),
            last_carrier: None,
            shipped: jiff::civil::date(2026, 11, 1),
            delivered: jiff::civil::date(2026, 11, 15),
            stages: vec![StageStay {
                stage: Stage::LineHaul,
                stay: SignedDuration::from_hours(200),
                silence: SignedDuration::from_hours(90),
            }],
            first_window: Some(jiff::civil::date(2026, 11, 14)),
            last_window: Some(jiff::civil::date(2026, 11, 16)),
        }
    }

    #[tokio::test]
    async fn a_journey_reads_back_is_written_once_and_goes_when_the_delivery_was_wrong() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(&folder.path().join("test.db"), crate::clock::Clock::system()).expect("a store");
        let revision = || store.revision().borrow().journeys;
        let saved = |kept: Option<CompletedTrip>| {
            store.write(move |tx| {
                let parcel = parcelwatch_tracking::Parcel::new(ParcelId::new("lamp").expect("an id"), "Lamp");
                tx.describe_parcel(&parcel, jiff::Timestamp::UNIX_EPOCH)?;
                let pk = tx.parcel_record(&parcel.id)?.expect("it was described").row.pk;
                tx.save_journey(pk, kept.as_ref())
            })
        };
        assert!(!saved(None).await.expect("a change"));
        assert!(saved(Some(journey("lamp"))).await.expect("a change"));
        assert!(!saved(Some(journey("lamp"))).await.expect("a change"));
        assert_eq!(revision(), 1);
        assert_eq!(store.read(|view| view.journeys()).await.expect("rows"), [journey("lamp")]);
        assert!(saved(None).await.expect("a change"));
        assert_eq!(store.read(|view| view.journeys()).await.expect("rows"), []);
        assert_eq!(revision(), 2);
    }
}
