//! All the SQL there is.
//!
//! One thread owns the one connection that writes; it takes the changes that wait and commits them together, each in a
//! savepoint of its own, so that one that fails takes nothing along. Readers have connections of their own.

mod answers;
mod attachments;
mod codec;
mod copy;
mod entries;
mod journeys;
mod operator;
mod outbox;
mod overview;
mod parcels;
mod plugins;
mod schedule;
mod trouble;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{Semaphore, oneshot, watch};

pub use answers::{Answer, Exchange, Packed};
pub use attachments::{AttachError, Attachment, Attachments, FILE_BYTES_MAX, FILES_MAX};
pub use copy::{check, copy};
pub use entries::{EntryDraft, EntryFilter, FeedEntry};
pub use operator::{Level, Notice};
pub use outbox::{ChannelOutage, ChannelQueue, Outgoing};
pub use overview::{CarrierHealth, Count, KeptView, OverviewRow};
pub use parcels::{ParcelRecord, ParcelRow};
pub use plugins::{Grant, Pause, QuotaUse, SecretWay, Token, Unmapped};
use trouble::Health;
pub use trouble::{Trouble, TroubleKind};
use writer::{Job, Writer};

use crate::clock::Clock;

/// The version of the schema that this program knows.
pub const SCHEMA: usize = writer::SCHEMA;

/// Readers hold a connection for milliseconds; two keep the page quick beside an export.
const READERS: usize = 2;
/// Changes that may wait before the next one has to.
const QUEUE_MAX: usize = 1024;

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("database: a row does not read back: {0}")]
    Corrupt(String),
    #[error("the history cannot be written: {0}")]
    Unwritable(String),
    #[error("the store has stopped")]
    Stopped,
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// How often what people see has changed. Readers keep what they rendered until it moves on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revision {
    /// Anything on the pages.
    pub pages: u64,
    /// The feeds.
    pub entries: u64,
    /// What finished parcels teach.
    pub journeys: u64,
}

/// The database and its threads.
#[derive(Clone, Debug)]
pub struct Store {
    writer: Writer,
    readers: Arc<Readers>,
    revision: watch::Receiver<Revision>,
    health: Arc<Health>,
    attachments: Attachments,
}

#[derive(Debug)]
struct Readers {
    free: Mutex<Vec<Connection>>,
    permits: Semaphore,
    path: PathBuf,
}

impl Store {
    /// Opens the database, and makes or upgrades it first where needed.
    pub fn open(path: &Path, clock: Clock) -> anyhow::Result<Self> {
        let connection = writer::connect(path)?;
        let health = Arc::new(Health::new(path, clock));
        let mut readers = Vec::new();
        for _ in 0..READERS {
            readers.push(open_reader(path)?);
        }
        let (writer, revision) = Writer::start(connection, Arc::clone(&health), QUEUE_MAX);
        let readers = Readers { free: Mutex::new(readers), permits: Semaphore::new(READERS), path: path.to_owned() };
        let attachments = Attachments::new(path.parent().unwrap_or(Path::new(".")));
        Ok(Self { writer, readers: Arc::new(readers), revision, health, attachments })
    }

    /// Changes something, all or nothing. Returns once it is on the disk.
    pub async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.writer.send(Job::new(change, reply)).await?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// After trouble: whether changes can be made again. Only this ends it.
    pub async fn try_again(&self) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        self.writer.send(Job::proof(reply)).await?;
        answer.await.map_err(|_| StoreError::Stopped)??;
        self.write(|tx| Ok(tx.connection.execute("DELETE FROM meta WHERE name = 'proof'", []).map(drop)?)).await
    }

    /// Reads something, all of it as of one moment.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&View<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let readers = Arc::clone(&self.readers);
        let _permit = self.readers.permits.acquire().await.map_err(|_| StoreError::Stopped)?;
        tokio::task::spawn_blocking(move || {
            let mut connection = readers.take().map_or_else(|| open_reader(&readers.path), Ok)?;
            let result = read_in(&mut connection, query);
            readers.give_back(connection);
            result
        })
        .await
        .map_err(|_| StoreError::Stopped)?
    }

    /// The files that people attached.
    pub fn attachments(&self) -> &Attachments {
        &self.attachments
    }

    /// Why nothing can be written, as long as nothing can.
    pub fn trouble(&self) -> Option<Trouble> {
        self.health.condition().trouble.clone()
    }

    /// What has ended since this was asked last.
    pub fn take_ended_trouble(&self) -> Vec<Trouble> {
        std::mem::take(&mut self.health.condition().ended)
    }

    /// Whether what is written next will be lost, though nothing has been written since.
    pub fn is_gone(&self) -> bool {
        self.health.is_gone()
    }

    /// Moves on with every change that people can see.
    pub fn revision(&self) -> watch::Receiver<Revision> {
        self.revision.clone()
    }

    /// Ends the writer after what waits. The database is then one file again.
    pub async fn close(&self) {
        self.writer.close().await;
    }
}

/// A read-only look at a database whose daemon may be running, for the command line.
pub fn peek<T>(path: &Path, query: impl FnOnce(&View<'_>) -> Result<T>) -> Result<T> {
    let mut connection = open_reader(path)?;
    read_in(&mut connection, query)
}

/// The log beside a database.
fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    keep_prepared(&connection, 64)?;
    Ok(connection)
}

/// Keeps statements prepared between uses. rusqlite clears the bindings of a cached statement, and SQLite takes a changed binding
/// that the planner looked at for a reason to prepare the statement anew; with the planner's stability guarantee it looks at none.
fn keep_prepared(connection: &Connection, capacity: usize) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(capacity);
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn read_in<T>(connection: &mut Connection, query: impl FnOnce(&View<'_>) -> Result<T>) -> Result<T> {
    let transaction = connection.transaction()?;
    query(&View { connection: &transaction })
}

impl Readers {
    fn take(&self) -> Option<Connection> {
        self.free.lock().expect("no reader panics while it holds the lock").pop()
    }

    fn give_back(&self, connection: Connection) {
        self.free.lock().expect("no reader panics while it holds the lock").push(connection);
    }
}

/// What can be read. Its methods stand in the files of this folder, by subject.
#[derive(Debug)]
pub struct View<'a> {
    connection: &'a Connection,
}

/// What can be changed; everything that can be read can be read here too.
#[derive(Debug)]
pub struct Tx<'a> {
    view: View<'a>,
    touched: &'a writer::Touched,
}

impl<'a> std::ops::Deref for Tx<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        &self.view
    }
}

impl Tx<'_> {
    /// What was changed shows on the pages.
    fn touch_pages(&self) {
        self.touched.pages.set(true);
    }

    fn touch_journeys(&self) {
        self.touched.journeys.set(true);
        self.touched.pages.set(true);
    }

    fn touch_entries(&self) {
        self.touched.entries.set(true);
        self.touched.pages.set(true);
    }
}

/// An instant as the store keeps it.
fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

fn at(ms: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(ms).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn at_opt(ms: Option<i64>) -> Result<Option<Timestamp>> {
    ms.map(at).transpose()
}
