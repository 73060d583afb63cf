//! Probes that somebody has defined elsewhere: endpoints of Gatus, blackbox targets of Prometheus, monitors of Uptime Kuma.
//!
//! A file's bytes become asks with their expectations, and a list of what did not fit, with its line and reason. Nothing of it is
//! run here. Deliberately not in it: intervals, alerts and notifications, which are the record's own business.

mod blackbox;
mod gatus;
mod kuma;
#[cfg(test)]
mod tests;
mod yaml;

use crate::error::Error;
use countersign_core::ask::Ask;
use countersign_core::condition::Condition;
use std::path::Path;
use yaml::{Node, Wrong};

/// What a file comes to.
#[derive(Debug, Default, PartialEq)]
pub struct Imported {
    /// What sort of file it is.
    pub kind: &'static str,
    /// The probes, in the file's order.
    pub probes: Vec<Defined>,
    /// What did not fit.
    pub left: Vec<Left>,
}

/// A probe as the file defines it.
#[derive(Debug, PartialEq)]
pub struct Defined {
    /// What the file calls it.
    pub name: String,
    /// What it asks.
    pub ask: Ask,
    /// What must hold of the answer.
    pub expect: Vec<Condition>,
    /// 1-based line.
    pub line: u32,
}

/// Something that did not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// 1-based line.
    pub line: u32,
    /// What, and why.
    pub what: String,
}

/// Reads a file of any of the kinds that are known.
///
/// # Errors
/// [`Error::Definitions`] if it is no YAML or JSON, or none of the known kinds.
pub fn read(path: &Path, bytes: &[u8]) -> Result<Imported, Error> {
    let wrong = |line, detail: String| Error::Definitions { path: path.to_owned(), line, detail };
    let text = std::str::from_utf8(bytes).map_err(|_| wrong(1, "it is no UTF-8 text".to_owned()))?;
    let tree = yaml::read(text.trim_start_matches('\u{feff}')).map_err(|Wrong { line, what }| wrong(line, what))?;
    let mut found = Found::default();
    let kind = match () {
        () if tree.get("monitorList").is_some() => {
            kuma::read(&tree, &mut found);
            "Uptime Kuma export"
        }
        () if tree.get("scrape_configs").is_some() => {
            blackbox::read(&tree, &mut found);
            "Prometheus blackbox targets"
        }
        () if tree.get("endpoints").is_some() => {
            gatus::read(&tree, &mut found);
            "Gatus endpoints"
        }
        () => return Err(wrong(1, "it has no «endpoints», «scrape_configs» or «monitorList»".to_owned())),
    };
    let Found { probes, left } = found;
    Ok(Imported { kind, probes, left })
}

/// What is found while a file is read.
#[derive(Debug, Default)]
struct Found {
    probes: Vec<Defined>,
    left: Vec<Left>,
}

/// A probe as far as it is put together.
#[derive(Debug, Default)]
struct Draft {
    name: String,
    line: u32,
    ask: String,
    expect: Vec<String>,
}

impl Found {
    fn leave(&mut self, node: &Node, name: &str, why: &str) {
        self.left.push(Left { line: node.line, what: format!("{name}: {why}") });
    }

    /// Takes a probe whose words are read by the one grammar of probes; what they say wrong is told.
    fn add(&mut self, draft: Draft) {
        let Draft { name, line, ask, expect } = draft;
        let ask = match ask.parse::<Ask>() {
            Ok(ask) => ask,
            Err(wrong) => return self.left.push(Left { line, what: format!("{name}: {}", wrong.message) }),
        };
        let mut conditions = Vec::new();
        for text in expect {
            match text.parse() {
                Ok(condition) => conditions.push(condition),
                Err(_) => {
                    self.left.push(Left { line, what: format!("{name}: the condition «{text}» is not understood") })
                }
            }
        }
        if conditions.is_empty() {
            conditions = ask.default_expectation();
        }
        self.probes.push(Defined { name, ask, expect: conditions, line });
    }

    /// The words of a header field, or none if its value is a secret that stands in the file.
    fn header(&mut self, node: &Node, name: &str, field: &str, value: &str) -> Option<String> {
        let value = environment(value);
        let low = field.to_ascii_lowercase();
        let secret = ["authorization", "cookie", "token", "key", "secret"].iter().any(|part| low.contains(part));
        if secret && !value.contains("${env:") {
            self.leave(
                node,
                name,
                &format!("the header {field} has its value in the file; name a variable of the environment"),
            );
            return None;
        }
        Some(format!(" header={}", quoted(&format!("{field}: {value}"))))
    }
}

/// `${NAME}` and `$NAME` as references to the environment.
fn environment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let tail = tail.get(1..).unwrap_or_default();
        let braced = tail.starts_with('{');
        let name_part = tail.trim_start_matches('{');
        let length = name_part.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let (name, after) = name_part.split_at(length);
        match after.strip_prefix('}') {
            Some(after) if braced && !name.is_empty() => {
                out.push_str(&format!("${{env:{name}}}"));
                rest = after;
            }
            _ if !braced && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) => {
                out.push_str(&format!("${{env:{name}}}"));
                rest = after;
            }
            _ => {
                out.push('$');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

/// In double quotes, as the grammar of probes reads it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A value of a condition: numbers and truth values as they are, anything else as text.
fn value(text: &str) -> String {
    let text = text.trim().trim_matches('"');
    let plain = matches!(text, "true" | "false" | "null")
        || !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && !text.starts_with('.')
            && text.bytes().filter(|byte| *byte == b'.').count() < 2
            && !text.ends_with('.');
    if plain { text.to_owned() } else { quoted(text) }
}

/// Hours, minutes, seconds of Go's durations («48h», «1h30m») in seconds.
fn seconds(text: &str) -> Option<u64> {
    let mut all = 0_u64;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at(digits);
        let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, after) = tail.split_at(letters);
        let of_unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return None,
        };
        all = all.checked_add(number.parse::<u64>().ok()?.checked_mul(of_unit)?)?;
        rest = after;
    }
    (!text.trim().is_empty()).then_some(all)
}
