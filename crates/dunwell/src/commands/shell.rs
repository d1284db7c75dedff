//! Completions and man pages, generated from the command line itself.

use std::path::Path;

use clap::CommandFactory;

use crate::cli::Cli;
use crate::output::Failure;

/// Prints the completions of a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    clap_complete::generate(shell, &mut Cli::command(), "dunwell", &mut std::io::stdout());
    Ok(())
}

/// Writes one man page a command.
pub(crate) fn man(directory: &Path) -> Result<(), Failure> {
    let io = |error: std::io::Error| Failure::io(directory.display(), &error);
    std::fs::create_dir_all(directory).map_err(io)?;
    clap_mangen::generate_to(Cli::command(), directory).map_err(io)
}
