//! A checklist: the file and our reading of it side by side, so that everybody can see what was understood.

use crate::browser;
use crate::components::banner::{fault_now, reading};
use crate::components::dialogs::Dialog;
use crate::components::facts::{CopyButton, count, hash, tag};
use crate::components::icon::{Icon, icon};
use crate::components::mark::{Form, Mark, mark};
use crate::components::paper::{Line, Writer, blocks};
use crate::components::papers::Job;
use crate::ipc;
use crate::outline::AnsweredBy;
use crate::pages::checklists::counts_in_words;
use crate::pages::correct::{Correct, annotate, duplicate};
use crate::route::Route;
use crate::state::{App, app};
use countersign_core::api::{ChecklistReply, ChecklistSource, KeepChecklist, ReadChecklist};
use countersign_core::checklist::{Item, ItemKind, Limit, LimitRole, Problem, Severity, Template};
use countersign_core::id::ItemId;
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

#[component]
pub(crate) fn Checklist(source: ChecklistSource) -> impl IntoView {
    let app = app();
    let read = ipc::ask(ReadChecklist { source: source.clone() });
    let corrected = RwSignal::new(None::<ChecklistReply>);
    let chosen = RwSignal::new(0_u32);
    view! {
        <div class="page full" data-t="checklist">
            {move || match corrected.get().map(Ok).or_else(|| read.get()) {
                None => reading().into_any(),
                Some(Err(error)) => view! { <div class="page">{fault_now(&error)}</div> }.into_any(),
                Some(Ok(reply)) => shown(app, &source, reply, chosen, corrected).into_any(),
            }}
        </div>
    }
}

fn shown(
    app: App,
    source: &ChecklistSource,
    reply: ChecklistReply,
    chosen: RwSignal<u32>,
    corrected: RwSignal<Option<ChecklistReply>>,
) -> impl IntoView + use<> {
    let ChecklistReply { summary, template, text } = reply;
    let start = source.clone();
    let (to_correct, to_annotate, to_copy) = (source.clone(), source.clone(), source.clone());
    let keep = source.clone();
    let blank = source.clone();
    let kept = !matches!(source, ChecklistSource::File { .. });
    let facts: Vec<_> = template
        .facts
        .iter()
        .filter(|fact| fact.key != "title")
        .map(|fact| format!("{}: {}", fact.key.replace('_', " "), fact.value))
        .collect();
    let problems: Vec<_> = template.problems.iter().map(|problem| problem_row(problem, chosen)).collect();
    let number = problems.len();
    let any_corrected = template.problems.iter().any(|problem| problem.code == "corrected");
    let line = chosen.get_untracked();
    if line > 0 {
        // The reading was drawn anew: back to where the person was.
        request_animation_frame(move || go_to_line(line, chosen));
    }
    let path = match source {
        ChecklistSource::File { path } => path.clone(),
        _ => summary.name.clone(),
    };
    view! {
        <header class="page-head">
            <div>
                <h1>{template.title.clone()}</h1>
                <p class="muted">
                    <span class="mono">{path}</span>
                    " · "
                    {hash(template.sha256)}
                    {(!facts.is_empty()).then(|| format!(" · {}", facts.join(" · ")))}
                </p>
                <p data-t="counts">
                    {counts_in_words(&template.counts)}
                    " "
                    {if template.lossless { tag("good", "lossless").into_any() } else { tag("bad", "not lossless").into_any() }}
                </p>
            </div>
            <div class="actions">
                {any_corrected.then(|| view! {
                    <button type="button" class="button" data-t="checklist-annotate" on:click=move |_| annotate(app, to_annotate.clone())>
                        "Write corrections into a copy"
                    </button>
                })}
                <button type="button" class="button" data-t="checklist-duplicate" on:click=move |_| duplicate(app, to_copy.clone())>
                    "Duplicate"
                </button>
                {(!kept)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button"
                                data-t="checklist-keep"
                                on:click=move |_| app.run_command(KeepChecklist { source: keep.clone() }, move |_| {
                                    app.spoken.set("Kept among the checklists.".to_owned());
                                    app.refresh();
                                })
                            >
                                "Keep in the list"
                            </button>
                        }
                    })}
                <button type="button" class="button" data-t="checklist-blank" on:click=move |_| app.dialog.set(Some(Dialog::Papers(Job::Blank(blank.clone()))))>
                    "Print a blank form …"
                </button>
                <button type="button" class="button primary" data-t="checklist-start" on:click=move |_| app.go(Route::Start(start.clone()))>
                    {icon(Icon::Plus)}
                    "Start a record"
                </button>
            </div>
        </header>
        {(number > 0)
            .then(|| {
                view! {
                    <details class="problems" open=number <= 6>
                        <summary>{count(number, "thing to know about the reading", "things to know about the reading")}</summary>
                        <ul>{problems}</ul>
                    </details>
                }
            })}
        <Correct source=to_correct template=Arc::clone(&template) chosen=chosen changed=move |reply| corrected.set(Some(reply))/>
        <div class="side-by-side">
            <section aria-label="The file" class="source" data-t="source">{source_lines(&text, chosen)}</section>
            <section aria-label="Our reading of it" class="reading-of paper" data-t="reading">{reading_of(template, chosen)}</section>
        </div>
    }
}

fn problem_row(problem: &Problem, chosen: RwSignal<u32>) -> impl IntoView + use<> {
    let line = problem.line;
    let class = match problem.severity {
        Severity::Note => "note",
        Severity::Warning => "warn",
        Severity::Error => "bad",
    };
    let word = match problem.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    view! {
        <li>
            <button type="button" class="problem" data-t="problem" data-line=line on:click=move |_| go_to_line(line, chosen)>
                {tag(class, word)}
                <span class="mono">{format!("{line}:{}", problem.column)}</span>
                <span>{problem.message.to_string()}<span class="muted">" "{problem.hint.to_string()}</span></span>
            </button>
        </li>
    }
}

/// Shows a line of the file, and the part of the reading that it became.
fn go_to_line(line: u32, chosen: RwSignal<u32>) {
    chosen.set(line);
    if let Some(row) = browser::element(&format!("line-{line}")) {
        browser::to_middle(&row);
    }
    let became =
        (0..=line).rev().take(200).find_map(|line| browser::find(&format!(".reading-of [data-line='{line}']")));
    if let Some(block) = became {
        browser::to_middle(&block);
    }
}

/// More lines than this are cut on the screen; the record keeps the file whole.
const LINES: usize = 20_000;

fn source_lines(text: &str, chosen: RwSignal<u32>) -> impl IntoView + use<> {
    let rows: Vec<_> = (1_u32..)
        .zip(text.lines().take(LINES))
        .map(|(number, line)| {
            view! {
                <div class="source-line" id=format!("line-{number}") class:chosen=move || chosen.get() == number>
                    <span class="line-number">{number}</span>
                    <span class="line-text">{line.to_owned()}</span>
                </div>
            }
        })
        .collect();
    let rest = text.lines().count().saturating_sub(LINES);
    view! {
        {rows}
        {(rest > 0).then(|| view! { <p class="muted">{format!("{rest} more lines are not shown here.")}</p> })}
    }
}

/// Writes what kind of item was understood where.
struct Reader {
    template: Arc<Template>,
    items: HashMap<ItemId, usize>,
    chosen: RwSignal<u32>,
}

impl Reader {
    fn item(&self, id: &ItemId) -> Option<&Item> {
        self.template.items.get(*self.items.get(id)?)
    }
}

fn reading_of(template: Arc<Template>, chosen: RwSignal<u32>) -> impl IntoView {
    let items = template.items.iter().enumerate().map(|(at, item)| (item.id.clone(), at)).collect();
    let reader = Reader { template: Arc::clone(&template), items, chosen };
    let shown: Vec<_> = blocks(&template, &|id| reader.item(id), &reader).into_iter().map(|block| block.view).collect();
    shown
}

impl Writer for Reader {
    fn line(&self, line: Line) -> AnyView {
        let lead = line.items.first().and_then(|id| self.item(id));
        let form =
            if lead.is_some_and(|item| matches!(item.kind, ItemKind::Task { .. })) { Form::Box } else { Form::Round };
        let limits: Vec<_> =
            line.items.iter().filter_map(|id| self.item(id)).flat_map(|item| &item.limits).map(limit).collect();
        let (chosen, at) = (self.chosen, line.source_line);
        let class = line.heading.map_or_else(|| "row".to_owned(), |level| format!("row heading level-{level}"));
        view! {
            <div
                class=class
                style=format!("--depth:{}", line.depth)
                data-line=at
                class:chosen=move || chosen.get() == at
                on:click=move |_| go_to_line(at, chosen)
            >
                <span class="row-mark">{mark(Mark::Open, form)}</span>
                <div class="row-body">
                    <div class="row-words">{line.words}</div>
                    {(!limits.is_empty()).then_some(limits)}
                </div>
            </div>
        }
        .into_any()
    }

    fn table_row(&self, _: &[ItemId], cells: AnyView, source_line: u32) -> AnyView {
        let chosen = self.chosen;
        view! { <tr data-line=source_line class:chosen=move || chosen.get() == source_line on:click=move |_| go_to_line(source_line, chosen)>{cells}</tr> }.into_any()
    }

    fn slot(&self, item: &Item) -> AnyView {
        match AnsweredBy::of(&self.template, item) {
            AnsweredBy::Option(options) => {
                let options =
                    options.into_iter().map(|option| view! { <span class="option">{option}</span> }).collect_view();
                view! { <span class="choice">{options}</span> }.into_any()
            }
            AnsweredBy::Signature(role) => {
                view! { <span class="blank signature">{format!("signature: {role}")}</span> }.into_any()
            }
            AnsweredBy::Value | AnsweredBy::Tick => {
                let (word, unit) = match &item.kind {
                    ItemKind::Field { value, unit, .. } => (format!("{value:?}").to_lowercase(), unit.clone()),
                    _ => (String::new(), None),
                };
                view! { <span class="blank">{word}{unit.map(|unit| format!(" in {unit}"))}</span> }.into_any()
            }
        }
    }

    fn tick(&self, _: &Item) -> AnyView {
        mark(Mark::Open, Form::Box).into_any()
    }
}

fn limit(of: &Limit) -> impl IntoView + use<> {
    let word = match of.role {
        LimitRole::Target => "limit",
        LimitRole::Alert => "alert",
    };
    view! { <span class="limit-chip" title=of.text.clone()>{format!("{word} {}", of.condition)}</span> }
}

/// The commands of an item, each with its copy button.
pub(crate) fn commands(of: &[String]) -> Vec<impl IntoView + use<>> {
    let command = |text: &String| {
        view! {
            <figure class="code" data-t="command">
                <pre>{text.clone()}</pre>
                <CopyButton text=text.clone()/>
            </figure>
        }
    };
    of.iter().map(command).collect()
}
