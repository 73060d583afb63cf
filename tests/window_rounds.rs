//! Baseline and rounds in the real window: frozen before the deploy tick, taken, missed, looked at in table and plot. Leaves
//! pictures in `target/window`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

#[path = "window/mod.rs"]
mod window;

use countersign_core::api::{ChecklistSource, StartRecord};
use countersign_core::checklist::{Template, read};
use countersign_engine::Engine;
use std::path::Path;
use window::{Driver, Window};

const ENTER: &str = "\u{E007}";

const CHECKLIST: &str = "\
# Watched release

## Before

- [ ] Write the figures down
  <!-- cs: baseline -->
  - p50: ___ ms
  - p95: ___ ms
  - Error rate: ___ %

## Go

- [ ] Deploy the release

## Watch (Every 20 seconds for 4 minutes)

- p50: ___ ms (target: < 200 ms)
- p95: ___ ms (target: < 500 ms)
- Error rate: ___ % (target: < 1%)
- [ ] No new errors in the log

## After

- Metrics better than before? ☐ Yes ☐ No ☐ Similar
- Latency improved? ☐ Yes ☐ No ☐ Similar
";

/// The items of that label, in the file's order.
fn items(template: &Template, label: &str) -> Vec<String> {
    template.items.iter().filter(|item| item.label.starts_with(label)).map(|item| item.id.to_string()).collect()
}

fn of(handle: &str, item: &str) -> String {
    format!("[data-t={handle}][data-item=\"{item}\"]")
}

async fn take(window: &Window, template: &Template, p95: &str) {
    window.find("[data-t=round-slot][data-state=due]").await;
    for (label, text) in [("p50", "120"), ("p95", p95), ("Error rate", "0,2")] {
        let item = items(template, label).pop().unwrap();
        window.enter(&of("round-input", &item), text).await;
    }
    let check = items(template, "No new").remove(0);
    window.click(&format!("{} option[value=Done]", of("round-input", &check))).await;
}

#[tokio::test]
async fn a_watch_from_the_baseline_to_a_missed_round() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("watched.md");
    std::fs::write(&file, CHECKLIST).unwrap();
    let data = folder.path().join("data");
    {
        let engine = Engine::open(&data).unwrap();
        let source = ChecklistSource::File { path: file.display().to_string() };
        let header = [("service", "campaign platform"), ("release", "2.4.0"), ("deployer", "Dana")];
        let header = header.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
        engine
            .start_record(StartRecord { source, header, rehearsal: false, person: "Dana".into(), acknowledged: None })
            .await
            .unwrap();
        engine.set_person(countersign_core::api::SetPerson { person: "Dana".into() }).await.unwrap();
    }
    let template = read(CHECKLIST.as_bytes());
    let driver = Driver::start();
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../window");
    let window = Window::open(&driver, &["--data-dir", &data.display().to_string()], &pictures).await;
    window.click("[data-t=record-card]").await;
    // The deployment waits for the baseline.
    let deploy = items(&template, "Deploy").remove(0);
    window.choose_line(&deploy).await;
    window.keys(" ").await;
    window.says("[data-t=row-fault]", "baseline").await;
    for (label, text) in [("p50", "150"), ("p95", "0,48 s"), ("Error rate", "0.2")] {
        let item = items(&template, label).remove(0);
        window.enter(&of("field-input", &item), &format!("{text}{ENTER}")).await;
        window.state(&items(&template, label).remove(0), "done").await;
    }
    window.picture("20-baseline").await;
    window.click("[data-t=baseline-freeze]").await;
    window.says("[data-t=baseline]", "frozen").await;
    window.choose_line(&deploy).await;
    window.keys(" ").await;
    window.state(&deploy, "done").await;
    // The first round is taken, the second one is let go by, the third one misses a limit.
    take(&window, &template, "490").await;
    window.picture("21-round-due").await;
    window.click("[data-t=round-keep]").await;
    window.find("[data-t=round-slot][data-number=\"1\"][data-state=taken]").await;
    window.find("[data-t=round-slot][data-number=\"2\"][data-state=overdue]").await;
    window.picture("22-round-overdue").await;
    window.find("[data-t=round-slot][data-number=\"2\"][data-state=missed]").await;
    take(&window, &template, "612").await;
    window.says("[data-t=round-form]", "not met").await;
    window.click("[data-t=round-keep]").await;
    window.find("[data-t=round-slot][data-number=\"3\"][data-state=taken]").await;
    window.click("[data-t=round-history] summary").await;
    window.says("[data-t=round-history]", "612 ms").await;
    window.picture("23-rounds").await;
    // The values speak for an answer; a person gives it.
    let better = items(&template, "Metrics").remove(0);
    window.says(&format!("{} ", of("item", &better)), "the values say No").await;
    window.click(&format!("{} [data-t=proposal]", of("item", &better))).await;
    window.state(&better, "done").await;
    window.click("[data-t=tab-deviations]").await;
    window.find("[data-t=deviation][data-kind=RoundMissed]").await;
    window.picture("24-watched").await;
    window.close().await;
}
