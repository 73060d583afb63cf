//! `countersign authority`: where time stamps come from.

use crate::args::Authority;
use crate::{Exit, Output};
use countersign_core::api::{ApiError, SetAuthority};
use countersign_engine::Engine;
use serde_json::json;

/// Runs an `authority` command; each says which ones are used from then on.
pub async fn run(command: Authority, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let all = match command {
        Authority::Add { url, root } => {
            let root = root.map(|path| path.display().to_string());
            engine.set_authority(SetAuthority { url, root, remove: false }).await?
        }
        Authority::Remove { url } => engine.set_authority(SetAuthority { url, root: None, remove: true }).await?,
        Authority::List => engine.kept_authorities()?,
    };
    output.result(&json!({ "authorities": all }), || all.join("\n"))?;
    Ok(Exit::Done)
}
