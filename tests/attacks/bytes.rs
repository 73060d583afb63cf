//! Single bytes. Small documents are tried out in full beside the signing code; here a report of real size is sampled.

use super::broken;
use countersign_pades::verify::{IntegrityVerdict, inspect};
use countersign_pades::{DateTime, Trust};
use countersign_tests::desk::Tour;
use countersign_tests::tamper;

/// A prime, so that the samples fall on every kind of place.
const STRIDE: usize = 499;

#[test]
fn changed_bytes_all_over_a_large_report_are_noticed() {
    let mut report = Tour::taken().report();
    let values = tamper::signatures(&report);
    let now = DateTime::new(2027, 1, 1, 0, 0, 0).unwrap();
    let signed = |at: &usize| !values.iter().any(|digits| (digits.start - 1..=digits.end).contains(at));
    let places: Vec<usize> = (0..report.len()).step_by(STRIDE).filter(signed).collect();
    assert!(places.len() > 300, "{}", places.len());
    for at in places {
        for bit in [1, 0x80] {
            report[at] ^= bit;
            let intact =
                inspect(&report, &Trust::none(), now).is_ok_and(|found| found.integrity() == IntegrityVerdict::Intact);
            assert!(!intact, "byte {at} changed by {bit:#x}");
            report[at] ^= bit;
        }
    }
}

#[test]
fn a_byte_that_makes_the_file_unreadable_breaks_its_integrity() {
    let report = Tour::taken().report();
    let last = tamper::last_table(&report);
    for (at, words) in [(0, "does not begin with %PDF-"), (last, "damaged"), (report.len() - 10, "damaged")] {
        broken(&tamper::flipped(&report, at), words);
    }
}

#[test]
fn every_number_of_a_byte_range_counts() {
    let report = Tour::taken().report();
    for digits in tamper::signatures(&report) {
        let [start, before, after, rest] = tamper::byte_range(&report, &digits);
        let text =
            |numbers: [usize; 4]| format!("[{} {:010} {:010} {:010}]", numbers[0], numbers[1], numbers[2], numbers[3]);
        let whole = text([start, before, after, rest]);
        let at = report.windows(whole.len()).position(|window| window == whole.as_bytes()).expect("it is written so");
        for (numbers, words) in [
            ([start, before, after, rest + 1], "byte ranges are wrong"),
            // Without its last line break a revision is still one, but not the one that was signed.
            ([start, before, after, rest - 1], "the signed bytes were changed"),
            ([start, before, after, rest - 2], "byte ranges are wrong"),
            ([start, before + 1, after, rest], "byte ranges are wrong"),
            ([start, before - 1, after, rest], "byte ranges are wrong"),
            ([start, before, after - 1, rest + 1], "byte ranges are wrong"),
            ([start, before, after + 2, rest - 2], "byte ranges are wrong"),
            ([1, before - 1, after, rest], "byte ranges are wrong"),
            ([start, 0, 0, 0], "byte ranges are wrong"),
            ([start, before, after, report.len()], "byte ranges are wrong"),
            ([7, 42, 1_000, 9_999], "byte ranges are wrong"),
        ] {
            let mut changed = report.clone();
            changed[at..at + whole.len()].copy_from_slice(text(numbers).as_bytes());
            broken(&changed, words);
        }
    }
}
