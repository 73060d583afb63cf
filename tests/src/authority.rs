//! A time-stamp authority on this computer: `openssl ts` behind a small HTTP listener, with certificates good and bad.

use crate::desk::Desk;
use crate::programs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The authority. Its thread ends with the test program.
#[derive(Debug)]
pub struct Authority {
    /// Where it is asked.
    pub url: String,
    desk: Arc<Desk>,
    openssl: PathBuf,
    asked: Arc<AtomicUsize>,
}

/// What the keys are made with. `ended.pem` has ended, `wrong.pem` is for signing mail; both are of the authority's own root.
const MAKE: &str = r#"
set -e
key() { "$OPENSSL" ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
key root; key tsa
"$OPENSSL" req -x509 -new -key root.key -sha256 -days 3650 -subj "/O=Example Time/CN=Example Time Root" -out root.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n' > tsa.ext
printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=emailProtection\n' > wrong.ext
"$OPENSSL" req -new -key tsa.key -subj "/O=Example Time/CN=Example Time Authority" -out tsa.csr
for kind in tsa wrong; do
    "$OPENSSL" x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -sha256 -days 3000 -extfile $kind.ext -out $kind.pem
done
touch index.txt; echo 77 > number; echo 01 > crlnumber
printf '[ca]\ndefault_ca=one\n[one]\ndatabase=index.txt\nserial=number\nnew_certs_dir=.\ndefault_md=sha256\ncrlnumber=crlnumber\nunique_subject=no\npolicy=any\n[any]\norganizationName=optional\ncommonName=supplied\n' > ca.cnf
"$OPENSSL" ca -batch -config ca.cnf -in tsa.csr -cert root.pem -keyfile root.key -startdate 20200101000000Z -enddate 20210101000000Z \
    -extfile tsa.ext -notext -out ended.pem
printf '[tsa]\ndefault_tsa=one\n[one]\nserial=serial\nsigner_cert=tsa.pem\nsigner_key=tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\nordering=no\ntsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n' > ts.cnf
"#;

impl Authority {
    /// Makes its keys and starts it on a free port. None where OpenSSL is missing, which is told.
    ///
    /// # Panics
    /// When OpenSSL does not make the keys; the message is its own.
    pub fn start() -> Option<Self> {
        let openssl = programs::foreign("openssl")?;
        let desk = Arc::new(Desk::new());
        let made =
            Command::new("sh").args(["-c", MAKE]).env("OPENSSL", &openssl).current_dir(desk.path("")).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("programs may listen on 127.0.0.1");
        let url = format!("http://{}/", listener.local_addr().expect("it has an address"));
        let asked = Arc::new(AtomicUsize::new(0));
        let (folder, program, count) = (Arc::clone(&desk), openssl.clone(), Arc::clone(&asked));
        std::thread::spawn(move || {
            for visitor in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                // A visitor who goes away early is nobody's trouble.
                let _ = serve(visitor, &program, &folder);
            }
        });
        Some(Self { url, desk, openssl, asked })
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// The root that vouches for it.
    pub fn root(&self) -> String {
        self.desk.arg("root.pem")
    }

    /// A file of roots for `countersign verify`: those of a file, and this authority's, believed about the time alone.
    pub fn beside(&self, roots: &str) -> String {
        let out = self.desk.path("trusted.pem");
        self.openssl(&["x509", "-in", "root.pem", "-trustout", "-addtrust", "timeStamping", "-out", "trusted.pem"]);
        let both = [std::fs::read(roots).unwrap(), std::fs::read(out).unwrap()].concat();
        self.desk.write("roots-and-time.pem", both)
    }

    /// A token over a hash, asked for without HTTP.
    pub fn token(&self, imprint: [u8; 32]) -> Vec<u8> {
        let digits: String = imprint.iter().map(|byte| format!("{byte:02x}")).collect();
        self.openssl(&["ts", "-query", "-digest", &digits, "-sha256", "-cert", "-out", "direct.tsq"]);
        self.openssl(&[
            "ts",
            "-reply",
            "-config",
            "ts.cnf",
            "-queryfile",
            "direct.tsq",
            "-token_out",
            "-out",
            "direct.tst",
        ]);
        std::fs::read(self.desk.path("direct.tst")).unwrap()
    }

    /// The same with another of its certificates, `ended` or `wrong`, which `openssl ts` itself would not sign with.
    pub fn token_by(&self, certificate: &str, imprint: [u8; 32]) -> Vec<u8> {
        self.token(imprint);
        let certificate = format!("{certificate}.pem");
        self.openssl(&[
            "cms",
            "-verify",
            "-noverify",
            "-inform",
            "DER",
            "-in",
            "direct.tst",
            "-binary",
            "-out",
            "info.der",
        ]);
        let how = [
            "cms",
            "-sign",
            "-cades",
            "-binary",
            "-nodetach",
            "-nosmimecap",
            "-econtent_type",
            "1.2.840.113549.1.9.16.1.4",
        ];
        let what =
            ["-in", "info.der", "-signer", &certificate, "-inkey", "tsa.key", "-outform", "DER", "-out", "other.tst"];
        self.openssl(&[&how[..], &what[..]].concat());
        std::fs::read(self.desk.path("other.tst")).unwrap()
    }

    /// A person whom its root certifies, as PKCS#12: the certificate says where its issuer can be asked about it, which is here.
    pub fn person(&self, name: &str, passphrase: &str) -> String {
        let purposes = "keyUsage=critical,digitalSignature,nonRepudiation\nextendedKeyUsage=emailProtection";
        let asked = format!("crlDistributionPoints=URI:{0}root.crl\nauthorityInfoAccess=OCSP;URI:{0}ocsp", self.url);
        self.desk.write("person.ext", format!("{purposes}\n{asked}\n"));
        self.openssl(&["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "person.key"]);
        let subject = format!("/O=Example Time/CN={name}");
        self.openssl(&["req", "-new", "-key", "person.key", "-subj", &subject, "-out", "person.csr"]);
        let ca = ["ca", "-batch", "-config", "ca.cnf", "-cert", "root.pem", "-keyfile", "root.key", "-days", "300"];
        let what = ["-in", "person.csr", "-extfile", "person.ext", "-notext", "-out", "person.pem"];
        self.openssl(&[&ca[..], &what[..]].concat());
        let crl = ["-gencrl", "-crldays", "30", "-out", "root.crl.pem"];
        self.openssl(&[&ca[..8], &crl[..]].concat());
        self.openssl(&["crl", "-in", "root.crl.pem", "-outform", "DER", "-out", "root.crl"]);
        let export = ["pkcs12", "-export", "-inkey", "person.key", "-in", "person.pem", "-certfile", "root.pem"];
        self.openssl(&[&export[..], &["-passout", &format!("pass:{passphrase}"), "-out", "person.p12"]].concat());
        self.desk.arg("person.p12")
    }

    fn openssl(&self, args: &[&str]) {
        run(&self.openssl, args, &self.desk.path(""));
    }
}

fn run(openssl: &Path, args: &[&str], folder: &Path) {
    let ran = Command::new(openssl).args(args).current_dir(folder).output().unwrap();
    assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

fn serve(mut visitor: TcpStream, openssl: &Path, desk: &Desk) -> std::io::Result<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && visitor.read(&mut byte)? > 0 {
        head.extend_from_slice(&byte);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let length = head.split("content-length:").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap_or("0");
    let mut question = vec![0; length.parse().unwrap()];
    visitor.read_exact(&mut question)?;
    if head.starts_with("get /root.crl ") {
        return answer(visitor, "application/pkix-crl", &std::fs::read(desk.path("root.crl"))?);
    }
    if head.starts_with("post /ocsp ") {
        assert!(head.contains("content-type: application/ocsp-request"), "{head}");
        desk.write("question.ocsp", question);
        let who =
            ["-index", "index.txt", "-CA", "root.pem", "-rsigner", "root.pem", "-rkey", "root.key", "-ndays", "3"];
        let what = ["ocsp", "-reqin", "question.ocsp", "-respout", "answer.ocsp"];
        run(openssl, &[&what[..], &who[..]].concat(), &desk.path(""));
        return answer(visitor, "application/ocsp-response", &std::fs::read(desk.path("answer.ocsp"))?);
    }
    assert!(head.contains("content-type: application/timestamp-query"), "{head}");
    desk.write("question.tsq", question);
    run(
        openssl,
        &["ts", "-reply", "-config", "ts.cnf", "-queryfile", "question.tsq", "-out", "answer.tsr"],
        &desk.path(""),
    );
    answer(visitor, "application/timestamp-reply", &std::fs::read(desk.path("answer.tsr"))?)
}

fn answer(mut visitor: TcpStream, kind: &str, body: &[u8]) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    visitor.write_all(head.as_bytes())?;
    visitor.write_all(body)
}
