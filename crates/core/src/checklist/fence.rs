//! Code fences: what language they are in, which of their lines are tasks, and which are commands.
//!
//! A box in a fence is a task where the fence holds words (no language, text, env, Markdown, a GitHub task list) or shell
//! lines; in source code it is content.

use super::marker::{ListMarker, Mark, Tick};

/// What a fence holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Words, settings or a drawing: boxes are tasks.
    Words,
    /// Commands: boxes at the start of a line are tasks.
    Shell,
    /// Markdown or a GitHub task list.
    Markdown,
    /// Source code or data: boxes are content.
    Code,
}

impl Holds {
    pub(super) fn of(lang: &str) -> Self {
        match lang {
            "" | "text" | "txt" | "plain" | "plaintext" | "env" | "dotenv" | "ini" | "properties" | "conf"
            | "ascii" | "none" | "todo" | "checklist" => Self::Words,
            "bash" | "sh" | "shell" | "zsh" | "console" | "shell-session" | "terminal" | "powershell" | "ps1"
            | "cmd" | "bat" | "fish" => Self::Shell,
            "markdown" | "md" | "[tasklist]" | "tasklist" | "mdx" => Self::Markdown,
            _ => Self::Code,
        }
    }
}

/// A task's line in a fence.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Boxed<'t> {
    pub(super) mark: Mark,
    /// The words after the box, without a frame.
    pub(super) text: &'t str,
}

/// A cheap test that most fences fail: whether a byte occurs that a box starts with.
pub(super) fn may_have_boxes(body: &str, holds: Holds) -> bool {
    let bytes = body.as_bytes();
    holds != Holds::Code
        && (memchr::memchr3(b'[', 0xe2, 0xf0, bytes).is_some()
            || memchr::memchr(b'<', bytes).is_some() && bytes.windows(6).any(|six| six.eq_ignore_ascii_case(b"<input")))
}

/// The text of a fence: its lines, each with one line end of the usual kind.
pub(super) fn text(body: &str) -> String {
    if memchr::memchr(b'\r', body.as_bytes()).is_none() && (body.is_empty() || body.ends_with('\n')) {
        return body.to_owned();
    }
    let mut text = String::with_capacity(body.len() + 1);
    for line in body.split_inclusive('\n') {
        text.push_str(line.trim_end_matches(['\n', '\r']));
        text.push('\n');
    }
    text
}

/// The task that a line of a fence holds, if it holds one.
pub(super) fn boxed(line: &str, holds: Holds) -> Option<Boxed<'_>> {
    if holds == Holds::Code {
        return None;
    }
    let bare = line.trim_start_matches('>').trim_matches([' ', '\t', '│', '┃', '║', '|', '\r', '\n', '\u{a0}']);
    let bare = bare
        .strip_prefix('#')
        .filter(|_| holds == Holds::Shell)
        .map_or(bare, |comment| comment.trim_start_matches(['#', ' ']));
    let marker = ListMarker::at(bare);
    let item = marker.map_or(bare, |marker| bare.get(marker.length..).unwrap_or_default().trim_start());
    let tick = Tick::leading(item)?;
    let text = item.get(tick.length..)?.trim();
    let done = tick.mark != Mark::Open && marker.is_none();
    // A line of output often starts with a ✅; a settled box without a bullet says what was, not what to do.
    if text.is_empty()
        || (done && tick.glyph && item.starts_with(['✅', '✔']))
        || (tick.mark == Mark::Other && marker.is_none())
    {
        return None;
    }
    Some(Boxed { mark: tick.mark, text })
}

/// Nothing but lines of underscores.
pub(super) fn is_note_area(body: &str) -> bool {
    let mut lines = body.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some() && lines.all(|line| line.len() > 4 && line.bytes().all(|byte| byte == b'_'))
}

/// Whether the boxes of a fence are tasks. Beside settled marks and placeholders such as `[HH:MM]` they are the sample of a message.
pub(super) fn takes_boxes(body: &str, holds: Holds) -> bool {
    let settled = body.lines().any(|line| {
        let bare = line.trim_start();
        bare.starts_with(['✅', '⏳', '❌']) || bare.starts_with("[X]") || bare.starts_with("[x]")
    });
    holds != Holds::Words || !(settled && placeholder(body))
}

/// `[Name]`, `[HH:MM]`
fn placeholder(body: &str) -> bool {
    body.split('[').skip(1).any(|tail| {
        let name = tail.split(']').next().unwrap_or_default();
        name.len() > 1
            && name.len() < tail.len()
            && name.len() < 40
            && name.starts_with(|c: char| c.is_ascii_uppercase())
    })
}

/// The commands of a shell fence: lines that are neither empty nor comments, joined where a backslash continues them, each with
/// the bytes before it.
pub(super) fn commands(body: &str) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    let mut start = 0;
    for whole in body.split_inclusive('\n') {
        let at = start;
        start += whole.len();
        let line = whole.trim();
        let line = line.strip_prefix("$ ").unwrap_or(line);
        let text = line.strip_suffix('\\').unwrap_or(line).trim_end();
        if open {
            if let Some((_, command)) = out.last_mut() {
                command.push(' ');
                command.push_str(text);
            }
        } else if is_command_line(text) {
            out.push((at, text.to_owned()));
        } else {
            continue;
        }
        open = line.ends_with('\\');
    }
    out
}

fn is_command_line(text: &str) -> bool {
    let comment = text.starts_with('#') || text.starts_with("//");
    !text.is_empty() && !comment && Tick::leading(text).is_none() && ListMarker::at(text).is_none()
}

/// First words that make inline code a command.
const PROGRAMS: [&str; 76] = [
    "ansible",
    "ansible-playbook",
    "apt",
    "aws",
    "az",
    "bash",
    "bundle",
    "cargo",
    "cat",
    "cd",
    "chmod",
    "composer",
    "cp",
    "curl",
    "df",
    "dig",
    "docker",
    "docker-compose",
    "dotnet",
    "du",
    "echo",
    "export",
    "fly",
    "flyctl",
    "gcloud",
    "gh",
    "git",
    "go",
    "gradle",
    "grep",
    "helm",
    "heroku",
    "htop",
    "journalctl",
    "jq",
    "kill",
    "krel",
    "kubectl",
    "ls",
    "make",
    "mvn",
    "mysql",
    "mysqldump",
    "netlify",
    "nginx",
    "node",
    "npm",
    "npx",
    "openssl",
    "pg_dump",
    "pg_restore",
    "php",
    "ping",
    "pip",
    "pm2",
    "pnpm",
    "poetry",
    "psql",
    "pytest",
    "python",
    "python3",
    "railway",
    "rails",
    "rake",
    "redis-cli",
    "rsync",
    "scp",
    "sed",
    "ssh",
    "sudo",
    "supabase",
    "systemctl",
    "tail",
    "terraform",
    "wget",
    "yarn",
];
const MORE_PROGRAMS: [&str; 6] = ["vercel", "wrangler", "mix", "nslookup", "sh", "tar"];

/// Whether inline code is a command and not a name, a path or a value.
pub(super) fn is_command(code: &str) -> bool {
    let mut words = code.split_ascii_whitespace();
    let Some(first) = words.next() else { return false };
    if words.next().is_none() {
        return first.starts_with("./") && !first.ends_with(['/', 'd']);
    }
    let known = |list: &[&str]| list.contains(&first);
    known(&PROGRAMS) || known(&MORE_PROGRAMS) || first.starts_with("./") && !code.contains(", ")
}

/// Whether a command has parts that must be put in first.
pub(super) fn has_placeholders(command: &str) -> bool {
    if ["YOUR_", "your-domain", "xxx"].iter().any(|name| command.contains(name)) {
        return true;
    }
    if memchr::memchr2(b'<', b'{', command.as_bytes()).is_none() {
        return false;
    }
    let angled = command.split('<').skip(1).any(|tail| {
        let name = tail.split('>').next().unwrap_or_default();
        name.len() < tail.len()
            && name.starts_with(char::is_alphanumeric)
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.'))
    });
    let braced = command.contains("{{")
        || command.split('{').skip(1).any(|tail| {
            let name = tail.split('}').next().unwrap_or_default();
            !name.is_empty() && name.len() < tail.len() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        });
    angled || braced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_in_fences_are_tasks_where_the_fence_holds_words() {
        for (line, lang, text) in [
            ("- [ ] NODE_ENV=production", "env", Some("NODE_ENV=production")),
            ("[ ] Stop the workers", "", Some("Stop the workers")),
            ("# [ ] Stop the workers", "bash", Some("Stop the workers")),
            ("│ ☐ Lint: 0 errors        │", "text", Some("Lint: 0 errors")),
            ("- [ ] a", "markdown", Some("a")),
            ("- [ ] a", "yaml", None),
            ("if [ -f x ]; then", "bash", None),
            ("✅ 12 tests passed", "", None),
            ("[X] failed", "", Some("failed")),
            ("┌──────┐", "", None),
        ] {
            assert_eq!(boxed(line, Holds::of(lang)).map(|found| found.text), text, "{line}");
        }
    }

    #[test]
    fn commands_are_joined_and_comments_left_out() {
        let body = "# first\ncurl -X GET \\\n  -H 'a: b' url\n\n$ ls\n";
        assert_eq!(commands(body), [(8, "curl -X GET -H 'a: b' url".to_owned()), (39, "ls".to_owned())]);
        assert!(is_command("npm run build") && is_command("./release start"));
        assert!(!is_command("postgres") && !is_command("Version X.Y") && !is_command("allkeys-lru"));
        assert!(has_placeholders("gh run rerun <previous-run-id>") && has_placeholders("x/{account_id}/y"));
        assert!(!has_placeholders("a < b > c.txt && awk '{print $1}'"));
    }
}
