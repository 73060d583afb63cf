//! How fast a checklist is read, beside pulldown-cmark's bare events over the same bytes in the same run.
//!
//! Both sides run in turns and the medians are compared, so that a busy machine slows both. Reading includes everything that
//! opening a file does: the digest, the repair of its encoding, items and their ids, and printing it back for comparison;
//! freeing the finished template is left out, as it is kept. Then: whether input a hundred times as large costs a hundred
//! times as much, for shapes that make careless parsers slow. Ends with a failure if a limit is broken.
//!
//! Deliberately not here: times as such, which say more about the machine than about the reader.

mod input;

use countersign_core::checklist::read;
use input::{Shape, files, join, repeated, shapes, shared, shipped};
use pulldown_cmark::{Options, Parser};
use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The least share of pulldown-cmark's throughput.
const LEAST: f64 = 0.5;
/// The most that input a hundred times as large may cost.
const MOST: f64 = 130.0;
/// Odd, so that the median is one of them.
const RUNS: usize = 7;
const MB: usize = 1_000_000;

fn main() -> ExitCode {
    let shipped = shipped();
    let mut held = true;
    for (name, bytes) in &shipped {
        held &= compare(name, bytes, 2 * MB / bytes.len().max(1) + 1);
    }
    let joined = join(&shipped);
    held &= compare("all of them, 1 MB", &repeated(&joined, MB), 1);
    held &= compare("all of them, 10 MB", &repeated(&joined, 10 * MB), 1);
    let wild = join(&files(&shared().join("corpus")));
    if !wild.is_empty() {
        held &= compare("files of others, 10 MB", &repeated(&wild, 10 * MB), 1);
    }
    for (name, shape) in shapes() {
        held &= linear(name, shape);
    }
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints the share of pulldown-cmark's throughput, and whether it is enough. Each run reads `bytes` so many times.
fn compare(name: &str, bytes: &[u8], times: usize) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut ours = Vec::with_capacity(RUNS);
    let mut theirs = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        theirs.push(timed(times, || events(&text)));
        ours.push(timed(times, || read(bytes)));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let share = theirs / ours;
    let speed = (bytes.len() * times) as f64 / ours / MB as f64;
    println!("{name}: reading / pulldown-cmark throughput: {share:.2} (at least {LEAST:.2}), {speed:.0} MB/s");
    share >= LEAST
}

/// Prints what a hundred times the input costs, and whether that is in proportion.
fn linear(name: &str, shape: Shape) -> bool {
    let (small, large) = (shape(MB / 100), shape(MB));
    // Not every shape can be made of any number of bytes.
    let times = large.len() as f64 / small.len() as f64;
    let mut costs = [Vec::with_capacity(RUNS), Vec::with_capacity(RUNS)];
    for _ in 0..RUNS {
        // A single small run is over before the clock has ticked often enough.
        costs[0].push(timed(20, || read(small.as_bytes())) / 20.0);
        costs[1].push(timed(1, || read(large.as_bytes())));
    }
    // The fastest of each: what else the machine does can only add to a run.
    let [small, large] = costs.map(|runs| runs.into_iter().fold(f64::INFINITY, f64::min));
    let factor = large / small * 100.0 / times;
    println!("{name}: 100 x the input costs {factor:.0} x (at most {MOST:.0})");
    factor <= MOST
}

fn events(text: &str) -> usize {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_GFM;
    Parser::new_ext(text, options).map(|event| drop(black_box(event))).count()
}

/// Seconds that `times` calls take, without freeing what they give.
fn timed<T>(times: usize, work: impl Fn() -> T) -> f64 {
    let mut spent = Duration::ZERO;
    for _ in 0..times {
        let start = Instant::now();
        let result = black_box(work());
        spent += start.elapsed();
        drop(result);
    }
    spent.as_secs_f64()
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
