//! Whatever comes in, an answer comes out: no panic, no hang.
#![allow(clippy::unwrap_used, reason = "a failing helper fails its test")]

mod common;

use common::{House, Listing, base, now, rng};
use countersign_pades::{Identity, Trust, cms, fields, pkcs12, seal, verify};
use proptest::prelude::*;

fn every_door(bytes: &[u8]) {
    let _ = verify::inspect(bytes, &Trust::none(), now());
    let _ = fields(bytes);
    let _ = cms::verify(bytes, b"content", &Trust::none(), now());
    let _ = pkcs12::peek(bytes);
    let _ = Identity::import(bytes, "x");
    let _ = countersign_pades::Certificate::from_der(bytes);
}

fn samples() -> &'static [Vec<u8>] {
    static SAMPLES: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    SAMPLES.get_or_init(|| {
        let house = House::new(1);
        vec![
            house.sign(&base(Listing::Table), 2, None),
            house.sign(&base(Listing::Stream), 2, None),
            cms::sign(&house.people[0], b"content").unwrap(),
            house.people[0].export_with("x", 1, &mut rng()).unwrap(),
            house.people[0].certificate_der().to_vec(),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_files_never_panic(
        which in 0usize..5,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0usize..3), 1..8),
    ) {
        let mut bytes = samples()[which].clone();
        for (place, byte, kind) in edits {
            let at = place.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        every_door(&bytes);
    }

    #[test]
    fn appended_text_never_panics(which in 0usize..2, text in "[ -~\n]{0,80}") {
        let mut bytes = samples()[which].clone();
        bytes.extend(text.into_bytes());
        bytes.extend(b"\nstartxref\n9\n%%EOF\n");
        every_door(&bytes);
    }

    #[test]
    fn cut_files_never_panic(which in 0usize..5, to in any::<prop::sample::Index>()) {
        let whole = &samples()[which];
        every_door(&whole[..to.index(whole.len())]);
    }

    #[test]
    fn syntax_never_panics(body in "[]<>()/0-9 a-zR%\\\\\n\\[\\]{}]{0,200}") {
        let pdf = format!("%PDF-1.7\nxref\n0 0\ntrailer\n{body}\nstartxref\n9\n%%EOF\n");
        every_door(pdf.as_bytes());
    }
}

#[test]
fn signing_a_damaged_file_is_refused() {
    let house = House::new(1);
    let pdf = base(Listing::Table);
    let info = seal::SealInfo::new("Dora", now());
    for cut in [0, 10, pdf.len() / 2, pdf.len() - 7] {
        assert!(seal::certify(&pdf[..cut], "Deployer", &house.people[0], &info, None).is_err(), "{cut}");
    }
}
