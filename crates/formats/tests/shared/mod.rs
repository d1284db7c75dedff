//! Files that others wrote, beside the checkout where there is one.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::path::{Path, PathBuf};

/// A folder of `../shared/data`; `None` (and a word) where it is not there. CI must have it.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is needed", folder.display());
    eprintln!("skipped: {} is not there", folder.display());
    None
}

/// The rows of the figures stated beside the files, without their header.
pub(crate) fn expected(folder: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(folder.join("EXPECTED.tsv")).unwrap();
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}
