//! The words of probes: read, written back, and refused with a hint.

use super::*;

fn read(text: &str) -> Ask {
    text.parse().unwrap_or_else(|wrong: Wrong| panic!("{text}: {wrong} {}", wrong.hint))
}

#[test]
fn what_is_written_is_read_and_written_the_same() {
    for (text, hosts) in [
        ("GET https://a.example/health", "a.example"),
        ("HEAD http://127.0.0.1:8080/", "127.0.0.1:8080"),
        ("GET https://a.example:443/ follow=no", "a.example"),
        ("POST https://a.example/x header=\"Authorization: Bearer ${env:TOKEN}\" body='{\"a\": 1}'", "a.example"),
        ("GET https://{account}.example.com/", ""),
        ("tls a.example:443", "a.example"),
        ("tls a.example:8443", "a.example:8443"),
        ("dns A a.example", "a.example"),
        ("dns TXT a.example @127.0.0.1:5353 \"v=spf1 -all\"", "127.0.0.1:5353"),
        ("tcp [::1]:22", "[::1]:22"),
        ("redis 127.0.0.1:6379 PING", "127.0.0.1:6379"),
        ("redis r.example:6380 password=${env:PW} tls=yes LLEN jobs", "r.example:6380"),
        (
            "postgres db.example:5432/shop user=probe password=${env:PW} SELECT count(*) FROM a WHERE b = 'c d'",
            "db.example:5432",
        ),
        ("postgres db.example:5432/shop replication lag", "db.example:5432"),
        ("postgres db.example:5432/shop connections", "db.example:5432"),
        (
            "rabbit http://127.0.0.1:15672/api/queues/%2F/orders header=\"Authorization: Basic ${env:B}\"",
            "127.0.0.1:15672",
        ),
        ("amqp q.example:5672", "q.example:5672"),
        ("prometheus https://p.example sum(rate(http_requests_total{code=~\"5..\"}[5m]))", "p.example"),
        ("metrics https://a.example/metrics http_seconds_bucket{path=\"/a b\"} p95", "a.example"),
        ("metrics https://a.example/metrics up", "a.example"),
        ("ws wss://a.example/socket", "a.example"),
        ("latency GET https://a.example/ n=200 rate=20/s", "a.example"),
        (
            "steps login: POST https://a.example/login body='{\"then\": \"${env:PW}\"}' capture token = body.token expect http.status == 201 \
             then me: GET https://b.example/me header=\"Authorization: Bearer ${token}\" expect body.name == \"capture\"",
            "a.example b.example",
        ),
    ] {
        let ask = read(text);
        assert_eq!(ask.to_string(), text);
        assert_eq!(ask.hosts().unwrap_or_default().join(" "), hosts, "{text}");
    }
}

#[test]
fn what_can_be_left_out_is_put_in() {
    for (short, long) in [
        ("https://a.example/h", "GET https://a.example/h"),
        ("tls A.example", "tls a.example:443"),
        ("redis r.example", "redis r.example:6379 PING"),
        ("redis r.example llen jobs", "redis r.example:6379 LLEN jobs"),
        ("postgres db/shop", "postgres db:5432/shop SELECT 1"),
        ("postgres db/shop select 1;", "postgres db:5432/shop select 1"),
        ("prometheus https://p.example 'up == 0'", "prometheus https://p.example up == 0"),
        ("latency https://a.example/", "latency GET https://a.example/ n=100 rate=10/s"),
        ("latency https://a.example/ n=5 follow=no", "latency GET https://a.example/ follow=no n=5 rate=10/s"),
        ("dns a a.example @9.9.9.9", "dns A a.example @9.9.9.9:53"),
    ] {
        assert_eq!(read(short).to_string(), long);
        assert_eq!(read(long), read(short));
    }
}

#[test]
fn what_is_wrong_says_how_to_mend_it() {
    for (text, message, hint) in [
        ("", "«» is no kind of probe.", "It begins with"),
        ("tsl a.example", "«tsl» is no kind of probe.", "Did you mean «tls»?"),
        ("GTE https://a.example", "«GTE» is no kind of probe.", "Did you mean «GET»?"),
        ("GET ftp://a.example", "«ftp://a.example» is no address.", "https://host/health"),
        ("GET https://ana:pw@a.example/", "The address has a name or password in it.", "${env:NAME}"),
        ("GET https://a.example/ b", "«b» is left over.", "quotes"),
        ("GET https://a.example/ header=x", "«x» is no header.", "Name: value"),
        ("GET https://a.example/ body=\"x", "A text in \" has no end.", "Close"),
        ("tcp a.example", "«a.example» is no host with a port.", "host:port"),
        ("tcp a.example:0", "«a.example:0» is no host with a port.", "host:port"),
        ("tcp $HOST:1", "«$HOST:1» is no host with a port.", "host:port"),
        ("dns MX a.example", "«MX» is no type of record that is asked for.", "A, AAAA"),
        ("redis r.example FLUSHALL", "«FLUSHALL» is not sent to Redis.", "PING"),
        ("redis r.example password=hunter2 PING", "A password stands in the words of the probe.", "${env:NAME}"),
        ("postgres db.example SELECT 1", "The database is missing.", "postgres db.example.com/shop"),
        ("postgres db/shop DELETE FROM jobs", "«DELETE» is not sent to a database.", "SELECT"),
        ("postgres db/shop SELECT 1; DROP TABLE a", "There is more than one statement.", "one value"),
        ("rabbit POST https://a.example/", "«POST» cannot stand here.", "GET"),
        ("ws https://a.example", "«https://a.example» is no address.", "wss://"),
        ("latency https://a.example/ n=0", "«0» does not fit n.", "10000"),
        ("steps GET https://a.example", "«GET https» is no name of a step of its own.", "login"),
        (
            "steps a: GET https://a.example/${token}",
            "The step «a» uses «token», which no step before it captures.",
            "earlier",
        ),
        ("steps a: GET https://a.example/ expect p95 << 5", "The condition of step «a» is not understood.", ""),
    ] {
        let wrong = text.parse::<Ask>().expect_err(text);
        assert_eq!(wrong.message, message, "{text}");
        assert!(wrong.hint.contains(hint), "{text}: {}", wrong.hint);
    }
}

#[test]
fn what_may_change_something_is_told() {
    for (text, sends) in [
        ("GET https://a.example/", false),
        ("HEAD https://a.example/", false),
        ("DELETE https://a.example/", true),
        ("steps a: GET https://a.example/ then b: POST https://a.example/", true),
        ("redis r.example PING", false),
    ] {
        assert_eq!(read(text).sends(), sends, "{text}");
    }
}

#[test]
fn every_expectation_that_is_put_in_is_a_condition() {
    for (text, count) in [
        ("GET https://a.example/", 1),
        ("tls a.example", 2),
        ("dns A a.example", 1),
        ("dns A a.example 10.0.0.1", 1),
        ("tcp a.example:1", 1),
        ("redis r.example", 1),
        ("redis r.example INFO", 1),
        ("postgres db/shop", 1),
        ("amqp q.example", 1),
        ("ws wss://a.example/", 1),
        ("latency https://a.example/", 1),
        ("steps a: GET https://a.example/", 0),
    ] {
        assert_eq!(read(text).default_expectation().len(), count, "{text}");
    }
}

#[test]
fn references_are_found_and_filled() {
    let text = "a ${env:ONE} ${two} ${} ${3} $x ${open";
    assert_eq!(references(text), [Reference::Environment("ONE"), Reference::Captured("two")]);
    let filled = fill(text, |reference| match reference {
        Reference::Environment(name) => Ok(name.to_lowercase()),
        Reference::Captured(_) => Ok::<_, ()>("2".to_owned()),
    });
    assert_eq!(filled.as_deref(), Ok("a one 2 ${} ${3} $x ${open"));
    assert_eq!(fill("${x}", |_| Err::<String, _>("none")), Err("none"));
}

proptest::proptest! {
    #[test]
    fn quoted_texts_come_back(header in "[ -~]{0,20}", body in "\\PC{0,20}") {
        let mut http = Http::plain(Method::Post, "https://a.example/");
        http.headers.push(("X-A".to_owned(), header.trim().to_owned()));
        http.body = Some(body);
        let ask = Ask::Http(http);
        proptest::prop_assert_eq!(ask.to_string().parse(), Ok(ask));
    }

    #[test]
    fn no_words_are_a_fault(text in "\\PC{0,60}", kind in proptest::sample::select(vec!["steps a: ", "redis ", "dns A ", "GET https://", "postgres ", ""])) {
        let _ = format!("{kind}{text}").parse::<Ask>();
    }
}
