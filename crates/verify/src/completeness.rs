//! Completeness: everybody who signed off has signed the file, and no field that was to be filled is empty.

use crate::identity::fingerprint;
use crate::inside::Inside;
use countersign_core::report::{self, CERTIFICATION_FIELD};
use countersign_core::verdict::Verdict;
use countersign_pades::verify::Inspection;

pub(crate) fn verdict(found: &Inspection, inside: &Result<Inside, String>) -> Verdict {
    let mut objections: Vec<_> =
        found.unfilled.iter().map(|field| format!("The signature field «{field}» is expected and empty.")).collect();
    match inside {
        Err(problem) => objections.push(problem.clone()),
        Ok(inside) => {
            let standing = inside.view.standing_sign_offs();
            let expected = standing.iter().map(|signed| &signed.sign_off.statement);
            for (slot, statement) in report::slots(&inside.view).iter().skip(1).zip(expected) {
                let signature = found.signatures.iter().find(|signature| signature.field == slot.field);
                let signer = signature.and_then(|signature| signature.signer.as_ref());
                match (signature, signer) {
                    (None, _) if found.unfilled.contains(&slot.field) => {}
                    (Some(_), Some(signer)) if fingerprint(signer) == statement.certificate => {}
                    (Some(_), _) => {
                        objections.push(format!("«{}» was signed by somebody else than {}.", slot.field, slot.person))
                    }
                    (None, _) => {
                        objections.push(format!("There is no signature field for {}, who signed off.", slot.person))
                    }
                }
            }
            if !found.signatures.iter().any(|signature| signature.field == CERTIFICATION_FIELD) {
                objections.push("The application's certification is missing.".to_owned());
            }
        }
    }
    let left_out = inside.as_ref().map_or(0, |inside| inside.view.left_out);
    let mut because = vec![
        "Everybody who signed off in the record has signed the report, and no field is empty.".to_owned(),
        "The record inside is whole. Evidence files are named by their hash and are not inside.".to_owned(),
    ];
    let inside_too = &found.validation;
    if !inside_too.is_empty() {
        let (certificates, said) = (inside_too.certificates.len(), inside_too.crls.len() + inside_too.ocsps.len());
        because.push(format!(
            "{certificates} certificates and {said} statements of their issuers on revocation are inside, for when those can no longer be asked."
        ));
    }
    if left_out > 0 {
        because
            .push(format!("How to reach people is left out of this copy in {left_out} places, and named by its hash."));
    }
    Verdict::of(objections, because)
}
