//! The public tracking page of the posts' express services: one element holds what was found for a number, as a table
//! of clock, words and place, oldest first.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use tl::{HTMLTag, Node, ParserOptions, VDom};

use crate::{answer, clock, codes, numbers, place};

pub(crate) const ORIGIN: &str = "https://items.ems.post";
pub(crate) const TRACK: &str = "https://items.ems.post/api/publicTracking/track?language=EN&itemId=";
/// The tree of a page takes a few hundred bytes for each tag, and a plugin has 32 MiB. A long history has two thousand
/// tags.
const TAGS_MAX: usize = 10_000;
/// More than any wording has. Cells that stand in each other, thousands deep, would be read as often as they are deep.
const CELL_BYTES_MAX: usize = 4 * 1024;

/// Asks the page about an EMS item.
pub(crate) fn poll(number: &str) -> Result<Answer, Failure> {
    let reply = http::get(&format!("{TRACK}{number}")).header("accept", "text/html").send()?;
    let told = match reply.status {
        200 => read(&reply, number),
        401 => Err(Failure::wants_account("the EMS page")),
        429 | 500.. => Err(reply.unexpected()),
        _ => Err(wall(&reply).unwrap_or_else(|| reply.unexpected())),
    };
    told.map_err(|failure| failure.of(&reply))
}

fn read(reply: &Reply, number: &str) -> Result<Answer, Failure> {
    let page = reply.text().trim_start_matches('\u{feff}').trim();
    if page.is_empty() {
        return Err(Failure::unavailable("the EMS page came empty"));
    }
    if !page.starts_with('<') {
        return Err(Failure::changed("the EMS page is no web page any more"));
    }
    if page.bytes().filter(|b| *b == b'<').count() > TAGS_MAX {
        return Err(Failure::changed(format!("the EMS page has more than {TAGS_MAX} tags, which no history needs")));
    }
    let dom = tl::parse(page, ParserOptions::default());
    let dom = dom.map_err(|_| Failure::changed("the EMS page is too long to be read"))?;
    match results(&dom, number) {
        Some(_) if breaks_off(page) => Err(broken_off()),
        Some(results) => history(&results, number),
        None => Err(without_results(reply, page, &dom, number)),
    }
}

/// All that stands in the element of a number, in the order of the page.
fn results<'p, 'a>(dom: &'p VDom<'a>, number: &str) -> Option<Vec<&'p HTMLTag<'a>>> {
    let id = format!("table-{number}");
    let mut tags = tags(dom).skip_while(|tag| !id_of(tag).is_some_and(|known| known.eq_ignore_ascii_case(&id)));
    let (_, end) = tags.next()?.boundaries(dom.parser());
    Some(tags.take_while(|tag| tag.boundaries(dom.parser()).0 < end).collect())
}

fn history(results: &[&HTMLTag<'_>], number: &str) -> Result<Answer, Failure> {
    if let Some(refusal) = refusal(results.iter().copied(), number) {
        return Err(refusal);
    }
    if results.iter().any(|tag| tag.attributes().is_class_member("no-results-found")) {
        return Err(Failure::not_found(format!(
            "EMS has nothing on {number}; check it for a typo, or wait until it is handed over"
        )));
    }
    // A row is followed by its cells and, in them, by whatever decorates them.
    let mut rows: Vec<Vec<String>> = Vec::new();
    for tag in results {
        match rows.last_mut() {
            _ if is(tag, "tr") => rows.push(Vec::new()),
            Some(row) if is(tag, "td") => row.push(words(tag)),
            _ => {}
        }
    }
    let events: Vec<Event> = rows.iter().filter_map(|row| event(row)).collect();
    if events.is_empty() {
        return Err(Failure::changed(format!("the EMS page has no rows about {number} that this plugin can read")));
    }
    Ok(answer(events))
}

/// Clock, words and place. The head of the table has no such cells.
fn event(row: &[String]) -> Option<Event> {
    let [told, words, rest @ ..] = row else { return None };
    let moment = clock::read(told);
    if words.is_empty() && moment.is_none() {
        return None;
    }
    Some(Event {
        moment,
        place: rest.first().and_then(|told| place(told)),
        ..Event::new(codes::status(codes::PAGE, words), text::discreet(words))
    })
}

/// What a list of errors says: that the number is none of EMS's, or that something else went wrong.
fn refusal<'p, 'a: 'p>(mut tags: impl Iterator<Item = &'p HTMLTag<'a>>, number: &str) -> Option<Failure> {
    let list = tags.find(|tag| is(tag, "ul") && tag.attributes().is_class_member("error"))?;
    Some(match words(list).to_ascii_lowercase().contains("does not denote an ems item") {
        true => numbers::invalid(number),
        false => Failure::inconclusive(format!(
            "the EMS page shows an error in place of the history of {number}; it is asked again"
        )),
    })
}

/// Why a page says nothing about the number asked.
fn without_results(reply: &Reply, page: &str, dom: &VDom<'_>, number: &str) -> Failure {
    let has = |starts: &str| tags(dom).filter_map(id_of).any(|id| id.starts_with(starts));
    if let Some(wall) = wall(reply) {
        wall
    } else if breaks_off(page) {
        broken_off()
    } else if has("table-") {
        let message =
            format!("the EMS page is about another number than {number}, which proves nothing; it is asked again");
        Failure::inconclusive(message)
    } else if let Some(refusal) = refusal(tags(dom), number) {
        refusal
    } else if tags(dom).any(|tag| named(tag).is_some_and(|name| name == "itemId")) {
        Failure::changed(format!("the EMS page has no place for the history of {number} any more"))
    } else {
        Failure::unavailable("another page stands in place of the EMS page; it is asked again")
    }
}

/// A captcha or a page that says no.
fn wall(reply: &Reply) -> Option<Failure> {
    let blocked = reply.web_page().kind == FailureKind::Blocked;
    let message =
        "EMS shows a page for people only, which is not worked around; wait, or look the parcel up on its page";
    blocked.then(|| Failure::blocked(message))
}

/// A history that lacks its newest rows would be worse than none.
fn breaks_off(page: &str) -> bool {
    !page.to_ascii_lowercase().contains("</html")
}

fn broken_off() -> Failure {
    Failure::unavailable("the EMS page breaks off in the middle")
}

fn tags<'p, 'a>(dom: &'p VDom<'a>) -> impl Iterator<Item = &'p HTMLTag<'a>> {
    dom.nodes().iter().filter_map(Node::as_tag)
}

fn is(tag: &HTMLTag<'_>, name: &str) -> bool {
    tag.name().as_bytes().eq_ignore_ascii_case(name.as_bytes())
}

fn id_of<'p>(tag: &'p HTMLTag<'_>) -> Option<&'p str> {
    tag.attributes().id()?.try_as_utf8_str()
}

fn named<'p>(tag: &'p HTMLTag<'_>) -> Option<&'p str> {
    tag.attributes().get("name")??.try_as_utf8_str()
}

/// The words in an element, without its tags. Not by walking down its tree, which a hostile page makes deeper than the
/// stack.
fn words(tag: &HTMLTag<'_>) -> String {
    let raw = tag.raw().as_bytes();
    text::clean(&String::from_utf8_lossy(&raw[..raw.len().min(CELL_BYTES_MAX)]))
}
