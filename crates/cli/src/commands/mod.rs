//! One module per noun of the command line.

pub mod authority;
pub mod checklist;
pub mod condition;
mod corrections;
pub mod find;
pub mod form;
pub mod gate;
pub mod key;
pub mod people;
pub mod probe;
mod probe_watch;
pub mod record;
pub mod register;
pub mod report;
pub mod roster;
pub mod rounds;
pub mod sign;
pub mod sign_off;
pub mod verifier;
pub mod verify;
mod versions;
