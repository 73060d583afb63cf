//! `cargo xtask`: what the README's two commands call, and the parts they are made of.
//!
//! It sets the machine up, builds the user interface, starts the app, runs every check, and reports speed and size. It holds no
//! rule of the product itself: what a test or a benchmark means stands in the crate that has it.

mod apt;
mod bench;
mod display;
mod fuzz;
mod project;
mod run;
mod setup;
mod shell;
mod stamp;
mod tally;
mod test;
mod tidy;
mod ui;
mod verifier;
mod wasm;

use project::Project;
use setup::Need;
use shell::Failure;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  run [-- ARGS]       set up, build, open the app; with no display, do the main job headless and say where its report is
  test [--quick]      set up, then every check and every test; --quick leaves the real-window tests out
  setup [run|test]    only the set-up of `run` or of `test`
  ui [--release|--dev] build the user interface into src-ui/dist; --release is the default, --dev is quicker to build and large
  verifier            build the verifier as one HTML file, beside the programs
  tidy                layering and house rules, from the manifests and the sources
  fuzz TARGET --minutes N [--seed S]
                      mutations for N minutes; the target is pdf
  bench               speed and size, as ratios

Exit codes: 0 done, 1 a check failed, 2 usage, 3 set-up needs a person.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::from(failure.code)
        }
    }
}

fn dispatch(words: &[&str]) -> Result<(), Failure> {
    let project = Project::find()?;
    match words {
        ["setup"] | ["setup", "run"] => setup::ensure(&project, Need::Window).map(drop),
        ["setup", "test"] => setup::ensure(&project, Need::Tests).map(drop),
        ["ui"] | ["ui", "--release"] => ui::command(&project, ui::Profile::Shipped),
        ["ui", "--dev"] => ui::command(&project, ui::Profile::Quick),
        ["run"] => run::command(&project, &[]),
        ["run", "--", rest @ ..] => run::command(&project, rest),
        ["test"] => test::command(&project, test::Scope::Everything),
        ["test", "--quick"] => test::command(&project, test::Scope::NoWindow),
        ["verifier"] => verifier::command(&project),
        ["tidy"] => tidy::command(&project),
        ["fuzz", target, "--minutes", minutes] => fuzz::command(&project, target, minutes, None),
        ["fuzz", target, "--minutes", minutes, "--seed", seed] => fuzz::command(&project, target, minutes, Some(seed)),
        ["bench"] => bench::command(&project),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(Failure::usage(format!("unknown: cargo xtask {}\n\n{USAGE}", words.join(" ")))),
    }
}
