//! Probes: measurements that the app takes itself. What they may ask is decided in `core`; here they ask.

pub mod http;
pub mod network;

use countersign_core::ask::Ask;
use countersign_core::checklist::ProbeOffer;
use countersign_core::condition::Outcome;
use countersign_core::record::{Exchange, Observation, Phase, judge, measurements, together};
use countersign_core::time::Timestamp;

/// Runs a probe that was due at `due`; `now` is asked when it starts.
pub async fn run(client: &http::Client, offer: &ProbeOffer, due: Timestamp, now: Timestamp) -> Observation {
    let (exchange, body, facts) = match offer.ask.parse() {
        Ok(Ask::Http(http)) => client.ask(&http).await,
        _ => {
            let came = "this kind of probe is not made by this version".to_owned();
            (Exchange { came, failed: Some(Phase::Request), ..exchange(offer.ask.clone()) }, Vec::new(), Vec::new())
        }
    };
    let whole = (exchange.failed.is_none() && !exchange.body_cut).then_some(body.as_slice());
    let conditions = judge(&offer.expect, &measurements(&facts, whole));
    let outcome = match exchange.failed {
        // A host that does not answer is a finding: the network is there, and what was expected is not.
        Some(_) => Outcome::NotMet,
        None => together(&conditions),
    };
    let (probe, item, asked) = (offer.id.clone(), offer.item.clone(), offer.ask.clone());
    Observation { probe, item, asked, due, at: now, exchanges: vec![exchange], facts, needs: None, conditions, outcome }
}

/// A question to which nothing came yet.
fn exchange(asked: String) -> Exchange {
    Exchange {
        asked,
        came: String::new(),
        failed: None,
        resolved: Vec::new(),
        address: None,
        tls: Vec::new(),
        headers: Vec::new(),
        times: Vec::new(),
        total_us: 0,
        body_size: None,
        body_sha256: None,
        body_cut: false,
        excerpt: String::new(),
    }
}
