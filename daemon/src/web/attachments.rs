//! Files that a person attaches to a parcel: taken in by the tracker, given back as they came and never shown.

use std::time::Duration;

use anyhow::Context as _;
use axum::extract::multipart::Field;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use parcelwatch_tracking::ParcelId;

use super::{PageError, Web, actions, pages};
use crate::store::{FILE_BYTES_MAX, FILES_MAX};
use crate::tracker::{Upload, UserAction};

/// As many files as a parcel may have, and what a form adds to each.
pub(super) const UPLOAD_BYTES_MAX: usize = FILES_MAX * (FILE_BYTES_MAX + 4096);
/// A handful of photos over a slow line.
pub(super) const UPLOAD_TIMEOUT: Duration = Duration::from_secs(600);

/// Takes in the files of a form, one after the other, so that one is in memory at a time.
pub(super) async fn upload(
    State(web): State<Web>,
    Path(id): Path<String>,
    mut form: Multipart,
) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(format!("there is no parcel \"{id}\""));
    let parcel = ParcelId::new(&id).ok_or_else(missing)?;
    let mut kept = Ok("nothing was chosen".to_owned());
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(error) => return Ok(refuse(error.status(), &error.body_text())),
        };
        let Some(name) = field.file_name().filter(|name| !name.is_empty()).map(str::to_owned) else { continue };
        let content = match read(field).await {
            Ok(content) => content,
            Err(refusal) => return Ok(*refusal),
        };
        kept = web.tracker.perform(UserAction::Attach(parcel.clone(), Upload { name, content })).await;
        if kept.is_err() {
            break;
        }
    }
    actions::answered(&web, &id, kept)
}

/// A file, or a little more than is allowed, for whoever keeps it to refuse.
async fn read(mut field: Field<'_>) -> Result<Vec<u8>, Box<Response>> {
    let mut content = Vec::new();
    loop {
        match field.chunk().await {
            // The rest of what is too large is read and dropped: a browser hears no refusal while it still sends.
            Ok(Some(chunk)) if content.len() <= FILE_BYTES_MAX => content.extend_from_slice(&chunk),
            Ok(Some(_)) => {}
            Ok(None) => return Ok(content),
            Err(error) => return Err(Box::new(refuse(error.status(), &error.body_text()))),
        }
    }
}

fn refuse(status: StatusCode, words: &str) -> Response {
    (status, pages::plain_error(status, words)).into_response()
}

/// Gives a file back for saving. What it is stays open: a page or a script must not run under our name.
pub(super) async fn download(
    State(web): State<Web>,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(format!("There is no file called {name} with a parcel called {id}."));
    let parcel = ParcelId::new(&id).ok_or_else(missing)?;
    let (attachments, wanted) = (web.store.attachments().clone(), name.clone());
    let read = tokio::task::spawn_blocking(move || attachments.read(&parcel, &wanted)).await;
    let read = read.context("the reading broke off")?.with_context(|| format!("cannot read {name}"))?;
    let mut response = read.ok_or_else(missing)?.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    let named =
        HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).context("a name that is no header")?;
    headers.insert(header::CONTENT_DISPOSITION, named);
    Ok(response)
}
