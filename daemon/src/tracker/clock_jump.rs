//! The wall clock was set, or the machine slept: what the other clock planned is planned anew, and nobody was asked meanwhile.

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::words;

use super::{Tracker, reconcile};
use crate::report::JudgementContext;
use crate::report::system::system_entry;
use crate::store::{Level, Notice, Result, Tx};

/// The machine slept, or hung, where the loop does not turn for so long: nobody was asked meanwhile.
const SLEPT: SignedDuration = SignedDuration::from_mins(10);
/// A clock may go back by so much without anything being planned anew.
const TOLERATED: SignedDuration = SignedDuration::from_mins(2);
/// A step ahead that is named: less is a night's sleep or a weekend's.
const NAMED_FROM: SignedDuration = SignedDuration::from_hours(3 * 24);
/// No poll is planned further ahead, whatever the operator sets.
const LONGEST_PLAN: SignedDuration = SignedDuration::from_hours(100 * 24);
/// The notice stays up for so long.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(24);
const NOTICE: &str = "clock";

impl Tracker {
    /// Compares the clock with what the store has from before this start.
    pub(super) async fn notice_clock_at_start(&mut self) {
        let now = self.shared.clock.now();
        match self.shared.store.read(|view| view.last_written_at()).await {
            Ok(Some(last)) if last.duration_since(now) > TOLERATED => self.went_back(last, now).await,
            Ok(_) => {
                if let Err(error) = self.shared.store.write(|tx| tx.clear_notice(NOTICE)).await {
                    tracing::error!("cannot take down a notice: {error}");
                }
            }
            Err(error) => tracing::error!("cannot read when something was written last: {error}"),
        }
    }

    /// Compares the clock with the last turn of the loop. After a sleep what is known may be old, as after a start.
    pub(super) async fn notice_clock(&mut self) {
        let now = self.shared.clock.now();
        let before = std::mem::replace(&mut self.turned_at, now);
        let passed = now.duration_since(before);
        if passed > SLEPT || passed < -TOLERATED {
            self.polling_since = now;
            let mut context = JudgementContext::clone(&self.shared.context.load());
            context.polling.since = now;
            self.shared.context.store(std::sync::Arc::new(context));
        }
        if passed < -TOLERATED {
            self.went_back(before, now).await;
        } else if passed > NAMED_FROM {
            let title = format!("The clock went on by {} at once", words(passed));
            let detail =
                format!("From {before} to {now}: the machine slept, or its clock was set. Nobody was asked meanwhile.");
            self.name_jump(now, title, detail).await;
        } else if self.jumped_at.is_some_and(|at| now.duration_since(at) > SHOWN_FOR) {
            self.jumped_at = None;
            if let Err(error) = self.shared.store.write(|tx| tx.clear_notice(NOTICE)).await {
                tracing::error!("cannot take down a notice: {error}");
            }
        }
    }

    /// What was planned by a clock that was ahead is due now, and what was judged by it is judged anew.
    async fn went_back(&mut self, before: Timestamp, now: Timestamp) {
        let title = format!("The clock went back by {}", words(before.duration_since(now)));
        let detail = format!("From {before} to {now}. What was planned by the other clock is asked now.");
        self.name_jump(now, title, detail).await;
        self.releases.begin_anew();
        if let Err(error) = self.shared.store.write(move |tx| tx.plan_anew(now, LONGEST_PLAN)).await {
            tracing::error!("cannot plan anew after the clock was set: {error}");
        }
        match reconcile::plugins(&self.shared).await {
            Ok(reconciled) => self.take(reconciled).await,
            Err(error) => tracing::error!("cannot judge anew after the clock was set: {error}"),
        }
    }

    async fn name_jump(&mut self, now: Timestamp, title: String, detail: String) {
        tracing::warn!("{title}. {detail}");
        self.jumped_at = Some(now);
        let channels = self.shared.context.load().channels();
        let told = self.shared.store.write(move |tx| name_jump(tx, &title, &detail, &channels, now));
        if let Err(error) = told.await {
            tracing::error!("cannot say that the clock was set: {error}");
        }
    }
}

fn name_jump(
    tx: &Tx<'_>,
    title: &str,
    detail: &str,
    channels: &[(String, parcelwatch_tracking::Importance)],
    now: Timestamp,
) -> Result<()> {
    // Each jump is one of its own.
    tx.clear_notice(NOTICE)?;
    tx.post_notice(&Notice {
        key: NOTICE.to_owned(),
        level: Level::Warn,
        title: title.to_owned(),
        detail: detail.to_owned(),
        since: now,
    })?;
    tx.publish_alerts(None, &[system_entry(&format!("clock:{now}"), "clock", title, detail)], channels, now)?;
    Ok(())
}
