//! Wrong passwords: who gives them is made to wait, longer each time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::peer::network;

/// A person mistypes.
const FREE: u32 = 5;
/// The longest wait: a right password from the same address waits as well.
const WAIT_MAX: Duration = Duration::from_secs(60);
/// Nobody is remembered for longer.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3600);
/// Addresses remembered; beyond this the one that failed longest ago is forgotten.
const PEERS_MAX: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<HashMap<IpAddr, Attempt>>);

#[derive(Clone, Copy, Debug)]
struct Attempt {
    wrong: u32,
    last: Instant,
}

impl Attempt {
    fn wait(self) -> Duration {
        match self.wrong.checked_sub(FREE) {
            Some(more) => Duration::from_secs(1 << more.min(6)).min(WAIT_MAX),
            None => Duration::ZERO,
        }
    }
}

impl Attempts {
    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, Attempt>> {
        self.0.lock().expect("nothing panics while it holds this lock")
    }

    /// How long an address has to wait before a password of it is looked at.
    pub(super) fn wait(&self, peer: IpAddr) -> Option<Duration> {
        let attempt = self.known().get(&network(peer)).copied()?;
        let left = attempt.wait().checked_sub(attempt.last.elapsed())?;
        (!left.is_zero()).then_some(left)
    }

    /// Counts a wrong password; returns how many there were.
    pub(super) fn wrong(&self, peer: IpAddr) -> u32 {
        let (mut known, now) = (self.known(), Instant::now());
        known.retain(|_, attempt| attempt.last.elapsed() < FORGOTTEN_AFTER);
        let peer = network(peer);
        if known.len() >= PEERS_MAX
            && !known.contains_key(&peer)
            && let Some(oldest) = known.iter().min_by_key(|(_, attempt)| attempt.last).map(|(peer, _)| *peer)
        {
            known.remove(&oldest);
        }
        let attempt = known.entry(peer).or_insert(Attempt { wrong: 0, last: now });
        *attempt = Attempt { wrong: attempt.wrong.saturating_add(1), last: now };
        attempt.wrong
    }

    pub(super) fn right(&self, peer: IpAddr) {
        self.known().remove(&network(peer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_wrong_password_after_the_fifth_waits_longer_and_a_right_one_ends_it() {
        let attempts = Attempts::default();
        let (peer, other): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        for _ in 0..FREE - 1 {
            attempts.wrong(peer);
        }
        assert_eq!(attempts.wait(peer), None, "a person mistypes");
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            attempts.wrong(peer);
            assert_eq!(attempts.wait(peer), Some(Duration::from_secs(seconds)));
        }
        assert_eq!(attempts.wait(other), None);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(attempts.wait(peer), None);
        attempts.right(peer);
        attempts.wrong(peer);
        assert_eq!(attempts.wait(peer), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_network_is_one_and_no_number_of_them_fills_the_memory() {
        let attempts = Attempts::default();
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        for n in 0..FREE {
            attempts.wrong(address(&format!("2001:db8::{n}")));
        }
        assert!(attempts.wait(address("2001:db8::ffff")).is_some());
        assert!(attempts.wait(address("2001:db8:0:1::1")).is_none());
        for n in 0..PEERS_MAX as u32 + 10 {
            attempts.wrong(IpAddr::V4(n.into()));
        }
        assert_eq!(attempts.known().len(), PEERS_MAX);
    }
}
