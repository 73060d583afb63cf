//! One HTTP request, measured. It follows no redirect, takes no proxy, unpacks nothing, and reads no more than a limit.

use crate::error::Error;
use countersign_core::id::Digest;
use countersign_core::record::{HttpAnswer, Phase, ProbeResult};
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

/// What came of a request, with the body that was read, for the conditions on it.
#[derive(Debug)]
pub struct Measured {
    /// What is kept.
    pub result: ProbeResult,
    /// What was read of the body.
    pub body: Vec<u8>,
}

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
    pub async fn ask(&self, method: &str, url: &str) -> Measured {
        let started = Instant::now();
        let failed = |phase, message: String| Measured {
            result: ProbeResult::Failed { phase, message, after_ms: millis(started) },
            body: Vec::new(),
        };
        let request = match method {
            "GET" => self.0.get(url),
            "HEAD" => self.0.head(url),
            _ => return failed(Phase::Request, format!("{method} is not sent; a probe may GET or HEAD")),
        };
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => return failed(phase(&error), words(&error)),
        };
        let head_ms = millis(started);
        let mut body = Vec::new();
        let mut body_cut = false;
        loop {
            match response.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) => {
                    let room = BODY_LIMIT - body.len();
                    body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
                    body_cut = chunk.len() > room;
                }
                Err(error) => return failed(Phase::Body, words(&error)),
            }
            if body_cut {
                break;
            }
        }
        let answer = HttpAnswer {
            status: response.status().as_u16(),
            version: format!("{:?}", response.version()),
            address: response.remote_addr().map(|address| address.to_string()),
            headers: kept_headers(response.headers()),
            head_ms,
            total_ms: millis(started),
            body_size: u64::try_from(body.len()).unwrap_or(u64::MAX),
            body_sha256: Digest::of(&body),
            body_cut,
            excerpt: excerpt(&body),
        };
        Measured { result: ProbeResult::Answered(Box::new(answer)), body }
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
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
