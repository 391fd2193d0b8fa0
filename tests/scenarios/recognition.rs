//! Whose number is it? Asked of the whole daemon, with every carrier it has.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::home;

/// What `parcelwatch recognize` says of each number.
fn recognized(numbers: &[String]) -> Vec<Value> {
    let home = home("");
    let daemon = home.start();
    daemon.until_system(|system| {
        system["plugins"].as_array().is_some_and(|all| !all.is_empty() && all.iter().all(|p| p["state"] == "running"))
    });
    let mut arguments = vec!["recognize", "--json"];
    arguments.extend(numbers.iter().map(String::as_str));
    serde_json::from_str(&home.say(&arguments)).expect("JSON")
}

fn candidates(told: &Value) -> Vec<&Value> {
    told["candidates"].as_array().into_iter().flatten().collect()
}

#[test]
fn a_number_is_told_with_its_post_and_its_carriers_the_likeliest_first() {
    let numbers = ["LX123456785CN", "RB123456785AU", "RB123456786GB", "TBA010000000000", "hello"].map(str::to_owned);
    let told = recognized(&numbers);
    assert_eq!((&told[0]["post"]["name"], &told[0]["post"]["country"]), (&"China Post".into(), &"CN".into()));
    let first = candidates(&told[0])[0];
    assert_eq!((&first["carrier"], &first["checksum"]), (&"china_post".into(), &true.into()), "{first:#}");
    assert_eq!((&first["normalized"], &first["served"]), (&"LX123456785CN".into(), &true.into()));
    assert!(first["confidence"].as_u64().is_some_and(|sure| (50..=100).contains(&sure)) && first["needs"].is_array());
    // No plugin serves these, and they have a name and a page all the same.
    assert_eq!(told[1]["post"]["name"], "Australia Post");
    assert!(told[1]["post"]["link"].as_str().is_some_and(|link| link.contains("RB123456785AU")));
    assert_eq!(candidates(&told[3])[0]["carrier"], "amazon");
    assert_eq!((&told[2]["likely_typo"], &told[3]["likely_typo"]), (&true.into(), &false.into()));
    assert!(told[4]["problem"].as_str().is_some_and(|problem| problem.contains("one digit at least")));
}

/// A format as the collection of numbers has it.
#[derive(Deserialize)]
struct Format {
    carrier: String,
    name: String,
    valid: Vec<String>,
    invalid: Vec<String>,
}

/// Numbers that one carrier's check digit refuses and another's confirms, as one in ten does by chance: the first is a
/// good number of FedEx's, of a shipper of its Ground Economy; the second is as good for DHL Paket.
const GOOD_ELSEWHERE: [&str; 2] = ["61299998820821171811", "320595463939"];

/// Runs where `PARCELWATCH_SAMPLES` names the collection; it is not part of the project.
#[test]
#[expect(clippy::print_stdout, reason = "the rates are to be read: with --nocapture")]
fn every_number_of_the_collection_is_recognized() {
    let Some(samples) = std::env::var_os("PARCELWATCH_SAMPLES") else { return };
    let text = std::fs::read_to_string(Path::new(&samples).join("../numbers.json")).expect("the collection is there");
    let formats: Vec<Format> = serde_json::from_str(&text).expect("it is as we know it");
    let valid: Vec<(&Format, &String)> = formats.iter().flat_map(|f| f.valid.iter().map(move |n| (f, n))).collect();
    let invalid: Vec<(&Format, &String)> = formats.iter().flat_map(|f| f.invalid.iter().map(move |n| (f, n))).collect();
    let numbers: Vec<String> = valid.iter().chain(&invalid).map(|(_, number)| (*number).clone()).collect();
    let told = recognized(&numbers);
    let (told_valid, told_invalid) = told.split_at(valid.len());
    let mut misses = Vec::new();
    for ((format, number), told) in valid.iter().zip(told_valid) {
        let wanted = if format.carrier == "ups_mi" { "ups" } else { &format.carrier };
        let is_first = candidates(told).iter().take(2).any(|candidate| candidate["carrier"] == wanted);
        let is_post = told["post"]["carrier"] == wanted || (wanted == "s10" && told["post"].is_object());
        if !is_first && !is_post {
            misses.push(format!("{} is not among the first two for {number} ({})", format.carrier, format.name));
        }
    }
    let good = valid.iter().zip(told_valid).filter(|(_, told)| told["likely_typo"] == true);
    misses.extend(good.map(|((format, number), _)| format!("{number} ({}) is called mistyped", format.name)));
    let mut confirmed = Vec::new();
    for ((format, number), told) in invalid.iter().zip(told_invalid) {
        let holds = candidates(told).into_iter().find(|candidate| candidate["checksum"] == true);
        if let Some(by) = holds.filter(|_| !GOOD_ELSEWHERE.contains(&number.as_str())) {
            confirmed.push(format!("{} confirms {number} ({})", by["carrier"], format.name));
        }
    }
    println!(
        "recognized: {} of {} valid numbers; refused: {} of {} invalid ones, {} of the others good elsewhere",
        valid.len().saturating_sub(misses.len()),
        valid.len(),
        invalid.len() - confirmed.len() - GOOD_ELSEWHERE.len(),
        invalid.len(),
        GOOD_ELSEWHERE.len(),
    );
    assert!(misses.is_empty() && confirmed.is_empty(), "{misses:#?}\n{confirmed:#?}");
}
