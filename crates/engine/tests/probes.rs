//! Probes against servers on this computer, with manners good and bad. Limits are small, so that nothing takes long.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use countersign_core::condition::Outcome;
use countersign_core::record::{Also, Observation, Phase};
use countersign_core::time::Timestamp;
use countersign_engine::probe::{Allowed, Limits, Prober, offer_of};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

const SECRET: &str = "s3cret/pass word";

fn limits() -> Limits {
    Limits {
        connect: Duration::from_millis(400),
        total: Duration::from_millis(800),
        body: 100_000,
        excerpt: 200,
        redirects: 3,
    }
}

fn environment(name: &str) -> Option<String> {
    (name == "PW").then(|| SECRET.to_owned())
}

/// Asks with all of the probe's own hosts allowed, and these besides.
async fn asked(prober: &Prober, words: &str, expect: &[&str], also: &[&str]) -> Observation {
    let expect: Vec<String> = expect.iter().map(ToString::to_string).collect();
    let offer = offer_of(words, &expect).unwrap_or_else(|wrong| panic!("{words}: {wrong}"));
    let mut hosts = offer.hosts.clone();
    hosts.extend(also.iter().map(ToString::to_string));
    let allowed = Allowed { sending: hosts.clone(), private: Vec::new(), hosts };
    let at = Timestamp::from_millis(1_800_000_000_000);
    prober.run(&offer, &allowed, at, at).await
}

fn prober() -> Prober {
    Prober::new(limits(), Vec::new(), environment)
}

fn value(observation: &Observation, name: &str) -> Option<String> {
    observation.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// A server that hands each visitor to `serve`, with the first line and the whole head of the question.
fn server(serve: impl Fn(&str, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for mut visitor in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            std::thread::spawn(move || {
                let (mut head, mut byte) = (Vec::new(), [0]);
                while !head.ends_with(b"\r\n\r\n") && visitor.read(&mut byte).is_ok_and(|read| read > 0) {
                    head.extend_from_slice(&byte);
                }
                serve(&String::from_utf8_lossy(&head), &mut visitor).ok();
            });
        }
    });
    host
}

fn ok(visitor: &mut TcpStream, headers: &str, body: &[u8]) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    visitor.write_all(head.as_bytes())?;
    visitor.write_all(body)
}

fn hostile() -> String {
    server(|head, visitor| {
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let host = visitor.local_addr()?.to_string();
        let to = |location: &str| {
            format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        };
        match path.as_str() {
            "/ok" => ok(
                visitor,
                "Content-Type: application/json\r\nDate: Fri, 15 Jan 2027 08:00:05 GMT\r\n",
                b"{\"status\":\"ok\"}",
            ),
            "/hangs" => loop {
                std::thread::park();
            },
            "/hangs-in-head" => {
                visitor.write_all(b"HTTP/1.1 200 OK\r\nContent-")?;
                loop {
                    std::thread::park();
                }
            }
            "/hangs-in-body" => {
                visitor.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123")?;
                loop {
                    std::thread::park();
                }
            }
            "/endless" => {
                visitor.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
                loop {
                    visitor.write_all(&[b'a'; 10_000])?;
                }
            }
            "/bomb" => {
                // Ten megabytes of nothing, as gzip: they stay packed.
                let gzip = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0; 9_000]].concat();
                ok(visitor, "Content-Encoding: gzip\r\n", &gzip)
            }
            "/short" => visitor.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\""),
            "/two-lengths" => visitor.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
            "/noise" => visitor.write_all(&[0xff, 0x00, 0x0d, 0x0a].repeat(50)),
            "/wide" => {
                visitor.write_all(b"HTTP/1.1 200 OK\r\n")?;
                for line in 0..10_000 {
                    visitor.write_all(format!("X-{line}: {}\r\n", "w".repeat(1_000)).as_bytes())?;
                }
                visitor.write_all(b"\r\n")
            }
            "/round" => visitor.write_all(to(&format!("http://{host}/round")).as_bytes()),
            "/once" => visitor.write_all(to("/ok").as_bytes()),
            "/elsewhere" => visitor.write_all(to("http://localhost:1/secret").as_bytes()),
            "/echo" => ok(visitor, "", head.as_bytes()),
            "/login" => ok(visitor, "", br#"{"token":"tok-0123456789","n":7}"#),
            "/me" if head.contains("authorization: Bearer tok-0123456789") => ok(visitor, "", head.as_bytes()),
            "/api/v1/query?query=sum%28up%29" => {
                ok(visitor, "", br#"{"data":{"resultType":"vector","result":[{"metric":{},"value":[1,"3"]}]}}"#)
            }
            "/metrics" => ok(visitor, "", b"jobs{queue=\"a\"} 7\n"),
            "/api/queues/%2F/orders" => ok(visitor, "", br#"{"messages":12,"consumers":2,"name":"orders"}"#),
            _ => visitor.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        }
    })
}

#[tokio::test]
async fn every_bad_manner_ends_with_a_word_within_the_limits() {
    let host = hostile();
    let prober = prober();
    for (path, failed) in [
        ("/hangs", Phase::Head),
        ("/hangs-in-head", Phase::Head),
        ("/hangs-in-body", Phase::Body),
        ("/short", Phase::Body),
        ("/two-lengths", Phase::Head),
        ("/noise", Phase::Head),
        ("/wide", Phase::Head),
        ("/round", Phase::Head),
    ] {
        let observation = asked(&prober, &format!("GET http://{host}{path}"), &[], &[]).await;
        let last = observation.exchanges.last().unwrap();
        assert_eq!((last.failed, observation.outcome), (Some(failed), Outcome::NotMet), "{path}: {last:?}");
        assert!(!last.came.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn bodies_without_end_are_cut_and_packed_ones_stay_packed() {
    let host = hostile();
    let prober = prober();
    let endless = asked(&prober, &format!("GET http://{host}/endless"), &["body.status == \"ok\""], &[]).await;
    let exchange = &endless.exchanges[0];
    assert!(exchange.body_cut && exchange.body_size == Some(100_000) && exchange.excerpt.len() == 200);
    assert_eq!(endless.outcome, Outcome::Unknown, "a cut body is not judged");
    let bomb = asked(&prober, &format!("GET http://{host}/bomb"), &[], &[]).await;
    assert_eq!(bomb.exchanges[0].body_size, Some(9_010));
    assert!(bomb.exchanges[0].excerpt.len() <= 200);
}

#[tokio::test]
async fn an_answer_is_kept_with_its_evidence() {
    let host = hostile();
    let words = format!("GET http://{host}/ok");
    let expect = ["http.status == 200", "body.status == \"ok\"", "header.content-type == \"application/json\""];
    let observation = asked(&prober(), &words, &expect, &[]).await;
    assert_eq!(observation.outcome, Outcome::Met, "{observation:#?}");
    let exchange = &observation.exchanges[0];
    assert_eq!(exchange.came, "HTTP/1.1 200");
    assert_eq!(exchange.address.as_deref(), Some(host.as_str()));
    assert_eq!(exchange.resolved, ["127.0.0.1"]);
    let phases: Vec<_> = exchange.times.iter().map(|(phase, _)| *phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Head, Phase::Body]);
    assert_eq!(exchange.excerpt, "{\"status\":\"ok\"}");
    assert_eq!(value(&observation, "clock.offset").as_deref(), Some("5 s"));
}

#[tokio::test]
async fn redirects_lead_only_to_hosts_that_are_allowed() {
    let host = hostile();
    let once = asked(&prober(), &format!("GET http://{host}/once"), &[], &[]).await;
    assert_eq!((once.outcome, once.exchanges.len()), (Outcome::Met, 2));
    assert_eq!(value(&once, "http.redirects").as_deref(), Some("1"));
    let shown = asked(&prober(), &format!("GET http://{host}/once follow=no"), &["http.status == 302"], &[]).await;
    assert_eq!((shown.outcome, shown.exchanges.len()), (Outcome::Met, 1));
    let elsewhere = asked(&prober(), &format!("GET http://{host}/elsewhere"), &[], &[]).await;
    assert_eq!(elsewhere.outcome, Outcome::Unknown);
    let need = elsewhere.needs.unwrap();
    assert_eq!((need.host.as_str(), need.also), ("localhost:1", None));
    assert_eq!(elsewhere.exchanges[1].failed, Some(Phase::Consent));
}

#[tokio::test]
async fn what_nobody_allowed_is_not_asked() {
    let host = hostile();
    let prober = prober();
    let at = Timestamp::from_millis(0);
    let offer = offer_of(&format!("GET http://{host}/ok"), &[]).unwrap();
    let observation = prober.run(&offer, &Allowed::default(), at, at).await;
    assert_eq!((observation.outcome, observation.needs.unwrap().host), (Outcome::Unknown, host.clone()));
    let offer = offer_of(&format!("POST http://{host}/ok"), &[]).unwrap();
    let allowed = Allowed { hosts: vec![host.clone()], ..Allowed::default() };
    let observation = prober.run(&offer, &allowed, at, at).await;
    assert_eq!(observation.needs.unwrap().also, Some(Also::Send));
    let offer = offer_of("tcp 10.255.255.1:9", &[]).unwrap();
    let allowed = Allowed { hosts: offer.hosts.clone(), ..Allowed::default() };
    let observation = prober.run(&offer, &allowed, at, at).await;
    assert_eq!(observation.needs.unwrap().also, Some(Also::Private));
    assert!(observation.exchanges[0].came.contains("10.255.255.1") && observation.exchanges[0].address.is_none());
}

#[tokio::test]
async fn secrets_are_sent_and_never_kept() {
    use base64::Engine as _;
    let host = hostile();
    let encoded = base64::engine::general_purpose::STANDARD.encode(SECRET);
    let words = format!("GET http://{host}/echo header=\"X-Token: ${{env:PW}}\" header=\"X-Also: {encoded}\"");
    let observation = asked(&prober(), &words, &["text == \"x\""], &[]).await;
    let kept = serde_json::to_string(&observation.exchanges).unwrap() + &format!("{:?}", observation.conditions);
    assert!(kept.contains("[masked: PW]"), "{kept}");
    assert!(!kept.contains("s3cret") && !kept.contains(&encoded), "{kept}");
    let missing = asked(&prober(), &format!("GET http://{host}/echo header=\"X: ${{env:NONE}}\""), &[], &[]).await;
    assert_eq!((missing.outcome, missing.exchanges[0].failed), (Outcome::Unknown, Some(Phase::Request)));
}

#[tokio::test]
async fn steps_hand_on_what_they_capture_and_stop_where_one_fails() {
    let host = hostile();
    let words = format!(
        "steps login: POST http://{host}/login capture token = body.token \
         then me: GET http://{host}/me header=\"Authorization: Bearer ${{token}}\""
    );
    let observation = asked(&prober(), &words, &["me.http.status == 200"], &[]).await;
    assert_eq!((observation.outcome, observation.exchanges.len()), (Outcome::Met, 2), "{observation:#?}");
    let kept = serde_json::to_string(&observation.exchanges).unwrap();
    assert!(!kept.contains("tok-0123456789") && kept.contains("[masked: token]"), "{kept}");
    let words = words.replace("/login capture", "/none capture");
    let observation = asked(&prober(), &words, &["me.http.status == 200"], &[]).await;
    assert_eq!((observation.outcome, observation.exchanges.len()), (Outcome::NotMet, 1));
    let words = words.replace("/none", "/login").replace("body.token", "body.nothing");
    let observation = asked(&prober(), &words, &[], &[]).await;
    assert_eq!((observation.outcome, observation.exchanges.len()), (Outcome::Unknown, 1));
}

#[tokio::test]
async fn pages_of_numbers_become_facts() {
    let host = hostile();
    for (words, expect) in [
        (format!("prometheus http://{host} sum(up)"), "prometheus.value == 3"),
        (format!("metrics http://{host}/metrics jobs{{queue=\"a\"}}"), "metrics.value == 7"),
        (format!("rabbit http://{host}/api/queues/%2F/orders"), "rabbit.messages < 100"),
        (format!("tcp {host}"), "tcp.connected == true"),
        (format!("latency GET http://{host}/ok n=20 rate=1000/s"), "latency.n == 20 and latency.p95 < 500 ms"),
        (format!("latency GET http://{host}/down n=4 rate=1000/s"), "latency.error_rate == 100%"),
    ] {
        let observation = asked(&prober(), &words, &[expect], &[]).await;
        assert_eq!(observation.outcome, Outcome::Met, "{words}: {observation:#?}");
    }
    let few =
        asked(&prober(), &format!("latency GET http://{host}/ok n=19 rate=1000/s"), &["latency.p95 < 1 h"], &[]).await;
    assert_eq!(few.outcome, Outcome::Unknown, "a p95 of nineteen samples is unknown");
    let closed = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let closed = asked(&prober(), &format!("tcp {closed}"), &[], &[]).await;
    assert_eq!((closed.outcome, closed.exchanges[0].failed), (Outcome::NotMet, Some(Phase::Connect)));
}

#[tokio::test]
async fn a_websocket_is_opened_or_declined() {
    let host = server(|head, visitor| {
        let key = head.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .starts_with("sec-websocket-key")
                .then(|| line.split_once(": ").unwrap().1.trim().to_owned())
        });
        match key.filter(|_| head.starts_with("GET /socket")) {
            Some(key) => visitor.write_all(
                format!("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n", sha1_of(&key)).as_bytes(),
            ),
            None => visitor.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
        }
    });
    let opened = asked(&prober(), &format!("ws ws://{host}/socket"), &[], &[]).await;
    assert_eq!(opened.outcome, Outcome::Met, "{opened:#?}");
    let declined = asked(&prober(), &format!("ws ws://{host}/none"), &["ws.status == 403"], &[]).await;
    assert_eq!(declined.outcome, Outcome::Met, "{declined:#?}");
}

/// The answer to a key (RFC 6455, section 4.2.2).
fn sha1_of(key: &str) -> String {
    tokio_tungstenite::tungstenite::handshake::derive_accept_key(key.as_bytes())
}

#[tokio::test]
async fn an_amqp_server_greets() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let host = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut visitor, _) = listener.accept().unwrap();
        let mut header = [0; 8];
        visitor.read_exact(&mut header).unwrap();
        assert_eq!(&header, b"AMQP\0\0\x09\x01");
        let long = |text: &[u8]| [&u32::try_from(text.len()).unwrap().to_be_bytes()[..], text].concat();
        let table = [&b"\x07productS"[..], &long(b"RabbitMQ"), b"\x07versionS", &long(b"3.10.8")].concat();
        let method = [&[0, 10, 0, 10, 0, 9][..], &long(&table), &long(b"PLAIN"), &long(b"en_US")].concat();
        visitor.write_all(&[&[1, 0, 0][..], &long(&method), &[0xce]].concat()).unwrap();
    });
    let greeted = asked(&prober(), &format!("amqp {host}"), &["amqp.product == \"RabbitMQ\""], &[]).await;
    assert_eq!(greeted.outcome, Outcome::Met, "{greeted:#?}");
    assert_eq!(greeted.exchanges[0].came, "AMQP 0-9-1, RabbitMQ 3.10.8");
    let other = asked(&prober(), &format!("amqp {}", hostile()), &[], &[]).await;
    assert_eq!(other.outcome, Outcome::NotMet, "a server that speaks no AMQP");
}

#[tokio::test]
async fn names_are_looked_up_at_the_server_that_is_named() {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let server = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut question = [0; 512];
        while let Ok((size, from)) = socket.recv_from(&mut question) {
            // The question's name ends at the first zero behind the head; type and class follow it.
            let end = 12 + question[12..size].iter().position(|byte| *byte == 0).unwrap() + 5;
            let known = question[12..end].starts_with(b"\x03one\x04test\0\0\x01");
            let flags: [u8; 2] = if known { [0x85, 0x80] } else { [0x85, 0x83] };
            let mut answer =
                [&question[..2], &flags, &[0, 1, 0, u8::from(known) * 2, 0, 0, 0, 0], &question[12..end]].concat();
            for last in [9, 7].into_iter().filter(|_| known) {
                answer.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, last]);
            }
            socket.send_to(&answer, from).unwrap();
        }
    });
    let found = asked(
        &prober(),
        &format!("dns A one.test @{server}"),
        &["dns.a == \"10.0.0.7, 10.0.0.9\"", "dns.count == 2"],
        &[],
    )
    .await;
    assert_eq!(found.outcome, Outcome::Met, "{found:#?}");
    let has = asked(&prober(), &format!("dns A one.test @{server} 10.0.0.9"), &[], &[]).await;
    assert_eq!(has.outcome, Outcome::Met, "{has:#?}");
    let none = asked(&prober(), &format!("dns A two.test @{server}"), &[], &[]).await;
    assert_eq!((none.outcome, none.exchanges[0].failed), (Outcome::NotMet, None), "{none:#?}");
}

/// An HTTPS server with a certificate of its own authority; the authority's certificate.
fn https() -> (u16, Vec<u8>) {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2199, 1, 1);
    let certificate = params.signed_by(&key, &authority).unwrap();
    let chain = vec![certificate.der().clone()];
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut visitor in listener.incoming().flatten() {
            let mut session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            std::thread::spawn(move || {
                let mut stream = rustls::Stream::new(&mut session, &mut visitor);
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
                session.send_close_notify();
                let _ = session.complete_io(&mut visitor);
            });
        }
    });
    (port, authority.der().to_vec())
}

#[tokio::test]
async fn certificates_are_checked_and_kept() {
    let (port, root) = https();
    let trusting = Prober::new(limits(), vec![root], environment);
    let url = format!("GET https://localhost:{port}/");
    let trusted =
        asked(&trusting, &url, &["http.status == 200", "tls.trusted == true", "tls.expires_in > 30 d"], &[]).await;
    assert_eq!(trusted.outcome, Outcome::Met, "{trusted:#?}");
    let phases: Vec<_> = trusted.exchanges[0].times.iter().map(|(phase, _)| *phase).collect();
    assert_eq!(phases, [Phase::Resolve, Phase::Connect, Phase::Tls, Phase::Head, Phase::Body]);
    assert!(trusted.exchanges[0].tls.iter().any(|(name, words)| name == "certificate 1" && words.contains("SHA-256")));
    assert_eq!(value(&trusted, "tls.fingerprint").unwrap().len(), 64);
    let tls = asked(&trusting, &format!("tls localhost:{port}"), &[], &[]).await;
    assert_eq!(tls.outcome, Outcome::Met, "{tls:#?}");

    let refused = asked(&prober(), &url, &[], &[]).await;
    assert_eq!((refused.outcome, refused.exchanges[0].failed), (Outcome::NotMet, Some(Phase::Tls)), "{refused:#?}");
    assert_eq!(value(&refused, "tls.trusted").as_deref(), Some("false"), "what was shown is kept all the same");
    let tls = asked(&prober(), &format!("tls localhost:{port}"), &[], &[]).await;
    assert_eq!((tls.outcome, tls.exchanges[0].failed), (Outcome::NotMet, None), "shown, and not trusted");

    let broken = asked(&prober(), &format!("tls {}", hostile()), &[], &[]).await;
    assert_eq!((broken.outcome, broken.exchanges[0].failed), (Outcome::NotMet, Some(Phase::Tls)), "{broken:#?}");
}

#[tokio::test]
async fn many_are_asked_at_once_and_those_that_hang_hold_up_nobody() {
    let host = hostile();
    let prober = Arc::new(prober());
    let run = |path: &str| {
        let (prober, words) = (Arc::clone(&prober), format!("GET http://{host}{path}"));
        tokio::spawn(async move { asked(&prober, &words, &[], &[]).await.outcome })
    };
    let asked: Vec<_> = (0..40).map(|index| run(if index % 10 == 0 { "/hangs" } else { "/ok" })).collect();
    let mut met = 0;
    for each in asked {
        met += u32::from(each.await.unwrap() == Outcome::Met);
    }
    assert_eq!(met, 36);
}
