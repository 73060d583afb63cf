//! The register: every record of this installation, the voided ones too, with a search and how long records took.

use crate::components::banner::{empty, reading};
use crate::components::facts::{count, tag, time};
use crate::components::plot::{Point, plot};
use crate::components::progress::{bar, words};
use crate::route::Route;
use crate::state::{App, app};
use countersign_core::api::{RecordStatus, RecordSummary};
use leptos::prelude::*;

/// Which records are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    All,
    Live,
    Rehearsals,
    Status(RecordStatus),
}

impl Filter {
    const ALL: [Self; 7] = [
        Self::All,
        Self::Live,
        Self::Rehearsals,
        Self::Status(RecordStatus::Open),
        Self::Status(RecordStatus::Closed),
        Self::Status(RecordStatus::Reported),
        Self::Status(RecordStatus::Voided),
    ];

    fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Live => "Live",
            Self::Rehearsals => "Rehearsals",
            Self::Status(status) => status_word(status),
        }
    }

    fn takes(self, record: &RecordSummary) -> bool {
        match self {
            Self::All => true,
            Self::Live => !record.rehearsal,
            Self::Rehearsals => record.rehearsal,
            Self::Status(status) => record.status == status,
        }
    }
}

fn status_word(status: RecordStatus) -> &'static str {
    match status {
        RecordStatus::Open => "Open",
        RecordStatus::Closed => "Closed",
        RecordStatus::Reported => "Reported",
        RecordStatus::Voided => "Voided",
    }
}

/// All words of the query occur somewhere in the record's line.
fn found(record: &RecordSummary, query: &str) -> bool {
    let facts = record.header.facts();
    let facts = facts.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ");
    let line = format!("#{} {} {facts}", record.number, record.title).to_lowercase();
    query.to_lowercase().split_whitespace().all(|word| line.contains(word))
}

#[component]
pub(crate) fn Register() -> impl IntoView {
    let app = app();
    let query = RwSignal::new(String::new());
    let filter = RwSignal::new(Filter::All);
    let shown = Memo::new(move |_| {
        let (query, filter) = (query.get(), filter.get());
        app.overview.with(|overview| {
            let records = &overview.as_ref()?.records;
            Some(
                records
                    .iter()
                    .filter(|record| filter.takes(record) && found(record, &query))
                    .cloned()
                    .collect::<Vec<_>>(),
            )
        })
    });
    let filters = Filter::ALL.map(|of| {
        view! {
            <button type="button" class="option" data-t="register-filter" class:picked=move || filter.get() == of aria-pressed=move || (filter.get() == of).to_string() on:click=move |_| filter.set(of)>{of.word()}</button>
        }
    });
    view! {
        <div class="page" data-t="register">
            <header class="page-head">
                <div>
                    <h1>"Register"</h1>
                    <p class="muted">"Every record of this computer. Numbers have no gaps; a voided record stays listed."</p>
                </div>
            </header>
            <div class="register-bar">
                <input type="search" data-t="register-search" aria-label="Search" placeholder="Search by number, release, person, …" prop:value=move || query.get() on:input:target=move |event| query.set(event.target().value())/>
                <div class="choice" role="group" aria-label="Which records">{filters}</div>
            </div>
            {move || match shown.get() {
                None => reading().into_any(),
                Some(records) if records.is_empty() => empty("No record fits.", "Take another filter, or start a record from a checklist.").into_any(),
                Some(records) => view! { {statistics(&records)}{table(app, records)} }.into_any(),
            }}
        </div>
    }
}

/// Deviations over time, oldest record first.
fn statistics(records: &[RecordSummary]) -> Option<impl IntoView + use<>> {
    let finished: Vec<_> = records
        .iter()
        .filter(|record| matches!(record.status, RecordStatus::Closed | RecordStatus::Reported))
        .collect();
    let point = |record: &&RecordSummary| Point {
        at: f64::from(record.number),
        value: Some(f64::from(record.deviations)),
        good: record.progress.failed == 0,
    };
    let points: Vec<_> = finished.iter().rev().map(point).collect();
    let clean = finished.iter().filter(|record| record.deviations == 0).count();
    (points.len() > 2).then(|| {
        view! {
            <section class="card statistics" aria-label="Deviations of finished records">
                <div>
                    <h2>"Deviations of finished records"</h2>
                    <p class="muted">{format!("{} finished, {clean} without a deviation.", count(points.len(), "record", "records"))}</p>
                </div>
                {plot("Deviations of each finished record, oldest first".to_owned(), "deviations", points, None)}
            </section>
        }
    })
}

fn table(app: App, records: Vec<RecordSummary>) -> impl IntoView {
    let rows = records.into_iter().map(|record| row(app, record)).collect_view();
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
    }
}

fn row(app: App, record: RecordSummary) -> impl IntoView {
    let headline = record.header.headline();
    let headline = if headline.is_empty() { record.title.clone() } else { headline };
    let id = record.id.clone();
    view! {
        <tr on:click=move |_| app.go(Route::Record(id.clone())) data-t="register-row" data-number=record.number>
            <td class="number">{format!("#{}", record.number)}</td>
            <td>
                // The button is for the keys; its click reaches the row as the pointer's does.
                <button type="button" class="link">{headline}</button>
                {record.rehearsal.then(|| tag("rehearsal", "Rehearsal"))}
                <div class="muted">{record.title}</div>
            </td>
            <td>{tag(if record.status == RecordStatus::Voided { "bad" } else { "plain" }, status_word(record.status))}</td>
            <td class="with-bar" title=words(&record.progress)>{bar(record.progress)}</td>
            <td class="number">{record.deviations}</td>
            <td>{time(record.started_at)}</td>
            <td>{time(record.last_at)}</td>
        </tr>
    }
}
