//! Certificates that do not vouch: of another root with the same name, ended, not begun, withdrawn, or for another purpose.

use super::insider::Insider;
use super::refuted;
use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use countersign_pades::seal::{approve, certify};
use countersign_pades::{Authority, DateTime, Identity, Purpose, Subject, Validity, Withdrawn, fields};
use countersign_tests::desk::{Desk, Tour};
use std::process::Command;

const NAME: &str = "Example Organisation";

fn year(year: u16) -> DateTime {
    DateTime::new(year, 1, 1, 0, 0, 0).unwrap()
}

fn years(from: u16, to: u16) -> Validity {
    Validity { not_before: year(from), not_after: year(to) }
}

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn person(root: &Authority, validity: Validity) -> Identity {
    let subject = Subject { common_name: "Lena Engineering".to_owned(), email: None, organisation: None };
    root.issue_identity(&subject, Purpose::Person, validity, &mut rng(3)).unwrap()
}

/// The tour's pages, certified by an installation that `root` vouches for, and signed by `who`.
fn report(root: &Authority, who: &Identity) -> Vec<u8> {
    let insider = Insider::of_the_tour();
    let subject = Subject { common_name: "Installation".to_owned(), email: None, organisation: None };
    let installation = root.issue_identity(&subject, Purpose::Application, years(2020, 2040), &mut rng(4)).unwrap();
    let names: Vec<String> = fields(&insider.pages).unwrap().into_iter().map(|field| field.name).collect();
    let pdf = certify(&insider.pages, &names[0], &installation, &insider.info(&installation), None).unwrap();
    approve(&pdf, &names[1], who, &insider.info(who), None).unwrap()
}

#[test]
fn a_root_of_the_same_name_vouches_for_nobody() {
    let root = Authority::new(NAME, years(2020, 2045), &mut rng(1)).unwrap();
    let said = refuted(
        &report(&root, &person(&root, years(2020, 2040))),
        &Tour::taken().roots(),
        "identity",
        "but the trusted one of that name has not signed it",
    );
    assert!(said["signatures"].as_array().unwrap().iter().all(|one| one["trusted"] == false), "{said:#}");
}

#[test]
fn certificates_out_of_date_at_the_stated_time_are_named() {
    let root = Authority::new(NAME, years(2010, 2045), &mut rng(1)).unwrap();
    let desk = Desk::new();
    let roots = desk.write("roots.pem", root.certificate().pem());
    let ended = report(&root, &person(&root, years(2019, 2021)));
    refuted(
        &ended,
        &roots,
        "identity",
        "the certificate ended at 2021-01-01T00:00:00Z, before the time that is claimed",
    );
    refuted(&ended, &roots, "time", "at the stated time, the certificate ended at 2021-01-01");
    let early = report(&root, &person(&root, years(2039, 2041)));
    refuted(&early, &roots, "identity", "begins at 2039-01-01");
    refuted(&early, &roots, "time", "at the stated time, the certificate begins at 2039-01-01");
}

#[test]
fn a_withdrawn_certificate_counts_only_before_that() {
    let root = Authority::new(NAME, years(2010, 2045), &mut rng(1)).unwrap();
    let lena = person(&root, years(2020, 2040));
    let desk = Desk::new();
    let trust = |since: DateTime| {
        let withdrawn = Withdrawn { certificate: lena.certificate(), since, reason: None };
        let list = root.revocation_list(&[withdrawn], 1, year(2026), year(2030)).unwrap();
        desk.write("roots.pem", [root.certificate().pem(), list].concat())
    };
    let pdf = report(&root, &lena);
    refuted(&pdf, &trust(year(2025)), "identity", "the issuer has revoked the certificate as of 2025-01-01");
    refuted(&pdf, &trust(year(2025)), "time", "at the stated time, the issuer has revoked the certificate");
    let later = DateTime::new(2039, 1, 1, 0, 0, 0).unwrap();
    let file = desk.write("report.pdf", &pdf);
    let said = desk.run(&["--json", "verify", &file, "--trust", &trust(later)]).expect(1).json();
    let trusted: Vec<bool> = said["signatures"].as_array().unwrap().iter().map(|one| one["trusted"] == true).collect();
    assert_eq!(trusted, [true, true], "withdrawn only later: {said:#}");
}

#[test]
fn a_certificate_for_another_purpose_is_named() {
    let Some(openssl) = countersign_tests::programs::foreign("openssl") else { return };
    let root = Authority::new(NAME, years(2010, 2045), &mut rng(1)).unwrap();
    let desk = Desk::new();
    let run = |args: &[&str]| {
        let done = Command::new(&openssl).args(args).output().unwrap();
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    };
    let at = |name: &str| desk.arg(name);
    desk.write("root.p12", root.export_with("x", 1000, &mut rng(2)).unwrap());
    desk.write("server.ext", "keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n");
    run(&["pkcs12", "-in", &at("root.p12"), "-nodes", "-passin", "pass:x", "-out", &at("root.key")]);
    let curve = "ec_paramgen_curve:P-256";
    run(&[
        "req",
        "-new",
        "-nodes",
        "-newkey",
        "ec",
        "-pkeyopt",
        curve,
        "-subj",
        "/CN=Lena Engineering",
        "-keyout",
        &at("server.key"),
        "-out",
        &at("server.csr"),
    ]);
    run(&[
        "x509",
        "-req",
        "-in",
        &at("server.csr"),
        "-CA",
        &at("root.key"),
        "-CAkey",
        &at("root.key"),
        "-CAcreateserial",
        "-CAserial",
        &at("serial"),
        "-days",
        "100",
        "-extfile",
        &at("server.ext"),
        "-out",
        &at("server.pem"),
    ]);
    run(&[
        "pkcs12",
        "-export",
        "-inkey",
        &at("server.key"),
        "-in",
        &at("server.pem"),
        "-passout",
        "pass:x",
        "-out",
        &at("server.p12"),
    ]);
    let server = Identity::import(&std::fs::read(desk.path("server.p12")).unwrap(), "x").unwrap();
    let roots = desk.write("roots.pem", root.certificate().pem());
    refuted(&report(&root, &server), &roots, "identity", "not meant for signing documents");
}
