//! What goes to paper or to a file and what comes back: blank forms, filled forms, a record as Markdown, signatures, probes. One dialog
//! for all:
//! a path, what is told, a button. What fits is the engine's to say.

use crate::components::banner::fault;
use crate::components::dialogs::Dialog;
use crate::components::facts::tag;
use crate::components::path::{PathField, Purpose};
use crate::ipc::{self, FileKind};
use crate::state::app;
use countersign_core::api::{
    AskByFile, AttestRecord, BlankForm, ChecklistSource, ExportMarkdown, ExportRegister, FillFromForm, ImportProbes,
    ReadForm, TakeAnswer,
};
use countersign_core::report::Paper;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// The blank form of a checklist.
    Blank(ChecklistSource),
    /// The record back in its checklist's Markdown.
    Markdown,
    /// A filled form into the record.
    Form,
    /// The register for an auditor.
    Register,
    /// A statement about the record for other programs.
    Attest,
    /// The record as a file, for somebody to sign on another computer.
    Ask,
    /// The signature that came back.
    Take,
    /// Probes that are defined elsewhere into the record.
    Probes,
}

impl Job {
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::Blank(_) => "Print a blank form",
            Self::Markdown => "Write as Markdown",
            Self::Form => "Fill in from a form",
            Self::Register => "Export for auditors",
            Self::Attest => "Write a signed statement",
            Self::Ask => "Ask for a signature by file",
            Self::Take => "Take the answer back",
            Self::Probes => "Add probes from a file",
        }
    }
}

/// A line that is told: the colour and word of its tag, what it is about, what is said of it.
type Told = (&'static str, &'static str, String, String);

fn written(what: String) -> Vec<Told> {
    vec![("good", "written", what, String::new())]
}

#[component]
pub(crate) fn Papers(job: Job) -> impl IntoView {
    let app = app();
    let path = RwSignal::new(String::new());
    let letter = RwSignal::new(false);
    let told = RwSignal::new(Vec::<Told>::new());
    let refused = RwSignal::new(None);
    // The form that was read: what was shown of it is what is taken.
    let read = RwSignal::new(None::<String>);
    let (hint, purpose, kind) = match job {
        Job::Blank(_) => (
            "A PDF to fill in by hand, or on screen in any PDF program. A record reads it back.",
            Purpose::Write("form.pdf"),
            FileKind::Report,
        ),
        Job::Markdown => (
            "The checklist's own file, with ticks and values in their places.",
            Purpose::Write("filled.md"),
            FileKind::Checklist,
        ),
        Job::Register => (
            "Every record without a gap, signed; a random sample of 25; which control each part answers.",
            Purpose::Write("register.zip"),
            FileKind::Evidence,
        ),
        Job::Attest => (
            "An in-toto statement in a DSSE envelope, signed by this installation.",
            Purpose::Write("statement.json"),
            FileKind::Evidence,
        ),
        Job::Form => ("A form of this checklist, filled in with any program.", Purpose::Read, FileKind::Report),
        Job::Ask => (
            "The record as it stands. On the other computer it is dropped on the window, shown, and signed; the answer comes back as a file.",
            Purpose::Write("to-sign.json"),
            FileKind::Evidence,
        ),
        Job::Take => ("The file that was saved after signing.", Purpose::Read, FileKind::Evidence),
        Job::Probes => (
            "Endpoints of Gatus, blackbox targets of Prometheus, or an export of Uptime Kuma.",
            Purpose::Read,
            FileKind::Evidence,
        ),
    };
    let (is_form, is_take, is_probes) = (job == Job::Form, job == Job::Take, job == Job::Probes);
    let is_blank = matches!(job, Job::Blank(_));
    let title = job.title();
    let run = move || {
        let (job, path) = (job.clone(), path.get_untracked().trim().to_owned());
        if path.is_empty() {
            return;
        }
        let record = app.desk.record();
        if is_form && read.get_untracked().as_ref() == Some(&path) {
            app.desk.command(app, |record, person| FillFromForm { record, person, path });
            app.dialog.set(None);
            return;
        }
        spawn_local(async move {
            let done = match (job, record, app.person()) {
                (Job::Blank(source), ..) => {
                    let paper = if letter.get_untracked() { Paper::Letter } else { Paper::A4 };
                    ipc::call(BlankForm { source, paper, path }).await.map(|made| {
                        let mut lines = vec![("good", "written", made.path.clone(), format!("{} pages", made.pages))];
                        if !made.missing.is_empty() {
                            lines.push(("warn", "no glyph", made.missing.join(" "), "No font has these.".to_owned()));
                        }
                        spawn_local(async move {
                            // The file is there; whoever has no viewer finds its path above.
                            let _ = ipc::open_path(&made.path).await;
                        });
                        lines
                    })
                }
                (Job::Markdown, Some(record), _) => ipc::call(ExportMarkdown { record, path }).await.map(written),
                (Job::Register, ..) => {
                    let asked = ExportRegister { path, sample: Some(25), seed: String::new() };
                    ipc::call(asked).await.map(written)
                }
                (Job::Attest, Some(record), _) => ipc::call(AttestRecord { record, path }).await.map(written),
                (Job::Ask, Some(record), Some(person)) => {
                    let (of, role) = (String::new(), String::new());
                    let asked = AskByFile { record, person, of, role, path: path.clone() };
                    ipc::call(asked).await.map(|events| {
                        app.desk.take_bundled(app, &events);
                        vec![("good", "written", path, String::new())]
                    })
                }
                (Job::Take, Some(record), Some(person)) => {
                    ipc::call(TakeAnswer { record, person, path: path.clone() }).await.map(|events| {
                        app.desk.take_bundled(app, &events);
                        vec![("good", "taken", path, String::new())]
                    })
                }
                (Job::Form, Some(record), Some(person)) => {
                    let asked = ReadForm { record, person, path: path.clone() };
                    ipc::call(asked).await.map(|found| {
                        let fits = !found.taken.is_empty();
                        read.set(fits.then_some(path));
                        let notices = found.notices.into_iter().map(|words| ("warn", "note", words, String::new()));
                        let left = found.left.into_iter().map(|(what, why)| ("bad", "does not fit", what, why));
                        let taken = found.taken.into_iter().map(|(what, said)| ("good", "fits", what, said));
                        let same = (found.same > 0)
                            .then(|| ("plain", "as it is", format!("{} more", found.same), String::new()));
                        notices.chain(left).chain(taken).chain(same).collect()
                    })
                }
                (Job::Probes, Some(record), Some(person)) => {
                    ipc::call(ImportProbes { record, person, path }).await.map(|events| {
                        app.desk.take_bundled(app, &events);
                        app.desk.view.with_untracked(|view| {
                            let added = view.as_ref().and_then(|view| view.added_probes.last());
                            let left = added.into_iter().flat_map(|added| added.left.clone());
                            let left = left.map(|what| ("bad", "does not fit", what, String::new()));
                            let taken = added.into_iter().flat_map(|added| added.probes.clone());
                            left.chain(taken.map(|probe| ("good", "added", probe.name, probe.ask))).collect()
                        })
                    })
                }
                // Into the log only with the name of whoever is at the keyboard.
                (_, Some(_), None) => return app.dialog.set(Some(Dialog::Name)),
                _ => return,
            };
            match done {
                Ok(lines) => {
                    refused.set(None);
                    told.set(lines);
                }
                Err(error) => refused.set(Some(error)),
            }
        });
    };
    let by_enter = run.clone();
    let ready = move || read.with(|read| path.with(|path| read.as_deref() == Some(path.trim())));
    let word = move || match (is_form, ready()) {
        (false, _) if is_take => "Take",
        (false, _) if is_probes => "Add",
        (false, _) => "Write",
        (true, false) => "Look",
        (true, true) => "Fill in what fits",
    };
    view! {
        <p class="muted">{hint}</p>
        <PathField path label=title handle="papers-path" first=true kind=kind purpose=purpose submit=Callback::new(move |()| by_enter())/>
        {is_blank.then(|| view! {
            <label><input type="checkbox" data-t="papers-letter" prop:checked=move || letter.get() on:change=move |_| letter.update(|letter| *letter = !*letter)/>" US Letter, not A4"</label>
        })}
        {fault(move || refused.get())}
        <ul class="deviations" data-t="papers-told">
            {move || told.get().into_iter().map(|(class, word, what, said)| view! {
                <li class="deviation"><span class="deviation-head">{tag(class, word)}<strong>{what}</strong></span><span>{said}</span></li>
            }).collect_view()}
        </ul>
        <footer>
            <button type="button" class="button primary" data-t="papers-confirm" disabled=move || path.with(|path| path.trim().is_empty()) on:click=move |_| run()>{word}</button>
        </footer>
    }
}
