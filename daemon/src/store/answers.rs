//! Raw answers, kept so that a repaired plugin can read them anew.

use std::sync::OnceLock;

use jiff::Timestamp;
use parcelwatch_tracking::{CarrierId, LegNo};
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use super::codec::{corrupt, from_json, to_json};
use super::{Result, StoreError, Tx, View, at, ms};

/// Different answers kept for one leg. More of them differ in nothing a history needs.
const KEPT_PER_LEG: i64 = 60;
/// An answer larger than this is not kept: two megabytes are the most a plugin may receive.
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// Good for text, and quick.
const COMPRESSION: i32 = 3;

/// One request and what came back, without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    pub method: String,
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_body: Option<String>,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// A raw answer of one call.
#[derive(Clone, Debug)]
pub struct Answer {
    pub leg: LegNo,
    pub carrier: CarrierId,
    /// The digest of the plugin that asked.
    pub plugin: String,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    pub exchanges: Vec<Exchange>,
}

impl View<'_> {
    /// The raw answers about a parcel, oldest first.
    pub fn answers(&self, pk: i64) -> Result<Vec<Answer>> {
        let mut query = self.connection.prepare_cached(
            "SELECT leg, carrier, plugin, first_ms, last_ms, exchanges FROM answers WHERE parcel = ?1 ORDER BY first_ms, id",
        )?;
        let rows = query.query_map([pk], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
        })?;
        rows.map(|row| {
            let (leg, carrier, plugin, first, last, packed): (u16, String, String, i64, i64, Vec<u8>) = row?;
            let text = zstd::bulk::decompress(&packed, BYTES_MAX)
                .map_err(|error| StoreError::Corrupt(format!("a raw answer does not unpack: {error}")))?;
            let text = String::from_utf8(text).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            Ok(Answer {
                leg: LegNo(leg),
                carrier: CarrierId::new(&carrier).ok_or_else(|| corrupt("carrier id", &carrier))?,
                plugin,
                first_at: at(first)?,
                last_at: at(last)?,
                exchanges: from_json(&text)?,
            })
        })
        .collect()
    }
}

impl Tx<'_> {
    /// Keeps the exchanges of a call, unless the leg's newest answer was the same.
    pub fn keep_answer(
        &self,
        pk: i64,
        leg: LegNo,
        carrier: &CarrierId,
        plugin: &str,
        kept: &Packed,
        now: Timestamp,
    ) -> Result<()> {
        let newest: Option<(i64, Vec<u8>)> = self
            .connection
            .prepare_cached("SELECT id, digest FROM answers WHERE parcel = ?1 AND leg = ?2 ORDER BY id DESC LIMIT 1")?
            .query_row(params![pk, leg.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((id, digest)) = newest
            && digest == kept.digest
        {
            self.connection
                .prepare_cached("UPDATE answers SET last_ms = ?2 WHERE id = ?1")?
                .execute(params![id, ms(now)])?;
            return Ok(());
        }
        self.connection
            .prepare_cached(
                "INSERT INTO answers (parcel, leg, carrier, plugin, digest, first_ms, last_ms, exchanges)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)",
            )?
            .execute(params![pk, leg.0, carrier.as_str(), plugin, kept.digest, ms(now), kept.packed()?])?;
        // The first answers stay for good: they are the evidence of how it began.
        self.connection
            .prepare_cached(
                "DELETE FROM answers WHERE parcel = ?1 AND leg = ?2 AND id NOT IN
                    (SELECT id FROM answers WHERE parcel = ?1 AND leg = ?2 ORDER BY id LIMIT 10)
                 AND id NOT IN (SELECT id FROM answers WHERE parcel = ?1 AND leg = ?2 ORDER BY id DESC LIMIT ?3)",
            )?
            .execute(params![pk, leg.0, KEPT_PER_LEG])?;
        Ok(())
    }
}

/// Exchanges ready to be kept. They are packed only when they differ from what is kept already, which most do not.
#[derive(Debug)]
pub struct Packed {
    digest: Vec<u8>,
    text: String,
    bytes: OnceLock<Vec<u8>>,
}

impl Packed {
    /// `None` for exchanges that are none, or too many to keep.
    pub fn of(exchanges: &[Exchange]) -> Option<Self> {
        let text = to_json(&exchanges);
        if exchanges.is_empty() || text.len() > BYTES_MAX {
            return None;
        }
        // Headers hold dates and trace ids; what the carrier said is in the bodies.
        let mut digest = sha2::Sha256::new();
        for exchange in exchanges {
            digest.update(exchange.status.to_be_bytes());
            digest.update(exchange.url.as_bytes());
            digest.update(exchange.body.as_bytes());
        }
        Some(Self { digest: digest.finalize()[..16].to_vec(), text, bytes: OnceLock::new() })
    }

    /// Compressed once, however many parcels of a batch keep it.
    fn packed(&self) -> Result<&[u8]> {
        if let Some(bytes) = self.bytes.get() {
            return Ok(bytes);
        }
        let bytes = zstd::bulk::compress(self.text.as_bytes(), COMPRESSION)
            .map_err(|error| StoreError::Corrupt(format!("a raw answer does not pack: {error}")))?;
        Ok(self.bytes.get_or_init(|| bytes))
    }
}
