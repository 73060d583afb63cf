//! Files of other programs, and the probes that come of them.

use super::*;

/// What a file comes to, a line for each probe and for each thing that did not fit.
fn shown(text: &str) -> Vec<String> {
    let imported = read(Path::new("file"), text.as_bytes()).unwrap();
    let probe = |probe: &Defined| {
        let expect: Vec<_> = probe.expect.iter().map(ToString::to_string).collect();
        format!("{} {} | {} | {}", probe.line, probe.name, probe.ask, expect.join(", "))
    };
    let left = |left: &Left| format!("{} ! {}", left.line, left.what);
    imported.probes.iter().map(probe).chain(imported.left.iter().map(left)).collect()
}

#[test]
fn endpoints_of_gatus_become_probes() {
    let text = r#"
endpoints:
  - name: front-end
    group: core
    url: "https://shop.example/health"
    interval: 5m
    headers: {Authorization: "Bearer ${API_TOKEN}", X-Trace: "1"}
    conditions:
      - "[STATUS] == 200"
      - "[BODY].status == UP"
      - "[RESPONSE_TIME] < 150"
      - "[CERTIFICATE_EXPIRATION] > 48h"
      - "[BODY].name == pat(john*)"
      - "has([BODY].errors) == false"
  - name: any
    url: https://shop.example/any
    client: {insecure: true, ignore-redirect: true}
    conditions: ["[STATUS] == any(200, 429)", "[BODY].items[0].count >= 3", "[CONNECTED] == true"]
  - name: secret
    url: https://shop.example/s
    headers:
      Authorization: Bearer abc
  - name: names
    url: "8.8.8.8"
    dns: {query-name: "shop.example", query-type: "A"}
    conditions: ["[BODY] == 93.184.216.34", "[DNS_RCODE] == NOERROR"]
  - {name: port, url: "tcp://db.example:5432", conditions: ["[CONNECTED] == true"]}
  - {name: cert, url: "tls://shop.example:443", conditions: ["[CERTIFICATE_EXPIRATION] > 720h"]}
  - {name: echo, url: "icmp://shop.example"}
  - {name: off, url: "https://shop.example/off", enabled: false}
  - {name: socket, url: "wss://shop.example/live"}
"#;
    assert_eq!(
        shown(text),
        [
            r#"3 core: front-end | GET https://shop.example/health header="Authorization: Bearer ${env:API_TOKEN}" header="X-Trace: 1" | http.status == 200, body.status == "UP", response_time < 150 ms, tls.days_left > 2"#,
            "15 any | GET https://shop.example/any follow=no | http.status == 200 or http.status == 429, body.items[0].count >= 3",
            "19 secret | GET https://shop.example/s | http.status == 200",
            "23 names | dns A shop.example @8.8.8.8:53 93.184.216.34 | dns.has == true",
            "27 port | tcp db.example:5432 | tcp.connected == true",
            "28 cert | tls shop.example:443 | tls.days_left > 30",
            "31 socket | ws wss://shop.example/live | ws.status == 101",
            "13 ! core: front-end: the condition «[BODY].name == pat(john*)» has no counterpart",
            "14 ! core: front-end: the condition «has([BODY].errors) == false» has no counterpart",
            "17 ! any: «insecure» is not taken over: certificates are checked",
            "22 ! secret: the header Authorization has its value in the file; name a variable of the environment",
            "29 ! echo: there is no probe for «icmp://»",
            "30 ! off: it is switched off",
        ]
    );
}

#[test]
fn blackbox_targets_become_probes_by_their_modules() {
    let text = r"
scrape_configs:
  - job_name: web
    metrics_path: /probe
    params:
      module: [http_2xx]
    static_configs:
      - targets: [https://shop.example, shop.example:8080]
  - job_name: ports
    metrics_path: /probe
    params: {module: [tcp_connect]}
    static_configs: [{targets: ['db.example:5432']}]
  - job_name: api
    params: {module: [http_api]}
    static_configs: [{targets: ['https://api.example/ready']}]
    file_sd_configs: [{files: [more.yml]}]
  - job_name: echo
    params: {module: [icmp]}
    static_configs: [{targets: [shop.example]}]
  - job_name: node
    static_configs: [{targets: ['localhost:9100']}]
  - job_name: unknown
    params: {module: [http_other]}
    static_configs: [{targets: ['https://o.example']}]
---
modules:
  http_api:
    prober: http
    http:
      valid_status_codes: [200, 204]
      method: HEAD
      follow_redirects: false
      fail_if_body_not_matches_regexp: ['ok']
";
    assert_eq!(
        shown(text),
        [
            "8 web: https://shop.example | GET https://shop.example | http.status in 200..299",
            "8 web: shop.example:8080 | GET http://shop.example:8080 | http.status in 200..299",
            "12 ports: db.example:5432 | tcp db.example:5432 | tcp.connected == true",
            "15 api: https://api.example/ready | HEAD https://api.example/ready follow=no | http.status == 200 or http.status == 204",
            "24 unknown: https://o.example | GET https://o.example | http.status in 200..299",
            "16 ! api: the targets of «file_sd_configs» are not in the file",
            "33 ! api: https://api.example/ready: «fail_if_body_not_matches_regexp» is not taken over",
            "19 ! echo: shop.example: there is no probe for the prober «icmp»",
            "20 ! node: it scrapes metrics and is no blackbox job",
            "24 ! unknown: https://o.example: what the module «http_other» expects is not in the file; an answer is expected",
        ]
    );
}

#[test]
fn monitors_of_uptime_kuma_become_probes() {
    let text = r#"{
  "version": "1.23.11",
  "notificationList": [],
  "monitorList": [
    {"name": "Shop", "type": "http", "url": "https://shop.example/health", "method": "GET", "active": true, "ignoreTls": false,
     "maxredirects": 10, "accepted_statuscodes": ["200-299", "304"], "headers": "{\"X-Trace\": \"1\"}", "body": null, "basic_auth_user": null},
    {"name": "Word", "type": "keyword", "url": "https://shop.example/", "keyword": "Welcome", "active": true},
    {"name": "Query", "type": "json-query", "url": "https://shop.example/h", "jsonPath": "status", "expectedValue": "ok", "active": 1},
    {"name": "Port", "type": "port", "hostname": "db.example", "port": 5432, "active": true},
    {"name": "Name", "type": "dns", "hostname": "shop.example", "dns_resolve_server": "1.1.1.1", "dns_resolve_type": "AAAA", "active": true},
    {"name": "Cache", "type": "redis", "databaseConnectionString": "redis://:hunter2@r.example:6379", "active": true},
    {"name": "Data", "type": "postgres", "databaseConnectionString": "postgres://probe@db.example:5432/shop", "databaseQuery": "SELECT 1", "active": true},
    {"name": "Call", "type": "push", "active": true},
    {"name": "Rest", "type": "http", "url": "https://shop.example/", "active": false},
    {"name": "All", "type": "group", "active": true}
  ]
}"#;
    assert_eq!(
        shown(text),
        [
            r#"5 Shop | GET https://shop.example/health header="X-Trace: 1" | http.status in 200..299 or http.status == 304"#,
            "7 Word | GET https://shop.example/ | http.status in 200..299",
            r#"8 Query | GET https://shop.example/h | http.status in 200..299, body.status == "ok""#,
            "9 Port | tcp db.example:5432 | tcp.connected == true",
            "10 Name | dns AAAA shop.example @1.1.1.1:53 | dns.count > 0",
            "11 Cache | redis r.example:6379 password=${env:PROBE_PASSWORD} PING | redis.ping == \"PONG\"",
            "12 Data | postgres db.example:5432/shop user=probe SELECT 1 | pg.connected == true",
            "7 ! Word: the keyword «Welcome»: a condition cannot look for words within a text",
            "11 ! Cache: its password stands in the file; the probe takes it from the variable PROBE_PASSWORD",
            "13 ! Call: there is no probe for a monitor of the type «push»",
            "14 ! Rest: it is paused",
        ]
    );
}

#[test]
fn other_files_are_refused_with_a_place() {
    for (text, words) in [
        ("a: 1", "no «endpoints»"),
        ("", "no «endpoints»"),
        ("endpoints: [\n", "line 2"),
        ("{\"monitorList\": }", "no «endpoints»"),
    ] {
        let shown = match read(Path::new("f.yaml"), text.as_bytes()) {
            Ok(imported) => format!("{imported:?} no «endpoints»"),
            Err(error) => error.to_string(),
        };
        assert!(shown.contains(words), "{text}: {shown}");
    }
    assert!(read(Path::new("f"), &[0xff, 0xfe]).is_err());
}

#[test]
fn no_file_is_a_fault() {
    let whole = "endpoints:\n  - name: a\n    url: https://a.example/$X${Y\n    conditions: ['[STATUS] == any(', 'len(', '[BODY]. == ', '[CERTIFICATE_EXPIRATION] > h']\n";
    for end in 0..whole.len() {
        for odd in ["", "\0", ": - [", "&a *a", "<<: *b"] {
            let _ = read(Path::new("f"), format!("{}{odd}", &whole[..end]).as_bytes());
        }
    }
}
