//! A receipt that pays in another currency: what it would pay there at the dated rate of its value day, and a person's word that
//! it does.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::payer::{Candidate, Payer, one_of, payer};
use dunwell_rules::cash::{self as rules, CashPolicy, Exchange, ExchangeMatch, ExchangeRefusal};
use dunwell_rules::money::{Currency, Money, RateFacts, convert, rate_on};
use dunwell_store::read::Reading;
use dunwell_store::record::{AccountRow, BOOK_ACCOUNT, NewExchange, PostingRefusal, Recording};
use dunwell_store::views::cash::ReceiptView;
use dunwell_store::views::exchanges::RateView;
use serde::Serialize;
use serde_json::json;

use super::clear_exception::ReceiptMatched;
use super::exceptions::{Look, OpenLine, ProposedLine};
use super::open_books::OpenBooks;
use super::set_lines::{LinePaid, not_open};
use super::told::Told;
use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::version::version_of;
use crate::who::{amount_of, currency_of, entry_of, item_of};

/// The id of the rule by which a receipt pays in another currency.
pub(super) const RULE: &str = "C-8";
/// The most accounts of a family whose currencies are looked at.
const FAMILY: usize = 50;

/// What a receipt would pay in another currency.
#[derive(Debug, Clone, Serialize)]
pub struct ExchangeProposal {
    /// By what it is taken: it changes with the lines and the rate.
    pub proposal: String,
    /// The rule that found it.
    pub rule: &'static str,
    /// How sure it is, percent.
    pub confidence: u8,
    /// What it pays, each line whole.
    pub lines: Vec<ProposedLine>,
    /// How much of the receipt comes to how much, at which rate.
    #[serde(flatten)]
    pub exchanged: Exchanged,
}

/// So much of a receipt turned into another currency.
#[derive(Debug, Clone, Serialize)]
pub struct Exchanged {
    /// What is taken of the receipt.
    pub gives: Money,
    /// What it comes to.
    pub gets: Money,
    /// What it pays less what it comes to: above zero a currency loss, below it a gain.
    pub difference: Money,
    /// The rate, its day, and who published or stated it.
    pub rate: RateView,
}

impl Exchanged {
    fn of(exchange: &Exchange, rate: &RateFacts) -> Self {
        let difference = Money::new(exchange.difference, exchange.gets.currency);
        Self { gives: exchange.gives, gets: exchange.gets, difference, rate: RateView::of(rate) }
    }
}

/// What may be paid in other currencies.
#[derive(Debug, Default)]
pub(super) struct Abroad {
    /// The currencies in which the account, or those it pays for, owe anything.
    pub(super) open_in: Vec<Currency>,
    /// What all of the receipt would pay there.
    pub(super) proposals: Vec<(ExchangeMatch, RateFacts)>,
}

/// Looks at what a receipt may pay in other currencies than its own. Nothing is proposed without a rate, nor for what is set
/// against something already.
pub(super) async fn abroad(
    reading: &mut Reading,
    look: &Look,
    receipt: &ReceiptView,
    account: EntryId,
    policy: &CashPolicy,
) -> Result<Abroad> {
    let mut open_in: Vec<Currency> = Vec::new();
    for member in look.payers.family(account).into_iter().take(FAMILY) {
        open_in.extend(reading.open_currencies(member).await?);
    }
    open_in.sort_unstable();
    open_in.dedup();
    let mut proposals = Vec::new();
    let own = receipt.amount.currency;
    if receipt.account_id != account || receipt.unapplied == receipt.amount {
        let told = Told::of(receipt).receipt(policy);
        for currency in open_in.iter().copied().filter(|currency| *currency != own) {
            let rates = reading.rates(receipt.value_on).await?;
            let Some(rate) = rate_on(&rates, own, currency, receipt.value_on) else { continue };
            let there = Look::of(reading, &[account], currency).await?;
            let owed = there.book.of_family(&there.payers.family(account));
            let found = rules::exchange_matches(&told, &owed, rate, policy);
            proposals.extend(found.into_iter().map(|found| (found, rate.clone())));
        }
        // One of several in several currencies is no surer than one of several in one.
        let of = proposals.iter().filter(|(found, _)| !found.named).count();
        for (found, _) in proposals.iter_mut().filter(|(found, _)| !found.named) {
            found.confidence = one_of(found.confidence, of);
        }
        proposals.sort_by_key(|(found, _)| std::cmp::Reverse(found.confidence));
    }
    Ok(Abroad { open_in, proposals })
}

/// What a receipt pays by itself in another currency than its own.
pub(super) struct NamedAbroad {
    /// Who paid, where only the documents there tell.
    pub(super) who: Option<Candidate>,
    /// What it pays.
    pub(super) found: ExchangeMatch,
    /// The rate.
    pub(super) rate: RateFacts,
}

/// What a receipt that finds nothing in its own currency pays by itself in another: the one thing that its payer names, at the
/// dated rate of its value day, where the policy says so. The documents tell who paid where nothing else does.
pub(super) async fn named_abroad(
    reading: &mut Reading,
    books: &mut OpenBooks,
    (told, account): (&Told, EntryId),
    policy: &CashPolicy,
) -> Result<Option<NamedAbroad>> {
    let (own, receipt) = (told.amount.currency, told.receipt(policy));
    let rates = reading.rates(told.value_on).await?;
    let mut others: Vec<Currency> = rates
        .iter()
        .filter(|rate| rate.from == own || rate.to == own)
        .map(|rate| if rate.from == own { rate.to } else { rate.from })
        .collect();
    others.sort_unstable();
    others.dedup();
    let mut named: Vec<NamedAbroad> = Vec::new();
    for currency in others {
        let Some(rate) = rate_on(&rates, own, currency, told.value_on) else { continue };
        let (payers, book) = books.of(reading, currency).await?;
        let who = match payer(&payers.clues(told, book)) {
            Payer::Known(who) if account == BOOK_ACCOUNT => Some(who),
            _ if account == BOOK_ACCOUNT => continue,
            _ => None,
        };
        let family = payers.family(who.as_ref().map_or(account, |who| who.account));
        let found = rules::exchange_matches(&receipt, &book.of_family(&family), rate, policy);
        let found = found.into_iter().filter(|found| rules::pays_abroad_by_itself(found, policy));
        named.extend(found.map(|found| NamedAbroad { who: who.clone(), found, rate: rate.clone() }));
    }
    Ok(named.pop().filter(|_| named.is_empty()))
}

/// The lines of an account in the currency that is looked at.
pub(super) struct There {
    pub(super) currency: Currency,
    /// The dated rate into it; `None` for the receipt's own, and where none is known.
    pub(super) rate: Option<RateView>,
    /// What of the receipt is set against nothing, there.
    pub(super) left: Option<Money>,
    pub(super) lines: Vec<OpenLine>,
}

/// Looks at the open lines of an account, in the receipt's currency or the one asked for.
pub(super) async fn there(
    reading: &mut Reading,
    look: &Look,
    receipt: &ReceiptView,
    (account, lines_in): (Option<EntryId>, Option<&str>),
) -> Result<There> {
    let own = receipt.amount.currency;
    let currency = lines_in.map_or(Ok(own), currency_of)?;
    let left = if Some(receipt.account_id) == account { receipt.unapplied } else { receipt.amount };
    if currency == own {
        let lines = account.map(|account| look.lines(account, own)).unwrap_or_default();
        return Ok(There { currency, rate: None, left: Some(left), lines });
    }
    let rates = reading.rates(receipt.value_on).await?;
    let rate = rate_on(&rates, own, currency, receipt.value_on);
    let left = rate.and_then(|rate| convert(left, rate).ok());
    let accounts: Vec<EntryId> = account.into_iter().collect();
    let there = Look::of(reading, &accounts, currency).await?;
    let lines = account.map(|account| there.lines(account, currency)).unwrap_or_default();
    Ok(There { currency, rate: rate.map(RateView::of), left, lines })
}

/// By what a proposal is taken.
fn id_of(found: &ExchangeMatch, rate: &RateFacts) -> String {
    let lines: Vec<_> = found.lines.iter().map(|line| (line.item.0, line.line, line.open)).collect();
    version_of(&json!([RULE, lines, found.exchange.gives.minor, rate.rate_nano, rate.from.code(), rate.to.code()]))
}

/// A proposal as it is shown.
pub(super) fn proposal((found, rate): &(ExchangeMatch, RateFacts)) -> ExchangeProposal {
    let money = |minor| Money::new(minor, found.exchange.gets.currency);
    let line = |line: &rules::PayableLine| ProposedLine {
        document: line.document.clone(),
        line: line.line,
        open: money(line.open),
        pays: money(line.open),
        from_credit: None,
        short: None,
    };
    ExchangeProposal {
        proposal: id_of(found, rate),
        rule: RULE,
        confidence: found.confidence,
        lines: found.lines.iter().map(line).collect(),
        exchanged: Exchanged::of(&found.exchange, rate),
    }
}

/// The rate by which a receipt of a value day pays in another currency: the one a person states, in units of that currency for
/// one of the receipt's, else the dated one. Refused (`no_rate`) where none is known by that day, and (`rate_too_far`) where the
/// stated one is further from the dated one than the policy allows.
pub(super) async fn rate_for(
    desk: &Desk,
    reading: &mut Reading,
    (from, to): (Currency, Currency),
    value_on: Date,
    stated: Option<&str>,
    policy: &CashPolicy,
) -> Result<RateFacts> {
    let rates = reading.rates(value_on).await?;
    let found = rate_on(&rates, from, to, value_on).cloned();
    if let Some(text) = stated {
        let rate_nano = nano(text).ok_or_else(|| Refusal::BadValue {
            what: "rate",
            value: text.into(),
            why: format!("give the {to} that one {from} comes to, above zero, with at most nine decimals"),
        })?;
        let said = RateFacts { from, to, day: value_on, rate_nano, source: format!("stated by {}", desk.user) };
        if let Some(dated) = found.filter(|dated| !rules::is_near(&said, dated, policy)) {
            let (bp, said, dated) = (policy.stated_rate_bp, RateView::of(&said), RateView::of(&dated));
            let message = format!("{said}, is more than {bp} basis points away from the dated rate: {dated}");
            return Err(Refusal::Ruled { code: "rate_too_far", message }.into());
        }
        return Ok(said);
    }
    Ok(found.ok_or_else(|| Refusal::Ruled {
        code: "no_rate",
        message: format!("no rate of {from} to {to} is known by {value_on}: import it (`import rates`), or state it"),
    })?)
}

/// A plain decimal above zero in billionths.
fn nano(text: &str) -> Option<i64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 9 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let fraction: i64 = format!("{fraction:0<9}").parse().ok()?;
    whole.checked_mul(1_000_000_000)?.checked_add(fraction).filter(|nano| *nano > 0)
}

/// A receipt that is given to an account and pays in another currency.
pub(super) struct Paying<'a> {
    /// The receipt as it was looked at.
    pub(super) found: &'a ReceiptView,
    /// The item as which it stands.
    pub(super) item: EntryId,
    /// Whose it is.
    pub(super) to: &'a AccountRow,
    /// What of it is set against nothing.
    pub(super) left: Money,
    /// The business day.
    pub(super) on: Date,
}

/// An item, a line where one is meant, and what is paid of it.
type Pays = (EntryId, Option<i64>, i64);

impl Paying<'_> {
    /// The other currency that a person means: the one that is named, else that of the first document. `None` where it is the
    /// receipt's own.
    pub(super) async fn meant(&self, recording: &mut Recording, said: &ReceiptMatched) -> Result<Option<Currency>> {
        let currency = match (&said.currency, said.documents.first()) {
            (Some(code), _) => currency_of(code)?,
            (None, Some((document, _))) => item_of(recording, self.to, document).await?.amount.currency,
            (None, None) => self.left.currency,
        };
        let other = (currency != self.left.currency).then_some(currency);
        if let (None, Some(rate)) = (other, &said.rate) {
            let why = "what is named is in the receipt's own currency".into();
            return Err(Refusal::BadValue { what: "rate", value: rate.clone(), why }.into());
        }
        Ok(other)
    }

    /// Pays the documents and lines that a person names in another currency.
    pub(super) async fn pay(
        &self,
        desk: &Desk,
        recording: &mut Recording,
        (said, currency): (&ReceiptMatched, Currency),
        policy: &CashPolicy,
    ) -> Result<Exchanged> {
        let mut pays: Vec<Pays> = Vec::new();
        for (document, amount) in &said.documents {
            let debit = item_of(recording, self.to, document).await?;
            if debit.amount.currency != currency {
                let message = format!("{document} is in {}, not in {currency}", debit.amount.currency);
                return Err(Refusal::Posting { code: PostingRefusal::CurrencyMismatch, message }.into());
            }
            pays.push((debit.item, None, part(amount.as_deref(), Money::new(debit.open, currency), document)?));
        }
        if !said.lines.is_empty() {
            let look = Look::of(&mut desk.book.read().await?, &[self.to.account], currency).await?;
            let owed = look.owed(self.to.account);
            for line in &said.lines {
                let item = entry_of("item", &line.item)?;
                let open = owed.iter().find(|open| (open.item, open.line) == (item, line.line));
                let open = open.ok_or_else(|| not_open(line, &self.to.code))?;
                refuse_held_back(line)?;
                let amount = part(line.amount.as_deref(), Money::new(open.open, currency), &open.document)?;
                pays.push((item, Some(line.line), amount));
            }
        }
        let value_on = self.found.value_on;
        let pair = (self.left.currency, currency);
        let rate = rate_for(desk, &mut desk.book.read().await?, pair, value_on, said.rate.as_deref(), policy).await?;
        self.record(recording, (rate, currency), pays, (policy, said.on_account)).await
    }

    /// Takes the proposal of that name; `None` when there is none.
    pub(super) async fn take(
        &self,
        desk: &Desk,
        recording: &mut Recording,
        named: &str,
        policy: &CashPolicy,
    ) -> Result<Option<Exchanged>> {
        let mut reading = desk.book.read().await?;
        let look = Look::of(&mut reading, &[self.to.account], self.left.currency).await?;
        let abroad = abroad(&mut reading, &look, self.found, self.to.account, policy).await?;
        drop(reading);
        let Some((found, rate)) = abroad.proposals.into_iter().find(|(found, rate)| id_of(found, rate) == named) else {
            return Ok(None);
        };
        let pays = found.lines.iter().map(|line| (line.item, Some(line.line), line.open)).collect();
        let to = found.exchange.gets.currency;
        Ok(Some(self.record(recording, (rate, to), pays, (policy, false)).await?))
    }

    async fn record(
        &self,
        recording: &mut Recording,
        (rate, currency): (RateFacts, Currency),
        pays: Vec<Pays>,
        (policy, keeps_rest): (&CashPolicy, bool),
    ) -> Result<Exchanged> {
        let sum = pays.iter().map(|(_, _, amount)| *amount).fold(0, i64::saturating_add);
        let pays_all = Money::new(sum, currency);
        let exchange = rules::exchange(self.left, pays_all, &rate, policy, keeps_rest).map_err(|refused| {
            let code = match refused {
                ExchangeRefusal::TooFar { .. } => "currency_difference",
                ExchangeRefusal::Rate(_) | ExchangeRefusal::Nothing => "not_convertible",
            };
            Refusal::Ruled { code, message: format!("{} at {}: {refused}", self.left, RateView::of(&rate)) }
        })?;
        let new = NewExchange {
            account: self.to.account,
            receipt: self.item,
            document: self.found.document.clone(),
            value_on: self.found.value_on,
            exchange,
            rate,
            pays,
        };
        let done = recording.exchange(&new, self.on).await?;
        done.map_err(|code| {
            let message = format!("{pays_all} by receipt {} of {}", self.found.receipt, self.left);
            Refusal::Posting { code, message }
        })?;
        Ok(Exchanged::of(&exchange, &new.rate))
    }
}

/// The amount as typed, else all that is open; never more.
fn part(typed: Option<&str>, open: Money, document: &str) -> Result<i64> {
    let pays = typed.map_or(Ok(open), |text| amount_of(text, open.currency))?;
    if pays.minor <= 0 || pays.minor > open.minor {
        let message = format!("{pays} on {document} (open {open})");
        return Err(Refusal::Posting { code: PostingRefusal::OverApplied, message }.into());
    }
    Ok(pays.minor)
}

fn refuse_held_back(line: &LinePaid) -> Result<()> {
    let Some(reason) = &line.held_back else { return Ok(()) };
    let why = "what is held back of a line in another currency is disputed by itself: `dispute`".into();
    Err(Refusal::BadValue { what: "held_back", value: reason.clone(), why }.into())
}
