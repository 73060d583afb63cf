//! One line that may be answered: which of its tokens are a sign-off, a choice, a field or a gate, and what is said around them.
//!
//! Takes tokens and gives pieces in the line's order; ids, positions and nodes are made by the reader.

use super::glance::Glance;
use super::inline::{self, Token, Tokens};
use super::model::{ItemKind, Part};
use super::{choice, field, signoff};
use std::borrow::Cow;

/// A piece of a line.
#[derive(Debug)]
pub(super) enum Piece<'t> {
    Part(Part),
    Draft(Draft<'t>),
}

/// An item to be.
#[derive(Debug)]
pub(super) struct Draft<'t> {
    /// Where it stands in the text that the tokens were made of.
    pub(super) at: usize,
    pub(super) kind: ItemKind,
    /// Empty if nothing on the line says what it asks.
    pub(super) label: String,
    /// The words after it that may state its limits.
    pub(super) tail: Cow<'t, str>,
}

/// What a line was made into.
#[derive(Debug)]
pub(super) struct Reading<'t> {
    pub(super) pieces: Pieces<'t>,
    /// The words before the first slot, if there is one and it has any.
    lead: Cow<'t, str>,
    /// All words.
    pub(super) words: Cow<'t, str>,
    /// What occurs in them.
    pub(super) glance: Glance,
}

/// The pieces of a line in order.
#[derive(Debug)]
pub(super) enum Pieces<'t> {
    /// Nothing is asked on the line.
    Said(Tokens<'t>),
    /// Something is.
    Asked(Vec<Piece<'t>>),
}

impl Pieces<'_> {
    /// What is said, without what is asked.
    pub(super) fn into_parts(self) -> Vec<Part> {
        match self {
            Self::Said(Tokens::None) => Vec::new(),
            Self::Said(Tokens::Plain(token, _) | Tokens::One(token)) => into_part(token).into_iter().collect(),
            Self::Said(Tokens::Many(tokens)) => {
                let mut parts = Vec::with_capacity(tokens.len());
                parts.extend(tokens.into_iter().filter_map(into_part));
                parts
            }
            Self::Asked(pieces) => pieces
                .into_iter()
                .filter_map(|piece| match piece {
                    Piece::Part(part) => Some(part),
                    Piece::Draft(_) => None,
                })
                .collect(),
        }
    }
}

impl Reading<'_> {
    /// What the line asks: the words before the first slot, or all of them.
    pub(super) fn label(&self) -> &str {
        let lead = without_colon(&self.lead);
        if lead.is_empty() { without_colon(&self.words) } else { lead }
    }

    pub(super) fn has_drafts(&self) -> bool {
        match &self.pieces {
            Pieces::Said(_) => false,
            Pieces::Asked(pieces) => pieces.iter().any(|piece| matches!(piece, Piece::Draft(_))),
        }
    }
}

/// Reads the tokens of a line that are left after its own box and number.
pub(super) fn read(tokens: Tokens<'_>) -> Reading<'_> {
    let (words, glance) = tokens.words();
    let Some(first) = tokens.iter().position(Token::is_slot) else {
        return Reading { pieces: Pieces::Said(tokens), lead: Cow::Borrowed(""), words, glance };
    };
    let lead = inline::words(tokens.get(..first).unwrap_or_default());
    let pieces = signoff::read(&tokens, without_colon(&lead)).unwrap_or_else(|| slots_in_order(&tokens));
    Reading { pieces: Pieces::Asked(pieces), lead, words, glance }
}

fn slots_in_order<'t>(tokens: &[Token<'t>]) -> Vec<Piece<'t>> {
    let mut pieces = Vec::with_capacity(tokens.len());
    let mut before = Cow::Borrowed("");
    let mut fields = field::Series::default();
    let named_after = named_after(tokens);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Box { .. } => {
                let (draft, remark, next) = choice::read(tokens, at, &before);
                pieces.push(Piece::Draft(draft));
                before = Cow::Borrowed("");
                fields = field::Series::default();
                if !remark.is_empty() {
                    pieces.push(Piece::Part(Part::Text { text: remark.clone() }));
                    before = Cow::Owned(remark);
                }
                at = next;
            }
            Token::Blank { at: offset, length } => {
                let after = following(tokens, at + 1);
                let mut draft = fields.next(&before, after, *offset, *length);
                if named_after {
                    draft.tail.trim_matches([' ', ',']).clone_into(&mut draft.label);
                }
                pieces.push(Piece::Draft(draft));
                before = Cow::Borrowed("");
                at += 1;
            }
            _ => {
                if let Some(part) = part(token) {
                    append(&mut before, token);
                    pieces.push(Piece::Part(part));
                }
                at += 1;
            }
        }
    }
    pieces
}

/// Adds the words of a token to others.
fn append<'t>(words: &mut Cow<'t, str>, token: &Token<'t>) {
    match token {
        Token::Text(Cow::Borrowed(text)) | Token::Link { text: Cow::Borrowed(text), .. } | Token::Code(text)
            if words.is_empty() =>
        {
            *words = Cow::Borrowed(*text);
        }
        token => words.to_mut().push_str(token.shown()),
    }
}

/// `____ For, ____ Against, ____ Abstain`: blanks that are named by the words after them.
fn named_after(tokens: &[Token<'_>]) -> bool {
    let is_blank = |token: &Token<'_>| matches!(token, Token::Blank { .. });
    let Some(last) = tokens.iter().rposition(is_blank) else { return false };
    let others = || (0..last).filter(|&at| tokens.get(at).is_some_and(is_blank));
    let word =
        |text: &str| text.starts_with(' ') && text.trim().chars().all(char::is_alphabetic) && !text.trim().is_empty();
    let between = |at: usize| following(tokens, at + 1).trim_end().strip_suffix(',').is_some_and(word);
    others().next().is_some() && others().all(between) && word(following(tokens, last + 1).trim_end())
}

/// The words from a token up to the next slot.
pub(super) fn following<'t>(tokens: &[Token<'t>], from: usize) -> Cow<'t, str> {
    let mut out = Cow::Borrowed("");
    for token in tokens.get(from..).unwrap_or_default().iter().take_while(|token| !token.is_slot()) {
        append(&mut out, token);
    }
    out
}

/// [`part`] of a token that is no longer needed.
fn into_part(token: Token<'_>) -> Option<Part> {
    match token {
        Token::Text(text) => Some(Part::Text { text: text.into_owned() }),
        Token::Link { text, href } => Some(Part::Link { text: text.into_owned(), href: href.to_owned() }),
        token => part(&token),
    }
}

/// The part that a token without a slot shows as.
pub(super) fn part(token: &Token<'_>) -> Option<Part> {
    match token {
        Token::Text(text) => Some(Part::Text { text: text.to_string() }),
        Token::Code(text) => Some(Part::Code { text: (*text).to_owned() }),
        Token::Link { text, href } => Some(Part::Link { text: text.to_string(), href: (*href).to_owned() }),
        Token::Blank { .. } | Token::Box { .. } | Token::Comment { .. } | Token::Unresolved { .. } => None,
    }
}

/// The part of a text by which something else is called: its first words. What is called after others could be as long as they
/// are otherwise, as often as it occurs.
pub(super) fn name_of(text: &str) -> &str {
    const MOST: usize = 1000;
    if text.len() <= MOST { text } else { text.get(..text.floor_char_boundary(MOST)).unwrap_or_default() }
}

/// A label without the colon, dash or arrow that leads over to what is asked.
pub(super) fn without_colon(text: &str) -> &str {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if is_word(text.as_bytes().first()) && is_word(text.as_bytes().last()) {
        return text;
    }
    let text = text.trim();
    text.trim_end_matches([':', '：', '→', '-', '–', '=', ' ', '*']).trim_end()
}
