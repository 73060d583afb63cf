//! Which item of a new version is which of the old one. Linear in the number of items, but for a sort.
//!
//! Equal titles are told apart by their neighbours (P. Heckel, «A technique for isolating differences between files», CACM 21,
//! 1978): what occurs once in both is an anchor, and equal items beside a matched pair belong together. This is done with ever
//! coarser keys: place, kind and words; without the numbers of lists and phases; any kind; any place. What is left is compared
//! by likeness, with a bounded number of candidates each: those that stand at the same place between the same neighbours, and
//! those that share a rare word.

use super::likeness::{Shape, hash, uncounted, words};
use crate::checklist::{Item, ItemKind, Template};
use crate::id::ItemId;
use std::collections::HashMap;

/// An item at the same place must be as alike as this to be the same.
const ALIKE_IN_PLACE: f64 = 0.5;
/// An item from elsewhere must be as alike as this.
const ALIKE_ELSEWHERE: f64 = 0.72;
/// An item of another kind must be as alike as this.
const ALIKE_OF_OTHER_KIND: f64 = 0.8;
/// How many positions to either side of the expected one are looked at.
const AROUND: usize = 4;
/// A word that more items have than this is not rare.
const RARE: usize = 16;
/// How many of a title's rarest words are looked up.
const RAREST: usize = 4;

/// Which item of a new version is which of the old one, by index into the templates' items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    of_new: Vec<Option<usize>>,
    of_old: Vec<Option<usize>>,
    /// New items that were a part of an old one, with it.
    split: HashMap<usize, usize>,
    /// Old items that are a part of a new one, with it.
    merged: HashMap<usize, usize>,
    /// How many pairs of titles were compared by likeness.
    compared: usize,
}

impl Lineage {
    /// Matches the items of two versions.
    pub fn between(old: &Template, new: &Template) -> Self {
        let mut found =
            Self { of_new: vec![None; new.items.len()], of_old: vec![None; old.items.len()], ..Self::default() };
        let (before, after) = (Keys::of(old), Keys::of(new));
        found.same(&before.exact, &after.exact, true);
        found.same(&before.uncounted, &after.uncounted, true);
        found.same(&before.any_kind, &after.any_kind, true);
        found.same(&before.anywhere, &after.anywhere, false);
        found.alike(old, new, &before, &after);
        found.parts(old, new);
        found
    }

    /// The old item that a new one was.
    pub fn old_of(&self, new: usize) -> Option<usize> {
        self.of_new.get(new).copied().flatten()
    }

    /// The new item that an old one is.
    pub fn new_of(&self, old: usize) -> Option<usize> {
        self.of_old.get(old).copied().flatten()
    }

    /// All pairs, old and new, in the order of the new version.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.of_new.iter().enumerate().filter_map(|(new, old)| Some(((*old)?, new)))
    }

    /// The old item that an added one was split off from.
    pub fn split_from(&self, new: usize) -> Option<usize> {
        self.split.get(&new).copied()
    }

    /// The new item that a removed one is a part of.
    pub fn merged_into(&self, old: usize) -> Option<usize> {
        self.merged.get(&old).copied()
    }

    /// By the ids of old items, those of the new ones.
    pub fn ids<'t>(&self, old: &'t Template, new: &'t Template) -> HashMap<&'t ItemId, &'t ItemId> {
        self.pairs().filter_map(|(was, is)| Some((&old.items.get(was)?.id, &new.items.get(is)?.id))).collect()
    }

    fn pair(&mut self, old: usize, new: usize) {
        if let (Some(to), Some(from)) = (self.of_old.get_mut(old), self.of_new.get_mut(new)) {
            (*to, *from) = (Some(new), Some(old));
        }
    }

    fn is_free(&self, old: usize, new: usize) -> bool {
        self.of_old.get(old) == Some(&None) && self.of_new.get(new) == Some(&None)
    }

    /// Pairs items with equal keys: those that occur once, their equal neighbours, and with `repeated` the rest in order.
    fn same(&mut self, old: &[Option<u64>], new: &[Option<u64>], repeated: bool) {
        let free = |keys: &[Option<u64>], matched: &[Option<usize>]| -> HashMap<u64, Vec<usize>> {
            let mut by_key: HashMap<u64, Vec<usize>> = HashMap::new();
            for (at, (key, matched)) in keys.iter().zip(matched).enumerate() {
                if let (Some(key), None) = (key, matched) {
                    by_key.entry(*key).or_default().push(at);
                }
            }
            by_key
        };
        let (before, after) = (free(old, &self.of_old), free(new, &self.of_new));
        for (key, now) in &after {
            if let (&[was], &[is]) = (before.get(key).map(Vec::as_slice).unwrap_or_default(), now.as_slice()) {
                self.pair(was, is);
            }
        }
        let equal = |was: usize, is: usize| {
            let (was, is) = (old.get(was).copied().flatten(), new.get(is).copied().flatten());
            was.is_some() && was == is
        };
        // One behind the neighbour, so that the file's beginning is a neighbour as well.
        let mut next = Some(0);
        for is in 0..self.of_new.len() {
            if let Some(was) = next.filter(|&was| self.is_free(was, is) && equal(was, is)) {
                self.pair(was, is);
            }
            next = self.old_of(is).map(|was| was + 1);
        }
        let mut before_it = self.of_old.len().checked_sub(1);
        for is in (0..self.of_new.len()).rev() {
            if let Some(was) = before_it.filter(|&was| self.is_free(was, is) && equal(was, is)) {
                self.pair(was, is);
            }
            before_it = self.old_of(is).and_then(|was| was.checked_sub(1));
        }
        if repeated {
            for (key, was) in before {
                let was: Vec<usize> = was.into_iter().filter(|&was| self.new_of(was).is_none()).collect();
                let now = after.get(&key).into_iter().flatten().copied().filter(|&is| self.old_of(is).is_none());
                let now: Vec<usize> = now.collect();
                was.into_iter().zip(now).for_each(|(was, is)| self.pair(was, is));
            }
        }
    }

    /// Pairs what is left by likeness, the most alike first.
    fn alike(&mut self, old: &Template, new: &Template, before: &Keys, after: &Keys) {
        let shapes = |items: &[Item], matched: &[Option<usize>]| -> HashMap<usize, Shape> {
            let free = items.iter().enumerate().zip(matched).filter(|(_, matched)| matched.is_none());
            free.map(|((at, item), _)| (at, Shape::of(&item.label)))
                .filter(|(_, shape)| !shape.words.is_empty())
                .collect()
        };
        let (was, is) = (shapes(&old.items, &self.of_old), shapes(&new.items, &self.of_new));
        let mut with_word: HashMap<u64, Vec<usize>> = HashMap::new();
        for at in 0..old.items.len() {
            for word in was.get(&at).map(|shape| shape.words.as_slice()).unwrap_or_default() {
                with_word.entry(*word).or_default().push(at);
            }
        }
        let mut scored: Vec<(f64, usize, usize)> = Vec::new();
        let expected = self.expected();
        for (at, places) in expected.into_iter().enumerate() {
            let Some(shape) = is.get(&at) else { continue };
            let mut candidates: Vec<(usize, bool)> = Vec::new();
            for place in places.into_iter().flatten() {
                let near = place.saturating_sub(AROUND)..=place + AROUND;
                candidates.extend(near.map(|candidate| (candidate, true)));
            }
            let mut rare: Vec<&Vec<usize>> = shape.words.iter().filter_map(|word| with_word.get(word)).collect();
            rare.retain(|holders| holders.len() <= RARE);
            rare.sort_by_key(|holders| holders.len());
            candidates.extend(rare.into_iter().take(RAREST).flatten().map(|&candidate| (candidate, false)));
            candidates.sort_unstable_by_key(|&(candidate, near)| (candidate, !near));
            candidates.dedup_by_key(|(candidate, _)| *candidate);
            for (candidate, near) in candidates {
                let Some(other) = was.get(&candidate) else { continue };
                self.compared += 1;
                let in_place = near || before.place.get(candidate) == after.place.get(at);
                let mut likeness = shape.likeness(other);
                // One of the parts that an item was split into.
                if near && shape.words.len() > 1 && shape.within(other) > 0.99 {
                    likeness = likeness.max(ALIKE_IN_PLACE);
                }
                let kinds = (old.items.get(candidate).map(kind_of), new.items.get(at).map(kind_of));
                let least = match in_place {
                    _ if kinds.0 != kinds.1 => ALIKE_OF_OTHER_KIND,
                    true => ALIKE_IN_PLACE,
                    false => ALIKE_ELSEWHERE,
                };
                if likeness >= least {
                    scored.push((likeness, candidate, at));
                }
            }
        }
        scored.sort_by(|one, other| {
            let far = |of: &(f64, usize, usize)| of.1.abs_diff(of.2);
            other.0.total_cmp(&one.0).then_with(|| (far(one), one.2, one.1).cmp(&(far(other), other.2, other.1)))
        });
        for (_, was, is) in scored {
            if self.is_free(was, is) {
                self.pair(was, is);
            }
        }
    }

    /// For each new item without a match: where it would stand in the old version, counted from its neighbours on both sides.
    fn expected(&self) -> Vec<[Option<usize>; 2]> {
        let mut places = vec![[None; 2]; self.of_new.len()];
        let mut next = Some(0);
        for (is, place) in places.iter_mut().enumerate() {
            place[0] = next;
            next = self.old_of(is).or(next).map(|was| was + 1);
        }
        let mut before = self.of_old.len().checked_sub(1);
        for (is, place) in places.iter_mut().enumerate().rev() {
            place[1] = before;
            before = self.old_of(is).or(before).and_then(|was| was.checked_sub(1));
        }
        places
    }

    /// Finds what was split off or merged: it is without a match, and its words are those of a neighbour's other version that the
    /// neighbour itself has lost or gained.
    fn parts(&mut self, old: &Template, new: &Template) {
        let shape =
            |items: &[Item], at: usize| items.get(at).map(|item| Shape::of(&item.label)).unwrap_or(Shape::of(""));
        let is_part = |part: &Shape, whole: &Shape, rest: &Shape| {
            part.words.len() > 1 && part.within(whole) >= 0.75 && part.within(rest) <= 0.5
        };
        let near = |at: usize, matched: &[Option<usize>]| -> Vec<(usize, usize)> {
            let around = at.saturating_sub(3)..(at + 4).min(matched.len());
            around.filter_map(|other| Some((other, matched.get(other).copied().flatten()?))).collect()
        };
        let added: Vec<usize> = (0..self.of_new.len()).filter(|&is| self.old_of(is).is_none()).collect();
        for is in added {
            let part = shape(&new.items, is);
            for (rest, whole) in near(is, &self.of_new) {
                self.compared += 1;
                if is_part(&part, &shape(&old.items, whole), &shape(&new.items, rest)) {
                    self.split.insert(is, whole);
                    break;
                }
            }
        }
        let gone: Vec<usize> = (0..self.of_old.len()).filter(|&was| self.new_of(was).is_none()).collect();
        for was in gone {
            let part = shape(&old.items, was);
            for (rest, whole) in near(was, &self.of_old) {
                self.compared += 1;
                if is_part(&part, &shape(&new.items, whole), &shape(&old.items, rest)) {
                    self.merged.insert(was, whole);
                    break;
                }
            }
        }
    }
}

fn kind_of(item: &Item) -> u8 {
    match item.kind {
        ItemKind::Task { .. } => 0,
        ItemKind::Field { .. } => 1,
        ItemKind::Choice { .. } => 2,
        ItemKind::SignOff { .. } => 3,
        ItemKind::Gate { .. } => 4,
    }
}

/// What the items of a template are found again by, from the finest to the coarsest.
struct Keys {
    /// Place, kind and words.
    exact: Vec<Option<u64>>,
    /// The same without the numbers of lists and phases.
    uncounted: Vec<Option<u64>>,
    /// Place and words.
    any_kind: Vec<Option<u64>>,
    /// Kind and words; none where there are no words.
    anywhere: Vec<Option<u64>>,
    /// Place alone, without numbers.
    place: Vec<u64>,
}

impl Keys {
    fn of(template: &Template) -> Self {
        let mut sections: Vec<(u64, u64)> = Vec::with_capacity(template.sections.len());
        for section in &template.sections {
            let above = section.parent.and_then(|parent| sections.get(parent)).copied().unwrap_or_default();
            let words = words(&section.title);
            sections.push((hash(&(above.0, &words)), hash(&(above.1, uncounted(&words)))));
        }
        let labels: HashMap<&ItemId, &str> =
            template.items.iter().map(|item| (&item.id, item.label.as_str())).collect();
        let many = template.items.len();
        let mut keys = Self {
            exact: Vec::with_capacity(many),
            uncounted: Vec::with_capacity(many),
            any_kind: Vec::with_capacity(many),
            anywhere: Vec::with_capacity(many),
            place: Vec::with_capacity(many),
        };
        for item in &template.items {
            let (own, kind) = (words(&item.label), kind_of(item));
            let above = item.parent.as_ref().and_then(|parent| labels.get(parent)).map(|label| words(label));
            let section = sections.get(item.section).copied().unwrap_or_default();
            let place = (hash(&(section.0, &above)), hash(&(section.1, above.as_deref().map(uncounted))));
            keys.exact.push(Some(hash(&(place.0, kind, &own))));
            let bare = uncounted(&own);
            keys.uncounted.push(Some(hash(&(place.1, kind, &bare))));
            keys.any_kind.push(Some(hash(&(place.1, &bare))));
            keys.anywhere.push((!bare.is_empty()).then(|| hash(&(kind, &bare))));
            keys.place.push(place.1);
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::read;
    use std::collections::HashSet;
    use std::fmt::Write as _;

    /// By the labels of the new version: those of the old one.
    fn matched(old: &str, new: &str) -> Vec<(String, Option<String>)> {
        let (old, new) = (read(old.as_bytes()), read(new.as_bytes()));
        let lineage = Lineage::between(&old, &new);
        let label = |at: usize| old.items[at].label.clone();
        new.items.iter().enumerate().map(|(at, item)| (item.label.clone(), lineage.old_of(at).map(label))).collect()
    }

    fn check(old: &str, new: &str, expected: &[(&str, Option<&str>)]) {
        let found = matched(old, new);
        let found: Vec<_> = found.iter().map(|(new, old)| (new.as_str(), old.as_deref())).collect();
        assert_eq!(found, expected, "{new}");
    }

    #[test]
    fn items_are_found_again_wherever_they_went() {
        let old = "# A\n- [ ] Run the tests\n- [ ] Tag the release\n\n# B\n- [ ] Deploy to production\n- [ ] Check the logs\n";
        for (new, expected) in [
            // Moved to another section, and reordered.
            (
                "# A\n- [ ] Tag the release\n- [ ] Check the logs\n- [ ] Run the tests\n# B\n- [ ] Deploy to production\n",
                vec![
                    ("Tag the release", Some("Tag the release")),
                    ("Check the logs", Some("Check the logs")),
                    ("Run the tests", Some("Run the tests")),
                    ("Deploy to production", Some("Deploy to production")),
                ],
            ),
            // Reworded a little, a section renamed and numbered.
            (
                "# 1. A\n- [ ] Run all the tests\n- [ ] Tag the relaese\n\n# 2. Rollout\n- [ ] Deploy to production\n- [ ] Check the logs\n- [ ] Tell the customers\n",
                vec![
                    ("Run all the tests", Some("Run the tests")),
                    ("Tag the relaese", Some("Tag the release")),
                    ("Deploy to production", Some("Deploy to production")),
                    ("Check the logs", Some("Check the logs")),
                    ("Tell the customers", None),
                ],
            ),
            // Something else altogether at the same place.
            ("# A\n- [ ] Call the bank\n", vec![("Call the bank", None)]),
        ] {
            check(old, new, &expected);
        }
    }

    #[test]
    fn equal_titles_are_told_apart_by_their_neighbours() {
        let old = "# A\n- [ ] Merge\n- [ ] Build the image\n- [ ] Merge\n- [ ] Push the image\n";
        let new = "# A\n- [ ] Build the image\n- [ ] Merge\n- [ ] Push the image\n";
        let (before, after) = (read(old.as_bytes()), read(new.as_bytes()));
        let lineage = Lineage::between(&before, &after);
        assert_eq!((0..3).map(|new| lineage.old_of(new)).collect::<Vec<_>>(), [Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn an_item_that_became_two_is_one_of_them_and_the_other_was_split_off() {
        let old = "- [ ] Back up the database\n- [ ] Run the migrations and verify the tables\n- [ ] Restart\n";
        let new = "- [ ] Back up the database\n- [ ] Run the migrations\n- [ ] Verify the tables\n- [ ] Restart\n";
        let (old, new) = (read(old.as_bytes()), read(new.as_bytes()));
        let lineage = Lineage::between(&old, &new);
        assert_eq!((lineage.old_of(1), lineage.old_of(2), lineage.split_from(2)), (Some(1), None, Some(1)));
        let back = Lineage::between(&new, &old);
        assert_eq!((back.old_of(1), back.new_of(2), back.merged_into(2)), (Some(1), None, Some(1)));
    }

    #[test]
    fn ten_thousand_equal_titles_keep_distinct_ids_and_are_not_compared_with_each_other() {
        let many = 10_000;
        let file = |extra: &str| {
            let mut text = "# All\n".to_owned();
            for at in 0..many {
                let _ = writeln!(text, "- [ ] Merge");
                if at == 4_000 {
                    text += extra;
                }
            }
            read(text.as_bytes())
        };
        let (old, new) = (file(""), file("- [ ] Look at the merge queue\n"));
        let ids: HashSet<&ItemId> = new.items.iter().map(|item| &item.id).collect();
        assert_eq!(ids.len(), many + 1);
        let lineage = Lineage::between(&old, &new);
        assert_eq!(lineage.pairs().count(), many);
        assert_eq!(lineage.ids(&old, &new).values().collect::<HashSet<_>>().len(), many);
        assert!(
            lineage.ids(&old, &new).iter().all(|(was, is)| was == is),
            "the same words at the same place keep their id"
        );
        assert!(lineage.compared < 100, "{}", lineage.compared);
    }

    #[test]
    fn the_number_of_comparisons_grows_with_the_number_of_items_and_not_with_its_square() {
        let compared = |many: usize| {
            let file = |word: &str| {
                let lines = (0..many).fold("# All\n".to_owned(), |mut text, at| {
                    let _ = writeln!(text, "- [ ] {word} service number {at} of the region");
                    text
                });
                read(lines.as_bytes())
            };
            let (old, new) = (file("Restart every"), file("Stop and start each"));
            let lineage = Lineage::between(&old, &new);
            assert_eq!(lineage.pairs().filter(|(was, is)| was == is).count(), many);
            lineage.compared
        };
        let (few, many) = (compared(200), compared(4_000));
        assert!(many <= few * 25, "{few} {many}");
    }
}
