//! A key from elsewhere: made by OpenSSL, certified by a root of another organisation, as PKCS#12.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes `elsewhere.p12` and its root `elsewhere.pem` in a folder.
///
/// # Panics
/// When OpenSSL does not make them; the message is its own.
pub fn key(openssl: &Path, folder: &Path, name: &str, passphrase: &str) -> PathBuf {
    let script = r#"
set -e
"$OPENSSL" ecparam -name prime256v1 -genkey -noout -out elsewhere-root.key
"$OPENSSL" req -x509 -new -key elsewhere-root.key -sha256 -days 3650 -subj "/O=Elsewhere/CN=Elsewhere Root" -out elsewhere.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
"$OPENSSL" ecparam -name prime256v1 -genkey -noout -out elsewhere.key
"$OPENSSL" req -new -key elsewhere.key -subj "/O=Elsewhere/CN=$NAME" -out elsewhere.csr
printf 'keyUsage=critical,digitalSignature,nonRepudiation\nbasicConstraints=critical,CA:FALSE\n' > elsewhere.ext
"$OPENSSL" x509 -req -in elsewhere.csr -CA elsewhere.pem -CAkey elsewhere-root.key -CAcreateserial -sha256 -days 365 \
    -extfile elsewhere.ext -out elsewhere.crt
"$OPENSSL" pkcs12 -export -inkey elsewhere.key -in elsewhere.crt -certfile elsewhere.pem -passout env:PASSPHRASE -out elsewhere.p12
"#;
    let made = Command::new("sh")
        .args(["-c", script])
        .envs([("OPENSSL", openssl.as_os_str()), ("NAME", name.as_ref()), ("PASSPHRASE", passphrase.as_ref())])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder.join("elsewhere.p12")
}
