//! A record as an in-toto statement (in-toto attestation framework, Statement v1): which artifact was deployed how, with whose
//! approval, for tools that collect such statements. The statement names the record by the hash of its log; it does not replace it.

use crate::id::Digest;
use crate::record::{View, breaches, deviations};
use serde_json::{Value, json};

/// The media type of a statement in its envelope (DSSE, in-toto).
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// What sort of statement it is: docs/format.md describes it.
pub const PREDICATE_TYPE: &str = "urn:countersign:deployment-record:v1";

/// What is signed of an envelope: DSSE's pre-authentication encoding, version 1.
pub fn pre_authentication(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

/// The statement about a record that ended. `report` is the digest of its report's file, if there is one.
pub fn statement(view: &View, report: Option<Digest>) -> Value {
    let mut subjects: Vec<Value> = artifact(&view.header.artifact).into_iter().collect();
    if let (Some(subject), false) = (subjects.first_mut(), view.header.release.is_empty()) {
        subject["name"] = json!(format!("{} {}", view.header.service, view.header.release).trim());
    }
    subjects.push(json!({ "name": format!("deployment-record-{}", view.number), "digest": { "sha256": view.head } }));
    subjects.extend(report.map(|report| json!({ "name": "report.pdf", "digest": { "sha256": report } })));
    let sign_offs = view.standing_sign_offs().into_iter().map(|signed| {
        let said = &signed.sign_off.statement;
        json!({
            "person": said.person, "role": said.role, "meaning": said.meaning, "decision": said.decision,
            "at": said.at, "certificate": said.certificate,
        })
    });
    let deviations = deviations(view).into_iter().map(|of| json!({ "kind": of.kind, "label": of.label }));
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects,
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "record": view.id,
            "number": view.number,
            "rehearsal": view.rehearsal,
            "checklist": { "name": view.checklist, "title": view.template.title, "sha256": view.template.sha256 },
            "header": view.header,
            "startedOn": view.started_at,
            "deployedOn": view.conduct.deployed.as_ref().map(|deployed| deployed.at),
            "finishedOn": view.closed.as_ref().map(|closed| closed.at),
            "outcome": view.closed.as_ref().map(|closed| closed.outcome),
            "events": view.events,
            "deviations": deviations.collect::<Vec<_>>(),
            "rulesNotKept": breaches(view),
            "signOffs": sign_offs.collect::<Vec<_>>(),
        },
    })
}

/// The artifact as a subject, if what the header names is a digest: a commit, or a hash with or without its algorithm.
fn artifact(named: &str) -> Option<Value> {
    let (algorithm, digits) = match named.trim().rsplit_once(':') {
        Some((algorithm, digits)) => (algorithm.rsplit('@').next().unwrap_or(algorithm), digits),
        None => ("", named.trim()),
    };
    let hexadecimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let name = match (algorithm, digits.len()) {
        _ if !hexadecimal => return None,
        ("sha256" | "", 64) => "sha256",
        ("sha384", 96) => "sha384",
        ("sha512" | "", 128) => "sha512",
        ("sha1" | "", 40) => "gitCommit",
        _ => return None,
    };
    Some(json!({ "name": named.trim(), "digest": { name: digits.to_ascii_lowercase() } }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_as_the_standard_s_own_example_has_it() {
        let encoded = pre_authentication("http://example.com/HelloWorld", b"hello world");
        assert_eq!(encoded, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    #[test]
    fn an_artifact_is_a_subject_only_if_it_is_a_digest() {
        let kind = |named: &str| {
            let found = artifact(named)?;
            found["digest"].as_object()?.keys().next().cloned()
        };
        let (commit, hash) = ("3f2a9c1d8e7b6a5f4c3d2e1f0a9b8c7d6e5f4a3b", "a".repeat(64));
        assert_eq!(kind(commit).as_deref(), Some("gitCommit"));
        assert_eq!(kind(&hash).as_deref(), Some("sha256"));
        assert_eq!(kind(&format!("sha256:{hash}")).as_deref(), Some("sha256"));
        assert_eq!(kind(&format!("registry.example/shop@sha256:{hash}")).as_deref(), Some("sha256"));
        for named in ["", "v2.4.0", "3f2a9c1", "sha256:3f2a", "latest", "md5:d41d8cd98f00b204e9800998ecf8427e"] {
            assert_eq!(kind(named), None, "{named}");
        }
    }
}
