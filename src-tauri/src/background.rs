//! What goes on while nobody clicks: the engine looks at the network and runs what waits; the window hears of changes.

use countersign_core::id::RecordId;
use countersign_engine::{Engine, Notice, Ticked};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_notification::NotificationExt as _;

/// How often the network is looked at.
const EVERY: Duration = Duration::from_secs(2);

#[derive(Clone, Serialize)]
struct Changed {
    record: Option<RecordId>,
}

/// Starts looking, for as long as the app runs.
pub fn start(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        loop {
            tokio::time::sleep(EVERY).await;
            let engine = Arc::clone(&app.state::<Arc<Engine>>());
            let told = match engine.tick().await {
                Ok(ticked) if ticked == Ticked::default() => Ok(()),
                Ok(ticked) => {
                    tell(&app, ticked.notice);
                    let records = ticked.records.into_iter().map(Some).chain([None]);
                    records.into_iter().try_for_each(|record| app.emit("changed", Changed { record }))
                }
                Err(problem) => {
                    eprintln!("{problem}");
                    Ok(())
                }
            };
            if let Err(problem) = told {
                eprintln!("The window was not told of a change: {problem}");
            }
        }
    });
}

/// Shows a notification, whether the window is open or not.
fn tell(app: &AppHandle, notice: Option<Notice>) {
    let Some(Notice { title, body }) = notice else { return };
    if let Err(problem) = app.notification().builder().title(title).body(body).show() {
        eprintln!("The notification was not shown: {problem}");
    }
}
