//! Whose numbers could these be: the plugins' opinions and the directory's, weighed and ranked, for people and programs.

use std::collections::HashMap;

use jiff::Timestamp;
use parcelwatch_tracking::{
    Candidate, CarrierId, Circumstances, Post, TrackingNumber, matches_unsupported, recognize, unsupported_carriers,
};
use serde::Serialize;

use crate::plugin_host::{Descriptor, PluginHost};

/// How many carriers are asked about a number in doubt, where no config says otherwise.
const ASK_MAX: usize = 3;

/// What is known about whose number one is.
#[derive(Debug, Serialize)]
pub(crate) struct Recognized {
    /// The number as we keep it; as it was given where it is none.
    number: String,
    likely_typo: bool,
    /// The post that issued it, where it is a postal number.
    post: Option<PostJson>,
    /// Best first, those without a plugin among them.
    candidates: Vec<CandidateJson>,
    /// Why it cannot be a tracking number.
    problem: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct PostJson {
    country: String,
    country_name: String,
    name: String,
    carrier: String,
    link: String,
}

#[derive(Debug, Serialize)]
struct CandidateJson {
    carrier: String,
    name: String,
    confidence: u8,
    checksum: Option<bool>,
    scheme: String,
    normalized: String,
    country: Option<String>,
    needs: Vec<String>,
    /// Whether a plugin in force serves it.
    served: bool,
    /// Whether it would be asked.
    asked: bool,
    /// The carrier's own page for the number.
    link: Option<String>,
}

/// Weighs what is thought of numbers of which nothing else is known.
pub(crate) async fn recognized(host: &PluginHost, given: &[String], now: Timestamp) -> Vec<Recognized> {
    let read: Vec<Option<TrackingNumber>> = given.iter().map(|text| TrackingNumber::new(text)).collect();
    let numbers: Vec<TrackingNumber> = read.iter().flatten().cloned().collect();
    let carriers: HashMap<CarrierId, Descriptor> =
        host.carriers().into_iter().map(|carrier| (carrier.id.clone(), carrier)).collect();
    let mut opinions = host.recognize(&numbers, now).await.into_iter();
    let each = given.iter().zip(read).map(|(text, number)| match number {
        Some(number) => one(&number, opinions.next().unwrap_or_default(), &carriers),
        None => Recognized {
            number: text.clone(),
            likely_typo: false,
            post: None,
            candidates: Vec::new(),
            problem: Some("a tracking number has 4 letters and digits or more, and one digit at least"),
        },
    });
    each.collect()
}

fn one(number: &TrackingNumber, opinions: Vec<Candidate>, carriers: &HashMap<CarrierId, Descriptor>) -> Recognized {
    let circumstances = Circumstances { ask_max: ASK_MAX, ..Circumstances::default() };
    let recognition = recognize(opinions, circumstances);
    let others =
        unsupported_carriers(number).into_iter().filter(|stranger| !carriers.contains_key(&stranger.carrier)).collect();
    let others = recognize(others, circumstances).candidates;
    let served = recognition.candidates.into_iter().enumerate().map(|(rank, mut candidate)| {
        let link = carriers.get(&candidate.carrier).and_then(|carrier| carrier.link(&candidate.number));
        candidate.link = link.or(candidate.link);
        (candidate.is_aggregator, json(candidate, true, rank < recognition.ask))
    });
    let others = others.into_iter().map(|candidate| (candidate.is_aggregator, json(candidate, false, false)));
    let mut candidates: Vec<(bool, CandidateJson)> = served.chain(others).collect();
    // A stable sort: of two equally likely ones the one that can be asked stands first.
    candidates.sort_by_key(|(is_aggregator, candidate)| (*is_aggregator, std::cmp::Reverse(candidate.confidence)));
    let candidates = candidates.into_iter().map(|(_, candidate)| candidate).collect();
    Recognized {
        number: number.to_string(),
        likely_typo: recognition.likely_typo && !matches_unsupported(number),
        post: Post::of(number).map(|post| PostJson {
            country: post.country.to_string(),
            country_name: post.country.name().to_owned(),
            name: post.name,
            carrier: post.carrier.to_string(),
            link: post.link,
        }),
        candidates,
        problem: None,
    }
}

fn json(candidate: Candidate, served: bool, asked: bool) -> CandidateJson {
    CandidateJson {
        carrier: candidate.carrier.to_string(),
        name: candidate.carrier_name,
        confidence: candidate.confidence,
        checksum: candidate.checksum,
        scheme: candidate.scheme,
        normalized: candidate.number.to_string(),
        country: candidate.country.map(|country| country.to_string()),
        needs: candidate.needs,
        served,
        asked,
        link: candidate.link,
    }
}
