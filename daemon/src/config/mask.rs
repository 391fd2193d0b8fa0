//! Shows a line of a config without its values. An excerpt goes to the page, the log and the system feed, whose entries never
//! change, and any value may be a secret: also one behind a misspelt key, in a comment, or after a quote that was forgotten.
//! So nothing is shown but keys and the names of tables.

/// What stands in the place of a value.
const HIDDEN: char = '…';

/// In the middle of which value a line begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Within {
    /// The quote that ends a text over several lines.
    quote: Option<&'static str>,
    /// Arrays and inline tables that are open.
    depth: usize,
    /// A line before was not whole: this one may be the rest of its value. Ends with a blank line or the next table.
    is_broken: bool,
}

impl Within {
    fn is_value(self) -> bool {
        self.quote.is_some() || self.depth > 0
    }
}

/// In the middle of which value each line of a file begins. After a mistake in the syntax this may call a key a value, and so
/// hides more than it has to.
pub(super) fn line_starts(text: &str) -> Vec<Within> {
    let mut within = Within::default();
    let mut starts = Vec::new();
    for line in text.split('\n') {
        starts.push(within);
        within = after(within, line);
    }
    starts
}

/// A line with its values hidden, and how many of its characters, from the left, are shown as they stand.
pub(super) fn masked(line: &str, within: Within) -> (String, usize) {
    let line = line.trim_end();
    let is_hidden = within.is_value() || (within.is_broken && !is_header(line));
    let shown = if is_hidden { 0 } else { shown_bytes(line) };
    let count = line[..shown].chars().count();
    let mut excerpt = line[..shown].to_owned();
    if shown < line.len() {
        excerpt.push(HIDDEN);
    }
    (excerpt, count)
}

/// Up to where a line that begins outside of values holds none: all of a table's name, or a key with its `=`.
fn shown_bytes(line: &str) -> usize {
    let indent = line.len() - line.trim_start().len();
    let rest = &line[indent..];
    if rest.starts_with('[') {
        let is_name =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']' | '"' | '\'' | ' ');
        return indent + rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    }
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'');
    match rest.split_once('=') {
        Some((key, value)) if key.trim_end().chars().all(is_key) => {
            let space = value.len() - value.trim_start().len();
            indent + key.len() + 1 + space
        }
        _ => 0,
    }
}

fn is_header(line: &str) -> bool {
    line.trim_start().starts_with('[')
}

/// In the middle of which value the next line begins.
fn after(within: Within, line: &str) -> Within {
    let Within { mut quote, mut depth, mut is_broken } = within;
    let mut rest = line;
    // Brackets count within values only: at the start of a line they name a table.
    let mut in_value = within.is_value();
    if !in_value {
        let line = line.trim_start();
        is_broken = match line.split_once('=') {
            _ if line.is_empty() || is_header(line) => false,
            _ if line.starts_with('#') => is_broken,
            Some((_, value)) => is_broken || value.trim().is_empty(),
            None => true,
        };
    }
    while let Some(c) = rest.chars().next() {
        if let Some(end) = quote {
            if end == "\"\"\"" && c == '\\' {
                rest = skip(rest, 2);
            } else if let Some(behind) = rest.strip_prefix(end) {
                quote = None;
                rest = behind;
            } else {
                rest = skip(rest, 1);
            }
            continue;
        }
        let opened = ["\"\"\"", "'''"].into_iter().find(|open| rest.starts_with(open));
        if let Some(open) = opened {
            quote = Some(open);
            rest = &rest[open.len()..];
            continue;
        }
        match c {
            '#' => break,
            '"' | '\'' => match behind_text(&rest[1..], c) {
                Some(behind) => rest = behind,
                None => {
                    is_broken = true;
                    break;
                }
            },
            '=' => {
                in_value = true;
                rest = &rest[1..];
            }
            '[' | '{' if in_value => {
                depth += 1;
                rest = &rest[1..];
            }
            ']' | '}' if in_value => {
                depth = depth.saturating_sub(1);
                rest = &rest[1..];
            }
            _ => rest = skip(rest, 1),
        }
    }
    Within { quote, depth, is_broken }
}

/// What follows a text of one line, where its quote is closed.
fn behind_text(mut rest: &str, quote: char) -> Option<&str> {
    while let Some(c) = rest.chars().next() {
        if c == '\\' && quote == '"' {
            rest = skip(rest, 2);
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if c == quote {
            return Some(rest);
        }
    }
    None
}

fn skip(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or("", |(at, _)| &text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every line of a file as it would be shown.
    fn shown(text: &str) -> Vec<String> {
        let starts = line_starts(text);
        text.split('\n').zip(starts).map(|(line, within)| masked(line, within).0).collect()
    }

    #[test]
    fn keys_and_tables_are_shown_and_no_value_is() {
        for (line, expected) in [
            ("api_kee = \"s3cret\"", "api_kee = …"),
            ("  carriers.dhl.api_key='s3cret' # s3cret", "  carriers.dhl.api_key=…"),
            ("[carriers.dhl]", "[carriers.dhl]"),
            ("[carriers.dhl] # s3cret", "[carriers.dhl] …"),
            ("[[notify]]", "[[notify]]"),
            ("# api_key = \"s3cret\"", "…"),
            ("api_key \"s3cret\"", "…"),
            ("s3cret", "…"),
            ("\"s3:cret\" = 1", "…"),
            ("Bearer s3cret = 1", "…"),
            ("headers = { authorization = \"s3cret\" }", "headers = …"),
            ("port = 8470", "port = …"),
            ("listen =", "listen ="),
            ("", ""),
        ] {
            assert_eq!(shown(line), [expected], "{line}");
        }
    }

    #[test]
    fn what_goes_on_over_lines_stays_hidden() {
        let text = "api_key = \"\"\"\ns3cret = 1\n[s3cret]\\\"\"\"\n\"\"\"\nb = 1";
        assert_eq!(shown(text), ["api_key = …", "…", "…", "…", "b = …"]);
        let text = "key = '''\ns3cret=\"x\n'''\nhosts = [\n  \"s3cret\", # ]\n  { a = \"s3cret\" },\n]\nb = 1";
        assert_eq!(shown(text), ["key = …", "…", "…", "hosts = …", "…", "…", "…", "b = …"]);
    }

    #[test]
    fn a_mistake_in_the_syntax_hides_more_and_never_less() {
        for broken in ["password = \"s3cret", "password =", "password", "a = \"x\" b = \"y"] {
            let lines = shown(&format!("{broken}\ns3cret==\n\n[ok]\nlisten = 1"));
            assert_eq!(lines[1..], ["…", "", "[ok]", "listen = …"], "{broken}");
        }
        let open = shown("tags = [\"a\",\napi_key = \"s3cret\"\n[carriers.dhl]\ntoken = \"s3cret\"");
        assert!(open.iter().all(|line| !line.contains("s3cret")), "{open:?}");
        let open = shown("a = \"\"\"x\napi_key = \"s3cret\"");
        assert!(open.iter().all(|line| !line.contains("s3cret")), "{open:?}");
        assert_eq!(shown("]]]\nb = 1\n\nc = 1"), ["…", "…", "", "c = …"]);
    }
}
