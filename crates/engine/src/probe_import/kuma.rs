//! `monitorList` of an Uptime Kuma export («Settings, Backup» of version 1, and what its API lists).

use super::yaml::{self, Node};
use super::{Draft, Found, environment, quoted, value};

pub(super) fn read(tree: &Node, found: &mut Found) {
    for monitor in tree.get("monitorList").map(Node::list).unwrap_or_default() {
        let name = monitor.words("name").unwrap_or("a monitor").to_owned();
        if monitor.is_false("active") {
            found.leave(monitor, &name, "it is paused");
        } else if monitor.is_true("upsideDown") {
            found.leave(monitor, &name, "«upside down» has no counterpart");
        } else {
            monitor_of(monitor, name, found);
        }
    }
}

fn monitor_of(monitor: &Node, name: String, found: &mut Found) {
    let kind = monitor.words("type").unwrap_or_default();
    let host = || monitor.words("hostname").unwrap_or_default();
    let mut draft = Draft { name, line: monitor.line, ..Draft::default() };
    match kind {
        "http" | "keyword" | "json-query" => http(monitor, kind, &mut draft, found),
        "port" => draft.ask = format!("tcp {}:{}", host(), monitor.words("port").unwrap_or_default()),
        "dns" => {
            let record = monitor.words("dns_resolve_type").unwrap_or("A");
            let server = monitor.words("dns_resolve_server").map(|server| format!(" @{server}")).unwrap_or_default();
            draft.ask = format!("dns {record} {}{server}", host());
        }
        "redis" | "postgres" => {
            let Some(ask) = database(monitor, kind, &draft.name, found) else { return };
            draft.ask = ask;
        }
        "group" => return,
        _ => {
            return found.leave(monitor, &draft.name, &format!("there is no probe for a monitor of the type «{kind}»"));
        }
    }
    found.add(draft);
}

fn http(monitor: &Node, kind: &str, draft: &mut Draft, found: &mut Found) {
    let method = monitor.words("method").unwrap_or("GET");
    draft.ask = format!("{method} {}", environment(monitor.words("url").unwrap_or_default()));
    // The fields stand in a text that is JSON.
    let fields = monitor.words("headers").and_then(|text| yaml::read(text).ok());
    for (field, value) in fields.as_ref().map(Node::entries).unwrap_or_default() {
        draft.ask.extend(found.header(monitor, &draft.name, field, value.as_words().unwrap_or_default()));
    }
    if let Some(body) = monitor.words("body") {
        draft.ask.push_str(&format!(" body={}", quoted(&environment(body))));
    }
    if monitor.words("maxredirects") == Some("0") {
        draft.ask.push_str(" follow=no");
    }
    let codes = monitor.get("accepted_statuscodes").map(Node::list).unwrap_or_default();
    let codes: Vec<_> = codes.into_iter().filter_map(Node::as_words).map(status).collect();
    draft.expect.push(if codes.is_empty() { "http.status in 200..299".to_owned() } else { codes.join(" or ") });
    if kind == "json-query" {
        json_query(monitor, draft, found);
    }
    if let Some(word) = monitor.words("keyword").filter(|_| kind == "keyword") {
        found.leave(
            monitor,
            &draft.name,
            &format!("the keyword «{word}»: a condition cannot look for words within a text"),
        );
    }
    if monitor.is_true("ignoreTls") {
        found.leave(monitor, &draft.name, "certificates are checked, which the monitor did not");
    }
    if monitor.words("authMethod").is_some_and(|method| method != "null") || monitor.words("basic_auth_user").is_some()
    {
        found.leave(
            monitor,
            &draft.name,
            "user and password are not taken over; name a header and a variable of the environment",
        );
    }
    for key in ["proxyId", "grpcUrl"] {
        if let Some(of) = monitor.get(key) {
            found.leave(of, &draft.name, &format!("«{key}» is not taken over"));
        }
    }
}

/// `200-299`, `204`
fn status(code: &str) -> String {
    match code.split_once('-') {
        Some((low, high)) => format!("http.status in {low}..{high}"),
        None => format!("http.status == {code}"),
    }
}

fn json_query(monitor: &Node, draft: &mut Draft, found: &mut Found) {
    let path = monitor.words("jsonPath").unwrap_or("$").trim_start_matches('$').trim_start_matches('.');
    let plain = !path.is_empty() && path.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '[' | ']'));
    let sign = monitor.words("jsonPathOperator").unwrap_or("==");
    match monitor.words("expectedValue") {
        Some(expected) if plain && matches!(sign, "==" | "!=" | "<" | "<=" | ">" | ">=") => {
            draft.expect.push(format!("body.{path} {sign} {}", value(expected)));
        }
        _ => found.leave(monitor, &draft.name, "its query is not understood"),
    }
}

/// `postgres://user:password@host:5432/shop`; a password never comes along.
fn database(monitor: &Node, kind: &str, name: &str, found: &mut Found) -> Option<String> {
    let text = monitor.words("databaseConnectionString").unwrap_or_default();
    let Some((_, rest)) = text.split_once("://") else {
        found.leave(monitor, name, "it has no «databaseConnectionString»");
        return None;
    };
    let (login, place) = rest.rsplit_once('@').unwrap_or(("", rest));
    let place = place.split('?').next().unwrap_or_default();
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let user = if user.is_empty() { String::new() } else { format!(" user={}", quoted(user)) };
    if !password.is_empty() {
        found.leave(
            monitor,
            name,
            "its password stands in the file; the probe takes it from the variable PROBE_PASSWORD",
        );
    }
    let password = if password.is_empty() { "" } else { " password=${env:PROBE_PASSWORD}" };
    Some(match kind {
        "redis" => format!("redis {}{user}{password} PING", place.split('/').next().unwrap_or_default()),
        _ => format!("postgres {place}{user}{password} {}", monitor.words("databaseQuery").unwrap_or("SELECT 1")),
    })
}
