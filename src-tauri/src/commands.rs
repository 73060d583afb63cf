//! What the user interface may ask of the shell. Each command takes one argument named `req`.

use crate::launch;
use countersign_core::api::{ApiError, Code};
use countersign_engine::Engine;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_notification::NotificationExt as _;
use tauri_plugin_opener::OpenerExt as _;
use tokio::sync::oneshot;

/// A command of the engine, by name, with its arguments as JSON text.
#[derive(Deserialize)]
pub struct Call {
    name: String,
    args: String,
}

/// A file that is hovering over the window.
#[derive(Clone, Serialize)]
pub struct Hover {
    pub over: bool,
}

/// Files that were dropped on the window.
#[derive(Clone, Serialize)]
pub struct Dropped {
    pub paths: Vec<PathBuf>,
}

/// A file of a certain kind.
#[derive(Deserialize)]
pub struct Choose {
    kind: Kind,
    #[serde(default)]
    suggested: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Checklist,
    Report,
    Key,
    Evidence,
    Certificates,
    Backup,
}

impl Kind {
    /// The name of the filter and the endings it lets through; none for any file.
    fn filter(self) -> Option<(&'static str, &'static [&'static str])> {
        match self {
            Self::Checklist => Some(("Checklists and reports", &["md", "markdown", "txt", "pdf"])),
            Self::Report => Some(("Signed reports", &["pdf"])),
            Self::Key => Some(("Keys", &["p12", "pfx"])),
            Self::Certificates => Some(("Certificates", &["pem", "crt"])),
            Self::Backup => Some(("Databases", &["sqlite"])),
            Self::Evidence => None,
        }
    }
}

/// A path to open with the system's own program.
#[derive(Deserialize)]
pub struct OpenPath {
    path: String,
}

/// A desktop notification.
#[derive(Deserialize)]
pub struct Notification {
    title: String,
    body: String,
}

#[tauri::command]
pub async fn call(engine: State<'_, Arc<Engine>>, req: Call) -> Result<String, ApiError> {
    engine.call(&req.name, &req.args).await
}

#[tauri::command]
pub async fn choose_file(app: AppHandle, req: Choose) -> Option<String> {
    let (answer, chosen) = oneshot::channel();
    let dialog = app.dialog().file();
    let dialog = req.kind.filter().map_or_else(|| app.dialog().file(), |(name, ends)| dialog.add_filter(name, ends));
    dialog.pick_file(move |path| drop(answer.send(path)));
    Some(chosen.await.ok()??.to_string())
}

#[tauri::command]
pub async fn choose_save(app: AppHandle, req: Choose) -> Option<String> {
    let (answer, chosen) = oneshot::channel();
    let dialog = app.dialog().file().set_file_name(&req.suggested);
    let dialog = match req.kind.filter() {
        Some((name, ends)) => dialog.add_filter(name, ends),
        None => dialog,
    };
    dialog.save_file(move |path| drop(answer.send(path)));
    Some(chosen.await.ok()??.to_string())
}

#[tauri::command]
pub async fn open_path(app: AppHandle, req: OpenPath) -> Result<(), ApiError> {
    app.opener().open_path(&req.path, None::<&str>).map_err(|problem| ApiError {
        code: Code::System,
        message: format!("{} was not opened: {problem}.", req.path),
        hint: "Open it from your file manager.".to_owned(),
    })
}

#[tauri::command]
pub async fn notify(app: AppHandle, req: Notification) -> Result<(), ApiError> {
    let shown = app.notification().builder().title(req.title).body(req.body).show();
    shown.map_err(|problem| ApiError {
        code: Code::System,
        message: format!("The notification was not shown: {problem}."),
        hint: "Allow notifications in the system's settings.".to_owned(),
    })
}

/// The window listens now: it hears of the files that the app was started with.
#[tauri::command]
pub async fn ready(app: AppHandle) {
    launch::hand_over(&app);
}
