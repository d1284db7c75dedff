//! The book as a whole: agings and bank days from an ERP, who holds which account, late charges, months, policies on their
//! way, people, and how the book stands.

use dunwell_desk::assign_accounts::assign_accounts;
use dunwell_desk::charge_interest::{RuleAsked, charge_interest};
use dunwell_desk::close_month::close_month;
use dunwell_desk::erase_people::erase_people;
use dunwell_desk::import::{AgingRequest, ImportFile, Listener, Missing, import_aging as import};
use dunwell_desk::put_policy_in_force::{difference, policy_in_force};
use dunwell_desk::read_bank_statement::read_bank_statement;
use dunwell_desk::rules::approval::Role;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::simulate_policy::simulate_policy;
use dunwell_desk::{Refusal, draft_policy, keep_book, look, policy_file};
use serde_json::json;

use super::act::{profile_field, profile_of};
use super::operation::{Asked, Done, Operation, Shape, cut, get, may, must, one, one_of, post};
use super::trouble::Trouble;
use super::types::{fits, said};
use crate::uploads::TURNS;

/// Every operation on the book as a whole.
pub(super) fn operations() -> Vec<Operation> {
    [of_the_erp(), of_money(), of_policies(), of_people()].into_iter().flatten().collect()
}

fn of_the_erp() -> Vec<Operation> {
    let aging = "Read an ERP's aging export in: the body is the file, at most 64 MiB. It must add up to its own total; a repeat \
                 changes nothing.";
    let bank =
        "Say that the bank's statement of the day was read: nobody is chased on older cash than the policy allows.";
    let assign =
        "Assign accounts to collectors by the criteria and load that the policy states. A repeat changes nothing.";
    vec![
        post("/api/v1/agings", Action::Import, aging, "AgingReport", import_aging).ok().repeatable().takes_file().asks(
            [
                profile_field(),
                may("source", "text", "the source; the profile's or the file's own when left out"),
                may("name", "text", "the file's name in reports; its ending says what it is; aging.csv when left out"),
                may("missing", "paid|unknown", "what became of items no longer in the file; unknown leaves them open"),
                may("dry_run", "bool", "say what would happen and record nothing"),
                may("strict", "bool", "keep nothing when anything is rejected"),
            ],
        ),
        post("/api/v1/bank-statements", Action::Import, bank, "BankStatementRead", bank_statement).ok(),
        post("/api/v1/assignments", Action::Assign, assign, "AssignReport", assignment).ok().repeatable().asks([may(
            "dry_run",
            "bool",
            "say who would get which accounts and record nothing",
        )]),
    ]
}

fn of_money() -> Vec<Operation> {
    let rules = || {
        [
            must("rule", "uk-lpa-1998|de-bgb-288|ie-late-payments|contract", "the law, or the contract"),
            may("rate_bp", "count", "contract: the yearly rate in basis points"),
            may("clause", "text", "contract: the clause that agrees it"),
        ]
    };
    let look = "Late interest and fees of an account's past-due items, day by day.";
    let propose = "Put the late charges of an account before a manager.";
    let close = "Close a month, as 2026-10, and store its pack.";
    vec![
        get("/api/v1/accounts/{code}/interest", Action::ReadAccounts, look, Shape::One("LateCharges"), interest)
            .asks(rules())
            .dated(),
        post("/api/v1/accounts/{code}/interest", Action::ProposeInterest, propose, "LateCharges", propose_interest)
            .takes(rules()),
        post("/api/v1/months/{month}/close", Action::CloseMonth, close, "MonthPack", month),
    ]
}

fn of_policies() -> Vec<Operation> {
    use Action::{DraftPolicy, ReadPolicy};
    let text = || [must("text", "name", "the whole policy as TOML")];
    let check = "Check a policy, and what it changes against the one in force.";
    let attempt = "Which of the day's decisions a policy would change.";
    let drafts = "The policies that wait for a second person.";
    let draft = "Put a policy before a second person.";
    let decline = "Decline a policy that waits, or take one's own back.";
    vec![
        post("/api/v1/policies/check", ReadPolicy, check, "PolicyChecked", check_policy).ok().takes(text()),
        post("/api/v1/policies/simulate", ReadPolicy, attempt, "PolicySimulated", simulate).ok().takes(text()),
        get("/api/v1/policies/drafts", ReadPolicy, drafts, Shape::List("PolicyDraft", &[]), waiting).paged(),
        post("/api/v1/policies/drafts", DraftPolicy, draft, "PolicyDrafted", write_draft).takes(text()).takes_too([
            must(
                "version",
                "name",
                "the policy that was in force when it was written, as the list of policies names it",
            ),
        ]),
        post("/api/v1/policies/drafts/{id}/decline", DraftPolicy, decline, "DraftState", decline_draft).ok(),
    ]
}

fn of_people() -> Vec<Operation> {
    use Action::{ErasePeople, ManageUsers, ReadSettings};
    let erase = "Erase the names, addresses, words and letters of an account.";
    let roles = || must("role", &one_of(Role::ALL.map(Role::code)), "the role");
    let stands = "How the book stands: last run, last import, seal, what waits.";
    let role = "Give a person another role, from their next request on.";
    vec![
        get("/api/v1/status", ReadSettings, stands, Shape::One("Status"), status),
        post("/api/v1/users", ManageUsers, "Add a person.", "UserKept", add_user)
            .takes([must("name", "name", "the name they sign in by"), roles()]),
        post("/api/v1/users/{name}/role", ManageUsers, role, "UserKept", set_role).ok().takes([roles()]),
        post("/api/v1/accounts/{code}/erase", ErasePeople, erase, "Erased", erase_account).ok().takes([must(
            "confirm",
            "name",
            "say it again: the customer number",
        )]),
    ]
}

async fn import_aging(asked: Asked) -> Done {
    let request = AgingRequest {
        file: ImportFile::bytes(asked.param("name").unwrap_or("aging.csv"), asked.file.to_vec()),
        profile: profile_of(&asked)?,
        source: asked.param("source").map(str::to_owned),
        on: asked.on,
        missing: if asked.param("missing") == Some("paid") { Missing::Paid } else { Missing::Unknown },
        dry_run: asked.flag("dry_run"),
        strict: asked.flag("strict"),
    };
    let _turn = TURNS.acquire().await;
    let report = import(&asked.desk, &request, Listener::default()).await?;
    if !request.dry_run {
        asked.desk.seal().await?;
    }
    one(&report)
}

async fn bank_statement(asked: Asked) -> Done {
    // A day to come is refused before: the day asked is never later than today.
    one(&read_bank_statement(&asked.desk, asked.on, asked.on).await?)
}

async fn assignment(asked: Asked) -> Done {
    one(&assign_accounts(&asked.desk, asked.on, asked.flag("dry_run")).await?)
}

async fn interest(asked: Asked) -> Done {
    let rate = asked.param("rate_bp").and_then(|text| text.parse().ok());
    let rule = RuleAsked {
        name: asked.param("rule").unwrap_or_default().into(),
        annual_rate_bp: rate,
        clause: asked.param("clause").map(str::to_owned),
    };
    one(&charge_interest(&asked.desk, asked.id("code"), &rule, false, asked.on).await?)
}

async fn propose_interest(asked: Asked) -> Done {
    let rate = asked.count("rate_bp").and_then(|rate| u32::try_from(rate).ok());
    let rule = RuleAsked { name: asked.needed("rule")?, annual_rate_bp: rate, clause: asked.text("clause") };
    one(&charge_interest(&asked.desk, asked.id("code"), &rule, true, asked.on).await?)
}

async fn month(asked: Asked) -> Done {
    let month = asked.id("month");
    if !fits("month", &json!(month)) {
        return Err(Trouble::own("malformed", format!("month '{month}' is refused: it must be {}.", said("month"))));
    }
    Ok(close_month(&asked.desk, month).await?)
}

async fn check_policy(asked: Asked) -> Done {
    let policy = policy_file::read(&asked.needed("text")?, asked.desk.settings().currency)?;
    let in_force = policy_in_force(&asked.desk).await?;
    let changes = difference(&in_force.policy, &policy);
    Ok(json!({ "policy": policy.name, "version": in_force.version.to_string(), "changes": one(&changes)? }))
}

async fn simulate(asked: Asked) -> Done {
    let policy = policy_file::read(&asked.needed("text")?, asked.desk.settings().currency)?;
    let changed = simulate_policy(&asked.desk, policy, asked.on).await?;
    Ok(json!({ "on": asked.on, "changed": one(&changed)? }))
}

async fn waiting(asked: Asked) -> Done {
    let drafts = draft_policy::drafts(&asked.desk).await?;
    let rows = drafts.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    cut(&asked, rows, |row| row["draft"].as_str().unwrap_or_default().to_owned())
}

async fn write_draft(asked: Asked) -> Done {
    let seen = asked.needed("version")?;
    let draft = draft_policy::draft_policy(&asked.desk, &asked.needed("text")?, Some(&seen), asked.on).await?;
    Ok(json!({ "draft": draft.to_string(), "state": "waiting" }))
}

async fn decline_draft(asked: Asked) -> Done {
    draft_policy::decline_draft(&asked.desk, asked.id("id"), asked.on).await?;
    Ok(json!({ "draft": asked.id("id"), "state": "declined" }))
}

async fn status(asked: Asked) -> Done {
    one(&look::status::status(&asked.desk).await?)
}

async fn add_user(asked: Asked) -> Done {
    one(&keep_book::add_user(&asked.desk, &asked.needed("name")?, &asked.needed("role")?, asked.on).await?)
}

async fn set_role(asked: Asked) -> Done {
    one(&keep_book::set_role(&asked.desk, asked.id("name"), &asked.needed("role")?, asked.on).await?)
}

async fn erase_account(asked: Asked) -> Done {
    let (code, confirm) = (asked.id("code"), asked.needed("confirm")?);
    if confirm != code {
        let why = "it must be the customer number of the account that is to be erased".into();
        return Err(Refusal::BadValue { what: "confirm", value: confirm, why }.into());
    }
    let erased = erase_people(&asked.desk, code, asked.on).await?;
    Ok(json!({ "account": code, "erased": erased }))
}
