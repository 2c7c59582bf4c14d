//! Documents in another currency than the books (design 8.4, `cin7-quickbooks-integration.md` 2.12).
//!
//! Must never let a foreign document into a file without multi-currency, nor one onto a name of another currency: in
//! QuickBooks the currency belongs to the customer or vendor and cannot be changed (`qbxml.md` 10).

use super::context::Context;
use super::reason::Reasons;
use crate::base::{Decimal, text};
use crate::books::PartyRef;
use crate::orders::Document;

/// ISO codes and the names that QuickBooks' own currency list has for them. QuickBooks tells a name's currency by its
/// FullName only; the list can be renamed by people, hence the setting `currency` (guess: `qbxml.md` 10 gives no list).
const NAMES: [(&str, &[&str]); 22] = [
    ("USD", &["us dollar", "united states dollar", "u.s. dollar"]),
    ("EUR", &["euro"]),
    ("GBP", &["british pound sterling", "british pound", "pound sterling"]),
    ("CAD", &["canadian dollar"]),
    ("AUD", &["australian dollar"]),
    ("NZD", &["new zealand dollar"]),
    ("CNY", &["chinese yuan renminbi", "chinese yuan", "yuan renminbi"]),
    ("JPY", &["japanese yen", "yen"]),
    ("HKD", &["hong kong dollar"]),
    ("SGD", &["singapore dollar"]),
    ("TWD", &["taiwan dollar", "new taiwan dollar"]),
    ("KRW", &["south korean won", "won"]),
    ("INR", &["indian rupee"]),
    ("MXN", &["mexican peso"]),
    ("BRL", &["brazilian real"]),
    ("CHF", &["swiss franc"]),
    ("SEK", &["swedish krona"]),
    ("NOK", &["norwegian krone"]),
    ("DKK", &["danish krone"]),
    ("PLN", &["polish zloty"]),
    ("ZAR", &["south african rand", "rand"]),
    ("THB", &["thai baht", "baht"]),
];

/// Digits after the point that an exchange rate is sent with.
const RATE_DECIMALS: u32 = 8;

/// The currency of a document, as it will be booked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// ISO code.
    pub code: String,
    /// Home units for one unit, on foreign documents.
    pub rate: Option<Decimal>,
}

/// The document's currency; the books' own where it names none.
#[must_use]
pub fn code_of(document: &Document, ctx: &Context<'_>) -> String {
    let own = document.currency.trim();
    if own.is_empty() { home(ctx).to_uppercase() } else { own.to_uppercase() }
}

fn home<'a>(ctx: &'a Context<'_>) -> &'a str {
    ctx.settings.cin7.base_currency.trim()
}

/// Whether QuickBooks' name of a currency means this code.
fn means(name: &str, code: &str, ctx: &Context<'_>) -> bool {
    let name = name.trim();
    let set = || {
        ctx.settings
            .currency
            .iter()
            .any(|(own, named)| own.eq_ignore_ascii_case(code) && named.trim().eq_ignore_ascii_case(name))
    };
    let known = || {
        NAMES.iter().any(|(iso, names)| *iso == code && names.iter().any(|n| n.eq_ignore_ascii_case(name)))
    };
    name.eq_ignore_ascii_case(code) || set() || known()
}

/// QuickBooks' name of a foreign currency in which a new customer or vendor is to be made: the name that is in use there,
/// else the setting's, else the one of QuickBooks' own list. None in the home currency, or where the books keep one
/// currency only.
#[must_use]
pub fn of_new_party(code: &str, in_use: &[String], ctx: &Context<'_>) -> Option<String> {
    let code = code.trim().to_uppercase();
    let off = !ctx.settings.multicurrency || !ctx.preferences.multi_currency;
    if off || code.is_empty() || code.eq_ignore_ascii_case(home(ctx)) {
        return None;
    }
    if let Some(name) = in_use.iter().find(|name| means(name, &code, ctx)) {
        return Some(name.clone());
    }
    let set = ctx.settings.currency.iter().find(|(own, _)| own.eq_ignore_ascii_case(&code));
    set.map(|(_, name)| name.trim().to_string()).or_else(|| {
        let (_, names) = NAMES.iter().find(|(iso, _)| *iso == code)?;
        Some(names.first()?.split(' ').map(text::capital).collect::<Vec<_>>().join(" "))
    })
}

/// What the document's currency allows, with every reason against it.
pub fn check(
    document: &Document,
    party: Option<&PartyRef>,
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) -> Money {
    let (code, home) = (code_of(document, ctx), home(ctx));
    let books = ctx.preferences.home_currency.trim();
    if !books.is_empty() && !means(books, &home.to_uppercase(), ctx) {
        reasons.block(
            "home_currency_differs",
            "currencyCode",
            format!(
                "The home currency of QuickBooks is {books}, that of Cin7 is {home}; they must be the same."
            ),
        );
    }
    let foreign = !code.eq_ignore_ascii_case(home);
    let of_party = ctx.party_currency.trim();
    if !foreign {
        if let Some(party) = party.filter(|_| !of_party.is_empty() && !means(of_party, &code, ctx)) {
            wrong_party(party, of_party, &code, reasons);
        }
        return Money { code, rate: None };
    }
    let off = if !ctx.settings.multicurrency {
        Some("the setting multicurrency is off")
    } else if !ctx.preferences.multi_currency {
        Some("multi-currency is off in QuickBooks")
    } else {
        None
    };
    if let Some(off) = off {
        let text = format!("It is in {code}, and the books are in {home}: {off}.");
        reasons.block("foreign_currency", "currencyCode", text);
        return Money { code, rate: None };
    }
    match party {
        Some(party) if !means(of_party, &code, ctx) => wrong_party(party, of_party, &code, reasons),
        _ => {}
    }
    let rate = document.currency_rate.map(|rate| rate.round_dp(RATE_DECIMALS).normalize());
    let rate = rate.filter(|rate| *rate > Decimal::ZERO);
    if rate.is_none() {
        reasons.block("no_exchange_rate", "currencyRate", format!("Cin7 gives no exchange rate for {code}."));
    } else {
        reasons.say(
            "exchange_rate",
            "currencyRate",
            format!("It is in {code}; one {code} counts {} {home}, as in Cin7.", rate.unwrap_or_default()),
        );
    }
    Money { code, rate }
}

fn wrong_party(party: &PartyRef, of_party: &str, code: &str, reasons: &mut Reasons) {
    let kept = if of_party.is_empty() { "the home currency" } else { of_party };
    reasons.block(
        "party_currency",
        "currencyCode",
        format!(
            "`{}` is kept in {kept} in QuickBooks, and the document is in {code}. A name's currency cannot be changed: link the contact to a name of {code}.",
            party.name
        ),
    );
}
