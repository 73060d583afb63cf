//! Components: few, each with all of its states. They know how things look and nothing of where they come from.

pub(crate) mod banner;
pub(crate) mod dialogs;
pub(crate) mod draw;
pub(crate) mod facts;
pub(crate) mod icon;
pub(crate) mod mark;
pub(crate) mod palette;
pub(crate) mod paper;
pub(crate) mod papers;
pub(crate) mod path;
pub(crate) mod plot;
pub(crate) mod progress;
