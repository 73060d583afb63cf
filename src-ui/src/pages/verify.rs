//! Verify: a PDF in, five verdicts out, each on its own and with its reasons. Needs no record of ours.

use super::sign_off::person_keys;
use crate::components::banner::{fault, reading};
use crate::components::facts::{common_name, count, fact, hash, tag, time};
use crate::components::icon::{Icon, icon};
use crate::components::mark::{Form, Mark, mark};
use crate::components::path::{PathField, Purpose};
use crate::components::progress;
use crate::ipc::{self, FileKind};
use crate::state::app;
use countersign_core::api::{ApiError, Secret, SignReportFile, VerifyFile};
use countersign_core::id::KeyId;
use countersign_core::verdict::{Holds, RecordFact, SignatureFact, Verdict, Verification};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[derive(Clone)]
enum Stage {
    Idle,
    Reading,
    Refused(ApiError),
    Found(Box<Verification>),
}

#[component]
pub(crate) fn Verify() -> impl IntoView {
    let app = app();
    let path = RwSignal::new(String::new());
    let trust = RwSignal::new(String::new());
    let stage = RwSignal::new(Stage::Idle);
    let run = move || {
        let file = path.get_untracked().trim().to_owned();
        if file.is_empty() {
            return;
        }
        let trust = Some(trust.get_untracked().trim().to_owned()).filter(|trust| !trust.is_empty());
        stage.set(Stage::Reading);
        spawn_local(async move {
            let found = match ipc::call(VerifyFile { path: file, trust }).await {
                Ok(found) => {
                    app.spoken.set(
                        if found.holds { "Everything that was asked holds." } else { "Not everything holds." }
                            .to_owned(),
                    );
                    Stage::Found(Box::new(found))
                }
                Err(error) => Stage::Refused(error),
            };
            stage.try_set(found);
        });
    };
    // A file that was dropped or opened elsewhere.
    Effect::new(move || {
        if let Some(asked) = app.to_verify.get() {
            app.to_verify.set(None);
            path.set(asked);
            run();
        }
    });
    view! {
        <div class="page" data-t="verify">
            <header class="page-head">
                <div>
                    <h1>"Verify a report"</h1>
                    <p class="muted">"Drop a PDF on the window, or choose one. Nothing is sent anywhere."</p>
                </div>
            </header>
            <form class="card form" on:submit=move |event| { event.prevent_default(); run(); }>
                <PathField path label="Report" handle="verify-path" kind=FileKind::Report purpose=Purpose::Read submit=Callback::new(move |()| run())/>
                <PathField path=trust label="Trusted certificates (PEM); left empty: those of this computer" handle="verify-trust" kind=FileKind::Certificates purpose=Purpose::Read submit=Callback::new(move |()| run())/>
                <footer>
                    <button type="submit" class="button primary" data-t="verify-run" disabled=move || path.with(|path| path.trim().is_empty())>{icon(Icon::Shield)} "Verify"</button>
                </footer>
            </form>
            {move || match stage.get() {
                Stage::Idle => ().into_any(),
                Stage::Reading => reading().into_any(),
                Stage::Refused(error) => fault(move || Some(error.clone())).into_any(),
                Stage::Found(found) => {
                    let open = found.integrity.outcome == Holds::Yes && found.completeness.outcome != Holds::Yes;
                    let file = found.file.clone();
                    view! { {shown(*found)}{open.then(|| view! { <SignHere file/> })} }.into_any()
                }
            }}
        </div>
    }
}

/// Signing a report that came from another computer, for whoever signed off and has the key here.
#[component]
fn SignHere(file: String) -> impl IntoView {
    let app = app();
    let (passphrase, refused) = (RwSignal::new(String::new()), RwSignal::new(None));
    let keys = StoredValue::new(person_keys(app));
    let chosen = RwSignal::new(keys.with_value(|keys| keys.first().map(|key| key.id.0.clone()).unwrap_or_default()));
    let sign = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let to = format!("{}-signed.pdf", file.strip_suffix(".pdf").unwrap_or(&file));
        let secret = Secret(passphrase.get_untracked());
        passphrase.set(String::new());
        let command = SignReportFile { path: file.clone(), key: KeyId(chosen.get_untracked()), passphrase: secret, to };
        spawn_local(async move {
            match ipc::call(command).await {
                Ok(written) => app.to_verify.set(Some(written)),
                Err(error) => drop(refused.try_set(Some(error))),
            }
        });
    };
    keys.with_value(|keys| !keys.is_empty()).then(|| view! {
        <form class="card form" on:submit=sign>
            <h2>"Sign this report"</h2>
            <p class="muted">"If you signed off in its record: the signed copy is written beside it, to be brought back."</p>
            <select data-t="verify-key" aria-label="Key" on:change:target=move |event| chosen.set(event.target().value())>
                {keys.get_value().into_iter().map(|key| view! { <option value=key.id.0>{key.name}</option> }).collect_view()}
            </select>
            <input type="password" data-t="verify-passphrase" aria-label="Passphrase of the key" placeholder="Passphrase of the key" autocomplete="off" prop:value=move || passphrase.get() on:input:target=move |event| passphrase.set(event.target().value())/>
            {fault(move || refused.get())}
            <footer><button type="submit" class="button primary" data-t="verify-sign" disabled=move || passphrase.with(String::is_empty)>{icon(Icon::Pen)} "Sign"</button></footer>
        </form>
    })
}

fn shown(found: Verification) -> impl IntoView {
    let (class, words) = if found.holds {
        ("overall good", "Everything that was asked holds.")
    } else {
        ("overall bad", "Not everything that was asked holds.")
    };
    let signatures: Vec<_> = found.signatures.into_iter().map(signature).collect();
    view! {
        <div class=class data-t="verify-overall" data-holds=found.holds.to_string() role="status">
            {mark(if found.holds { Mark::Done } else { Mark::Failed }, Form::Round)}
            <strong>{words}</strong>
            <span class="muted mono break">{found.file}" "{hash(found.sha256)}</span>
        </div>
        <div class="verdicts">
            {verdict("Integrity", "verdict-integrity", "Are the bytes those that were signed?", found.integrity)}
            {verdict("Identity", "verdict-identity", "Are the signers who they say?", found.identity)}
            {verdict("Time", "verdict-time", "Are the stated times possible?", found.time)}
            {verdict("Completeness", "verdict-completeness", "Is nothing missing?", found.completeness)}
            {verdict("Policy", "verdict-policy", "Did it go as its rules ask?", found.policy)}
        </div>
        <div class="two">
            <section class="card" aria-label="Signatures">
                <h2>"Signatures"</h2>
                <ul class="signed-list">{signatures}</ul>
            </section>
            {found.record.map(record)}
        </div>
    }
}

fn verdict(name: &'static str, handle: &'static str, question: &'static str, of: Verdict) -> impl IntoView {
    let (class, outcome, word) = match of.outcome {
        Holds::Yes => ("verdict-card good", "yes", "holds"),
        Holds::No => ("verdict-card bad", "no", "does not hold"),
        Holds::Unknown => ("verdict-card warn", "unknown", "cannot be known"),
    };
    let reasons = of.reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view();
    view! {
        <section class=class data-t=handle data-outcome=outcome>
            <header>{mark(of.outcome.into(), Form::Round)}<h2>{name}</h2></header>
            <p class="verdict-word">{word}</p>
            <p class="muted">{question}</p>
            <ul>{reasons}</ul>
        </section>
    }
}

fn signature(of: SignatureFact) -> impl IntoView {
    let problems = of.problems.into_iter().map(|problem| view! { <li>{problem}</li> }).collect_view();
    view! {
        <li data-t="verify-signature" data-intact=of.intact.to_string() data-trusted=of.trusted.to_string()>
            <p>
                <strong>{of.signer}</strong>
                " "
                {if of.intact { tag("good", "intact") } else { tag("bad", "not intact") }}
                " "
                {if of.trusted { tag("good", "trusted") } else { tag("warn", "not trusted") }}
            </p>
            <p class="muted">{of.reason}{of.at.map(|at| view! { " · "{time(at)} })}" · issued by "{common_name(&of.issuer).to_owned()}" · field "{of.field}</p>
            <ul class="changes">{problems}</ul>
        </li>
    }
}

fn record(of: RecordFact) -> impl IntoView {
    let facts: Vec<_> = of.header.facts().into_iter().map(|(name, value)| fact(name, value)).collect();
    view! {
        <section class="card" aria-label="The record inside">
            <h2>{format!("Record #{}", of.number)}" "{of.rehearsal.then(|| tag("rehearsal", "Rehearsal"))}</h2>
            <dl class="facts">
                {fact("Checklist", of.title)}
                {facts}
                {fact("Outcome", of.outcome)}
                {fact("Work", view! { {progress::words(&of.progress)}{progress::bar(of.progress)} })}
                {fact("Deviations", of.deviations.to_string())}
                {fact("Log", count(of.events as usize, "event", "events"))}
            </dl>
        </section>
    }
}
