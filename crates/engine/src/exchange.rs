//! One question to a service of certificates or of time, over HTTP: a time-stamp authority, a revocation list, a responder.
//! It follows no redirect and takes no proxy; who may be asked is decided elsewhere.

use crate::error::Error;
use std::time::Duration;

/// How long an answer may take in all.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// How long connecting may take, TLS included.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// Asks.
#[derive(Debug)]
pub struct Services(reqwest::Client);

impl Services {
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
            .build();
        client.map(Self).map_err(|error| Error::Client(error.to_string()))
    }

    /// Asks, with a question of some media type if the service takes one, and reads the answer whole. An answer that is longer
    /// than `limit` bytes, or is no success, is a problem in words.
    pub async fn ask(&self, url: &str, question: Option<(&str, Vec<u8>)>, limit: usize) -> Result<Vec<u8>, String> {
        let request = match question {
            Some((kind, body)) => self.0.post(url).header("content-type", kind).body(body),
            None => self.0.get(url),
        };
        let mut response = request.send().await.map_err(|error| words(&error))?;
        if !response.status().is_success() {
            return Err(format!("it answered {}", response.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| words(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > limit {
                return Err(format!("its answer is longer than {limit} bytes"));
            }
        }
        Ok(body)
    }
}

/// The innermost reason, which is the one that says something.
fn words(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} s", TIME_LIMIT.as_secs());
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
