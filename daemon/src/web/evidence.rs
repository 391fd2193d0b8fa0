//! The export of one parcel's history, for whoever has to be convinced.

use anyhow::Context as _;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parcelwatch_tracking::ParcelId;

use super::{PageError, Web, api};
use crate::evidence::{self, Case};
use crate::plugin_host::PluginCard;
use crate::store::{self, View};

/// An export is held in memory while it is made, and may be large.
pub(super) const EXPORTS_AT_ONCE: usize = 1;

/// Gathers what the database has of a parcel; `None` when there is none of that id.
pub(crate) fn case(view: &View<'_>, id: &ParcelId, zone: TimeZone, now: Timestamp) -> store::Result<Option<Case>> {
    let Some(dossier) = view.dossier(id)? else { return Ok(None) };
    let card = api::card(view, dossier.row.pk)?;
    let json = serde_json::to_value(api::parcel_json(&dossier, &card, now)).unwrap_or_default();
    let carriers = view.plugin_cards()?;
    let carriers = carriers.iter().filter_map(|card| serde_json::from_str::<PluginCard>(card).ok());
    Ok(Some(Case {
        answers: view.answers(dossier.row.pk)?,
        carriers: carriers.collect(),
        attachments: Vec::new(),
        exported_at: now,
        dossier,
        card,
        json,
        zone,
    }))
}

pub(super) async fn zip(State(web): State<Web>, Path(id): Path<String>) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(format!("There is no parcel called {id}."));
    let parcel = ParcelId::new(&id).ok_or_else(missing)?;
    let (zone, now) = (web.site.load().zone.clone(), web.clock.now());
    let _permit = web.exports.acquire().await.map_err(|_| store::StoreError::Stopped)?;
    let attachments = web.store.attachments().clone();
    let wanted = parcel.clone();
    let case = web.store.read(move |view| case(view, &wanted, zone, now)).await?.ok_or_else(missing)?;
    let named = format!("attachment; filename=\"{}\"", evidence::name(&case));
    let packed = tokio::task::spawn_blocking(move || {
        let attachments = attachments.all(&parcel).context("cannot read the attachments")?;
        evidence::pack(&evidence::files(&Case { attachments, ..case })?)
    });
    let packed = packed.await.map_err(|error| anyhow::anyhow!("the export broke off: {error}"))??;
    let mut response = packed.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    let named = HeaderValue::from_str(&named).map_err(|_| anyhow::anyhow!("{id} is not a name for a file"))?;
    headers.insert(header::CONTENT_DISPOSITION, named);
    Ok(response)
}
