//! The words and signs of a condition, with where they stand.

use super::ast::word_length;
use super::error::ParseError;
use super::exact::{NumberError, read_decimal};
use super::quantity::{excerpt, number_length};
use rust_decimal::Decimal;

/// A word or sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Its first character, counted from 1.
    pub(super) at: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number(Decimal),
    Word(String),
    Text(String),
    Sign(&'static str),
    End,
}

/// Longer ones before their own beginnings.
const SIGNS: [(&str, &str); 21] = [
    ("..<", "..<"),
    ("..", ".."),
    ("==", "=="),
    ("!=", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("<", "<"),
    (">", ">"),
    ("(", "("),
    (")", ")"),
    ("[", "["),
    ("]", "]"),
    (",", ","),
    (".", "."),
    ("%", "%"),
    ("/", "/"),
    ("×", "x"),
    ("…", ".."),
];

/// What other languages write, and what is written here. Longer ones before their own beginnings.
const FOREIGN: [(&str, &str); 17] = [
    ("===", "=="),
    ("!==", "!="),
    ("=>", ">="),
    ("=<", "<="),
    ("<>", "!="),
    ("&&", "and"),
    ("||", "or"),
    ("&", "and"),
    ("|", "or"),
    ("*", "x"),
    ("–", ".."),
    ("'", "\""),
    ("“", "\""),
    ("”", "\""),
    ("‘", "\""),
    ("’", "\""),
    ("„", "\""),
];

/// Reads one token after another; the text before has been read already.
pub(super) struct Lexer<'t> {
    rest: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { rest: text, at: 1 }
    }

    /// The next token; [`Kind::End`] for ever at the end.
    pub(super) fn next(&mut self) -> Result<Token, ParseError> {
        let blank = self.rest.len() - self.rest.trim_start().len();
        self.take(blank);
        let at = self.at;
        let kind = self.next_kind()?;
        Ok(Token { at, kind })
    }

    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.at += taken.chars().count();
        taken
    }

    fn next_kind(&mut self) -> Result<Kind, ParseError> {
        let at = self.at;
        if self.rest.is_empty() {
            return Ok(Kind::End);
        }
        let number = number_length(self.rest);
        if number > 0 {
            return self.number(number);
        }
        let word = word_length(self.rest);
        if word > 0 {
            return Ok(Kind::Word(self.take(word).to_owned()));
        }
        if self.rest.starts_with('"') {
            return self.text();
        }
        if let Some((sign, meant)) = FOREIGN.iter().find(|(sign, _)| self.rest.starts_with(sign)) {
            return Err(ParseError::meant(at, format!("«{sign}» is not part of the language."), meant));
        }
        if let Some((sign, kind)) = SIGNS.iter().find(|(sign, _)| self.rest.starts_with(sign)) {
            self.take(sign.len());
            return Ok(Kind::Sign(kind));
        }
        Err(self.stray(at))
    }

    fn stray(&self, at: usize) -> ParseError {
        let Some(character) = self.rest.chars().next() else { return ParseError::new(at, "The text ends here.", "") };
        let what = format!("«{character}» is not part of the language.");
        match character {
            '=' => ParseError::meant(at, "A single «=» does not compare.", "=="),
            '!' => ParseError::meant(at, what, "not"),
            '+' | '-' | '−' => ParseError::new(at, what, "There are no sums: compare with 110% of x or 5 x p50."),
            _ => ParseError::new(at, what, "Leave it out, or put text in quotes: name == \"text\"."),
        }
    }

    fn number(&mut self, length: usize) -> Result<Kind, ParseError> {
        let at = self.at;
        let digits = self.take(length);
        read_decimal(digits).map(Kind::Number).map_err(|error| match error {
            NumberError::TooLong => ParseError::new(
                at,
                format!("«{}» has more digits than can be kept exactly.", excerpt(digits)),
                "Write at most 28 digits.",
            ),
            NumberError::Malformed => {
                ParseError::new(at, format!("«{}» is not a number.", excerpt(digits)), "Write digits and a point: 0.5.")
            }
        })
    }

    fn text(&mut self) -> Result<Kind, ParseError> {
        let at = self.at;
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, each)| {
            let closes = *each == '"' && !escaped;
            escaped = *each == '\\' && !escaped;
            closes
        });
        let Some((end, _)) = end else {
            return Err(ParseError::new(
                at,
                "The text that begins here has no end.",
                "Close it with a quotation mark.",
            ));
        };
        let source = self.take(end + 1);
        // As any JSON first: read as a text alone, the JSON library's complaint brings its printer of floats into the window.
        match serde_json::from_str(source) {
            Ok(serde_json::Value::String(text)) => Ok(Kind::Text(text)),
            _ => Err(ParseError::new(
                at,
                format!("{} is not a text.", excerpt(source)),
                "Write line breaks as \\n, backslashes as \\\\ and quotation marks as \\\".",
            )),
        }
    }
}
