//! The user interface's bundle: the page, its stylesheet, and the program compiled to WebAssembly, in `src-ui/dist`.
//!
//! The bundle is left alone when neither what it is made of nor the bundle itself has changed.

use crate::project::Project;
use crate::shell::{self, Failure};
use crate::stamp;
use crate::wasm::{self, Toolchain};
use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;
use wasm_bindgen_cli_support::Bindgen;

/// The largest bundle that is accepted, in bytes of gzipped WebAssembly.
pub(crate) const LIMIT: u64 = 700_000;

/// The name of the package, of its program, and of the files in the bundle.
const NAME: &str = "countersign-ui";

/// Loads the program. A file and no inline script, because the window's policy refuses those. The path of the program is named,
/// because the bindings do not guess it when they are made by the library.
///
/// Should the program itself break, nothing in it can say so any more; so this does.
const BOOT: &str = r#"import init from "./countersign-ui.js";

function broken(event) {
  const error = event.error ?? event.reason;
  if (!(error instanceof WebAssembly.RuntimeError || /not of one build/.test(error?.message))) return;
  if (document.getElementById("broken")) return;
  const said = document.createElement("div");
  said.id = "broken";
  said.className = "broken";
  said.setAttribute("role", "alert");
  said.textContent = "The window broke: this is a fault of the program. What was shown as saved is safe. Close the window and start Countersign again.";
  document.body.prepend(said);
}
addEventListener("error", broken);
addEventListener("unhandledrejection", broken);

init({ module_or_path: new URL("countersign-ui_bg.wasm", import.meta.url) });
"#;

/// How the program is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Small, as it ships.
    Shipped,
    /// Quick to compile again and again; large.
    Quick,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Profile::Shipped => "ui",
            Profile::Quick => "dev",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Profile::Shipped => "ui",
            Profile::Quick => "debug",
        }
    }
}

/// `cargo xtask ui`: builds the bundle and says its size.
///
/// # Errors
/// When there is no compiler for it to be had, or it does not compile.
pub(crate) fn command(project: &Project, profile: Profile) -> Result<(), Failure> {
    let toolchain = wasm::ensure(project)?;
    build(project, toolchain, profile)
}

/// Builds the bundle if anything has changed, and prints its size.
///
/// # Errors
/// When it does not compile, or a file of it cannot be written.
pub(crate) fn build(project: &Project, toolchain: Toolchain, profile: Profile) -> Result<(), Failure> {
    let started = Instant::now();
    let stamp_file = project.target.join("wasm/bundle.stamp");
    let inputs = inputs(project, toolchain, profile)?;
    let dist = project.root.join("src-ui/dist");
    if stamp::holds(&stamp_file, &format!("{inputs} {}", contents(&dist)?)) {
        println!("The user interface is up to date ({}).", size_line(&dist)?);
        return Ok(());
    }
    shell::run(toolchain.cargo(project, "build").args(["-p", NAME, "--profile", profile.name()]))?;
    let program = project.target.join(format!("wasm/{}/{}/{NAME}.wasm", wasm::TARGET, profile.folder()));
    assemble(&project.root.join("src-ui"), &program, &dist)?;
    stamp::write(&stamp_file, &format!("{inputs} {}", contents(&dist)?))?;
    println!("The user interface is built ({}), in {}.", size_line(&dist)?, shell::spoken(started.elapsed()));
    Ok(())
}

/// The size of the built program gzipped, in bytes.
///
/// # Errors
/// When there is no bundle.
pub(crate) fn gzipped_size(dist: &Path) -> Result<u64, Failure> {
    let program = dist.join(format!("{NAME}_bg.wasm"));
    let bytes = std::fs::read(&program).map_err(Failure::io(&program))?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let packed = encoder.write_all(&bytes).and_then(|()| encoder.finish()).map_err(Failure::io(&program))?;
    Ok(packed.len() as u64)
}

fn size_line(dist: &Path) -> Result<String, Failure> {
    Ok(format!("{} KB of wasm gzipped, {} KB accepted", gzipped_size(dist)?.div_ceil(1000), LIMIT / 1000))
}

/// A hash of all that the bundle is made of.
fn inputs(project: &Project, toolchain: Toolchain, profile: Profile) -> Result<String, Failure> {
    let roots =
        ["src-ui", "crates/core", "Cargo.toml", "Cargo.lock", ".cargo/config.toml"].map(|path| project.root.join(path));
    let files = stamp::files(&roots, &["dist"])?;
    stamp::hash(&files, &[toolchain.name(), profile.name(), BOOT])
}

fn contents(dist: &Path) -> Result<String, Failure> {
    stamp::hash(&stamp::files(&[dist.to_path_buf()], &[])?, &[])
}

/// Makes the bundle anew: the bindings of the program, the loader, the page and all other static files.
fn assemble(source: &Path, program: &Path, dist: &Path) -> Result<(), Failure> {
    if dist.exists() {
        std::fs::remove_dir_all(dist).map_err(Failure::io(dist))?;
    }
    std::fs::create_dir_all(dist).map_err(Failure::io(dist))?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(program)
        .out_name(NAME)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true);
    let bound = bindgen.web(true).and_then(|bindgen| bindgen.generate(dist));
    bound.map_err(|error| Failure::new(format!("wasm-bindgen on {}: {error:#}", program.display()), String::new()))?;

    let boot = dist.join("boot.js");
    std::fs::write(&boot, BOOT).map_err(Failure::io(&boot))?;
    for name in ["index.html", "style.css"] {
        copy(&source.join(name), &dist.join(name))?;
    }
    let aside = source.join("static");
    for file in stamp::files(std::slice::from_ref(&aside), &[])? {
        let below: PathBuf = file.strip_prefix(&aside).map(Path::to_path_buf).unwrap_or_default();
        copy(&file, &dist.join(below))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(Failure::io(folder))?;
    }
    std::fs::copy(from, to).map(drop).map_err(Failure::io(from))
}
