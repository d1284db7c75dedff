//! The table of rights as the tasks of the desk keep it: every action, by every role and by the house, through the task
//! that does it. A task is given things that do not exist: whoever may do it is told so, whoever may not is refused first.

use crate::common::{day, desk_as, new_desk, still};
use dunwell_desk::apply_cash::{ApplicationAsked, apply_cash, reverse, unapply};
use dunwell_desk::approve::{approve, decline};
use dunwell_desk::assign_accounts::assign_accounts;
use dunwell_desk::cash::set_aside::{ToSetAside, set_aside};
use dunwell_desk::charge_interest::{RuleAsked, charge_interest};
use dunwell_desk::close_month::close_month;
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::erase_people::erase_people;
use dunwell_desk::import::reverse_import;
use dunwell_desk::keep_book::{add_user, change_settings, set_role, users};
use dunwell_desk::log_activity::{Happening, close_task, log_activity, snooze_task};
use dunwell_desk::open_dispute::{DisputeRaised, close_dispute, open_dispute, put_on_hold, release_hold};
use dunwell_desk::put_policy_in_force::activate_policy;
use dunwell_desk::read_bank_statement::read_bank_statement;
use dunwell_desk::refunds::ask::{Payee, RefundAsked, ask_refund};
use dunwell_desk::refunds::end::end_refund;
use dunwell_desk::refunds::pay::{pay_refunds, refund_file_text};
use dunwell_desk::rules::account::EntryId;
use dunwell_desk::rules::approval::Role;
use dunwell_desk::rules::refund::RefundEnd;
use dunwell_desk::rules::rights::{Action, Scope, may};
use dunwell_desk::take_promise::{PromiseGiven, take_promise};
use dunwell_desk::write_offs::{ToWriteOff, take_back_write_off, write_off};
use dunwell_desk::{Desk, Stop, api_keys, sign_in};
use dunwell_store::testing::{Place, on_each_database};

const ON: &str = "2025-02-03";
const NOBODY: &str = "NOBODY";

/// What a task answers: nothing, or why not.
type Answer = Result<(), Stop>;

/// Tries the task of an action; several where several tasks stand behind one action.
async fn attempts(desk: &Desk, action: Action) -> Vec<Answer> {
    let on = day(ON);
    let task = EntryId::new(999_999, 1);
    let happening = |kind: &str| Happening { kind: kind.into(), outcome: None, text: None };
    match action {
        Action::Log => vec![log_activity(desk, NOBODY, &happening("call"), on).await.map(drop)],
        Action::Note => vec![log_activity(desk, NOBODY, &happening("note"), on).await.map(drop)],
        Action::Promise => {
            let given =
                PromiseGiven { amount: "1.00".into(), currency: None, by: on, documents: Vec::new(), text: None };
            vec![take_promise(desk, NOBODY, &given, on).await.map(drop)]
        }
        Action::Dispute => {
            let raised = DisputeRaised { document: "1".into(), line: None, amount: None, reason: "unstated".into() };
            vec![
                open_dispute(desk, NOBODY, &raised, on).await.map(drop),
                close_dispute(desk, "999999.1", "settled", on).await.map(drop),
            ]
        }
        Action::Hold => vec![
            put_on_hold(desk, NOBODY, "stay", "", None, on).await.map(drop),
            release_hold(desk, "999999.1", on).await.map(drop),
        ],
        Action::CloseTask => vec![close_task(desk, task, "done", on).await.map(drop)],
        Action::Snooze => vec![snooze_task(desk, task, on, "", on).await.map(drop)],
        Action::Apply => {
            let asked = ApplicationAsked { credit: "1".into(), item: "2".into(), amount: None, line: None };
            vec![apply_cash(desk, NOBODY, &asked, on).await.map(drop)]
        }
        Action::Unapply => vec![unapply(desk, "999999.1", on).await.map(drop)],
        Action::Reverse => vec![reverse(desk, "999999.1", on).await.map(drop)],
        Action::ProposeInterest => {
            let asked = RuleAsked { name: "uk-lpa-1998".into(), annual_rate_bp: None, clause: None };
            vec![charge_interest(desk, NOBODY, &asked, true, on).await.map(drop)]
        }
        Action::RequestRefund => {
            let iban = Some("DE89370400440532013000".to_owned());
            let payee = Payee { name: "Nobody".into(), iban, ..Payee::default() };
            let asked = RefundAsked { account: NOBODY.into(), credit: "1".into(), amount: None, payee };
            vec![ask_refund(desk, &asked, on).await.map(drop)]
        }
        Action::PayRefunds => {
            vec![pay_refunds(desk, on).await.map(drop), refund_file_text(desk, "999999.1").await.map(drop)]
        }
        Action::EndRefund => {
            vec![end_refund(desk, "999999.1", RefundEnd::Confirmed, None, on).await.map(drop)]
        }
        Action::WriteOff => {
            let asked = ToWriteOff { account: NOBODY.into(), document: "1".into(), ..ToWriteOff::default() };
            vec![
                write_off(desk, &asked, on, on).await.map(drop),
                take_back_write_off(desk, "999999.1", "a mistake", on).await.map(drop),
            ]
        }
        Action::SetAside => {
            let asked = ToSetAside { reason: "interest".into(), ..ToSetAside::default() };
            vec![set_aside(desk, "999999.1", &asked, on).await.map(drop)]
        }
        Action::Import => vec![
            crate::common::try_put(desk, dunwell_desk::import::ImportKind::Invoices, crate::common::INVOICES, on)
                .await
                .map(drop),
            read_bank_statement(desk, on, day("2025-02-02")).await.map(drop),
        ],
        Action::UndoImport => vec![reverse_import(desk, "999999.1", on).await.map(drop)],
        Action::Run => vec![daily_run(desk, on, false).await.map(drop)],
        Action::Assign => vec![assign_accounts(desk, on, false).await.map(drop)],
        Action::CloseMonth => vec![close_month(desk, "9999-12").await.map(drop)],
        Action::ActivatePolicy => vec![activate_policy(desk, "no policy", on).await.map(drop)],
        Action::Approve => vec![approve(desk, "999999.1", None, on).await.map(drop)],
        Action::Decline => vec![decline(desk, "999999.1", None, on).await.map(drop)],
        Action::ChangeSettings => vec![change_settings(desk, "nothing = 1", on).await.map(drop)],
        Action::ManageUsers => vec![
            add_user(desk, "desk", "collector", on).await.map(drop),
            set_role(desk, NOBODY, "collector", on).await.map(drop),
        ],
        Action::ReadUsers => vec![users(desk).await.map(drop)],
        Action::InviteUser => vec![sign_in::make_link(desk, NOBODY, 30).await.map(drop)],
        Action::ResetSecrets => vec![
            sign_in::reset_totp(desk, NOBODY).await.map(drop),
            sign_in::set_password(desk, NOBODY, "long enough it is").await,
        ],
        Action::ChangeOwnSecrets => {
            let user = desk.user.clone();
            vec![
                sign_in::set_password(desk, &user, "short").await,
                sign_in::begin_totp(desk).await.map(drop),
                sign_in::confirm_totp(desk, "000000").await,
            ]
        }
        Action::ManageKeys => vec![api_keys::add_key(desk, "", &[Scope::Read], 1).await.map(drop)],
        Action::ErasePeople => vec![erase_people(desk, NOBODY, on).await.map(drop)],
        // What has no task of its own below the screens is asked by them.
        Action::ReadWorklist
        | Action::ReadAccounts
        | Action::ReadAging
        | Action::ReadJournal
        | Action::ReadDocuments
        | Action::ReadApprovals
        | Action::ReadPolicy
        | Action::ReadSettings
        | Action::Export
        | Action::SaveView
        | Action::EditContact
        | Action::AttachDocument
        | Action::HoldBackNotice
        | Action::ReleaseNotice
        | Action::Reassign
        | Action::DraftPolicy => vec![desk.may(action)],
    }
}

/// Takes only what may move between threads, as a server that does many things at once needs its tasks to be.
fn sendable<F: Future + Send>(task: F) -> F {
    task
}

fn code(answer: &Answer) -> &'static str {
    match answer {
        Ok(()) => "done",
        Err(Stop::Refused(refusal)) => refusal.code(),
        Err(Stop::Fault(fault)) => panic!("a fault: {fault}"),
    }
}

async fn desk_of(place: &Place, role: Option<Role>) -> Desk {
    desk_as(place.db(), "main", role.map_or("desk", Role::code), still).await
}

#[test]
fn every_cell_of_the_table_is_kept_by_the_task_that_does_it() {
    on_each_database(async |place| {
        let house = new_desk(place.db(), "main", still).await;
        for role in Role::ALL {
            add_user(&house, role.code(), role.code(), day(ON)).await.expect("a user of each role");
        }
        let mut wrong = Vec::new();
        for role in std::iter::once(None).chain(Role::ALL.into_iter().map(Some)) {
            let desk = desk_of(place, role).await;
            for action in Action::ALL {
                let allowed = may(role, action).is_ok();
                for answer in sendable(attempts(&desk, action)).await {
                    let code = code(&answer);
                    // Who signs what is decided with the request at hand: here there is none.
                    let signing = matches!(action, Action::Approve | Action::Decline);
                    let kept = if signing { code == "not_found" } else { (code != "role_cannot") == allowed };
                    if !kept {
                        let who = role.map_or("desk", Role::code);
                        wrong.push(format!("{who}, {}: {code}, and the table says {allowed}", action.code()));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn a_key_does_what_its_scopes_reach_and_never_more_than_its_owner() {
    on_each_database(async |place| {
        let house = new_desk(place.db(), "main", still).await;
        for role in Role::ALL {
            add_user(&house, role.code(), role.code(), day(ON)).await.expect("a user of each role");
        }
        for role in Role::ALL {
            for scopes in [vec![Scope::Read], vec![Scope::Import, Scope::Read], Scope::ALL.to_vec()] {
                let desk = Desk { scopes: Some(scopes.clone()), ..desk_of(place, Some(role)).await };
                for action in Action::ALL {
                    let reached = action.scope().is_some_and(|scope| scopes.contains(&scope));
                    let expected = match (may(Some(role), action).is_ok(), reached) {
                        (true, true) => "done",
                        (true, false) => "scope_cannot",
                        (false, _) => "role_cannot",
                    };
                    let answer = desk.may(action);
                    assert_eq!(code(&answer), expected, "{}, {}, {scopes:?}", role.code(), action.code());
                }
                let signed = attempts(&desk, Action::Approve).await;
                assert_eq!(code(&signed[0]), "scope_cannot", "no key signs");
            }
        }
    });
}

#[test]
fn a_role_is_changed_by_another_person_and_counts_at_once() {
    on_each_database(async |place| {
        let house = new_desk(place.db(), "main", still).await;
        for (name, role) in [("ada", "admin"), ("cleo", "collector")] {
            add_user(&house, name, role, day(ON)).await.expect("a user");
        }
        let ada = desk_as(place.db(), "main", "ada", still).await;
        let own = set_role(&ada, "ada", "manager", day(ON)).await.map(drop);
        assert_eq!(code(&own), "own_role");
        assert_eq!(code(&set_role(&ada, "nobody", "manager", day(ON)).await.map(drop)), "unknown_user");
        assert_eq!(code(&set_role(&ada, "cleo", "king", day(ON)).await.map(drop)), "bad_value");
        let person = set_role(&ada, "cleo", "auditor", day(ON)).await.expect("changed");
        assert_eq!((person.name.as_str(), person.role.as_str()), ("cleo", "auditor"));
        let cleo = desk_as(place.db(), "main", "cleo", still).await;
        assert_eq!(code(&cleo.may(Action::Log)), "role_cannot");
        set_role(&ada, "cleo", "auditor", day(ON)).await.expect("the same again");
        crate::common::verified(&house).await;
    });
}
