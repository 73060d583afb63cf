//! The library of checklists, by commands: versions by hash, search, state, review, copies, and the checkout that a file came from.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::Desk;
use serde_json::Value;

const FILE: &str = "---\nowner: Ana\nversion: 3\nnext_review: 2020-01-31\nstatus: draft\n---\n# Orders\n\n- [ ] Run the tests\n- [ ] Stop the workers\n";

fn listed(desk: &Desk, find: &[&str]) -> Vec<Value> {
    let mut args = vec!["checklist", "list"];
    args.extend(find);
    desk.json(&args)["checklists"].as_array().unwrap().clone()
}

fn kept(desk: &Desk) -> Vec<Value> {
    listed(desk, &[]).into_iter().filter(|of| of["source"]["from"] == "kept").collect()
}

#[test]
fn a_file_in_a_checkout_is_watched_and_its_newer_version_offered_and_taken() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path("repo/.git")).unwrap();
    std::fs::create_dir_all(desk.path("repo/docs")).unwrap();
    let file = desk.write("repo/docs/orders.md", FILE);
    desk.run(&["checklist", "keep", &file]).expect(0);
    let [first] = kept(&desk).try_into().unwrap();
    assert_eq!((&first["offer"], &first["superseded"]), (&Value::Null, &false.into()));
    assert_eq!(
        (&first["owner"], &first["review_past"], &first["state"]),
        (&"Ana".into(), &true.into(), &"draft".into())
    );

    desk.write("repo/docs/orders.md", FILE.replace("Run the tests", "Run all the tests"));
    let [offered] = kept(&desk).try_into().unwrap();
    assert_eq!(offered["offer"]["headline"], "1 item changed: 1 changed");
    let words = desk.run(&["checklist", "list"]).expect(0).stdout;
    assert!(words.contains("its review is past") && words.contains("1 item changed"), "{words}");

    desk.run(&["checklist", "keep", &file]).expect(0);
    let [newer, older] = kept(&desk).try_into().unwrap();
    assert_eq!((&newer["superseded"], &older["superseded"]), (&false.into(), &true.into()));
    assert_eq!((&newer["offer"], &older["sha256"]), (&Value::Null, &first["sha256"]));
    let (old, new) = (older["sha256"].as_str().unwrap(), newer["sha256"].as_str().unwrap());
    assert_eq!(desk.json(&["checklist", "diff", old, new])["counts"]["changed"], 1);

    // Back to the old file: that is a version to take as well.
    desk.write("repo/docs/orders.md", FILE);
    desk.run(&["checklist", "keep", &file]).expect(0);
    assert_eq!(kept(&desk)[0]["sha256"], old);
}

#[test]
fn checklists_are_found_by_their_words_released_and_copied() {
    let desk = Desk::new();
    let file = desk.write("orders.md", FILE);
    desk.run(&["checklist", "keep", &file]).expect(0);
    let names = |find: &[&str]| -> Vec<String> {
        listed(&desk, find).iter().map(|of| of["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&["WORKERS", "2020-01"]), ["orders.md"]);
    assert!(names(&["no-such-word-anywhere"]).is_empty());
    assert!(names(&["canary"]).contains(&"staged-canary.md".to_owned()));
    let sha256 = kept(&desk)[0]["sha256"].as_str().unwrap().to_owned();
    desk.run(&["checklist", "state", &sha256, "released"]).expect(0);
    assert_eq!(kept(&desk)[0]["state"], "released");
    desk.run(&["checklist", "state", &"0".repeat(64), "draft"]).refuses(3, "no checklist");
    desk.run(&["checklist", "duplicate", &sha256, "-o", &desk.arg("copy.md")]).expect(0);
    assert_eq!(std::fs::read_to_string(desk.path("copy.md")).unwrap(), FILE);
    let again = desk.run(&["checklist", "duplicate", &sha256, "-o", &desk.arg("copy.md")]);
    again.refuses(3, "already");
}

#[test]
fn a_new_record_begins_from_an_earlier_one_with_its_checklist_corrections_and_facts() {
    let desk = Desk::new();
    let file = desk.write("orders.md", FILE);
    desk.run(&["checklist", "correct", &file, "--item", "Stop the", "--role", "Ops"]).expect(0);
    let facts = ["--set", "service=orders", "--set", "environment=production", "--set", "release=1"];
    let mut args = vec!["record", "new", file.as_str(), "--person", "Dana"];
    args.extend(facts);
    desk.run(&args).expect(0);
    std::fs::remove_file(desk.path("orders.md")).unwrap();
    desk.run(&["checklist", "correct", &file, "--line", "10", "--as", "read"]).expect(3);
    desk.run(&["record", "new", "--from", "1", "--set", "release=2", "--person", "Dana"]).expect(0);
    let (first, second) = (desk.json(&["record", "show", "1"]), desk.json(&["record", "show", "2"]));
    let header = &second["record"]["header"];
    assert_eq!(
        (&header["service"], &header["environment"], &header["release"]),
        (&"orders".into(), &"production".into(), &"2".into())
    );
    assert_eq!(first["record"]["template"]["sha256"], second["record"]["template"]["sha256"]);
    let owner = |shown: &Value| shown["record"]["template"]["items"][1]["owner"].clone();
    assert_eq!((owner(&first), owner(&second)), ("Ops".into(), "Ops".into()));
}
