//! A random sample that nobody can steer and anybody can draw again: the records with the smallest hash of seed and number.

use super::RegisterLine;
use crate::id::Digest;
use crate::register::RecordStatus;
use serde::{Deserialize, Serialize};

/// How it is drawn, in words that a shell can follow.
pub const METHOD: &str = "Of the population, those records are taken whose SHA-256 of «SEED:NUMBER» (the number in decimal, no line break) is smallest: printf '%s:%d' SEED NUMBER | sha256sum. The population are the live records that ended: closed or reported, not voided, no rehearsal.";

/// A sample of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// What the auditor said.
    pub seed: String,
    /// How it is drawn.
    pub method: String,
    /// How many records it was drawn from.
    pub population: u32,
    /// The numbers that were drawn, in the order of their hashes.
    pub numbers: Vec<u32>,
}

/// The numbers that a sample is drawn from.
pub fn population(lines: &[RegisterLine]) -> Vec<u32> {
    let ended = |line: &&RegisterLine| matches!(line.status, RecordStatus::Closed | RecordStatus::Reported);
    lines.iter().filter(ended).filter(|line| !line.rehearsal).map(|line| line.number).collect()
}

impl Sample {
    /// Draws `size` of the numbers, or all if there are fewer.
    pub fn draw(seed: &str, size: usize, population: &[u32]) -> Self {
        let mut hashed: Vec<(Digest, u32)> =
            population.iter().map(|number| (Digest::of(format!("{seed}:{number}").as_bytes()), *number)).collect();
        hashed.sort_unstable();
        Self {
            seed: seed.to_owned(),
            method: METHOD.to_owned(),
            population: u32::try_from(population.len()).unwrap_or(u32::MAX),
            numbers: hashed.into_iter().take(size).map(|(_, number)| number).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_another_one_another() {
        let all: Vec<u32> = (1..=200).collect();
        let drawn = Sample::draw("2026-Q4", 25, &all);
        assert_eq!(drawn, Sample::draw("2026-Q4", 25, &all));
        assert_eq!((drawn.numbers.len(), drawn.population), (25, 200));
        let mut distinct = drawn.numbers.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 25);
        assert_ne!(drawn.numbers, Sample::draw("2026-Q3", 25, &all).numbers);
        // A record more in the population takes nobody's place but the last one's.
        let more: Vec<u32> = (1..=201).collect();
        let kept = Sample::draw("2026-Q4", 25, &more).numbers.iter().filter(|one| drawn.numbers.contains(one)).count();
        assert!(kept >= 24);
    }

    #[test]
    fn a_sample_is_no_larger_than_what_it_is_drawn_from() {
        assert_eq!(Sample::draw("s", 25, &[3]).numbers, [3]);
        assert_eq!(Sample::draw("s", 25, &[]).numbers, [0; 0]);
        assert_eq!(Sample::draw("s", 0, &[3]).numbers, [0; 0]);
    }

    #[test]
    fn it_is_drawn_as_the_words_say() {
        // printf '%s:%d' s 1 | sha256sum, and so on for 2 and 3.
        let drawn = Sample::draw("s", 3, &[1, 2, 3]).numbers;
        let hash = |number: u32| Digest::of(format!("s:{number}").as_bytes()).to_string();
        assert!(drawn.windows(2).all(|pair| hash(pair[0]) < hash(pair[1])));
    }
}
