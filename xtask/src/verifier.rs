//! `cargo xtask verifier`: the verifier compiled to WebAssembly, its bindings and its page, as one HTML file beside the programs.

use crate::project::Project;
use crate::shell::{self, Failure};
use crate::stamp;
use crate::wasm::{self, Toolchain};
use base64::Engine as _;
use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

const NAME: &str = "countersign-verifier";

/// The page's file name; the programs look for it beside themselves.
pub(crate) const FILE: &str = "countersign-verifier.html";

/// Builds the page and says where it is.
///
/// # Errors
/// When there is no compiler for it to be had, or it does not compile.
pub(crate) fn command(project: &Project) -> Result<(), Failure> {
    let toolchain = wasm::ensure(project)?;
    let page = build(project, toolchain)?;
    let size = std::fs::metadata(&page).map_err(Failure::io(&page))?.len();
    println!("The verifier is one file of {} KB: {}", size.div_ceil(1000), page.display());
    Ok(())
}

/// Builds the page if anything that it is made of has changed, and puts it beside the programs of both profiles.
///
/// # Errors
/// When it does not compile, or cannot be written.
pub(crate) fn build(project: &Project, toolchain: Toolchain) -> Result<PathBuf, Failure> {
    let roots =
        ["src-verifier", "crates/core", "crates/pades", "crates/pages", "crates/verify", "Cargo.toml", "Cargo.lock"];
    let roots = roots.map(|path| project.root.join(path));
    let inputs = stamp::hash(&stamp::files(&roots, &[])?, &[toolchain.name()])?;
    let (stamp_file, folder) = (project.target.join("wasm/verifier.stamp"), project.target.join("wasm/verifier"));
    let page = folder.join(FILE);
    if !page.is_file() || !stamp::holds(&stamp_file, &inputs) {
        shell::run(toolchain.cargo(project, "build").args(["-p", NAME, "--profile", "ui"]))?;
        std::fs::create_dir_all(&folder).map_err(Failure::io(&folder))?;
        std::fs::write(&page, assemble(project, &folder)?).map_err(Failure::io(&page))?;
        stamp::write(&stamp_file, &inputs)?;
    }
    for profile in ["debug", "release"] {
        let beside = project.target.join(profile);
        if beside.is_dir() {
            std::fs::copy(&page, beside.join(FILE)).map_err(Failure::io(&beside))?;
        }
    }
    Ok(page)
}

/// Page, bindings and program in one text. The program is packed: the browser unpacks it by itself.
fn assemble(project: &Project, folder: &std::path::Path) -> Result<String, Failure> {
    let program = project.target.join(format!("wasm/{}/ui/{NAME}.wasm", wasm::TARGET));
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&program).out_name("verifier").typescript(false);
    bindgen.remove_name_section(true).remove_producers_section(true);
    let bound = bindgen.no_modules(true).and_then(|bindgen| bindgen.generate(folder));
    bound.map_err(|error| Failure::new(format!("wasm-bindgen on {}: {error:#}", program.display()), String::new()))?;
    let read = |path: PathBuf| std::fs::read(&path).map_err(Failure::io(&path));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let wasm = folder.join("verifier_bg.wasm");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&read(wasm.clone())?).map_err(Failure::io(&wasm))?;
    let packed = encoder.finish().map_err(Failure::io(&wasm))?;
    let packed = base64::engine::general_purpose::STANDARD.encode(packed);
    // Nothing in the bindings may end the script early.
    let bindings = text(read(folder.join("verifier.js"))?).replace("</script", "<\\/script");
    let page = text(read(project.root.join("src-verifier/page.html"))?);
    Ok(page.replacen("{{BINDINGS}}", &bindings, 1).replacen("{{PROGRAM}}", &packed, 1))
}
