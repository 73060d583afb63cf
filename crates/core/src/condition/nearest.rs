//! The known name that was probably meant.

/// The candidate that is most like `word`: equal but for case first, then by the fewest single-character edits, if they are few
/// for the word's length.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    // A longer text is no slip of the finger, and comparing it would cost its square.
    if length > 40 {
        return None;
    }
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| !candidate.is_empty() && candidate.chars().count() <= 60)
        .map(|candidate| (edits(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            *distance <= 2
                && *distance < length.max(1)
                && (*distance < candidate.chars().count() || starts_alike(&lower, candidate))
        })
        .min_by_key(|(distance, candidate)| (*distance, !starts_alike(&lower, candidate)))
        .map(|(_, candidate)| candidate)
}

fn starts_alike(lower: &str, candidate: &str) -> bool {
    lower.starts_with(&candidate.to_lowercase())
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment distance).
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, character) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, target) in to.iter().enumerate() {
            let at = |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, column) + usize::from(character != *target);
            let mut least = replaced.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = column > 0 && previous == Some(*target) && to.get(column - 1) == Some(&character);
            if swapped {
                least = least.min(at(&before_last, column - 1) + 1);
            }
            current.push(least);
        }
        before_last = std::mem::replace(&mut last, current);
        previous = Some(character);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (from, to, count) in
            [("", "", 0), ("ab", "ba", 1), ("msec", "ms", 2), ("kitten", "sitting", 3), ("a", "", 1)]
        {
            assert_eq!(edits(from, to), count, "{from} {to}");
        }
    }

    #[test]
    fn a_stranger_has_no_nearest_name() {
        assert_eq!(nearest("zebra", ["ms", "and", "p95"]), None);
        assert_eq!(nearest("adn", ["and", "or"]), Some("and"));
        assert_eq!(nearest(&"a".repeat(1_000_000), ["a"]), None);
    }
}
