//! What was repaired in a file's text, as problems: each line once, and summed up when there are many.

use super::super::model::{Problem, Severity};
use super::decode::Found;
use super::{BOM, Source};
use std::borrow::Cow;

/// How many problems of one encoding kind are listed one by one before they are summed up.
const LISTED: usize = 20;

impl Source<'_> {
    pub(super) fn report(&mut self, found: &Found) {
        if self.bytes.starts_with(BOM) {
            self.say(0, Severity::Note, "bom", "The file starts with a byte order mark.", "It does no harm.");
        }
        let mut last_line = 0;
        let mut lines = 0;
        for (offset, garbled, character) in &found.garbled {
            let line = self.line_of(*offset);
            if line == last_line {
                continue;
            }
            last_line = line;
            lines += 1;
            if lines <= LISTED {
                let garbled = String::from_utf8_lossy(self.bytes.get(garbled.clone()).unwrap_or_default());
                let message = format!("«{garbled}» is «{character}» that went through a wrong encoding.");
                let hint = format!("Write «{character}» in the file.");
                self.say(*offset, Severity::Warning, "mojibake", message, hint);
            }
        }
        self.sum_up(found.last_garbled, lines, "mojibake");
        let mut last_line = 0;
        let mut lines = 0;
        for &offset in &found.foreign {
            let line = self.line_of(offset);
            if line != last_line {
                lines += 1;
                last_line = line;
                if lines <= LISTED {
                    let message = "The line has bytes that are no UTF-8; they were read as Windows-1252.";
                    self.say(offset, Severity::Warning, "not_utf8", message, "Save the file as UTF-8.");
                }
            }
        }
        self.sum_up(found.foreign.last().copied(), lines, "not_utf8");
        for &offset in found.nul.iter().take(LISTED) {
            self.say(
                offset,
                Severity::Warning,
                "nul",
                "A NUL character stands here.",
                "The file may be damaged; compare it with its source.",
            );
        }
        self.sum_up(found.nul.last().copied(), found.nul.len(), "nul");
    }

    fn sum_up(&mut self, offset: Option<usize>, count: usize, code: &'static str) {
        if let Some(offset) = offset.filter(|_| count > LISTED) {
            let message = format!("{} more lines are like this.", count - LISTED);
            self.say(offset, Severity::Warning, code, message, "Mend the file's encoding as a whole.");
        }
    }

    fn say(
        &mut self,
        offset: usize,
        severity: Severity,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        hint: impl Into<Cow<'static, str>>,
    ) {
        let (line, column) = self.place(offset);
        let (message, hint) = (message.into(), hint.into());
        self.problems.push(Problem { line, column, severity, code: code.into(), message, hint });
    }
}
