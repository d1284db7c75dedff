//! The one binary: it reads the command line, calls the desk, and prints what it says.

mod cli;
mod clock;
mod commands;
mod output;
mod place;
mod sftp;

use std::process::ExitCode;

use clap::Parser;
use dunwell_desk::cash::pdf_text;

use crate::cli::{Cli, Command};
use crate::output::{Failure, Output};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return wrong_usage(&error),
    };
    let json = cli.json;
    hush_isolated_panics();
    if matches!(cli.command, Command::ReadPdf) {
        return read_pdf();
    }
    if let Ok(program) = std::env::current_exe() {
        pdf_text::use_worker(program);
    }
    match start(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report(json);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// What this program does when it was started to read one PDF, within limits that its starter set.
fn read_pdf() -> ExitCode {
    match pdf_text::answer(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// A panic of foreign code on a damaged file is caught and told as a refusal of that file; it is no fault of the program.
fn hush_isolated_panics() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !dunwell_desk::formats::is_isolated() {
            told(panic);
        }
    }));
}

/// Help and version are answers; everything else clap refuses is wrong usage, told in JSON where JSON was asked for.
fn wrong_usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if std::env::args().any(|argument| argument == "--json") {
        let message = error.to_string();
        let first = message.lines().next().unwrap_or_default().trim_start_matches("error: ").to_string();
        Failure::usage(first).report(true);
    } else {
        let _ = error.print();
    }
    ExitCode::from(2)
}

fn start(cli: Cli) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::io("the runtime", &error))?;
    runtime.block_on(dispatch(cli))
}

async fn dispatch(cli: Cli) -> Result<(), Failure> {
    use commands::{
        access, attach, book, cash, contact, day, demo, folders, import, look, people, policy, refunds, remittance,
        reports, serve, shell, team,
    };
    let out = Output::of(&cli);
    match &cli.command {
        Command::Init(new) => book::init(&cli, out, new).await,
        Command::User(action) => access::user(&cli, out, action).await,
        Command::Key(action) => access::key(&cli, out, action).await,
        Command::Settings { file, holidays, on } => {
            book::settings(&cli, out, file.as_deref(), holidays.as_deref(), *on).await
        }
        Command::Close { month } => book::close(&cli, out, month).await,
        Command::Verify => book::verify(&cli, out).await,
        Command::Status => book::status(&cli, out).await,
        Command::Erase { account, confirm, on } => book::erase(&cli, out, account, confirm, *on).await,
        Command::Demo(demo) => demo::demo(&cli, out, demo).await,
        Command::Serve(asked) => serve::serve(&cli, asked).await,
        Command::Import(asked) => import::import(&cli, out, asked).await,
        Command::Watch(asked) => folders::watch(&cli, out, asked).await,
        Command::Fetch(asked) => folders::fetch(out, asked).await,
        Command::Run { on, dry_run } => day::run(&cli, out, *on, *dry_run).await,
        Command::Assign { on, dry_run } => day::assign(&cli, out, *on, *dry_run).await,
        Command::BankStatement { on } => day::bank_statement(&cli, out, *on).await,
        Command::Exceptions(asked) => cash::exceptions(&cli, out, asked).await,
        Command::Remittances { limit } => remittance::remittances(&cli, out, *limit).await,
        Command::Remittance(asked) => remittance::remittance(&cli, out, asked).await,
        Command::BankFiles { limit, cursor } => cash::files(&cli, out, *limit, cursor.as_deref()).await,
        Command::Payers(asked) => cash::payers(&cli, out, asked).await,
        Command::Match(asked) => cash::match_(&cli, out, asked).await,
        Command::Unmatch { receipt, on } => cash::unmatch(&cli, out, receipt, *on).await,
        Command::Worklist { collector, on, limit } => day::worklist(&cli, out, collector.as_deref(), *on, *limit).await,
        Command::Figures { collector, on } => look::figures(&cli, out, collector.as_deref(), *on).await,
        Command::Search(asked) => look::search(&cli, out, asked).await,
        Command::Accounts(asked) => look::accounts(&cli, out, asked).await,
        Command::Timeline(asked) => look::timeline(&cli, out, asked).await,
        Command::Team { on } => team::team(&cli, out, *on).await,
        Command::HandOver(asked) => team::hand_over(&cli, out, asked).await,
        Command::Take { account, off } => team::take(&cli, out, account, *off).await,
        Command::View(asked) => team::view(&cli, out, asked).await,
        Command::Attach(asked) => attach::attach(&cli, out, asked).await,
        Command::AttachFolder(asked) => attach::attach_folder(&cli, out, asked).await,
        Command::Attachments { account } => attach::attachments(&cli, out, account).await,
        Command::Pin(asked) => look::pin(&cli, out, asked).await,
        Command::HowTheyPay { account, on } => look::how_they_pay(&cli, out, account, *on).await,
        Command::Contact(asked) => contact::contact(&cli, out, asked).await,
        Command::Journal(asked) => look::journal(&cli, out, asked).await,
        Command::Documents(asked) => look::documents(&cli, out, asked).await,
        Command::Notice(asked) => look::notice(&cli, out, asked).await,
        Command::Account { account, on } => day::account(&cli, out, account, *on).await,
        Command::Why { account, on } => day::why(&cli, out, account, *on).await,
        Command::Notices { on, output } => day::notices(&cli, out, *on, output).await,
        Command::Aging(asked) => reports::aging(&cli, out, asked).await,
        Command::Statement(asked) => reports::statement(&cli, out, asked).await,
        Command::Interest(asked) => reports::interest(&cli, out, asked).await,
        Command::Log(log) => people::log(&cli, out, log).await,
        Command::Note { account, text, on } => people::note(&cli, out, account, text, *on).await,
        Command::Promise(promise) => people::promise(&cli, out, promise).await,
        Command::Dispute(dispute) => people::dispute(&cli, out, dispute).await,
        Command::Hold(hold) => people::hold(&cli, out, hold).await,
        Command::Refund(action) => refunds::refund(&cli, out, action).await,
        Command::WriteOff(asked) => refunds::write_off(&cli, out, asked).await,
        Command::Transfer(asked) => refunds::transfer(&cli, out, asked).await,
        Command::Apply(apply) => people::apply(&cli, out, apply).await,
        Command::Unapply { entry, on } => people::unapply(&cli, out, entry, *on).await,
        Command::Reverse { entry, import, on } => {
            people::reverse(&cli, out, entry.as_deref(), import.as_deref(), *on).await
        }
        Command::Done { task, outcome, on } => people::done(&cli, out, task, outcome, *on).await,
        Command::Snooze { task, until, reason, on } => people::snooze(&cli, out, task, *until, reason, *on).await,
        Command::Approvals { on } => people::approvals(&cli, out, *on).await,
        Command::Approve(answer) => people::approve(&cli, out, answer).await,
        Command::Decline(answer) => people::decline(&cli, out, answer).await,
        Command::Policy(action) => policy::policy(&cli, out, action).await,
        // Answered before anything else is started.
        Command::ReadPdf => Ok(()),
        Command::Completions { shell } => shell::completions(*shell),
        Command::Man { directory } => shell::man(directory),
    }
}
