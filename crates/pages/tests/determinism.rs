//! The same report gives the same bytes, in one process and in another.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may stop at what it did not expect")]

mod sample;

use countersign_pages::{SignatureAppearance, appearance, render};

const OUT: &str = "COUNTERSIGN_PAGES_OUT";

#[test]
fn one_process_gives_the_same_bytes_twice() {
    let report = sample::report(20);
    assert_eq!(render(&report).unwrap().pdf, render(&report).unwrap().pdf);
}

/// Writes the sample where the other test, running this one in a process of its own, asks for it.
#[test]
fn a_child_process_writes_the_sample() {
    if let Some(path) = std::env::var_os(OUT) {
        std::fs::write(path, render(&sample::report(20)).unwrap().pdf).unwrap();
    }
}

#[test]
fn two_processes_give_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("child.pdf");
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_child_process_writes_the_sample"])
        .env(OUT, &path)
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    assert!(std::fs::read(path).unwrap() == render(&sample::report(20)).unwrap().pdf);
}

#[test]
fn another_identity_gives_other_bytes_and_the_same_pages() {
    let report = sample::report(0);
    let other =
        countersign_core::report::Report { identity: countersign_core::id::Digest::of(b"other"), ..report.clone() };
    let (one, two) = (render(&report).unwrap().pdf, render(&other).unwrap().pdf);
    assert!(one != two);
    assert_eq!(one.len(), two.len());
}

#[test]
fn an_appearance_is_one_page_that_fits_whatever_its_size() {
    let lines = SignatureAppearance {
        role: "Release lead".into(),
        name: "Marta Żółkiewska".into(),
        meaning: "approved to deploy with a very long meaning that goes on and on ".repeat(4),
        when: "2026-11-21 14:02:11 UTC".into(),
        fingerprint: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
    };
    for (width, height) in [(210.0, 64.0), (90.0, 30.0), (400.0, 200.0), (10.0, 5.0)] {
        let pdf = appearance(&lines, width, height).unwrap();
        assert_eq!(pdf, appearance(&lines, width, height).unwrap());
        let doc = lopdf::Document::load_mem(&pdf).unwrap();
        assert_eq!(doc.get_pages().len(), 1);
    }
}
