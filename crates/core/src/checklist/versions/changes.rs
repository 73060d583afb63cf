//! What is different between two versions, item by item, section by section, and in the rules of the whole.

use super::lineage::Lineage;
use super::{Change, Detail, Difference, Fate};
use crate::checklist::{Item, ItemKind, LimitRole, Mark, NodeKind, PolicyRule, Section, Template};
use crate::id::ItemId;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Compares two versions of a checklist.
pub fn difference(old: &Template, new: &Template) -> Difference {
    let lineage = Lineage::between(old, new);
    let sections = Sections::of(old, new, &lineage);
    let moved = moved(old, new, &lineage, &sections);
    let (before, after) = (Asked::of(old), Asked::of(new));
    let mut unchanged = 0;
    let mut changes: Vec<((usize, usize), Change)> = Vec::new();
    for (at, item) in new.items.iter().enumerate() {
        let change = match lineage.old_of(at).and_then(|was| old.items.get(was)) {
            Some(was) => {
                let mut details = before.details(was, &after, item);
                let mut fate = Fate::Changed;
                match (details.is_empty(), moved.contains(&at)) {
                    (true, false) => {
                        unchanged += 1;
                        continue;
                    }
                    (true, true) => fate = Fate::Moved,
                    (false, _) => {}
                }
                let (then, now) = (title_of(old, was.section), title_of(new, item.section));
                if moved.contains(&at) && then != now {
                    details.push(Detail { what: "place".to_owned(), then, now });
                }
                Change { fate, details, old: Some(was.id.clone()), ..change_of(new, item, Fate::Changed) }
            }
            None => match lineage.split_from(at).and_then(|whole| old.items.get(whole)) {
                Some(whole) => {
                    let from = Detail { what: "from".to_owned(), then: whole.label.clone(), now: String::new() };
                    Change { details: vec![from], ..change_of(new, item, Fate::Split) }
                }
                None => change_of(new, item, Fate::Added),
            },
        };
        changes.push(((at, 0), Change { new: Some(item.id.clone()), ..change }));
    }
    let mut stood = 0;
    for (at, item) in old.items.iter().enumerate() {
        if let Some(is) = lineage.new_of(at) {
            stood = is;
            continue;
        }
        let gone = match lineage.merged_into(at).and_then(|whole| new.items.get(whole)) {
            Some(whole) => {
                let into = Detail { what: "into".to_owned(), then: String::new(), now: whole.label.clone() };
                Change { details: vec![into], ..change_of(old, item, Fate::Merged) }
            }
            None => change_of(old, item, Fate::Removed),
        };
        changes.push(((stood, at + 1), Change { old: Some(item.id.clone()), ..gone }));
    }
    changes.sort_by_key(|(place, _)| *place);
    let mut changes: Vec<Change> = changes.into_iter().map(|(_, change)| change).collect();
    sections.changes(old, new, &mut changes);
    rules(old, new, &mut changes);
    Difference { changes, unchanged }
}

fn change_of(template: &Template, item: &Item, fate: Fate) -> Change {
    Change {
        fate,
        what: kind(item).to_owned(),
        title: item.label.clone(),
        place: title_of(template, item.section),
        details: Vec::new(),
        old: None,
        new: None,
        line: item.line,
    }
}

fn kind(item: &Item) -> &'static str {
    match item.kind {
        ItemKind::Task { .. } => "task",
        ItemKind::Field { .. } => "field",
        ItemKind::Choice { .. } => "choice",
        ItemKind::SignOff { .. } => "sign-off",
        ItemKind::Gate { .. } => "gate",
    }
}

fn title_of(template: &Template, section: usize) -> String {
    template.sections.get(section).map(|section| section.title.clone()).unwrap_or_default()
}

/// What a version asks of each item beyond its own members: the criteria under it.
struct Asked<'t> {
    criteria: HashMap<&'t ItemId, Vec<&'t str>>,
}

impl<'t> Asked<'t> {
    fn of(template: &'t Template) -> Self {
        let mut criteria: HashMap<&ItemId, Vec<&str>> = HashMap::new();
        for node in &template.nodes {
            if let NodeKind::Criterion { of: Some(item), text, .. } = &node.kind {
                criteria.entry(item).or_default().push(text);
            }
        }
        Self { criteria }
    }

    /// What is different between an item and what it is now.
    fn details(&self, was: &Item, after: &Self, is: &Item) -> Vec<Detail> {
        let mut details = Vec::new();
        let mut compare = |what: &str, then: String, now: String| {
            if then != now {
                details.push(Detail { what: what.to_owned(), then, now });
            }
        };
        compare("title", was.label.clone(), is.label.clone());
        compare("kind", kind(was).to_owned(), kind(is).to_owned());
        let mut parts = [parts(was), parts(is)].into_iter();
        let (mut then, mut now) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let names: Vec<&str> =
            then.keys().chain(now.keys()).copied().collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        for name in names {
            compare(name, then.remove(name).unwrap_or_default(), now.remove(name).unwrap_or_default());
        }
        let criteria = |of: &Self, item: &Item| of.criteria.get(&item.id).cloned().unwrap_or_default();
        let (then, now) = (criteria(self, was), criteria(after, is));
        let only = |these: &[&str], those: &[&str]| -> Vec<String> {
            let those: HashSet<&str> = those.iter().copied().collect();
            these.iter().filter(|text| !those.contains(**text)).map(|text| (*text).to_owned()).collect()
        };
        compare("criteria", only(&then, &now).join("; "), only(&now, &then).join("; "));
        details
    }
}

/// What an item asks for, by name, in words.
fn parts(item: &Item) -> BTreeMap<&'static str, String> {
    let mut parts = BTreeMap::new();
    let mut add = |name: &'static str, value: String| {
        if !value.is_empty() {
            parts.insert(name, value);
        }
    };
    match &item.kind {
        ItemKind::Task { .. } => {}
        ItemKind::Field { value, unit, default } => {
            add("takes", value.word().to_owned());
            add("unit", unit.as_deref().unwrap_or_default().to_owned());
            add("default", default.as_deref().unwrap_or_default().to_owned());
        }
        ItemKind::Choice { options } | ItemKind::Gate { options } => add("options", options.join(" / ")),
        ItemKind::SignOff { role } => add("role", role.clone()),
    }
    let limits = |role: LimitRole| {
        let of_role = item.limits.iter().filter(|limit| limit.role == role);
        of_role.map(|limit| limit.condition.to_string()).collect::<Vec<_>>().join("; ")
    };
    add("limit", limits(LimitRole::Target));
    add("alert", limits(LimitRole::Alert));
    add("owner", item.owner.as_deref().unwrap_or_default().to_owned());
    add("applies if", item.only_if.as_deref().unwrap_or_default().to_owned());
    add("commands", item.commands.join("; "));
    add("evidence", item.evidence.join(", "));
    add("annotations", item.marks.iter().map(mark).collect::<Vec<_>>().join(", "));
    parts
}

fn mark(mark: &Mark) -> String {
    match mark {
        Mark::Baseline => "baseline".to_owned(),
        Mark::DeadBand { percent } => format!("dead-band {percent}%"),
        Mark::Deploy => "deploy".to_owned(),
        Mark::Required => "required".to_owned(),
        Mark::SignOff { role, meaning } => format!("sign-off {role} {meaning}").trim_end().to_owned(),
        Mark::NoReturn { what } => format!("no-return {what}"),
        Mark::Phase { name } => format!("phase {name}"),
    }
}

/// Which section of the new version is which of the old one: the one that most of its items come from.
struct Sections {
    of_new: Vec<Option<usize>>,
}

impl Sections {
    fn of(old: &Template, new: &Template, lineage: &Lineage) -> Self {
        let mut votes: HashMap<(usize, usize), usize> = HashMap::new();
        for (was, is) in lineage.pairs() {
            if let (Some(was), Some(is)) = (old.items.get(was), new.items.get(is)) {
                *votes.entry((is.section, was.section)).or_default() += 1;
            }
        }
        let path = |of: &Template, section: &Section| {
            let above = section.parent.and_then(|parent| of.sections.get(parent));
            (above.map(|above| above.title.clone()).unwrap_or_default(), section.title.clone())
        };
        let mut by_path: HashMap<(String, String), Vec<usize>> = HashMap::new();
        for (at, section) in old.sections.iter().enumerate().rev() {
            by_path.entry(path(old, section)).or_default().push(at);
        }
        let mut votes: Vec<((usize, usize), usize)> = votes.into_iter().collect();
        votes.sort_by_key(|&((is, was), count)| (std::cmp::Reverse(count), is, was));
        let mut found = Self { of_new: vec![None; new.sections.len()] };
        let mut taken = HashSet::new();
        let mut take = |is: usize, was: usize, found: &mut Self| {
            if let Some(free) = found.of_new.get_mut(is).filter(|free| free.is_none())
                && taken.insert(was)
            {
                *free = Some(was);
            }
        };
        votes.into_iter().for_each(|((is, was), _)| take(is, was, &mut found));
        for (is, section) in new.sections.iter().enumerate() {
            if let Some(was) = by_path.get_mut(&path(new, section)).and_then(Vec::pop) {
                take(is, was, &mut found);
            }
        }
        found
    }

    fn old_of(&self, new: usize) -> Option<usize> {
        self.of_new.get(new).copied().flatten()
    }

    fn changes(&self, old: &Template, new: &Template, changes: &mut Vec<Change>) {
        let entry = |fate, of: &Template, section: &Section, details| Change {
            fate,
            what: "section".to_owned(),
            title: section.title.clone(),
            place: section.parent.map(|parent| title_of(of, parent)).unwrap_or_default(),
            details,
            old: None,
            new: None,
            line: section.line,
        };
        let mut order: Vec<(usize, usize)> = Vec::new();
        for (at, section) in new.sections.iter().enumerate().skip(1) {
            match self.old_of(at).and_then(|was| Some((was, old.sections.get(was)?))) {
                None => changes.push(entry(Fate::Added, new, section, Vec::new())),
                Some((was, before)) => {
                    order.push((was, at));
                    let details = section_details(before, section);
                    if !details.is_empty() {
                        changes.push(entry(Fate::Changed, new, section, details));
                    }
                }
            }
        }
        for at in out_of_order(&order) {
            if let Some(section) = new.sections.get(at) {
                changes.push(entry(Fate::Moved, new, section, Vec::new()));
            }
        }
        let known: HashSet<usize> = self.of_new.iter().flatten().copied().collect();
        let gone = old.sections.iter().enumerate().skip(1).filter(|(at, _)| !known.contains(at));
        changes.extend(gone.map(|(_, section)| entry(Fate::Removed, old, section, Vec::new())));
    }
}

fn section_details(was: &Section, is: &Section) -> Vec<Detail> {
    let of = |section: &Section| {
        [
            ("title", section.title.clone()),
            ("timing", section.timing.clone().unwrap_or_default()),
            ("traffic", section.traffic.clone().unwrap_or_default()),
            ("rollback", if section.rollback { "yes" } else { "" }.to_owned()),
            ("annotations", section.marks.iter().map(mark).collect::<Vec<_>>().join(", ")),
        ]
    };
    let pairs = of(was).into_iter().zip(of(is));
    pairs
        .filter(|((_, then), (_, now))| then != now)
        .map(|((what, then), (_, now))| Detail { what: what.to_owned(), then, now })
        .collect()
}

/// The new items that stand in another section than before, or in another order within theirs.
fn moved(old: &Template, new: &Template, lineage: &Lineage, sections: &Sections) -> HashSet<usize> {
    let mut moved = HashSet::new();
    let mut order: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
    for (was, is) in lineage.pairs() {
        let (Some(before), Some(after)) = (old.items.get(was), new.items.get(is)) else { continue };
        if sections.old_of(after.section) == Some(before.section) {
            order.entry(after.section).or_default().push((was, is));
        } else {
            moved.insert(is);
        }
    }
    for pairs in order.values() {
        moved.extend(out_of_order(pairs));
    }
    moved
}

/// Of pairs (old, new), in the order of the new: the new ones that do not belong to the longest run in the old order.
fn out_of_order(pairs: &[(usize, usize)]) -> Vec<usize> {
    // Patience: by length, the run that ends with the smallest old place; each pair knows the one before it in its run.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let old = |at: usize| pairs.get(at).map_or(usize::MAX, |pair| pair.0);
    for at in 0..pairs.len() {
        let length = ends.partition_point(|&end| old(end) < old(at));
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut run = HashSet::new();
    let mut next = ends.last().copied();
    while let Some(at) = next {
        run.insert(at);
        next = before.get(at).copied().flatten();
    }
    pairs.iter().enumerate().filter(|(at, _)| !run.contains(at)).map(|(_, pair)| pair.1).collect()
}

/// Rules of policy and offered probes that came or went.
fn rules(old: &Template, new: &Template, changes: &mut Vec<Change>) {
    let policy =
        |of: &Template| -> Vec<(String, u32)> { of.policy.iter().map(|line| (rule(&line.rule), line.line)).collect() };
    came_and_went("policy", &policy(old), &policy(new), changes);
    let probes = |of: &Template| -> Vec<(String, u32)> {
        let words = |probe: &crate::checklist::ProbeOffer| {
            let expect = probe.expect.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            format!("{} expects {expect}", probe.ask)
        };
        of.probes.iter().map(|probe| (words(probe), probe.line)).collect()
    };
    came_and_went("probe", &probes(old), &probes(new), changes);
}

/// A rule of policy as the front matter writes it.
fn rule(of: &PolicyRule) -> String {
    match of {
        PolicyRule::SignOff { role, meaning, count } => {
            let count = if *count > 1 { format!("{count} ") } else { String::new() };
            let meaning = if meaning.is_empty() { String::new() } else { format!(", {meaning}") };
            format!("sign-off: {count}{role}{meaning}")
        }
        PolicyRule::Separation => "separation: approver performed no item".to_owned(),
        PolicyRule::ApprovalBeforeDeploy => "order: approval before deploy".to_owned(),
        PolicyRule::PhaseOrder => "order: phases".to_owned(),
        PolicyRule::Holidays { days } => format!("holidays: {days}"),
        PolicyRule::Review { within } => format!("review: {within}"),
        PolicyRule::Allowed { window } => format!("allowed: {window}"),
        PolicyRule::Forbidden { window } => format!("forbidden: {window}"),
    }
}

fn came_and_went(what: &str, old: &[(String, u32)], new: &[(String, u32)], changes: &mut Vec<Change>) {
    let mut one_side = |fate, these: &[(String, u32)], those: &[(String, u32)]| {
        let known: HashSet<&str> = those.iter().map(|(words, _)| words.as_str()).collect();
        for (words, line) in these.iter().filter(|(words, _)| !known.contains(words.as_str())) {
            let (what, title) = (what.to_owned(), words.clone());
            let (place, details) = (String::new(), Vec::new());
            changes.push(Change { fate, what, title, place, details, old: None, new: None, line: *line });
        }
    };
    one_side(Fate::Added, new, old);
    one_side(Fate::Removed, old, new);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::read;

    const OLD: &str = "---\npolicy:\n  - sign-off: Lead, approved\n---\n# Release\n\n## Before\n- [ ] Run the tests\n- [ ] Back up the database\n- p95: ____ ms (target: < 500ms)\n\n## After\n- [ ] Check the logs\n- [ ] Tell the customers\n";

    fn found(new: &str) -> Vec<String> {
        let difference = difference(&read(OLD.as_bytes()), &read(new.as_bytes()));
        let words = |change: &Change| {
            let details: Vec<_> = change.details.iter().map(Detail::words).collect();
            format!("{} {} «{}» {}", change.fate.word(), change.what, change.title, details.join(", "))
                .trim_end()
                .to_owned()
        };
        difference.changes.iter().map(words).collect()
    }

    #[test]
    fn what_is_different_is_said_and_nothing_else() {
        assert_eq!(found(OLD), Vec::<String>::new());
        assert_eq!(found(&OLD.replace("- [ ] Run", "\nA word to the wise.\n\n* [ ] Run")), Vec::<String>::new());
        for (from, to, expected) in [
            ("- [ ] Tell the customers\n", "", vec!["removed task «Tell the customers»"]),
            (
                "- [ ] Check the logs\n",
                "- [ ] Check the logs\n- [ ] Close the ticket\n",
                vec!["added task «Close the ticket»"],
            ),
            ("< 500ms", "< 300ms", vec!["changed field «p95» limit: «value < 500 ms» → «value < 300 ms»"]),
            (
                "Run the tests",
                "Run all the tests",
                vec!["changed task «Run all the tests» title: «Run the tests» → «Run all the tests»"],
            ),
            (
                "## After\n- [ ] Check the logs\n",
                "- [ ] Check the logs\n\n## After\n",
                vec!["moved task «Check the logs» place: «After» → «Before»"],
            ),
            (
                "- [ ] Run the tests\n- [ ] Back up the database\n",
                "- [ ] Back up the database\n- [ ] Run the tests\n",
                vec!["moved task «Back up the database»"],
            ),
            (
                "## After",
                "## First 24 hours",
                vec![
                    "changed section «First 24 hours» title: «After» → «First 24 hours», timing: none → «First 24 hours»",
                ],
            ),
            (
                "Lead, approved",
                "2 Lead, approved",
                vec!["added policy «sign-off: 2 Lead, approved»", "removed policy «sign-off: Lead, approved»"],
            ),
        ] {
            assert!(OLD.contains(from), "{from}");
            assert_eq!(found(&OLD.replace(from, to)), expected, "{to}");
        }
    }

    #[test]
    fn a_section_that_was_moved_is_one_change_and_not_one_for_each_of_its_items() {
        let (head, rest) = OLD.split_once("## Before").unwrap();
        let (before, after) = rest.split_once("\n## After").unwrap();
        let new = format!("{head}## After{after}\n## Before{before}");
        assert_eq!(found(&new).len(), 1, "{:?}", found(&new));
    }

    #[test]
    fn the_longest_run_stays_where_it_is() {
        assert_eq!(out_of_order(&[(0, 0), (3, 1), (1, 2), (2, 3)]), [1]);
        assert_eq!(out_of_order(&[]), Vec::<usize>::new());
    }
}
