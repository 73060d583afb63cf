//! What is written where: each item's answer as the file's own notation has it.

use super::Edit;
use super::place::{Box, Lines, Look};
use crate::checklist::{Item, ItemKind, NodeKind};
use crate::record::{ItemView, SignedOff, State, View};
use std::ops::Range;

/// All changes that the record's answers make.
pub(super) fn edits(lines: &Lines<'_>, view: &View) -> Vec<Edit> {
    let tables: Vec<Range<usize>> = view
        .template
        .nodes
        .iter()
        .filter(|node| matches!(node.kind, NodeKind::Table { .. }))
        .map(|node| node.span.start..node.span.end)
        .collect();
    let mut at: Vec<(usize, &Item)> =
        view.template.items.iter().map(|item| (lines.offset(item.line, item.column), item)).collect();
    at.sort_by_key(|(at, _)| *at);
    let mut writer = Writer { lines, view, taken: Vec::new(), edits: Vec::new() };
    for (number, (offset, item)) in at.iter().enumerate() {
        let next = at.iter().skip(number + 1).map(|(at, _)| *at).find(|at| at > offset);
        let line = lines.line(item.line);
        let in_table = tables.get(tables.partition_point(|table| table.end <= *offset));
        let in_table = in_table.is_some_and(|table| table.contains(offset));
        let place = Place { at: *offset, line, next: next.unwrap_or(lines.bytes.len()), in_table };
        writer.item(item, &place);
    }
    writer.edits
}

/// Where an item stands.
struct Place {
    at: usize,
    line: Range<usize>,
    /// Where the next item stands.
    next: usize,
    in_table: bool,
}

struct Writer<'r, 'b> {
    lines: &'r Lines<'b>,
    view: &'r View,
    /// The boxes and blanks that have their item.
    taken: Vec<Range<usize>>,
    edits: Vec<Edit>,
}

impl Writer<'_, '_> {
    fn item(&mut self, item: &Item, place: &Place) {
        let entered = self.view.item(&item.id);
        match &item.kind {
            ItemKind::Task { prechecked, .. } => self.task(entered, *prechecked, place),
            ItemKind::Field { unit, .. } => {
                if let Some(text) = said(entered) {
                    self.value(&text, unit.as_deref(), place);
                }
            }
            ItemKind::Choice { options } | ItemKind::Gate { options } => self.choice(options, entered, place),
            ItemKind::SignOff { .. } => {
                let signed = self.view.standing_sign_offs().into_iter().find(|signed| {
                    let statement = &signed.sign_off.statement;
                    statement.item.as_ref() == Some(&item.id) && statement.decision.approves()
                });
                match (signed, said(entered).filter(|_| entered.state != State::Done)) {
                    (Some(signed), _) => self.sign_off(signed, place),
                    (None, Some(text)) => self.value(&text, None, place),
                    (None, None) => {}
                }
            }
        }
    }

    /// A task's box: where its item stands, or else the first one of the line that is nobody's.
    fn task(&mut self, entered: &ItemView, prechecked: bool, place: &Place) {
        if entered.state == State::Open && !prechecked {
            return;
        }
        let free = |found: &Box| !self.taken.iter().any(|taken| taken.start == found.range.start);
        let found = self.lines.box_from(place.at, place.line.end).filter(free);
        let found = found.or_else(|| self.lines.box_from(place.line.start, place.line.end).filter(free));
        let boxless = found.is_none();
        if let Some(found) = found {
            self.mark(&found, entered.state);
        }
        // A line that a person made a task of has no box of its own.
        if !matches!(entered.state, State::Open | State::Done) || boxless && entered.state == State::Done {
            let text = said(entered).unwrap_or_default();
            self.append(&format!(" — *{}*", guarded(&text, place.in_table)), place);
        }
    }

    fn mark(&mut self, found: &Box, state: State) {
        let range = found.range.clone();
        self.taken.push(range.clone());
        match found.look {
            Look::Brackets => {
                let inside = match state {
                    State::Open => " ",
                    State::Done => "x",
                    State::Failed => "!",
                    State::NotApplicable => "-",
                    State::Blocked => "~",
                    State::Skipped => ">",
                };
                self.replace(range.start + 1..range.end - 1, inside.to_owned());
            }
            Look::Glyph => {
                let glyph = match state {
                    State::Open => "☐",
                    State::Done => "☑",
                    _ => "☒",
                };
                self.replace(range, glyph.to_owned());
            }
            Look::Input if state == State::Done && !found.ticked => {
                let end = range.end - 1;
                self.replace(end..end, " checked".to_owned());
            }
            Look::Input => {}
        }
    }

    /// A value in place of its blank, with the unit that stands there already left out.
    fn value(&mut self, text: &str, unit: Option<&str>, place: &Place) {
        let blank = self.blank(place);
        let after = blank.as_ref().map(|blank| self.lines.text(blank.end..place.line.end).trim_start());
        let text = match (unit, after) {
            (Some(unit), Some(after)) if after.starts_with(unit) => text.strip_suffix(unit).unwrap_or(text).trim_end(),
            _ => text,
        };
        let text = guarded(text, place.in_table);
        match blank {
            Some(blank) => {
                self.taken.push(blank.clone());
                self.replace(blank, text);
            }
            None => self.append(&format!(" {text}"), place),
        }
    }

    /// What gives way to a value: underscores, a placeholder, the dash or «TBD» of a cell.
    fn blank(&self, place: &Place) -> Option<Range<usize>> {
        let end = if place.in_table { self.lines.cell_end(place.at, place.line.end) } else { place.line.end };
        let free = |blank: &Range<usize>| !self.taken.iter().any(|taken| taken.start == blank.start);
        let blank = self.lines.blank_at(place.at, end).or_else(|| self.lines.placeholder_at(place.at, end));
        let blank = blank.or_else(|| self.lines.blank_from(place.at, end.min(place.next.max(place.at))));
        let filler = || {
            let cell = self.lines.text(place.at..end);
            let filler = place.in_table && matches!(cell, "TBD" | "tbd" | "-" | "–" | "—" | "…" | "..." | "?");
            filler.then_some(place.at..end)
        };
        blank.filter(free).or_else(filler)
    }

    /// The chosen option's box is ticked and every other one is not. Without boxes the option is written.
    fn choice(&mut self, options: &[String], entered: &ItemView, place: &Place) {
        let chosen = entered.text.as_ref().and_then(|text| options.iter().position(|option| option == text));
        let Some(chosen) = chosen else {
            if let Some(text) = said(entered) {
                self.append(&format!(" — *{}*", guarded(&text, place.in_table)), place);
            }
            return;
        };
        let mut boxes = Vec::new();
        let mut from = place.at;
        while boxes.len() < options.len()
            && let Some(found) = self.lines.box_from(from, place.next)
        {
            from = found.range.end;
            boxes.push(found);
        }
        if boxes.len() == options.len() {
            for (number, found) in boxes.iter().enumerate() {
                if number == chosen {
                    self.mark(found, State::Done);
                } else if found.ticked {
                    self.mark(found, State::Open);
                }
            }
            return;
        }
        let option = options.get(chosen).map(String::as_str).unwrap_or_default();
        let signs = options.join("/");
        if self.lines.text(place.at..place.line.end).starts_with(&signs) {
            return self.replace(place.at..place.at + signs.len(), option.to_owned());
        }
        match self.lines.blank_at(place.at, place.line.end) {
            Some(blank) => self.replace(blank, guarded(option, place.in_table)),
            None => self.append(&format!(" → **{}**", guarded(option, place.in_table)), place),
        }
    }

    /// Who signed in the first blank, when in the one for the date; another says that it was signed.
    fn sign_off(&mut self, signed: &SignedOff, place: &Place) {
        let statement = &signed.sign_off.statement;
        let name = guarded(&statement.person.0, place.in_table);
        let date = statement.at.utc().format("%Y-%m-%d").to_string();
        let end = if place.in_table { self.lines.cell_end(place.at, place.line.end) } else { place.line.end };
        let mut blanks = Vec::new();
        let mut from = place.at;
        while let Some(blank) = self.lines.blank_from(from, end.min(place.next.max(place.at))) {
            from = blank.end;
            blanks.push(blank);
        }
        if blanks.len() < 2 {
            return self.value(&format!("{name}, {date}"), None, place);
        }
        let last = blanks.len() - 1;
        for (number, blank) in blanks.into_iter().enumerate() {
            let text = match number {
                0 => name.clone(),
                number if number == last => date.clone(),
                _ => format!("signed with {}", statement.certificate.short()),
            };
            self.replace(blank, text);
        }
    }

    /// At the end of the item's cell, or of its line's words.
    fn append(&mut self, text: &str, place: &Place) {
        let end = match place.in_table {
            true => self.lines.cell_end(place.at, place.line.end),
            false => self.lines.words_end(place.line.start, place.line.end).max(place.line.start),
        };
        let tight = place.in_table && self.lines.bytes.get(end) == Some(&b'|');
        let text = if tight { format!("{text} ") } else { text.to_owned() };
        self.replace(end..end, text);
    }

    fn replace(&mut self, range: Range<usize>, text: String) {
        self.edits.push(Edit { at: range.start, length: range.len(), text });
    }
}

/// What was entered: the value, or the state in words with its reason.
fn said(entered: &ItemView) -> Option<String> {
    let reason = entered.answers.last().and_then(|given| given.reason.as_deref());
    match (&entered.text, entered.state) {
        (_, State::Open) => None,
        (Some(text), State::Done) => Some(text.clone()),
        (_, state) => Some(match reason {
            Some(reason) if state != State::Done => format!("{}: {reason}", state.word()),
            _ => state.word().to_owned(),
        }),
    }
}

/// Text that stays text in its place: on one line, without an annotation's beginning, and in a table without a bar.
fn guarded(text: &str, in_table: bool) -> String {
    let text = text.split(['\n', '\r']).map(str::trim).collect::<Vec<_>>().join(" ").replace("<!--", "&lt;!--");
    if in_table { text.replace('|', "\\|") } else { text }
}
