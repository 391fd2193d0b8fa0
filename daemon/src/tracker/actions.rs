//! What a user presses on a parcel: an input to the loop like an answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{CarrierId, Due, LegNo, MarkKind, ParcelId};
use tokio::sync::oneshot;

use super::{Shared, Tracker, reconcile, record};
use crate::report::judge;
use crate::store::StoreError;

/// A user may poll out of turn, but not more often than this at a carrier that wants longer gaps.
const USER_GAP: SignedDuration = SignedDuration::from_mins(5);

/// What a user may want of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserAction {
    /// Ask its carriers now.
    Ask(ParcelId),
    Mark(ParcelId, MarkKind),
    /// Keep a file with it.
    Attach(ParcelId, Upload),
    Archive(ParcelId),
    Unarchive(ParcelId),
    /// This number is with this carrier.
    Confirm(ParcelId, LegNo),
    /// This number, or this carrier for it, is wrong.
    Reject(ParcelId, LegNo),
}

/// A file that a user attaches.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    pub name: String,
    pub content: Vec<u8>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload").field("name", &self.name).field("bytes", &self.content.len()).finish()
    }
}

/// Why an action was not performed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    #[error("there is no parcel \"{0}\"")]
    NoParcel(String),
    #[error("{0}")]
    NotNow(String),
    #[error("{0}")]
    Store(String),
}

impl From<StoreError> for ActionError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

impl Tracker {
    pub(super) async fn perform(&mut self, action: UserAction, reply: oneshot::Sender<Result<String, ActionError>>) {
        let performed = match action {
            UserAction::Ask(parcel) => return self.ask_now(&parcel, reply).await,
            UserAction::Attach(parcel, upload) => return self.attach(parcel, upload, reply),
            UserAction::Mark(parcel, kind) => self.mark(parcel, kind).await,
            UserAction::Archive(parcel) => self.archive(parcel, Some(self.shared.clock.now())).await,
            UserAction::Unarchive(parcel) => self.archive(parcel, None).await,
            UserAction::Confirm(parcel, leg) => self.confirm_or_reject(parcel, leg, true).await,
            UserAction::Reject(parcel, leg) => self.confirm_or_reject(parcel, leg, false).await,
        };
        // Whoever asked may be gone.
        let _ = reply.send(performed);
    }

    /// Asks every active leg of a parcel out of turn, within what the carriers bear.
    async fn ask_now(&mut self, parcel: &ParcelId, reply: oneshot::Sender<Result<String, ActionError>>) {
        let now = self.shared.clock.now();
        let id = parcel.clone();
        let record = match self.shared.store.read(move |view| view.parcel_record(&id)).await {
            Ok(Some(record)) => record,
            Ok(None) => return drop(reply.send(Err(ActionError::NoParcel(parcel.to_string())))),
            Err(error) => return drop(reply.send(Err(error.into()))),
        };
        if !record.is_followed() {
            let reason = "it is not followed any more; bring it back first".to_owned();
            return drop(reply.send(Err(ActionError::NotNow(reason))));
        }
        let mut by_carrier: BTreeMap<CarrierId, Vec<Due>> = BTreeMap::new();
        let mut refused = Vec::new();
        for leg in record.timeline.legs.iter().filter(|leg| leg.state == parcelwatch_tracking::LegState::Active) {
            let Some(carrier) = &leg.carrier else { continue };
            // A request that reached nobody is none that the carrier could mind.
            let was_unsent = leg.outage.as_ref().is_some_and(|outage| outage.failure.unsent);
            match self.refusal(carrier, leg.last_asked_at.filter(|_| !was_unsent), now) {
                Some(reason) => refused.push(reason),
                None => {
                    by_carrier.entry(carrier.clone()).or_default().push(Due { parcel: parcel.clone(), leg: leg.no })
                }
            }
        }
        if by_carrier.is_empty() {
            let reason = if refused.is_empty() {
                "it has no number that a carrier could be asked about".to_owned()
            } else {
                refused.join("; ")
            };
            return drop(reply.send(Err(ActionError::NotNow(reason))));
        }
        let mut waiting = Vec::new();
        for (carrier, legs) in by_carrier {
            for due in &legs {
                self.agenda.take(due);
            }
            let (done, answer) = oneshot::channel();
            self.start(carrier, legs, Some(done));
            waiting.push(answer);
        }
        tokio::spawn(async move {
            let mut words = Vec::new();
            for answer in waiting {
                if let Ok(Ok(told)) = answer.await {
                    words.push(told);
                }
            }
            words.extend(refused);
            let _ = reply.send(Ok(words.join("; ")));
        });
    }

    /// Why a carrier is not asked out of turn now.
    fn refusal(&self, carrier: &CarrierId, last_asked_at: Option<Timestamp>, now: Timestamp) -> Option<String> {
        let name = self.shared.context.load().names.carrier(carrier).to_owned();
        if self.shared.host.is_empty() {
            return Some("no plugin is in force yet, they are loaded right after the start".to_owned());
        }
        let Some(terms) = self.shared.host.terms(carrier) else { return Some(format!("no plugin serves {name}")) };
        if let Some((until, why)) = self.shared.host.closed_until(carrier, now) {
            return Some(format!("{name} is not asked before {until}: {why}"));
        }
        let gap = if terms.own_endpoint { terms.gap } else { terms.gap.min(USER_GAP) };
        let next = last_asked_at.and_then(|last| last.checked_add(gap).ok()).filter(|next| *next > now)?;
        Some(format!("{name} was asked just now and is not asked again before {next}"))
    }

    async fn mark(&mut self, parcel: ParcelId, kind: MarkKind) -> Result<String, ActionError> {
        let (now, context) = (self.shared.clock.now(), self.shared.context.load_full());
        let marked = self.shared.store.write(move |tx| {
            let Some(mut record) = tx.parcel_record(&parcel)? else {
                return Ok(Err(ActionError::NoParcel(parcel.to_string())));
            };
            let before = record.timeline.clone();
            record.timeline.marks.push(parcelwatch_tracking::Mark { at: now, kind });
            tx.save_timeline(record.row.pk, &before, &record.timeline)?;
            record::save(&judge(&record, &context, now), tx, &record, Vec::new(), &context, now)?;
            Ok(Ok("noted".to_owned()))
        });
        marked.await?
    }

    /// Beside the loop: disks are slow, and questions go on.
    fn attach(&self, parcel: ParcelId, upload: Upload, reply: oneshot::Sender<Result<String, ActionError>>) {
        let shared = Arc::clone(&self.shared);
        self.tasks.spawn(async move {
            // Whoever asked may be gone.
            let _ = reply.send(attach(&shared, parcel, upload).await);
        });
    }

    async fn archive(&mut self, parcel: ParcelId, at: Option<Timestamp>) -> Result<String, ActionError> {
        let id = parcel.clone();
        let found = self.shared.store.write(move |tx| {
            let found = tx.parcel_record(&id)?.is_some();
            if found {
                tx.archive_parcel(&id, at)?;
            }
            Ok(found)
        });
        if !found.await? {
            return Err(ActionError::NoParcel(parcel.to_string()));
        }
        match at {
            Some(_) => {
                self.agenda.take_parcel(&parcel);
                self.release_unfollowed().await;
                Ok("archived".to_owned())
            }
            None => {
                let schedule = self.shared.store.read(|view| view.schedule()).await?;
                for plan in schedule.into_iter().filter(|plan| plan.due.parcel == parcel) {
                    self.agenda.put(plan);
                }
                Ok("back on the overview".to_owned())
            }
        }
    }

    async fn confirm_or_reject(&mut self, parcel: ParcelId, leg: LegNo, right: bool) -> Result<String, ActionError> {
        let settled = reconcile::confirm_or_reject(&self.shared, parcel, leg, right).await??;
        self.take(settled).await;
        Ok(if right { "confirmed" } else { "set aside" }.to_owned())
    }
}

async fn attach(shared: &Shared, parcel: ParcelId, upload: Upload) -> Result<String, ActionError> {
    let id = parcel.clone();
    if shared.store.read(move |view| view.parcel_record(&id)).await?.is_none() {
        return Err(ActionError::NoParcel(parcel.to_string()));
    }
    let attachments = shared.store.attachments().clone();
    let kept = tokio::task::spawn_blocking(move || attachments.add(&parcel, &upload.name, &upload.content)).await;
    kept.map_err(|error| ActionError::Store(error.to_string()))?.map_err(|error| ActionError::NotNow(error.to_string()))
}
