//! Which record was the last one by an earlier version of a checklist, and what is different since.
//!
//! A version is found by its file's name or its title, and only if a good part of its items is the same: two services that both call
//! their file `deploy.md` share no versions.

use crate::error::Error;
use crate::installation::Installation;
use crate::ledger::Ledger;
use crate::register;
use crate::store::Store;
use countersign_core::checklist::Template;
use countersign_core::checklist::versions::are_kin;
use countersign_core::record::Since;

/// How many different versions are looked at.
const VERSIONS: usize = 8;

/// What changed since the last record by this checklist; none if it is the first one, or nothing that can be answered changed.
pub fn since(
    store: &mut Store,
    installation: &Installation,
    ledger: &Ledger,
    name: &str,
    new: &Template,
) -> Result<Option<Since>, Error> {
    register::refresh(store, installation, ledger)?;
    for run in store.runs_of(name, &new.title, VERSIONS)? {
        if run.sha256 == new.sha256 {
            return Ok(None);
        }
        let view = ledger.peek(store, installation, &run.record)?;
        if are_kin(&view.template, new) {
            return Ok(Since::between(&run.record, view.number, &view.template, new));
        }
    }
    Ok(None)
}
