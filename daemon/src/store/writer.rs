//! The thread that writes, and the schema it writes to.

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::trouble::{Health, TroubleKind};
use super::{Result, Revision, StoreError, Tx, View};

/// Changes committed together at most: a commit is one flush of the disk however much is in it.
const GROUP_MAX: usize = 256;
/// What one poll of a long history writes, with some to spare.
const PROOF_BYTES: i64 = 512 * 1024;
/// SQLite before this can corrupt a database in WAL mode with two connections (WAL reset, fixed in 3.51.3).
const SQLITE_VERSION_MIN: i32 = 3_051_003;
/// "PWCH": tells our database from others.
const APPLICATION_ID: i32 = 0x5057_4348;

/// The version of the schema.
pub(super) const SCHEMA: usize = MIGRATIONS.len();

/// Every step the schema took, in order. A step that was released never changes.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_start.sql"),
    include_str!("migrations/0002_journeys.sql"),
    include_str!("migrations/0003_quieted.sql"),
    include_str!("migrations/0004_urgency.sql"),
    include_str!("migrations/0005_held.sql"),
    include_str!("migrations/0006_unmapped.sql"),
    include_str!("migrations/0007_numbers.sql"),
    include_str!("migrations/0008_shown_keys.sql"),
    include_str!("migrations/0009_secrets.sql"),
    include_str!("migrations/0010_form.sql"),
    include_str!("migrations/0011_channels.sql"),
    include_str!("migrations/0012_losses.sql"),
];

/// Which caches a change makes stale.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) pages: Cell<bool>,
    pub(super) entries: Cell<bool>,
    pub(super) journeys: Cell<bool>,
}

/// Tells whoever waits for a change how it went; called after the commit, with the error if that failed.
type Reply = Box<dyn FnOnce(Result<()>) + Send>;

/// A change as it was made, before the commit.
struct Outcome {
    is_made: bool,
    /// That it was made proves that there is room again.
    is_proof: bool,
    trouble: Option<Failure>,
    reply: Reply,
}

/// What failed for the disk or the file, and in which words.
type Failure = (TroubleKind, String);

/// Makes a change, or is told why none is made.
type Change = Box<dyn FnOnce(Result<&Tx<'_>>) -> Outcome + Send>;

/// A change that waits to be made.
pub(super) struct Job(Change);

impl Job {
    pub(super) fn new<T: Send + 'static>(
        change: impl FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
        reply: oneshot::Sender<Result<T>>,
    ) -> Self {
        Self::of(change, reply, false)
    }

    /// Writes a good deal: a small change may fit where nothing else does.
    pub(super) fn proof(reply: oneshot::Sender<Result<()>>) -> Self {
        const SQL: &str = "INSERT OR REPLACE INTO meta (name, value) VALUES ('proof', hex(zeroblob(?1)))";
        Self::of(|tx| Ok(tx.connection.execute(SQL, [PROOF_BYTES / 2]).map(drop)?), reply, true)
    }

    fn of<T: Send + 'static>(
        change: impl FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
        reply: oneshot::Sender<Result<T>>,
        is_proof: bool,
    ) -> Self {
        Self(Box::new(move |tx| {
            let result = tx.and_then(change);
            let trouble = match &result {
                Err(StoreError::Sqlite(error)) => failure(error),
                _ => None,
            };
            // Whoever asked may be gone; the change is made all the same.
            let is_made = result.is_ok();
            let reply: Reply = Box::new(move |committed| drop(reply.send(committed.and(result))));
            Outcome { is_made, is_proof: is_made && is_proof, trouble, reply }
        }))
    }
}

fn failure(error: &rusqlite::Error) -> Option<Failure> {
    TroubleKind::of(error).map(|kind| (kind, error.to_string()))
}

/// Sends changes to the thread that makes them.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Message>,
}

enum Message {
    Change(Job),
    Close(oneshot::Sender<()>),
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        health: Arc<Health>,
        queue_max: usize,
    ) -> (Self, watch::Receiver<Revision>) {
        let (jobs, waiting) = mpsc::channel(queue_max);
        let (revision, receiver) = watch::channel(Revision::default());
        std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || run(connection, &health, waiting, &revision))
            .expect("the system can start a thread");
        (Self { jobs }, receiver)
    }

    pub(super) async fn send(&self, job: Job) -> Result<()> {
        self.jobs.send(Message::Change(job)).await.map_err(|_| StoreError::Stopped)
    }

    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.jobs.send(Message::Close(done)).await.is_ok() {
            // An error means that the thread is gone, which is what was asked for.
            let _ = closed.await;
        }
    }
}

fn run(
    mut connection: Connection,
    health: &Health,
    mut waiting: mpsc::Receiver<Message>,
    revision: &watch::Sender<Revision>,
) {
    while let Some(message) = waiting.blocking_recv() {
        let mut group = Vec::new();
        let mut closing = None;
        let mut next = Some(message);
        while let Some(message) = next {
            match message {
                Message::Change(job) => group.push(job),
                Message::Close(done) => closing = Some(done),
            }
            next = if group.len() < GROUP_MAX && closing.is_none() { waiting.try_recv().ok() } else { None };
        }
        if !group.is_empty() {
            commit_group(&mut connection, health, group, revision);
        }
        if let Some(done) = closing {
            // Folds the log into the database; without it the next start does.
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            let _ = done.send(());
            return;
        }
    }
}

fn commit_group(connection: &mut Connection, health: &Health, group: Vec<Job>, revision: &watch::Sender<Revision>) {
    if health.is_gone() {
        let reason = "it was removed or replaced while it was open";
        tell_trouble(health, Some((TroubleKind::Gone, reason.to_owned())), revision);
        for job in group {
            ((job.0)(Err(StoreError::Unwritable(reason.to_owned()))).reply)(Ok(()));
        }
        return;
    }
    let touched = Touched::default();
    let mut outcomes = Vec::with_capacity(group.len());
    let committed = make_changes(connection, group, &touched, &mut outcomes);
    let failed = committed.as_ref().err().map(ToString::to_string);
    if failed.is_none() && (touched.pages.get() || touched.entries.get()) {
        revision.send_modify(|revision| {
            revision.pages += u64::from(touched.pages.get());
            revision.entries += u64::from(touched.entries.get());
            revision.journeys += u64::from(touched.journeys.get());
        });
    }
    let is_proof = outcomes.iter().any(|outcome| outcome.is_proof) && committed.is_ok();
    let trouble = outcomes.iter_mut().find_map(|outcome| outcome.trouble.take());
    let trouble = trouble.or_else(|| committed.err().as_ref().and_then(failure));
    if is_proof || trouble.is_some() {
        tell_trouble(health, trouble, revision);
    }
    for outcome in outcomes {
        (outcome.reply)(match &failed {
            None => Ok(()),
            Some(error) => Err(StoreError::Unwritable(error.clone())),
        });
    }
}

/// The pages and the system feed say whether anything can be written.
fn tell_trouble(health: &Health, trouble: Option<Failure>, revision: &watch::Sender<Revision>) {
    if health.note(trouble) {
        revision.send_modify(|revision| {
            revision.pages += 1;
            revision.entries += 1;
        });
    }
}

fn make_changes(
    connection: &mut Connection,
    group: Vec<Job>,
    touched: &Touched,
    outcomes: &mut Vec<Outcome>,
) -> Result<(), rusqlite::Error> {
    let mut jobs = group.into_iter();
    let made = (|| {
        let mut transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for job in jobs.by_ref() {
            let savepoint = transaction.savepoint()?;
            let outcome = (job.0)(Ok(&Tx { view: View { connection: &savepoint }, touched }));
            let is_made = outcome.is_made;
            outcomes.push(outcome);
            if is_made {
                savepoint.commit()?;
            } else {
                savepoint.finish()?;
            }
        }
        transaction.commit()
    })();
    // Those that were not reached are told as well.
    if let Err(error) = &made {
        outcomes.extend(jobs.map(|job| (job.0)(Err(StoreError::Unwritable(error.to_string())))));
    }
    made
}

/// Opens the database for writing and brings its schema up to date.
pub(super) fn connect(path: &Path) -> anyhow::Result<Connection> {
    open(path).with_context(|| format!("cannot use {}", path.display()))
}

fn open(path: &Path) -> anyhow::Result<Connection> {
    // A clean end empties the log: what was cut off is looked at before anything is added to it.
    if std::fs::metadata(super::log_of(path)).is_ok_and(|log| log.len() > 0) {
        super::check(path)?;
    }
    let version = rusqlite::version_number();
    anyhow::ensure!(
        version >= SQLITE_VERSION_MIN,
        "linked with SQLite {}, which can corrupt the database; 3.51.3 or newer is needed",
        rusqlite::version()
    );
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    super::keep_prepared(&connection, 128)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // At our rate of writing the safe setting costs nothing: a feed id must survive a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    let foreign_keys: bool = connection.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    anyhow::ensure!(foreign_keys, "this SQLite cannot enforce foreign keys");
    // What a step takes out for good must not stay in the file as free space.
    connection.pragma_update(None, "secure_delete", true)?;
    migrate(&mut connection)?;
    connection.pragma_update(None, "secure_delete", false)?;
    // Nor in the file while the log has the newer pages.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> anyhow::Result<()> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    anyhow::ensure!(application == APPLICATION_ID || version == 0, "this is another program's database");
    let version = usize::try_from(version)?;
    anyhow::ensure!(
        version <= MIGRATIONS.len(),
        "it was written by a newer Parcelwatch (schema {version}, this one knows {}); update Parcelwatch, or restore a backup",
        MIGRATIONS.len()
    );
    for (number, step) in MIGRATIONS.iter().enumerate().skip(version) {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        transaction.execute_batch(step).with_context(|| format!("schema step {}", number + 1))?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", u32::try_from(number + 1)?)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
