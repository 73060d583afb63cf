//! TLS: which certificates are trusted, what a server shows, and what is kept of that.
//!
//! No session is ever resumed, so that every probe sees the certificates.

use super::trace::{Failed, Trace, innermost, out_of_time};
use super::{Asking, Facts, fact, reach};
use countersign_core::ask::Address;
use countersign_core::id::Digest;
use countersign_core::record::Phase;
use countersign_core::time::Timestamp;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, NamedGroup, SignatureScheme};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use x509_cert::der::Decode as _;

/// The certificates that are trusted: those of this computer, and some besides. They are read when first needed.
#[derive(Debug)]
pub(super) struct Trust {
    provider: Arc<CryptoProvider>,
    roots: Vec<Vec<u8>>,
    verifier: OnceLock<Result<Arc<dyn ServerCertVerifier>, String>>,
}

/// What was seen of one handshake. It passes judgement on to the verifier; `lenient` only notes what that said.
#[derive(Debug)]
pub(super) struct Witness {
    verifier: Arc<dyn ServerCertVerifier>,
    lenient: bool,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    began: Option<Instant>,
    version: Option<&'static str>,
    chain: Vec<Vec<u8>>,
    refused: Option<String>,
}

impl Trust {
    pub(super) fn new(roots: Vec<Vec<u8>>) -> Self {
        Self { provider: Arc::new(rustls::crypto::ring::default_provider()), roots, verifier: OnceLock::new() }
    }

    /// A configuration for one handshake, and what will have been seen of it.
    pub(super) fn handshake(&self, lenient: bool, protocols: &[&[u8]]) -> Result<(ClientConfig, Arc<Witness>), Failed> {
        let failed = |words: String| Failed::new(Phase::Tls, words);
        let verifier = self.verifier.get_or_init(|| {
            let roots = self.roots.iter().map(|root| CertificateDer::from(root.clone()));
            let made = rustls_platform_verifier::Verifier::new_with_extra_roots(roots, Arc::clone(&self.provider));
            made.map(|verifier| Arc::new(verifier) as Arc<dyn ServerCertVerifier>).map_err(|error| innermost(&error))
        });
        let verifier = verifier.clone().map_err(failed)?;
        let witness = Arc::new(Witness { verifier, lenient, seen: Mutex::default() });
        let builder = ClientConfig::builder_with_provider(Arc::clone(&self.provider));
        let builder = builder.with_safe_default_protocol_versions().map_err(|error| failed(innermost(&error)))?;
        let mut config =
            builder.dangerous().with_custom_certificate_verifier(Arc::<Witness>::clone(&witness)).with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        config.resumption = Resumption::store(Arc::<Witness>::clone(&witness));
        Ok((config, witness))
    }
}

impl Witness {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the handshake began, which is when the connection stood.
    pub(super) fn began(&self) -> Option<Instant> {
        self.seen().began
    }

    /// Puts down what the server showed. The facts are about the server's own certificate.
    pub(super) fn tell(&self, trace: &mut Trace, now: Timestamp) -> Facts {
        let seen = self.seen();
        let mut facts = Facts::new();
        if seen.chain.is_empty() {
            return facts;
        }
        trace.exchange.tls.clear();
        if let Some(version) = seen.version {
            trace.exchange.tls.push(fact("version", version));
            facts.push(fact("tls.version", version));
        }
        facts.push(fact("tls.trusted", seen.refused.is_none()));
        if let Some(why) = &seen.refused {
            trace.exchange.tls.push(fact("not trusted", why));
        }
        for (index, der) in seen.chain.iter().enumerate() {
            let fingerprint = Digest::of(der).to_string();
            let Ok(certificate) = x509_cert::Certificate::from_der(der) else {
                trace
                    .exchange
                    .tls
                    .push((format!("certificate {}", index + 1), format!("unreadable, SHA-256 {fingerprint}")));
                continue;
            };
            let certificate = certificate.tbs_certificate();
            let end = certificate.validity().not_after.to_date_time();
            let words = format!("{}, until {end}, SHA-256 {fingerprint}", certificate.subject());
            trace.exchange.tls.push((format!("certificate {}", index + 1), words));
            if index == 0 {
                let end = i64::try_from(end.unix_duration().as_secs()).unwrap_or(i64::MAX);
                let days = end.saturating_sub(now.millis().div_euclid(1000)).div_euclid(86_400);
                facts.push(fact("tls.days_left", days));
                facts.push(fact("tls.expires_in", format!("{days} d")));
                facts.push(fact("tls.fingerprint", fingerprint));
                facts.push(fact("tls.subject", certificate.subject()));
                facts.push(fact("tls.issuer", certificate.issuer()));
            }
        }
        facts
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp, now);
        let mut seen = self.seen();
        seen.chain = std::iter::once(end_entity).chain(intermediates).take(10).map(|der| der.to_vec()).collect();
        seen.refused = verified.as_ref().err().map(ToString::to_string);
        match verified {
            Err(_) if self.lenient => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.seen().version = Some("TLS 1.2");
        self.verifier.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.seen().version = Some("TLS 1.3");
        self.verifier.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Keeps no session. That it is asked for one is the sign that a handshake begins.
impl ClientSessionStore for Witness {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        self.seen().began.get_or_insert_with(Instant::now);
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {}

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }
}

/// Encrypts a connection to a server that is trusted.
pub(super) async fn secure(
    asking: &Asking<'_>,
    trace: &mut Trace,
    stream: TcpStream,
    host: &str,
) -> Result<(TlsStream<TcpStream>, Facts), Failed> {
    shake_hands(asking, trace, stream, host, false).await
}

async fn shake_hands(
    asking: &Asking<'_>,
    trace: &mut Trace,
    stream: TcpStream,
    host: &str,
    lenient: bool,
) -> Result<(TlsStream<TcpStream>, Facts), Failed> {
    let (config, witness) = asking.tls.handshake(lenient, &[])?;
    let name = ServerName::try_from(host.to_owned());
    let name = name.map_err(|error| Failed::new(Phase::Request, innermost(&error)))?;
    trace.begin(Phase::Tls);
    let limit = asking.limits.connect;
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let ended = tokio::time::timeout(limit, connector.connect(name, stream)).await;
    trace.end();
    let facts = witness.tell(trace, asking.now);
    match ended {
        Ok(Ok(stream)) => {
            let cipher = stream.get_ref().1.negotiated_cipher_suite();
            let cipher = cipher.map(|suite| format!("{:?}", suite.suite()));
            trace.exchange.tls.extend(cipher.map(|cipher| fact("cipher", cipher)));
            Ok((stream, facts))
        }
        Ok(Err(error)) => Err(Failed::new(Phase::Tls, innermost(&error)).with(facts)),
        Err(_) => Err(Failed::new(Phase::Tls, out_of_time(limit))),
    }
}

/// A handshake and nothing else. A server that is not trusted has shown its certificates all the same.
pub(super) async fn ask(asking: &Asking<'_>, trace: &mut Trace, at: &Address) -> Result<Facts, Failed> {
    let text = at.to_string();
    let allowed_as = text.strip_suffix(":443").unwrap_or(&text);
    let addresses = reach::addresses(asking, trace, allowed_as, &at.host, at.port).await?;
    let stream = reach::connect(asking, trace, &addresses).await?;
    let (_, facts) = shake_hands(asking, trace, stream, &at.host, true).await?;
    let known = |wanted: &str| facts.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let trusted = if known("tls.trusted") == Some("true") { "trusted" } else { "not trusted" };
    let days = known("tls.days_left").unwrap_or("an unknown number of");
    trace.exchange.came = format!("{}, {trusted}, {days} days left", known("tls.version").unwrap_or("TLS"));
    Ok(facts)
}
