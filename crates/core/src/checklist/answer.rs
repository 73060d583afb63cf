//! Paragraphs and list items into nodes and items: tasks, fields, choices, sign-offs, gates, criteria, prose.

use super::inline::{self, Token};
use super::line::{self, Draft, Piece, Reading};
use super::marker::{Mark, Tick};
use super::model::*;
use super::phrase::{self, Pairs, Phrase};
use super::read::{Place, Reader};
use super::scan::{Block, Line, Lines};
use super::threshold::{self, Subject};
use super::{annotation, choice, circumstance, facts, fence, source, table};
use std::borrow::Cow;

/// Some lines of a block that are read as one, and where they stand.
pub(super) struct Group<'g, 's> {
    pub(super) start: usize,
    pub(super) end: usize,
    lines: &'g [Line<'s>],
    text: Cow<'s, str>,
    depth: u8,
    /// The task above.
    above: Option<usize>,
    marker: Marker<'s>,
    /// Something is nested in it, or follows that it introduces.
    leads: bool,
}

/// What a line starts with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker<'s> {
    None,
    Bullet,
    Number(&'s str),
}

/// Options written as list items under «Select one».
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Radio {
    #[default]
    No,
    /// The next list is one choice.
    Announced,
    /// Its item.
    Open(usize),
}

impl<'s> Reader<'s> {
    /// Reads the lines of a paragraph or list item, and gives the task that they make, or the one above.
    pub(super) fn lines(
        &mut self,
        block: &Block<'s>,
        end: usize,
        lines: &Lines<'s>,
        marker: Marker<'s>,
        leads: bool,
    ) -> Option<usize> {
        let above = self.above(block);
        let depth = block.depth;
        if lines.more.is_empty() {
            let one = [lines.first];
            let text = Cow::Borrowed(lines.first.text);
            return self.group(&Group { start: block.start, end, lines: &one, text, depth, above, marker, leads });
        }
        let all: Vec<Line<'s>> = lines.iter().collect();
        let mut own = above;
        let mut from = 0;
        while from < all.len() {
            let rest = all.get(from + 1..).unwrap_or_default();
            let length = 1 + rest.iter().position(|line| stands_alone(line.text)).unwrap_or(rest.len());
            let part = all.get(from..from + length).unwrap_or_default();
            let Some(first) = part.first() else { break };
            let text = match part {
                [one] => Cow::Borrowed(one.text),
                _ => Cow::Owned(part.iter().map(|line| line.text).collect::<Vec<_>>().join("\n")),
            };
            let start = if from == 0 { block.start } else { first.start };
            let next = all.get(from + length);
            let end = next.map_or(end, |line| line.start);
            let marker = if from == 0 { marker } else { Marker::None };
            let leads = leads && next.is_none();
            let task = self.group(&Group { start, end, lines: part, text, depth, above: own, marker, leads });
            if marker != Marker::None {
                own = task;
            }
            from += length;
        }
        own
    }

    /// The text offset in the file of an offset in a group's text.
    fn position(&self, group: &Group<'_, 's>, at: usize) -> usize {
        let mut left = at;
        for line in group.lines {
            if left <= line.text.len() {
                return self.offset_of(line.text) + left;
            }
            left -= line.text.len() + 1;
        }
        group.start
    }

    fn group(&mut self, group: &Group<'_, 's>) -> Option<usize> {
        let text: &str = &group.text;
        let links = self.links;
        let (mut tick, mut base) = leading_box(text);
        let mut tokens = inline::tokens(text.get(base..).unwrap_or_default(), links);
        if tick.is_some_and(|found| is_option(&tokens, found.glyph)) {
            tokens = inline::tokens(text, links);
            tick = None;
            base = 0;
        }
        let first_item = self.out.items.len();
        self.look_at(group, base, &tokens);
        let comments: Vec<(usize, &str)> = tokens.iter().filter_map(comment).collect();
        let reading = line::read(tokens);
        let task = match tick {
            // How the boxes are to be used is no task.
            Some(_) if self.instructs => {
                let (text, bullet) = (reading.words, group.marker != Marker::None);
                self.node(group.start, group.end, group.depth, NodeKind::Prose { text, bullet });
                group.above
            }
            Some(_) if self.radio != Radio::No => {
                self.option(group, reading.words);
                group.above
            }
            Some(tick) => self.task(group, tick, base, reading),
            None => {
                self.untick(group, base, reading);
                group.above
            }
        };
        self.remember(first_item, task.filter(|task| *task >= first_item));
        self.annotate_line(group, base, &comments);
        task
    }

    /// Counts blanks, and reports what does not lead anywhere.
    fn look_at(&mut self, group: &Group<'_, 's>, base: usize, tokens: &[Token<'_>]) {
        for token in tokens {
            match token {
                Token::Blank { .. } => self.out.counts.blanks += 1,
                Token::Unresolved { at, label } => {
                    let at = self.position(group, base + at);
                    let message = format!("The link's label «{label}» is defined nowhere.");
                    let hint = "Add a line such as «[label]: https://…».";
                    self.problem(at, Severity::Note, "unresolved_reference", message, hint);
                }
                _ => {}
            }
        }
    }

    /// Annotations and hints in the comments of a line.
    fn annotate_line(&mut self, group: &Group<'_, 's>, base: usize, comments: &[(usize, &str)]) {
        for (at, text) in comments {
            let at = self.position(group, base + at);
            match annotation::body(text) {
                Some(body) => self.annotate(body, at),
                None => self.fill_in_hint(text),
            }
        }
        self.apply_pending();
    }

    /// A line without a box.
    fn untick(&mut self, group: &Group<'_, 's>, base: usize, mut reading: Reading) {
        if !reading.has_drafts() {
            let people = placeholders(&mut reading, group.text.get(base..).unwrap_or_default());
            self.out.counts.contacts += u32::from(people);
        }
        if reading.has_drafts() {
            return self.answerable(group, None, base, reading);
        }
        let words = std::mem::take(&mut reading.words);
        let is_item = group.marker != Marker::None;
        if let Some(label) = self.asked_by_colon(group, &words) {
            let at = self.position(group, 0);
            let value = super::field::value_kind(&label, None, 20, "");
            let kind = ItemKind::Field { value, unit: None, default: None };
            let label = if label.is_empty() { self.name_from_above(group.above) } else { label };
            let item = self.item(Place { at, parent: group.above }, kind, label);
            let mut parts: Vec<Part> = reading.pieces.into_iter().filter_map(Piece::part).collect();
            parts.extend(self.id(item).map(|item| Part::Slot { item }));
            let number = group.marker.number();
            return self.node(group.start, group.end, group.depth, NodeKind::Answerable { parts, task: None, number });
        }
        if is_note_area(&group.text, &words) {
            return self.note_area(group, &words);
        }
        if !is_item && group.depth == 0 {
            self.fact(group);
        }
        self.inline_commands(&reading.pieces, group.start, group.above);
        let is_markup = words.is_empty() && group.text.trim_start().starts_with('<');
        if !words.is_empty() {
            if !is_item && group.depth == 0 && is_bold_line(&group.text) {
                line::without_colon(&words).clone_into(&mut self.under);
            }
            self.heard.clone_from(&words);
            self.radio = if !is_item && announces_choice(&words) { Radio::Announced } else { Radio::No };
        }
        let of = group.above.and_then(|task| self.id(task));
        let kind = if is_markup {
            NodeKind::Comment
        } else if is_item {
            let condition = self.criterion(group, &words);
            if of.is_some() || condition.is_some() {
                NodeKind::Criterion { text: words, of, condition }
            } else {
                NodeKind::Prose { text: words, bullet: true }
            }
        } else {
            NodeKind::Prose { text: words, bullet: false }
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
    fn criterion(&mut self, group: &Group<'_, 's>, words: &str) -> Option<crate::condition::Condition> {
        let found = self.limits(group, words);
        let condition = found.limits.first().map(|limit| limit.condition.clone());
        if let Some(task) = group.above.and_then(|above| self.out.items.get_mut(above)) {
            task.limits.extend(found.limits);
        } else if let Some(url) = super::probe::health_urls(&[words]).into_iter().next() {
            self.offer_url(url, words, group.start, None);
        }
        if let Some(above) = group.above {
            for url in super::probe::health_urls(&[words]) {
                self.offer_url(url, words, group.start, Some(above));
            }
        }
        condition
    }

    /// The limits in a line's words, about what these name or the task above.
    fn limits(&mut self, group: &Group<'_, 's>, words: &str) -> threshold::Found {
        if !threshold::is_possible(words) {
            return threshold::Found::default();
        }
        let above = group.above.and_then(|above| self.out.items.get(above));
        let above = above.map(|above| above.label.as_str()).unwrap_or_default();
        let found = threshold::limits(words, Subject::Named { above }, self.alerts(above));
        self.not_understood(group, &found);
        found
    }

    fn not_understood(&mut self, group: &Group<'_, 's>, found: &threshold::Found) {
        for (text, why) in &found.not_understood {
            let at = group.text.find(text.as_str()).unwrap_or(0);
            let at = self.position(group, at);
            let message = format!("The limit «{text}» was not understood: {why}.");
            let hint =
                "Name what is measured before the sign, as in «error rate < 0.1%», or annotate the line with a limit.";
            self.problem(at, Severity::Note, "limit_not_understood", message, hint);
        }
    }

    /// Whether limits here call for action when they hold: under alerts and rollback triggers.
    fn alerts(&self, above: &str) -> bool {
        let title = self.out.sections.last().map(|section| section.title.as_str()).unwrap_or_default();
        static TRIGGERS: [Phrase; 3] = Phrase::all(["alert", "trigger", "alarm"]);
        static ROLLBACK: [Phrase; 1] = Phrase::all(["rollback"]);
        static WHEN: [Phrase; 4] = Phrase::all(["criteria", "if ", "when", "mandatory"]);
        let says = |text: &str| {
            phrase::holds_any(text, &TRIGGERS) || phrase::holds_any(text, &ROLLBACK) && phrase::holds_any(text, &WHEN)
        };
        says(above) || says(title) || says(&self.under) || self.heard.contains("rolls back")
    }

    /// A bullet that ends in a colon with nothing after it, or says nothing at all, asks to be filled in.
    fn asked_by_colon(&self, group: &Group<'_, 's>, words: &str) -> Option<String> {
        if group.leads || group.text.contains("<!--") && words.is_empty() {
            return None;
        }
        if words.is_empty() {
            return (group.marker != Marker::None && group.text.trim().is_empty()).then(String::new);
        }
        let label = words.strip_suffix([':', '：'])?;
        let bold = group.text.trim_start().starts_with("**");
        let short = label.chars().count() <= 48 && !label.contains(". ");
        (short && (bold || group.marker != Marker::None && group.above.is_some())).then(|| label.trim().to_owned())
    }

    fn task(&mut self, group: &Group<'_, 's>, tick: Tick, base: usize, reading: Reading) -> Option<usize> {
        let at = self.position(group, 0);
        if reading.words.is_empty() && !reading.has_drafts() {
            let message = "A box without words; it is taken as a line to fill in.".to_owned();
            self.problem(at, Severity::Note, "empty_item", message, "Write what is to be done after the box.");
            let kind = ItemKind::Field { value: ValueKind::Text, unit: None, default: None };
            let label = self.name_from_above(group.above);
            let item = self.item(Place { at, parent: group.above }, kind, label);
            let parts = self.id(item).map(|item| Part::Slot { item }).into_iter().collect();
            self.node(group.start, group.end, group.depth, NodeKind::Answerable { parts, task: None, number: None });
            return group.above;
        }
        let nested = group.depth > 0 && group.marker != Marker::None;
        let form = match group.marker {
            Marker::Number(_) => TaskForm::Ordered,
            _ if nested => TaskForm::Nested,
            _ => TaskForm::Bullet,
        };
        let label = reading.label().to_owned();
        let kind = ItemKind::Task { form, prechecked: tick.mark == Mark::Done };
        self.heard.clone_from(&label);
        let item = self.item(Place { at, parent: group.above }, kind, label);
        self.out.counts.nested_tasks += u32::from(nested);
        self.judge(group, item, &reading);
        self.odd_box(group, tick, base);
        self.answerable(group, Some(item), base, reading);
        Some(item)
    }

    fn odd_box(&mut self, group: &Group<'_, 's>, tick: Tick, base: usize) {
        let at = self.position(group, 0);
        if tick.mark == Mark::Other {
            let message = "The box holds neither a space nor an x.".to_owned();
            self.problem(at, Severity::Note, "unusual_mark", message, "It is taken as a task that is open.");
        }
        let more = group.text.get(tick.length..base).is_some_and(|between| !between.trim().is_empty());
        if more {
            let message = "Several boxes stand before the words; they are taken as one.".to_owned();
            self.problem(at, Severity::Note, "doubled_box", message, "Leave one box.");
        }
    }

    /// Limits, owner, circumstance and health addresses of a task.
    fn judge(&mut self, group: &Group<'_, 's>, item: usize, reading: &Reading) {
        let words = if reading.has_drafts() { reading.label() } else { &reading.words };
        let found = self.limits(group, words);
        for url in super::probe::health_urls(&[&reading.words]) {
            self.offer_url(url, &reading.words, group.start, Some(item));
        }
        let owner = circumstance::owner(&reading.words);
        let only_if = circumstance::only_if(words);
        if let Some(item) = self.out.items.get_mut(item) {
            item.limits = found.limits;
            item.owner = owner;
            item.only_if = only_if;
        }
    }

    /// A list item that is one option of a choice.
    fn option(&mut self, group: &Group<'_, 's>, words: String) {
        self.out.counts.choice_options += 1;
        self.out.counts.choice_lines += 1;
        let mut parts = vec![Part::Text { text: words.clone() }];
        if let Radio::Open(item) = self.radio {
            if let Some(ItemKind::Choice { options }) = self.out.items.get_mut(item).map(|item| &mut item.kind) {
                options.push(words.clone());
            }
            return self.node(group.start, group.end, group.depth, NodeKind::Prose { text: words, bullet: true });
        }
        let at = self.position(group, 0);
        let label = self.out.sections.last().map(|section| section.title.clone()).unwrap_or_default();
        let kind = ItemKind::Choice { options: vec![words] };
        let item = self.item(Place { at, parent: group.above }, kind, label);
        self.out.counts.choices += 1;
        self.radio = Radio::Open(item);
        let message = "The boxes of this list are taken as one choice, as the text says to select one.".to_owned();
        self.problem(at, Severity::Note, "radio_group", message, "If each is to be done, leave «select one» out.");
        parts.splice(0..0, self.id(item).map(|item| Part::Slot { item }));
        self.node(group.start, group.end, group.depth, NodeKind::Answerable { parts, task: None, number: None });
    }

    /// Makes items of a line's drafts, and the line's node.
    fn answerable(&mut self, group: &Group<'_, 's>, task: Option<usize>, base: usize, reading: Reading) {
        let parent = task.or(group.above);
        let mut parts = Vec::with_capacity(reading.pieces.len());
        let mut gated = false;
        for piece in reading.pieces {
            match piece {
                Piece::Part(part) => {
                    if let Part::Code { text } = &part
                        && fence::is_command(text)
                    {
                        self.command(text.clone(), group.start, parent);
                    }
                    parts.push(part);
                }
                Piece::Draft(draft) => {
                    gated |= matches!(draft.kind, ItemKind::Gate { .. });
                    let at = self.position(group, base + draft.at);
                    let item = self.draft(draft, at, parent);
                    parts.extend(self.id(item).map(|item| Part::Slot { item }));
                }
            }
        }
        if let Some(words) = choice::gate_words(&reading.words).filter(|_| task.is_some() && !gated) {
            let options = choice::gate_options(words);
            let at = self.position(group, base);
            let item = self.item(Place { at, parent }, ItemKind::Gate { options }, words.to_owned());
            parts.extend(self.id(item).map(|item| Part::Slot { item }));
        }
        let task = task.and_then(|task| self.id(task));
        let number = group.marker.number();
        self.node(group.start, group.end, group.depth, NodeKind::Answerable { parts, task, number });
    }

    /// Makes the item of a draft, with its limits.
    pub(super) fn draft(&mut self, draft: Draft, at: usize, parent: Option<usize>) -> usize {
        let nameless = draft.label.is_empty() || matches!(&draft.kind, ItemKind::SignOff { role } if role.is_empty());
        let label = if nameless { Some(self.name_from_above(parent)) } else { None };
        let label = label.filter(|label| !label.is_empty()).unwrap_or(draft.label);
        let kind = match draft.kind {
            ItemKind::SignOff { role } if role.is_empty() => ItemKind::SignOff { role: label.clone() },
            ItemKind::Field { .. } if choice::is_go_no_go(&label) => {
                ItemKind::Gate { options: vec!["GO".to_owned(), "NO-GO".to_owned()] }
            }
            kind @ (ItemKind::Choice { .. } | ItemKind::Gate { .. }) => {
                self.out.counts.choice_lines += 1;
                self.out.counts.choices += 1;
                if let ItemKind::Choice { options } | ItemKind::Gate { options } = &kind {
                    self.out.counts.choice_options += source::number(options.len());
                }
                kind
            }
            kind => kind,
        };
        let item = self.item(Place { at, parent }, kind, label);
        if !draft.tail.is_empty() {
            let found = threshold::limits(&draft.tail, Subject::Value, false);
            for (text, why) in &found.not_understood {
                let message = format!("The limit «{text}» was not understood: {why}.");
                let hint = "Write it as «target: < 200 ms», or annotate the line with a limit.";
                self.problem(at, Severity::Note, "limit_not_understood", message, hint);
            }
            if let Some(item) = self.out.items.get_mut(item) {
                item.limits = found.limits;
            }
        }
        item
    }

    /// What names an item that has no words of its own: the task above, the line before, or the section.
    pub(super) fn name_from_above(&self, parent: Option<usize>) -> String {
        match parent.and_then(|parent| self.out.items.get(parent)) {
            Some(parent) => parent.label.clone(),
            None if !self.heard.is_empty() => line::without_colon(&self.heard).to_owned(),
            None => self.out.sections.last().map(|section| section.title.clone()).unwrap_or_default(),
        }
    }

    fn fact(&mut self, group: &Group<'_, 's>) {
        let Some((words, value, bold)) = facts::split(&group.text) else { return };
        let (key, known) = facts::key(words);
        let early = self.out.sections.len() <= 3;
        if value.is_empty() || !(known || early && (bold || words.split(' ').count() <= 3)) {
            return;
        }
        let value = inline::plain(value, self.links);
        if table::is_placeholder(&value) {
            let message = format!("«{}» still has a placeholder: {value}.", inline::plain(words, self.links));
            self.problem(group.start, Severity::Note, "placeholder", message, "Put the fact in its place.");
        }
        let line = self.line_of(group.start);
        self.out.facts.push(Fact { key, value, line });
    }
}

impl Marker<'_> {
    fn number(self) -> Option<String> {
        match self {
            Marker::Number(number) => Some(number.to_owned()),
            _ => None,
        }
    }
}

fn comment<'t>(token: &Token<'t>) -> Option<(usize, &'t str)> {
    match token {
        Token::Comment { at, text } => Some((*at, text)),
        _ => None,
    }
}

/// The box that a line starts with, the first if there are several, and where the words start.
fn leading_box(text: &str) -> (Option<Tick>, usize) {
    let mut found = None;
    let mut at = 0;
    while let Some(tick) = Tick::leading(text.get(at..).unwrap_or_default()) {
        // `- [ ] ✅ text` has one box and a remark.
        if found.is_some_and(|first: Tick| first.glyph != tick.glyph) {
            break;
        }
        found = found.or(Some(tick));
        let after = text.get(at + tick.length..).unwrap_or_default();
        at = text.len() - after.trim_start().len();
    }
    (found, at)
}

/// Whether the box before these tokens is the first option of a choice: `[ ] GO [ ] NO-GO`.
fn is_option(tokens: &[Token<'_>], glyph: bool) -> bool {
    let Some(Token::Box { glyph: other, .. }) = tokens.iter().find(|token| matches!(token, Token::Box { .. })) else {
        return false;
    };
    let first = line::following(tokens, 0);
    let first = first.trim();
    *other == glyph && !first.is_empty() && first.split(' ').count() <= 4 && !first.ends_with(['?', ':', '？', '：'])
}

/// Words in brackets or italics that say what to write in their place.
fn is_note_area(text: &str, words: &str) -> bool {
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

/// Whether a line within a paragraph is read on its own.
fn stands_alone(text: &str) -> bool {
    text.starts_with("**")
        || text.contains("__")
        || text.contains('☐')
        || Tick::leading(text).is_some()
        || facts::split(text).is_some_and(|(words, _, _)| facts::key(words).1 || words.split(' ').count() <= 2)
}

/// Whether a section of this title explains how to use the checklist.
pub(super) fn instructs(title: &str) -> bool {
    static WORDS: [Phrase; 11] = Phrase::all([
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
    ]);
    if !Pairs::of(title).may_hold_any(&WORDS) {
        return false;
    }
    let title = title.trim().to_lowercase();
    WORDS.iter().any(|word| title == word.text || word.text.contains(' ') && title.starts_with(word.text))
}

/// «Select one»: the boxes that follow are options.
pub(super) fn announces_choice(words: &str) -> bool {
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
fn placeholders(reading: &mut Reading, text: &str) -> bool {
    let [.., Piece::Part(Part::Text { text: last })] = reading.pieces.as_slice() else { return false };
    if !last.contains('[') {
        return false;
    }
    let last = last.clone();
    let Some((lead, tail)) = last.split_once(':') else { return false };
    let names: Vec<&str> = tail.split(['[', ']']).skip(1).step_by(2).collect();
    let between = tail.split(['[', ']']).step_by(2);
    let only =
        between.clone().all(|part| part.chars().all(|c| matches!(c, ' ' | '-' | '–' | '/' | ',' | '|' | '(' | ')')));
    if names.is_empty() || !only || !names.iter().all(|name| table::is_placeholder(&format!("[{name}]"))) {
        return false;
    }
    let label = line::without_colon(reading.words.split(':').next().unwrap_or_default()).to_owned();
    if facts::key(&label).1 || label.is_empty() {
        return false;
    }
    let people = names.iter().any(|name| super::field::value_kind(name, None, 20, "") == ValueKind::Contact);
    let lead = format!("{lead}: ");
    let mut pieces: Vec<Piece> = std::mem::take(&mut reading.pieces);
    pieces.pop();
    pieces.push(Piece::Part(Part::Text { text: lead }));
    let mut from = 0;
    for name in &names {
        let at = text.get(from..).and_then(|rest| rest.find(&format!("[{name}]"))).map_or(0, |at| from + at);
        from = at;
        let own = if names.len() > 1 { format!("{label} {name}") } else { label.clone() };
        let value = super::field::value_kind(&format!("{own} {name}"), None, 20, "");
        let kind = ItemKind::Field { value, unit: None, default: None };
        pieces.push(Piece::Draft(Draft { at, kind, label: own, tail: String::new() }));
    }
    reading.pieces = pieces;
    people
}
