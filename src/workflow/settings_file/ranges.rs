//! What no type of a setting can know: figures out of their range, ids that are none, accounts that would move nothing.
//!
//! Must never refuse what a company may rightly want: each finding names something that could only fail later, or that
//! nobody would notice (`cin7-quickbooks-integration.md` 11 has the ranges).

use crate::books::Settings;
use crate::net::cin7_client::check_address;
use rust_decimal::Decimal;

/// "Update COGS for Number of Past Months" goes up to 12 (`cin7-quickbooks-integration.md` 8.1 and 11).
const COGS_MONTHS: u32 = 12;
/// Ten years: further back nothing is listed that is done.
const LOOKBACK_MONTHS: u32 = 120;
/// QuickBooks holds 11 characters of a sale's number (`cin7-quickbooks-integration.md` 2.5).
const SALES_PREFIX: usize = 6;
/// Of the 11 characters of a cost journal's number, year, month and letter take seven (design 8.5).
const COGS_PREFIX: usize = 4;

type Wrong = Vec<(String, String)>;

/// Keys with their problem.
pub(super) fn out_of_range(settings: &Settings) -> Wrong {
    let mut wrong = Wrong::new();
    figures(settings, &mut wrong);
    cin7(settings, &mut wrong);
    endpoint(settings, &mut wrong);
    houses(settings, &mut wrong);
    prefixes(settings, &mut wrong);
    ids(settings, &mut wrong);
    rates(settings, &mut wrong);
    both_sides(settings, &mut wrong);
    wrong
}

fn say(wrong: &mut Wrong, key: impl Into<String>, text: impl Into<String>) {
    wrong.push((key.into(), text.into()));
}

fn figures(settings: &Settings, wrong: &mut Wrong) {
    if settings.company_id.is_nil() {
        say(
            wrong,
            "company_id",
            "there is no company_id; `countersign init` makes it, and it is never changed",
        );
    }
    if settings.rounding_max.is_negative() || settings.rounding_max.get() > 100 {
        say(wrong, "rounding_max", "the largest rounding line lies between 0.00 and 1.00");
    }
    for (key, months, most) in [
        ("cogs_months_back", settings.cogs_months_back, COGS_MONTHS),
        ("lookback_months", settings.lookback_months, LOOKBACK_MONTHS),
    ] {
        if months > most {
            say(wrong, key, format!("`{months}` months are too many; it lies between 0 and {most}"));
        }
    }
}

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn cin7(settings: &Settings, wrong: &mut Wrong) {
    if settings.cin7.limit_factor == 0 {
        say(wrong, "cin7.limit_factor", "it is 1 or more");
    }
    if let Err(problem) = check_address(&settings.cin7.url) {
        say(wrong, "cin7.url", problem.happened.trim_end_matches('.'));
    }
    // With another word every document would be held back as a foreign one.
    if !is_currency(&settings.cin7.base_currency) {
        say(
            wrong,
            "cin7.base_currency",
            format!(
                "`{}` is no currency; write its three capital letters, as USD",
                settings.cin7.base_currency
            ),
        );
    }
    for code in settings.currency.keys().filter(|code| !is_currency(code)) {
        say(
            wrong,
            format!("currency.{code}"),
            format!("`{code}` is no currency; write its three capital letters, as EUR"),
        );
    }
}

fn endpoint(settings: &Settings, wrong: &mut Wrong) {
    if !(1..=24 * 60).contains(&settings.endpoint.every_minutes) {
        say(wrong, "endpoint.every_minutes", "it is 1 minute or more, and a day (1440) or less");
    }
    if settings.endpoint.listen.parse::<std::net::SocketAddr>().is_err() {
        say(wrong, "endpoint.listen", "it is an address of this computer with a port, as 127.0.0.1:8085");
    }
    if settings.endpoint.user.trim().is_empty() {
        say(wrong, "endpoint.user", "the Web Connector needs a user name");
    }
}

fn houses(settings: &Settings, wrong: &mut Wrong) {
    for (number, rule) in (1_usize..).zip(&settings.house) {
        if rule.is_empty() {
            say(
                wrong,
                format!("house.{number}"),
                "a rule names a branch, a channel or a group; this one would take every sale",
            );
        }
        if rule.customer.name.is_empty() && rule.customer.id.is_empty() {
            say(wrong, format!("house.{number}.customer"), "the rule names no customer");
        }
        if !rule.branch.trim().is_empty() && !is_id(rule.branch.trim()) {
            say(wrong, format!("house.{number}.branch"), no_id(&rule.branch, "branch"));
        }
    }
}

fn prefixes(settings: &Settings, wrong: &mut Wrong) {
    for (key, prefix) in
        [("prefix.invoice", &settings.prefix.invoice), ("prefix.credit_memo", &settings.prefix.credit_memo)]
    {
        if prefix.chars().count() > SALES_PREFIX {
            say(wrong, key, "it leaves too little of the 11 characters of a number; keep it to 6");
        }
    }
    let cogs = &settings.prefix.cogs;
    if cogs.chars().count() > COGS_PREFIX
        || !cogs.chars().all(|c| c.is_ascii_graphic() && !c.is_ascii_digit())
    {
        say(
            wrong,
            "prefix.cogs",
            format!(
                "`{cogs}` does not fit before year, month and letter; it is up to {COGS_PREFIX} letters without digits or blanks, as CG"
            ),
        );
    }
}

fn is_id(text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|id| id > 0)
}

fn no_id(written: &str, what: &str) -> String {
    format!(
        "`{written}` is no id of a Cin7 {what}; an id is a number, and a {what} named by a word would never be found"
    )
}

/// What is looked up by its Cin7 id: a name in its place would simply never fit.
fn ids(settings: &Settings, wrong: &mut Wrong) {
    for branch in settings.branch.keys().filter(|branch| !is_id(branch)) {
        say(wrong, format!("branch.{branch}"), no_id(branch, "branch"));
    }
    for contact in settings.customer_tax.keys().filter(|contact| !is_id(contact)) {
        say(wrong, format!("customer_tax.{contact}"), no_id(contact, "contact"));
    }
}

fn rates(settings: &Settings, wrong: &mut Wrong) {
    for (number, rule) in (1_usize..).zip(&settings.tax) {
        if rule.rate.is_sign_negative() || rule.rate > Decimal::ONE_HUNDRED {
            say(
                wrong,
                format!("tax.{number}.rate"),
                format!("`{}` is no percentage of tax; it lies between 0 and 100", rule.rate),
            );
        }
    }
}

/// A journal between the inventory account and itself would move nothing, and nobody would see it.
fn both_sides(settings: &Settings, wrong: &mut Wrong) {
    let Some(inventory) = &settings.account.inventory_asset else { return };
    let account = &settings.account;
    let fixed = [
        ("account.cogs", &account.cogs),
        ("account.adjustment", &account.adjustment),
        ("account.accrual", &account.accrual),
        ("account.true_up", &account.true_up),
    ];
    let named = fixed.into_iter().filter_map(|(key, other)| Some((key.to_string(), other.as_ref()?)));
    let reasons =
        settings.adjustment_reason.iter().map(|(name, other)| (format!("adjustment_reason.{name}"), other));
    let landing = settings.landing.iter().map(|(name, other)| (format!("landing.{name}"), other));
    let free =
        settings.cogs.zero_total.iter().map(|(name, other)| (format!("cogs.zero_total.{name}"), other));
    let codes = settings
        .gl
        .iter()
        .filter_map(|(code, entry)| Some((format!("gl.{code}.cogs_account"), entry.cogs_account.as_ref()?)));
    for (key, other) in named.chain(reasons).chain(landing).chain(free).chain(codes) {
        let same = if other.id.is_empty() || inventory.id.is_empty() {
            !other.name.is_empty() && other.name.eq_ignore_ascii_case(&inventory.name)
        } else {
            other.id == inventory.id
        };
        if same {
            say(
                wrong,
                key,
                format!(
                    "`{}` is the inventory account itself; a journal between the two sides would move nothing",
                    other.name
                ),
            );
        }
    }
}
