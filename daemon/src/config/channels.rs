//! `[[notify]]`: where alerts are sent beside the feeds.

use parcelwatch_tracking::Importance;
use url::Url;

use super::secret::{Secret, secret};
use super::table::Table;
use super::values::web_address;

/// Where alerts are sent beside the feeds.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelConfig {
    /// Names the channel in the outbox.
    pub name: String,
    pub kind: ChannelKind,
    /// The least important alert it takes.
    pub from: Importance,
}

/// How a channel is reached.
#[derive(Clone, Debug, PartialEq)]
pub enum ChannelKind {
    Ntfy { url: Url, token: Option<Secret> },
    Webhook { url: Url, secret: Option<Secret> },
}

/// The channels of all files.
#[derive(Default)]
pub(super) struct Channels {
    pub(super) list: Vec<ChannelConfig>,
}

impl Channels {
    pub(super) fn read(&mut self, table: Table<'_>) {
        let kind = table.text("type");
        let url = table.text_as("url", web_address).map(|at| at.value);
        let from = table.text_as("from", |text| {
            Importance::from_key(text).ok_or_else(|| format!("is \"{text}\"; known: routine, notice, important"))
        });
        let name = table.text("name").map(|at| at.value);
        let kind = match kind.as_ref().map(|at| at.value.as_str()) {
            Some("ntfy") => url.map(|url| ChannelKind::Ntfy { url, token: secret(&table, "token") }),
            Some("webhook") => url.map(|url| ChannelKind::Webhook { url, secret: secret(&table, "secret") }),
            Some(other) => {
                let span = kind.as_ref().map_or(table.span.clone(), |at| at.span.clone());
                table.fault(span, format!("[[notify]]: type is \"{other}\"; known: ntfy, webhook"));
                None
            }
            None => {
                table.fault(table.span.clone(), "[[notify]] has no type; known: ntfy, webhook");
                None
            }
        };
        if kind.is_none() && table.key_span("url") == table.span {
            table.fault(table.span.clone(), "[[notify]] has no url");
        }
        table.finish();
        if let Some(kind) = kind {
            let name = name.unwrap_or_else(|| format!("channel-{}", self.list.len() + 1));
            self.list.push(ChannelConfig { name, kind, from: from.map_or(Importance::Notice, |at| at.value) });
        }
    }
}
