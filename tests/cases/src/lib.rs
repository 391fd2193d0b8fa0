//! Cases: what a carrier answered, and what is right to make of it.
//!
//! `west/*.case.json` holds replies served one after another; `china/*.json` one answer (a reading), or several and a story (a
//! journey). Their numbers, names and places are placeholders. Each is read by its carrier's own plugin, judged as the daemon
//! judges it, and compared. A folder that `PARCELWATCH_CASES` names is played, too.
#![forbid(unsafe_code)]

mod compare;
pub mod fuzz;
mod native;
mod numbers;
mod play;
mod report;

use std::path::{Path, PathBuf};

pub use numbers::{Mistaken, count};

use serde_json::Value;

/// How many cases were played, and what is wrong with those that are.
#[derive(Debug)]
pub struct Outcome {
    pub played: usize,
    /// File names and faults.
    pub wrong: Vec<(String, Vec<String>)>,
}

/// Plays every case below a folder.
pub fn play_all(folder: &Path) -> Outcome {
    let mut paths = Vec::new();
    find(folder, &mut paths);
    paths.sort();
    let faults = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let case: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name, compare::faults(&case, &play::play(&case)))
    };
    let wrong = paths.iter().map(faults).filter(|(_, faults)| !faults.is_empty()).collect();
    Outcome { played: paths.len(), wrong }
}

fn find(folder: &Path, paths: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            find(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(folder: &Path) {
        let outcome = play_all(folder);
        assert!(outcome.played > 0, "{} holds no case", folder.display());
        let faults: Vec<String> =
            outcome.wrong.iter().map(|(name, wrong)| format!("{name}:\n  {}", wrong.join("\n  "))).collect();
        let right = outcome.played - outcome.wrong.len();
        assert!(faults.is_empty(), "{right} of {} cases are right\n{}", outcome.played, faults.join("\n"));
    }

    #[test]
    fn every_case_is_right() {
        check(Path::new(env!("CARGO_MANIFEST_DIR")));
    }

    #[test]
    fn every_case_from_outside_is_right() {
        if let Some(folder) = std::env::var_os("PARCELWATCH_CASES") {
            check(Path::new(&folder));
        }
    }

    #[test]
    fn good_numbers_are_neither_mistyped_nor_somebody_elses() {
        let Mistaken { counted, mistyped, claimed, unknown } = count(include_str!("../numbers.txt"));
        assert!(counted > 200, "{counted} numbers");
        assert!(
            mistyped.is_empty() && claimed.is_empty() && unknown.is_empty(),
            "of {counted}: {} mistyped, {} claimed, {} unknown\nmistyped {mistyped:#?}\nclaimed {claimed:#?}\nunknown {unknown:#?}",
            mistyped.len(),
            claimed.len(),
            unknown.len()
        );
    }
}
