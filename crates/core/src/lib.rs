//! What Countersign knows, as values and pure functions: checklists, conditions, records, the report model and the API.
//!
//! Deliberately not in it: I/O, clocks, randomness, keys' secrets, PDF and the window. Time and identity come in as
//! arguments, so that every decision can be replayed, and the crate builds for `wasm32-unknown-unknown`.

pub mod access;
pub mod api;
pub mod ask;
pub mod audit;
pub mod checklist;
pub mod condition;
pub mod filled;
pub mod form;
pub mod id;
pub mod mask;
mod number;
pub mod record;
pub mod register;
pub mod report;
pub mod roster;
pub mod time;
mod tree;
pub mod verdict;
