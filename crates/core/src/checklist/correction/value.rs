//! The kinds of values in a word each, as annotations, corrections and the command line write them.

use crate::checklist::ValueKind;

impl std::str::FromStr for ValueKind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.word() == word).ok_or(())
    }
}

impl ValueKind {
    /// All.
    pub const ALL: [Self; 6] = [Self::Number, Self::Text, Self::Date, Self::Time, Self::Version, Self::Contact];

    /// In a word, as annotations and the command line write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Text => "text",
            Self::Date => "date",
            Self::Time => "time",
            Self::Version => "version",
            Self::Contact => "contact",
        }
    }
}
