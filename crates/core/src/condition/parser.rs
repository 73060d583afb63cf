//! From the text of a condition to its parts. The grammar is in the documentation of the module above.

use super::ast::{Comparison, Factor, Measure, Node, Operand, Path, RESERVED, Relation, Step, Test};
use super::error::ParseError;
use super::lexer::{Kind, Lexer, Token};
use super::quantity::{Dimension, Quantity, Unit, UnknownUnit, excerpt};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::BTreeMap;

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

type Parsed<T> = Result<T, ParseError>;

pub(super) fn parse(text: &str) -> Parsed<Node> {
    let mut lexer = Lexer::new(text);
    let token = lexer.next()?;
    let mut parser = Parser { lexer, token, dimensions: BTreeMap::new() };
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

struct Parser<'t> {
    lexer: Lexer<'t>,
    token: Token,
    /// What each measurement is compared with, as far as literals show it.
    dimensions: BTreeMap<String, Dimension>,
}

impl Parser<'_> {
    fn bump(&mut self) -> Parsed<Token> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.token, next))
    }

    fn at_sign(&self, sign: &str) -> bool {
        matches!(self.token.kind, Kind::Sign(found) if found == sign)
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(&self.token.kind, Kind::Word(found) if found == word)
    }

    fn eat_sign(&mut self, sign: &str) -> Parsed<bool> {
        let found = self.at_sign(sign);
        if found {
            self.bump()?;
        }
        Ok(found)
    }

    fn eat_word(&mut self, word: &str) -> Parsed<bool> {
        let found = self.at_word(word);
        if found {
            self.bump()?;
        }
        Ok(found)
    }

    fn found(&self) -> String {
        match &self.token.kind {
            Kind::End => "The condition ends here.".into(),
            Kind::Number(number) => format!("The number {number} does not fit here."),
            Kind::Text(text) => format!("The text «{}» does not fit here.", excerpt(text)),
            Kind::Word(word) => format!("«{}» does not fit here.", excerpt(word)),
            Kind::Sign(sign) => format!("«{sign}» does not fit here."),
        }
    }

    fn expect_sign(&mut self, sign: &str, fix: &str) -> Parsed<()> {
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
                    self.check_relation(relation, (left_at, &left), (right_at, &right))?;
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
            self.check_relation(Relation::AtLeast, (left_at, &left), (token.at, end))?;
        }
        self.refuse_chain()?;
        let mut comparison = Comparison { left, test, sustained: None };
        if self.at_word("sustained") {
            comparison.sustained = Some(self.sustained(&comparison)?);
        }
        Ok(Node::Compare(comparison))
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
        self.check_relation(Relation::AtMost, (at, &low), (high_at, &high))?;
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

    fn operand(&mut self) -> Parsed<Operand> {
        let token = self.token.clone();
        match token.kind {
            Kind::Number(number) => {
                self.bump()?;
                self.after_number(token.at, number)
            }
            Kind::Text(text) => {
                self.bump()?;
                Ok(Operand::Text(text))
            }
            Kind::Word(word) if matches!(word.as_str(), "true" | "false" | "null") => {
                self.bump()?;
                Ok(if word == "null" { Operand::Null } else { Operand::Bool(word == "true") })
            }
            _ => self.measure().map(Operand::Measured),
        }
    }

    /// What a number is the beginning of.
    fn after_number(&mut self, at: usize, number: Decimal) -> Parsed<Operand> {
        if self.eat_sign("%")? {
            if self.eat_word("of")? {
                return self.scaled(at, Factor::Percent(number));
            }
            return Ok(Operand::Amount(Quantity::new(number, Unit::Percent)));
        }
        if self.eat_sign("x")? || self.eat_word("x")? || self.eat_word("X")? {
            return self.scaled(at, Factor::Times(number));
        }
        let unit = match &self.token.kind {
            Kind::Word(word) if !RESERVED.contains(&word.as_str()) => self.unit()?,
            Kind::Sign("/") => self.unit()?,
            _ => Unit::Plain,
        };
        Ok(Operand::Amount(Quantity::new(number, unit)))
    }

    fn scaled(&mut self, at: usize, factor: Factor) -> Parsed<Operand> {
        if let Factor::Times(number) | Factor::Percent(number) = factor
            && number.is_sign_negative()
        {
            return Err(ParseError::new(
                at,
                format!("{number} is no multiple."),
                "Write a factor that is not negative.",
            ));
        }
        match self.token.kind {
            Kind::Word(_) | Kind::Sign("[") => Ok(Operand::Scaled(factor, self.measure()?)),
            _ => {
                let fix = format!("Write what it is a multiple of: {factor} baseline(p75).");
                Err(ParseError::new(self.token.at, self.found(), fix))
            }
        }
    }

    fn unit(&mut self) -> Parsed<Unit> {
        let at = self.token.at;
        let mut name = String::new();
        if let Kind::Word(word) = &self.token.kind {
            name.push_str(word);
            self.bump()?;
        }
        if self.eat_sign("/")? {
            name.push('/');
            if let Kind::Word(word) = &self.token.kind {
                name.push_str(word);
                self.bump()?;
            }
        }
        name.parse().map_err(|error: UnknownUnit| {
            let what = format!("«{}» is not a unit.", excerpt(&error.name));
            match error.nearest {
                Some(near) => ParseError::meant(at, what, &near),
                None => ParseError::new(
                    at,
                    what,
                    "Write a unit such as ms, s, min, %, MB, GiB or req/s, or for a multiple «x» between number and name.",
                ),
            }
        })
    }

    fn measure(&mut self) -> Parsed<Measure> {
        let at = self.token.at;
        let Kind::Word(word) = self.token.kind.clone() else { return self.path().map(measured) };
        if RESERVED.contains(&word.as_str()) {
            let fix = format!("Write a measurement or a value; a measurement of that name is [\"{word}\"].");
            return Err(ParseError::new(at, self.found(), fix));
        }
        self.bump()?;
        if !self.at_sign("(") {
            return Ok(measured(self.steps(word)?));
        }
        if word != "baseline" {
            let what = format!("«{}» is not a function.", excerpt(&word));
            return Err(ParseError::meant(at, what, "baseline"));
        }
        self.bump()?;
        let path = self.path()?;
        self.expect_sign(")", "Write one name in the parentheses: baseline(p75).")?;
        Ok(Measure { baseline: true, path })
    }

    fn path(&mut self) -> Parsed<Path> {
        let token = self.token.clone();
        match token.kind {
            Kind::Word(word) if !RESERVED.contains(&word.as_str()) => {
                self.bump()?;
                self.steps(word)
            }
            Kind::Sign("[") => {
                self.bump()?;
                let Kind::Text(name) = self.token.kind.clone() else {
                    return Err(ParseError::new(self.token.at, self.found(), "Begin with a name: body.users[0]."));
                };
                self.bump()?;
                self.expect_sign("]", "Close it with «]».")?;
                self.steps(name)
            }
            Kind::Sign(".") => Err(ParseError::new(token.at, self.found(), "Write a digit before the point: 0.5.")),
            _ => Err(ParseError::new(token.at, self.found(), "Write a measurement or a value.")),
        }
    }

    fn steps(&mut self, first: String) -> Parsed<Path> {
        let mut steps = Vec::new();
        loop {
            if self.eat_sign(".")? {
                let Kind::Word(word) = self.token.kind.clone() else {
                    let fix = "Write a name after the point; one that begins with a digit goes in [\"…\"].";
                    return Err(ParseError::new(self.token.at, self.found(), fix));
                };
                self.bump()?;
                steps.push(Step::Member(word));
            } else if self.eat_sign("[")? {
                let step = match &self.token.kind {
                    Kind::Text(name) => Some(Step::Member(name.clone())),
                    Kind::Number(number) if number.scale() == 0 => usize::try_from(*number).ok().map(Step::Element),
                    _ => None,
                };
                let fix = "Write a whole number from 0 on, or a name in quotes: users[0], headers[\"x-id\"].";
                let step = step.ok_or_else(|| ParseError::new(self.token.at, self.found(), fix))?;
                self.bump()?;
                self.expect_sign("]", "Close it with «]».")?;
                steps.push(step);
            } else {
                return Ok(Path { first, steps });
            }
        }
    }

    /// Refuses what can never have an answer.
    fn check_relation(&mut self, relation: Relation, left: (usize, &Operand), right: (usize, &Operand)) -> Parsed<()> {
        let equality = matches!(relation, Relation::Equal | Relation::Different);
        for (at, side) in [left, right] {
            let unordered = matches!(side, Operand::Text(_) | Operand::Bool(_) | Operand::Null);
            if unordered && !equality {
                let what = format!("{side} is neither more nor less than anything.");
                return Err(ParseError::new(at, what, "Compare it with == or !=."));
            }
        }
        if !can_be_equal(left.1, right.1) {
            let what = format!("{} and {} are of different kinds.", left.1, right.1);
            let fix = "Compare numbers with numbers and texts with texts; texts stand in quotes.";
            return Err(ParseError::new(right.0, what, fix));
        }
        match (left, right) {
            ((_, Operand::Amount(one)), (at, Operand::Amount(other))) => check_dimensions(at, one, other),
            ((_, Operand::Amount(amount)), (at, measured)) | ((_, measured), (at, Operand::Amount(amount))) => {
                self.check_against_others(at, measured, amount)
            }
            _ => Ok(()),
        }
    }

    /// The same measurement cannot be a length of time here and a percentage there.
    fn check_against_others(&mut self, at: usize, side: &Operand, amount: &Quantity) -> Parsed<()> {
        let Some(measure) = side.measure() else { return Ok(()) };
        let (name, dimension) = (measure.path.to_string(), amount.unit.dimension());
        let before = *self.dimensions.entry(name).or_insert(dimension);
        if before == dimension {
            return Ok(());
        }
        let what = format!("«{}» is compared with {before} before, and with {dimension} here.", measure.path);
        Err(ParseError::new(at, what, "Compare a measurement with one kind of unit."))
    }
}

fn check_dimensions(at: usize, left: &Quantity, right: &Quantity) -> Parsed<()> {
    let (one, other) = (left.unit.dimension(), right.unit.dimension());
    if one == other {
        return Ok(());
    }
    let what = format!("{left} is {one}, and {right} is {other}.");
    Err(ParseError::new(at, what, "Compare quantities of one kind of unit."))
}

fn can_be_equal(left: &Operand, right: &Operand) -> bool {
    use Operand::{Amount, Bool, Measured, Null, Scaled, Text};
    match (left, right) {
        (Measured(_), _) | (_, Measured(_)) | (Null, Null) | (Text(_), Text(_)) | (Bool(_), Bool(_)) => true,
        (Amount(_) | Scaled(..), Amount(_) | Scaled(..)) => true,
        _ => false,
    }
}

fn measured(path: Path) -> Measure {
    Measure { baseline: false, path }
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
