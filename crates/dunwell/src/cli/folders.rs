//! What can be typed about folders of files that others leave: fetching them from a server, and taking them in.

use std::path::PathBuf;

use clap::Args;

use super::On;

#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// The folder; files are read from `bank` and `remittance` below it
    pub(crate) folder: PathBuf,
    /// Look once and end
    #[arg(long)]
    pub(crate) once: bool,
    /// Seconds between two looks
    #[arg(long, default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) every: u64,
    /// Seconds for which a file must not have changed before it is read
    #[arg(long, default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..=86_400))]
    pub(crate) settled: u64,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct Fetch {
    /// Where the files lie: sftp://USER@HOST[:PORT]/PATH
    pub(crate) from: String,
    /// The folder they are copied into, as the `bank` folder that `watch` reads
    pub(crate) into: PathBuf,
    /// The private key (default: as ssh finds it)
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    /// The file that holds the server's key (default: as ssh finds it)
    #[arg(long, value_name = "FILE")]
    pub(crate) known_hosts: Option<PathBuf>,
    /// Seconds for which a file must not have changed on the server before it is copied
    #[arg(long, default_value_t = 10, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..=3600))]
    pub(crate) settled: u64,
    /// Leave the files where they are on the server, and know them again by what is in them
    #[arg(long)]
    pub(crate) keep: bool,
}
