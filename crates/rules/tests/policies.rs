//! Policies: the presets as they are printed for managers, and every contradiction that is refused.

mod case;

use case::{policy, policy_of};
use dunwell_rules::approval::Role;
use dunwell_rules::money::Currency;
use dunwell_rules::policy::{Channel, Policy};

#[test]
fn the_presets_contradict_nothing() {
    for name in ["standard", "strict", "gentle"] {
        assert_eq!(policy(name).check(Currency::USD), [], "{name}");
        assert!(!policy(name).about.is_empty());
    }
}

#[test]
fn the_preset_standard_is_the_one_that_is_printed() {
    use Channel::{Call, Letter, Mail, Referral, Suspension};
    let notices = policy("standard").notices;
    let told: Vec<_> =
        notices.step.iter().map(|s| (s.id.as_str(), s.days_past_due, s.channels.clone(), s.proposed)).collect();
    let printed = [
        ("reminder", 3, vec![Mail], false),
        ("second_reminder", 15, vec![Mail], false),
        ("call", 20, vec![Call], false),
        ("formal_notice", 30, vec![Mail, Letter], false),
        ("final_demand", 45, vec![Letter], true),
        ("suspension", 60, vec![Suspension], true),
        ("referral", 90, vec![Referral], true),
    ];
    assert_eq!(told, printed);
    assert!(notices.step.iter().filter(|step| step.proposed).all(|step| step.signed_by() == Some(Role::Manager)));
    assert_eq!((notices.quiet_days, notices.grace_days), (7, 0));
    assert_eq!((notices.minimum_amount.as_str(), notices.minimum_percent), ("25.00", 0));
    assert_eq!((notices.promise_grace_business_days, notices.call_expires_business_days), (1, 5));
    assert_eq!(notices.bank_feed_max_age_business_days, 3);
    assert_eq!((notices.first_live_run_max_notices, notices.first_reminder_max_days_past_due), (50, 60));
}

#[test]
fn a_policy_is_written_and_read_back_the_same() {
    for name in ["standard", "strict", "gentle"] {
        let text = toml::to_string(&policy(name)).expect("a policy is TOML");
        assert_eq!(policy_of(&text), policy(name));
    }
}

/// A policy of one reminder, with `notices` and whole tables added.
fn with(notices: &str, tables: &str) -> String {
    let step = r#"{ id = "reminder", days_past_due = 3, channels = ["mail"], letter = 1 }"#;
    format!(
        "name = \"test\"\n[notices]\n{notices}\n{}\n{tables}",
        if notices.contains("step =") { String::new() } else { format!("step = [{step}]") }
    )
}

#[test]
fn a_key_nobody_knows_is_refused() {
    for text in [
        with("quite_days = 3", ""),
        with("", "[worklist]\nrule = [{ id = \"x\", points = 1, when = { colectible_at_least = \"1\" } }]"),
    ] {
        assert!(toml::from_str::<Policy>(&text).is_err(), "{text}");
    }
    assert!(toml::from_str::<Policy>(&with("", "")).is_ok());
}

#[test]
fn every_contradiction_is_found_at_its_key() {
    let step = |more: &str| format!("step = [{{ id = \"reminder\", days_past_due = 3, {more} }}]");
    let two = |second: &str| {
        format!("step = [{{ id = \"a\", days_past_due = 3, channels = [\"mail\"], letter = 2 }}, {{ {second} }}]")
    };
    let told = [
        (with("quiet_days = 93", ""), "notices.quiet_days"),
        (with("grace_days = -1", ""), "notices.grace_days"),
        (with("minimum_amount = \"-1\"", ""), "notices.minimum_amount"),
        (with("minimum_amount = \"1,000\"", ""), "notices.minimum_amount"),
        (with("minimum_percent = 101", ""), "notices.minimum_percent"),
        (with("call_expires_business_days = 0", ""), "notices.call_expires_business_days"),
        (with("first_reminder_max_days_past_due = 2", ""), "notices.first_reminder_max_days_past_due"),
        (with("step = []", ""), "notices.step"),
        (with(&step("channels = []"), ""), "notices.step[0].channels"),
        (with(&step("channels = [\"mail\"]"), ""), "notices.step[0].letter"),
        (with(&step("channels = [\"mail\"], letter = 5"), ""), "notices.step[0].letter"),
        (with(&step("channels = [\"call\"], letter = 1"), ""), "notices.step[0].letter"),
        (with(&step("channels = [\"suspension\"]"), ""), "notices.step[0].proposed"),
        (with(&step("channels = [\"call\"], approver = \"manager\""), ""), "notices.step[0].approver"),
        (
            with(&step("channels = [\"call\"], proposed = true, approver = \"collector\""), ""),
            "notices.step[0].approver",
        ),
        (
            with(&step("channels = [\"call\"], when = { collectible_at_least = \"x\" }"), ""),
            "notices.step[0].when.collectible_at_least",
        ),
        (with(&two("id = \"a\", days_past_due = 9, channels = [\"call\"]"), ""), "notices.step[1].id"),
        (with(&two("id = \"b\", days_past_due = 3, channels = [\"call\"]"), ""), "notices.step[1].days_past_due"),
        (with(&two("id = \"b\", days_past_due = 9, channels = [\"mail\"], letter = 1"), ""), "notices.step[1].letter"),
        (with("", "[[notices.scope]]\ngrace_days = 1"), "notices.scope[0]"),
        (with("", "[[notices.scope]]\nsegment = \"a\"\n[[notices.scope]]\nsegment = \"a\""), "notices.scope[1]"),
        (with("", "[seriousness]\namount_bands = [\"2\", \"1\"]"), "seriousness.amount_bands[1]"),
        (with("", "[seriousness]\nage_bands_days = [9, 9]"), "seriousness.age_bands_days"),
        (with("", "[seriousness]\nhigh_from = 1"), "seriousness.medium_from"),
        (with("", "[worklist]\ncapacity = 0"), "worklist.capacity"),
        (with("", "[[worklist.rule]]\nid = \"x\"\npoints = 0\ntask_in = [\"call\"]"), "worklist.rule[0].points"),
        (with("", "[[worklist.rule]]\nid = \"x\"\npoints = 1"), "worklist.rule[0].when"),
        (
            with("", "[[assignment.collector]]\nname = \"a\"\n[[assignment.collector]]\nname = \"a\""),
            "assignment.collector[1].name",
        ),
        (with("", "[[approval.limit]]\nrole = \"auditor\"\nup_to = \"1\""), "approval.limit[0].role"),
        (with("", "[[approval.refund_limit]]\nrole = \"admin\"\nup_to = \"1\""), "approval.refund_limit[0].role"),
        (
            with("", "[[approval.write_off_limit]]\nrole = \"manager\"\nup_to = \"-1\""),
            "approval.write_off_limit[0].up_to",
        ),
        (with("", "[cash]\norder = [\"balance\", \"balance\"]"), "cash.order"),
        (with("", "[cash]\ndiscount_grace_days = -1"), "cash.discount_grace_days"),
        (with("", "[cash]\ntolerance = \"-1.00\""), "cash.tolerance"),
        (with("", "[cash]\nsubset_lines = 1001"), "cash.subset_lines"),
        (with("", "[cash]\nsubset_chance = 0"), "cash.subset_chance"),
    ];
    for (text, key) in told {
        let problems = policy_of(&text).check(Currency::USD);
        assert_eq!(problems.iter().map(|problem| problem.key.as_str()).collect::<Vec<_>>(), [key], "{text}");
    }
}
