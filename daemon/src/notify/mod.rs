//! Channels that carry alerts to people: one file each, one enum over them.

mod http;
mod ntfy;
mod webhook;

use crate::config::ChannelKind;
use crate::store::FeedEntry;

pub use http::Sender;

/// An alert on its way to a channel.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    pub entry: &'a FeedEntry,
    /// The page that shows more.
    pub link: String,
    /// The entry's HTML as plain lines.
    pub text: String,
}

/// Hands a message to a channel. `Err` says why it was not taken; it is tried again later.
pub async fn deliver(sender: &Sender, kind: &ChannelKind, message: &Message<'_>) -> anyhow::Result<()> {
    match kind {
        ChannelKind::Ntfy { url, token } => ntfy::deliver(sender, url, token.as_ref(), message).await,
        ChannelKind::Webhook { url, secret } => webhook::deliver(sender, url, secret.as_ref(), message).await,
    }
}
