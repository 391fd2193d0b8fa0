//! Opens connections: resolves a name once, refuses addresses that are not public, and connects to exactly those it
//! checked. A name cannot mean one address when it is checked and another when it is used.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::rt::TokioIo;
use parcelwatch_plugin::egress::is_public;
use tokio::net::TcpStream;
use tower::Service;

/// A carrier that does not answer a connection within this time is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Addresses tried for one name at most.
const ADDRESSES_MAX: usize = 4;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    #[error("{host} has no address: {error}")]
    Dns { host: String, error: String },
    #[error("{host} leads to {address}, which is not a public address")]
    Private { host: String, address: String },
    #[error("cannot connect to {host}: {error}")]
    Refused { host: String, error: String },
}

/// A host and port that the operator named, which may stand in their own network.
pub(super) type Private = (String, u16);

/// A connector for one plugin.
pub(super) fn connector(private: Vec<Private>) -> HttpsConnector<Guarded> {
    HttpsConnectorBuilder::new()
        .with_tls_config(crate::tls::client_config())
        .https_or_http()
        .enable_http1()
        .wrap_connector(Guarded { private: private.into() })
}

/// Connects to public addresses, and to the private ones the operator named.
#[derive(Clone, Debug)]
pub(super) struct Guarded {
    private: Arc<[Private]>,
}

impl Service<Uri> for Guarded {
    type Response = TokioIo<TcpStream>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let private = Arc::clone(&self.private);
        Box::pin(async move {
            let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
            let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
            let may_be_private = private.iter().any(|(known, open)| *known == host && *open == port);
            connect(host, port, may_be_private).await.map(TokioIo::new)
        })
    }
}

async fn connect(host: String, port: u16, may_be_private: bool) -> Result<TcpStream, ConnectError> {
    let resolved = tokio::net::lookup_host((host.as_str(), port)).await;
    let resolved: Vec<SocketAddr> =
        resolved.map_err(|error| ConnectError::Dns { host: host.clone(), error: error.to_string() })?.collect();
    let allowed: Vec<SocketAddr> = resolved
        .iter()
        .copied()
        .filter(|address| may_be_private || is_public(address.ip()))
        .take(ADDRESSES_MAX)
        .collect();
    if allowed.is_empty() {
        return Err(match resolved.first() {
            Some(address) => ConnectError::Private { host, address: address.ip().to_string() },
            None => ConnectError::Dns { host, error: "the answer is empty".to_owned() },
        });
    }
    let mut last = String::new();
    for address in allowed {
        match tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // A request is one small write; waiting for more to send would only delay it.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => last = error.to_string(),
            Err(_) => last = format!("no answer within {} s", CONNECT_TIMEOUT.as_secs()),
        }
    }
    Err(ConnectError::Refused { host, error: last })
}
