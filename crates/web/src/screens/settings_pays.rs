//! The bank accounts that the book pays refunds from, as fields of its settings.

use dunwell_desk::Desk;
use dunwell_desk::keep_book::SettingsFile;
use dunwell_desk::pays_from::{AchFrom, PaysFrom, TransferFrom};
use maud::{Markup, html};

use crate::posted::Fields;

fn field(name: &str, label: &str, value: &str) -> Markup {
    html! {
        div.fld {
            label for=(name) { (label) }
            input id=(name) name=(name) value=[Some(value).filter(|text| !text.is_empty())] maxlength="140" autocomplete="off";
        }
    }
}

/// The fields of both accounts.
pub(crate) fn fields(desk: &Desk) -> Markup {
    let PaysFrom { transfer, ach } = PaysFrom::kept_as(desk.settings().pays_from.as_deref());
    let of = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let (by_iban, by_ach) = (transfer.as_ref(), ach.as_ref());
    html! {
        input type="hidden" name="pays" value="1";
        h3 { "Refunds are paid from" }
        div.g2 {
            (field("pays_name", "Name of the account", &of(by_iban.map(|from| from.name.as_str()))))
            (field("pays_iban", "IBAN", &of(by_iban.map(|from| from.iban.as_str()))))
            (field("pays_bic", "BIC, not needed within SEPA", &of(by_iban.and_then(|from| from.bic.as_deref()))))
        }
        div.g2 {
            (field("ach_name", "Company at a US bank", &of(by_ach.map(|from| from.name.as_str()))))
            (field("ach_routing", "Routing number", &of(by_ach.map(|from| from.routing.as_str()))))
            (field("ach_number", "Account number", &of(by_ach.map(|from| from.number.as_str()))))
            (field("ach_company", "Company identification", &of(by_ach.map(|from| from.company_id.as_str()))))
            (field("ach_bank", "Name of the bank", &of(by_ach.map(|from| from.bank_name.as_str()))))
        }
    }
}

/// Puts what [`fields`] asked for into the new settings; nothing where the form had none of it. An account without a number
/// is taken away.
pub(crate) fn read(sent: &Fields, file: &mut SettingsFile) {
    if sent.text("pays").is_none() {
        return;
    }
    let text = |name: &str| sent.text(name).unwrap_or_default().to_owned();
    let transfer = sent.text("pays_iban").map(|iban| TransferFrom {
        name: text("pays_name"),
        iban: iban.to_owned(),
        bic: sent.text("pays_bic").map(str::to_owned),
    });
    let ach = sent.text("ach_number").map(|number| AchFrom {
        name: text("ach_name"),
        routing: text("ach_routing"),
        number: number.to_owned(),
        company_id: text("ach_company"),
        bank_name: text("ach_bank"),
    });
    file.pays_from = Some(PaysFrom { transfer, ach });
}
