//! The binary on the book of a folder.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Exit code, and the JSON answer, of a call on the book of a folder.
pub(crate) fn call(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dunwell"));
    command.current_dir(folder).env("DUNWELL_BOOK", "sqlite:dunwell.db").args(arguments).arg("--json");
    let output = command.output().expect("the binary runs");
    let value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().expect("no signal"), value)
}

/// The answer of a call that does what it is asked.
pub(crate) fn done(folder: &Path, arguments: &[&str]) -> Value {
    let (exit, value) = call(folder, arguments);
    assert_eq!(exit, 0, "{arguments:?}: {value}");
    value
}
