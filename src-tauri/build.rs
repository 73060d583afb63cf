//! Declares the app's commands, so that only the main window may call them, and makes sure that a fresh clone compiles
//! before the user interface was built.

use std::path::Path;

const COMMANDS: &[&str] = &["call", "choose_file", "choose_save", "open_path", "notify", "ready"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bundle = Path::new("src-ui/dist");
    if !bundle.join("index.html").exists() {
        std::fs::create_dir_all(bundle)?;
        let page = "<!doctype html><title>Countersign</title><p>The user interface was not built: cargo xtask ui";
        std::fs::write(bundle.join("index.html"), page)?;
    }
    println!("cargo:rerun-if-changed=src-ui/dist");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/*.json")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes)?;
    Ok(())
}
