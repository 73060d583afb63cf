//! `countersign`, the command line: the same work as the window, on the same engine, without a display.
//!
//! Results go to standard output, messages to standard error; `--json` prints one object. It parses arguments and prints
//! replies; what a command does is the engine's, what it means is `core`'s.

mod args;
mod commands;
mod exit;
mod output;
mod passphrase;
mod tour;

pub use exit::Exit;

use args::{Args, Command};
use clap::Parser as _;
use countersign_core::api::{ApiError, Code};
use countersign_engine::Engine;
use output::Output;

/// Runs the command line with these arguments, the program's name first.
pub async fn run(args: impl IntoIterator<Item = std::ffi::OsString>) -> Exit {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(wish) => {
            let asked_for_help = !wish.use_stderr();
            // Nothing can be done about a closed terminal.
            let _ = wish.print();
            return if asked_for_help { Exit::Done } else { Exit::Usage };
        }
    };
    let mut output = Output::new(args.json);
    match command(args, &mut output).await {
        Ok(exit) => exit,
        Err(error) => {
            output.error(&error);
            Exit::from(error.code)
        }
    }
}

async fn command(args: Args, output: &mut Output) -> Result<Exit, ApiError> {
    let data_dir = args.data_dir;
    let open = || {
        let folder = data_dir.clone().or_else(countersign_engine::default_data_dir).ok_or_else(|| ApiError {
            code: Code::Usage,
            message: "There is no home folder to keep data in.".to_owned(),
            hint: "Name a directory with --data-dir DIR.".to_owned(),
        })?;
        Engine::open(&folder)
    };
    match args.command {
        Command::Checklist(command) => commands::checklist::run(command, open, output).await,
        Command::Record(command) => commands::record::run(command, &open()?, output).await,
        Command::Register(command) => commands::register::run(command, &open()?, output).await,
        Command::Condition(command) => commands::condition::run(command, output),
        Command::Probe(command) => commands::probe::run(command, &open()?, output).await,
        Command::Key(command) => commands::key::run(command, &open()?, output).await,
        Command::Roster(command) => commands::roster::run(command, &open()?, output).await,
        Command::Authority(command) => commands::authority::run(command, &open()?, output).await,
        Command::Sign(command) => commands::sign::run(command, &open()?, output).await,
        Command::Signoff(command) => commands::sign_off::run(command, &open()?, output).await,
        Command::Report(command) => commands::report::run(*command, &open()?, output).await,
        Command::Verify(command) => commands::verify::run(&command, output),
        Command::Verifier { output: to } => commands::verifier::run(&to, output),
        Command::Tour(command) => tour::run(&command.out, output).await,
    }
}
