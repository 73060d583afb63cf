//! From a record to its report: what is said, in which order. Not how it looks on paper.

pub mod model;

pub use model::*;
