//! The desktop shell: one window, its menu, and the way from a command of the user interface to the engine.
//!
//! The only place that knows Tauri. It decides nothing: what a command does is the engine's, what it means is `core`'s.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod background;
mod commands;
mod launch;
mod menu;

use std::process::ExitCode;
use tauri::{DragDropEvent, Emitter, Manager, WindowEvent};

fn main() -> ExitCode {
    let launch = match launch::Launch::from_args(std::env::args_os().skip(1)) {
        Ok(launch) => launch,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let outcome = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, args, folder| {
            launch::show(app);
            launch::open_files(app, args.iter().skip(1), folder.as_ref());
        }))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .menu(menu::build)
        .on_menu_event(menu::chosen)
        .on_window_event(|window, event| {
            let WindowEvent::DragDrop(event) = event else { return };
            let told = match event {
                DragDropEvent::Enter { .. } => window.emit("file_hover", commands::Hover { over: true }),
                DragDropEvent::Leave => window.emit("file_hover", commands::Hover { over: false }),
                DragDropEvent::Drop { paths, .. } => {
                    window.emit("file_dropped", commands::Dropped { paths: paths.clone() })
                }
                _ => Ok(()),
            };
            if let Err(problem) = told {
                eprintln!("The window was not told of a dropped file: {problem}");
            }
        })
        .invoke_handler(tauri::generate_handler![
            commands::call,
            commands::choose_file,
            commands::choose_save,
            commands::open_path,
            commands::notify,
            commands::ready,
        ])
        .setup(move |app| {
            let folder = launch.folder()?;
            app.manage(launch::engine(&folder)?);
            app.manage(launch.files());
            launch::window(app.handle(), &folder)?;
            background::start(app.handle().clone());
            Ok(())
        })
        .run(tauri::generate_context!());
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("Countersign did not start: {problem}");
            ExitCode::from(70)
        }
    }
}
