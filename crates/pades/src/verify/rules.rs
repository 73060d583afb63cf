//! What the signatures of a revision forbid from then on: DocMDP and FieldMDP (ISO 32000-2 sections 12.8.2.2 and
//! 12.8.2.4), and the locks of the fields they stand in.

use crate::fields::{Field, Lock};
use crate::pdf::{Dict, File, Object, PdfError};

/// Whether a field may still be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Permission {
    Open,
    Closed(String),
}

/// The prohibitions of the signatures that are in place.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    /// Who forbade every change.
    frozen_by: Option<String>,
    locks: Vec<(String, Lock)>,
}

impl Rules {
    /// Gathers what the filled fields say.
    pub(crate) fn of_all(file: &File<'_>, fields: &[Field]) -> Result<Self, PdfError> {
        let mut rules = Self::default();
        for field in fields {
            let Some(value) = field.value else { continue };
            if let Object::Dict(signature) = file.get(value)? {
                rules.add(file, field, &signature)?;
            }
        }
        Ok(rules)
    }

    fn add(&mut self, file: &File<'_>, field: &Field, signature: &Dict) -> Result<(), PdfError> {
        if certification_level(file, signature)? == Some(1) {
            self.frozen_by = Some(field.name.clone());
        }
        for (method, parameters) in transforms(file, signature)? {
            if method == b"FieldMDP"
                && let Some(lock) = Lock::read(file, &parameters)?
            {
                self.locks.push((field.name.clone(), lock));
            }
        }
        if let Some(lock) = &field.lock {
            self.locks.push((field.name.clone(), lock.clone()));
        }
        if let Object::Dict(lock) = file.at(&field.dict, "Lock")?
            && file.at(&lock, "P")? == Object::Int(1)
        {
            self.frozen_by = Some(field.name.clone());
        }
        Ok(())
    }

    pub(crate) fn permission(&self, field: &str) -> Permission {
        if let Some(by) = &self.frozen_by {
            return Permission::Closed(format!("the signature in «{by}» allows no further change"));
        }
        match self.locks.iter().find(|(_, lock)| lock.closes(field)) {
            Some((by, _)) => Permission::Closed(format!("the signature in «{by}» closed it")),
            None => Permission::Open,
        }
    }
}

/// The P of a signature's DocMDP, when it is a certification. Left out, it is 2.
pub(crate) fn certification_level(file: &File<'_>, signature: &Dict) -> Result<Option<i64>, PdfError> {
    for (method, parameters) in transforms(file, signature)? {
        if method == b"DocMDP" {
            return Ok(Some(file.at(&parameters, "P")?.as_int().unwrap_or(2)));
        }
    }
    Ok(None)
}

fn transforms(file: &File<'_>, signature: &Dict) -> Result<Vec<(Vec<u8>, Dict)>, PdfError> {
    let mut found = Vec::new();
    if let Object::Array(list) = file.at(signature, "Reference")? {
        for reference in &list {
            let Object::Dict(reference) = file.resolve(reference)? else { continue };
            let Object::Name(method) = file.at(&reference, "TransformMethod")? else { continue };
            let parameters = match file.at(&reference, "TransformParams")? {
                Object::Dict(dict) => dict,
                _ => Dict::default(),
            };
            found.push((method, parameters));
        }
    }
    Ok(found)
}
