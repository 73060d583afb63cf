//! Probes in the real window: allowed, run, a finding acknowledged, offline and back, blanks filled by a measurement, probes of a file. Leaves
//! pictures in `target/window`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

#[path = "window/service.rs"]
mod service;
#[path = "window/mod.rs"]
mod window;

use countersign_core::api::{ChecklistSource, SetPerson, StartRecord};
use countersign_core::checklist::{Template, read};
use countersign_engine::Engine;
use std::path::Path;
use std::time::Duration;
use window::{Driver, Window};

const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";

const CHECKLIST: &str = "\
# Probed release

## Look

- [ ] The shop answers healthy
  <!-- cs: probe GET http://HOST/health; expect http.status == 200; expect body.status == \"ok\" -->
- [ ] The search answers
  <!-- cs: probe GET http://HOST/search -->
- [ ] Tell the cache
  ```bash
  curl -X POST https://cache.example.com/purge
  ```
- [ ] Write the latency down
  <!-- cs: probe GET http://HOST/health -->
  - Latency (p50, p95, p99): ___ms, ___ms, ___ms
";

fn item(template: &Template, label: &str) -> String {
    template.items.iter().find(|item| item.label.starts_with(label)).unwrap().id.to_string()
}

/// Allows what the chosen line's probe asks for, and runs it until it has an outcome.
async fn run_until(window: &Window, outcome: &str) {
    for _ in 0..40 {
        if !window.all(&format!("[data-t=probe][data-outcome={outcome}]")).await.is_empty() {
            return;
        }
        let allow = window.all("[data-t=probe-allow]").await;
        let run = window.all("[data-t=probe-run]").await;
        if let Some(button) = allow.into_iter().chain(run).next() {
            // The window may draw the card anew meanwhile.
            let _ = button.click().await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    window.picture("failed").await;
    panic!("no probe is {outcome}: {}", window.text("[data-t=probe]").await);
}

#[tokio::test]
async fn probes_from_the_first_permission_to_an_acknowledged_finding() {
    let address = service::start();
    let text = CHECKLIST.replace("HOST", &address.to_string());
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("probed.md"), folder.path().join("data"));
    std::fs::write(&file, &text).unwrap();
    {
        let engine = Engine::open(&data).unwrap();
        let source = ChecklistSource::File { path: file.display().to_string() };
        let header = [("service", "shop"), ("release", "4.1.0"), ("deployer", "Dana")];
        let header = header.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
        engine
            .start_record(StartRecord { source, header, rehearsal: false, person: "Dana".into(), acknowledged: None })
            .await
            .unwrap();
        engine.set_person(SetPerson { person: "Dana".into() }).await.unwrap();
    }
    let template = read(text.as_bytes());
    let driver = Driver::start();
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../window");
    let window = Window::open(&driver, &["--data-dir", &data.display().to_string()], &pictures).await;
    window.click("[data-t=record-card]").await;

    // Nothing is asked before a person allows it.
    window.choose_line(&item(&template, "The shop answers")).await;
    window.find("[data-t=probe-allow]").await;
    window.picture("30-probe-to-allow").await;
    run_until(&window, "met").await;
    window.says("[data-t=probe]", "200").await;
    window.click("[data-t=probe-accept]").await;
    window.says("[data-t=probe-judged]", "accepted").await;
    window.picture("31-probe-met").await;

    // A finding: its evidence stands beside the item, and somebody knows of it.
    window.choose_line(&item(&template, "The search")).await;
    run_until(&window, "not_met").await;
    window.says("[data-t=probe]", "503").await;
    window.says("[data-t=probe] .conditions", "http.status").await;
    window.click("[data-t=probe-acknowledge]").await;
    window.enter("[data-t=probe-reason]", &format!("maintenance until six{ENTER}")).await;
    window.says("[data-t=probe-judged]", "maintenance until six").await;
    window.picture("32-probe-acknowledged").await;

    // A command that sends something is no probe, and says so.
    window.choose_line(&item(&template, "Tell the cache")).await;
    window.says("[data-t=command-remark]", "sends data").await;
    window.picture("33-not-offered").await;

    // Offline it is not executed; with the network it runs by itself.
    window.click("[data-t=nav-settings]").await;
    window.click("[data-t=work-offline]").await;
    window.click("[data-t=nav-home]").await;
    window.click("[data-t=record-card]").await;
    window.choose_line(&item(&template, "The shop answers")).await;
    window.click("[data-t=probe-run]").await;
    window.find("[data-t=probe][data-outcome=not_executed]").await;
    window.picture("34-not-executed").await;
    window.click("[data-t=nav-settings]").await;
    window.picture("35-settings-network").await;
    window.click("[data-t=work-offline]").await;
    window.click("[data-t=nav-home]").await;
    window.click("[data-t=record-card]").await;
    window.choose_line(&item(&template, "The shop answers")).await;
    window.find("[data-t=probe][data-outcome=met]").await;
    window.click("[data-t=probe-history] summary").await;
    window.says("[data-t=probe-history]", "working offline was chosen").await;
    window.picture("36-caught-up").await;

    // One click measures, and fills the three blanks.
    let latency = item(&template, "Latency p50");
    window.choose_line(&latency).await;
    window.click("[data-t=probe-run]").await;
    window.find("[data-t=probing]").await;
    window.state(&latency, "done").await;
    window.picture("37-latency-measured").await;

    // Probes that are defined elsewhere.
    let defined = folder.path().join("gatus.yaml");
    let gatus = format!(
        "endpoints:\n  - name: shop\n    url: http://{address}/health\n    conditions: ['[STATUS] == 200']\n  - name: ping\n    url: icmp://shop.example\n"
    );
    std::fs::write(&defined, gatus).unwrap();
    window.click("[data-t=tab-record]").await;
    window.click("[data-t=record-probes]").await;
    window.enter("[data-t=papers-path]", &defined.display().to_string()).await;
    window.click("[data-t=papers-confirm]").await;
    window.says("[data-t=papers-told]", "there is no probe for").await;
    window.picture("38-import").await;
    window.keys(ESCAPE).await;
    window.click("[data-t=probes-run-all]").await;
    window.find(".record-panel [data-t=probe][data-outcome=met]").await;
    window.picture("39-all-probes").await;
    window.click("[data-t=tab-deviations]").await;
    window.find("[data-t=deviation][data-kind=AddedOnTheSpot]").await;
    window.says("[data-t=deviation][data-kind=ProbeNotMet]", "503").await;

    window.click("[data-t=nav-settings]").await;
    window.click("[data-t=theme-dark]").await;
    window.click("[data-t=nav-home]").await;
    window.click("[data-t=record-card]").await;
    window.choose_line(&item(&template, "The search")).await;
    window.find("[data-t=probe]").await;
    window.picture("40-dark").await;
    window.close().await;
}
