//! Signing and reading back: what was made here holds here.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing helper fails its test")]

mod common;

use common::{FIELDS, House, Listing, appearance, base, now};
use countersign_pades::verify::{Coverage, IdentityVerdict, IntegrityVerdict, Trailing, inspect};
use countersign_pades::{Lock, fields};

#[test]
fn one_two_and_three_signatures_hold_and_keep_every_earlier_byte() {
    let house = House::new(1);
    let look = appearance("Signed");
    for listing in [Listing::Table, Listing::Stream] {
        for look in [None, Some(look.as_slice())] {
            let base = base(listing);
            let mut before = base.clone();
            for count in 1..=3 {
                let pdf = house.sign(&base, count, look);
                assert!(pdf.starts_with(&before), "{listing:?}: revision {count} keeps the bytes before it");
                let found = inspect(&pdf, &house.trust(), now()).unwrap();
                assert_eq!(found.integrity(), IntegrityVerdict::Intact, "{listing:?} {count} {found:#?}");
                assert!(matches!(found.identity(), IdentityVerdict::Known { .. }), "{:?}", found.identity());
                assert_eq!(found.signatures.len(), count);
                assert_eq!(found.unfilled, FIELDS[count..]);
                assert_eq!(found.trailing, Trailing::Nothing);
                let [first, rest @ ..] = found.signatures.as_slice() else { panic!("no signature") };
                assert_eq!(first.certification, Some(2));
                assert_eq!(first.later.len(), count - 1, "{:?}", first.later);
                assert!(rest.iter().all(|one| one.certification.is_none()));
                let last = found.signatures.last().unwrap();
                assert_eq!(last.coverage, Coverage::WholeFile);
                assert_eq!(last.field, FIELDS[count - 1]);
                assert_eq!(last.reason.as_deref(), Some(format!("I approve, as {} – ≥ 1", last.field).as_str()));
                assert_eq!(last.claimed_at, Some(now()));
                assert_eq!(last.name, last.signer.as_ref().map(|one| one.common_name()));
                assert_eq!(found.attachments[0].name, "record.json");
                assert_eq!(found.attachments[0].bytes, br#"{"record":"7"}"#);
                before = pdf;
            }
        }
    }
}

#[test]
fn fields_are_listed_with_place_and_lock() {
    let house = House::new(1);
    let found = fields(&house.sign(&base(Listing::Table), 1, None)).unwrap();
    let seen: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.filled, one.lock.clone())).collect();
    let expected = [("Deployer", true, None), ("Reviewer", false, None), ("Approver", false, Some(Lock::All))];
    assert_eq!(seen, expected);
    assert_eq!(found[0].rect, [72.0, 100.0, 272.5, 140.0]);
}
