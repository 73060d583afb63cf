//! HTTP by reqwest: each hop on a connection of its own to exactly the checked addresses. It takes no proxy and unpacks nothing; a
//! head beyond about 400 KB is refused, and no more of a body is read than a limit.

use super::trace::{Failed, Trace, innermost, micros, out_of_time};
use super::{Asking, Facts, Found, fact, reach, tls, with_times};
use countersign_core::ask::{Http, Method};
use countersign_core::record::probe::host_of;
use countersign_core::record::{Exchange, Need, Phase};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Instant;

/// How large a head over HTTP/2 may be, in bytes.
const HEAD_LIMIT: u32 = 400_000;
/// Header fields that are kept as evidence.
const KEPT_HEADERS: [&str; 7] =
    ["content-type", "content-length", "date", "server", "location", "retry-after", "x-request-id"];
/// Of each value, so many characters.
const HEADER_KEPT: usize = 500;

/// What a request came to, redirects and all.
pub(super) struct Answer {
    pub(super) exchanges: Vec<Exchange>,
    pub(super) facts: Facts,
    pub(super) body: Option<Vec<u8>>,
    pub(super) need: Option<Need>,
    /// The last answer's status; none if none came.
    pub(super) status: Option<u16>,
}

/// One answer, as far as the next step needs it.
struct Hop {
    facts: Facts,
    status: u16,
    location: Option<String>,
}

impl Answer {
    pub(super) fn found(self) -> Found {
        let Self { exchanges, facts, body, need, .. } = self;
        Found { exchanges, facts, body, need, judged: Vec::new() }
    }

    /// All of the body as text, or why there is none.
    pub(super) fn text(&self) -> Result<&str, String> {
        let body = self.body.as_deref().ok_or("the answer was cut at the limit")?;
        std::str::from_utf8(body).map_err(|_| "the answer is no text".to_owned())
    }
}

/// Makes a request, and those that its redirects ask for, as far as their hosts are allowed.
pub(super) async fn ask(asking: &Asking<'_>, http: &Http) -> Answer {
    let mut answer = Answer { exchanges: Vec::new(), facts: Facts::new(), body: None, need: None, status: None };
    let mut shown = format!("{} {}", http.method.word(), http.url);
    let mut request = match asking.secrets.fill_request(http) {
        Ok(request) => request,
        Err(failed) => {
            answer.exchanges.push(Trace::new(&shown).failed(failed));
            return answer;
        }
    };
    loop {
        let mut trace = Trace::new(&shown);
        let hop = match hop(asking, &mut trace, &request).await {
            Ok(hop) => hop,
            Err(mut failed) => {
                // The facts of a redirect that was not followed stay: that is what came.
                (answer.need, answer.body) = (failed.need.take(), None);
                answer.facts.append(&mut failed.facts);
                answer.exchanges.push(trace.failed(failed));
                return answer;
            }
        };
        answer.body = trace.text();
        let exchange = trace.answered();
        answer.status = Some(hop.status);
        answer.facts = with_times(hop.facts, &exchange);
        answer.facts.push(fact("http.redirects", answer.exchanges.len()));
        answer.exchanges.push(exchange);
        let Some(location) = hop.location.filter(|_| http.follow && (301..=308).contains(&hop.status)) else {
            return answer;
        };
        if answer.exchanges.len() > asking.limits.redirects {
            let words = format!("there are more than {} redirects", asking.limits.redirects);
            answer.exchanges.push(Trace::new(&format!("GET {location}")).failed(Failed::new(Phase::Head, words)));
            answer.body = None;
            return answer;
        }
        request = redirected(request, &location, hop.status);
        shown = format!("{} {}", request.method.word(), request.url);
    }
}

/// The next request of a redirect (RFC 9110, section 15.4). Credentials go to no other host, and to none without encryption.
fn redirected(mut request: Http, location: &str, status: u16) -> Http {
    let next = reqwest::Url::parse(&request.url).and_then(|base| base.join(location));
    let next = next.map_or_else(
        |_| location.to_owned(),
        |mut next| {
            next.set_fragment(None);
            next.to_string()
        },
    );
    let scheme = |url: &str| url.split(':').next().unwrap_or_default().to_owned();
    if host_of(&next) != host_of(&request.url) || scheme(&next) != scheme(&request.url) {
        request.headers.clear();
    }
    if status < 307 && request.method != Method::Head {
        (request.method, request.body) = (Method::Get, None);
    }
    request.url = next;
    request
}

async fn hop(asking: &Asking<'_>, trace: &mut Trace, request: &Http) -> Result<Hop, Failed> {
    let wrong = |words: String| Failed::new(Phase::Request, words);
    let url = reqwest::Url::parse(&request.url).map_err(|error| wrong(innermost(&error)))?;
    let allowed_as = host_of(&request.url).ok_or_else(|| wrong(format!("«{}» is no address to ask", request.url)))?;
    let line = Line::to(asking, trace, &url, &allowed_as, 0).await?;
    let started = Instant::now();
    let sent = line.client.execute(built(request, url)?).await;
    line.tell_times(trace, started, Instant::now());
    let mut facts = line.witness.tell(trace, asking.now);
    let mut response = sent.map_err(|error| line.failed(asking, &error).with(std::mem::take(&mut facts)))?;
    let version = format!("{:?}", response.version());
    let status = response.status().as_u16();
    trace.exchange.came = format!("{version} {status}");
    trace.exchange.address = response.remote_addr().map(|address| address.to_string());
    trace.exchange.headers = kept_headers(response.headers());
    trace.begin(Phase::Body);
    let (mut body, mut cut) = (Vec::new(), false);
    while let Some(chunk) = response.chunk().await.map_err(|error| {
        Failed::new(Phase::Body, if error.is_timeout() { out_of_time(asking.limits.total) } else { innermost(&error) })
    })? {
        let room = asking.limits.body - body.len();
        body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        cut = chunk.len() > room;
        if cut {
            break;
        }
    }
    trace.end();
    trace.keep(body, cut);
    facts.extend([fact("http.status", status), fact("http.version", version)]);
    for (name, value) in response.headers() {
        facts.push((
            format!("header.{name}"),
            String::from_utf8_lossy(value.as_bytes()).chars().take(HEADER_KEPT).collect(),
        ));
    }
    facts.extend(clock_offset(asking, response.headers()));
    let location = response.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
    Ok(Hop { facts, status, location })
}

/// By how much the server's clock is ahead of this computer's, from its `Date` (RFC 9110, section 6.6.1): to the second.
fn clock_offset(asking: &Asking<'_>, headers: &HeaderMap) -> Option<(String, String)> {
    let date = chrono::DateTime::parse_from_rfc2822(headers.get("date")?.to_str().ok()?).ok()?;
    Some(fact("clock.offset", format!("{} s", date.timestamp() - asking.now.millis().div_euclid(1000))))
}

/// The request as it is sent.
pub(super) fn built(request: &Http, url: reqwest::Url) -> Result<reqwest::Request, Failed> {
    let wrong = |words: String| Failed::new(Phase::Request, words);
    let method = reqwest::Method::from_bytes(request.method.word().as_bytes());
    let mut built = reqwest::Request::new(method.map_err(|error| wrong(innermost(&error)))?, url);
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| wrong(innermost(&error)))?;
        let mut value =
            HeaderValue::from_str(value).map_err(|_| wrong(format!("the value of {name} cannot be sent")))?;
        value.set_sensitive(true);
        built.headers_mut().append(name, value);
    }
    *built.body_mut() = request.body.clone().map(reqwest::Body::from);
    Ok(built)
}

fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let kept = KEPT_HEADERS.iter().filter_map(|name| {
        let value = headers.get(*name)?;
        Some(((*name).to_owned(), String::from_utf8_lossy(value.as_bytes()).chars().take(HEADER_KEPT).collect()))
    });
    kept.collect()
}

/// A client that can reach one host only, at its checked addresses.
pub(super) struct Line {
    pub(super) client: reqwest::Client,
    witness: Arc<tls::Witness>,
    connected: Arc<OnceLock<Instant>>,
    encrypted: bool,
}

impl Line {
    /// Looks the host up and checks its addresses. `idle` connections are kept for the next request.
    pub(super) async fn to(
        asking: &Asking<'_>,
        trace: &mut Trace,
        url: &reqwest::Url,
        allowed_as: &str,
        idle: usize,
    ) -> Result<Self, Failed> {
        let wrong = |words: &str| Failed::new(Phase::Request, words);
        let host = url.host_str().ok_or_else(|| wrong("the address has no host"))?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let port = url.port_or_known_default().ok_or_else(|| wrong("the address has no port"))?;
        let addresses = reach::addresses(asking, trace, allowed_as, bare, port).await?;
        trace.begin(Phase::Connect);
        let (config, witness) = asking.tls.handshake(false, &[b"h2", b"http/1.1"])?;
        let connected = Arc::new(OnceLock::new());
        let client = reqwest::Client::builder()
            .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .retry(reqwest::retry::never())
            .tls_backend_preconfigured(config)
            .resolve_to_addrs(host, &addresses)
            .connector_layer(Clock(Arc::clone(&connected)))
            .connect_timeout(asking.limits.connect)
            .timeout(asking.limits.total)
            .http2_max_header_list_size(HEAD_LIMIT)
            .pool_max_idle_per_host(idle)
            .build();
        let client = client.map_err(|error| Failed::new(Phase::Request, innermost(&error)))?;
        Ok(Self { client, witness, connected, encrypted: url.scheme() == "https" })
    }

    /// Takes the phase «connect» of the trace apart, from when each part of it was seen to begin.
    fn tell_times(&self, trace: &mut Trace, started: Instant, ended: Instant) {
        trace.end();
        trace.exchange.times.retain(|(phase, _)| *phase != Phase::Connect);
        let began = self.witness.began().filter(|_| self.encrypted);
        let connected = self.connected.get().copied();
        let mut add = |phase, from: Instant, to: Instant| {
            trace.exchange.times.push((phase, micros(to.saturating_duration_since(from))));
        };
        add(Phase::Connect, started, began.or(connected).unwrap_or(ended));
        if let Some(began) = began {
            add(Phase::Tls, began, connected.unwrap_or(ended));
        }
        if let Some(connected) = connected {
            add(Phase::Head, connected, ended);
        }
    }

    /// Why no answer came, and in which phase.
    fn failed(&self, asking: &Asking<'_>, error: &reqwest::Error) -> Failed {
        let phase = match () {
            () if error.is_builder() => Phase::Request,
            () if self.connected.get().is_some() => Phase::Head,
            () if self.encrypted && self.witness.began().is_some() => Phase::Tls,
            () => Phase::Connect,
        };
        let limit = if phase == Phase::Head { asking.limits.total } else { asking.limits.connect };
        Failed::new(phase, if error.is_timeout() { out_of_time(limit) } else { innermost(error) })
    }
}

/// Notes when a connection stands, encryption included.
#[derive(Clone)]
struct Clock(Arc<OnceLock<Instant>>);

impl<S> tower_layer::Layer<S> for Clock {
    type Service = Clocked<S>;

    fn layer(&self, inner: S) -> Clocked<S> {
        Clocked { inner, connected: Arc::clone(&self.0) }
    }
}

#[derive(Clone)]
struct Clocked<S> {
    inner: S,
    connected: Arc<OnceLock<Instant>>,
}

impl<S, R> tower_service::Service<R> for Clocked<S>
where
    S: tower_service::Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let (connecting, connected) = (self.inner.call(request), Arc::clone(&self.connected));
        Box::pin(async move {
            let made = connecting.await?;
            connected.get_or_init(Instant::now);
            Ok(made)
        })
    }
}
