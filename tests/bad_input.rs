//! Input that nobody wishes for: a clear error and the right exit code, nothing lost, and never a panic (the harness looks for
//! one in every run).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, Ran};
use countersign_tests::service::{ENDLESS, Service};
use rusqlite::Connection;
use serde_json::Value;
use std::path::Path;

fn by_dana(desk: &Desk, args: &[&str]) -> Ran {
    desk.run(&[args, &["--person", "Dana"]].concat())
}

/// A desk with a record that has an answer and a note.
fn with_record() -> Desk {
    let desk = Desk::new();
    let file = desk.write("one.md", "# One\n\n- [ ] Do it\n- [ ] Look at it\n- p95: ___ ms\n");
    by_dana(&desk, &["record", "new", &file, "--set", "release=1"]).expect(0);
    by_dana(&desk, &["record", "answer", "1", "Do it", "done"]).expect(0);
    by_dana(&desk, &["record", "note", "1", "It went well."]).expect(0);
    desk
}

fn shown(desk: &Desk) -> Value {
    desk.json(&["record", "show", "1"])
}

#[test]
fn files_that_are_no_checklists_are_read_as_far_as_they_go_or_refused() {
    let desk = Desk::new();
    let noise: Vec<u8> = (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let utf16 = |big: bool| -> Vec<u8> {
        let text = "\u{feff}# Release\n\n- [ ] One\n- [ ] Two\n".encode_utf16();
        text.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    for (name, bytes) in [
        ("noise.md", noise),
        (
            "program.md",
            std::fs::read(countersign_tests::programs::cli()).unwrap().into_iter().take(3_000_000).collect(),
        ),
        ("zeros.md", vec![0; 10_000]),
        ("little.md", utf16(false)),
        ("big.md", utf16(true)),
    ] {
        let file = desk.write(name, bytes);
        let shown = desk.json(&["checklist", "show", &file]);
        assert_eq!(shown["lossless"], true, "{name}");
        let serious = shown["problems"].as_array().unwrap().iter().any(|problem| problem["severity"] != "note");
        assert!(serious, "{name} is said to be damaged, never silently empty: {}", shown["problems"]);
    }
    let empty = desk.json(&["checklist", "show", &desk.write("empty.md", "")]);
    assert_eq!((&empty["counts"]["tasks"], &empty["lossless"]), (&Value::from(0), &Value::from(true)));
    desk.run(&["checklist", "show", &desk.arg("")]).expect(3);
    desk.run(&["checklist", "show", &desk.arg("missing.md")]).refuses(3, "missing.md");
    by_dana(&desk, &["record", "new", &desk.arg("missing.md"), "--set", "release=1"]).refuses(3, "missing.md");
    assert_eq!(desk.json(&["record", "list"])["records"], Value::from(Vec::<Value>::new()));
}

#[test]
fn a_checklist_of_20_mb_is_read_and_one_beyond_the_limit_is_refused() {
    let desk = Desk::new();
    let part = "## Part\n\n- [ ] Do this\n- p95: ___ ms (target: < 500 ms)\n- Better? ☐ Yes ☐ No\n\nSome words of explanation.\n\n";
    let times = |size: usize| size / part.len() + 1;
    let large = desk.write("large.md", part.repeat(times(20_000_000)));
    let words = desk.run(&["checklist", "show", &large]).expect(0);
    assert_eq!(words.stdout.matches("Do this").count(), times(20_000_000));
    let smaller = desk.json(&["checklist", "show", &desk.write("smaller.md", part.repeat(times(2_000_000)))]);
    assert_eq!(smaller["counts"]["tasks"], times(2_000_000));
    desk.run(&["checklist", "show", &desk.write("line.md", "- [ ] x ".repeat(250_000))]).expect(0);
    desk.run(&["checklist", "show", &desk.write("deep.md", "> ".repeat(1_000_000))]).expect(0);
    desk.run(&["checklist", "show", &desk.write("huge.md", vec![b'-'; 40_000_000])]).refuses(3, "at most");
}

#[test]
fn a_torn_database_is_refused_and_left_as_it_is() {
    let desk = with_record();
    let before = shown(&desk);
    let bytes = std::fs::read(desk.database()).unwrap();
    for (name, torn) in [
        ("half", bytes[..bytes.len() / 2].to_vec()),
        ("less than a page", bytes[..1000].to_vec()),
        ("text", b"This is no database, whatever its name says. ".repeat(200)),
    ] {
        std::fs::write(desk.database(), &torn).unwrap();
        desk.run(&["record", "show", "1"]).refuses(3, "damaged");
        by_dana(&desk, &["record", "note", "1", "x"]).refuses(3, "damaged");
        assert!(std::fs::read(desk.database()).unwrap() == torn, "{name}: it is left as it is");
    }
    let mut refused = 0;
    for page in 0..bytes.len() / 4096 {
        let mut torn = bytes.clone();
        torn[page * 4096 + 8..page * 4096 + 4000].fill(0xa5);
        std::fs::write(desk.database(), &torn).unwrap();
        let ran = desk.run(&["--json", "record", "show", "1"]);
        match ran.code {
            // The page belongs to a table that this did not need, or holds nothing.
            0 => assert_eq!(ran.json(), before, "page {page}"),
            _ => {
                refused += 1;
                let ran = ran.refuses(3, "damaged");
                assert!(std::fs::read(desk.database()).unwrap() == torn, "page {page}: it is left as it is: {ran}");
            }
        }
    }
    assert!(refused > bytes.len() / 8192, "{refused} pages of {}", bytes.len() / 4096);
    std::fs::write(desk.database(), &bytes).unwrap();
    assert_eq!(shown(&desk), before, "with a backup in its place it goes on");
}

#[test]
fn an_emptied_or_missing_database_does_not_pass_for_a_fresh_start() {
    let desk = with_record();
    let bytes = std::fs::read(desk.database()).unwrap();
    std::fs::write(desk.database(), "").unwrap();
    desk.run(&["record", "list"]).refuses(3, "gone or empty");
    assert_eq!(std::fs::read(desk.database()).unwrap().len(), 0);
    std::fs::remove_file(desk.database()).unwrap();
    desk.run(&["record", "list"]).refuses(3, "gone or empty");
    assert!(!desk.database().exists());
    std::fs::write(desk.database(), bytes).unwrap();
    desk.run(&["record", "show", "1"]).expect(0);
}

#[test]
fn a_changed_event_in_the_database_is_told() {
    let desk = with_record();
    let connection = Connection::open(desk.database()).unwrap();
    let refused =
        connection.execute("UPDATE event SET bytes = CAST(replace(bytes, 'well', 'ill!') AS BLOB)", []).unwrap_err();
    assert!(refused.to_string().contains("never changed"), "{refused}");
    connection.execute("DELETE FROM event", []).unwrap_err();
    let triggers: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for trigger in triggers {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    connection.execute("UPDATE event SET bytes = CAST(replace(bytes, 'well', 'ill!') AS BLOB)", []).unwrap();
    drop(connection);
    desk.run(&["record", "show", "1"]).refuses(3, "vent 4");
    by_dana(&desk, &["record", "note", "1", "x"]).expect(3);
}

#[test]
fn a_newer_database_is_refused_and_not_damaged() {
    let desk = with_record();
    let database = Connection::open(desk.database()).unwrap();
    let version: i64 = database.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    database.pragma_update(None, "user_version", 99).unwrap();
    drop(database);
    let bytes = std::fs::read(desk.database()).unwrap();
    desk.run(&["record", "list"]).refuses(3, "newer Countersign (format 99");
    assert!(std::fs::read(desk.database()).unwrap() == bytes);
    Connection::open(desk.database()).unwrap().pragma_update(None, "user_version", version).unwrap();
    assert_eq!(shown(&desk)["record"]["notes"][0]["text"], "It went well.");
}

#[test]
fn the_database_of_another_program_is_not_touched() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.data()).unwrap();
    Connection::open(desk.database()).unwrap().execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
    let bytes = std::fs::read(desk.database()).unwrap();
    desk.run(&["record", "list"]).refuses(3, "not a Countersign database");
    assert!(std::fs::read(desk.database()).unwrap() == bytes);
}

#[test]
fn a_data_directory_in_use_is_refused_until_it_is_free() {
    let service = Service::start();
    let desk = Desk::new();
    let line = format!("# One\n\n- [ ] It answers <!-- cs: probe GET {} -->\n", service.url("/hangs"));
    by_dana(&desk, &["record", "new", &desk.write("one.md", line), "--set", "release=1"]).expect(0);
    let probe = ["probe", "run", "1", "--allow", &service.host, "--person", "Dana"];
    let mut holder = desk.command(&probe).stdout(std::process::Stdio::null()).spawn().unwrap();
    service.wait_for_a_visitor();
    desk.run(&["record", "list"]).refuses(3, "in use");
    by_dana(&desk, &["record", "note", "1", "x"]).refuses(3, "in use");
    let error = desk.run(&["--json", "record", "list"]).expect(3).json();
    assert_eq!(error["error"]["code"], "in_use");
    holder.kill().unwrap();
    holder.wait().unwrap();
    let shown = shown(&desk);
    assert_eq!(shown["record"]["hosts"][0], service.host, "what was committed before the kill is there");
    by_dana(&desk, &["record", "note", "1", "x"]).expect(0);
}

#[test]
fn data_directories_that_cannot_be_one_are_refused() {
    let desk = Desk::new();
    std::fs::write(desk.data(), "a file in its place").unwrap();
    desk.run(&["record", "list"]).refuses(3, "data");
    std::fs::remove_file(desk.data()).unwrap();
    std::fs::create_dir_all(desk.database()).unwrap();
    desk.run(&["record", "list"]).expect(3);

    let desk = with_record();
    std::fs::write(desk.data().join("installation.key"), "no key").unwrap();
    desk.run(&["record", "show", "1"]).refuses(3, "installation.key");
    let desk = with_record();
    std::fs::remove_file(desk.data().join("installation.key")).unwrap();
    let without = desk.run(&["record", "show", "1"]);
    assert_ne!(without.code, 70, "{without}");
    assert_eq!(
        without.code, 3,
        "a record whose installation key is gone is not shown as if it could be checked: {without}"
    );
}

#[cfg(unix)]
#[test]
fn a_data_directory_without_write_permission_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = with_record();
    let set = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    set(&desk.data(), 0o500);
    if std::fs::write(desk.data().join("try"), "").is_ok() {
        std::fs::remove_file(desk.data().join("try")).unwrap();
        set(&desk.data(), 0o700);
        eprintln!("skipped: permissions do not bind this user, who is probably root");
        return;
    }
    by_dana(&desk, &["record", "note", "1", "x"]).expect(3);
    set(&desk.data(), 0o700);
    assert_eq!(shown(&desk)["record"]["notes"].as_array().unwrap().len(), 1);
}

#[test]
fn evidence_and_reports_that_cannot_be_read_or_written_are_refused() {
    let desk = with_record();
    let before = shown(&desk);
    by_dana(&desk, &["record", "attach", "1", &desk.arg("missing.log")]).refuses(3, "missing.log");
    by_dana(&desk, &["record", "attach", "1", &desk.arg("")]).expect(3);
    assert_eq!(shown(&desk), before);
    by_dana(&desk, &["record", "close", "1"]).expect(0);
    by_dana(&desk, &["report", "1", "-o", &desk.arg("no/such/folder/report.pdf")]).refuses(3, "report.pdf");
    by_dana(&desk, &["report", "1", "-o", &desk.arg("data")]).expect(3);
    by_dana(&desk, &["report", "1", "-o", &desk.arg("report.pdf")]).expect(0);
}

/// A record with one probe on `path`, run once; how it ended and what was kept.
fn probed(service: &Service, path: &str) -> (Ran, Value) {
    let desk = Desk::new();
    let url = service.url(path);
    let line = format!(
        "# One\n\n- [ ] It answers <!-- cs: probe GET {url}; expect http.status == 200; expect body.status == \"ok\" -->\n"
    );
    by_dana(&desk, &["record", "new", &desk.write("one.md", line), "--set", "release=1"]).expect(0);
    let ran = by_dana(&desk, &["probe", "run", "1", "--allow", &service.host]);
    by_dana(&desk, &["record", "answer", "1", "It answers", "done"]).expect(0);
    let probes = shown(&desk)["record"]["probes"].clone();
    let runs = probes.as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(runs.as_array().unwrap().len(), 1, "{path}: one run, kept as evidence");
    (ran, runs[0]["what"]["observation"].clone())
}

#[test]
fn hosts_that_answer_badly_are_findings_and_not_faults() {
    let service = Service::start();
    for (path, phase) in [("/cut", "head"), ("/short", "body"), ("/wide", "head"), ("/noise", "head")] {
        let (ran, observation) = probed(&service, path);
        assert_eq!(ran.code, 1, "{ran}");
        assert_eq!(observation["outcome"], "not_met", "{path}: {observation:#}");
        assert_eq!(observation["exchanges"][0]["failed"], phase, "{path}: {observation:#}");
        assert!(!observation["exchanges"][0]["came"].as_str().unwrap().is_empty());
    }
    let (ran, observation) = probed(&service, "/redirects");
    assert_eq!(ran.code, 0, "{ran}");
    let asked = |index: usize| observation["exchanges"][index]["asked"].as_str().unwrap().to_owned();
    assert_eq!(asked(0), format!("GET {}", service.url("/redirects")), "a redirect is shown");
    assert_eq!(asked(1), format!("GET {}", service.url("/healthy")), "and followed to a host that is allowed");
}

#[test]
fn a_host_that_is_not_there_is_a_finding() {
    let mut service = Service::start();
    let gone = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    service.host = gone.to_string();
    let (ran, observation) = probed(&service, "/healthy");
    assert_eq!((ran.code, &observation["exchanges"][0]["failed"]), (1, &Value::from("connect")));
}

#[test]
fn an_answer_of_a_gigabyte_is_cut_and_says_nothing_of_its_body() {
    let service = Service::start();
    let (ran, observation) = probed(&service, "/endless");
    assert_eq!(ran.code, 1, "{ran}");
    assert_eq!(observation["exchanges"][0]["body_cut"], true);
    assert!(observation["exchanges"][0]["body_size"].as_u64().unwrap() <= 1_000_000);
    assert_eq!(observation["conditions"][1]["outcome"], "unknown");
    assert!(service.sent() < ENDLESS / 10, "{} bytes were taken", service.sent());
}

#[test]
fn a_host_that_never_answers_is_given_up() {
    let (ran, observation) = probed(&Service::start(), "/hangs");
    assert_eq!((ran.code, &observation["exchanges"][0]["failed"]), (1, &Value::from("head")), "{ran}");
    assert_eq!(observation["exchanges"][0]["came"], "no answer within 10 s");
}

#[test]
fn a_host_that_drips_is_given_up_as_well() {
    let (ran, observation) = probed(&Service::start(), "/drips");
    assert_eq!((ran.code, &observation["exchanges"][0]["failed"]), (1, &Value::from("body")), "{ran}");
}
