//! What a plugin may ask of the daemon.

use parcelwatch_plugin::http as sdk_http;
use parcelwatch_plugin::wall::Loss;
use wasmtime::component::HasSelf;

use super::super::call::{Call, Network};
use super::bindings::parcelwatch::carrier::{host, http, types};
use crate::store::Exchange;

/// The name of what a plugin remembers, and one thing that it remembers.
const NAME_BYTES_MAX: usize = 120;
const VALUE_BYTES_MAX: usize = 64 * 1024;
const RANDOM_BYTES_MAX: u32 = 1024;

/// Offers the imports of the contract to a plugin.
pub(crate) fn link(linker: &mut wasmtime::component::Linker<Call>) -> wasmtime::Result<()> {
    http::add_to_linker::<_, HasSelf<Call>>(linker, |call| call)?;
    host::add_to_linker::<_, HasSelf<Call>>(linker, |call| call)?;
    types::add_to_linker::<_, HasSelf<Call>>(linker, |call| call)
}

impl types::Host for Call {}

impl http::Host for Call {
    async fn send(&mut self, request: http::Request) -> Result<http::Response, http::Fault> {
        let mut replies = self.send_all(vec![request]).await;
        replies.pop().unwrap_or_else(|| Err(fault(sdk_http::Fault::new("protocol", "no reply"))))
    }

    async fn send_all(&mut self, requests: Vec<http::Request>) -> Vec<Result<http::Response, http::Fault>> {
        let egress = match &self.network {
            Network::Live(egress) => egress.clone(),
            Network::Recorded(exchanges) => {
                let exchanges = exchanges.clone();
                return requests.into_iter().map(|request| recorded(&exchanges, &sdk_request(request))).collect();
            }
            Network::Off => {
                let off = || Err(fault(sdk_http::Fault::new("denied_host", "the network is off in this call")));
                return requests.iter().map(|_| off()).collect();
            }
        };
        let now = self.now;
        let spent = || Err(sdk_http::Fault::new("budget", "too many bytes in one call"));
        // Every request is a task of its own: TLS must not run on the small stack the guest was suspended with.
        let mut tasks = Vec::new();
        for request in requests {
            if self.requests_left == 0 {
                tasks.push(Err(sdk_http::Fault::new("budget", "too many requests in one call")));
                continue;
            }
            self.requests_left -= 1;
            if self.cross(request_bytes(&request)).is_err() {
                tasks.push(spent());
                continue;
            }
            let egress = egress.clone();
            let task = async move { egress.send(sdk_request(request), now).await };
            tasks.push(Ok(tokio_util::task::AbortOnDropHandle::new(tokio::spawn(task))));
        }
        let mut replies = Vec::with_capacity(tasks.len());
        for task in tasks {
            let sent = match task {
                Ok(task) => {
                    task.await.unwrap_or_else(|_| Err(sdk_http::Fault::new("protocol", "the request was given up")))
                }
                Err(refused) => Err(refused),
            };
            replies.push(match sent {
                Ok((reply, exchange)) => {
                    self.is_sent = true;
                    self.exchanges.push(exchange);
                    match self.cross(reply_bytes(&reply)) {
                        Ok(()) => Ok(response(reply)),
                        Err(crossed) => Err(fault(sdk_http::Fault::new("budget", crossed.to_string()))),
                    }
                }
                Err(refused) => {
                    match refused.kind.as_str() {
                        "dns" | "connect" => self.unsent += 1,
                        _ => self.is_sent = true,
                    }
                    tracing::debug!(carrier = self.carrier, kind = refused.kind, "request failed: {}", refused.message);
                    Err(fault(refused))
                }
            });
        }
        replies
    }
}

impl host::Host for Call {
    fn log(&mut self, level: host::Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            host::Level::Debug => tracing::Level::DEBUG,
            host::Level::Info => tracing::Level::INFO,
            host::Level::Warn => tracing::Level::WARN,
            host::Level::Error => tracing::Level::ERROR,
        };
        self.cross(message.len())?;
        Call::log(self, level, &message);
        Ok(())
    }

    fn now(&mut self) -> wasmtime::Result<String> {
        self.cross(0)?;
        Ok(self.now.to_string())
    }

    fn random(&mut self, bytes: u32) -> wasmtime::Result<Vec<u8>> {
        let mut random = vec![0; bytes.min(RANDOM_BYTES_MAX) as usize];
        self.cross(random.len())?;
        getrandom::fill(&mut random).map_err(|error| wasmtime::Error::msg(error.to_string()))?;
        Ok(random)
    }

    fn setting(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        let setting = self.settings.get(&name).cloned();
        self.cross(name.len() + setting.as_ref().map_or(0, String::len))?;
        Ok(setting)
    }

    fn recall(&mut self, name: String) -> wasmtime::Result<Option<Vec<u8>>> {
        let value = self.memory.get(&name).cloned();
        self.cross(name.len() + value.as_ref().map_or(0, Vec::len))?;
        Ok(value)
    }

    fn remember(&mut self, name: String, value: Vec<u8>, seconds: u32) -> wasmtime::Result<()> {
        self.cross(name.len() + value.len())?;
        let fits = name.len() <= NAME_BYTES_MAX && value.len() <= VALUE_BYTES_MAX;
        if matches!(self.network, Network::Live(_)) && self.losses.keep(Loss::Memory, fits) {
            Call::remember(self, name, value, seconds);
        }
        Ok(())
    }

    fn sign(
        &mut self,
        profile: String,
        algorithm: String,
        message: Vec<u8>,
    ) -> wasmtime::Result<Result<Vec<u8>, String>> {
        self.cross(message.len())?;
        Ok(match &self.network {
            Network::Live(egress) => egress.sign(&profile, &algorithm, &message),
            // What was signed then went out then; any digest leads to the answer that is kept.
            Network::Recorded(_) => Ok(vec![0; 32]),
            Network::Off => Err("nothing is signed in this call".to_owned()),
        })
    }
}

/// The answer that was kept for a request: of the same address, else of the same path, as addresses may hold a time or a
/// digest.
fn recorded(exchanges: &[Exchange], request: &sdk_http::Request) -> Result<http::Response, http::Fault> {
    let path = |url: &str| url.split('?').next().unwrap_or_default().to_owned();
    let same_body = |exchange: &&Exchange| match &request.body {
        sdk_http::Body::Text(text) => exchange.request_body.as_ref() == Some(text),
        _ => exchange.request_body.is_none(),
    };
    let of_method = || exchanges.iter().filter(|exchange| exchange.method == request.method);
    let kept = of_method()
        .find(|exchange| exchange.url == request.url && same_body(exchange))
        .or_else(|| of_method().find(|exchange| exchange.url == request.url))
        .or_else(|| of_method().find(|exchange| path(&exchange.url) == path(&request.url)));
    let Some(kept) = kept else {
        return Err(fault(sdk_http::Fault::new("connect", format!("no answer to {} was kept", request.url))));
    };
    let body = match request.raw {
        true => http::Body::Bytes(kept.body.clone().into_bytes()),
        false => http::Body::Text(kept.body.clone()),
    };
    Ok(http::Response { status: kept.status, url: request.url.clone(), headers: kept.headers.clone(), body })
}

fn request_bytes(request: &http::Request) -> usize {
    let body = match &request.body {
        http::Body::None => 0,
        http::Body::Text(text) => text.len(),
        http::Body::Bytes(bytes) => bytes.len(),
    };
    request.url.len() + request.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() + body
}

fn reply_bytes(reply: &sdk_http::Reply) -> usize {
    let body = match &reply.body {
        sdk_http::Body::None => 0,
        sdk_http::Body::Text(text) => text.len(),
        sdk_http::Body::Bytes(bytes) => bytes.len(),
    };
    reply.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() + body
}

fn sdk_request(request: http::Request) -> sdk_http::Request {
    sdk_http::Request {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: match request.body {
            http::Body::None => sdk_http::Body::None,
            http::Body::Text(text) => sdk_http::Body::Text(text),
            http::Body::Bytes(bytes) => sdk_http::Body::Bytes(bytes),
        },
        auth: request.auth,
        follow: request.follow,
        raw: request.raw,
        timeout_ms: request.timeout_ms,
    }
}

fn response(reply: sdk_http::Reply) -> http::Response {
    http::Response {
        status: reply.status,
        url: reply.url,
        headers: reply.headers,
        body: match reply.body {
            sdk_http::Body::None => http::Body::None,
            sdk_http::Body::Text(text) => http::Body::Text(text),
            sdk_http::Body::Bytes(bytes) => http::Body::Bytes(bytes),
        },
    }
}

fn fault(fault: sdk_http::Fault) -> http::Fault {
    http::Fault { kind: fault.kind, message: fault.message, retry_after_s: fault.retry_after_s }
}
