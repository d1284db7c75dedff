//! What payers' reasons for paying less mean.

use dunwell_rules::cash::stated_reason::{StatedReason, bare, reason_of};
use dunwell_rules::dispute::DisputeReason::{self, *};

#[test]
fn a_code_means_what_its_own_list_says() {
    let table: [(&str, &str, DisputeReason); 25] = [
        ("x12 01", "Pricing error", Price),
        ("x12 06", "", ShortShipment),
        ("x12 13", "", Returned),
        ("x12 19", "", Duplicate),
        ("x12 24", "Incorrect discount", DiscountNotTaken),
        ("x12 30", "", Freight),
        ("x12 55", "", Tax),
        ("edifact 3", "", Damaged),
        ("edifact 4", "", ShortShipment),
        ("edifact 5", "", Price),
        ("edifact 11", "bank charges", Unstated),
        ("edifact 13", "counter claim", Unstated),
        ("edifact 15", "", Returned),
        ("edifact 18", "goods on consignment", Unstated),
        ("edifact 19", "trade discount", Allowance),
        ("06", "", Unstated),
        ("", "less 25.00 freight", Freight),
        ("Short shipment", "", ShortShipment),
        ("SHORTAGE", "2 cartons damaged", ShortShipment),
        ("x12 ZZ", "goods RETURNED on 4 March", Returned),
        ("", "Preisdifferenz", Price),
        ("", "Ware beschädigt", Damaged),
        ("", "price and freight", Unstated),
        ("", "podium, taxi", Unstated),
        ("", "", Unstated),
    ];
    for (code, words, reason) in table {
        assert_eq!(reason_of(code, words, &[]), reason, "{code:?} {words:?}");
    }
}

#[test]
fn the_policy_s_own_codes_hold_first() {
    let own =
        [("frt", Freight), ("x12 06", Service), ("86", Allowance), ("co-op q3", Allowance), ("Rückgabe", Returned)];
    let own = own.map(|(stated, means)| StatedReason { stated: stated.to_owned(), means });
    let table = [
        ("FRT", "", Freight),
        ("x12 06", "Quantity contested", Service),
        ("x12 86", "", Allowance),
        ("edifact 86", "", Allowance),
        ("", "Co-op Q3", Allowance),
        ("", "RÜCKGABE", Returned),
        ("x12 04", "", Damaged),
    ];
    for (code, words, reason) in table {
        assert_eq!(reason_of(code, words, &own), reason, "{code:?} {words:?}");
    }
    assert_eq!((bare("x12 06"), bare("edifact 4"), bare("FRT")), ("06", "4", "FRT"));
}
