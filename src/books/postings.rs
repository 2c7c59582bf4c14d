//! Debits and credits: what a document does to the accounts.
//!
//! Must never hold an amount below zero: what is negative stands on the other side. Posting tables:
//! `cin7-quickbooks-integration.md` 5, 6, 7.1; roles: design section 3.

use super::transactions::Role;
use crate::base::{Cents, Decimal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Debit or credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Side {
    Debit,
    Credit,
}

impl Side {
    /// The other side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Side::Debit => Side::Credit,
            Side::Credit => Side::Debit,
        }
    }
}

/// One debit or credit of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Posting {
    pub role: Role,
    pub account: String,
    pub item: Option<String>,
    pub class: Option<String>,
    pub side: Side,
    /// Never negative.
    pub amount: Cents,
    pub quantity: Option<Decimal>,
    pub text: String,
    pub why: String,
}

impl Posting {
    /// A posting of an amount in its own sense: below zero it stands on the other side.
    pub(super) fn new(role: Role, account: &str, side: Side, amount: Cents) -> Self {
        let side = if amount.is_negative() { side.other() } else { side };
        Posting {
            role,
            account: account.to_string(),
            item: None,
            class: None,
            side,
            amount: amount.abs(),
            quantity: None,
            text: String::new(),
            why: String::new(),
        }
    }

    /// Its amount, where it is a debit.
    #[must_use]
    pub fn debit(&self) -> Option<Cents> {
        (self.side == Side::Debit).then_some(self.amount)
    }

    /// Its amount, where it is a credit.
    #[must_use]
    pub fn credit(&self) -> Option<Cents> {
        (self.side == Side::Credit).then_some(self.amount)
    }

    /// The account, with the item that leads to it where there is one.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.item {
            Some(item) => format!("{} / {item}", self.account),
            None => self.account.clone(),
        }
    }
}

/// Debits and credits by account.
#[must_use]
pub fn by_account<'a>(postings: impl IntoIterator<Item = &'a Posting>) -> BTreeMap<&'a str, (Cents, Cents)> {
    let mut accounts: BTreeMap<&str, (Cents, Cents)> = BTreeMap::new();
    for posting in postings {
        let (debits, credits) = accounts.entry(&posting.account).or_default();
        *debits += posting.debit().unwrap_or_default();
        *credits += posting.credit().unwrap_or_default();
    }
    accounts
}
