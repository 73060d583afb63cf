//! One adapter per command of `core::api`. Each says who does the work, and little else.

use crate::by_file::ByFile;
use crate::error::{Error, NotYet};
use crate::files::{self, read_limited};
use crate::ledger::Asked;
use crate::preview::preview;
use crate::{
    APP, Engine, State, authorities, corrections, forms, keys, ledger, library, register, sealing, verify, versions,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::api::*;
use countersign_core::id::{Digest, ItemId, RecordId};
use countersign_core::mask::{self, Masked};
use countersign_core::record::log::{BundledEvent, without_contacts};
use countersign_core::record::{
    Body, Entry, FileFact, FoldError, Header, Intent, Person, Since, View, deviations, duties, progress,
};
use countersign_core::register::{Filter, Statistics, statistics};
use countersign_core::report::CERTIFICATION_FIELD;
use countersign_core::verdict::Verification;
use countersign_pades::Trust;
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

/// How many of the newest records an overview has besides the open ones.
const NEWEST: u32 = 50;

macro_rules! dispatch {
    ($($name:ident: $command:ident => $reply:ty,)*) => {
        impl Engine {
            /// Runs a command by its name, with arguments and reply as JSON text: what the window's bridge needs.
            pub async fn call(&self, name: &str, args: &str) -> Result<String, ApiError> {
                match name {
                    $(stringify!($name) => {
                        let reply = self.$name(arguments::<$command>(args)?).await?;
                        serde_json::to_string(&reply).map_err(|error| Error::Internal(error.to_string()).into())
                    })*
                    _ => Err(Error::Arguments { command: name.to_owned(), detail: "there is no such command".to_owned() }.into()),
                }
            }
        }
    };
}
countersign_core::with_commands!(dispatch);

fn arguments<C: Command>(args: &str) -> Result<C, Error> {
    let detail = |error: serde_json::Error| Error::Arguments { command: C::NAME.to_owned(), detail: error.to_string() };
    serde_json::from_str(args).map_err(detail)
}

pub(crate) type Reply<T> = Result<T, ApiError>;

impl Engine {
    /// See [`Overview`].
    pub async fn overview(&self, _: Overview) -> Reply<OverviewReply> {
        self.look_at_network(None);
        let State { store, installation, ledger, network, .. } = &mut *self.state();
        register::refresh(store, installation, ledger)?;
        let open = Filter { status: Some(RecordStatus::Open), ..Filter::default() };
        let mut records = store.page(&open, None, u32::MAX)?;
        let newest = store.page(&Filter::default(), None, NEWEST)?;
        records.extend(newest.into_iter().filter(|record| record.status != RecordStatus::Open));
        records.sort_by_key(|record| std::cmp::Reverse(record.number));
        Ok(OverviewReply {
            records,
            checklists: library::list(store, self.listed(""))?,
            keys: self.keys.list(installation)?,
            person: store.setting("person")?.map(|name| Person::from(name.as_str())),
            network: network.clone(),
            data_dir: self.folder.display().to_string(),
            version: APP.to_owned(),
            now: self.environment.now(),
        })
    }

    /// See [`Register`].
    pub async fn register(&self, req: Register) -> Reply<RegisterReply> {
        let State { store, installation, ledger, .. } = &mut *self.state();
        register::refresh(store, installation, ledger)?;
        let records = store.page(&req.filter, req.before, req.limit)?;
        Ok(RegisterReply { records, found: store.found(&req.filter)? })
    }

    /// See [`RegisterStatistics`].
    pub async fn statistics(&self, req: RegisterStatistics) -> Reply<Statistics> {
        let State { store, installation, ledger, .. } = &mut *self.state();
        register::refresh(store, installation, ledger)?;
        Ok(statistics(&store.finished(&req.filter)?))
    }

    /// See [`ReadChecklist`].
    pub async fn read_checklist(&self, req: ReadChecklist) -> Reply<ChecklistReply> {
        Ok(library::open(&self.state().store, &req.source, self.environment.now())?)
    }

    /// See [`CorrectChecklist`].
    pub async fn correct_checklist(&self, req: CorrectChecklist) -> Reply<ChecklistReply> {
        let now = self.environment.now();
        Ok(corrections::change(&mut self.state().store, req, now)?)
    }

    /// See [`AnnotateChecklist`].
    pub async fn annotate_checklist(&self, req: AnnotateChecklist) -> Reply<Annotated> {
        Ok(corrections::write(&self.state().store, &req)?)
    }

    /// See [`KeepChecklist`].
    pub async fn keep_checklist(&self, req: KeepChecklist) -> Reply<ChecklistSummary> {
        Ok(library::keep(&mut self.state().store, &req.source, self.environment.now())?.summary)
    }

    /// See [`FindChecklists`].
    pub async fn find_checklists(&self, req: FindChecklists) -> Reply<Vec<ChecklistSummary>> {
        Ok(library::list(&self.state().store, self.listed(&req.find))?)
    }

    /// See [`SetChecklistState`].
    pub async fn set_checklist_state(&self, req: SetChecklistState) -> Reply<()> {
        let store = &mut self.state().store;
        store.checklist(req.sha256)?.ok_or_else(|| Error::NoChecklist(req.sha256.to_string()))?;
        Ok(store.keep_state(req.sha256, req.state)?)
    }

    /// See [`DuplicateChecklist`].
    pub async fn duplicate_checklist(&self, req: DuplicateChecklist) -> Reply<String> {
        library::duplicate(&self.state().store, &req.source, Path::new(&req.path))?;
        Ok(req.path)
    }

    fn listed<'a>(&self, find: &'a str) -> library::Listed<'a> {
        library::Listed { today: self.environment.now().utc().date_naive(), find }
    }

    /// See [`BlankForm`].
    pub async fn blank_form(&self, req: BlankForm) -> Reply<FormReply> {
        let (file, template) = {
            let store = &self.state().store;
            let file = library::file(store, &req.source)?;
            let template = corrections::open(store, &file)?.template;
            (file, template)
        };
        Ok(forms::write_blank(&file, &template, req.paper, Path::new(&req.path), self.environment.now())?)
    }

    /// See [`ReadForm`].
    pub async fn read_form(&self, req: ReadForm) -> Reply<FormReading> {
        let form = forms::read(Path::new(&req.path))?;
        let State { store, installation, ledger, .. } = &mut *self.state();
        let mut desk = ledger::Desk { store, installation, environment: &*self.environment, folder: &self.folder };
        let (_, reading) = forms::fill(ledger, &mut desk, &req.record, &req.person, &form)?;
        Ok(reading)
    }

    /// See [`FillFromForm`].
    pub async fn fill_from_form(&self, req: FillFromForm) -> Reply<Vec<BundledEvent>> {
        let form = forms::read(Path::new(&req.path))?;
        let file = FileFact { sha256: self.files.keep(&form.bytes)?, ..form.fact() };
        let State { store, installation, ledger, watch, .. } = &mut *self.state();
        let mut desk = ledger::Desk { store, installation, environment: &*self.environment, folder: &self.folder };
        let written = forms::take(ledger, &mut desk, &req.record, &req.person, &form, file)?;
        watch.also(&req.record);
        bundled(&written)
    }

    /// See [`StartRecord`].
    pub async fn start_record(&self, req: StartRecord) -> Reply<RecordId> {
        let mut header = Header::default();
        for (key, value) in &req.header {
            header.set(key, value).map_err(Error::from)?;
        }
        let State { store, installation, ledger, .. } = &mut *self.state();
        let file = library::file(store, &req.source)?;
        let corrections::Corrected { template, corrections } = corrections::open(store, &file)?;
        let library::File { name, bytes, .. } = file;
        let (rehearsal, person) = (req.rehearsal, &req.person);
        let since = versions::since(store, installation, ledger, &name, &template)?;
        if let Some(since) = since.as_ref().filter(|since| req.acknowledged != Some(since.sha256)) {
            let (headline, number) = (since.headline.clone(), since.number);
            return Err(Error::NotAcknowledged { headline, number }.into());
        }
        let desk = ledger::Desk { store, installation, environment: &*self.environment, folder: &self.folder };
        let beginning = ledger::Beginning { name: &name, bytes: &bytes, corrections, since, header, rehearsal, person };
        Ok(ledger.start(desk, beginning)?.id.clone())
    }

    /// See [`ChangesSince`].
    pub async fn changes_since(&self, req: ChangesSince) -> Reply<Option<Since>> {
        let State { store, installation, ledger, .. } = &mut *self.state();
        let file = library::file(store, &req.source)?;
        let template = corrections::open(store, &file)?.template;
        Ok(versions::since(store, installation, ledger, &file.name, &template)?)
    }

    /// See [`OpenRecord`].
    pub async fn open_record(&self, req: OpenRecord) -> Reply<Opened> {
        if let Some(guest) = self.guest(&req.record, |guest| (Arc::clone(&guest.view.template), bundled(&guest.log))) {
            return Ok(Opened { template: guest.0, events: guest.1? });
        }
        let State { store, installation, ledger, .. } = &mut *self.state();
        let template = Arc::clone(&ledger.view(store, installation, &req.record)?.template);
        Ok(Opened { template, events: bundled(&store.log(&req.record)?)? })
    }

    /// See [`FindDeviations`].
    pub async fn find_deviations(&self, req: FindDeviations) -> Reply<Found> {
        let found = |view: &View| Found { deviations: deviations(view), duties: duties(view) };
        if let Some(of_guest) = self.guest(&req.record, |guest| found(&guest.view)) {
            return Ok(of_guest);
        }
        let State { store, installation, ledger, .. } = &mut *self.state();
        Ok(found(ledger.view(store, installation, &req.record)?))
    }

    /// A record as it stands, for those in this process; another one is given the events, see [`OpenRecord`].
    pub fn record(&self, record: &RecordId) -> Reply<View> {
        Ok(self.view(record)?)
    }

    /// See [`Act`].
    pub async fn act(&self, req: Act) -> Reply<Vec<BundledEvent>> {
        bundled(&self.write(&req.record, &req.person, req.intent)?)
    }

    /// See [`AttachFile`].
    pub async fn attach_file(&self, req: AttachFile) -> Reply<Vec<BundledEvent>> {
        let path = Path::new(&req.path);
        let bytes = read_limited(path, files::LIMIT)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let media_type = media_type(&name).to_owned();
        self.attach(&req.record, &req.person, req.item, name, media_type, &bytes)
    }

    /// See [`AttachBytes`].
    pub async fn attach_bytes(&self, req: AttachBytes) -> Reply<Vec<BundledEvent>> {
        let detail = |error: base64::DecodeError| Error::Arguments {
            command: "attach_bytes".to_owned(),
            detail: error.to_string(),
        };
        let bytes = BASE64.decode(&req.content).map_err(detail)?;
        self.attach(&req.record, &req.person, req.item, req.name, req.media_type, &bytes)
    }

    fn attach(
        &self,
        record: &RecordId,
        person: &Person,
        item: Option<ItemId>,
        name: String,
        media_type: String,
        bytes: &[u8],
    ) -> Reply<Vec<BundledEvent>> {
        let (bytes, masked) = masked(bytes);
        let sha256 = self.files.keep(&bytes)?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let aside = preview(&bytes);
        let file = FileFact { name, media_type, sha256, size, preview: aside.as_deref().map(Digest::of) };
        bundled(&self.write(record, person, Asked { intent: Intent::Attach { item, file }, aside, masked })?)
    }

    /// See [`ReadAttachment`].
    pub async fn read_attachment(&self, req: ReadAttachment) -> Reply<AttachmentReply> {
        Ok(AttachmentReply { content: BASE64.encode(self.files.read(req.sha256)?) })
    }

    /// See [`SetPerson`].
    pub async fn set_person(&self, req: SetPerson) -> Reply<()> {
        Ok(self.state().store.set("person", &req.person.0)?)
    }

    /// See [`MakeRoot`].
    pub async fn make_root(&self, req: MakeRoot) -> Reply<KeySummary> {
        let installation = &mut self.state().installation;
        Ok(self.keys.make_root(&req.organisation, &req.passphrase.0, installation, &*self.environment)?)
    }

    /// See [`MakeKey`].
    pub async fn make_key(&self, req: MakeKey) -> Reply<KeySummary> {
        let root = &self.open_root(&req.root_passphrase)?;
        let person = keys::NewPerson { name: &req.name, email: &req.email, passphrase: &req.passphrase.0, root };
        Ok(self.keys.make(&person, &*self.environment)?)
    }

    /// See [`ImportKey`].
    pub async fn import_key(&self, req: ImportKey) -> Reply<KeySummary> {
        Ok(self.keys.import(Path::new(&req.path), &req.passphrase.0)?)
    }

    /// See [`RevokeKey`].
    pub async fn revoke_key(&self, req: RevokeKey) -> Reply<KeySummary> {
        let root = self.open_root(&req.root_passphrase)?;
        let since = req.since.unwrap_or_else(|| self.environment.now());
        Ok(self.keys.revoke(&root, &req.who, (req.reason, since), &*self.environment)?)
    }

    /// See [`RotateKey`].
    pub async fn rotate_key(&self, req: RotateKey) -> Reply<KeySummary> {
        let root = self.open_root(&req.root_passphrase)?;
        let old = self.keys.find_issued(&req.who)?;
        let (name, email) = (old.common_name(), old.email().unwrap_or_default());
        let person = keys::NewPerson { name: &name, email: &email, passphrase: &req.passphrase.0, root: &root };
        let new = self.keys.make(&person, &*self.environment)?;
        let why = (RevokeReason::Replaced, self.environment.now());
        self.keys.revoke(&root, &keys::fingerprint(&old).to_string(), why, &*self.environment)?;
        Ok(new)
    }

    /// Makes a key whose certificate is issued elsewhere, and writes the request for it.
    pub async fn request_key(&self, name: &str, email: &str, passphrase: &Secret, to: &Path) -> Reply<KeySummary> {
        Ok(self.keys.request((name, email), &passphrase.0, to, &*self.environment)?)
    }

    /// Issues the certificate that a request asks for. The reply is whose it is, with its SHA-256.
    pub async fn certify_key(&self, request: &Path, to: &Path, root_passphrase: &Secret) -> Reply<(String, Digest)> {
        let root = self.open_root(root_passphrase)?;
        let certificate = self.keys.certify(&root, request, to, &*self.environment)?;
        Ok((certificate.common_name(), keys::fingerprint(&certificate)))
    }

    /// Takes a certificate that was issued for a key of this computer.
    pub async fn accept_certificate(&self, file: &Path, passphrase: &Secret) -> Reply<KeySummary> {
        let identity = self.unlock(&self.keys.certified_by(file)?, passphrase)?;
        Ok(self.keys.accept(identity, file, &passphrase.0, &*self.environment)?)
    }

    /// See [`ExportRoots`].
    pub async fn export_roots(&self, req: ExportRoots) -> Reply<String> {
        let roots = self.keys.roots(&self.state().installation)?;
        let mut pem: String = roots.iter().map(countersign_pades::Certificate::pem).collect();
        let about_time = authorities::roots(&self.state().store)?;
        pem.extend(about_time.iter().map(countersign_pades::Certificate::pem_for_time));
        pem += &self.keys.revocation_lists()?;
        files::write_whole(Path::new(&req.path), pem.as_bytes())?;
        Ok(req.path)
    }

    /// The key that words name: the beginning of its id, a name, or an e-mail address.
    pub fn find_key(&self, words: &str) -> Reply<countersign_core::id::KeyId> {
        Ok(self.keys.find(words)?)
    }

    /// See [`PrepareSignOff`].
    pub async fn prepare_sign_off(&self, req: PrepareSignOff) -> Reply<Prepared> {
        let view = self.view(&req.record)?;
        let keys = self.keys.list(&self.state().installation)?;
        let key = keys.iter().find(|key| key.id == req.key && key.purpose == KeyPurpose::Person);
        let key = key.ok_or_else(|| Error::NoKey(req.key.clone()))?;
        let now = self.environment.now();
        let statement = sealing::statement(&view, key, &req, now)?;
        let certificate = self.certificate_of(&req.key)?;
        let warnings = match self.asked_roster((&statement.person, &certificate), &statement.role, now)? {
            Some(said) => said.warnings,
            None => self.against(&certificate, &[], now)?.into_iter().collect(),
        };
        Ok(Prepared { statement, deviations: deviations(&view), progress: progress(&view), warnings })
    }

    /// See [`SignOffRecord`].
    pub async fn sign_off(&self, req: SignOffRecord) -> Reply<Vec<BundledEvent>> {
        let identity = self.unlock(&req.key, &req.passphrase)?;
        let statement = sealing::as_shown(req.statement, req.seconds, self.environment.now());
        let (record, at) = (statement.record.clone(), statement.at);
        let roster = self.asked_roster((&statement.person, identity.certificate()), &statement.role, at)?.map(Box::new);
        let sign_off = Box::new(sealing::sign(&identity, statement)?);
        bundled(&self.write(&record, &req.person, Intent::SignOff { sign_off, roster })?)
    }

    /// See [`ReportStatus`].
    pub async fn report_state(&self, req: ReportStatus) -> Reply<ReportState> {
        let view = self.view(&req.record)?;
        let row = self.state().store.report(&req.record)?;
        let said = row.map(|row| self.said(&self.files.read(row.current)?)).transpose()?;
        let (time, missing) = said.unwrap_or_default();
        let authorities = {
            let state = self.state();
            self.authorities(&state.store, state.authorities.as_deref())?
        };
        Ok(ReportState { time, missing, authorities, ..sealing::state(&self.files, &view, row)? })
    }

    /// See [`MakeReport`].
    pub async fn make_report(&self, req: MakeReport) -> Reply<ReportState> {
        let view = self.view(&req.record)?;
        let room = self.room();
        let (log, row) = {
            let State { store, installation, .. } = &mut *self.state();
            let log = store.log(&req.record)?;
            let shown = if req.leave_out_contacts { without_contacts(&log) } else { log.clone() };
            let row = sealing::make(&self.files, &shown, installation, self.environment.now(), (req.paper, room))?;
            (log, row)
        };
        let row = self.stamp_newest(row, CERTIFICATION_FIELD).await?;
        let fields = countersign_core::report::slots(&view).into_iter().map(|slot| slot.field).collect();
        debug_assert_eq!(log.last().map(|entry| entry.id), Some(view.head));
        self.write(&req.record, &req.person, Intent::Report { base: row.base, fields })?;
        self.state().store.keep_report(&req.record, row)?;
        self.report_state(ReportStatus { record: req.record }).await
    }

    /// See [`SignReport`].
    pub async fn sign_report(&self, req: SignReport) -> Reply<ReportState> {
        let view = self.view(&req.record)?;
        let identity = self.unlock(&req.key, &req.passphrase)?;
        let row = self.state().store.report(&req.record)?.ok_or(Error::NotYet(NotYet::NoReport))?;
        let room = self.room();
        let approve = |row| sealing::approve(&self.files, &view, row, &identity, self.environment.now(), room);
        let (signed, field) = approve(row)?;
        let mut row = self.stamp_newest(signed, &field).await?;
        // Whoever signed off with more than one meaning has a field for each.
        loop {
            match approve(row) {
                Ok((signed, field)) => row = self.stamp_newest(signed, &field).await?,
                Err(Error::NotYet(NotYet::NoField) | Error::ByFile(ByFile::SignsLast { .. })) => break,
                Err(error) => return Err(error.into()),
            }
        }
        self.state().store.keep_report(&req.record, row)?;
        self.report_state(ReportStatus { record: req.record }).await
    }

    /// See [`ExportReport`].
    pub async fn export_report(&self, req: ExportReport) -> Reply<String> {
        let row = self.state().store.report(&req.record)?.ok_or(Error::NotYet(NotYet::NoReport))?;
        files::write_whole(Path::new(&req.path), &self.files.read(row.current)?)?;
        Ok(req.path)
    }

    /// See [`ExportMarkdown`].
    pub async fn export_markdown(&self, req: ExportMarkdown) -> Reply<String> {
        let view = self.view(&req.record)?;
        let log = self.state().store.log(&req.record)?;
        let bytes = log.first().and_then(|first| match &first.event.body {
            Body::Started(started) => started.checklist.content.bytes(),
            _ => None,
        });
        let bytes = bytes.ok_or_else(|| Error::Fold(FoldError::Checklist))?;
        files::write_whole(Path::new(&req.path), &countersign_core::filled::filled(&bytes, &view))?;
        Ok(req.path)
    }

    /// See [`VerifyFile`].
    pub async fn verify_file(&self, req: VerifyFile) -> Reply<Verification> {
        let own = match req.trust {
            Some(_) => Trust::none(),
            None => self.own_trust()?,
        };
        Ok(verify::verify_file(
            Path::new(&req.path),
            req.trust.as_deref().map(Path::new),
            own,
            None,
            self.environment.now(),
        )?)
    }

    /// See [`BackUp`].
    pub async fn back_up(&self, req: BackUp) -> Reply<String> {
        self.state().store.back_up(Path::new(&req.path))?;
        Ok(req.path)
    }

    pub(crate) fn view(&self, record: &RecordId) -> Result<View, Error> {
        if let Some(view) = self.guest(record, |guest| guest.view.clone()) {
            return Ok(view);
        }
        let State { store, installation, ledger, .. } = &mut *self.state();
        ledger.view(store, installation, record).cloned()
    }
}

pub(crate) fn bundled(entries: &[Entry]) -> Reply<Vec<BundledEvent>> {
    let bundle = |entry| BundledEvent::of(entry).map_err(|error| Error::Internal(error.to_string()).into());
    entries.iter().map(bundle).collect()
}

/// Text without its secrets, and what was taken out; anything else as it is.
fn masked(bytes: &[u8]) -> (Cow<'_, [u8]>, Vec<Masked>) {
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    match text.map(mask::mask) {
        Some((Cow::Owned(shown), masked)) => (Cow::Owned(shown.into_bytes()), masked),
        _ => (Cow::Borrowed(bytes), Vec::new()),
    }
}

/// The media type that a file's ending stands for.
fn media_type(name: &str) -> &'static str {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    match end.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "json" => "application/json",
        "txt" | "log" | "md" => "text/plain",
        "csv" => "text/csv",
        "html" => "text/html",
        _ => "application/octet-stream",
    }
}
