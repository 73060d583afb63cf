//! The command palette: every action by its words.

use crate::components::icon::{Icon, icon};
use crate::keys::{self, Action, EVERYWHERE, RECORD};
use crate::route::{Place, Route};
use crate::state::{App, app};
use leptos::prelude::*;
use std::sync::Arc;

#[derive(Clone)]
struct Entry {
    words: String,
    shown: String,
    run: Arc<dyn Fn() + Send + Sync>,
}

/// The actions that make sense here and now.
fn entries(app: App) -> Vec<Entry> {
    let action = |words: &str, shown: &str, action: Action| Entry {
        words: words.to_owned(),
        shown: shown.to_owned(),
        run: Arc::new(move || keys::run(app, action)),
    };
    let place = |words: String, route: Route| Entry {
        words,
        shown: String::new(),
        run: Arc::new(move || app.go(route.clone())),
    };
    let mut entries = Vec::new();
    if app.route.with_untracked(|route| matches!(route, Route::Record(_))) {
        let mut seen = Vec::new();
        for binding in RECORD {
            if !seen.contains(&binding.action) {
                seen.push(binding.action);
                entries.push(action(binding.words, binding.shown, binding.action));
            }
        }
    }
    if let Some(record) = app.desk.record() {
        entries.push(place("Back to the record".to_owned(), Route::Record(record.clone())));
        entries.push(Entry {
            shown: "G O".to_owned(),
            ..place("Sign off".to_owned(), Route::SignOff(record.clone(), None))
        });
        entries.push(Entry { shown: "G T".to_owned(), ..place("Report".to_owned(), Route::Report(record)) });
    }
    entries.extend(Place::ALL.map(|to| {
        action(&format!("Go to {}", to.word()), &format!("G {}", to.letter().to_ascii_uppercase()), Action::Go(to))
    }));
    let everywhere = EVERYWHERE.iter().filter(|binding| binding.action != Action::Palette);
    entries.extend(everywhere.map(|binding| action(binding.words, binding.shown, binding.action)));
    app.overview.with_untracked(|overview| {
        let Some(overview) = overview else { return };
        for record in &overview.records {
            let words = format!("Open record #{} {}", record.number, record.header.headline());
            entries.push(place(words, Route::Record(record.id.clone())));
        }
        for checklist in &overview.checklists {
            entries.push(place(format!("Start a record: {}", checklist.title), Route::Start(checklist.source.clone())));
        }
    });
    entries
}

/// All words of the query occur, in any order.
fn matches(words: &str, query: &str) -> bool {
    let words = words.to_lowercase();
    query.to_lowercase().split_whitespace().all(|part| words.contains(part))
}

#[component]
pub(crate) fn Palette() -> impl IntoView {
    let app = app();
    let all = StoredValue::new(entries(app));
    let query = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let found = Memo::new_with_compare(
        move |_| {
            let found = |query: &String| {
                all.with_value(|all| all.iter().filter(|entry| matches(&entry.words, query)).cloned().collect())
            };
            query.with(found)
        },
        |_: Option<&Vec<Entry>>, _| true,
    );
    let run = move |entry: &Entry| {
        app.dialog.set(None);
        (entry.run)();
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1).min(count.saturating_sub(1))),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Enter" => {
                if let Some(entry) = found.with_untracked(|found| found.get(at.get_untracked()).cloned()) {
                    run(&entry);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <div class="palette" on:keydown=on_key>
            <div class="palette-query">
                {icon(Icon::Search)}
                <input
                    type="text"
                    data-t="palette-input"
                    aria-label="What do you want to do?"
                    placeholder="What do you want to do?"
                    autocomplete="off"
                    autofocus
                    on:input:target=move |event| {
                        query.set(event.target().value());
                        at.set(0);
                    }
                />
            </div>
            <ul role="listbox" class="palette-list">
                {move || {
                    found
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(index, entry)| {
                            let (words, shown) = (entry.words.clone(), entry.shown.clone());
                            view! {
                                <li
                                    role="option"
                                    data-t="palette-entry"
                                    class:chosen=move || at.get() == index
                                    aria-selected=move || (at.get() == index).to_string()
                                    on:click=move |_| run(&entry)
                                >
                                    <span>{words}</span>
                                    {(!shown.is_empty()).then(|| view! { <kbd>{shown}</kbd> })}
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_order() {
        assert!(matches("Open record #42 messaging-api", "42 open"));
        assert!(!matches("Open record #42 messaging-api", "43"));
    }
}
