//! What the end-to-end tests stand on: where the programs under test are, a desk of its own for each test, a small HTTP
//! service with manners good and bad, and ways to tamper with a report.
//!
//! No test of the product is in here, and nothing that knows the product from the inside: the tests see what a person sees.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "it is only called by tests, which fail by panicking"
)]

pub mod authority;
pub mod desk;
pub mod elsewhere;
pub mod orders;
pub mod organisation;
pub mod programs;
pub mod service;
pub mod tamper;
pub mod update;
