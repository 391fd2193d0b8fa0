//! The channels as the system page, the API and the metrics show them.

use crate::config::Config;
use crate::store::ChannelQueue;

/// The channels of the config in its order, then those that it no longer names and for which something waits.
pub(super) fn channels(config: &Config, mut queues: Vec<ChannelQueue>) -> Vec<ChannelQueue> {
    let mut all = Vec::new();
    for channel in &config.channels {
        let known = queues.iter().position(|queue| queue.name == channel.name).map(|place| queues.remove(place));
        all.push(known.unwrap_or_else(|| ChannelQueue {
            name: channel.name.clone(),
            waiting: 0,
            oldest_at: None,
            outage: None,
        }));
    }
    all.extend(queues);
    all
}
