//! Reads parcels as they are shown. A view that was kept in another form is judged again, so that no parcel goes blank after an
//! upgrade.

use std::cell::OnceCell;
use std::sync::Arc;

use jiff::Timestamp;
use parcelwatch_tracking::{Norms, ParcelId, Polling};

use super::evidence::Case;
use super::judged::{JudgementContext, judge};
use super::names::Names;
use super::view::{FORM, ParcelView};
use crate::config::Config;
use crate::store::{OverviewRow, ParcelRecord, Result, View};

/// One look at the store.
#[derive(Debug)]
pub struct Reader<'v> {
    view: &'v View<'v>,
    config: Arc<Config>,
    now: Timestamp,
    pub names: Names,
    /// Made for the first view of another form.
    context: OnceCell<JudgementContext>,
}

impl<'v> Reader<'v> {
    pub fn new(view: &'v View<'v>, config: Arc<Config>, now: Timestamp) -> Result<Self> {
        let cards = view.plugin_cards()?;
        let cards = cards.iter().filter_map(|card| serde_json::from_str(card).ok());
        let names = Names::of_plugins(cards, config.timezone.clone());
        Ok(Self { view, config, now, names, context: OnceCell::new() })
    }

    /// A parcel by its id, with all that is known of it.
    pub fn parcel(&self, id: &ParcelId) -> Result<Option<(ParcelRecord, ParcelView)>> {
        let Some(record) = self.view.parcel_record(id)? else { return Ok(None) };
        let shown = self.shown(&record)?;
        Ok(Some((record, shown)))
    }

    /// What an export of a parcel is made of, but for the files that the user attached.
    pub fn case(&self, id: &ParcelId) -> Result<Option<Case>> {
        let Some((record, view)) = self.parcel(id)? else { return Ok(None) };
        let (answers, names) = (self.view.answers(record.row.pk)?, self.names.clone());
        Ok(Some(Case { record, view, names, answers, attachments: Vec::new(), exported_at: self.now }))
    }

    /// How a parcel is shown.
    pub fn shown(&self, record: &ParcelRecord) -> Result<ParcelView> {
        let (form, json) = self.view.kept_view(record.row.pk)?;
        match parse(form, &json) {
            Some(shown) => Ok(shown),
            None => self.judged(record),
        }
    }

    /// How a parcel of the overview or the archive is shown.
    pub fn row(&self, row: &OverviewRow) -> Result<Option<ParcelView>> {
        if let Some(shown) = parse(row.form, &row.view) {
            return Ok(Some(shown));
        }
        let record = self.view.parcel_record(&row.id)?;
        record.as_ref().map(|record| self.judged(record)).transpose()
    }

    fn judged(&self, record: &ParcelRecord) -> Result<ParcelView> {
        if self.context.get().is_none() {
            let experience = Arc::new(self.view.journeys()?.into_iter().collect());
            let norms = Norms { experience, ..self.config.norms.clone() };
            let polling = Polling { since: self.now, loading: false };
            let context =
                JudgementContext { config: Arc::clone(&self.config), names: self.names.clone(), norms, polling };
            // Nobody else sets it: a reader stays on its thread.
            let _ = self.context.set(context);
        }
        let context = self.context.get().expect("it was set above");
        // A number that stands in the config may have no leg yet.
        let mut record = record.clone();
        record.timeline.reconcile(&record.parcel, self.now);
        Ok(judge(&record, context, self.now).view)
    }
}

fn parse(form: i64, json: &str) -> Option<ParcelView> {
    ParcelView::from_json(json).filter(|_| form == FORM)
}
