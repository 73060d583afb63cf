//! Probes: measurements that the app takes itself. What they may ask is decided in `core`; here they ask.

pub mod http;
pub mod network;

use countersign_core::checklist::ProbeOffer;
use countersign_core::condition::Facts;
use countersign_core::record::{Observation, ProbeResult, judge};
use countersign_core::time::Timestamp;

/// Runs a probe that was due at `due`; `now` is asked when it starts.
pub async fn run(client: &http::Client, offer: &ProbeOffer, due: Timestamp, now: Timestamp) -> Observation {
    let http::Measured { result, body } = client.ask(&offer.method, &offer.url).await;
    let facts = match &result {
        ProbeResult::Answered(answer) => answer.facts(&body),
        ProbeResult::Failed { .. } => Facts::default(),
    };
    let (outcome, conditions) = judge(&offer.expect, &facts);
    let (probe, item) = (offer.id.clone(), offer.item.clone());
    let outcome = match result {
        // A host that does not answer is a finding: the network is there, and what was expected is not.
        ProbeResult::Failed { .. } => countersign_core::condition::Outcome::NotMet,
        ProbeResult::Answered(_) => outcome,
    };
    Observation {
        probe,
        item,
        method: offer.method.clone(),
        url: offer.url.clone(),
        due,
        at: now,
        result,
        conditions,
        outcome,
    }
}
