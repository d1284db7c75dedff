//! Who the customers are: segment, place, terms, habit of paying and collector of each, and how much each buys.
//!
//! Habits and segments are dealt from shuffled decks, so that every hundred customers have the stated shares.

use dunwell_desk::rules::account::DebtorKind;
use dunwell_desk::rules::calendar::day_number;
use dunwell_desk::rules::money::Currency;

use crate::book::{Address, Customer, Segment};
use crate::chance::Chance;
use crate::days::Days;
use crate::names::{self, Place};
use crate::payers::Payer;
use crate::plan::Plan;
use crate::seller::collector_of;

/// First stream of the decks of habits and segments.
const DECK_STREAM: u64 = 1 << 40;
/// First stream of the customers.
const CUSTOMER_STREAM: u64 = 1 << 41;
/// Customers that one deck serves.
const DECK: usize = 100;
/// How many of each hundred customers are of a segment.
const SEGMENT_SHARES: [(Segment, usize); 5] =
    [(Segment::Key, 6), (Segment::Mid, 24), (Segment::Small, 52), (Segment::Public, 8), (Segment::Export, 10)];
/// Of so many customers in a row, the later may belong to the first.
const FAMILY: usize = 12;

/// A customer, and how much it buys.
pub(crate) struct Profile {
    pub(crate) customer: Customer,
    pub(crate) place: &'static Place,
    /// First and last day on which it is billed.
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// How many invoices it gets.
    pub(crate) invoices: usize,
    weight: f64,
}

/// All customers of a plan; their invoices add up to the plan's.
pub(crate) fn profiles(plan: &Plan, days: &Days) -> Vec<Profile> {
    let mut profiles: Vec<Profile> = Vec::with_capacity(plan.accounts);
    let mut deck = Vec::new();
    for place in 0..plan.accounts {
        if place % DECK == 0 {
            deck = deal(plan.seed, place / DECK);
        }
        let (habit, segment) = deck[place % DECK];
        let chance = Chance::new(plan.seed, CUSTOMER_STREAM + place as u64);
        let head = (place % FAMILY != 0).then(|| &profiles[place - place % FAMILY]);
        let profile = profile(place, habit, segment, chance, head, days);
        profiles.push(profile);
    }
    allot(plan.invoices, &mut profiles);
    profiles
}

/// A hundred habits and segments in an order of chance.
fn deal(seed: u64, block: usize) -> Vec<(&'static str, Segment)> {
    let mut chance = Chance::new(seed, DECK_STREAM + block as u64);
    let mut habits: Vec<&str> =
        Payer::SHARES.iter().flat_map(|(code, share)| std::iter::repeat_n(*code, *share)).collect();
    let mut segments: Vec<Segment> =
        SEGMENT_SHARES.iter().flat_map(|(segment, share)| std::iter::repeat_n(*segment, *share)).collect();
    chance.shuffle(&mut habits);
    chance.shuffle(&mut segments);
    habits.into_iter().zip(segments).collect()
}

/// Shares out the invoices by weight: whole numbers first, what is left to the first in line.
fn allot(invoices: usize, profiles: &mut [Profile]) {
    let total: f64 = profiles.iter().map(|profile| profile.weight).sum();
    let mut left = invoices;
    for profile in profiles.iter_mut() {
        profile.invoices = ((profile.weight / total * invoices as f64) as usize).min(left);
        left -= profile.invoices;
    }
    let rounds = left.checked_div(profiles.len()).unwrap_or(0);
    left -= rounds * profiles.len();
    for (place, profile) in profiles.iter_mut().enumerate() {
        profile.invoices += rounds + usize::from(place < left);
    }
}

fn profile(
    place: usize,
    habit: &str,
    segment: Segment,
    mut chance: Chance,
    head: Option<&Profile>,
    days: &Days,
) -> Profile {
    let payer = Payer::draw(habit, &mut chance, days);
    let troubled = matches!(payer, Payer::AfterReminder | Payer::Failing { .. } | Payer::New { .. });
    let segment = if segment == Segment::Key && troubled { Segment::Mid } else { segment };
    let family = head.filter(|head| {
        let company = |segment| matches!(segment, Segment::Key | Segment::Mid);
        company(segment) && company(head.customer.segment) && chance.percent(60.0)
    });
    let at = match (family, segment) {
        (Some(head), _) => head.place,
        (None, Segment::Export) => abroad(&mut chance),
        (None, _) if chance.percent(55.0) => chance.one(&names::EAST),
        (None, _) => chance.one(&names::WEST),
    };
    let weight = weight(segment, payer, &mut chance);
    let (from, to) = window(payer, &mut chance, days);
    let share_of_time = (to - from + 1) as f64 / (days.last - days.first + 1) as f64;
    let customer = customer(place, segment, payer, at, family.map(|head| &head.customer), &mut chance);
    Profile { customer, place: at, from, to, invoices: 0, weight: weight * share_of_time }
}

/// A place abroad; Japan is one in ten.
fn abroad(chance: &mut Chance) -> &'static Place {
    let [others @ .., japan] = &names::ABROAD;
    if chance.percent(10.0) { japan } else { chance.one(others) }
}

/// How much a customer buys against others.
fn weight(segment: Segment, payer: Payer, chance: &mut Chance) -> f64 {
    let usual = match segment {
        Segment::Key => 5.0,
        Segment::Mid => 2.2,
        Segment::Small => 1.0,
        Segment::Public | Segment::Export => 1.6,
    };
    chance.lognormal(usual, 0.35) * payer.volume_percent() / 100.0
}

/// First and last day on which a customer is billed.
fn window(payer: Payer, chance: &mut Chance, days: &Days) -> (i64, i64) {
    match payer {
        Payer::New { since } => (day_number(since), days.last),
        Payer::Failing { last_payment } => (days.first, (day_number(last_payment) + 40).min(days.last)),
        _ if chance.percent(15.0) => (days.first + chance.between(0, (days.last - days.first) / 2), days.last),
        _ => (days.first, days.last),
    }
}

fn customer(
    place: usize,
    segment: Segment,
    payer: Payer,
    at: &'static Place,
    parent: Option<&Customer>,
    chance: &mut Chance,
) -> Customer {
    let name = match (parent, segment) {
        (Some(parent), _) => {
            let (stem, form) = parent.name.rsplit_once(' ').unwrap_or((&parent.name, ""));
            let part = chance.one(&["North", "South", "Central", "Lakes", "Coast", "Valley", "Works", "Metro"]);
            format!("{stem} {part} {form}").trim_end().to_owned()
        }
        (None, Segment::Public) => names::public_body(chance, at),
        (None, _) => names::company(chance, at),
    };
    let address = chance.percent(97.0).then(|| Address {
        street: names::street(chance, at),
        postal_code: at.postal,
        city: at.city,
        region: at.region,
    });
    let sole = segment == Segment::Small && chance.percent(15.0);
    let (registration_id, vat_id) = registration(segment, sole, at, chance);
    Customer {
        code: format!("C{:05}", place + 1),
        name: if sole { names::person(chance) } else { name },
        parent: parent.map(|parent| parent.code.clone()),
        segment,
        payer,
        risk_class: risk_class(payer, chance),
        business_unit: chance.one::<&str>(&["Lighting", "Lighting", "Controls"]),
        language: at.language,
        currency: Currency::parse(at.currency).unwrap_or(Currency::USD),
        terms: terms(segment, payer, chance),
        collector: collector_of(segment, at),
        debtor_kind: match segment {
            Segment::Public => DebtorKind::PublicBody,
            _ if sole => DebtorKind::SoleProprietor,
            _ => DebtorKind::Company,
        },
        country: at.country,
        address,
        registration_id,
        vat_id,
    }
}

/// Registration number and VAT id; both begin as no real one does.
fn registration(segment: Segment, sole: bool, at: &Place, chance: &mut Chance) -> (Option<String>, Option<String>) {
    if sole || segment == Segment::Public {
        return (None, None);
    }
    let number = chance.between(1, 9_999_999);
    match at.country {
        "US" | "CA" => (chance.percent(80.0).then(|| format!("00-{number:07}")), None),
        "DE" => (Some(format!("HRB 0{number:07}")), Some(format!("DE00{number:07}"))),
        "GB" => (Some(format!("0000{:04}", number % 10_000)), Some(format!("GB00{number:07}"))),
        "AT" => (None, Some(format!("ATU0{number:07}"))),
        "FR" => (None, Some(format!("FR0000{number:07}"))),
        "NL" => (None, Some(format!("NL00{number:07}B00"))),
        _ => (None, None),
    }
}

fn terms(segment: Segment, payer: Payer, chance: &mut Chance) -> &'static str {
    if payer == Payer::DiscountTaker {
        return "2/10 net 30";
    }
    let usual: &[&str] = match segment {
        Segment::Key => &["net 60", "net 60", "net 45", "net 30 EOM"],
        Segment::Mid => &["net 45", "net 60", "net 30", "net 30 EOM"],
        Segment::Small => &["net 30", "net 30", "net 45", "2/10 net 30"],
        Segment::Public => &["net 45", "net 60"],
        Segment::Export => &["net 60", "net 60", "net 45"],
    };
    chance.one::<&str>(usual)
}

fn risk_class(payer: Payer, chance: &mut Chance) -> &'static str {
    let usual = match payer {
        Payer::Perfect | Payer::DiscountTaker => "A",
        Payer::WeeklyRun { .. } | Payer::MonthEnd | Payer::Disputer => "B",
        Payer::AfterReminder | Payer::ShortPayer | Payer::SlowButSure | Payer::New { .. } => "C",
        Payer::Failing { .. } => "D",
    };
    if chance.percent(15.0) { "B" } else { usual }
}
