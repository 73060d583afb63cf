//! How much memory a checklist takes while it is read, for each byte of it.
//!
//! An allocator that counts stands under the whole program, so speed is measured elsewhere (`reading`). Counted is the most that
//! was asked for at one time beyond what was there before: the finished template and all that reading it needs. The file's own
//! bytes are left out. Ends with a failure if it is more than the limit.

mod input;

use countersign_core::checklist::read;
use input::{files, join, repeated, shapes, shared, shipped};
use peak_alloc::PeakAlloc;
use std::hint::black_box;
use std::process::ExitCode;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The most that is taken for each byte of the file.
const MOST: f64 = 12.0;
const MB: usize = 1_000_000;

fn main() -> ExitCode {
    let mut held = true;
    for (name, bytes) in [("shipped checklists", shipped()), ("files of others", files(&shared().join("corpus")))] {
        if !bytes.is_empty() {
            held &= weigh(&format!("{name}, 10 MB"), &repeated(&join(&bytes), 10 * MB));
        }
    }
    for (name, shape) in shapes() {
        // What each line of these becomes is much larger than the line; they are told and not judged.
        weigh(name, shape(MB).as_bytes());
    }
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn weigh(name: &str, bytes: &[u8]) -> bool {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let template = black_box(read(bytes));
    let (peak, kept) = (MEMORY.peak_usage() - before, MEMORY.current_usage() - before);
    drop(template);
    let times = |memory: usize| memory as f64 / bytes.len() as f64;
    println!("{name}: reading takes {:.1} x the file (at most {MOST:.0}), keeps {:.1} x", times(peak), times(kept));
    times(peak) <= MOST
}
