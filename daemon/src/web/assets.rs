//! The style sheet, the script and the icon: in the binary, under names that change with their content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::Digest as _;

struct Asset {
    stem: &'static str,
    extension: &'static str,
    kind: &'static str,
    content: &'static str,
}

const ASSETS: [Asset; 3] = [
    Asset {
        stem: "style",
        extension: "css",
        kind: "text/css; charset=utf-8",
        content: include_str!("../../assets/style.css"),
    },
    Asset {
        stem: "live",
        extension: "js",
        kind: "text/javascript; charset=utf-8",
        content: include_str!("../../assets/live.js"),
    },
    Asset { stem: "icon", extension: "svg", kind: "image/svg+xml", content: include_str!("../../assets/icon.svg") },
];

/// The names under which the assets are served now.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) style: String,
    pub(super) live: String,
    pub(super) icon: String,
}

pub(super) static NAMES: LazyLock<Names> =
    LazyLock::new(|| Names { style: name(&ASSETS[0]), live: name(&ASSETS[1]), icon: name(&ASSETS[2]) });

fn name(asset: &Asset) -> String {
    let digest = sha2::Sha256::digest(asset.content);
    let short: String = digest.iter().take(4).map(|b| format!("{b:02x}")).collect();
    format!("{}.{short}.{}", asset.stem, asset.extension)
}

/// An asset by its name. What changes has another name, so browsers keep it for good.
pub(super) async fn asset(Path(file): Path<String>) -> Response {
    match ASSETS.iter().find(|asset| name(asset) == file) {
        Some(asset) => serve(asset),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(super) async fn favicon() -> Response {
    serve(&ASSETS[2])
}

fn serve(asset: &Asset) -> Response {
    let mut response = asset.content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}
