//! A list that is nearly always empty, and then takes a third of the room of a `Vec`: an item has four of them.

use serde::{Deserialize, Serialize};
use std::ops::{Deref, DerefMut};

/// A list that is nearly always empty. Reads as a slice; its JSON is an array.
#[derive(Clone, PartialEq, Eq)]
#[allow(clippy::box_collection, reason = "one word in place of three, for lists that are hardly ever there")]
pub struct Few<T>(Option<Box<Vec<T>>>);

impl<T> Few<T> {
    /// An empty list.
    pub const fn new() -> Self {
        Self(None)
    }

    /// Adds an entry.
    pub fn push(&mut self, entry: T) {
        self.0.get_or_insert_with(|| Box::new(Vec::with_capacity(1))).push(entry);
    }

    /// The entries.
    pub fn as_slice(&self) -> &[T] {
        self
    }
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl<T> DerefMut for Few<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.0.as_deref_mut().map_or(&mut [], Vec::as_mut_slice)
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Few<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.deref().fmt(f)
    }
}

impl<T> From<Vec<T>> for Few<T> {
    fn from(mut entries: Vec<T>) -> Self {
        entries.shrink_to_fit();
        Self((!entries.is_empty()).then(|| Box::new(entries)))
    }
}

impl<T> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        Self::from(Vec::from_iter(entries))
    }
}

impl<T> Extend<T> for Few<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, entries: I) {
        entries.into_iter().for_each(|entry| self.push(entry));
    }
}

impl<T> IntoIterator for Few<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.map_or_else(Vec::new, |entries| *entries).into_iter()
    }
}

impl<'f, T> IntoIterator for &'f Few<T> {
    type Item = &'f T;
    type IntoIter = std::slice::Iter<'f, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Serialize> Serialize for Few<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Few<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_a_list_and_takes_one_word() {
        let mut few = Few::new();
        assert_eq!((serde_json::to_string(&few).unwrap().as_str(), few.len()), ("[]", 0));
        few.push(1);
        few.extend([2, 3]);
        assert_eq!(*few, [1, 2, 3]);
        assert_eq!(serde_json::from_str::<Few<i32>>("[1,2,3]").unwrap(), few);
        assert_eq!(serde_json::from_str::<Few<i32>>("[]").unwrap(), Few::new());
        assert_eq!(size_of::<Few<String>>(), size_of::<usize>());
    }
}
