//! Fonts of this computer, for scripts that the bundled faces do not have. A report names those that it is set in, by their hash: its
//! pages come out the same wherever the same fonts are.

use crate::files::read_limited;
use countersign_core::id::Digest;
use countersign_core::record::log::FontUsed;
use countersign_pages::{Fonts, covered};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How many files are looked into, and how large one may be, in bytes.
const FILES: usize = 600;
const LARGEST: u64 = 40_000_000;
/// How many fonts are added at most.
const ADDED: usize = 3;
/// Names the folders to look into, and no others, as PATH names them.
const FOLDERS: &str = "COUNTERSIGN_FONTS";
/// How deep folders of fonts are nested.
const DEPTH: usize = 4;

/// The bundled faces, and those of this computer's that have most of the missing characters (`U+4E2D`).
pub fn with_installed(missing: &[String]) -> Fonts {
    together(&installed(missing))
}

/// The bundled faces and these files.
pub fn together(files: &[(FontUsed, Vec<u8>)]) -> Fonts {
    files.iter().fold(Fonts::bundled(), |fonts, (_, bytes)| fonts.with(bytes.clone()))
}

/// The file of this computer's that a report names, if it is there unchanged.
pub fn named(font: &FontUsed) -> Option<Vec<u8>> {
    let same = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy() == font.name);
    let found = files().into_iter().filter(same).filter_map(|path| read_limited(&path, LARGEST).ok());
    found.into_iter().find(|bytes| Digest::of(bytes) == font.sha256)
}

/// Those of this computer's that have most of the missing characters.
pub fn installed(missing: &[String]) -> Vec<(FontUsed, Vec<u8>)> {
    let wanted: BTreeSet<char> = missing.iter().filter_map(|name| character(name)).collect();
    let all: Vec<char> = wanted.iter().copied().collect();
    let mut found = Vec::new();
    for path in files() {
        let Ok(bytes) = read_limited(&path, LARGEST) else { continue };
        let has = covered(&bytes, &all);
        let whole = has.len() == all.len();
        if !has.is_empty() {
            found.push((path, has));
        }
        if whole {
            break;
        }
    }
    let coverages: Vec<&[char]> = found.iter().map(|(_, has)| has.as_slice()).collect();
    let paths = choose(&coverages, wanted).into_iter().filter_map(|at| found.get(at)).map(|(path, _)| path);
    let font = |path: &PathBuf| {
        let bytes = read_limited(path, LARGEST).ok()?;
        let name = path.file_name()?.to_string_lossy().into_owned();
        Some((FontUsed { name, sha256: Digest::of(&bytes) }, bytes))
    };
    paths.filter_map(font).collect()
}

fn character(name: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(name.strip_prefix("U+")?, 16).ok()?)
}

/// Which fonts to add, by what each has: the one that has most of what is still wanted, again and again.
fn choose(coverages: &[&[char]], mut wanted: BTreeSet<char>) -> Vec<usize> {
    let mut chosen = Vec::new();
    while chosen.len() < ADDED {
        let of = |has: &[char]| has.iter().filter(|c| wanted.contains(c)).count();
        let best = coverages.iter().enumerate().rev().max_by_key(|(_, has)| of(has)).filter(|(_, has)| of(has) > 0);
        let Some((at, has)) = best else { break };
        wanted.retain(|c| !has.contains(c));
        chosen.push(at);
    }
    chosen
}

/// The font files, those first whose names promise many scripts. Pictures in colours are no outlines, and are left out.
fn files() -> Vec<PathBuf> {
    let system = ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts"];
    let windows = std::env::var_os("WINDIR").map(|folder| Path::new(&folder).join("Fonts"));
    let stated = std::env::var_os(FOLDERS).map(|folders| std::env::split_paths(&folders).collect::<Vec<_>>());
    let usual = || system.map(PathBuf::from).into_iter().chain(dirs::font_dir()).chain(windows).collect();
    let folders = stated.unwrap_or_else(usual).into_iter();
    let mut waiting: Vec<(PathBuf, usize)> = folders.map(|folder| (folder, 0)).collect();
    let mut found = Vec::new();
    while let Some((folder, depth)) = waiting.pop() {
        for path in std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            let end = path.extension().map(|end| end.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
            if matches!(end.as_str(), "ttf" | "otf" | "ttc") {
                let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
                let broad = ["cjk", "fallback", "unicode", "gothic", "symbol"].iter().any(|word| name.contains(word));
                if !name.contains("color") {
                    found.push((!broad, path));
                }
            } else if depth < DEPTH && path.is_dir() {
                waiting.push((path, depth + 1));
            }
        }
    }
    found.sort();
    found.into_iter().map(|(_, path)| path).take(FILES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fonts_that_have_most_of_what_is_wanted_are_added() {
        let wanted: BTreeSet<char> = "日本語한".chars().collect();
        let of = |texts: &[&str]| {
            let sets: Vec<Vec<char>> = texts.iter().map(|text| text.chars().collect()).collect();
            let sets: Vec<&[char]> = sets.iter().map(Vec::as_slice).collect();
            choose(&sets, wanted.clone())
        };
        assert_eq!(of(&["日", "日本語", "한"]), [1, 2]);
        assert_eq!(of(&["日本", "日本"]), [0], "the first of equals, once");
        assert_eq!(of(&["x", ""]), [] as [usize; 0]);
        assert_eq!(of(&["日", "本", "語", "한"]).len(), ADDED);
    }

    #[test]
    fn a_missing_character_is_read_from_its_name() {
        assert_eq!([character("U+4E2D"), character("U+1F680")], [Some('中'), Some('🚀')]);
        assert_eq!([character("U+D800"), character("4E2D"), character("U+")], [None; 3]);
    }
}
