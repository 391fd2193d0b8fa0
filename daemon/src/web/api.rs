//! Parcels in the JSON API, for reading.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use parcelwatch_tracking::ParcelId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{PageError, Web};
use crate::report::Reader;
use crate::report::json::parcel_json;

/// Parcels in one answer; `next` leads on.
const PAGE_DEFAULT: usize = 100;
const PAGE_MAX: usize = 500;

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    archived: bool,
    after: Option<i64>,
    limit: Option<usize>,
    tag: Option<String>,
}

#[derive(Serialize)]
struct Parcels {
    parcels: Vec<Value>,
    /// The address of the next page, when there is one.
    next: Option<String>,
}

pub(super) async fn parcels(State(web): State<Web>, Query(which): Query<Which>) -> Result<Response, PageError> {
    let (now, site) = (web.clock.now(), web.site.load_full());
    let limit = which.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let (archived, after) = (which.archived, which.after);
    let config = Arc::clone(&site.config);
    let read = web.store.read(move |view| {
        let reader = Reader::new(view, config, now)?;
        let records = view.parcel_records(archived, after, limit)?;
        let last = records.last().filter(|_| records.len() == limit).map(|record| record.row.pk);
        let mut parcels = Vec::new();
        for record in
            records.iter().filter(|record| which.tag.as_ref().is_none_or(|tag| record.parcel.tags.contains(tag)))
        {
            parcels.push(parcel_json(record, &reader.shown(record)?, &reader.names, now));
        }
        Ok((parcels, last))
    });
    let (parcels, last) = read.await?;
    let next = last.map(|pk| format!("{}api/v1/parcels?after={pk}&limit={limit}&archived={archived}", site.path));
    Ok(Json(Parcels { parcels, next }).into_response())
}

pub(super) async fn parcel(State(web): State<Web>, Path(id): Path<String>) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(format!("there is no parcel \"{id}\""));
    let parcel_id = ParcelId::new(&id).ok_or_else(missing)?;
    let (now, config) = (web.clock.now(), Arc::clone(&web.site.load().config));
    let read = web.store.read(move |view| {
        let reader = Reader::new(view, config, now)?;
        let found = reader.parcel(&parcel_id)?;
        Ok(found.map(|(record, shown)| parcel_json(&record, &shown, &reader.names, now)))
    });
    Ok(Json(read.await?.ok_or_else(missing)?).into_response())
}
