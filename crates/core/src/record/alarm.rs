//! The record's current values by the names that conditions use, and what the checklist watches with them: rollback triggers and
//! the decision matrix.
//!
//! A percentile of the latency is known as `p95`, `latency.p95` and `response_time.p95`. Fields of the baseline count as baseline only. What was entered before the deployment trips
//! nothing after it. Kept by [`super::fold`] one value at a time, so that the cost does not grow with the record.

use super::conduct::Conduct;
use super::log::Entry;
use super::measure::{is_percentile, names, names_of};
use super::view::View;
use crate::checklist::{Cell, Item, ItemKind, LimitRole, Mark, NodeKind, TablePurpose, Template};
use crate::condition::quantity::{Quantity, TimeUnit, Unit};
use crate::condition::{Condition, Facts, Outcome, Sample, Series};
use crate::id::{Digest, ItemId};
use crate::time::Timestamp;
use crate::tree;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Samples that are kept of each series; what is older plays no part in any condition.
const SAMPLES: usize = 500;

/// A condition that calls for going back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// As the checklist says it.
    pub label: String,
    /// The condition, if numbers can tell.
    pub condition: Option<Condition>,
    /// The item to tick when it occurs, if there is one.
    pub item: Option<ItemId>,
}

/// A trigger that tripped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tripped {
    /// Index into [`Conduct::triggers`].
    pub trigger: usize,
    /// When.
    pub at: Timestamp,
    /// By which event.
    pub event: Digest,
    /// With the values put in.
    pub shown: String,
    /// When it held no longer.
    pub until: Option<Timestamp>,
    /// How many decisions had been taken before: the next one is about it.
    pub decisions: usize,
}

/// The row of the decision matrix that the numbers call for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixRow {
    /// Index of the row.
    pub row: usize,
    /// Its cells with the names of their columns.
    pub cells: Vec<(String, String)>,
    /// Which cells hold, with the values.
    pub shown: String,
    /// Since when; its deadline counts from here.
    pub since: Timestamp,
    /// How long the row gives to act, in milliseconds.
    pub within: Option<i64>,
}

impl MatrixRow {
    /// The first cell: how severe it is.
    pub fn name(&self) -> &str {
        self.cells.first().map(|(_, cell)| cell.as_str()).unwrap_or_default()
    }

    /// What to do.
    pub fn action(&self) -> &str {
        let action = self.cells.iter().find(|(head, _)| head.to_lowercase().contains("action"));
        action.map(|(_, cell)| cell.as_str()).unwrap_or_default()
    }

    /// When the time to act is over.
    pub fn due(&self) -> Option<Timestamp> {
        self.within.map(|within| Timestamp::from_millis(self.since.millis() + within))
    }
}

/// What is known of the checklist's triggers and matrix before anything happens.
pub(super) fn conduct_of(template: &Template) -> Conduct {
    let is_matrix =
        |node: &crate::checklist::Node| matches!(node.kind, NodeKind::Table { purpose: TablePurpose::Decision, .. });
    let known = |item: &Item| matches!(item.kind, ItemKind::Field { .. }).then(|| Arc::new(Named::of(template, item)));
    Conduct {
        triggers: triggers(template),
        has_deploy: template.items.iter().any(Item::is_deploy),
        matrix_node: template.nodes.iter().position(is_matrix),
        deployment: template.deploy_item().map(|item| item.id.clone()),
        fields: template.items.iter().map(known).collect(),
        ..Conduct::default()
    }
}

/// The triggers that a checklist names: lines under headings that speak of triggers.
fn triggers(template: &Template) -> Vec<Trigger> {
    let of_triggers = |section: usize| {
        let title = template.sections.get(section).map(|section| section.title.to_lowercase());
        title.is_some_and(|title| title.contains("trigger"))
    };
    let lines = template.nodes.iter().filter(|node| of_triggers(node.section)).filter_map(|node| match &node.kind {
        NodeKind::Criterion { text, condition: Some(condition), .. } => {
            Some(Trigger { label: text.clone(), condition: Some((**condition).clone()), item: None })
        }
        _ => None,
    });
    let tasks =
        template.items.iter().filter(|item| of_triggers(item.section) && matches!(item.kind, ItemKind::Task { .. }));
    let tasks = tasks.map(|item| {
        let alert = item.limits.iter().find(|limit| limit.role == LimitRole::Alert);
        let condition = alert.or(item.limits.first()).map(|limit| limit.condition.clone());
        Trigger { label: item.label.clone(), condition, item: Some(item.id.clone()) }
    });
    lines.chain(tasks).collect()
}

/// What conditions know a field by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    names: Vec<String>,
    /// It is measured before the deployment.
    baseline: bool,
}

impl Named {
    fn of(template: &Template, item: &Item) -> Self {
        Self { names: known_as(names(template, item)), baseline: is_baseline(template, item) }
    }
}

/// The names of its measurement, and of a percentile that says nothing else than a latency both words for that: a trigger may
/// use either.
fn known_as(mut names: Vec<String>) -> Vec<String> {
    const LATENCY: [&str; 4] = ["latency", "response", "time", "api"];
    let words = names.first().and_then(|longest| longest.rsplit_once('.')).map(|(words, _)| words.to_owned());
    let is_latency = words.is_none_or(|words| words.split('_').any(|word| LATENCY.contains(&word)));
    if let Some(percentile) = names.last().filter(|last| is_latency && is_percentile(last)).cloned() {
        names.extend(["latency", "response_time"].map(|words| format!("{words}.{percentile}")));
    }
    let mut names = tree::sorted(names);
    names.dedup();
    names
}

fn is_baseline(template: &Template, item: &Item) -> bool {
    let marked = |marks: &[Mark]| marks.contains(&Mark::Baseline);
    let parent = item.parent.as_ref().and_then(|parent| template.item(parent));
    marked(&item.marks)
        || parent.is_some_and(|parent| marked(&parent.marks))
        || template.sections.get(item.section).is_some_and(|section| marked(&section.marks))
}

impl Conduct {
    /// The triggers that hold now and that nobody has decided about, with what they say.
    pub fn standing_triggers(&self) -> impl Iterator<Item = (&str, &Tripped)> {
        let standing = self.tripped.iter().filter(|tripped| tripped.until.is_none());
        standing.filter_map(|tripped| Some((self.triggers.get(tripped.trigger)?.label.as_str(), tripped)))
    }

    fn keep_value(&mut self, name: &str, text: Option<&str>, baseline: bool, at: Timestamp) {
        let Facts { values, baseline: before, series } = &mut self.facts;
        let values = if baseline { before } else { values };
        let Some(text) = text else { return drop(values.remove(name)) };
        match values.get_mut(name) {
            Some(value) => *value = text.into(),
            None => drop(values.insert(name.to_owned(), text.into())),
        }
        if baseline {
            return;
        }
        if !series.contains_key(name) {
            series.insert(name.to_owned(), Series::Samples(Vec::new()));
        }
        if let Some(Series::Samples(samples)) = series.get_mut(name) {
            samples.push(Sample { at, value: text.into() });
            let surplus = samples.len().saturating_sub(SAMPLES);
            samples.drain(..surplus);
        }
    }

    fn trip(&mut self, trigger: usize, holds: Outcome, shown: String, entry: &Entry) {
        let standing = self.tripped.iter_mut().rev().find(|of| of.trigger == trigger && of.until.is_none());
        match (standing, holds) {
            (None, Outcome::Met) => self.tripped.push(Tripped {
                trigger,
                at: entry.event.at,
                event: entry.id,
                shown,
                until: None,
                decisions: self.decisions.len(),
            }),
            (Some(standing), Outcome::NotMet) => standing.until = Some(entry.event.at),
            // What is no longer known has not gone away.
            _ => {}
        }
    }
}

impl View {
    /// Takes an answer into the current values, and looks whether it trips something.
    pub(super) fn note_value(&mut self, entry: &Entry, id: &ItemId) {
        let template = Arc::clone(&self.template);
        let Some(item) = template.item(id) else { return };
        let is_field = matches!(item.kind, ItemKind::Field { .. });
        let entered = self.item(id);
        let text = entered.text.clone().filter(|_| is_field);
        if matches!(item.kind, ItemKind::Task { .. }) && !self.conduct.triggers.is_empty() {
            let outcome = Outcome::from(entered.state == super::State::Done);
            let by = entered.answers.last().map(|given| given.by.to_string()).unwrap_or_default();
            let ticked = self.conduct.triggers.iter().position(|trigger| trigger.item.as_ref() == Some(id));
            if let Some(trigger) = ticked {
                self.conduct.trip(trigger, outcome, format!("ticked by {by}"), entry);
            }
        }
        if is_field {
            self.note_measured(entry, item, text.as_deref());
        }
    }

    /// Takes a field's value, or that it has none any more, into the current values, and looks whether it trips something.
    pub(super) fn note_measured(&mut self, entry: &Entry, item: &Item, text: Option<&str>) {
        let template = Arc::clone(&self.template);
        let known = template.place(&item.id).and_then(|at| self.conduct.fields.get(at)?.clone());
        let known = known.unwrap_or_else(|| Arc::new(Named::of(&template, item)));
        for name in &known.names {
            self.conduct.keep_value(name, text, known.baseline, entry.event.at);
        }
        let live = self.conduct.deployed.is_some() || !self.conduct.has_deploy;
        if live {
            self.watch(entry, &known.names);
            self.look_up(entry, &template);
        }
    }

    /// What was measured before the deployment says nothing of what is deployed.
    pub(super) fn forget_values(&mut self) {
        let facts = &mut self.conduct.facts;
        facts.values.clear();
        facts.series.clear();
    }

    fn watch(&mut self, entry: &Entry, changed: &[String]) {
        for at in 0..self.conduct.triggers.len() {
            let condition = self.conduct.triggers.get(at).and_then(|trigger| trigger.condition.as_ref());
            let Some(condition) = condition else { continue };
            if condition.measurements().iter().any(|name| changed.contains(name)) {
                let found = condition.evaluate(&self.conduct.facts);
                self.conduct.trip(at, found.outcome, found.shown, entry);
            }
        }
    }

    fn look_up(&mut self, entry: &Entry, template: &Template) {
        let Some(node) = self.conduct.matrix_node.and_then(|at| template.nodes.get(at)) else { return };
        let NodeKind::Table { head, rows, .. } = &node.kind else { return };
        let found = row_of(head, rows, &self.conduct.facts);
        let same = |known: &MatrixRow| found.as_ref().is_some_and(|(row, ..)| known.row == *row);
        match (found.as_ref(), self.conduct.matrix.as_mut()) {
            (Some((_, _, shown, _)), Some(known)) if same(known) => known.shown.clone_from(shown),
            _ => {
                self.conduct.matrix = found.map(|(row, cells, shown, within)| MatrixRow {
                    row,
                    cells,
                    shown,
                    since: entry.event.at,
                    within,
                });
            }
        }
    }
}

type Row = (usize, Vec<(String, String)>, String, Option<i64>);

/// The first row of which a cell holds: the rows stand by severity, and the worse reading counts.
fn row_of(head: &[String], rows: &[Vec<Cell>], facts: &Facts) -> Option<Row> {
    let text = |cell: &Cell| match cell {
        Cell::Text { text } | Cell::Slot { text, .. } => text.clone(),
    };
    rows.iter().enumerate().find_map(|(row, cells)| {
        let cells: Vec<(String, String)> = head.iter().cloned().zip(cells.iter().map(text)).collect();
        let holding: Vec<String> = cells.iter().filter_map(|(head, cell)| holds(head, cell, facts)).collect();
        let within = cells.iter().find(|(head, _)| head.to_lowercase().contains("within"));
        let within = within.and_then(|(_, cell)| duration_in(&cell.to_lowercase())).map(|(_, most)| most);
        (!holding.is_empty()).then(|| (row, cells, holding.join(", "), within))
    })
}

/// A band of a matrix against the value that its column is named after.
fn holds(head: &str, cell: &str, facts: &Facts) -> Option<String> {
    let mut known = names_of(head, None);
    if known.iter().any(|name| matches!(name.as_str(), "response_time" | "latency")) {
        known.extend(["p95", "p99"].map(str::to_owned));
    }
    let value = known.iter().find_map(|name| facts.values.get(name))?.as_str()?;
    let band = cell.trim().replace(['–', '—'], "-");
    let expression = match band.split_once('-') {
        Some((low, high)) if !band.starts_with(['<', '>', '≤', '≥']) => {
            let unit: String = high.chars().skip_while(|c| c.is_ascii_digit() || *c == '.').collect();
            let low = if low.ends_with(|c: char| c.is_ascii_digit()) { format!("{low}{unit}") } else { low.to_owned() };
            format!("value in {low}..{high}")
        }
        _ => format!("value {band}"),
    };
    let condition: Condition = expression.parse().ok()?;
    let found = condition.evaluate(&Facts::of_value(value));
    (found.outcome == Outcome::Met).then(|| format!("{head} {value} is in {cell}"))
}

/// The first length of time in a text, the least and the most in milliseconds: «within 24-48 hours», «<5 min», «for 1 hour».
pub(super) fn duration_in(text: &str) -> Option<(i64, i64)> {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        rest = rest.get(at..)?;
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let first = digits(rest);
        let (low, tail) = rest.split_at_checked(first)?;
        let (high, tail) = match tail.trim_start().strip_prefix(['-', '–']) {
            Some(tail) if digits(tail.trim_start()) > 0 => {
                let tail = tail.trim_start();
                tail.split_at_checked(digits(tail))?
            }
            _ => (low, tail),
        };
        let unit: String = tail.trim_start_matches(['-', ' ']).chars().take_while(|c| c.is_alphabetic()).collect();
        let millis = |amount: &str| {
            let quantity: Quantity = format!("{amount} {unit}").parse().ok()?;
            quantity.convert(Unit::Time(TimeUnit::Millisecond))?.amount.to_string().parse::<i64>().ok()
        };
        if let (false, Some(low), Some(high)) = (unit.is_empty(), millis(low), millis(high)) {
            return Some((low, high));
        }
        rest = rest.get(first..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_known_by_the_names_that_conditions_use() {
        for (label, name) in [
            ("Error rate", "error_rate"),
            ("p99", "latency.p99"),
            ("p95", "p95"),
            ("Response time, p95", "response_time.p95"),
            ("Query time p95", "query_time.p95"),
            ("Reserve calculation p99", "reserve_calculation.p99"),
        ] {
            let known = known_as(names_of(label, None));
            assert!(known.contains(&name.to_owned()), "{label}: {known:?}");
        }
    }

    #[test]
    fn lengths_of_time_are_found_in_words() {
        const HOUR: i64 = 3_600_000;
        for (text, found) in [
            ("watch the metrics for 1 hour", Some((HOUR, HOUR))),
            ("watch for 48-72 hours", Some((48 * HOUR, 72 * HOUR))),
            ("fix a date for the post-mortem, within 24 hours", Some((24 * HOUR, 24 * HOUR))),
            ("<5 min", Some((300_000, 300_000))),
            ("stage 2, for 30 min", Some((1_800_000, 1_800_000))),
            ("watch 3 dashboards", None),
            ("next deploy", None),
        ] {
            assert_eq!(duration_in(text), found, "{text}");
        }
    }
}
