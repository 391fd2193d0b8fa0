//! The export of one parcel's history, for whoever has to be convinced.

use std::fs::File;
use std::io::Seek as _;
use std::sync::Arc;

use anyhow::Context as _;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use parcelwatch_tracking::ParcelId;
use tokio_util::io::ReaderStream;

use super::{PageError, Web};
use crate::report::Reader;
use crate::report::evidence::{self, Case};
use crate::store::{self, Attachments};

/// An export takes the disk and the processor, and may be large.
pub(super) const EXPORTS_AT_ONCE: usize = 1;

/// Packs into a file without a name, which goes with its last reader. Returns it and its length.
fn write(attachments: &Attachments, parcel: &ParcelId, case: Case) -> anyhow::Result<(File, u64)> {
    let mut file = attachments.scratch().context("cannot make a file for the export")?;
    evidence::write(case, attachments, parcel, &mut file)?;
    let bytes = file.stream_position()?;
    file.rewind()?;
    Ok((file, bytes))
}

pub(super) async fn zip(State(web): State<Web>, Path(id): Path<String>) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(format!("There is no parcel called {id}."));
    let parcel = ParcelId::new(&id).ok_or_else(missing)?;
    let (config, now) = (Arc::clone(&web.site.load().config), web.clock.now());
    let permit = Arc::clone(&web.exports).acquire_owned().await.map_err(|_| store::StoreError::Stopped)?;
    let attachments = web.store.attachments().clone();
    let wanted = parcel.clone();
    let case = web.store.read(move |view| Reader::new(view, config, now)?.case(&wanted)).await?.ok_or_else(missing)?;
    let named = format!("attachment; filename=\"{}\"", evidence::name(&case));
    let packed = tokio::task::spawn_blocking(move || {
        // Packing goes on when whoever asked has gone, and takes its place until it ends.
        let _permit = permit;
        write(&attachments, &parcel, case)
    });
    let (file, bytes) = packed.await.map_err(|error| anyhow::anyhow!("the export broke off: {error}"))??;
    let mut response = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    let named = HeaderValue::from_str(&named).map_err(|_| anyhow::anyhow!("{id} is not a name for a file"))?;
    headers.insert(header::CONTENT_DISPOSITION, named);
    Ok(response)
}
