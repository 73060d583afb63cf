//! Secrets that are known by their value: masked as they are, and as JSON, URLs, forms and base64 write them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::fmt::Write as _;

/// A way in which a secret is written, and the name that stands in its place.
#[derive(Clone)]
pub struct Written {
    text: String,
    name: String,
}

/// A value shorter than this is no secret: whoever tries finds it, and masking it would tear other words apart.
const SHORTEST: usize = 4;

/// How a secret can be written, the longest first: as it is, escaped as in JSON (RFC 8259), with percent signs as in URLs (RFC 3986)
/// and forms, and as the part of a base64 text (RFC 4648) that it alone decides, wherever in the text it stands.
pub fn forms(name: &str, value: &str) -> Vec<Written> {
    if value.len() < SHORTEST {
        return Vec::new();
    }
    let mut texts = vec![value.to_owned()];
    texts.extend(serde_json::to_string(value).ok().map(|json| json.trim_matches('"').to_owned()));
    for upper in [true, false] {
        let percent = percent(value, upper);
        texts.extend([percent.replace("%20", "+"), percent]);
    }
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(value.as_bytes());
        // Six bits each: what stands before and after decides of the first and the last.
        let (first, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        for text in [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            texts.extend(text.get(first..end).filter(|text| text.len() >= SHORTEST).map(str::to_owned));
        }
    }
    texts.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    texts.dedup();
    texts.into_iter().map(|text| Written { text, name: name.to_owned() }).collect()
}

/// Masks in place.
pub fn mask_forms(text: &mut String, forms: &[Written]) {
    for form in forms {
        if text.contains(&form.text) {
            *text = text.replace(&form.text, &format!("[masked: {}]", form.name));
        }
    }
}

fn percent(value: &str, upper: bool) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        let _ = match byte {
            b'-' | b'.' | b'_' | b'~' => out.write_char(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.write_char(char::from(byte)),
            byte if upper => write!(out, "%{byte:02X}"),
            byte => write!(out, "%{byte:02x}"),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn a_known_secret_is_masked_however_it_is_written() {
        let value = "s3cr\"t/pass word+";
        let forms = forms("PW", value);
        for text in [
            value.to_owned(),
            serde_json::to_string(value).unwrap(),
            "a=s3cr%22t%2Fpass%20word%2B&b".to_owned(),
            "a=s3cr%22t%2fpass+word%2b&b".to_owned(),
            STANDARD.encode(value),
        ] {
            let mut shown = text.clone();
            mask_forms(&mut shown, &forms);
            assert!(shown.contains("[masked: PW]") && !shown.contains("s3cr"), "{text}: {shown}");
        }
        assert!(super::forms("PW", "abc").is_empty());
    }

    proptest::proptest! {
        #[test]
        fn nothing_of_it_is_left_in_base64(before in "[a-z:]{0,7}", after in "[a-z:]{0,7}", value in "[!-~]{8,30}") {
            let mut shown = STANDARD.encode(format!("{before}{value}{after}"));
            mask_forms(&mut shown, &forms("PW", &value));
            proptest::prop_assert!(shown.contains("[masked: PW]"));
        }
    }
}
