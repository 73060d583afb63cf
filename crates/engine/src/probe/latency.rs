//! The same request again and again: percentiles, errors and rate, each with the number of samples.
//!
//! Requests begin when the stated rate says, whether or not earlier ones have ended, so that a slow server cannot hide by slowing the
//! questions down. So many as [`AT_ONCE`] can be under way; one that has to wait for its turn counts that as part of its time.

use super::trace::{Failed, Trace, innermost, micros};
use super::{Asking, Facts, Found, fact, http};
use countersign_core::ask::Http;
use countersign_core::record::probe::host_of;
use countersign_core::record::{Phase, millis};
use hdrhistogram::Histogram;
use rust_decimal::Decimal;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many requests can be under way at a time.
const AT_ONCE: usize = 64;

/// The percentiles that are told, and how many samples each needs at least: fewer than two beyond it on average say nothing of it.
const PERCENTILES: [(&str, f64, u64); 5] =
    [("p50", 0.5, 2), ("p75", 0.75, 4), ("p90", 0.9, 10), ("p95", 0.95, 20), ("p99", 0.99, 100)];

/// One request of many.
struct Sample {
    us: u64,
    status: Result<u16, String>,
}

/// A first request with all its evidence, which is no sample; then the samples.
pub(super) async fn ask(asking: &Asking<'_>, of: &Http, count: u32, per_second: u32) -> Found {
    let first = http::ask(asking, of).await;
    if first.status.is_none() || first.need.is_some() {
        let mut found = first.found();
        found.facts.push(fact("latency.n", 0));
        return found;
    }
    let mut found = first.found();
    let words = format!("{} {} n={count} rate={per_second}/s", of.method.word(), of.url);
    let mut trace = Trace::new(&words);
    match measure(asking, &mut trace, of, count, per_second).await {
        Ok(facts) => {
            found.facts.retain(|(name, _)| !name.starts_with("time.") && name != "response_time");
            found.facts.extend(facts);
            found.exchanges.push(trace.answered());
        }
        Err(failed) => found.exchanges.push(trace.failed(failed)),
    }
    found
}

async fn measure(
    asking: &Asking<'_>,
    trace: &mut Trace,
    of: &Http,
    count: u32,
    per_second: u32,
) -> Result<Facts, Failed> {
    let request = asking.secrets.fill_request(of)?;
    let url = reqwest::Url::parse(&request.url).map_err(|error| Failed::new(Phase::Request, innermost(&error)))?;
    let allowed_as = host_of(&request.url).unwrap_or_default();
    let line = http::Line::to(asking, trace, &url, &allowed_as, AT_ONCE).await?;
    trace.end();
    trace.exchange.times.clear();
    let request = http::built(&request, url)?;
    let (turns, limit) = (Arc::new(Semaphore::new(AT_ONCE)), asking.limits.body);
    let mut samples = JoinSet::new();
    let began = Instant::now();
    for index in 0..count {
        let due = began + Duration::from_secs(u64::from(index)) / per_second;
        tokio::time::sleep_until(due.into()).await;
        let (client, turns, request) = (line.client.clone(), Arc::clone(&turns), request.try_clone());
        samples.spawn(async move {
            let begun = Instant::now();
            let _turn = turns.acquire_owned().await;
            let status = once(&client, request, limit).await;
            Sample { us: micros(begun.elapsed()), status }
        });
    }
    let mut all = Vec::new();
    while let Some(sample) = samples.join_next().await {
        all.extend(sample.ok());
    }
    told(trace, &all, began.elapsed())
}

async fn once(client: &reqwest::Client, request: Option<reqwest::Request>, limit: usize) -> Result<u16, String> {
    let request = request.ok_or("the request cannot be repeated")?;
    let mut response = client.execute(request).await.map_err(|error| innermost(&error))?;
    let mut read = 0;
    while let Some(chunk) = response.chunk().await.map_err(|error| innermost(&error))? {
        read += chunk.len();
        if read > limit {
            break;
        }
    }
    Ok(response.status().as_u16())
}

fn told(trace: &mut Trace, samples: &[Sample], took: Duration) -> Result<Facts, Failed> {
    let wrong = |words: String| Failed::new(Phase::Request, words);
    let mut histogram = Histogram::<u64>::new(3).map_err(|error| wrong(error.to_string()))?;
    let is_error = |sample: &&Sample| !sample.status.as_ref().is_ok_and(|status| (200..400).contains(status));
    // A service that refuses is quick: how long that takes says nothing of how long it takes to answer.
    for sample in samples.iter().filter(|sample| !is_error(sample)) {
        histogram.record(sample.us).map_err(|error| wrong(error.to_string()))?;
    }
    let errors = samples.iter().filter(is_error).count();
    let why = samples.iter().find(is_error).map(|sample| match &sample.status {
        Ok(status) => format!("; the first error was {status}"),
        Err(words) => format!("; the first error was: {words}"),
    });
    trace.exchange.came =
        format!("{} of {} answered well{}", samples.len() - errors, samples.len(), why.unwrap_or_default());
    let (n, answered) = (Decimal::from(samples.len()), histogram.len());
    let share = Decimal::from(errors * 100).checked_div(n).unwrap_or_default().round_dp(4).normalize();
    let took = Decimal::from(micros(took)) / Decimal::from(1_000_000);
    let rate = n.checked_div(took).unwrap_or_default().round_dp(2).normalize();
    let mut facts = vec![
        fact("latency.n", answered),
        fact("latency.errors", errors),
        fact("latency.error_rate", format!("{share} %")),
        fact("latency.rate", format!("{rate} req/s")),
    ];
    for (name, quantile, needed) in PERCENTILES {
        if answered >= needed {
            facts.push((format!("latency.{name}"), millis(histogram.value_at_quantile(quantile))));
        }
    }
    if answered > 0 {
        facts.extend([fact("latency.min", millis(histogram.min())), fact("latency.max", millis(histogram.max()))]);
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_told_where_there_are_samples_enough() {
        let told = |count: u64| {
            let sample = |index: u64| Sample { us: (index + 1) * 100_000, status: Ok(200) };
            let samples: Vec<_> =
                (0..count).map(sample).chain([Sample { us: 1, status: Err("cut".to_owned()) }]).collect();
            told(&mut Trace::new("n"), &samples, Duration::from_secs(10)).unwrap()
        };
        let value = |facts: &Facts, name: &str| {
            let found = facts.iter().find(|(known, _)| known == name)?;
            found.1.strip_suffix(" ms").unwrap().parse::<f64>().ok()
        };
        let near = |found: Option<f64>, wanted: f64| (found.unwrap() / wanted - 1.0).abs() < 0.002;
        let facts = told(100);
        assert!(
            near(value(&facts, "latency.p50"), 5_000.0) && near(value(&facts, "latency.p95"), 9_500.0),
            "{facts:?}"
        );
        assert!(near(value(&facts, "latency.p99"), 9_900.0) && near(value(&facts, "latency.min"), 100.0), "{facts:?}");
        assert!(
            facts.contains(&fact("latency.error_rate", "0.9901 %"))
                && facts.contains(&fact("latency.rate", "10.1 req/s"))
        );
        let facts = told(99);
        assert!(value(&facts, "latency.p99").is_none() && value(&facts, "latency.p95").is_some());
        assert!(value(&told(19), "latency.p95").is_none() && value(&told(1), "latency.p50").is_none());
    }

    #[test]
    fn errors_have_no_latency() {
        let samples: Vec<_> = (0..100).map(|us| Sample { us, status: Ok(503) }).collect();
        let facts = told(&mut Trace::new("n"), &samples, Duration::from_secs(10)).unwrap();
        assert!(facts.contains(&fact("latency.n", 0)) && facts.contains(&fact("latency.errors", 100)), "{facts:?}");
        assert!(facts.iter().all(|(name, _)| !name.starts_with("latency.p") && name != "latency.min"), "{facts:?}");
    }
}
