//! Attacks by way of time stamps and validation data: what looks like one, and is something else or more.

use super::{PASSPHRASE, desk};
use countersign_pades::later::{Unstamped, signature_imprint, with_signature_timestamp};
use countersign_pades::{Identity, Trust};
use countersign_tests::authority::Authority;
use countersign_tests::desk::{Desk, Tour};
use countersign_tests::tamper;
use countersign_tests::update::Update;
use serde_json::Value;

const LAST: &str = "sign-off-2";

/// The leads' keys on a desk with the tour's data, by name.
pub(crate) fn leads(desk: &Desk) -> Vec<Identity> {
    let files = std::fs::read_dir(desk.data().join("keys")).unwrap().map(|entry| entry.unwrap().path());
    let keys = files.filter(|path| path.extension().is_some_and(|end| end == "p12") && !path.ends_with("root.p12"));
    let mut leads: Vec<_> =
        keys.map(|path| Identity::import(&std::fs::read(path).unwrap(), PASSPHRASE).unwrap()).collect();
    leads.sort_by_key(|lead| lead.certificate().common_name());
    leads
}

/// Expects that exactly this verdict does not hold, for this reason.
#[track_caller]
fn refuted(authority: &Authority, pdf: &[u8], verdict: &str, words: &str) -> Value {
    let desk = Desk::new();
    let file = desk.write("report.pdf", pdf);
    let roots = authority.beside(&Tour::taken().roots());
    let said = desk.run(&["--json", "verify", &file, "--trust", &roots]).expect(1).json();
    assert_eq!(said[verdict]["outcome"], "no", "{said:#}");
    let reasons = said[verdict]["reasons"].to_string();
    assert!(reasons.contains(words), "«{words}» is not in {reasons}");
    said
}

fn stamped(authority: &Authority) -> Vec<u8> {
    let unstamped = Unstamped::of(&Tour::taken().report()).unwrap();
    let token = authority.token(unstamped.imprint());
    unstamped.stamped(&token).unwrap()
}

#[test]
fn a_token_over_something_else_is_named() {
    let Some(authority) = Authority::start() else { return };
    let report = Tour::taken().report();
    let token = authority.token([9; 32]);
    let attacked = with_signature_timestamp(&report, LAST, &token).unwrap();
    refuted(&authority, &attacked, "time", "sign-off-2: the time stamp is over something else than this");
    let unstamped = Unstamped::of(&report).unwrap();
    refuted(&authority, &unstamped.stamped(&token).unwrap(), "integrity", "timestamp-1: the signed bytes were changed");
}

#[test]
fn authorities_that_had_ended_or_are_for_something_else_prove_nothing() {
    let Some(authority) = Authority::start() else { return };
    let report = Tour::taken().report();
    let imprint = signature_imprint(&report, LAST).unwrap();
    for (certificate, words) in [
        ("ended", "does not count: the certificate ended at"),
        ("wrong", "is not meant for stamping time and nothing else"),
    ] {
        let token = authority.token_by(certificate, imprint);
        refuted(&authority, &with_signature_timestamp(&report, LAST, &token).unwrap(), "time", words);
        let unstamped = Unstamped::of(&report).unwrap();
        let token = authority.token_by(certificate, unstamped.imprint());
        refuted(&authority, &unstamped.stamped(&token).unwrap(), "time", words);
    }
    // The same by the certificate that it is meant for.
    let desk = Desk::new();
    let good = with_signature_timestamp(&report, LAST, &authority.token_by("tsa", imprint)).unwrap();
    let (file, roots) = (desk.write("good.pdf", good), authority.beside(&Tour::taken().roots()));
    desk.run(&["verify", &file, "--trust", &roots]).expect(0);
}

#[test]
fn no_changed_byte_of_a_time_stamp_is_overlooked() {
    let Some(authority) = Authority::start() else { return };
    let trust = std::fs::read_to_string(authority.beside(&Tour::taken().roots())).unwrap();
    let trust = Trust::from_pem(&trust).unwrap();
    let report = Tour::taken().report();
    let token = authority.token(signature_imprint(&report, LAST).unwrap());
    let beside = with_signature_timestamp(&report, LAST, &token).unwrap();
    let millis = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let now = countersign_core::time::Timestamp::from_millis(i64::try_from(millis).unwrap());
    for whole in [beside, stamped(&authority)] {
        let digits = tamper::signatures(&whole).pop().unwrap();
        assert!(countersign_verify::verify("whole", &whole, &trust, now).unwrap().holds);
        let length = tamper::der(&whole[digits.clone()]).len() * 2;
        // The DER, and a little of the zeros behind it.
        for at in (digits.start..digits.start + length + 64).step_by(101) {
            let mut attacked = whole.clone();
            attacked[at] = if attacked[at] == b'0' { b'1' } else { b'0' };
            let told = countersign_verify::verify("changed", &attacked, &trust, now).map_or(true, |said| !said.holds);
            assert!(told, "the digit at {} of {length} was changed", at - digits.start);
        }
    }
}

#[test]
fn validation_data_that_also_overdraws_is_named() {
    let Some((desk, authority)) = desk() else { return };
    let long = desk.arg("long.pdf");
    desk.run(&["report", "1", "-o", &long, "--long-term", "--tsa", &authority.url]).expect(0);
    let long = std::fs::read(long).unwrap();
    let overdrawn = overdrawn(&long);
    refuted(&authority, &overdrawn, "integrity", "page 1 content) was changed");
    refuted(&authority, &overdrawn_beside_data(&Tour::taken().report()), "integrity", "page 1 content) was changed");
    // A page as a «certificate».
    let report = Tour::taken().report();
    let update = Update::of(&report);
    let (root, page) = (update.root(), update.document().get_pages()[&1].0);
    let catalog = countersign_tests::update::text_of(&report, root);
    let catalog = format!("{}/DSS<</Type/DSS/Certs[{page} 0 R]>>>>", catalog.strip_suffix(">>").unwrap());
    refuted(&authority, &update.put(root, catalog).table(), "integrity", "(the catalog) has another /DSS");
}

fn overdrawn(pdf: &[u8]) -> Vec<u8> {
    let update = Update::of(pdf);
    let page = update.document().get_pages()[&1];
    let content = update.document().get_page_contents(page)[0].0;
    update.put_stream(content, "", b"BT /F1 30 Tf 72 700 Td (Nothing deviates) Tj ET").table()
}

fn overdrawn_beside_data(pdf: &[u8]) -> Vec<u8> {
    let mut update = Update::of(pdf);
    let page = update.document().get_pages()[&1];
    let content = update.document().get_page_contents(page)[0].0;
    let (root, data) = (update.root(), update.fresh());
    let catalog = countersign_tests::update::text_of(pdf, root);
    let catalog = format!("{}/DSS<</Type/DSS/CRLs[{data} 0 R]>>>>", catalog.strip_suffix(">>").unwrap());
    let update = update.put_stream(data, "", b"no list at all").put(root, catalog);
    update.put_stream(content, "", b"BT /F1 30 Tf 72 700 Td (Nothing deviates) Tj ET").table()
}

#[test]
fn a_field_that_only_looks_like_a_time_stamp_is_named() {
    let Some(authority) = Authority::start() else { return };
    let whole = stamped(&authority);
    let report = Tour::taken().report();
    let added = String::from_utf8_lossy(&whole[report.len()..]).into_owned();
    // One that can be seen, or has a look, or does something.
    for (from, to) in [("[0 0 0 0]", "[0 0 9 9]"), ("/F 132", "/Q 132"), ("/Subtype", "/Subtypf")] {
        let at = report.len() + added.find(from).unwrap();
        let mut attacked = whole.clone();
        attacked.splice(at..at + from.len(), to.bytes());
        refuted(&authority, &attacked, "integrity", "(the form) was changed");
    }
}
