//! Bells: one for each item, rung when something of it may look different. Without them each answer would wake every row.

use countersign_core::id::ItemId;
use leptos::prelude::*;
use leptos::reactive::signal::ArcTrigger;
use std::collections::HashMap;

#[derive(Clone, Copy)]
pub(super) struct Bells(StoredValue<HashMap<ItemId, ArcTrigger>>);

impl Bells {
    pub(super) fn new() -> Self {
        Self(StoredValue::new(HashMap::new()))
    }

    /// Runs the closure around this again when the item's bell rings.
    pub(super) fn follow(self, item: &ItemId) {
        let of_item = |bells: &mut HashMap<ItemId, ArcTrigger>| match bells.get(item) {
            Some(bell) => bell.clone(),
            None => bells.entry(item.clone()).or_default().clone(),
        };
        if let Some(bell) = self.0.try_update_value(of_item) {
            bell.track();
        }
    }

    pub(super) fn ring(self, item: &ItemId) {
        if let Some(bell) = self.0.with_value(|bells| bells.get(item).cloned()) {
            bell.notify();
        }
    }

    pub(super) fn ring_all(self) {
        self.0.with_value(|bells| bells.values().cloned().collect::<Vec<_>>()).iter().for_each(ArcTrigger::notify);
    }

    /// Forgets all bells; their rows are gone.
    pub(super) fn clear(self) {
        self.0.set_value(HashMap::new());
    }
}
