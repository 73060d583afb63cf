//! `endpoints` of Gatus (its README, sections «Configuration» and «Conditions», version 5).

use super::yaml::Node;
use super::{Draft, Found, environment, quoted, seconds, value};

pub(super) fn read(tree: &Node, found: &mut Found) {
    for endpoint in tree.get("endpoints").map(Node::list).unwrap_or_default() {
        endpoint_of(endpoint, found);
    }
    for key in ["external-endpoints", "suites"] {
        if let Some(node) = tree.get(key) {
            found.leave(node, key, "only endpoints are taken over");
        }
    }
}

fn endpoint_of(node: &Node, found: &mut Found) {
    let url = environment(node.words("url").unwrap_or_default());
    let own = node.words("name").unwrap_or(&url).to_owned();
    let name = node.words("group").map_or_else(|| own.clone(), |group| format!("{group}: {own}"));
    if node.is_false("enabled") {
        return found.leave(node, &name, "it is switched off");
    }
    let Some((ask, kind)) = ask(node, &name, &url, found) else { return };
    let mut draft = Draft { name: name.clone(), line: node.line, ask, expect: Vec::new() };
    for condition in node.get("conditions").map(Node::list).unwrap_or_default() {
        let text = condition.as_words().unwrap_or_default();
        match self::condition(text, kind) {
            Said::Holds(text) => draft.expect.push(text),
            Said::Among(expected) => draft.ask.push_str(&format!(" {}", quoted(&expected))),
            Said::Anyway => {}
            Said::Nothing => found.leave(condition, &name, &format!("the condition «{text}» has no counterpart")),
        }
    }
    if matches!(kind, Kind::Dns) && draft.ask.ends_with('"') {
        draft.expect.push("dns.has == true".to_owned());
    }
    found.add(draft);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Http,
    Tls,
    Tcp,
    Dns,
    WebSocket,
}

/// What an endpoint asks, in the words of probes.
fn ask(node: &Node, name: &str, url: &str, found: &mut Found) -> Option<(String, Kind)> {
    if let Some(dns) = node.get("dns") {
        let query = dns.words("query-name").unwrap_or_default().trim_end_matches('.');
        let server = url.trim_start_matches("dns://");
        return Some((format!("dns {} {query} @{server}", dns.words("query-type").unwrap_or("A")), Kind::Dns));
    }
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    match scheme {
        "http" | "https" => Some((http(node, name, url, found)?, Kind::Http)),
        "ws" | "wss" => Some((format!("ws {url}"), Kind::WebSocket)),
        "tls" => Some((format!("tls {rest}"), Kind::Tls)),
        "tcp" => Some((format!("tcp {rest}"), Kind::Tcp)),
        _ => {
            found.leave(node, name, &format!("there is no probe for «{scheme}://»"));
            None
        }
    }
}

fn http(node: &Node, name: &str, url: &str, found: &mut Found) -> Option<String> {
    let method = node.words("method").unwrap_or("GET").to_ascii_uppercase();
    if node.is_true("graphql") {
        found.leave(node, name, "GraphQL is not asked");
        return None;
    }
    let mut ask = format!("{method} {url}");
    for (field, value) in node.get("headers").map(Node::entries).unwrap_or_default() {
        ask.extend(found.header(value, name, field, value.as_words().unwrap_or_default()));
    }
    if let Some(body) = node.words("body") {
        ask.push_str(&format!(" body={}", quoted(&environment(body))));
    }
    if let Some(client) = node.get("client") {
        if client.is_true("ignore-redirect") {
            ask.push_str(" follow=no");
        }
        if client.is_true("insecure") {
            found.leave(client, name, "«insecure» is not taken over: certificates are checked");
        }
        for key in ["proxy-url", "oauth2", "identity-aware-proxy", "tls", "dns-resolver", "tunnel"] {
            if let Some(of) = client.get(key) {
                found.leave(of, name, &format!("«{key}» is not taken over"));
            }
        }
    }
    Some(ask)
}

/// What a condition comes to.
enum Said {
    Holds(String),
    /// Among the answers of a look-up.
    Among(String),
    /// It holds whenever there is an answer.
    Anyway,
    Nothing,
}

fn condition(text: &str, kind: Kind) -> Said {
    let Some((left, sign, right)) = ["==", "!=", "<=", ">=", "<", ">"].iter().find_map(|sign| {
        let (left, right) = text.split_once(&format!(" {sign} "))?;
        Some((left.trim(), *sign, right.trim()))
    }) else {
        return Said::Nothing;
    };
    if right.contains("pat(") || left.contains("pat(") || left.starts_with("len(") {
        return Said::Nothing;
    }
    if let Some(inside) = right.strip_prefix("any(").and_then(|inside| inside.strip_suffix(')')) {
        let each: Vec<_> = inside.split(',').map(|one| condition(&format!("{left} == {}", one.trim()), kind)).collect();
        let texts: Option<Vec<String>> =
            each.into_iter().map(|said| if let Said::Holds(text) = said { Some(text) } else { None }).collect();
        return match texts {
            Some(texts) if sign == "==" => Said::Holds(texts.join(" or ")),
            _ => Said::Nothing,
        };
    }
    match left {
        "[STATUS]" if kind == Kind::Http => Said::Holds(format!("http.status {sign} {right}")),
        "[RESPONSE_TIME]" => Said::Holds(format!("response_time {sign} {right} ms")),
        "[CONNECTED]" if sign == "==" && right == "true" => match kind {
            Kind::Tcp => Said::Holds("tcp.connected == true".to_owned()),
            _ => Said::Anyway,
        },
        "[DNS_RCODE]" if sign == "==" && right == "NOERROR" => Said::Anyway,
        "[CERTIFICATE_EXPIRATION]" if matches!(kind, Kind::Http | Kind::Tls) => match seconds(right) {
            Some(seconds) => Said::Holds(format!("tls.days_left {sign} {}", seconds.div_ceil(86_400))),
            None => Said::Nothing,
        },
        "[BODY]" if kind == Kind::Dns && sign == "==" => Said::Among(right.to_owned()),
        "[BODY]" if kind == Kind::Http => Said::Holds(format!("text {sign} {}", quoted(right))),
        _ => match left.strip_prefix("has([BODY].").and_then(|path| path.strip_suffix(')')) {
            Some(path) if sign == "==" && right == "true" => Said::Holds(format!("body.{path} != null")),
            Some(_) => Said::Nothing,
            None => match left.strip_prefix("[BODY].") {
                Some(path) => Said::Holds(format!("body.{path} {sign} {}", value(right))),
                None => Said::Nothing,
            },
        },
    }
}
