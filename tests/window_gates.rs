//! Gates in the real window: what is proposed and why, an override with its reason, a tripped trigger, going back, an emergency.
//! Leaves pictures in `target/window`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

#[path = "window/mod.rs"]
mod window;

use countersign_core::checklist::{Template, read};
use std::path::Path;
use window::{Driver, Window};

const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";

const CANARY: &str = "---
policy:
  - sign-off: Lead, approved to deploy, before deploy
---
# Canary

- [ ] Deploy the canary
  <!-- cs: deploy; no-return migration 0007 stays -->

## Stage 1: pilots, 5% of traffic

- [ ] Switch the flag on
- [ ] Watch for 24 hours
  - Error rate: ___ % (target: < 0.5%)
- [ ] **Gate:** expand to 25%, or hold
  <!-- cs: gate proceed, hold, roll back -->

## Stage 2: beta, 25% of traffic

- [ ] Switch the second flag on
- [ ] **Gate:** general availability, or not yet
  <!-- cs: gate proceed, hold, roll back -->

## Roll back

### Triggers

- Error rate > 1%

### Steps

- [ ] Revert the build
- [ ] Put the post-mortem into the calendar, within 48 hours
";

fn item(template: &Template, label: &str) -> String {
    let found = template.items.iter().find(|item| item.label.starts_with(label));
    found.unwrap_or_else(|| panic!("the checklist has no «{label}»")).id.to_string()
}

async fn start(window: &Window) {
    window.click("[data-t=checklist-start]").await;
    for (key, value) in [
        ("service", "canary"),
        ("release", "3.1.0"),
        ("artifact", "3f2a9c1"),
        ("environment", "production"),
        ("deployer", "Dana Deployer"),
    ] {
        window.enter(&format!("[data-t=header-{key}]"), value).await;
    }
    window.enter("[data-t=start-person]", "Dana Deployer").await;
    window.click("[data-t=start-confirm]").await;
    window.says("[data-t=headline]", "canary 3.1.0").await;
}

/// Chooses a line by its words: it may stand far below what can be seen.
async fn find_line(window: &Window, words: &str) {
    window.enter("[data-t=find-input]", &format!("{words}{ESCAPE}")).await;
}

#[tokio::test]
async fn numbers_propose_and_a_person_decides() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("canary.md"), folder.path().join("data"));
    std::fs::write(&file, CANARY).unwrap();
    let template = read(CANARY.as_bytes());
    let driver = Driver::start();
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../window");
    let args = ["--data-dir", &data.display().to_string(), &file.display().to_string()];
    let window = Window::open(&driver, &args, &pictures).await;
    start(&window).await;

    // A rule speaks against the deploy tick: it asks for a reason and takes it.
    let deploy = item(&template, "Deploy the canary");
    window.choose_line(&deploy).await;
    window.keys(" ").await;
    window.says("[data-t=record]", "Why is it done all the same?").await;
    window.enter("[data-t=reason-input]", &format!("the lead agreed by phone{ENTER}")).await;
    window.state(&deploy, "done").await;

    // The gate holds: the soak has not run, and nothing was measured.
    let flag = item(&template, "Switch the flag");
    window.choose_line(&flag).await;
    window.keys(" ").await;
    window.state(&flag, "done").await;
    let gate = item(&template, "Gate: expand");
    window.choose_line(&gate).await;
    window.find("[data-t=gate][data-proposed=hold]").await;
    window.says("[data-t=soak]", "left").await;
    window.picture("20-gate-hold").await;
    window.click("[data-t=decide][data-way=proceed]").await;
    window.says("[data-t=record]", "«hold» is proposed").await;
    window.enter("[data-t=reason-input]", &format!("the pilots are waiting{ENTER}")).await;
    window.says("[data-t=gate-decided]", "the pilots are waiting").await;
    window.find("[data-t=stage][data-standing=passed]").await;
    window.picture("21-gate-passed").await;

    // A trigger trips; going back opens the rollback's lines.
    let rate = format!("[data-t=field-input][data-item=\"{}\"]", item(&template, "Error rate"));
    window.enter(&rate, &format!("4{ENTER}")).await;
    window.says("[data-t=alarm]", "Error rate > 1%").await;
    let revert = item(&template, "Revert the build");
    find_line(&window, "Revert the build").await;
    window.keys(" ").await;
    window.says("[data-t=row-fault]", "nobody has decided to roll back").await;
    window.picture("22-tripped").await;
    window.enter("[data-t=gate-reason]", "error rate").await;
    window.click("[data-t=roll-back]").await;
    window.says("[data-t=no-return]", "migration 0007 stays").await;
    window.says("[data-t=obligation]", "post-mortem").await;
    find_line(&window, "Revert the build").await;
    window.keys(" ").await;
    window.state(&revert, "done").await;

    // What went otherwise stands in one list, each a click to its line.
    window.click("[data-t=tab-record]").await;
    window.click("[data-t=emergency-declare]").await;
    window.enter("[data-t=emergency-declare-reason]", "customers cannot log in").await;
    window.click("[data-t=emergency-declare-confirm]").await;
    window.says("[data-t=emergency]", "customers cannot log in").await;
    window.click("[data-t=tab-deviations]").await;
    for kind in ["Emergency", "TriggerTripped", "RuleNotKept", "Overridden", "LimitNotMet"] {
        window.find(&format!("[data-t=deviation][data-kind={kind}]")).await;
    }
    window.find("[data-t=rule][data-standing=broken]").await;
    window.picture("23-deviations").await;
    window.close().await;
}
