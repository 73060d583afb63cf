//! `countersign probe watch`: the probes that fall due with the rounds, each as it comes, with its last times as a line of bars.

use crate::{Exit, Output};
use countersign_core::api::{ApiError, RunProbes};
use countersign_core::condition::Outcome;
use countersign_core::id::{Digest, ProbeId, RecordId};
use countersign_core::record::{Person, ProbeEvent, ProbeRun, View};
use countersign_engine::{Engine, ProbeProgress};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;

/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(1);
/// How many runs a line of bars shows.
const SHOWN: usize = 24;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Watches until the time is over or the record is closed. Exit code 1 if a probe was not met, not known to be, or not made.
pub async fn run(
    engine: &Engine,
    record: &RecordId,
    person: Person,
    (every, span): (Option<Duration>, Option<Duration>),
    output: &mut Output,
) -> Result<Exit, ApiError> {
    let (started, mut progress) = (Instant::now(), engine.probe_progress());
    let mut told: BTreeSet<Digest> = runs(&engine.record(record)?).map(|(_, run)| run.event).collect();
    let (mut next, mut all, mut bad) = (every.map(|_| started), Vec::new(), false);
    loop {
        engine.tick().await?;
        let made = async {
            engine.probe_what_is_due().await?;
            if next.is_some_and(|next| Instant::now() >= next) {
                let (record, person) = (record.clone(), person.clone());
                engine.run_probes(RunProbes { record, person, probes: Vec::new() }).await?;
                next = every.map(|every| Instant::now() + every);
            }
            Ok::<_, ApiError>(())
        };
        told_meanwhile(made, &mut progress, output).await?;
        let view = engine.record(record)?;
        for (probe, run) in runs(&view).filter(|(_, run)| !told.contains(&run.event)) {
            output.say(&line(&view, probe, run));
            bad |= !matches!(&run.what, ProbeEvent::Ran { observation } if observation.outcome == Outcome::Met);
            all.push(json!({ "probe": probe, "run": run }));
        }
        told.extend(runs(&view).map(|(_, run)| run.event));
        if !view.is_open() || span.is_some_and(|span| started.elapsed() >= span) {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    output.result(&json!({ "runs": all }), || format!("{} runs.", all.len()))?;
    Ok(if bad { Exit::DoesNotHold } else { Exit::Done })
}

/// Waits for what is being made, and says how far it is.
async fn told_meanwhile(
    made: impl Future<Output = Result<(), ApiError>>,
    progress: &mut tokio::sync::broadcast::Receiver<ProbeProgress>,
    output: &mut Output,
) -> Result<(), ApiError> {
    tokio::pin!(made);
    loop {
        tokio::select! {
            made = &mut made => return made,
            Ok(ProbeProgress { done, of, .. }) = progress.recv() => {
                if of > 1 && done > 0 && done < of {
                    output.say(&format!("  {done} of {of}"));
                }
            }
        }
    }
}

fn runs(view: &View) -> impl Iterator<Item = (&ProbeId, &ProbeRun)> {
    view.probes.iter().flat_map(|(probe, runs)| runs.iter().map(move |run| (probe, run)))
}

/// When, what came of it, the last times as bars, and the probe's name.
fn line(view: &View, probe: &ProbeId, run: &ProbeRun) -> String {
    let name = view.offer(probe).map_or(probe.0.as_str(), |offer| offer.name.as_str());
    let bars = bars(&view.probes.get(probe).into_iter().flatten().map(time_of).collect::<Vec<_>>());
    match &run.what {
        ProbeEvent::Ran { observation } => {
            let (at, outcome) = (observation.at.for_people(), observation.outcome.words());
            format!("{at}  {outcome:<8} {bars:<SHOWN$}  {name}: {}", observation.summary())
        }
        ProbeEvent::NotExecuted { due, reason } => {
            format!("{}  not executed (offline) {bars}  {name}: {reason}", due.for_people())
        }
    }
}

/// How long a run took, in microseconds; none if nothing came.
fn time_of(run: &ProbeRun) -> Option<u64> {
    match &run.what {
        ProbeEvent::Ran { observation } => observation.answered().then(|| observation.total_us()),
        ProbeEvent::NotExecuted { .. } => None,
    }
}

/// The last times as bars, the highest full; a gap where nothing came.
fn bars(times: &[Option<u64>]) -> String {
    let last = times.get(times.len().saturating_sub(SHOWN)..).unwrap_or_default();
    let most = last.iter().flatten().copied().max().unwrap_or_default().max(1);
    let top = BARS.len() as u64 - 1;
    let bar = |time: &Option<u64>| {
        time.map_or('·', |time| {
            let height = usize::try_from(time.saturating_mul(top) / most).unwrap_or_default();
            BARS.get(height).copied().unwrap_or('█')
        })
    };
    last.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_show_the_last_times_and_their_gaps() {
        assert_eq!(bars(&[]), "");
        assert_eq!(bars(&[Some(0), Some(70), None, Some(140)]), "▁▄·█");
        assert_eq!(bars(&vec![Some(5); 100]).chars().count(), SHOWN);
    }
}
