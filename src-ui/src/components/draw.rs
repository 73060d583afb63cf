//! Elements made by hand, for what is long and repeats: strips, forms, tables. Each costs a call; a view of the framework would cost
//! a kilobyte of program. Text is set as text, never as markup.

use crate::browser;
use js_sys::Reflect;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event};

/// A number with two decimals at most: «12», «0.5», «-3.25». Without the tables that text of any float takes, 20 KB of program.
pub(crate) fn fixed(number: f64) -> String {
    let hundredths = (number * 100.0).round() as i64;
    let (sign, whole, rest) = (if hundredths < 0 { "-" } else { "" }, hundredths.abs() / 100, hundredths.abs() % 100);
    match rest {
        0 => format!("{sign}{whole}"),
        _ if rest % 10 == 0 => format!("{sign}{whole}.{}", rest / 10),
        _ => format!("{sign}{whole}.{rest:02}"),
    }
}

/// Adds an element under another one, with its class, text and attributes; empty ones are left out.
pub(crate) fn add(under: &Element, tag: &str, class: &str, text: &str, attributes: &[(&str, &str)]) -> Option<Element> {
    let made = browser::document()?.create_element(tag).ok()?;
    if !class.is_empty() {
        made.set_class_name(class);
    }
    if !text.is_empty() {
        made.set_text_content(Some(text));
    }
    for (name, value) in attributes {
        made.set_attribute(name, value).ok()?;
    }
    under.append_child(&made).ok()?;
    Some(made)
}

/// Takes away all that an element holds.
pub(crate) fn clear(of: &Element) {
    of.set_text_content(None);
}

/// What stands in an input, a select or a text area.
pub(crate) fn value_of(of: &Element) -> String {
    Reflect::get(of, &"value".into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}

/// Puts something into an input, a select or a text area.
pub(crate) fn set_value(of: &Element, text: &str) {
    // An element that has no value keeps none.
    let _ = Reflect::set(of, &"value".into(), &text.into());
}

/// The element with an attribute that an event happened in, and the attribute's value.
pub(crate) fn at(event: &Event, attribute: &str) -> Option<(Element, String)> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let found = target.closest(&format!("[{attribute}]")).ok()??;
    let value = found.get_attribute(attribute)?;
    Some((found, value))
}

/// All elements under another one that have an attribute.
pub(crate) fn all(under: &Element, attribute: &str) -> Vec<Element> {
    let Ok(found) = under.query_selector_all(&format!("[{attribute}]")) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_two_decimals_at_most() {
        let words = [0.0, 12.0, 0.5, -3.25, 99.999, -0.001, 43.98, 1.05].map(fixed);
        assert_eq!(words, ["0", "12", "0.5", "-3.25", "100", "0", "43.98", "1.05"]);
    }
}
