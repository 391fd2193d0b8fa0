//! A parcel's history as evidence: which files an export holds, and their text. It reads no disk, no store and no clock.

mod csv;
mod html;

use std::io::{Cursor, Write as _};

use anyhow::Context as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parcelwatch_tracking::{Facts, Moment, merged_events};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::Digest as _;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::history::{EventView, History, named};
use super::json::parcel_json;
use super::names::Names;
use super::times;
use super::view::ParcelView;
use crate::store::{Answer, Exchange, ParcelRecord};

/// All that is known of a parcel, gathered for an export.
#[derive(Clone, Debug)]
pub struct Case {
    pub record: ParcelRecord,
    pub view: ParcelView,
    /// How people know and reach the carriers.
    pub names: Names,
    /// Oldest first.
    pub answers: Vec<Answer>,
    /// Name and content of what the user attached.
    pub attachments: Vec<(String, Vec<u8>)>,
    pub exported_at: Timestamp,
}

/// A file of the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub content: Vec<u8>,
}

impl Case {
    /// Where the recipient lives.
    fn zone(&self) -> TimeZone {
        self.names.zone(self.view.country)
    }
}

/// The name of the whole export.
pub fn name(case: &Case) -> String {
    let date = case.exported_at.to_zoned(case.zone()).date();
    format!("{}-{date}.zip", case.record.parcel.id)
}

/// Every file of the export, by name. The same case gives the same bytes.
pub fn files(case: &Case) -> anyhow::Result<Vec<File>> {
    let merged = merged_events(&case.record.timeline, &case.record.parcel);
    let history = History::of(&case.record, &merged, &case.names);
    let mut files = vec![
        File { name: "history.html".to_owned(), content: html::render(case, &history)?.into_bytes() },
        File { name: "history.csv".to_owned(), content: csv::render(&history).into_bytes() },
        File { name: "history.json".to_owned(), content: pretty(&with_marks(case))? },
    ];
    for (index, answer) in case.answers.iter().enumerate() {
        files.push(raw(case, index + 1, answer)?);
    }
    for (name, content) in &case.attachments {
        files.push(File { name: format!("attachments/{name}"), content: content.clone() });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files.push(manifest(&files));
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// Puts the files into one. It holds no clock of ours, so that the same files give the same bytes.
pub fn pack(files: &[File]) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        // Photos are packed already, and large.
        let attached = file.name.starts_with("attachments/");
        let method = if attached { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644);
        zip.start_file(file.name.as_str(), options).with_context(|| format!("cannot pack {}", file.name))?;
        zip.write_all(&file.content).with_context(|| format!("cannot pack {}", file.name))?;
    }
    Ok(zip.finish().context("cannot end the zip file")?.into_inner())
}

/// The parcel as programs see it, and what only its user knows.
fn with_marks(case: &Case) -> Value {
    let mut json = parcel_json(&case.record, &case.view, &case.names, case.exported_at);
    let marks = case.record.timeline.marks.iter().map(|mark| {
        let (kind, text, title) = (mark.kind.key(), mark.kind.text(), mark.kind.title());
        json!({ "at": mark.at, "kind": kind, "text": text, "title": title })
    });
    json["marks"] = marks.collect();
    json["exported_at"] = json!(case.exported_at);
    json["seller"] = json!(case.record.parcel.seller);
    json
}

#[derive(Serialize)]
struct Raw<'a> {
    carrier: &'a str,
    number: Option<&'a str>,
    /// SHA-256 of the plugin that asked.
    plugin: &'a str,
    first_at: String,
    last_at: String,
    exchanges: &'a [Exchange],
}

fn raw(case: &Case, number: usize, answer: &Answer) -> anyhow::Result<File> {
    let date = answer.first_at.to_zoned(TimeZone::UTC).date();
    let kept = Raw {
        carrier: answer.carrier.as_str(),
        number: case.record.timeline.leg(answer.leg).map(|leg| leg.number.as_str()),
        plugin: &answer.plugin,
        first_at: answer.first_at.to_string(),
        last_at: answer.last_at.to_string(),
        exchanges: &answer.exchanges,
    };
    Ok(File { name: format!("raw/{number:03}-{}-{date}.json", answer.carrier), content: pretty(&kept)? })
}

/// The sums of all other files, as `sha256sum -c` reads them.
fn manifest(files: &[File]) -> File {
    let lines = files.iter().map(|file| {
        let sum: String = sha2::Sha256::digest(&file.content).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{sum}  {}\n", file.name)
    });
    File { name: "MANIFEST.txt".to_owned(), content: lines.collect::<String>().into_bytes() }
}

fn pretty(value: &impl Serialize) -> anyhow::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value).context("a value has a key that is no text")?;
    text.push(b'\n');
    Ok(text)
}

/// The carrier's clock as it stood on the wall.
fn clock(moment: Option<&Moment>) -> String {
    moment.map(times::clock_face).unwrap_or_default()
}

/// What is known of that clock's zone.
fn zone(moment: Option<&Moment>) -> String {
    moment.and_then(times::clock_zone).unwrap_or_default()
}

/// Facts as "name: value; name: value".
fn facts(facts: &Facts) -> String {
    let words: Vec<String> = named(facts).iter().map(|(name, value)| format!("{name}: {value}")).collect();
    words.join("; ")
}

/// Who else reported an event, in whose words.
fn others(event: &EventView) -> Vec<String> {
    let told = event
        .others()
        .iter()
        .map(|other| format!("{} ({}): {} {}", other.carrier_name, other.number, other.text, clock(other.at.as_ref())));
    told.collect()
}

#[cfg(test)]
mod tests;
