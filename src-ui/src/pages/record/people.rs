//! The people of a record: who has the watch and who takes it over, incidents and who sees to them, contacts of the team. Drawn by
//! hand: forms that repeat.

use crate::browser;
use crate::components::draw::{add, all, at, clear, set_value, value_of};
use crate::state::{App, app};
use countersign_core::api::{Contacts, ContactsWay, HandOver, KeyPurpose, Secret};
use countersign_core::id::Digest;
use countersign_core::record::{Incident, IncidentAction, Intent, KnownIncident, Person, Severity, View, contacts};
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::Element;

/// A line above the checklist: its class and tag, its words, and the handover that its button takes over.
type Line = (&'static str, &'static str, String, Option<Digest>);

fn lines(view: &View) -> Vec<Line> {
    let pending = view.pending_handover().map(|of| {
        let baton = &of.signed.baton;
        let words = format!("{} → {}: {}. {}", baton.from, baton.to, baton.words(), baton.notes);
        ("warn", "handover", words, Some(of.event))
    });
    let running = view.incidents.iter().filter(|of| of.incident.end.is_none());
    let incidents =
        running.map(|of| ("bad", "incident", format!("{}: {}", of.incident.title, of.incident.words()), None));
    pending.into_iter().chain(incidents).collect()
}

/// A watch that waits for somebody, and incidents that are not over.
#[component]
pub(super) fn Watch() -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let shown = Memo::new(move |_| desk.view.with(|view| view.as_ref().map(lines)).unwrap_or_default());
    let place = NodeRef::<Div>::new();
    Effect::new(move |_| {
        let (Some(place), lines) = (place.get(), shown.get()) else { return };
        clear(&place);
        for (class, tag, words, handover) in lines {
            let Some(line) = add(&place, "p", "alarm", "", &[("data-t", tag)]) else { continue };
            add(&line, "span", &format!("tag {class}"), tag, &[]);
            add(&line, "span", "", &words, &[]);
            if let Some(handover) = handover {
                let id = handover.to_string();
                button(&line, "Take it over", &[("data-t", "take-over"), ("data-take", &id)]);
            }
        }
    });
    let click = move |event: web_sys::MouseEvent| {
        if let Some(handover) = at(&event, "data-take").and_then(|(_, id)| id.parse().ok()) {
            desk.act(app, None, Intent::TakeOver { handover });
        }
    };
    view! { <div node_ref=place on:click=click></div> }
}

/// What the forms are drawn for; they are drawn anew only when something of it changes, so that what is typed stays.
#[derive(Clone, PartialEq)]
struct Forms {
    keys: Vec<(String, String)>,
    incidents: Vec<KnownIncident>,
    people: Vec<String>,
    contacts: bool,
    open: bool,
    handovers: usize,
}

/// Handing over, writing incidents down, taking contacts over.
#[component]
pub(super) fn Forms() -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let forms = Memo::new(move |_| {
        let keys = app.overview.with(|overview| overview.as_ref().map(|of| of.keys.clone())).unwrap_or_default();
        let keys = keys.into_iter().filter(|key| key.purpose == KeyPurpose::Person);
        let keys = keys.map(|key| (key.id.0, key.name)).collect();
        desk.view.with(|view| {
            let view = view.as_ref()?;
            Some(Forms {
                keys,
                incidents: view.incidents.clone(),
                people: view.people().into_iter().map(|person| person.0.clone()).collect(),
                contacts: !contacts(view).is_empty(),
                open: view.is_open(),
                handovers: view.handovers.len(),
            })
        })
    });
    let place = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let (Some(place), Some(forms)) = (place.get(), forms.get()) {
            draw(&place, &forms);
        }
    });
    let click = move |event: web_sys::MouseEvent| {
        let (Some((_, what)), Some(place)) = (at(&event, "data-do"), place.get_untracked()) else { return };
        done(app, &place, &what);
    };
    let change = move |event: web_sys::Event| {
        if let (Some((which, _)), Some(place), Some(forms)) =
            (at(&event, "data-which"), place.get_untracked(), forms.get_untracked())
        {
            fill(&place, forms.incidents.iter().find(|of| of.number.to_string() == value_of(&which)));
        }
    };
    view! { <div class="people-forms" node_ref=place on:click=click on:change=change></div> }
}

fn button(under: &Element, words: &str, attributes: &[(&str, &str)]) -> Option<Element> {
    add(under, "button", "button small", words, &[&[("type", "button")], attributes].concat())
}

fn draw(place: &Element, forms: &Forms) -> Option<()> {
    clear(place);
    let names = add(place, "datalist", "", "", &[("id", "people-of-record")])?;
    for name in &forms.people {
        add(&names, "option", "", "", &[("value", name)])?;
    }
    if forms.open {
        let form = folded(place, "Hand over the watch …", "handover-open")?;
        input(&form, "Who comes", "handover-to", &[("list", "people-of-record")])?;
        input(&form, "What is there to know?", "handover-notes", &[])?;
        choice(&form, "Whose key signs", "handover-key", &forms.keys)?;
        input(&form, "Passphrase", "handover-passphrase", &[("type", "password")])?;
        button(&form, "Sign and hand over", &[("data-do", "hand-over"), ("data-t", "handover-sign")])?;
    }
    let form = folded(place, "Incident …", "incident-open")?;
    let mut which = vec![(String::new(), "A new incident".to_owned())];
    which.extend(
        forms.incidents.iter().map(|of| (of.number.to_string(), format!("{}. {}", of.number, of.incident.title))),
    );
    choice(&form, "Which", "incident-which", &which)?.set_attribute("data-which", "").ok()?;
    input(&form, "What happens", "incident-title", &[])?;
    let grave = Severity::ALL.map(|severity| (severity.word().to_owned(), severity.word().to_owned()));
    choice(&form, "How grave", "incident-severity", &grave)?;
    input(&form, "Since", "incident-start", &[("type", "datetime-local")])?;
    input(&form, "Until", "incident-end", &[("type", "datetime-local")])?;
    input(&form, "Root cause", "incident-cause", &[])?;
    let label = add(&form, "label", "", "Actions, one a line: what = who; «done:» in front", &[])?;
    add(&label, "textarea", "", "", &[("rows", "2"), ("data-t", "incident-actions")])?;
    button(&form, "Keep the incident", &[("data-do", "incident"), ("data-t", "incident-keep")])?;
    fill(place, None);
    if forms.contacts {
        button(place, "Take over the team's contacts", &[("data-do", "take"), ("data-t", "contacts-take")])?;
        button(place, "Keep these contacts for the team", &[("data-do", "keep"), ("data-t", "contacts-keep")])?;
    }
    Some(())
}

fn folded(under: &Element, words: &str, handle: &str) -> Option<Element> {
    let details = add(under, "details", "void", "", &[])?;
    add(&details, "summary", "", words, &[("data-t", handle)])?;
    Some(details)
}

fn input(under: &Element, words: &str, handle: &str, more: &[(&str, &str)]) -> Option<Element> {
    let label = add(under, "label", "", words, &[])?;
    add(&label, "input", "", "", &[&[("type", "text"), ("data-t", handle), ("autocomplete", "off")], more].concat())
}

fn choice(under: &Element, words: &str, handle: &str, options: &[(String, String)]) -> Option<Element> {
    let label = add(under, "label", "", words, &[])?;
    let select = add(&label, "select", "", "", &[("data-t", handle)])?;
    for (value, words) in options {
        add(&select, "option", "", words, &[("value", value)])?;
    }
    Some(select)
}

/// The element of a form with a handle.
fn part(place: &Element, handle: &str) -> Option<Element> {
    all(place, "data-t").into_iter().find(|of| of.get_attribute("data-t").as_deref() == Some(handle))
}

fn typed(place: &Element, handle: &str) -> String {
    part(place, handle).map(|of| value_of(&of).trim().to_owned()).unwrap_or_default()
}

/// Puts what is known of an incident into its form; of a new one, that it begins now.
fn fill(place: &Element, known: Option<&KnownIncident>) {
    let set = |handle: &str, text: &str| {
        if let Some(of) = part(place, handle) {
            set_value(&of, text);
        }
    };
    let incident = known.map(|known| &known.incident);
    let start = incident.map_or_else(browser::now, |of| of.start);
    set("incident-title", incident.map_or("", |of| of.title.as_str()));
    set("incident-severity", incident.map_or(Severity::Major, |of| of.severity).word());
    set("incident-start", &browser::to_local_input(start));
    let end = incident.and_then(|of| of.end).map(browser::to_local_input);
    set("incident-end", &end.unwrap_or_default());
    set("incident-cause", incident.and_then(|of| of.root_cause.as_deref()).unwrap_or_default());
    let actions = incident.map(|of| of.actions.iter().map(action_line).collect::<Vec<_>>().join("\n"));
    set("incident-actions", &actions.unwrap_or_default());
}

fn action_line(action: &IncidentAction) -> String {
    format!("{}{} = {}", if action.done { "done: " } else { "" }, action.what, action.owner)
}

/// «done: Add an alert = Bo».
fn action_of(line: &str) -> Option<IncidentAction> {
    let line = line.trim();
    let (what, owner) = line.rsplit_once('=').unwrap_or((line, ""));
    let (done, what) = what.strip_prefix("done:").map_or((false, what), |what| (true, what));
    (!what.trim().is_empty()).then(|| IncidentAction { what: what.trim().to_owned(), owner: owner.into(), done })
}

fn done(app: App, place: &Element, what: &str) {
    let desk = app.desk;
    match what {
        "hand-over" => {
            let (to, notes) = (Person::from(typed(place, "handover-to").as_str()), typed(place, "handover-notes"));
            let key = countersign_core::id::KeyId(typed(place, "handover-key"));
            let passphrase = part(place, "handover-passphrase").map(|of| {
                let typed = value_of(&of);
                set_value(&of, "");
                typed
            });
            let passphrase = Secret(passphrase.unwrap_or_default());
            let Some(head) = desk.view.with_untracked(|view| view.as_ref().map(|view| view.head)) else { return };
            desk.command(app, |record, person| HandOver { record, person, key, passphrase, to, notes, head });
        }
        "incident" => {
            let time = |handle| browser::from_local_input(&typed(place, handle));
            let incident = Incident {
                severity: Severity::from_word(&typed(place, "incident-severity")).unwrap_or(Severity::Major),
                title: typed(place, "incident-title"),
                start: time("incident-start").unwrap_or_else(browser::now),
                end: time("incident-end"),
                root_cause: Some(typed(place, "incident-cause")),
                actions: typed(place, "incident-actions").lines().filter_map(action_of).collect(),
            };
            let number = typed(place, "incident-which").parse().ok();
            desk.act(app, None, Intent::Incident { number, incident: Box::new(incident) });
        }
        "take" | "keep" => {
            let way = if what == "take" { ContactsWay::Take } else { ContactsWay::Keep };
            desk.command(app, |record, person| Contacts { record, person, way });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_action_with_its_owner() {
        let action =
            |what: &str, owner: &str, done| Some(IncidentAction { what: what.into(), owner: owner.into(), done });
        for (line, read) in [
            ("Add an alert = Bo", action("Add an alert", "Bo", false)),
            ("done: Set a=b = Ana Kern", action("Set a=b", "Ana Kern", true)),
            ("Nobody yet", action("Nobody yet", "", false)),
            ("  ", None),
        ] {
            assert_eq!(action_of(line), read, "{line}");
            if let Some(read) = read.filter(|read| !read.owner.0.is_empty()) {
                assert_eq!(action_of(&action_line(&read)), Some(read));
            }
        }
    }
}
