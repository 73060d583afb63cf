//! `countersign roster`: the organisation's root, and who may sign in which role.

use super::key::{ROOT, line};
use crate::args::Roster;
use crate::{Exit, Output, passphrase};
use countersign_core::api::{ApiError, ExportRoots, ImportRoster, MakeRoot, RosterReply, RosterStatus};
use countersign_engine::{Engine, NewEntry};
use serde_json::json;
use std::fmt::Write as _;

/// Runs a `roster` command.
pub async fn run(command: Roster, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let shown = match command {
        Roster::Init { organisation, root_passphrase_file } => {
            let passphrase = passphrase::get("the organisation's root", root_passphrase_file.as_deref(), ROOT)?;
            let root = engine.make_root(MakeRoot { organisation, passphrase }).await?;
            output.result(&root, || line(&root))?;
            return Ok(Exit::Done);
        }
        Roster::Export { output: path } => {
            let path = engine.export_roots(ExportRoots { path: path.display().to_string() }).await?;
            output.result(&json!({ "path": path }), || path.clone())?;
            return Ok(Exit::Done);
        }
        Roster::Make => engine.make_roster().await?,
        Roster::Add { name, roles, certificate, from, until } => {
            engine.add_to_roster(NewEntry { name, roles, certificate, from, until }).await?
        }
        Roster::Remove { name } => engine.remove_from_roster(&name).await?,
        Roster::Sign { output: to, root_passphrase_file } => {
            let passphrase = passphrase::get("the organisation's root", root_passphrase_file.as_deref(), ROOT)?;
            engine.sign_roster(&passphrase, &to).await?
        }
        Roster::Import { file, trust } => {
            let trust = trust.map(|path| path.display().to_string());
            engine.import_roster(ImportRoster { path: file.display().to_string(), trust }).await?
        }
        Roster::Show => {
            let roster = engine.roster(RosterStatus {}).await?;
            output.result(&roster, || words(&roster))?;
            return Ok(if roster.warnings.is_empty() { Exit::Done } else { Exit::DoesNotHold });
        }
    };
    output.result(&shown, || words(&shown))?;
    Ok(Exit::Done)
}

fn words(roster: &RosterReply) -> String {
    if roster.title.is_empty() {
        return "There is no roster on this computer.".to_owned();
    }
    let mut words = format!("{}\n", roster.title);
    for (name, roles, certificates) in &roster.people {
        let roles = if roles.is_empty() { "no role" } else { roles };
        let _ = writeln!(words, "  {name:<24} {roles:<32} {certificates}");
    }
    for warning in &roster.warnings {
        let _ = writeln!(words, "! {warning}");
    }
    words
}
