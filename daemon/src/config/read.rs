//! From the files of a config to a checked [`Config`], or to all that is wrong with them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::de::DeTable;

use super::access::{Access, names_password};
use super::carriers::Carriers;
use super::channels::{ChannelKind, Channels};
use super::fault::{Fault, Severity, Source};
use super::mentions::Mentions;
use super::parcels::Parcels;
use super::root::{Config, Root};
use super::table::{Faults, Table};

/// A config that can be used, and what the operator should look at in it.
#[derive(Clone, Debug)]
pub struct Checked {
    pub config: Config,
    pub warnings: Vec<Fault>,
    /// The carriers it names, which the plugins know or do not.
    pub mentions: Mentions,
    /// The files it was read from, the main one first.
    pub sources: Vec<SourceFile>,
}

/// A file of a config, as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct SourceFile {
    pub path: PathBuf,
    pub text: String,
}

/// A config that cannot be used as it stands.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// Every mistake, and the warnings among them, in the order of the files.
    pub faults: Vec<Fault>,
    /// What could be read all the same; `None` where the main file cannot be read at all.
    pub rest: Option<Box<Config>>,
}

/// Reads the config at a path, with the files it includes. Channels are of these kinds.
pub fn load(path: &Path, kinds: &[ChannelKind]) -> Result<Checked, Rejected> {
    match read_file(path) {
        // A save that broke off leaves nothing; what is meant to be empty has at least a comment.
        Ok(main) if main.text.trim().is_empty() => {
            let message = "is empty; write a comment into it if that is meant".to_owned();
            Err(Rejected { faults: vec![Fault::of_file(path, message)], rest: None })
        }
        Ok(main) => named(path, read(main, None, kinds)),
        Err(fault) => Err(Rejected { faults: vec![fault], rest: None }),
    }
}

/// Reads a config from copies of its files, the main one first; what they include is what was included then.
pub(super) fn kept(path: &Path, sources: Vec<SourceFile>, kinds: &[ChannelKind]) -> Result<Checked, Rejected> {
    let mut sources = sources.into_iter();
    let text = sources.next().map(|main| main.text).unwrap_or_default();
    named(path, read(SourceFile { path: path.to_owned(), text }, Some(sources.collect()), kinds))
}

/// Reads a config from text that stands in no file.
pub fn parse(text: &str, kinds: &[ChannelKind]) -> Result<Checked, Rejected> {
    read(SourceFile { path: PathBuf::from("built-in config"), text: text.to_owned() }, None, kinds)
}

fn named(path: &Path, read: Result<Checked, Rejected>) -> Result<Checked, Rejected> {
    let named = |config: Config| Config { path: Some(path.to_owned()), ..config };
    match read {
        Ok(checked) => Ok(Checked { config: named(checked.config), ..checked }),
        Err(rejected) => Err(Rejected { rest: rejected.rest.map(|rest| Box::new(named(*rest))), ..rejected }),
    }
}

fn read_file(path: &Path) -> Result<SourceFile, Fault> {
    let bytes = crate::files::read(path).map_err(|error| Fault::of_file(path, format!("cannot read it: {error}")))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile { path: path.to_owned(), text }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[at];
            let readable = String::from_utf8_lossy(&error.as_bytes()[..at]);
            let line = readable.rsplit('\n').next().unwrap_or_default();
            Err(Fault {
                line: readable.matches('\n').count() + 1,
                column: line.chars().count() + 1,
                ..Fault::of_file(
                    path,
                    format!("cannot read it: byte 0x{byte:02x} is not UTF-8; save the file as UTF-8"),
                )
            })
        }
    }
}

/// Reads a main file and what it includes: from the disk, or as it was kept.
fn read(main: SourceFile, kept: Option<Vec<SourceFile>>, kinds: &[ChannelKind]) -> Result<Checked, Rejected> {
    let source = Source::new(&main.path, main.text);
    let mut reading =
        Reading { parcels: Parcels::default(), carriers: Carriers::default(), channels: Channels::new(kinds) };
    let mut has_lost_the_ground = false;
    let (Root { mut config, includes, .. }, mut faults) = document(&source, |root| {
        has_lost_the_ground = self::has_lost_the_ground(&source, root);
        reading.main(root)
    });
    let folder = crate::files::folder_of(&source.path).to_owned();
    config.folders.push(folder.clone());
    let mut paths = Vec::new();
    for (pattern, span) in includes {
        match included(&folder, &pattern) {
            Ok(found) => {
                config.folders.extend(found.folder);
                paths.extend(found.files);
            }
            Err(message) => faults.push(source.fault(Severity::Fault, span, message)),
        }
    }
    let included: Vec<_> = match kept {
        Some(kept) => kept.into_iter().map(Ok).collect(),
        None => paths.iter().map(|path| read_file(path)).collect(),
    };
    let mut sources = vec![source];
    for file in included {
        match file {
            Ok(file) => {
                let source = Source::new(&file.path, file.text);
                let ((), more) = document(&source, |root| reading.included(root));
                faults.extend(more);
                sources.push(source);
            }
            Err(fault) => faults.push(fault),
        }
    }
    faults.append(&mut reading.carriers.faults);
    config.parcels = reading.parcels.list;
    let mentions = Mentions { by_parcels: reading.parcels.carriers, tables: reading.carriers.mentions };
    config.carriers = reading.carriers.by_id;
    config.norms.deadlines.pickup_of =
        config.carriers.iter().filter_map(|(id, carrier)| Some((id.clone(), carrier.pickup_kept?))).collect();
    config.channels = reading.channels.list;
    let (faults, warnings): (Vec<Fault>, Vec<Fault>) =
        faults.into_iter().partition(|fault| fault.severity == Severity::Fault);
    if faults.is_empty() {
        let sources = sources.into_iter().map(|source| SourceFile { path: source.path, text: source.text }).collect();
        return Ok(Checked { config, warnings, mentions, sources });
    }
    if config.access == Access::Everybody && faults.iter().any(|fault| names_password(&sources, fault)) {
        config.access = Access::Nobody;
    }
    let rest = (!has_lost_the_ground).then(|| Box::new(config));
    Err(Rejected { faults: in_order(faults, warnings), rest })
}

/// Keys without which nobody knows where the state lies, and who may see the pages.
const GROUND: [&str; 8] =
    ["listen", "public_url", "allowed_hosts", "password", "password_file", "password_env", "data_dir", "plugin_dir"];

/// Whether a mistake in the syntax has swallowed one of these keys: then what is left is not what was meant, and nothing of it is
/// used. They stand before the first table.
fn has_lost_the_ground(source: &Source, root: &Table<'_>) -> bool {
    let lines = source.text.lines().map(str::trim_start).take_while(|line| !line.starts_with('['));
    let keys = lines.filter_map(|line| line.split_once('=')).map(|(key, _)| key.trim().trim_matches(['"', '\'']));
    keys.filter(|key| GROUND.contains(key)).any(|key| !root.has(key))
}

/// Faults as they come in the files, warnings among them.
fn in_order(mut faults: Vec<Fault>, warnings: Vec<Fault>) -> Vec<Fault> {
    faults.extend(warnings);
    let mut files: Vec<PathBuf> = Vec::new();
    for fault in &faults {
        if !files.contains(&fault.file) {
            files.push(fault.file.clone());
        }
    }
    faults.sort_by_key(|fault| (files.iter().position(|file| *file == fault.file), fault.line, fault.column));
    faults
}

/// Parses a document as far as it goes and reads it. A mistake in the syntax does not hide the others.
fn document<T: Default>(source: &Source, read: impl FnOnce(&Table<'_>) -> T) -> (T, Vec<Fault>) {
    let (root, errors) = DeTable::parse_recoverable(&source.text);
    let mut faults: Vec<Fault> = errors
        .iter()
        .map(|error| source.fault(Severity::Fault, error.span().unwrap_or(0..0), error.message().to_owned()))
        .collect();
    let collected = Faults::new(source);
    let table = Table::new(root.get_ref(), root.span(), "the config", &collected);
    let value = read(&table);
    table.finish();
    // After a syntax mistake the rest of its line may be read as something it is not.
    let broken: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
    faults.extend(collected.into_list().into_iter().filter(|fault| !broken.contains(&fault.line)));
    (value, faults)
}

struct Included {
    folder: Option<PathBuf>,
    files: Vec<PathBuf>,
}

fn included(folder: &Path, pattern: &str) -> Result<Included, String> {
    let full = folder.join(pattern);
    let paths = glob::glob(&full.to_string_lossy())
        .map_err(|error| format!("include \"{pattern}\" is not a pattern: {error}"))?;
    let mut files: Vec<PathBuf> = paths.flatten().filter(|path| path.is_file()).collect();
    files.sort();
    // The folder is watched even while nothing in it matches.
    let watched =
        full.parent().filter(|parent| !parent.to_string_lossy().contains(['*', '?', '['])).map(Path::to_owned);
    Ok(Included { folder: watched, files })
}

/// What several files add to.
struct Reading<'a> {
    parcels: Parcels,
    carriers: Carriers,
    channels: Channels<'a>,
}

impl Reading<'_> {
    fn main(&mut self, root: &Table<'_>) -> Root {
        let main = Root::read(root);
        self.parcels.country = main.config.country;
        self.parcels.postcode.clone_from(&main.postcode);
        self.included(root);
        main
    }

    /// What an included file may hold too.
    fn included(&mut self, root: &Table<'_>) {
        for (name, table) in root.named_tables("carriers") {
            self.carriers.read(&name, table);
        }
        for table in root.tables("notify") {
            self.channels.read(table);
        }
        for table in root.tables("parcel") {
            self.parcels.read(table);
        }
    }
}

#[cfg(test)]
mod tests;
