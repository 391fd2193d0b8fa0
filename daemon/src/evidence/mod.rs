//! A parcel's history as evidence: which files an export holds, and their text. It reads no disk, no store and no clock.

mod csv;
mod html;

use std::io::{Cursor, Write as _};

use anyhow::Context as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parcelwatch_tracking::{Entry, Leg, LegNo, Moment, entries};
use serde::Serialize;
use serde_json::Value;
use sha2::Digest as _;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::judge::Card;
use crate::plugin_host::PluginCard;
use crate::store::{Answer, Dossier, Exchange};

/// All that is known of a parcel, gathered for an export.
#[derive(Clone, Debug)]
pub struct Case {
    pub dossier: Dossier,
    pub card: Card,
    /// How people know and reach the carriers.
    pub carriers: Vec<PluginCard>,
    /// Oldest first.
    pub answers: Vec<Answer>,
    /// The parcel as programs see it.
    pub json: Value,
    /// Name and content of what the person attached.
    pub attachments: Vec<(String, Vec<u8>)>,
    /// Where the person lives.
    pub zone: TimeZone,
    pub exported_at: Timestamp,
}

/// A file of the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub content: Vec<u8>,
}

/// The name of the whole export.
pub fn name(case: &Case) -> String {
    let date = case.exported_at.to_zoned(case.zone.clone()).date();
    format!("{}-{date}.zip", case.dossier.parcel.id)
}

/// Every file of the export, by name. The same case gives the same bytes.
pub fn files(case: &Case) -> anyhow::Result<Vec<File>> {
    let merged = entries(&case.dossier.timeline, &case.dossier.parcel);
    let mut files = vec![
        File { name: "history.html".to_owned(), content: html::render(case, &merged)?.into_bytes() },
        File { name: "history.csv".to_owned(), content: csv::render(case, &merged).into_bytes() },
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

/// The parcel as programs see it, and what only its person knows.
fn with_marks(case: &Case) -> Value {
    let mut json = case.json.clone();
    if let Some(parcel) = json.as_object_mut() {
        let marks = case.dossier.timeline.marks.iter().map(|mark| {
            serde_json::json!({
                "at": mark.at.to_string(),
                "kind": mark.kind.key(),
                "text": mark.kind.text(),
                "title": mark.kind.title(),
            })
        });
        parcel.insert("marks".to_owned(), marks.collect());
        parcel.insert("exported_at".to_owned(), case.exported_at.to_string().into());
        parcel.entry("seller").or_insert_with(|| case.dossier.parcel.seller.clone().into());
        let deadlines = || serde_json::to_value(&case.card.deadlines).unwrap_or_default();
        parcel.entry("deadlines").or_insert_with(deadlines);
    }
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
        number: leg(case, answer.leg).map(|leg| leg.number.as_str()),
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

fn leg(case: &Case, no: LegNo) -> Option<&Leg> {
    case.dossier.timeline.leg(no)
}

/// A carrier as people know it.
fn carrier(case: &Case, no: LegNo) -> String {
    let Some(leg) = leg(case, no) else { return String::new() };
    let Some(id) = &leg.carrier else { return leg.carrier_name.clone().unwrap_or_default() };
    let known = case.carriers.iter().find(|card| card.carrier == id.as_str());
    known.map_or_else(|| id.to_string(), |card| card.name.clone())
}

fn number(case: &Case, no: LegNo) -> String {
    leg(case, no).map(|leg| leg.number.to_string()).unwrap_or_default()
}

/// The carrier's clock as it stood on the wall.
fn clock(moment: Option<&Moment>) -> String {
    match moment {
        Some(moment) => match moment.clock_face() {
            Some(face) => face.to_string().replace('T', " "),
            None => moment.text(),
        },
        None => String::new(),
    }
}

/// What is known of that clock's zone.
fn zone(moment: Option<&Moment>) -> String {
    match moment {
        Some(Moment::Instant { offset, .. }) => format!("UTC{offset}"),
        Some(Moment::Clock { zone: Some(hint), .. }) if !hint.is_empty() => format!("doubtful: {hint}"),
        Some(Moment::Clock { .. }) => "not told".to_owned(),
        Some(Moment::Date(_)) | None => String::new(),
    }
}

/// Facts as "name: value; name: value".
fn facts(facts: &parcelwatch_tracking::Facts) -> String {
    let words: Vec<String> = facts.iter().map(|(name, value)| format!("{}: {value}", name.replace('_', " "))).collect();
    words.join("; ")
}

/// Who else told an event, in whose words.
fn others(case: &Case, entry: &Entry<'_>) -> Vec<String> {
    let told = entry.others.iter().map(|seen| {
        let at = clock(seen.event.moment.as_ref());
        format!("{} ({}): {} {at}", carrier(case, seen.leg), number(case, seen.leg), seen.event.text)
    });
    told.collect()
}

#[cfg(test)]
mod tests;
