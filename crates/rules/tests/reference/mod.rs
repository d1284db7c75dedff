//! Reading the reference data that lies beside the project.

use std::path::Path;

/// The text of a file of the shared data; `None`, said aloud, where it is absent outside CI.
///
/// Panics when it is absent in CI: there it is required.
pub(crate) fn shared(path: &str) -> Option<String> {
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    match std::fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(problem) if std::env::var_os("CI").is_some() => panic!("{}: {problem}", file.display()),
        Err(_) => {
            eprintln!("skipped: {} is not here", file.display());
            None
        }
    }
}
