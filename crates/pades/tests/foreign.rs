//! What others say of what is made here: pyHanko, poppler's pdfsig, OpenSSL and qpdf. A tool that is not installed is
//! passed over with a line that says so.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing helper fails its test")]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{FIELDS, House, Listing, appearance, base, now, rng, subject, years};
use countersign_pades::seal::{SealInfo, approve};
use countersign_pades::verify::{IdentityVerdict, IntegrityVerdict, inspect};
use countersign_pades::{Authority, Certificate, Identity, Pkcs12Error, Purpose, cms};

/// Few rounds: the tests are about the format, not about its cost.
const ROUNDS: u32 = 2048;

fn tool(name: &str) -> Option<PathBuf> {
    let venv = std::env::var_os("COUNTERSIGN_FOREIGN")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/foreign/venv"), PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::iter::once(venv.join("bin")).chain(std::env::split_paths(&path));
    let found = places.map(|dir| dir.join(name)).find(|file| file.is_file());
    if found.is_none() {
        eprintln!("skipped: {name} is not installed");
    }
    found
}

fn run(command: &mut Command) -> (bool, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.success(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

struct Bench {
    dir: tempfile::TempDir,
    house: House,
}

impl Bench {
    fn new() -> Self {
        let (dir, house) = (tempfile::tempdir().unwrap(), House::new(1));
        std::fs::write(dir.path().join("ca.pem"), house.authority.certificate().pem()).unwrap();
        Self { dir, house }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn ca(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    fn pyhanko(&self, tool: &Path, pdf: &Path) -> (bool, String) {
        let options = ["sign", "validate", "--trust-replace", "--no-revocation-check", "--trust"];
        run(Command::new(tool).args(options).arg(self.ca()).arg(pdf))
    }

    /// One, two and three signatures, on both kinds of file, without and with an appearance.
    fn each_signed(&self, mut check: impl FnMut(&str, usize, &[u8])) {
        let look = appearance("Signed here");
        for (listing, look) in [(Listing::Table, Some(look.as_slice())), (Listing::Stream, None)] {
            let base = base(listing);
            for count in 1..=3 {
                check(&format!("{listing:?}-{count}"), count, &self.house.sign(&base, count, look));
            }
        }
    }
}

#[test]
fn pyhanko_accepts_one_two_and_three_signatures() {
    let Some(pyhanko) = tool("pyhanko") else { return };
    let bench = Bench::new();
    bench.each_signed(|name, count, pdf| {
        let file = bench.file(&format!("{name}.pdf"), pdf);
        let (passed, said) = bench.pyhanko(&pyhanko, &file);
        assert!(passed, "{name}: {said}");
        let lines: Vec<&str> = said.lines().filter(|line| line.contains(":INTACT:TRUSTED")).collect();
        assert_eq!(lines.len(), count, "{name}: {said}");
        assert_eq!(lines.iter().filter(|line| line.contains("UNTOUCHED")).count(), 1, "{name}: {said}");
        let extended = lines.iter().filter(|line| line.contains("ACCEPTABLE_MODIFICATIONS")).count();
        assert_eq!(extended, count - 1, "{name}: {said}");
    });
}

#[test]
fn pyhanko_and_we_refuse_the_same_overdrawn_page() {
    let Some(pyhanko) = tool("pyhanko") else { return };
    let bench = Bench::new();
    let signed = bench.house.sign(&base(Listing::Table), 1, None);
    let overdrawn = common::overdraw(&signed);
    let file = bench.file("overdrawn.pdf", &overdrawn);
    let (passed, said) = bench.pyhanko(&pyhanko, &file);
    assert!(!passed && said.contains("ILLEGAL_MODIFICATIONS"), "{said}");
    let found = inspect(&overdrawn, &bench.house.trust(), now()).unwrap();
    assert!(matches!(found.integrity(), IntegrityVerdict::Broken(_)), "{found:?}");
}

#[test]
fn pyhanko_signatures_hold_here_and_ours_upon_them_there() {
    let Some(pyhanko) = tool("pyhanko") else { return };
    let bench = Bench::new();
    let p12 = bench.house.people[0].export_with("x", ROUNDS, &mut rng()).unwrap();
    let (p12, pass) = (bench.file("dora.p12", &p12), bench.file("pass", b"x"));
    let sign = |pdf: &[u8], field: &str| {
        let (from, to) = (bench.file("from.pdf", pdf), bench.dir.path().join("to.pdf"));
        let mut command = Command::new(&pyhanko);
        command.args(["sign", "addsig", "--use-pades", "--existing-only", "--no-strict-syntax", "--field", field]);
        command.arg("pkcs12").arg("--passfile").arg(&pass).arg(from).arg(&to).arg(&p12);
        let (signed, said) = run(&mut command);
        assert!(signed, "{said}");
        std::fs::read(to).unwrap()
    };
    for listing in [Listing::Table, Listing::Stream] {
        let theirs = sign(&base(listing), FIELDS[0]);
        let found = inspect(&theirs, &bench.house.trust(), common::day(2030, 1, 1)).unwrap();
        assert_eq!(found.integrity(), IntegrityVerdict::Intact, "{listing:?} {found:#?}");
        assert_eq!(found.signatures[0].identity(), bench_identity("Dora Deployer"), "{listing:?}");
        let info = SealInfo::new("René", now());
        let both = approve(&theirs, FIELDS[1], &bench.house.people[1], &info, None).unwrap();
        let found = inspect(&both, &bench.house.trust(), common::day(2030, 1, 1)).unwrap();
        assert_eq!(found.integrity(), IntegrityVerdict::Intact, "{listing:?} {found:#?}");
        let (passed, said) = bench.pyhanko(&pyhanko, &bench.file("both.pdf", &both));
        assert!(passed, "{listing:?} {said}");
    }
}

fn bench_identity(name: &str) -> IdentityVerdict {
    IdentityVerdict::Known { name: name.to_owned(), root: "Example Operations".to_owned() }
}

#[test]
fn poppler_accepts_one_two_and_three_signatures() {
    let (Some(pdfsig), Some(certutil)) = (tool("pdfsig"), tool("certutil")) else { return };
    let bench = Bench::new();
    let database = format!("sql:{}", bench.dir.path().display());
    assert!(run(Command::new(&certutil).args(["-N", "--empty-password", "-d", &database])).0);
    let add = ["-A", "-n", "CA", "-t", "CT,C,C", "-d", &database, "-i"];
    assert!(run(Command::new(&certutil).args(add).arg(bench.ca())).0);
    bench.each_signed(|name, count, pdf| {
        let file = bench.file(&format!("{name}.pdf"), pdf);
        let (_, said) = run(Command::new(&pdfsig).args(["-nssdir", &database]).arg(&file));
        for (line, times) in [
            ("Signature Validation: Signature is Valid.", count),
            ("Certificate Validation: Certificate is Trusted.", count),
            ("Signature Type: ETSI.CAdES.detached", count),
            ("  - Total document signed", 1),
        ] {
            assert_eq!(said.matches(line).count(), times, "{name}: «{line}» in {said}");
        }
    });
    let mut pdf = base(Listing::Table);
    for field in FIELDS {
        pdf = approve(&pdf, field, &bench.house.people[0], &SealInfo::new("Dora", now()), None).unwrap();
    }
    let (_, said) = run(Command::new(&pdfsig).args(["-nssdir", &database]).arg(bench.file("thrice.pdf", &pdf)));
    let trusted = said.matches("Certificate Validation: Certificate is Trusted.").count();
    assert_eq!(trusted, 3, "one person may sign three times: {said}");
}

#[test]
fn openssl_accepts_every_signature_as_cades() {
    let Some(openssl) = tool("openssl") else { return };
    let bench = Bench::new();
    let verify = |cms: &[u8], data: &[u8]| {
        let (cms, data) = (bench.file("signature.cms", cms), bench.file("signature.data", data));
        let options = ["cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any", "-out", "/dev/null"];
        let mut command = Command::new(&openssl);
        run(command.args(options).arg("-in").arg(cms).arg("-content").arg(data).arg("-CAfile").arg(bench.ca()))
    };
    bench.each_signed(|name, count, pdf| {
        let sites = common::signature_sites(pdf);
        assert_eq!(sites.len(), count);
        for (cms, data) in sites {
            let (passed, said) = verify(&cms, &data);
            assert!(passed && said.contains("CAdES Verification successful"), "{name}: {said}");
            let (passed, _) = verify(&cms, &[data.as_slice(), b" "].concat());
            assert!(!passed, "{name}: one more byte is refused");
        }
    });
    let statement = cms::sign(&bench.house.people[0], b"a statement").unwrap();
    assert!(verify(&statement, b"a statement").0);
}

#[test]
fn qpdf_finds_no_error_in_the_structure() {
    let Some(qpdf) = tool("qpdf") else { return };
    let bench = Bench::new();
    bench.each_signed(|name, _, pdf| {
        let (passed, said) = run(Command::new(&qpdf).arg("--check").arg(bench.file(&format!("{name}.pdf"), pdf)));
        assert!(passed && said.contains("No syntax or stream encoding errors found"), "{name}: {said}");
    });
}

#[test]
fn openssl_opens_our_pkcs12_and_we_open_its() {
    let Some(openssl) = tool("openssl") else { return };
    let bench = Bench::new();
    let ours = bench.house.people[0].export_with("pässword", ROUNDS, &mut rng()).unwrap();
    let ours = bench.file("ours.p12", &ours);
    let (opened, said) =
        run(Command::new(&openssl).args(["pkcs12", "-info", "-nodes", "-passin", "pass:pässword", "-in"]).arg(&ours));
    assert!(opened, "{said}");
    assert!(said.contains("PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256"), "{said}");
    assert_eq!(said.matches("BEGIN CERTIFICATE").count(), 2, "{said}");
    let (opened, _) = run(Command::new(&openssl).args(["pkcs12", "-nodes", "-passin", "pass:wrong", "-in"]).arg(&ours));
    assert!(!opened);

    for (kind, options) in [
        ("EC P-256", vec!["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
        ("EC P-384", vec!["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
        ("RSA", vec!["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
        ("RSA", vec!["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"]),
    ] {
        let file = openssl_identity(&openssl, &bench, &options, &[]);
        let identity = Identity::import(&file, "s3cret ä").unwrap_or_else(|why| panic!("{kind}: {why}"));
        assert_eq!(identity.certificate().common_name(), "Olga OpenSSL");
        assert!(matches!(Identity::import(&file, "wrong"), Err(Pkcs12Error::WrongPassphrase)), "{kind}");
        let signature = cms::sign(&identity, b"text").unwrap();
        let trust = countersign_pades::Trust::roots(vec![identity.certificate().clone()]);
        let verdict = cms::verify(&signature, b"text", &trust, common::day(2030, 1, 1)).unwrap();
        assert!(verdict.holds(), "{kind}: {verdict:?}");
        let (signature, text) = (bench.file("s.cms", &signature), bench.file("s.txt", b"text"));
        let root = bench.file("own.pem", identity.certificate().pem().as_bytes());
        let options = ["cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any", "-out", "/dev/null"];
        let mut command = Command::new(&openssl);
        command.args(options).arg("-in").arg(signature).arg("-content").arg(text).arg("-CAfile").arg(root);
        let (passed, said) = run(&mut command);
        assert!(passed, "{kind}: {said}");
        let again = identity.export_with("other", ROUNDS, &mut rng()).unwrap();
        assert_eq!(Identity::import(&again, "other").unwrap().certificate(), identity.certificate(), "{kind}");
    }
    let short = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"];
    let refused = Identity::import(&openssl_identity(&openssl, &bench, &short, &[]), "s3cret ä");
    assert!(matches!(refused, Err(Pkcs12Error::Key(_))), "{refused:?}");
    let ec = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    let old = Identity::import(
        &openssl_identity(&openssl, &bench, &ec, &["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES"]),
        "s3cret ä",
    );
    assert!(matches!(old, Err(Pkcs12Error::Unsupported(_))), "{old:?}");
}

/// A self-signed certificate with its key in a PKCS#12 file, all made by OpenSSL.
fn openssl_identity(openssl: &Path, bench: &Bench, key: &[&str], export: &[&str]) -> Vec<u8> {
    let at = |name: &str| bench.dir.path().join(name);
    assert!(run(Command::new(openssl).arg("genpkey").args(key).arg("-out").arg(at("key.pem"))).0);
    let subject = ["req", "-x509", "-new", "-subj", "/O=Elsewhere/CN=Olga OpenSSL", "-days", "9000", "-key"];
    let made = run(Command::new(openssl).args(subject).arg(at("key.pem")).arg("-out").arg(at("cert.pem")));
    assert!(made.0, "{}", made.1);
    let options = ["pkcs12", "-export", "-passout", "pass:s3cret ä", "-name", "Olga", "-inkey"];
    let mut command = Command::new(openssl);
    command
        .args(options)
        .arg(at("key.pem"))
        .arg("-in")
        .arg(at("cert.pem"))
        .args(export)
        .arg("-out")
        .arg(at("olga.p12"));
    let made = run(&mut command);
    assert!(made.0, "{}", made.1);
    std::fs::read(at("olga.p12")).unwrap()
}

#[test]
fn openssl_signatures_hold_here_and_a_revocation_list_counts() {
    let Some(openssl) = tool("openssl") else { return };
    let bench = Bench::new();
    let mut rng = rng();
    let authority = Authority::new("Example", years(2020, 2049), &mut rng).unwrap();
    let person = authority.issue_identity(&subject("Paul"), Purpose::Person, years(2025, 2045), &mut rng).unwrap();
    let p12 = bench.file("paul.p12", &person.export_with("x", ROUNDS, &mut rng).unwrap());
    let pem = bench.dir.path().join("paul.pem");
    assert!(
        run(Command::new(&openssl)
            .args(["pkcs12", "-nodes", "-passin", "pass:x", "-in"])
            .arg(&p12)
            .arg("-out")
            .arg(&pem))
        .0
    );
    let (text, signature) = (bench.file("text", b"text"), bench.dir.path().join("text.cms"));
    let sign = ["cms", "-sign", "-cades", "-binary", "-outform", "DER", "-md", "sha256", "-signer"];
    let mut command = Command::new(&openssl);
    let (made, said) = run(command.args(sign).arg(&pem).arg("-in").arg(&text).arg("-out").arg(&signature));
    assert!(made, "{said}");
    let signature = std::fs::read(signature).unwrap();
    let trust = countersign_pades::Trust::roots(vec![authority.certificate().clone()]);
    let verdict = cms::verify(&signature, b"text", &trust, now()).unwrap();
    assert!(verdict.holds(), "{verdict:?}");

    let crl = revocation_list(&openssl, &bench, &authority, person.certificate());
    let trust = trust.with_crl(&crl).unwrap();
    let chain = |at| cms::verify(&signature, b"text", &trust, at).unwrap().chain;
    let later = common::day(2040, 1, 1);
    assert!(matches!(chain(later), countersign_pades::Chain::Revoked { since: Some(_) }), "{:?}", chain(later));
    assert!(chain(common::day(2026, 1, 1)).is_trusted(), "what was signed before holds");
}

fn revocation_list(openssl: &Path, bench: &Bench, authority: &Authority, revoked: &Certificate) -> Vec<u8> {
    let at = |name: &str| bench.dir.path().join(name);
    let p12 = bench.file("root.p12", &authority.export_with("x", ROUNDS, &mut rng()).unwrap());
    assert!(
        run(Command::new(openssl)
            .args(["pkcs12", "-nodes", "-passin", "pass:x", "-in"])
            .arg(p12)
            .arg("-out")
            .arg(at("root.pem")))
        .0
    );
    std::fs::write(at("index.txt"), "").unwrap();
    std::fs::write(at("crlnumber"), "01\n").unwrap();
    std::fs::write(at("revoked.pem"), revoked.pem()).unwrap();
    let config = format!(
        "[ca]\ndefault_ca=d\n[d]\ndatabase={0}/index.txt\ncrlnumber={0}/crlnumber\ndefault_md=sha256\ndefault_crl_days=30\n",
        bench.dir.path().display()
    );
    let config = bench.file("ca.cnf", config.as_bytes());
    let ca = |extra: &[&str]| {
        let mut command = Command::new(openssl);
        command
            .arg("ca")
            .arg("-config")
            .arg(&config)
            .arg("-cert")
            .arg(at("root.pem"))
            .arg("-keyfile")
            .arg(at("root.pem"));
        let (done, said) = run(command.args(extra).current_dir(bench.dir.path()));
        assert!(done, "{said}");
    };
    ca(&["-revoke", "revoked.pem"]);
    ca(&["-gencrl", "-out", "list.pem"]);
    assert!(
        run(Command::new(openssl)
            .args(["crl", "-outform", "DER", "-in"])
            .arg(at("list.pem"))
            .arg("-out")
            .arg(at("list.der")))
        .0
    );
    std::fs::read(at("list.der")).unwrap()
}

#[test]
fn field_names_are_those_of_the_tools() {
    let Some(pyhanko) = tool("pyhanko") else { return };
    let bench = Bench::new();
    let file = bench.file("one.pdf", &bench.house.sign(&base(Listing::Table), 1, None));
    let (_, said) = run(Command::new(pyhanko).args(["sign", "list"]).arg(file));
    for field in FIELDS {
        assert!(said.contains(field), "{said}");
    }
}
