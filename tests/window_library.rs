//! Checklists and people in the real window: a guess corrected and kept, a blank form, a newer version looked at before a record
//! starts; evidence, an incident, the watch handed over and taken. Leaves pictures in `target/window`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

#[path = "window/mod.rs"]
mod window;

use countersign_core::checklist::{Template, read};
use std::path::Path;
use tempfile::TempDir;
use window::{Driver, Window};

const PASSPHRASE: &str = "correct horse battery staple";

const CARDS: &str = "\
# Card service

Last time it took ___ minutes, as far as anybody remembers.

## Before

- [ ] Back up the database
- [ ] Tell support

## Deploy

- [ ] Deploy the release
- p95: ___ ms (target: < 500 ms)
";

struct Scene {
    driver: Driver,
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("cards.md"), CARDS).unwrap();
        Self { driver: Driver::start(), folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    async fn open(&self, files: &[&str]) -> Window {
        let data = self.path("data");
        let args: Vec<_> = ["--data-dir", &data].into_iter().chain(files.iter().copied()).collect();
        Window::open(&self.driver, &args, &Path::new(env!("CARGO_TARGET_TMPDIR")).join("../window")).await
    }
}

fn item(template: &Template, label: &str) -> String {
    let found = template.items.iter().find(|item| item.label.starts_with(label));
    found.unwrap_or_else(|| panic!("the checklist has no «{label}»")).id.to_string()
}

async fn begin(window: &Window, release: &str, person: &str) {
    window.enter("[data-t=header-service]", "cards").await;
    window.enter("[data-t=header-release]", release).await;
    window.enter("[data-t=start-person]", person).await;
    window.click("[data-t=start-confirm]").await;
    window.says("[data-t=headline]", &format!("cards {release}")).await;
}

#[tokio::test]
async fn a_checklist_is_corrected_kept_printed_and_comes_back_changed() {
    let scene = Scene::new();
    let file = scene.path("cards.md");
    let window = scene.open(&[&file]).await;

    // The reading took a memory for a field: it is said to be content, and that is kept and shown.
    window.click("[data-t=reading] [data-line=\"3\"]").await;
    window.says("[data-t=correct]", "Line 3").await;
    window.select("[data-t=correct-as]", "content").await;
    window.find("[data-t=checklist-annotate]").await;
    window.says("[data-t=correct]", "content, corrected").await;
    window.picture("40-corrected").await;

    window.click("[data-t=checklist-blank]").await;
    window.enter("[data-t=papers-path]", &scene.path("blank.pdf")).await;
    window.click("[data-t=papers-confirm]").await;
    window.says("[data-t=papers-told]", "1 pages").await;
    window.picture("41-blank").await;
    assert!(std::fs::read(scene.path("blank.pdf")).unwrap().starts_with(b"%PDF-"));
    window.click("[data-t=dialog-close]").await;

    window.click("[data-t=checklist-keep]").await;
    window.click("[data-t=nav-checklists]").await;
    window.enter("[data-t=checklists-find]", "as far as anybody").await;
    let row = "[data-t=checklist-row][data-name=\"cards.md\"]";
    window.says(row, "kept").await;
    // The text is searched.
    window.gone("[data-t=checklist-row]:not([data-name=\"cards.md\"])").await;
    window.picture("42-library").await;
    window.click(&format!("{row} [data-t=checklist-start]")).await;
    begin(&window, "1", "Ana Kern").await;

    // The file is changed, and whoever starts the next record has to look at what changed.
    let changed = CARDS
        .replace("Tell support", "Tell support and the shops")
        .replace("## Deploy", "- [ ] Warm the cache\n\n## Deploy");
    std::fs::write(scene.path("cards.md"), changed).unwrap();
    window.click("[data-t=open-file]").await;
    window.enter("[data-t=open-path]", &file).await;
    window.click("[data-t=open-confirm]").await;
    window.says("[data-t=reading]", "Warm the cache").await;
    window.click("[data-t=checklist-start]").await;
    window.says("[data-t=changes]", "2 items changed").await;
    window.picture("43-changes").await;
    window.click("[data-t=changes-acknowledge]").await;
    begin(&window, "2", "Ana Kern").await;
    window.click("[data-t=tab-record]").await;
    window.says(".record-panel .facts", "2 items changed").await;
    window.picture("44-since").await;
    window.close().await;
}

#[tokio::test]
async fn evidence_incidents_and_the_watch_stand_in_the_record() {
    let scene = Scene::new();
    let template = read(CARDS.as_bytes());
    std::fs::write(scene.path("deploy.log"), "$ deploy --token hunter2hunter2\ndone\n").unwrap();
    let window = scene.open(&[]).await;
    window.click("[data-t=nav-people]").await;
    window.enter("[data-t=root-name]", "Example Organisation").await;
    window.enter("[data-t=root-passphrase]", PASSPHRASE).await;
    window.click("[data-t=root-make]").await;
    window.find("[data-t=key-row][data-purpose=root]").await;
    window.enter("[data-t=key-name]", "Ana Kern").await;
    window.enter("[data-t=key-passphrase]", PASSPHRASE).await;
    window.enter("[data-t=key-root-passphrase]", PASSPHRASE).await;
    window.click("[data-t=key-make]").await;
    window.find("[data-t=key-row][data-name=\"Ana Kern\"]").await;
    window.click("[data-t=open-file]").await;
    window.enter("[data-t=open-path]", &scene.path("cards.md")).await;
    window.click("[data-t=open-confirm]").await;
    window.click("[data-t=checklist-start]").await;
    begin(&window, "1", "Ana Kern").await;

    // A log with a secret in it: the secret is not kept, and that is told.
    window.choose_line(&item(&template, "Back up")).await;
    window.click("[data-t=evidence-open]").await;
    window.enter("[data-t=evidence-path]", &scene.path("deploy.log")).await;
    window.click("[data-t=evidence-add]").await;
    window.says("[data-t=evidence]", "deploy.log").await;
    window.click("[data-t=tab-deviations]").await;
    window.says("[data-t=deviation][data-kind=Masked]", "1 × password").await;

    window.click("[data-t=tab-record]").await;
    window.click("[data-t=incident-open]").await;
    window.enter("[data-t=incident-title]", "Cards were declined").await;
    window.enter("[data-t=incident-actions]", "Add an alert = Bo Lind").await;
    window.click("[data-t=incident-keep]").await;
    window.says("[data-t=incident]", "Cards were declined").await;

    window.click("[data-t=handover-open]").await;
    window.enter("[data-t=handover-to]", "Bo Lind").await;
    window.enter("[data-t=handover-notes]", "the queue is still long").await;
    window.enter("[data-t=handover-passphrase]", PASSPHRASE).await;
    window.click("[data-t=handover-sign]").await;
    window.says("[data-t=handover]", "the queue is still long").await;
    window.picture("45-handover").await;

    // It is for Bo: whoever else tries is refused.
    window.click("[data-t=take-over]").await;
    window.says("[data-t=fault]", "The handover is for Bo Lind").await;
    window.click("[data-t=person]").await;
    window.enter("[data-t=person-name]", "Bo Lind").await;
    window.click("[data-t=person-keep]").await;
    window.click("[data-t=take-over]").await;
    window.gone("[data-t=take-over]").await;
    window.picture("46-taken").await;
    window.close().await;
}
