//! Disputes: contested amounts on an item's lines, what the customer says and what we found.
//!
//! The undisputed remainder stays collectible (domain 1.9). The stages of a dispute case come with their own issue.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::facts::{DisputeFacts, LineFacts};

/// What the customer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeReason {
    /// Nothing was said, or nobody wrote it down.
    #[default]
    Unstated,
    /// The price or discount is not the agreed one.
    Price,
    /// Less arrived than was billed.
    ShortShipment,
    /// What arrived was damaged or defective.
    Damaged,
    /// It was sent back.
    Returned,
    /// It never arrived, or there is no proof of delivery.
    NotReceived,
    /// The service is contested.
    Service,
    /// The purchase order is missing or wrong on the invoice.
    PurchaseOrder,
    /// The same was billed twice.
    Duplicate,
    /// The tax is contested.
    Tax,
    /// The freight is contested.
    Freight,
    /// A promotional or other allowance was expected.
    Allowance,
    /// It was paid already.
    AlreadyPaid,
    /// A discount for early payment was or was not taken.
    DiscountNotTaken,
    /// It is not this customer's bill.
    WrongCustomer,
}

impl DisputeReason {
    /// Every reason, in documented order.
    pub const ALL: [Self; 15] = [
        Self::Unstated,
        Self::Price,
        Self::ShortShipment,
        Self::Damaged,
        Self::Returned,
        Self::NotReceived,
        Self::Service,
        Self::PurchaseOrder,
        Self::Duplicate,
        Self::Tax,
        Self::Freight,
        Self::Allowance,
        Self::AlreadyPaid,
        Self::DiscountNotTaken,
        Self::WrongCustomer,
    ];

    /// The word used in files, JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unstated => "unstated",
            Self::Price => "price",
            Self::ShortShipment => "short_shipment",
            Self::Damaged => "damaged",
            Self::Returned => "returned",
            Self::NotReceived => "not_received",
            Self::Service => "service",
            Self::PurchaseOrder => "purchase_order",
            Self::Duplicate => "duplicate",
            Self::Tax => "tax",
            Self::Freight => "freight",
            Self::Allowance => "allowance",
            Self::AlreadyPaid => "already_paid",
            Self::DiscountNotTaken => "discount_not_taken",
            Self::WrongCustomer => "wrong_customer",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// What we found to be the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RootCause {
    /// Not looked into yet.
    Unknown,
    /// The order was entered wrongly.
    OrderEntry,
    /// The price file or contract was wrong or late.
    PriceMaster,
    /// A salesperson agreed to something billing did not know.
    SalesAgreement,
    /// The warehouse sent the wrong goods or quantity.
    Fulfilment,
    /// The carrier lost or damaged it.
    Carrier,
    /// The goods or the service were deficient.
    Quality,
    /// The invoice was made or sent wrongly.
    Billing,
    /// The customer's master data with us was wrong.
    CustomerMaster,
    /// Cash was received and not, or wrongly, applied.
    CashApplication,
    /// The customer erred; the claim does not stand.
    CustomerError,
    /// The customer is short of money and the claim was a pretext.
    CashShortage,
}

impl RootCause {
    /// Every cause, in documented order.
    pub const ALL: [Self; 12] = [
        Self::Unknown,
        Self::OrderEntry,
        Self::PriceMaster,
        Self::SalesAgreement,
        Self::Fulfilment,
        Self::Carrier,
        Self::Quality,
        Self::Billing,
        Self::CustomerMaster,
        Self::CashApplication,
        Self::CustomerError,
        Self::CashShortage,
    ];

    /// The word used in files, JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::OrderEntry => "order_entry",
            Self::PriceMaster => "price_master",
            Self::SalesAgreement => "sales_agreement",
            Self::Fulfilment => "fulfilment",
            Self::Carrier => "carrier",
            Self::Quality => "quality",
            Self::Billing => "billing",
            Self::CustomerMaster => "customer_master",
            Self::CashApplication => "cash_application",
            Self::CustomerError => "customer_error",
            Self::CashShortage => "cash_shortage",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.code() == code)
    }
}

/// The disputed amount of each line, in the order of `lines`, minor units, never above what is open.
///
/// A dispute of a whole item is spread over its lines in their order. A dispute without an amount takes all that is open.
pub fn disputed_by_line(lines: &[LineFacts], disputes: &[DisputeFacts]) -> Vec<i64> {
    let mut disputed: Vec<i64> = lines.iter().map(|_| 0).collect();
    for dispute in disputes {
        let mut left = dispute.amount.unwrap_or(i64::MAX).max(0);
        for (line, disputed) in lines.iter().zip(&mut disputed) {
            if contests(dispute, line) {
                let taken = left.min(line.open.max(0) - *disputed).max(0);
                *disputed += taken;
                left -= taken;
            }
        }
    }
    disputed
}

/// Whether a dispute is about this line.
pub fn contests(dispute: &DisputeFacts, line: &LineFacts) -> bool {
    dispute.item == line.item && dispute.line.is_none_or(|number| number == line.line)
}
