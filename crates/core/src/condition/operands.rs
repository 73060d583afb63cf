//! The sides of comparisons: quantities, texts, measurements and multiples of them, read from their tokens.

use super::ast::{Factor, Measure, Operand, Path, RESERVED, Step};
use super::error::ParseError;
use super::lexer::Kind;
use super::nearest::nearest;
use super::parser::{Parsed, Parser};
use super::quantity::{Quantity, Unit, UnknownUnit, excerpt};
use rust_decimal::Decimal;

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Parsed<Operand> {
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
    pub(super) fn after_number(&mut self, at: usize, number: Decimal) -> Parsed<Operand> {
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
        name.parse().map_err(|error| no_unit(at, &error))
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
            if word == "baseline" {
                let fix = "Write baseline(p75); a measurement of that name is [\"baseline\"].";
                return Err(ParseError::new(at, "It is not said which baseline value is meant.", fix));
            }
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
}

fn measured(path: Path) -> Measure {
    Measure { baseline: false, path }
}

/// A slip in a unit, or in a word that may follow a number.
fn no_unit(at: usize, error: &UnknownUnit) -> ParseError {
    const WORDS: [&str; 5] = ["and", "or", "of", "in", "sustained"];
    const FIX: &str =
        "Write a unit such as ms, s, min, %, MB, GiB or req/s, or for a multiple «x» between number and name.";
    if error.name.eq_ignore_ascii_case("for") {
        return ParseError::meant(at, "«for» is not part of the language.", "sustained");
    }
    let what = format!("«{}» is not a unit.", excerpt(&error.name));
    match nearest(&error.name, error.nearest.as_deref().into_iter().chain(WORDS)) {
        Some(word) if WORDS.contains(&word) => {
            ParseError::meant(at, format!("«{}» does not fit here.", excerpt(&error.name)), word)
        }
        _ => match &error.nearest {
            Some(unit) => ParseError::meant(at, what, unit),
            None => ParseError::new(at, what, FIX),
        },
    }
}
