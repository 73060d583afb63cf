//! How a number that the JSON library holds is written in digits. Nothing is computed here.

use serde_json::Number;

/// A number with all its digits and no exponent. The standard library's way to write floats: that of the JSON library brings a
/// table of 10 KB into the window.
pub(crate) fn digits(number: &Number) -> String {
    match (number.as_u64(), number.as_i64()) {
        (Some(whole), _) => whole.to_string(),
        (_, Some(whole)) => whole.to_string(),
        _ => number.as_f64().unwrap_or_default().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_digits_and_no_exponent() {
        for (number, text) in [
            ("12", "12"),
            ("-3", "-3"),
            ("0.1", "0.1"),
            ("1e-7", "0.0000001"),
            ("1e21", "1000000000000000000000"),
            ("2.50", "2.5"),
        ] {
            assert_eq!(digits(&serde_json::from_str(number).unwrap()), text);
        }
    }
}
