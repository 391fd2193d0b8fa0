//! What is needed to read a page of strangers: its tags in their order, and what stands directly in each.

use parcelwatch_plugin::text;
use tl::{HTMLTag, Parser};

/// A page without its scripts and styles, the inside of which would be taken for markup.
pub(crate) fn without_scripts(html: &str) -> String {
    without(&without(html, "<script", "</script>"), "<style", "</style>")
}

fn without(html: &str, open: &str, close: &str) -> String {
    // Lower case in ASCII only, so that every byte stays where it is.
    let lower = html.to_ascii_lowercase();
    let next = |from: usize, needle: &str| lower[from..].find(needle).map(|found| from + found);
    let mut out = String::with_capacity(html.len());
    let mut at = 0;
    while let Some(start) = next(at, open) {
        out.push_str(&html[at..start]);
        at = next(start, close).map_or(html.len(), |end| end + close.len());
    }
    out.push_str(&html[at..]);
    out
}

/// Whether a page begins as a whole document and its end is missing.
pub(crate) fn breaks_off(html: &str) -> bool {
    const BEGIN: &str = "<!doctype html";
    let page = html.trim().to_ascii_lowercase();
    let begins = page.starts_with("<!doctype") || page.starts_with("<html") || BEGIN.starts_with(&page);
    begins && !page.contains("</html>")
}

pub(crate) fn is(tag: &HTMLTag<'_>, name: &str) -> bool {
    tag.name().as_utf8_str().eq_ignore_ascii_case(name)
}

pub(crate) fn attribute(tag: &HTMLTag<'_>, name: &str) -> Option<String> {
    Some(text::clean(&tag.attributes().get(name)??.as_utf8_str()))
}

/// The tags directly below a tag.
pub(crate) fn children<'d, 'h>(tag: &'d HTMLTag<'h>, parser: &'d Parser<'h>) -> Vec<&'d HTMLTag<'h>> {
    let below = tag.children();
    below.top().iter().filter_map(|child| child.get(parser)?.as_tag()).collect()
}

/// The text directly in a tag, in one clean line. What further tags hold is not for us: buttons, and names of people.
pub(crate) fn own_text(tag: &HTMLTag<'_>, parser: &Parser<'_>) -> String {
    let below = tag.children();
    let texts = below.top().iter().filter_map(|child| child.get(parser)?.as_raw());
    text::clean(&texts.map(|text| text.as_utf8_str()).collect::<String>())
}
