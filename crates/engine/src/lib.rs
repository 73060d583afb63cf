//! Everything with I/O that a shell may ask for, behind one door: [`Engine`].
//!
//! It adds time, authors and signatures to what `core` decides, and makes it durable. Deliberately not in it: windows,
//! command-line arguments, and any decision of its own about records.

mod access;
mod around;
mod audit;
mod authorities;
mod by_file;
mod clock;
mod commands;
mod connectivity;
mod corrections;
mod error;
mod exchange;
mod files;
mod fonts;
mod forms;
mod installation;
mod keys;
mod ledger;
mod library;
mod people;
mod presence;
mod preview;
pub mod probe;
mod probe_commands;
mod probe_import;
mod probing;
mod register;
mod roster;
mod rounds;
mod schedule;
mod sealing;
mod store;
mod verify;
mod versions;
mod watch;
mod zip;

pub use around::CALENDAR;
pub use clock::{Computer, Environment};
/// The program and its version, as events name it.
pub use countersign_verify::APP;
pub use error::{Error, NotYet};
pub use files::{LIMIT as FILE_LIMIT, read_limited, write_whole};
pub use library::LIMIT as CHECKLIST_LIMIT;
pub use probing::{ProbeProgress, Probed};
pub use roster::NewEntry;
pub use store::Try;

use countersign_core::api::{ApiError, BlankForm, ChecklistReply, ChecklistSource, FormReply, NetworkState};
use countersign_core::id::RecordId;
use countersign_core::record::{Entry, Person};
use countersign_core::verdict::Verification;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where data is kept if nobody says otherwise: `COUNTERSIGN_DATA_DIR`, or a folder of the user's.
pub fn default_data_dir() -> Option<PathBuf> {
    let named = std::env::var_os("COUNTERSIGN_DATA_DIR").map(PathBuf::from);
    named.or_else(|| dirs::data_dir().map(|folder| folder.join("countersign")))
}

/// The file names of the checklists that ship with the program.
pub fn shipped_checklists() -> impl Iterator<Item = &'static str> {
    library::shipped()
}

/// Reads a shipped checklist or a file, without a data directory.
pub fn read_checklist(source: &ChecklistSource) -> Result<ChecklistReply, ApiError> {
    Ok(library::read_without_store(source, Computer::new().now())?)
}

/// Writes the blank form of a shipped checklist or a file, without a data directory.
pub fn blank_form(req: &BlankForm) -> Result<FormReply, ApiError> {
    let file = library::file_without_store(&req.source)?;
    let template = countersign_core::checklist::read(&file.bytes);
    Ok(forms::write_blank(&file, &template, req.paper, Path::new(&req.path), Computer::new().now())?)
}

/// The header facts that a filled form states, for a record that begins with it.
pub fn form_header(path: &Path) -> Result<Vec<(String, String)>, ApiError> {
    Ok(forms::read(path)?.header())
}

/// Verifies a report against the certificates in `trust` (PEM), by the computer's clock. Without them nobody is trusted.
/// A roster in `roster`, which one of these must have signed, says who may sign in which role.
pub fn verify(path: &Path, trust: Option<&Path>, roster: Option<&Path>) -> Result<Verification, ApiError> {
    Ok(verify::verify_file(path, trust, countersign_pades::Trust::none(), roster, Computer::new().now())?)
}

/// The setting that holds the witnesses.
const WITNESSES: &str = "witnesses";

/// The one door to everything with I/O.
pub struct Engine {
    folder: PathBuf,
    environment: Arc<dyn Environment>,
    prober: Arc<probe::Prober>,
    probing: probing::Probing,
    files: files::Files,
    keys: keys::Keys,
    state: Mutex<State>,
    /// Held as long as the engine lives, so that no second process writes here.
    _lock: File,
}

/// What changes; one thread at a time has it.
struct State {
    store: store::Store,
    installation: installation::Installation,
    ledger: ledger::Ledger,
    network: NetworkState,
    /// What was seen of the computer; none before it was looked for.
    presence: Option<presence::Presence>,
    watch: rounds::Watch,
    /// Records of other computers that were opened to be signed here.
    guests: std::collections::HashMap<RecordId, by_file::Guest>,
    /// The files that kept checklists came from.
    files_watch: watch::Watch,
    /// Time-stamp authorities that this process uses in place of those that are kept.
    authorities: Option<Vec<String>>,
    /// Probes may wait for the network that nobody has looked for since it came.
    may_wait: bool,
}

/// What [`Engine::tick`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ticked {
    /// The records that have new events.
    pub records: Vec<RecordId>,
    /// The network came or went.
    pub network_changed: bool,
    /// A file that a kept checklist came from changed.
    pub checklists_changed: bool,
    /// What a person is to be told, in one notification.
    pub notice: Option<Notice>,
}

/// A desktop notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// In a few words.
    pub title: String,
    /// What exactly.
    pub body: String,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Engine({})", self.folder.display())
    }
}

impl Engine {
    /// Opens a data directory with the computer's own clocks.
    pub fn open(folder: &Path) -> Result<Self, ApiError> {
        Ok(Self::open_with(folder, Arc::new(Computer::new()))?)
    }

    /// Opens a data directory, making it if it is not there.
    pub fn open_with(folder: &Path, environment: Arc<dyn Environment>) -> Result<Self, Error> {
        std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
        let lock = lock(folder)?;
        let database = folder.join("countersign.sqlite");
        // The key is made after the database: where there is a key, there were records to lose.
        if installation::exists(folder) && std::fs::metadata(&database).map_or(0, |file| file.len()) == 0 {
            return Err(Error::Gone(database));
        }
        let store = store::open(&database)?;
        let installation = installation::Installation::open(folder, &*environment)?;
        let witnesses = store.setting(WITNESSES)?.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let network = NetworkState {
            route: probe::network::has_route(),
            offline_chosen: false,
            since: environment.now(),
            witnesses,
            wall: None,
        };
        Ok(Self {
            folder: folder.to_owned(),
            prober: Arc::new(probe::Prober::usual()),
            probing: probing::Probing::new()?,
            files: files::Files::open(folder.join("files"))?,
            keys: keys::Keys::open(folder.join("keys"))?,
            state: Mutex::new(State {
                store,
                installation,
                ledger: ledger::Ledger::default(),
                network,
                presence: None,
                watch: rounds::Watch::default(),
                guests: std::collections::HashMap::new(),
                files_watch: watch::Watch::default(),
                authorities: None,
                may_wait: true,
            }),
            environment,
            _lock: lock,
        })
    }

    /// Looks at the network, at the clocks, at the rounds that are under way, and at the files that checklists came from. It asks nobody
    /// and is soon through; what takes its time is [`Engine::probe_what_is_due`]'s.
    pub async fn tick(&self) -> Result<Ticked, ApiError> {
        let network_changed = self.look_at_network(None);
        let (records, notice) = self.look_at_rounds()?;
        let checklists_changed = {
            let State { store, files_watch, .. } = &mut *self.state();
            files_watch.look(store)?
        };
        Ok(Ticked { records, network_changed, checklists_changed, notice })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while the state was held cannot leave it half-written: what counts is committed or not.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, record: &RecordId, person: &Person, asked: impl Into<ledger::Asked>) -> Result<Vec<Entry>, Error> {
        self.write_after_rounds(record, person, asked.into())
    }

    /// Takes over the state of the routes, and the person's choice if one was made. True if probes can now run that could
    /// not, or the reverse.
    fn look_at_network(&self, choice: Option<bool>) -> bool {
        let route = probe::network::has_route();
        let mut state = self.state();
        let before = state.network.online();
        state.network.route = route;
        state.network.offline_chosen = choice.unwrap_or(state.network.offline_chosen);
        let changed = state.network.online() != before;
        if changed {
            state.network.since = self.environment.now();
            state.may_wait = true;
        }
        if changed || !route {
            // What the witnesses showed was of another network.
            state.network.wall = None;
        }
        changed
    }

    /// Makes a probe of no checklist, which a person names with what it may do; nothing of it is kept.
    pub async fn probe_once(
        &self,
        offer: &countersign_core::checklist::ProbeOffer,
        allowed: &probe::Allowed,
    ) -> countersign_core::record::Observation {
        let now = self.environment.now();
        self.prober.run(offer, allowed, now, now).await
    }
}

/// Takes the directory for this process.
fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join("lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(Error::file(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::InUse(folder.to_owned())),
        Err(std::fs::TryLockError::Error(source)) => Err(Error::File { path, source }),
    }
}
