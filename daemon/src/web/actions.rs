//! What a person presses on a parcel's page. It goes to the tracker, which decides; the web part changes nothing itself.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use parcelwatch_tracking::{Claim, LegNo, MarkKind, ParcelId};
use serde::Deserialize;

use super::{PageError, Web};
use crate::tracker::{ActionError, UserAction};

/// A note is a few lines.
const NOTE_CHARS_MAX: usize = 2000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    text: String,
    leg: Option<u16>,
    claim: String,
}

pub(super) async fn parcel(
    State(web): State<Web>,
    Path((id, action)): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(format!("there is no parcel \"{id}\""));
    let parcel = ParcelId::new(&id).ok_or_else(missing)?;
    let leg = || fields.leg.map(LegNo).ok_or_else(|| PageError::NotFound("the form names no number".to_owned()));
    let action = match action.as_str() {
        "ask" => UserAction::Ask(parcel),
        "have-it" => UserAction::Mark(parcel, MarkKind::HaveIt),
        "not-here" => UserAction::Mark(parcel, MarkKind::NotHere),
        "note" => {
            let text: String = fields.text.chars().take(NOTE_CHARS_MAX).collect();
            UserAction::Mark(parcel, MarkKind::Note(text))
        }
        "dispute-opened" => {
            let claim = Claim::from_key(&fields.claim);
            let claim = claim.ok_or_else(|| PageError::NotFound("the form names no claim".to_owned()))?;
            UserAction::Mark(parcel, MarkKind::DisputeOpened(claim))
        }
        "dispute-mediated" => UserAction::Mark(parcel, MarkKind::DisputeMediated),
        "dispute-accepted" => UserAction::Mark(parcel, MarkKind::DisputeAccepted),
        "refunded" => UserAction::Mark(parcel, MarkKind::Refunded),
        "archive" => UserAction::Archive(parcel),
        "unarchive" => UserAction::Unarchive(parcel),
        "confirm" => UserAction::Confirm(parcel, leg()?),
        "reject" => UserAction::Reject(parcel, leg()?),
        other => return Err(PageError::NotFound(format!("nothing is called \"{other}\" here"))),
    };
    answered(&web, &id, web.tracker.perform(action).await)
}

/// What a person sees of how their action went.
pub(super) fn answered(web: &Web, id: &str, granted: Result<String, ActionError>) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(format!("there is no parcel \"{id}\""));
    match granted {
        // Back to the page, so that a reload does not do it again.
        Ok(_) => {
            let to = format!("{}parcel/{id}", web.site.load().path);
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response())
        }
        Err(ActionError::NoParcel(_)) => Err(missing()),
        Err(ActionError::NotNow(words)) => {
            Ok((StatusCode::CONFLICT, super::pages::plain_error(StatusCode::CONFLICT, &words)).into_response())
        }
        Err(ActionError::Store(error)) => Err(PageError::Store(crate::store::StoreError::Corrupt(error))),
    }
}
