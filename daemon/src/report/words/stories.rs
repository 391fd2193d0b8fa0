//! The stories of `tracking`, run once more with sentences. A file under `stories/` holds what people read of one, and only what
//! changes. `UPDATE_EXPECT=1 cargo test -p parcelwatch --lib words` writes them anew; read the difference before believing it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use parcelwatch_tracking::Judgement;
use parcelwatch_tracking::stories::Story;

#[test]
fn every_story_is_worded_as_it_was() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (played, worded) = (here.join("../tracking/journeys"), here.join("src/report/words/stories"));
    let names = names(&played);
    assert!(!names.is_empty(), "{} holds no story", played.display());
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for name in &names {
        let text = std::fs::read_to_string(played.join(name)).expect("a story");
        let (now, path) = (sentences(name, &text), worded.join(name));
        let was = std::fs::read_to_string(&path).unwrap_or_default();
        if update {
            std::fs::write(&path, now).expect("a folder that can be written");
        } else if was != now {
            wrong.push(format!("{}:\n{}", path.display(), difference(&was, &now)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(names, self::names(&worded), "sentences of a story that is no more");
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries
        .filter_map(|name| name.into_string().ok())
        .filter(|name| PathBuf::from(name).extension().is_some_and(|extension| extension == "txt"))
        .collect();
    names.sort();
    names
}

fn difference(was: &str, now: &str) -> String {
    let changed = |one: &str, other: &str, sign: &str| -> String {
        let missing = one.lines().filter(|line| !other.lines().any(|known| known == *line));
        missing.take(6).map(|line| format!("  {sign} {line}\n")).collect()
    };
    changed(was, now, "was") + &changed(now, was, "now")
}

/// A story in the sentences that people read, each when it is new.
fn sentences(name: &str, text: &str) -> String {
    let mut story = Story::new(name, text);
    let (mut out, mut said) = (String::new(), Vec::new());
    while let Some(scene) = story.play() {
        let lines = worded(&story.judged(scene.at).1, &story, scene.at);
        let new: Vec<&String> = lines.iter().filter(|line| !said.contains(*line)).collect();
        if !new.is_empty() {
            writeln!(out, "{}", scene.line).expect("memory");
        }
        for line in new {
            writeln!(out, "> {line}").expect("memory");
        }
        said = lines;
    }
    out
}

fn worded(judged: &Judgement, story: &Story<'_>, now: Timestamp) -> Vec<String> {
    let silence = judged.silence.map(|silence| format!("silence: {}", super::silence(&silence, &story.zone, now)));
    let deadlines =
        judged.deadlines.iter().map(|deadline| format!("{}: {}", deadline.kind.key(), super::deadline(deadline, now)));
    let advice = format!("advice: {}", super::advice(&judged.advice.reason));
    silence.into_iter().chain(deadlines).chain([advice]).collect()
}
