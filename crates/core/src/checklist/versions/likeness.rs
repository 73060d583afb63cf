//! How alike two titles are: by their words, and by their letters where only a letter was mended.

use std::hash::{DefaultHasher, Hash, Hasher};

/// More words than this of one title are not looked at.
const LONGEST: usize = 64;

/// The words of a title, without regard to case, punctuation and markup; signs of comparison count, as in item ids.
pub(super) fn words(title: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for character in title.chars() {
        let sign = matches!(character, '<' | '>' | '%' | '≤' | '≥');
        // Scripts without spaces: each character is a word.
        let alone = sign || (character >= '\u{2e80}' && character.is_alphanumeric());
        if !alone && !character.is_alphanumeric() {
            open = false;
            continue;
        }
        if alone || !open {
            if words.len() == LONGEST {
                break;
            }
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
        open = !alone;
    }
    words
}

/// The words without the numbers that lists and phases are counted by: «3.2 Deploy», «Phase 3: Deploy».
pub(super) fn uncounted(words: &[String]) -> Vec<&str> {
    let counts = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let counted = |word: &str| matches!(word, "phase" | "step" | "stage" | "part" | "section" | "chapter");
    let mut kept: Vec<&str> = Vec::with_capacity(words.len());
    let mut leading = true;
    for word in words {
        let number = counts(word);
        if number && leading {
            continue;
        }
        leading = counted(word);
        kept.push(word);
    }
    kept
}

/// A hash of anything, the same within one run.
pub(super) fn hash(of: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// A title, ready to be compared with many.
#[derive(Debug)]
pub(super) struct Shape {
    /// Hashes of its words, sorted.
    pub(super) words: Vec<u64>,
    /// Pairs of neighbouring letters, sorted.
    letters: Vec<u64>,
}

impl Shape {
    pub(super) fn of(title: &str) -> Self {
        let words = words(title);
        let text: Vec<char> = words.join(" ").chars().take(400).collect();
        let mut letters: Vec<u64> = text.windows(2).map(hash).collect();
        let mut words: Vec<u64> = words.iter().map(hash).collect();
        letters.sort_unstable();
        words.sort_unstable();
        Self { words, letters }
    }

    /// From 0 to 1: the share of words, or of pairs of letters, that both have.
    pub(super) fn likeness(&self, other: &Self) -> f64 {
        share(&self.words, &other.words).max(share(&self.letters, &other.letters) - 0.1)
    }

    /// From 0 to 1: the share of its words that the other has as well.
    pub(super) fn within(&self, other: &Self) -> f64 {
        if self.words.is_empty() { 0.0 } else { common(&self.words, &other.words) as f64 / self.words.len() as f64 }
    }
}

/// Dice's coefficient of two sorted lists.
fn share(one: &[u64], other: &[u64]) -> f64 {
    let all = one.len() + other.len();
    if all == 0 { 0.0 } else { 2.0 * common(one, other) as f64 / all as f64 }
}

fn common(one: &[u64], other: &[u64]) -> usize {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut found = 0;
    while let (Some(left), Some(right)) = (one.peek(), other.peek()) {
        match left.cmp(right) {
            std::cmp::Ordering::Less => drop(one.next()),
            std::cmp::Ordering::Greater => drop(other.next()),
            std::cmp::Ordering::Equal => {
                found += 1;
                one.next();
                other.next();
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_leave_out_what_does_not_count() {
        assert_eq!(words("**Run** the `tests`: p95 < 5%"), ["run", "the", "tests", "p95", "<", "5", "%"]);
        assert_eq!(words("签字 ok"), ["签", "字", "ok"]);
        assert_eq!(uncounted(&words("3.2 Deploy 5 nodes")), ["deploy", "5", "nodes"]);
        assert_eq!(uncounted(&words("Phase 3: Deploy")), ["phase", "deploy"]);
    }

    #[test]
    fn small_edits_are_alike_and_other_titles_are_not() {
        let like = |one: &str, other: &str| Shape::of(one).likeness(&Shape::of(other));
        assert!(like("Run the migrations", "Run all the migrations") > 0.8);
        assert!(like("Check the chekout page", "Check the checkout page") > 0.7);
        assert!(like("Run the migrations", "Tell the customers") < 0.4);
        assert_eq!(like("", ""), 0.0);
        assert!(Shape::of("run migrations").within(&Shape::of("Run migrations and verify")) > 0.99);
    }
}
