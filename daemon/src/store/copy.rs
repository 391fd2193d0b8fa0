//! A copy of a database that is in use, and whether a database is whole.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;

use super::open_reader;

/// Copies a database as of one moment, also while its daemon writes to it. Returns the version of its schema.
pub fn copy(from: &Path, to: &Path) -> anyhow::Result<usize> {
    // SQLite fills an empty file, and leaves its mode as it is.
    let file: File = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    let connection = open_reader(from)?;
    let target = to.to_str().context("the path is not UTF-8")?;
    connection.execute("VACUUM INTO ?1", [target])?;
    let schema: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    file.sync_all()?;
    Ok(usize::try_from(schema)?)
}

/// Looks whether a database is whole; the error says what is damaged. It only reads: a connection that may write folds the log into
/// the damaged file when it is closed, and with the log goes the sign that there was a crash.
pub fn check(path: &Path) -> anyhow::Result<()> {
    let connection = open_reader(path)?;
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    anyhow::ensure!(found == "ok", "it is damaged ({found}); restore a backup: parcelwatch restore FILE");
    Ok(())
}
