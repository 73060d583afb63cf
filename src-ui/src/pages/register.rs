//! The register: every record of this installation, the voided ones too: found by words, status, outcome and day, page by
//! page, with what the finished live deployments come to.

use super::record::papers;
use crate::browser;
use crate::components::banner::{empty, reading};
use crate::components::facts::{count, tag, time};
use crate::components::papers::Job;
use crate::components::plot::{Bar, bars};
use crate::components::progress::{bar, words};
use crate::ipc;
use crate::route::Route;
use crate::state::{App, app};
use countersign_core::api::{self, RecordStatus, RecordSummary, RegisterReply, RegisterStatistics};
use countersign_core::record::Outcome;
use countersign_core::register::{Filter, Statistics};
use countersign_core::time::duration_words;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How many records a page has.
const PAGE: u32 = 100;

/// A choice among the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    All,
    Live,
    Rehearsals,
    Status(RecordStatus),
    Outcome(Outcome),
}

impl Which {
    const ALL: [Self; 9] = [
        Self::All,
        Self::Live,
        Self::Rehearsals,
        Self::Status(RecordStatus::Open),
        Self::Status(RecordStatus::Reported),
        Self::Status(RecordStatus::Voided),
        Self::Outcome(Outcome::Completed),
        Self::Outcome(Outcome::RolledBack),
        Self::Outcome(Outcome::Aborted),
    ];

    fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Live => "Live",
            Self::Rehearsals => "Rehearsals",
            Self::Status(status) => status_word(status),
            Self::Outcome(outcome) => outcome.words(),
        }
    }

    fn narrow(self, filter: &mut Filter) {
        match self {
            Self::All => {}
            Self::Live => filter.rehearsal = Some(false),
            Self::Rehearsals => filter.rehearsal = Some(true),
            Self::Status(status) => filter.status = Some(status),
            Self::Outcome(outcome) => filter.outcome = Some(outcome),
        }
    }
}

fn status_word(status: RecordStatus) -> &'static str {
    match status {
        RecordStatus::Open => "Open",
        RecordStatus::Closed => "Closed",
        RecordStatus::Reported => "Reported",
        RecordStatus::Voided => "Voided",
        RecordStatus::Damaged => "Damaged",
    }
}

/// What is asked for, and what came.
#[derive(Clone, Copy)]
struct Asked {
    find: RwSignal<String>,
    which: RwSignal<Which>,
    since: RwSignal<String>,
    until: RwSignal<String>,
    pages: RwSignal<u32>,
    shown: RwSignal<Option<(RegisterReply, Statistics)>>,
    question: StoredValue<u32>,
}

impl Asked {
    fn filter(self) -> Filter {
        let mut filter = Filter { find: self.find.get(), ..Filter::default() };
        self.which.get().narrow(&mut filter);
        filter.since = browser::from_local_input(&self.since.get());
        filter.until = browser::from_local_input(&self.until.get());
        filter
    }

    /// Asks anew; what was asked before and comes later is passed over.
    fn ask(self, app: App) {
        let (filter, limit) = (self.filter(), self.pages.get() * PAGE);
        let question = self.question.get_value().wrapping_add(1);
        self.question.set_value(question);
        spawn_local(async move {
            let page = ipc::call(api::Register { filter: filter.clone(), before: None, limit }).await;
            let figures = ipc::call(RegisterStatistics { filter }).await;
            if self.question.try_get_value() != Some(question) {
                return;
            }
            match (page, figures) {
                (Ok(page), Ok(figures)) => drop(self.shown.try_set(Some((page, figures)))),
                (Err(error), _) | (_, Err(error)) => app.fault.set(Some(error)),
            }
        });
    }
}

#[component]
pub(crate) fn Register() -> impl IntoView {
    let app = app();
    let asked = Asked {
        find: RwSignal::new(String::new()),
        which: RwSignal::new(Which::All),
        since: RwSignal::new(String::new()),
        until: RwSignal::new(String::new()),
        pages: RwSignal::new(1),
        shown: RwSignal::new(None),
        question: StoredValue::new(0),
    };
    Effect::new(move |_| {
        app.overview.track();
        asked.ask(app);
    });
    let choices = Which::ALL.map(|of| {
        let picked = move || asked.which.get() == of;
        view! {
            <button type="button" class="option" data-t="register-filter" class:picked=picked aria-pressed=move || picked().to_string() on:click=move |_| asked.which.set(of)>{of.word()}</button>
        }
    });
    let day = |label: &'static str, handle: &'static str, of: RwSignal<String>| {
        view! {
            <label class="day">
                {label}
                <input type="datetime-local" data-t=handle prop:value=move || of.get() on:input:target=move |event| of.set(event.target().value())/>
            </label>
        }
    };
    view! {
        <div class="page" data-t="register">
            <header class="page-head">
                <div>
                    <h1>"Register"</h1>
                    <p class="muted">"Every record of this computer. Numbers have no gaps; a voided record stays listed."</p>
                </div>
                <div class="actions">{papers(app, "Export for auditors …", "register-export", Job::Register)}</div>
            </header>
            <div class="register-bar">
                <input type="search" data-t="register-search" aria-label="Search" placeholder="Search: service, release, person, a reason, #12" prop:value=move || asked.find.get() on:input:target=move |event| asked.find.set(event.target().value())/>
                <div class="choice" role="group" aria-label="Which records">{choices}</div>
                {day("From", "register-since", asked.since)}
                {day("Before", "register-until", asked.until)}
            </div>
            {move || asked.shown.with(|shown| match shown {
                None => reading().into_any(),
                Some((page, _)) if page.records.is_empty() => empty("No record fits.", "Take another filter, or start a record from a checklist.").into_any(),
                Some((page, figures)) => view! { {statistics(figures)}{table(app, asked, page)} }.into_any(),
            })}
        </div>
    }
}

/// The figures in words, and week by week as a picture.
fn statistics(of: &Statistics) -> Option<impl IntoView + use<>> {
    let permille = of.failure_permille()?;
    let lasted = |time: Option<i64>| time.map_or_else(|| "—".to_owned(), duration_words);
    let figures = [
        ("Deployments", of.deployments.to_string()),
        ("Failed", format!("{} ({}.{} %)", of.failed, permille / 10, permille % 10)),
        ("Without a deviation", of.clean.to_string()),
        ("Rounds late or missed", of.late_rounds.to_string()),
        ("Median from start to close", lasted(of.duration)),
        ("Median to restore", lasted(of.restore)),
    ];
    let figures = figures.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> });
    let weeks: Vec<_> = of
        .weeks
        .iter()
        .map(|week| Bar {
            words: format!(
                "Week of {}: {}, {} failed",
                browser::day(week.from),
                count(week.deployments as usize, "deployment", "deployments"),
                week.failed
            ),
            height: week.deployments,
            bad: week.failed,
        })
        .collect();
    Some(view! {
        <section class="card statistics" data-t="statistics" aria-label="Finished live deployments">
            <dl class="figures">{figures}</dl>
            {(weeks.len() > 1).then(|| bars("Deployments week by week, oldest first".to_owned(), weeks))}
        </section>
    })
}

fn table(app: App, asked: Asked, page: &RegisterReply) -> impl IntoView + use<> {
    let (shown, found) = (page.records.len(), page.found as usize);
    let rows = page.records.iter().cloned().map(|record| row(app, record)).collect_view();
    let more = (shown < found).then(|| {
        view! { <button type="button" class="button" data-t="register-more" on:click=move |_| asked.pages.update(|pages| *pages += 1)>"Show more"</button> }
    });
    view! {
        <div class="table-holder">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"No."</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Progress"</th>
                        <th scope="col">"Deviations"</th>
                        <th scope="col">"Started"</th>
                        <th scope="col">"Last"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="muted" data-t="register-count">{format!("{shown} of {} ", count(found, "record", "records"))}{more}</p>
    }
}

fn row(app: App, record: RecordSummary) -> impl IntoView {
    let headline = record.header.headline();
    let headline = if headline.is_empty() { record.title.clone() } else { headline };
    let id = record.id.clone();
    let wrong = matches!(record.status, RecordStatus::Voided | RecordStatus::Damaged);
    view! {
        <tr on:click=move |_| app.go(Route::Record(id.clone())) data-t="register-row" data-number=record.number>
            <td class="number">{format!("#{}", record.number)}</td>
            <td>
                // The button is for the keys; its click reaches the row as the pointer's does.
                <button type="button" class="link">{headline}</button>
                {record.rehearsal.then(|| tag("rehearsal", "Rehearsal"))}
                <div class="muted">{record.title}</div>
            </td>
            <td>
                {tag(if wrong { "bad" } else { "plain" }, status_word(record.status))}
                {record.outcome.map(|outcome| view! { <div class="muted">{outcome.words()}</div> })}
            </td>
            <td class="with-bar" title=words(&record.progress)>{bar(record.progress)}</td>
            <td class="number">{record.deviations}</td>
            <td>{time(record.started_at)}</td>
            <td>{time(record.last_at)}</td>
        </tr>
    }
}
