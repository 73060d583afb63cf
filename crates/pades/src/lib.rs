//! Bytes and keys to signed bytes; bytes and trust to a verdict.
//!
//! [`seal`] signs PDF documents (PAdES), [`later`] adds time stamps to signed ones, [`cms`] signs any bytes (CAdES), [`verify`]
//! says what a signed PDF proves, [`timestamp`] talks as time-stamp authorities do (RFC 3161). [`Identity`] and [`Authority`]
//! are who signs and who vouches, [`Trust`] is whom the caller believes.
//!
//! Deliberately not in here: records, roles and policies; files, network, clocks and sources of randomness (time and
//! randomness are arguments); the drawing of pages; how a time-stamp authority is reached.

mod appearance;
mod certificate;
pub mod cms;
mod crypto;
mod fields;
mod form;
mod identity;
pub mod later;
pub mod ocsp;
mod pdf;
pub mod pkcs12;
mod request;
mod revocation;
pub mod seal;
pub mod timestamp;
mod trust;
mod validation;
pub mod verify;

pub use certificate::{Certificate, CertificateError, DateTime, Fingerprint, Purpose, Subject, Validity};
pub use crypto::{KeyError, KeyPair, PublicKey};
pub use fields::{Lock, SignatureField, fields};
pub use form::{FieldValue, FilledField, FilledForm, MAX_FORM_FIELDS, filled_form};
pub use identity::{Authority, Identity};
pub use p256::elliptic_curve::rand_core::CryptoRng;
pub use pdf::{MAX_DEPTH, MAX_FILE_BYTES, MAX_OBJECTS, MAX_SECTIONS, MAX_UNPACKED_BYTES, MAX_VALUES, PdfError};
pub use pkcs12::Pkcs12Error;
pub use request::CertificateRequest;
pub use revocation::{Reason, Withdrawn};
pub use trust::{Chain, Trust};
pub use validation::{Validation, add_validation};
