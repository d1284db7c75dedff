//! The table of rights: whole, as printed, and sound.

use std::path::Path;

use dunwell_rules::approval::Role;
use dunwell_rules::rights::{Action, SEPARATE_DUTIES, Scope, may, may_be_given};

const BEGIN: &str = "<!-- the table, as the code has it -->";
const END: &str = "<!-- end of the table -->";

/// The table as it is printed.
fn printed() -> String {
    let roles = Role::ALL.map(Role::code).join(" | ");
    let mut text = format!("| action | desk | {roles} | scope of a key |\n|---|{}---|\n", "---|".repeat(8));
    for action in Action::ALL {
        let who = std::iter::once(None).chain(Role::ALL.into_iter().map(Some));
        let cells: Vec<&str> = who.map(|role| if may(role, action).is_ok() { "yes" } else { "·" }).collect();
        let scope = action.scope().map_or("a person", Scope::code);
        text.push_str(&format!("| `{}` | {} | {scope} |\n", action.code(), cells.join(" | ")));
    }
    text
}

#[test]
fn the_table_in_the_documents_is_the_one_that_decides_cell_by_cell() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/rights.md");
    let page = std::fs::read_to_string(&path).expect("the page of rights");
    let (before, rest) = page.split_once(BEGIN).expect("the table begins");
    let (table, after) = rest.split_once(END).expect("the table ends");
    if std::env::var_os("UPDATE").is_some() {
        let page = format!("{before}{BEGIN}\n\n{}\n{END}{after}", printed());
        return std::fs::write(&path, page).expect("the page is written");
    }
    let cells = |text: &str| -> Vec<Vec<String>> {
        let rows = text.lines().filter(|line| line.starts_with('|'));
        rows.map(|row| row.split('|').map(|cell| cell.trim().to_string()).collect()).collect()
    };
    let (shown, decided) = (cells(table), cells(&printed()));
    for (row, expected) in shown.iter().zip(&decided) {
        assert_eq!(row, expected, "UPDATE=1 prints the table anew");
    }
    assert_eq!(shown.len(), decided.len(), "rows");
}

#[test]
fn every_action_has_its_own_word_and_its_place_in_the_list() {
    let entries = include_str!("../src/rights.rs").matches("=> (\"").count();
    assert_eq!(Action::ALL.len(), entries, "an action is missing in Action::ALL");
    for action in Action::ALL {
        assert_eq!(Action::parse(action.code()), Some(action), "{}", action.code());
    }
    for scope in Scope::ALL {
        assert_eq!(Scope::parse(scope.code()), Some(scope));
    }
    assert_eq!((Action::parse("everything"), Scope::parse("all")), (None, None));
}

#[test]
fn an_auditor_only_reads_and_an_admin_and_the_house_sign_nothing() {
    for action in Action::ALL {
        let auditor = may(Some(Role::Auditor), action).is_ok();
        assert_eq!(auditor, action.is_reading() || action == Action::ChangeOwnSecrets, "{}", action.code());
        for signing in [Action::Approve, Action::Decline] {
            for nobody in [None, Some(Role::Admin), Some(Role::Auditor), Some(Role::Integrator)] {
                assert!(may(nobody, signing).is_err());
            }
        }
    }
    for own in [Action::ResetSecrets, Action::ChangeOwnSecrets, Action::ManageKeys] {
        assert!(may(None, own).is_err(), "the house has no part in people's secrets: {}", own.code());
    }
}

#[test]
fn the_table_and_the_rule_of_approvals_agree_on_who_signs() {
    for role in Role::ALL {
        for action in [Action::Approve, Action::Decline] {
            assert_eq!(may(Some(role), action).is_ok(), role.may_approve(), "{}", role.code());
        }
    }
}

#[test]
fn a_refusal_says_who_asked_for_what_and_the_first_role_that_may() {
    let refused = may(Some(Role::Auditor), Action::Log).expect_err("an auditor logs nothing");
    assert_eq!((refused.role, refused.action, refused.needs), (Some(Role::Auditor), Action::Log, Role::Collector));
    assert_eq!(refused.to_string(), "auditor may not log");
    let refused = may(None, Action::Approve).expect_err("the house signs nothing");
    assert_eq!((refused.needs, refused.to_string().as_str()), (Role::Manager, "desk may not approve"));
    assert_eq!(may(Some(Role::Manager), Action::ManageUsers).expect_err("no").needs, Role::Admin);
}

#[test]
fn no_role_unites_duties_that_must_be_separate() {
    assert!(!SEPARATE_DUTIES.is_empty());
    for role in Role::ALL {
        assert_eq!(may_be_given(role), Ok(()), "{}", role.code());
    }
    // Each pair is real: somebody holds the one, somebody else the other.
    for (first, second, _) in SEPARATE_DUTIES {
        let holds = |action| Role::ALL.into_iter().any(|role| may(Some(role), action).is_ok());
        assert!(holds(first) && holds(second), "{} and {}", first.code(), second.code());
    }
}

#[test]
fn no_key_signs_or_touches_secrets() {
    for action in [
        Action::Approve,
        Action::Decline,
        Action::ActivatePolicy,
        Action::ReleaseNotice,
        Action::InviteUser,
        Action::ResetSecrets,
        Action::ChangeOwnSecrets,
        Action::ManageKeys,
    ] {
        assert_eq!(action.scope(), None, "{}", action.code());
    }
}
