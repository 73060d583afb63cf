//! What lives as long as the app: where we are, what there is, what went wrong.
//!
//! Signals that an await may outlive are made here, at the root, and nowhere else: a signal whose owner is gone stops the whole
//! window when it is touched. What belongs to the open record is in [`crate::desk`].

use crate::browser;
use crate::components::dialogs::Dialog;
use crate::desk::Desk;
use crate::ipc;
use crate::route::Route;
use countersign_core::api::{self, ApiError, ChecklistSource, Command, NetworkState, OpenRequest, OverviewReply};
use countersign_core::id::{KeyId, RecordId};
use countersign_core::record::Person;
use countersign_core::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How the app looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system says.
    System,
    Light,
    Dark,
    Contrast,
}

impl Theme {
    pub(crate) const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::Contrast];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::Contrast => "High contrast",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// The app's own state. It is copied freely; every part is a handle to a signal at the root.
#[derive(Clone, Copy)]
pub(crate) struct App {
    pub(crate) route: RwSignal<Route>,
    before: RwSignal<Vec<Route>>,
    pub(crate) overview: RwSignal<Option<OverviewReply>>,
    /// How many overviews were asked for: only the answer to the newest question is news.
    asked: RwSignal<u32>,
    /// What went wrong and belongs to no control that is on the screen.
    pub(crate) fault: RwSignal<Option<ApiError>>,
    /// The clock of the computer, to the second.
    pub(crate) now: RwSignal<Timestamp>,
    pub(crate) theme: RwSignal<Theme>,
    pub(crate) dialog: RwSignal<Option<Dialog>>,
    /// What a screen reader is to say next.
    pub(crate) spoken: RwSignal<String>,
    /// Files are held over the window.
    pub(crate) hovered: RwSignal<bool>,
    /// A path that the verify page is to take up.
    pub(crate) to_verify: RwSignal<Option<String>>,
    /// Who signed last, and when: for as long as the sitting goes on, the passphrase alone is asked for.
    pub(crate) sitting: RwSignal<Option<(KeyId, Timestamp)>>,
    pub(crate) recent: RwSignal<Vec<String>>,
    pub(crate) desk: Desk,
}

/// The app's state, from any component.
pub(crate) fn app() -> App {
    expect_context()
}

const RECENT: usize = 8;

impl App {
    pub(crate) fn new() -> Self {
        let theme = browser::kept("theme").and_then(|name| Theme::from_name(&name)).unwrap_or(Theme::System);
        let recent = browser::kept("recent").map(|kept| kept.lines().map(str::to_owned).collect()).unwrap_or_default();
        Self {
            route: RwSignal::new(Route::Home),
            before: RwSignal::new(Vec::new()),
            overview: RwSignal::new(None),
            asked: RwSignal::new(0),
            fault: RwSignal::new(None),
            now: RwSignal::new(browser::now()),
            theme: RwSignal::new(theme),
            dialog: RwSignal::new(None),
            spoken: RwSignal::new(String::new()),
            hovered: RwSignal::new(false),
            to_verify: RwSignal::new(None),
            sitting: RwSignal::new(None),
            recent: RwSignal::new(recent),
            desk: Desk::new(),
        }
    }

    /// Starts the clock, hears the shell, and reads what there is.
    pub(crate) fn run(self) {
        self.show_theme();
        set_interval(move || self.now.set(browser::now()), Duration::from_secs(1));
        self.hear_shell();
        self.refresh();
    }

    /// Goes to a place.
    pub(crate) fn go(self, route: Route) {
        if self.route.with_untracked(|current| *current == route) {
            return;
        }
        self.before.update(|before| before.push(self.route.get_untracked()));
        self.arrive(route);
    }

    /// Goes to where we were before.
    pub(crate) fn back(self) {
        let before = self.before.try_update(Vec::pop).flatten();
        self.arrive(before.unwrap_or(Route::Home));
    }

    fn arrive(self, route: Route) {
        self.fault.set(None);
        if let Some(record) = route.record() {
            self.desk.open(self, record);
        }
        self.route.set(route);
        self.refresh();
    }

    /// Reads the overview anew.
    pub(crate) fn refresh(self) {
        let question = self.asked.get_untracked().wrapping_add(1);
        self.asked.set(question);
        spawn_local(async move {
            let reply = ipc::call(api::Overview {}).await;
            if self.asked.get_untracked() != question {
                return;
            }
            match reply {
                Ok(overview)
                    if self.overview.with_untracked(|old| old.as_ref().is_some_and(|old| same(old, &overview))) => {}
                Ok(overview) => self.overview.set(Some(overview)),
                Err(error) => self.fault.set(Some(error)),
            }
        });
    }

    /// Runs a command whose fault belongs to no control on the screen.
    pub(crate) fn run_command<C: Command + 'static>(self, command: C, then: impl FnOnce(C::Reply) + 'static) {
        spawn_local(async move {
            match ipc::call(command).await {
                Ok(reply) => then(reply),
                Err(error) => self.fault.set(Some(error)),
            }
        });
    }

    /// Who is using the app; nobody until a name was given.
    pub(crate) fn person(self) -> Option<Person> {
        self.overview.with_untracked(|overview| overview.as_ref()?.person.clone())
    }

    pub(crate) fn network(self) -> Option<NetworkState> {
        self.overview.with(|overview| overview.as_ref().map(|overview| overview.network.clone()))
    }

    pub(crate) fn set_theme(self, theme: Theme) {
        browser::keep("theme", theme.name());
        self.theme.set(theme);
        self.show_theme();
    }

    fn show_theme(self) {
        if let Some(root) = browser::document().and_then(|document| document.document_element()) {
            let _ = root.set_attribute("data-theme", self.theme.get_untracked().name());
        }
    }

    /// Opens a file by its path: a report is verified, a request is shown to be signed, anything else is read as a checklist.
    pub(crate) fn open_path(self, path: &str) {
        let path = path.trim();
        if path.is_empty() {
            return;
        }
        self.dialog.set(None);
        if path.to_lowercase().ends_with(".pdf") {
            self.to_verify.set(Some(path.to_owned()));
            self.go(Route::Verify);
            return;
        }
        if path.to_lowercase().ends_with(".json") {
            self.run_command(OpenRequest { path: path.to_owned() }, move |record| {
                let here = self.overview.with_untracked(|overview| {
                    overview.as_ref().is_some_and(|overview| overview.records.iter().any(|known| known.id == record))
                });
                self.desk.guest.set((!here).then(|| record.clone()));
                self.go(Route::SignOff(record, None));
            });
            return;
        }
        self.recent.update(|recent| {
            recent.retain(|known| known != path);
            recent.insert(0, path.to_owned());
            recent.truncate(RECENT);
            browser::keep("recent", &recent.join("\n"));
        });
        self.go(Route::Checklist(ChecklistSource::File { path: path.to_owned() }));
    }

    /// Takes files that were dropped on the window.
    fn take_files(self, paths: Vec<String>) {
        self.hovered.set(false);
        let at_record = self.route.with_untracked(|route| matches!(route, Route::Record(_)));
        match paths.first() {
            Some(_) if at_record => paths.into_iter().for_each(|path| self.desk.attach_path(self, path)),
            Some(path) => self.open_path(path),
            None => {}
        }
    }

    fn hear_shell(self) {
        #[derive(serde::Deserialize)]
        struct Changed {
            record: Option<RecordId>,
        }
        #[derive(serde::Deserialize)]
        struct Opened {
            path: String,
        }
        #[derive(serde::Deserialize)]
        struct Dropped {
            paths: Vec<String>,
        }
        #[derive(serde::Deserialize)]
        struct Hover {
            over: bool,
        }
        #[derive(serde::Deserialize)]
        struct Menu {
            id: String,
        }
        spawn_local(async move {
            let heard = [
                ipc::listen("changed", move |changed: Changed| {
                    self.refresh();
                    self.desk.changed_elsewhere(self, changed.record.as_ref());
                    if changed.record.is_some() && browser::is_hidden() {
                        tell_outside();
                    }
                })
                .await,
                ipc::listen("probing", move |(record, done, of): (RecordId, u32, u32)| {
                    if self.desk.record().as_ref() == Some(&record) {
                        self.desk.probing.set((done < of).then_some((done, of)));
                    }
                })
                .await,
                ipc::listen("file_opened", move |opened: Opened| self.open_path(&opened.path)).await,
                ipc::listen("file_dropped", move |dropped: Dropped| self.take_files(dropped.paths)).await,
                ipc::listen("file_hover", move |hover: Hover| self.hovered.set(hover.over)).await,
                ipc::listen("menu", move |menu: Menu| crate::keys::menu(self, &menu.id)).await,
                ipc::ready().await,
            ];
            if let Some(error) = heard.into_iter().find_map(Result::err) {
                self.fault.set(Some(error));
            }
        });
    }
}

/// Tells a person who is not looking that something has come in.
fn tell_outside() {
    spawn_local(async {
        // Where the system shows no notifications, the window shows the change all the same.
        let _ = ipc::notify("Countersign", "Something new has come into a record: probes that waited have run.").await;
    });
}

/// Nothing but the clock is different.
fn same(one: &OverviewReply, other: &OverviewReply) -> bool {
    let mut other = other.clone();
    other.now = one.now;
    *one == other
}
