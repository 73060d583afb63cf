//! `cargo xtask test`: every check and every test, as named steps, with the time of each and the totals at the end.
//!
//! A step that fails does not stop those that do not need it. What is compiled is selected so that no dependency is compiled
//! twice: once to be checked (clippy, documentation), once to be run (tests, app, command line), once for WebAssembly.

use crate::display::Screen;
use crate::project::{Project, WHOLE};
use crate::setup::{self, Need};
use crate::shell::{self, Failure};
use crate::stamp;
use crate::tally::{self, Tally};
use crate::tidy;
use crate::ui;
use crate::verifier;
use crate::wasm::Toolchain;
use std::collections::BTreeSet;
use std::process::Command;
use std::time::{Duration, Instant};

/// Which tests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All.
    Everything,
    /// All but those that open the real window.
    NoWindow,
}

/// Sets up, then runs every step and says how each ended.
///
/// # Errors
/// When the set-up or any step fails.
pub(crate) fn command(project: &Project, scope: Scope) -> Result<(), Failure> {
    let mut round = Round::default();
    let before = changes(project);
    let mut toolchain = None;
    round.step("set-up", |_| {
        toolchain = setup::ensure(project, Need::Tests)?;
        Ok(())
    })?;
    checks(project, toolchain, &mut round);
    tests(project, scope, &mut round);
    let _ = round.step("clean tree", |_| unchanged(&before, &changes(project)));
    round.close()
}

/// What can be said of the sources without running them.
fn checks(project: &Project, toolchain: Option<Toolchain>, round: &mut Round) {
    let _ = round.step("format", |_| shell::run(&mut project.cargo(["fmt", "--all", "--check"])));
    let _ = round.step("house rules", |_| tidy::command(project));
    if let Some(toolchain) = toolchain {
        // First of the builds: the app takes the bundle in.
        let _ = round.step("user interface", |_| ui::build(project, toolchain, ui::Profile::Shipped));
        let _ = round.step("verifier page", |_| verifier::build(project, toolchain).map(drop));
        let _ = round.step("core for wasm32", |_| core_for_wasm(project, toolchain));
    }
    let _ = round.step("clippy", |_| both(project, &["clippy", "--all-targets"], &["--", "-D", "warnings"], None));
    let _ = round
        .step("documentation", |_| both(project, &["doc", "--no-deps"], &[], Some(("RUSTDOCFLAGS", "-D warnings"))));
}

/// A command over the product, then over xtask: together they would settle on other features, and on other builds of what both use.
fn both(project: &Project, words: &[&str], last: &[&str], variable: Option<(&str, &str)>) -> Result<(), Failure> {
    for selection in [&WHOLE[..], &["--package", "xtask"]] {
        let mut command = project.cargo([]);
        command.args(words).args(selection).args(last).envs(variable);
        shell::run(&mut command)?;
    }
    Ok(())
}

/// The pure crate by itself: inside the user interface it would also build by features that others switch on.
fn core_for_wasm(project: &Project, toolchain: Toolchain) -> Result<(), Failure> {
    let roots = ["crates/core", "Cargo.toml", "Cargo.lock", ".cargo/config.toml"].map(|path| project.root.join(path));
    let inputs = stamp::hash(&stamp::files(&roots, &[])?, &[toolchain.name()])?;
    let done = project.target.join("wasm/core.stamp");
    if stamp::holds(&done, &inputs) {
        println!("Nothing of it has changed since it last built.");
        return Ok(());
    }
    // The profile of the bundle, so that the standard library is not compiled once more.
    shell::run(toolchain.cargo(project, "build").args(["-p", "countersign-core", "--lib", "--profile", "ui"]))?;
    stamp::write(&done, &inputs)
}

/// Builds everything that runs, then runs the tests.
fn tests(project: &Project, scope: Scope, round: &mut Round) {
    let built = round.step("build", |_| shell::run(&mut project.build(&["--lib", "--bins", "--tests"])));
    if built.is_err() {
        return ["tests", "real window"].iter().for_each(|name| round.leave(name, "the build failed"));
    }
    let Ok((window, headless)) = test_programs(project) else {
        return ["tests", "real window"].iter().for_each(|name| round.leave(name, "cargo metadata failed"));
    };
    let _ = round.step("tests", |tally| {
        // Selected as the build selects: for some of the packages alone cargo settles on other features, and compiles what they use again.
        run_programs(project.cargo([]), project, &headless, &["--lib", "--bins"], tally)?;
        tally::run(&mut project.cargo(["test", "--no-fail-fast", "--package", "xtask"]), tally)
    });
    if scope == Scope::NoWindow {
        return round.leave("real window", "--quick");
    }
    let _ = round.step("real window", |tally| {
        let screen = Screen::start(project)?;
        // One window at a time: they share the screen and its keyboard.
        run_programs(screen.command(project, "cargo"), project, &window, &["--", "--test-threads=1"], tally)
    });
}

/// The test programs by name: those whose names begin with `window`, which need a screen, and the others.
fn test_programs(project: &Project) -> Result<(BTreeSet<String>, BTreeSet<String>), Failure> {
    let all = project.targets("test")?.into_iter().filter(|(package, _)| package != "xtask");
    Ok(all.map(|(_, name)| name).partition(|name| name.starts_with("window")))
}

/// Runs named test programs, and whatever else is named, against the built app and command line.
fn run_programs(
    mut cargo: Command,
    project: &Project,
    names: &BTreeSet<String>,
    more: &[&str],
    tally: &mut Tally,
) -> Result<(), Failure> {
    if names.is_empty() {
        return Err(Failure::new("there is no such test program", "Look at the targets in tests/Cargo.toml."));
    }
    cargo.args(["test", "--no-fail-fast"]).args(WHOLE);
    for name in names {
        cargo.args(["--test", name]);
    }
    cargo.env("COUNTERSIGN_APP", project.debug_program("countersign-desktop"));
    cargo.env("COUNTERSIGN_CLI", project.debug_program("countersign"));
    cargo.env("COUNTERSIGN_FOREIGN", setup::foreign_path(project));
    // The set-up has installed them: a tool that is missing now is a fault, not a reason to pass over a test.
    cargo.env("COUNTERSIGN_REQUIRE_FOREIGN", "1");
    cargo.env("COUNTERSIGN_TAURI_DRIVER", setup::tauri_driver_path(project));
    tally::run(cargo.args(more), tally)
}

/// What git sees as changed in the tree; nothing where there is no git.
fn changes(project: &Project) -> String {
    shell::capture(project.command("git").args(["status", "--porcelain"])).unwrap_or_default()
}

/// Tests must not leave anything in the tree.
fn unchanged(before: &str, after: &str) -> Result<(), Failure> {
    let new: Vec<&str> = after.lines().filter(|line| !before.lines().any(|known| known == *line)).collect();
    if new.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        format!("changed in the tree meanwhile:\n{}", new.join("\n")),
        "A test or a build writes outside target/.",
    ))
}

enum Outcome {
    Held,
    Failed,
    Left(&'static str),
}

struct Step {
    name: &'static str,
    elapsed: Duration,
    outcome: Outcome,
}

/// The steps so far.
#[derive(Default)]
struct Round {
    steps: Vec<Step>,
    tally: Tally,
}

impl Round {
    /// Runs a step and notes how it ended; the failure is told at once.
    fn step(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Tally) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        println!("\n== {name}");
        let started = Instant::now();
        let ended = work(&mut self.tally);
        let elapsed = started.elapsed();
        match &ended {
            Ok(()) => println!("   {name}: ok, {}", shell::spoken(elapsed)),
            Err(failure) => println!("   {name}: FAILED after {}: {failure}", shell::spoken(elapsed)),
        }
        self.steps.push(Step { name, elapsed, outcome: if ended.is_ok() { Outcome::Held } else { Outcome::Failed } });
        ended
    }

    fn leave(&mut self, name: &'static str, why: &'static str) {
        self.steps.push(Step { name, elapsed: Duration::ZERO, outcome: Outcome::Left(why) });
    }

    /// The summary, and the verdict over all steps.
    fn close(self) -> Result<(), Failure> {
        println!("\n== summary");
        for step in &self.steps {
            let time = shell::spoken(step.elapsed);
            match step.outcome {
                Outcome::Held => println!("  ok      {time:>12}  {}", step.name),
                Outcome::Failed => println!("  FAILED  {time:>12}  {}", step.name),
                Outcome::Left(why) => println!("  not run {:>12}  {} ({why})", "", step.name),
            }
        }
        let total = self.steps.iter().map(|step| step.elapsed).sum();
        println!("  in all  {:>12}", shell::spoken(total));
        let failed: Vec<&str> = self.failed().collect();
        if !failed.is_empty() {
            println!("Failed: {}", failed.join(", "));
        }
        if self.tally.ignored > 0 {
            println!("{} ignored", self.tally.ignored);
        }
        println!("{} passed, {} failed", self.tally.passed, self.tally.failed);
        if failed.is_empty() {
            Ok(())
        } else {
            Err(Failure::new(format!("cargo xtask test: {} failed", failed.join(", ")), ""))
        }
    }

    fn failed(&self) -> impl Iterator<Item = &'static str> {
        self.steps.iter().filter(|step| matches!(step.outcome, Outcome::Failed)).map(|step| step.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_in_the_tree_is_held_against_the_tests() {
        assert!(unchanged(" M a\n?? b\n", " M a\n").is_ok());
        assert!(unchanged("", "").is_ok());
        let failure = unchanged(" M a\n", " M a\n?? gen/\n").unwrap_err();
        assert!(failure.what.ends_with(":\n?? gen/"), "{failure}");
    }

    #[test]
    fn one_failed_step_fails_the_round_and_later_steps_still_run() {
        let mut round = Round::default();
        assert!(round.step("first", |_| Err(Failure::new("no", ""))).is_err());
        let counted = |tally: &mut Tally| {
            tally.passed += 3;
            Ok(())
        };
        assert!(round.step("second", counted).is_ok());
        round.leave("third", "--quick");
        assert_eq!(round.failed().collect::<Vec<_>>(), ["first"]);
        assert_eq!(round.tally.passed, 3);
        assert!(round.close().is_err());
    }

    #[test]
    fn a_round_with_steps_left_out_can_hold() {
        let mut round = Round::default();
        round.leave("real window", "--quick");
        assert!(round.close().is_ok());
    }
}
