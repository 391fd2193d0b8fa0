//! Yanwen's page, and what it tells of a parcel. It holds the result twice, for wide and for narrow screens; one is read,
//! and the other shows that nothing is missing. What it tells of the recipient is passed over.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use tl::{HTMLTag, Node, Parser, ParserOptions};

use crate::html::{attribute, breaks_off, children, is, own_text, without_scripts};
use crate::{codes, left_out, no_scan_yet, not_found, scan, web};

/// The heading of a number that Yanwen does not know, and what stands beside the number then.
const UNKNOWN: (&str, &str) = ("No information was found", "查询不到");
/// The number itself, the local carrier's, the seller's order, the country of destination, and words.
const COLUMNS: usize = 5;

/// What the page says of the number.
pub(crate) fn read(reply: &Reply, number: &str) -> Result<Answer, Failure> {
    let html = without_scripts(reply.text());
    let page = Page::of(&html);
    let Some(state) = page.state(number) else {
        return Err(if page.numbers.is_empty() { web::no_result(reply) } else { left_out(number) });
    };
    let copies: Vec<&Copy> = page.copies.iter().filter(|copy| is_same(&copy.number, number)).collect();
    match copies.as_slice() {
        [first, others @ ..] if others.iter().all(|other| other == first) && is_whole(&copies, &html) => {
            first.answer(number, state)
        }
        _ if breaks_off(&html) => Err(Failure::unavailable("Yanwen's page breaks off in the middle")),
        [] => Err(web::no_result(reply)),
        _ => Err(Failure::changed(format!("Yanwen's page tells two stories of {number}, and neither is believed"))),
    }
}

/// A page that breaks off may hold both copies already, and they cannot be equal by chance.
fn is_whole(copies: &[&Copy], html: &str) -> bool {
    copies.len() > 1 || !breaks_off(html)
}

/// The parts of the page that matter, in its order.
#[derive(Default)]
struct Page {
    /// The numbers it is about, each with its state in Chinese.
    numbers: Vec<(String, String)>,
    copies: Vec<Copy>,
}

/// One copy of the result.
#[derive(Default, PartialEq, Eq)]
struct Copy {
    number: String,
    heading: String,
    columns: Vec<String>,
    date: String,
    rows: Vec<Row>,
}

/// One scan.
#[derive(Default, PartialEq, Eq)]
struct Row {
    date: String,
    /// `12:00:00 [GMT+01]`.
    time: String,
    icon: Option<String>,
    /// The place in brackets, if there are two, and the words.
    lines: Vec<String>,
}

impl Page {
    fn of(html: &str) -> Self {
        let mut page = Self::default();
        // The parser refuses nothing but pages of gigabytes.
        let Ok(dom) = tl::parse(html, ParserOptions::default()) else { return page };
        // In the order of the page. The tree is not asked: it would depend on every tag before being closed.
        for tag in dom.nodes().iter().filter_map(Node::as_tag) {
            if is(tag, "input") && attribute(tag, "name").as_deref() == Some("wcdhA") {
                let state = attribute(tag, "status").unwrap_or_default();
                page.numbers.extend(attribute(tag, "value").map(|number| (number, state)));
            } else if tag.attributes().is_class_member("cx_lb") {
                page.copies.push(Copy::default());
            } else if let Some(copy) = page.copies.last_mut() {
                copy.take(tag, dom.parser());
            }
        }
        page
    }

    fn state(&self, number: &str) -> Option<&str> {
        self.numbers.iter().find(|(name, _)| is_same(name, number)).map(|(_, state)| state.as_str())
    }
}

impl Copy {
    /// Takes what a tag holds. Rows are told by their classes, so that nothing below the timeline is taken for a scan.
    fn take(&mut self, tag: &HTMLTag<'_>, parser: &Parser<'_>) {
        let has = |class: &str| tag.attributes().is_class_member(class);
        if is(tag, "h5") && self.number.is_empty() {
            self.number = own_text(tag, parser);
        } else if is(tag, "dt") {
            self.date = own_text(tag, parser);
        } else if is(tag, "dd") {
            self.rows.push(Row { date: self.date.clone(), ..Row::default() });
        } else if let Some(row) = self.rows.last_mut() {
            if has("timePoint") {
                row.time = own_text(tag, parser);
            } else if has("cz_c") {
                row.icon = children(tag, parser)
                    .into_iter()
                    .find_map(|image| attribute(image, "src"))
                    .as_deref()
                    .and_then(stage);
            } else if has("cz_r") {
                let lines = children(tag, parser).into_iter().filter(|line| is(line, "h6"));
                row.lines.extend(lines.map(|line| own_text(line, parser)));
            }
        } else if has("colFlex") {
            self.columns.push(own_text(tag, parser));
        } else if is(tag, "p") && self.heading.is_empty() {
            self.heading = own_text(tag, parser);
        }
    }

    fn answer(&self, number: &str, state: &str) -> Result<Answer, Failure> {
        let column = |index: usize| self.columns.get(index).filter(|_| self.columns.len() == COLUMNS);
        let destination = column(3).and_then(|country| scan::country(country));
        let local = column(1).map(String::as_str).unwrap_or_default();
        let handoff = scan::handoff(local, number, destination.clone());
        // With the local carrier's number that carrier can be asked, so it is worth an answer without a scan.
        if self.rows.is_empty() && handoff.is_none() {
            return Err(self.nothing_told(number, state));
        }
        let events: Vec<Event> = self.rows.iter().map(Row::event).collect();
        Ok(Answer {
            summary: self.summary(),
            handoffs: handoff.into_iter().collect(),
            destination,
            ..Answer::of(events)
        })
    }

    fn nothing_told(&self, number: &str, state: &str) -> Failure {
        let heading = self.heading.eq_ignore_ascii_case(UNKNOWN.0);
        match (heading, state == UNKNOWN.1) {
            (true, true) => not_found(number),
            (false, false) if self.columns.len() == COLUMNS => no_scan_yet(number),
            _ => Failure::inconclusive(format!(
                "Yanwen's page says neither that it knows {number} nor that it does not; it is asked again"
            )),
        }
    }

    /// The icon beside the newest scan is the stage of the parcel. It is no code of the scan, which would lose it to the
    /// next one. Behind the heading stand the days under way, in brackets.
    fn summary(&self) -> Option<Summary> {
        let code = self.rows.iter().find_map(|row| row.icon.as_deref())?;
        let text = self.heading.split('（').next().unwrap_or_default().trim().to_owned();
        Some(codes::STAGES.summary(code, text))
    }
}

impl Row {
    fn event(&self) -> Event {
        let line = self.lines.last().map(String::as_str).unwrap_or_default();
        let (prefix, rest) = prefixed(line);
        let named =
            (self.lines.len() > 1).then(|| self.lines[0].trim_matches(['[', ']'])).filter(|place| !place.is_empty());
        let place = named.or(prefix);
        // The place stands before the words once more.
        let words = scan::without_people(if place == prefix { rest } else { line });
        let meaning = codes::words(rest);
        let status = codes::status(self.icon.as_deref(), meaning);
        Event { moment: self.moment(meaning), place: place.and_then(scan::place), ..Event::new(status, words.clone()) }
            .with(codes::fact(status, &words))
    }

    /// `12:00:00 [GMT+01]` on its date. What it is taken for depends on the words and not on the icon, which another scan may
    /// have next time: an event keeps its name.
    fn moment(&self, meaning: Option<Status>) -> Option<Moment> {
        let (time, zone) = self.time.split_once('[').unwrap_or((&self.time, ""));
        let offset = zone.trim_end().trim_end_matches(']').strip_prefix("GMT");
        let moment = civil::with_offset(format!("{} {}", self.date, time.trim()).trim(), offset)?;
        Some(if scan::is_at_destination(meaning) { scan::doubt(moment) } else { moment })
    }
}

/// The place in `【place】words`, and the words.
fn prefixed(line: &str) -> (Option<&str>, &str) {
    match line.strip_prefix('【').and_then(|rest| rest.split_once('】')) {
        Some((place, rest)) => (Some(place.trim()).filter(|place| !place.is_empty()), rest.trim()),
        None => (None, line),
    }
}

/// The stage that an icon stands for: `/static/img/LM40.png`. Others are `timeline_none`.
fn stage(icon: &str) -> Option<String> {
    let name = icon.rsplit('/').next()?.split('.').next()?;
    let is_stage = matches!(name.as_bytes(), [a, b, c, d]
        if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit());
    is_stage.then(|| name.to_owned())
}

fn is_same(told: &str, number: &str) -> bool {
    parcelwatch_plugin::text::is_variant(told, number)
}
