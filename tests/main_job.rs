//! The main job by separate commands, as a person would type them, and what they refuse on the way.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, Ran, verdicts};
use countersign_tests::service::Service;
use countersign_tests::{elsewhere, orders, programs};
use serde_json::{Value, json};

const SECRET: &str = "a long passphrase";
const ROOT_SECRET: &str = "another long passphrase";
const LEADS: [(&str, &str); 2] = [("Ada Lead", "Engineering lead"), ("Otto Lead", "Operations lead")];

/// A desk with a record of the checklist, number 1.
fn with_record(service: &Service) -> Desk {
    let desk = Desk::new();
    let file = desk.write("orders.md", orders::checklist(&service.host));
    let begun = desk.json(&[
        "record",
        "new",
        &file,
        "--set",
        "service=orders",
        "--set",
        "release=2.14.0",
        "--set",
        "artifact=3f2a9c1d8e7b",
        "--set",
        "environment=production",
        "--set",
        "deployer=Dana Deployer",
        "--set",
        "reviewers=Ada Lead, Otto Lead",
    ]);
    assert_eq!(begun["number"], 1);
    desk
}

/// Keys of the two leads under a root of their organisation.
fn with_keys(desk: &Desk) {
    desk.write("secret", SECRET);
    desk.write("root-secret", format!("{ROOT_SECRET}\n"));
    let (secret, root_secret) = (desk.arg("secret"), desk.arg("root-secret"));
    desk.run(&["roster", "init", "--organisation", "Orders Inc", "--root-passphrase-file", &root_secret]).expect(0);
    for (name, _) in LEADS {
        let files = ["--passphrase-file", &secret, "--root-passphrase-file", &root_secret];
        desk.run(&[&["key", "new", "--name", name, "--email", "lead@example.com"], &files[..]].concat()).expect(0);
    }
}

fn by_dana(desk: &Desk, args: &[&str]) -> Ran {
    desk.run(&[args, &["--person", "Dana Deployer"]].concat())
}

fn sign(desk: &Desk, name: &str, role: &str) -> Ran {
    let secret = desk.arg("secret");
    by_dana(desk, &["sign", "1", "--as", name, "--role", role, "--passphrase-file", &secret])
}

fn shown(desk: &Desk) -> Value {
    desk.json(&["record", "show", "1"])
}

/// What was entered for the item whose label begins like this.
fn item(shown: &Value, label: &str) -> Value {
    shown["record"]["items"][id_of(shown, label)].clone()
}

fn id_of(shown: &Value, label: &str) -> String {
    let items = shown["record"]["template"]["items"].as_array().unwrap();
    let found = items.iter().find(|item| item["label"].as_str().unwrap().starts_with(label));
    found.unwrap_or_else(|| panic!("no item {label}"))["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_main_job_by_separate_commands() {
    let service = Service::start();
    let desk = with_record(&service);
    with_keys(&desk);

    fill_in(&desk);
    probe(&desk, &service);

    for (name, role) in LEADS {
        sign(&desk, name, role).expect(0);
    }
    a_change_makes_sign_offs_stale(&desk);

    by_dana(&desk, &["report", "1", "-o", &desk.arg("report.pdf")]).refuses(4, "still open");
    assert!(!desk.path("report.pdf").exists());
    by_dana(&desk, &["record", "close", "1", "--outcome", "completed", "--summary", "Live."]).expect(0);
    by_dana(&desk, &["record", "answer", "1", "Announce", "open"]).refuses(4, "closed");

    let (report, secret) = (desk.arg("report.pdf"), desk.arg("secret"));
    by_dana(&desk, &["report", "1", "-o", &report, "--as", LEADS[0].0, "--passphrase-file", &secret]).expect(0);
    desk.run(&["roster", "export", "-o", &desk.arg("roots.pem")]).expect(0);
    let half = desk.run(&["--json", "verify", &report, "--trust", &desk.arg("roots.pem")]).expect(1).json();
    assert_eq!(verdicts(&half), ["yes", "yes", "yes", "no", "yes"], "one signature is missing");

    let twice = ["--as", LEADS[1].0, "--passphrase-file", &secret];
    by_dana(&desk, &[&["report", "1", "-o", &report], &twice[..]].concat()).expect(0);
    let whole = desk.json(&["verify", &report, "--trust", &desk.arg("roots.pem")]);
    assert_eq!(verdicts(&whole), ["yes"; 5]);
    assert_eq!(whole["holds"], true);
    assert_eq!(whole["signatures"].as_array().unwrap().len(), 3);
    assert_eq!(whole["record"]["header"]["release"], "2.14.0");
}

fn fill_in(desk: &Desk) {
    by_dana(desk, &["record", "answer", "1", "announce the", "done"]).expect(0);
    let id = id_of(&shown(desk), "Of the database");
    by_dana(desk, &["record", "answer", "1", &id, "done", "--by", "Bea Database"]).expect(0);
    by_dana(desk, &["record", "answer", "1", "p95", "612 ms"]).expect(0);
    by_dana(desk, &["record", "answer", "1", "Better than", "similar"]).expect(0);
    by_dana(desk, &["record", "answer", "1", "Of the settings", "skipped"]).refuses(4, "needs a reason");
    by_dana(desk, &["record", "answer", "1", "Of the settings", "skipped", "--reason", "none changed"]).expect(0);
    by_dana(desk, &["record", "answer", "1", "Of the", "done"]).refuses(2, "2 items begin with");
    by_dana(desk, &["record", "answer", "1", "Walk the dog", "done"]).refuses(3, "no item «Walk the dog»");
    by_dana(desk, &["record", "answer", "1", "p95", "fast"]).expect(4);
    by_dana(desk, &["record", "answer", "1", "Better than", "maybe"]).refuses(4, "Similar");
    by_dana(desk, &["record", "answer", "2", "p95", "1 ms"]).refuses(3, "no record 2");
    by_dana(desk, &["record", "note", "1", "The channel was quiet.", "--item", "Announce"]).expect(0);
    by_dana(desk, &["record", "note", "1", "All as planned."]).expect(0);
    let evidence = desk.write("snapshot.log", "snapshot 4711 taken\n");
    by_dana(desk, &["record", "attach", "1", &evidence, "--item", "Take a snapshot"]).expect(0);
    by_dana(desk, &["record", "add-item", "1", "Tell the support team"]).expect(0);
    by_dana(desk, &["record", "answer", "1", "Tell the support", "done"]).expect(0);

    let shown = shown(desk);
    assert_eq!(item(&shown, "Announce")["state"], "done");
    assert_eq!(item(&shown, "Announce")["notes"][0]["text"], "The channel was quiet.");
    let of_the_database = item(&shown, "Of the database")["answers"][0].clone();
    assert_eq!(
        (&of_the_database["by"], &of_the_database["written_by"]),
        (&json!("Bea Database"), &json!("Dana Deployer"))
    );
    assert_eq!(item(&shown, "p95")["verdict"]["outcome"], "not_met");
    assert_eq!(item(&shown, "Better than")["text"], "Similar");
    assert_eq!(item(&shown, "Take a snapshot")["files"][0]["file"]["name"], "snapshot.log");
    assert_eq!(shown["record"]["notes"][0]["text"], "All as planned.");
    let kinds: Vec<&str> =
        shown["deviations"].as_array().unwrap().iter().map(|each| each["kind"].as_str().unwrap()).collect();
    for kind in ["skipped", "added_on_the_spot", "limit_not_met"] {
        assert!(kinds.contains(&kind), "{kind} is missing among {kinds:?}");
    }
}

fn probe(desk: &Desk, service: &Service) {
    by_dana(desk, &["probe", "run", "1", "--probe", "Shop answers"]).refuses(4, "may not connect");
    by_dana(desk, &["probe", "run", "1"]).refuses(4, &service.host);
    assert!(service.asked().is_empty(), "nobody was asked before it was allowed");

    let offline = ["probe", "run", "1", "--allow", &service.host, "--offline"];
    let words = by_dana(desk, &offline).expect(1);
    assert_eq!(words.stdout.matches("not executed (offline)").count(), 4, "{words}");
    assert!(service.asked().is_empty(), "nobody was asked while offline");
    let due = runs(&shown(desk), "Shop answers")[0]["what"]["due"].clone();

    let online = desk.run(&["--json", "probe", "run", "1", "--person", "Dana Deployer"]).expect(1).json();
    assert_eq!(online["probes"].as_array().unwrap().len(), 4);
    assert_eq!(service.asked().len(), 4);
    let shown = shown(desk);
    for (name, outcome) in [("Shop answers", "met"), ("Worker answers", "not_met"), ("Search answers", "not_met")] {
        let runs = runs(&shown, name);
        assert_eq!(runs.len(), 2, "{name} was not executed once, and ran once");
        assert_eq!(runs[0]["what"]["what"], "not_executed", "{name}");
        let observation = &runs[1]["what"]["observation"];
        assert_eq!(observation["outcome"], outcome, "{name}");
        assert!(
            observation["due"].as_str() < observation["at"].as_str(),
            "{name} keeps when it was due and when it ran"
        );
    }
    assert_eq!(runs(&shown, "Shop answers")[1]["what"]["observation"]["due"], due);

    by_dana(desk, &["probe", "judge", "1", "Search answers", "--dispute", "planned maintenance"]).expect(0);
    by_dana(desk, &["probe", "run", "1", "--probe", "shop answers"]).expect(0);
}

fn runs(shown: &Value, name: &str) -> Vec<Value> {
    let probes = shown["record"]["template"]["probes"].as_array().unwrap();
    let id = probes.iter().find(|probe| probe["name"] == name).unwrap()["id"].as_str().unwrap();
    shown["record"]["probes"][id].as_array().unwrap().clone()
}

fn a_change_makes_sign_offs_stale(desk: &Desk) {
    let fresh = shown(desk);
    assert!(fresh["record"]["sign_offs"].as_array().unwrap().iter().all(|each| each["changes"] == json!([])));
    by_dana(desk, &["record", "answer", "1", "p95", "480 ms", "--reason", "measured again"]).expect(0);
    let stale = shown(desk);
    let signed = stale["record"]["sign_offs"].as_array().unwrap();
    assert_eq!(signed.len(), 2);
    for each in signed {
        let changes = each["changes"].as_array().unwrap();
        let said = changes.iter().map(Value::to_string).collect::<String>();
        assert!(changes.len() == 1 && said.contains("612 ms") && said.contains("480 ms"), "{said}");
    }
    for (name, role) in LEADS {
        sign(desk, name, role).expect(0);
    }
    let again = shown(desk);
    let signed = again["record"]["sign_offs"].as_array().unwrap();
    assert_eq!(signed.iter().filter(|each| each["changes"] == json!([])).count(), 2);
    assert_eq!(signed.len(), 4, "the stale ones stay in the log");
}

#[test]
fn a_wrong_passphrase_signs_nothing() {
    let desk = with_record(&Service::start());
    with_keys(&desk);
    let before = shown(&desk);
    let wrong = desk.write("wrong", "not the passphrase");
    let sign = ["sign", "1", "--as", "Ada Lead", "--role", "Engineering lead", "--passphrase-file"];
    by_dana(&desk, &[&sign[..], &[&wrong]].concat()).refuses(4, "passphrase");
    desk.write("empty", "");
    by_dana(&desk, &[&sign[..], &[&desk.arg("empty")]].concat()).refuses(4, "passphrase");
    by_dana(&desk, &sign[..6]).refuses(2, "no passphrase");
    by_dana(&desk, &[&sign[..], &[&desk.arg("missing")]].concat()).refuses(3, "missing");
    let nobody =
        ["sign", "1", "--as", "Nobody", "--role", "Engineering lead", "--passphrase-file", &desk.arg("secret")];
    by_dana(&desk, &nobody).refuses(3, "Nobody");
    let root = ["key", "new", "--name", "Eve", "--passphrase-file", &wrong, "--root-passphrase-file", &wrong];
    desk.run(&root).refuses(4, "passphrase");
    assert_eq!(shown(&desk), before);
    let people =
        desk.json(&["key", "list"])["keys"].as_array().unwrap().iter().filter(|key| key["purpose"] == "person").count();
    assert_eq!(people, 2);
}

#[test]
fn a_key_made_by_openssl_signs_as_well() {
    let Some(openssl) = programs::foreign("openssl") else { return };
    let desk = with_record(&Service::start());
    desk.write("secret", SECRET);
    let key = elsewhere::key(&openssl, &desk.path(""), "Ada Import", SECRET).display().to_string();

    let wrong = desk.write("wrong", "not the passphrase");
    desk.run(&["key", "import", &key, "--passphrase-file", &wrong]).refuses(4, "passphrase");
    desk.run(&["key", "import", &desk.arg("orders.md"), "--passphrase-file", &wrong]).expect(3);
    desk.run(&["key", "import", &key, "--passphrase-file", &desk.arg("secret")]).expect(0);
    for (_, role) in LEADS {
        sign(&desk, "Ada Import", role).expect(0);
    }
    by_dana(&desk, &["record", "close", "1"]).expect(0);
    let (report, secret) = (desk.arg("report.pdf"), desk.arg("secret"));
    let twice =
        ["--as", "Ada Import", "--passphrase-file", &secret, "--as", "Ada Import", "--passphrase-file", &secret];
    by_dana(&desk, &[&["report", "1", "-o", &report], &twice[..]].concat()).expect(0);
    desk.run(&["roster", "export", "-o", &desk.arg("roots.pem")]).expect(0);
    let verified = desk.json(&["verify", &report, "--trust", &desk.arg("roots.pem")]);
    assert_eq!(verdicts(&verified), ["yes"; 5]);
    // The organisation's root vouches for its person, and for nothing that this program made for itself.
    let verified = desk.run(&["--json", "verify", &report, "--trust", &desk.arg("elsewhere.pem")]).expect(1).json();
    let trusted: Vec<_> = verified["signatures"].as_array().unwrap().iter().map(|each| &each["trusted"]).collect();
    assert_eq!(trusted, [&json!(false), &json!(true), &json!(true)]);
}
