//! What is carried.

use crate::store::FeedEntry;

/// An alert on its way to a channel.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    pub entry: &'a FeedEntry,
    /// The page that shows more.
    pub link: String,
    /// The entry's HTML as plain lines.
    pub text: String,
}
