//! Playing a story: every line becomes one task of the desk, as a person or the house would do it on that day.

mod cash;

use std::cell::Cell;
use std::collections::BTreeMap;

use dunwell_desk::apply_cash::{ApplicationAsked, apply_cash, reverse, unapply};
use dunwell_desk::approve::{Answered, approve, decline};
use dunwell_desk::assign_accounts::assign_accounts;
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::import::{ImportFile, ImportKind, ImportRequest, Listener, Profile, import};
use dunwell_desk::keep_book::{NewBook, add_user, change_settings, make_book, open_book};
use dunwell_desk::log_activity::{Happening, close_task, log_activity};
use dunwell_desk::look;
use dunwell_desk::open_dispute::{DisputeRaised, close_dispute, open_dispute, put_on_hold, release_hold};
use dunwell_desk::policy_file::preset;
use dunwell_desk::put_policy_in_force::activate_policy;
use dunwell_desk::read_bank_statement::read_bank_statement;
use dunwell_desk::rules::account::EntryId;
use dunwell_desk::rules::aging::DateBasis;
use dunwell_desk::rules::calendar::{Date, day_number};
use dunwell_desk::rules::decision::Decision;
use dunwell_desk::take_promise::{PromiseGiven, take_promise};
use dunwell_desk::{Desk, Stop};
use dunwell_store::db::Db;
use dunwell_store::read::{AgingBy, AgingQuestion, Reading};
use dunwell_store::views::why::StoredDecision;

use crate::say;
use crate::text::{Deed, Story};

thread_local! {
    /// The instant of what is recorded, UTC microseconds since 1970: the story's day, and a little later at every call.
    static NOW: Cell<i64> = const { Cell::new(0) };
}

fn clock() -> i64 {
    NOW.set(NOW.get() + 1_000);
    NOW.get()
}

/// What a line came to; an error is the story's own trouble, never the business's.
type Told = Result<String, String>;

/// Plays a story over its book.
pub(crate) struct Teller {
    db: Db,
    book: String,
    policy: String,
    overrides: Vec<(String, String)>,
    /// Applications made, by account, credit and item.
    applied: BTreeMap<[String; 3], Vec<String>>,
    /// Disputes open, by account and document.
    disputes: BTreeMap<[String; 2], String>,
    /// Stops in force, by account.
    holds: BTreeMap<String, String>,
}

impl Teller {
    /// Makes the book a story begins with.
    pub(crate) async fn open(db: &Db, name: &str, story: &Story) -> Result<Self, String> {
        let first = story.lines.iter().find_map(|line| line.deed.as_ref()).map(|deed| deed.day);
        let on = first.ok_or("nothing happens in it")?;
        NOW.set(instant(on));
        let new = NewBook {
            name: name.into(),
            currency: story.currency.clone(),
            time_zone: "UTC".into(),
            calendar: story.calendar.clone(),
            on,
        };
        make_book(db, &new, clock).await.map_err(trouble)?;
        let teller = Self {
            db: db.clone(),
            book: name.into(),
            policy: story.policy.clone(),
            overrides: story.overrides.clone(),
            applied: BTreeMap::new(),
            disputes: BTreeMap::new(),
            holds: BTreeMap::new(),
        };
        let desk = teller.desk("desk").await?;
        for (user, role) in &story.users {
            add_user(&desk, user, role, on).await.map_err(trouble)?;
        }
        if let Some(mode) = &story.mode {
            change_settings(&desk, &format!("mode = \"{mode}\""), on).await.map_err(trouble)?;
        }
        if teller.policy != "standard" || !teller.overrides.is_empty() {
            activate_policy(&desk, &teller.policy_text()?, on).await.map_err(trouble)?;
        }
        Ok(teller)
    }

    /// The policy's text: the preset with the story's changes.
    fn policy_text(&self) -> Result<String, String> {
        let text = preset(&self.policy).ok_or_else(|| format!("there is no preset {}", self.policy))?;
        let mut policy: toml::Table = text.parse().map_err(|error| format!("{error}"))?;
        for (key, value) in &self.overrides {
            let value: toml::Table = format!("value = {value}").parse().map_err(|error| format!("{key}: {error}"))?;
            let (path, leaf) = key.rsplit_once('.').unwrap_or(("", key));
            let mut table = &mut policy;
            for part in path.split('.').filter(|part| !part.is_empty()) {
                table = table
                    .entry(part)
                    .or_insert_with(|| toml::Table::new().into())
                    .as_table_mut()
                    .ok_or_else(|| format!("{part} of {key} is no table"))?;
            }
            table.insert(leaf.into(), value["value"].clone());
        }
        Ok(policy.to_string())
    }

    /// A user at work on the book as it is now.
    async fn desk(&self, user: &str) -> Result<Desk, String> {
        let book = open_book(&self.db, Some(&self.book)).await.map_err(trouble)?;
        Desk::open(book, user, clock).await.map_err(trouble)
    }

    /// The book, looked at.
    async fn reading(&self) -> Result<Reading, String> {
        self.desk("desk").await?.book.read().await.map_err(|fault| fault.to_string())
    }

    /// Fails unless the book is what its journals say.
    pub(crate) async fn verify(&self) -> Result<(), String> {
        let report = self.desk("desk").await?.book.verify().await.map_err(|fault| fault.to_string())?;
        let wrong: Vec<String> = report
            .checks
            .iter()
            .filter(|check| !check.ok)
            .map(|check| format!("{}: {}", check.id, check.detail))
            .collect();
        if report.ok { Ok(()) } else { Err(format!("verify finds: {}", wrong.join("; "))) }
    }

    /// Does what a line says and answers what came of it.
    pub(crate) async fn tell(&mut self, deed: &Deed) -> Told {
        NOW.set(NOW.get().max(instant(deed.day)));
        match deed.verb.as_str() {
            "invoice" | "debit_memo" | "credit_memo" => self.document(deed).await,
            "customer" | "parent" => self.customer(deed).await,
            "contact" => self.contact(deed).await,
            "receipt" => self.receipt(deed).await,
            "opening" => self.opening_step(deed).await,
            "rate" => self.rate(deed).await,
            "bank" => self.bank_statement(deed).await,
            "proposed" => self.proposed(deed).await,
            "policy" => self.change_policy(deed).await,
            "go" => self.change_mode(deed).await,
            "apply" | "unapply" | "reverse" => self.cash(deed).await,
            "paid" => self.paid(deed).await,
            "returned" => self.returned(deed).await,
            "advice" => self.advice(deed).await,
            "match" | "unmatch" => self.set(deed).await,
            "write_off" => self.write_off(deed).await,
            "exceptions" => self.exceptions().await,
            "promise" => self.promise(deed).await,
            "dispute" | "close" => self.dispute(deed).await,
            "hold" | "release" => self.hold(deed).await,
            "log" | "note" => self.log(deed).await,
            "task" => self.task_done(deed).await,
            "approve" | "decline" => self.sign(deed).await,
            "run" => self.run(deed, false).await,
            "dry" => self.run(deed, true).await,
            "why" => self.why(deed).await,
            "aging" => self.aging(deed).await,
            "worklist" => {
                let list = look::worklist::worklist(&self.desk("desk").await?, None, deed.day, None).await;
                list.map(|list| say::worklist(&list)).or_else(say::refused)
            }
            "notices" => {
                let account = self.account(deed).await?;
                let notices = self.reading().await?.notices_of(account).await.map_err(|fault| fault.to_string())?;
                Ok(say::notices(&notices))
            }
            "tasks" => self.tasks(deed).await,
            "approvals" => {
                let pending = self.reading().await?.requests("pending").await.map_err(|fault| fault.to_string())?;
                Ok(say::approvals(&pending))
            }
            "assign" => self.assign(deed).await,
            other => Err(format!("nobody knows how to {other}")),
        }
    }

    /// Brings one row in, as a file of the canonical profile.
    async fn bring(&self, kind: ImportKind, on: Date, row: &[(&str, &str)]) -> Told {
        let filled: Vec<_> = row.iter().filter(|(_, value)| !value.is_empty()).collect();
        let header: Vec<&str> = filled.iter().map(|(column, _)| *column).collect();
        let cells: Vec<String> =
            filled.iter().map(|(_, value)| format!("\"{}\"", value.replace('"', "\"\""))).collect();
        let text = format!("{}\n{}\n", header.join(","), cells.join(","));
        let profile = Profile::shipped("canonical").ok_or("the canonical profile ships")?;
        let file = ImportFile::bytes("story.csv", text.into_bytes());
        let request = ImportRequest::new(kind, vec![file], profile, on);
        let report = match import(&self.desk("desk").await?, &request, Listener::default()).await {
            Ok(report) => report,
            Err(stop) => return say::refused(stop),
        };
        let problems = report.files.iter().flat_map(|file| file.problems.iter().map(|problem| problem.code));
        let code = report.rejects.iter().map(|reject| reject.code).chain(problems).next();
        Ok(match code {
            Some(code) => format!("refused: {code}"),
            None if report.duplicate > 0 => "known already".into(),
            None if report.changed > 0 => "changed".into(),
            None => String::new(),
        })
    }

    /// `invoice ACME INV-1 12,000.00 USD due 2025-02-04`, `… terms net 30`, `… dated 2024-12-01`.
    async fn document(&self, deed: &Deed) -> Told {
        let [account, document, amount, currency] = deed.first()?;
        let row = [
            ("account", account),
            ("document", document),
            ("kind", deed.verb.as_str()),
            ("document_date", &deed.after("dated").unwrap_or_else(|| deed.day.to_string())),
            ("due_date", &deed.after("due").unwrap_or_default()),
            ("terms", &deed.all_after("terms")),
            ("currency", currency),
            ("amount", &amount.replace(',', "")),
        ];
        self.bring(ImportKind::Invoices, deed.day, &row).await
    }

    /// `customer ACME segment public risk C collector maria name Acme Tools`, `parent EAST of ACME`.
    async fn customer(&self, deed: &Deed) -> Told {
        let [account] = deed.first()?;
        let option = |key| deed.after(key).unwrap_or_default();
        let row = [
            ("account", account),
            ("account_name", &deed.all_after("name")),
            ("segment", &option("segment")),
            ("risk_class", &option("risk")),
            ("collector", &option("collector")),
            ("currency", &option("currency")),
            ("parent", &deed.after("of").unwrap_or_default()),
        ];
        self.bring(ImportKind::Customers, deed.day, &row).await
    }

    /// `contact ACME ap@acme.example`.
    async fn contact(&self, deed: &Deed) -> Told {
        let [account, mail] = deed.first()?;
        self.bring(ImportKind::Contacts, deed.day, &[("account", account), ("mail", mail)]).await
    }

    /// `receipt ACME R-1 5,000.00 USD`.
    async fn receipt(&self, deed: &Deed) -> Told {
        let [account, document, amount, currency] = deed.first()?;
        let (amount, date) = (amount.replace(',', ""), deed.day.to_string());
        let row = [
            ("account", account),
            ("document", document),
            ("date", &date),
            ("currency", currency),
            ("amount", &amount),
        ];
        self.bring(ImportKind::Payments, deed.day, &row).await
    }

    /// `opening step ACME second_reminder INV-1`, sent on the line's day.
    async fn opening_step(&self, deed: &Deed) -> Told {
        let [_, account, step] = deed.first()?;
        let document = deed.words.get(3).cloned().unwrap_or_default();
        let row = [("account", account), ("step", step), ("date", &deed.day.to_string()), ("document", &document)];
        self.bring(ImportKind::Notices, deed.day, &row).await
    }

    /// `rate USD EUR 0.92`.
    async fn rate(&self, deed: &Deed) -> Told {
        let [from, to, rate] = deed.first()?;
        let date = deed.day.to_string();
        let row =
            [("from_currency", from), ("to_currency", to), ("date", &date), ("rate", rate), ("rate_source", "story")];
        self.bring(ImportKind::Rates, deed.day, &row).await
    }

    /// `bank statement`, `bank statement of 2025-03-07`: the statement of a day was read.
    async fn bank_statement(&self, deed: &Deed) -> Told {
        let on =
            deed.after("of").map_or(Ok(deed.day), |day| day.parse()).map_err(|_| "it has a day of the calendar")?;
        let read = read_bank_statement(&self.desk("desk").await?, on, deed.day).await;
        read.map(|read| if read.state == "recorded" { String::new() } else { "known already".into() })
            .or_else(say::refused)
    }

    /// `go live`, `go into rehearsal`: the book changes its mode.
    async fn change_mode(&self, deed: &Deed) -> Told {
        let mode = deed.words.last().ok_or("go where?")?;
        let changed = change_settings(&self.desk("manager-1").await?, &format!("mode = \"{mode}\""), deed.day).await;
        changed.map(|_| String::new()).or_else(say::refused)
    }

    /// `policy strict`: another policy comes into force, with the story's changes.
    async fn change_policy(&mut self, deed: &Deed) -> Told {
        let [name] = deed.first()?;
        self.policy = name.into();
        let text = self.policy_text()?;
        activate_policy(&self.desk("manager-1").await?, &text, deed.day)
            .await
            .map(|_| String::new())
            .or_else(say::refused)
    }

    /// `apply ACME R-1 to INV-1 500.00`, `unapply ACME R-1 from INV-1`, `reverse ACME R-1`.
    async fn cash(&mut self, deed: &Deed) -> Told {
        let desk = self.desk(&deed.user()).await?;
        let done = match deed.verb.as_str() {
            "apply" => {
                let [account, credit, _, item] = deed.first()?;
                let amount = deed.words.get(4).filter(|word| word.as_str() != "line").cloned();
                let line = deed.after("line").and_then(|line| line.parse().ok());
                let asked = ApplicationAsked { credit: credit.into(), item: item.into(), amount, line };
                apply_cash(&desk, account, &asked, deed.day).await.map(|applied| {
                    let key = [account, credit, item].map(str::to_string);
                    self.applied.entry(key).or_default().extend(applied.entries);
                })
            }
            "unapply" => {
                let [account, credit, _, item] = deed.first()?;
                let key = [account, credit, item].map(str::to_string);
                let entry = self.applied.get_mut(&key).and_then(Vec::pop).ok_or("nothing was applied there")?;
                unapply(&desk, &entry, deed.day).await.map(|_| ())
            }
            _ => {
                let [_, document] = deed.first()?;
                let account = self.account(deed).await?;
                let found = self.reading().await?.items_of_document(account, document).await;
                let item = found.map_err(|fault| fault.to_string())?.pop().ok_or("there is no such document")?.item;
                reverse(&desk, &item.to_string(), deed.day).await.map(|_| ())
            }
        };
        done.map(|()| String::new()).or_else(say::refused)
    }

    /// `promise ACME 12,000.00 by 2025-02-20`, `… for INV-1 INV-2`.
    async fn promise(&self, deed: &Deed) -> Told {
        let [account, amount] = deed.first()?;
        let by = deed.after("by").and_then(|day| day.parse().ok()).ok_or("a promise has a day")?;
        let documents = deed.all_after("for").split_whitespace().map(str::to_string).collect();
        let currency = deed.words.get(2).filter(|word| word.as_str() != "by").cloned();
        let given = PromiseGiven { amount: amount.into(), currency, by, documents, text: None };
        let taken = take_promise(&self.desk(&deed.user()).await?, account, &given, deed.day).await;
        taken.map(|_| String::new()).or_else(say::refused)
    }

    /// `dispute ACME INV-1 500.00 reason price`, `close dispute ACME INV-1 credited`.
    async fn dispute(&mut self, deed: &Deed) -> Told {
        let desk = self.desk(&deed.user()).await?;
        if deed.verb == "close" {
            let [_, account, document] = deed.first()?;
            let key = [account, document].map(str::to_string);
            let dispute = self.disputes.get(&key).ok_or("nothing is disputed there")?;
            let outcome = deed.words.get(3).map_or("settled", String::as_str);
            let closed = close_dispute(&desk, dispute, outcome, deed.day).await;
            return closed.map(|now| if now { String::new() } else { "closed already".into() }).or_else(say::refused);
        }
        let [account, document] = deed.first()?;
        let amount = deed.words.get(2).filter(|word| word.starts_with(|first: char| first.is_ascii_digit())).cloned();
        let raised = DisputeRaised {
            document: document.into(),
            line: deed.after("line").and_then(|line| line.parse().ok()),
            amount,
            reason: deed.after("reason").unwrap_or_else(|| "unstated".into()),
        };
        match open_dispute(&desk, account, &raised, deed.day).await {
            Ok(opened) => {
                self.disputes.insert([account, document].map(str::to_string), opened.dispute);
                Ok(String::new())
            }
            Err(stop) => say::refused(stop),
        }
    }

    /// `hold ACME stay until 2025-06-30 basis 11 USC 362`, `release ACME`.
    async fn hold(&mut self, deed: &Deed) -> Told {
        let desk = self.desk(&deed.user()).await?;
        let [account] = deed.first()?;
        if deed.verb == "release" {
            let hold = self.holds.get(account).ok_or("nothing holds there")?;
            let released = release_hold(&desk, hold, deed.day).await;
            return released
                .map(|now| if now { String::new() } else { "released already".into() })
                .or_else(say::refused);
        }
        let [_, kind] = deed.first()?;
        let until = deed.after("until").and_then(|day| day.parse().ok());
        match put_on_hold(&desk, account, kind, &deed.all_after("basis"), until, deed.day).await {
            Ok(hold) => {
                self.holds.insert(account.into(), hold);
                Ok(String::new())
            }
            Err(stop) => say::refused(stop),
        }
    }

    /// `log ACME call, voicemail`, `note ACME words`.
    async fn log(&self, deed: &Deed) -> Told {
        let [account] = deed.first()?;
        let happening = if deed.verb == "note" {
            Happening { kind: "note".into(), outcome: None, text: Some(deed.words[1..].join(" ")) }
        } else {
            let kind = deed.words.get(1).ok_or("what was it?")?.trim_end_matches(',');
            Happening { kind: kind.into(), outcome: deed.words.get(2).cloned(), text: None }
        };
        let logged = log_activity(&self.desk(&deed.user()).await?, account, &happening, deed.day).await;
        logged.map(|_| String::new()).or_else(say::refused)
    }

    /// `task done ACME call spoke`: closes the account's open task of that kind.
    async fn task_done(&self, deed: &Deed) -> Told {
        let [_, code, kind] = deed.first()?;
        let open = self.reading().await?.open_tasks(deed.day).await.map_err(|fault| fault.to_string())?;
        let of_account = |account: &Option<String>| account.as_deref() == Some(code);
        let task =
            open.iter().find(|task| of_account(&task.account) && task.kind == kind).ok_or("no such task is open")?;
        let outcome = deed.words.get(3).map_or("done", String::as_str);
        let closed = close_task(&self.desk(&deed.user()).await?, task.task, outcome, deed.day).await;
        closed.map(|now| if now { String::new() } else { "closed already".into() }).or_else(say::refused)
    }

    /// `tasks ACME`: the kinds of the tasks open on the day, oldest first.
    async fn tasks(&self, deed: &Deed) -> Told {
        let code = deed.words.first().cloned();
        let open = self.reading().await?.open_tasks(deed.day).await.map_err(|fault| fault.to_string())?;
        let kinds: Vec<String> = open
            .iter()
            .filter(|task| task.account == code)
            .map(|task| format!("{} since {}", task.kind, task.opened_on))
            .collect();
        Ok(if kinds.is_empty() { "none".into() } else { kinds.join("; ") })
    }

    /// `assign`: accounts to collectors, done twice.
    async fn assign(&self, deed: &Deed) -> Told {
        let desk = self.desk("desk").await?;
        let report = match assign_accounts(&desk, deed.day, false).await {
            Ok(report) => report,
            Err(stop) => return say::refused(stop),
        };
        let again = assign_accounts(&desk, deed.day, false).await.map_err(trouble)?;
        if !again.assigned.is_empty() {
            return Ok(format!("a second assignment changed something: {}", say::assigned(&again)));
        }
        Ok(say::assigned(&report))
    }

    /// `approve by manager-1`, `decline ACME by manager-1`: the newest request, of the account where one is named.
    async fn sign(&self, deed: &Deed) -> Told {
        let user = deed.after("by").ok_or("who signs?")?;
        let code = deed.words.first().filter(|word| word.as_str() != "by");
        let mut reading = self.reading().await?;
        let mut requests = Vec::new();
        for state in ["pending", "approved", "declined", "withdrawn"] {
            let found = reading.requests(state).await.map_err(|fault| fault.to_string())?;
            requests.extend(found.into_iter().filter(|request| code.is_none() || request.account.as_ref() == code));
        }
        drop(reading);
        let request = requests.iter().max_by_key(|request| request.request).ok_or("nothing was proposed")?;
        let (desk, id) = (self.desk(&user).await?, request.request.to_string());
        let answered = match deed.verb.as_str() {
            "approve" => approve(&desk, &id, None, deed.day).await,
            _ => decline(&desk, &id, None, deed.day).await,
        };
        match answered {
            Ok(answered) => self.signed(request.account_id, &answered).await,
            Err(stop) => say::refused(stop),
        }
    }

    /// What became of a signed step: `final_demand sent`, `suspension approved`.
    async fn signed(&self, account: EntryId, answered: &Answered) -> Told {
        let notices = self.reading().await?.notices_of(account).await.map_err(|fault| fault.to_string())?;
        let own =
            notices.iter().rfind(|notice| notice.step == answered.subject && notice.day.to_string() == answered.on);
        let state =
            own.filter(|_| answered.state == "approved").map_or(answered.state.as_str(), |notice| &notice.state);
        Ok(format!("{} {state}", answered.subject))
    }

    /// `run ACME`, `run ACME EUR`, `run`, `dry run`: the day's run, done twice.
    async fn run(&self, deed: &Deed, dry: bool) -> Told {
        let desk = self.desk("desk").await?;
        let report = match daily_run(&desk, deed.day, dry).await {
            Ok(report) => report,
            Err(stop) => return say::refused(stop),
        };
        if dry {
            return Ok(say::counts(&report));
        }
        let again = daily_run(&desk, deed.day, false).await.map_err(trouble)?;
        if !say::changed_nothing(&again) {
            return Ok(format!("a second run changed something: {}", say::counts(&again)));
        }
        if deed.words.is_empty() || report.days.is_empty() {
            return Ok(say::counts(&report));
        }
        let Some(stored) = self.decision(deed).await? else { return Ok("no decision".into()) };
        let decision: Decision = serde_json::from_str(&stored.detail).map_err(|error| error.to_string())?;
        let mut documents = Vec::new();
        for item in &decision.carries {
            let head = self.reading().await?.item(stored.account, *item).await.map_err(|fault| fault.to_string())?;
            documents.extend(head.map(|head| head.document));
        }
        Ok(say::as_expected(say::decision(&decision, &documents), &deed.expected))
    }

    /// The decision recorded for the account of a line, in the currency it names, else the only one there is.
    async fn decision(&self, deed: &Deed) -> Result<Option<StoredDecision>, String> {
        let account = self.account(deed).await?;
        let found = self.reading().await?.decisions_of(account, deed.day).await.map_err(|fault| fault.to_string())?;
        let mut found =
            found.into_iter().filter(|row| deed.words.get(1).is_none_or(|code| row.currency.code() == code));
        let first = found.next();
        if found.next().is_some() {
            return Err("there are several currencies; say which".into());
        }
        Ok(first)
    }

    /// `why ACME`, `why ACME not N-4`.
    async fn why(&self, deed: &Deed) -> Told {
        let [account] = deed.first()?;
        let why = match look::why::why(&self.desk("desk").await?, account, deed.day).await {
            Ok(why) => why,
            Err(stop) => return say::refused(stop),
        };
        if let Some(rule) = deed.after("not") {
            let found =
                why.not_chosen.iter().find(|other| other.rule.0 == rule || other.rule.0.ends_with(&format!("/{rule}")));
            return Ok(found.map_or_else(|| "it is the answer".into(), |other| other.because.clone()));
        }
        let standing = if why.recorded { "recorded" } else { "computed" };
        let mut cited: Vec<String> =
            why.cites.iter().map(|cite| format!("{} {}", cite.document, cite.amount)).collect();
        cited.dedup();
        let rests = if cited.is_empty() { String::new() } else { format!("; rests on {}", cited.join(", ")) };
        Ok(format!("{standing}, {} by {}: {}{rests}", why.decision, why.rule, why.reasons.join("; ")))
    }

    /// `aging USD`: the book's, in one currency.
    async fn aging(&self, deed: &Deed) -> Told {
        let desk = self.desk("desk").await?;
        let question = AgingQuestion {
            on: deed.day,
            known_at: None,
            by: AgingBy::Book,
            basis: DateBasis::Due,
            buckets: desk.buckets(),
        };
        let view = self.reading().await?.aging(&question).await.map_err(|fault| fault.to_string())?;
        let wanted = deed.words.first().cloned().unwrap_or_else(|| desk.settings().currency.code().into());
        let found = view.currencies.iter().find(|found| found.currency == wanted);
        Ok(found.map_or_else(|| "nothing".into(), say::aging))
    }

    /// The account a line names first.
    async fn account(&self, deed: &Deed) -> Result<EntryId, String> {
        let [code] = deed.first()?;
        let view = self.reading().await?.account(code).await.map_err(|fault| fault.to_string())?;
        view.map(|view| view.entry).ok_or_else(|| format!("there is no account {code}"))
    }
}

impl Deed {
    /// The first words of the deed; fewer are the story's own trouble.
    fn first<const COUNT: usize>(&self) -> Result<[&str; COUNT], String> {
        let words: Vec<&str> = self.words.iter().take(COUNT).map(String::as_str).collect();
        words.try_into().map_err(|_| format!("{} takes at least {COUNT} words", self.verb))
    }

    /// The word after a key.
    fn after(&self, key: &str) -> Option<String> {
        let place = self.words.iter().position(|word| word == key)?;
        self.words.get(place + 1).cloned()
    }

    /// Everything after a key.
    fn all_after(&self, key: &str) -> String {
        let place = self.words.iter().position(|word| word == key);
        place.map_or_else(String::new, |place| self.words[place + 1..].join(" "))
    }

    /// Who does it: a collector, unless the line says `as NAME`.
    fn user(&self) -> String {
        self.after("as").unwrap_or_else(|| "collector-1".into())
    }
}

/// Noon of a day.
fn instant(day: Date) -> i64 {
    (day_number(day) * 24 + 12) * 3_600_000_000
}

/// A refusal or fault that no story tells of.
fn trouble(stop: Stop) -> String {
    stop.to_string()
}
