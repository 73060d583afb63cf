//! The verifier page in a real browser: WebKit, from `file://`, with nothing but the page, a report and the certificates. It says
//! what the command line says. Leaves pictures in `target/window`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, Ran, Tour, verdicts};
use countersign_tests::{programs, tamper};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
const VERDICTS: [&str; 5] = ["integrity", "identity", "time", "completeness", "policy"];

/// WebKit's own driver, which starts its small browser. It ends with this value.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start() -> Self {
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let mut command = Command::new("WebKitWebDriver");
        command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().unwrap_or_else(|error| panic!("WebKitWebDriver does not start: {error}"));
        Self { process, port }
    }

    async fn browser(&self) -> Client {
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        if let Some(binary) = browser() {
            let options = serde_json::json!({ "binary": binary, "args": ["--automation"] });
            let wanted = serde_json::json!({ "webkitgtk:browserOptions": options });
            builder.capabilities(wanted.as_object().unwrap().clone());
        }
        let address = format!("http://127.0.0.1:{}", self.port);
        let mut tries = 0;
        loop {
            match builder.connect(&address).await {
                Ok(client) => return client,
                Err(error) if tries > 50 => panic!("the browser does not open: {error}"),
                Err(_) => tries += 1,
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// WebKit's small browser, which comes with its library. Where it lies elsewhere the driver knows better.
fn browser() -> Option<PathBuf> {
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/libexec", "/usr/lib"];
    folders.map(|folder| Path::new(folder).join("webkit2gtk-4.1/MiniBrowser")).into_iter().find(|path| path.is_file())
}

/// Gives the page the two files, and waits for what it says.
async fn judged(client: &Client, page: &Path, report: &str, roots: &str) -> Value {
    client.goto(&format!("file://{}", page.display())).await.unwrap();
    let choose = async |id: &str, path: &str| {
        let input = client.wait().at_most(PATIENCE).for_element(Locator::Id(id)).await.unwrap();
        input.send_keys(path).await.unwrap();
    };
    choose("trust", roots).await;
    choose("report", report).await;
    let found = client.wait().at_most(PATIENCE).for_element(Locator::Css("#found[data-holds]")).await.unwrap();
    let mut said = serde_json::json!({ "holds": found.attr("data-holds").await.unwrap().unwrap() == "true" });
    for verdict in VERDICTS {
        let card = client.find(Locator::Css(&format!("[data-verdict={verdict}]"))).await.unwrap();
        let outcome = card.attr("data-outcome").await.unwrap().unwrap();
        let mut reasons = Vec::new();
        for line in card.find_all(Locator::Css("li")).await.unwrap() {
            reasons.push(line.text().await.unwrap());
        }
        said[verdict] = serde_json::json!({ "outcome": outcome, "reasons": reasons });
    }
    said
}

#[tokio::test]
async fn the_page_says_in_a_browser_what_the_command_line_says() {
    let desk = Desk::new();
    // As an auditor gets it: the page beside the report.
    let data = Tour::taken().data();
    let report = desk.arg("report.pdf");
    let mut hand_over = Command::new(programs::cli());
    hand_over.arg("--data-dir").arg(data).args(["report", "1", "-o", &report, "--with-verifier"]);
    Ran::of(&mut hand_over).expect(0);
    let page = desk.path("countersign-verifier.html");
    assert!(page.is_file(), "the page lies beside the report");
    let roots = Tour::taken().roots();

    let driver = Driver::start();
    let client = driver.browser().await;
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/window");
    std::fs::create_dir_all(&pictures).unwrap();
    let good = std::fs::read(&report).unwrap();
    let changed = desk.write("changed.pdf", tamper::flipped(&good, 5_000));
    let overdrawn = desk.write("overdrawn.pdf", tamper::overdrawn(&good));
    for (file, name) in
        [(&report, "verifier-holds"), (&changed, "verifier-changed"), (&overdrawn, "verifier-overdrawn")]
    {
        let ours = desk.run(&["--json", "verify", file, "--trust", &roots]).json();
        let theirs = judged(&client, &page, file, &roots).await;
        std::fs::write(pictures.join(format!("{name}.png")), client.screenshot().await.unwrap()).unwrap();
        assert_eq!(verdicts(&theirs), verdicts(&ours), "{name}: {theirs:#}");
        assert_eq!(theirs["holds"], ours["holds"]);
        for verdict in VERDICTS {
            assert_eq!(theirs[verdict]["reasons"], ours[verdict]["reasons"], "{name}, {verdict}");
        }
        let loaded =
            client.execute("return performance.getEntriesByType('resource').map((one) => one.name)", Vec::new()).await;
        let loaded = loaded.unwrap();
        let remote = loaded.as_array().unwrap().iter().filter(|one| !one.as_str().unwrap().starts_with("blob:"));
        assert_eq!(remote.count(), 0, "the page loads nothing: {loaded}");
    }
    let told = judged(&client, &page, &report, &roots).await;
    assert_eq!(verdicts(&told), ["yes"; 5]);
    let told = judged(&client, &page, &changed, &roots).await;
    assert!(told["integrity"]["reasons"].to_string().contains("the signed bytes were changed"), "{told:#}");
    client.close().await.unwrap();
}
