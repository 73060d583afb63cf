//! Bytes and keys to signed bytes; bytes and trust to a verdict.
//!
//! [`seal`] signs PDF documents (PAdES), [`cms`] signs any bytes (CAdES), [`verify`] says what a signed PDF proves.
//! [`Identity`] and [`Authority`] are who signs and who vouches, [`Trust`] is whom the caller believes.
//!
//! Deliberately not in here: records, roles and policies; files, network, clocks and sources of randomness (time and
//! randomness are arguments); the drawing of pages; time-stamp tokens.

mod appearance;
mod certificate;
pub mod cms;
mod crypto;
mod fields;
mod form;
mod identity;
mod pdf;
pub mod pkcs12;
mod revocation;
pub mod seal;
mod trust;
pub mod verify;

pub use certificate::{Certificate, CertificateError, DateTime, Fingerprint, Purpose, Subject, Validity};
pub use crypto::{KeyError, KeyPair, PublicKey};
pub use fields::{Lock, SignatureField, fields};
pub use form::{FieldValue, FilledField, FilledForm, MAX_FORM_FIELDS, filled_form};
pub use identity::{Authority, Identity};
pub use p256::elliptic_curve::rand_core::CryptoRng;
pub use pdf::{MAX_DEPTH, MAX_FILE_BYTES, MAX_OBJECTS, MAX_SECTIONS, MAX_UNPACKED_BYTES, MAX_VALUES, PdfError};
pub use pkcs12::Pkcs12Error;
pub use trust::{Chain, Trust};
