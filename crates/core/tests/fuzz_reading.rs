//! Mutations of checklists, seeded and repeatable, against what holds of every reading, whatever the bytes.
//!
//! No panic; bounded time; every byte in exactly one node, so that printing gives the bytes back; the same reading a second time and
//! after a way through JSON; no two items with one id; problems at places that the file has.
//!
//! A plain run makes a fixed number of mutations. `cargo xtask fuzz reading --minutes N` sets `COUNTERSIGN_FUZZ_SECONDS` and goes on
//! that long; `COUNTERSIGN_FUZZ_SEED` repeats a run. Deliberately not here: that cost grows in proportion, which is for the benchmark.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a finding fails its test")]

mod common;

use common::checklists;
use countersign_core::checklist::{Template, read};
use std::collections::HashSet;
use std::panic::catch_unwind;
use std::time::{Duration, Instant};

/// How many mutations a plain run makes.
const PLAIN: u64 = 1_500;
/// No reading may take longer; thousands of times what one takes.
const SLOW: Duration = Duration::from_secs(5);

/// Pieces of grammar that lines are made of or broken with.
const PIECES: [&str; 76] = [
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    " ",
    "    ",
    "\t",
    "- [ ] ",
    "* [x] ",
    "+ [X] ",
    "1. [ ] ",
    "2) ",
    "-[ ] ",
    "- ☐ ",
    "☑ ",
    "⬜ ",
    "[-] ",
    "[ ] [ ] ",
    "[]",
    "# ",
    "### [ ] ",
    "> ",
    "> > - [ ] ",
    "> [!NOTE]\n",
    "```\n",
    "```sh\n",
    "```env\n",
    "```[tasklist]\n",
    "~~~\n",
    "- ```\n",
    "---\n",
    "===\n",
    "| a | b |\n|---|---|\n| ☐ | |\n",
    "|",
    "<!--",
    "-->",
    "<!-- cs: required -->",
    "<!-- cs: limit value < 5 ms; alert value > 1% -->",
    "<!-- select one -->\n",
    "<details>",
    "</details>",
    "<br>",
    "**",
    "*",
    "__",
    "_",
    "`",
    "~~",
    "\\",
    "\\_\\_\\_",
    "____",
    "Date: ____",
    "☐ Yes ☐ No",
    "[ ] GO [ ] NO-GO",
    "[a](b)",
    "[a][b]",
    "\n[b]: https://b.example\n",
    "[//]: # (x)\n",
    "https://a.example/health",
    "curl -f https://a.example/health\n",
    "p95 < 500ms",
    "(target: >",
    "99.9%",
    "110% of baseline",
    " for 5 minutes",
    "512MB-1GB",
    "&#x2610;",
    "&lt;",
    "â‰¥",
    "≥ 80%",
    "é",
    "\u{a0}",
    "\u{feff}",
    "\0",
    "：",
    "🔲",
];

/// Xorshift (Marsaglia 2003): the same seed gives the same run everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// Some lines that follow each other, with a few changes.
fn mutated(lines: &[&[u8]], dice: &mut Dice) -> Vec<u8> {
    let (from, count) = (dice.below(lines.len()), dice.below(40));
    let mut input: Vec<u8> = lines.iter().skip(from).take(count).flat_map(|line| line.iter().copied()).collect();
    for _ in 0..dice.below(14) {
        let at = dice.below(input.len() + 1);
        let end = (at + dice.below(8)).min(input.len());
        match dice.below(6) {
            0 => drop(input.drain(at..end)),
            1 => input.insert(at, u8::try_from(dice.below(256)).unwrap()),
            2 => drop(input.splice(at..at, lines[dice.below(lines.len())].iter().copied())),
            3 => {
                let copies = input[at..end].repeat(dice.below(40));
                input.splice(at..at, copies);
            }
            _ => drop(input.splice(at..at, PIECES[dice.below(PIECES.len())].bytes())),
        }
    }
    input
}

/// What holds of every input; an error says what does not.
fn check(input: &[u8]) -> Result<(), String> {
    let start = Instant::now();
    let template = read(input);
    if start.elapsed() > SLOW {
        return Err(format!("reading took {:?}", start.elapsed()));
    }
    covers(input, &template)?;
    let ids: HashSet<_> = template.items.iter().map(|item| &item.id).collect();
    if ids.len() < template.items.len() {
        return Err("two items have one id".to_owned());
    }
    if read(input) != template {
        return Err("a second reading gives something else".to_owned());
    }
    places(input, &template)?;
    let json = serde_json::to_string(&template).map_err(|error| error.to_string())?;
    match serde_json::from_str::<Template>(&json) {
        Ok(again) if again == template => Ok(()),
        Ok(_) => Err("it comes back from JSON as something else".to_owned()),
        Err(error) => Err(format!("it does not come back from JSON: {error}")),
    }
}

/// Every byte belongs to one node, and the nodes print as the file.
fn covers(input: &[u8], template: &Template) -> Result<(), String> {
    let mut printed = Vec::with_capacity(input.len());
    for node in &template.nodes {
        if node.span.start != printed.len() || node.span.end <= node.span.start {
            return Err(format!("the node at byte {} does not follow on byte {}", node.span.start, printed.len()));
        }
        printed.extend_from_slice(input.get(node.span.start..node.span.end).ok_or("a node reaches beyond the file")?);
    }
    if printed != input || !template.lossless {
        return Err(format!("{} of {} bytes are printed", printed.len(), input.len()));
    }
    Ok(())
}

/// Nodes, items and problems stand on lines that the file has, and problems at columns that these have.
fn places(input: &[u8], template: &Template) -> Result<(), String> {
    let end = if input.contains(&b'\n') { b'\n' } else { b'\r' };
    let lines: Vec<&[u8]> = input.split_inclusive(|byte| *byte == end).collect();
    let count = lines.len().max(1);
    let within = |line: u32| (1..=count).contains(&usize::try_from(line).unwrap());
    for problem in &template.problems {
        let length = lines.get(usize::try_from(problem.line).unwrap().wrapping_sub(1)).map_or(0, |line| line.len());
        if !within(problem.line) || !(1..=length + 1).contains(&usize::try_from(problem.column).unwrap()) {
            return Err(format!("«{}» is said of {}:{} in {count} lines", problem.code, problem.line, problem.column));
        }
    }
    let nodes = template.nodes.iter().map(|node| node.line);
    match nodes.chain(template.items.iter().map(|item| item.line)).find(|line| !within(*line)) {
        Some(line) => Err(format!("something stands on line {line} of {count}")),
        None => Ok(()),
    }
}

#[test]
fn reading() {
    let seconds: Option<f64> = std::env::var("COUNTERSIGN_FUZZ_SECONDS").ok().and_then(|word| word.parse().ok());
    let seed: u64 = std::env::var("COUNTERSIGN_FUZZ_SEED").ok().and_then(|word| word.parse().ok()).unwrap_or(1);
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let files = checklists();
    let lines: Vec<&[u8]> = files.iter().flat_map(|(_, file)| file.split_inclusive(|byte| *byte == b'\n')).collect();
    let start = Instant::now();
    let mut executions = 0_u64;
    let go_on = |executions: u64| match seconds {
        Some(seconds) => start.elapsed().as_secs_f64() < seconds,
        None => executions < PLAIN,
    };
    while go_on(executions) {
        let input = mutated(&lines, &mut dice);
        let found = catch_unwind(|| check(&input)).unwrap_or_else(|_| Err("it panicked".to_owned()));
        if let Err(what) = found {
            panic!("After {executions} mutations from seed {seed}: {what}\n{:?}", String::from_utf8_lossy(&input));
        }
        executions += 1;
    }
    println!("{executions} mutations from seed {seed}, nothing found");
}
