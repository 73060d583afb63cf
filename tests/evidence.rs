//! Evidence: pictures, what a command said, links; and that no secret in any of it reaches the disk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, Ran, verdicts};
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

const CHECKLIST: &str = "# Release\n\n- [ ] Back up\n- Release branch: ________________\n";
/// Planted; none may be found anywhere.
const SECRETS: [&str; 5] = [
    "AKIAIOSFODNN7EXAMPLE",
    "hunter2hunter2",
    "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "s3cr3tpart",
    "MIIEsecretsecret",
];

fn by_ana(desk: &Desk, args: &[&str]) -> Ran {
    desk.run(&[args, &["--person", "Ana Kern"]].concat())
}

fn begun() -> Desk {
    let desk = Desk::new();
    let file = desk.write("release.md", CHECKLIST);
    by_ana(&desk, &["record", "new", &file, "--set", "release=2"]).expect(0);
    desk
}

/// A picture of one colour.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let pixels = [40, 90, 200].repeat((width * height) as usize);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

#[test]
fn evidence_stands_in_the_report_and_the_report_verifies() {
    let desk = begun();
    desk.write("graph.png", picture(1200, 600));
    by_ana(&desk, &["record", "attach", "1", &desk.arg("graph.png"), "--item", "Back up"]).expect(0);
    by_ana(&desk, &["record", "link", "1", "https://ci.example.com/build/42", "The build", "--item", "Back up"])
        .expect(0);
    by_ana(&desk, &["record", "link", "1", "the build page"]).refuses(4, "no link");

    let shown = desk.json(&["record", "show", "1"]);
    let item = shown["record"]["items"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(item["files"][0]["file"]["size"], picture(1200, 600).len());
    assert!(item["files"][0]["preview"].as_str().unwrap().len() > 400);
    assert_eq!(item["links"][0]["words"], "The build");

    by_ana(&desk, &["record", "close", "1"]).expect(0);
    let report = desk.arg("report.pdf");
    by_ana(&desk, &["report", "1", "-o", &report]).expect(0);
    desk.run(&["roster", "export", "-o", &desk.arg("roots.pem")]).expect(0);
    let judged = desk.run(&["--json", "verify", &report, "--trust", &desk.arg("roots.pem")]).json();
    assert_eq!(verdicts(&judged)[0], "yes", "{judged}");
    let pdf = lopdf::Document::load(desk.path("report.pdf")).unwrap();
    let pictures: Vec<_> = pdf
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok())
        .filter(|stream| stream.dict.get(b"Subtype").and_then(|of| of.as_name()).is_ok_and(|name| name == b"Image"))
        .collect();
    let [picture] = pictures.as_slice() else { panic!("{} pictures", pictures.len()) };
    assert_eq!(picture.dict.get(b"Width").unwrap().as_i64().unwrap(), 480);
    assert!(picture.content.starts_with(&[0xff, 0xd8]), "the bytes are those of the small picture");
}

#[test]
fn no_secret_reaches_the_disk_and_what_was_masked_is_told() {
    let [key, password, token, in_url, private] = SECRETS;
    let desk = Desk::new();
    let file = desk.write("release.md", CHECKLIST);
    by_ana(&desk, &["record", "new", &file, "--set", &format!("change=CHG-7 with token={token}")]).expect(0);
    let said = format!(
        "$ deploy\nDB_PASSWORD={password}\n-----BEGIN PRIVATE KEY-----\n{private}\n-----END PRIVATE KEY-----\ndone\n"
    );
    let mut command =
        desk.command(&["record", "attach", "1", "-", "--name", "deploy.txt", "--item", "Back up", "--person", "Ana"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(said.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    by_ana(&desk, &["record", "note", "1", &format!("The key was {key}.")]).expect(0);
    by_ana(&desk, &["record", "answer", "1", "Release branch", &format!("postgres://app:{in_url}@db/x")]).expect(0);
    by_ana(&desk, &["record", "answer", "1", "Back up", "na", "--reason", &format!("pushed with {token}")]).expect(0);

    let shown = desk.json(&["record", "show", "1"]);
    let told: Vec<_> = shown["deviations"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|of| of["kind"] == "masked")
        .map(|of| of["detail"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(told.contains(&"1 × password, 1 × private key before it was stored".to_owned()), "{told:?}");
    let build = shown["record"]["items"].as_object().unwrap().values().find_map(|item| item["text"].as_str()).unwrap();
    assert_eq!(shown["record"]["header"]["change"], "CHG-7 with token=[masked: password]");
    assert_eq!(build, "postgres://app:[masked: password in a URL]@db/x");

    by_ana(&desk, &["record", "close", "1"]).expect(0);
    by_ana(&desk, &["report", "1", "-o", &desk.arg("report.pdf")]).expect(0);
    // The calls themselves stand nowhere but in this test.
    search(&desk.data());
    let report = std::fs::read(desk.path("report.pdf")).unwrap();
    assert!(SECRETS.iter().all(|secret| !contains(&report, secret)));
}

fn search(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for secret in SECRETS {
            assert!(!contains(&bytes, secret), "{secret} is in {}", path.display());
        }
    }
}

fn contains(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}
