//! Integrity: every byte is the one that was signed, nothing was added but signatures, and the pages show the record inside.

use crate::FontFinder;
use crate::inside::{self, Inside, Unset};
use countersign_core::report::CERTIFICATION_FIELD;
use countersign_core::verdict::Verdict;
use countersign_pades::verify::{Coverage, Inspection, before_first_signature};

pub(crate) fn verdict(
    pdf: &[u8],
    found: &Inspection,
    inside: &Result<Inside, String>,
    fonts: &FontFinder<'_>,
) -> Verdict {
    let mut objections = Vec::new();
    if !crate::any_signature(found) {
        objections.push("The file has no signature.".to_owned());
    }
    for signature in &found.signatures {
        objections.extend(signature.faults.iter().map(|fault| format!("{}: {fault}.", signature.field)));
    }
    let first = found.signatures.first();
    if first.is_some_and(|first| first.field != CERTIFICATION_FIELD || first.certification.is_none()) {
        objections.push("The first signature is not the application's certification.".to_owned());
    }
    if let Some(added) = added_after_signatures(pdf, found) {
        objections.push(format!("{added} bytes were added after the last signature, which covers none of them."));
    }
    let mut because = vec!["Every signed byte is as it was signed, and nothing was added but signatures.".to_owned()];
    match inside {
        Err(problem) => objections.push(problem.clone()),
        Ok(inside) => {
            because.push(format!(
                "The {} events of the record inside follow each other without a gap and bear the installation's signature.",
                inside.log.len()
            ));
            compare_pages(pdf, inside, fonts, &mut objections, &mut because);
        }
    }
    Verdict::of(objections, because)
}

fn compare_pages(
    pdf: &[u8],
    inside: &Inside,
    fonts: &FontFinder<'_>,
    objections: &mut Vec<String>,
    because: &mut Vec<String>,
) {
    match inside::pages(inside, fonts) {
        Ok(pages) if pdf.starts_with(&pages) => match before_first_signature(pdf, pages.len()) {
            Ok(changes) => {
                because.push(
                    "The pages are, byte for byte, those that this program makes of the record inside.".to_owned(),
                );
                let unlawful = changes.into_iter().filter(|change| !change.lawful);
                objections.extend(unlawful.map(|change| format!("Before the certification: {}.", change.what)));
            }
            Err(why) => objections.push(format!("What was added to the pages cannot be read: {why}.")),
        },
        Ok(_) if inside.bundle.app == crate::APP => {
            objections.push("The pages are not those that the record inside gives.".to_owned());
        }
        Ok(_) => because.push(format!(
            "The pages were made by {}; whether they show the record inside was not compared.",
            inside.bundle.app
        )),
        Err(Unset::Fonts(names)) => because.push(format!(
            "The pages are set in {names} besides the bundled faces, which this computer does not have; whether they show the record inside was not compared."
        )),
        Err(error) => objections.push(format!("The pages could not be compared with the record inside: {error}")),
    }
}

/// How many bytes stand behind the last signature, if they are more than line breaks and no validation data.
fn added_after_signatures(pdf: &[u8], found: &Inspection) -> Option<usize> {
    let last = found.signatures.last()?;
    let Coverage::Revision { bytes } = last.coverage else { return None };
    let rest = pdf.get(bytes..)?.trim_ascii();
    (last.later.is_empty() && !rest.is_empty()).then_some(rest.len())
}
