//! A screen for the real window where nobody looks: an own Xvfb, and a session bus around what runs on it.

use crate::project::Project;
use crate::shell::{self, Failure};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// Whether a person's display is there to open the app on.
pub(crate) fn is_here() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// A running Xvfb; it ends with this value.
pub(crate) struct Screen {
    server: Child,
    name: String,
}

impl Screen {
    /// Starts Xvfb on a display number of its own choice, and waits until it can be used.
    ///
    /// # Errors
    /// When it is not installed or ends at once; its own words are on stderr.
    pub(crate) fn start(project: &Project) -> Result<Self, Failure> {
        let mut command = project.command("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]);
        let mut server = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| shell::not_started(&command, &error))?;
        let mut number = String::new();
        if let Some(stdout) = server.stdout.take() {
            // It writes the number once it takes connections, or closes the pipe by ending.
            let _ = BufReader::new(stdout).read_line(&mut number);
        }
        let screen = Screen { server, name: format!(":{}", number.trim()) };
        if number.trim().is_empty() {
            return Err(Failure::new("Xvfb ended before it had a screen", shell::alone(&command)));
        }
        Ok(screen)
    }

    /// A command on this screen, with a session bus that ends with it.
    pub(crate) fn command(&self, project: &Project, program: &str) -> Command {
        let mut command = project.command("dbus-run-session");
        command.args(["--", program]);
        command.env("DISPLAY", &self.name).env("GDK_BACKEND", "x11").env_remove("WAYLAND_DISPLAY");
        // With WebKit's compositing switched off a screenshot never comes back.
        command.env_remove("WEBKIT_DISABLE_DMABUF_RENDERER").env_remove("WEBKIT_DISABLE_COMPOSITING_MODE");
        command
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
