//! Offline is not down, with real network namespaces: what is due without a network, or behind a sign-in page, is «not executed», never passed
//! and never failed, and runs on reconnect with both times. Quiet where the machine makes no namespaces.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::Desk;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// An address of the namespace that is none of the computer itself.
const ADDRESS: &str = "10.99.0.1";
const PROBES: usize = 20;

/// Runs another test of this program in a network namespace of its own.
fn in_a_namespace(test: &str) {
    let can = Command::new("unshare").args(["-rn", "ip", "link", "set", "lo", "up"]).output();
    if !can.is_ok_and(|made| made.status.success()) {
        eprintln!("{test} is skipped: this machine makes no network namespaces (unshare -rn, ip).");
        return;
    }
    let program = std::env::current_exe().unwrap();
    let ran =
        Command::new("unshare").arg("-rn").arg(program).args(["--exact", test, "--ignored", "--nocapture"]).output();
    let ran = ran.unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}

fn ip(args: &str) {
    let ran = Command::new("ip").args(args.split(' ')).output().unwrap();
    assert!(ran.status.success(), "ip {args}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// The namespace has a network: one other address, and a way to everywhere.
fn connect() {
    ip("link set lo up");
    ip("route add default dev lo");
}

/// The cable is pulled.
fn disconnect() {
    ip("link set lo down");
}

fn begin() {
    ip("link set lo up");
    ip(&format!("addr add {ADDRESS}/24 dev lo"));
    ip("link set lo down");
}

/// What a service answers, whatever is asked.
const HEALTHY: u8 = 0;
const SIGN_IN: u8 = 1;
const SILENT: u8 = 2;

/// A service at the namespace's address, and what it answers.
fn service() -> (String, Arc<AtomicU8>) {
    let listener = TcpListener::bind((ADDRESS, 0)).unwrap();
    let (host, way) = (listener.local_addr().unwrap().to_string(), Arc::new(AtomicU8::new(HEALTHY)));
    let answers = Arc::clone(&way);
    std::thread::spawn(move || {
        for mut visitor in listener.incoming().flatten() {
            let _ = visitor.read(&mut [0; 2048]);
            let answer = match answers.load(Ordering::SeqCst) {
                HEALTHY => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
                SIGN_IN => {
                    "HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                }
                _ => "",
            };
            let _ = visitor.write_all(answer.as_bytes());
        }
    });
    (host, way)
}

/// A port of that address on which nothing listens.
fn closed() -> String {
    TcpListener::bind((ADDRESS, 0)).unwrap().local_addr().unwrap().to_string()
}

/// A record with many probes of a host.
fn record(desk: &Desk, host: &str) {
    let lines =
        (0..PROBES).map(|number| format!("- [ ] Part {number}\n  <!-- cs: probe GET http://{host}/{number} -->\n"));
    let file = desk.write("c.md", format!("# T\n\n{}", lines.collect::<String>()));
    desk.run(&["record", "new", &file, "--person", "Ana"]).expect(0);
}

/// The runs of each probe.
fn runs(desk: &Desk) -> Vec<Vec<Value>> {
    let shown = desk.json(&["record", "show", "1"]);
    let probes = shown["record"]["probes"].as_object().expect("the record has probes");
    probes.values().map(|runs| runs.as_array().unwrap().clone()).collect()
}

fn what(run: &Value) -> &str {
    run["what"]["what"].as_str().unwrap()
}

/// Every probe's last run was not executed, and says why.
fn none_executed(desk: &Desk, why: &str) {
    let runs = runs(desk);
    assert_eq!(runs.len(), PROBES);
    for run in runs.iter().map(|runs| runs.last().unwrap()) {
        assert_eq!(what(run), "not_executed", "{run}");
        assert!(run["what"]["reason"].as_str().unwrap().contains(why), "{run}");
    }
}

/// Every probe ran in the end, was met, and holds the time at which it was due and the later one at which it ran.
fn all_caught_up(desk: &Desk) {
    for runs in runs(desk) {
        let [.., waited, ran] = runs.as_slice() else { panic!("{runs:?}") };
        let observation = &ran["what"]["observation"];
        assert_eq!((what(waited), what(ran), &observation["outcome"]), ("not_executed", "ran", &Value::from("met")));
        let (due, at) = (observation["due"].as_str().unwrap(), observation["at"].as_str().unwrap());
        assert_eq!(waited["what"]["due"], *due);
        assert!(at > due, "due {due}, ran {at}");
    }
}

#[test]
fn without_a_network_nothing_passes_or_fails_and_all_runs_on_reconnect() {
    in_a_namespace("inside_a_pulled_cable");
}

#[test]
#[ignore = "runs in a network namespace of its own"]
fn inside_a_pulled_cable() {
    begin();
    let desk = Desk::new();
    connect();
    let (host, _) = service();
    disconnect();
    record(&desk, &host);
    desk.run(&["probe", "run", "1", "--allow", &host, "--allow-private", &host, "--person", "Ana"]).expect(1);
    none_executed(&desk, "no network");
    // The network comes back while the program runs.
    let up = Arc::new(AtomicBool::new(false));
    let coming = Arc::clone(&up);
    let back = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_secs(2));
        connect();
        coming.store(true, Ordering::SeqCst);
    });
    desk.run(&["probe", "watch", "1", "--for", "6s", "--person", "Ana"]).expect(0);
    back.join().unwrap();
    assert!(up.load(Ordering::SeqCst));
    all_caught_up(&desk);
}

#[test]
fn behind_a_sign_in_page_nothing_passes_or_fails() {
    in_a_namespace("inside_a_sign_in_page");
}

#[test]
#[ignore = "runs in a network namespace of its own"]
fn inside_a_sign_in_page() {
    begin();
    connect();
    let desk = Desk::new();
    let ((host, service_way), (witness, witness_way)) = (service(), service());
    let page = format!("http://{witness}/check 200 ok");
    desk.run(&["probe", "witnesses", &page, &closed()]).expect(0);
    record(&desk, &host);
    // The page answers for everybody, also for the witness.
    service_way.store(SIGN_IN, Ordering::SeqCst);
    witness_way.store(SIGN_IN, Ordering::SeqCst);
    desk.run(&["probe", "run", "1", "--allow", &host, "--allow-private", &host, "--person", "Ana"]).expect(1);
    none_executed(&desk, "sign-in page");
    // Nobody answers any more: neither the service nor the witnesses.
    witness_way.store(SILENT, Ordering::SeqCst);
    desk.run(&["probe", "run", "1", "--person", "Ana"]).expect(1);
    none_executed(&desk, "sign-in page");
    // Somebody has signed in.
    service_way.store(HEALTHY, Ordering::SeqCst);
    witness_way.store(HEALTHY, Ordering::SeqCst);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    desk.run(&["probe", "run", "1", "--person", "Ana"]).expect(0);
    all_caught_up(&desk);
}

#[test]
fn with_a_witness_a_service_that_is_down_has_failed() {
    in_a_namespace("inside_with_a_witness");
}

#[test]
#[ignore = "runs in a network namespace of its own"]
fn inside_with_a_witness() {
    begin();
    connect();
    let desk = Desk::new();
    let (down, (witness, way)) = (closed(), service());
    desk.run(&["probe", "witnesses", &format!("http://{witness}/check")]).expect(0);
    record(&desk, &down);
    desk.run(&["probe", "run", "1", "--allow", &down, "--allow-private", &down, "--person", "Ana"]).expect(1);
    assert!(runs(&desk).iter().flatten().all(|run| run["what"]["observation"]["outcome"] == "not_met"));
    // With the witness gone the same refusal says nothing of the service.
    way.store(SILENT, Ordering::SeqCst);
    desk.run(&["probe", "run", "1", "--person", "Ana"]).expect(1);
    none_executed(&desk, "none of its witnesses answers");
}
