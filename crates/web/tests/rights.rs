//! The table of rights as HTTP keeps it: every address of the server, by every role.

mod common;

use common::served;
use dunwell_desk::rules::approval::Role;

#[test]
fn a_person_signed_in_sees_the_worklist_and_a_stranger_is_sent_to_sign_in() {
    served(async |served| {
        let page = served.signed_in(Role::Collector).await.get("/").await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("Acme Foods GmbH"), "{}", page.body);
        let sent = served.stranger().get("/accounts/ACME").await;
        assert_eq!((sent.status, sent.header("location")), (303, Some("/sign-in?next=/accounts/ACME")));
    });
}
