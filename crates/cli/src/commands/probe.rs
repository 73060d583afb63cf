//! `countersign probe`: measurements that the program takes itself.

use super::{find, probe_watch};
use crate::args::Probe;
use crate::{Exit, Output};
use countersign_core::api::{Act, ApiError, Code, ImportProbes, Overview, RunProbes, SetNetwork};
use countersign_core::condition::Outcome;
use countersign_core::id::ProbeId;
use countersign_core::record::{Also, Intent, ProbeEvent, View};
use countersign_engine::Engine;
use countersign_engine::probe::{Allowed, offer_of};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Runs a `probe` command. Exit code 1 if a probe that ran was not met, or is not known to be.
pub async fn run(command: Probe, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    match command {
        Probe::Run { record, probes, allow, allow_private, allow_send, offline, who } => {
            let view = find::record(engine, &record).await?;
            let person = find::person(engine, who.person.as_deref()).await?;
            let plain = allow.into_iter().map(|host| (host, None));
            let private = allow_private.into_iter().map(|host| (host, Some(Also::Private)));
            let send = allow_send.into_iter().map(|host| (host, Some(Also::Send)));
            for (host, also) in plain.chain(private).chain(send) {
                let (record, person) = (view.id.clone(), person.clone());
                engine.act(Act { record, person, intent: Intent::AllowHost { host, also } }).await?;
            }
            if offline {
                engine.set_network(SetNetwork { offline: true, witnesses: None }).await?;
            }
            let probes = probes.iter().map(|probe| find::probe(&view, probe)).collect::<Result<Vec<_>, _>>()?;
            let view = engine.record(&view.id)?;
            if probes.is_empty() {
                tell_left_out(&view, output)?;
            }
            engine.run_probes(RunProbes { record: view.id.clone(), person, probes: probes.clone() }).await?;
            show(&engine.record(&view.id)?, &probes, output)
        }
        Probe::Try { words, expect, private, send } => {
            let offer = offer_of(&words, &expect).map_err(|wrong| ApiError {
                code: Code::Usage,
                message: wrong.message,
                hint: wrong.hint,
            })?;
            // Whoever types a host allows it.
            let hosts = offer.hosts.clone();
            let of = |granted: bool| if granted { hosts.clone() } else { Vec::new() };
            let allowed = Allowed { private: of(private), sending: of(send), hosts: hosts.clone() };
            let observation = engine.probe_once(&offer, &allowed).await;
            output.result(&json!(observation), || serde_json::to_string_pretty(&observation).unwrap_or_default())?;
            Ok(if observation.outcome == Outcome::Met { Exit::Done } else { Exit::DoesNotHold })
        }
        Probe::Watch { record, every, span, who } => {
            let view = find::record(engine, &record).await?;
            let person = find::person(engine, who.person.as_deref()).await?;
            probe_watch::run(engine, &view.id, person, (every, span), output).await
        }
        Probe::Import { file, record, who } => {
            let view = find::record(engine, &record).await?;
            let person = find::person(engine, who.person.as_deref()).await?;
            let path = file.display().to_string();
            engine.import_probes(ImportProbes { record: view.id.clone(), person, path }).await?;
            let view = engine.record(&view.id)?;
            let Some(added) = view.added_probes.last() else { return Ok(Exit::Done) };
            output.result(added, || {
                let probes = added.probes.iter().map(|probe| format!("{}  {}\n", probe.name, probe.ask));
                let left = added.left.iter().map(|left| format!("did not fit: {left}\n"));
                let head =
                    format!("{} probes of {} are in record {} now.\n", added.probes.len(), added.source, view.number);
                [head].into_iter().chain(probes).chain(left).collect()
            })?;
            Ok(Exit::Done)
        }
        Probe::Witnesses { witnesses, none } => {
            let offline = engine.overview(Overview {}).await?.network.offline_chosen;
            let witnesses = (none || !witnesses.is_empty()).then_some(witnesses);
            let state = engine.set_network(SetNetwork { offline, witnesses }).await?;
            output.result(&state, || match state.witnesses.as_slice() {
                [] => "There are no witnesses: only this computer's own routes and name servers tell.\n".to_owned(),
                all => all.iter().map(|witness| format!("{witness}\n")).collect(),
            })?;
            Ok(Exit::Done)
        }
        Probe::Judge { record, probe, dispute, acknowledge, who } => {
            let view = find::record(engine, &record).await?;
            let probe = find::probe(&view, &probe)?;
            let person = find::person(engine, who.person.as_deref()).await?;
            let last = view.last_run(&probe).ok_or_else(|| ApiError {
                code: Code::Refused,
                message: "The probe has not run yet.".to_owned(),
                hint: format!("Run it first: countersign probe run {}.", view.number),
            })?;
            let observation = last.event;
            let intent = match acknowledge {
                Some(reason) => Intent::Acknowledge { observation, reason },
                None => Intent::Judge { observation, accepted: dispute.is_none(), reason: dispute },
            };
            engine.act(Act { record: view.id.clone(), person, intent }).await?;
            output.result(&json!({ "probe": probe }), || "Saved.".to_owned())?;
            Ok(Exit::Done)
        }
    }
}

/// Says which hosts are not asked because nobody allowed them. That no probe at all may run is a refusal: nothing was checked.
fn tell_left_out(view: &View, output: &mut Output) -> Result<(), ApiError> {
    let hosts: BTreeSet<_> = view.offers().flat_map(|offer| &offer.hosts).cloned().collect();
    let (allowed, left_out): (Vec<_>, Vec<_>) = hosts.into_iter().partition(|host| view.hosts.contains(host));
    let message = format!("Probes may not connect to {}.", left_out.join(", "));
    if left_out.is_empty() {
        return Ok(());
    }
    if allowed.is_empty() {
        let hint = "Allow a host for this record with --allow HOST, if it may be asked.".to_owned();
        return Err(ApiError { code: Code::Refused, message, hint });
    }
    output.say(&message);
    Ok(())
}

fn show(view: &View, probes: &[ProbeId], output: &mut Output) -> Result<Exit, ApiError> {
    let asked = |id: &ProbeId| probes.is_empty() || probes.contains(id);
    let last: Vec<_> = view
        .probes
        .iter()
        .filter(|(id, _)| asked(id))
        .filter_map(|(id, runs)| Some((id, &runs.last()?.what)))
        .collect();
    output.result(&json!({ "probes": last }), || {
        last.iter().fold(String::new(), |mut words, (id, what)| {
            let _ = match what {
                ProbeEvent::Ran { observation } => {
                    writeln!(words, "{}  {id}: {}", observation.outcome, observation.summary())
                }
                ProbeEvent::NotExecuted { reason, .. } => writeln!(words, "not executed (offline)  {id}: {reason}"),
            };
            words
        })
    })?;
    let bad = last.iter().any(|(_, what)| match what {
        ProbeEvent::Ran { observation } => observation.outcome != Outcome::Met,
        ProbeEvent::NotExecuted { .. } => true,
    });
    Ok(if bad { Exit::DoesNotHold } else { Exit::Done })
}
