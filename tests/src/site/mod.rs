//! A carrier site: a small real HTTP server that plays every carrier a story needs, token services included, with faults
//! on demand. The daemon is pointed at it with `endpoint`, and says in `X-Forwarded-Host` whom it means.

pub mod cainiao;
pub mod dhl;
pub mod fedex;
mod oauth;

pub mod usps;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::Notify;

pub use oauth::CLIENT;

/// What is wrong with a carrier.
#[derive(Clone, Debug)]
pub enum Fault {
    /// 429, with this `Retry-After`.
    TooMany(&'static str),
    Status(u16),
    /// A captcha where data was asked for.
    Captcha,
    /// A body that is no JSON.
    Garbage,
    /// The connection breaks in the middle of the body.
    CutOff,
    /// No answer until the fault is lifted.
    Slow,
    /// The right answer, packed.
    Gzip,
    /// A redirect.
    Redirect(String),
    /// JSON of another shape.
    OtherShape,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// The host that was meant.
    pub host: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A query parameter, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let pair = self.query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        pair.map(decode)
    }
}

/// An answer in the making.
#[derive(Clone, Debug)]
pub struct Told {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Told {
    pub fn json(value: &serde_json::Value) -> Self {
        Self::text(200, "application/json;charset=UTF-8", value.to_string())
    }

    pub fn text(status: u16, kind: &str, body: String) -> Self {
        Self { status, headers: vec![("content-type".to_owned(), kind.to_owned())], body }
    }
}

/// What every request to a host must carry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Door {
    pub headers: BTreeMap<String, String>,
    /// Parts of the address.
    pub query: Vec<String>,
    /// User and password, as HTTP Basic has them.
    pub basic: Option<(String, String)>,
    /// The path where tokens are handed out; every other request has to carry one.
    pub token: Option<String>,
    /// How a request without it is refused.
    pub status: u16,
    pub body: String,
}

impl Door {
    fn opens(&self, book: &Book, asked: &Asked) -> bool {
        let basic = self.basic.as_ref().map(|(user, password)| {
            let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
            ("authorization".to_owned(), format!("Basic {pair}"))
        });
        let headers = self.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
        headers.chain(basic).all(|(name, value)| asked.header(&name) == Some(value.as_str()))
            && self.query.iter().all(|part| asked.query.contains(part.as_str()))
            && (self.token.is_none() || oauth::is_authorized(book, asked))
    }
}

/// What the site answers to one request of a story.
#[derive(Clone, Debug)]
pub struct Line {
    pub host: String,
    pub method: String,
    /// How path and query begin.
    pub address: String,
    /// What the body has to contain.
    pub with: String,
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Line {
    fn empty() -> Self {
        let text = String::new;
        Self {
            host: text(),
            method: text(),
            address: text(),
            with: text(),
            status: 200,
            headers: BTreeMap::new(),
            body: text(),
        }
    }

    fn answers(&self, asked: &Asked) -> bool {
        let address =
            if asked.query.is_empty() { asked.path.clone() } else { format!("{}?{}", asked.path, asked.query) };
        self.host == asked.host
            && self.method == asked.method
            && address.starts_with(&self.address)
            && asked.body.contains(&self.with)
    }

    fn told(&self) -> Told {
        let kind = match self.body.trim_start().as_bytes() {
            [b'{' | b'[', ..] => "application/json",
            [b'<', b'!' | b'h' | b'H', ..] => "text/html;charset=utf-8",
            [b'<', ..] => "text/xml;charset=utf-8",
            _ => "text/plain;charset=utf-8",
        };
        let mut headers = BTreeMap::from([("content-type".to_owned(), kind.to_owned())]);
        headers.extend(self.headers.clone());
        Told { status: self.status, headers: headers.into_iter().collect(), body: self.body.clone() }
    }
}

/// A running site. It stops when it is dropped.
#[derive(Debug)]
pub struct CarrierSite {
    address: SocketAddr,
    shared: Arc<Shared>,
    runtime: Option<tokio::runtime::Runtime>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<Book>,
    asked: Condvar,
    lifted: Notify,
}

/// What the site knows.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) cainiao: HashMap<String, cainiao::Parcel>,
    pub(crate) usps: HashMap<String, usps::Parcel>,
    pub(crate) dhl: HashMap<String, dhl::Parcel>,
    pub(crate) fedex: HashMap<String, fedex::Parcel>,
    /// Bodies served as they are, by host and the text that the path or query must contain.
    fixed: Vec<(String, String, Told)>,
    /// What stories expect, by their own word.
    lines: Vec<Line>,
    doors: HashMap<String, Door>,
    /// What no line of a story expects.
    unexpected: Vec<Asked>,
    /// Tokens handed out, by host.
    pub(crate) tokens: HashMap<String, Vec<String>>,
    faults: HashMap<String, Fault>,
    log: Vec<Asked>,
}

impl CarrierSite {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("the system can start threads");
        let shared = Arc::new(Shared::default());
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let router = Router::new().fallback(handle).with_state(Arc::clone(&shared));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, shared, runtime: Some(runtime) }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The line that points a carrier here, with limits that let a story go on at its own pace.
    pub fn carrier(&self, id: &str) -> String {
        format!("[carriers.{id}]\nendpoint = \"http://{}\"\ngap = \"0s\"\npace = \"0s\"\n", self.address)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.shared.state.lock().expect("no handler panics while it holds the lock")
    }

    /// What Cainiao says of a parcel from now on.
    pub fn cainiao(&self, number: &str, parcel: cainiao::Parcel) {
        self.book().cainiao.insert(number.to_owned(), parcel);
    }

    pub fn usps(&self, number: &str, parcel: usps::Parcel) {
        self.book().usps.insert(number.to_owned(), parcel);
    }

    pub fn dhl(&self, number: &str, parcel: dhl::Parcel) {
        self.book().dhl.insert(number.to_owned(), parcel);
    }

    pub fn fedex(&self, number: &str, parcel: fedex::Parcel) {
        self.book().fedex.insert(number.to_owned(), parcel);
    }

    /// Serves a body as it is where host matches and path or query contain a text: for recorded answers.
    pub fn fixed(&self, host: &str, contains: &str, told: Told) {
        let mut book = self.book();
        book.fixed.retain(|(known_host, known, _)| (known_host.as_str(), known.as_str()) != (host, contains));
        book.fixed.push((host.to_owned(), contains.to_owned(), told));
    }

    /// Adds what a story expects; where several fit, the newest counts.
    pub fn line(&self, line: Line) {
        self.book().lines.push(line);
    }

    /// Lets only requests in that carry what the door asks for.
    pub fn door(&self, host: &str, door: Door) {
        self.book().doors.insert(host.to_owned(), door);
    }

    /// Requests for a host that no line expects.
    pub fn unexpected(&self, host: &str) -> Vec<Asked> {
        self.book().unexpected.iter().filter(|asked| asked.host == host).cloned().collect()
    }

    /// Breaks a host until it is healed.
    pub fn break_host(&self, host: &str, fault: Fault) {
        self.book().faults.insert(host.to_owned(), fault);
    }

    pub fn heal(&self, host: &str) {
        self.book().faults.remove(host);
        self.shared.lifted.notify_waiters();
    }

    /// Tokens handed out so far are refused from now on.
    pub fn revoke_tokens(&self, host: &str) {
        self.book().tokens.remove(host);
    }

    /// Every request for a host so far.
    pub fn asked(&self, host: &str) -> Vec<Asked> {
        self.book().log.iter().filter(|asked| asked.host == host).cloned().collect()
    }

    /// Waits until a host has been asked so often.
    #[track_caller]
    pub fn until_asked(&self, host: &str, times: usize) -> Vec<Asked> {
        let limits = Duration::from_secs(60);
        let few = |book: &mut Book| book.log.iter().filter(|asked| asked.host == host).count() < times;
        let (book, waited) = self.shared.asked.wait_timeout_while(self.book(), limits, few).expect("no handler panics");
        assert!(!waited.timed_out(), "{host} was not asked {times} times: {:#?}", book.log);
        book.log.iter().filter(|asked| asked.host == host).cloned().collect()
    }
}

impl Drop for CarrierSite {
    fn drop(&mut self) {
        self.shared.lifted.notify_waiters();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let host = parts.headers.get("x-forwarded-host").or_else(|| parts.headers.get(header::HOST)).map(text);
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let asked = Asked {
        method: parts.method.to_string(),
        host: host.unwrap_or_default(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    loop {
        // Asked for before the book is looked at, so that a lifting in between is not missed.
        let lifted = shared.lifted.notified();
        let (fault, told) = {
            let mut book = shared.state.lock().expect("no handler panics while it holds the lock");
            let fault = book.faults.get(&asked.host).cloned();
            if !matches!(fault, Some(Fault::Slow)) {
                book.log.push(asked.clone());
                shared.asked.notify_all();
            }
            (fault, tell(&mut book, &asked))
        };
        match fault {
            Some(Fault::Slow) => lifted.await,
            Some(fault) => return broken(fault, told),
            None => return whole(told),
        }
    }
}

/// What a site in order answers.
fn tell(book: &mut Book, asked: &Asked) -> Told {
    let place = format!("{}?{} {}", asked.path, asked.query, asked.body);
    let fixed = book.fixed.iter().find(|(host, contains, _)| *host == asked.host && place.contains(contains.as_str()));
    if let Some((.., told)) = fixed {
        return told.clone();
    }
    if let Some(told) = by_story(book, asked) {
        return told;
    }
    match asked.host.as_str() {
        cainiao::HOST => cainiao::tell(book, asked),
        usps::HOST => usps::tell(book, asked),
        dhl::HOST => dhl::tell(book, asked),
        fedex::HOST => fedex::tell(book, asked),
        other => Told::text(404, "text/plain", format!("nobody is called {other} here")),
    }
}

/// What a story makes the site answer; `None` where no story is about the host.
fn by_story(book: &mut Book, asked: &Asked) -> Option<Told> {
    if let Some(door) = book.doors.get(&asked.host).cloned() {
        if door.token.as_ref() == Some(&asked.path) {
            return Some(oauth::token(book, asked));
        }
        if !door.opens(book, asked) {
            return Some(Line { status: door.status, body: door.body, ..Line::empty() }.told());
        }
    }
    if let Some(line) = book.lines.iter().rev().find(|line| line.answers(asked)) {
        return Some(line.told());
    }
    let is_told = book.lines.iter().any(|line| line.host == asked.host);
    is_told.then(|| {
        book.unexpected.push(asked.clone());
        Told::text(500, "text/plain", "no scene expects this".to_owned())
    })
}

fn whole(told: Told) -> Response {
    let mut response = (status(told.status), told.body).into_response();
    for (name, value) in told.headers {
        let value = HeaderValue::from_str(&value).expect("a header of our own");
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header of our own");
        response.headers_mut().insert(name, value);
    }
    response
}

fn broken(fault: Fault, told: Told) -> Response {
    let html = |status: u16, body: &str| whole(Told::text(status, "text/html;charset=utf-8", body.to_owned()));
    match fault {
        Fault::TooMany(wait) => {
            let mut response = html(429, "slow down");
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(wait));
            response
        }
        Fault::Status(code) => html(code, "<html><body>out of order</body></html>"),
        Fault::Captcha => {
            let mut response = html(200, "<!DOCTYPE html><html><title>Are you a robot?</title></html>");
            response.headers_mut().insert("bxpunish", HeaderValue::from_static("1"));
            response
        }
        Fault::Garbage => whole(Told::text(200, "application/json", "{\"module\": [{]]".to_owned())),
        Fault::OtherShape => whole(Told::text(200, "application/json", "{\"hello\": \"world\"}".to_owned())),
        Fault::CutOff => cut_off(told),
        Fault::Gzip => gzip(told),
        Fault::Redirect(to) => {
            let mut response = html(302, "elsewhere");
            response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(&to).expect("an address"));
            response
        }
        Fault::Slow => unreachable!("the handler waits for it"),
    }
}

/// Half of the body, then the connection breaks.
fn cut_off(told: Told) -> Response {
    let half = Bytes::from(told.body.as_bytes()[..told.body.len() / 2].to_vec());
    let parts: Vec<Result<Bytes, std::io::Error>> = vec![Ok(half), Err(std::io::Error::other("cut off"))];
    let mut response = Body::from_stream(futures_util::stream::iter(parts)).into_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(told.body.len()));
    response
}

fn gzip(told: Told) -> Response {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(told.body.as_bytes()).expect("memory");
    let packed = packer.finish().expect("memory");
    let mut response = (status(told.status), packed).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).expect("a status of our own")
}

/// Undoes percent-encoding and `+`.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        match (first, tail.get(..2).and_then(hex)) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = tail;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
