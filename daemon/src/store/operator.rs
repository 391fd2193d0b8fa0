//! What the operator should know, and small values of the daemon's own.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use super::codec::corrupt;
use super::{Result, Tx, View, at, ms};

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Info,
    Warn,
    Error,
}

impl Level {
    pub fn key(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        [Self::Info, Self::Warn, Self::Error].into_iter().find(|level| level.key() == key)
    }
}

/// Something the operator should know as long as it lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Names the matter: `config`, `plugin:dhl`.
    pub key: String,
    pub level: Level,
    pub title: String,
    /// Plain text, lines and all.
    pub detail: String,
    pub since: Timestamp,
}

impl View<'_> {
    /// What the operator should know now, the worst first.
    pub fn notices(&self) -> Result<Vec<Notice>> {
        let mut query = self.connection.prepare_cached("SELECT key, level, title, detail, since_ms FROM notices")?;
        let rows = query.query_map([], |row| Ok(notice(row)))?;
        let mut notices: Vec<Notice> = rows.map(|row| row?).collect::<Result<_>>()?;
        notices.sort_by(|a, b| b.level.cmp(&a.level).then_with(|| a.key.cmp(&b.key)));
        Ok(notices)
    }

    /// A notice that is up.
    pub fn notice(&self, key: &str) -> Result<Option<Notice>> {
        let mut query =
            self.connection.prepare_cached("SELECT key, level, title, detail, since_ms FROM notices WHERE key = ?1")?;
        query.query_row([key], |row| Ok(notice(row))).optional()?.transpose()
    }

    pub fn meta(&self, name: &str) -> Result<Option<String>> {
        let mut query = self.connection.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
        Ok(query.query_row([name], |row| row.get(0)).optional()?)
    }
}

impl Tx<'_> {
    /// Puts a notice up, or changes its words; it keeps the time since when it holds.
    pub fn post_notice(&self, notice: &Notice) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO notices (key, level, title, detail, since_ms) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (key) DO UPDATE SET level = ?2, title = ?3, detail = ?4",
            )?
            .execute(params![notice.key, notice.level.key(), notice.title, notice.detail, ms(notice.since)])?;
        self.touch_pages();
        Ok(())
    }

    /// Takes a notice down. True when it was up.
    pub fn clear_notice(&self, key: &str) -> Result<bool> {
        let gone = self.connection.prepare_cached("DELETE FROM notices WHERE key = ?1")?.execute([key])?;
        self.touch_pages();
        Ok(gone > 0)
    }

    pub fn set_meta(&self, name: &str, value: &str) -> Result<()> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?
            .execute(params![name, value])?;
        self.touch_pages();
        Ok(())
    }
}

fn notice(row: &Row<'_>) -> Result<Notice> {
    let level: String = row.get(1)?;
    Ok(Notice {
        key: row.get(0)?,
        level: Level::from_key(&level).ok_or_else(|| corrupt("level", &level))?,
        title: row.get(2)?,
        detail: row.get(3)?,
        since: at(row.get(4)?)?,
    })
}
