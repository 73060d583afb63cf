//! `countersign key`: who signs with which key.

use crate::args::Key;
use crate::{Exit, Output, passphrase};
use countersign_core::api::{
    ApiError, Code, ImportKey, KeyPurpose, KeySummary, MakeKey, Overview, RevokeKey, RevokeReason, RotateKey,
};
use countersign_engine::Engine;
use serde_json::json;
use std::fmt::Write as _;

const OWN: &str = "COUNTERSIGN_PASSPHRASE";
/// The part of the environment that may hold the root's passphrase.
pub const ROOT: &str = "COUNTERSIGN_ROOT_PASSPHRASE";

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
        Key::Request { name, email, output: to, passphrase_file } => {
            let passphrase = passphrase::get(&format!("the new key of {name}"), passphrase_file.as_deref(), OWN)?;
            let key = engine.request_key(&name, &email, &passphrase, &to).await?;
            output.result(&key, || {
                format!("{}Have {} certified, then accept the certificate.", line(&key), to.display())
            })?;
        }
        Key::Certify { request, output: to, root_passphrase_file } => {
            let passphrase = passphrase::get("the organisation's root", root_passphrase_file.as_deref(), ROOT)?;
            let (name, fingerprint) = engine.certify_key(&request, &to, &passphrase).await?;
            output.result(&json!({ "name": name, "fingerprint": fingerprint, "path": to }), || {
                format!("{name}  {}  {}", fingerprint.short(), to.display())
            })?;
        }
        Key::Accept { certificate, passphrase_file } => {
            let passphrase = passphrase::get("the key", passphrase_file.as_deref(), OWN)?;
            let key = engine.accept_certificate(&certificate, &passphrase).await?;
            output.result(&key, || line(&key))?;
        }
        Key::Revoke { who, reason, since, root_passphrase_file } => {
            let reason = RevokeReason::from_word(&reason).ok_or_else(|| ApiError {
                code: Code::Usage,
                message: format!("«{reason}» is no reason to revoke a certificate."),
                hint: format!("Take one of: {}.", RevokeReason::ALL.map(RevokeReason::word).join(", ")),
            })?;
            let root_passphrase = passphrase::get("the organisation's root", root_passphrase_file.as_deref(), ROOT)?;
            let key = engine.revoke_key(RevokeKey { who, reason, since, root_passphrase }).await?;
            output.result(&key, || {
                format!("{}Tell the others: `countersign roster export` writes the revocation list.", line(&key))
            })?;
        }
        Key::Rotate { who, passphrase_file, root_passphrase_file } => {
            let passphrase = passphrase::get(&format!("the new key of {who}"), passphrase_file.as_deref(), OWN)?;
            let root_passphrase = passphrase::get("the organisation's root", root_passphrase_file.as_deref(), ROOT)?;
            let key = engine.rotate_key(RotateKey { who, passphrase, root_passphrase }).await?;
            output.result(&key, || line(&key))?;
        }
        Key::Log => {
            let tries = engine.tries()?;
            output.result(&json!({ "tries": tries }), || {
                let word = |opened| if opened { "opened" } else { "wrong passphrase" };
                let line = |of: &countersign_engine::Try| {
                    let key: String = of.key.chars().take(12).collect();
                    format!("{}  {key:<12}  {}\n", of.at.for_people(), word(of.opened))
                };
                if tries.is_empty() {
                    "No wrong passphrase was tried.".to_owned()
                } else {
                    tries.iter().map(line).collect()
                }
            })?;
        }
    }
    Ok(Exit::Done)
}

/// A key in one line.
pub fn line(key: &KeySummary) -> String {
    let purpose = match key.purpose {
        KeyPurpose::Person => "person",
        KeyPurpose::Root => "root",
        KeyPurpose::Installation => "installation",
    };
    let mut line = String::new();
    let revoked = key.revoked.map(|since| format!("  revoked as of {}", since.for_people())).unwrap_or_default();
    let _ =
        writeln!(line, "{purpose:<13} {}  {}  issued by {}{revoked}", key.fingerprint.short(), key.name, key.issuer);
    line
}
