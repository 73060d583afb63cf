//! The baseline: what was measured before the deployment, frozen in the log, and what later values are compared with.
//!
//! A checklist has one if a section, task or field is marked `baseline`, or, without any such mark, if its words say so before
//! the deploy task. Better, worse and similar are computed here, exactly, with a stated dead-band; they propose answers to the
//! checklist's own questions and never give one. Limits that name the baseline are judged by [`crate::condition`].

use super::answer::{Person, State};
use super::deviation::{Deviation, DeviationKind};
use super::event::BaselineValue;
use super::measure::{dimension, is_number, names, quantity};
use super::view::{Note, View};
use crate::checklist::{Item, ItemKind, LimitRole, Mark, Section, Template};
use crate::condition::quantity::{Dimension, Quantity, Unit};
use crate::id::{Digest, ItemId};
use crate::time::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A value this close to the baseline is similar, in percent of the baseline value, unless the checklist states another band
/// with `dead-band`.
pub const DEAD_BAND: Decimal = Decimal::from_parts(5, 0, 0, false, 0);

/// Where a record's baseline stands.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Baseline {
    /// The values as they stand, if they were frozen: corrections are in them.
    pub frozen: Option<Frozen>,
    /// Why there is none, if it was waived.
    pub waived: Option<Note>,
    /// What was corrected after it was frozen.
    pub corrections: Vec<Correction>,
}

/// A frozen baseline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The event.
    pub event: Digest,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Person,
    /// The values.
    pub values: Vec<BaselineValue>,
    /// Items of the baseline that had no value then.
    pub missing: Vec<ItemId>,
}

/// A value of the baseline that was changed after it was frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Which.
    pub item: ItemId,
    /// The value as it was frozen or last corrected.
    pub then: String,
    /// The value now; none: taken away.
    pub now: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who.
    pub by: Person,
    /// When.
    pub at: Timestamp,
    /// Items that had been judged or answered with the former value.
    pub used_by: Vec<ItemId>,
}

/// A later value against the one in the baseline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The item with the later value.
    pub item: ItemId,
    /// The baseline's item.
    pub of: ItemId,
    /// The value before.
    pub before: String,
    /// The value after.
    pub after: String,
    /// What it comes to.
    pub trend: Trend,
    /// With the arithmetic: `612 ms, before 480 ms: +27.5%, beyond ±5% → worse`.
    pub shown: String,
}

/// How a later value stands to the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// It went the way it should, farther than the dead-band.
    Better,
    /// It went the other way, farther than the dead-band.
    Worse,
    /// It stayed within the dead-band.
    Similar,
    /// It cannot be told.
    Unknown,
}

impl Trend {
    /// As the screen and the report say it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Similar => "similar",
            Self::Unknown => "unknown",
        }
    }
}

/// What the comparison proposes for a question of the checklist. A person answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The question.
    pub item: ItemId,
    /// The option that the values speak for.
    pub option: String,
    /// The values, with the arithmetic.
    pub reason: String,
}

/// The fields that make up the baseline, in the file's order.
pub fn members(template: &Template) -> Vec<&Item> {
    let of_section = |section: &Section| section.marks.contains(&Mark::Baseline);
    let of_item = |item: &Item| item.marks.contains(&Mark::Baseline);
    if template.sections.iter().any(of_section) || template.items.iter().any(of_item) {
        return template
            .items
            .iter()
            .filter(|item| {
                is_number(item) && (above(template, item).any(of_item) || sections(template, item).any(of_section))
            })
            .collect();
    }
    let deploy = template.deploy_item().map_or(u32::MAX, |deploy| deploy.line);
    let said = |item: &&Item| {
        item.line < deploy
            && (above(template, item).skip(1).any(|task| says_baseline(&task.label))
                || sections(template, item).any(|section| section.level > 1 && says_baseline(&section.title)))
    };
    template.items.iter().filter(|item| is_number(item)).filter(said).collect()
}

/// The item and the tasks that it is nested in. A checklist nests no deeper than its lists.
fn above<'t>(template: &'t Template, item: &'t Item) -> impl Iterator<Item = &'t Item> {
    std::iter::successors(Some(item), |item| template.item(item.parent.as_ref()?)).take(64)
}

fn sections<'t>(template: &'t Template, item: &Item) -> impl Iterator<Item = &'t Section> + use<'t> {
    let first = template.sections.get(item.section);
    std::iter::successors(first, |section| template.sections.get(section.parent?)).take(8)
}

fn says_baseline(words: &str) -> bool {
    let words = words.to_lowercase();
    let says =
        ["baseline", "ausgangswert", "figures before", "werte vor dem deploy"].iter().any(|say| words.contains(say));
    says && !["compar", "against", "than", "vs", "vergleich"].iter().any(|later| words.contains(later))
}

/// The value of the baseline that a later field is compared with: of the same name and dimension.
pub(super) fn before<'v>(view: &'v View, item: &Item) -> Option<&'v BaselineValue> {
    let frozen = view.baseline.frozen.as_ref()?;
    if !is_number(item) || frozen.values.iter().any(|value| value.item == item.id) {
        return None;
    }
    let own = names(&view.template, item);
    let same = |value: &&BaselineValue| {
        let of = view.template.item(&value.item);
        of.is_some_and(|of| {
            dimension(of) == dimension(item) && names(&view.template, of).iter().any(|name| own.contains(name))
        })
    };
    frozen.values.iter().find(same)
}

/// A field's value, as it stands or as it is being typed, against the baseline. None if the baseline has nothing like it.
pub fn compare(view: &View, item: &Item, text: &str) -> Option<Comparison> {
    let before = before(view, item)?;
    let of = view.template.item(&before.item)?;
    let (trend, arithmetic) = match (quantity(&before.value), quantity(text)) {
        (Some(was), Some(is)) => trend(&was, &is, direction(&[item, of]), dead_band(&view.template, of)),
        _ => (Trend::Unknown, "not both are numbers with a known unit".to_owned()),
    };
    Some(Comparison {
        item: item.id.clone(),
        of: before.item.clone(),
        before: before.value.clone(),
        after: text.to_owned(),
        trend,
        shown: format!("{text}, before {}: {arithmetic} → {}", before.value, trend.words()),
    })
}

/// Every later value that the baseline has a counterpart for, in the file's order.
pub fn comparisons(view: &View) -> Vec<Comparison> {
    if view.baseline.frozen.is_none() {
        return Vec::new();
    }
    let entered = |item: &Item| compare(view, item, view.item(&item.id).text.as_deref()?);
    view.template.items.iter().filter_map(entered).collect()
}

/// What is better for these fields: less or more. Their own limits say it, or their names, or nobody.
fn direction(items: &[&Item]) -> Option<Ordering> {
    let stated = items.iter().flat_map(|item| &item.limits).find_map(|limit| {
        let way = limit.condition.direction()?;
        Some(if limit.role == LimitRole::Alert { way.reverse() } else { way })
    });
    const LESS: [&str; 16] = [
        "latency", "error", "time", "duration", "lag", "queue", "depth", "cpu", "memory", "fail", "crash", "incident",
        "retries", "dead", "slow", "usage",
    ];
    const MORE: [&str; 6] = ["success", "hit", "uptime", "availability", "throughput", "delivery"];
    stated.or_else(|| {
        let item = items.first()?;
        let words = item.label.to_lowercase();
        let says = |known: &[&str]| known.iter().any(|word| words.contains(word));
        match () {
            () if says(&MORE) => Some(Ordering::Greater),
            () if says(&LESS) || matches!(dimension(item), Some(Dimension::Time)) => Some(Ordering::Less),
            () => None,
        }
    })
}

/// In percent.
fn dead_band(template: &Template, member: &Item) -> Decimal {
    let stated = |marks: &[Mark]| {
        marks.iter().find_map(|mark| match mark {
            Mark::DeadBand { percent } => percent.parse().ok(),
            _ => None,
        })
    };
    let of_items = above(template, member).find_map(|item| stated(&item.marks));
    of_items.or_else(|| sections(template, member).find_map(|section| stated(&section.marks))).unwrap_or(DEAD_BAND)
}

fn trend(was: &Quantity, is: &Quantity, better: Option<Ordering>, band: Decimal) -> (Trend, String) {
    let unknown = |why: &str| (Trend::Unknown, why.to_owned());
    let Some(is) = is.convert(was.unit) else { return unknown("the units do not convert") };
    let Some(by) = is.amount.checked_sub(was.amount) else { return unknown("too large to compare") };
    let Some(limit) = was.amount.abs().checked_mul(band).and_then(|scaled| scaled.checked_div(Decimal::ONE_HUNDRED))
    else {
        return unknown("too large to compare");
    };
    let sign = if by > Decimal::ZERO { "+" } else { "" };
    let step = by.checked_mul(Decimal::ONE_HUNDRED).and_then(|scaled| scaled.checked_div(was.amount.abs()));
    let step = match step {
        // A percentage changes by points, and that is what people say.
        Some(percent) if was.unit == Unit::Percent => {
            format!("{sign}{} points, {sign}{}%", by.normalize(), percent.round_dp(2).normalize())
        }
        Some(percent) => format!("{sign}{}%", percent.round_dp(2).normalize()),
        None => format!("{sign}{}", Quantity::new(by.normalize(), was.unit)),
    };
    let band = band.normalize();
    if by.abs() <= limit {
        return (Trend::Similar, format!("{step}, within ±{band}%"));
    }
    let beyond = format!("{step}, beyond ±{band}%");
    match better {
        Some(way) if by.cmp(&Decimal::ZERO) == way => (Trend::Better, beyond),
        Some(_) => (Trend::Worse, beyond),
        None => (Trend::Unknown, format!("{beyond}, and nothing says whether more or less is better")),
    }
}

/// What the options of a question mean, if it is one that a comparison can answer: yes, no, similar.
fn question(item: &Item) -> Option<[&str; 3]> {
    let ItemKind::Choice { options } = &item.kind else { return None };
    let find = |words: &[&str]| {
        options.iter().map(String::as_str).find(|option| words.contains(&option.to_lowercase().as_str()))
    };
    let yes = find(&["yes", "ja", "oui", "sí", "better", "besser"])?;
    let no = find(&["no", "nein", "non", "worse", "schlechter"])?;
    Some([yes, no, find(&["similar", "same", "unchanged", "ähnlich", "gleich"])?])
}

/// Proposals for the checklist's own questions («Latency improved? ☐ Yes ☐ No ☐ Similar»), from the newest value of each
/// measurement. None where a value that counts is missing or cannot be told.
pub fn proposals(view: &View) -> Vec<Proposal> {
    let all = newest(view);
    if all.is_empty() {
        return Vec::new();
    }
    view.template.items.iter().filter_map(|item| propose(view, item, &all)).collect()
}

fn propose(view: &View, item: &Item, all: &[Comparison]) -> Option<Proposal> {
    let [yes, no, similar] = question(item)?;
    let about: Vec<&Comparison> = all.iter().filter(|found| is_about(view, item, found)).collect();
    let about: Vec<&Comparison> = if about.is_empty() { all.iter().collect() } else { about };
    // What nobody can call better or worse does not count; what could not be compared at all holds the proposal back.
    let told: Vec<&Comparison> = about.iter().copied().filter(|found| found.trend != Trend::Unknown).collect();
    let has = |trend| told.iter().any(|found| found.trend == trend);
    let words = item.label.to_lowercase();
    let asks_worse = ["worse", "degrad", "slower", "schlechter"].iter().any(|word| words.contains(word));
    let (better, worse) = if asks_worse { (no, yes) } else { (yes, no) };
    let option = match () {
        () if told.is_empty() => return None,
        () if has(Trend::Worse) => worse,
        () if has(Trend::Better) => better,
        () => similar,
    };
    let shown = told.iter().map(|found| format!("{}: {}", view.label(&found.item), found.shown));
    Some(Proposal { item: item.id.clone(), option: option.to_owned(), reason: shown.collect::<Vec<_>>().join("; ") })
}

/// Of the comparisons with one baseline value the newest.
fn newest(view: &View) -> Vec<Comparison> {
    let entered = |found: &Comparison| view.item(&found.item).answers.last().map(|given| given.seq);
    let mut kept: Vec<Comparison> = Vec::new();
    for found in comparisons(view) {
        match kept.iter_mut().find(|other| other.of == found.of) {
            Some(other) if entered(other) < entered(&found) => *other = found,
            Some(_) => {}
            None => kept.push(found),
        }
    }
    kept
}

/// The question names what was measured: «Error rate improved?» is about the error rate, «Latency improved?» about all times.
fn is_about(view: &View, question: &Item, found: &Comparison) -> bool {
    let Some(member) = view.template.item(&found.of) else { return false };
    let words = question.label.to_lowercase();
    let asked: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).map(|word| word.trim_end_matches('s')).collect();
    let all_names = names(&view.template, member).join(".");
    let mut named = all_names.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2 && *word != "rate");
    let is_time = matches!(dimension(member), Some(Dimension::Time));
    named.any(|word| asked.contains(&word))
        || (is_time && asked.iter().any(|word| ["latency", "latenz", "speed"].contains(word)))
}

impl View {
    /// The checklist has a baseline, and it is neither frozen nor waived.
    pub fn baseline_is_open(&self) -> bool {
        self.baseline.frozen.is_none() && self.baseline.waived.is_none() && !members(&self.template).is_empty()
    }

    /// The values to freeze as they stand, and the fields without one. Fields that were set aside are not missing.
    pub(super) fn baseline_values(&self) -> (Vec<BaselineValue>, Vec<ItemId>) {
        let (mut values, mut missing) = (Vec::<BaselineValue>::new(), Vec::new());
        for member in members(&self.template) {
            let entered = self.item(&member.id);
            let Some(text) = &entered.text else {
                missing.extend((entered.state == State::Open).then(|| member.id.clone()));
                continue;
            };
            let name = names(&self.template, member).into_iter().next().unwrap_or_else(|| member.id.to_string());
            // Two fields of one name are told apart by their ids.
            let taken = values.iter().any(|value| value.name == name);
            let name = if taken { format!("{name}.{}", member.id) } else { name };
            values.push(BaselineValue { name, item: member.id.clone(), value: text.clone() });
        }
        (values, missing)
    }

    /// Which items were judged or answered with a value of the baseline.
    pub(super) fn users_of(&self, member: &ItemId) -> Vec<ItemId> {
        let compared = |item: &Item| before(self, item).is_some_and(|before| before.item == *member);
        let Some(of) = self.template.item(member) else { return Vec::new() };
        let known = names(&self.template, of);
        let limited = |item: &Item| {
            let asked = item.limits.iter().flat_map(|limit| limit.condition.baselines());
            asked.into_iter().any(|name| known.contains(&name))
        };
        let all = newest(self);
        let asked = |item: &Item| {
            question(item).is_some()
                && (all.iter().any(|found| found.of == *member && is_about(self, item, found))
                    || !all.iter().any(|found| is_about(self, item, found)))
        };
        let used = |item: &&Item| {
            self.item(&item.id).text.is_some() && item.id != *member && (compared(item) || limited(item) || asked(item))
        };
        self.template.items.iter().filter(used).map(|item| item.id.clone()).collect()
    }
}

/// Appends the deviations of a record's baseline.
pub(super) fn deviations(view: &View, found: &mut Vec<Deviation>) {
    let label = || "Baseline".to_owned();
    if let Some(waived) = &view.baseline.waived {
        let (kind, detail, at) = (DeviationKind::BaselineWaived, waived.text.clone(), Some(waived.at));
        found.push(Deviation { kind, item: None, label: label(), detail, by: Some(waived.by.clone()), at });
    }
    if let Some(frozen) = view.baseline.frozen.as_ref().filter(|frozen| !frozen.missing.is_empty()) {
        let labels: Vec<_> = frozen.missing.iter().map(|item| view.label(item)).collect();
        let detail = format!("frozen without {}", labels.join(", "));
        let (by, at) = (Some(frozen.by.clone()), Some(frozen.at));
        found.push(Deviation { kind: DeviationKind::BaselineIncomplete, item: None, label: label(), detail, by, at });
    }
    for correction in &view.baseline.corrections {
        let now = correction.now.as_deref().unwrap_or("taken away");
        let reason = correction.reason.as_deref().unwrap_or("no reason given");
        found.push(Deviation {
            kind: DeviationKind::BaselineCorrected,
            item: Some(correction.item.clone()),
            label: view.label(&correction.item),
            detail: format!("{} → {now}: {reason}", correction.then),
            by: Some(correction.by.clone()),
            at: Some(correction.at),
        });
    }
    for (id, item) in &view.items {
        if let (Some(stale), Some(last)) = (&item.stale, item.answers.last()) {
            let (by, at) = (Some(last.by.clone()), Some(last.at));
            let (kind, label) = (DeviationKind::VerdictStale, view.label(id));
            found.push(Deviation { kind, item: Some(id.clone()), label, detail: stale.clone(), by, at });
        }
    }
}
