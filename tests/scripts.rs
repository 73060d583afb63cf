//! Reports in many scripts: what the bundled faces lack comes from fonts of this computer, the text comes back, and what no font
//! has is told.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, Ran, verdicts};
use countersign_tests::programs;
use std::path::Path;
use std::process::Command;

const CHECKLIST: &str = "\
# Release 发布清单

## 准备 (Prepare)

- [ ] 备份数据库
- [ ] 监视系统的健康状况
- [ ] データベースのバックアップを取る
- [ ] サービスが応答することを確認
- [ ] Создать резервную копию базы
- [ ] בדיקת תקינות השירות
- [ ] التحقق من الخدمة
- [ ] Έλεγχος της υπηρεσίας
- [ ] A letter that no font has: \u{E123}
";

/// Words as they come back. Of scripts that run from right to left the order of words on a line is the reader's.
const WORDS: [&str; 14] = [
    "发布清单",
    "备份数据库",
    "监视系统的健康状况",
    "データベースのバックアップを取る",
    "サービスが応答することを確認",
    "Создать",
    "резервную",
    "копию",
    "בדיקת",
    "תקינות",
    "השירות",
    "التحقق",
    "من",
    "Έλεγχος",
];

fn report(desk: &Desk, paper: &str) -> Ran {
    let file = desk.write("scripts.md", CHECKLIST);
    desk.run(&["record", "new", &file, "--set", "service=商店", "--set", "release=2.0", "--person", "王小明"])
        .expect(0);
    desk.run(&["record", "answer", "1", "备份数据库", "done", "--person", "王小明"]).expect(0);
    desk.run(&["record", "close", "1", "--person", "王小明"]).expect(0);
    let to = desk.arg("report.pdf");
    desk.run(&["report", "1", "-o", &to, "--paper", paper, "--person", "王小明"]).expect(0)
}

/// Whether this computer has a font for Chinese and Japanese, which the set-up installs.
fn prepared() -> bool {
    let there = Path::new("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf").is_file();
    let required = std::env::var_os("COUNTERSIGN_REQUIRE_FOREIGN").is_some_and(|word| word == "1");
    assert!(there || !required, "the set-up installs fonts-droid-fallback");
    there
}

#[test]
fn every_script_comes_back_and_what_no_font_has_is_told() {
    if !prepared() {
        eprintln!("skipped: no font for Chinese and Japanese");
        return;
    }
    let desk = Desk::new();
    let made = report(&desk, "letter");
    assert!(made.stdout.contains("No font has U+E123"), "{made}");
    let (pdf, roots) = (desk.arg("report.pdf"), desk.arg("roots.pem"));
    desk.run(&["roster", "export", "-o", &roots]).expect(0);
    let said = desk.run(&["--json", "verify", &pdf, "--trust", &roots]).json();
    assert_eq!(verdicts(&said)[0], "yes", "{said:#}");
    assert!(said["integrity"]["reasons"].to_string().contains("byte for byte"), "{said:#}");
    if let Some(pdftotext) = programs::foreign("pdftotext") {
        let ran = Ran::of(Command::new(pdftotext).args([&pdf, "-"])).expect(0);
        let text: String =
            ran.stdout.chars().filter(|c| !matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}')).collect();
        let joined: String = text.split_whitespace().collect();
        for words in WORDS {
            assert!(joined.contains(words), "«{words}» does not come back:\n{text}");
        }
        for words in ["[U+E123]", "DroidSansFallbackFull.ttf", "No font of that computer had these characters"] {
            assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "«{words}»:\n{text}");
        }
    }
    if let Some(pdfinfo) = programs::foreign("pdfinfo") {
        let ran = Ran::of(Command::new(pdfinfo).arg(&pdf)).expect(0);
        assert!(ran.stdout.contains("612 x 792 pts (letter)"), "{ran}");
    }
    // Where those fonts are not there, the rest is verified all the same, and that is told.
    let mut elsewhere = desk.command(&["--json", "verify", &pdf, "--trust", &roots]);
    let said = Ran::of(elsewhere.env("COUNTERSIGN_FONTS", desk.path(""))).json();
    assert_eq!(verdicts(&said)[0], "yes", "{said:#}");
    assert!(said["integrity"]["reasons"].to_string().contains("was not compared"), "{said:#}");
}

#[test]
fn without_any_font_each_missing_character_stands_as_its_code() {
    let desk = Desk::new();
    let file = desk.write("scripts.md", CHECKLIST);
    let run = |args: &[&str]| Ran::of(desk.command(args).env("COUNTERSIGN_FONTS", desk.path("none"))).expect(0);
    run(&["record", "new", &file, "--set", "service=shop", "--person", "Dana"]);
    run(&["record", "close", "1", "--person", "Dana"]);
    let made = run(&["report", "1", "-o", &desk.arg("report.pdf"), "--person", "Dana"]);
    assert!(made.stdout.contains("U+5907") && made.stdout.contains("U+30C7"), "{made}");
    run(&["roster", "export", "-o", &desk.arg("roots.pem")]);
    let said = desk.run(&["--json", "verify", &desk.arg("report.pdf"), "--trust", &desk.arg("roots.pem")]).json();
    assert_eq!(verdicts(&said)[0], "yes", "{said:#}");
}
