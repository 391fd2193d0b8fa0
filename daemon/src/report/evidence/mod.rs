//! A parcel's history as evidence: which files an export holds, and their text. It reads no database and no clock.

mod csv;
mod html;

use std::io::{Seek, Write};

use anyhow::Context as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parcelwatch_tracking::{Facts, Moment, ParcelId, merged_events};
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
use crate::store::{Answer, Attachments, Exchange, ParcelRecord};

/// All that is known of a parcel, gathered for an export.
#[derive(Clone, Debug)]
pub struct Case {
    pub record: ParcelRecord,
    pub view: ParcelView,
    /// How people know and reach the carriers.
    pub names: Names,
    /// Oldest first.
    pub answers: Vec<Answer>,
    /// Names of what the user attached.
    pub attachments: Vec<String>,
    pub exported_at: Timestamp,
}

const ATTACHMENTS: &str = "attachments/";
const MANIFEST: &str = "MANIFEST.txt";

/// A file of the export.
struct File {
    name: String,
    content: Vec<u8>,
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

/// Every file of the export but what the user attached, and the manifest.
fn files(case: &Case) -> anyhow::Result<Vec<File>> {
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
    Ok(files)
}

/// Writes the export of a parcel as a zip file, with what is attached to it by now. Returns the names of the files.
pub fn write(
    case: Case,
    attachments: &Attachments,
    id: &ParcelId,
    to: impl Write + Seek,
) -> anyhow::Result<Vec<String>> {
    let listed = attachments.list(id).context("cannot read the attachments")?;
    let case = Case { attachments: listed.into_iter().map(|file| file.name).collect(), ..case };
    let attached = |name: &str| {
        let content = attachments.read(id, name).with_context(|| format!("cannot read {name}"))?;
        content.with_context(|| format!("{name} was removed meanwhile"))
    };
    pack(&case, attached, to)
}

/// Writes the export as a zip file; what the user attached is read one file at a time, for its sum and to be packed. It holds no
/// clock of ours, so that the same case gives the same bytes. Returns the names of the files.
fn pack(
    case: &Case,
    attached: impl Fn(&str) -> anyhow::Result<Vec<u8>>,
    to: impl Write + Seek,
) -> anyhow::Result<Vec<String>> {
    let mut files = files(case)?;
    let mut sums: Vec<(String, String)> = files.iter().map(|file| (file.name.clone(), sum(&file.content))).collect();
    for name in &case.attachments {
        sums.push((format!("{ATTACHMENTS}{name}"), sum(&attached(name)?)));
    }
    sums.sort();
    files.push(manifest(&sums));
    let mut names: Vec<String> = sums.into_iter().map(|(name, _)| name).chain([MANIFEST.to_owned()]).collect();
    names.sort();
    let mut zip = ZipWriter::new(to);
    for name in &names {
        // Photos are packed already, and large.
        let (content, method) = match name.strip_prefix(ATTACHMENTS) {
            Some(own) => (attached(own)?, CompressionMethod::Stored),
            None => {
                let file = files.iter_mut().find(|file| file.name == *name);
                (file.map(|file| std::mem::take(&mut file.content)).unwrap_or_default(), CompressionMethod::Deflated)
            }
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644);
        zip.start_file(name.as_str(), options).with_context(|| format!("cannot pack {name}"))?;
        zip.write_all(&content).with_context(|| format!("cannot pack {name}"))?;
    }
    zip.finish().context("cannot end the zip file")?;
    Ok(names)
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
fn manifest(sums: &[(String, String)]) -> File {
    let lines = sums.iter().map(|(name, sum)| format!("{sum}  {name}\n"));
    File { name: MANIFEST.to_owned(), content: lines.collect::<String>().into_bytes() }
}

fn sum(content: &[u8]) -> String {
    sha2::Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
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
