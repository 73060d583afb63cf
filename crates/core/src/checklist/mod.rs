//! Markdown checklists: from a file's bytes to a typed [`Template`].
//!
//! Reading never fails and never panics: it gives a template, and problems with line, column and hint. Deliberately not
//! here: files, and anything that is entered later; a template is what the file says, a record is what people did.

pub mod model;

pub use model::*;
