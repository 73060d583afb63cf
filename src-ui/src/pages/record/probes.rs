//! Probes: what the checklist offers, what each measured with its evidence, and what a person says of it.

use crate::browser;
use crate::components::facts::{fact, hash, tag, time};
use crate::components::icon::{Icon, icon};
use crate::components::mark::{Form, Mark, mark};
use crate::components::plot::{Point, plot};
use crate::ipc;
use crate::state::App;
use countersign_core::api::StopProbes;
use countersign_core::checklist::ProbeOffer;
use countersign_core::condition::Outcome;
use countersign_core::id::{Digest, ItemId};
use countersign_core::record::{Also, Exchange, Intent, Need, Observation, ProbeEvent, ProbeRun, Said, millis};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[derive(Clone, PartialEq)]
struct Shown {
    offer: ProbeOffer,
    runs: Vec<ProbeRun>,
    needs: Option<Need>,
}

/// The probes of an item, those that measure its blanks among them, or those of no item.
pub(super) fn probes_of(app: App, item: Option<ItemId>) -> impl IntoView {
    let desk = app.desk;
    let shown = Memo::new(move |_| {
        desk.view.with(|view| {
            let Some(view) = view else { return Vec::new() };
            let above = item.as_ref().and_then(|item| view.template.item(item)?.parent.clone());
            let measuring = view.latency_probes.iter().filter(|offer| offer.item == item || offer.item == above);
            let offers = view.offers().filter(|offer| offer.item == item).chain(measuring);
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
                {running(app)}
                {cards}
            }
        })
    }
}

/// How far the probes are that run now, with the way to stop them.
pub(super) fn running(app: App) -> impl IntoView {
    let stop = move |_| {
        if let Some(record) = app.desk.record() {
            spawn_local(async move {
                if let Err(error) = ipc::call(StopProbes { record }).await {
                    app.fault.set(Some(error));
                }
            });
        }
    };
    move || {
        app.desk.probing.get().map(|(done, of)| {
            view! {
                <p class="probing" data-t="probing">
                    {format!("{done} of {of} through ")}
                    <button type="button" class="button small" data-t="probes-stop" on:click=stop>"Stop"</button>
                </p>
            }
        })
    }
}

/// All probes of the record in a line each: how the last run ended, and how long the last ones took.
pub(super) fn live(app: App) -> impl IntoView {
    let lines = Memo::new(move |_| {
        app.desk.view.with(|view| {
            let Some(view) = view else { return Vec::new() };
            let ran = view.offers().chain(&view.latency_probes).filter_map(|offer| {
                let runs = view.probes.get(&offer.id)?;
                Some((offer.name.clone(), offer.item.clone(), state_of(runs.last()), spark(runs)))
            });
            ran.collect::<Vec<_>>()
        })
    });
    let line = move |(name, item, (mark_of, words, _), path): (String, Option<ItemId>, State, String)| {
        let jump = move |_| {
            if let Some(item) = &item {
                app.desk.jump(item);
            }
        };
        view! { <li data-t="probe-live" on:click=jump>{mark(mark_of, Form::Round)}<span class="name" title=words>{name}</span>{spark_view(&path)}</li> }
    };
    move || {
        let lines: Vec<_> = lines.get().into_iter().map(line).collect();
        (!lines.is_empty()).then(|| view! { <ul class="plain probes-live">{lines}</ul> })
    }
}

/// The mark, the words and the name of how a run ended.
type State = (Mark, &'static str, &'static str);

fn state_of(last: Option<&ProbeRun>) -> State {
    match last.map(|run| &run.what) {
        None => (Mark::Open, "not run yet", "none"),
        Some(ProbeEvent::NotExecuted { .. }) => (Mark::Unknown, "not executed (offline)", "not_executed"),
        Some(ProbeEvent::Ran { observation }) => {
            let name = match observation.outcome {
                Outcome::Met => "met",
                Outcome::NotMet => "not_met",
                Outcome::Unknown => "unknown",
            };
            (observation.outcome.into(), observation.outcome.words(), name)
        }
    }
}

/// The times of the last runs as a line in a field of 64 by 14; it breaks where nothing came. None for a single run.
fn spark(runs: &[ProbeRun]) -> String {
    let last = runs.get(runs.len().saturating_sub(17)..).unwrap_or_default();
    let time = |run: &ProbeRun| match &run.what {
        ProbeEvent::Ran { observation } => observation.answered().then(|| observation.total_us()),
        ProbeEvent::NotExecuted { .. } => None,
    };
    let most = last.iter().filter_map(time).max().unwrap_or_default().max(1);
    let (mut path, mut pen_down) = (String::new(), false);
    for (at, run) in last.iter().enumerate().filter(|_| last.len() > 1) {
        let time = time(run);
        if let Some(time) = time {
            path += &format!("{}{} {}", if pen_down { 'L' } else { 'M' }, at * 4, 13 - time * 12 / most);
        }
        pen_down = time.is_some();
    }
    path
}

fn spark_view(path: &str) -> Option<AnyView> {
    let path = path.to_owned();
    (!path.is_empty()).then(|| {
        view! { <svg class="spark" viewBox="0 0 64 14" aria-hidden="true"><path d=path></path></svg> }.into_any()
    })
}

fn card(app: App, probe: Shown) -> impl IntoView {
    let Shown { offer, runs, needs } = probe;
    let last = runs.last().cloned();
    let (of_mark, words, outcome) = state_of(runs.last());
    let expect = offer.expect.iter().map(|condition| view! { <code>{condition.to_string()}</code> }).collect_view();
    let id = offer.id.clone();
    let item = offer.item.clone();
    view! {
        <div class="probe" data-t="probe" data-probe=offer.id.0.clone() data-outcome=outcome>
            <div class="probe-head">
                {mark(of_mark, Form::Round)}
                <strong>{offer.name.clone()}</strong>
                <span class="muted">{words}</span>
                {spark_view(&spark(&runs))}
            </div>
            <p class="mono break">{offer.ask.clone()}</p>
            <p class="expect">{expect}</p>
            {last.map(|run| run_view(app, &run))}
            {history(&runs)}
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
        let class = if judged.said == Said::Accepted { "good" } else { "warn" };
        view! { <p data-t="probe-judged">{tag(class, judged.said.word())}" "{judged.words()}</p> }
    });
    let finding = observation.outcome != Outcome::Met;
    let unjudged = run.judged.is_none().then(|| judge_buttons(app, run.event, observation.item.clone(), finding));
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
    let phases = of.times.iter().map(|(phase, us)| view! { <i style=format!("flex-grow:{us}") title=format!("{} {}", phase.words(), millis(*us))></i> }).collect_view();
    view! {
        <div class="times">{phases}</div>
        <dl class="facts small">
            {fact("Came", came)}
            {fact("Took", format!("{times}{}", millis(of.total_us)))}
            {of.address.clone().map(|address| fact("Address", view! { <span class="mono">{address}</span> }))}
            {of.body_sha256.map(|digest| fact("Body", view! { {format!("{} bytes ", of.body_size.unwrap_or_default())}{of.body_cut.then(|| tag("warn", "cut"))}{hash(digest)} }))}
        </dl>
        <details><summary>"Answer"</summary><pre class="excerpt">{shown}</pre></details>
    }
}

/// Accept, or dispute, or acknowledge a finding; the latter two with a reason.
fn judge_buttons(app: App, event: Digest, item: Option<ItemId>, finding: bool) -> impl IntoView {
    // Whether it is acknowledged, and why.
    let why = RwSignal::new(None::<bool>);
    let accepted = item.clone();
    let accept = move |_| {
        app.desk.act(app, accepted.as_ref(), Intent::Judge { observation: event, accepted: true, reason: None })
    };
    let ask = move |known: bool, words: &'static str, handle: &'static str| {
        view! { <button type="button" class="button small quiet" data-t=handle on:click=move |_| why.set(Some(known))>{words}</button> }
    };
    view! {
        <div class="buttons">
            <button type="button" class="button small" data-t="probe-accept" on:click=accept>"Accept"</button>
            {ask(false, "Dispute …", "probe-dispute")}
            {finding.then(|| ask(true, "Acknowledge …", "probe-acknowledge"))}
        </div>
        {move || why.get().map(|known| {
            let item = item.clone();
            view! {
                <input
                    type="text"
                    data-t="probe-reason"
                    aria-label=if known { "What is known of it?" } else { "Why is it disputed?" }
                    placeholder=if known { "What is known of it? Enter keeps it" } else { "Why? Enter keeps it" }
                    on:keydown:target=move |event_| {
                        let reason = event_.target().value();
                        if event_.key() == "Enter" && !reason.trim().is_empty() {
                            event_.prevent_default();
                            let intent = match known {
                                true => Intent::Acknowledge { observation: event, reason },
                                false => Intent::Judge { observation: event, accepted: false, reason: Some(reason) },
                            };
                            app.desk.act(app, item.as_ref(), intent);
                        }
                    }
                />
            }
        })}
    }
}

/// The runs before, newest first, and their times as a plot.
fn history(runs: &[ProbeRun]) -> Option<impl IntoView + use<>> {
    let line = |run: &ProbeRun| {
        let (of_mark, ..) = state_of(Some(run));
        let (at, found) = match &run.what {
            ProbeEvent::Ran { observation } => (observation.at, observation.summary()),
            ProbeEvent::NotExecuted { due, reason } => (*due, reason.clone()),
        };
        let judged = run.judged.as_ref().map(|judged| format!(" · {}", judged.words()));
        view! { <li>{mark(of_mark, Form::Round)}{time(at)}" "{found}{judged}</li> }
    };
    let lines: Vec<_> = runs.iter().rev().map(line).collect();
    let plot = latency_plot(runs);
    (runs.len() > 1).then(|| {
        view! { <details data-t="probe-history"><summary>{format!("History ({})", lines.len())}</summary>{plot}<ol class="plain runs">{lines}</ol></details> }
    })
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
