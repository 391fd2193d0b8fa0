//! How the command line talks to the running daemon: HTTP over a socket in the state folder, which only the daemon's user
//! may enter.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use axum::extract::{Path as Segment, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use parcelwatch_tracking::{CarrierId, ParcelId};
use serde_json::{Value, json};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::plugin_host::PluginHost;
use crate::reload::Reloader;
use crate::tracker::{ActionError, TrackerHandle, UserAction};

/// What the socket can reach.
#[derive(Clone, Debug)]
pub struct Control {
    pub tracker: TrackerHandle,
    pub reloader: Arc<Reloader>,
    pub host: Arc<PluginHost>,
    pub clock: Clock,
}

/// Where the socket is.
pub fn socket(state_dir: &Path) -> PathBuf {
    state_dir.join("control.sock")
}

/// Serves the socket until it is stopped.
pub async fn serve(control: Control, state_dir: &Path, stop: CancellationToken) -> anyhow::Result<()> {
    let path = socket(state_dir);
    // The lock on the state folder is ours: whatever lies there is a dead daemon's.
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).with_context(|| format!("cannot listen on {}", path.display()))?;
    let router = Router::new()
        .route("/ask/{id}", post(ask))
        .route("/replay", post(replay))
        .route("/reload", post(reload))
        .route("/status", post(status))
        .route("/recognize", post(recognize))
        .route("/doctor", post(doctor))
        .route("/plugin/{id}/approve", post(approve))
        .route("/plugin/{id}/enable", post(enable))
        .with_state(control);
    axum::serve(listener, router).with_graceful_shutdown(async move { stop.cancelled().await }).await?;
    let _ = std::fs::remove_file(&path);
    Ok(())
}

async fn ask(State(control): State<Control>, Segment(id): Segment<String>) -> Response {
    let Some(parcel) = ParcelId::new(&id) else { return refuse(&format!("there is no parcel \"{id}\"")) };
    match control.tracker.perform(UserAction::Ask(parcel)).await {
        Ok(words) => Json(json!({ "answer": words })).into_response(),
        Err(error @ (ActionError::NoParcel(_) | ActionError::NotNow(_) | ActionError::Store(_))) => {
            refuse(&error.to_string())
        }
    }
}

async fn replay(State(control): State<Control>, Json(id): Json<Option<String>>) -> Response {
    let parcel = match id.as_deref().map(|id| ParcelId::new(id).ok_or(id)) {
        Some(Err(id)) => return refuse(&format!("there is no parcel \"{id}\"")),
        Some(Ok(parcel)) => Some(parcel),
        None => None,
    };
    match control.tracker.replay(parcel).await {
        Ok(replayed) => Json(json!({ "parcels": replayed })).into_response(),
        Err(error) => refuse(&error.to_string()),
    }
}

async fn reload(State(control): State<Control>) -> Response {
    let reloaded = control.reloader.anew().await;
    let faults: Vec<String> = reloaded.faults.iter().map(ToString::to_string).collect();
    Json(json!({ "changed": reloaded.changed, "faults": faults })).into_response()
}

async fn status(State(control): State<Control>) -> Response {
    let closed = control.reloader.is_closed().await;
    Json(json!({ "listen": control.reloader.listen().to_string(), "closed": closed })).into_response()
}

async fn recognize(State(control): State<Control>, Json(numbers): Json<Vec<String>>) -> Response {
    control.host.until_loaded().await;
    Json(crate::number_lookup::recognized(&control.host, &numbers, control.clock.now()).await).into_response()
}

async fn doctor(State(control): State<Control>) -> Response {
    let configured = control.reloader.carriers().await;
    Json(crate::doctor::diagnose(&control.host, &configured, control.clock.now()).await).into_response()
}

async fn approve(State(control): State<Control>, Segment(id): Segment<String>) -> Response {
    let Some(carrier) = CarrierId::new(&id) else { return refuse(&format!("\"{id}\" is not a carrier id")) };
    match control.reloader.approve(&carrier).await {
        Ok(grant) => {
            let may = crate::plugin_host::phrases(&grant);
            Json(json!({ "carrier": id, "hosts": grant.hosts, "may": may })).into_response()
        }
        Err(error) => refuse(&format!("{error:#}")),
    }
}

async fn enable(State(control): State<Control>, Segment(id): Segment<String>) -> Response {
    let Some(carrier) = CarrierId::new(&id) else { return refuse(&format!("\"{id}\" is not a carrier id")) };
    let (was_closed, lifted) = match control.host.enable(&carrier, control.clock.now()).await {
        Ok(opened) => opened,
        Err(error) => return refuse(&error.to_string()),
    };
    control.tracker.plugins_changed().await;
    control.tracker.opened(carrier.clone(), lifted).await;
    Json(json!({ "carrier": id, "was_closed": was_closed })).into_response()
}

fn refuse(words: &str) -> Response {
    (StatusCode::CONFLICT, Json(json!({ "error": words }))).into_response()
}

/// Nobody listens on the socket.
#[derive(Debug, thiserror::Error)]
#[error("no daemon answers on {socket} ({error}); start it with: parcelwatch")]
pub struct NoDaemon {
    socket: String,
    error: std::io::Error,
}

/// Asks the running daemon. Where none runs the error is [`NoDaemon`].
pub async fn call(state_dir: &Path, path: &str, body: Value) -> anyhow::Result<Value> {
    let socket = socket(state_dir);
    let nobody = |error| NoDaemon { socket: socket.display().to_string(), error };
    let stream = UnixStream::connect(&socket).await.map_err(nobody)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = hyper::Request::post(path)
        .header("host", "localhost")
        .header("content-type", "application/json")
        .body(Full::new(bytes::Bytes::from(body.to_string())))?;
    let response = sender.send_request(request).await.context("the daemon did not answer")?;
    let good = response.status().is_success();
    let bytes = response.into_body().collect().await.context("the daemon broke off its answer")?.to_bytes();
    let value: Value = serde_json::from_slice(&bytes).context("the daemon's answer is not JSON")?;
    match value["error"].as_str() {
        Some(words) if !good => anyhow::bail!("{words}"),
        _ => Ok(value),
    }
}
