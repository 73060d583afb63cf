//! What auditors take away: the register of all records without a gap, a random sample that anybody can draw again, which
//! control each part of a record answers, and the statement about one record for supply-chain tools.
//!
//! Pure: records come as views, the seed of a sample is an argument. Who signs it, and where it is written, is the engine's.

mod attest;
mod register;
mod sample;

pub use attest::{PAYLOAD_TYPE, PREDICATE_TYPE, pre_authentication, statement};
pub use register::{RegisterExport, RegisterLine, SignOffLine, csv, missing_numbers};
pub use sample::{METHOD, Sample, population};

/// JSON in canonical form (RFC 8785), as what is signed is written.
///
/// # Errors
/// When the value has what the form cannot have, such as a number that is none.
pub fn canonical(value: &impl serde::Serialize) -> Result<Vec<u8>, serde_json::Error> {
    serde_json_canonicalizer::to_vec(value)
}

/// Which control each part of a record answers, and what the program does not do: Markdown, in our own words.
pub const CONTROLS: &str = include_str!("controls.md");
