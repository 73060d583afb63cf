//! The commands about probes: run, stopped, taken over into fields, imported, and what tells whether there is a network.
//!
//! How probes are made is [`crate::probing`]'s, how other programs' files are read [`crate::probe_import`]'s.

use crate::commands::{Reply, bundled};
use crate::connectivity::Witness;
use crate::error::{Error, NotYet};
use crate::files::read_limited;
use crate::{Engine, WITNESSES, probe_import};
use countersign_core::api::{FillBaseline, ImportProbes, NetworkState, RunProbes, SetNetwork, StopProbes};
use countersign_core::checklist::ProbeOffer;
use countersign_core::id::{Digest, ProbeId};
use countersign_core::record::latency::measured_by;
use countersign_core::record::log::BundledEvent;
use countersign_core::record::{Answer, Intent, Measured, measured_baseline};
use std::path::Path;

/// How large such a file may be, in bytes.
const LIMIT: u64 = 10_000_000;

impl Engine {
    /// See [`FillBaseline`].
    pub async fn fill_baseline(&self, req: FillBaseline) -> Reply<Vec<BundledEvent>> {
        let found = measured_baseline(&self.view(&req.record)?);
        if found.is_empty() {
            return Err(Error::from(NotYet::NothingMeasured).into());
        }
        let mut written = Vec::new();
        for Measured { item, text, source } in found {
            let (answer, reason) = (Answer::Value { text }, Some(format!("measured: {source}")));
            let intent = Intent::Answer { item, answer, by: None, reason };
            written.extend(self.write(&req.record, &req.person, intent)?);
        }
        bundled(&written)
    }

    /// See [`RunProbes`].
    pub async fn run_probes(&self, req: RunProbes) -> Reply<Vec<BundledEvent>> {
        self.look_at_network(None);
        let probes = if req.probes.is_empty() {
            let view = self.view(&req.record)?;
            let may_ask = |id| countersign_core::record::probe::may_ask(&view, id).is_ok();
            let allowed = view.offers().filter(|offer| may_ask(&offer.id));
            allowed.map(|offer| offer.id.clone()).collect()
        } else {
            req.probes
        };
        let asked: Vec<_> = probes.iter().map(|probe| (probe.clone(), None)).collect();
        let mut written = self.probe(&req.record, &req.person, &asked).await?;
        let view = self.view(&req.record)?;
        for Measured { item, text, source } in probes.iter().flat_map(|probe| measured_by(&view, probe)) {
            let (answer, reason) = (Answer::Value { text }, Some(format!("measured by probe: {source}")));
            let intent = Intent::Answer { item, answer, by: None, reason };
            written.extend(self.write(&req.record, &req.person, intent)?);
        }
        bundled(&written)
    }

    /// See [`StopProbes`].
    pub async fn stop_probes(&self, req: StopProbes) -> Reply<()> {
        self.stop(&req.record);
        Ok(())
    }

    /// See [`SetNetwork`].
    pub async fn set_network(&self, req: SetNetwork) -> Reply<NetworkState> {
        if let Some(witnesses) = req.witnesses {
            let witnesses: Vec<_> =
                witnesses.iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect();
            witnesses.iter().try_for_each(|text| Witness::read(text).map(drop))?;
            let json = serde_json::to_string(&witnesses).map_err(|error| Error::Internal(error.to_string()))?;
            self.state().store.set(WITNESSES, &json)?;
            self.change_witnesses(witnesses);
        }
        self.look_at_network(Some(req.offline));
        Ok(self.state().network.clone())
    }

    /// See [`ImportProbes`].
    pub async fn import_probes(&self, req: ImportProbes) -> Reply<Vec<BundledEvent>> {
        let path = Path::new(&req.path);
        let bytes = read_limited(path, LIMIT)?;
        let imported = probe_import::read(path, &bytes)?;
        let left: Vec<_> = imported.left.iter().map(|left| format!("line {}: {}", left.line, left.what)).collect();
        if imported.probes.is_empty() {
            let left = if left.is_empty() { "there is nothing in it".to_owned() } else { left.join("; ") };
            return Err(Error::NothingFits { path: path.to_owned(), left }.into());
        }
        let offer = |defined: probe_import::Defined| ProbeOffer {
            id: ProbeId(String::new()),
            hosts: defined.ask.hosts().unwrap_or_default(),
            ask: defined.ask.to_string(),
            name: defined.name,
            expect: defined.expect,
            item: None,
            line: defined.line,
        };
        let probes = imported.probes.into_iter().map(offer).collect();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let source = format!("{name} ({})", imported.kind);
        let intent = Intent::AddProbes { source, sha256: Digest::of(&bytes), probes, left };
        bundled(&self.write(&req.record, &req.person, intent)?)
    }
}
