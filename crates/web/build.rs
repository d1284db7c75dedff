//! Takes the fragment library and the typeface from npm, by the lock file beside this one, into the build folder.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// What the binary carries: where npm puts it, and what it is called here.
const TAKEN: [(&str, &str); 2] = [
    ("node_modules/htmx.org/dist/htmx.min.js", "htmx.js"),
    ("node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", "inter.woff2"),
];

fn main() {
    let here = env::var("CARGO_MANIFEST_DIR").expect("cargo says where the crate is");
    let out = env::var("OUT_DIR").expect("cargo says where to build");
    let (here, out) = (Path::new(&here), Path::new(&out));
    for name in ["package.json", "package-lock.json"] {
        println!("cargo:rerun-if-changed={name}");
        copy(&here.join(name), &out.join(name));
    }
    let done = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"])
        .current_dir(out)
        .output();
    match done {
        Ok(done) if done.status.success() => {}
        Ok(done) => panic!("npm ci failed: {}", String::from_utf8_lossy(&done.stderr)),
        Err(error) => panic!("npm cannot be started ({error}); `scripts/setup-debian npm` installs it"),
    }
    for (from, to) in TAKEN {
        copy(&out.join(from), &out.join(to));
    }
}

fn copy(from: &Path, to: &Path) {
    if let Err(error) = fs::copy(from, to) {
        panic!("{}: {error}", from.display());
    }
}
