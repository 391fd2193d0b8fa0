//! Answers, configs and histories made up at random: nothing of a stranger's may end the daemon or lose what is known.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use jiff::Timestamp;
use parcelwatch_plugin::Failure;
use parcelwatch_tracking::{Leg, LegNo, Parcel, ParcelId, ParcelState, Role, Timeline, TrackingNumber};
use serde_json::Value;

use crate::native::{Native, reply};
use crate::report::report;

const NOW: &str = "2026-11-21T12:00:00Z";
/// Numbers of one answer that are asked about; batches have many.
const NUMBERS_MAX: usize = 3;
/// What changes a text most for its size.
const PIECES: &[&str] = &[
    "",
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "null",
    "<",
    ">",
    "</",
    "&",
    "]]>",
    "<![CDATA[",
    "\u{0}",
    "\u{202e}",
    "\u{feff}",
    "é",
    "🦀",
    "-1",
    "99999999999999999999",
    "1e400",
    "0x",
    "T24:00:00",
    "2026-02-30",
    "+99:99",
    "'",
    "=",
    "\n",
    "#",
    "'''",
    "\u{1b}[31m",
];

/// An answer of a carrier, and the numbers in it that are the carrier's.
#[derive(Debug)]
pub struct Seed {
    carrier: String,
    native: Native,
    kind: &'static str,
    body: String,
    numbers: Vec<String>,
}

impl Seed {
    /// An answer made of this one.
    pub fn mutated(&self, random: &mut fastrand::Rng) -> String {
        mutated(&self.body, random)
    }
}

/// The answers that the plugins' folders have.
pub fn answers() -> Vec<Seed> {
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
    let mut paths = Vec::new();
    for plugin in std::fs::read_dir(&plugins).expect("the folder of the plugins").flatten() {
        let replies = std::fs::read_dir(plugin.path().join("replies")).into_iter().flatten();
        paths.extend(replies.flatten().map(|file| file.path()));
    }
    paths.sort();
    paths.iter().filter_map(|path| seed(path)).collect()
}

fn seed(path: &Path) -> Option<Seed> {
    let carrier = path.parent()?.parent()?.file_name()?.to_str()?.to_owned();
    let native = Native::find(&carrier)?;
    let body = std::fs::read_to_string(path).ok()?;
    let kind = match path.extension()?.to_str()? {
        "xml" => "text/xml",
        "html" => "text/html",
        _ => "application/json",
    };
    let words = body.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| (8..=40).contains(&word.len()));
    let mut numbers: Vec<String> = Vec::new();
    for word in words.filter(|word| word.bytes().any(|byte| byte.is_ascii_digit())) {
        if numbers.len() < NUMBERS_MAX && !numbers.iter().any(|known| known == word) && native.claims(word) {
            numbers.push(word.to_owned());
        }
    }
    (!numbers.is_empty()).then_some(Seed { carrier, native, kind, body, numbers })
}

/// One text made of another.
pub fn mutated(text: &str, random: &mut fastrand::Rng) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for _ in 0..random.usize(1..=4) {
        let (at, other) = (random.usize(0..=text.len()), random.usize(0..=text.len()));
        let from = at.min(other);
        let to = at.max(other).min(from + 200);
        let piece = PIECES[random.usize(0..PIECES.len())];
        match random.u8(0..6) {
            0 => text.truncate(at),
            1 => drop(text.drain(from..to)),
            2 => {
                let copied: Vec<char> = text[from..to].to_vec();
                text.splice(at..at, copied.repeat(random.usize(1..20)));
            }
            3 => drop(text.splice(at..at, piece.chars())),
            4 => {
                // A value of another kind in the place of one that is there.
                if let Some(digit) = text[from..].iter().position(char::is_ascii_digit) {
                    text.splice(from + digit..=from + digit, piece.chars());
                }
            }
            _ => {
                if let Some(known) = text.get_mut(at) {
                    *known = random.char('\u{1}'..='\u{2fff}');
                }
            }
        }
    }
    text.into_iter().collect()
}

/// Lets a plugin read a made-up answer, and a history take in what it made of it. The error says what broke.
pub fn check_answer(seed: &Seed, body: &str, random: &mut fastrand::Rng) -> Result<(), String> {
    let number = &seed.numbers[random.usize(0..seed.numbers.len())];
    let status = if random.u8(0..10) == 0 { random.u16(100..600) } else { 200 };
    let reply = reply(status, seed.kind, &Value::String(body.to_owned()));
    let hints = [("country", "FR"), ("postcode", "75002")];
    let told = caught(|| seed.native.track(number, &hints, vec![reply], NOW, true));
    let told: Result<_, Failure> = told.map_err(|why| format!("{} panics about {number}: {why}", seed.carrier))?;
    let Ok(answer) = told else { return Ok(()) };
    let zone = seed.native.describe().zone;
    let now: Timestamp = NOW.parse().expect("an instant");
    let number = TrackingNumber::new(number).ok_or("a plugin claims what is no number")?;
    caught(|| {
        let report = report(answer, zone, now);
        let parcel = Parcel::new(ParcelId::new("made-up").expect("an id"), "made up");
        let mut timeline = Timeline { legs: vec![Leg::new(LegNo(0), number, Role::Given, now)], ..Timeline::default() };
        timeline.absorb(LegNo(0), &report);
        let kept = timeline.events.len();
        let again = timeline.absorb(LegNo(0), &report);
        assert!(again.new.is_empty(), "what is told twice is new: {again:?}");
        assert_eq!(timeline.events.len(), kept, "what is told twice is kept twice");
        let _ = ParcelState::of(&timeline, &parcel);
    })
    .map_err(|why| format!("a history of {}: {why}", seed.carrier))
}

/// Reads a made-up config: it has faults that stand somewhere, or it can be used.
pub fn check_config(text: &str) -> Result<(), String> {
    let read = caught(|| parcelwatch::config::parse(text, parcelwatch::notify::KINDS));
    let lines = text.lines().count().max(1) + 1;
    match read.map_err(|why| format!("config: {why}"))? {
        Ok(_) => Ok(()),
        Err(rejected) if rejected.faults.is_empty() => Err("config: refused, and no fault is named".to_owned()),
        Err(rejected) => match rejected.faults.iter().find(|fault| fault.line > lines || fault.message.is_empty()) {
            Some(fault) => Err(format!("config: a fault in line {} of {lines}: {:?}", fault.line, fault.message)),
            None => Ok(()),
        },
    }
}

fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked without a word").to_owned()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::{Duration, Instant};

    use super::*;

    const ROUNDS: usize = 4000;

    /// So many rounds in a test; for as long as `PARCELWATCH_FUZZ_SECONDS` says by hand, from a seed of its own.
    struct Limit {
        seed: u64,
        until: Option<Instant>,
    }

    impl Limit {
        fn new() -> Self {
            let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().expect("a number"));
            let seconds: Option<u64> = number("PARCELWATCH_FUZZ_SECONDS");
            let usual = if seconds.is_some() { fastrand::u64(..1 << 48) } else { 11 };
            let until = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
            Self { seed: number("PARCELWATCH_FUZZ_SEED").unwrap_or(usual), until }
        }

        fn is_over(&self, round: u64) -> bool {
            self.until.map_or(round >= ROUNDS as u64, |until| Instant::now() >= until)
        }
    }

    #[test]
    #[expect(clippy::print_stdout, reason = "seed and rounds are to be read: with --nocapture")]
    fn nothing_that_is_made_up_ends_a_plugin_the_config_or_the_history() {
        let seeds = answers();
        let carriers: BTreeSet<&str> = seeds.iter().map(|seed| seed.carrier.as_str()).collect();
        assert!(carriers.len() >= 17, "answers of {carriers:?}");
        let example = parcelwatch::config::EXAMPLE;
        let configs = [example.replace("\n# ", "\n"), example.to_owned()];
        let limit = Limit::new();
        let (mut finds, mut round): (Vec<String>, u64) = (Vec::new(), 0);
        while !limit.is_over(round) && finds.len() < 20 {
            // Each round has a seed of its own, so that a find can be repeated alone.
            let own = limit.seed.wrapping_add(round);
            let mut random = fastrand::Rng::with_seed(own);
            let checked = if own % 8 == 0 {
                check_config(&mutated(&configs[random.usize(0..configs.len())], &mut random))
            } else {
                let seed = &seeds[random.usize(0..seeds.len())];
                let body = seed.mutated(&mut random);
                check_answer(seed, &body, &mut random)
            };
            finds.extend(checked.err().map(|why| format!("PARCELWATCH_FUZZ_SEED={own}: {why}")));
            round += 1;
        }
        println!("fuzz: seed {}, rounds {round}, carriers {}, finds {}", limit.seed, carriers.len(), finds.len());
        assert!(finds.is_empty(), "{finds:#?}");
    }
}
