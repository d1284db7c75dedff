//! Many people at once: nobody waits for ever, and what they record is recorded once each.

use crate::common::{TODAY, served};
use dunwell_desk::look::account::account;
use dunwell_desk::rules::approval::Role;
use futures_util::future::join_all;

/// More than the connections a server keeps.
const MANY: usize = 60;

#[test]
fn many_who_look_and_record_at_once_are_all_answered() {
    served(async |served| {
        let client = served.signed_in(Role::Collector).await;
        let paths = ["/", "/accounts/ACME", "/accounts/ACME/preview", "/accounts/ACME/call"];
        let looks = (0..MANY).map(|place| client.get(paths[place % paths.len()]));
        let fields = [("outcome", "voicemail")];
        let calls = (0..MANY).map(|_| client.post_form("/accounts/ACME/call", &fields));
        let (looked, called) = futures_util::future::join(join_all(looks), join_all(calls)).await;
        assert!(looked.iter().all(|answer| answer.status == 200));
        assert!(
            called.iter().all(|answer| answer.status == 303),
            "{:?}",
            called.iter().find(|a| a.status != 303).map(|a| &a.body)
        );
        let desk = served.desk_of(Role::Collector);
        let view = account(&desk, "ACME", crate::common::day(TODAY)).await.expect("an account");
        assert!(!view.currencies.is_empty());
    });
}
