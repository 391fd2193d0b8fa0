//! Channels that carry alerts to people: one file each, with its settings, how they are read, and how it sends.

mod http;
mod message;
mod ntfy;
mod webhook;

use anyhow::Context as _;

use crate::config::{ChannelConfig, ChannelKind, ChannelSettings};
use ntfy::Ntfy;
use webhook::Webhook;

pub use http::{DeliveryError, Sender};
pub use message::Message;

/// The settings of a channel.
#[derive(PartialEq)]
enum Channel {
    Ntfy(Ntfy),
    Webhook(Webhook),
}

/// Every kind of channel, by what `type` calls it, and how its own keys are read.
pub const KINDS: &[ChannelKind] = &[
    ChannelKind { name: "ntfy", read: |table| settings(Channel::Ntfy(Ntfy::read(table)?)) },
    ChannelKind { name: "webhook", read: |table| settings(Channel::Webhook(Webhook::read(table)?)) },
];

fn settings(channel: Channel) -> Option<ChannelSettings> {
    Some(ChannelSettings::new(channel))
}

/// Hands a message to a channel. `Err` says why it was not taken; it is tried again later.
pub async fn deliver(sender: &Sender, config: &ChannelConfig, message: &Message<'_>) -> Result<(), DeliveryError> {
    let url = &config.url;
    let post = match config.settings.get().context("the channel is of no kind known here")? {
        Channel::Ntfy(ntfy) => ntfy.post(url, message)?,
        Channel::Webhook(webhook) => webhook.post(url, message)?,
    };
    sender.send(post).await
}
