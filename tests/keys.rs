//! Keys over time: made by request, tried with wrong passphrases, revoked, replaced; and what a roster has against who signs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, verdicts};
use countersign_tests::organisation::Organisation;
use countersign_tests::programs;
use serde_json::Value;
use std::process::Command;

/// A desk with a root, Lena's key, and a record of one item.
fn desk() -> Desk {
    let desk = Desk::new();
    let secret = desk.write("secret", "a long passphrase");
    let root = ["--root-passphrase-file", &secret];
    desk.run(&[&["roster", "init", "--organisation", "Orders"][..], &root].concat()).expect(0);
    desk.run(&[&["key", "new", "--name", "Lena", "--passphrase-file", &secret][..], &root].concat()).expect(0);
    let file = desk.write("orders.md", "# Orders\n\n- [ ] Deploy\n- [ ] Lead: ____________ Date: _____\n");
    desk.run(&["record", "new", &file, "--person", "Dana"]).expect(0);
    desk
}

fn sign<'a>(desk: &Desk, secret: &'a str, more: &[&'a str]) -> countersign_tests::desk::Ran {
    let args = ["sign", "1", "--as", "Lena", "--role", "Lead", "--person", "Dana", "--passphrase-file", secret];
    desk.run(&[&args[..], more].concat())
}

#[test]
fn wrong_passphrases_slow_down_over_restarts_are_told_and_logged_without_the_passphrase() {
    let desk = desk();
    let (wrong, right) = (desk.write("wrong", "guess-number-one"), desk.arg("secret"));
    for _ in 0..2 {
        let ran = sign(&desk, &wrong, &[]);
        assert!(ran.code != 0 && ran.stderr.contains("passphrase is wrong"), "{ran}");
    }
    let third = sign(&desk, &wrong, &[]);
    assert!(third.stderr.contains("wrong 3 times in a row; the next try can be made in 5 s"), "{third}");
    // Another run of the program, and the right one: too early all the same.
    sign(&desk, &right, &[]).refuses(4, "3 wrong passphrases in a row");
    let logged = desk.json(&["key", "log"]);
    let tries = logged["tries"].as_array().unwrap();
    assert_eq!(tries.len(), 3);
    assert!(tries.iter().all(|tried| tried["opened"] == false));
    let database = std::fs::read(desk.database()).unwrap();
    let wal = std::fs::read(desk.data().join("countersign.sqlite-wal")).unwrap_or_default();
    for bytes in [database, wal] {
        assert!(!bytes.windows(16).any(|window| window == b"guess-number-one"));
    }
    // The root's passphrases are counted by themselves.
    let root = ["key", "revoke", "Lena", "--reason", "lost", "--root-passphrase-file"];
    desk.run(&[&root[..], &[&wrong]].concat()).expect(4);
    desk.run(&[&root[..], &[&right]].concat()).expect(0);
}

#[test]
fn each_way_to_decide_is_kept_and_shown_as_what_it_is() {
    let desk = desk();
    let secret = desk.arg("secret");
    let cases: [(&[&str], &str, &str); 4] = [
        (&[], "approve", "approved"),
        (
            &["--except", "the cache", "--except-item", "Deploy", "--until", "2027-01-31"],
            "approve_with_exceptions",
            "approved, except the cache (Deploy), until 2027-01-31 23:59:59 UTC",
        ),
        (&["--send-back", "not tested"], "return", "returned: not tested"),
        (&["--dissent", "too soon"], "dissent", "dissents: too soon"),
    ];
    for (args, decision, words) in cases {
        let ran = sign(&desk, &secret, args).expect(0);
        assert!(ran.stderr.contains(words), "«{words}»: {ran}");
        let shown = desk.json(&["record", "show", "1"]);
        let last = shown["record"]["sign_offs"].as_array().unwrap().last().unwrap()["sign_off"]["statement"].clone();
        assert_eq!(last["decision"]["decision"], decision);
        assert_eq!(last["shown"]["on"], "terminal");
        let kinds: Vec<_> = shown["deviations"].as_array().unwrap().iter().map(|of| of["kind"].clone()).collect();
        let expected = [("approve_with_exceptions", "exceptions"), ("return", "returned"), ("dissent", "dissent")];
        for (of, kind) in expected {
            // What was said before in the same role and meaning no longer counts.
            assert_eq!(kinds.contains(&Value::from(kind)), of == decision, "{decision}: {kinds:?}");
        }
    }
    sign(&desk, &secret, &["--dissent", " "]).refuses(4, "needs a reason");
    sign(&desk, &secret, &["--dissent", "a", "--send-back", "b"]).expect(2);
    desk.run(&["record", "answer", "1", "Deploy", "done", "--person", "Dana"]).expect(0);
    desk.run(&["record", "close", "1", "--person", "Dana"]).expect(0);
    let report = desk.arg("report.pdf");
    desk.run(&["report", "1", "-o", &report, "--as", "Lena", "--passphrase-file", &secret, "--person", "Dana"])
        .expect(0);
    let Some(pdftotext) = programs::foreign("pdftotext") else { return };
    let output = Command::new(pdftotext).args(["-layout", &report, "-"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["dissents: too soon", "except the cache (Deploy)", "returned: not tested", "printed on the terminal"]
    {
        assert!(text.contains(words), "«{words}»: {text}");
    }
}

/// A record that Lena and Omar signed on their computers, with its report.
fn reported() -> (Organisation, String) {
    let of = Organisation::new();
    let request = of.ask("ask.json");
    for (desk, name, role) in [(&of.lena, "Lena", "Engineering lead"), (&of.omar, "Omar", "Operations")] {
        let (_, answer) = of.sign(desk, name, &request, role, "answer.json");
        of.by(&["signoff", "take", "1", &answer]).expect(0);
    }
    of.by(&["record", "close", "1"]).expect(0);
    let mut report = of.deployer.arg("report.pdf");
    of.by(&["report", "1", "-o", &report]).expect(0);
    for (desk, name) in [(&of.lena, "Lena"), (&of.omar, "Omar")] {
        let (ran, signed) = of.sign(desk, name, &report, "", "signed.pdf");
        ran.expect(0);
        report = signed;
    }
    (of, report)
}

#[test]
fn what_was_signed_before_a_key_was_revoked_holds_on_and_what_was_signed_after_does_not() {
    let (of, report) = reported();
    let revoke = |more: &[&str]| {
        let args = of.root(&[&["key", "revoke", "Lena", "--reason", "stolen"], more].concat());
        of.deployer.run(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    revoke(&["--reason", "bored"]).expect(2);
    let verify = |code: i32| {
        let roots = of.deployer.arg("now.pem");
        of.deployer.run(&["roster", "export", "-o", &roots]).expect(0);
        of.deployer.run(&["--json", "verify", &report, "--trust", &roots]).expect(code).json()
    };
    assert_eq!(verdicts(&verify(0)), ["yes"; 5]);
    revoke(&[]).expect(0);
    let held = verify(0);
    assert_eq!(verdicts(&held), ["yes"; 5]);
    let said = held["identity"]["reasons"].to_string();
    assert!(said.contains("was revoked as of") && said.contains("if the stated time is true"), "{said}");
    revoke(&[]).refuses(3, "no key Lena");
    // Omar's key was stolen long before: whatever it signed counts for nothing.
    let args = of.root(&["key", "revoke", "Omar", "--reason", "stolen", "--since", "2026-01-01"]);
    of.deployer.run(&args).expect(0);
    let refuted = verify(1);
    assert_eq!(refuted["identity"]["outcome"], "no", "{refuted:#}");
    assert!(refuted["identity"]["reasons"].to_string().contains("revoked the certificate as of 2026-01-01"));
    if let Some(openssl) = programs::foreign("openssl") {
        let list = of.deployer.data().join("keys/revoked.crl");
        let output = Command::new(openssl).args(["crl", "-noout", "-text", "-in"]).arg(list).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(text.matches("Key Compromise").count(), 2, "{text}");
    }
}

#[test]
fn a_key_is_replaced_and_the_old_one_signs_no_more() {
    let desk = desk();
    let secret = desk.arg("secret");
    let before = desk.json(&["key", "list"])["keys"].as_array().unwrap().len();
    let rotate = ["key", "rotate", "Lena", "--passphrase-file", &secret, "--root-passphrase-file", &secret];
    desk.run(&rotate).expect(0);
    let keys = desk.json(&["key", "list"])["keys"].clone();
    let lenas: Vec<_> = keys.as_array().unwrap().iter().filter(|key| key["name"] == "Lena").collect();
    assert_eq!((keys.as_array().unwrap().len(), lenas.len()), (before + 1, 2));
    let old = lenas.iter().find(|key| key["revoked"].is_string()).unwrap();
    // The name means the key that counts; the old one is refused by name.
    sign(&desk, &secret, &[]).expect(0);
    let id = old["id"].as_str().unwrap();
    let args = ["sign", "1", "--as", id, "--role", "Lead", "--person", "Dana", "--passphrase-file", &secret];
    desk.run(&args).refuses(4, "was revoked as of");
}

#[test]
fn a_roster_warns_at_the_sign_off_on_page_one_and_in_the_verdict_of_who_signed() {
    let of = Organisation::new();
    let request = of.ask("ask.json");
    let (ran, answer) = of.sign(&of.omar, "Omar", &request, "Engineering lead", "omar.json");
    let words = "The roster does not give Omar the role «Engineering lead», but: Operations.";
    assert!(ran.stderr.contains(words), "{ran}");
    let taken = of.by(&["signoff", "take", "1", &answer]).expect(0);
    assert!(taken.stdout.contains(words), "{taken}");
    of.by(&["record", "close", "1"]).expect(0);
    let report = of.deployer.arg("report.pdf");
    of.by(&["report", "1", "-o", &report]).expect(0);
    let (_, signed) = of.sign(&of.omar, "Omar", &report, "", "signed.pdf");
    let shown = of.deployer.json(&["record", "show", "1"]);
    let told = shown["deviations"].as_array().unwrap().iter().find(|of| of["kind"] == "roster_warning");
    assert_eq!(told.unwrap()["detail"], words);
    let with = ["--json", "verify", &signed, "--trust", &of.roots(), "--roster", &of.roster()];
    let said = of.deployer.run(&with).expect(1).json();
    assert_eq!(said["identity"]["outcome"], "no");
    assert!(said["identity"]["reasons"].to_string().contains("does not give Omar the role"), "{said:#}");
    let without = of.deployer.run(&with[..5]).json();
    assert_eq!(without["identity"]["outcome"], "yes", "{without:#}");
    // A roster that somebody has put a role into.
    let text = std::fs::read_to_string(of.roster()).unwrap();
    let forged = of.deployer.write("forged.json", text.replacen("Operations", "Engineering lead", 1));
    of.deployer
        .run(&["verify", &signed, "--trust", &of.roots(), "--roster", &forged])
        .refuses(4, "not as it was signed");
    of.lena.run(&["roster", "import", &forged]).refuses(4, "not as it was signed");
}

#[test]
fn a_roster_is_believed_by_a_known_root_only_and_never_goes_back() {
    let of = Organisation::new();
    let first = of.deployer.write("first.json", std::fs::read(of.roster()).unwrap());
    let shown = of.lena.run(&["roster", "show"]).expect(0);
    for words in ["Orders, issue 1 of", "Lena", "Engineering lead", "Omar", "Operations"] {
        assert!(shown.stdout.contains(words), "«{words}»: {shown}");
    }
    let stranger = Desk::new();
    stranger.run(&["roster", "import", &of.roster()]).refuses(4, "none of the trusted roots");
    stranger.run(&["roster", "import", &of.roots()]).refuses(3, "no roster");
    of.deployer.run(&["roster", "remove", "Omar"]).expect(0);
    of.issue();
    of.lena.run(&["roster", "import", &first]).refuses(4, "issue 2 is here already");
    let shown = of.lena.run(&["roster", "show"]).expect(0);
    assert!(shown.stdout.contains("issue 2") && !shown.stdout.contains("Omar"), "{shown}");
    // A person without a role, and one whose certificate was revoked, are to be seen to.
    let root = of.root(&["key", "revoke", "Lena", "--reason", "left"]);
    of.deployer.run(&root).expect(0);
    let shown = of.deployer.run(&["roster", "show"]).expect(1);
    assert!(shown.stdout.contains("! Lena: the issuer has revoked the certificate"), "{shown}");
}
