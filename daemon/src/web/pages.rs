//! The pages: a query's rows in, HTML out. Everything a carrier wrote is escaped by the templates.

mod card;
mod parcel;
mod stats;
mod system;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use parcelwatch_tracking::Attention;
use serde::Deserialize;

pub(super) use parcel::parcel;
pub(super) use stats::stats;
pub(super) use system::system;

use card::Card;

use super::assets::{NAMES, Names};
use super::{PageError, Web, feeds};
use crate::report::system::store_words;
use crate::report::{Reader, words};
use crate::site::Site;
use crate::store::{Level, Notice, OverviewRow, Result as StoreResult, Trouble};

/// Parcels of one group on one page; the rest is a link away.
const GROUP_MAX: usize = 40;
const ARCHIVE_MAX: usize = 50;

/// What every page has around it.
struct Frame {
    names: &'static Names,
    /// Where the site begins, for links.
    root: String,
    /// What the operator should look at.
    notices: Vec<NoticeView>,
    now: String,
    /// How many carriers are ready, while some are not.
    getting_ready: Option<String>,
}

struct NoticeView {
    level: &'static str,
    title: String,
    detail: String,
    since: String,
}

impl Frame {
    fn new(web: &Web, site: &Site, notices: Vec<Notice>, now: Timestamp) -> Self {
        let clock = site.clock(now);
        let unwritten = web.store.trouble().map(|trouble| store_notice(&trouble));
        let notices = unwritten.into_iter().chain(notices).map(|notice| NoticeView {
            level: notice.level.key(),
            title: notice.title,
            detail: notice.detail,
            since: clock.local(&notice.since),
        });
        Self {
            names: &NAMES,
            root: site.path.clone(),
            notices: notices.collect(),
            now: clock.local(&now),
            getting_ready: web.carriers.borrow().words(),
        }
    }

    fn worries(&self) -> usize {
        self.notices.iter().filter(|notice| notice.level != "info").count()
    }
}

/// While nothing can be written, that cannot be written down either.
pub(super) fn store_notice(trouble: &Trouble) -> Notice {
    let (title, detail) = store_words(trouble);
    Notice { key: "store".to_owned(), level: Level::Error, title: title.to_owned(), detail, since: trouble.since }
}

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    frame: Frame,
    groups: Vec<GroupView>,
    /// "1 needs you", "2 today" …
    counts: Vec<(&'static str, &'static str, i64)>,
    last_ok: Option<String>,
    archived: i64,
    /// Shown alone, when the person asked for one group.
    only: Option<&'static str>,
    /// In the tab's title.
    urgent: i64,
    total: i64,
}

struct GroupView {
    key: &'static str,
    title: &'static str,
    count: i64,
    cards: Vec<Card>,
    /// Where the rest is.
    more: Option<String>,
    previous: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct OverviewQuery {
    group: Option<String>,
    page: Option<usize>,
}

pub(super) async fn overview(
    State(web): State<Web>,
    Query(query): Query<OverviewQuery>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let (now, site) = (web.clock.now(), web.site.load_full());
    let config = Arc::clone(&site.config);
    let only = query.group.as_deref().and_then(|key| Attention::ALL.into_iter().find(|group| group.key() == key));
    let page = query.page.unwrap_or(1).max(1);
    let (counts, groups, notices, last_ok, archived) = web
        .store
        .read(move |view| {
            let reader = Reader::new(view, config, now)?;
            let counts = view.counts()?;
            let mut groups = Vec::new();
            for group in Attention::ALL.into_iter().filter(|group| only.is_none_or(|only| only == *group)) {
                let offset = if only.is_some() { (page - 1) * GROUP_MAX } else { 0 };
                let index = i64::try_from(group.index()).unwrap_or(0);
                groups.push((group, cards(&reader, view.group(index, offset, GROUP_MAX)?, now)?));
            }
            Ok((counts, groups, view.notices()?, view.last_ok_at()?, view.archived_count()?))
        })
        .await?;
    let count = |group: Attention| {
        counts.iter().find(|c| usize::try_from(c.attention).ok() == Some(group.index())).map_or(0, |c| c.parcels)
    };
    let groups = groups.into_iter().filter(|(_, cards)| !cards.is_empty()).map(|(group, cards)| {
        let total = count(group);
        let shown = if only.is_some() { page * GROUP_MAX } else { GROUP_MAX };
        let next_page = if only.is_some() { page + 1 } else { 2 };
        let link = |page: usize| format!("{}?group={}&page={page}", site.path, group.key());
        GroupView {
            key: group.key(),
            title: group.title(),
            count: total,
            more: (total > i64::try_from(shown).unwrap_or(i64::MAX)).then(|| link(next_page)),
            previous: (only.is_some() && page > 1).then(|| link(page - 1)),
            cards,
        }
    });
    let page = OverviewPage {
        groups: groups.collect(),
        counts: Attention::ALL
            .into_iter()
            .map(|group| (group.key(), group.title(), count(group)))
            .filter(|(.., count)| *count > 0)
            .collect(),
        last_ok: last_ok.map(|at| site.clock(now).ago(&at)),
        archived,
        only: only.map(Attention::title),
        urgent: count(Attention::NeedsYou) + count(Attention::Today),
        total: counts.iter().map(|count| count.parcels).sum(),
        frame: Frame::new(&web, &site, notices, now),
    };
    render(&page, &headers)
}

/// What is shown of each row; a parcel that is gone by now is left out.
fn cards(reader: &Reader<'_>, rows: Vec<OverviewRow>, now: Timestamp) -> StoreResult<Vec<Card>> {
    let mut cards = Vec::new();
    for row in rows {
        let Some(shown) = reader.row(&row)? else { continue };
        let next = row.next_ask_at.map(|at| (at, words::poll_reason(&row.next_reason)));
        cards.push(Card { checked: row.last_ok_at, next, ..Card::new(shown, &reader.names, now) });
    }
    Ok(cards)
}

#[derive(Template)]
#[template(path = "archive.html")]
struct ArchivePage {
    frame: Frame,
    cards: Vec<Card>,
    search: String,
    next: Option<String>,
    total: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct ArchiveQuery {
    #[serde(default)]
    q: String,
    page: Option<usize>,
}

pub(super) async fn archive(
    State(web): State<Web>,
    Query(query): Query<ArchiveQuery>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let (now, site) = (web.clock.now(), web.site.load_full());
    let config = Arc::clone(&site.config);
    let page = query.page.unwrap_or(1).max(1);
    let search = query.q.trim().to_owned();
    let wanted = search.clone();
    let (mut cards, total, notices) = web
        .store
        .read(move |view| {
            let reader = Reader::new(view, config, now)?;
            let rows = view.archived(&wanted, (page - 1) * ARCHIVE_MAX, ARCHIVE_MAX + 1)?;
            Ok((cards(&reader, rows, now)?, view.archived_count()?, view.notices()?))
        })
        .await?;
    let more = cards.len() > ARCHIVE_MAX;
    cards.truncate(ARCHIVE_MAX);
    let next =
        more.then(|| format!("{}archive?q={}&page={}", site.path, parcelwatch_plugin::http::encode(&search), page + 1));
    let page = ArchivePage { cards, search, next, total, frame: Frame::new(&web, &site, notices, now) };
    render(&page, &headers)
}

#[derive(Template)]
#[template(path = "feeds.html")]
struct FeedsPage {
    frame: Frame,
    feeds: Vec<feeds::Listed>,
    opml: String,
}

/// The page that lists the feeds for people.
pub(super) async fn feeds(State(web): State<Web>) -> Result<Response, PageError> {
    let feeds = feeds::listed(&web).await?;
    let site = web.site.load_full();
    let notices = web.store.read(|view| view.notices()).await?;
    let page =
        FeedsPage { feeds, opml: site.link("feeds.opml"), frame: Frame::new(&web, &site, notices, web.clock.now()) };
    render(&page, &HeaderMap::new())
}

pub(super) async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, plain_error(StatusCode::NOT_FOUND, "There is no such page.")).into_response()
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    names: &'static Names,
    status: StatusCode,
    words: &'a str,
}

/// A page for what cannot be shown; it needs nothing of the store.
pub(super) fn plain_error(status: StatusCode, words: &str) -> Html<String> {
    let page = ErrorPage { names: &NAMES, status, words };
    Html(page.render().unwrap_or_else(|_| crate::report::words::escape(words)))
}

/// The page, or word that the browser has it already.
fn render(page: &impl Template, headers: &HeaderMap) -> Result<Response, PageError> {
    use sha2::Digest as _;
    let html = page.render()?;
    let digest = sha2::Sha256::digest(&html);
    let tag: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
    let etag = HeaderValue::from_str(&format!("\"{tag}\"")).expect("hexadecimal digits");
    let mut response = if feeds::is_known(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Html(html).into_response()
    };
    response.headers_mut().insert(header::ETAG, etag);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}
