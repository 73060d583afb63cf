//! Time-stamp tokens (RFC 3161): the question to an authority, its answer, and what a token says.
//!
//! Bytes in, bytes out: how an authority is reached, and which one, is decided elsewhere. The time is taken in whole seconds;
//! a fraction is cut off, and accuracy is not judged.

use const_oid::ObjectIdentifier;
use core::fmt;
use der::asn1::{Null, OctetString, Uint};
use der::{Any, Decode, Encode, Reader, Sequence, SliceReader, Tag, Tagged};
use spki::AlgorithmIdentifierOwned;

use crate::certificate::{Certificate, CertificateError, DateTime};
use crate::cms::{self, CmsError};
use crate::crypto::Digest;
use crate::trust::{Chain, Trust};

/// id-ct-TSTInfo (RFC 3161 section 2.4.2).
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// «granted» and «grantedWithMods» (RFC 3161 section 2.4.2).
const GRANTED: [u8; 2] = [0, 1];
/// The longest answer that is looked at, in bytes.
pub const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// Why there is no token that says anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// The bytes are no answer, or no token, in DER.
    #[error("the time stamp cannot be read: {0}")]
    Malformed(String),
    /// The authority said no.
    #[error("the time-stamp authority refused (status {status}){words}")]
    Refused {
        /// Its status (RFC 3161 section 2.4.2).
        status: u8,
        /// What it said, with a colon in front; may be empty.
        words: String,
    },
    /// The token is over something else.
    #[error("the time stamp is over something else than this")]
    OtherContent,
    /// The token answers another question.
    #[error("the time stamp answers another question than the one that was asked")]
    OtherQuestion,
    /// The authority's key did not make it, or it was changed.
    #[error("the time stamp was not made with its authority's key, or was changed")]
    Forged,
}

impl From<der::Error> for TimestampError {
    fn from(why: der::Error) -> Self {
        Self::Malformed(why.to_string())
    }
}

impl From<CmsError> for TimestampError {
    fn from(why: CmsError) -> Self {
        Self::Malformed(why.to_string())
    }
}

impl From<CertificateError> for TimestampError {
    fn from(why: CertificateError) -> Self {
        Self::Malformed(why.to_string())
    }
}

/// What a token says that is whole: this existed then. Whether its authority is believed stands in `chain`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// When the authority saw it.
    pub at: DateTime,
    /// The authority.
    pub authority: Certificate,
    /// Certificates that came along.
    pub carried: Vec<Certificate>,
    /// Whether somebody who is believed about the time vouches for the authority, at that time.
    pub chain: Chain,
}

impl Stamp {
    /// When it proves that something existed; none if nobody who is believed vouches for its authority.
    pub fn proven(&self) -> Option<DateTime> {
        self.chain.is_trusted().then_some(self.at)
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, by {}", self.at, self.authority.common_name())
    }
}

#[derive(Sequence)]
struct MessageImprint {
    algorithm: AlgorithmIdentifierOwned,
    hash: OctetString,
}

#[derive(Sequence)]
struct Question {
    version: u8,
    imprint: MessageImprint,
    nonce: Uint,
    certificates: bool,
}

/// The question for an authority: a TimeStampReq over a SHA-256, asking for the authority's certificate. The `nonce` ties the
/// answer to it.
///
/// # Errors
/// [`TimestampError::Malformed`] when it cannot be encoded.
pub fn question(imprint: [u8; 32], nonce: [u8; 8]) -> Result<Vec<u8>, TimestampError> {
    // Some authorities ask for the parameters to be there, as they were in the days of SHA-1.
    let algorithm = AlgorithmIdentifierOwned { oid: Digest::Sha256.oid(), parameters: Some(Any::from(Null)) };
    let imprint = MessageImprint { algorithm, hash: OctetString::new(imprint)? };
    Ok(Question { version: 1, imprint, nonce: Uint::new(&nonce)?, certificates: true }.to_der()?)
}

/// The token in an authority's answer, if it fits the question: over this SHA-256, with this nonce, signed with the key of the
/// authority's certificate in it.
///
/// # Errors
/// [`TimestampError`].
pub fn answer(bytes: &[u8], imprint: [u8; 32], nonce: [u8; 8]) -> Result<Vec<u8>, TimestampError> {
    if bytes.len() > MAX_ANSWER_BYTES {
        return Err(TimestampError::Malformed(format!("{} bytes are too many", bytes.len())));
    }
    let outer = Any::from_der(bytes)?;
    if outer.tag() != Tag::Sequence {
        return Err(TimestampError::Malformed("it is no list".to_owned()));
    }
    let mut parts = SliceReader::new(outer.value())?;
    let (status, words) = status(parts.tlv_bytes()?)?;
    if !GRANTED.contains(&status) {
        return Err(TimestampError::Refused { status, words });
    }
    let token = parts.tlv_bytes()?.to_vec();
    let read = open(&token)?;
    if read.info.imprint != imprint {
        return Err(TimestampError::OtherContent);
    }
    let asked = Uint::new(&nonce)?;
    if read.info.nonce.as_deref() != Some(asked.as_bytes()) {
        return Err(TimestampError::OtherQuestion);
    }
    Ok(token)
}

/// PKIStatusInfo: the status, and the authority's words.
fn status(der: &[u8]) -> Result<(u8, String), TimestampError> {
    let info = Any::from_der(der)?;
    let mut parts = SliceReader::new(info.value())?;
    let status = parts.decode::<u8>()?;
    let words = match parts.is_finished() {
        false if Tag::peek(&parts)? == Tag::Sequence => {
            let list = Vec::<Any>::from_der(parts.tlv_bytes()?)?;
            list.iter().map(|one| format!(": {}", String::from_utf8_lossy(one.value()))).collect()
        }
        _ => String::new(),
    };
    Ok((status, words))
}

/// What a token says of some content, given in parts that follow each other.
///
/// # Errors
/// [`TimestampError`] when the token cannot be read, is over something else, or was not made by its authority.
pub(crate) fn read(token: &[u8], parts: &[&[u8]], trust: &Trust) -> Result<Stamp, TimestampError> {
    let Opened { info, authority, carried } = open(token)?;
    if info.imprint.as_slice() != info.digest.hash(parts).as_slice() {
        return Err(TimestampError::OtherContent);
    }
    let chain = trust.check_time(&authority, &carried, info.at);
    Ok(Stamp { at: info.at, authority, carried, chain })
}

struct Opened {
    info: Info,
    authority: Certificate,
    carried: Vec<Certificate>,
}

/// A token whose signature holds.
fn open(token: &[u8]) -> Result<Opened, TimestampError> {
    let data = cms::parse(token)?;
    if data.encap_content_info.econtent_type != TST_INFO {
        return Err(TimestampError::Malformed("it holds no time".to_owned()));
    }
    let content =
        data.encap_content_info.econtent.as_ref().ok_or_else(|| TimestampError::Malformed("it is empty".to_owned()))?;
    let content = content.decode_as::<OctetString>()?;
    let signed = cms::check(&data, &[content.as_bytes()])?;
    if !signed.digest_ok || !signed.signature_ok {
        return Err(TimestampError::Forged);
    }
    Ok(Opened { info: Info::read(content.as_bytes())?, authority: signed.signer, carried: signed.carried })
}

/// What counts of a TSTInfo (RFC 3161 section 2.4.2).
struct Info {
    digest: Digest,
    imprint: Vec<u8>,
    at: DateTime,
    nonce: Option<Vec<u8>>,
}

impl Info {
    fn read(der: &[u8]) -> Result<Self, TimestampError> {
        let malformed = |what: &str| TimestampError::Malformed(what.to_owned());
        let outer = Any::from_der(der)?;
        let mut parts = SliceReader::new(outer.value())?;
        if outer.tag() != Tag::Sequence || parts.decode::<u8>()? != 1 {
            return Err(malformed("it is of another version"));
        }
        parts.decode::<ObjectIdentifier>()?;
        let imprint = parts.decode::<MessageImprint>()?;
        let digest =
            Digest::from_oid(imprint.algorithm.oid).ok_or_else(|| malformed("it uses a hash that is not supported"))?;
        parts.decode::<Uint>()?;
        let time = parts.decode::<Any>()?;
        let at = Some(&time).filter(|time| time.tag() == Tag::GeneralizedTime).and_then(|time| moment(time.value()));
        let at = at.ok_or_else(|| malformed("its time is none"))?;
        let mut nonce = None;
        while !parts.is_finished() {
            let part = parts.decode::<Any>()?;
            if part.tag() == Tag::Integer {
                nonce = Some(part.decode_as::<Uint>()?.as_bytes().to_vec());
            }
        }
        Ok(Self { digest, imprint: imprint.hash.as_bytes().to_vec(), at, nonce })
    }
}

/// `20261121103000.25Z` (RFC 3161 section 2.4.2), to the second.
fn moment(text: &[u8]) -> Option<DateTime> {
    let text = core::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != "20261121103000".len() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let part = |from: usize| whole.get(from..from + 2)?.parse().ok();
    DateTime::new(whole.get(..4)?.parse().ok()?, part(4)?, part(6)?, part(8)?, part(10)?, part(12)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_with_a_fraction_is_read_to_the_second() {
        let at = DateTime::new(2026, 11, 21, 10, 30, 5).unwrap();
        for text in ["20261121103005Z", "20261121103005.25Z", "20261121103005.999999Z"] {
            assert_eq!(moment(text.as_bytes()), Some(at), "{text}");
        }
        for text in
            ["20261121103005", "202611211030Z", "20261121103005.Z", "20261321103005Z", "20261121103005+0100", ""]
        {
            assert_eq!(moment(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn answers_that_are_none_or_say_no_are_told() {
        let (imprint, nonce) = ([7; 32], [1, 2, 3, 4, 5, 6, 7, 8]);
        let refused = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02];
        assert_eq!(answer(&refused, imprint, nonce), Err(TimestampError::Refused { status: 2, words: String::new() }));
        let spoken = [0x30, 0x0b, 0x30, 0x09, 0x02, 0x01, 0x02, 0x30, 0x04, 0x0c, 0x02, b'n', b'o'];
        assert!(answer(&spoken, imprint, nonce).unwrap_err().to_string().ends_with("(status 2): no"));
        for bytes in [&b""[..], b"<html>", &[0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00], &[0x04, 0x00], &[0xff; 40]] {
            assert!(matches!(answer(bytes, imprint, nonce), Err(TimestampError::Malformed(_))), "{bytes:?}");
        }
        assert!(answer(&vec![0x30; MAX_ANSWER_BYTES + 1], imprint, nonce).is_err());
    }

    #[test]
    fn the_question_has_hash_nonce_and_the_wish_for_a_certificate() {
        let asked = question([9; 32], [0x80, 0, 0, 0, 0, 0, 0, 1]).unwrap();
        assert!(asked.windows(32).any(|window| window == [9; 32]));
        // The nonce is positive, and true is the last byte.
        assert!(asked.windows(9).any(|window| window == [0, 0x80, 0, 0, 0, 0, 0, 0, 1]));
        assert!(asked.ends_with(&[0x01, 0x01, 0xff]));
    }
}
