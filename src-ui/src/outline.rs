//! A checklist as the screen walks through it: which lines can be chosen, in which order, and which items stand on each.
//! Pure; it decides nothing about how a line looks.

use countersign_core::checklist::{Cell, Item, ItemKind, Node, NodeKind, Part, Template};
use countersign_core::id::ItemId;
use countersign_core::record::{
    AskedSignOff, Meaning, State, View, asked_sections, asked_sign_offs, is_work, same_role, sign_offs_to_give,
};
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
        let asked = asked_sections(view);
        let open = |id: &&ItemId| {
            let counted = self.item(&view.template, id).is_none_or(|item| is_work(&asked, item));
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
            ItemKind::Task { .. } => {
                let on_line = template.items.iter().filter(|of| of.line == item.line).map(|of| &of.kind);
                let mut others = on_line.filter_map(|kind| match kind {
                    ItemKind::SignOff { role } => Some(Self::Signature(role.clone())),
                    ItemKind::Gate { options } => Some(Self::Option(options.clone())),
                    _ => None,
                });
                others.next().unwrap_or(Self::Tick)
            }
            ItemKind::Field { .. } => Self::Value,
            ItemKind::Choice { options } | ItemKind::Gate { options } => Self::Option(options.clone()),
            ItemKind::SignOff { role } => Self::Signature(role.clone()),
        }
    }
}

/// The roles that are asked to sign now, and whether each has given what is asked of it.
pub(crate) fn asked_roles(view: &View) -> Vec<(String, bool)> {
    let missing = roles_to_sign(view);
    let mut roles: Vec<(String, bool)> = Vec::new();
    for asked in asked_sign_offs(view) {
        if !roles.iter().any(|(known, _)| same_role(known, &asked.role)) {
            let signed = !missing.iter().any(|role| same_role(role, &asked.role));
            roles.push((asked.role, signed));
        }
    }
    roles
}

/// The roles that are asked to sign and that have not.
pub(crate) fn roles_to_sign(view: &View) -> Vec<String> {
    let mut roles: Vec<String> = Vec::new();
    for asked in sign_offs_to_give(view) {
        if !roles.iter().any(|known| same_role(known, &asked.role)) {
            roles.push(asked.role);
        }
    }
    roles
}

/// The meaning that is asked of a role: the first one that it has not signed with yet.
pub(crate) fn asked_meaning(view: &View, role: &str) -> Option<Meaning> {
    let of_role = |asked: &AskedSignOff| same_role(&asked.role, role);
    let missing = sign_offs_to_give(view).into_iter().find(of_role);
    missing.or_else(|| asked_sign_offs(view).into_iter().rev().find(of_role))?.proposed()
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
