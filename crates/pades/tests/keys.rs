//! Keys, certificates and their files: what goes in comes out, what must not be seen is not, what is wrong is named.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing helper fails its test")]

mod common;

use common::{FIELDS, House, Listing, appearance, base, day, now, rng, subject, years};
use countersign_pades::seal::{SealError, SealInfo, approve, certify};
use countersign_pades::{
    Authority, Certificate, CertificateError, Chain, Identity, KeyPair, Pkcs12Error, PublicKey, Purpose, Subject,
    Trust, Validity, cms, pkcs12,
};

#[test]
fn an_identity_comes_back_from_its_file() {
    let house = House::new(3);
    let file = house.people[1].export_with("correct horse ☂", 100, &mut rng()).unwrap();
    let back = Identity::import(&file, "correct horse ☂").unwrap();
    assert_eq!(back.certificate(), house.people[1].certificate());
    assert_eq!(back.chain(), house.people[1].chain());
    assert_eq!(back.chain_pem().matches("BEGIN CERTIFICATE").count(), 2);
    let peeked = pkcs12::peek(&file).unwrap();
    assert_eq!(peeked[0], *back.certificate(), "the certificates can be read without the passphrase");
    for wrong in ["", "correct horse", "Correct horse ☂"] {
        assert!(matches!(Identity::import(&file, wrong), Err(Pkcs12Error::WrongPassphrase)), "{wrong:?}");
    }
    assert!(matches!(house.people[1].export("", &mut rng()), Err(Pkcs12Error::EmptyPassphrase)));
}

#[test]
fn an_authority_comes_back_and_a_person_is_none() {
    let house = House::new(3);
    let file = house.authority.export_with("x", 100, &mut rng()).unwrap();
    let back = Authority::import(&file, "x").unwrap();
    let person = back.issue_identity(&subject("Zoe"), Purpose::Person, years(2025, 2030), &mut rng()).unwrap();
    assert!(house.trust().check(person.certificate(), &[], now()).is_trusted());
    let file = house.people[0].export_with("x", 100, &mut rng()).unwrap();
    let refused = Authority::import(&file, "x");
    assert!(matches!(refused, Err(Pkcs12Error::Certificate(CertificateError::NotAnAuthority { .. }))), "{refused:?}");
}

#[test]
fn a_file_that_was_changed_is_refused() {
    let file = House::new(3).people[0].export_with("x", 100, &mut rng()).unwrap();
    for at in (0..file.len()).step_by(7) {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(Identity::import(&changed, "x").is_err(), "byte {at}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let person = House::new(3).people[0].clone();
    let shown = format!("{person:?}");
    assert!(shown.contains("secret not shown") && shown.len() < 600, "{shown}");
    let key = KeyPair::generate(&mut rng()).unwrap();
    assert_eq!(format!("{key:?}"), "KeyPair(EC P-256, secret not shown)");
}

#[test]
fn a_certificate_says_who_when_and_what_for() {
    let mut rng = rng();
    let authority = Authority::new("Ex, \"quoted\" + Söhne", years(2020, 2049), &mut rng).unwrap();
    let key = KeyPair::generate(&mut rng).unwrap();
    let public = PublicKey::from_der(&key.public_key().to_der().unwrap()).unwrap();
    let who = Subject { email: Some("ann@example.org".to_owned()), ..subject("Ann Ŵ") };
    let person = authority.issue(&who, Purpose::Person, &public, years(2025, 2030), &mut rng).unwrap();
    assert_eq!(person.common_name(), "Ann Ŵ");
    assert_eq!(person.organisation().as_deref(), Some("Example Operations"));
    assert_eq!(person.email().as_deref(), Some("ann@example.org"));
    assert_eq!(person.validity(), years(2025, 2030));
    assert_eq!(person.fingerprint().to_string().len(), 64);
    assert_eq!(person.serial().len(), 32);
    assert!(!person.is_authority() && authority.certificate().is_authority());
    assert_eq!(person.issuer(), authority.certificate().subject());
    assert_eq!(Certificate::from_pem(&person.pem()).unwrap(), [person]);
}

#[test]
fn names_that_deceive_are_refused() {
    let mut rng = rng();
    let long = "x".repeat(65);
    for name in ["", "  ", "a\nb", "Ann\u{202e}kcolb", long.as_str()] {
        let made = Authority::new(name, years(2020, 2030), &mut rng);
        assert!(matches!(made, Err(CertificateError::Name { .. })), "{name:?}");
    }
    for mail in ["nobody", "a b@c", "ä@example.org"] {
        let subject = Subject { common_name: "Ann".to_owned(), email: Some(mail.to_owned()), organisation: None };
        let made = Identity::self_signed(&subject, Purpose::Person, years(2020, 2030), &mut rng);
        assert!(matches!(made, Err(CertificateError::Name { .. })), "{mail:?}");
    }
    let backwards = Validity { not_before: day(2030, 1, 1), not_after: day(2029, 1, 1) };
    assert!(matches!(Authority::new("X", backwards, &mut rng), Err(CertificateError::Validity { .. })));
}

#[test]
fn persons_and_applications_are_told_apart() {
    let mut rng = rng();
    let house = House::new(3);
    let laptop = Subject { common_name: "Laptop 3".to_owned(), email: None, organisation: None };
    let app = house.authority.issue_identity(&laptop, Purpose::Application, years(2025, 2030), &mut rng).unwrap();
    assert_eq!(app.certificate().purpose(), Purpose::Application);
    assert_eq!(house.people[0].certificate().purpose(), Purpose::Person);
    let posing = Subject { common_name: "Eve".to_owned(), email: None, organisation: Some("Application".to_owned()) };
    let posing = house.authority.issue_identity(&posing, Purpose::Person, years(2025, 2030), &mut rng).unwrap();
    assert_eq!(posing.certificate().purpose(), Purpose::Person);
}

#[test]
fn a_key_goes_with_its_own_certificate_only() {
    let house = House::new(3);
    let other = KeyPair::generate(&mut rng()).unwrap();
    let made = Identity::new(other, house.people[0].certificate().clone(), Vec::new());
    assert!(matches!(made, Err(CertificateError::KeyMismatch { .. })));
}

#[test]
fn one_who_nobody_vouches_for_can_be_pinned_or_certified_later() {
    let mut rng = rng();
    let alone = Identity::self_signed(&subject("Solo"), Purpose::Person, years(2025, 2030), &mut rng).unwrap();
    let signature = cms::sign(&alone, b"text").unwrap();
    let verdict = |trust: &Trust| cms::verify(&signature, b"text", trust, now()).unwrap();
    assert!(verdict(&Trust::roots(vec![alone.certificate().clone()])).holds());
    let house = House::new(3);
    assert!(matches!(verdict(&house.trust()).chain, Chain::UnknownIssuer { .. }), "{:?}", verdict(&house.trust()));
    let certificate = house
        .authority
        .issue(&subject("Solo"), Purpose::Person, alone.public_key(), years(2025, 2030), &mut rng)
        .unwrap();
    let vouched = alone.with_certificate(certificate, house.authority.chain()).unwrap();
    let signature = cms::sign(&vouched, b"text").unwrap();
    assert!(cms::verify(&signature, b"text", &house.trust(), now()).unwrap().holds());
}

#[test]
fn an_authority_signs_its_own_statements() {
    let house = House::new(3);
    let signature = cms::sign(house.authority.as_identity(), b"roster").unwrap();
    assert!(cms::verify(&signature, b"roster", &house.trust(), now()).unwrap().holds());
    let verdict = cms::verify(&signature, b"Roster", &house.trust(), now()).unwrap();
    assert!(!verdict.digest_ok && verdict.signature_ok && !verdict.holds());
    assert!(!cms::verify(&signature, b"roster", &House::new(4).trust(), now()).unwrap().holds());
}

#[test]
fn pem_texts_are_read_with_what_stands_between() {
    let house = House::new(3);
    let text =
        format!("the root:\r\n{}\nand a person:\n{}", house.authority.certificate().pem(), house.people[0].chain_pem());
    let found = Certificate::from_pem(&text.replace('\n', "\r\n")).unwrap();
    assert_eq!(found.len(), 3);
    assert_eq!(found[0], *house.authority.certificate());
    assert!(Certificate::from_pem("nothing").is_err());
    assert!(Certificate::from_pem("-----BEGIN CERTIFICATE-----\nAAAA").is_err());
}

#[test]
fn signing_in_the_wrong_place_is_refused_by_name() {
    let house = House::new(3);
    let (pdf, who, info) = (base(Listing::Table), &house.people[0], SealInfo::new("Dora", now()));
    let unknown = certify(&pdf, "Boss", who, &info, None).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "the document has no signature field «Boss»; it has «Deployer», «Reviewer», «Approver»"
    );
    let once = house.sign(&pdf, 1, None);
    assert!(matches!(approve(&once, FIELDS[0], who, &info, None), Err(SealError::FilledField { .. })));
    assert!(matches!(certify(&once, FIELDS[1], who, &info, None), Err(SealError::NotFirst)));
    let tight = SealInfo { reserve: 500, ..info.clone() };
    let Err(SealError::Overflow { needed, reserved: 500 }) = certify(&pdf, FIELDS[0], who, &tight, None) else {
        panic!("it does not fit")
    };
    let exact = SealInfo { reserve: needed + 8, ..info.clone() };
    assert!(certify(&pdf, FIELDS[0], who, &exact, None).is_ok());
    let trailing = [pdf.as_slice(), b"% more\n"].concat();
    assert!(matches!(certify(&trailing, FIELDS[0], who, &info, None), Err(SealError::TrailingBytes { bytes: 7 })));
    let broken = certify(&pdf, FIELDS[0], who, &info, Some(b"no pdf"));
    assert!(matches!(broken, Err(SealError::Appearance(_))));
    let three = house.sign(&pdf, 1, None);
    let last = approve(&three, FIELDS[2], &house.people[2], &info, None).unwrap();
    let closed = approve(&last, FIELDS[1], who, &info, Some(&appearance("x")));
    assert!(matches!(closed, Err(SealError::Closed { .. })), "a lock over all closes the field in between");
}

#[test]
fn signing_twice_the_same_gives_the_same_bytes() {
    let house = House::new(3);
    let pdf = base(Listing::Stream);
    assert_eq!(house.sign(&pdf, 3, None), house.sign(&pdf, 3, None));
}
