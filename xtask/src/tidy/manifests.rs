//! Who may depend on whom.

use super::Finding;
use serde_json::Value;

/// Each package and the packages of ours that it may depend on. Dependencies run one way, down this list.
const LAYERS: &[(&str, &[&str])] = &[
    ("countersign-core", &[]),
    ("countersign-pades", &[]),
    ("countersign-pages", &["countersign-core"]),
    ("countersign-verify", &["countersign-core", "countersign-pages", "countersign-pades"]),
    ("countersign-engine", &["countersign-core", "countersign-pages", "countersign-pades", "countersign-verify"]),
    ("countersign", &["countersign-core", "countersign-engine"]),
    ("countersign-desktop", &["countersign-core", "countersign-engine"]),
    ("countersign-ui", &["countersign-core"]),
    ("countersign-verifier", &["countersign-core", "countersign-pades", "countersign-verify"]),
    ("countersign-tests", &[]),
    ("xtask", &[]),
];

/// Crates that do I/O, read a clock or make random numbers: none of them is for a pure package.
const IMPURE: &[&str] = &[
    "async-std",
    "fastrand",
    "getrandom",
    "hyper",
    "mio",
    "notify",
    "rand",
    "reqwest",
    "rusqlite",
    "rustls",
    "smol",
    "socket2",
    "sysinfo",
    "tempfile",
    "time",
    "tokio",
    "ureq",
    "uuid",
    "walkdir",
];

/// The packages that do none of that.
const PURE: &[&str] = &["countersign-core", "countersign-verify"];

/// The one package that knows Tauri.
const SHELL: &str = "countersign-desktop";

/// What `cargo metadata --no-deps` shows that the layering does not allow. Dependencies of tests are free.
pub(crate) fn findings(metadata: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in list(&metadata["packages"]) {
        let name = text(&package["name"]);
        let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == name) else {
            findings.push(Finding::new(name, "has no place in the layering; give it one in xtask's manifests.rs"));
            continue;
        };
        for dependency in list(&package["dependencies"]).iter().filter(|dependency| dependency["kind"] != "dev") {
            if let Some(what) = refused(name, allowed, dependency) {
                findings.push(Finding::new(name, what));
            }
        }
    }
    findings
}

fn refused(package: &str, allowed: &[&str], dependency: &Value) -> Option<String> {
    let name = text(&dependency["name"]);
    let ours = LAYERS.iter().any(|(layer, _)| *layer == name);
    let reads_clock =
        name == "chrono" && list(&dependency["features"]).iter().any(|feature| feature == "clock" || feature == "now");
    let defaults = name == "chrono" && dependency["uses_default_features"] == true;
    if ours && !allowed.contains(&name) {
        Some(format!("may not depend on {name}: dependencies run one way"))
    } else if PURE.contains(&package) && IMPURE.contains(&name) {
        Some(format!("is pure and may not depend on {name}"))
    } else if PURE.contains(&package) && (reads_clock || defaults) {
        Some("is pure and may not take chrono's clock".to_owned())
    } else if name.starts_with("tauri") && package != SHELL {
        Some(format!("may not depend on {name}: only {SHELL} knows Tauri"))
    } else {
        None
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(package: &str, dependency: Value) -> Vec<String> {
        let metadata = json!({"packages": [{"name": package, "dependencies": [dependency]}]});
        findings(&metadata).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn the_layering_holds_or_is_named() {
        let cases = [
            ("countersign-core", "tokio", Some("is pure and may not depend on tokio")),
            ("countersign-core", "serde", None),
            (
                "countersign-core",
                "countersign-pades",
                Some("may not depend on countersign-pades: dependencies run one way"),
            ),
            (
                "countersign-pades",
                "countersign-core",
                Some("may not depend on countersign-core: dependencies run one way"),
            ),
            ("countersign-engine", "countersign-core", None),
            ("countersign-engine", "tauri", Some("may not depend on tauri: only countersign-desktop knows Tauri")),
            ("countersign-desktop", "tauri-plugin-dialog", None),
            (
                "countersign-ui",
                "countersign-engine",
                Some("may not depend on countersign-engine: dependencies run one way"),
            ),
            ("countersign-engine", "tokio", None),
        ];
        for (package, name, expected) in cases {
            let found = of(package, json!({"name": name, "kind": null}));
            assert_eq!(found.first().map(String::as_str), expected, "{package} on {name}");
        }
    }

    #[test]
    fn dependencies_of_tests_are_free_and_those_of_builds_are_not() {
        assert!(of("countersign-core", json!({"name": "tempfile", "kind": "dev"})).is_empty());
        assert_eq!(of("countersign-core", json!({"name": "tempfile", "kind": "build"})).len(), 1);
    }

    #[test]
    fn the_clock_of_chrono_stays_out_of_the_pure_package() {
        let chrono = |features: &[&str], defaults: bool| json!({"name": "chrono", "kind": null, "features": features, "uses_default_features": defaults});
        assert!(of("countersign-core", chrono(&["alloc", "serde"], false)).is_empty());
        assert_eq!(of("countersign-core", chrono(&["clock"], false)).len(), 1);
        assert_eq!(of("countersign-core", chrono(&[], true)).len(), 1);
        assert!(of("countersign-engine", chrono(&["clock"], true)).is_empty());
    }

    #[test]
    fn a_new_package_must_be_given_a_place() {
        assert_eq!(of("countersign-new", json!({"name": "serde", "kind": null})).len(), 1);
    }
}
