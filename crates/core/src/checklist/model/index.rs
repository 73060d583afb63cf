//! Finds a template's items by id and by line without looking at each.
//!
//! Made when something is first asked for, and so again after a template was read from JSON. It is no part of the template:
//! it is not stored, and two templates are equal whether it was made or not.

use super::{Item, ItemKind};
use crate::id::ItemId;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Where items stand in the list of a template's items.
#[derive(Clone, Debug, Default)]
pub(in crate::checklist) struct Index(OnceLock<Places>);

#[derive(Clone, Debug, Default)]
struct Places {
    of_id: HashMap<ItemId, usize>,
    /// By line: the first sign-off item on it.
    of_sign_off: HashMap<u32, usize>,
}

impl Index {
    /// The item with this id.
    pub(super) fn item<'t>(&self, items: &'t [Item], id: &ItemId) -> Option<&'t Item> {
        items.get(self.place(items, id)?)
    }

    /// Where the item with this id stands in the list.
    pub(super) fn place(&self, items: &[Item], id: &ItemId) -> Option<usize> {
        self.places(items).of_id.get(id).copied()
    }

    /// The first sign-off item on a line.
    pub(super) fn sign_off<'t>(&self, items: &'t [Item], line: u32) -> Option<&'t Item> {
        let at = *self.places(items).of_sign_off.get(&line)?;
        items.get(at)
    }

    fn places(&self, items: &[Item]) -> &Places {
        self.0.get_or_init(|| {
            let mut places = Places { of_id: HashMap::with_capacity(items.len()), ..Places::default() };
            for (at, item) in items.iter().enumerate() {
                places.of_id.entry(item.id.clone()).or_insert(at);
                if matches!(item.kind, ItemKind::SignOff { .. }) {
                    places.of_sign_off.entry(item.line).or_insert(at);
                }
            }
            places
        })
    }
}

impl PartialEq for Index {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
