//! From the text of a condition to its parts. The grammar is in the documentation of the module above.

use super::ast::{Comparison, Node, Operand, Relation, Test};
use super::error::ParseError;
use super::kinds::Kinds;
use super::lexer::{Kind, Lexer, Token};
use super::quantity::{Dimension, Quantity, excerpt};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// How deep parentheses, `not` and `n of` may be nested. A person loses the thread much earlier; the stack is safe much longer.
pub(super) const DEEPEST: usize = 64;

const COMPARISONS: &str = "Write a comparison: ==, !=, <, <=, >, >= or in.";

/// What people write instead of a sign of comparison.
const SPOKEN: &[(&str, &str)] = &[
    ("is", "=="),
    ("equals", "=="),
    ("below", "<"),
    ("under", "<"),
    ("less", "<"),
    ("above", ">"),
    ("over", ">"),
    ("greater", ">"),
    ("more", ">"),
    ("exceeds", ">"),
    ("between", "in"),
    ("within", "in"),
];

pub(super) type Parsed<T> = Result<T, ParseError>;

pub(super) fn parse(text: &str) -> Parsed<Node> {
    let mut lexer = Lexer::new(text);
    let token = lexer.next()?;
    let mut parser = Parser { lexer, token, kinds: Kinds::default() };
    if parser.token.kind == Kind::End {
        return Err(ParseError::new(
            parser.token.at,
            "There is no condition.",
            "Write one, such as error_rate < 0.1%.",
        ));
    }
    let node = parser.any(0)?;
    match parser.token.kind {
        Kind::End => Ok(node),
        _ => Err(parser.unexpected_after_comparison()),
    }
}

pub(super) struct Parser<'t> {
    lexer: Lexer<'t>,
    pub(super) token: Token,
    kinds: Kinds,
}

impl Parser<'_> {
    pub(super) fn bump(&mut self) -> Parsed<Token> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.token, next))
    }

    pub(super) fn at_sign(&self, sign: &str) -> bool {
        matches!(self.token.kind, Kind::Sign(found) if found == sign)
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(&self.token.kind, Kind::Word(found) if found == word)
    }

    pub(super) fn eat_sign(&mut self, sign: &str) -> Parsed<bool> {
        let found = self.at_sign(sign);
        if found {
            self.bump()?;
        }
        Ok(found)
    }

    pub(super) fn eat_word(&mut self, word: &str) -> Parsed<bool> {
        let found = self.at_word(word);
        if found {
            self.bump()?;
        }
        Ok(found)
    }

    pub(super) fn found(&self) -> String {
        match &self.token.kind {
            Kind::End => "The condition ends here.".into(),
            Kind::Number(number) => format!("The number {number} does not fit here."),
            Kind::Text(text) => format!("The text «{}» does not fit here.", excerpt(text)),
            Kind::Word(word) => format!("«{}» does not fit here.", excerpt(word)),
            Kind::Sign(sign) => format!("«{sign}» does not fit here."),
        }
    }

    pub(super) fn expect_sign(&mut self, sign: &str, fix: &str) -> Parsed<()> {
        if self.eat_sign(sign)? { Ok(()) } else { Err(ParseError::new(self.token.at, self.found(), fix)) }
    }

    fn any(&mut self, depth: usize) -> Parsed<Node> {
        let first = self.all(depth)?;
        let mut nodes = vec![first];
        while self.eat_word("or")? {
            nodes.push(self.all(depth)?);
        }
        Ok(single_or(nodes, Node::Any))
    }

    fn all(&mut self, depth: usize) -> Parsed<Node> {
        let first = self.unary(depth)?;
        let mut nodes = vec![first];
        while self.eat_word("and")? {
            nodes.push(self.unary(depth)?);
        }
        Ok(single_or(nodes, Node::All))
    }

    fn unary(&mut self, depth: usize) -> Parsed<Node> {
        if depth > DEEPEST {
            return Err(ParseError::new(
                self.token.at,
                format!("The condition is nested more than {DEEPEST} deep."),
                "Leave out parentheses that are not needed, or split the condition.",
            ));
        }
        if self.eat_word("not")? {
            // `not (` is one level, so that writing a condition out never makes it deeper than it was.
            let inner = if self.at_sign("(") { self.group(depth + 1)? } else { self.unary(depth + 1)? };
            return Ok(Node::Not(Box::new(inner)));
        }
        if self.at_sign("(") {
            return self.group(depth + 1);
        }
        if let Kind::Number(number) = self.token.kind {
            let at = self.bump()?.at;
            if self.eat_word("of")? {
                return self.at_least(at, number, depth + 1);
            }
            let left = self.after_number(at, number)?;
            return self.comparison(at, left);
        }
        let at = self.token.at;
        let left = self.operand()?;
        self.comparison(at, left)
    }

    fn group(&mut self, depth: usize) -> Parsed<Node> {
        let open = self.token.at;
        self.expect_sign("(", "Write (.")?;
        let node = self.any(depth)?;
        self.close(open)?;
        Ok(node)
    }

    fn close(&mut self, open: usize) -> Parsed<()> {
        if self.eat_sign(")")? {
            return Ok(());
        }
        match self.token.kind {
            Kind::End => Err(ParseError::new(
                self.token.at,
                format!("The parenthesis at character {open} is not closed."),
                "Write «)» here.",
            )),
            _ => Err(self.unexpected_after_comparison()),
        }
    }

    fn at_least(&mut self, at: usize, number: Decimal, depth: usize) -> Parsed<Node> {
        let open = self.token.at;
        self.expect_sign("(", "Write the conditions in parentheses: 2 of (a < 1, b < 1, c < 1).")?;
        let mut nodes = vec![self.any(depth)?];
        while self.eat_sign(",")? {
            nodes.push(self.any(depth)?);
        }
        self.close(open)?;
        let count = usize::try_from(number).ok().filter(|_| number.is_integer());
        match count {
            Some(count) if (1..=nodes.len()).contains(&count) => Ok(Node::AtLeast(count, nodes)),
            _ => Err(ParseError::new(
                at,
                format!("{number} of {} conditions cannot be asked for.", nodes.len()),
                format!("Write a whole number from 1 to {}.", nodes.len()),
            )),
        }
    }

    fn comparison(&mut self, left_at: usize, left: Operand) -> Parsed<Node> {
        let token = self.token.clone();
        let test = match &token.kind {
            Kind::Word(word) if word == "in" => {
                self.bump()?;
                self.band()?
            }
            Kind::Sign(sign) => match relation(sign) {
                Some(relation) => {
                    self.bump()?;
                    let right_at = self.token.at;
                    let right = self.operand()?;
                    self.kinds.check(relation, (left_at, &left), (right_at, &right))?;
                    Test::Against(relation, right)
                }
                None => return Err(self.no_comparison(&left)),
            },
            _ => return Err(self.no_comparison(&left)),
        };
        let ends: Vec<_> = match &test {
            Test::Within { low, high, .. } => vec![low.clone(), high.clone()],
            Test::Against(..) => Vec::new(),
        };
        for end in &ends {
            self.kinds.check(Relation::AtLeast, (left_at, &left), (token.at, end))?;
        }
        self.refuse_chain()?;
        let mut comparison = Comparison { left, test, sustained: None };
        if self.at_word("sustained") {
            comparison.sustained = Some(self.sustained(&comparison)?);
        }
        Ok(Node::Compare(Box::new(comparison)))
    }

    fn refuse_chain(&self) -> Parsed<()> {
        let chained = match &self.token.kind {
            Kind::Sign(sign) => relation(sign).is_some(),
            Kind::Word(word) => word == "in",
            _ => false,
        };
        if chained {
            let fix = "Write two comparisons, x > 1 and x < 5, or a band, x in 1..5.";
            return Err(ParseError::new(self.token.at, "A comparison has two sides.", fix));
        }
        Ok(())
    }

    fn no_comparison(&self, left: &Operand) -> ParseError {
        let at = self.token.at;
        let Kind::Word(word) = &self.token.kind else {
            return ParseError::new(
                at,
                format!("{} «{left}» is not compared with anything.", self.found()),
                COMPARISONS,
            );
        };
        let what = format!("«{}» does not compare.", excerpt(word));
        match SPOKEN.iter().find(|(spoken, _)| spoken.eq_ignore_ascii_case(word)) {
            Some((_, sign)) => ParseError::meant(at, what, sign),
            None => ParseError::like(at, what, COMPARISONS, word, &["in"]),
        }
    }

    fn unexpected_after_comparison(&self) -> ParseError {
        let at = self.token.at;
        match &self.token.kind {
            Kind::Word(word) if word.eq_ignore_ascii_case("for") => {
                ParseError::meant(at, "«for» is not part of the language.", "sustained")
            }
            Kind::Word(word) => {
                let fix = "Join two comparisons with and or or.";
                ParseError::like(at, self.found(), fix, word, &["and", "or", "sustained", "of"])
            }
            Kind::Sign(")") => ParseError::new(at, "No parenthesis is open here.", "Leave «)» out."),
            Kind::Sign("," | ".") => {
                let fix =
                    "Write numbers with a decimal point and no thousands separators: 1200.5. Put versions in quotes.";
                ParseError::new(at, self.found(), fix)
            }
            Kind::Sign("%") => {
                ParseError::new(at, self.found(), "Write a percentage as 0.1%, or as 110% of a measurement.")
            }
            _ => ParseError::new(at, self.found(), "Join two comparisons with and or or."),
        }
    }

    fn band(&mut self) -> Parsed<Test> {
        let at = self.token.at;
        let low = self.operand()?;
        let closed = match self.token.kind {
            Kind::Sign("..") => true,
            Kind::Sign("..<") => false,
            _ => {
                let fix = "Write the band's ends with two points between them: x in 1%..2%.";
                return Err(ParseError::new(self.token.at, self.found(), fix));
            }
        };
        self.bump()?;
        let high_at = self.token.at;
        let high = self.operand()?;
        self.kinds.check(Relation::AtMost, (at, &low), (high_at, &high))?;
        if let (Operand::Amount(from), Operand::Amount(to)) = (&low, &high) {
            let empty = match from.compare(to) {
                Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => !closed,
                _ => false,
            };
            if empty {
                return Err(ParseError::new(
                    at,
                    format!("Nothing lies between {from} and {to}."),
                    "Write the lower end first.",
                ));
            }
        }
        Ok(Test::Within { low, high, closed })
    }

    fn sustained(&mut self, comparison: &Comparison) -> Parsed<Quantity> {
        const FIX: &str = "Write a length of time, such as sustained 5 min.";
        let sustained_at = self.bump()?.at;
        let at = self.token.at;
        let Kind::Number(number) = self.token.kind else {
            return Err(ParseError::new(at, self.found(), FIX));
        };
        self.bump()?;
        let Operand::Amount(window) = self.after_number(at, number)? else {
            return Err(ParseError::new(at, "A length of time is needed here.", FIX));
        };
        if window.unit.dimension() != Dimension::Time {
            return Err(ParseError::new(at, format!("{window} is {}.", window.unit.dimension()), FIX));
        }
        if super::sustained::window_millis(&window).is_none() {
            let fix = "Write a window from 1 ms to 10000 d, in whole milliseconds.";
            return Err(ParseError::new(at, format!("{window} is no window to look at."), fix));
        }
        if !comparison.operands().filter_map(Operand::measure).any(|measure| !measure.baseline) {
            let fix = "Compare a measurement that is taken again and again.";
            return Err(ParseError::new(sustained_at, "Nothing in this comparison changes over time.", fix));
        }
        Ok(window)
    }
}

fn single_or(mut nodes: Vec<Node>, many: impl FnOnce(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        Some(last) => {
            nodes.push(last);
            many(nodes)
        }
        None => many(nodes),
    }
}

fn relation(sign: &str) -> Option<Relation> {
    Some(match sign {
        "==" => Relation::Equal,
        "!=" => Relation::Different,
        "<" => Relation::Less,
        "<=" => Relation::AtMost,
        ">" => Relation::Greater,
        ">=" => Relation::AtLeast,
        _ => return None,
    })
}
