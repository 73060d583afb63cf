//! Probes: what the checklist offers, what each measured with its evidence, and what a person says of it.

use crate::browser;
use crate::components::facts::{fact, hash, tag, time};
use crate::components::icon::{Icon, icon};
use crate::components::mark::{Form, Mark, mark};
use crate::components::plot::{Point, plot};
use crate::state::App;
use countersign_core::checklist::ProbeOffer;
use countersign_core::condition::Outcome;
use countersign_core::id::{Digest, ItemId};
use countersign_core::record::{Also, Exchange, Intent, Need, Observation, ProbeEvent, ProbeRun, millis};
use leptos::prelude::*;

#[derive(Clone, PartialEq)]
struct Shown {
    offer: ProbeOffer,
    runs: Vec<ProbeRun>,
    needs: Option<Need>,
}

/// The probes of an item, or those of no item.
pub(super) fn probes_of(app: App, item: Option<ItemId>) -> impl IntoView {
    let desk = app.desk;
    let shown = Memo::new(move |_| {
        desk.view.with(|view| {
            let Some(view) = view else { return Vec::new() };
            let offers = view.template.probes.iter().filter(|offer| offer.item == item);
            let shown = |offer: &ProbeOffer| {
                let runs = view.probes.get(&offer.id).cloned().unwrap_or_default();
                // What the last run was not made without comes first, then the first host that nobody allowed.
                let needs = runs.last().and_then(|run| match &run.what {
                    ProbeEvent::Ran { observation } => observation.needs.clone(),
                    ProbeEvent::NotExecuted { .. } => None,
                });
                let needs = needs.filter(|need| match need.also {
                    None => !view.hosts.contains(&need.host),
                    Some(Also::Private) => !view.private_hosts.contains(&need.host),
                    Some(Also::Send) => !view.sending_hosts.contains(&need.host),
                });
                let plain = || offer.hosts.iter().find(|host| !view.hosts.contains(host));
                let needs = needs.or_else(|| plain().map(|host| Need { host: host.clone(), also: None }));
                Shown { runs, needs, offer: offer.clone() }
            };
            offers.map(shown).collect::<Vec<_>>()
        })
    });
    move || {
        let shown = shown.get();
        (!shown.is_empty()).then(|| {
            let cards = shown.into_iter().map(|probe| card(app, probe)).collect_view();
            view! {
                <h3>"Probes"</h3>
                {cards}
            }
        })
    }
}

fn card(app: App, probe: Shown) -> impl IntoView {
    let Shown { offer, runs, needs } = probe;
    let last = runs.last().cloned();
    let state = match last.as_ref().map(|run| &run.what) {
        None => (Mark::Open, "not run yet".to_owned(), "none"),
        Some(ProbeEvent::NotExecuted { .. }) => (Mark::Unknown, "not executed (offline)".to_owned(), "not_executed"),
        Some(ProbeEvent::Ran { observation }) => {
            (observation.outcome.into(), observation.outcome.words().to_owned(), outcome_name(observation.outcome))
        }
    };
    let (of_mark, words, outcome) = state;
    let expect = offer.expect.iter().map(|condition| view! { <code>{condition.to_string()}</code> }).collect_view();
    let id = offer.id.clone();
    let item = offer.item.clone();
    view! {
        <div class="probe" data-t="probe" data-probe=offer.id.0.clone() data-outcome=outcome>
            <div class="probe-head">
                {mark(of_mark, Form::Round)}
                <strong>{offer.name.clone()}</strong>
                <span class="muted">{words}</span>
            </div>
            <p class="mono break">{offer.ask.clone()}</p>
            <p class="expect">{expect}</p>
            {last.map(|run| run_view(app, &run))}
            {latency_plot(&runs)}
            <div class="buttons">
                {match needs {
                    _ if offer.hosts.is_empty() => view! { <span class="muted">"This cannot be asked as it stands: it has a blank to fill in."</span> }.into_any(),
                    Some(Need { host, also }) => {
                        let more = match also {
                            None => "",
                            Some(Also::Private) => ", at a private address too",
                            Some(Also::Send) => ", and that something is sent to it",
                        };
                        let words = format!("Allow {host} for this record{more}");
                        view! {
                            <button type="button" class="button small" data-t="probe-allow" title="Probes connect to no host that was not allowed" on:click=move |_| app.desk.act(app, None, Intent::AllowHost { host: host.clone(), also })>
                                {words}
                            </button>
                        }
                        .into_any()
                    }
                    None => view! {
                        <button type="button" class="button small" data-t="probe-run" on:click=move |_| app.desk.run_probes(app, item.as_ref(), vec![id.clone()])>
                            {icon(Icon::Wave)}
                            "Run now"
                        </button>
                    }
                    .into_any(),
                }}
            </div>
        </div>
    }
}

fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "met",
        Outcome::NotMet => "not_met",
        Outcome::Unknown => "unknown",
    }
}

fn run_view(app: App, run: &ProbeRun) -> AnyView {
    match &run.what {
        ProbeEvent::NotExecuted { due, reason } => {
            let title = browser::with_zone(*due);
            view! { <p title=title>"Due "{time(*due)}", not executed: "{reason.clone()}". It runs when there is a network again."</p> }.into_any()
        }
        ProbeEvent::Ran { observation } => observed(app, run, observation).into_any(),
    }
}

fn observed(app: App, run: &ProbeRun, observation: &Observation) -> impl IntoView + use<> {
    let came = observation.exchanges.iter().map(exchange).collect_view();
    let conditions: Vec<_> = observation
        .conditions
        .iter()
        .map(|each| view! { <li title=each.reason.clone()>{mark(each.outcome.into(), Form::Round)}<code>{each.shown.clone()}</code></li> })
        .collect();
    let late = observation.at.since(observation.due) > 60_000;
    let judged = run.judged.as_ref().map(|judged| {
        let word = if judged.accepted { "accepted" } else { "disputed" };
        let reason = judged.reason.clone().map(|reason| format!(": {reason}"));
        view! { <p>{tag(if judged.accepted { "good" } else { "warn" }, word)}" by "{judged.by.0.clone()}{reason}</p> }
    });
    let unjudged = run.judged.is_none().then(|| judge_buttons(app, run.event, observation.item.clone()));
    view! {
        {came}
        <ul class="plain conditions">{conditions}</ul>
        <p class="muted">"Ran "{time(observation.at)}{late.then(|| view! { ", was due "{time(observation.due)} })}</p>
        {judged}
        {unjudged}
    }
}

/// A question and its answer, whatever kind the probe is of.
fn exchange(of: &Exchange) -> impl IntoView + use<> {
    let times = of.times.iter().map(|(phase, us)| format!("{} {} · ", phase.words(), millis(*us))).collect::<String>();
    let came = format!("{}{}", of.came, of.failed.map(|phase| format!(" ({})", phase.words())).unwrap_or_default());
    let pairs = of.tls.iter().chain(&of.headers).map(|(name, value)| format!("{name}: {value}\n")).collect::<String>();
    let shown = format!("{}\n{pairs}\n{}", of.asked, of.excerpt);
    view! {
        <dl class="facts small">
            {fact("Came", came)}
            {fact("Took", format!("{times}{}", millis(of.total_us)))}
            {of.address.clone().map(|address| fact("Address", view! { <span class="mono">{address}</span> }))}
            {of.body_sha256.map(|digest| fact("Body", view! { {format!("{} bytes ", of.body_size.unwrap_or_default())}{of.body_cut.then(|| tag("warn", "cut"))}{hash(digest)} }))}
        </dl>
        <details><summary>"Answer"</summary><pre class="excerpt">{shown}</pre></details>
    }
}

fn judge_buttons(app: App, event: Digest, item: Option<ItemId>) -> impl IntoView {
    let why = RwSignal::new(None::<String>);
    let (accepted, disputed) = (item.clone(), item);
    let accept = move |_| {
        app.desk.act(app, accepted.as_ref(), Intent::Judge { observation: event, accepted: true, reason: None })
    };
    let dispute = move || {
        if let Some(reason) = why.get_untracked().filter(|reason| !reason.trim().is_empty()) {
            app.desk.act(
                app,
                disputed.as_ref(),
                Intent::Judge { observation: event, accepted: false, reason: Some(reason) },
            );
        }
    };
    view! {
        <div class="buttons">
            <button type="button" class="button small" data-t="probe-accept" on:click=accept>"Accept"</button>
            <button type="button" class="button small quiet" data-t="probe-dispute" on:click=move |_| why.set(Some(String::new()))>"Dispute …"</button>
        </div>
        {move || why.with(Option::is_some).then(|| {
            let dispute = dispute.clone();
            view! {
                <input
                    type="text"
                    data-t="probe-dispute-reason"
                    aria-label="Why is it disputed?"
                    placeholder="Why? Enter keeps it"
                    on:input:target=move |event| why.set(Some(event.target().value()))
                    on:keydown=move |event| {
                        if event.key() == "Enter" {
                            event.prevent_default();
                            dispute();
                        }
                    }
                />
            }
        })}
    }
}

/// Response times over the runs; what could not run is a gap.
fn latency_plot(runs: &[ProbeRun]) -> Option<impl IntoView + use<>> {
    let point = |run: &ProbeRun| match &run.what {
        ProbeEvent::NotExecuted { due, .. } => Point { at: due.millis() as f64, value: None, good: false },
        ProbeEvent::Ran { observation } => {
            let value = observation.answered().then(|| observation.total_us() as f64 / 1000.0);
            Point { at: observation.at.millis() as f64, value, good: observation.outcome == Outcome::Met }
        }
    };
    let points: Vec<_> = runs.iter().map(point).collect();
    (points.len() > 2)
        .then(|| plot("Response time of each run, in milliseconds".to_owned(), "ms".to_owned(), points, Vec::new()))
}
