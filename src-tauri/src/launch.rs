//! How the app was started: its arguments, its data directory, and files to open.

use countersign_engine::Engine;
use serde::Serialize;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tauri::{AppHandle, Emitter, Manager, WebviewWindowBuilder};

/// The arguments of one start.
#[derive(Debug, Default)]
pub struct Launch {
    data_dir: Option<PathBuf>,
    files: Vec<PathBuf>,
}

/// Files to open once the window listens.
#[derive(Debug, Default)]
pub struct Waiting(Mutex<Vec<PathBuf>>);

#[derive(Clone, Serialize)]
struct Opened {
    path: PathBuf,
}

impl Launch {
    /// Reads `[--data-dir DIR] [FILE …]`.
    pub fn from_args(mut args: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut launch = Self::default();
        while let Some(arg) = args.next() {
            match arg.to_str() {
                Some("--data-dir") => {
                    let dir = args.next().ok_or("--data-dir needs a folder: countersign-desktop --data-dir DIR")?;
                    launch.data_dir = Some(dir.into());
                }
                Some(option) if option.starts_with("--") => {
                    return Err(format!(
                        "There is no option {option}. Use: countersign-desktop [--data-dir DIR] [FILE …]"
                    ));
                }
                _ => launch.files.push(absolute(Path::new(&arg), None)),
            }
        }
        Ok(launch)
    }

    /// The folder that everything is kept in.
    pub fn folder(&self) -> Result<PathBuf, String> {
        let folder = self.data_dir.clone().or_else(countersign_engine::default_data_dir);
        folder.ok_or_else(|| "There is no home folder to keep data in. Use --data-dir DIR.".to_owned())
    }

    /// The files to open once the window listens.
    pub fn files(&self) -> Waiting {
        Waiting(Mutex::new(self.files.clone()))
    }
}

/// Tells the window of the files that the app was started with. Called when the window says that it listens.
pub fn hand_over(app: &AppHandle) {
    let waiting = app.state::<Waiting>();
    let files = waiting.0.lock().map(|mut files| std::mem::take(&mut *files)).unwrap_or_default();
    tell(app, files);
}

/// Tells the window of files that another start of the app was given.
pub fn open_files<'a>(app: &AppHandle, args: impl Iterator<Item = &'a String>, folder: &str) {
    let files = args.filter(|arg| !arg.starts_with("--")).map(|arg| absolute(Path::new(arg), Some(Path::new(folder))));
    tell(app, files.collect());
}

/// Brings the window to the front.
pub fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
        if let Err(problem) = shown {
            eprintln!("The window was not brought to the front: {problem}");
        }
    }
}

/// Opens the engine on a data directory.
pub fn engine(folder: &Path) -> Result<Arc<Engine>, String> {
    let engine = Engine::open(folder).map_err(|problem| format!("{} {}", problem.message, problem.hint))?;
    Ok(Arc::new(engine))
}

/// Opens the window. What it remembers by itself, such as recent files, lies in the data directory with all the rest.
pub fn window(app: &AppHandle, folder: &Path) -> tauri::Result<()> {
    for window in &app.config().app.windows {
        WebviewWindowBuilder::from_config(app, window)?.data_directory(folder.join("window")).build()?;
    }
    Ok(())
}

fn tell(app: &AppHandle, files: Vec<PathBuf>) {
    for path in files {
        if let Err(problem) = app.emit("file_opened", Opened { path }) {
            eprintln!("The window was not told of a file to open: {problem}");
        }
    }
}

fn absolute(path: &Path, folder: Option<&Path>) -> PathBuf {
    let joined = folder.map_or_else(|| path.to_owned(), |folder| folder.join(path));
    std::path::absolute(&joined).unwrap_or(joined)
}
