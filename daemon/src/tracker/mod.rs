//! The loop: who is due, ask, absorb, record. Only this writes history, one transaction an answer.

mod actions;
mod clock_jump;
mod due;
mod outages;
mod poll;
mod reconcile;
pub mod record;
mod release;
mod replay;
mod store_trouble;
mod summary;
#[cfg(test)]
mod tests;
mod unmapped;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

pub use actions::{ActionError, Upload, UserAction};
use arc_swap::ArcSwap;
use jiff::Timestamp;
use jiff::civil::Date;
use parcelwatch_tracking::{Agenda, CarrierId, Due, Experience, Norms, ParcelId, Plan, Polling, month_summary};
pub use release::Released;
pub use replay::Replayed;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::config::Config;
use crate::plugin_host::PluginHost;
use crate::report::names::CarrierInfo;
use crate::report::view::FORM;
use crate::report::{JudgementContext, Names, judge};
use crate::store::{Pause, Store};

/// Questions under way to one carrier at the same time. While one waits for the disk another can be asked; the requests
/// themselves keep the carrier's pace.
const BATCHES_PER_CARRIER: usize = 4;
/// The loop looks at the clock at least this often: timers stand still while a machine sleeps, the wall clock does not.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// Parcels judged anew in one go because time has passed.
const REVIEWS_AT_ONCE: usize = 64;
const QUEUE_MAX: usize = 256;

/// Everything that can wake the loop.
#[derive(Debug)]
pub enum Command {
    /// The operator edited the config.
    Config(Arc<Config>, oneshot::Sender<()>),
    /// Plugins came, went, or were replaced.
    Plugins,
    /// The operator opened a carrier, and so ended these pauses.
    Opened(CarrierId, Vec<Pause>),
    /// A question was answered, or not.
    Answered(Answered),
    /// A person wants something.
    Person(UserAction, oneshot::Sender<Result<String, ActionError>>),
    /// A person wants kept answers read anew: of one parcel, or of all.
    Replay(Option<ParcelId>, oneshot::Sender<Result<Vec<Replayed>, ActionError>>),
    /// Legs are to be asked at other times than it was planned.
    Scheduled(Vec<Plan>),
    /// Carriers were told that parcels are no longer followed.
    Released(Vec<Released>),
}

/// What the loop has to know of an answer: the store has the rest.
#[derive(Debug)]
pub struct Answered {
    carrier: CarrierId,
    /// When to ask the legs that were asked, and those the answer led to.
    next: Vec<Plan>,
    /// Whoever asked out of turn waits for this.
    reply: Option<(oneshot::Sender<Result<String, ActionError>>, String)>,
}

/// Sends commands to the loop.
#[derive(Clone, Debug)]
pub struct TrackerHandle(mpsc::Sender<Command>);

impl TrackerHandle {
    /// Puts a config into force; returns when its parcels are in the store.
    pub async fn configure(&self, config: Arc<Config>) {
        let (done, taken) = oneshot::channel();
        if self.0.send(Command::Config(config, done)).await.is_ok() {
            // An error means that the loop has stopped.
            let _ = taken.await;
        }
    }

    /// Tells the loop that other plugins are in force.
    pub async fn plugins_changed(&self) {
        let _ = self.0.send(Command::Plugins).await;
    }

    /// Tells the loop that a carrier is open again, and which pauses that ended.
    pub async fn opened(&self, carrier: CarrierId, lifted: Vec<Pause>) {
        let _ = self.0.send(Command::Opened(carrier, lifted)).await;
    }

    /// Asks for something and waits for how it went.
    pub async fn perform(&self, action: UserAction) -> Result<String, ActionError> {
        let (reply, answer) = oneshot::channel();
        let stopped = || ActionError::NotNow("the daemon is stopping".to_owned());
        self.0.send(Command::Person(action, reply)).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    /// Lets the plugins in force read kept answers anew.
    pub async fn replay(&self, parcel: Option<ParcelId>) -> Result<Vec<Replayed>, ActionError> {
        let (reply, answer) = oneshot::channel();
        let stopped = || ActionError::NotNow("the daemon is stopping".to_owned());
        self.0.send(Command::Replay(parcel, reply)).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

/// What the tasks of the loop share.
#[derive(Debug)]
struct Shared {
    store: Store,
    host: Arc<PluginHost>,
    clock: Clock,
    context: ArcSwap<JudgementContext>,
    commands: mpsc::Sender<Command>,
    /// How often in a row the store did not take an answer.
    unrecorded: AtomicU32,
}

/// The loop's own state.
#[derive(Debug)]
pub struct Tracker {
    shared: Arc<Shared>,
    commands: mpsc::Receiver<Command>,
    agenda: Agenda,
    under_way: HashMap<CarrierId, usize>,
    releases: release::Releases,
    /// More parcels wait to be judged anew than fit into one go.
    reviews_wait: bool,
    /// A former version may have left views in a form of its own.
    has_old_views: bool,
    tasks: TaskTracker,
    /// What the finished parcels teach, and the revision of the store it was read at.
    experience: Arc<Experience>,
    experience_revision: Option<u64>,
    /// The month in which the one before it was looked back upon; `None` until there is a config.
    looked_back_in: Option<Date>,
    /// Since when questions are asked when they are due.
    polling_since: Timestamp,
    turned_at: Timestamp,
    /// When the clock was set last, as long as the page says so.
    jumped_at: Option<Timestamp>,
    /// The clock was compared with what the store has from before this start.
    is_clock_checked: bool,
}

impl Tracker {
    /// A loop that has nothing to do yet.
    pub fn new(store: Store, host: Arc<PluginHost>, clock: Clock, config: Arc<Config>) -> (Self, TrackerHandle) {
        let (sender, commands) = mpsc::channel(QUEUE_MAX);
        let experience: Arc<Experience> = Arc::default();
        let now = clock.now();
        let context = ArcSwap::from_pointee(context(config, &host, &experience, now));
        let shared =
            Arc::new(Shared { store, host, clock, context, commands: sender.clone(), unrecorded: AtomicU32::new(0) });
        let tracker = Self {
            shared,
            commands,
            agenda: Agenda::default(),
            under_way: HashMap::new(),
            releases: release::Releases::default(),
            reviews_wait: false,
            has_old_views: true,
            tasks: TaskTracker::new(),
            experience,
            experience_revision: None,
            looked_back_in: None,
            polling_since: now,
            turned_at: now,
            jumped_at: None,
            is_clock_checked: false,
        };
        (tracker, TrackerHandle(sender))
    }

    /// Runs until it is stopped; questions under way are answered and recorded first.
    pub async fn run(mut self, stop: CancellationToken) {
        self.learn().await;
        loop {
            self.start_due();
            let sleep = self.until_next();
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(sleep) => self.review().await,
                command = self.commands.recv() => match command {
                    Some(command) => self.handle(command).await,
                    None => break,
                },
            }
        }
        self.tasks.close();
        // Nobody else takes the answers' commands now; a full queue must not hold them up.
        self.commands.close();
        self.tasks.wait().await;
    }

    fn until_next(&self) -> Duration {
        if self.shared.store.trouble().is_some() {
            return LONGEST_SLEEP;
        }
        if self.reviews_wait {
            return Duration::from_millis(5);
        }
        let now = self.shared.clock.now();
        let busy = |carrier: &CarrierId| self.under_way.get(carrier).is_some_and(|n| *n >= BATCHES_PER_CARRIER);
        let waits = |carrier: &CarrierId| {
            if busy(carrier) {
                return Some(Timestamp::MAX);
            }
            self.shared.host.closed_until(carrier, now).map(|(until, _)| until)
        };
        let next = self.agenda.next_at(waits).into_iter().chain(self.releases.next_at()).min();
        let wait =
            next.map_or(LONGEST_SLEEP, |at| Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO));
        // Below this the next question waits for the one under way anyway.
        wait.clamp(Duration::from_millis(5), LONGEST_SLEEP)
    }

    async fn handle(&mut self, command: Command) {
        self.notice_clock().await;
        match command {
            Command::Config(config, done) => {
                self.configure(config).await;
                // Whoever waited may be gone.
                let _ = done.send(());
            }
            Command::Plugins => self.plugins_changed().await,
            Command::Opened(carrier, lifted) => match reconcile::opened(&self.shared, carrier, lifted).await {
                Ok(schedule) => schedule.into_iter().for_each(|plan| self.agenda.put(plan)),
                Err(error) => tracing::error!("cannot ask at once what waited for a carrier: {error}"),
            },
            Command::Answered(answered) => self.answered(answered),
            Command::Person(action, reply) => self.perform(action, reply).await,
            Command::Replay(parcel, reply) => self.replay(parcel, reply),
            Command::Scheduled(schedule) => {
                schedule.into_iter().for_each(|plan| self.agenda.put(plan));
            }
            Command::Released(released) => self.released(released),
        }
    }

    fn answered(&mut self, answered: Answered) {
        if let Some(under_way) = self.under_way.get_mut(&answered.carrier) {
            *under_way = under_way.saturating_sub(1);
        }
        answered.next.into_iter().for_each(|plan| self.agenda.put(plan));
        if let Some((reply, words)) = answered.reply {
            let _ = reply.send(Ok(words));
        }
    }

    fn start(
        &mut self,
        carrier: CarrierId,
        batch: Vec<Due>,
        reply: Option<oneshot::Sender<Result<String, ActionError>>>,
    ) {
        *self.under_way.entry(carrier.clone()).or_default() += 1;
        let shared = Arc::clone(&self.shared);
        self.tasks.spawn(async move {
            let (next, words) = poll::ask(&shared, &carrier, batch).await;
            let reply = reply.map(|reply| (reply, words));
            // A stopping loop has no use for it: the store has the schedule.
            let _ = shared.commands.send(Command::Answered(Answered { carrier, next, reply })).await;
        });
    }

    /// Beside the loop: reading takes a while, and questions go on.
    fn replay(&self, parcel: Option<ParcelId>, reply: oneshot::Sender<Result<Vec<Replayed>, ActionError>>) {
        let shared = Arc::clone(&self.shared);
        self.tasks.spawn(async move {
            // Whoever asked may be gone.
            let _ = reply.send(replay::replay(&shared, parcel).await);
        });
    }

    async fn configure(&mut self, config: Arc<Config>) {
        self.retry_store().await;
        let before = self.shared.context.swap(Arc::new(self.context(config)));
        // Other figures judge every parcel anew.
        let judge_all = before.config.norms != self.shared.context.load().config.norms;
        // The first config says which channels hear of it.
        if !std::mem::replace(&mut self.is_clock_checked, true) {
            self.notice_clock_at_start().await;
        }
        self.look_back().await;
        match reconcile::config(&self.shared, judge_all).await {
            Ok(reconciled) => self.take(reconciled).await,
            Err(error) => tracing::error!("cannot take over the config: {error}"),
        }
    }

    async fn plugins_changed(&mut self) {
        let config = Arc::clone(&self.shared.context.load().config);
        self.shared.context.store(Arc::new(self.context(config)));
        match reconcile::plugins(&self.shared).await {
            Ok(reconciled) => self.take(reconciled).await,
            Err(error) => tracing::error!("cannot match parcels with the plugins: {error}"),
        }
    }

    fn context(&self, config: Arc<Config>) -> JudgementContext {
        context(config, &self.shared.host, &self.experience, self.polling_since)
    }

    async fn take(&mut self, reconciled: reconcile::Reconciled) {
        for parcel in &reconciled.gone {
            self.agenda.take_parcel(parcel);
        }
        reconciled.schedule.into_iter().for_each(|plan| self.agenda.put(plan));
        self.release_unfollowed().await;
    }

    /// Reads what the finished parcels teach, if there is more of it than at the last time.
    async fn learn(&mut self) {
        let revision = self.shared.store.revision().borrow().journeys;
        if self.experience_revision == Some(revision) {
            return;
        }
        match self.shared.store.read(|view| view.journeys()).await {
            Ok(journeys) => {
                self.experience = Arc::new(journeys.into_iter().collect());
                self.experience_revision = Some(revision);
                let mut context = JudgementContext::clone(&self.shared.context.load());
                context.norms.experience = Arc::clone(&self.experience);
                self.shared.context.store(Arc::new(context));
            }
            Err(error) => tracing::error!("cannot read what the finished parcels teach: {error}"),
        }
    }

    /// Looks back on the month before, once in every month and once after every start.
    async fn look_back(&mut self) {
        let now = self.shared.clock.now();
        let zone = self.shared.context.load().config.timezone.clone();
        let month = now.to_zoned(zone).date().first_of_month();
        if self.looked_back_in == Some(month) {
            return;
        }
        let summary = month.yesterday().ok().and_then(|day| month_summary(&self.experience, day));
        if let Some(summary) = summary
            && let Err(error) = self.shared.store.write(move |tx| summary::write(tx, &summary, now)).await
        {
            return tracing::error!("cannot look back on the month: {error}");
        }
        self.looked_back_in = Some(month);
    }

    /// Judges anew what a former version left in another form, archived parcels too. Each is shown rightly before that; this spares
    /// judging it at every look. Waits for the plugins, which know the names.
    async fn renew_views(&mut self) {
        let (now, context) = (self.shared.clock.now(), self.shared.context.load_full());
        // The host may have loaded them a moment ago: what counts is whether this context has their names.
        if !self.has_old_views || context.polling.loading {
            return;
        }
        let renewed = self.shared.store.write(move |tx| {
            let old = tx.views_of_other_forms(FORM, REVIEWS_AT_ONCE)?;
            for id in &old {
                let Some(record) = tx.parcel_record(id)? else { continue };
                record::write_view(&judge(&record, &context, now), tx, &record)?;
            }
            Ok(old.len())
        });
        match renewed.await {
            Ok(0) => self.has_old_views = false,
            Ok(_) => self.reviews_wait = true,
            Err(error) => {
                self.has_old_views = false;
                tracing::error!("cannot renew what is shown of parcels: {error}");
            }
        }
    }

    /// Judges anew what changes with time alone.
    async fn review(&mut self) {
        self.notice_clock().await;
        self.retry_store().await;
        self.learn().await;
        self.release_unfollowed().await;
        self.shared.host.put_away(self.shared.clock.now());
        // Before the first config nobody knows where midnight is.
        if self.looked_back_in.is_some() {
            self.look_back().await;
        }
        let now = self.shared.clock.now();
        let context = self.shared.context.load_full();
        let reviewed = self.shared.store.read(move |view| view.reviews_due(now, REVIEWS_AT_ONCE)).await;
        self.reviews_wait = reviewed.as_ref().is_ok_and(|due| due.len() == REVIEWS_AT_ONCE);
        self.renew_views().await;
        let due = match reviewed {
            Ok(due) if due.is_empty() => return,
            Ok(due) => due,
            Err(error) => return tracing::error!("cannot read what is to be reviewed: {error}"),
        };
        let reviews = due.into_iter().map(|parcel| {
            let context = Arc::clone(&context);
            self.shared.store.write(move |tx| match tx.parcel_record(&parcel)? {
                Some(record) => record::save(&judge(&record, &context, now), tx, &record, Vec::new(), &context, now),
                None => Ok(()),
            })
        });
        // All at once, so that they share a commit.
        for review in futures_util::future::join_all(reviews).await {
            if let Err(error) = review {
                self.reviews_wait = false;
                tracing::error!("cannot review a parcel: {error}");
            }
        }
    }
}

fn context(config: Arc<Config>, host: &PluginHost, experience: &Arc<Experience>, since: Timestamp) -> JudgementContext {
    // Asked first: what is loaded by then is among the carriers that are asked for after it.
    let polling = Polling { since, loading: !host.is_loaded() };
    let carriers = host.carriers().into_iter().map(|carrier| {
        let contact = carrier.contact.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        (carrier.id, CarrierInfo { name: carrier.name, link: carrier.link, contact })
    });
    let names = Names::new(carriers, config.timezone.clone());
    let norms = Norms { experience: Arc::clone(experience), ..config.norms.clone() };
    JudgementContext { config, names, norms, polling }
}
