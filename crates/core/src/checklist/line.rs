//! One line that may be answered: which of its tokens are a sign-off, a choice, a field or a gate, and what is said around them.
//!
//! Takes tokens and gives pieces in the line's order; ids, positions and nodes are made by the reader.

use super::inline::{self, Token};
use super::model::{ItemKind, Part};
use super::{choice, field, signoff};

/// A piece of a line.
#[derive(Debug)]
pub(super) enum Piece {
    Part(Part),
    Draft(Draft),
}

impl Piece {
    /// The part, if it is one.
    pub(super) fn part(self) -> Option<Part> {
        match self {
            Self::Part(part) => Some(part),
            Self::Draft(_) => None,
        }
    }
}

/// An item to be.
#[derive(Debug)]
pub(super) struct Draft {
    /// Where it stands in the text that the tokens were made of.
    pub(super) at: usize,
    pub(super) kind: ItemKind,
    /// Empty if nothing on the line says what it asks.
    pub(super) label: String,
    /// The words after it that may state its limits.
    pub(super) tail: String,
}

/// What a line was made into.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) pieces: Vec<Piece>,
    /// The words before the first slot, if there is one and it has any.
    lead: String,
    /// All words.
    pub(super) words: String,
}

impl Reading {
    /// What the line asks: the words before the first slot, or all of them.
    pub(super) fn label(&self) -> &str {
        if self.lead.is_empty() { without_colon(&self.words) } else { &self.lead }
    }

    pub(super) fn has_drafts(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Draft(_)))
    }
}

/// Reads the tokens of a line that are left after its own box and number.
pub(super) fn read(tokens: Vec<Token<'_>>) -> Reading {
    let words = inline::words(&tokens);
    let first = tokens.iter().position(|token| matches!(token, Token::Blank { .. } | Token::Box { .. }));
    let Some(first) = first else {
        let pieces = tokens.into_iter().filter_map(into_part).map(Piece::Part).collect();
        return Reading { pieces, lead: String::new(), words };
    };
    let lead = without_colon(&inline::words(tokens.get(..first).unwrap_or_default())).to_owned();
    let pieces = signoff::read(&tokens, &lead).unwrap_or_else(|| slots_in_order(&tokens));
    Reading { pieces, lead, words }
}

fn slots_in_order(tokens: &[Token<'_>]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(tokens.len());
    let mut before = String::new();
    let mut fields = field::Series::default();
    let named_after = named_after(tokens);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Box { .. } => {
                let (draft, remark, next) = choice::read(tokens, at, &before);
                pieces.push(Piece::Draft(draft));
                before.clear();
                fields = field::Series::default();
                if !remark.is_empty() {
                    before.push_str(&remark);
                    pieces.push(Piece::Part(Part::Text { text: remark }));
                }
                at = next;
            }
            Token::Blank { at: offset, length } => {
                let after = following(tokens, at + 1);
                let mut draft = fields.next(&before, &after, *offset, *length);
                if named_after {
                    after.trim_matches([' ', ',']).clone_into(&mut draft.label);
                }
                pieces.push(Piece::Draft(draft));
                before.clear();
                at += 1;
            }
            _ => {
                if let Some(part) = part(token) {
                    before.push_str(shown(&part));
                    pieces.push(Piece::Part(part));
                }
                at += 1;
            }
        }
    }
    pieces
}

/// `____ For, ____ Against, ____ Abstain`: blanks that are named by the words after them.
fn named_after(tokens: &[Token<'_>]) -> bool {
    let blanks: Vec<usize> =
        (0..tokens.len()).filter(|&at| matches!(tokens.get(at), Some(Token::Blank { .. }))).collect();
    let Some((last, others)) = blanks.split_last() else { return false };
    let word =
        |text: &str| text.starts_with(' ') && text.trim().chars().all(char::is_alphabetic) && !text.trim().is_empty();
    let between = |at: &usize| following(tokens, at + 1).trim_end().strip_suffix(',').is_some_and(word);
    !others.is_empty() && others.iter().all(between) && word(following(tokens, last + 1).trim_end())
}

/// The words from a token up to the next slot.
pub(super) fn following(tokens: &[Token<'_>], from: usize) -> String {
    let rest = tokens.get(from..).unwrap_or_default();
    let end =
        rest.iter().position(|token| matches!(token, Token::Blank { .. } | Token::Box { .. })).unwrap_or(rest.len());
    let mut out = String::new();
    for token in rest.get(..end).unwrap_or_default() {
        match token {
            Token::Text(text) | Token::Link { text, .. } => out.push_str(text),
            Token::Code(text) => out.push_str(text),
            _ => {}
        }
    }
    out
}

/// [`part`] of a token that is no longer needed.
fn into_part(token: Token<'_>) -> Option<Part> {
    match token {
        Token::Text(text) => Some(Part::Text { text }),
        Token::Link { text, href } => Some(Part::Link { text, href }),
        token => part(&token),
    }
}

/// The part that a token without a slot shows as.
pub(super) fn part(token: &Token<'_>) -> Option<Part> {
    match token {
        Token::Text(text) => Some(Part::Text { text: text.clone() }),
        Token::Code(text) => Some(Part::Code { text: (*text).to_owned() }),
        Token::Link { text, href } => Some(Part::Link { text: text.clone(), href: href.clone() }),
        Token::Blank { .. } | Token::Box { .. } | Token::Comment { .. } | Token::Unresolved { .. } => None,
    }
}

fn shown(part: &Part) -> &str {
    match part {
        Part::Text { text } | Part::Code { text } | Part::Link { text, .. } => text,
        Part::Slot { .. } => "",
    }
}

/// A label without the colon, dash or arrow that leads over to what is asked.
pub(super) fn without_colon(text: &str) -> &str {
    text.trim().trim_end_matches([':', '：', '→', '-', '–', '=', ' ', '*']).trim_end()
}
