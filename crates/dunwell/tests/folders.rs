//! Files that others leave: fetched by SFTP from a real server, and taken in from a folder.

mod common;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use common::{call, done};

const INVOICES: &str = "account,account_name,document,kind,document_date,due_date,currency,amount,settled_on,disputed\n\
    GROC,Groc,INV-48129,invoice,2025-01-10,2025-02-09,USD,900.00,,\n";
const MONDAY: &str = "01,BANK,US,250303,0800,1,,,2/\n02,US,BANK,1,250303,,USD,2/\n03,123456,USD,,,,/\n\
    16,165,90000,0,B1,,GROC INV 48129\n49,90000,3/\n98,90000,1,5/\n99,90000,1,7/\n";
const ADVICE: &str = "Payment number,P-77\nPayment date,2025-03-03\n\nInvoice #,Net amount\nINV-48129,900.00\n";

fn book() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a temporary folder");
    done(place.path(), &["init"]);
    fs::write(place.path().join("invoices.csv"), INVOICES).expect("a file");
    done(place.path(), &["import", "invoices", "invoices.csv", "--profile", "canonical", "--on", "2025-03-01"]);
    fs::create_dir(place.path().join("in")).expect("a folder");
    place
}

fn watch(folder: &Path, settled: &str) -> (i32, Value) {
    call(folder, &["watch", "in", "--once", "--settled", settled, "--on", "2025-03-03"])
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_was_read_is_filed_what_is_refused_is_set_apart_and_what_is_written_is_left() {
    let place = book();
    let (folder, inbox) = (place.path(), place.path().join("in"));
    done(folder, &["watch", "in", "--once"]);
    let bank = inbox.join("bank");
    fs::write(bank.join("monday.bai"), MONDAY).expect("a file");
    fs::write(bank.join("tuesday.bai"), &MONDAY[..MONDAY.len() - 30]).expect("a file");
    fs::write(bank.join("wednesday.bai.part"), MONDAY).expect("a file");
    fs::write(inbox.join("remittance/advice.csv"), ADVICE).expect("a file");
    let mail = "From: Jane <jane@groc.example>\nSubject: Payment\nMessage-ID: <a1@groc.example>\nMIME-Version: 1.0\n\n\
                We paid USD 7.00 for INV-99999 on 3 March 2025.\n";
    fs::write(inbox.join("remittance/mail.eml"), mail).expect("a file");

    let (exit, waiting) = watch(folder, "3600");
    assert_eq!((exit, &waiting["waiting"], &waiting["files"]), (0, &json!(4), &json!([])), "still being written");
    assert_eq!(names(&bank), ["monday.bai", "tuesday.bai", "wednesday.bai.part"]);

    let (exit, taken) = watch(folder, "0");
    assert_eq!(exit, 3, "one is refused: {taken}");
    let told: Vec<(&str, &str, u64)> = taken["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| {
            let text = |key: &str| file[key].as_str().expect("a text");
            (text("file"), text("filed"), file["recorded"].as_u64().expect("a number"))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("bank/monday.bai", "bank/done/2025-03-03/monday.bai", 1),
            ("bank/tuesday.bai", "bank/refused/2025-03-03/tuesday.bai", 0),
            ("remittance/advice.csv", "remittance/done/2025-03-03/advice.csv", 1),
            ("remittance/mail.eml", "remittance/done/2025-03-03/mail.eml", 1),
        ]
    );
    assert_eq!(names(&bank), ["done", "refused", "wednesday.bai.part"]);
    assert_eq!(names(&bank.join("refused/2025-03-03")), ["tuesday.bai", "tuesday.bai.why.txt"]);
    let why = fs::read_to_string(bank.join("refused/2025-03-03/tuesday.bai.why.txt")).expect("a reason");
    assert!(why.contains('('), "says why, and its code: {why}");

    // The same file again, as after a stop between recording and filing.
    fs::write(bank.join("monday.bai"), MONDAY).expect("a file");
    let (exit, again) = watch(folder, "0");
    let again = &again["files"][0];
    assert_eq!((exit, &again["recorded"], &again["import"]), (0, &json!(0), &Value::Null));
    assert_eq!(again["filed"], "bank/done/2025-03-03/monday.bai.2");
    assert_eq!(done(folder, &["verify"])["ok"], true);
}

/// A statement of a bank whose headers no shipped profile knows.
const TABLE: &str = "Tag;Wer;Wofuer;Wieviel\n03.03.2025;Groc;INV-48129;900,00\n";
const TABLE_PROFILE: &str = "source = \"hausbank\"\naccount = \"4711\"\ncurrency = \"USD\"\ndate_format = \"DD.MM.YYYY\"\n\
    decimal_mark = \",\"\n[columns]\nbooking_day = [\"Tag\"]\namount = [\"Wieviel\"]\nname = [\"Wer\"]\ntext = [\"Wofuer\"]\n";
const LOCKBOX: &str = "Box;Deposited;Check;Value;Pays\n77;3/3/2025;1077;5.00;INV-48129\n";
const LOCKBOX_PROFILE: &str = "source = \"west\"\nformat = \"lockbox-csv\"\n[columns]\nlockbox = [\"Box\"]\n\
    deposit_day = [\"Deposited\"]\ncheck_number = [\"Check\"]\ncheck_amount = [\"Value\"]\ndocument = [\"Pays\"]\n";
const OWN_ADVICE: &str = "Zahlung Nr.: P-78\n\nUnser Zeichen;Ihr Zeichen;Ueberwiesen\nA-1;INV-48129;900,00\n";
const ADVICE_PROFILE: &str = "source = \"groc\"\ndecimal_mark = \",\"\n[columns]\ndocument = [\"Ihr Zeichen\"]\n\
    paid = [\"Ueberwiesen\"]\n[titles]\nreference = [\"Zahlung Nr.\"]\n";

/// What became of each file: its name, whether it was refused, and what it recorded.
fn outcomes(taken: &Value) -> Vec<(String, bool, u64)> {
    let files = taken["files"].as_array().expect("files").iter();
    files
        .map(|file| {
            let refused = file["problems"].as_array().is_some_and(|problems| !problems.is_empty());
            (file["file"].as_str().expect("a name").to_owned(), refused, file["recorded"].as_u64().expect("a number"))
        })
        .collect()
}

#[test]
fn what_no_shipped_profile_fits_is_read_by_the_own_one_that_does() {
    let place = book();
    let (folder, inbox) = (place.path(), place.path().join("in"));
    done(folder, &["watch", "in", "--once"]);
    let put = |name: &str, text: &str| fs::write(inbox.join(name), text).expect("a file");
    let refused = |name: &str| {
        let (exit, taken) = watch(folder, "0");
        assert_eq!((exit, outcomes(&taken)), (3, vec![(name.to_owned(), true, 0)]), "{taken}");
        let kept = name.replacen('/', "/refused/2025-03-03/", 1);
        let why = fs::read_to_string(inbox.join(format!("{kept}.why.txt"))).expect("a reason");
        fs::remove_file(inbox.join(format!("{kept}.why.txt"))).expect("tidied up");
        fs::rename(inbox.join(&kept), inbox.join(name)).expect("handed in again");
        why
    };
    // Without a profile it is refused; one that does not fit, and one that is none, say why.
    put("bank/march.csv", TABLE);
    assert!(refused("bank/march.csv").contains("(unknown_format)"));
    put("profiles/bank/west.toml", LOCKBOX_PROFILE);
    put("profiles/bank/wrong.toml", "source = \"x\"\nsorce = 1\n");
    let why = refused("bank/march.csv");
    assert!(
        why.contains("profiles/bank/west.toml: ") && why.contains("profiles/bank/wrong.toml: line 2, column 1"),
        "{why}"
    );
    // With one that fits each is read, and what needs none is read as before.
    fs::remove_file(inbox.join("profiles/bank/wrong.toml")).expect("mended");
    put("profiles/bank/hausbank.toml", TABLE_PROFILE);
    put("profiles/remittance/groc.toml", ADVICE_PROFILE);
    put("bank/lockbox.csv", LOCKBOX);
    put("bank/monday.bai", MONDAY);
    put("remittance/groc.csv", OWN_ADVICE);
    put("remittance/plain.csv", ADVICE);
    let attached = OWN_ADVICE.replace("P-78", "P-79").replace("900,00", "12,00");
    let mail = format!(
        "From: pay@groc.example\r\nSubject: Remittance advice\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nPlease see the file.\r\n--b\r\nContent-Type: text/csv\r\n\
         Content-Disposition: attachment; filename=\"advice.csv\"\r\n\r\n{}\r\n--b--\r\n",
        attached.replace('\n', "\r\n")
    );
    put("remittance/mail.eml", &mail);
    let (exit, taken) = watch(folder, "0");
    let read = |name: &str| (name.to_owned(), false, 1);
    assert_eq!(
        (exit, outcomes(&taken)),
        (
            0,
            vec![
                read("bank/lockbox.csv"),
                read("bank/march.csv"),
                read("bank/monday.bai"),
                read("remittance/groc.csv"),
                read("remittance/mail.eml"),
                read("remittance/plain.csv"),
            ]
        ),
        "{taken}"
    );
    // What of a mail is not read is named beside it.
    let paper = mail
        .replace(
            "Please see the file.",
            "We paid USD 12.00 on 2025-03-03 for invoice INV-48129, payment reference P-80.",
        )
        .replace("text/csv", "application/pdf")
        .replace("advice.csv", "advice.pdf")
        .replace("Zahlung Nr.", "%PDF-1.4 Zahlung Nr.");
    put("remittance/paper.eml", &paper);
    let (exit, taken) = watch(folder, "0");
    assert_eq!((exit, outcomes(&taken)), (0, vec![read("remittance/paper.eml")]), "{taken}");
    let beside = inbox.join("remittance/done/2025-03-03/paper.eml.not-read.txt");
    assert!(fs::read_to_string(beside).expect("a text").contains("advice.pdf"), "{taken}");
    // Two that fit are one too many.
    put("profiles/bank/hausbank-2.toml", TABLE_PROFILE);
    put("bank/april.csv", &TABLE.replace("03.03", "01.03"));
    let why = refused("bank/april.csv");
    assert!(why.contains("profiles/bank/hausbank-2.toml and profiles/bank/hausbank.toml fit"), "{why}");
    assert_eq!(done(folder, &["verify"])["ok"], true);
}

#[test]
fn a_lockbox_transmission_is_read_by_the_one_profile_of_its_columns() {
    let place = book();
    let (folder, inbox) = (place.path(), place.path().join("in"));
    done(folder, &["watch", "in", "--once"]);
    let put = |name: &str, text: &str| fs::write(inbox.join(name), text).expect("a file");
    let rows = [
        "100US COMPANYBANKORIGIN2503030600".to_owned(),
        "50010000012345250303US COMPANYBANKORIGIN".to_owned(),
        format!("6001001{:010}{:9}{:10}{:9}{:20}", 90_000, "021000021", "5788", "1077", "INV-48129"),
        format!("70010000012345250303{:03}{:010}", 1, 90_000),
        format!("80010000012345250303{:04}{:010}", 1, 90_000),
        "9000006".to_owned(),
    ];
    let text: String = rows.iter().map(|row| format!("{row:<80}\n")).collect();
    let profile = "source = \"west\"\nformat = \"lockbox\"\n[check]\namount = [8, 17]\nrouting = [18, 26]\naccount = [27, 36]\n\
                   check = [37, 45]\ndocuments = [{ number = [46, 65] }]\n";
    put("profiles/bank/west.toml", profile);
    put("profiles/bank/other.toml", &profile.replace("[46, 65]", "[46, 60]"));
    put("bank/box.txt", &text);
    let (exit, taken) = watch(folder, "0");
    assert_eq!((exit, outcomes(&taken)), (3, vec![("bank/box.txt".to_owned(), true, 0)]), "{taken}");
    fs::remove_file(inbox.join("profiles/bank/other.toml")).expect("one is left");
    put("bank/box.txt", &text);
    let (exit, taken) = watch(folder, "0");
    assert_eq!((exit, outcomes(&taken)), (0, vec![("bank/box.txt".to_owned(), false, 1)]), "{taken}");
    assert_eq!(taken["files"][0]["exceptions"], 0, "what it pays stands in the columns of the profile: {taken}");
    assert_eq!(done(folder, &["verify"])["ok"], true);
}

#[test]
fn a_folder_that_is_not_there_and_a_user_who_may_not_import_are_refused() {
    let place = book();
    let (exit, none) = call(place.path(), &["watch", "nowhere", "--once"]);
    assert_eq!((exit, &none["error"]["code"]), (3, &json!("bad_value")));
    done(place.path(), &["user", "add", "quinn", "--role", "auditor"]);
    let (exit, auditor) = call(place.path(), &["watch", "in", "--once", "--as", "quinn"]);
    assert_eq!((exit, &auditor["error"]["code"]), (3, &json!("role_cannot")));
    let (exit, wrong) = call(place.path(), &["fetch", "sftp://-oProxyCommand=x@host/out", "in"]);
    assert_eq!((exit, &wrong["error"]["code"]), (2, &json!("usage")));
}

/// An SSH server of this test, of an ordinary user, on a spare port of loopback.
struct Server {
    process: Child,
    port: u16,
    user: String,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// The server, unless the machine has none.
    #[allow(clippy::disallowed_methods, reason = "a test without a runtime waits for a server")]
    fn start() -> Option<Self> {
        let program = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].map(Path::new).into_iter().find(|path| path.exists());
        let Some(program) = program else {
            assert!(std::env::var_os("CI").is_none(), "CI tests against a real SSH server: apt install openssh-server");
            eprintln!("skipped: no sshd on this machine");
            return None;
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        for key in ["host", "client", "stranger"] {
            let mut keygen = Command::new("ssh-keygen");
            keygen.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(at(key));
            assert!(keygen.status().expect("ssh-keygen runs").success());
        }
        fs::create_dir(at("out")).expect("a folder");
        let is_root = fs::metadata(at("out")).is_ok_and(|out| std::os::unix::fs::MetadataExt::uid(&out) == 0);
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a spare port").port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nUsePAM yes\nStrictModes no\n\
             PasswordAuthentication no\nSubsystem sftp internal-sftp\nForceCommand internal-sftp\n",
            at("host").display(),
            at("client.pub").display(),
        );
        fs::write(at("sshd_config"), config).expect("a file");
        let output = |command: &mut Command| {
            let output = command.output().expect("a program runs");
            String::from_utf8(output.stdout).expect("text").trim().to_owned()
        };
        let user = if is_root { "nobody".to_owned() } else { output(Command::new("id").arg("-un")) };
        let mut server = if is_root {
            output(Command::new("chown").args(["-R", "nobody"]).arg(folder.path()));
            let mut as_nobody = Command::new("setpriv");
            as_nobody.args(["--reuid", "nobody", "--regid", &output(Command::new("id").args(["-g", "nobody"]))]);
            as_nobody.args(["--clear-groups", "--"]).arg(program);
            as_nobody
        } else {
            Command::new(program)
        };
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("a folder");
        server.args(["-D", "-e", "-f"]).arg(at("sshd_config")).stderr(Stdio::null());
        let process = server.spawn().expect("the server starts");
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "the server answers");
            std::thread::sleep(Duration::from_millis(50));
        }
        let server = Self { process, port, user, folder };
        server.knows("known_hosts", "host.pub");
        server.knows("other_hosts", "stranger.pub");
        Some(server)
    }

    /// Writes a file of known hosts that knows the server by a key.
    fn knows(&self, file: &str, key: &str) {
        let key = fs::read_to_string(self.at(key)).expect("a key");
        fs::write(self.at(file), format!("[127.0.0.1]:{} {key}", self.port)).expect("a file");
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn fetch(&self, folder: &Path, known: &str, identity: &str, more: &[&str]) -> (i32, Value) {
        // A key that others can read is none to the client, and the server's user owns the ones here.
        let own = folder.join(identity);
        fs::copy(self.at(identity), &own).expect("a key");
        fs::set_permissions(&own, fs::Permissions::from_mode(0o600)).expect("a key");
        let from = format!("sftp://{}@127.0.0.1:{}{}", self.user, self.port, self.at("out").display());
        let known = self.at(known).display().to_string();
        let mut arguments =
            vec!["fetch", &from, "in/bank", "--settled", "0", "--known-hosts", &known, "--identity", identity];
        arguments.extend(more);
        call(folder, &arguments)
    }
}

#[test]
fn files_of_a_server_are_fetched_once_and_only_from_the_server_that_is_known() {
    let Some(server) = Server::start() else { return };
    let place = book();
    let folder = place.path();
    let put = |name: &str, text: &str| fs::write(server.at("out").join(name), text).expect("a file");
    done(folder, &["watch", "in", "--once"]);
    put("monday one.bai", MONDAY);
    put("mon*day.bai", MONDAY);

    for (known, identity) in [("other_hosts", "client"), ("known_hosts", "stranger")] {
        let (exit, refused) = server.fetch(folder, known, identity, &[]);
        assert_eq!((exit, &refused["error"]["code"]), (1, &json!("fault")), "{known}, {identity}");
        assert_eq!(names(&folder.join("in/bank")), [] as [&str; 0]);
    }

    let (exit, kept) = server.fetch(folder, "known_hosts", "client", &["--keep"]);
    assert_eq!((exit, &kept["left"]), (3, &json!(["mon*day.bai"])), "{kept}");
    assert_eq!(kept["files"][0]["name"], "monday one.bai");
    let (_, again) = server.fetch(folder, "known_hosts", "client", &["--keep"]);
    assert_eq!(again["files"], json!([]), "it stays there, and is known");
    assert_eq!(watch(folder, "0").1["files"][0]["recorded"], 1);

    let (_, moved) = server.fetch(folder, "known_hosts", "client", &[]);
    assert_eq!(moved["files"][0]["name"], "monday one.bai");
    assert_eq!(names(&server.at("out")), ["done", "mon*day.bai"]);
    assert_eq!(names(&server.at("out/done")).len(), 1);
    assert_eq!(watch(folder, "0").1["files"][0]["recorded"], 0, "fetched twice, recorded once");
    assert_eq!(done(folder, &["verify"])["ok"], true);
}
