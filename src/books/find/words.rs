//! The conditions of the filter language, each with its values.
//!
//! Must stay the one table that parsing, completion and help read.

use super::Wanted;
use crate::base::{Day, Month};
use crate::books::{DraftState, TxnKind};

/// One condition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition {
    /// In front of the colon.
    pub name: &'static str,
    pub means: &'static str,
    /// Values that can be offered; empty where any text goes.
    pub values: &'static [&'static str],
}

/// Every condition.
pub(super) const CONDITIONS: &[Condition] = &[
    Condition {
        name: "kind",
        means: "what it will be in QuickBooks",
        values: &["invoice", "bill", "credit-memo", "vendor-credit", "journal"],
    },
    Condition {
        name: "state",
        means: "where it stands",
        values: &[
            "not-ready",
            "excluded",
            "attention",
            "ready",
            "held",
            "approved",
            "queued",
            "sent",
            "unknown",
            "posted",
            "refused",
            "edited",
            "reversed",
        ],
    },
    Condition {
        name: "type",
        means: "what it is in Cin7",
        values: &[
            "sales-order",
            "purchase-order",
            "credit-note",
            "supplier-credit",
            "adjustment",
            "cogs-month",
            "cogs-difference",
            "landing-cost",
            "typed",
            "csv",
            "joined",
            "accrual",
            "true-up",
            "reversal",
        ],
    },
    Condition { name: "month", means: "month of the ledger date, 2026-02", values: &[] },
    Condition { name: "from", means: "first ledger day, 2026-02-01", values: &[] },
    Condition { name: "to", means: "last ledger day, 2026-02-28", values: &[] },
    Condition {
        name: "is",
        means: "what is special about it",
        values: &["warned", "plain", "pending", "final", "gone", "there", "changed", "old", "recent"],
    },
    Condition { name: "currency", means: "what its amounts are in, EUR", values: &[] },
];

/// `credit-memo`, `CreditMemo` and `credit memo` are one word.
fn squeezed(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// The one value of a list that a person means: whole, or as much of its beginning as leaves no doubt.
pub(super) fn meant<'v>(values: &[&'v str], typed: &str) -> Option<&'v str> {
    let typed = squeezed(typed);
    if typed.is_empty() {
        return None;
    }
    let whole = values.iter().find(|value| squeezed(value) == typed);
    let mut begin = values.iter().filter(|value| squeezed(value).starts_with(&typed));
    whole.copied().or_else(|| match (begin.next(), begin.next()) {
        (Some(only), None) => Some(*only),
        _ => None,
    })
}

fn kind(word: &str) -> Option<TxnKind> {
    TxnKind::ALL.into_iter().find(|kind| kind_word(*kind) == word)
}

/// The word of a kind in the filter line.
#[must_use]
pub const fn kind_word(kind: TxnKind) -> &'static str {
    match kind {
        TxnKind::Invoice => "invoice",
        TxnKind::Bill => "bill",
        TxnKind::CreditMemo => "credit-memo",
        TxnKind::VendorCredit => "vendor-credit",
        TxnKind::JournalEntry => "journal",
    }
}

fn state(word: &str) -> Option<DraftState> {
    DraftState::ALL.iter().copied().find(|state| state_word(*state) == word)
}

/// `sales-order` as Cin7's types are written in ids: `SalesOrder`.
fn type_word(word: &str) -> String {
    let mut out = String::new();
    for part in word.split('-') {
        let mut chars = part.chars();
        out.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    out
}

pub(super) fn month(typed: &str) -> Result<Month, String> {
    typed.parse().map_err(|_| format!("`{typed}` is no month; write it as 2026-02."))
}

fn currency(typed: &str) -> Result<String, String> {
    let is_code = typed.len() == 3 && typed.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code
        .then(|| typed.to_ascii_uppercase())
        .ok_or_else(|| format!("`{typed}` is no currency; write its three letters, as USD."))
}

pub(super) fn day(typed: &str) -> Result<Day, String> {
    typed.parse().map_err(|_| format!("`{typed}` is no day; write it as 2026-02-28."))
}

/// Takes one condition into what is wanted.
pub(super) fn take(wanted: &mut Wanted, name: &str, value: &str) -> Result<(), String> {
    let known = known(CONDITIONS, name)?;
    if value.is_empty() {
        return Err(wants(known));
    }
    for typed in value.split(',').filter(|typed| !typed.is_empty()) {
        match known.name {
            "month" => wanted.months.push(month(typed)?),
            "currency" => wanted.currencies.push(currency(typed)?),
            "from" | "to" => {
                let day = day(typed)?;
                *(if known.name == "from" { &mut wanted.from } else { &mut wanted.to }) = Some(day);
            }
            _ => take_word(wanted, known, typed)?,
        }
    }
    Ok(())
}

fn take_word(wanted: &mut Wanted, known: &Condition, typed: &str) -> Result<(), String> {
    let word = meant(known.values, typed)
        .or_else(|| (known.name == "state").then(|| long_state(typed)).flatten())
        .ok_or_else(|| format!("`{typed}` is none of {}.", known.values.join(", ")))?;
    match known.name {
        "kind" => wanted.kinds.extend(kind(word)),
        "state" => wanted.states.extend(state(word)),
        "type" => wanted.types.push(type_word(word)),
        _ => match word {
            "warned" | "plain" => wanted.warned = Some(word == "warned"),
            "pending" | "final" => wanted.pending = Some(word == "pending"),
            "changed" => wanted.changed = true,
            "old" | "recent" => wanted.old = Some(word == "old"),
            _ => wanted.gone = Some(word == "gone"),
        },
    }
    Ok(())
}

/// The words of the JSON, which people know from the command line.
fn long_state(typed: &str) -> Option<&'static str> {
    Some(match squeezed(typed).as_str() {
        "needsattention" => "attention",
        "inflight" => "sent",
        "rejected" => "refused",
        "driftedinquickbooks" => "edited",
        "voided" => "reversed",
        _ => return None,
    })
}

/// The condition of a name.
pub(super) fn known<'c>(table: &'c [Condition], name: &str) -> Result<&'c Condition, String> {
    table.iter().find(|known| known.name == squeezed(name)).ok_or_else(|| unknown(table, name))
}

/// What a condition without a value lacks.
pub(super) fn wants(known: &Condition) -> String {
    match known.values {
        [] => format!("`{}:` wants a value: {}.", known.name, known.means),
        values => format!("`{}:` wants one of {}.", known.name, values.join(", ")),
    }
}

/// The word of a state in the filter line.
#[must_use]
pub const fn state_word(state: DraftState) -> &'static str {
    match state {
        DraftState::NotReady => "not-ready",
        DraftState::Excluded => "excluded",
        DraftState::NeedsAttention => "attention",
        DraftState::Ready => "ready",
        DraftState::Held => "held",
        DraftState::Approved => "approved",
        DraftState::Queued => "queued",
        DraftState::InFlight => "sent",
        DraftState::Unknown => "unknown",
        DraftState::Posted => "posted",
        DraftState::Rejected => "refused",
        DraftState::DriftedInQuickBooks => "edited",
        DraftState::Voided => "reversed",
    }
}

fn unknown(table: &[Condition], name: &str) -> String {
    let names: Vec<&str> = table.iter().map(|known| known.name).collect();
    match meant(&names, name) {
        Some(near) => format!("`{name}:` is no condition; did you mean `{near}:`?"),
        None => format!(
            "`{name}:` is no condition; there are {}. Put text with a colon in quotation marks.",
            names.join(", ")
        ),
    }
}
