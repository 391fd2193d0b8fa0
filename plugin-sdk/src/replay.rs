//! Runs a plugin natively on recorded replies, under the same egress rules as in the daemon.
//!
//! ```no_run
//! # use parcelwatch_plugin::{prelude::*, replay::Replay};
//! # struct Example;
//! # impl Carrier for Example {
//! #     fn describe() -> Descriptor { Descriptor::new("example", "Example", "1") }
//! #     fn recognize(_: &str) -> Vec<Candidate> { Vec::new() }
//! #     fn track(_: &[Parcel]) -> Vec<Outcome> { Vec::new() }
//! # }
//! let mut replay = Replay::<Example>::of();
//! replay.on("GET", "https://track.example.com/api?number=EX0000000001").reply(200, include_str!("../Cargo.toml"));
//! let answer = replay.track_one("EX0000000001").expect("an answer");
//! assert_eq!(answer.events.len(), 1);
//! ```

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::rc::Rc;

use crate::egress::{self, Rules};
use crate::host::{Host, Level};
use crate::http::{Body, Fault, Reply, Request};
use crate::wall::{self, Loss};
use crate::{Answer, Candidate, Carrier, Descriptor, Event, Failure, Moment, Outcome, Parcel, Place};

/// The present during a replay, unless a test sets another.
const NOW: &str = "2026-11-21T12:00:00Z";

/// A carrier, the replies it is to get, and what it did.
#[derive(Debug)]
pub struct Replay<C> {
    stage: Rc<Stage>,
    next_key: u32,
    carrier: std::marker::PhantomData<C>,
}

impl<C: Carrier> Replay<C> {
    /// A replay of a carrier that has all hosts granted and every secret it asks for.
    pub fn of() -> Self {
        let descriptor = C::describe();
        let rules = Rules::of(&descriptor).expect("the descriptor's hosts are origins");
        let stage = Stage { rules, now: NOW.to_owned(), is_lenient: false, descriptor, state: RefCell::default() };
        Self { stage: Rc::new(stage), next_key: 1, carrier: std::marker::PhantomData }
    }

    fn stage_mut(&mut self) -> &mut Stage {
        Rc::get_mut(&mut self.stage).expect("no call is running")
    }

    /// Sets the present.
    pub fn now(&mut self, now: &str) -> &mut Self {
        self.stage_mut().now = now.to_owned();
        self
    }

    /// What the daemon would drop fails nothing: for answers that no carrier gives, made up at random.
    pub fn lenient(&mut self) -> &mut Self {
        self.stage_mut().is_lenient = true;
        self
    }

    /// Sets a setting of the operator's.
    pub fn setting(&mut self, name: &str, value: &str) -> &mut Self {
        self.stage_mut().state.get_mut().settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Takes every secret away, as when the operator has not configured the carrier.
    pub fn without_secrets(&mut self) -> &mut Self {
        self.stage_mut().state.get_mut().without_secrets = true;
        self
    }

    /// Expects a request. Requests with the same method and address get their replies in order, the last one for good.
    pub fn on(&mut self, method: &str, url: &str) -> Expectation<'_> {
        let expected = Expected { method: method.to_owned(), url: url.to_owned(), replies: Vec::new(), next: 0 };
        Expectation { stage: self.stage_mut(), expected: Some(expected) }
    }

    /// Answers every request with what a folder's recording `name` holds: an exchange (`*.exchange*.json`, with request
    /// and response), or a bare body.
    pub fn recording(&mut self, path: &Path) -> &mut Self {
        self.any(vec![recorded(path)])
    }

    /// Answers every request that is not expected with these, in order, the last one for good.
    pub fn any(&mut self, replies: Vec<Reply>) -> &mut Self {
        self.stage_mut().state.get_mut().any = replies.into();
        self
    }

    /// Asks about one number.
    pub fn track_one(&mut self, number: &str) -> Result<Answer, Failure> {
        self.track_with(number, &[])
    }

    /// Asks about one number, with hints.
    pub fn track_with(&mut self, number: &str, hints: &[(&str, &str)]) -> Result<Answer, Failure> {
        let hints = crate::pairs(hints);
        let parcel = Parcel { key: self.next_key, number: number.to_owned(), hints, cursor: None };
        self.next_key += 1;
        self.track(&[parcel]).remove(0).found
    }

    /// Asks about several numbers at once.
    pub fn track_all(&mut self, numbers: &[&str]) -> Vec<Result<Answer, Failure>> {
        let parcels: Vec<Parcel> = numbers
            .iter()
            .zip(1..)
            .map(|(number, key)| Parcel { key, number: (*number).to_owned(), ..Parcel::default() })
            .collect();
        self.track(&parcels).into_iter().map(|outcome| outcome.found).collect()
    }

    /// Asks, and gives back the outcomes in the order of the questions.
    ///
    /// # Panics
    ///
    /// When the carrier leaves a question without an outcome, answers one that was not asked, or tells what the daemon would not
    /// take (see [`crate::wall`]).
    pub fn track(&mut self, parcels: &[Parcel]) -> Vec<Outcome> {
        let mut outcomes = crate::native::with_host(self.stage.clone(), || C::track(parcels));
        assert_eq!(outcomes.len(), parcels.len(), "one outcome for each parcel");
        for outcome in &outcomes {
            let lost = wall::losses(outcome, &self.stage.now).into_iter();
            let lost: Vec<&str> = lost.filter(|loss| self.stage.is_plugins(*loss)).map(Loss::words).collect();
            assert!(lost.is_empty(), "the daemon does not take {}: {outcome:?}", lost.join(", "));
        }
        let ordered = parcels.iter().map(|parcel| {
            let position = outcomes.iter().position(|outcome| outcome.key == parcel.key);
            outcomes.swap_remove(position.unwrap_or_else(|| panic!("no outcome for key {}", parcel.key))).settled()
        });
        ordered.collect()
    }

    /// Tells the carrier that parcels are no longer followed.
    pub fn release(&mut self, parcels: &[Parcel]) -> Vec<Outcome> {
        crate::native::with_host(self.stage.clone(), || C::release(parcels))
    }

    /// What the carrier thinks of a number. The network is off.
    pub fn recognize(&self, number: &str) -> Vec<Candidate> {
        crate::native::with_host(Rc::new(NoNetwork), || C::recognize(number))
    }

    /// The requests sent so far, as `METHOD address`.
    pub fn requests(&self) -> Vec<String> {
        self.stage.state.borrow().sent.iter().map(|request| format!("{} {}", request.method, request.url)).collect()
    }

    /// The requests sent so far.
    pub fn sent(&self) -> Vec<Request> {
        self.stage.state.borrow().sent.clone()
    }

    /// What the carrier wrote to the log.
    pub fn log(&self) -> Vec<String> {
        self.stage.state.borrow().log.clone()
    }
}

/// A request that is expected, waiting for its reply.
#[derive(Debug)]
pub struct Expectation<'a> {
    stage: &'a mut Stage,
    expected: Option<Expected>,
}

impl Expectation<'_> {
    /// The reply's status and body; JSON, HTML and XML are told apart by how the body begins.
    pub fn reply(self, status: u16, body: &str) {
        let content_type = match body.trim_start().as_bytes() {
            [b'{' | b'[', ..] => "application/json",
            [b'<', b'!' | b'h' | b'H', ..] => "text/html",
            [b'<', ..] => "text/xml",
            _ => "text/plain",
        };
        self.reply_with(status, &[("content-type", content_type)], body);
    }

    /// The reply with headers of its own.
    pub fn reply_with(mut self, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers = crate::pairs(headers);
        self.add(Ok(Reply { status, url: String::new(), headers, body: Body::Text(body.to_owned()) }));
    }

    /// No reply: a fault of the network.
    pub fn fail(mut self, kind: &str) {
        self.add(Err(Fault::new(kind, format!("the replay was told to fail with {kind}"))));
    }

    fn add(&mut self, reply: Result<Reply, Fault>) {
        let Some(mut expected) = self.expected.take() else { return };
        let known = &mut self.stage.state.get_mut().expected;
        match known.iter_mut().find(|known| known.method == expected.method && known.url == expected.url) {
            Some(known) => known.replies.push(reply),
            None => {
                expected.replies.push(reply);
                known.push(expected);
            }
        }
    }
}

#[derive(Debug)]
struct Expected {
    method: String,
    url: String,
    replies: Vec<Result<Reply, Fault>>,
    next: usize,
}

/// What the carrier sees instead of the daemon.
#[derive(Debug)]
struct Stage {
    rules: Rules,
    now: String,
    is_lenient: bool,
    descriptor: Descriptor,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    expected: Vec<Expected>,
    any: VecDeque<Reply>,
    settings: HashMap<String, String>,
    memory: HashMap<String, Vec<u8>>,
    without_secrets: bool,
    sent: Vec<Request>,
    log: Vec<String>,
    largest_reply: usize,
}

/// A reply beyond this is no answer about a parcel: what is cut of it is the carrier's doing and not the plugin's.
const USUAL_BYTES_MAX: usize = 128 * 1024;

impl Stage {
    /// Whether the plugin is to blame for a loss.
    fn is_plugins(&self, loss: Loss) -> bool {
        let is_excess = matches!(loss, Loss::Text | Loss::Events);
        !self.is_lenient && (!is_excess || self.state.borrow().largest_reply <= USUAL_BYTES_MAX)
    }

    fn replied(state: &mut State, reply: Reply, url: &url::Url) -> Reply {
        let bytes = match &reply.body {
            Body::Text(text) => text.len(),
            Body::Bytes(bytes) => bytes.len(),
            Body::None => 0,
        };
        state.largest_reply = state.largest_reply.max(bytes);
        Reply { url: url.to_string(), ..reply }
    }
}

impl Host for Stage {
    fn send(&self, request: Request) -> Result<Reply, Fault> {
        let url = self.rules.check(&request)?;
        let mut state = self.state.borrow_mut();
        if state.sent.len() >= egress::REQUESTS_PER_CALL_MAX * 8 {
            return Err(Fault::new("budget", "a replay sends no more than this"));
        }
        if let Some(profile) = &request.auth {
            let secret = |name: &str| (!state.without_secrets).then(|| format!("replay-{name}"));
            let profile = self.rules.profile(profile)?;
            if let Some(missing) = profile.secrets().iter().find(|name| secret(name).is_none()) {
                let message =
                    format!("{} needs {missing}; set it in [carriers.{}]", self.descriptor.name, self.descriptor.id);
                return Err(Fault::new("needs_credential", message));
            }
        }
        state.sent.push(request.clone());
        let expected = state
            .expected
            .iter_mut()
            .find(|expected| expected.method == request.method && expected.url == url.as_str());
        if let Some(expected) = expected {
            let reply = expected.replies[expected.next.min(expected.replies.len() - 1)].clone();
            expected.next += 1;
            return reply.map(|reply| Self::replied(&mut state, reply, &url));
        }
        let next = if state.any.len() > 1 { state.any.pop_front() } else { state.any.front().cloned() };
        match next {
            Some(reply) => Ok(Self::replied(&mut state, reply, &url)),
            None => panic!("an unexpected request: {} {url}", request.method),
        }
    }

    fn log(&self, level: Level, message: &str) {
        self.state.borrow_mut().log.push(format!("{level:?}: {message}"));
    }

    fn now(&self) -> String {
        self.now.clone()
    }

    fn random(&self, bytes: u32) -> Vec<u8> {
        // Always the same, so that a test can expect what follows from it.
        (0..bytes).map(|i| u8::try_from(i % 251).unwrap_or(0)).collect()
    }

    fn setting(&self, name: &str) -> Option<String> {
        self.state.borrow().settings.get(name).cloned()
    }

    fn recall(&self, name: &str) -> Option<Vec<u8>> {
        self.state.borrow().memory.get(name).cloned()
    }

    fn remember(&self, name: &str, value: &[u8], _seconds: u32) {
        self.state.borrow_mut().memory.insert(name.to_owned(), value.to_vec());
    }

    fn sign(&self, profile: &str, algorithm: &str, message: &[u8]) -> Result<Vec<u8>, String> {
        let profile = self.rules.profile(profile).map_err(|fault| fault.message)?;
        let state = self.state.borrow();
        let key = profile.filled("key", &|name| (!state.without_secrets).then(|| format!("replay-{name}")));
        let key = key.map_err(|missing| format!("{missing} is not configured"))?;
        crate::profile::sign(algorithm, key.as_bytes(), message).ok_or_else(|| format!("no algorithm {algorithm:?}"))
    }
}

/// An event in one line, for tests: time, status, code, words, place and its country.
pub fn line(event: &Event) -> String {
    let moment = match &event.moment {
        Some(Moment::Clock { at, zone }) => format!("{at} {}", zone.as_deref().unwrap_or("-")),
        Some(Moment::Instant(at) | Moment::Date(at)) => at.clone(),
        None => "-".to_owned(),
    };
    let place = |place: &Place| format!("{} [{}]", place.text, place.country.as_deref().unwrap_or("-"));
    let place = event.place.as_ref().map_or("-".to_owned(), place);
    let code = event.code.as_deref().unwrap_or("-");
    format!("{moment} | {} {code} | {} @ {place}", event.status.key(), event.text)
}

/// The host of `recognize`: there is nothing to reach.
#[derive(Debug)]
struct NoNetwork;

impl Host for NoNetwork {
    fn send(&self, request: Request) -> Result<Reply, Fault> {
        panic!("the network is off here: {} {}", request.method, request.url)
    }

    fn log(&self, _level: Level, _message: &str) {}

    fn now(&self) -> String {
        NOW.to_owned()
    }

    fn random(&self, bytes: u32) -> Vec<u8> {
        vec![0; bytes as usize]
    }

    fn setting(&self, _name: &str) -> Option<String> {
        None
    }

    fn recall(&self, _name: &str) -> Option<Vec<u8>> {
        None
    }

    fn remember(&self, _name: &str, _value: &[u8], _seconds: u32) {}

    fn sign(&self, _profile: &str, _algorithm: &str, _message: &[u8]) -> Result<Vec<u8>, String> {
        Err("nothing is signed here".to_owned())
    }
}

/// A recorded reply: an exchange with its request, or a bare body.
fn recorded(path: &Path) -> Reply {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let exchange: Option<serde_json::Value> = serde_json::from_str(&text).ok();
    let response = exchange.as_ref().and_then(|exchange| exchange.get("response"));
    // A carrier's own answer may have a part of this name, but no status and headers in it.
    if let Some(response) =
        response.filter(|response| response.get("status").is_some() || response.get("headers").is_some())
    {
        let body = match response.get("body") {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        let pair = |pair: &serde_json::Value| {
            Some((pair.get(0)?.as_str()?.to_ascii_lowercase(), pair.get(1)?.as_str()?.to_owned()))
        };
        let headers = response.get("headers").and_then(|headers| headers.as_array());
        return Reply {
            status: response
                .get("status")
                .and_then(serde_json::Value::as_u64)
                .and_then(|s| u16::try_from(s).ok())
                .unwrap_or(200),
            url: String::new(),
            headers: headers.map(|headers| headers.iter().filter_map(pair).collect()).unwrap_or_default(),
            body: Body::Text(body),
        };
    }
    let content_type = match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => "application/json",
        Some("xml") => "text/xml",
        Some("html") => "text/html",
        _ => "text/plain",
    };
    Reply {
        status: 200,
        url: String::new(),
        headers: vec![("content-type".to_owned(), content_type.to_owned())],
        body: Body::Text(text),
    }
}

/// The recorded answers for a carrier in the folder that `PARCELWATCH_SAMPLES` names; none where it is not set.
pub fn samples(carrier: &str) -> Vec<std::path::PathBuf> {
    let Some(folder) = std::env::var_os("PARCELWATCH_SAMPLES") else { return Vec::new() };
    let folder = Path::new(&folder).join(carrier);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        panic!("PARCELWATCH_SAMPLES has no folder {}", folder.display());
    };
    let mut files: Vec<_> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()).collect();
    files.sort();
    files
}
