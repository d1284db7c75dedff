//! What a bank pays under the id of a refund and that does not fit it.

use dunwell_desk::approve::approve;
use dunwell_desk::cash::paid_refunds::{refund_payment, refund_payments_page, see_refund_payment};
use dunwell_desk::import::reverse_import;
use dunwell_desk::refunds::ask::ask_refund;
use dunwell_desk::refunds::end::end_refund;
use dunwell_desk::refunds::pay::pay_refunds;
use dunwell_desk::refunds::refund;
use dunwell_desk::rules::refund::RefundEnd;
use dunwell_store::testing::on_each_database;

use super::{TODAY, asked, bank, book, by_iban, camt, code, who};
use crate::common::{conserved, day, verified};

#[test]
fn a_refund_that_was_paid_in_another_amount_or_though_it_was_called_off_is_asked_about() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, mara, abe) = (who(db, "cleo").await, who(db, "mara").await, who(db, "abe").await);
        let on = day(TODAY);
        let other = ask_refund(&cleo, &asked(Some("250.00"), by_iban()), on).await.expect("asked");
        let off = ask_refund(&cleo, &asked(Some("200.00"), by_iban()), on).await.expect("asked");
        for request in [other.request, off.request] {
            approve(&mara, &request.to_string(), None, on).await.expect("signed");
        }
        pay_refunds(&mara, on).await.expect("filed");
        end_refund(&mara, &off.refund.to_string(), RefundEnd::Cancelled, None, on).await.expect("called off");

        // The bank books 200.00 for each.
        let report = bank(&desk, &camt(&other.end_to_end_id, "DBIT", "B-1")).await;
        assert_eq!((report.refunds_asked, report.refunds_confirmed), (1, 0), "{report:#?}");
        let import = report.files[0].import.clone().expect("it can be undone");
        assert_eq!(bank(&desk, &camt(&off.end_to_end_id, "DBIT", "B-2")).await.refunds_asked, 1);
        let page = refund_payments_page(&desk, None, None).await.expect("a page").refund_payments;
        let shown: Vec<_> = page.iter().map(|row| (row.question.as_str(), row.refund, row.amount.minor)).collect();
        assert_eq!(shown, [("other_amount", other.refund, 20_000), ("not_to_be_paid", off.refund, 20_000)]);
        assert_eq!(refund(&desk, &other.refund.to_string()).await.expect("it").state, "filed", "nothing is guessed");
        verified(&desk).await;

        let id = page[0].entry.to_string();
        assert_eq!(code(see_refund_payment(&abe, &id, "charges", on).await), "role_cannot");
        assert_eq!(code(see_refund_payment(&desk, &id, " ", on).await), "bad_value");
        see_refund_payment(&desk, &id, "the bank kept its charges", on).await.expect("seen");
        // Told again, it is not asked again; undone and told again, it is.
        assert_eq!(bank(&desk, &camt(&other.end_to_end_id, "DBIT", "B-1")).await.refunds_asked, 0);
        assert_eq!(refund_payment(&desk, &id).await.expect("an answer").expect("it").asked_on, None);
        reverse_import(&mara, &import, on).await.expect("undone");
        assert_eq!(refund_payments_page(&desk, None, None).await.expect("a page").refund_payments.len(), 1);
        assert_eq!(bank(&desk, &camt(&other.end_to_end_id, "DBIT", "B-1")).await.refunds_asked, 1);
        conserved(&desk, on).await;
        verified(&desk).await;
    });
}

#[test]
fn a_second_booking_of_a_paid_refund_is_told_from_the_first_told_again() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, mara) = (who(db, "cleo").await, who(db, "mara").await);
        let on = day(TODAY);
        let paid = ask_refund(&cleo, &asked(Some("200.00"), by_iban()), on).await.expect("asked");
        approve(&mara, &paid.request.to_string(), None, on).await.expect("signed");
        pay_refunds(&mara, on).await.expect("filed");

        let once = camt(&paid.end_to_end_id, "DBIT", "B-1");
        let report = bank(&desk, &once).await;
        assert_eq!((report.refunds_confirmed, report.refunds_asked), (1, 0));
        // Another statement of the bank tells of the same booking.
        let again = bank(&desk, &camt(&paid.end_to_end_id, "DBIT", "B-2")).await;
        assert_eq!((again.refunds_confirmed, again.refunds_asked), (0, 0));
        // Another day's booking is another payment, and so is a second one in one statement.
        let next_day = once.replace(TODAY, "2025-03-02").replace("B-1", "B-3");
        assert_ne!(next_day, once, "the day is in it");
        assert_eq!(bank(&desk, &next_day).await.refunds_asked, 1);
        assert_eq!(bank(&desk, &next_day).await.refunds_asked, 0, "told again, it is not asked again");
        let page = refund_payments_page(&desk, None, None).await.expect("a page").refund_payments;
        let shown: Vec<_> = page.iter().map(|row| (row.question.as_str(), row.refund, row.amount.minor)).collect();
        assert_eq!(shown, [("paid_twice", paid.refund, 20_000)]);
        assert_eq!(refund(&desk, &paid.refund.to_string()).await.expect("it").state, "confirmed");
        // It comes back, and the bank pays it once more.
        assert_eq!(bank(&desk, &camt(&paid.end_to_end_id, "CRDT", "B-4")).await.refunds_returned, 1);
        assert_eq!(bank(&desk, &once).await.refunds_asked, 0, "an old file tells nothing new");
        let more = once.replace(TODAY, "2025-03-01").replace("B-1", "B-5");
        assert_eq!(bank(&desk, &more).await.refunds_asked, 1);
        conserved(&desk, on).await;
        verified(&desk).await;
    });
}
