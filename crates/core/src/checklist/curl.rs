//! What `curl` and `wget` on a command line ask for, read by their manuals (curl(1) 8.x, wget(1) 1.2x).
//!
//! Options that a probe has no word for are named, so that a person sees what is different. Deliberately not in it: commands that send
//! something are told apart and not taken over.

use super::shell::{self, Simple};
use super::{jq, probe};
use crate::ask::{Method, from_shell, from_words, is_secret_field};

/// What a command with `curl` or `wget` in it comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It asks for something and sends nothing.
    Asks(Call),
    /// It is not to be made into a probe; in a few words, why.
    Not(&'static str),
}

/// What a command asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) urls: Vec<String>,
    /// Names and values.
    pub(super) headers: Vec<(String, String)>,
    /// The status that it is compared with.
    pub(super) status: Option<u16>,
    /// It calls a status from 400 on a failure.
    pub(super) fails: bool,
    /// It goes where a redirect leads.
    pub(super) follows: bool,
    /// Conditions beside the status.
    pub(super) expect: Vec<String>,
    /// What of it a probe does otherwise.
    pub(super) left_out: Vec<String>,
}

const SENDS: &str = "sends data";
const ELSEWHERE: &str = "runs on another computer";

/// Words that stand before a command and change nothing of what it asks.
const BEFORE: [&str; 16] = [
    "sudo", "time", "!", "do", "then", "else", "if", "elif", "while", "until", "{", "exec", "command", "nohup", "$",
    "watch",
];

/// Programs that run a command somewhere else.
const CARRIERS: [&str; 14] = [
    "ssh",
    "docker",
    "docker-compose",
    "podman",
    "kubectl",
    "oc",
    "nsenter",
    "heroku",
    "fly",
    "flyctl",
    "railway",
    "vagrant",
    "gcloud",
    "lxc",
];

/// What the requests of a line of shell come to, in its order.
pub(super) fn of_command(text: &str) -> Vec<Found> {
    if !text.contains("curl") && !text.contains("wget") {
        return Vec::new();
    }
    let line = shell::line(text);
    let mut out = Vec::new();
    for (at, command) in line.commands.iter().enumerate() {
        let after = line.commands.get(at + 1..).unwrap_or_default();
        out.extend(of_simple(command, after, &line.comment));
    }
    out
}

fn of_simple(command: &Simple, after: &[Simple], comment: &str) -> Vec<Found> {
    let Some((program, args)) = program(&command.words) else { return Vec::new() };
    let mut found = match program {
        "curl" => curl(args),
        "wget" => wget(args),
        "bash" | "sh" | "zsh" if args.first().is_some_and(|first| first.starts_with('-') && first.ends_with('c')) => {
            return args.get(1).map(|inner| of_command(inner)).unwrap_or_default();
        }
        _ if CARRIERS.contains(&program) && args.iter().any(|word| asks(word)) => return vec![Found::Not(ELSEWHERE)],
        _ => return Vec::new(),
    };
    if let Found::Asks(call) = &mut found {
        if call.urls.is_empty() {
            return Vec::new();
        }
        if command.piped {
            after.iter().take(1).for_each(|reader| read_by(call, reader));
        } else if let [sign, status, ..] = after.first().map(|next| next.words.as_slice()).unwrap_or_default()
            && matches!(sign.as_str(), "=" | "==" | "-eq")
        {
            call.status = status_of(status);
        }
        call.status = call.status.or_else(|| probe::status(comment));
        call.expect.extend(probe::members(comment));
    }
    vec![found]
}

/// The word is a request, or a whole command with one.
fn asks(word: &str) -> bool {
    matches!(word, "curl" | "wget") || word.contains("curl ") || word.contains("wget ")
}

/// The program that is run, and its arguments.
fn program(words: &[String]) -> Option<(&str, &[String])> {
    let mut rest = words;
    loop {
        let (first, others) = rest.split_first()?;
        let assigned = first.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        rest = match first.as_str() {
            "timeout" => others.get(1..)?,
            "-n" => others.get(1..)?,
            word if assigned || BEFORE.contains(&word) || word.starts_with('-') => others,
            word => return Some((word.rsplit('/').next().unwrap_or(word), others)),
        };
    }
}

/// What an option of curl comes to.
enum Means {
    Method,
    Head,
    Header,
    Agent,
    Fails,
    Follows,
    Sends,
    /// What would be sent goes into the address.
    Get,
    Limit,
    Url,
    /// A probe does it otherwise; with an argument or without one.
    Otherwise(&'static str, bool),
    /// It says nothing of what is asked; with an argument or without one.
    Nothing(bool),
    NotHere,
}

/// By its letter or its long name.
fn meaning(option: &str) -> Means {
    match option {
        "X" | "request" => Means::Method,
        "I" | "head" => Means::Head,
        "H" | "header" => Means::Header,
        "A" | "user-agent" => Means::Agent,
        "f" | "fail" | "fail-with-body" => Means::Fails,
        "L" | "location" | "location-trusted" => Means::Follows,
        "d" | "data" | "data-ascii" | "data-raw" | "data-binary" | "data-urlencode" | "json" | "F" | "form"
        | "form-string" | "T" | "upload-file" => Means::Sends,
        "G" | "get" => Means::Get,
        "m" | "max-time" => Means::Limit,
        "url" => Means::Url,
        "k" | "insecure" => Means::Otherwise("-k (the certificate is checked)", false),
        "resolve" | "connect-to" => Means::Otherwise("--resolve (the name is looked up)", true),
        "x" | "proxy" | "preproxy" | "socks4" | "socks4a" | "socks5" | "socks5-hostname" => {
            Means::Otherwise("the proxy", true)
        }
        "u" | "user" | "oauth2-bearer" => Means::Otherwise("the user and password", true),
        "b" | "cookie" => Means::Otherwise("the cookie", true),
        "cacert" | "capath" | "pinnedpubkey" => Means::Otherwise("the certificates of its own", true),
        "E" | "cert" | "key" => Means::Otherwise("the client certificate", true),
        "K" | "config" => Means::Otherwise("the configuration file", true),
        "unix-socket" | "abstract-unix-socket" => Means::NotHere,
        "o" | "w" | "D" | "c" | "C" | "e" | "r" | "t" | "y" | "Y" | "z" | "U" | "P" | "Q" | "output" | "write-out"
        | "dump-header" | "cookie-jar" | "referer" | "range" | "connect-timeout" | "retry" | "retry-delay"
        | "retry-max-time" | "max-redirs" | "limit-rate" | "noproxy" | "interface" | "dns-servers" | "ciphers"
        | "tls-max" | "max-filesize" | "cert-type" | "key-type" | "output-dir" | "stderr" | "trace" | "trace-ascii"
        | "proto" | "proxy-user" | "speed-time" | "speed-limit" | "keepalive-time" | "etag-compare" | "etag-save" => {
            Means::Nothing(true)
        }
        _ => Means::Nothing(false),
    }
}

impl Means {
    fn takes_argument(&self) -> bool {
        match self {
            Self::Method | Self::Header | Self::Agent | Self::Sends | Self::Limit | Self::Url | Self::NotHere => true,
            Self::Head | Self::Fails | Self::Follows | Self::Get => false,
            Self::Otherwise(_, takes) | Self::Nothing(takes) => *takes,
        }
    }
}

fn curl(args: &[String]) -> Found {
    let mut call = Call::default();
    let (mut data, mut get) = (Vec::new(), false);
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let (options, given) = match word.strip_prefix("--") {
            Some(long) => match long.split_once('=') {
                Some((name, value)) => (vec![(name.to_owned(), meaning(name))], Some(value.to_owned())),
                None => (vec![(long.to_owned(), meaning(long))], None),
            },
            None => match word.strip_prefix('-') {
                Some(letters) => bundle(letters),
                None => {
                    call.urls.extend(address(word));
                    continue;
                }
            },
        };
        for (name, means) in options {
            let value = if means.takes_argument() {
                given.clone().or_else(|| words.next().cloned()).unwrap_or_default()
            } else {
                String::new()
            };
            match means {
                Means::Method => match value.to_ascii_uppercase().as_str() {
                    "GET" => call.method = Method::Get,
                    "HEAD" => call.method = Method::Head,
                    _ => return Found::Not(SENDS),
                },
                Means::Head => call.method = Method::Head,
                Means::Header => call.header(&value),
                Means::Agent => call.header(&format!("User-Agent: {value}")),
                Means::Fails => call.fails = true,
                Means::Follows => call.follows = true,
                Means::Sends => data.push((name == "data-urlencode", value)),
                Means::Get => get = true,
                Means::Limit => call.expect.extend(seconds(&value)),
                Means::Url => call.urls.extend(address(&value)),
                Means::Otherwise(what, _) => call.left_out.push(what.to_owned()),
                Means::Nothing(_) => {}
                Means::NotHere => return Found::Not("asks a socket of its own computer"),
            }
        }
    }
    if !data.is_empty() && !get {
        return Found::Not(SENDS);
    }
    for (encoded, value) in data {
        let query = if encoded { percent_encoded(&value) } else { value };
        for url in &mut call.urls {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&query);
        }
    }
    Found::Asks(call)
}

/// `-sSfL`, `-XPOST`, `-so/dev/null`: letters, of which the first that takes an argument ends the bundle.
fn bundle(letters: &str) -> (Vec<(String, Means)>, Option<String>) {
    let mut options = Vec::new();
    for (at, letter) in letters.char_indices() {
        let name = letter.to_string();
        let means = meaning(&name);
        let takes = means.takes_argument();
        options.push((name, means));
        if takes {
            let rest = letters.get(at + letter.len_utf8()..).filter(|rest| !rest.is_empty());
            return (options, rest.map(str::to_owned));
        }
    }
    (options, None)
}

fn wget(args: &[String]) -> Found {
    let mut call = Call { fails: true, follows: true, ..Call::default() };
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let (name, given) = word.split_once('=').unwrap_or((word, ""));
        match name {
            "--spider" => call.method = Method::Head,
            "--post-data" | "--post-file" | "--body-data" | "--body-file" => return Found::Not(SENDS),
            "--method" if !matches!(given, "GET" | "HEAD") => return Found::Not(SENDS),
            "--header" if given.is_empty() => call.header(words.next().map_or("", String::as_str)),
            "--header" => call.header(given),
            "--no-check-certificate" => call.left_out.push(format!("{name} (the certificate is checked)")),
            "--user" | "--password" | "--http-user" | "--http-password" => {
                call.left_out.push("the user and password".to_owned());
            }
            "-O" | "-o" | "-P" | "-t" | "-T" | "-U" | "--tries" | "--timeout" if given.is_empty() => {
                words.next();
            }
            _ => call.urls.extend(address(word)),
        }
    }
    Found::Asks(call)
}

impl Default for Call {
    fn default() -> Self {
        Self {
            method: Method::Get,
            urls: Vec::new(),
            headers: Vec::new(),
            status: None,
            fails: false,
            follows: false,
            expect: Vec::new(),
            left_out: Vec::new(),
        }
    }
}

impl Call {
    /// `Name: value`; what is a secret is named by the variable that holds it, or left out.
    fn header(&mut self, text: &str) {
        let Some((name, value)) = text.split_once(':') else { return };
        let (name, value) = (name.trim(), from_words(value.trim()));
        match () {
            () if name.is_empty() || value.is_empty() => {}
            () if is_secret_field(name) && !value.contains("${env:") => {
                self.left_out.push(format!("the header {name} (its value stands in the text)"));
            }
            () => self.headers.push((name.to_owned(), value)),
        }
    }
}

/// A word that is a web address.
fn address(word: &str) -> Option<String> {
    let bare = word.trim_matches(['"', '\'', '`', ',']);
    let (scheme, rest) = bare.split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    // A host must be known before anything is put in; what stands behind it may be a variable.
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    Some(format!("{scheme}://{host}{}", from_shell(path)))
}

/// curl gives up after so many seconds, so an answer that takes longer is a failure.
fn seconds(value: &str) -> Option<String> {
    let plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    plain.then(|| format!("response_time < {value} s"))
}

fn status_of(text: &str) -> Option<u16> {
    text.parse().ok().filter(|status| (100..600).contains(status))
}

/// What the next command looks for in the answer.
fn read_by(call: &mut Call, reader: &Simple) {
    let Some((program, args)) = program(&reader.words) else { return };
    match program {
        "jq" => match jq::conditions(args) {
            jq::Read::Holds(conditions) => call.expect.extend(conditions),
            jq::Read::Shows => {}
            jq::Read::Otherwise => call.left_out.push("what jq looks for".to_owned()),
        },
        "grep" | "egrep" | "fgrep" | "rg" => {
            let Some(pattern) = args.iter().find(|word| !word.starts_with('-')) else { return };
            let last = pattern.rsplit([' ', '*']).next().unwrap_or_default();
            match status_of(last) {
                Some(status) => call.status = Some(status),
                None => match probe::members(&format!("{{{pattern}}}")) {
                    members if members.is_empty() => call.left_out.push("what grep looks for".to_owned()),
                    members => call.expect.extend(members),
                },
            }
        }
        _ => {}
    }
}

/// `name=content` with the content percent-encoded (RFC 3986, section 2.1), as `--data-urlencode` does.
fn percent_encoded(data: &str) -> String {
    let (name, content) = data.split_once('=').unwrap_or(("", data));
    let mut out = String::with_capacity(data.len());
    if !name.is_empty() {
        out.push_str(name);
        out.push('=');
    }
    for byte in content.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                for digit in [byte >> 4, byte & 15] {
                    out.extend(char::from_digit(digit.into(), 16).map(|digit| digit.to_ascii_uppercase()));
                }
                let at = out.len().saturating_sub(2);
                out.insert(at, '%');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
