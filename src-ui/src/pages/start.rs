//! Starting a record: what is deployed where, by whom, when; the facts that stand at the head of its report.

use crate::browser;
use crate::components::banner::{fault, fault_now};
use crate::components::dialogs::set_person;
use crate::components::icon::{Icon, icon};
use crate::ipc;
use crate::route::Route;
use crate::state::{App, app};
use countersign_core::api::{ApiError, ChangesSince, ChecklistSource, StartRecord};
use countersign_core::id::Digest;
use countersign_core::record::{Person, Since};
use countersign_core::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The facts as they are being typed.
#[derive(Clone, Copy)]
struct Form {
    person: RwSignal<String>,
    service: RwSignal<String>,
    release: RwSignal<String>,
    artifact: RwSignal<String>,
    environment: RwSignal<String>,
    change: RwSignal<String>,
    deployer: RwSignal<String>,
    reviewers: RwSignal<String>,
    window_start: RwSignal<String>,
    window_end: RwSignal<String>,
    rehearsal: RwSignal<bool>,
    /// The changes since this version of the checklist were looked at.
    acknowledged: RwSignal<Option<Digest>>,
}

impl Form {
    fn new(app: App, source: &ChecklistSource) -> Self {
        let person = app.person().map(|person| person.0).unwrap_or_default();
        let before = app.overview.with_untracked(|overview| {
            let overview = overview.as_ref()?;
            let title = overview.checklists.iter().find(|of| of.source == *source).map(|of| of.title.as_str());
            let mut records = overview.records.iter();
            let same = |record: &&countersign_core::api::RecordSummary| match source {
                ChecklistSource::Record { record: from } => record.id == *from,
                _ => Some(record.title.as_str()) == title,
            };
            records.find(same).map(|record| record.header.clone())
        });
        let before = before.unwrap_or_default();
        let or = |kept: String, otherwise: String| if kept.is_empty() { otherwise } else { kept };
        let text = |of: String| RwSignal::new(of);
        Self {
            person: text(person.clone()),
            service: text(or(before.service, service_of(source))),
            release: text(String::new()),
            artifact: text(String::new()),
            environment: text(or(before.environment, "production".to_owned())),
            change: text(String::new()),
            deployer: text(person),
            reviewers: text(before.reviewers.iter().map(|person| person.0.as_str()).collect::<Vec<_>>().join(", ")),
            window_start: text(String::new()),
            window_end: text(String::new()),
            rehearsal: RwSignal::new(false),
            acknowledged: RwSignal::new(None),
        }
    }

    /// The facts that are filled in, by the keys of the record's header.
    fn header(self) -> Vec<(String, String)> {
        let time = |of: RwSignal<String>| {
            browser::from_local_input(&of.get_untracked()).map(|at| at.to_string()).unwrap_or_default()
        };
        let facts = [
            ("service", self.service.get_untracked()),
            ("release", self.release.get_untracked()),
            ("artifact", self.artifact.get_untracked()),
            ("environment", self.environment.get_untracked()),
            ("change", self.change.get_untracked()),
            ("deployer", self.deployer.get_untracked()),
            ("reviewers", self.reviewers.get_untracked()),
            ("window_start", time(self.window_start)),
            ("window_end", time(self.window_end)),
        ];
        let filled = facts.into_iter().filter(|(_, value)| !value.trim().is_empty());
        filled.map(|(key, value)| (key.to_owned(), value.trim().to_owned())).collect()
    }

    fn window_of(self, hours: i64) {
        let now = browser::now();
        self.window_start.set(browser::to_local_input(now));
        self.window_end.set(browser::to_local_input(Timestamp::from_millis(now.millis() + hours * 3_600_000)));
    }
}

/// The file's name is what the service is most often called.
fn service_of(source: &ChecklistSource) -> String {
    let name = match source {
        ChecklistSource::Shipped { name } => name.as_str(),
        ChecklistSource::File { path } => path.rsplit(['/', '\\']).next().unwrap_or(path),
        ChecklistSource::Kept { .. } | ChecklistSource::Record { .. } => "",
    };
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

#[component]
pub(crate) fn Start(source: ChecklistSource) -> impl IntoView {
    let app = app();
    let form = Form::new(app, &source);
    let refused = RwSignal::new(None::<ApiError>);
    let busy = RwSignal::new(false);
    let title = {
        let source = source.clone();
        move || {
            app.overview.with(|overview| {
                let of = overview.as_ref()?.checklists.iter().find(|of| of.source == source)?;
                Some(of.title.clone())
            })
        }
    };
    let submit = {
        let source = source.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            if !busy.get_untracked() {
                busy.set(true);
                begin(app, form, source.clone(), refused, busy);
            }
        }
    };
    let since = ipc::ask(ChangesSince { source: source.clone() });
    let changes = move || match since.get() {
        Some(Ok(Some(since))) => changed(&since, form.acknowledged).into_any(),
        Some(Err(error)) => fault_now(&error).into_any(),
        _ => ().into_any(),
    };
    let name = service_of(&source);
    view! {
        <div class="page narrow" data-t="start">
            <header class="page-head">
                <div>
                    <h1>"Start a record"</h1>
                    <p class="muted">{move || title().unwrap_or_else(|| name.clone())}</p>
                </div>
            </header>
            <form class="card form" on:submit=submit>
                <div class="form-grid">
                    {text_field("You", "start-person", form.person, "Your name", true)}
                    {text_field("Deployer", "header-deployer", form.deployer, "Who deploys", false)}
                    {text_field("Service", "header-service", form.service, "", false)}
                    {text_field("Release", "header-release", form.release, "2.14.0", false)}
                    {text_field("Commit or digest", "header-artifact", form.artifact, "3f2a9c1 or sha256:…", false)}
                    {text_field("Environment", "header-environment", form.environment, "", false)}
                    {text_field("Change", "header-change", form.change, "Number in another system", false)}
                    {text_field("Reviewers", "header-reviewers", form.reviewers, "Names, with commas", false)}
                    {time_field("Window from", "header-window_start", form.window_start)}
                    {time_field("Window until", "header-window_end", form.window_end)}
                </div>
                <p class="quick muted">
                    "Window from now for "
                    {[1, 2, 4, 8]
                        .map(|hours| {
                            view! { <button type="button" class="button small quiet" on:click=move |_| form.window_of(hours)>{format!("{hours} h")}</button> }
                        })}
                </p>
                <label class="switch">
                    <input type="checkbox" data-t="start-rehearsal" prop:checked=move || form.rehearsal.get() on:change:target=move |event| form.rehearsal.set(event.target().checked())/>
                    <span>
                        <strong>"Rehearsal"</strong>
                        <span class="muted">" Marked on every screen and page; it can never pass as the real thing."</span>
                    </span>
                </label>
                {changes}
                {fault(move || refused.get())}
                <footer>
                    <p class="muted">"A fact that is missing is no error; it stands among the deviations."</p>
                    <button type="button" class="button" on:click=move |_| app.back()>"Cancel"</button>
                    <button type="submit" class="button primary" data-t="start-confirm" disabled=move || busy.get()>
                        {icon(Icon::Plus)}
                        {move || if form.rehearsal.get() { "Start the rehearsal" } else { "Start the record" }}
                    </button>
                </footer>
            </form>
        </div>
    }
}

/// What changed in the checklist since the last record, to be acknowledged.
fn changed(since: &Since, acknowledged: RwSignal<Option<Digest>>) -> impl IntoView + use<> {
    let sha256 = since.sha256;
    let more = (since.more > 0).then(|| format!("and {} more", since.more));
    let lines: Vec<_> = since.changes.iter().cloned().chain(more).map(|line| view! { <li>{line}</li> }).collect();
    let headline = format!("{} since record {}", since.headline, since.number);
    view! {
        <section class="changes" data-t="changes">
            <h2>{headline}</h2>
            <ul>{lines}</ul>
            <label class="switch">
                <input
                    type="checkbox"
                    required=true
                    data-t="changes-acknowledge"
                    on:change:target=move |event| acknowledged.set(event.target().checked().then_some(sha256))
                />
                <strong>"I have looked at these changes"</strong>
            </label>
        </section>
    }
}

fn begin(app: App, form: Form, source: ChecklistSource, refused: RwSignal<Option<ApiError>>, busy: RwSignal<bool>) {
    let person = form.person.get_untracked();
    if app.person().is_none_or(|known| known.0 != person.trim()) {
        set_person(app, person.clone(), refused, || ());
    }
    let command = StartRecord {
        source,
        header: form.header(),
        rehearsal: form.rehearsal.get_untracked(),
        person: Person::from(person.as_str()),
        acknowledged: form.acknowledged.get_untracked(),
    };
    spawn_local(async move {
        match ipc::call(command).await {
            Ok(record) => app.go(Route::Record(record)),
            Err(error) => {
                refused.try_set(Some(error));
                busy.try_set(false);
            }
        }
    });
}

fn text_field(
    label: &'static str,
    handle: &'static str,
    value: RwSignal<String>,
    hint: &'static str,
    required: bool,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="label">{label}</span>
            <input
                type="text"
                data-t=handle
                placeholder=hint
                required=required
                autocomplete="off"
                spellcheck="false"
                prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())
            />
        </label>
    }
}

fn time_field(label: &'static str, handle: &'static str, value: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="field">
            <span class="label">{label}</span>
            <input type="datetime-local" data-t=handle prop:value=move || value.get() on:input:target=move |event| value.set(event.target().value())/>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_is_guessed_from_the_file_name() {
        let file = |path: &str| ChecklistSource::File { path: path.to_owned() };
        for (source, service) in [
            (file("/a/b/messaging-api.md"), "messaging-api"),
            (file("C:\\docs\\edge.markdown"), "edge"),
            (ChecklistSource::Shipped { name: "staged-canary.md".to_owned() }, "staged-canary"),
        ] {
            assert_eq!(service_of(&source), service);
        }
    }
}
