//! Probes: measurements that the app takes itself. What is asked is a value of `core::ask`; here it is asked, one file per kind, and
//! what came is put into one shape.
//!
//! Deliberately not in it: whether a record allows it (`core::record::probe`), the queue of what waits for a network, and the store.
//!
//! One way leads to the network: a name is looked up once, its addresses are checked against what a person allowed, and the connection
//! goes to exactly those (`reach`). Nothing is unpacked, no proxy is used, each phase and each size has a limit.

mod amqp;
pub mod consent;
mod dns;
mod http;
mod latency;
mod limits;
mod metrics;
pub mod network;
mod numbers;
mod postgres;
mod reach;
mod redis;
mod secrets;
mod steps;
mod tls;
mod trace;
mod websocket;

pub use consent::Allowed;
pub use limits::Limits;

use countersign_core::ask::Ask;
use countersign_core::checklist::ProbeOffer;
use countersign_core::condition::{Condition, Evaluation, Outcome};
use countersign_core::record::{Exchange, Need, Observation, Phase, judge, together};
use countersign_core::time::Timestamp;
use secrets::Secrets;
use trace::{Failed, Trace};

/// What takes measurements: limits, certificates that are trusted, and where secrets come from.
#[derive(Debug)]
pub struct Prober {
    limits: Limits,
    tls: tls::Trust,
    environment: fn(&str) -> Option<String>,
}

/// What one probe goes by.
struct Asking<'a> {
    limits: Limits,
    tls: &'a tls::Trust,
    allowed: &'a Allowed,
    secrets: &'a Secrets,
    now: Timestamp,
}

/// Names and values that were measured.
type Facts = Vec<(String, String)>;

/// What was found, before it is judged.
#[derive(Debug, Default)]
struct Found {
    exchanges: Vec<Exchange>,
    facts: Facts,
    /// All of the last answer's body, if it was read to its end.
    body: Option<Vec<u8>>,
    need: Option<Need>,
    /// What was judged on the way, of steps.
    judged: Vec<Evaluation>,
}

impl Prober {
    /// One that trusts this computer's certificates, and these (DER) besides.
    pub fn new(limits: Limits, roots: Vec<Vec<u8>>, environment: fn(&str) -> Option<String>) -> Self {
        Self { limits, tls: tls::Trust::new(roots), environment }
    }

    /// One with the usual limits and secrets from the environment.
    pub fn usual() -> Self {
        Self::new(Limits::default(), Vec::new(), |name| std::env::var(name).ok())
    }

    /// Runs a probe that was due at `due`; `now` is when it starts.
    pub async fn run(&self, offer: &ProbeOffer, allowed: &Allowed, due: Timestamp, now: Timestamp) -> Observation {
        let secrets = Secrets::new(self.environment);
        let found = match offer.ask.parse::<Ask>() {
            Ok(ask) => {
                let asking = Asking { limits: self.limits, tls: &self.tls, allowed, secrets: &secrets, now };
                ask_for(&asking, &ask).await
            }
            Err(wrong) => Found {
                exchanges: vec![Trace::new(&offer.ask).failed(Failed::new(Phase::Request, wrong.to_string()))],
                ..Found::default()
            },
        };
        let mut observation = judged(offer, found, &secrets, due, now);
        secrets.mask(&mut observation, self.limits.excerpt);
        observation
    }
}

fn judged(offer: &ProbeOffer, found: Found, secrets: &Secrets, due: Timestamp, now: Timestamp) -> Observation {
    let Found { exchanges, facts, body, need, judged } = found;
    let expected = judge(&offer.expect, &secrets.measurements(&facts, body.as_deref()));
    let conditions: Vec<_> = judged.into_iter().chain(expected).collect();
    let failed = |phase| exchanges.iter().any(|each: &Exchange| each.failed == Some(phase));
    let outcome = match together(&conditions) {
        // What was not asked is not known.
        _ if need.is_some() || failed(Phase::Request) || failed(Phase::Consent) => Outcome::Unknown,
        Outcome::Met => Outcome::Met,
        // A host that does not answer is a finding: the network is there, and what was expected is not.
        _ if exchanges.iter().any(|each| each.failed.is_some()) => Outcome::NotMet,
        outcome => outcome,
    };
    let (probe, item, asked) = (offer.id.clone(), offer.item.clone(), offer.ask.clone());
    Observation { probe, item, asked, due, at: now, exchanges, facts, needs: need, conditions, outcome }
}

/// A probe of no checklist, by its words.
///
/// # Errors
/// What is wrong with the words, or with an expectation.
pub fn offer_of(words: &str, expect: &[String]) -> Result<ProbeOffer, countersign_core::ask::Wrong> {
    let ask: Ask = words.parse()?;
    let conditions: Result<Vec<Condition>, _> = expect.iter().map(|text| text.parse::<Condition>()).collect();
    let conditions = conditions.map_err(|error| countersign_core::ask::Wrong {
        message: "The expectation is not understood.".to_owned(),
        hint: error.to_string(),
    })?;
    let expect = if conditions.is_empty() { ask.default_expectation() } else { conditions };
    let (name, hosts) = (ask.subject(), ask.hosts().unwrap_or_default());
    Ok(ProbeOffer {
        id: countersign_core::id::ProbeId(name.clone()),
        name,
        ask: ask.to_string(),
        hosts,
        expect,
        item: None,
        line: 0,
    })
}

async fn ask_for(asking: &Asking<'_>, ask: &Ask) -> Found {
    if ask.sends()
        && let Some(host) = ask.hosts().into_iter().flatten().find(|host| !asking.allowed.sending.contains(host))
    {
        let failed = Failed::needs(&host, Some(countersign_core::record::Also::Send));
        return Found::of(Trace::new(&ask.to_string()), Err(failed));
    }
    match ask {
        Ask::Http(http) => http::ask(asking, http).await.found(),
        Ask::Rabbit(http) => numbers::rabbit(asking, http).await,
        Ask::Prometheus { at, query } => numbers::prometheus(asking, at, query).await,
        Ask::Metrics { at, series, percentile } => metrics::ask(asking, at, series, percentile.as_deref()).await,
        Ask::Latency { of, count, per_second } => latency::ask(asking, of, *count, *per_second).await,
        Ask::Steps(steps) => steps::ask(asking, steps).await,
        _ => single(asking, ask).await,
    }
}

/// The kinds that make one connection and no HTTP exchange.
async fn single(asking: &Asking<'_>, ask: &Ask) -> Found {
    let mut trace = Trace::new(&ask.to_string());
    let asked = async {
        match ask {
            Ask::Tcp(at) => reach::tcp(asking, &mut trace, at).await,
            Ask::Tls(at) => tls::ask(asking, &mut trace, at).await,
            Ask::Dns(dns) => dns::ask(asking, &mut trace, dns).await,
            Ask::Redis(redis) => redis::ask(asking, &mut trace, redis).await,
            Ask::Postgres(postgres) => postgres::ask(asking, &mut trace, postgres).await,
            Ask::Amqp(at) => amqp::ask(asking, &mut trace, at).await,
            Ask::WebSocket(http) => websocket::ask(asking, &mut trace, http).await,
            _ => Err(Failed::new(Phase::Request, "this is asked by requests over HTTP")),
        }
    };
    let ended = tokio::time::timeout(asking.limits.total, asked).await;
    let ended = ended.unwrap_or_else(|_| Err(trace.out_of_time(asking.limits.total)));
    Found::of(trace, ended)
}

impl Found {
    /// What one exchange came to.
    fn of(trace: Trace, ended: Result<Facts, Failed>) -> Self {
        match ended {
            Ok(facts) => {
                let body = trace.text();
                let exchange = trace.answered();
                let facts = with_times(facts, &exchange);
                Self { exchanges: vec![exchange], facts, body, ..Self::default() }
            }
            Err(mut failed) => {
                let (need, facts) = (failed.need.take(), std::mem::take(&mut failed.facts));
                Self { exchanges: vec![trace.failed(failed)], facts, need, ..Self::default() }
            }
        }
    }
}

/// How long it took, as facts: `response_time`, and `time.connect` and the like.
fn with_times(mut facts: Facts, exchange: &Exchange) -> Facts {
    use countersign_core::record::millis;
    facts.push(("response_time".to_owned(), millis(exchange.total_us)));
    for (phase, us) in &exchange.times {
        let name = match phase {
            Phase::Resolve => "dns",
            Phase::Connect => "connect",
            Phase::Tls => "tls",
            Phase::Head => "first_byte",
            Phase::Body => "rest",
            Phase::Consent | Phase::Request => continue,
        };
        facts.push((format!("time.{name}"), millis(*us)));
    }
    facts
}

/// A fact.
fn fact(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}
