//! A checklist as the screen walks through it: which lines can be chosen, in which order, and which items stand on each.
//! Pure; it decides nothing about how a line looks.

use countersign_core::checklist::{Cell, Item, ItemKind, Mark, Node, NodeKind, Part, PolicyRule, Template, ValueKind};
use countersign_core::id::ItemId;
use countersign_core::record::{Meaning, State, View, same_role};
use std::collections::{HashMap, HashSet};

/// A line with at least one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    /// What is chosen when the line is.
    pub(crate) lead: ItemId,
    /// All items on the line, the leading one first.
    pub(crate) items: Vec<ItemId>,
    /// Index into the template's sections.
    pub(crate) section: usize,
}

/// The walk through a checklist.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline {
    stops: Vec<Stop>,
    stop_of: HashMap<ItemId, usize>,
    item_at: HashMap<ItemId, usize>,
    /// Items that no block of the file shows; they stand at the end of their section, so that nothing is lost.
    pub(crate) homeless: Vec<ItemId>,
}

impl Outline {
    pub(crate) fn of(template: &Template) -> Self {
        let placed: HashSet<_> = template.nodes.iter().flat_map(lines_of).flatten().collect();
        let ids = || template.items.iter().map(|item| item.id.clone());
        let mut outline = Self {
            item_at: ids().zip(0..).collect(),
            homeless: ids().filter(|id| !placed.contains(id)).collect(),
            ..Self::default()
        };
        let mut last = 0;
        for node in &template.nodes {
            for section in last..node.section {
                outline.add_homeless(template, section);
            }
            last = node.section;
            lines_of(node).into_iter().for_each(|items| outline.add(items, node.section));
        }
        for section in last..template.sections.len().max(1) {
            outline.add_homeless(template, section);
        }
        outline
    }

    fn add(&mut self, items: Vec<ItemId>, section: usize) {
        let items: Vec<_> = items.into_iter().filter(|item| !self.stop_of.contains_key(item)).collect();
        let Some(lead) = items.first().cloned() else { return };
        let at = self.stops.len();
        self.stop_of.extend(items.iter().map(|item| (item.clone(), at)));
        self.stops.push(Stop { lead, items, section });
    }

    fn add_homeless(&mut self, template: &Template, section: usize) {
        let of_section = |id: &&ItemId| self.item(template, id).is_some_and(|item| item.section == section);
        let homeless: Vec<_> = self.homeless.iter().filter(of_section).cloned().collect();
        homeless.into_iter().for_each(|id| self.add(vec![id], section));
    }

    /// The lines in order.
    #[cfg(test)]
    pub(crate) fn stops(&self) -> &[Stop] {
        &self.stops
    }

    /// The item is one of the checklist's.
    pub(crate) fn knows(&self, item: &ItemId) -> bool {
        self.item_at.contains_key(item)
    }

    /// An item of the checklist, without searching.
    pub(crate) fn item<'a>(&self, template: &'a Template, id: &ItemId) -> Option<&'a Item> {
        template.items.get(*self.item_at.get(id)?)
    }

    /// The item that is chosen when something on its line is.
    pub(crate) fn lead(&self, item: &ItemId) -> ItemId {
        self.stop_of.get(item).and_then(|at| self.stops.get(*at)).map_or_else(|| item.clone(), |stop| stop.lead.clone())
    }

    /// The items on the line of an item.
    pub(crate) fn line(&self, item: &ItemId) -> Vec<ItemId> {
        let stop = self.stop_of.get(item).and_then(|at| self.stops.get(*at));
        stop.map_or_else(|| vec![item.clone()], |stop| stop.items.clone())
    }

    /// The leading items in order, those that were added on the spot at the end of their sections.
    pub(crate) fn order(&self, view: &View) -> Vec<ItemId> {
        let mut order = Vec::with_capacity(self.stops.len() + view.added.len());
        let mut at = 0;
        for section in 0..view.template.sections.len().max(1) {
            while let Some(stop) = self.stops.get(at).filter(|stop| stop.section <= section) {
                order.push(stop.lead.clone());
                at += 1;
            }
            order.extend(view.added.iter().filter(|added| added.section == section).map(|added| added.item.clone()));
        }
        order
    }

    /// The line so many lines away; from nowhere, the first.
    pub(crate) fn step(&self, view: &View, from: Option<&ItemId>, by: isize) -> Option<ItemId> {
        let order = self.order(view);
        let lead = from.map(|from| self.lead(from));
        let at = lead.and_then(|lead| order.iter().position(|item| *item == lead));
        let to = at.map_or(0, |at| at.saturating_add_signed(by).min(order.len().saturating_sub(1)));
        order.get(to).cloned()
    }

    /// The first line with something open on it that counts as work; the first line if there is none.
    pub(crate) fn first_open(&self, view: &View) -> Option<ItemId> {
        self.next_open(view, None).or_else(|| self.order(view).into_iter().next())
    }

    /// The next line after `from` with something open on it that counts as work; goes round at the end.
    pub(crate) fn next_open(&self, view: &View, from: Option<&ItemId>) -> Option<ItemId> {
        let open = |id: &&ItemId| {
            let counted = self.item(&view.template, id).is_none_or(|item| counts(&view.template, item));
            counted && self.line(id).iter().any(|item| view.item(item).state == State::Open)
        };
        let order = self.order(view);
        let lead = from.map(|from| self.lead(from));
        let after = lead.and_then(|lead| order.iter().position(|item| *item == lead)).map_or(0, |at| at + 1);
        let (before, behind) = order.split_at(after.min(order.len()));
        behind.iter().chain(before).find(open).cloned()
    }
}

/// How an item is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AnsweredBy {
    /// A tick.
    Tick,
    /// A typed value.
    Value,
    /// One of these options.
    Option(Vec<String>),
    /// A signature in this role.
    Signature(String),
}

impl AnsweredBy {
    pub(crate) fn of(template: &Template, item: &Item) -> Self {
        match &item.kind {
            ItemKind::Task { .. } => match template.sign_off_on_line_of(item).map(|line| &line.kind) {
                Some(ItemKind::SignOff { role }) => Self::Signature(role.clone()),
                _ => Self::Tick,
            },
            ItemKind::Field { .. } => Self::Value,
            ItemKind::Choice { options } | ItemKind::Gate { options } => Self::Option(options.clone()),
            ItemKind::SignOff { role } => Self::Signature(role.clone()),
        }
    }
}

/// The roles that the checklist asks to sign, outside rollback, in its order; and whether each has signed with a yes.
pub(crate) fn asked_roles(view: &View) -> Vec<(String, bool)> {
    let template = &*view.template;
    let by_policy = template.policy.iter().filter_map(|line| match &line.rule {
        PolicyRule::SignOff { role, .. } => Some(role.as_str()),
        _ => None,
    });
    let by_lines = template.items.iter().filter(|item| counts(template, item)).filter_map(|item| match &item.kind {
        ItemKind::SignOff { role } => Some(role.as_str()),
        _ => None,
    });
    let mut roles: Vec<(String, bool)> = Vec::new();
    for role in by_policy.chain(by_lines).filter(|role| !role.is_empty()) {
        if !roles.iter().any(|(known, _)| same_role(known, role)) {
            let signed = view.sign_off_for(role).is_some_and(|signed| signed.sign_off.statement.decision.approves());
            roles.push((role.to_owned(), signed));
        }
    }
    roles
}

/// The roles that the checklist asks to sign and that have not.
pub(crate) fn roles_to_sign(view: &View) -> Vec<String> {
    asked_roles(view).into_iter().filter(|(_, signed)| !signed).map(|(role, _)| role).collect()
}

/// The meaning that a rule asks for; what stands after a comma, such as when to sign, is not part of it.
fn read_meaning(words: &str) -> Option<Meaning> {
    Meaning::from_words(words.split(',').next().unwrap_or(words))
}

/// The meaning that the checklist asks of a role: the first one that it has not signed with yet.
pub(crate) fn asked_meaning(view: &View, role: &str) -> Option<Meaning> {
    let template = &*view.template;
    let by_policy = template.policy.iter().filter_map(|line| match &line.rule {
        PolicyRule::SignOff { role: of, meaning, .. } if same_role(of, role) => read_meaning(meaning),
        _ => None,
    });
    let by_marks = template.items.iter().filter(|item| counts(template, item)).flat_map(|item| &item.marks);
    let by_marks = by_marks.filter_map(|mark| match mark {
        Mark::SignOff { role: of, meaning } if same_role(of, role) => read_meaning(meaning),
        _ => None,
    });
    let asked: Vec<_> = by_policy.chain(by_marks).collect();
    let given = |meaning: &Meaning| {
        view.sign_offs
            .iter()
            .map(|signed| &signed.sign_off.statement)
            .any(|of| same_role(&of.role, role) && of.meaning == *meaning)
    };
    asked.iter().find(|meaning| !given(meaning)).or(asked.last()).copied()
}

/// It counts as work to do; contact details and rollback steps that nobody needed do not.
fn counts(template: &Template, item: &Item) -> bool {
    let contact = matches!(item.kind, ItemKind::Field { value: ValueKind::Contact, .. });
    !contact && template.sections.get(item.section).is_none_or(|section| !section.rollback)
}

/// The items of each line of a block, the leading one first.
fn lines_of(node: &Node) -> Vec<Vec<ItemId>> {
    match &node.kind {
        NodeKind::Heading { item: Some(item), .. } => vec![vec![item.clone()]],
        NodeKind::Answerable { parts, task, .. } => vec![task.iter().cloned().chain(slots(parts)).collect()],
        NodeKind::Table { rows, .. } => rows.iter().map(|row| row.iter().filter_map(cell_item).collect()).collect(),
        _ => Vec::new(),
    }
}

fn slots(parts: &[Part]) -> impl Iterator<Item = ItemId> {
    parts.iter().filter_map(|part| match part {
        Part::Slot { item } => Some(item.clone()),
        _ => None,
    })
}

fn cell_item(cell: &Cell) -> Option<ItemId> {
    match cell {
        Cell::Slot { item, .. } => Some(item.clone()),
        Cell::Text { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn shipped() -> Vec<Template> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../checklists");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|of| of == "md"));
        files.map(|path| countersign_core::checklist::read(&std::fs::read(path).unwrap())).collect()
    }

    #[test]
    fn every_item_of_a_shipped_checklist_stands_on_exactly_one_line() {
        let templates = shipped();
        assert!(templates.len() >= 5);
        for template in templates {
            let outline = Outline::of(&template);
            let placed: Vec<_> = outline.stops().iter().flat_map(|stop| &stop.items).collect();
            let distinct: HashSet<_> = placed.iter().collect();
            assert_eq!(placed.len(), distinct.len(), "{}", template.title);
            assert_eq!(placed.len(), template.items.len(), "{}", template.title);
        }
    }

    #[test]
    fn a_meaning_is_read_up_to_the_comma() {
        assert_eq!(read_meaning("approved to deploy, before deploy"), Some(Meaning::ApprovedToDeploy));
        assert_eq!(read_meaning(""), None);
    }

    #[test]
    fn lines_follow_the_file() {
        for template in shipped() {
            let outline = Outline::of(&template);
            let lines: Vec<_> = outline
                .stops()
                .iter()
                .filter(|stop| !outline.homeless.contains(&stop.lead))
                .filter_map(|stop| template.item(&stop.lead).map(|item| item.line))
                .collect();
            assert!(lines.is_sorted(), "{}", template.title);
        }
    }
}
