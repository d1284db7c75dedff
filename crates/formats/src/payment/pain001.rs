//! ISO 20022 credit transfers: `pain.001.001.09`, CustomerCreditTransferInitiation.
//!
//! One `PmtInf` a currency, in the order in which the currencies first come; elements in the order of the schema. Payments in
//! euro carry service level `SEPA` and its rule of charges (`SLEV`); charges of others are shared (`SHAR`). Texts are of the Latin set of the scheme.

use std::io::Write as _;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

use super::{PayAccount, PaymentError, PaymentLine, PaymentOrder, check, scheme_text};

/// The namespace of the version that is written.
pub const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

type Xml = Writer<Vec<u8>>;

/// The file; refused with the first payment that no credit transfer can say.
pub fn write(order: &PaymentOrder) -> Result<String, PaymentError> {
    check(order)?;
    if order.message_id.is_empty() || order.message_id.len() > 35 {
        return Err(PaymentError::DoesNotFit(order.message_id.clone()));
    }
    let PayAccount::Iban { .. } = &order.payer.account else {
        return Err(PaymentError::WrongAccount(order.payer.name.clone()));
    };
    for payment in &order.payments {
        if !matches!(payment.account, PayAccount::Iban { .. }) {
            return Err(PaymentError::WrongAccount(payment.end_to_end_id.clone()));
        }
        if payment.end_to_end_id.len() > 35 {
            return Err(PaymentError::DoesNotFit(payment.end_to_end_id.clone()));
        }
    }
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = document(&mut xml, order);
    written.expect("writing to memory does not fail");
    let mut text = String::from_utf8(xml.into_inner()).expect("XML is UTF-8");
    text.push('\n');
    Ok(text)
}

/// Every currency, in the order in which it first comes, with its payments.
fn by_currency(order: &PaymentOrder) -> Vec<(&str, Vec<&PaymentLine>)> {
    let mut parts: Vec<(&str, Vec<&PaymentLine>)> = Vec::new();
    for payment in &order.payments {
        match parts.iter_mut().find(|(currency, _)| *currency == payment.currency) {
            Some((_, lines)) => lines.push(payment),
            None => parts.push((&payment.currency, vec![payment])),
        }
    }
    parts
}

/// Amounts of any currencies, added as plain decimals: the control sum of the standard.
fn control_sum<'a>(payments: impl Iterator<Item = &'a PaymentLine>) -> String {
    let most = 4_u8;
    let scaled = payments
        .map(|payment| i128::from(payment.amount) * 10_i128.pow(u32::from(most.saturating_sub(payment.exponent))));
    let sum: i128 = scaled.sum();
    let text = format!("{}.{:04}", sum / 10_000, sum % 10_000);
    let short = text.trim_end_matches('0').trim_end_matches('.');
    // Two decimals are what people expect to read.
    match short.split_once('.') {
        None => format!("{short}.00"),
        Some((_, part)) if part.len() == 1 => format!("{short}0"),
        Some(_) => short.to_owned(),
    }
}

fn decimal(payment: &PaymentLine) -> String {
    let scale = 10_i64.pow(u32::from(payment.exponent));
    match payment.exponent {
        0 => payment.amount.to_string(),
        decimals => {
            format!("{}.{:0width$}", payment.amount / scale, payment.amount % scale, width = usize::from(decimals))
        }
    }
}

fn leaf(xml: &mut Xml, name: &str, text: &str) -> std::io::Result<()> {
    xml.create_element(name).write_text_content(quick_xml::events::BytesText::new(text)).map(|_| ())
}

fn within(xml: &mut Xml, name: &str, inner: impl FnOnce(&mut Xml) -> std::io::Result<()>) -> std::io::Result<()> {
    xml.create_element(name).write_inner_content(inner).map(|_| ())
}

fn document(xml: &mut Xml, order: &PaymentOrder) -> std::io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let document = xml.create_element("Document").with_attribute(("xmlns", NAMESPACE));
    document.write_inner_content(|xml| {
        within(xml, "CstmrCdtTrfInitn", |xml| {
            header(xml, order)?;
            for (currency, payments) in by_currency(order) {
                instruction(xml, order, currency, &payments)?;
            }
            Ok(())
        })
    })?;
    xml.get_mut().flush()
}

fn header(xml: &mut Xml, order: &PaymentOrder) -> std::io::Result<()> {
    let at = &order.written_at;
    within(xml, "GrpHdr", |xml| {
        leaf(xml, "MsgId", &order.message_id)?;
        leaf(xml, "CreDtTm", &format!("{}T{:02}:{:02}:{:02}Z", at.day, at.hour, at.minute, at.second))?;
        leaf(xml, "NbOfTxs", &order.payments.len().to_string())?;
        leaf(xml, "CtrlSum", &control_sum(order.payments.iter()))?;
        within(xml, "InitgPty", |xml| leaf(xml, "Nm", &scheme_text(&order.payer.name, 70)))
    })
}

fn instruction(xml: &mut Xml, order: &PaymentOrder, currency: &str, payments: &[&PaymentLine]) -> std::io::Result<()> {
    within(xml, "PmtInf", |xml| {
        let mut id = format!("{}-{currency}", order.message_id);
        if id.len() > 35 {
            id = order.message_id.clone();
        }
        leaf(xml, "PmtInfId", &id)?;
        leaf(xml, "PmtMtd", "TRF")?;
        leaf(xml, "NbOfTxs", &payments.len().to_string())?;
        leaf(xml, "CtrlSum", &control_sum(payments.iter().copied()))?;
        if currency == "EUR" {
            within(xml, "PmtTpInf", |xml| within(xml, "SvcLvl", |xml| leaf(xml, "Cd", "SEPA")))?;
        }
        within(xml, "ReqdExctnDt", |xml| leaf(xml, "Dt", &order.pays_on.to_string()))?;
        within(xml, "Dbtr", |xml| leaf(xml, "Nm", &scheme_text(&order.payer.name, 70)))?;
        account(xml, "DbtrAcct", &order.payer.account)?;
        agent(xml, "DbtrAgt", &order.payer.account, true)?;
        leaf(xml, "ChrgBr", if currency == "EUR" { "SLEV" } else { "SHAR" })?;
        for payment in payments {
            transfer(xml, payment)?;
        }
        Ok(())
    })
}

fn transfer(xml: &mut Xml, payment: &PaymentLine) -> std::io::Result<()> {
    within(xml, "CdtTrfTxInf", |xml| {
        within(xml, "PmtId", |xml| leaf(xml, "EndToEndId", &payment.end_to_end_id))?;
        within(xml, "Amt", |xml| {
            let amount = xml.create_element("InstdAmt").with_attribute(("Ccy", payment.currency.as_str()));
            amount.write_text_content(quick_xml::events::BytesText::new(&decimal(payment))).map(|_| ())
        })?;
        agent(xml, "CdtrAgt", &payment.account, false)?;
        within(xml, "Cdtr", |xml| leaf(xml, "Nm", &scheme_text(&payment.payee, 70)))?;
        account(xml, "CdtrAcct", &payment.account)?;
        let text = scheme_text(&payment.text, 140);
        if text.is_empty() { Ok(()) } else { within(xml, "RmtInf", |xml| leaf(xml, "Ustrd", &text)) }
    })
}

fn account(xml: &mut Xml, name: &str, account: &PayAccount) -> std::io::Result<()> {
    let PayAccount::Iban { iban, .. } = account else { return Ok(()) };
    within(xml, name, |xml| within(xml, "Id", |xml| leaf(xml, "IBAN", iban)))
}

/// The bank of an account. The payer's is needed by the schema: where its BIC is not known it says so.
fn agent(xml: &mut Xml, name: &str, account: &PayAccount, needed: bool) -> std::io::Result<()> {
    let PayAccount::Iban { bic, .. } = account else { return Ok(()) };
    match bic {
        Some(bic) => within(xml, name, |xml| within(xml, "FinInstnId", |xml| leaf(xml, "BICFI", bic))),
        None if needed => within(xml, name, |xml| {
            within(xml, "FinInstnId", |xml| within(xml, "Othr", |xml| leaf(xml, "Id", "NOTPROVIDED")))
        }),
        None => Ok(()),
    }
}
