//! Sign-off lines: a role or name, a blank to sign on, a blank for the date, all on one line.
//!
//! The words for a date and a signature are known in several languages, as checklists are.

use super::inline::Token;
use super::line::{Draft, Piece, following, part, without_colon};
use super::model::ItemKind;
use std::borrow::Cow;

/// Words for a date, in lower case; the line's second blank stands after one of them.
const DATE: [&str; 20] = [
    "date",
    "datum",
    "data",
    "fecha",
    "dato",
    "päivämäärä",
    "дата",
    "日期",
    "日付",
    "날짜",
    "tarih",
    "dátum",
    "signed on",
    "date/time",
    "data/hora",
    "fecha/hora",
    "date & time",
    "date and time",
    "datum/uhrzeit",
    "时间",
];
/// What stands before a blank but names nobody.
const SIGNATURE: [&str; 20] = [
    "signature",
    "sign",
    "signed",
    "unterschrift",
    "firma",
    "assinatura",
    "подпись",
    "签字",
    "签名",
    "署名",
    "signatur",
    "handtekening",
    "name",
    "nombre",
    "nome",
    "nom",
    "имя",
    "姓名",
    "sign-off",
    "signoff",
];

/// The pieces of a sign-off line, if the tokens are one. `role` is what stands before the first blank.
pub(super) fn read<'t>(tokens: &[Token<'t>], role: &str) -> Option<Vec<Piece<'t>>> {
    let is_blank = |token: &Token<'_>| matches!(token, Token::Blank { .. });
    if tokens.iter().filter(|token| is_blank(token)).count() < 2
        || tokens.iter().any(|token| matches!(token, Token::Box { .. }))
    {
        return None;
    }
    let first = tokens.iter().position(is_blank)?;
    let dated = (first..tokens.len()).filter(|&at| tokens.get(at).is_some_and(is_blank)).any(|blank| {
        let last = tokens.iter().rposition(is_blank);
        let words = following(tokens, blank + 1);
        last != Some(blank)
            && is_date(without_colon(words.trim_start_matches([',', ';', '|', '/', '(', ' ', '\u{a0}'])))
    });
    if !dated || starts_with_date(role) || has_number_word(role) {
        return None;
    }
    let Some(Token::Blank { at, .. }) = tokens.get(first) else { return None };
    let mut pieces: Vec<Piece<'t>> = tokens.get(..first)?.iter().filter_map(part).map(Piece::Part).collect();
    // «Signature» names nobody: whose it is, the words above say.
    let label = role.to_owned();
    let role = if SIGNATURE.contains(&role.to_lowercase().as_str()) { String::new() } else { label.clone() };
    let tail = Cow::Borrowed("");
    pieces.push(Piece::Draft(Draft { at: *at, kind: ItemKind::SignOff { role }, label, tail }));
    Some(pieces)
}

/// Whether words ask for a date and nothing else.
pub(super) fn is_date(words: &str) -> bool {
    let words = words.trim();
    if words.is_ascii() {
        return DATE.iter().any(|date| date.eq_ignore_ascii_case(words));
    }
    DATE.contains(&words.to_lowercase().as_str())
}

/// Whether words ask for a signature and nothing else.
pub(super) fn is_signature(words: &str) -> bool {
    let words = words.trim().to_lowercase();
    SIGNATURE.iter().take(12).any(|known| words == *known)
        || words.contains("signature")
        || words.contains("unterschrift")
}

fn starts_with_date(role: &str) -> bool {
    let role = role.to_lowercase();
    ["start", "end", "begin", "from", "date", "datum", "fecha", "data "].iter().any(|word| role.starts_with(word))
}

/// A measurement is nobody's signature.
fn has_number_word(role: &str) -> bool {
    let role = role.to_lowercase();
    ["version", "rate", "latency", "count", "total", "commit"].iter().any(|word| role.contains(word))
}
