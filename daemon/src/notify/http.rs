//! One POST to an address the operator gave. It may be in their own network; redirects are not followed.

use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use url::Url;

const TIMEOUT: Duration = Duration::from_secs(15);

/// A POST request.
#[derive(Clone, Debug)]
pub(super) struct Post {
    pub(super) url: Url,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

/// Why a channel did not take a message.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// It takes none now, whatever the message.
    #[error("{0:#}")]
    Down(#[from] anyhow::Error),
    /// It does not want this one, and may want the next.
    #[error("{0}")]
    Refused(String),
}

/// Sends POST requests.
#[derive(Clone, Debug)]
pub struct Sender(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Default for Sender {
    fn default() -> Self {
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(crate::tls::client_config())
            .https_or_http()
            .enable_http1()
            .build();
        Self(Client::builder(TokioExecutor::new()).build(connector))
    }
}

impl Sender {
    /// Sends a request; any answer but success is an error.
    pub(super) async fn send(&self, Post { url, headers, body }: Post) -> Result<(), DeliveryError> {
        let mut request = hyper::Request::post(url.as_str());
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).context("the message does not make a request")?;
        let answer = tokio::time::timeout(TIMEOUT, self.0.request(request));
        let host = url.host_str().unwrap_or_default();
        let answer = answer.await.with_context(|| format!("{host} did not answer in time"))?;
        let status = answer.with_context(|| format!("cannot reach {host}"))?.status();
        match status.as_u16() {
            _ if status.is_success() => Ok(()),
            400 | 413 | 415 | 422 => Err(DeliveryError::Refused(format!("{host} answered {status}"))),
            _ => Err(anyhow::anyhow!("{host} answered {status}").into()),
        }
    }
}
