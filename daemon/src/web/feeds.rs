//! Atom, RSS 2.0 and JSON Feed from the same entries.
//!
//! What readers taught us: an entry never changes and its id is the same in every format; there is an `ETag` and no
//! `Last-Modified` (newsboat throws a changed feed away when that date stands still); links come from the config; nothing in
//! a feed depends on the time it is asked for.

use std::collections::HashMap;
use std::sync::Mutex;

use atom_syndication as atom;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::{PageError, Web};
use crate::report::system::store_entry;
use crate::site::Site;
use crate::store::{EntryFilter, FeedEntry, Revision};

/// Minutes; Miniflux waits for the largest of several hints, so a small one.
const TTL: &str = "5";
/// Renderings kept: a household has fewer feeds than this.
const CACHED_MAX: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Format {
    Atom,
    Rss,
    Json,
}

impl Format {
    const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    fn extension(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Rss => "rss",
            Self::Json => "json",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }

    fn split(file: &str) -> Option<(&str, Self)> {
        let (name, extension) = file.rsplit_once('.')?;
        let format = Self::ALL.into_iter().find(|format| format.extension() == extension)?;
        Some((name, format))
    }
}

/// Renderings by what they show; a feed that has not changed is answered from here.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<HashMap<(EntryFilter, Format), Rendered>>);

#[derive(Clone, Debug)]
struct Rendered {
    entries: u64,
    site: u64,
    etag: HeaderValue,
    body: Bytes,
}

pub(super) async fn top(
    State(web): State<Web>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let known = Format::split(&file).and_then(|(name, format)| {
        let filter = match name {
            "all" => EntryFilter::All,
            "important" => EntryFilter::Important,
            "system" => EntryFilter::System,
            _ => return None,
        };
        Some((filter, format))
    });
    serve(&web, known, &format!("feeds/{file}"), &headers).await
}

pub(super) async fn of_parcel(
    State(web): State<Web>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let known = Format::split(&file).map(|(id, format)| (EntryFilter::Parcel(id.to_owned()), format));
    serve(&web, known, &format!("feeds/parcel/{file}"), &headers).await
}

pub(super) async fn of_tag(
    State(web): State<Web>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let known = Format::split(&file).map(|(tag, format)| (EntryFilter::Tag(tag.to_owned()), format));
    let path = known.as_ref().map(|(filter, format)| path_of(filter, *format)).unwrap_or_default();
    serve(&web, known, &path, &headers).await
}

async fn serve(
    web: &Web,
    known: Option<(EntryFilter, Format)>,
    path: &str,
    headers: &HeaderMap,
) -> Result<Response, PageError> {
    let Some((filter, format)) = known else {
        return Err(PageError::NotFound("There is no such feed; /feeds lists them.".to_owned()));
    };
    let site = web.site.load_full();
    let revision: Revision = *web.store.revision().borrow();
    let key = (filter, format);
    let fresh = |rendered: &&Rendered| rendered.entries == revision.entries && rendered.site == site.revision;
    let cached = web.feeds.0.lock().expect("nothing panics while it holds this lock").get(&key).filter(fresh).cloned();
    let rendered = match cached {
        Some(rendered) => rendered,
        None => {
            let rendered = render(web, &site, &key, path, revision).await?;
            let mut cache = web.feeds.0.lock().expect("nothing panics while it holds this lock");
            if cache.len() >= CACHED_MAX {
                cache.clear();
            }
            cache.insert(key, rendered.clone());
            rendered
        }
    };
    Ok(answer(&rendered, format, headers))
}

fn answer(rendered: &Rendered, format: Format, headers: &HeaderMap) -> Response {
    let mut response = if is_known(headers, &rendered.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = rendered.body.clone().into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(format.kind()));
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, rendered.etag.clone());
    // No max-age: Miniflux and NetNewsWire take it as "do not ask before".
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// Whether the reader has this version: the tags are compared weakly, because proxies that compress weaken them.
pub(super) fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let weak = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(own) = etag.to_str().map(weak) else { return false };
    let given = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    given.flat_map(|list| list.split(',')).any(|tag| tag.trim() == "*" || weak(tag) == own)
}

async fn render(
    web: &Web,
    site: &Site,
    key: &(EntryFilter, Format),
    path: &str,
    revision: Revision,
) -> Result<Rendered, PageError> {
    let (filter, now) = (key.0.clone(), web.clock.now());
    let trouble = web.store.trouble().filter(|_| filter == EntryFilter::System);
    let found = web
        .store
        .read(move |view| {
            let label = match &filter {
                EntryFilter::Parcel(id) => match parcelwatch_tracking::ParcelId::new(id) {
                    Some(id) => view.parcel_record(&id)?.map(|record| record.parcel.label),
                    None => None,
                },
                EntryFilter::Tag(tag) => Some(tag.clone()),
                EntryFilter::All | EntryFilter::Important | EntryFilter::System => Some(String::new()),
            };
            Ok(label.map(|label| (label, view.feed(&filter, now))))
        })
        .await?;
    let Some((label, entries)) = found else {
        return Err(PageError::NotFound("There is no parcel of this name.".to_owned()));
    };
    let unwritten = trouble.iter().map(|trouble| store_entry(trouble).unwritten(trouble.since));
    let entries: Vec<FeedEntry> = unwritten.chain(entries?).collect();
    let feed = Feed::new(site, &key.0, &label, path, entries);
    let body = match key.1 {
        Format::Atom => feed.atom(),
        Format::Rss => feed.rss(),
        Format::Json => feed.json(),
    };
    let newest = feed.entries.first().map_or(0, |entry| entry.seq);
    // Names the content: the newest entry, how many there are, and the settings that went into it.
    let etag = format!("\"{newest}-{}-{}-{:x}\"", feed.entries.len(), key.1.extension(), fingerprint(&body));
    Ok(Rendered {
        entries: revision.entries,
        site: site.revision,
        etag: HeaderValue::from_str(&etag).expect("digits and letters"),
        body: Bytes::from(body),
    })
}

fn fingerprint(body: &str) -> u64 {
    use sha2::Digest as _;
    sha2::Sha256::digest(body).iter().take(8).fold(0, |sum, b| (sum << 8) | u64::from(*b))
}

struct Feed<'a> {
    site: &'a Site,
    title: String,
    path: String,
    home: String,
    entries: Vec<FeedEntry>,
}

impl<'a> Feed<'a> {
    fn new(site: &'a Site, filter: &EntryFilter, label: &str, path: &str, entries: Vec<FeedEntry>) -> Self {
        let (title, home) = match filter {
            EntryFilter::All => ("Parcels".to_owned(), String::new()),
            EntryFilter::Important => ("Parcels: what matters".to_owned(), String::new()),
            EntryFilter::System => ("Parcelwatch itself".to_owned(), "system".to_owned()),
            EntryFilter::Parcel(id) => (format!("Parcel: {label}"), format!("parcel/{id}")),
            EntryFilter::Tag(_) => (format!("Parcels: {label}"), String::new()),
        };
        Self { site, title, path: path.to_owned(), home, entries }
    }

    /// When the newest entry was written; a feed without entries is as old as can be, so that it never seems to change.
    fn updated(&self) -> Timestamp {
        self.entries.first().map_or(Timestamp::UNIX_EPOCH, |entry| entry.published_at)
    }

    fn link(&self, path: &str) -> String {
        self.site.link(path)
    }

    fn atom(&self) -> String {
        let author = |name: &str| atom::Person { name: clean(name), ..atom::Person::default() };
        let link = |href: String, rel: &str, kind: &str| atom::Link {
            href,
            rel: rel.to_owned(),
            mime_type: Some(kind.to_owned()),
            ..atom::Link::default()
        };
        let entries = self.entries.iter().map(|entry| atom::Entry {
            id: format!("urn:uuid:{}", entry.id),
            title: atom::Text::plain(clean(&entry.title)),
            published: Some(rfc3339(entry.published_at)),
            updated: rfc3339(entry.published_at),
            authors: vec![author(&entry.author)],
            categories: entry
                .categories
                .iter()
                .map(|c| atom::Category { term: clean(c), ..atom::Category::default() })
                .collect(),
            links: vec![link(self.link(&entry.path), "alternate", "text/html")],
            content: Some(atom::Content {
                value: Some(clean(&entry.html)),
                content_type: Some("html".to_owned()),
                ..atom::Content::default()
            }),
            ..atom::Entry::default()
        });
        let feed = atom::Feed {
            id: format!("urn:uuid:{}", uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, self.path.as_bytes())),
            title: atom::Text::plain(clean(&self.title)),
            updated: rfc3339(self.updated()),
            authors: vec![author("Parcelwatch")],
            generator: Some(atom::Generator {
                value: "Parcelwatch".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
                ..atom::Generator::default()
            }),
            links: vec![
                link(self.link(&self.path), "self", "application/atom+xml"),
                link(self.link(&self.home), "alternate", "text/html"),
            ],
            entries: entries.collect(),
            lang: Some("en".to_owned()),
            ..atom::Feed::default()
        };
        feed.to_string()
    }

    fn rss(&self) -> String {
        let items = self.entries.iter().map(|entry| rss::Item {
            // Liferea takes even an encoded tag in a title for markup.
            title: Some(clean(&entry.title).replace('<', "‹").replace('>', "›")),
            link: Some(self.link(&entry.path)),
            description: Some(clean(&entry.html)),
            guid: Some(rss::Guid { value: format!("urn:uuid:{}", entry.id), permalink: false }),
            pub_date: Some(rfc822(entry.published_at)),
            categories: entry.categories.iter().map(|c| rss::Category { name: clean(c), domain: None }).collect(),
            dublin_core_ext: Some(rss::extension::dublincore::DublinCoreExtension {
                creators: vec![clean(&entry.author)],
                ..Default::default()
            }),
            ..rss::Item::default()
        });
        let own = rss::extension::Extension {
            name: "atom:link".to_owned(),
            attrs: [
                ("href".to_owned(), self.link(&self.path)),
                ("rel".to_owned(), "self".to_owned()),
                ("type".to_owned(), "application/rss+xml".to_owned()),
            ]
            .into(),
            ..Default::default()
        };
        let channel = rss::Channel {
            title: clean(&self.title),
            link: self.link(&self.home),
            description: "What your parcels do, and what it means.".to_owned(),
            language: Some("en".to_owned()),
            generator: Some(concat!("Parcelwatch ", env!("CARGO_PKG_VERSION")).to_owned()),
            docs: Some("https://www.rssboard.org/rss-specification".to_owned()),
            ttl: Some(TTL.to_owned()),
            last_build_date: Some(rfc822(self.updated())),
            items: items.collect(),
            namespaces: [
                ("atom".to_owned(), "http://www.w3.org/2005/Atom".to_owned()),
                ("dc".to_owned(), "http://purl.org/dc/elements/1.1/".to_owned()),
            ]
            .into(),
            extensions: [("atom".to_owned(), [("link".to_owned(), vec![own])].into())].into(),
            ..rss::Channel::default()
        };
        channel.to_string()
    }

    fn json(&self) -> String {
        let items = self.entries.iter().map(|entry| {
            json!({
                "id": format!("urn:uuid:{}", entry.id),
                "url": self.link(&entry.path),
                "title": entry.title,
                "content_html": entry.html,
                "date_published": rfc3339_text(entry.published_at),
                "authors": [{ "name": entry.author }],
                "tags": entry.categories,
            })
        });
        let feed = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            "home_page_url": self.link(&self.home),
            "feed_url": self.link(&self.path),
            "language": "en",
            "authors": [{ "name": "Parcelwatch" }],
            "items": items.collect::<Vec<_>>(),
        });
        feed.to_string()
    }
}

/// Text without the characters that XML 1.0 does not allow: one of them would make the whole feed unreadable, and the
/// crates that write it let them pass.
fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
        .collect()
}

/// With milliseconds, so that no two entries of a feed have the same time.
fn rfc3339_text(at: Timestamp) -> String {
    jiff::fmt::temporal::DateTimePrinter::new().precision(Some(3)).timestamp_to_string(&at)
}

fn rfc3339(at: Timestamp) -> atom::FixedDateTime {
    rfc3339_text(at).parse().expect("jiff writes RFC 3339")
}

fn rfc822(at: Timestamp) -> String {
    jiff::fmt::rfc2822::to_string(&at.to_zoned(TimeZone::UTC)).expect("entries are written in this age")
}

/// Where a feed is served, from the root of the site.
fn path_of(filter: &EntryFilter, format: Format) -> String {
    let extension = format.extension();
    match filter {
        EntryFilter::All => format!("feeds/all.{extension}"),
        EntryFilter::Important => format!("feeds/important.{extension}"),
        EntryFilter::System => format!("feeds/system.{extension}"),
        EntryFilter::Parcel(id) => format!("feeds/parcel/{id}.{extension}"),
        EntryFilter::Tag(tag) => format!("feeds/tag/{}.{extension}", parcelwatch_plugin::http::encode(tag)),
    }
}

/// A feed in the list of feeds.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) title: String,
    pub(super) what: String,
    /// Extension and address of each format.
    pub(super) links: Vec<(&'static str, String)>,
}

pub(super) async fn listed(web: &Web) -> Result<Vec<Listed>, PageError> {
    let site = web.site.load_full();
    let tags = web.store.read(|view| view.tags()).await?;
    let mut feeds = vec![
        (EntryFilter::All, "All parcels".to_owned(), "Everything worth reading, without routine scans"),
        (EntryFilter::Important, "What matters".to_owned(), "The key moments, and what needs you"),
        (EntryFilter::System, "Parcelwatch itself".to_owned(), "Carriers that fail, the config, plugins"),
    ];
    let tagged =
        tags.into_iter().map(|tag| (EntryFilter::Tag(tag.clone()), format!("Tag {tag}"), "The parcels with this tag"));
    feeds.extend(tagged);
    let links = |filter: &EntryFilter| {
        Format::ALL.into_iter().map(|format| (format.extension(), site.link(&path_of(filter, format)))).collect()
    };
    let listed =
        feeds.into_iter().map(|(filter, title, what)| Listed { title, what: what.to_owned(), links: links(&filter) });
    Ok(listed.collect())
}

/// All feeds as OPML, for readers that import it.
pub(super) async fn opml(State(web): State<Web>) -> Result<Response, PageError> {
    let mut outlines = String::new();
    for feed in listed(&web).await? {
        let (title, address) =
            (crate::report::words::escape(&feed.title), crate::report::words::escape(&feed.links[0].1));
        outlines.push_str(&format!(
            "    <outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{address}\"/>\n"
        ));
    }
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"2.0\">\n  <head><title>Parcelwatch</title></head>\n  <body>\n{outlines}  </body>\n</opml>\n"
    );
    Ok(([(header::CONTENT_TYPE, "text/x-opml; charset=utf-8")], body).into_response())
}
