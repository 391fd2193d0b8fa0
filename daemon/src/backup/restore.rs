//! Puts a backup in the place of a history. What stood there is moved aside, and everything is checked before anything is touched.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use zip::ZipArchive;

use super::{ATTACHMENTS, CONFIG, DATABASE, MANIFEST, Manifest, copy_summed};
use crate::files::private_folder;
use crate::state_folder::Hold;
use crate::store;

/// A list of files; a backup of ten thousand parcels has less.
const MANIFEST_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Where a backup is unpacked, in the state folder.
const UNPACKED: &str = "restore.part";
/// Where the config of the backup is laid; nobody's config is replaced.
const CONFIG_FOLDER: &str = "config-from-backup";

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    pub manifest: Manifest,
    /// Where the former history is, if there was one.
    pub former: Option<PathBuf>,
    /// Where the copy of the config is, if the backup has one.
    pub config: Option<PathBuf>,
}

/// Puts a backup in the place of the history of a state folder that no daemon uses.
pub fn restore(backup: &Path, state_dir: &Path, now: Timestamp) -> anyhow::Result<Restored> {
    let file = File::open(backup).with_context(|| format!("cannot open {}", backup.display()))?;
    let mut archive = ZipArchive::new(file).with_context(|| format!("{} is not a backup", backup.display()))?;
    let manifest = manifest(&mut archive).with_context(|| format!("{} is not a backup", backup.display()))?;
    anyhow::ensure!(
        manifest.schema <= store::SCHEMA,
        "the backup is of Parcelwatch {}, which is newer than this one ({}); update Parcelwatch first",
        manifest.version,
        env!("CARGO_PKG_VERSION")
    );
    let hold = Hold::take(state_dir)?;
    let unpacked = state_dir.join(UNPACKED);
    remove(&unpacked)?;
    let done = unpack(&mut archive, &manifest, &unpacked).and_then(|()| {
        store::check(&unpacked.join(DATABASE)).context("the history in the backup is damaged")?;
        swap(&unpacked, state_dir, now)
    });
    remove(&unpacked)?;
    let former = done?;
    hold.has_history()?;
    let config =
        manifest.files.iter().any(|entry| entry.name.starts_with(CONFIG)).then(|| state_dir.join(CONFIG_FOLDER));
    Ok(Restored { manifest, former, config })
}

fn manifest(archive: &mut ZipArchive<File>) -> anyhow::Result<Manifest> {
    let file = archive.by_name(MANIFEST).context("it has no manifest")?;
    let manifest: Manifest =
        serde_json::from_reader(file.take(MANIFEST_BYTES_MAX)).context("its manifest cannot be read")?;
    anyhow::ensure!(manifest.files.iter().any(|entry| entry.name == DATABASE), "it has no history");
    Ok(manifest)
}

/// Unpacks what the manifest names, and compares every sum.
fn unpack(archive: &mut ZipArchive<File>, manifest: &Manifest, folder: &Path) -> anyhow::Result<()> {
    private_folder(folder)?;
    for entry in &manifest.files {
        let name = &entry.name;
        let path = folder.join(place(name).with_context(|| format!("the backup has a strange file: {name:?}"))?);
        private_folder(crate::files::folder_of(&path))?;
        let mut packed = archive.by_name(name).with_context(|| format!("{name} is not in the backup"))?;
        let file = File::options().write(true).create_new(true).mode(0o600).open(&path);
        let mut file = file.with_context(|| format!("cannot write {}", path.display()))?;
        // One more byte shows that it is longer than it should be.
        let copied = copy_summed(&mut packed, &mut file, entry.bytes.saturating_add(1));
        let (bytes, sha256) = copied.with_context(|| format!("cannot unpack {name}"))?;
        if (bytes, &sha256) != (entry.bytes, &entry.sha256) {
            bail!("{name} is not what was backed up: its size or its sum differs from the manifest");
        }
        file.sync_all().with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Where a file of a backup belongs: nowhere else than the history, the attachments and the config.
fn place(name: &str) -> Option<PathBuf> {
    let path = Path::new(name);
    let parts: Vec<&str> = path
        .components()
        .map(|part| match part {
            Component::Normal(part) => part.to_str(),
            _ => None,
        })
        .collect::<Option<_>>()?;
    match parts[..] {
        [DATABASE] | [ATTACHMENTS, _, _] => Some(path.to_owned()),
        [CONFIG, file] => Some(Path::new(CONFIG_FOLDER).join(file)),
        _ => None,
    }
}

/// Moves the former history aside and the unpacked one in its place. Cut off in the middle, the former one is aside, and the restore
/// can be made again.
fn swap(unpacked: &Path, state_dir: &Path, now: Timestamp) -> anyhow::Result<Option<PathBuf>> {
    let moment = now.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H%M%SZ").to_string();
    // Two restores in one second keep both.
    let mut aside = state_dir.join(format!("before-restore-{moment}"));
    for number in 2.. {
        if !aside.exists() {
            break;
        }
        aside = state_dir.join(format!("before-restore-{moment}-{number}"));
    }
    let log = |suffix: &str| format!("{DATABASE}{suffix}");
    let former = [DATABASE.to_owned(), log("-wal"), log("-shm"), ATTACHMENTS.to_owned(), CONFIG_FOLDER.to_owned()];
    let former: Vec<&String> = former.iter().filter(|name| state_dir.join(name).exists()).collect();
    let rename = |from: &Path, to: &Path| {
        fs::rename(from, to).with_context(|| {
            let (from, to, aside) = (from.display(), to.display(), aside.display());
            format!("cannot move {from} to {to}; what stood there so far is in {aside}")
        })
    };
    if !former.is_empty() {
        private_folder(&aside)?;
    }
    for name in &former {
        rename(&state_dir.join(name), &aside.join(name))?;
    }
    for name in [ATTACHMENTS, CONFIG_FOLDER, DATABASE] {
        if unpacked.join(name).exists() {
            rename(&unpacked.join(name), &state_dir.join(name))?;
        }
    }
    File::open(state_dir).and_then(|folder| folder.sync_all()).context("cannot write the state folder")?;
    Ok((!former.is_empty()).then_some(aside))
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
