//! The outbox with a clock of its own, a real store and real receivers.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU16, Ordering};

use jiff::SignedDuration;
use parcelwatch_tracking::Importance;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::*;
use crate::report::system::system_entry;
use crate::store::EntryFilter;

/// Never answers.
const HANGS: u16 = 0;

/// A receiver that answers every message with one status, and remembers the titles it took.
#[derive(Debug)]
struct Receiver {
    address: SocketAddr,
    status: AtomicU16,
    /// Titles with these words are refused.
    refuses: &'static str,
    taken: Mutex<Vec<String>>,
    came: Notify,
}

impl Receiver {
    async fn start(status: u16, refuses: &'static str) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let receiver = Arc::new(Self {
            address: listener.local_addr().expect("an address"),
            status: AtomicU16::new(status),
            refuses,
            taken: Mutex::default(),
            came: Notify::new(),
        });
        let serving = Arc::clone(&receiver);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let receiver = Arc::clone(&serving);
                tokio::spawn(async move {
                    while let Some(body) = request(&mut stream).await {
                        receiver.answer(&mut stream, &body).await;
                    }
                });
            }
        });
        receiver
    }

    async fn answer(&self, stream: &mut tokio::net::TcpStream, body: &str) {
        let message: serde_json::Value = serde_json::from_str(body).expect("a webhook's body");
        let title = message["data"]["title"].as_str().expect("a title").to_owned();
        let status = match self.status.load(Ordering::Relaxed) {
            HANGS => {
                self.came.notify_one();
                return std::future::pending().await;
            }
            200 if !self.refuses.is_empty() && title.contains(self.refuses) => 422,
            status => status,
        };
        if status == 200 {
            self.taken.lock().expect("no panic").push(title);
        }
        let answer = format!("HTTP/1.1 {status} So\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.expect("the daemon listens");
        self.came.notify_one();
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("no panic").clone()
    }
}

/// The body of the next request; none when the other side has closed.
async fn request(stream: &mut tokio::net::TcpStream) -> Option<String> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.and_then(|length| length.parse().ok()).unwrap_or(0) {
                return Some(body.to_owned());
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend(&buffer[..read]),
        }
    }
}

/// An outbox that is turned by hand.
struct Desk {
    outbox: Outbox,
    store: Store,
    now: Arc<AtomicI64>,
    config: Config,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn new(receivers: &[(&str, &Receiver)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(&folder.path().join("test.db"), Clock::system()).expect("a store");
        let now = Arc::new(AtomicI64::new(instant("2026-11-30T12:00:00Z").as_millisecond()));
        let shown = Arc::clone(&now);
        let clock =
            Clock::from_fn(move || Timestamp::from_millisecond(shown.load(Ordering::Relaxed)).expect("an instant"));
        let config = config(receivers);
        let site = Site::new(Arc::new(config.clone()), "127.0.0.1:1".parse().expect("an address"), 1);
        let site = Arc::new(ArcSwap::from_pointee(site));
        let outbox = Outbox::new(store.clone(), clock, site, CancellationToken::new());
        Self { outbox, store, now, config, _folder: folder }
    }

    fn now(&self) -> Timestamp {
        self.outbox.shared.clock.now()
    }

    fn pass(&self, time: SignedDuration) {
        let ms = i64::try_from(time.as_millis()).expect("a short time");
        self.now.fetch_add(ms, Ordering::Relaxed);
    }

    /// Something is told to every channel.
    async fn tell(&self, title: &str) {
        let channels: Vec<_> =
            self.config.channels.iter().map(|channel| (channel.name.clone(), channel.from)).collect();
        let (entry, now) = (system_entry(title, "test", title, ""), self.now());
        let told = self.store.write(move |tx| tx.publish_alerts(None, &[entry], &channels, now));
        assert_eq!(told.await.expect("a store"), 1);
    }

    /// Starts what is due and waits until all of it has ended.
    async fn turn(&mut self) {
        self.outbox.start_due().await.expect("a store");
        while let Some(sent) = self.outbox.sending.join_next().await {
            self.outbox.sent(sent);
        }
    }

    async fn queue(&self, name: &str) -> Option<ChannelQueue> {
        let queues = self.store.read(|view| view.channel_queues()).await.expect("a store");
        queues.into_iter().find(|queue| queue.name == name)
    }

    async fn notices(&self) -> Vec<String> {
        let notices = self.store.read(|view| view.notices()).await.expect("a store");
        notices.into_iter().map(|notice| notice.title).collect()
    }

    /// The titles of the system feed that speak of channels, newest first.
    async fn told(&self) -> Vec<String> {
        let now = self.now();
        let entries = self.store.read(move |view| view.feed(&EntryFilter::System, now)).await.expect("a store");
        entries.into_iter().filter(|entry| entry.kind != "test").map(|entry| entry.title).collect()
    }
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn config(receivers: &[(&str, &Receiver)]) -> Config {
    let channel = |(name, receiver): &(&str, &Receiver)| {
        format!("[[notify]]\ntype = \"webhook\"\nname = \"{name}\"\nurl = \"http://{}/\"\n", receiver.address)
    };
    let text: String = receivers.iter().map(channel).collect();
    crate::config::parse(&text, notify::KINDS).expect("a valid config").config
}

#[test]
fn html_reads_as_lines() {
    assert_eq!(plain("<p>DHL: a &lt;b&gt;.</p><ul><li>x</li><li>y</li></ul>"), "DHL: a <b>.\n- x\n- y");
}

#[tokio::test]
async fn a_channel_that_hangs_keeps_no_other_waiting() {
    let (hangs, works) = (Receiver::start(HANGS, "").await, Receiver::start(200, "").await);
    let desk = Desk::new(&[("hangs", &hangs), ("works", &works)]);
    for title in ["one", "two", "three"] {
        desk.tell(title).await;
    }
    let Desk { outbox, store, .. } = desk;
    let stop = outbox.shared.stop.clone();
    let running = tokio::spawn(outbox.run());
    hangs.came.notified().await;
    let mut revision = store.revision();
    while works.taken().len() < 3 {
        works.came.notified().await;
    }
    assert_eq!(works.taken(), ["one", "two", "three"], "in their order");
    // What comes while the first still hangs goes out, too.
    let entry = system_entry("four", "test", "four", "");
    let now = instant("2026-11-30T12:01:00Z");
    let both = ["hangs", "works"].map(|name| (name.to_owned(), Importance::Notice));
    store.write(move |tx| tx.publish_alerts(None, &[entry], &both, now)).await.expect("a store");
    revision.changed().await.expect("a store");
    while works.taken().len() < 4 {
        works.came.notified().await;
    }
    running.abort();
    stop.cancel();
}

#[tokio::test]
async fn a_channel_that_takes_nothing_is_named_and_gets_everything_later() {
    let (down, works) = (Receiver::start(503, "").await, Receiver::start(200, "").await);
    let mut desk = Desk::new(&[("phone", &down), ("works", &works)]);
    desk.tell("one").await;
    desk.turn().await;
    assert_eq!(desk.queue("phone").await.and_then(|queue| queue.outage).map(|outage| outage.tries), Some(1));
    assert!(desk.notices().await.is_empty(), "one failure is none of anybody's business");
    desk.tell("two").await;
    desk.turn().await;
    assert_eq!(desk.queue("phone").await.map(|queue| queue.waiting), Some(2), "it is in a pause");
    for _ in 0..2 {
        desk.pass(SignedDuration::from_mins(2));
        desk.turn().await;
    }
    assert_eq!(desk.notices().await, ["The channel \"phone\" takes nothing"]);
    desk.turn().await;
    assert_eq!(works.taken(), ["one", "two", "The channel \"phone\" takes nothing"], "the others hear of it, once");
    down.status.store(200, Ordering::Relaxed);
    desk.pass(SignedDuration::from_hours(6));
    desk.turn().await;
    assert_eq!(down.taken(), ["one", "two"]);
    assert!(desk.notices().await.is_empty());
    assert_eq!(
        desk.told().await,
        ["The channel \"phone\" takes messages again", "The channel \"phone\" takes nothing"]
    );
}

#[tokio::test]
async fn a_clock_that_was_set_back_and_a_mended_config_end_a_pause() {
    let (down, mended) = (Receiver::start(500, "").await, Receiver::start(200, "").await);
    let mut desk = Desk::new(&[("phone", &down)]);
    desk.tell("one").await;
    desk.turn().await;
    let tries = async |desk: &Desk| desk.queue("phone").await.and_then(|queue| queue.outage).map(|outage| outage.tries);
    desk.pass(SignedDuration::from_hours(-24 * 400));
    desk.turn().await;
    assert_eq!(tries(&desk).await, Some(2), "400 days are no pause of ours");
    desk.turn().await;
    assert_eq!(tries(&desk).await, Some(2), "this one is");
    let config = config(&[("phone", &mended)]);
    let site = Site::new(Arc::new(config), "127.0.0.1:1".parse().expect("an address"), 2);
    desk.outbox.shared.site.store(Arc::new(site));
    desk.turn().await;
    assert_eq!(mended.taken(), ["one"]);
    assert_eq!(desk.queue("phone").await, None);
}

#[tokio::test]
async fn an_alert_that_is_refused_holds_up_none_and_is_named() {
    let picky = Receiver::start(200, "long").await;
    let mut desk = Desk::new(&[("phone", &picky)]);
    desk.tell("a long one").await;
    desk.tell("two").await;
    desk.turn().await;
    assert_eq!(picky.taken(), ["two"]);
    for _ in 0..3 {
        desk.pass(SignedDuration::from_hours(7));
        desk.turn().await;
    }
    assert_eq!(desk.queue("phone").await, None, "it was tried three times");
    assert_eq!(desk.told().await, ["The channel \"phone\" refused an alert"]);
}

#[tokio::test]
async fn what_waits_for_a_week_is_given_up_by_name() {
    let down = Receiver::start(500, "").await;
    let mut desk = Desk::new(&[("phone", &down)]);
    desk.tell("old").await;
    desk.pass(SignedDuration::from_hours(24 * 30));
    desk.turn().await;
    assert_eq!(desk.queue("phone").await.map(|queue| queue.waiting), Some(1), "it was our machine that was off");
    desk.tell("young").await;
    desk.pass(SignedDuration::from_hours(24 * 7));
    desk.turn().await;
    assert_eq!(desk.queue("phone").await.map(|queue| queue.waiting), Some(1));
    let now = desk.now();
    let entries = desk.store.read(move |view| view.feed(&EntryFilter::System, now)).await.expect("a store");
    let named = entries.iter().find(|entry| entry.kind == "channel_stale").expect("an entry");
    assert!(named.html.contains("<pre>old</pre>"), "{}", named.html);
}

#[tokio::test]
async fn what_waits_for_a_channel_that_a_faulty_config_has_lost_goes_out_when_it_is_back() {
    let phone = Receiver::start(200, "").await;
    let mut desk = Desk::new(&[("phone", &phone)]);
    desk.tell("one").await;
    let whole = desk.outbox.shared.site.load_full();
    let without = Site::new(Arc::new(Config::default()), "127.0.0.1:1".parse().expect("an address"), 2);
    desk.outbox.shared.site.store(Arc::new(without));
    desk.turn().await;
    let outage = desk.queue("phone").await.and_then(|queue| queue.outage).expect("it is shown");
    assert_eq!(outage.error, "the config names no such channel");
    desk.outbox.shared.site.store(whole);
    desk.turn().await;
    assert_eq!(phone.taken(), ["one"]);
}

#[tokio::test]
async fn what_the_store_could_not_write_down_is_not_sent_again() {
    let works = Receiver::start(200, "").await;
    let mut desk = Desk::new(&[("phone", &works)]);
    desk.tell("one").await;
    desk.store.close().await;
    for _ in 0..3 {
        desk.turn().await;
        desk.pass(SignedDuration::from_hours(1));
    }
    assert_eq!(works.taken(), ["one"]);
}
