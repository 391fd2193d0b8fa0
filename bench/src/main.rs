//! What Parcelwatch costs. `cargo run --release -p bench` prints every figure, from one run; `-- sandbox polls` prints some.
//! Nothing is asserted here: machines differ, and a noisy one must not fail a build.

mod history;
mod memory;
mod pages;
mod polls;
mod rhythm;
mod sample;
mod sandbox;
mod start;

use std::time::{Duration, Instant};

/// Measures something and prints it.
type Part = fn() -> anyhow::Result<()>;

/// Every part of the bench, by the name it is asked for.
const PARTS: &[(&str, Part)] = &[
    ("sandbox", sandbox::run),
    ("polls", polls::run),
    ("history", history::run),
    ("start", start::run),
    ("memory", memory::run),
    ("pages", pages::run),
    ("rhythm", rhythm::run),
];

fn main() -> anyhow::Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    for (name, part) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            println!("\n{name}");
            part()?;
        }
    }
    Ok(())
}

/// Prints a figure and the budget it is held against.
fn figure(what: &str, value: impl std::fmt::Display, budget: &str) {
    let budget = if budget.is_empty() { String::new() } else { format!("   (budget: {budget})") };
    println!("  {what:<66} {value}{budget}");
}

/// How long something takes: the median of many single runs after a warm-up.
fn median(rounds: usize, mut run: impl FnMut()) -> Duration {
    for _ in 0..rounds / 10 + 1 {
        run();
    }
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

/// A value below which this share of the measurements lies.
fn percentile(times: &mut [Duration], share: f64) -> Duration {
    times.sort();
    let index = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1;
    times[index]
}

fn micros(duration: Duration) -> String {
    format!("{:.1} µs", duration.as_secs_f64() * 1e6)
}

fn millis(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1e3)
}
