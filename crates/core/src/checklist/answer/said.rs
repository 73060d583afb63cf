//! Lines without a box: fields, choices and sign-offs, criteria with their limits, facts, places to write, prose.

use super::super::glance::{self, Glance};
use super::super::inline::Token;
use super::super::line::{self, Draft, Piece, Pieces, Reading};
use super::super::model::*;
use super::super::phrase::{self, Phrase};
use super::super::read::{Place, Reader};
use super::super::{facts, field, inline, marker, probe, table};
use super::{Group, Marker, Radio};
use std::borrow::Cow;

impl<'s> Reader<'s> {
    /// A line without a box.
    pub(super) fn untick(&mut self, group: &Group<'_, 's>, base: usize, mut reading: Reading<'_>) {
        if !reading.has_drafts() {
            let people = placeholders(&mut reading, group.text.get(base..).unwrap_or_default());
            self.out.counts.contacts += u32::from(people);
        }
        if reading.has_drafts() {
            return self.answerable(group, None, base, reading);
        }
        let (words, glance) = (reading.words, reading.glance);
        let is_item = group.marker != Marker::None;
        if let Some(label) = self.asked_by_colon(group, &words) {
            let at = self.position(group, 0);
            let value = field::value_kind(&label, 20, "");
            let kind = ItemKind::Field { value, unit: None, default: None };
            let label = if label.is_empty() { self.name_from_above(group.above) } else { label };
            let item = self.item(Place { at, parent: group.above }, kind, label);
            let mut parts = reading.pieces.into_parts();
            parts.extend(self.id(item).map(|item| Part::Slot { item }));
            let number = group.marker.number();
            return self.node(group.start, group.end, group.depth, NodeKind::Answerable { parts, task: None, number });
        }
        if is_note_area(group.text, &words) {
            return self.note_area(group, &words);
        }
        if !is_item && group.depth == 0 {
            self.fact(group);
        }
        self.inline_commands(&reading.pieces, group.start, group.above);
        let is_markup = words.is_empty() && marker::trim_start(group.text).starts_with('<');
        if !words.is_empty() {
            if !is_item && group.depth == 0 && is_bold_line(group.text) {
                self.stand_under(line::without_colon(&words));
            }
            self.heard.clear();
            self.heard.push_str(&words);
            self.radio = if !is_item && announces_choice(&words) { Radio::Announced } else { Radio::No };
        }
        let of = group.above.and_then(|task| self.id(task));
        let kind = if is_markup {
            NodeKind::Comment
        } else if is_item {
            let condition = self.criterion(group, &words, glance).map(Box::new);
            if of.is_some() || condition.is_some() {
                NodeKind::Criterion { text: words.into_owned(), of, condition }
            } else {
                NodeKind::Prose { text: words.into_owned(), bullet: true }
            }
        } else {
            NodeKind::Prose { text: words.into_owned(), bullet: false }
        };
        self.node(group.start, group.end, group.depth, kind);
    }

    /// `_[Document the reasoning]_`: a place to write.
    fn note_area(&mut self, group: &Group<'_, 's>, words: &str) {
        let at = self.position(group, 0);
        let kind = ItemKind::Field { value: ValueKind::Text, unit: None, default: None };
        let label = self.name_from_above(group.above);
        let item = self.item(Place { at, parent: group.above }, kind, label);
        let mut parts = vec![Part::Text { text: words.to_owned() }];
        parts.extend(self.id(item).map(|item| Part::Slot { item }));
        let number = group.marker.number();
        self.node(group.start, group.end, group.depth, NodeKind::Answerable { parts, task: None, number });
    }

    /// The limit that a criterion states; the task above gets it too.
    fn criterion(&mut self, group: &Group<'_, 's>, words: &str, glance: Glance) -> Option<crate::condition::Condition> {
        let found = self.limits(group, words, glance);
        let condition = found.limits.first().map(|limit| limit.condition.clone());
        if let Some(task) = group.above.and_then(|above| self.out.items.get_mut(above)) {
            task.limits.extend(found.limits);
        }
        if !glance.has(glance::COLON) {
            return condition;
        }
        let mut urls = probe::health_urls(words).into_iter();
        match group.above {
            None => urls.next().into_iter().for_each(|url| self.offer_url(url, words, group.start, None)),
            Some(above) => urls.for_each(|url| self.offer_url(url, words, group.start, Some(above))),
        }
        condition
    }

    /// A bullet that ends in a colon with nothing after it, or says nothing at all, asks to be filled in.
    fn asked_by_colon(&self, group: &Group<'_, 's>, words: &str) -> Option<String> {
        if words.is_empty() {
            let empty = group.marker != Marker::None && group.text.trim().is_empty();
            return (empty && !self.leads(group.block)).then(String::new);
        }
        let label = words.strip_suffix([':', '：'])?;
        if self.leads(group.block) {
            return None;
        }
        let bold = marker::trim_start(group.text).starts_with("**");
        let short = label.chars().count() <= 48 && !label.contains(". ");
        (short && (bold || group.marker != Marker::None && group.above.is_some())).then(|| label.trim().to_owned())
    }

    fn fact(&mut self, group: &Group<'_, 's>) {
        let Some((words, value, bold)) = facts::split(group.text) else { return };
        let (key, known) = facts::key(words);
        let early = self.out.sections.len() <= 3;
        if value.is_empty() || !(known || early && (bold || words.split(' ').count() <= 3)) {
            return;
        }
        let value = inline::plain(value, self.links).into_owned();
        if table::is_placeholder(&value) {
            let message = format!("«{}» still has a placeholder: {value}.", inline::plain(words, self.links));
            self.problem(group.start, Severity::Note, "placeholder", message, "Put the fact in its place.");
        }
        let line = self.line_of(group.start);
        self.out.facts.push(Fact { key, value, line });
    }
}

/// Words in brackets or italics that say what to write in their place.
fn is_note_area(text: &str, words: &str) -> bool {
    let marked = marker::trim_start(text).starts_with(['[', '_', '*']);
    if !marked && !words.starts_with('[') {
        return false;
    }
    let italic =
        text.trim().strip_prefix(['_', '*']).is_some_and(|rest| rest.ends_with(['_', '*']) && !rest.starts_with('*'));
    let bracketed =
        words.starts_with('[') && words.ends_with(']') && words.contains(' ') && words.matches('[').count() == 1;
    let asks = || {
        ["Add any", "Add notes", "Enter ", "Describe ", "Document ", "List ", "Note any", "Record any"]
            .iter()
            .any(|start| words.starts_with(start))
    };
    bracketed || italic && asks()
}

/// A line that is bold from end to end stands for a heading.
fn is_bold_line(text: &str) -> bool {
    let inside = text.trim().strip_prefix("**").and_then(|rest| rest.trim_end_matches([':', '：']).strip_suffix("**"));
    inside.is_some_and(|inside| !inside.is_empty() && !inside.contains("**"))
}

/// Whether a section of this title explains how to use the checklist.
pub(in crate::checklist) fn instructs(title: &str) -> bool {
    const WORDS: [&str; 11] = [
        "instructions",
        "how to use",
        "legend",
        "usage",
        "anleitung",
        "legende",
        "instrucciones",
        "instruções",
        "使用说明",
        "说明",
        "使い方",
    ];
    let title = title.trim();
    let may_start = |byte: &u8| !byte.is_ascii() || b"ihlua".contains(&byte.to_ascii_lowercase());
    if !title.as_bytes().first().is_some_and(may_start) {
        return false;
    }
    let title = title.to_lowercase();
    WORDS.iter().any(|word| title == *word || word.contains(' ') && title.starts_with(word))
}

/// «Select one»: the boxes that follow are options.
pub(in crate::checklist) fn announces_choice(words: &str) -> bool {
    static PHRASES: [Phrase; 12] = Phrase::all([
        "select one",
        "choose one",
        "pick one",
        "check one",
        "mark one",
        "tick one",
        "select only one",
        "wählen sie eine",
        "escolha uma",
        "elija una",
        "选择一",
        "单选",
    ]);
    words.len() <= 200 && phrase::holds_any(words, &PHRASES)
}

/// `**Primary**: [Name] - [Contact]`: when nothing but placeholders follows a colon, they are fields.
/// True if they are for people to reach.
fn placeholders(reading: &mut Reading<'_>, text: &str) -> bool {
    let Pieces::Said(tokens) = &reading.pieces else { return false };
    let shows = |token: &&Token<'_>| matches!(token, Token::Text(_) | Token::Code(_) | Token::Link { .. });
    let Some(Token::Text(last)) = tokens.iter().rev().find(shows) else { return false };
    if !last.contains('[') {
        return false;
    }
    let Some((lead, tail)) = last.split_once(':') else { return false };
    let names: Vec<&str> = tail.split(['[', ']']).skip(1).step_by(2).collect();
    let mut between = tail.split(['[', ']']).step_by(2);
    let only = between.all(|part| part.chars().all(|c| matches!(c, ' ' | '-' | '–' | '/' | ',' | '|' | '(' | ')')));
    if names.is_empty() || !only || !names.iter().all(|name| table::is_placeholder(&format!("[{name}]"))) {
        return false;
    }
    let label = line::without_colon(reading.words.split(':').next().unwrap_or_default()).to_owned();
    if facts::key(&label).1 || label.is_empty() {
        return false;
    }
    let people = names.iter().any(|name| field::value_kind(name, 20, "") == ValueKind::Contact);
    let lead = format!("{lead}: ");
    let mut pieces: Vec<Piece<'_>> = tokens.iter().filter_map(line::part).map(Piece::Part).collect();
    pieces.pop();
    pieces.push(Piece::Part(Part::Text { text: lead }));
    let mut from = 0;
    for name in &names {
        let at = text.get(from..).and_then(|rest| rest.find(&format!("[{name}]"))).map_or(0, |at| from + at);
        from = at;
        let own = if names.len() > 1 { format!("{label} {name}") } else { label.clone() };
        let value = field::value_kind(&format!("{own} {name}"), 20, "");
        let kind = ItemKind::Field { value, unit: None, default: None };
        pieces.push(Piece::Draft(Draft { at, kind, label: own, tail: Cow::Borrowed("") }));
    }
    reading.pieces = Pieces::Asked(pieces);
    people
}
