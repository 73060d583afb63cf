//! The whole main job in the real window, with clicks and keys: from a first start to a verified report. Leaves a picture of
//! each step in `target/window`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

#[path = "window/service.rs"]
mod service;
#[path = "window/mod.rs"]
mod window;

use countersign_core::checklist::{Template, read};
use countersign_tests::{elsewhere, programs};
use std::path::{Path, PathBuf};
use window::{Driver, Window};

const PASSPHRASE: &str = "correct horse battery staple";
const ENTER: &str = "\u{E007}";

/// A small checklist with one of each: ticks, a value with a limit, a choice, a probe, two sign-off lines.
fn checklist(address: std::net::SocketAddr) -> String {
    format!(
        "# Window release\n\n## Before\n\n- [ ] Back up the database\n- [ ] Announce the window\n\
         - p95: ___ ms (target: < 500 ms)\n- Better than before? ☐ Yes ☐ No ☐ Similar\n\n## Deploy\n\n- [ ] Deploy the release\n\
         - [ ] The API answers\n  <!-- cs: probe GET http://{address}/health; expect http.status == 200 -->\n\n## Sign-off\n\n\
         - [ ] Engineering lead: ________________ Date: _______\n- [ ] Operations lead: ________________ Date: _______\n"
    )
}

struct Scene {
    driver: Driver,
    folder: tempfile::TempDir,
    template: Template,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = checklist(service::start());
        std::fs::write(folder.path().join("window-release.md"), &text).unwrap();
        Self { driver: Driver::start(), template: read(text.as_bytes()), folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    async fn open(&self, files: &[&str]) -> Window {
        let data = self.path("data");
        let args: Vec<_> = ["--data-dir", &data].into_iter().chain(files.iter().copied()).collect();
        Window::open(&self.driver, &args, &pictures()).await
    }

    fn item(&self, label: &str) -> String {
        let found = self.template.items.iter().find(|item| item.label.starts_with(label));
        found.unwrap_or_else(|| panic!("the checklist has no «{label}»")).id.to_string()
    }
}

fn pictures() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("../window")
}

fn of(handle: &str, item: &str) -> String {
    format!("[data-t={handle}][data-item=\"{item}\"]")
}

#[tokio::test]
async fn from_a_first_start_to_a_verified_report() {
    let scene = Scene::new();
    let window = scene.open(&[&scene.path("window-release.md")]).await;
    people(&window, &scene).await;
    start(&window, &scene).await;
    fill_in(&window, &scene).await;
    probe(&window, &scene).await;
    window.close().await;

    // What the window said was saved is there after a new start.
    let window = scene.open(&[]).await;
    window.picture("07-home").await;
    window.click("[data-t=record-card]").await;
    for label in ["Back up", "Announce", "p95", "Deploy the"] {
        window.find(&format!("{}:not([data-state=open])", of("item", &scene.item(label)))).await;
    }
    sign(&window, "Lena Lead", "Engineering lead").await;
    sign(&window, "Omar Ops", "Operations lead").await;
    stale(&window, &scene).await;
    report(&window, &scene).await;
    verify(&window, &scene).await;
    window.click("[data-t=nav-settings]").await;
    window.click("[data-t=theme-dark]").await;
    window.picture("15-settings-dark").await;
    window.click("[data-t=nav-register]").await;
    window.click("[data-t=register-row] button").await;
    window.find("[data-t=record]").await;
    window.picture("16-record-dark").await;
    window.close().await;
}

/// The organisation's root and two people's keys; a wrong passphrase on the way.
async fn people(window: &Window, scene: &Scene) {
    window.find("[data-t=reading]").await;
    window.picture("01-checklist").await;
    window.click("[data-t=nav-people]").await;
    window.enter("[data-t=root-name]", "Example Organisation").await;
    window.enter("[data-t=root-passphrase]", PASSPHRASE).await;
    window.click("[data-t=root-make]").await;
    window.find("[data-t=key-row][data-purpose=root]").await;
    for (name, root_passphrase) in [("Lena Lead", "wrong"), ("Lena Lead", PASSPHRASE), ("Omar Ops", PASSPHRASE)] {
        window.enter("[data-t=key-name]", name).await;
        window.enter("[data-t=key-passphrase]", PASSPHRASE).await;
        window.enter("[data-t=key-root-passphrase]", root_passphrase).await;
        window.click("[data-t=key-make]").await;
        match root_passphrase {
            "wrong" => window.says("[data-t=fault]", "passphrase").await,
            _ => drop(window.find(&format!("[data-t=key-row][data-name=\"{name}\"]")).await),
        }
    }
    window.enter("[data-t=roots-path]", &scene.path("roots.pem")).await;
    window.click("[data-t=roots-export]").await;
    window.find("[data-t=success]").await;
    import(window, scene).await;
    window.picture("02-people").await;
    assert!(std::fs::read_to_string(scene.path("roots.pem")).unwrap().contains("BEGIN CERTIFICATE"));
}

/// A key that another program made is imported, once its passphrase is right.
async fn import(window: &Window, scene: &Scene) {
    let Some(openssl) = programs::foreign("openssl") else { return };
    let key = elsewhere::key(&openssl, scene.folder.path(), "Ada Import", PASSPHRASE);
    window.enter("[data-t=import-path]", &key.display().to_string()).await;
    window.enter("[data-t=import-passphrase]", "wrong").await;
    window.click("[data-t=import-run]").await;
    window.says("[data-t=fault]", "passphrase").await;
    window.enter("[data-t=import-passphrase]", PASSPHRASE).await;
    window.click("[data-t=import-run]").await;
    window.find("[data-t=key-row][data-name=\"Ada Import\"]").await;
}

/// A record from the file, by the dialog.
async fn start(window: &Window, scene: &Scene) {
    window.click("[data-t=open-file]").await;
    window.enter("[data-t=open-path]", &scene.path("window-release.md")).await;
    window.picture("03-open").await;
    window.click("[data-t=open-confirm]").await;
    window.click("[data-t=checklist-start]").await;
    for (key, value) in [
        ("service", "campaign platform"),
        ("release", "2.4.0"),
        ("artifact", "3f2a9c1"),
        ("environment", "production"),
        ("deployer", "Dana Deployer"),
    ] {
        window.enter(&format!("[data-t=header-{key}]"), value).await;
    }
    window.enter("[data-t=start-person]", "Dana Deployer").await;
    window.picture("04-start").await;
    window.click("[data-t=start-confirm]").await;
    window.says("[data-t=headline]", "campaign platform 2.4.0").await;
}

/// Ticks by key, a value with its verdict, a choice, a reason, a note.
async fn fill_in(window: &Window, scene: &Scene) {
    let (back_up, announce, p95) = (scene.item("Back up"), scene.item("Announce"), scene.item("p95"));
    window.choose_line(&back_up).await;
    window.keys(" ").await;
    window.state(&back_up, "done").await;
    window.choose_line(&announce).await;
    window.keys("n").await;
    window.enter("[data-t=reason-input]", "no users at night").await;
    window.click("[data-t=reason-keep]").await;
    window.state(&announce, "not applicable").await;
    let input = of("field-input", &p95);
    window.enter(&input, &format!("5 %{ENTER}")).await;
    window.says("[data-t=record]", "ms").await;
    window.enter(&input, &format!("0.612 s{ENTER}")).await;
    window.says("[data-t=record]", "not met").await;
    window.enter(&input, &format!("480{ENTER}")).await;
    // A changed value asks why.
    window.enter("[data-t=reason-input]", "read the wrong graph").await;
    window.click("[data-t=reason-keep]").await;
    window.state(&p95, "done").await;
    let choice = scene.item("Better");
    window.click(&format!("{}[data-option=Similar]", of("choice-option", &choice))).await;
    window.state(&choice, "done").await;
    let deploy = scene.item("Deploy the");
    window.choose_line(&deploy).await;
    window.enter("[data-t=note-input]", "went out at once").await;
    window.click("[data-t=note-keep]").await;
    window.find("[data-t=note]").await;
    window.click("[data-t=evidence-open]").await;
    window.enter("[data-t=evidence-path]", &scene.path("window-release.md")).await;
    window.click("[data-t=evidence-add]").await;
    window.says("[data-t=evidence]", "window-release.md").await;
    window.choose_line(&deploy).await;
    window.keys(" ").await;
    window.state(&deploy, "done").await;
    window.picture("05-record").await;
}

/// A probe offline, then online; its host is allowed first.
async fn probe(window: &Window, scene: &Scene) {
    let answers = scene.item("The API");
    window.click("[data-t=nav-settings]").await;
    window.click("[data-t=work-offline]").await;
    window.says("[data-t=network]", "offline").await;
    window.click("[data-t=nav-home]").await;
    window.click("[data-t=record-card]").await;
    window.choose_line(&answers).await;
    window.click("[data-t=probe-allow]").await;
    window.click("[data-t=probe-run]").await;
    window.find("[data-t=probe][data-outcome=not_executed]").await;
    window.picture("06-offline").await;
    window.click("[data-t=nav-settings]").await;
    window.click("[data-t=work-offline]").await;
    window.says("[data-t=network]", "online").await;
    window.click("[data-t=nav-home]").await;
    window.click("[data-t=record-card]").await;
    window.choose_line(&answers).await;
    window.find("[data-t=probe][data-outcome=met]").await;
    window.choose_line(&answers).await;
    window.keys(" ").await;
    window.state(&answers, "done").await;
    window.picture("06-online").await;
}

async fn sign(window: &Window, person: &str, role: &str) {
    window.click("[data-t=sign-off-open]").await;
    window.click(&format!("[data-t=sign-key][data-name=\"{person}\"]")).await;
    window.enter("[data-t=sign-role]", role).await;
    window.find("[data-t=statement]").await;
    window.enter("[data-t=passphrase]", PASSPHRASE).await;
    window.picture("08-sign-off").await;
    window.click("[data-t=sign-confirm]").await;
    window.find(&format!("[data-t=signed][data-role=\"{role}\"][data-stale=false]")).await;
    window.click("[data-t=back-to-record]").await;
    window.find("[data-t=record]").await;
}

/// A change after a sign-off shows it as stale, with what changed; signing again makes it good.
async fn stale(window: &Window, scene: &Scene) {
    let input = of("field-input", &scene.item("p95"));
    window.enter(&input, &format!("470{ENTER}")).await;
    window.enter("[data-t=reason-input]", "measured again").await;
    window.click("[data-t=reason-keep]").await;
    window.says("[data-t=record]", "470").await;
    window.click("[data-t=sign-off-open]").await;
    window.find("[data-t=signed][data-stale=true]").await;
    window.says("body", "470 ms").await;
    window.picture("09-stale").await;
    window.click("[data-t=back-to-record]").await;
    sign(window, "Lena Lead", "Engineering lead").await;
    sign(window, "Omar Ops", "Operations lead").await;
}

/// Close, make, sign with both keys, export.
async fn report(window: &Window, scene: &Scene) {
    window.click("[data-t=report-open]").await;
    window.enter("[data-t=summary]", "Live.").await;
    window.picture("10-close").await;
    window.click("[data-t=close-confirm]").await;
    window.click("[data-t=report-make]").await;
    for signed in 1..=2 {
        let open = "[data-t=report-field][data-signed=false]";
        window.enter(&format!("{open} [data-t=report-passphrase]"), PASSPHRASE).await;
        window.click(&format!("{open} [data-t=report-sign]")).await;
        // The application's own signature is there from the start.
        let all = format!("[data-t=report-field][data-signed=true]:nth-child({})", signed + 1);
        window.find(&all).await;
    }
    assert!(window.all("[data-t=report-field][data-signed=false]").await.is_empty());
    window.enter("[data-t=report-export-path]", &scene.path("report.pdf")).await;
    window.click("[data-t=report-export]").await;
    window.find("[data-t=success]").await;
    window.picture("11-report").await;
    assert!(std::fs::read(scene.path("report.pdf")).unwrap().starts_with(b"%PDF-"));
}

/// Verified with the exported roots it holds; with one byte changed it does not.
async fn verify(window: &Window, scene: &Scene) {
    let mut bytes = std::fs::read(scene.path("report.pdf")).unwrap();
    bytes[2000] ^= 1;
    std::fs::write(scene.path("changed.pdf"), bytes).unwrap();
    for (name, holds) in [("report.pdf", true), ("changed.pdf", false)] {
        window.click("[data-t=nav-verify]").await;
        window.enter("[data-t=verify-path]", &scene.path(name)).await;
        window.enter("[data-t=verify-trust]", &scene.path("roots.pem")).await;
        window.click("[data-t=verify-run]").await;
        if holds {
            window.find("[data-t=verify-overall][data-holds=true]").await;
            for verdict in ["integrity", "identity", "time", "completeness", "policy"] {
                window.find(&format!("[data-t=verdict-{verdict}][data-outcome=yes]")).await;
            }
            window.picture("13-verified").await;
        } else {
            window.find("[data-t=verify-overall][data-holds=false], [data-t=fault]").await;
            window.picture("14-changed").await;
        }
    }
}
