//! Blanks for percentiles beside a probe («p50, p95, p99: ___ms, ___ms, ___ms»): the probe that measures them, and what it fills in.
//!
//! The probe asks what the nearest one of the same part of the checklist asks, again and again. It is offered like any other, counts as none of
//! the file's own, and runs only when a person starts it.

use super::measured::Measured;
use super::observation::Observation;
use super::probed::{ProbeEvent, Said};
use super::value;
use super::view::View;
use crate::checklist::{Item, ItemKind, ProbeOffer, Template, ValueKind};
use crate::id::{ItemId, ProbeId};

/// How many requests are made, and how many of them in a second.
const SAMPLES: &str = "n=100 rate=20/s";

/// The probes that measure percentile blanks, in the file's order.
pub fn offers(template: &Template) -> Vec<ProbeOffer> {
    let mut offers: Vec<ProbeOffer> = Vec::new();
    for item in template.items.iter().filter(|item| percentile(item).is_some()) {
        let owner = owner(item);
        let measured = offers.iter().any(|offer| offer.item.as_ref() == Some(owner));
        if measured || group(template, owner).count() < 2 {
            continue;
        }
        let Some(beside) = beside(template, item) else { continue };
        let Some(request) = beside.ask.strip_prefix("GET ") else { continue };
        offers.push(ProbeOffer {
            id: ProbeId(format!("{owner} latency")),
            name: format!("Latency of {}", beside.hosts.first().map_or(request, String::as_str)),
            ask: format!("latency GET {request} {SAMPLES}"),
            hosts: beside.hosts.clone(),
            expect: "latency.error_rate == 0%".parse().into_iter().collect(),
            item: Some(owner.clone()),
            line: item.line,
        });
    }
    offers
}

/// What the last run of such a probe fills in: blanks in which nothing stands yet.
pub fn measured_by(view: &View, probe: &ProbeId) -> Vec<Measured> {
    let Some(offer) = view.latency_probes.iter().find(|offer| offer.id == *probe) else { return Vec::new() };
    let disputed = |said| said == Some(Said::Disputed);
    let last = view.last_run(probe).filter(|run| !disputed(run.judged.as_ref().map(|judged| judged.said)));
    let (Some(run), Some(owner)) = (last, &offer.item) else { return Vec::new() };
    let ProbeEvent::Ran { observation } = &run.what else { return Vec::new() };
    let empty = group(&view.template, owner).filter(|item| view.item(&item.id).text.is_none());
    let fills = empty.filter_map(|item| {
        let name = format!("latency.{}", percentile(item)?);
        let text = value::accept(item, fact(observation, &name)?).ok()?;
        Some(Measured { item: item.id.clone(), text, source: format!("{name} of {}", offer.name) })
    });
    fills.collect()
}

fn fact<'a>(observation: &'a Observation, name: &str) -> Option<&'a str> {
    observation.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The item that the blanks stand under; one that stands alone is its own.
fn owner(item: &Item) -> &ItemId {
    item.parent.as_ref().unwrap_or(&item.id)
}

/// The percentile blanks of an item.
fn group<'a>(template: &'a Template, of: &'a ItemId) -> impl Iterator<Item = &'a Item> {
    let blanks = template.items.iter().filter(move |item| owner(item) == of);
    blanks.filter(|item| percentile(item).is_some())
}

/// `p95` of a number that is asked for as that and is a time.
fn percentile(item: &Item) -> Option<&str> {
    let ItemKind::Field { value: ValueKind::Number, unit, .. } = &item.kind else { return None };
    let time = unit.as_deref().is_none_or(|unit| matches!(unit, "ms" | "s" | "µs"));
    let mut words = item.label.split(|c: char| !c.is_alphanumeric());
    let found = words.find(|word| matches!(*word, "p50" | "p75" | "p90" | "p95" | "p99" | "p999"));
    found.filter(|_| time)
}

/// The nearest GET probe of the section, or else of the section around it.
fn beside<'a>(template: &'a Template, item: &Item) -> Option<&'a ProbeOffer> {
    let above = |section: usize| template.sections.get(section).and_then(|section| section.parent);
    let around = above(item.section).filter(|section| *section > 0);
    let section_of = |line: u32| template.sections.iter().rposition(|section| section.line <= line).unwrap_or_default();
    let near = |offer: &&ProbeOffer| {
        let section = section_of(offer.line);
        section == item.section || around.is_some_and(|around| section == around || above(section) == Some(around))
    };
    let asks = template.probes.iter().filter(|offer| offer.ask.starts_with("GET ") && !offer.hosts.is_empty());
    asks.filter(near).min_by_key(|offer| (section_of(offer.line) != item.section, offer.line.abs_diff(item.line)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::read;

    #[test]
    fn percentile_blanks_are_measured_by_the_probe_beside_them() {
        let text = "\
# T
## Phase 1
### Before
- [ ] Baseline
  - API latency (p50, p95, p99): ___ms, ___ms, ___ms
  - Error rate: ___ %
### Go
- [ ] Far
  <!-- cs: probe GET https://a.example/far -->
- [ ] Healthy
  <!-- cs: probe GET https://a.example/health -->
### After
- [ ] Look
  <!-- cs: probe GET https://b.example/health -->
  - p50: ___ ms
  - p95: ___ ms
- [ ] Database
  - Query time p95: ___ ms
## Phase 2
- [ ] Nothing to ask
  - p50: ___ ms
  - p95: ___ ms
";
        let template = read(text.as_bytes());
        let offers = offers(&template);
        let shown: Vec<_> = offers
            .iter()
            .map(|offer| format!("{} | {}", template.item(offer.item.as_ref().unwrap()).unwrap().label, offer.ask))
            .collect();
        assert_eq!(
            shown,
            [
                "Baseline | latency GET https://a.example/far n=100 rate=20/s",
                "Look | latency GET https://b.example/health n=100 rate=20/s",
            ]
        );
        let blanks: Vec<_> =
            group(&template, offers[0].item.as_ref().unwrap()).map(|item| percentile(item).unwrap()).collect();
        assert_eq!(blanks, ["p50", "p95", "p99"]);
    }
}
