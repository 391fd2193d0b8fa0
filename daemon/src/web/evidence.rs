//! The export of one parcel's history, for whoever has to be convinced.

use std::sync::Arc;

use anyhow::Context as _;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use parcelwatch_tracking::ParcelId;

use super::{PageError, Web};
use crate::report::Reader;
use crate::report::evidence::{self, Case};
use crate::store;

/// An export is held in memory while it is made, and may be large.
pub(super) const EXPORTS_AT_ONCE: usize = 1;

pub(super) async fn zip(State(web): State<Web>, Path(id): Path<String>) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(format!("There is no parcel called {id}."));
    let parcel = ParcelId::new(&id).ok_or_else(missing)?;
    let (config, now) = (Arc::clone(&web.site.load().config), web.clock.now());
    let _permit = web.exports.acquire().await.map_err(|_| store::StoreError::Stopped)?;
    let attachments = web.store.attachments().clone();
    let wanted = parcel.clone();
    let case = web.store.read(move |view| Reader::new(view, config, now)?.case(&wanted)).await?.ok_or_else(missing)?;
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
