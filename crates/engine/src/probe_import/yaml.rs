//! YAML 1.2, and JSON as part of it, as a tree that knows its lines. Limits on depth and size; nothing is ever run by a tag.

use saphyr_parser::{Event, Parser, ScalarStyle};
use std::collections::HashMap;

/// How deep lists and maps may stand in each other.
const DEPTH: usize = 64;
/// How many values a file may have, those that aliases repeat among them.
const NODES: usize = 200_000;

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// 1-based.
    pub(super) line: u32,
    pub(super) value: Value,
}

/// What stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing: `~`, `null`, or no words at all.
    Null,
    /// A text, a number, a truth value: as written.
    Words(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) line: u32,
    pub(super) what: String,
}

/// Reads all documents of a file, the entries of their maps together.
pub(super) fn read(text: &str) -> Result<Node, Wrong> {
    let mut build = Build::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Wrong {
            line: u32::try_from(error.marker().line()).unwrap_or(u32::MAX),
            what: error.info().to_owned(),
        })?;
        build.take(event, u32::try_from(span.start.line()).unwrap_or(u32::MAX))?;
    }
    Ok(Node { line: 1, value: Value::Map(build.all) })
}

/// A list or map that is not at its end.
enum Open {
    List(Vec<Node>),
    /// The entries, and the key that waits for its value.
    Map(Vec<(String, Node)>, Option<String>),
}

#[derive(Default)]
struct Build {
    all: Vec<(String, Node)>,
    open: Vec<(u32, usize, Open)>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

impl Build {
    fn take(&mut self, event: Event<'_>, line: u32) -> Result<(), Wrong> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let empty = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let value = if empty { Value::Null } else { Value::Words(text.into_owned()) };
                self.put(Node { line, value }, anchor, line)
            }
            Event::SequenceStart(anchor, _) => self.begin(line, anchor, Open::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.begin(line, anchor, Open::Map(Vec::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some((line, anchor, open)) = self.open.pop() else { return Ok(()) };
                let value = match open {
                    Open::List(list) => Value::List(list),
                    Open::Map(map, _) => Value::Map(map),
                };
                self.put(Node { line, value }, anchor, line)
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                let node =
                    node.ok_or_else(|| Wrong { line, what: "the alias stands for nothing before it".to_owned() })?;
                self.put(node, 0, line)
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, line: u32, anchor: usize, open: Open) -> Result<(), Wrong> {
        if self.open.len() >= DEPTH {
            return Err(Wrong { line, what: format!("it is nested deeper than {DEPTH} levels") });
        }
        self.open.push((line, anchor, open));
        Ok(())
    }

    fn put(&mut self, node: Node, anchor: usize, line: u32) -> Result<(), Wrong> {
        self.nodes += node.size();
        if self.nodes > NODES {
            return Err(Wrong { line, what: format!("it has more than {NODES} values") });
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            None => match node.value {
                Value::Map(entries) => self.all.extend(entries),
                // A list at the top is what exports of single parts are.
                _ => self.all.push((String::new(), node)),
            },
            Some((_, _, Open::List(list))) => list.push(node),
            Some((_, _, Open::Map(map, key))) => match (key.take(), node.value) {
                (Some(key), value) => merge(map, key, Node { line: node.line, value }),
                (None, Value::Words(words)) => *key = Some(words),
                (None, _) => *key = Some(String::new()),
            },
        }
        Ok(())
    }
}

/// `<<: *common` takes over what is not written itself.
fn merge(map: &mut Vec<(String, Node)>, key: String, node: Node) {
    match (key.as_str(), node.value) {
        ("<<", Value::Map(entries)) => {
            let fresh: Vec<_> =
                entries.into_iter().filter(|(name, _)| map.iter().all(|(known, _)| known != name)).collect();
            map.extend(fresh);
        }
        (_, value) => {
            map.retain(|(known, _)| *known != key);
            map.push((key, Node { line: node.line, value }));
        }
    }
}

impl Node {
    fn size(&self) -> usize {
        1 + match &self.value {
            Value::List(list) => list.iter().map(Self::size).sum(),
            Value::Map(map) => map.iter().map(|(_, node)| node.size()).sum(),
            _ => 0,
        }
    }

    /// An entry of a map.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(map) => map.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
        .filter(|node| node.value != Value::Null)
    }

    /// The words of an entry.
    pub(super) fn words(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_words().filter(|words| !words.is_empty())
    }

    /// An entry says yes.
    pub(super) fn is_true(&self, key: &str) -> bool {
        matches!(self.words(key), Some("true" | "True" | "yes" | "on" | "1"))
    }

    /// An entry says no.
    pub(super) fn is_false(&self, key: &str) -> bool {
        matches!(self.words(key), Some("false" | "False" | "no" | "off" | "0"))
    }

    pub(super) fn as_words(&self) -> Option<&str> {
        match &self.value {
            Value::Words(words) => Some(words),
            _ => None,
        }
    }

    /// The entries of a list; of a map its values; of a single value itself.
    pub(super) fn list(&self) -> Vec<&Self> {
        match &self.value {
            Value::List(list) => list.iter().collect(),
            Value::Map(map) => map.iter().map(|(_, node)| node).collect(),
            Value::Words(_) => vec![self],
            Value::Null => Vec::new(),
        }
    }

    /// Keys and values of a map.
    pub(super) fn entries(&self) -> &[(String, Self)] {
        match &self.value {
            Value::Map(map) => map,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_and_json_are_read_with_their_lines() {
        let yaml = read("a:\n  - x: 1\n    y: \"no\"\n  - z\nb: ~\n---\nc: {d: [1, 2]}\n").unwrap();
        let list = yaml.get("a").unwrap().list();
        assert_eq!((list[0].line, list[0].words("x"), list[0].words("y")), (2, Some("1"), Some("no")));
        assert_eq!((list[1].line, list[1].as_words()), (4, Some("z")));
        assert!(yaml.get("b").is_none());
        assert_eq!(yaml.get("c").unwrap().get("d").unwrap().list().len(), 2);
        let json =
            read("{\n  \"monitorList\": [\n    {\"name\": \"a\\u0062\", \"on\": true, \"n\": null}\n  ]\n}").unwrap();
        let first = json.get("monitorList").unwrap().list()[0];
        assert_eq!((first.line, first.words("name"), first.is_true("on")), (3, Some("ab"), true));
        assert!(first.get("n").is_none());
    }

    #[test]
    fn anchors_are_filled_in_and_do_not_grow_without_end() {
        let yaml = read("base: &b {m: GET, n: 1}\nx:\n  <<: *b\n  n: 2\n").unwrap();
        let x = yaml.get("x").unwrap();
        assert_eq!((x.words("m"), x.words("n")), (Some("GET"), Some("2")));
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let refers = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb += &format!("a{level}: &a{level} [{refers}]\n");
        }
        assert!(read(&bomb).unwrap_err().what.contains("values"));
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read("a: 1\nb: [1,\n").unwrap_err().line >= 2);
    }
}
