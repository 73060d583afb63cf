//! A line of shell, cut into the commands that it consists of (POSIX.1-2024, Shell Command Language, sections 2.2 to 2.10).
//!
//! Quotes and backslashes are taken off, redirections and comments left out. Deliberately not in it: expanding or running anything.

/// One command of a line.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Simple {
    /// Its words, without quotes.
    pub(super) words: Vec<String>,
    /// What it says is read by the next one.
    pub(super) piped: bool,
}

/// A line in parts.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Line {
    /// The commands in order, those of substitutions among them.
    pub(super) commands: Vec<Simple>,
    /// What a comment at its end says.
    pub(super) comment: String,
}

/// Cuts a line of shell.
pub(super) fn line(text: &str) -> Line {
    let mut cut = Cut::of(text);
    cut.run();
    cut.line
}

struct Cut<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    line: Line,
    now: Simple,
    word: Option<String>,
    quote: Option<char>,
    /// The quotes that substitutions stand in.
    outer: Vec<Option<char>>,
    /// The next word is where a redirection leads.
    redirected: bool,
}

impl<'t> Cut<'t> {
    fn of(text: &'t str) -> Self {
        Self {
            rest: text.chars().peekable(),
            line: Line::default(),
            now: Simple::default(),
            word: None,
            quote: None,
            outer: Vec::new(),
            redirected: false,
        }
    }

    fn run(&mut self) {
        while let Some(c) = self.rest.next() {
            match (self.quote, c) {
                (Some('\''), '\'') | (Some('"'), '"') => self.quote = None,
                (Some('\''), _) => self.push(c),
                (_, '\\') => {
                    if let Some(next) = self.rest.next() {
                        self.push(next);
                    }
                }
                (quote, '$') if self.rest.peek() == Some(&'(') => {
                    self.rest.next();
                    self.outer.push(quote);
                    self.quote = None;
                    self.word = self.word.take().filter(|word| !word.is_empty());
                    self.end_command(false);
                }
                (Some(_), _) => self.push(c),
                (None, '\'' | '"') => {
                    self.quote = Some(c);
                    self.word.get_or_insert_default();
                }
                (None, ')') => {
                    self.end_command(false);
                    self.quote = self.outer.pop().flatten();
                }
                (None, '#') if self.word.is_none() => {
                    self.line.comment = self.rest.by_ref().collect();
                }
                (None, '>' | '<') if !self.placeholder(c) => self.redirect(),
                (None, '|') => {
                    let either = self.rest.next_if_eq(&'|').is_some();
                    self.end_command(!either);
                }
                (None, '&') if self.rest.peek() == Some(&'>') => {
                    self.rest.next();
                    self.redirect();
                }
                (None, ';' | '&' | '(' | '`' | '\n') => self.end_command(false),
                (None, c) if c.is_whitespace() => self.end_word(),
                (None, c) => self.push(c),
            }
        }
        self.end_command(false);
    }

    fn push(&mut self, c: char) {
        self.word.get_or_insert_default().push(c);
    }

    /// `https://<host>/health`: what a person is to put in is no redirection.
    fn placeholder(&self, c: char) -> bool {
        match c {
            '<' => {
                let mut ahead = self.rest.clone();
                let letter = ahead.next().is_some_and(char::is_alphabetic);
                letter && ahead.find(|c| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))) == Some('>')
            }
            _ => self.word.as_ref().is_some_and(|word| word.rfind('<') > word.rfind('>')),
        }
    }

    /// `2>&1`, `> file`, `>>file`: the number before it and the word after it are no words of the command.
    fn redirect(&mut self) {
        if self.word.as_ref().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit())) {
            self.word = None;
        }
        self.end_word();
        while self.rest.next_if(|c| matches!(c, '>' | '<' | '&' | '|')).is_some() {}
        self.redirected = true;
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take()
            && !std::mem::take(&mut self.redirected)
        {
            self.now.words.push(word);
        }
    }

    fn end_command(&mut self, piped: bool) {
        self.end_word();
        self.redirected = false;
        let done = std::mem::take(&mut self.now);
        if !done.words.is_empty() {
            self.line.commands.push(Simple { piped, ..done });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_where_the_shell_cuts_them() {
        for (text, expected) in [
            ("a b  c", "a,b,c"),
            (r#"curl -H 'a: b' "x y" z\ w"#, "curl,-H,a: b,x y,z w"),
            ("a | b || c && d; e & f", "a>|b|c|d|e|f"),
            ("a > out 2>&1 < in b", "a,b"),
            ("a &>/dev/null | b", "a>|b"),
            (r#"[ "$(curl -s "u")" = "200" ]"#, "[|curl,-s,u|=,200,]"),
            ("x=`curl u`", "x=|curl,u"),
            ("curl https://<host-name>/health", "curl,https://<host-name>/health"),
            ("a 'it''s' \"\" b", "a,its,,b"),
            ("a 'unclosed b", "a,unclosed b"),
            ("a # b", "a"),
        ] {
            let found = line(text).commands;
            let shown: Vec<_> = found.iter().map(|of| of.words.join(",") + if of.piped { ">" } else { "" }).collect();
            assert_eq!(shown.join("|"), expected, "{text}");
        }
        assert_eq!(line("curl u#x  # returns 204").comment, " returns 204");
    }
}
