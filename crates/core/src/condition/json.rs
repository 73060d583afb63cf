//! Reading JSON without rounding its numbers.
//!
//! The JSON library keeps a number with a fraction or an exponent in binary, which holds 15 significant decimal digits for certain
//! and rounds what is longer. Here such a number is kept as a string of its own digits instead: conditions read numbers from
//! strings, so nothing is lost. Numbers that come through unharmed stay numbers.

use super::exact::read_decimal;
use crate::number::digits;
use serde_json::{Number, Value};

/// The value of a JSON text (RFC 8259). A number that would be rounded becomes the string of its digits: `0.30000000000000001`
/// becomes `"0.30000000000000001"`.
///
/// # Errors
/// The text is not JSON.
pub fn read(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(&with_long_numbers_quoted(text))
}

fn with_long_numbers_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|each: char| each == '"' || each == '-' || each.is_ascii_digit()) {
        let (before, from) = rest.split_at_checked(start).unwrap_or((rest, ""));
        out.push_str(before);
        let length = if from.starts_with('"') { string_length(from) } else { number_length(from) };
        let (token, after) = from.split_at_checked(length).unwrap_or((from, ""));
        // A number in the place of a member's name is a mistake, and must stay one.
        if !from.starts_with('"') && would_be_rounded(token) && !after.trim_start().starts_with(':') {
            out.extend(["\"", token, "\""]);
        } else {
            out.push_str(token);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// With its quotation marks; all of the text if it has no end.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().enumerate().skip(1).find(|(_, byte)| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    });
    end.map_or(text.len(), |(end, _)| end + 1)
}

fn number_length(text: &str) -> usize {
    let part = |each: char| each.is_ascii_digit() || matches!(each, '-' | '+' | '.' | 'e' | 'E');
    text.find(|each| !part(each)).unwrap_or(text.len())
}

/// It is a JSON number that reading it in the usual way would change.
fn would_be_rounded(token: &str) -> bool {
    // Whole numbers of up to 18 digits are kept as they are.
    if token.len() <= 18 && token.bytes().all(|byte| byte.is_ascii_digit()) || !is_number(token) {
        return false;
    }
    match (serde_json::from_str::<Number>(token), read_decimal(token)) {
        (Ok(kept), Ok(exact)) => read_decimal(&kept.to_string()) != Ok(exact),
        _ => true,
    }
}

/// As RFC 8259, section 6, has it.
fn is_number(token: &str) -> bool {
    let unsigned = token.strip_prefix('-').unwrap_or(token);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
}

/// The exact value of a number that the JSON library holds, or why it cannot be known.
pub(super) fn number(number: &Number) -> Result<rust_decimal::Decimal, String> {
    let whole = number.is_u64() || number.is_i64();
    let text = digits(number);
    let significant = text.split(['e', 'E']).next().unwrap_or_default().trim_start_matches(['-', '0', '.']);
    let significant = significant.trim_end_matches(['0', '.']).bytes().filter(u8::is_ascii_digit).count();
    if !whole && significant > 15 {
        return Err(format!("{text} has more digits than this JSON number keeps exactly; give it as text."));
    }
    read_decimal(&text).map_err(|_| format!("{text} has more digits than can be kept exactly."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_would_be_rounded_keep_their_digits() {
        for (text, kept) in [
            ("0.1", "0.1"),
            ("1e-7", "1e-7"),
            ("[0.10, 12, -3.5]", "[0.1,12,-3.5]"),
            ("9007199254740993", "9007199254740993"),
            ("9007199254740993.5", "\"9007199254740993.5\""),
            ("0.30000000000000001", "\"0.30000000000000001\""),
            ("100000000000000000001", "\"100000000000000000001\""),
            ("18446744073709551615", "18446744073709551615"),
            ("1e999", "\"1e999\""),
            (
                r#"{"a \" 0.30000000000000001": "0.30000000000000001"}"#,
                r#"{"a \" 0.30000000000000001":"0.30000000000000001"}"#,
            ),
            (r#"{"a": 0.30000000000000001}"#, r#"{"a":"0.30000000000000001"}"#),
        ] {
            assert_eq!(read(text).unwrap().to_string(), kept, "{text}");
        }
    }

    #[test]
    fn what_is_not_json_stays_an_error() {
        for text in
            ["01.00000000000000000001", "1.2.3", "{0.30000000000000001: 1}", "\"open", "[1", "", "-", "1.", "1e"]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_short_decimal_comes_through_as_a_number(mantissa in 0_u64..1_000_000_000_000_000, scale in 0_u32..20) {
            let exact = rust_decimal::Decimal::from_i128_with_scale(i128::from(mantissa), scale);
            let value: Value = serde_json::from_str(&exact.to_string()).unwrap();
            let Value::Number(held) = value else { panic!("not a number") };
            proptest::prop_assert_eq!(number(&held), Ok(exact));
        }

        #[test]
        fn every_decimal_is_read_exactly(mantissa in proptest::num::u128::ANY, scale in 0_u32..=28) {
            let exact = rust_decimal::Decimal::from_i128_with_scale((mantissa >> 33) as i128, scale);
            let kept = match read(&exact.to_string()).unwrap() {
                Value::Number(held) => number(&held),
                Value::String(text) => Ok(text.parse().unwrap()),
                other => panic!("{other}"),
            };
            proptest::prop_assert_eq!(kept, Ok(exact));
        }
    }
}
