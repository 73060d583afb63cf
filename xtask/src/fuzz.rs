//! `cargo xtask fuzz TARGET --minutes N`: mutations for as long as is asked. The same tests run for a moment with all others.

use crate::project::Project;
use crate::shell::{self, Failure};
use std::time::{SystemTime, UNIX_EPOCH};

/// What can be fuzzed: its name, and the package and test program with a test of that name.
const TARGETS: &[(&str, &str, &str)] =
    &[("pdf", "countersign-tests", "fuzz"), ("reading", "countersign-core", "fuzz_reading")];

/// Runs a target for `minutes`, from a seed of the clock's unless one is given.
///
/// # Errors
/// When there is no such target, a word is no number, or something was found.
pub(crate) fn command(project: &Project, target: &str, minutes: &str, seed: Option<&str>) -> Result<(), Failure> {
    let usage = |what: &str| Failure::usage(format!("{what}\n\nTargets: {}", names()));
    let found = TARGETS.iter().find(|(name, ..)| *name == target);
    let &(name, package, program) = found.ok_or_else(|| usage(&format!("there is no fuzz target «{target}»")))?;
    let minutes: f64 = minutes.parse().map_err(|_| usage(&format!("«{minutes}» is no number of minutes")))?;
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs()).to_string();
    let seed = seed.map_or_else(clock, str::to_owned);
    // The tests of the whole product need its command line.
    let selection: &[&str] = match package {
        "countersign-tests" => &["--package", "countersign", "--package", package],
        _ => &["--package", package],
    };
    shell::run(project.cargo(["build"]).args(selection).args(["--bins", "--test", program]))?;
    let mut run = project.cargo(["test"]);
    run.args(selection).args(["--test", program, "--", "--nocapture", "--exact", name]);
    run.env("COUNTERSIGN_FUZZ_SECONDS", format!("{:.0}", minutes * 60.0)).env("COUNTERSIGN_FUZZ_SEED", &seed);
    run.env("COUNTERSIGN_CLI", project.debug_program("countersign"));
    println!("{package}, {name}, seed {seed}");
    shell::run(&mut run)
}

fn names() -> String {
    TARGETS.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join(", ")
}
