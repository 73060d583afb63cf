//! `cargo xtask bench`: speed and size, as ratios of one run.
//!
//! The measuring programs stand in the crates they measure; each prints its own ratios. Only the bundle's size is measured here.

use crate::project::Project;
use crate::setup::{self, Need};
use crate::shell::{self, Failure};
use crate::ui;
use std::path::Path;

/// Runs every benchmark of the workspace, then weighs the user interface.
///
/// # Errors
/// When a benchmark fails or does not hold, or the bundle is too large.
pub(crate) fn command(project: &Project) -> Result<(), Failure> {
    let toolchain = setup::ensure(project, Need::Tests)?;
    let packages = project.targets("bench")?;
    if !packages.is_empty() {
        let mut command = project.cargo(["bench"]);
        command.args(packages.iter().flat_map(|(package, _)| ["--package", package.as_str()]));
        command.env("COUNTERSIGN_FOREIGN", setup::foreign_path(project));
        for (_, bench) in &packages {
            command.args(["--bench", bench]);
        }
        shell::run(&mut command)?;
    }
    if let Some(toolchain) = toolchain {
        ui::build(project, toolchain, ui::Profile::Shipped)?;
    }
    weigh(&project.root.join("src-ui/dist"))
}

fn weigh(dist: &Path) -> Result<(), Failure> {
    let size = ui::gzipped_size(dist)?;
    let percent = size.saturating_mul(100) / ui::LIMIT;
    println!("ui bundle, wasm gzipped: {size} bytes, {percent} % of the {} accepted", ui::LIMIT);
    if size <= ui::LIMIT {
        Ok(())
    } else {
        Err(Failure::new("the user interface's bundle is too large", "Find what grew: cargo tree -p countersign-ui"))
    }
}
