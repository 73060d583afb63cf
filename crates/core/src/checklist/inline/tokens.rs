//! The pieces of a line, and the words that they come to.

use super::{Glance, Links, Mark, tokens};
use std::borrow::Cow;
use std::ops::Deref;

/// A piece of a line. Offsets are into the text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::checklist) enum Token<'t> {
    Text(Cow<'t, str>),
    Code(&'t str),
    Link {
        text: Cow<'t, str>,
        href: &'t str,
    },
    Blank {
        at: usize,
        length: usize,
    },
    Box {
        at: usize,
        mark: Mark,
        glyph: bool,
    },
    Comment {
        at: usize,
        text: &'t str,
    },
    /// `[text][label]` without a definition of the label.
    Unresolved {
        at: usize,
        label: &'t str,
    },
}

impl Token<'_> {
    /// The words that it shows.
    pub(in crate::checklist) fn shown(&self) -> &str {
        match self {
            Self::Text(text) | Self::Link { text, .. } => text,
            Self::Code(text) => text,
            Self::Blank { .. } | Self::Box { .. } | Self::Comment { .. } | Self::Unresolved { .. } => "",
        }
    }

    /// Whether it asks for something to be entered.
    pub(in crate::checklist) fn is_slot(&self) -> bool {
        matches!(self, Self::Blank { .. } | Self::Box { .. })
    }
}

/// The pieces of a line in order; most lines have just one. Reads as a slice.
#[derive(Debug, Default)]
pub(in crate::checklist) enum Tokens<'t> {
    #[default]
    None,
    /// Words as they stand in the text, with what occurs in them.
    Plain(Token<'t>, Glance),
    One(Token<'t>),
    Many(Vec<Token<'t>>),
}

impl<'t> Tokens<'t> {
    pub(super) fn push(&mut self, token: Token<'t>) {
        match self {
            Self::Many(tokens) => tokens.push(token),
            Self::None => *self = Self::One(token),
            Self::Plain(..) | Self::One(_) => {
                if let Self::Plain(first, _) | Self::One(first) = std::mem::take(self) {
                    let mut tokens = Vec::with_capacity(4);
                    tokens.extend([first, token]);
                    *self = Self::Many(tokens);
                }
            }
        }
    }
}

impl<'t> Deref for Tokens<'t> {
    type Target = [Token<'t>];

    fn deref(&self) -> &[Token<'t>] {
        match self {
            Self::None => &[],
            Self::Plain(token, _) | Self::One(token) => std::slice::from_ref(token),
            Self::Many(tokens) => tokens,
        }
    }
}

impl<'t> Tokens<'t> {
    /// The words, and what occurs in them.
    pub(in crate::checklist) fn words(&self) -> (Cow<'t, str>, Glance) {
        if let Self::Plain(Token::Text(Cow::Borrowed(text)), glance) = self
            && glance.is_tidy(text)
        {
            return (Cow::Borrowed(text), *glance);
        }
        said(self)
    }
}

/// The words of a text alone: code and links as text, blanks and boxes left out.
pub(in crate::checklist) fn plain<'t>(text: &'t str, links: &Links<'t>) -> Cow<'t, str> {
    words(&tokens(text, links))
}

/// The words of tokens.
pub(in crate::checklist) fn words<'t>(tokens: &[Token<'t>]) -> Cow<'t, str> {
    said(tokens).0
}

/// The words of tokens, and what occurs in them.
fn said<'t>(tokens: &[Token<'t>]) -> (Cow<'t, str>, Glance) {
    let all = match tokens {
        [] => Cow::Borrowed(""),
        [Token::Text(Cow::Borrowed(text))] => Cow::Borrowed(*text),
        _ => {
            let mut all = String::with_capacity(tokens.iter().map(|token| token.shown().len()).sum());
            tokens.iter().for_each(|token| all.push_str(token.shown()));
            Cow::Owned(all)
        }
    };
    let glance = Glance::of(&all);
    if glance.is_tidy(&all) {
        return (all, glance);
    }
    match all {
        Cow::Borrowed(text) => tidied(text, glance),
        Cow::Owned(mut text) => match tidied(&text, glance) {
            (Cow::Owned(words), glance) => (Cow::Owned(words), glance),
            (Cow::Borrowed(words), glance) => {
                let (start, length) = (text.len() - text.trim_start().len(), words.len());
                text.truncate(start + length);
                text.drain(..start);
                (Cow::Owned(text), glance)
            }
        },
    }
}

/// Trims, and makes one space of several.
pub(in crate::checklist) fn tidy(text: &str) -> Cow<'_, str> {
    let glance = Glance::of(text);
    if glance.is_tidy(text) { Cow::Borrowed(text) } else { tidied(text, glance).0 }
}

/// What is left of a text that is not tidy, with what occurs in it.
fn tidied(text: &str, glance: Glance) -> (Cow<'_, str>, Glance) {
    let trimmed = text.trim();
    // With nothing but single spaces within, what occurs in the text occurs in what is left as well.
    let glance = if glance.is_spaced_out() { Glance::of(trimmed) } else { glance };
    if !glance.is_spaced_out() && !trimmed.is_empty() && !has_rare_space(trimmed) {
        return (Cow::Borrowed(trimmed), glance);
    }
    let mut out = String::with_capacity(trimmed.len());
    for word in trimmed.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    let glance = Glance::of(&out);
    (Cow::Owned(out), glance)
}

/// White space that a glance does not tell: form feeds, and wide spaces of other scripts.
fn has_rare_space(text: &str) -> bool {
    memchr::memchr2(0x0b, 0x0c, text.as_bytes()).is_some()
        || !text.is_ascii() && text.contains(|c: char| c != ' ' && c.is_whitespace())
}
