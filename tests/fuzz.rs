//! Mutations of signed files, seeded and repeatable, against three promises: nothing panics, nothing takes unbounded work, and a
//! file that is called intact shows in another reader exactly what was signed.
//!
//! A plain run makes a fixed number of mutations. `cargo xtask fuzz pdf --minutes N` sets `COUNTERSIGN_FUZZ_SECONDS` and goes on that
//! long; `COUNTERSIGN_FUZZ_SEED` repeats a run.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failing step fails its test")]

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng as _, SeedableRng as _};
use countersign_core::time::Timestamp;
use countersign_pades::verify::{IntegrityVerdict, inspect};
use countersign_pades::{Certificate, Trust};
use countersign_tests::desk::Tour;
use countersign_tests::{tamper, update};
use lopdf::Document;
use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::time::{Duration, Instant};

/// How many mutations a plain run makes.
const PLAIN: u64 = 400;
/// One in so many goes through all five verdicts, which set the pages again.
const WHOLE: u64 = 64;
/// No mutation may take longer; thousands of times what one takes.
const SLOW: Duration = Duration::from_secs(20);

/// What files are made of, and numbers at the edge of what fits somewhere.
const WORDS: &[&str] = &[
    "obj",
    "endobj",
    "stream\n",
    "endstream",
    "xref\n",
    "trailer",
    "startxref\n",
    "%%EOF\n",
    "<<",
    ">>",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "/Type",
    "/Length",
    "/Prev",
    "/XRefStm",
    "/Root",
    "/Size",
    "/W[1 4 2]",
    "/Index",
    "/ObjStm",
    "/XRef",
    "/N",
    "/First",
    "/Filter",
    "/FlateDecode",
    "/DecodeParms<</Predictor 12/Columns 5>>",
    "/Kids",
    "/Fields",
    "/AcroForm",
    "/V",
    "/T",
    "/FT/Sig",
    "/ByteRange",
    "/Contents",
    "/Names",
    "/EmbeddedFiles",
    "/DSS",
    "/Perms",
    "/Lock",
    "/P 1",
    "1 0 R",
    "0 0 R",
    " 0 obj\n",
    "null",
    "true",
    "-1",
    "0",
    "1",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "99999999999999999999",
    "1e9",
    "0.0000001",
    "\r",
    "\n",
    "\r\n",
    "\0",
];

struct Dice(ChaCha20Rng);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.0.next_u64() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    /// A place, more often near where the structure is: signatures, tables, the end.
    fn place(&mut self, pdf: &[u8]) -> usize {
        let anywhere = self.below(pdf.len());
        match self.below(4) {
            0 => anywhere,
            1 => pdf.len() - 1 - self.below(pdf.len().min(2_000)),
            _ => {
                let mark: &[u8] = [&b" obj"[..], b"xref", b"<<", b"/Type", b"/ByteRange", b"startxref"][self.below(6)];
                let found = pdf[anywhere..].windows(mark.len()).position(|window| window == mark);
                (anywhere + found.unwrap_or(0) + self.below(60)).min(pdf.len() - 1)
            }
        }
    }

    fn chunk<'a>(&mut self, pdf: &'a [u8]) -> &'a [u8] {
        let at = self.place(pdf);
        let length = 1 + self.below(400);
        &pdf[at..(at + length).min(pdf.len())]
    }
}

fn mutate(dice: &mut Dice, pdf: &mut Vec<u8>, other: &[u8]) {
    if pdf.is_empty() {
        return;
    }
    let at = dice.place(pdf);
    match dice.below(10) {
        0 => pdf[at] ^= 1 << dice.below(8),
        1 => pdf[at] = u8::try_from(dice.below(256)).unwrap(),
        2 => drop(pdf.splice(at..at, WORDS[dice.below(WORDS.len())].bytes())),
        3 => {
            let word = WORDS[dice.below(WORDS.len())].as_bytes();
            let end = (at + word.len()).min(pdf.len());
            pdf[at..end].copy_from_slice(&word[..end - at]);
        }
        4 => {
            let end = (at + 1 + dice.below(200)).min(pdf.len());
            pdf.drain(at..end);
        }
        5 => {
            let chunk = dice.chunk(pdf).to_vec();
            pdf.splice(at..at, chunk);
        }
        6 => {
            let chunk = dice.chunk(other).to_vec();
            pdf.splice(at..at, chunk);
        }
        7 => number(dice, pdf, at),
        8 => pdf.truncate(at.max(1)),
        _ => pdf.extend_from_slice(dice.chunk(other)),
    }
}

/// Puts another number in the place of the next one.
fn number(dice: &mut Dice, pdf: &mut Vec<u8>, at: usize) {
    let Some(from) = pdf[at..].iter().position(u8::is_ascii_digit).map(|found| at + found) else { return };
    let length = pdf[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let small = dice.below(300).to_string();
    let offset = dice.below(pdf.len()).to_string();
    let edge = WORDS[dice.below(WORDS.len())].to_owned();
    let new = [small, offset, edge][dice.below(3)].clone();
    pdf.splice(from..from + length, new.bytes());
}

/// A proper update with an improper object: this gets past the reader, to what compares revisions.
fn append(dice: &mut Dice, pdf: &[u8], document: &Document) -> Vec<u8> {
    let numbers: Vec<u32> = document.objects.keys().map(|id| id.0).collect();
    let mut update = update::Update::of(pdf);
    for _ in 0..=dice.below(3) {
        let number = numbers[dice.below(numbers.len())];
        let from = numbers[dice.below(numbers.len())];
        let offset = dice.place(pdf);
        update = match dice.below(6) {
            0 => update.free(number),
            1 => update.list(number, offset),
            2 => update.put(number, "null"),
            3 => update.put_packed(&[(number, "<</Type/Page>>")]),
            4 => update.loose(dice.chunk(pdf)),
            _ => {
                let mut body = open_text(pdf, from).into_bytes();
                if dice.below(2) == 0 {
                    mutate(dice, &mut body, pdf);
                }
                update.put(number, body)
            }
        };
    }
    if dice.below(2) == 0 { update.table() } else { update.section() }
}

/// The text of an object, or nothing for one that is packed away.
fn open_text(pdf: &[u8], number: u32) -> String {
    let mark = format!("\n{number} 0 obj");
    let there = pdf.windows(mark.len()).any(|window| window == mark.as_bytes());
    if there { update::text_of(pdf, number) } else { "<<>>".to_owned() }
}

/// What lopdf would show of each page: its dictionary and content, and every object by its number but for signature fields and what
/// an update may add.
fn shown(pdf: &[u8]) -> Option<BTreeMap<u32, String>> {
    let document = catch_unwind(|| Document::load_mem(pdf).ok()).ok()??;
    let mut shown = BTreeMap::new();
    for (page, id) in document.get_pages() {
        let contents: Vec<_> = document.get_page_contents(id);
        let texts: Vec<String> = contents.iter().map(|id| format!("{:?}", document.get_object(*id))).collect();
        shown.insert(page, format!("{:?} {}", document.get_dictionary(id), texts.join(" ")));
    }
    Some(shown)
}

#[test]
fn pdf() {
    let seconds = std::env::var("COUNTERSIGN_FUZZ_SECONDS").ok().and_then(|word| word.parse().ok());
    let seed: u64 = std::env::var("COUNTERSIGN_FUZZ_SEED").ok().and_then(|word| word.parse().ok()).unwrap_or(1);
    let report = Tour::taken().report();
    let trust = Trust::roots(Certificate::from_pem(&std::fs::read_to_string(Tour::taken().roots()).unwrap()).unwrap());
    let now = Timestamp::from_millis(1_900_000_000_000);
    let at = countersign_verify::moment::date_time(now).unwrap();
    let ends = tamper::revisions(&report);
    let seeds: Vec<&[u8]> = ends[1..].iter().map(|end| &report[..*end]).collect();
    let originals: Vec<_> =
        seeds.iter().map(|seed| (Document::load_mem(seed).unwrap(), shown(seed).unwrap())).collect();
    let mut dice = Dice(ChaCha20Rng::seed_from_u64(seed));
    let started = Instant::now();
    let (mut made, mut read, mut intact) = (0u64, 0u64, 0u64);
    let goes_on = |made: u64| seconds.map_or(made < PLAIN, |seconds| started.elapsed() < Duration::from_secs(seconds));
    while goes_on(made) {
        let which = dice.below(seeds.len());
        let mut pdf = seeds[which].to_vec();
        if dice.below(3) == 0 {
            pdf = append(&mut dice, &pdf, &originals[which].0);
        }
        let changes = dice.below(4);
        (0..changes).for_each(|_| mutate(&mut dice, &mut pdf, &report));
        made += 1;
        let begun = Instant::now();
        if made % WHOLE == 0 {
            let _ = countersign_verify::verify("fuzz", &pdf, &trust, now);
        }
        if let Ok(found) = inspect(&pdf, &trust, at) {
            read += 1;
            if found.integrity() == IntegrityVerdict::Intact {
                intact += 1;
                assert!(pdf.starts_with(seeds[0]), "intact, but not what was signed: mutation {made} of seed {seed}");
                let expected = &originals[found.signatures.len() - 1].1;
                let same = shown(&pdf).is_none_or(|pages| pages == *expected);
                assert!(same, "intact, but another reader shows something else: mutation {made} of seed {seed}");
            }
        }
        assert!(begun.elapsed() < SLOW, "mutation {made} of seed {seed} took {:?}", begun.elapsed());
    }
    println!("{made} mutations of seed {seed} in {:?}: {read} could be read, {intact} were intact", started.elapsed());
    assert!(read > 0 && read < made, "the mutations neither all fail at the door nor all pass it");
}
