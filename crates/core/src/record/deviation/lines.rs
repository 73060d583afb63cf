//! The checklist's items by their ids, for one pass over a record: looking each one up by searching would take the square of its
//! length.

use crate::checklist::{Item, ProbeOffer};
use crate::id::{ItemId, ProbeId};
use crate::record::branch;
use crate::record::view::{AddedItem, View};
use std::collections::{BTreeSet, HashMap};

pub(super) struct Lines<'a> {
    items: HashMap<&'a ItemId, &'a Item>,
    added: HashMap<&'a ItemId, &'a AddedItem>,
    probes: HashMap<&'a ProbeId, &'a ProbeOffer>,
    sign_offs: BTreeSet<u32>,
    asked: Vec<bool>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(view: &'a View) -> Self {
        let template = &*view.template;
        Self {
            items: template.items.iter().map(|item| (&item.id, item)).collect(),
            added: view.added.iter().map(|added| (&added.item, added)).collect(),
            probes: view.offers().chain(&view.latency_probes).map(|offer| (&offer.id, offer)).collect(),
            sign_offs: branch::sign_off_lines(template),
            asked: branch::asked_sections(view),
        }
    }

    pub(super) fn item(&self, id: &ItemId) -> Option<&'a Item> {
        self.items.get(id).copied()
    }

    pub(super) fn probe(&self, id: &ProbeId) -> Option<&'a ProbeOffer> {
        self.probes.get(id).copied()
    }

    /// What an item asks.
    pub(super) fn label(&self, id: &ItemId) -> String {
        let of_template = self.item(id).map(|item| &item.label);
        let label = of_template.or_else(|| self.added.get(id).map(|added| &added.label));
        label.cloned().unwrap_or_else(|| id.to_string())
    }

    /// A signature fills it.
    pub(super) fn signed(&self, id: &ItemId) -> bool {
        self.item(id).is_some_and(|item| self.sign_offs.contains(&item.line))
    }

    /// The checklist's items that count as work.
    pub(super) fn to_do(&self, view: &'a View) -> impl Iterator<Item = &'a Item> {
        view.template.items.iter().filter(|item| branch::is_work(&self.asked, item))
    }
}
