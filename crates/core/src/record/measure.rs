//! Measurements by name: how a field's words name what it measures, and what is known of each name at a point in the record.
//!
//! Conditions ask for names (`latency.p95`), checklists write words («API latency p95: ___ ms»). The names here are made the way
//! the reader makes them for limits in words. Not in it: what a condition comes to; that is [`crate::condition`].

use super::view::View;
use crate::checklist::{Item, ItemKind, Template, ValueKind};
use crate::condition::quantity::{Dimension, Quantity, Unit};
use crate::condition::{Facts, Sample, Series};
use crate::tree;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The item is a number to be filled in.
pub(super) fn is_number(item: &Item) -> bool {
    matches!(&item.kind, ItemKind::Field { value: ValueKind::Number, .. })
}

/// The names that a field's measurement goes by, the longest first: `api_latency.p95`, `latency.p95`, `p95`. A percentile that
/// stands alone takes the words of the task above it.
pub fn names(template: &Template, item: &Item) -> Vec<String> {
    let above = item.parent.as_ref().and_then(|parent| template.item(parent));
    names_of(&item.label, above.map(|above| above.label.as_str()))
}

/// The same for words that stand under others.
pub(super) fn names_of(label: &str, above: Option<&str>) -> Vec<String> {
    let (mut words, percentile) = words_of(label);
    let Some(percentile) = percentile else {
        return if words.is_empty() { Vec::new() } else { vec![words.join("_")] };
    };
    if words.is_empty() {
        words = above.map(|above| words_of(above).0).filter(|words| words.len() <= 3).unwrap_or_default();
    }
    let with_words = (0..words.len()).filter_map(|from| Some(format!("{}.{percentile}", words.get(from..)?.join("_"))));
    with_words.chain([percentile.clone()]).collect()
}

/// The naming words in lower case and singular, and the percentile among them.
fn words_of(label: &str) -> (Vec<String>, Option<String>) {
    // What stands in brackets explains; it does not name.
    let label = label.split(['(', '（']).next().unwrap_or_default();
    let all = label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase);
    let (percentiles, words): (Vec<_>, Vec<_>) = all.partition(|word| is_percentile(word));
    (words.iter().map(|word| singular(word)).collect(), percentiles.into_iter().next_back())
}

/// The word is a percentile: `p95`, `p999`.
pub(super) fn is_percentile(word: &str) -> bool {
    let digits = word.strip_prefix('p').unwrap_or_default();
    matches!(digits.len(), 2 | 3) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn singular(word: &str) -> String {
    let plural =
        word.len() > 3 && word.ends_with('s') && !["ss", "us", "is", "ics"].iter().any(|end| word.ends_with(end));
    word.strip_suffix('s').filter(|_| plural).unwrap_or(word).to_owned()
}

/// What a field's unit measures; none if conditions do not know the unit.
pub(super) fn dimension(item: &Item) -> Option<Dimension> {
    match &item.kind {
        ItemKind::Field { unit: Some(unit), .. } => unit.parse::<Unit>().ok().map(Unit::dimension),
        _ => Some(Dimension::Plain),
    }
}

/// A value as a number in the unit of another one; none if it is none or does not convert.
pub(super) fn quantity(text: &str) -> Option<Quantity> {
    text.parse().ok()
}

/// Names to values. A name that stands for two different values stands for none: what is ambiguous is unknown.
#[derive(Default)]
struct Known(Vec<(String, Option<String>)>);

impl Known {
    fn add(&mut self, name: String, text: &str) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) if known.as_deref() == Some(text) => {}
            Some((_, known)) => *known = None,
            None => self.0.push((name, Some(text.to_owned()))),
        }
    }

    fn into_map(self) -> Map<String, Value> {
        let mut map = Map::new();
        map.extend(self.0.into_iter().filter_map(|(name, text)| Some((name, Value::String(text?)))));
        map
    }
}

impl View {
    /// What is known when a field is judged by its limits: its own value, its neighbours' in the section, the baseline, and the
    /// values of all rounds up to now.
    pub fn facts_of(&self, item: &Item, text: &str) -> Facts {
        let template = &*self.template;
        let own = names(template, item);
        let mut values = Known::default();
        for near in template.items.iter().filter(|near| near.section == item.section && near.id != item.id) {
            let Some(text) = self.item(&near.id).text.as_deref().filter(|_| is_number(near)) else { continue };
            for name in names(template, near).into_iter().filter(|name| !own.contains(name)) {
                values.add(format!("value.{name}"), text);
                values.add(name, text);
            }
        }
        let mut values = values.into_map();
        for name in ["value".to_owned()].into_iter().chain(own.iter().cloned()) {
            values.insert(name, Value::String(text.to_owned()));
        }
        let mut baseline = self.baseline_facts();
        if let Some(before) = super::baseline::before(self, item) {
            baseline.insert("value".to_owned(), Value::String(before.value.clone()));
        }
        Facts { values, baseline, series: self.series_of(item, &own) }
    }

    /// The same for limits that ask for the value only.
    pub(super) fn facts_alone(&self, item: &Item, text: &str) -> Facts {
        Facts { series: self.series_of(item, &[]), ..Facts::of_value(text) }
    }

    fn baseline_facts(&self) -> Map<String, Value> {
        let mut known = Known::default();
        for frozen in self.baseline.frozen.iter().flat_map(|frozen| &frozen.values) {
            known.add(frozen.name.clone(), &frozen.value);
            let item = self.template.item(&frozen.item);
            for name in item.map(|item| names(&self.template, item)).unwrap_or_default() {
                known.add(name, &frozen.value);
            }
        }
        known.into_map()
    }

    /// A field's values over time, by `value` and by its names.
    fn series_of(&self, item: &Item, names: &[String]) -> BTreeMap<String, Series> {
        let values = self.rounds.values_of(&item.id);
        let samples: Vec<Sample> = values.map(|(taken, value)| Sample { at: taken.at, value: value.into() }).collect();
        if samples.is_empty() {
            return BTreeMap::new();
        }
        let all = names.iter().cloned().chain(["value".to_owned()]);
        tree::map(all.map(|name| (name, Series::Samples(samples.clone()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::read;

    #[test]
    fn fields_are_named_as_limits_in_words_are() {
        let template = read(
            b"# T\n- [ ] API latency:\n  - p95: ___ ms\n- Error rates: ___ %\n- API latency (p50, p99): ___ms, ___ms\n- Cache hit rate (Redis): ___ %\n",
        );
        let named: Vec<_> =
            template.items.iter().filter(|item| is_number(item)).map(|item| names(&template, item)).collect();
        let expected: [&[&str]; 5] = [
            &["api_latency.p95", "latency.p95", "p95"],
            &["error_rate"],
            &["api_latency.p50", "latency.p50", "p50"],
            &["api_latency.p99", "latency.p99", "p99"],
            &["cache_hit_rate"],
        ];
        assert_eq!(named, expected);
    }
}
