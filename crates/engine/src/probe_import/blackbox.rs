//! Targets of the Prometheus blackbox exporter: `scrape_configs` whose jobs name a module, and the exporter's own `modules` if the file
//! has them (blackbox_exporter CONFIGURATION.md; without them, the modules of its example configuration).

use super::yaml::Node;
use super::{Draft, Found, environment, quoted};

pub(super) fn read(tree: &Node, found: &mut Found) {
    let modules = tree.get("modules");
    for job in tree.get("scrape_configs").map(Node::list).unwrap_or_default() {
        let name = job.words("job_name").unwrap_or("a job").to_owned();
        let module = job.get("params").and_then(|params| params.get("module"));
        let module = module.and_then(|module| module.list().first().and_then(|first| first.as_words()));
        let Some(module) = module else {
            if job.words("metrics_path") == Some("/probe") {
                found.leave(job, &name, "it names no module");
            } else {
                found.leave(job, &name, "it scrapes metrics and is no blackbox job");
            }
            continue;
        };
        for key in
            ["file_sd_configs", "dns_sd_configs", "kubernetes_sd_configs", "consul_sd_configs", "http_sd_configs"]
        {
            if let Some(node) = job.get(key) {
                found.leave(node, &name, &format!("the targets of «{key}» are not in the file"));
            }
        }
        let rules = Rules::of(module, modules.and_then(|modules| modules.get(module)));
        for config in job.get("static_configs").map(Node::list).unwrap_or_default() {
            for target in config.get("targets").map(Node::list).unwrap_or_default() {
                target_of(target, &name, module, &rules, found);
            }
        }
    }
}

/// What a module does with a target.
struct Rules<'a> {
    prober: &'a str,
    settings: Option<&'a Node>,
    known: bool,
    post: bool,
}

impl<'a> Rules<'a> {
    fn of(module: &str, node: Option<&'a Node>) -> Self {
        let prober = match node.and_then(|node| node.words("prober")) {
            Some(prober) => prober,
            None if module.starts_with("http") => "http",
            None if module.starts_with("tcp") => "tcp",
            None if module.starts_with("dns") => "dns",
            None if module.starts_with("icmp") => "icmp",
            None => "",
        };
        let settings = node.and_then(|node| node.get(prober));
        let example = matches!(module, "http_2xx" | "http_post_2xx" | "tcp_connect" | "icmp");
        Self { prober, settings, known: node.is_some() || example, post: module.contains("post") && node.is_none() }
    }
}

fn target_of(target: &Node, job: &str, module: &str, rules: &Rules<'_>, found: &mut Found) {
    let Some(address) = target.as_words() else { return };
    let name = format!("{job}: {address}");
    if !rules.known {
        found.leave(
            target,
            &name,
            &format!("what the module «{module}» expects is not in the file; an answer is expected"),
        );
    }
    let mut draft = Draft { name: name.clone(), line: target.line, ..Draft::default() };
    let settings = rules.settings;
    match rules.prober {
        "http" => {
            let url = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
            let method = settings.and_then(|of| of.words("method")).unwrap_or(if rules.post { "POST" } else { "GET" });
            draft.ask = format!("{method} {}", environment(&url));
            http(settings, &name, &mut draft, found);
        }
        "tcp" => {
            let tls = settings.is_some_and(|of| of.is_true("tls"));
            draft.ask = format!("{} {address}", if tls { "tls" } else { "tcp" });
            if let Some(talk) = settings.and_then(|of| of.get("query_response")) {
                found.leave(talk, &name, "«query_response» is not taken over: only the connection is made");
            }
        }
        "dns" => {
            let of = |key| settings.and_then(|of| of.words(key));
            let Some(query) = of("query_name") else {
                return found.leave(target, &name, "the module's «query_name» is not in the file");
            };
            draft.ask = format!("dns {} {} @{address}", of("query_type").unwrap_or("A"), query.trim_end_matches('.'));
        }
        other => return found.leave(target, &name, &format!("there is no probe for the prober «{other}»")),
    }
    found.add(draft);
}

fn http(settings: Option<&Node>, name: &str, draft: &mut Draft, found: &mut Found) {
    let codes = settings.and_then(|of| of.get("valid_status_codes")).map(Node::list).unwrap_or_default();
    let codes: Vec<_> =
        codes.into_iter().filter_map(Node::as_words).map(|code| format!("http.status == {code}")).collect();
    draft.expect.push(if codes.is_empty() { "http.status in 200..299".to_owned() } else { codes.join(" or ") });
    let Some(settings) = settings else { return };
    if settings.is_false("follow_redirects") || settings.is_true("no_follow_redirects") {
        draft.ask.push_str(" follow=no");
    }
    for (field, value) in settings.get("headers").map(Node::entries).unwrap_or_default() {
        draft.ask.extend(found.header(value, name, field, value.as_words().unwrap_or_default()));
    }
    if let Some(body) = settings.words("body") {
        draft.ask.push_str(&format!(" body={}", quoted(&environment(body))));
    }
    for key in [
        "fail_if_body_matches_regexp",
        "fail_if_body_not_matches_regexp",
        "fail_if_header_matches",
        "fail_if_header_not_matches",
        "fail_if_ssl",
        "fail_if_not_ssl",
        "valid_http_versions",
        "basic_auth",
        "authorization",
        "oauth2",
        "proxy_url",
        "tls_config",
        "bearer_token",
        "bearer_token_file",
    ] {
        if let Some(node) = settings.get(key) {
            found.leave(node, name, &format!("«{key}» is not taken over"));
        }
    }
}
