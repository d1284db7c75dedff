//! A server on a fresh book, people of every role at it, and a client small enough to read.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dunwell_desk::daily_run::daily_run;
use dunwell_desk::import::{ImportFile, ImportKind, ImportRequest, Listener, Profile, import};
use dunwell_desk::keep_book::{NewBook, add_user, change_settings, make_book};
use dunwell_desk::rules::approval::Role;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::{Desk, sign_in};
use dunwell_store::record::MarkKind;
use dunwell_store::testing::Place;
use dunwell_web::{House, Listening};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The day that the server shows.
pub(crate) const TODAY: &str = "2025-03-10";

/// Noon of [`TODAY`], UTC; it stands still.
pub(crate) fn noon() -> i64 {
    1_741_608_000_000_000
}

/// A day written `2026-03-04`.
pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a test writes real days")
}

const CUSTOMERS: &str = "account,name,parent,terms,collector,address,postal_code,city\n\
    ACME,Acme Foods GmbH,,net 30,collector,1 High Street,12345,Springfield\n\
    BETA,beta Trading,,net 14,collector,,,\n\
    KID,Acme Kid Ltd,ACME,,,,,\n";
const INVOICES: &str = "account,account_name,document,kind,document_date,due_date,currency,amount,settled_on,disputed\n\
    ACME,,INV-1,invoice,2025-01-02,2025-02-01,USD,12480.00,,\n\
    ACME,,INV-2,invoice,2025-02-01,2025-03-20,USD,500.00,,\n\
    BETA,,INV-3,invoice,2024-12-01,2024-12-15,USD,70.00,,\n\
    KID,,INV-4,invoice,2025-02-01,2025-03-01,USD,500.00,,\n";
const PAYMENTS: &str = "account,document,date,currency,amount\nACME,CHQ-77,2025-03-01,USD,480.00\n";

/// A server that runs until it is dropped.
pub(crate) struct Served {
    /// The database, and the book `main` in it.
    pub(crate) place: Place,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The house at work on the book.
    pub(crate) desk: Desk,
    /// What it was started with.
    pub(crate) house: House,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The account that the book pays from.
const PAYS_FROM: &str = "[pays_from.transfer]\nname = \"Seller\"\niban = \"DE02120300000000202051\"\n";

impl Served {
    /// A book of three customers (ACME, BETA, KID) with past-due invoices and an unapplied payment, one user of each role
    /// named as the role, runs of yesterday and today, and a server that shows it.
    pub(crate) async fn start() -> Self {
        let place = Place::sqlite().await;
        let new = NewBook {
            name: "main".into(),
            currency: "USD".into(),
            time_zone: "UTC".into(),
            calendar: "every-day".into(),
            on: day("2024-01-01"),
        };
        let book = make_book(place.db(), &new, noon).await.expect("a book can be made");
        let mut desk = Desk::house(book, noon);
        desk.book.settings = change_settings(&desk, PAYS_FROM, day("2024-01-01")).await.expect("own bank accounts");
        for role in Role::ALL {
            add_user(&desk, role.code(), role.code(), day("2024-01-01")).await.expect("a user can be added");
        }
        for (kind, rows) in
            [(ImportKind::Customers, CUSTOMERS), (ImportKind::Invoices, INVOICES), (ImportKind::Payments, PAYMENTS)]
        {
            put(&desk, kind, rows, day("2025-03-01")).await;
        }
        for on in ["2025-03-09", TODAY] {
            daily_run(&desk, day(on), false).await.expect("the day runs");
        }
        Self::serve(place, desk).await
    }

    async fn serve(place: Place, desk: Desk) -> Self {
        let house = House {
            db: place.db().clone(),
            book: "main".into(),
            clock: noon,
            shown_day: None,
            listening: Listening { address: ([127, 0, 0, 1], 0).into(), behind_proxy: false },
            worklist: Arc::default(),
            books: Arc::default(),
            provider: None,
            pages: Arc::default(),
        };
        let (tell, told) = tokio::sync::oneshot::channel();
        let served = house.clone();
        let task = tokio::spawn(async move {
            let ready = |address| tell.send(address).expect("somebody waits for the address");
            dunwell_web::serve(served, ready).await.expect("a server runs");
        });
        let address = told.await.expect("the server listens");
        Self { place, address, desk, house, task }
    }

    /// Somebody who is not signed in.
    pub(crate) fn stranger(&self) -> Client {
        Client { address: self.address, cookie: None, csrf: String::new(), bearer: None }
    }

    /// A person of that role, signed in.
    pub(crate) async fn signed_in(&self, role: Role) -> Client {
        let book = &self.desk.book;
        let token = sign_in::sign_in_as(book, role.code(), noon()).await.expect("the user is known");
        let session = sign_in::session(book, &token, noon()).await.expect("no fault").expect("a session");
        Client { cookie: Some(format!("dunwell={token}")), csrf: session.csrf, ..self.stranger() }
    }

    /// A person of that role who signed in so many minutes ago.
    pub(crate) async fn signed_in_before(&self, role: Role, minutes: i64) -> Client {
        let (book, then) = (&self.desk.book, noon() - minutes * 60_000_000);
        let token = sign_in::sign_in_as(book, role.code(), then).await.expect("the user is known");
        let session = sign_in::session(book, &token, then).await.expect("no fault").expect("a session");
        Client { cookie: Some(format!("dunwell={token}")), csrf: session.csrf, ..self.stranger() }
    }

    /// A person of that role at work on the book.
    pub(crate) fn desk_of(&self, role: Role) -> Desk {
        Desk::of(self.desk.book.clone(), role.code(), role, noon)
    }
}

/// Imports one canonical text, whole.
pub(crate) async fn put(desk: &Desk, kind: ImportKind, text: &str, on: Date) {
    let profile = Profile::shipped("canonical").expect("it ships");
    let file = ImportFile::bytes("rows.csv", text.as_bytes().to_vec());
    let report = import(desk, &ImportRequest::new(kind, vec![file], profile, on), Listener::default()).await;
    assert_eq!(report.expect("no fault").rejected, 0, "{text}");
}

/// Runs a test on a runtime of its own.
pub(crate) fn served(test: impl AsyncFnOnce(Served)) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async { test(Served::start().await).await });
}

/// Somebody with a browser or a program.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    cookie: Option<String>,
    csrf: String,
    bearer: Option<String>,
}

/// What the server answered.
#[derive(Debug, Clone)]
pub(crate) struct Answered {
    /// The status.
    pub(crate) status: u16,
    /// The headers, names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: String,
}

impl Answered {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }
}

impl Client {
    /// The same place, with an API key instead of a session.
    pub(crate) fn with_key(&self, secret: &str) -> Self {
        Self { cookie: None, bearer: Some(secret.into()), ..self.clone() }
    }

    /// Looks.
    pub(crate) async fn get(&self, path: &str) -> Answered {
        self.send("GET", path, &[], "").await
    }

    /// Sends a form of the workbench: with the session's secret and a number of its own.
    pub(crate) async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        static ONCE: AtomicU64 = AtomicU64::new(1);
        let once = ONCE.fetch_add(1, Ordering::Relaxed).to_string();
        let own = [("csrf", self.csrf.as_str()), ("once", once.as_str())];
        let own = own.into_iter().filter(|(name, _)| !fields.iter().any(|(given, _)| given == name));
        let all = own.chain(fields.iter().copied());
        let pairs: Vec<String> = all.map(|(name, value)| format!("{name}={}", percent(value))).collect();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        self.send("POST", path, &headers, &pairs.join("&")).await
    }

    /// Sends one request and reads its answer to the end.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answered {
        let mut stream = TcpStream::connect(self.address).await.expect("the server listens");
        let text = self.request(method, path, headers, body);
        stream.write_all(text.as_bytes()).await.expect("the server reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("the server answers");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer to {method} {path}"));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        Answered {
            status: status.expect("a status"),
            headers: headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
            body: body.to_owned(),
        }
    }

    /// Listens to an address that goes on answering until it says `what`; `happens` while it listens.
    pub(crate) async fn hear(&self, path: &str, what: &str, happens: impl AsyncFnOnce()) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("the server listens");
        let text = self.request("GET", path, &[], "").replace("HTTP/1.0", "HTTP/1.1");
        stream.write_all(text.as_bytes()).await.expect("the server reads");
        let mut heard = vec![0; 4096];
        let begun = stream.read(&mut heard).await.expect("the server begins");
        heard.truncate(begun);
        happens().await;
        let listening = async {
            while !String::from_utf8_lossy(&heard).contains(what) {
                let mut more = [0; 4096];
                let count = stream.read(&mut more).await.expect("the server goes on");
                assert!(count > 0, "the server stopped: {}", String::from_utf8_lossy(&heard));
                heard.extend(more.iter().take(count));
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(10), listening).await;
        assert!(waited.is_ok(), "it was never said: {}", String::from_utf8_lossy(&heard));
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// A request in HTTP/1.0: its answer ends with the connection.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        let mut text =
            format!("{method} {path} HTTP/1.0\r\nHost: {}\r\nContent-Length: {}\r\n", self.address, body.len());
        let cookie = self.cookie.iter().map(|cookie| format!("Cookie: {cookie}\r\n"));
        let bearer = self.bearer.iter().map(|bearer| format!("Authorization: Bearer {bearer}\r\n"));
        text.extend(cookie.chain(bearer));
        text.extend(headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")));
        text + "\r\n" + body
    }
}

/// A value in a form or a query.
pub(crate) fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Has the desk learn a name by which ACME pays, as the collector would; answers the mark.
pub(crate) async fn learned(served: &Served) -> String {
    let mut reading = served.desk.book.read().await.expect("a snapshot");
    let account = reading.account("ACME").await.expect("no fault").expect("an account").entry;
    drop(reading);
    let mut recording = served.desk_of(Role::Collector).record("match receipt", day(TODAY)).await.expect("a recording");
    let mark = recording.learn_payer(account, MarkKind::Name, "ACME TRADING").await.expect("learned");
    recording.commit().await.expect("a commit");
    mark.to_string()
}
