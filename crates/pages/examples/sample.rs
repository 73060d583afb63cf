//! A rich report, for looking at: `cargo run -p countersign-pages --example sample -- OUT.pdf [letter] [basic] [rehearsal] [unsigned] [stress] [font=FILE] [text=WORDS]`.
//! Writes the appearance of a signed field beside it.

use std::process::ExitCode;

#[path = "../tests/sample/mod.rs"]
mod sample;

use countersign_core::report::{Block, Paper, plain};
use countersign_pages::{Conformance, Fonts, SignatureAppearance, appearance, render_as};

fn main() -> ExitCode {
    let mut options: Vec<String> = std::env::args().skip(1).collect();
    if options.is_empty() {
        eprintln!("Where to? sample OUT.pdf [letter] [basic] [rehearsal] [unsigned] [stress] [font=FILE] [text=WORDS]");
        return ExitCode::from(2);
    }
    let out = options.remove(0);
    let wants = |word: &str| options.iter().any(|option| option == word);
    let mut report = if wants("stress") { sample::stress() } else { sample::report(150) };
    if wants("letter") {
        report.paper = Paper::Letter;
    }
    if wants("rehearsal") {
        report.watermark = Some("REHEARSAL".into());
    }
    let mut fonts = Fonts::bundled();
    for path in options.iter().filter_map(|option| option.strip_prefix("font=")) {
        match std::fs::read(path) {
            Ok(bytes) => fonts = fonts.with(bytes),
            Err(fault) => {
                eprintln!("{path}: {fault}");
                return ExitCode::from(3);
            }
        }
    }
    if let Some(text) = options.iter().find_map(|option| option.strip_prefix("text=")) {
        report.blocks.insert(0, Block::Paragraph { text: plain(text) });
    }
    let conformance = if wants("basic") { Conformance::Basic } else { Conformance::Accessible };
    if wants("unsigned") {
        report.signatures.clear();
    }
    match write(&report, &out, &fonts, conformance) {
        Ok(said) => {
            eprintln!("{said}");
            ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::from(1)
        }
    }
}

fn write(
    report: &countersign_core::report::Report,
    out: &str,
    fonts: &Fonts,
    conformance: Conformance,
) -> Result<String, Box<dyn std::error::Error>> {
    let start = std::time::Instant::now();
    let rendered = render_as(report, fonts, conformance)?;
    let took = start.elapsed();
    std::fs::write(out, &rendered.pdf)?;
    let lines = SignatureAppearance {
        role: "Release lead".into(),
        name: "Marta Żółkiewska".into(),
        meaning: "approved to deploy".into(),
        when: "2026-11-21 14:02:11 UTC".into(),
        fingerprint: "SHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
    };
    std::fs::write(format!("{out}.appearance.pdf"), appearance(&lines, 210.0, 64.0)?)?;
    let (pages, size) = (rendered.pages, rendered.pdf.len() / 1024);
    Ok(format!("{pages} pages, {size} KB in {} ms; no glyph for {:?}", took.as_millis(), rendered.missing_glyphs))
}
