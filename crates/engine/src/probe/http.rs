//! One HTTP request, measured. It follows no redirect, takes no proxy, unpacks nothing, and reads no more than a limit.

use crate::error::Error;
use countersign_core::ask::{Http, Method};
use countersign_core::id::Digest;
use countersign_core::record::{Exchange, Phase, millis};
use std::time::{Duration, Instant};

/// How long a probe may take in all.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);
/// How long connecting may take, TLS included.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// How much of a body is read, in bytes.
pub const BODY_LIMIT: usize = 1_000_000;
/// How much of a body is kept as text, in bytes.
const EXCERPT_LIMIT: usize = 2_000;
/// Headers that are kept as evidence.
const KEPT_HEADERS: [&str; 7] =
    ["content-type", "content-length", "date", "server", "location", "retry-after", "x-request-id"];

/// A client for probes.
#[derive(Debug, Clone)]
pub struct Client(reqwest::Client);

impl Client {
    /// Sets up the client.
    pub fn new() -> Result<Self, Error> {
        // A second installation of the same provider is refused, and is no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_LIMIT)
            .timeout(TIME_LIMIT)
            .pool_max_idle_per_host(0)
            .build();
        client.map(Self).map_err(|error| Error::Client(error.to_string()))
    }

    /// Asks once. Only GET and HEAD are ever sent.
    pub async fn ask(&self, http: &Http) -> (Exchange, Vec<u8>, Vec<(String, String)>) {
        let started = Instant::now();
        let mut exchange = super::exchange(format!("{} {}", http.method.word(), http.url));
        let failed = |mut exchange: Exchange, phase, message: String| {
            (exchange.came, exchange.failed, exchange.total_us) = (message, Some(phase), micros(started));
            (exchange, Vec::new(), Vec::new())
        };
        let request = match http.method {
            Method::Get => self.0.get(&http.url),
            Method::Head => self.0.head(&http.url),
            method => return failed(exchange, Phase::Request, format!("{} is not sent", method.word())),
        };
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => return failed(exchange, phase(&error), words(&error)),
        };
        exchange.times.push((Phase::Head, micros(started)));
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) => {
                    let room = BODY_LIMIT - body.len();
                    body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
                    exchange.body_cut = chunk.len() > room;
                }
                Err(error) => return failed(exchange, Phase::Body, words(&error)),
            }
            if exchange.body_cut {
                break;
            }
        }
        let status = response.status().as_u16().to_string();
        exchange.came = format!("{:?} {status}", response.version());
        exchange.address = response.remote_addr().map(|address| address.to_string());
        exchange.headers = kept_headers(response.headers());
        exchange.total_us = micros(started);
        exchange.body_size = Some(body.len() as u64);
        exchange.body_sha256 = Some(Digest::of(&body));
        exchange.excerpt = excerpt(&body);
        let facts = vec![
            ("http.status".to_owned(), status),
            ("http.version".to_owned(), format!("{:?}", response.version())),
            ("response_time".to_owned(), millis(exchange.total_us)),
        ];
        (exchange, body, facts)
    }
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

fn phase(error: &reqwest::Error) -> Phase {
    if error.is_builder() || error.is_request() && !error.is_connect() && !error.is_timeout() && error.url().is_none() {
        Phase::Request
    } else if error.is_connect() {
        Phase::Connect
    } else {
        Phase::Head
    }
}

/// The innermost reason, which is the one that says something.
fn words(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        let limit = if error.is_connect() { CONNECT_LIMIT } else { TIME_LIMIT };
        return format!("no answer within {} s", limit.as_secs());
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

fn kept_headers(headers: &reqwest::header::HeaderMap) -> Vec<(String, String)> {
    let kept = KEPT_HEADERS.iter().filter_map(|name| {
        let value = headers.get(*name)?;
        Some(((*name).to_owned(), String::from_utf8_lossy(value.as_bytes()).chars().take(500).collect()))
    });
    kept.collect()
}

fn excerpt(body: &[u8]) -> String {
    let start = body.get(..EXCERPT_LIMIT).unwrap_or(body);
    let text = String::from_utf8_lossy(start);
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}
