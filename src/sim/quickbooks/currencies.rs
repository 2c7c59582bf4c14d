//! Currencies: a customer or vendor has one for ever, and what is booked to it counts in home money at the rate sent.
//!
//! Must refuse what QuickBooks refuses: a rate with multi-currency off (3250), a receivable or payable account of another
//! currency, a rate on a document in home money (`qbxml.md` 10).

use super::answer::Refusal;
use super::company::Company;
use super::lists::Entry;
use super::money::divide;
use super::transactions::Txn;
use crate::sim::xml::El;

/// The home currency of every company here.
const HOME: &str = "US Dollar";
/// The company's list of currencies.
const CURRENCIES: [&str; 4] = [HOME, "Euro", "British Pound Sterling", "Canadian Dollar"];
/// Decimals that a rate is read with.
const RATE_PLACES: usize = 10;

fn reference(name: &str) -> El {
    El::new("CurrencyRef").with(El::leaf("FullName", name))
}

/// A rate as a whole number of ten-thousand-millionths; `None` where the text is no positive number.
fn rate(text: &str) -> Option<i128> {
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let cut = decimals.get(..decimals.len().min(RATE_PLACES))?;
    let value: i128 = format!("{whole}{cut:0<RATE_PLACES$}").parse().ok()?;
    (value > 0).then_some(value)
}

impl Company {
    /// The block of PreferencesRet.
    pub(super) fn currency_preferences(&self) -> El {
        let on = self.switches.multi_currency;
        let block = El::new("MultiCurrencyPreferences").with(El::leaf("IsMultiCurrencyOn", on.to_string()));
        if on { block.with(El { name: "HomeCurrencyRef".into(), ..reference(HOME) }) } else { block }
    }

    /// The CurrencyRef that a customer or vendor shows; none with multi-currency off. One that was sent with its Add
    /// stands among its fields already.
    pub(super) fn currency_of(&self, entry: &Entry) -> Option<El> {
        let sent = entry.fields.iter().any(|field| field.name == "CurrencyRef");
        (self.switches.multi_currency && !sent).then(|| reference(self.currency_name(entry)))
    }

    fn currency_name<'a>(&'a self, entry: &'a Entry) -> &'a str {
        let sent = entry.fields.iter().find(|field| field.name == "CurrencyRef");
        sent.and_then(|field| field.get("FullName"))
            .or_else(|| self.switches.foreign_names.get(&entry.full_name).map(String::as_str))
            .unwrap_or(HOME)
    }

    fn is_foreign(&self, entry: &Entry) -> bool {
        self.currency_name(entry) != HOME
    }

    /// A currency that is named in a request must be one of the company's list.
    pub(super) fn known_currency(&self, named: &El, object: &str) -> Result<El, Refusal> {
        let wanted = named.get("FullName").unwrap_or_default();
        let known = CURRENCIES.iter().find(|name| name.eq_ignore_ascii_case(wanted));
        known.map(|name| reference(name)).ok_or_else(|| Refusal::no_reference("Currency", wanted, object))
    }

    /// Checks rate and account, and turns the postings into home money. The header's side is added afterwards.
    pub(super) fn take_home_money(&self, txn: &mut Txn) -> Result<(), Refusal> {
        if !self.switches.multi_currency {
            return Ok(());
        }
        let entity = txn.entity.as_deref().and_then(|id| self.lists.get(id));
        let foreign = entity.is_some_and(|entry| self.is_foreign(entry));
        txn.fields.children.retain(|child| child.name != "CurrencyRef");
        txn.fields.children.extend(entity.map(|entry| reference(self.currency_name(entry))));
        let sent = txn.fields.get("ExchangeRate").map(str::to_string);
        let Some(rate) = sent.as_deref().map_or(Some(10_i128.pow(10)), rate) else {
            return Err(Refusal::invalid("ExchangeRate", &sent.unwrap_or_default(), "It is no rate."));
        };
        if !foreign {
            return if rate == 10_i128.pow(10) {
                Ok(())
            } else {
                Err(Refusal::saving(txn.kind.word(), "A transaction in the home currency has the rate 1."))
            };
        }
        for posting in &mut txn.postings {
            let home = divide(i128::from(posting.cents) * rate, 10_i128.pow(10));
            posting.cents = i64::try_from(home).unwrap_or(i64::MAX);
        }
        Ok(())
    }

    /// A receivable or payable account that was named has the currency of the customer or vendor; all here are in home
    /// money, and QuickBooks keeps those of other currencies by itself.
    pub(super) fn check_control_currency(&self, txn: &Txn, named: bool) -> Result<(), Refusal> {
        let entity = txn.entity.as_deref().and_then(|id| self.lists.get(id));
        let foreign = entity.is_some_and(|entry| self.is_foreign(entry));
        if named && foreign && self.switches.multi_currency {
            let reason = "The account has another currency than the customer or vendor.";
            return Err(Refusal::saving(txn.kind.word(), reason));
        }
        Ok(())
    }
}
