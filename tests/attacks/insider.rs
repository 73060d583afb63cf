//! Attackers with keys: the installation's, and the leads'. The organisation's root is not among them.

use super::refuted;
use countersign_pades::seal::{SealInfo, approve, certify};
use countersign_pades::{Certificate, DateTime, Identity, KeyPair, fields};
use countersign_tests::desk::Tour;
use countersign_tests::tamper;
use countersign_tests::update::Update;

const PASSPHRASE: &str = "a passphrase for the tour only";

/// Everybody's keys, and the report before anybody signed it.
pub(crate) struct Insider {
    pub(crate) pages: Vec<u8>,
    pub(crate) installation: Identity,
    pub(crate) leads: Vec<Identity>,
    at: DateTime,
}

impl Insider {
    /// Takes the tour's keys from its data directory.
    pub(crate) fn of_the_tour() -> Self {
        let data = Tour::taken().data();
        let report = Tour::taken().report();
        let pages = report[..tamper::revisions(&report)[0]].to_vec();
        let pair = KeyPair::from_pkcs8(&std::fs::read(data.join("installation.key")).unwrap()).unwrap();
        let pem = std::fs::read_to_string(data.join("installation.pem")).unwrap();
        let mut chain = Certificate::from_pem(&pem).unwrap();
        let installation = Identity::new(pair, chain.remove(0), chain).unwrap();
        let files = std::fs::read_dir(data.join("keys")).unwrap().map(|entry| entry.unwrap().path());
        let keys = files.filter(|path| path.extension().is_some_and(|end| end == "p12") && !path.ends_with("root.p12"));
        let leads = keys.map(|path| Identity::import(&std::fs::read(path).unwrap(), PASSPHRASE).unwrap());
        let mut leads: Vec<_> = leads.collect();
        leads.sort_by_key(|lead| lead.certificate().common_name());
        let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let at = DateTime::from_unix_duration(std::time::Duration::from_secs(seconds)).unwrap();
        Self { pages, installation, leads, at }
    }

    /// Certifies a file, and lets every lead sign it in turn.
    pub(crate) fn sign_all(&self, pages: &[u8]) -> Vec<u8> {
        let names: Vec<String> = fields(pages).unwrap().into_iter().map(|field| field.name).collect();
        let mut pdf = certify(pages, &names[0], &self.installation, &self.info(&self.installation), None).unwrap();
        for (field, lead) in names[1..].iter().zip(&self.leads) {
            pdf = approve(&pdf, field, lead, &self.info(lead), None).unwrap();
        }
        pdf
    }

    pub(crate) fn info(&self, who: &Identity) -> SealInfo {
        SealInfo::new(who.certificate().common_name(), self.at)
    }
}

pub(crate) fn overdrawn(pdf: &[u8]) -> Vec<u8> {
    let update = Update::of(pdf);
    let page = update.document().get_pages()[&1];
    let content = update.document().get_page_contents(page)[0].0;
    update.put_stream(content, "", b"BT /F1 30 Tf 72 700 Td (Nothing deviates) Tj ET").table()
}

#[test]
fn the_keys_by_themselves_make_a_report_that_holds() {
    let insider = Insider::of_the_tour();
    let desk = countersign_tests::desk::Desk::new();
    let file = desk.write("report.pdf", insider.sign_all(&insider.pages));
    desk.run(&["verify", &file, "--trust", &Tour::taken().roots()]).expect(0);
}

#[test]
fn a_page_overdrawn_and_then_signed_again_is_named() {
    let insider = Insider::of_the_tour();
    let names: Vec<String> = fields(&insider.pages).unwrap().into_iter().map(|field| field.name).collect();
    let me = &insider.installation;
    let mut pdf = certify(&insider.pages, &names[0], me, &insider.info(me), None).unwrap();
    pdf = approve(&pdf, &names[1], &insider.leads[0], &insider.info(&insider.leads[0]), None).unwrap();
    pdf = approve(&overdrawn(&pdf), &names[2], &insider.leads[1], &insider.info(&insider.leads[1]), None).unwrap();
    let said = refuted(&pdf, &Tour::taken().roots(), "integrity", "page 1 content) was changed");
    let intact: Vec<bool> = said["signatures"].as_array().unwrap().iter().map(|one| one["intact"] == true).collect();
    assert_eq!(intact, [false, false, true], "the last one signed what it saw: {said:#}");
}

#[test]
fn pages_overdrawn_before_the_certification_are_named() {
    let insider = Insider::of_the_tour();
    let pdf = insider.sign_all(&overdrawn(&insider.pages));
    let said = refuted(&pdf, &Tour::taken().roots(), "integrity", "Before the certification: object");
    assert!(said["signatures"].as_array().unwrap().iter().all(|one| one["intact"] == true), "{said:#}");
}

#[test]
fn pages_of_another_record_are_named() {
    let insider = Insider::of_the_tour();
    let mut pages = lopdf::Document::load_mem(&insider.pages).unwrap();
    let page = pages.get_pages()[&1];
    let content = pages.get_page_contents(page)[0];
    let stream = lopdf::Stream::new(lopdf::Dictionary::new(), b"BT (Nothing deviates) Tj ET".to_vec());
    pages.objects.insert(content, lopdf::Object::Stream(stream));
    let mut other = Vec::new();
    pages.save_to(&mut other).unwrap();
    refuted(
        &insider.sign_all(&other),
        &Tour::taken().roots(),
        "integrity",
        "The pages are not those that the record inside gives",
    );
}

#[test]
fn a_lead_who_signs_for_another_is_named() {
    let mut insider = Insider::of_the_tour();
    insider.leads.reverse();
    refuted(
        &insider.sign_all(&insider.pages),
        &Tour::taken().roots(),
        "completeness",
        "was signed by somebody else than",
    );
}

#[test]
fn a_certification_with_a_lead_s_key_is_named() {
    let mut insider = Insider::of_the_tour();
    insider.installation = insider.leads[0].clone();
    refuted(&insider.sign_all(&insider.pages), &Tour::taken().roots(), "identity", "made with a person's key");
}
