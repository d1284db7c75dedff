//! The seller whose book it is: name, people, collectors' patches, and the currency rates it works with. All invented.

use dunwell_desk::rules::calendar::{Date, day_number};

use crate::book::Segment;
use crate::chance::Chance;
use crate::days::date;
use crate::names::{EAST, Place};
use crate::plan::Plan;

/// The manager, who may sign what the desk proposes.
pub const MANAGER: &str = "maria";
/// The auditor, who may look at everything.
pub const AUDITOR: &str = "quinn";
/// The collectors and what each looks after.
pub const COLLECTORS: [(&str, &str); 5] = [
    ("anna", "key accounts"),
    ("ben", "companies of middling size and small firms, east"),
    ("carla", "companies of middling size and small firms, west"),
    ("lena", "customers abroad"),
    ("omar", "public bodies"),
];

/// Stream of the currency rates.
const RATE_STREAM: u64 = 1 << 43;
/// Where the rates say they come from.
const RATE_SOURCE: &str = "invented for the demo book";
/// Rates at the start, in millionths: what one unit is in US dollars, and what a US dollar is in it.
const RATES: [(&str, i64); 3] = [("EUR", 1_085_000), ("GBP", 1_265_000), ("JPY", 6_600)];

/// The settings of the seller as the file that `settings` takes: who writes the letters, where to pay, and
/// what refunds are paid from.
pub fn sender_toml() -> &'static str {
    r#"# The seller of the demo book. Company, people, numbers and banks are invented.
[sender]
legal_name = "Brightwater Fixtures, Inc."
address_lines = ["1200 Lantern Parkway", "Lanternbury, OH 43299", "USA"]
contact = "Accounts receivable"
phone = "+1 614 555 0100"
mail = "receivables@brightwater.example"
registration_ids = ["EIN 00-0112358"]

[[sender.remit_to]]
method = "ach"
lines = ["Lanternbury Example Bank", "Routing 000000000", "Account 000112358"]

[[sender.remit_to]]
method = "bank_transfer"
lines = ["Beispielbank", "IBAN DE00 0000 0000 0000 1123 58", "BIC ZZZZDEZZ"]

[[sender.remit_to]]
method = "check"
lines = ["Brightwater Fixtures, Inc.", "PO Box 0000", "Lanternbury, OH 43299"]

# What refunds are paid from. The check digits fit; the banks are in no directory.
[pays_from.transfer]
name = "Brightwater Fixtures, Inc."
iban = "DE45 0000 0000 0000 1123 58"
bic = "ZZZZDEZZ"

[pays_from.ach]
name = "Brightwater Fixtures, Inc."
routing = "000000123"
number = "000112358"
company_id = "1000112358"
bank_name = "Lanternbury Example"
"#
}

/// Who looks after a customer: by segment first, then by region.
pub(crate) fn collector_of(segment: Segment, at: &Place) -> &'static str {
    let place = match segment {
        Segment::Key => 0,
        Segment::Export => 3,
        Segment::Public => 4,
        Segment::Mid | Segment::Small if EAST.iter().any(|east| east.postal == at.postal) => 1,
        Segment::Mid | Segment::Small => 2,
    };
    COLLECTORS[place].0
}

/// A currency rate of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateOfDay {
    /// The currency priced.
    pub from: &'static str,
    /// The currency of the price.
    pub to: &'static str,
    /// The day.
    pub day: Date,
    /// The price of one unit, in millionths.
    pub micros: i64,
    /// Who says so.
    pub source: &'static str,
}

/// Rates to US dollars and back, of the first day and of every first of a month; they wander by up to two percent a month.
pub fn rates(plan: &Plan) -> Vec<RateOfDay> {
    let mut chance = Chance::new(plan.seed, RATE_STREAM);
    let mut price = RATES.map(|(_, price)| price);
    let mut rates = Vec::new();
    let last = day_number(plan.until);
    let mut day = day_number(plan.first_day());
    while day <= last {
        for (place, (currency, _)) in RATES.iter().enumerate() {
            price[place] += price[place] * chance.between(-20, 20) / 1_000;
            let of_day = |from, to, micros| RateOfDay { from, to, day: date(day), micros, source: RATE_SOURCE };
            rates.push(of_day(currency, "USD", price[place]));
            rates.push(of_day("USD", currency, 1_000_000_000_000 / price[place]));
        }
        day = day_number(date(day).last_of_month()) + 1;
    }
    rates
}

/// How many minor units of a currency a US cent buys, near enough to size an invoice.
pub(crate) fn minor_units_for_a_cent(currency: &str) -> f64 {
    match currency {
        "EUR" => 0.92,
        "GBP" => 0.79,
        "JPY" => 1.5,
        _ => 1.0,
    }
}
