//! XML answers. Names are compared without their namespaces: services change prefixes more often than names.
//!
//! ```
//! use parcelwatch_plugin::xml;
//!
//! let document = xml::parse("<s:a xmlns:s='u'><b>one</b><b>two</b><c> </c></s:a>").expect("XML");
//! let root = document.root_element();
//! assert_eq!(xml::text(root, "b").as_deref(), Some("one"));
//! assert_eq!(xml::children(root, "b").count(), 2);
//! assert_eq!(xml::text(root, "c"), None);
//! ```

use std::collections::BTreeSet;

pub use roxmltree::{Document, Node};

use crate::http::Reply;
use crate::{Failure, FailureKind, text};

impl Reply {
    /// The body as XML. A web page that is no wall, no body at all and one that breaks off are passing troubles of the
    /// carrier's; anything else that does not read is a change of form. Messages never repeat what stands in the body.
    pub fn xml(&self) -> Result<Document<'_>, Failure> {
        let body = self.text().trim_start_matches('\u{feff}').trim();
        if is_too_large(body) {
            return Err(Failure::changed("the carrier's answer is far larger than an answer about parcels is"));
        }
        let mut failure = match parse(body) {
            // Some services send XML under the name of HTML.
            Ok(document) if !document.root_element().tag_name().name().eq_ignore_ascii_case("html") => {
                return Ok(document);
            }
            _ if self.is_html() => return Err(self.web_page()),
            _ if body.is_empty() => Failure::new(FailureKind::Unavailable, "the carrier sent an empty answer"),
            Err(_) if breaks_off(body) => {
                Failure::new(FailureKind::Unavailable, "the carrier's answer breaks off in the middle")
            }
            _ => Failure::changed("the carrier's answer is not XML any more"),
        };
        failure.http_status = Some(self.status);
        Err(failure)
    }
}

/// A tree takes some hundred bytes for each tag and attribute, and is laid out before the first is read: a megabyte of
/// brackets would need more memory than a plugin has.
const PARTS_MAX: usize = 100_000;
/// Each attribute is compared with those before it in its tag. No service has more than some tens.
const ATTRIBUTES_MAX: usize = 500;
/// Namespaces in scope are compared with each other in every element that declares one. SOAP answers have five or six.
const NAMESPACES_MAX: usize = 32;

/// Whether reading would take more memory or time than in proportion to its size.
fn is_too_large(body: &str) -> bool {
    let parts = body.bytes().filter(|b| matches!(b, b'<' | b'=')).count();
    let has_many_attributes = || body.split('<').any(|tag| tag.bytes().filter(|b| *b == b'=').count() > ATTRIBUTES_MAX);
    parts > PARTS_MAX || has_many_attributes() || has_many_namespaces(body)
}

fn has_many_namespaces(body: &str) -> bool {
    let mut names = BTreeSet::new();
    body.match_indices("xmlns").any(|(at, _)| {
        let name = body[at..].split(|c: char| c == '=' || c.is_whitespace()).next().unwrap_or_default();
        names.insert(name);
        names.len() > NAMESPACES_MAX
    })
}

/// Whether XML begins well and its first element is never closed.
fn breaks_off(body: &str) -> bool {
    let mut starts = body.match_indices('<').map(|(at, _)| &body[at + 1..]);
    let Some(root) = starts.find(|rest| !rest.starts_with(['?', '!'])) else { return body.starts_with('<') };
    let name: &str = root.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default();
    body.starts_with('<') && !body.ends_with(&format!("</{name}>"))
}

/// Reads XML; a document type, which could make a small text a huge one, is refused.
pub fn parse(text: &str) -> Result<Document<'_>, roxmltree::Error> {
    Document::parse(text)
}

/// The first child element of this name.
pub fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.is_element() && child.tag_name().name() == name)
}

/// The child elements of this name, in their order.
pub fn children<'a, 'input>(node: Node<'a, 'input>, name: &str) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// The first element of this name anywhere below.
pub fn find<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.descendants().find(|below| below.is_element() && below.tag_name().name() == name)
}

/// What stands in the first child element of this name, in one clean line; none where that says nothing.
pub fn text(node: Node<'_, '_>, name: &str) -> Option<String> {
    own_text(child(node, name)?)
}

/// What stands in an element, in one clean line; none where that says nothing.
pub fn own_text(node: Node<'_, '_>) -> Option<String> {
    let parts: Vec<&str> =
        node.descendants().filter_map(|below| below.is_text().then(|| below.text()).flatten()).collect();
    text::non_empty(parts.concat())
}

/// Text as it may stand between tags.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Body;

    fn told(content_type: &str, body: &str) -> Result<String, FailureKind> {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        let reply = Reply { status: 200, url: String::new(), headers, body: Body::Text(body.to_owned()) };
        let document = reply.xml().map_err(|failure| failure.kind)?;
        Ok(document.root_element().tag_name().name().to_owned())
    }

    #[test]
    fn xml_reads_and_what_is_none_says_whose_trouble_it_is() {
        assert_eq!(told("text/xml", "\u{feff}<?xml version=\"1.0\"?>\n<a><b/></a>\n"), Ok("a".into()));
        assert_eq!(told("text/html", "<s:a xmlns:s='u'/>"), Ok("a".into()));
        for passing in
            ["", " ", "<?xml version=\"1.0\"?>", "<a><b>on", "<a><b></b>", "<a b='", "<html><p>Back soon</html>"]
        {
            assert_eq!(told("text/xml", passing), Err(FailureKind::Unavailable), "{passing:?}");
        }
        assert_eq!(told("text/html", "<html><body>Access Denied</body></html>"), Err(FailureKind::Blocked));
        assert_eq!(told("text/xml", &"<".repeat(PARTS_MAX + 1)), Err(FailureKind::ChangedUpstream));
        let names = |count: usize| (0..count).map(|n| format!("xmlns:n{n}='u' ")).collect::<String>();
        let attributes = |count: usize| (0..count).map(|n| format!("n{n}='u' ")).collect::<String>();
        assert_eq!(told("text/xml", &format!("<a {}/>", names(NAMESPACES_MAX))), Ok("a".into()));
        assert_eq!(told("text/xml", &format!("<a {}/>", attributes(ATTRIBUTES_MAX))), Ok("a".into()));
        let nested: String = (0..5000).map(|n| format!("<b xmlns:n{n}='u'>")).collect();
        for bomb in [format!("<a {}/>", names(60_000)), format!("<a {}/>", attributes(60_000)), nested] {
            assert_eq!(told("text/xml", &bomb), Err(FailureKind::ChangedUpstream), "{bomb:.40}");
        }
        for changed in ["null", "{}", "<a><b></a>", "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"] {
            assert_eq!(told("text/xml", changed), Err(FailureKind::ChangedUpstream), "{changed:?}");
        }
    }

    #[test]
    fn texts_are_clean_lines() {
        let document = parse("<a><b> x &amp;\n <![CDATA[<i>y</i>]]></b><c/></a>").expect("XML");
        assert_eq!(text(document.root_element(), "b").as_deref(), Some("x & y"));
        assert_eq!(text(document.root_element(), "c"), None);
        assert_eq!(escape("a<b&c>"), "a&lt;b&amp;c&gt;");
    }
}
