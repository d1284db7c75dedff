//! Writing off: alone or by two, what is refused, and taking it back.

use dunwell_desk::apply_cash::reverse;
use dunwell_desk::approve::{approve, decline};
use dunwell_desk::open_dispute::{DisputeRaised, open_dispute};
use dunwell_desk::put_policy_in_force::activate_policy;
use dunwell_desk::refunds::ask::{RefundAsked, ask_refund};
use dunwell_desk::transfer_credit::transfer_credit;
use dunwell_desk::write_offs::{ToWriteOff, recover, take_back_write_off, write_off, write_offs};
use dunwell_store::testing::on_each_database;

use super::{TODAY, asked, book, by_iban, code, open, who};
use crate::common::{conserved, day, verified};

fn to_write_off(document: &str, amount: Option<&str>, reason: Option<&str>) -> ToWriteOff {
    ToWriteOff {
        account: "ACME".into(),
        document: document.into(),
        amount: amount.map(str::to_owned),
        reason: reason.map(str::to_owned),
        tax_relief: false,
        words: Some("in our words".into()),
    }
}

#[test]
fn a_limit_counts_what_was_written_off_on_days_before_and_after() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, on) = (who(db, "cleo").await, day(TODAY));
        let tomorrow = day("2025-03-04");
        assert_eq!(code(write_off(&cleo, &to_write_off("INV-1", None, None), tomorrow, on).await), "day_in_future");
        let dated = async |document: &str, amount: &str, of: &str| {
            let asked = to_write_off(document, Some(amount), None);
            write_off(&cleo, &asked, day(of), on).await.expect("an answer").asked_because
        };
        assert_eq!(dated("INV-2", "20.00", TODAY).await, None);
        assert_eq!(dated("INV-2", "20.00", "2025-03-01").await, Some("above_limit"), "the 20.00 two days later count");
        assert_eq!(dated("INV-2", "20.00", "2024-06-01").await, None, "far away they do not");
        assert_eq!(dated("INV-2", "20.00", "2024-06-02").await, Some("above_limit"), "and a day later");
        verified(&desk).await;
    });
}

#[test]
fn what_is_owed_is_written_off_alone_or_by_two_and_taken_back_when_money_comes() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, mara, on) = (who(db, "cleo").await, who(db, "mara").await, day(TODAY));
        let small = write_off(&cleo, &to_write_off("INV-1", None, None), on, on).await.expect("20.00, under 25.00");
        assert!(small.write_off.is_some() && open(&desk, "ACME", "INV-1").await == 0);
        // Together with the 20.00 it is above the limit, so somebody else signs.
        let more = write_off(&cleo, &to_write_off("INV-2", Some("6.00"), None), on, on).await.expect("asked");
        assert_eq!((more.write_off, more.asked_because), (None, Some("above_limit")));
        decline(&mara, &more.request.expect("a request"), None, on).await.expect("declined");
        let bad = ToWriteOff { tax_relief: true, ..to_write_off("INV-2", None, Some("insolvent")) };
        let asked = write_off(&cleo, &bad, on, on).await.expect("asked");
        assert_eq!((asked.asked_because, open(&desk, "ACME", "INV-2").await), (Some("reason"), 90_000));
        let request = asked.request.expect("a request");
        assert_eq!(code(approve(&cleo, &request, None, on).await), "role_cannot_approve");
        approve(&mara, &request, None, on).await.expect("signed");
        assert_eq!(open(&desk, "ACME", "INV-2").await, 0);
        conserved(&desk, on).await;
        verified(&desk).await;

        // A part comes in after all: so much of the write-off is taken back.
        let list = write_offs(&desk, Some("ACME"), None, None).await.expect("a list").write_offs;
        let bad_debt = list[0].write_off.to_string();
        assert_eq!((list[0].reason.as_str(), list[0].tax_relief, list.len()), ("insolvent", true, 2));
        let back = recover(&cleo, &bad_debt, "P-1", None, on).await.expect("recovered");
        assert_eq!((back.taken_back.minor, back.stands.minor), (50_000, 40_000));
        assert_eq!((open(&desk, "ACME", "INV-2").await, open(&desk, "ACME", "P-1").await), (0, 0));
        let list = write_offs(&desk, Some("ACME"), None, None).await.expect("a list").write_offs;
        assert_eq!((list[0].recovered.minor, list[0].stands.minor), (50_000, 40_000));
        assert_eq!(code(recover(&cleo, &bad_debt, "P-1", None, on).await), "over_applied");
        conserved(&desk, on).await;
        verified(&desk).await;

        // The small one was a mistake.
        let small = small.write_off.expect("written off");
        take_back_write_off(&cleo, &small, "it was paid", on).await.expect("taken back");
        assert_eq!(code(take_back_write_off(&cleo, &small, "again", on).await), "over_applied");
        assert_eq!(open(&desk, "ACME", "INV-1").await, 2_000);
        verified(&desk).await;
    });
}

#[test]
fn a_write_off_that_makes_no_sense_is_refused_and_its_credit_is_nobodys_money() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, abe, on) = (who(db, "cleo").await, who(db, "abe").await, day(TODAY));
        let refused = [
            (to_write_off("P-1", None, None), "wrong_side"),
            (to_write_off("INV-1", Some("20.01"), None), "over_applied"),
            (to_write_off("INV-1", Some("0.00"), None), "bad_value"),
            (to_write_off("INV-1", None, Some("because")), "bad_value"),
            (to_write_off("INV-9", None, None), "unknown_item"),
            (ToWriteOff { tax_relief: true, ..to_write_off("INV-1", None, None) }, "bad_value"),
        ];
        for (asked, expected) in refused {
            assert_eq!(code(write_off(&cleo, &asked, on, on).await), expected, "{asked:?}");
        }
        assert_eq!(code(write_off(&abe, &to_write_off("INV-1", None, None), on, on).await), "role_cannot");
        let raised = DisputeRaised { document: "INV-1".into(), line: None, amount: None, reason: "unstated".into() };
        open_dispute(&cleo, "ACME", &raised, on).await.expect("disputed");
        let disputed = write_off(&cleo, &to_write_off("INV-1", None, None), on, on).await.expect("asked");
        assert_eq!(disputed.asked_because, Some("disputed"));
        // Written off, its credit is neither refunded, moved nor taken off by hand.
        let mara = who(db, "mara").await;
        approve(&mara, &disputed.request.expect("a request"), None, on).await.expect("signed");
        let of_it = RefundAsked { credit: "WO-INV-1".into(), ..asked(None, by_iban()) };
        assert_eq!(code(ask_refund(&cleo, &of_it, on).await), "not_refundable");
        assert_eq!(code(transfer_credit(&cleo, "ACME", "WO-INV-1", "BETA", None, on).await), "wrong_side");
        let id = write_offs(&desk, None, None, None).await.expect("a list").write_offs[0].write_off;
        let mut recording = desk.record("look", on).await.expect("a recording");
        let row = recording.written_off(id).await.expect("no fault").expect("it");
        drop(recording);
        let credit = row.credit.expect("it stands").to_string();
        assert_eq!(code(reverse(&mara, &credit, on).await), "taken_back_whole");
        // A source that cancels the invoice takes the write-off with it: no credit is left to be used.
        reverse(&mara, &row.item.to_string(), on).await.expect("the invoice is reversed");
        assert_eq!((open(&desk, "ACME", "INV-1").await, open(&desk, "ACME", "WO-INV-1").await), (0, 0));
        assert_eq!(write_offs(&desk, None, None, None).await.expect("a list").write_offs[0].stands.minor, 0);
        conserved(&desk, on).await;
        verified(&desk).await;
    });
}

#[test]
fn refunds_and_write_offs_are_signed_up_to_limits_of_their_own() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, mara, on) = (who(db, "cleo").await, who(db, "mara").await, day(TODAY));
        let limit = |list: &str, up_to: &str| format!("[[approval.{list}]]\nrole = \"manager\"\nup_to = \"{up_to}\"\n");
        let preset = dunwell_desk::policy_file::preset("standard").expect("it ships");
        let text = format!("{preset}\n{}{}", limit("refund_limit", "100.00"), limit("write_off_limit", "300.00"));
        activate_policy(&desk, &text, on).await.expect("in force");

        let mut refunds = Vec::new();
        for amount in ["100.00", "0.01"] {
            let row = ask_refund(&cleo, &asked(Some(amount), by_iban()), on).await.expect("asked");
            refunds.push(row.request.to_string());
        }
        assert_eq!(code(approve(&mara, &refunds[0], None, on).await), "above_limit", "with the cent beside it");
        let bad = |amount| to_write_off("INV-2", Some(amount), Some("insolvent"));
        let above = write_off(&cleo, &bad("300.01"), on, on).await.expect("asked").request.expect("a request");
        assert_eq!(code(approve(&mara, &above, None, on).await), "above_limit");
        // Another person's, so that nothing is beside it: within the limit of write-offs, and above that of refunds.
        let small = write_off(&desk, &bad("300.00"), on, on).await.expect("asked").request.expect("a request");
        approve(&mara, &small, None, on).await.expect("signed");
        verified(&desk).await;
    });
}
