//! Files made to exhaust the reader: each ends with a clear answer, in bounded time and memory.

use countersign_tests::desk::{Desk, Tour};
use countersign_tests::programs;
use countersign_tests::update::{object, stream};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What the program may map, in kilobytes: its own code and fonts, and the largest file that it takes.
const MEMORY: u64 = 2_000_000;
/// Far beyond what any of these takes; only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Verifies a file under a limit of memory. It must end with 1 or 3, and say something.
fn survives(name: &str, file: &str) {
    let command = format!("ulimit -v {MEMORY}; exec \"$0\" verify \"$1\" --trust \"$2\"");
    let mut child = Command::new("sh")
        .args(["-c", &command, &programs::cli().display().to_string(), file, &Tour::taken().roots()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{name}: no answer");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(matches!(output.status.code(), Some(1 | 3)), "{name}: {:?} {said}", output.status);
    assert!(said.len() > 30 && !said.contains("panicked"), "{name}: {said}");
}

/// A file of these objects, numbered from 1, the first being the catalog.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut rows = String::new();
    for (number, body) in (1..).zip(objects) {
        rows += &format!("{:010} 00000 n \n", out.len());
        out.extend(object(number, body));
    }
    let (start, size) = (out.len(), objects.len() + 1);
    out.extend(
        format!("xref\n1 {}\n{rows}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", size - 1)
            .bytes(),
    );
    out
}

/// A file whose one section is a stream with these entries and this data.
fn section(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    out.extend(object(1, stream(&format!("/Type/XRef/Root 1 0 R{entries}"), data)));
    out.extend(b"startxref\n9\n%%EOF\n");
    out
}

/// Zeros in zlib's format (RFC 1950): a thousandth of their length.
fn bomb(bytes: usize) -> Vec<u8> {
    let mut stream = lopdf::Stream::new(lopdf::Dictionary::new(), vec![0; bytes]);
    stream.compress().unwrap();
    stream.content
}

#[test]
fn loops_bombs_and_depths_end() {
    let text = |text: &str| text.as_bytes().to_vec();
    let flate = "/Filter/FlateDecode";
    let packed = bomb(300_000_000);
    let deep = |open: &str, close: &str| format!("<</AcroForm{}{}>>", open.repeat(200_000), close.repeat(200_000));
    let fields = |more: &str| format!("<</AcroForm<</Fields[2 0 R]>>{more}>>");
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("deep lists", file(&[text(&deep("[", "]"))])),
        ("deep dictionaries", file(&[text(&deep("<</A", ">>"))])),
        ("deep strings", file(&[text(&format!("<</AcroForm {}{}>>", "(".repeat(500_000), ")".repeat(500_000)))])),
        ("fields in a circle", file(&[text(&fields("")), text("<</T(a)/Kids[2 0 R]>>")])),
        ("a field that is its own value", file(&[text(&fields("")), text("<</FT/Sig/T(a)/V 2 0 R>>")])),
        ("references in a circle", file(&[text("<</AcroForm 2 0 R>>"), text("3 0 R"), text("2 0 R")])),
        ("names in a circle", file(&[text("<</Names<</EmbeddedFiles 2 0 R>>>>"), text("<</Kids[2 0 R 2 0 R]>>")])),
        (
            "a stream as long as itself",
            file(&[text("<</AcroForm 2 0 R>>"), text("<</Length 2 0 R>>\nstream\nx\nendstream")]),
        ),
        (
            "a stream of 1 GB that is not there",
            file(&[text("<</AcroForm 2 0 R>>"), text("<</Length 1000000000>>\nstream\nx\nendstream")]),
        ),
        ("a negative length", file(&[text("<</AcroForm 2 0 R>>"), text("<</Length -1>>\nstream\nx\nendstream")])),
        (
            "a bomb in an attachment",
            file(&[
                text("<</Names<</EmbeddedFiles<</Names[(a)2 0 R]>>>>>>"),
                text("<</Type/Filespec/UF(deployment-record.json)/EF<</F 3 0 R>>>>"),
                stream(flate, &packed),
            ]),
        ),
        ("a bomb as the table", section(&format!("/Size 9/W[1 1 1]{flate}"), &packed)),
        (
            "a bomb in a bomb",
            section("/Size 9/W[1 1 1]/Filter[/FlateDecode/FlateDecode]", &{
                let mut inner = lopdf::Stream::new(lopdf::Dictionary::new(), packed.clone());
                inner.compress().unwrap();
                inner.content
            }),
        ),
        ("a table of four thousand million", section("/Size 4294967295/W[1 4 2]/Index[0 4294967295]", &[0; 700])),
        ("columns of 8 bytes", section("/Size 99/W[8 8 8]/Index[0 99]", &[0xff; 24 * 99])),
        (
            "a predictor of all memory",
            section(
                "/Size 9/W[1 1 1]/Filter/FlateDecode/DecodeParms<</Predictor 12/Colors 65536/BitsPerComponent 65536/Columns 65536>>",
                &bomb(100_000),
            ),
        ),
        ("a million sections", {
            let mut out = b"%PDF-1.7\n".to_vec();
            let mut previous = 0;
            for _ in 0..20_000 {
                let start = out.len();
                out.extend(format!("xref\n0 0\ntrailer\n<</Size 1/Root 1 0 R/Prev {previous}>>\n").bytes());
                previous = start;
            }
            out.extend(format!("startxref\n{previous}\n%%EOF\n").bytes());
            out
        }),
    ];
    let desk = Desk::new();
    for (name, bytes) in cases {
        let plain = desk.write("hostile.pdf", &bytes);
        survives(name, &plain);
        // The same as an update of a report that holds.
        let mut behind = Tour::taken().report();
        behind.extend(bytes);
        survives(name, &desk.write("behind.pdf", behind));
    }
}

#[test]
fn a_file_of_a_gigabyte_is_refused_unread() {
    let desk = Desk::new();
    let path = desk.path("huge.pdf");
    let mut huge = std::fs::File::create(&path).unwrap();
    huge.write_all(&Tour::taken().report()).unwrap();
    huge.set_len(1 << 30).unwrap();
    survives("1 GB", &path.display().to_string());
}
