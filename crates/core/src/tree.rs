//! What is in order: maps and sets that are filled one by one, and lists that are sorted by a heap.
//!
//! `collect` sorts everything before it builds the tree, with a copy of the sort for each pair of types: 4 KB of the window's
//! program each. What is collected here is short, and mostly in order already.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// The pairs as a map; of equal keys the last one counts.
pub(crate) fn map<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(pairs);
    map
}

/// The values as a set.
pub(crate) fn set<T: Ord>(values: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(values);
    set
}

/// The values as a list in order.
pub(crate) fn sorted<T: Ord>(values: Vec<T>) -> Vec<T> {
    BinaryHeap::from(values).into_sorted_vec()
}
