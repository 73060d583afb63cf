//! Rounds and baseline: a record with a simulated clock, through sleeps, clock changes and restarts, against an oracle that is
//! written otherwise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step fails its test"
)]

mod baseline;
#[path = "../common/mod.rs"]
mod common;
mod run;
mod simulated;
