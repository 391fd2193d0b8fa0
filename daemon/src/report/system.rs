//! What the daemon says of itself, in the system feed.

use parcelwatch_tracking::Importance;

use super::words::escape;
use crate::store::EntryDraft;

/// An entry of the system feed.
pub fn system_entry(key: &str, kind: &str, title: &str, detail: &str) -> EntryDraft {
    let html = if detail.is_empty() { String::new() } else { format!("<pre>{}</pre>", escape(detail)) };
    EntryDraft {
        key: key.to_owned(),
        kind: kind.to_owned(),
        importance: Importance::Notice,
        title: title.to_owned(),
        html: format!("<p>{}</p>{html}", escape(title)),
        path: "system".to_owned(),
        author: "Parcelwatch".to_owned(),
        categories: vec!["system".to_owned(), kind.to_owned()],
        tags: Vec::new(),
    }
}
