//! What probes measured, as values for the baseline: where a measurement is named as a field is, nobody need type it.
//!
//! A service that answers `{"latency": {"p95": "480 ms"}}` fills the field «Latency p95: ___ ms». Nothing is filled by itself: a person
//! asks for it, and what stands there already stays.

use super::baseline::members;
use super::measure::names;
use super::observation::Observation;
use super::probed::{ProbeEvent, ProbeRun, Said};
use super::value;
use super::view::View;
use crate::id::ItemId;
use serde_json::Value;
use std::collections::BTreeMap;

/// A value that a probe measured for a field of the baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The field.
    pub item: ItemId,
    /// The value, as the field takes it.
    pub text: String,
    /// Which probe, and what it called the value.
    pub source: String,
}

/// What the newest undisputed answers of the record's probes say for the baseline's empty fields, in the file's order.
pub fn measured_baseline(view: &View) -> Vec<Measured> {
    if !view.baseline_is_open() {
        return Vec::new();
    }
    let known = known(view);
    let empty = members(&view.template).into_iter().filter(|item| view.item(&item.id).text.is_none());
    let fills = empty.filter_map(|item| {
        names(&view.template, item).into_iter().find_map(|name| {
            let (probe, value) = known.get(&name)?;
            let text = value::accept(item, value).ok()?;
            Some(Measured { item: item.id.clone(), text, source: format!("{name} of {probe}") })
        })
    });
    fills.collect()
}

/// Every measurement by its names, with the probe that it is of. The newest answer counts.
fn known(view: &View) -> BTreeMap<String, (String, String)> {
    let undisputed = |run: &&ProbeRun| run.judged.as_ref().is_none_or(|judged| judged.said != Said::Disputed);
    let mut runs: Vec<&ProbeRun> = view.probes.values().flatten().filter(undisputed).collect();
    runs.sort_by_key(|run| run.at);
    let mut known = BTreeMap::new();
    for run in runs {
        let ProbeEvent::Ran { observation } = &run.what else { continue };
        let offer = view.offer(&observation.probe);
        let probe = offer.map_or_else(|| observation.probe.0.clone(), |offer| offer.name.clone());
        for (name, value) in measurements(observation) {
            known.insert(name, (probe.clone(), value));
        }
    }
    known
}

/// What a probe measured: its facts, and the members of an answer's body if all of that was kept.
fn measurements(observation: &Observation) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, value) in &observation.facts {
        if name == "response_time" {
            found.push(("latency".to_owned(), value.clone()));
        }
        by_each_end(&name.split('.').collect::<Vec<_>>(), value, &mut found);
    }
    for exchange in &observation.exchanges {
        let whole = Some(exchange.excerpt.len() as u64) == exchange.body_size && !exchange.body_cut;
        if let Some(body) = whole.then(|| crate::condition::json::read(&exchange.excerpt).ok()).flatten() {
            members_of(&body, &mut Vec::new(), &mut found);
        }
    }
    found
}

fn members_of(value: &Value, path: &mut Vec<String>, found: &mut Vec<(String, String)>) {
    let text = match value {
        Value::Object(members) => {
            for (name, value) in members {
                path.push(name.to_lowercase().replace('-', "_"));
                members_of(value, path, found);
                path.pop();
            }
            return;
        }
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return,
    };
    by_each_end(&path.iter().map(String::as_str).collect::<Vec<_>>(), &text, found);
}

/// By its whole path and by each end of it: `metrics.latency.p95`, `latency.p95`, `p95`.
fn by_each_end(path: &[&str], value: &str, found: &mut Vec<(String, String)>) {
    for from in 0..path.len() {
        found.push((path.get(from..).unwrap_or_default().join("."), value.to_owned()));
    }
}
