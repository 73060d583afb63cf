//! The real window under a WebDriver: clicks, keys, and screenshots of what a person would see. It knows the handles that
//! the user interface documents (`data-t`), and nothing of its insides.
#![allow(dead_code, reason = "each test program uses a part of it")]

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long anything may take to appear on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The driver that starts the app and passes on what it is told. It ends with this value.
pub struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// Starts the driver on two free ports.
    pub fn start() -> Self {
        let program = std::env::var_os("COUNTERSIGN_TAURI_DRIVER").unwrap_or_else(|| "tauri-driver".into());
        let (port, native) = (free_port(), free_port());
        let process = Command::new(&program)
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{program:?} does not start ({error}): cargo xtask setup test"));
        Self { process, port }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // With all that it started: a window that a failed test left open would take the next test's start for its own.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.process.id())]).status();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// An open window.
pub struct Window {
    client: Client,
    pictures: PathBuf,
}

impl Window {
    /// Starts the app with arguments, and waits until it shows something.
    pub async fn open(driver: &Driver, args: &[&str], pictures: &Path) -> Self {
        let app =
            std::env::var("COUNTERSIGN_APP").expect("COUNTERSIGN_APP names the desktop program: cargo xtask test");
        let options = serde_json::json!({ "application": app, "args": args });
        let capabilities = serde_json::json!({ "browserName": "wry", "tauri:options": options });
        let capabilities = capabilities.as_object().unwrap().clone();
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let mut builder = ClientBuilder::new(connector);
        builder.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{}", driver.port);
        let mut tries = 0;
        let client = loop {
            match builder.connect(&address).await {
                Ok(client) => break client,
                Err(error) if tries > 50 => panic!("the window does not open: {error}"),
                Err(_) => tries += 1,
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        std::fs::create_dir_all(pictures).unwrap();
        let window = Self { client, pictures: pictures.to_owned() };
        window.find("[data-t=nav-home]").await;
        window
    }

    /// Waits for an element.
    pub async fn find(&self, css: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => {
                self.picture("failed").await;
                let text = self.text("body").await;
                panic!("{css} does not appear ({error}). The window says:\n{text}");
            }
        }
    }

    /// Waits until there is no such element any more.
    pub async fn gone(&self, css: &str) {
        let until = tokio::time::Instant::now() + PATIENCE;
        while !self.all(css).await.is_empty() {
            if tokio::time::Instant::now() > until {
                self.picture("failed").await;
                panic!("{css} does not go away");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// All elements that are there now.
    pub async fn all(&self, css: &str) -> Vec<Element> {
        self.client.find_all(Locator::Css(css)).await.unwrap()
    }

    /// Clicks.
    pub async fn click(&self, css: &str) {
        let element = self.find(css).await;
        if let Err(error) = element.click().await {
            self.picture("failed").await;
            panic!("{css} cannot be clicked: {error}");
        }
    }

    /// Clicks on a line of the record until it is the chosen one: the record may still be on its way to the screen.
    pub async fn choose_line(&self, item: &str) {
        let line = format!("[data-t=item][data-item=\"{item}\"]");
        for _ in 0..20 {
            self.click(&line).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
            if !self.all(&format!("{line}.chosen")).await.is_empty() {
                return;
            }
        }
        self.picture("failed").await;
        panic!("{line} cannot be chosen");
    }

    /// Replaces what stands in an input.
    pub async fn enter(&self, css: &str, text: &str) {
        let input = self.find(css).await;
        input.clear().await.unwrap();
        input.send_keys(text).await.unwrap();
    }

    /// Chooses an option of a list by its value.
    pub async fn select(&self, css: &str, value: &str) {
        let list = self.find(css).await;
        if let Err(error) = list.select_by_value(value).await {
            self.picture("failed").await;
            panic!("{css} has no «{value}» to choose: {error}");
        }
    }

    /// Presses keys one after the other, wherever the focus is.
    pub async fn keys(&self, keys: &str) {
        for key in keys.chars() {
            let press = KeyActions::new("keyboard".to_owned())
                .then(KeyAction::Down { value: key })
                .then(KeyAction::Up { value: key });
            self.client.perform_actions(press).await.unwrap();
        }
    }

    /// The words on an element.
    pub async fn text(&self, css: &str) -> String {
        match self.client.find(Locator::Css(css)).await {
            Ok(element) => element.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits until an element says something.
    pub async fn says(&self, css: &str, words: &str) {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let text = self.text(css).await;
            if text.contains(words) {
                return;
            }
            if tokio::time::Instant::now() > until {
                self.picture("failed").await;
                panic!("{css} does not say «{words}» but:\n{text}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until the window tells that what was done is on disk: an item in a state.
    pub async fn state(&self, item: &str, state: &str) {
        self.find(&format!("[data-t=item][data-item=\"{item}\"][data-state=\"{state}\"]")).await;
    }

    /// Takes a picture, once what was done last can be seen.
    pub async fn picture(&self, name: &str) {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let png = self.client.screenshot().await.unwrap();
        std::fs::write(self.pictures.join(format!("{name}.png")), png).unwrap();
    }

    /// Ends the session, and with it the app.
    pub async fn close(self) {
        self.client.close().await.unwrap();
    }
}
