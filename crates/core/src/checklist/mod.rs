//! Markdown checklists: from a file's bytes to a typed [`Template`].
//!
//! Reading never fails and never panics: it gives a template, and problems with line, column and hint. Deliberately not
//! here: files, and anything that is entered later; a template is what the file says, a record is what people did.
//!
//! The way of a file: `source` makes text of bytes, `scan` finds lines' blocks and nesting, [`read()`] gives every
//! block its node and every box, blank and choice its item, with the help of a module for each construct.

mod annotate;
pub mod annotation;
mod answer;
mod choice;
mod circumstance;
pub mod correction;
mod counts;
mod curl;
mod facts;
mod fence;
mod field;
mod glance;
mod heading;
mod identity;
mod inline;
mod jq;
mod line;
mod marker;
pub mod model;
mod offer;
mod phrase;
mod probe;
mod read;
pub mod review;
mod scan;
mod shell;
mod signoff;
mod source;
mod table;
mod table_read;
mod threshold;
mod timing;
pub mod versions;

pub use correction::{Correction, read_with};
pub use counts::counts;
pub use model::*;
pub use read::read;
pub use timing::{Cadence, Schedule, schedule};
