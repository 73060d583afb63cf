//! The menu. What an entry does is the user interface's, which hears the entry's name; only «Quit» is done here.

use crate::launch;
use serde::Serialize;
use tauri::menu::{Menu, MenuBuilder, MenuEvent, MenuItemBuilder, SubmenuBuilder};
use tauri::{AppHandle, Emitter, Wry};

#[derive(Clone, Serialize)]
struct Chosen<'a> {
    id: &'a str,
}

/// The one entry that is the shell's own: the toolkit's ready-made one does nothing on Linux.
const QUIT: &str = "quit";

/// Name, words, key of the entries; an empty name is a line between.
const FILE: &[(&str, &str, &str)] = &[
    ("new", "New record…", "CmdOrCtrl+N"),
    ("open", "Open checklist…", "CmdOrCtrl+O"),
    ("verify", "Verify a report…", "CmdOrCtrl+Shift+V"),
    ("", "", ""),
    ("backup", "Back up…", ""),
    ("print", "Print…", "CmdOrCtrl+P"),
    ("", "", ""),
    (QUIT, "Quit", "CmdOrCtrl+Q"),
];
const GO: &[(&str, &str, &str)] = &[
    ("home", "Home", "Alt+1"),
    ("checklists", "Checklists", "Alt+2"),
    ("register", "Register", "Alt+3"),
    ("people", "People", "Alt+4"),
    ("settings", "Settings", "CmdOrCtrl+,"),
    ("", "", ""),
    ("find", "Find…", "CmdOrCtrl+F"),
    ("palette", "Every action…", "CmdOrCtrl+K"),
];
const VIEW: &[(&str, &str, &str)] = &[
    ("zoom_in", "Larger", "CmdOrCtrl+="),
    ("zoom_out", "Smaller", "CmdOrCtrl+-"),
    ("zoom_reset", "Actual size", "CmdOrCtrl+0"),
    ("", "", ""),
    ("theme", "Light, dark, high contrast", ""),
];
const HELP: &[(&str, &str, &str)] = &[("keys", "All keys", "F1")];

/// Builds the menu.
pub fn build(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let submenu = |title: &str, entries: &[(&str, &str, &str)]| {
        let mut menu = SubmenuBuilder::new(app, title);
        for (id, words, key) in entries {
            menu = match (*id, *key) {
                ("", _) => menu.separator(),
                (_, "") => menu.item(&MenuItemBuilder::with_id(*id, *words).build(app)?),
                _ => menu.item(&MenuItemBuilder::with_id(*id, *words).accelerator(*key).build(app)?),
            };
        }
        Ok::<_, tauri::Error>(menu)
    };
    let edit = SubmenuBuilder::new(app, "Edit").undo().redo().separator().cut().copy().paste().select_all();
    MenuBuilder::new(app)
        .item(&submenu("File", FILE)?.build()?)
        .item(&edit.build()?)
        .item(&submenu("Go", GO)?.build()?)
        .item(&submenu("View", VIEW)?.build()?)
        .item(&submenu("Help", HELP)?.build()?)
        .build()
}

/// Tells the window which entry was chosen.
pub fn chosen(app: &AppHandle, event: MenuEvent) {
    let id = event.id().0.as_str();
    if id == QUIT {
        return app.exit(0);
    }
    launch::show(app);
    if let Err(problem) = app.emit("menu", Chosen { id }) {
        eprintln!("The window was not told of the menu: {problem}");
    }
}
