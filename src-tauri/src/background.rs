//! What goes on while nobody clicks: the engine looks at the network and the rounds, and makes the probes that are due; the window hears of
//! changes and of how far probes are.

use countersign_core::id::RecordId;
use countersign_engine::{Engine, Notice, ProbeProgress, Probed, Ticked};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_notification::NotificationExt as _;
use tokio::sync::broadcast::error::RecvError;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(2);

#[derive(Clone, Serialize)]
struct Changed {
    record: Option<RecordId>,
}

/// Starts looking, for as long as the app runs.
pub fn start(app: AppHandle) {
    tauri::async_runtime::spawn(look(app.clone()));
    tauri::async_runtime::spawn(probe(app.clone()));
    tauri::async_runtime::spawn(progress(app));
}

async fn look(app: AppHandle) {
    let engine = Arc::clone(&app.state::<Arc<Engine>>());
    loop {
        tokio::time::sleep(EVERY).await;
        match engine.tick().await {
            Ok(ticked) if ticked == Ticked::default() => {}
            Ok(ticked) => {
                tell(&app, ticked.notice);
                changed(&app, ticked.records);
            }
            Err(problem) => eprintln!("{problem}"),
        }
    }
}

/// Apart from the look at the clocks, which would wait for a host that does not answer.
async fn probe(app: AppHandle) {
    let engine = Arc::clone(&app.state::<Arc<Engine>>());
    loop {
        tokio::time::sleep(EVERY).await;
        match engine.probe_what_is_due().await {
            Ok(probed) if probed == Probed::default() => {}
            Ok(probed) => changed(&app, probed.records),
            Err(problem) => eprintln!("{problem}"),
        }
    }
}

async fn progress(app: AppHandle) {
    let mut heard = app.state::<Arc<Engine>>().probe_progress();
    loop {
        match heard.recv().await {
            Ok(ProbeProgress { record, done, of }) => {
                if let Err(problem) = app.emit("probing", (record, done, of)) {
                    eprintln!("The window was not told how far probes are: {problem}");
                }
            }
            // The newest comes all the same.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

fn changed(app: &AppHandle, records: Vec<RecordId>) {
    let records = records.into_iter().map(Some).chain([None]);
    let told = records.into_iter().try_for_each(|record| app.emit("changed", Changed { record }));
    if let Err(problem) = told {
        eprintln!("The window was not told of a change: {problem}");
    }
}

/// Shows a notification, whether the window is open or not.
fn tell(app: &AppHandle, notice: Option<Notice>) {
    let Some(Notice { title, body }) = notice else { return };
    if let Err(problem) = app.notification().builder().title(title).body(body).show() {
        eprintln!("The notification was not shown: {problem}");
    }
}
