//! From a record to its report: what is said, in which order. Not how it looks on paper; that is the `pages` crate.

mod compose;
mod evidence;
mod gates;
mod items;
pub mod model;
mod people;
mod probes;
mod rounds;
mod rules;

pub use compose::{CERTIFICATION_FIELD, ComposeError, RECORD_FILE, compose, slots};
pub use model::*;
pub use rounds::plot as plot_of_rounds;
