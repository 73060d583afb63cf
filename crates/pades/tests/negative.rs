//! What must not pass: every way of changing a signed document that is known, and what the verifier says of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing helper fails its test")]

mod common;

use common::{FIELDS, House, Listing, base, day, now, overdraw, ranges, replace, sign_again, update};
use countersign_pades::seal::{SealError, SealInfo, approve};
use countersign_pades::verify::{
    Fault, IdentityVerdict, Inspection, IntegrityVerdict, Trailing, before_first_signature, inspect,
};
use countersign_pades::{Chain, DateTime, PdfError, Trust};
use lopdf::{Dictionary, Object, Stream, dictionary};

fn look(house: &House, pdf: &[u8]) -> Inspection {
    inspect(pdf, &house.trust(), now()).unwrap()
}

fn signed(house: &House, count: usize) -> Vec<u8> {
    house.sign(&base(Listing::Table), count, None)
}

fn faults(found: &Inspection, index: usize) -> String {
    found.signatures[index].faults.iter().map(|one| format!("{one}; ")).collect()
}

fn intact(found: &Inspection, index: usize) -> bool {
    found.signatures[index].integrity() == IntegrityVerdict::Intact
}

/// A broken file may also be one that cannot be read, or in which no signature is found any more.
fn refused(house: &House, pdf: &[u8]) -> bool {
    match inspect(pdf, &house.trust(), now()) {
        Ok(found) => found.integrity() != IntegrityVerdict::Intact,
        Err(_) => true,
    }
}

/// Changes every byte of what is signed, each by itself: in the lowest bit, or in the one that makes a letter another case.
fn every_byte(listing: Listing, signatures: usize) {
    let house = House::new(1);
    let mut pdf = house.sign(&base(listing), signatures, None);
    let gaps = ranges(&pdf);
    let covered = |at: usize| !gaps.iter().any(|[from, to, _]| (*from..*to).contains(&at));
    let places: Vec<usize> = (0..pdf.len()).filter(|at| covered(*at)).collect();
    assert!(places.len() > 2000, "{}", places.len());
    for at in places {
        let bit = if at % 2 == 0 { 1 } else { 0x20 };
        pdf[at] ^= bit;
        assert!(refused(&house, &pdf), "{listing:?}: byte {at} changed by {bit:#x}");
        pdf[at] ^= bit;
    }
}

#[test]
fn every_changed_byte_of_a_document_with_a_table_is_noticed() {
    every_byte(Listing::Table, 2);
}

#[test]
fn every_changed_byte_of_a_document_with_a_stream_for_table_is_noticed() {
    every_byte(Listing::Stream, 1);
}

/// Every digit of a signature's value. What the signature binds is the signer's certificate; of the others that it carries a
/// changed one is of no use, and told.
#[test]
fn every_changed_digit_of_a_signature_value_is_noticed() {
    let house = House::new(1);
    let mut pdf = signed(&house, 1);
    let [from, ..] = ranges(&pdf)[0];
    let length = 2 * common::signature_sites(&pdf)[0].0.len();
    for at in from + 1..from + 1 + length {
        let was = pdf[at];
        pdf[at] = if was == b'7' { b'8' } else { b'7' };
        assert!(refused(&house, &pdf), "digit {} of {length}", at - from - 1);
        pdf[at] = was;
    }
}

#[test]
fn a_changed_signature_value_is_noticed() {
    let house = House::new(1);
    let pdf = signed(&house, 1);
    let [from, ..] = ranges(&pdf)[0];
    let length = 2 * common::signature_sites(&pdf)[0].0.len();
    for back in [2, 20, 60] {
        let mut changed = pdf.clone();
        let at = from + 1 + length - back;
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        let found = look(&house, &changed);
        assert!(found.signatures[0].digest_ok && !found.signatures[0].signature_ok, "{back}: {}", faults(&found, 0));
        assert_eq!(found.identity(), IdentityVerdict::NotProven);
        assert_eq!(found.signatures[0].faults, [Fault::SignatureInvalid]);
    }
}

#[test]
fn other_ranges_are_noticed() {
    let house = House::new(1);
    let pdf = signed(&house, 2);
    for (index, [from, to, end]) in ranges(&pdf).into_iter().enumerate() {
        let other = [
            [from, to, end - 1],
            [from, to, end + 1],
            [from - 1, to, end],
            [from + 1, to, end],
            [from, to + 1, end],
            [from, to - 1, end],
            [0, to, end],
            [from, to, pdf.len()],
        ];
        for [gap_from, gap_to, until] in other.into_iter().filter(|one| *one != [from, to, end]) {
            let mut changed = pdf.clone();
            let write = |from: usize, to: usize, end: usize| format!("[0 {from:010} {to:010} {:010}]", end - to);
            replace(&mut changed, write(from, to, end).as_bytes(), write(gap_from, gap_to, until).as_bytes());
            let found = look(&house, &changed);
            assert!(
                found.signatures.iter().any(|one| one.field == FIELDS[index] && !one.faults.is_empty()),
                "{index} {until}"
            );
            assert!(!found.signatures.iter().any(|one| one.field == FIELDS[index] && one.digest_ok), "{index} {until}");
        }
    }
}

#[test]
fn ranges_that_an_insider_signs_over_again_are_noticed() {
    let house = House::new(1);
    let mut pdf = signed(&house, 1);
    let [from, to, end] = ranges(&pdf)[0];
    // One byte of the padding is left out besides: the signature fits, the gap does not.
    let write = |from: usize, to: usize, end: usize| format!("[0 {from:010} {to:010} {:010}]", end - to);
    replace(&mut pdf, write(from, to, end).as_bytes(), write(from, to + 1, end).as_bytes());
    let content = [&pdf[..from], &pdf[to + 1..end]].concat();
    let cms = countersign_pades::cms::sign(&house.people[0], &content).unwrap();
    let digits: Vec<u8> = cms.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect();
    pdf[from + 1..=from + digits.len()].copy_from_slice(&digits);
    let found = look(&house, &pdf);
    assert!(found.signatures[0].signature_ok);
    assert!(faults(&found, 0).contains("not exactly the signature's own value"), "{}", faults(&found, 0));
}

#[test]
fn an_overdrawn_page_is_named() {
    let house = House::new(1);
    let found = look(&house, &overdraw(&signed(&house, 1)));
    assert!(found.signatures[0].digest_ok && found.signatures[0].signature_ok);
    assert!(faults(&found, 0).contains("page 1 content) was changed"), "{}", faults(&found, 0));
}

#[test]
fn an_overdrawn_page_that_is_signed_again_breaks_the_first_signature_only() {
    let house = House::new(1);
    let drawn = overdraw(&signed(&house, 1));
    let pdf = approve(&drawn, FIELDS[1], &house.people[1], &SealInfo::new("René", now()), None).unwrap();
    let found = look(&house, &pdf);
    assert!(!intact(&found, 0) && intact(&found, 1), "{} / {}", faults(&found, 0), faults(&found, 1));
    assert!(matches!(found.integrity(), IntegrityVerdict::Broken(_)));
}

#[test]
fn a_change_that_is_taken_back_later_was_a_change() {
    let house = House::new(1);
    let first = signed(&house, 1);
    let drawn = overdraw(&first);
    let second = approve(&drawn, FIELDS[1], &house.people[1], &SealInfo::new("René", now()), None).unwrap();
    let original = lopdf::Document::load_mem(&first).unwrap();
    let restored = update(&second, |doc| {
        let page = *doc.get_pages().get(&1).unwrap();
        let content = doc.get_dictionary(page).unwrap().get(b"Contents").unwrap().as_reference().unwrap();
        vec![(content, original.get_object(content).unwrap().clone())]
    });
    let found = look(&house, &restored);
    assert!(!intact(&found, 0) && !intact(&found, 1));
}

#[test]
fn a_field_that_is_added_later_is_illegal() {
    let house = House::new(1);
    let pdf = update(&signed(&house, 1), |doc| {
        let form = doc.catalog().unwrap().get(b"AcroForm").unwrap().as_reference().unwrap();
        let mut dict = doc.get_dictionary(form).unwrap().clone();
        let new = (doc.max_id + 1, 0);
        dict.get_mut(b"Fields").unwrap().as_array_mut().unwrap().push(Object::Reference(new));
        let field = dictionary! { "FT" => "Sig", "T" => Object::string_literal("Boss"), "Subtype" => "Widget" };
        vec![(form, Object::Dictionary(dict)), (new, Object::Dictionary(field))]
    });
    let found = look(&house, &pdf);
    assert!(faults(&found, 0).contains("(the form) was changed"), "{}", faults(&found, 0));
    assert_eq!(found.unfilled, ["Reviewer", "Approver", "Boss"]);
}

/// Changes one object through its dictionary, after signing.
fn with_dict(
    pdf: &[u8],
    id: impl Fn(&lopdf::Document) -> lopdf::ObjectId,
    change: impl Fn(&mut Dictionary),
) -> Vec<u8> {
    update(pdf, |doc| {
        let id = id(doc);
        let mut dict = doc.get_dictionary(id).unwrap().clone();
        change(&mut dict);
        vec![(id, Object::Dictionary(dict))]
    })
}

fn root(doc: &lopdf::Document) -> lopdf::ObjectId {
    doc.trailer.get(b"Root").unwrap().as_reference().unwrap()
}

fn field(index: usize) -> impl Fn(&lopdf::Document) -> lopdf::ObjectId {
    move |doc| {
        let form = doc.catalog().unwrap().get(b"AcroForm").unwrap().as_reference().unwrap();
        let fields = doc.get_dictionary(form).unwrap().get(b"Fields").unwrap().as_array().unwrap();
        fields[index].as_reference().unwrap()
    }
}

#[test]
fn every_other_later_change_is_illegal_and_named() {
    let house = House::new(1);
    let pdf = signed(&house, 1);
    let info = |doc: &lopdf::Document| doc.trailer.get(b"Info").unwrap().as_reference().unwrap();
    let page = |doc: &lopdf::Document| *doc.get_pages().get(&1).unwrap();
    let set = |key: &'static str, value: &'static str| {
        move |dict: &mut Dictionary| dict.set(key, Object::string_literal(value))
    };
    let cases: [(&str, Vec<u8>); 9] = [
        ("page 1) was changed", with_dict(&pdf, page, set("Note", "x"))),
        ("the document information) was changed", with_dict(&pdf, info, set("Title", "Other"))),
        ("the catalog) has another /Names", with_dict(&pdf, root, |dict| drop(dict.remove(b"Names")))),
        ("the catalog) has another /Perms", with_dict(&pdf, root, |dict| drop(dict.remove(b"Perms")))),
        ("the catalog) has another /OpenAction", with_dict(&pdf, root, set("OpenAction", "x"))),
        (
            "field «Deployer») was changed after it was signed",
            with_dict(&pdf, field(0), |dict| drop(dict.remove(b"V"))),
        ),
        ("field «Deployer») was changed after it was signed", with_dict(&pdf, field(0), set("AP", "x"))),
        ("field «Reviewer») was changed", with_dict(&pdf, field(1), set("AP", "x"))),
        (
            "field «Reviewer») was changed",
            with_dict(&pdf, field(1), |dict| {
                dict.set("Rect", vec![0.into(), 0.into(), 595.into(), 842.into()]);
            }),
        ),
    ];
    for (said, changed) in cases {
        let found = look(&house, &changed);
        if found.signatures.is_empty() {
            // Nothing is left to be judged: it shows as a field that nobody has signed.
            assert_eq!(found.integrity(), IntegrityVerdict::Unsigned);
            assert_eq!(found.unfilled, FIELDS);
            continue;
        }
        assert!(faults(&found, 0).contains(said), "«{said}» in «{}»", faults(&found, 0));
        let seen = &found.signatures[0];
        assert!(seen.digest_ok && seen.signature_ok, "the signature by itself holds");
    }
}

#[test]
fn a_removed_signature_breaks_those_that_came_after_it() {
    let house = House::new(1);
    let pdf = with_dict(&signed(&house, 2), field(0), |dict| drop(dict.remove(b"V")));
    let found = look(&house, &pdf);
    assert_eq!(found.signatures.len(), 1);
    assert!(!intact(&found, 0), "{:?}", found.signatures);
}

#[test]
fn an_object_that_stands_in_an_update_without_being_listed_is_told() {
    let house = House::new(1);
    let pdf = signed(&house, 1);
    let lawful = with_dict(&pdf, root, |dict| {
        dict.set("DSS", dictionary! { "Type" => "DSS", "Certs" => vec![Object::string_literal("certificate")] });
    });
    assert_eq!(look(&house, &lawful).integrity(), IntegrityVerdict::Intact);
    // The same update, with a second version of the page's content that only a mending reader would find.
    let twice = b"4 0 obj\n<</Length 9>>\nstream\n0 0 1 rg \nendstream\nendobj\n";
    let start = common::last_startxref(&lawful);
    let mut hidden = lawful.clone();
    hidden.splice(start..start, twice.iter().copied());
    replace_last(&mut hidden, &format!("startxref\n{start}"), &format!("startxref\n{}", start + twice.len()));
    let found = look(&house, &hidden);
    assert!(faults(&found, 0).contains("object 4 stands once more"), "{}", faults(&found, 0));
    let mut noise = lawful;
    noise.splice(start..start, b"q Q ".iter().copied());
    replace_last(&mut noise, &format!("startxref\n{start}"), &format!("startxref\n{}", start + 4));
    assert!(faults(&look(&house, &noise), 0).contains("something that belongs to nothing"));
}

fn replace_last(pdf: &mut Vec<u8>, from: &str, to: &str) {
    let at = pdf.windows(from.len()).rposition(|one| one == from.as_bytes()).unwrap();
    pdf.splice(at..at + from.len(), to.bytes());
}

#[test]
fn what_was_done_before_the_first_signature_is_told() {
    let house = House::new(1);
    let pages = base(Listing::Table);
    let plain = house.sign(&pages, 2, None);
    let lawful = before_first_signature(&plain, pages.len()).unwrap();
    assert!(lawful.iter().all(|change| change.lawful), "{lawful:?}");
    let drawn = house.sign(&overdraw(&pages), 2, None);
    assert_eq!(look(&house, &drawn).integrity(), IntegrityVerdict::Intact, "as far as the signatures tell");
    let told = before_first_signature(&drawn, pages.len()).unwrap();
    assert!(
        told.iter().any(|change| !change.lawful && change.what.contains("page 1 content) was changed")),
        "{told:?}"
    );
    assert!(before_first_signature(&plain, pages.len() - 9).is_err());
}

#[test]
fn a_gap_that_is_filled_later_is_illegal() {
    let house = House::new(1);
    let mut doc = lopdf::Document::load_mem(&base(Listing::Table)).unwrap();
    let page = *doc.get_pages().get(&1).unwrap();
    let page = doc.get_dictionary_mut(page).unwrap();
    let content = page.get(b"Contents").unwrap().clone();
    page.set("Contents", vec![content, Object::Reference((40, 0))]);
    let pdf = house.sign(&common::save(doc, Listing::Table), 1, None);
    assert!(intact(&look(&house, &pdf), 0));
    let filled =
        update(&pdf, |_| vec![((40, 0), Object::Stream(Stream::new(Dictionary::new(), b"0 0 595 842 re f".to_vec())))]);
    let found = look(&house, &filled);
    assert!(faults(&found, 0).contains("was put where object 2 had left a gap"), "{}", faults(&found, 0));
}

#[test]
fn validation_data_may_be_added_and_extended() {
    let house = House::new(1);
    let add = |pdf: &[u8], count: usize| {
        with_dict(pdf, root, move |dict| {
            let certs: Vec<Object> = (0..count).map(|_| Object::string_literal("certificate")).collect();
            dict.set("DSS", dictionary! { "Type" => "DSS", "Certs" => certs });
        })
    };
    let once = add(&signed(&house, 2), 1);
    let found = look(&house, &once);
    assert_eq!(found.integrity(), IntegrityVerdict::Intact);
    assert_eq!(found.signatures[1].later.len(), 1, "{:?}", found.signatures[1].later);
    assert_eq!(look(&house, &add(&once, 2)).integrity(), IntegrityVerdict::Intact);
    let third = approve(&once, FIELDS[2], &house.people[2], &SealInfo::new("Ann", now()), None).unwrap();
    assert_eq!(look(&house, &third).integrity(), IntegrityVerdict::Intact);
    assert!(!intact(&look(&house, &add(&third, 0)), 2), "but not taken away");
}

#[test]
fn who_is_unknown_or_out_of_date_is_said() {
    let house = House::new(1);
    let pdf = signed(&house, 1);
    let judge = |trust: &Trust, at: DateTime| inspect(&pdf, trust, at).unwrap().signatures[0].identity();
    let twin = House::new(2);
    assert_eq!(twin.authority.certificate().subject(), house.authority.certificate().subject());
    let unknown = judge(&twin.trust(), now());
    assert!(matches!(unknown, IdentityVerdict::Unknown(Chain::Forged { .. })), "{unknown:?}");
    assert_eq!(judge(&Trust::none(), now()), IdentityVerdict::Unknown(Chain::NothingTrusted));
    let late = judge(&house.trust(), day(2046, 1, 1));
    let IdentityVerdict::Lapsed { when_claimed: Some(then), .. } = late else { panic!("{late:?}") };
    assert!(then.is_trusted());
    let early = judge(&house.trust(), day(2021, 1, 1));
    assert!(matches!(early, IdentityVerdict::Unknown(Chain::NotYetValid { .. })), "{early:?}");
    let other = inspect(&pdf, &house.trust(), day(2046, 1, 1)).unwrap();
    assert_eq!(other.integrity(), IntegrityVerdict::Intact, "integrity does not depend on who signed");
}

#[test]
fn after_a_certification_that_allows_nothing_a_signature_is_illegal_and_refused() {
    let house = House::new(1);
    let mut once = signed(&house, 1);
    replace(&mut once, b"/P 2/Type /TransformParams", b"/P 1/Type /TransformParams");
    sign_again(&mut once, 0, &house.people[0]);
    assert!(intact(&look(&house, &once), 0));
    assert_eq!(look(&house, &once).signatures[0].certification, Some(1));
    let asked = approve(&once, FIELDS[1], &house.people[1], &SealInfo::new("René", now()), None);
    assert!(matches!(asked, Err(SealError::Closed { .. })), "{asked:?}");

    let mut twice = signed(&house, 2);
    replace(&mut twice, b"/P 2/Type /TransformParams", b"/P 1/Type /TransformParams");
    sign_again(&mut twice, 0, &house.people[0]);
    sign_again(&mut twice, 1, &house.people[1]);
    let found = look(&house, &twice);
    assert!(faults(&found, 0).contains("allows no further change"), "{}", faults(&found, 0));
    assert!(intact(&found, 1));
}

#[test]
fn a_field_that_a_signature_has_closed_stays_closed() {
    let house = House::new(1);
    let mut doc = lopdf::Document::load_mem(&base(Listing::Table)).unwrap();
    let last = field(2)(&doc);
    let fields = vec![Object::string_literal("ReviewXX")];
    let lock = dictionary! { "Type" => "SigFieldLock", "Action" => "Include", "Fields" => fields };
    doc.get_dictionary_mut(last).unwrap().set("Lock", lock);
    let mut pdf = house.sign(&common::save(doc, Listing::Table), 1, None);
    pdf = approve(&pdf, FIELDS[2], &house.people[2], &SealInfo::new("Ann", now()), None).unwrap();
    let mut closed = pdf.clone();
    replace(&mut closed, b"(ReviewXX)", b"(Reviewer)");
    sign_again(&mut closed, 0, &house.people[0]);
    sign_again(&mut closed, 1, &house.people[2]);
    let asked = approve(&closed, FIELDS[1], &house.people[1], &SealInfo::new("René", now()), None);
    assert!(matches!(asked, Err(SealError::Closed { .. })), "{asked:?}");

    pdf = approve(&pdf, FIELDS[1], &house.people[1], &SealInfo::new("René", now()), None).unwrap();
    assert_eq!(look(&house, &pdf).integrity(), IntegrityVerdict::Intact);
    replace(&mut pdf, b"(ReviewXX)", b"(Reviewer)");
    for (index, who) in [0, 2, 1].into_iter().enumerate() {
        sign_again(&mut pdf, index, &house.people[who]);
    }
    let found = look(&house, &pdf);
    assert!(faults(&found, 1).contains("the signature in «Approver» closed it"), "{found:#?}");
    assert!(intact(&found, 2));
}

#[test]
fn what_stands_behind_the_end_is_told() {
    let house = House::new(1);
    let pdf = signed(&house, 1);
    let after = |bytes: &[u8]| look(&house, &[pdf.as_slice(), bytes].concat());
    assert_eq!(after(b"\n \n").trailing, Trailing::Nothing);
    let comment = after(b"% made by a mailer\n");
    assert_eq!((comment.trailing, comment.integrity()), (Trailing::Comment { bytes: 19 }, IntegrityVerdict::Intact));
    let object = after(b"4 0 obj\n<<>>\nendobj\n");
    assert_eq!(object.trailing, Trailing::Unknown { bytes: 20 });
    assert_eq!(object.integrity(), IntegrityVerdict::Broken(vec![Fault::TrailingBytes { bytes: 20 }]));
}

#[test]
fn something_hidden_in_the_padding_is_told() {
    let house = House::new(1);
    let mut pdf = signed(&house, 1);
    let [_, to, _] = ranges(&pdf)[0];
    pdf[to - 3] = b'1';
    let found = look(&house, &pdf);
    assert_eq!(found.signatures[0].faults, [Fault::PaddingNotZero]);
    assert!(found.signatures[0].digest_ok && found.signatures[0].signature_ok);
}

#[test]
fn a_file_that_is_cut_back_shows_the_fields_it_should_have_filled() {
    let house = House::new(1);
    let pdf = signed(&house, 3);
    let [_, _, end] = ranges(&pdf)[0];
    let found = look(&house, &pdf[..end]);
    assert_eq!(found.integrity(), IntegrityVerdict::Intact);
    assert_eq!(found.unfilled, ["Reviewer", "Approver"]);
}

#[test]
fn a_signature_of_an_unknown_kind_is_not_taken_for_one() {
    let house = House::new(1);
    let mut pdf = signed(&house, 1);
    replace(&mut pdf, b"/ETSI.CAdES.detached", b"/ETSI.XXdES.detached");
    sign_again(&mut pdf, 0, &house.people[0]);
    let found = look(&house, &pdf);
    assert!(faults(&found, 0).contains("ETSI.XXdES.detached"), "{}", faults(&found, 0));
    assert_eq!(found.identity(), IdentityVerdict::NotProven);
}

#[test]
fn a_copied_signature_holds_in_no_other_field() {
    let house = House::new(1);
    let pdf = signed(&house, 1);
    let pdf = update(&pdf, |doc| {
        let (from, to) = (field(0)(doc), field(1)(doc));
        let value = doc.get_dictionary(from).unwrap().get(b"V").unwrap().clone();
        let mut dict = doc.get_dictionary(to).unwrap().clone();
        dict.set("V", value);
        vec![(to, Object::Dictionary(dict))]
    });
    let found = look(&house, &pdf);
    assert_eq!(found.signatures.len(), 2);
    assert!(found.signatures.iter().all(|one| one.integrity() != IntegrityVerdict::Intact), "{found:#?}");
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let house = House::new(1);
    let pdf = signed(&house, 1);
    let read = |bytes: &[u8]| inspect(bytes, &house.trust(), now()).unwrap_err();
    assert_eq!(read(b""), PdfError::NotPdf);
    assert_eq!(read(b"PK\x03\x04"), PdfError::NotPdf);
    assert!(matches!(read(&pdf[..1000]), PdfError::Damaged { at: 1000, .. }));
    let mut text = update(&pdf, |_| Vec::new());
    let from = text.windows(6).rposition(|one| one == b"/Prev ").unwrap();
    text.splice(from..from, b"/Encrypt 1 0 R".iter().copied());
    assert_eq!(read(&text), PdfError::Encrypted);
    let circle = b"%PDF-1.7\nxref\n0 0\ntrailer\n<</Size 1/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF\n";
    assert!(matches!(read(circle), PdfError::Damaged { at: 9, .. }));
    let deep =
        [b"%PDF-1.7\nxref\n0 0\ntrailer\n<</A ".as_slice(), &[b'['; 100_000], b"\nstartxref\n9\n%%EOF\n"].concat();
    assert!(matches!(read(&deep), PdfError::TooLarge { .. }));
    let doubled = b"%PDF-1.7\nxref\n0 0\ntrailer\n<</Size 1/Size 2>>\nstartxref\n9\n%%EOF\n";
    assert!(matches!(read(doubled), PdfError::Damaged { .. }));
}

#[test]
fn objects_that_overlap_do_not_cost_the_square_of_the_file() {
    // Each object is a stream that reaches to the end of the same long data, so each is as long as the file.
    let count = 3000usize;
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    let head = |number: usize, length: usize| format!("{number} 0 obj\n<</Length {length:09}>>\nstream\n");
    let tail = b"\nendstream\nendobj\n";
    let one = head(1001, 0).len();
    let data = 3 << 20;
    for index in 0..count {
        places.push(pdf.len());
        let length = (count - index - 1) * one + data;
        pdf.extend(head(index + 1001, length).into_bytes());
    }
    pdf.extend(vec![b'x'; data]);
    pdf.extend(tail);
    let root = pdf.len();
    pdf.extend(b"1 0 obj\n<</AcroForm 2 0 R>>\nendobj\n");
    let form = pdf.len();
    let kids: String = (0..count).map(|index| format!("{} 0 R ", index + 1001)).collect();
    pdf.extend(format!("2 0 obj\n<</Fields[{kids}]>>\nendobj\n").into_bytes());
    let start = pdf.len();
    pdf.extend(format!("xref\n1 2\n{root:010} 00000 n \n{form:010} 00000 n \n1001 {count}\n").into_bytes());
    pdf.extend(places.iter().flat_map(|at| format!("{at:010} 00000 n \n").into_bytes()));
    pdf.extend(format!("trailer\n<</Size 9999/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").into_bytes());
    let refused = inspect(&pdf, &Trust::none(), now()).unwrap_err();
    assert!(matches!(refused, PdfError::TooLarge { what: "bytes of overlapping objects", .. }), "{refused}");
}

#[test]
fn an_object_with_too_many_values_is_refused() {
    let list = "0 ".repeat(2 << 20);
    let pdf = format!("%PDF-1.7\nxref\n0 0\ntrailer\n<</Size 1/A[{list}]>>\nstartxref\n9\n%%EOF\n");
    let refused = inspect(pdf.as_bytes(), &Trust::none(), now()).unwrap_err();
    assert!(matches!(refused, PdfError::TooLarge { what: "values in one object", .. }), "{refused}");
}
