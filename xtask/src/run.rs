//! `cargo xtask run`: from a fresh clone to the open app, or to a signed report where there is no display.

use crate::display;
use crate::project::Project;
use crate::setup::{self, Need};
use crate::shell::{self, Failure};
use crate::stamp;
use crate::ui;

/// Sets up what is missing, builds, and starts the app with the given arguments.
///
/// # Errors
/// When the set-up, the build or the app fails.
pub(crate) fn command(project: &Project, arguments: &[&str]) -> Result<(), Failure> {
    if display::is_here() { window(project, arguments) } else { headless(project) }
}

fn window(project: &Project, arguments: &[&str]) -> Result<(), Failure> {
    if let Some(toolchain) = setup::ensure(project, Need::Window)? {
        ui::build(project, toolchain, ui::Profile::Shipped)?;
    }
    shell::run(&mut project.build(&["--bin", "countersign-desktop"]))?;
    println!("Countersign is open; this command ends with it.");
    // From where the person stands, so that a relative path among the arguments means what it says.
    shell::run(project.command(project.debug_program("countersign-desktop")).current_dir(".").args(arguments))
}

fn headless(project: &Project) -> Result<(), Failure> {
    println!(
        "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the app cannot open its window."
    );
    println!("The main job runs headless instead: countersign tour");
    setup::ensure(project, Need::CommandLine)?;
    // Only what the command line needs is built; the window's libraries need not be there.
    shell::run(&mut project.build(&["--bin", "countersign"]))?;
    let out = project.root.join("target/tour");
    shell::run(project.command(project.debug_program("countersign")).args(["tour", "--out"]).arg(&out))?;
    let files = stamp::files(std::slice::from_ref(&out), &[])?;
    let reports: Vec<_> = files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "pdf")).collect();
    if reports.is_empty() {
        return Err(Failure::new(
            format!("countersign tour left no report in {}", out.display()),
            "See what it printed above.",
        ));
    }
    for report in reports {
        println!("The signed report: {}", report.display());
    }
    Ok(())
}
