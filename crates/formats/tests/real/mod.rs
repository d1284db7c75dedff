//! The files of others that tests read, where they are.

/// The bytes of a file under `../shared/data`; `None` (and a word) where the folder is not there. CI must have it.
pub(crate) fn shared(path: &str) -> Option<Vec<u8>> {
    let whole = format!("{}/../../../shared/data/{path}", env!("CARGO_MANIFEST_DIR"));
    match std::fs::read(&whole) {
        Ok(bytes) => Some(bytes),
        Err(_) => {
            assert!(std::env::var_os("CI").is_none(), "{whole} is needed");
            eprintln!("skipped: {whole} is not there");
            None
        }
    }
}
