//! `countersign key` and `countersign roster`: who signs, and who vouches for them.

use crate::args::{Key, Roster};
use crate::{Exit, Output, passphrase};
use countersign_core::api::{ApiError, ExportRoots, ImportKey, KeyPurpose, KeySummary, MakeKey, MakeRoot, Overview};
use countersign_engine::Engine;
use serde_json::json;
use std::fmt::Write as _;

const OWN: &str = "COUNTERSIGN_PASSPHRASE";
const ROOT: &str = "COUNTERSIGN_ROOT_PASSPHRASE";

/// Runs a `key` command.
pub async fn run(command: Key, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    match command {
        Key::New { name, email, passphrase_file, root_passphrase_file } => {
            let passphrase = passphrase::get(&format!("the new key of {name}"), passphrase_file.as_deref(), OWN)?;
            let root_passphrase = passphrase::get("the organisation's root", root_passphrase_file.as_deref(), ROOT)?;
            let key = engine.make_key(MakeKey { name, email, passphrase, root_passphrase }).await?;
            output.result(&key, || line(&key))?;
        }
        Key::Import { file, passphrase_file } => {
            let passphrase = passphrase::get(&file.display().to_string(), passphrase_file.as_deref(), OWN)?;
            let key = engine.import_key(ImportKey { path: file.display().to_string(), passphrase }).await?;
            output.result(&key, || line(&key))?;
        }
        Key::List => {
            let keys = engine.overview(Overview {}).await?.keys;
            output.result(&json!({ "keys": keys }), || keys.iter().map(line).collect())?;
        }
    }
    Ok(Exit::Done)
}

/// Runs a `roster` command.
pub async fn roster(command: Roster, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    match command {
        Roster::Init { organisation, root_passphrase_file } => {
            let passphrase = passphrase::get("the organisation's root", root_passphrase_file.as_deref(), ROOT)?;
            let root = engine.make_root(MakeRoot { organisation, passphrase }).await?;
            output.result(&root, || line(&root))?;
        }
        Roster::Export { output: path } => {
            let path = engine.export_roots(ExportRoots { path: path.display().to_string() }).await?;
            output.result(&json!({ "path": path }), || path.clone())?;
        }
    }
    Ok(Exit::Done)
}

fn line(key: &KeySummary) -> String {
    let purpose = match key.purpose {
        KeyPurpose::Person => "person",
        KeyPurpose::Root => "root",
        KeyPurpose::Installation => "installation",
    };
    let mut line = String::new();
    let _ = writeln!(line, "{purpose:<13} {}  {}  issued by {}", key.fingerprint.short(), key.name, key.issuer);
    line
}
