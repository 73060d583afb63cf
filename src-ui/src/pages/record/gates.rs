//! Stages, gates and the way back: what the numbers propose and why, and the buttons that a person decides with.

use crate::browser;
use crate::components::facts::{tag, time};
use crate::components::mark::{Form, mark};
use crate::state::{App, app};
use countersign_core::checklist::ItemKind;
use countersign_core::id::ItemId;
use countersign_core::record::{
    Alarm, Answer, Gate, Intent, MatrixRow, Obligation, Stage, StageStanding, View, Way, alarms, obligations,
    points_of_no_return, propose, skipped_controls, stages,
};
use countersign_core::time::{Timestamp, duration_words};
use leptos::prelude::*;

fn class_of(way: Way) -> &'static str {
    match way {
        Way::Proceed => "good",
        Way::Hold => "warn",
        Way::RollBack => "bad",
    }
}

/// «3 h 20 min left», «12 min late».
fn left(due: Timestamp, now: Timestamp) -> String {
    match due.since(now) {
        late @ ..0 => format!("{} late", duration_words(late.saturating_neg())),
        left => format!("{} left", duration_words(left)),
    }
}

/// What stands above the checklist.
#[derive(Clone, PartialEq, Default)]
struct Above {
    stages: Vec<Stage>,
    alarms: Vec<Alarm>,
    matrix: Option<MatrixRow>,
    emergency: Option<(String, String, usize)>,
    owed: Vec<Obligation>,
    stays: Vec<String>,
    open: bool,
}

fn above(view: &View) -> Above {
    let emergency = view.conduct.emergency.as_ref();
    let mut alarms = alarms(view);
    alarms.retain(|alarm| alarm.decided.is_none() && alarm.tripped.until.is_none());
    let mut owed = obligations(view);
    owed.retain(|owed| owed.settled.is_none());
    let stays = if view.rolls_back() { points_of_no_return(view) } else { Vec::new() };
    Above {
        stages: stages(view),
        alarms,
        matrix: view.conduct.matrix.clone().filter(|_| view.conduct.decisions.iter().all(|of| of.way != Way::RollBack)),
        emergency: emergency.map(|of| (of.reason.clone(), of.by.0.clone(), skipped_controls(view).len())),
        owed,
        stays: stays.into_iter().map(|(_, what, _)| what).collect(),
        open: view.is_open(),
    }
}

/// The roll-out by its stages, and what must not be overlooked: an emergency, tripped triggers, what is owed.
#[component]
pub(super) fn Stages() -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let shown = Memo::new(move |_| desk.view.with(|view| view.as_ref().map(above)).unwrap_or_default());
    move || {
        let Above { stages, alarms, matrix, emergency, owed, stays, open } = shown.get();
        let stages: Vec<_> = stages.into_iter().map(|stage| stage_of(app, stage)).collect();
        let alarms: Vec<_> = alarms.into_iter().map(|alarm| {
            view! {
                <p class="alarm" data-t="alarm">{tag("bad", "tripped")}<strong>{alarm.label}</strong>" "{alarm.tripped.shown}" "{time(alarm.tripped.at)}</p>
            }
        }).collect();
        let owed: Vec<_> = owed
            .into_iter()
            .map(|owed| {
                let (item, due) = (owed.item, owed.due);
                view! {
                    <button type="button" class="alarm link" data-t="obligation" on:click=move |_| desk.jump(&item)>
                        {tag("warn", move || left(due, app.now.get()))}
                        {owed.label}
                    </button>
                }
            })
            .collect();
        let decides = open && (!alarms.is_empty() || matrix.is_some());
        view! {
            {(!stages.is_empty()).then(|| view! { <ol class="stages" data-t="stages">{stages}</ol> })}
            {emergency.map(|(reason, by, skipped)| view! {
                <p class="alarm" data-t="emergency">{tag("bad", "emergency")}<strong>{reason}</strong>{format!(" {by} · controls skipped: {skipped}")}</p>
            })}
            {alarms}
            {matrix.map(|row| {
                let due = row.due();
                let words = format!(": {} ({}) ", row.action(), row.shown);
                view! {
                    <p class="alarm" data-t="matrix">{tag("warn", row.name().to_owned())}{words}{due.map(|due| tag("bad", move || left(due, app.now.get())))}</p>
                }
            })}
            {stays.into_iter().map(|what| view! { <p class="alarm" data-t="no-return">{tag("plain", "no way back")}{what}</p> }).collect_view()}
            {owed}
            {decides.then(|| view! { <Whole/> })}
        }
    }
}

fn stage_of(app: App, stage: Stage) -> impl IntoView {
    let (gate, section) = (stage.gate, stage.section);
    let class = match stage.standing {
        StageStanding::Passed => "good",
        StageStanding::Here => "here",
        StageStanding::OnHold => "warn",
        StageStanding::RolledBack => "bad",
        StageStanding::Ahead => "plain",
    };
    let go = move |_| match &gate {
        Some(gate) => app.desk.jump(gate),
        None => {
            if let Some(heading) = browser::element(&format!("section-{section}")) {
                browser::to_top(&heading);
            }
        }
    };
    view! {
        <li>
            <button type="button" class=format!("stage {class}") data-t="stage" data-standing=stage.standing.words() title=stage.title.clone() on:click=go>
                <strong>{format!("{}%", stage.traffic)}</strong>
                " "
                {stage.standing.words()}
            </button>
        </li>
    }
}

/// The decision about the deployment as a whole.
#[component]
fn Whole() -> impl IntoView {
    let app = app();
    let reason = RwSignal::new(String::new());
    let decide = move |way: Way| {
        let reason = Some(reason.get_untracked());
        app.desk.act(app, None, Intent::Decide { gate: None, way, by: None, reason });
    };
    view! {
        <p class="alarm decide">
            <input type="text" data-t="gate-reason" aria-label="Why" placeholder="Why" autocomplete="off" prop:value=move || reason.get() on:input:target=move |event| reason.set(event.target().value())/>
            <button type="button" class="button small danger" data-t="roll-back" on:click=move |_| decide(Way::RollBack)>"Roll back"</button>
            <button type="button" class="button small" data-t="go-on" on:click=move |_| decide(Way::Proceed)>"Go on"</button>
        </p>
    }
}

/// The gate on the line of the chosen item, if one is.
#[component]
pub(super) fn GatePanel() -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let item = Memo::new(move |_| {
        let chosen = desk.chosen.get()?;
        let outline = desk.outline.get()?;
        desk.view.with_untracked(|view| {
            let template = &view.as_ref()?.template;
            let gate =
                |id: &ItemId| outline.item(template, id).is_some_and(|of| matches!(of.kind, ItemKind::Gate { .. }));
            outline.line(&chosen).into_iter().find(gate)
        })
    });
    // A soak runs out while nothing is written.
    let minute = Memo::new(move |_| app.now.get().millis() / 15_000);
    let gate = Memo::new(move |_| {
        minute.track();
        let item = item.get()?;
        desk.view.with(|view| propose(view.as_ref()?, &item, app.now.get_untracked()))
    });
    move || gate.get().map(|gate| panel(app, gate))
}

fn panel(app: App, gate: Gate) -> impl IntoView {
    let desk = app.desk;
    let criteria: Vec<_> = gate.criteria.into_iter().map(|of| {
        let item = of.item;
        view! {
            <li>
                <button type="button" class="weighed" data-t="criterion" data-outcome=of.outcome.words() disabled=item.is_none() on:click=move |_| if let Some(item) = &item { desk.jump(item) }>
                    {mark(of.outcome.into(), Form::Round)}
                    <span>{of.label}</span>
                    <span class="muted">{of.shown}</span>
                </button>
            </li>
        }
    }).collect();
    let soak = gate.soak.map(|soak| {
        let least = duration_words(soak.least);
        let words = move || match soak.left(app.now.get()) {
            None => format!("Soak {least}: begins when everything above it is done"),
            Some(0) => format!("Soak {least}: over"),
            Some(left) => format!("Soak {least}: {} left", duration_words(left)),
        };
        view! { <p class="soak" data-t="soak">{words}</p> }
    });
    let decided = gate.decided.map(|of| view! {
        <p data-t="gate-decided">{tag(class_of(of.way), of.way.words())}" "{of.by.0}", "{time(of.at)}{of.reason.map(|reason| format!(": {reason}"))}</p>
    });
    let item = gate.item;
    let buttons: Vec<_> = gate.options.into_iter().map(|(way, option)| {
        let item = item.clone();
        let answer = Answer::Chosen { option: option.clone() };
        // Where a reason is needed, the row asks for it, as it does for any other answer.
        let decide = move |_| desk.answer(app, &item, answer.clone());
        view! { <button type="button" class=format!("button answer {}", class_of(way)) data-t="decide" data-way=way.words() disabled=move || !desk.is_open.get() on:click=decide>{option}</button> }
    }).collect();
    view! {
        <section class="gate" data-t="gate" data-proposed=gate.proposed.words() aria-label="Gate">
            <p>"Proposed: "{tag(class_of(gate.proposed), gate.proposed.words())}</p>
            <p class="muted">{gate.because.join(" ")}</p>
            {soak}
            <ul class="plain">{criteria}</ul>
            {decided}
            <div class="answers">{buttons}</div>
        </section>
    }
}
