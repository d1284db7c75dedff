//! The text of a PDF, taken out of it by a process of its own.
//!
//! A PDF of a few kilobytes may unpack to any size or keep a reader busy for ever, so it is read where that harms nobody:
//! the program starts itself once more with limits on processor time, memory and files, gives it the PDF and takes the text.
//! Source: reliability 4.9. Absent on purpose: pictures of paper.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use dunwell_formats::bank::{Place, Refusal};
use dunwell_formats::pdf::{self, PdfLimits, PdfRefusal};

/// What a process that reads a PDF may take.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Processor time in seconds.
    cpu_seconds: u32,
    /// Address space in kibibytes.
    memory_kib: u32,
    /// How long it is waited for.
    patience: Duration,
}

const BOUNDS: Bounds = Bounds { cpu_seconds: 10, memory_kib: 512 * 1024, patience: Duration::from_secs(20) };
/// The longest text that is taken, in bytes.
const MAX_TEXT: u64 = 16 << 20;

/// The command by which the program reads a PDF from standard input; [`answer`] is what it then does.
pub const COMMAND: &str = "read-pdf";

static WORKER: OnceLock<PathBuf> = OnceLock::new();

/// Names the program that reads PDFs when it is started with [`COMMAND`]; the first that is named stays. Without one PDFs are
/// refused.
pub fn use_worker(program: PathBuf) {
    WORKER.get_or_init(|| program);
}

/// What the process does: it reads a PDF and writes a word for how it went, and in the lines below the text or the reason.
pub fn answer(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    let limits = PdfLimits::STANDARD;
    let mut bytes = Vec::new();
    input.by_ref().take(limits.bytes as u64 + 1).read_to_end(&mut bytes)?;
    match pdf::text(&bytes, &limits) {
        Ok(text) => write!(output, "text\n{text}")?,
        Err(why) => {
            let word = match &why {
                PdfRefusal::TooLarge(_) => "too_large",
                PdfRefusal::Damaged | PdfRefusal::NoText => "not_readable",
                PdfRefusal::Encrypted => "encrypted",
            };
            write!(output, "{word}\n{why}")?;
        }
    }
    output.flush()
}

/// The text of a PDF, or why there is none.
pub(super) fn text_of(bytes: &[u8]) -> Result<String, Refusal> {
    let Some(worker) = WORKER.get() else {
        return Err(unreadable(
            "this program reads no PDF; save its text, or print it to a file that is read".to_owned(),
        ));
    };
    text_by(worker, bytes, BOUNDS)
}

fn unreadable(reason: String) -> Refusal {
    Refusal::NotReadable { place: Place::FILE, reason }
}

fn text_by(worker: &Path, bytes: &[u8], bounds: Bounds) -> Result<String, Refusal> {
    let answer = asked(worker, bytes, bounds)
        .map_err(|error| unreadable(format!("the process that reads PDFs could not be started: {error}")))?;
    let much = || {
        let (seconds, memory) = (bounds.cpu_seconds, bounds.memory_kib / 1024);
        let limit =
            format!("a PDF that takes more than {seconds} seconds or {memory} MiB to read; print it to a new PDF");
        Refusal::TooLarge { limit }
    };
    let answer = answer.ok_or_else(much)?;
    let answer = String::from_utf8(answer).map_err(|_| much())?;
    let (word, rest) = answer.split_once('\n').unwrap_or((&answer, ""));
    let reason = rest.to_owned();
    match word {
        "text" => Ok(reason),
        "too_large" => Err(Refusal::TooLarge { limit: reason }),
        "encrypted" => Err(Refusal::Encrypted { reason }),
        "not_readable" => Err(unreadable(reason)),
        _ => Err(much()),
    }
}

/// Starts the process with its limits; `None` when it came to one, or ended in another way than it should.
fn asked(worker: &Path, bytes: &[u8], bounds: Bounds) -> io::Result<Option<Vec<u8>>> {
    let Bounds { cpu_seconds, memory_kib, patience } = bounds;
    // No file is written, none is left behind, and what asks for more is ended. A system without one of the limits has the others.
    let limits = format!(
        "ulimit -c 0; ulimit -f 0; ulimit -t {cpu_seconds}; ulimit -v {memory_kib} 2>/dev/null; exec \"$0\" \"$@\""
    );
    let mut child = Command::new("sh")
        .args(["-c", &limits])
        .arg(worker)
        .arg(COMMAND)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (Some(mut input), Some(output)) = (input, output) else { return Ok(None) };
    let (told, heard) = mpsc::channel();
    let bytes = bytes.to_vec();
    // One that ends early no longer listens: what it answered counts.
    let giving = thread::spawn(move || drop(input.write_all(&bytes)));
    let taking = thread::spawn(move || {
        let mut answer = Vec::new();
        let read = output.take(MAX_TEXT + 1).read_to_end(&mut answer);
        let _ = told.send(read.map(|_| answer));
    });
    let answer = heard.recv_timeout(patience).ok().and_then(io::Result::ok);
    let said_all = answer.as_ref().is_some_and(|answer| answer.len() as u64 <= MAX_TEXT);
    let status = ended(&mut child, said_all)?;
    let _ = (giving.join(), taking.join());
    // By these a shell says that it could not start what it was to start.
    if status.is_some_and(|status| matches!(status.code(), Some(126 | 127))) {
        return Err(io::Error::other(format!("{} cannot be run", worker.display())));
    }
    Ok(answer.filter(|_| status.is_some_and(|status| status.success())))
}

/// Waits a moment for a process that has said all it has to say, and ends one that has not, or that stays; `None` is one that
/// was ended.
#[expect(clippy::disallowed_methods, reason = "readers have threads of their own: no task stalls on one that sleeps")]
fn ended(child: &mut Child, said_all: bool) -> io::Result<Option<ExitStatus>> {
    let looks = if said_all { 200 } else { 0 };
    for _ in 0..looks {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(10));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    /// A worker that does this.
    fn worker(name: &str, does: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("dunwell-pdf-{}-{name}", std::process::id()));
        fs::write(&path, format!("#!/bin/sh\n{does}\n")).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a script that runs");
        path
    }

    #[test]
    fn a_worker_that_takes_too_much_is_ended_and_one_that_answers_is_believed() {
        let bounds = Bounds { cpu_seconds: 3, memory_kib: 200 * 1024, patience: Duration::from_secs(20) };
        let table = [
            ("busy", "while :; do :; done", Duration::from_secs(20), "too_large"),
            ("asleep", "exec sleep 60", Duration::from_millis(300), "too_large"),
            (
                "hungry",
                "x=$(head -c 300000000 /dev/zero | tr '\\0' x) && echo text",
                Duration::from_secs(20),
                "too_large",
            ),
            ("stays", "echo text; exec >&-; exec sleep 60", Duration::from_secs(20), "too_large"),
            ("loud", "exec yes text", Duration::from_secs(20), "too_large"),
            ("writes", "echo text; echo x > \"$0.written\"; exit 0", Duration::from_secs(20), "too_large"),
            ("dead", "echo text; exit 3", Duration::from_secs(20), "too_large"),
            ("silent", "exit 0", Duration::from_secs(20), "too_large"),
            ("deaf", "exec <&-; echo encrypted; echo why", Duration::from_secs(20), "encrypted"),
            ("torn", "cat > /dev/null; echo not_readable; echo why", Duration::from_secs(20), "not_readable"),
        ];
        for (name, does, patience, expected) in table {
            let path = worker(name, does);
            let answer = text_by(&path, &vec![b'x'; 300_000], Bounds { patience, ..bounds });
            let written = path.with_extension("written");
            assert!(fs::read(&written).unwrap_or_default().is_empty(), "no file is written");
            let _ = fs::remove_file(&written);
            fs::remove_file(&path).expect("the script");
            let code = answer.as_ref().map_or_else(Refusal::code, |_| "text");
            assert_eq!(code, expected, "{name}: {answer:?}");
        }
        let gone = text_by(Path::new("/nowhere"), b"%PDF-", bounds).unwrap_err();
        assert!(gone.code() == "not_readable" && gone.to_string().contains("/nowhere cannot be run"), "{gone}");
        assert_eq!(text_of(b"%PDF-").unwrap_err().code(), "not_readable", "no worker is named");
    }
}
