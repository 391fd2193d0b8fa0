//! `export`: a parcel's history as files for a dispute.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use parcelwatch_tracking::ParcelId;
use serde_json::json;

use super::commands::{any_config, peek};
use super::{PlacesArgs, print};
use crate::evidence;

/// Writes the evidence of a parcel into one file.
pub(super) fn export(places: &PlacesArgs, id: &str, out: Option<PathBuf>, json: bool) -> anyhow::Result<()> {
    let unknown = || format!("there is no parcel \"{id}\"; see: parcelwatch list");
    let Some(parcel) = ParcelId::new(id) else { bail!(unknown()) };
    let (zone, now) = (any_config(places).timezone, Timestamp::now());
    let found = peek(places, |view| crate::web::case(view, &parcel, zone, now))?;
    let Some(case) = found else { bail!(unknown()) };
    let path = out.unwrap_or_else(|| PathBuf::from(evidence::name(&case)));
    let files = evidence::files(&case)?;
    let packed = evidence::pack(&files)?;
    crate::files::replace(&path, &packed).with_context(|| format!("cannot write {}", path.display()))?;
    if json {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        return print::json(&json!({ "path": path.display().to_string(), "bytes": packed.len(), "files": names }));
    }
    print::line(format!("wrote {}, files in it: {}", path.display(), files.len()));
    Ok(())
}
