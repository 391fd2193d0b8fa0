//! `[[notify]]`: where alerts are sent beside the feeds. The keys of one kind of channel are read in its file of `notify`,
//! which hands in its kinds.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use parcelwatch_tracking::Importance;
use url::Url;

use super::table::Table;
use super::values::web_address;

/// Where alerts are sent beside the feeds.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelConfig {
    /// Names the channel in the outbox.
    pub name: String,
    pub url: Url,
    /// The least important alert it takes.
    pub from: Importance,
    pub settings: ChannelSettings,
}

/// What the keys of a kind say. Only `notify` knows the type.
#[derive(Clone)]
pub struct ChannelSettings(Arc<dyn Settings>);

impl ChannelSettings {
    pub fn new<T: Any + PartialEq + Send + Sync>(settings: T) -> Self {
        Self(Arc::new(settings))
    }

    pub fn get<T: Any>(&self) -> Option<&T> {
        let settings: &dyn Any = &*self.0;
        settings.downcast_ref()
    }
}

impl PartialEq for ChannelSettings {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(other)
    }
}

/// Any type that can be compared, so that a reload sees what changed.
trait Settings: Any + Send + Sync {
    fn equals(&self, other: &ChannelSettings) -> bool;
}

impl<T: Any + PartialEq + Send + Sync> Settings for T {
    fn equals(&self, other: &ChannelSettings) -> bool {
        other.get() == Some(self)
    }
}

impl fmt::Debug for ChannelSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChannelSettings(…)")
    }
}

/// A kind of channel.
#[derive(Clone, Copy, Debug)]
pub struct ChannelKind {
    /// How `type` calls it.
    pub name: &'static str,
    /// Reads the keys that only this kind has; `None` where they are at fault.
    pub read: fn(&Table<'_>) -> Option<ChannelSettings>,
}

/// The channels of all files.
pub(super) struct Channels<'a> {
    kinds: &'a [ChannelKind],
    pub(super) list: Vec<ChannelConfig>,
}

impl<'a> Channels<'a> {
    pub(super) fn new(kinds: &'a [ChannelKind]) -> Self {
        Self { kinds, list: Vec::new() }
    }

    pub(super) fn read(&mut self, table: Table<'_>) {
        let kind = table.text("type");
        let url = table.text_as("url", web_address).map(|at| at.value);
        let from = table.text_as("from", |text| {
            Importance::from_key(text).ok_or_else(|| format!("is \"{text}\"; known: routine, notice, important"))
        });
        let name = table.text("name");
        if let Some(name) = &name
            && self.list.iter().any(|other| other.name == name.value)
        {
            let message =
                format!("[[notify]]: another channel is named \"{}\"; each has a queue of its own", name.value);
            table.fault(name.span.clone(), message);
        }
        let name = name.map(|at| at.value);
        let known = || self.kinds.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
        let kind = match kind {
            Some(given) => {
                let kind = self.kinds.iter().find(|kind| kind.name == given.value);
                if kind.is_none() {
                    let message = format!("[[notify]]: type is \"{}\"; known: {}", given.value, known());
                    table.fault(given.span, message);
                }
                kind
            }
            None => {
                table.fault(table.span.clone(), format!("[[notify]] has no type; known: {}", known()));
                None
            }
        };
        let read = kind.zip(url).and_then(|(kind, url)| Some((url, (kind.read)(&table)?)));
        if read.is_none() && table.key_span("url") == table.span {
            table.fault(table.span.clone(), "[[notify]] has no url");
        }
        table.finish();
        if let Some((url, settings)) = read {
            let name = name.unwrap_or_else(|| format!("channel-{}", self.list.len() + 1));
            let from = from.map_or(Importance::Notice, |at| at.value);
            self.list.push(ChannelConfig { name, url, from, settings });
        }
    }
}
