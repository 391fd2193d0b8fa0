//! `export` and `attach`: what a person needs in a dispute.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use parcelwatch_tracking::ParcelId;
use serde_json::json;

use super::access::{any_config, peek, state_dir};
use super::{PlacesArgs, print};
use crate::report::Reader;
use crate::report::evidence;
use crate::store::{Attachments, FILE_BYTES_MAX};

/// Writes the evidence of a parcel into one file.
pub(super) fn export(places: &PlacesArgs, id: &str, out: Option<PathBuf>, json: bool) -> anyhow::Result<()> {
    let unknown = || format!("there is no parcel \"{id}\"; see: parcelwatch list");
    let Some(parcel) = ParcelId::new(id) else { bail!(unknown()) };
    let (config, now) = (Arc::new(any_config(places)), Timestamp::now());
    let found = peek(places, |view| Reader::new(view, config, now)?.case(&parcel))?;
    let Some(case) = found else { bail!(unknown()) };
    let path = out.unwrap_or_else(|| PathBuf::from(evidence::name(&case)));
    let cannot = || format!("cannot write {}", path.display());
    // For its owner only, and whole or as it was.
    let mut file = tempfile::NamedTempFile::new_in(crate::files::folder_of(&path)).with_context(cannot)?;
    let names = evidence::write(case, &Attachments::new(&state_dir(places)), &parcel, &mut file)?;
    let bytes = file.as_file().metadata().with_context(cannot)?.len();
    file.as_file().sync_all().with_context(cannot)?;
    file.persist(&path).with_context(cannot)?;
    if json {
        return print::json(&json!({ "path": path.display().to_string(), "bytes": bytes, "files": names }));
    }
    print::line(format!("wrote {}, files in it: {}", path.display(), names.len()));
    Ok(())
}

/// Keeps files with a parcel, in the state folder; the daemon need not run.
pub(super) fn attach(places: &PlacesArgs, id: &str, files: &[PathBuf], json: bool) -> anyhow::Result<()> {
    let unknown = || format!("there is no parcel \"{id}\"; see: parcelwatch list");
    let Some(parcel) = ParcelId::new(id) else { bail!(unknown()) };
    if peek(places, |view| view.parcel_record(&parcel))?.is_none() {
        bail!(unknown());
    }
    let attachments = Attachments::new(&state_dir(places));
    let mut kept = Vec::new();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let content = read(path).with_context(|| format!("cannot read {}", path.display()))?;
        kept.push(attachments.add(&parcel, &name, &content)?);
    }
    if json {
        return print::json(&json!({ "parcel": id, "attached": kept }));
    }
    print::line(format!("attached to {id}: {}", kept.join(", ")));
    Ok(())
}

/// No more than shows that a file is too large.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    std::fs::File::open(path)?.take(limit).read_to_end(&mut content)?;
    Ok(content)
}
