//! Requests to the carrier. Only the hosts of the descriptor can be reached, and only those the operator granted.

use serde::de::DeserializeOwned;

use crate::{Failure, FailureKind};

/// What travels in a request or a reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Body {
    #[default]
    None,
    Text(String),
    Bytes(Vec<u8>),
}

/// A request in the making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Body,
    /// The auth profile to attach.
    pub auth: Option<String>,
    /// Redirects to follow, at most 3.
    pub follow: u8,
    /// Ask for the body as bytes.
    pub raw: bool,
    pub timeout_ms: Option<u32>,
}

/// A GET request.
pub fn get(url: &str) -> Request {
    Request::new("GET", url)
}

/// A POST request.
pub fn post(url: &str) -> Request {
    Request::new("POST", url)
}

impl Request {
    pub fn new(method: &str, url: &str) -> Self {
        Self {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: Body::None,
            auth: None,
            follow: 0,
            raw: false,
            timeout_ms: None,
        }
    }

    /// Adds a query parameter, percent-encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.push(if self.url.contains('?') { '&' } else { '?' });
        self.url.push_str(&encode(name));
        self.url.push('=');
        self.url.push_str(&encode(value));
        self
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Attaches an auth profile of the descriptor.
    #[must_use]
    pub fn auth(mut self, profile: &str) -> Self {
        self.auth = Some(profile.to_owned());
        self
    }

    /// A JSON body.
    #[must_use]
    pub fn json(mut self, body: String) -> Self {
        self.body = Body::Text(body);
        self.header("content-type", "application/json")
    }

    /// A form body.
    #[must_use]
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.body = Body::Text(pairs.join("&"));
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// A body of text in the type named.
    #[must_use]
    pub fn text(mut self, content_type: &str, body: String) -> Self {
        self.body = Body::Text(body);
        self.header("content-type", content_type)
    }

    /// Sends it and waits for the reply. Any HTTP status is a reply.
    pub fn send(self) -> Result<Reply, Fault> {
        crate::host::offer().send(self)
    }
}

/// Sends several requests; the daemon decides how many run together. Replies come in the order of the requests.
pub fn send_all(requests: Vec<Request>) -> Vec<Result<Reply, Fault>> {
    crate::host::offer().send_all(requests)
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Body,
}

impl Reply {
    /// The first header of a name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text; empty where it is not.
    pub fn text(&self) -> &str {
        match &self.body {
            Body::Text(text) => text,
            Body::None | Body::Bytes(_) => "",
        }
    }

    /// Whether this is a web page where data was asked for: a captcha, a maintenance note, a login.
    pub fn is_html(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.contains("text/html"))
            || self.text().trim_start().get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
            || self.text().trim_start().get(..5).is_some_and(|start| start.eq_ignore_ascii_case("<html"))
    }

    /// The body as JSON of the form `T`. A web page that is no wall, no body at all and one that breaks off are passing
    /// troubles of the carrier's; anything else that does not read is a change of form. Messages never repeat what
    /// stands in the body.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let unavailable = |message: &str| Failure::new(FailureKind::Unavailable, message);
        let body = self.text().trim_start_matches('\u{feff}');
        let mut failure = if self.is_html() {
            return Err(self.web_page());
        } else if body.trim().is_empty() {
            unavailable("the carrier sent an empty answer")
        } else {
            match serde_json::from_str(body) {
                Ok(read) => return Ok(read),
                Err(error) if error.is_eof() || is_at_end(body, &error) => {
                    unavailable("the carrier's answer breaks off in the middle")
                }
                Err(error) if error.is_syntax() => Failure::changed("the carrier's answer is not JSON any more"),
                Err(error) => Failure::changed(format!(
                    "the carrier's answer has another form than this plugin knows, from line {} column {} on",
                    error.line(),
                    error.column()
                )),
            }
        };
        failure.http_status = Some(self.status);
        Err(failure)
    }

    /// The body as JSON of the form `T`, which holds results or errors. Under a bad status it may be missing: the status
    /// says enough.
    pub fn json_or_error<T: DeserializeOwned + Default>(&self) -> Result<T, Failure> {
        match self.status {
            _ if self.is_html() && self.status < 500 => Err(self.web_page()),
            200..300 => self.json(),
            _ => Ok(self.json().unwrap_or_default()),
        }
    }

    /// The failure for a web page where data was asked for: a wall against machines, or a passing trouble.
    pub fn web_page(&self) -> Failure {
        let mut failure = if self.status == 403 || self.is_wall() {
            Failure::blocked(FOR_PEOPLE)
        } else {
            Failure::new(FailureKind::Unavailable, "the carrier sent a web page where data was asked for")
        };
        failure.http_status = Some(self.status);
        failure
    }

    /// Whether it is a web page that keeps machines out, under whatever status.
    fn is_wall(&self) -> bool {
        const WALLS: [&str; 4] = ["captcha", "access denied", "are you a human", "unusual traffic"];
        let page = self.text().to_ascii_lowercase();
        self.is_html() && WALLS.iter().any(|words| page.contains(words))
    }

    /// How long the carrier asks to wait, in seconds, when it says so in seconds. The daemon also understands dates.
    pub fn retry_after_s(&self) -> Option<u32> {
        self.header("retry-after")?.trim().parse().ok()
    }

    /// The usual failure for a reply without an answer: to wait, a page for people, or a status that this plugin does not
    /// know.
    pub fn failure(&self) -> Failure {
        match self.status {
            429 | 500.. => self.unexpected(),
            _ if self.is_html() => self.web_page(),
            _ => self.unexpected(),
        }
    }

    /// Whether it is a page that keeps machines out, rather than one that only says that there is nothing.
    pub fn is_blocked(&self) -> bool {
        self.is_html() && self.web_page().kind == FailureKind::Blocked
    }

    /// The failure for a status the plugin has no better word for.
    pub fn unexpected(&self) -> Failure {
        let (kind, message) = match self.status {
            401 => (FailureKind::AuthFailed, "the carrier refused the key".to_owned()),
            403 => (FailureKind::Blocked, "the carrier refused the request".to_owned()),
            429 => (FailureKind::RateLimited, "the carrier asked to slow down".to_owned()),
            500.. => (FailureKind::Unavailable, format!("the carrier answered {}", self.status)),
            _ if self.is_wall() => (FailureKind::Blocked, FOR_PEOPLE.to_owned()),
            _ => (
                FailureKind::ChangedUpstream,
                format!("the carrier answered {}, which this plugin does not know", self.status),
            ),
        };
        let mut failure = Failure::new(kind, message);
        failure.http_status = Some(self.status);
        failure.retry_after_s = self.retry_after_s();
        failure
    }
}

/// What a wall against machines is.
const FOR_PEOPLE: &str = "the carrier shows a page for people where data was asked for";

/// Whether JSON stopped making sense where the body ends, as when it breaks off behind `0.` or `tru`.
fn is_at_end(body: &str, error: &serde_json::Error) -> bool {
    let last = body.lines().last().unwrap_or_default();
    error.is_syntax()
        && body.trim_start().starts_with(['{', '['])
        && (error.line(), error.column()) >= (body.lines().count(), last.len())
}

/// Why there is no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `denied_host`, `denied_address`, `denied_header`, `bad_request`, `dns`, `connect`, `tls`, `timeout`,
    /// `too_large`, `budget`, `rate_limited`, `needs_credential`, `auth_failed`, `protocol`.
    pub kind: String,
    pub message: String,
    pub retry_after_s: Option<u32>,
}

impl Fault {
    pub fn new(kind: &str, message: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), message: message.into(), retry_after_s: None }
    }
}

/// Percent-encodes all but letters, digits and `-._~`.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(b));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(HEX[usize::from(b >> 4)]));
            out.push(char::from(HEX[usize::from(b & 15)]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_encoded() {
        let request = get("https://example.com/a").query("n", "A B/1").query("lang", "en");
        assert_eq!(request.url, "https://example.com/a?n=A%20B%2F1&lang=en");
    }

    #[test]
    fn a_web_page_is_told_from_data() {
        let reply = |content_type: &str, body: &str| Reply {
            status: 200,
            url: String::new(),
            headers: vec![("content-type".into(), content_type.into())],
            body: Body::Text(body.into()),
        };
        assert!(reply("text/html; charset=utf-8", "x").is_html());
        assert!(reply("application/json", " <!DOCTYPE html>").is_html());
        assert!(!reply("application/json", "{}").is_html());
    }

    #[test]
    fn json_reads_and_what_is_none_says_whose_trouble_it_is() {
        let read = |body: &str| {
            Reply { status: 200, url: String::new(), headers: Vec::new(), body: Body::Text(body.into()) }
                .json::<Vec<u8>>()
                .map_err(|failure| failure.kind)
        };
        assert_eq!(read("\u{feff}[1, 2]"), Ok(vec![1, 2]));
        for passing in ["", " \n", "[1, 2", "<html><body>Back soon</body></html>"] {
            assert_eq!(read(passing), Err(FailureKind::Unavailable), "{passing:?}");
        }
        assert_eq!(read("<html><body>Solve this CAPTCHA</body></html>"), Err(FailureKind::Blocked));
        for changed in ["back soon", "callback([1])", "{\"secret\": 1}", "[1] [2]"] {
            assert_eq!(read(changed), Err(FailureKind::ChangedUpstream), "{changed:?}");
        }
    }

    #[test]
    fn a_status_becomes_a_kind_of_failure() {
        let kind = |status| {
            Reply { status, url: String::new(), headers: vec![("Retry-After".into(), "120".into())], body: Body::None }
                .unexpected()
        };
        assert_eq!(kind(429).retry_after_s, Some(120));
        assert_eq!(kind(429).kind, FailureKind::RateLimited);
        assert_eq!(kind(503).kind, FailureKind::Unavailable);
        assert_eq!(kind(418).kind, FailureKind::ChangedUpstream);
    }

    #[test]
    fn errors_may_come_without_words_and_results_may_not() {
        let read = |status, body: &str| {
            let reply = Reply { status, url: String::new(), headers: Vec::new(), body: Body::Text(body.into()) };
            reply.json_or_error::<Vec<u8>>().map_err(|failure| failure.kind)
        };
        assert_eq!(read(200, "[1]"), Ok(vec![1]));
        assert_eq!(read(400, "[2]"), Ok(vec![2]));
        assert_eq!((read(401, ""), read(503, "<html>Back soon</html>")), (Ok(Vec::new()), Ok(Vec::new())));
        assert_eq!(read(200, ""), Err(FailureKind::Unavailable));
        assert_eq!(read(403, "<html>No</html>"), Err(FailureKind::Blocked));
    }

    #[test]
    fn a_page_for_people_is_no_change_of_form_and_a_limit_stays_one() {
        let kind = |status, page: &str| {
            let reply = Reply { status, url: String::new(), headers: Vec::new(), body: Body::Text(page.into()) };
            (reply.failure().kind, reply.is_blocked())
        };
        assert_eq!(kind(404, "<html>Nothing here</html>"), (FailureKind::Unavailable, false));
        assert_eq!(kind(200, "<html>Solve this CAPTCHA</html>"), (FailureKind::Blocked, true));
        assert_eq!(kind(429, "<html>Solve this CAPTCHA</html>"), (FailureKind::RateLimited, true));
        assert_eq!(kind(404, "{}"), (FailureKind::ChangedUpstream, false));
    }
}
