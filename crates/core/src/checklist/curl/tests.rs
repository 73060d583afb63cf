//! Commands as they stand in checklists, and what each is taken for.

use super::*;

fn shown(text: &str) -> String {
    let one = |found: &Found| match found {
        Found::Not(why) => format!("! {why}"),
        Found::Asks(call) => {
            let mut shown = format!("{} {}", call.method.word(), call.urls.join(" "));
            if call.fails {
                shown.push_str(" fails");
            }
            if call.follows {
                shown.push_str(" follows");
            }
            shown.extend(call.status.map(|status| format!(" {status}")));
            shown.extend(call.headers.iter().map(|(name, value)| format!(" [{name}: {value}]")));
            shown.extend(call.expect.iter().map(|text| format!(" ({text})")));
            shown.extend(call.left_out.iter().map(|text| format!(" -{text}")));
            shown
        }
    };
    of_command(text).iter().map(one).collect::<Vec<_>>().join(" / ")
}

#[test]
fn requests_are_read_from_command_lines() {
    for (text, expected) in [
        ("curl -f https://a.example/health", "GET https://a.example/health fails"),
        ("curl -sSfL https://a.example/h", "GET https://a.example/h fails follows"),
        ("curl -s https://a.example/h | jq '.status'", "GET https://a.example/h (body.status != null)"),
        (
            r#"curl -s https://a.example/h | jq -e '.db.state == "up"'"#,
            r#"GET https://a.example/h (body.db.state == "up")"#,
        ),
        ("curl -s https://a.example/h | jq", "GET https://a.example/h"),
        ("curl -I \"https://a.example\"", "HEAD https://a.example"),
        ("curl -sIL https://a.example", "HEAD https://a.example follows"),
        ("curl -X GET \"https://a.example/{id}\" -H 'a: b'", "GET https://a.example/{id} [a: b]"),
        ("curl -XHEAD https://a.example", "HEAD https://a.example"),
        (
            "curl -H 'Authorization: Bearer $API_TOKEN' https://a.example/$ENV/h",
            "GET https://a.example/${env:ENV}/h [Authorization: Bearer ${env:API_TOKEN}]",
        ),
        ("curl -H \"X-Api-Key: <api-key>\" https://a.example/h", "GET https://a.example/h [X-Api-Key: ${env:API_KEY}]"),
        (
            "curl -H 'Authorization: Bearer abc' https://a.example/h",
            "GET https://a.example/h -the header Authorization (its value stands in the text)",
        ),
        ("curl --request GET --url https://a.example --header='A: b'", "GET https://a.example [A: b]"),
        ("curl -so /dev/null -w '%{http_code}' https://a.example/h", "GET https://a.example/h"),
        ("curl -s -o /dev/null -w \"%{http_code}\" https://a.example/h | grep 204", "GET https://a.example/h 204"),
        ("curl -sI https://a.example | grep -q 'HTTP/2 301'", "HEAD https://a.example 301"),
        (
            "curl -s https://a.example/h | grep -q '\"status\":\"ok\"'",
            "GET https://a.example/h (body.status == \"ok\")",
        ),
        ("curl -s https://a.example/h | grep -i healthy", "GET https://a.example/h -what grep looks for"),
        ("[ \"$(curl -s -w '%{http_code}' https://a.example/h)\" = \"204\" ]", "GET https://a.example/h 204"),
        (
            "if ! curl -fs -m 5 https://a.example/h; then exit 1; fi",
            "GET https://a.example/h fails (response_time < 5 s)",
        ),
        ("for i in 1 2; do curl -f https://a.example/h; sleep 5; done", "GET https://a.example/h fails"),
        (
            "curl -f https://a.example/1 && curl -f https://a.example/2",
            "GET https://a.example/1 fails / GET https://a.example/2 fails",
        ),
        ("curl https://a.example/1 https://a.example/2", "GET https://a.example/1 https://a.example/2"),
        (
            "curl -k https://a.example/h --resolve a.example:443:10.0.0.1",
            "GET https://a.example/h --k (the certificate is checked) ---resolve (the name is looked up)",
        ),
        ("curl -u admin:$PASS https://a.example", "GET https://a.example -the user and password"),
        (
            "curl -G https://a.example/q --data-urlencode 'query=up == 1'",
            "GET https://a.example/q?query=up%20%3D%3D%201",
        ),
        ("curl https://a.example/h # returns 204", "GET https://a.example/h 204"),
        ("$ sudo timeout 5 curl https://a.example/h 2>/dev/null || exit 1", "GET https://a.example/h"),
        ("TOKEN=x /usr/bin/curl https://<host>/health", "GET https://<host>/health"),
        ("watch -n 5 curl -f https://a.example/h", "GET https://a.example/h fails"),
        ("bash -c \"curl -f https://a.example/h\"", "GET https://a.example/h fails"),
        ("wget -qO- https://a.example/h", "GET https://a.example/h fails follows"),
        ("wget --spider https://a.example/h", "HEAD https://a.example/h fails follows"),
        (
            "wget -q -O /dev/null --no-check-certificate https://a.example",
            "GET https://a.example fails follows ---no-check-certificate (the certificate is checked)",
        ),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn what_sends_or_runs_elsewhere_is_not_taken_over() {
    for (text, expected) in [
        ("curl -X POST https://a.example/run", "! sends data"),
        ("curl -XDELETE https://a.example/run", "! sends data"),
        ("curl -d x=1 https://a.example/run", "! sends data"),
        ("curl --json '{}' https://a.example/run", "! sends data"),
        ("curl -F file=@x https://a.example/run", "! sends data"),
        ("wget --post-data=x https://a.example", "! sends data"),
        ("kubectl exec deploy/api -- curl -s http://localhost:8080/health", "! runs on another computer"),
        ("ssh app-1 'curl -f http://localhost/health'", "! runs on another computer"),
        ("docker exec -it gateway sh -lc \"wget -qO- http://localhost:8080/h || true\"", "! runs on another computer"),
        ("curl --unix-socket /var/run/docker.sock http://localhost/info", "! asks a socket of its own computer"),
        ("apt install curl wget", ""),
        ("npm run build", ""),
        ("curl --version", ""),
        ("echo curl https://a.example", ""),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}
