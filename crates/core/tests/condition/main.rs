//! The condition language from outside: what its examples come to, what its errors say, and what holds for all conditions.

// The lints know tests by their attribute alone; here the functions that tests call are tests too.
#![allow(clippy::unwrap_used, clippy::panic)]

mod errors;
mod examples;
mod properties;
mod reference;
mod sustained;

use countersign_core::condition::{Condition, Evaluation, Facts};

fn condition(text: &str) -> Condition {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn evaluate(text: &str, facts: &str) -> Evaluation {
    condition(text).evaluate(&Facts::from_json(facts).unwrap())
}

#[test]
fn no_source_of_the_language_knows_binary_floating_point() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/condition");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let source = std::fs::read_to_string(&path).unwrap();
        seen += 1;
        for word in ["f32", "f64", "float_", "to_float", "Float"] {
            assert!(!source.contains(word), "{} has {word}", path.display());
        }
    }
    assert!(seen > 10);
}
