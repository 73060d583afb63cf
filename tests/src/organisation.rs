//! An organisation of three computers: the deployer's with the root, and one each for two leads, whose keys never leave them.

use crate::desk::{Desk, Ran};

/// The checklist of the record that is signed.
pub const CHECKLIST: &str = "\
# Orders release

- [ ] Back up
- [ ] Deploy the release
- Cache hit rate: ____ %
- [ ] Engineering lead: ________________ Date: _______
- [ ] Operations: ________________ Date: _______
";

/// The computers, with keys, a roster and a record of [`CHECKLIST`] whose work is done.
#[derive(Debug)]
pub struct Organisation {
    /// The deployer's, which has the organisation's root.
    pub deployer: Desk,
    /// Lena's, engineering lead.
    pub lena: Desk,
    /// Omar's, operations.
    pub omar: Desk,
}

/// The passphrase of everybody.
pub const SECRET: &str = "a long passphrase";

impl Organisation {
    /// Makes keys by request and certificate, a roster that is signed and imported, and the record.
    pub fn new() -> Self {
        let of = Self { deployer: Desk::new(), lena: Desk::new(), omar: Desk::new() };
        for desk in [&of.deployer, &of.lena, &of.omar] {
            desk.write("secret", SECRET);
        }
        of.deployer.run(&of.root(&["roster", "init", "--organisation", "Orders"])).expect(0);
        for (desk, name) in [(&of.lena, "Lena"), (&of.omar, "Omar")] {
            let (request, certificate) = (desk.arg("request.pem"), desk.arg("certificate.pem"));
            let secret = desk.arg("secret");
            desk.run(&["key", "request", "--name", name, "-o", &request, "--passphrase-file", &secret]).expect(0);
            of.deployer.run(&of.root(&["key", "certify", &request, "-o", &certificate])).expect(0);
            desk.run(&["key", "accept", &certificate, "--passphrase-file", &secret]).expect(0);
        }
        of.deployer.run(&["roster", "make"]).expect(0);
        of.deployer.run(&["roster", "add", "Lena", "--role", "Engineering lead"]).expect(0);
        of.deployer.run(&["roster", "add", "Omar", "--role", "Operations"]).expect(0);
        of.issue();
        let file = of.deployer.write("orders.md", CHECKLIST);
        of.by(&["record", "new", &file, "--set", "service=Orders", "--set", "release=2", "--set", "commit=abc123"])
            .expect(0);
        for item in ["Back up", "Deploy"] {
            of.by(&["record", "answer", "1", item, "done"]).expect(0);
        }
        of.by(&["record", "answer", "1", "Cache hit", "92"]).expect(0);
        of
    }

    /// Arguments with the root's passphrase.
    pub fn root(&self, args: &[&str]) -> Vec<String> {
        let mut all: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        all.extend(["--root-passphrase-file".to_owned(), self.deployer.arg("secret")]);
        all
    }

    /// Runs a command as the deployer.
    pub fn by(&self, args: &[&str]) -> Ran {
        self.deployer.run(&[args, &["--person", "Dana"]].concat())
    }

    /// Signs the roster's draft, and takes it and the roots to the leads' computers.
    pub fn issue(&self) {
        self.deployer.run(&self.root(&["roster", "sign", "-o", &self.roster()])).expect(0);
        self.deployer.run(&["roster", "export", "-o", &self.roots()]).expect(0);
        for desk in [&self.lena, &self.omar] {
            desk.run(&["roster", "import", &self.roster(), "--trust", &self.roots()]).expect(0);
        }
    }

    /// The roster file.
    pub fn roster(&self) -> String {
        self.deployer.arg("roster.json")
    }

    /// The certificates and revocation lists to trust.
    pub fn roots(&self) -> String {
        self.deployer.arg("roots.pem")
    }

    /// Asks for a signature; the request's path.
    pub fn ask(&self, name: &str) -> String {
        let path = self.deployer.arg(name);
        self.by(&["signoff", "request", "1", "-o", &path]).expect(0);
        path
    }

    /// Signs a request or a report on a lead's computer; the path of what came of it.
    pub fn sign(&self, desk: &Desk, name: &str, file: &str, role: &str, to: &str) -> (Ran, String) {
        let (to, secret) = (desk.arg(to), desk.arg("secret"));
        let args = ["signoff", "sign", file, "--as", name, "--role", role, "--passphrase-file", &secret, "-o", &to];
        (desk.run(&args), to)
    }
}

impl Default for Organisation {
    fn default() -> Self {
        Self::new()
    }
}
