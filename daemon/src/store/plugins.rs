//! What the plugin host keeps: grants, tokens, pauses, quotas, the plugins' own small memories, codes nobody mapped.

use jiff::Timestamp;
use parcelwatch_tracking::CarrierId;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::codec::{corrupt, from_json, to_json};
use super::{Result, Tx, View, at, ms};

/// What the operator lets a plugin do: the hosts it may reach, and the ways the operator's secrets may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub carrier: CarrierId,
    pub hosts: Vec<String>,
    /// `None` where an older version granted it, which knew hosts only.
    pub secrets: Option<Vec<SecretWay>>,
}

/// One way of one secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SecretWay {
    /// Its name in the config.
    pub secret: String,
    /// How it travels: the kind of the auth profile and its parameters, names of secrets in braces.
    pub way: String,
    /// The origin it goes to.
    pub host: String,
}

/// An OAuth token and what it was fetched with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub carrier: CarrierId,
    pub profile: String,
    pub fingerprint: String,
    pub token: String,
    pub expires_at: Timestamp,
}

/// A host that asked to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    pub carrier: CarrierId,
    pub host: String,
    pub until: Timestamp,
    pub why: String,
}

/// How much of a quota is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaUse {
    /// The carrier, or the first of those that share its key.
    pub carrier: CarrierId,
    /// Which of the carrier's quotas.
    pub quota: usize,
    pub started_at: Timestamp,
    pub used: u32,
}

/// A code that no table knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmapped {
    pub carrier: String,
    pub code: String,
    pub text: String,
    pub count: i64,
    pub last_at: Timestamp,
}

/// Codes shown on the system page at most; a carrier with more has changed its format.
const UNMAPPED_SHOWN: i64 = 100;
/// Codes kept of one carrier: one that words every scan anew must not fill the disk.
const UNMAPPED_PER_CARRIER_MAX: i64 = 500;

impl View<'_> {
    pub fn grants(&self) -> Result<Vec<Grant>> {
        // The command line may look at the database of an older version, before a daemon has opened it.
        let mut known =
            self.connection.prepare_cached("SELECT 1 FROM pragma_table_info('grants') WHERE name = 'secrets'")?;
        let secrets = if known.exists([])? { "secrets" } else { "NULL" };
        let mut query = self.connection.prepare_cached(&format!("SELECT carrier, hosts, {secrets} FROM grants"))?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.map(|row| {
            let (carrier, hosts, secrets): (String, String, Option<String>) = row?;
            let secrets = secrets.as_deref().map(from_json).transpose()?;
            Ok(Grant { carrier: carrier_id(&carrier)?, hosts: from_json(&hosts)?, secrets })
        })
        .collect()
    }

    pub fn tokens(&self) -> Result<Vec<Token>> {
        let mut query =
            self.connection.prepare_cached("SELECT carrier, profile, fingerprint, token, expires_ms FROM tokens")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
        rows.map(|row| {
            let (carrier, profile, fingerprint, token, expires): (String, String, String, String, i64) = row?;
            Ok(Token { carrier: carrier_id(&carrier)?, profile, fingerprint, token, expires_at: at(expires)? })
        })
        .collect()
    }

    pub fn pauses(&self) -> Result<Vec<Pause>> {
        let mut query = self.connection.prepare_cached("SELECT carrier, host, until_ms, why FROM pauses")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        rows.map(|row| {
            let (carrier, host, until, why): (String, String, i64, String) = row?;
            Ok(Pause { carrier: carrier_id(&carrier)?, host, until: at(until)?, why })
        })
        .collect()
    }

    pub fn quota_use(&self) -> Result<Vec<QuotaUse>> {
        let mut query = self.connection.prepare_cached("SELECT carrier, quota, started_ms, used FROM quota_use")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        rows.map(|row| {
            let (carrier, quota, started, used): (String, i64, i64, u32) = row?;
            let quota = usize::try_from(quota).map_err(|_| corrupt("quota", &quota.to_string()))?;
            Ok(QuotaUse { carrier: carrier_id(&carrier)?, quota, started_at: at(started)?, used })
        })
        .collect()
    }

    /// What a plugin remembered and may still read.
    pub fn plugin_memory(&self, carrier: &CarrierId, now: Timestamp) -> Result<Vec<(String, Vec<u8>, Timestamp)>> {
        let mut query = self.connection.prepare_cached(
            "SELECT name, value, expires_ms FROM plugin_memory WHERE carrier = ?1 AND expires_ms > ?2",
        )?;
        let rows =
            query.query_map(params![carrier.as_str(), ms(now)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.map(|row| {
            let (name, value, expires): (String, Vec<u8>, i64) = row?;
            Ok((name, value, at(expires)?))
        })
        .collect()
    }

    /// The plugins as the system page shows them, as JSON.
    pub fn plugin_cards(&self) -> Result<Vec<String>> {
        let mut query = self.connection.prepare_cached("SELECT card FROM plugins ORDER BY carrier")?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What the wall did not take, by carrier and kind: how often, and when last.
    pub fn losses(&self) -> Result<Vec<(String, String, i64, Timestamp)>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT carrier, kind, count, last_ms FROM losses ORDER BY carrier, kind")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        rows.map(|row| {
            let (carrier, kind, count, last): (String, String, i64, i64) = row?;
            Ok((carrier, kind, count, at(last)?))
        })
        .collect()
    }

    /// Codes nobody mapped, the most frequent first.
    pub fn unmapped(&self) -> Result<Vec<Unmapped>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT carrier, code, text, count, last_ms FROM unmapped ORDER BY count DESC LIMIT ?1")?;
        let rows = query
            .query_map([UNMAPPED_SHOWN], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
        rows.map(|row| {
            let (carrier, code, text, count, last): (String, String, String, i64, i64) = row?;
            Ok(Unmapped { carrier, code, text, count, last_at: at(last)? })
        })
        .collect()
    }
}

impl Tx<'_> {
    pub fn grant(&self, grant: &Grant, now: Timestamp) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO grants (carrier, hosts, granted_ms, secrets) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                grant.carrier.as_str(),
                to_json(&grant.hosts),
                ms(now),
                grant.secrets.as_ref().map(to_json)
            ])?;
        Ok(())
    }

    pub fn save_token(&self, token: &Token) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO tokens (carrier, profile, fingerprint, token, expires_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                token.carrier.as_str(),
                token.profile,
                token.fingerprint,
                token.token,
                ms(token.expires_at)
            ])?;
        Ok(())
    }

    pub fn forget_token(&self, carrier: &CarrierId, profile: &str) -> Result<()> {
        self.connection
            .prepare_cached("DELETE FROM tokens WHERE carrier = ?1 AND profile = ?2")?
            .execute(params![carrier.as_str(), profile])?;
        Ok(())
    }

    pub fn save_pause(&self, pause: &Pause) -> Result<()> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO pauses (carrier, host, until_ms, why) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![pause.carrier.as_str(), pause.host, ms(pause.until), pause.why])?;
        Ok(())
    }

    pub fn save_quota_use(&self, used: &QuotaUse) -> Result<()> {
        let quota = i64::try_from(used.quota).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO quota_use (carrier, quota, started_ms, used) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![used.carrier.as_str(), quota, ms(used.started_at), used.used])?;
        Ok(())
    }

    pub fn save_memory(&self, carrier: &CarrierId, name: &str, value: &[u8], expires_at: Timestamp) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO plugin_memory (carrier, name, value, expires_ms) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![carrier.as_str(), name, value, ms(expires_at)])?;
        Ok(())
    }

    pub fn save_plugin_card(&self, carrier: &CarrierId, card: &str) -> Result<()> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO plugins (carrier, card) VALUES (?1, ?2)")?
            .execute(params![carrier.as_str(), card])?;
        self.touch_pages();
        Ok(())
    }

    pub fn forget_plugin_card(&self, carrier: &CarrierId) -> Result<()> {
        self.connection.prepare_cached("DELETE FROM plugins WHERE carrier = ?1")?.execute([carrier.as_str()])?;
        self.touch_pages();
        Ok(())
    }

    /// Counts what the wall did not take of a plugin's answer.
    pub fn count_loss(&self, carrier: &CarrierId, kind: &str, count: u32, now: Timestamp) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO losses (carrier, kind, count, last_ms) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (carrier, kind) DO UPDATE SET count = count + ?3, last_ms = ?4",
            )?
            .execute(params![carrier.as_str(), kind, count, ms(now)])?;
        self.touch_pages();
        Ok(())
    }

    /// Counts a code that no table knows. Beyond the bound only those that are known already are counted.
    pub fn count_unmapped(&self, carrier: &CarrierId, code: &str, text: &str, now: Timestamp) -> Result<()> {
        let known = self
            .connection
            .prepare_cached(
                "UPDATE unmapped SET count = count + 1, last_ms = ?4 WHERE carrier = ?1 AND code = ?2 AND text = ?3",
            )?
            .execute(params![carrier.as_str(), code, text, ms(now)])?;
        if known == 0 {
            self.connection
                .prepare_cached(
                    "INSERT INTO unmapped (carrier, code, text, count, first_ms, last_ms)
                     SELECT ?1, ?2, ?3, 1, ?4, ?4 WHERE (SELECT count(*) FROM unmapped WHERE carrier = ?1) < ?5",
                )?
                .execute(params![carrier.as_str(), code, text, ms(now), UNMAPPED_PER_CARRIER_MAX])?;
        }
        Ok(())
    }
}

fn carrier_id(text: &str) -> Result<CarrierId> {
    CarrierId::new(text).ok_or_else(|| corrupt("carrier id", text))
}
