//! Files by SFTP, with the OpenSSH client of the machine: it knows hosts, keys and agents as the machine's owner set them up,
//! and no password ever stands on a command line. A host whose key is not known is not talked to.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::output::Failure;

/// A folder on a server: `sftp://USER@HOST[:PORT]/PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RemoteFolder {
    user: String,
    host: String,
    port: Option<u16>,
    path: String,
}

/// By what the two sides know each other; what is left out is as the machine's owner set it up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    /// The private key.
    pub(crate) identity: Option<PathBuf>,
    /// The file of known hosts.
    pub(crate) known_hosts: Option<PathBuf>,
}

/// A file on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RemoteFile {
    pub(crate) name: String,
    pub(crate) size: u64,
    /// When it changed, as the server tells it: to the minute, and only good for being compared.
    pub(crate) changed: String,
}

impl RemoteFolder {
    /// Reads an address; refused where a part could be taken for an option or a command of the client.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("sftp://").ok_or("begins with sftp://")?;
        let (authority, path) = rest.split_once('/').ok_or("names a folder after the host, as sftp://bank@host/out")?;
        let (user, host) = authority.rsplit_once('@').ok_or("names a user, as sftp://bank@host/out")?;
        let (host, port) = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => host.split_once(':').map_or((host, None), |(host, port)| (host, Some(port))),
        };
        let port = port.map(|port| port.parse().map_err(|_| "has a port between 1 and 65535")).transpose()?;
        if !is_word(user) || !is_word(host) {
            return Err("has a user and a host of letters, digits and . _ - :".into());
        }
        if !path.split('/').all(|part| part.is_empty() || is_plain_name(part)) {
            return Err("has a folder of letters, digits, blanks and . _ - + ( ) @ , = # ~".into());
        }
        Ok(Self { user: user.into(), host: host.into(), port, path: format!("/{path}") })
    }

    /// The plain files of the folder, in the order of their names; apart from them the names that this refuses to type.
    pub(crate) fn list(&self, keys: &Keys) -> Result<(Vec<RemoteFile>, Vec<String>), Failure> {
        let mut files = Vec::new();
        let mut left = Vec::new();
        for line in self.run(keys, Path::new("."), "ls -lna\n")?.lines() {
            match listed(line) {
                Some(file) if file.name.starts_with('.') => {}
                Some(file) if is_plain_name(&file.name) => files.push(file),
                Some(file) => left.push(file.name),
                None => {}
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok((files, left))
    }

    /// Copies a file to `into`, under another name; answers how it lies on the server afterwards.
    pub(crate) fn get(&self, keys: &Keys, name: &str, into: &Path, under: &str) -> Result<Option<RemoteFile>, Failure> {
        let told = self.run(keys, into, &format!("get \"{name}\" \"{under}\"\nls -lna\n"))?;
        Ok(told.lines().filter_map(listed).find(|file| file.name == name))
    }

    /// Moves a file into a folder below, which is made where it is missing.
    pub(crate) fn file_away(&self, keys: &Keys, name: &str, folder: &str, under: &str) -> Result<(), Failure> {
        self.run(keys, Path::new("."), &format!("-mkdir \"{folder}\"\nrename \"{name}\" \"{folder}/{under}\"\n"))
            .map(drop)
    }

    /// Runs commands in the folder, the working directory here being `here`; the first that fails ends it.
    fn run(&self, keys: &Keys, here: &Path, commands: &str) -> Result<String, Failure> {
        let failed = |why: &str| Failure::Fault(format!("{}@{}: {why}", self.user, self.host));
        let mut client = Command::new("sftp");
        client.args(["-q", "-b", "-", "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=30"]);
        client.args(["-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4"]);
        if let Some(port) = self.port {
            client.args(["-P", &port.to_string()]);
        }
        if let Some(identity) = &keys.identity {
            client.args(["-o", "IdentitiesOnly=yes", "-i"]).arg(identity);
        }
        if let Some(known) = &keys.known_hosts {
            client.arg("-o").arg(format!("UserKnownHostsFile={}", known.display()));
        }
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        client.arg("--").arg(format!("{}@{host}", self.user)).current_dir(here);
        client.env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = client.spawn().map_err(|error| {
            failed(&format!(
                "the OpenSSH client `sftp` does not start ({error}); on Debian: apt install openssh-client"
            ))
        })?;
        if let Some(mut input) = child.stdin.take() {
            // A client that has ended already says why by itself.
            let _ = input.write_all(format!("cd \"{}\"\n{commands}", self.path).as_bytes());
        }
        let output = child.wait_with_output().map_err(|error| failed(&error.to_string()))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<&str> =
            said.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('@')).collect();
        Err(failed(&if said.is_empty() { "the connection ended".to_owned() } else { said.join(" ") }))
    }
}

fn is_word(text: &str) -> bool {
    let signs = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-:".contains(&byte));
    signs && !text.is_empty() && !text.starts_with('-')
}

/// Whether a name is safe to be typed between quotes: no sign that the client or a shell takes for anything else.
fn is_plain_name(name: &str) -> bool {
    let signs = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" ._-+()@,=#~".contains(&byte));
    signs && !name.is_empty() && name.trim() == name && name.len() <= 200
}

/// A line of `ls -ln` about a plain file: mode, links, owner, group, size, three words of a time, the name.
fn listed(line: &str) -> Option<RemoteFile> {
    let mut rest = line.strip_prefix('-')?;
    let mut words = [""; 8];
    for word in &mut words {
        let (first, after) = rest.split_once(' ')?;
        (*word, rest) = (first, after.trim_start());
    }
    let [_, _, _, _, size, changed @ ..] = words;
    Some(RemoteFile { name: rest.to_owned(), size: size.parse().ok()?, changed: changed.join(" ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_what_could_be_an_option_is_refused() {
        let folder = |user: &str, host: &str, port, path: &str| {
            Ok(RemoteFolder { user: user.into(), host: host.into(), port, path: path.into() })
        };
        assert_eq!(RemoteFolder::parse("sftp://bank@host/out"), folder("bank", "host", None, "/out"));
        assert_eq!(RemoteFolder::parse("sftp://b-1@h.example:2222/"), folder("b-1", "h.example", Some(2222), "/"));
        assert_eq!(RemoteFolder::parse("sftp://b@[::1]:22/a b/c"), folder("b", "::1", Some(22), "/a b/c"));
        for wrong in [
            "host/out",
            "sftp://host/out",
            "sftp://bank@host",
            "sftp://bank@host:0x16/out",
            "sftp://-oProxyCommand=x@host/out",
            "sftp://bank@-host/out",
            "sftp://bank@host/out\"\nrm x",
            "sftp://bank@ho st/out",
        ] {
            assert!(RemoteFolder::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_line_of_a_listing_tells_a_plain_file() {
        let file =
            |name: &str, size, changed: &str| Some(RemoteFile { name: name.into(), size, changed: changed.into() });
        let line = "-rw-r--r--    1 65534    65534        1234 Nov 22 15:04 a b.bai";
        assert_eq!(listed(line), file("a b.bai", 1234, "Nov 22 15:04"));
        assert_eq!(listed("-rw-r--r--    ? 0        0               7 Jan  3  2025 x"), file("x", 7, "Jan 3 2025"));
        assert_eq!(listed("drwxr-xr-x    2 0        0            4096 Nov 22 15:04 done"), None);
        assert_eq!(listed("sftp> ls -lna"), None);
    }
}
