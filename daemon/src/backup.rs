//! A backup: the history, what people attached and a copy of the config in one file, with a manifest; and the way back.

mod restore;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::config::SourceFile;
use crate::store;

pub use restore::{Restored, restore};

const DATABASE: &str = "parcelwatch.db";
const MANIFEST: &str = "manifest.json";
const ATTACHMENTS: &str = "attachments";
const CONFIG: &str = "config";

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of Parcelwatch.
    pub version: String,
    /// Of the database.
    pub schema: usize,
    pub made_at: Timestamp,
    pub files: Vec<Entry>,
}

/// One file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

/// Writes a backup of a state folder, whose daemon may be running, to a file; into a folder under the name of the moment. What
/// stands at the path until then stays until the backup is whole. Returns where it is and what it holds.
pub fn backup(
    state_dir: &Path,
    config: &[SourceFile],
    path: &Path,
    now: Timestamp,
) -> anyhow::Result<(PathBuf, Manifest)> {
    let path = if path.is_dir() { path.join(name(now)) } else { path.to_owned() };
    let folder = crate::files::folder_of(&path);
    let part = tempfile::Builder::new().prefix(".parcelwatch-backup").tempdir_in(folder);
    let part = part.with_context(|| format!("cannot write into {}", folder.display()))?;
    let whole = part.path().join("backup.zip");
    let manifest = write(state_dir, config, part.path(), &whole, now)?;
    fs::rename(&whole, &path).with_context(|| format!("cannot write {}", path.display()))?;
    File::open(folder).and_then(|folder| folder.sync_all()).context("cannot write the folder")?;
    Ok((path, manifest))
}

/// Removes all backups of a folder but the newest; only files under the names that `backup` gives. Returns those removed.
pub fn keep_newest(folder: &Path, keep: usize) -> anyhow::Result<Vec<PathBuf>> {
    let listed = fs::read_dir(folder).with_context(|| format!("cannot look into {}", folder.display()))?;
    let names = listed.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| is_name(name)).collect();
    // The names sort by their moments.
    names.sort();
    names.truncate(names.len().saturating_sub(keep));
    let paths: Vec<PathBuf> = names.into_iter().map(|name| folder.join(name)).collect();
    for path in &paths {
        fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(paths)
}

fn name(now: Timestamp) -> String {
    format!("parcelwatch-{}.zip", now.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H%M%SZ"))
}

fn is_name(name: &str) -> bool {
    let moment = name.strip_prefix("parcelwatch-").and_then(|rest| rest.strip_suffix(".zip"));
    moment.is_some_and(|moment| jiff::civil::DateTime::strptime("%Y-%m-%dT%H%M%SZ", moment).is_ok())
}

fn write(
    state_dir: &Path,
    config: &[SourceFile],
    part: &Path,
    whole: &Path,
    now: Timestamp,
) -> anyhow::Result<Manifest> {
    let database = state_dir.join(DATABASE);
    anyhow::ensure!(database.is_file(), "there is no history in {}; has the daemon run?", state_dir.display());
    let copy = part.join(DATABASE);
    let schema = store::copy(&database, &copy).with_context(|| format!("cannot copy {}", database.display()))?;
    let file = File::options().write(true).create_new(true).mode(0o600).open(whole);
    let mut archive = Archive { zip: ZipWriter::new(file.context("cannot make a file")?), entries: Vec::new() };
    archive.add(DATABASE, CompressionMethod::Deflated, File::open(&copy).context("cannot read the copy")?)?;
    fs::remove_file(&copy).context("cannot remove the copy")?;
    for (name, path) in attachments(&state_dir.join(ATTACHMENTS))? {
        match File::open(&path) {
            // Photos are packed already.
            Ok(file) => archive.add(&name, CompressionMethod::Stored, file)?,
            // It was removed a moment ago.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }
    for (number, source) in config.iter().enumerate() {
        let name = source.path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{CONFIG}/{number:03}-{name}");
        archive.add(&name, CompressionMethod::Deflated, source.text.as_bytes())?;
    }
    archive.finish(Manifest { version: env!("CARGO_PKG_VERSION").to_owned(), schema, made_at: now, files: Vec::new() })
}

/// Every attached file: its name in the backup, and where it is.
fn attachments(folder: &Path) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let list = |folder: &Path| -> anyhow::Result<Vec<(String, PathBuf)>> {
        let listed = match fs::read_dir(folder) {
            Ok(listed) => listed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error).with_context(|| format!("cannot look into {}", folder.display())),
        };
        let named =
            listed.filter_map(|entry| Some((entry.as_ref().ok()?.file_name().into_string().ok()?, entry.ok()?.path())));
        let mut named: Vec<(String, PathBuf)> = named.collect();
        named.sort();
        Ok(named)
    };
    let mut found = Vec::new();
    for (parcel, folder) in list(folder)? {
        for (file, path) in list(&folder)? {
            if path.symlink_metadata().is_ok_and(|meta| meta.is_file()) {
                found.push((format!("{ATTACHMENTS}/{parcel}/{file}"), path));
            }
        }
    }
    Ok(found)
}

struct Archive {
    zip: ZipWriter<File>,
    entries: Vec<Entry>,
}

impl Archive {
    fn add(&mut self, name: &str, method: CompressionMethod, mut content: impl Read) -> anyhow::Result<()> {
        let options = SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o600);
        self.zip.start_file(name, options).with_context(|| format!("cannot pack {name}"))?;
        let (bytes, sha256) =
            copy_summed(&mut content, &mut self.zip, u64::MAX).with_context(|| format!("cannot pack {name}"))?;
        self.entries.push(Entry { name: name.to_owned(), bytes, sha256 });
        Ok(())
    }

    fn finish(mut self, manifest: Manifest) -> anyhow::Result<Manifest> {
        let manifest = Manifest { files: std::mem::take(&mut self.entries), ..manifest };
        let text = serde_json::to_vec_pretty(&manifest).context("the manifest has a key that is no text")?;
        self.add(MANIFEST, CompressionMethod::Deflated, &text[..])?;
        let file = self.zip.finish().context("cannot end the backup")?;
        file.sync_all().context("cannot write the backup")?;
        Ok(manifest)
    }
}

/// Copies up to so many bytes; returns how many there were, and their SHA-256 in hexadecimal digits.
fn copy_summed(from: &mut impl Read, to: &mut impl Write, max: u64) -> io::Result<(u64, String)> {
    let (mut from, mut digest) = (from.take(max), sha2::Sha256::new());
    let (mut buffer, mut bytes) = (vec![0; 64 * 1024], 0_u64);
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        digest.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        bytes += read as u64;
    }
    Ok((bytes, digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}
