//! QuickBooks' accounts, items, terms, classes and tax codes in memory, found by ListID, name, number or account.
//!
//! Must never hold customers or vendors (there may be tens of thousands; drafts name them by `PartyRef`), and must
//! never choose between two entries that fit equally. Names compare without case (`qbxml.md` 5).

use crate::base::{Decimal, ListId};
use crate::books::{Account, AccountType, Class, Item, ItemKind, ListEntry, ListRef, SalesTaxCode, Terms};
use std::collections::HashMap;

/// SpecialAccountType of the account that collects sales tax (`qbxml.md` 10).
pub const SALES_TAX_PAYABLE: &str = "SalesTaxPayable";

/// The lists a draft is made with.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    accounts: Vec<Account>,
    items: Vec<Item>,
    terms: Vec<Terms>,
    classes: Vec<Class>,
    tax_codes: Vec<SalesTaxCode>,
    account_ids: HashMap<ListId, usize>,
    account_names: HashMap<String, usize>,
    account_numbers: HashMap<String, Vec<usize>>,
    item_ids: HashMap<ListId, usize>,
    item_names: HashMap<String, usize>,
    items_of_account: HashMap<ListId, Vec<usize>>,
    sales_tax_payable: Option<ListRef>,
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Lists {
    /// Indexes the entries; customers, vendors, employees and other names are left out.
    #[must_use]
    pub fn new(entries: Vec<ListEntry>) -> Self {
        let mut lists = Lists::default();
        for entry in entries {
            match entry {
                ListEntry::Account(account) => lists.add_account(account),
                ListEntry::Item(item) => lists.add_item(item),
                ListEntry::Terms(terms) => lists.terms.push(terms),
                ListEntry::Class(class) => lists.classes.push(class),
                ListEntry::SalesTaxCode(code) => lists.tax_codes.push(code),
                ListEntry::Party(_) => {}
            }
        }
        lists
    }

    fn add_account(&mut self, account: Account) {
        let place = self.accounts.len();
        self.account_ids.insert(account.id.clone(), place);
        self.account_names.insert(key(&account.full_name), place);
        if !account.number.trim().is_empty() {
            self.account_numbers.entry(key(&account.number)).or_default().push(place);
        }
        if account.special == SALES_TAX_PAYABLE {
            self.sales_tax_payable = Some(reference(&account.id, &account.full_name));
        }
        self.accounts.push(account);
    }

    fn add_item(&mut self, item: Item) {
        let place = self.items.len();
        self.item_ids.insert(item.id.clone(), place);
        self.item_names.insert(key(&item.full_name), place);
        if let Some(account) = &item.account {
            self.items_of_account.entry(account.id.clone()).or_default().push(place);
        }
        self.items.push(item);
    }

    /// All accounts, as pulled.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// All items, as pulled.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// All terms, as pulled.
    #[must_use]
    pub fn terms(&self) -> &[Terms] {
        &self.terms
    }

    /// All classes, as pulled.
    #[must_use]
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The account of a reference: by ListID, or by FullName where a setting holds only a name.
    #[must_use]
    pub fn account(&self, wanted: &ListRef) -> Option<&Account> {
        if wanted.id.is_empty() {
            return self.account_by_name(&wanted.name);
        }
        self.account_ids.get(&wanted.id).and_then(|&place| self.accounts.get(place))
    }

    /// The account of that FullName.
    #[must_use]
    pub fn account_by_name(&self, full_name: &str) -> Option<&Account> {
        self.account_names.get(&key(full_name)).and_then(|&place| self.accounts.get(place))
    }

    /// The one active account of that number; none where two share it.
    #[must_use]
    pub fn account_by_number(&self, number: &str) -> Option<&Account> {
        let places = self.account_numbers.get(&key(number))?;
        only(places.iter().filter_map(|&place| self.accounts.get(place)).filter(|account| account.active))
    }

    /// The item of a reference: by ListID, or by FullName where a setting holds only a name.
    #[must_use]
    pub fn item(&self, wanted: &ListRef) -> Option<&Item> {
        if wanted.id.is_empty() {
            return self.item_by_name(&wanted.name);
        }
        self.item_ids.get(&wanted.id).and_then(|&place| self.items.get(place))
    }

    /// The item of that FullName.
    #[must_use]
    pub fn item_by_name(&self, full_name: &str) -> Option<&Item> {
        self.item_names.get(&key(full_name)).and_then(|&place| self.items.get(place))
    }

    /// The active items whose sales post to that account.
    pub fn items_on_account<'a>(&'a self, account: &ListId) -> impl Iterator<Item = &'a Item> {
        self.items_of_account
            .get(account)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .filter_map(|&place| self.items.get(place))
            .filter(|item| item.active)
    }

    /// The one active service item on the account of that number (design 8.11).
    #[must_use]
    pub fn only_service_item_on(&self, account_number: &str) -> Option<&Item> {
        let account = self.account_by_number(account_number)?;
        only(self.items_on_account(&account.id).filter(|item| item.kind == ItemKind::Service))
    }

    /// The terms of a reference, by ListID or name.
    #[must_use]
    pub fn terms_of(&self, wanted: &ListRef) -> Option<&Terms> {
        if wanted.id.is_empty() {
            return self.terms_by_name(&wanted.name);
        }
        self.terms.iter().find(|terms| terms.id == wanted.id)
    }

    /// The active terms of that name.
    #[must_use]
    pub fn terms_by_name(&self, name: &str) -> Option<&Terms> {
        self.terms.iter().find(|terms| terms.active && terms.name.trim().eq_ignore_ascii_case(name.trim()))
    }

    /// The class of a reference, by ListID or FullName.
    #[must_use]
    pub fn class(&self, wanted: &ListRef) -> Option<&Class> {
        self.classes.iter().find(|class| {
            if wanted.id.is_empty() {
                class.full_name.eq_ignore_ascii_case(wanted.name.trim())
            } else {
                class.id == wanted.id
            }
        })
    }

    /// The only active sales tax code that is (or is not) taxable.
    #[must_use]
    pub fn only_tax_code(&self, taxable: bool) -> Option<ListRef> {
        only(self.tax_codes.iter().filter(|code| code.active && code.taxable == taxable))
            .map(|code| reference(&code.id, &code.name))
    }

    /// The sales tax code of a reference, by ListID or name.
    #[must_use]
    pub fn tax_code(&self, wanted: &ListRef) -> Option<&SalesTaxCode> {
        self.tax_codes.iter().find(|code| {
            if wanted.id.is_empty() {
                code.name.eq_ignore_ascii_case(wanted.name.trim())
            } else {
                code.id == wanted.id
            }
        })
    }

    /// The account that collects sales tax, by its special type.
    #[must_use]
    pub fn sales_tax_payable(&self) -> Option<&ListRef> {
        self.sales_tax_payable.as_ref()
    }

    /// Whether this is the account that collects sales tax: no line of ours may name it (design 4.1).
    #[must_use]
    pub fn is_sales_tax_payable(&self, account: &ListRef) -> bool {
        self.account(account).is_some_and(|found| found.special == SALES_TAX_PAYABLE)
    }

    /// The active accounts of a type.
    pub fn accounts_of(&self, kind: AccountType) -> impl Iterator<Item = &Account> {
        self.accounts.iter().filter(move |account| account.active && account.kind == kind)
    }

    /// Percentage of a sales-tax item or of a group (the sum of its members).
    #[must_use]
    pub fn tax_percent(&self, item: &Item) -> Option<Decimal> {
        match item.kind {
            ItemKind::SalesTax => item.tax_rate,
            ItemKind::SalesTaxGroup => item
                .members
                .iter()
                .map(|member| self.item(member).and_then(|single| single.tax_rate))
                .try_fold(Decimal::ZERO, |sum, rate| sum.checked_add(rate?)),
            _ => None,
        }
    }
}

/// A reference to an entry by its id and name.
#[must_use]
pub fn reference(id: &ListId, name: &str) -> ListRef {
    ListRef { id: id.clone(), name: name.to_string() }
}

/// The only element, or none where there are none or several.
pub fn only<T>(mut some: impl Iterator<Item = T>) -> Option<T> {
    let first = some.next()?;
    some.next().is_none().then_some(first)
}
