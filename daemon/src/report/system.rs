//! What the daemon says of itself, in the system feed.

use parcelwatch_tracking::Importance;

use super::words::escape;
use crate::store::{EntryDraft, Trouble, TroubleKind};

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

/// That nothing can be written: a title, and the way out.
pub fn store_words(trouble: &Trouble) -> (&'static str, String) {
    let title = match trouble.kind {
        TroubleKind::Full => "The disk is full",
        TroubleKind::ReadOnly => "The history is read-only",
        TroubleKind::Damaged => "The history is damaged",
        TroubleKind::Gone => "The history was removed while it was in use",
        TroubleKind::Unwritable => "The history cannot be written",
    };
    let detail = format!(
        "{}: {}.\nTo go on, {}. Until then no carrier is asked and nothing is told; what is known is shown as it was.",
        trouble.path.display(),
        trouble.reason,
        way_out(trouble.kind)
    );
    (title, detail)
}

/// What the operator can do.
pub fn way_out(kind: TroubleKind) -> &'static str {
    match kind {
        TroubleKind::Full => "make room on the disk",
        TroubleKind::ReadOnly => "make the folder writable for the daemon's user",
        TroubleKind::Damaged => "stop the daemon and restore a backup: parcelwatch restore FILE",
        TroubleKind::Gone => "stop the daemon, put the state folder back or restore a backup, and start it again",
        TroubleKind::Unwritable => "see to the disk and to the folder's permissions",
    }
}

/// The same as an entry. It is shown while nothing can be written, and written down afterwards as it was shown.
pub fn store_entry(trouble: &Trouble) -> EntryDraft {
    let (title, detail) = store_words(trouble);
    system_entry(&format!("store-down:{}", trouble.since), "store_down", title, &detail)
}
