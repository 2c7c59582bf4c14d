//! The account, item, tax and class map proposed from QuickBooks' lists, with reasons (design section 1, Connect).
//!
//! Must never call a guess sure: what decides an agency or an account is only sure where one answer fits, and two
//! agencies with one rate are never chosen between without a person (design 8.6). Items for GL codes: design 8.11.

use super::lists::{Lists, SALES_TAX_PAYABLE, only, reference};
use super::propose_tax;
use super::seen::Seen;
use super::slot::Slot;
use super::terms;
use crate::base::text::{self, many};
use crate::books::settings::InventoryMethod;
use crate::books::{Account, AccountType, Item, ItemKind, ListAdd, ListRef, Preferences, Settings};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Longest item name (`qbxml.md` 4).
const ITEM_NAME: usize = 31;
/// Words by which an item or account for a charge is known.
const FREIGHT: [&str; 3] = ["freight", "shipping", "delivery"];
const SURCHARGE: [&str; 3] = ["surcharge", "handling", "card fee"];
const DISCOUNT: [&str; 1] = ["discount"];
const ROUNDING: [&str; 1] = ["rounding"];

/// One proposed setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedSetting {
    /// What it fills.
    pub slot: Slot,
    /// Dotted key.
    pub key: String,
    /// What fits best; none where nothing does.
    pub value: Option<ListRef>,
    /// Why, in words.
    pub reason: String,
    /// Whether only this fits; anything else is a person's to choose.
    pub sure: bool,
}

/// An item that is needed and lacking, to be created by an approved Add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingItem {
    /// The setting that will name it.
    pub slot: Slot,
    /// Dotted key of that setting.
    pub key: String,
    /// The request.
    pub add: ListAdd,
    /// Why, and why on that account.
    pub reason: String,
}

/// The whole proposal: open questions only; what is chosen already is not asked again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Settings.
    pub items: Vec<ProposedSetting>,
    /// Items to create.
    pub missing: Vec<MissingItem>,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// Proposes what is not chosen yet.
#[must_use]
pub fn propose(lists: &Lists, preferences: &Preferences, settings: &Settings, seen: &Seen) -> Proposal {
    let proposal = Proposal::default();
    let mut proposer = Proposer { lists, preferences, settings, seen, taken: settings.clone(), proposal };
    proposer.accounts();
    proposer.sales_items();
    proposer.charges();
    proposer.purchase_codes();
    proposer.terms_and_classes();
    if preferences.sales_tax {
        propose_tax::taxes(&mut proposer);
    }
    proposer.warnings();
    proposer.proposal
}

/// Takes over what is sure and not chosen yet.
#[must_use]
pub fn accept(settings: &Settings, proposal: &Proposal) -> Settings {
    let mut settings = settings.clone();
    for item in proposal.items.iter().filter(|item| item.sure) {
        if let Some(value) = &item.value {
            item.slot.fill(&mut settings, value);
        }
    }
    settings
}

/// Names an item that is still to be created: by its name alone, its ListID is bound when QuickBooks has made it.
pub fn name_missing(settings: &mut Settings, missing: &MissingItem) -> bool {
    missing.slot.fill(settings, &ListRef::new("", missing.add.name()))
}

/// Collects a proposal.
pub(super) struct Proposer<'a> {
    pub(super) lists: &'a Lists,
    preferences: &'a Preferences,
    pub(super) settings: &'a Settings,
    pub(super) seen: &'a Seen,
    /// The settings with a mark on every question that was asked.
    taken: Settings,
    proposal: Proposal,
}

/// What was found for a slot.
pub(super) struct Finding {
    pub(super) value: Option<ListRef>,
    pub(super) reason: String,
    pub(super) sure: bool,
}

impl Finding {
    pub(super) fn none(reason: impl Into<String>) -> Self {
        Finding { value: None, reason: reason.into(), sure: false }
    }

    fn account(account: &Account, reason: impl Into<String>, sure: bool) -> Self {
        Finding { value: Some(reference(&account.id, &account.full_name)), reason: reason.into(), sure }
    }

    pub(super) fn item(item: &Item, reason: impl Into<String>, sure: bool) -> Self {
        Finding { value: Some(reference(&item.id, &item.full_name)), reason: reason.into(), sure }
    }
}

impl<'a> Proposer<'a> {
    /// Keeps what was found, unless the setting is chosen already.
    pub(super) fn put(&mut self, slot: Slot, found: Finding) {
        if slot.fill(&mut self.taken, &ListRef::new("", "asked already")) {
            let Finding { value, reason, sure } = found;
            self.proposal.items.push(ProposedSetting { key: slot.key(), slot, value, reason, sure });
        }
    }

    fn is_chosen(&mut self, slot: &Slot) -> bool {
        slot.is_chosen(&mut self.taken)
    }

    pub(super) fn warn(&mut self, text: impl Into<String>) {
        self.proposal.warnings.push(text.into());
    }

    fn accounts(&mut self) {
        use AccountType as T;
        let lists = self.lists;
        let inventory = special(lists, "InventoryAssets").unwrap_or_else(|| {
            by_words(lists, &[T::OtherCurrentAsset], &["inventory"], "an inventory account")
        });
        self.put(Slot::InventoryAsset, inventory);
        let cogs = special(lists, "CostOfGoodsSold")
            .unwrap_or_else(|| only_of(lists, T::CostOfGoodsSold, "cost of goods sold account"));
        self.put(Slot::Cogs, cogs);
        let kinds = [T::CostOfGoodsSold, T::Expense, T::OtherExpense];
        self.put(
            Slot::Adjustment,
            by_words(lists, &kinds, &["adjustment", "shrinkage"], "an account for stock adjustments"),
        );
        let kinds = [T::Expense, T::OtherExpense, T::Income, T::OtherIncome];
        self.put(Slot::RoundingAccount, by_words(lists, &kinds, &ROUNDING, "an account for rounding"));
        self.put(Slot::Receivable, only_of(lists, T::AccountsReceivable, "receivable account"));
        self.put(Slot::Payable, only_of(lists, T::AccountsPayable, "payable account"));
        if self.seen.taxed_purchases > 0 {
            let kinds = [T::Expense, T::CostOfGoodsSold, T::OtherCurrentAsset, T::OtherExpense];
            let words = ["purchase tax", "tax on purchases", "use tax", "input tax"];
            self.put(Slot::PurchaseTax, by_words(lists, &kinds, &words, "an account for tax on purchases"));
        }
        if self.settings.inventory_method == InventoryMethod::Periodic {
            let kinds = [T::CostOfGoodsSold, T::Expense];
            self.put(Slot::PurchaseExpense, by_words(lists, &kinds, &["purchases"], "a purchases account"));
        }
    }

    /// Items of GL codes on sales, and the default sales item.
    fn sales_items(&mut self) {
        let mut used: Vec<(&String, u64)> = self
            .seen
            .codes
            .iter()
            .filter(|(_, uses)| uses.sales > 0)
            .map(|(code, uses)| (code, uses.sales))
            .collect();
        used.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
        let mut default = None;
        for (code, count) in used {
            match self.item_of_code(code) {
                Ok(found) => {
                    if default.is_none() && found.sure {
                        default = found.value.clone().map(|value| (value, code.clone()));
                    }
                    self.put(Slot::GlItem(code.clone()), found);
                }
                Err(reason) => self.missing_code_item(code, count, &reason),
            }
        }
        let found = match default {
            Some((item, code)) => Finding {
                reason: format!("the item of GL code {code}, which most sales lines carry"),
                value: Some(item),
                sure: true,
            },
            None => self.default_sales_item(),
        };
        self.put(Slot::Sales, found);
    }

    fn item_of_code(&self, code: &str) -> Result<Finding, String> {
        let lists = self.lists;
        if let Some(item) =
            lists.item_by_name(code).filter(|item| item.active && item.kind.may_stand_on_sales_line())
        {
            return Ok(Finding::item(item, "the item has the code's name", true));
        }
        let Some(account) = lists.account_by_number(code) else {
            return Err(format!("no item is named {code} and no account has that number"));
        };
        let services: Vec<&Item> =
            lists.items_on_account(&account.id).filter(|item| item.kind == ItemKind::Service).collect();
        let named =
            services.iter().find(|item| leaf(&item.full_name).eq_ignore_ascii_case(leaf(&account.full_name)));
        match (services.as_slice(), named) {
            ([], _) => Err(format!("no service item posts to {} {}", account.number, account.full_name)),
            ([one], _) => {
                Ok(Finding::item(one, format!("the only service item on {}", account.full_name), true))
            }
            // Whichever is taken, the same account is hit.
            (_, Some(item)) => Ok(Finding::item(
                item,
                format!("named like its account; {} others post to the same one", services.len() - 1),
                true,
            )),
            ([first, ..], None) => Ok(Finding::item(
                first,
                format!("one of {} service items that all post to {}", services.len(), account.full_name),
                true,
            )),
        }
    }

    fn missing_code_item(&mut self, code: &str, count: u64, reason: &str) {
        let slot = Slot::GlItem(code.to_string());
        if self.is_chosen(&slot) {
            return;
        }
        let Some(account) = self.lists.account_by_number(code) else {
            let finding = Finding::none(format!("{reason}; {} with it", many(count, "line")));
            self.put(slot, finding);
            return;
        };
        let add = self.new_item(ItemKind::Service, code, &account.full_name, account, true);
        let reason = format!("GL code {code} stands on {count} sales lines and {reason}");
        self.proposal.missing.push(MissingItem { key: slot.key(), slot, add, reason });
    }

    fn default_sales_item(&mut self) -> Finding {
        let lists = self.lists;
        let income = |item: &&Item| {
            item.active
                && item.kind == ItemKind::Service
                && account_of(lists, item).is_some_and(|account| account.kind == AccountType::Income)
        };
        let services: Vec<&Item> = lists.items().iter().filter(income).collect();
        let named = services.iter().find(|item| leaf(&item.full_name).eq_ignore_ascii_case("sales"));
        match (services.as_slice(), named) {
            ([one], _) => Finding::item(one, "the only service item on an income account", true),
            (_, Some(item)) => Finding::item(item, "a service item named Sales", true),
            ([first, ..], None) => Finding::item(first, "one of several service items; please choose", false),
            ([], _) => {
                let Some(account) = self.income_account(&["sales", "merchandise"]) else {
                    return Finding::none("QuickBooks has no service item and no income account");
                };
                let add = self.new_item(ItemKind::Service, "Sales", "Sales", account, true);
                let reason = format!(
                    "no service item posts to an income account; it will post to {}",
                    account.full_name
                );
                self.proposal.missing.push(MissingItem {
                    key: Slot::Sales.key(),
                    slot: Slot::Sales,
                    add,
                    reason,
                });
                Finding::none("no service item yet; one can be created")
            }
        }
    }

    fn charges(&mut self) {
        let [freight, surcharge, discount] = self.seen.charges;
        let wanted: [(Slot, &str, &[&str], u64); 4] = [
            (Slot::Freight, "Freight", &FREIGHT, freight),
            (Slot::Surcharge, "Surcharge", &SURCHARGE, surcharge),
            (Slot::Discount, "Discount", &DISCOUNT, discount),
            // Any document may need the cent that rounding leaves.
            (Slot::RoundingItem, "Rounding", &ROUNDING, self.seen.sales.max(1)),
        ];
        for (slot, name, words, count) in wanted {
            match self.charge_item(&slot, words) {
                Some(found) => self.put(slot, found),
                None if count > 0 => self.missing_charge(&slot, name, words),
                None => {}
            }
        }
    }

    fn charge_item(&self, slot: &Slot, words: &[&str]) -> Option<Finding> {
        let lists = self.lists;
        let fits = |item: &&Item| {
            let kind = match slot {
                Slot::Discount => item.kind.may_stand_on_sales_line(),
                _ => item.kind.may_stand_on_sales_line() && item.kind != ItemKind::Discount,
            };
            let account = account_of(lists, item).is_some_and(|account| match slot {
                Slot::Freight | Slot::Surcharge => {
                    matches!(account.kind, AccountType::Income | AccountType::OtherIncome)
                }
                _ => is_profit_and_loss(account.kind),
            });
            item.active && kind && account && mentions(&item.full_name, words)
        };
        let found: Vec<&Item> = lists.items().iter().filter(fits).collect();
        let exact = found
            .iter()
            .find(|item| words.iter().any(|word| leaf(&item.full_name).eq_ignore_ascii_case(word)));
        let accounts: BTreeSet<&ListRef> = found.iter().filter_map(|item| item.account.as_ref()).collect();
        match (found.as_slice(), exact) {
            ([], _) => None,
            ([one], _) => Some(Finding::item(one, "the only item of that name", true)),
            (_, Some(item)) => Some(Finding::item(item, "the item of exactly that name", true)),
            ([first, ..], None) if accounts.len() == 1 => Some(Finding::item(
                first,
                "one of several such items that all post to the same account",
                true,
            )),
            ([first, ..], None) => {
                Some(Finding::item(first, "one of several such items; please choose", false))
            }
        }
    }

    fn missing_charge(&mut self, slot: &Slot, name: &str, words: &[&str]) {
        if self.is_chosen(slot) {
            return;
        }
        let lists = self.lists;
        let of_name = || {
            only(lists.accounts().iter().filter(|account| {
                account.active && is_profit_and_loss(account.kind) && mentions(&account.full_name, words)
            }))
        };
        let account = match slot {
            Slot::RoundingItem | Slot::Discount => of_name().or_else(|| self.income_account(words)),
            _ => self.income_account(words),
        };
        let Some(account) = account else {
            self.warn(format!(
                "An item for {} is needed, and QuickBooks has no income account for it.",
                name.to_lowercase()
            ));
            return;
        };
        let taxable = !matches!(slot, Slot::RoundingItem);
        let add = self.new_item(ItemKind::OtherCharge, name, name, account, taxable);
        let why = if mentions(&account.full_name, words) { "by its name" } else { "as the sales account" };
        let reason = format!(
            "no item for {} was found; it will post to {} ({why})",
            name.to_lowercase(),
            account.full_name
        );
        self.proposal.missing.push(MissingItem { key: slot.key(), slot: slot.clone(), add, reason });
    }

    /// The income account of these words, else that of most sales, else the first.
    fn income_account(&self, words: &[&str]) -> Option<&'a Account> {
        let lists = self.lists;
        let income = || lists.accounts_of(AccountType::Income);
        let most_used = || {
            let code =
                self.seen.codes.iter().max_by_key(|(_, uses)| uses.sales).map(|(code, _)| code.as_str())?;
            lists.account_by_number(code).filter(|account| account.kind == AccountType::Income)
        };
        income()
            .find(|account| mentions(&account.full_name, words))
            .or_else(most_used)
            .or_else(|| income().find(|account| mentions(&account.full_name, &["sales"])))
            .or_else(|| income().next())
    }

    fn new_item(&self, kind: ItemKind, name: &str, text: &str, account: &Account, taxable: bool) -> ListAdd {
        let (name, _) = text::for_quickbooks(name);
        let free = |name: &String| self.lists.item_by_name(name).is_none();
        let plain = text::cut_at_word(&name.replace(':', " -"), ITEM_NAME);
        let name =
            if free(&plain) { plain } else { format!("{} (Cin7)", text::cut_at_word(&plain, ITEM_NAME - 7)) };
        let codes = self.preferences;
        let code = if taxable { &codes.taxable_code } else { &codes.non_taxable_code };
        ListAdd::Item {
            kind,
            name,
            text: text.to_string(),
            account: reference(&account.id, &account.full_name),
            tax_code: code.clone().filter(|_| codes.sales_tax),
        }
    }

    fn purchase_codes(&mut self) {
        let lists = self.lists;
        let codes: Vec<(String, u64)> = self
            .seen
            .codes
            .iter()
            .filter(|(_, uses)| uses.purchases > 0)
            .map(|(code, uses)| (code.clone(), uses.purchases))
            .collect();
        for (code, count) in codes {
            let found = if let Some(account) = lists.account_by_number(&code) {
                Finding::account(account, "the account of that number", true)
            } else if let Some(account) = lists.account_by_name(&code).filter(|account| account.active) {
                Finding::account(account, "the account of that name", true)
            } else {
                Finding::none(format!(
                    "no account has that number or name; {} with it",
                    many(count, "purchase line")
                ))
            };
            self.put(Slot::GlAccount(code), found);
        }
    }

    fn terms_and_classes(&mut self) {
        let lists = self.lists;
        for (words, count) in &self.seen.terms {
            if terms::find(words, self.settings, lists).is_some() {
                continue;
            }
            let found =
                terms::days_in(words).and_then(|days| terms::of_days(days, lists).map(|terms| (days, terms)));
            let finding = match found {
                Some((days, terms)) => Finding {
                    value: Some(reference(&terms.id, &terms.name)),
                    reason: format!("both mean {days} days"),
                    sure: true,
                },
                None => Finding::none(format!(
                    "QuickBooks has no such terms; {} with them",
                    many(count, "document")
                )),
            };
            self.put(Slot::Terms(words.clone()), finding);
        }
        if !self.preferences.class_tracking {
            return;
        }
        for branch in self.seen.branches.keys() {
            let Some(name) = self.seen.branch_names.get(branch) else { continue };
            let class = lists
                .classes()
                .iter()
                .find(|class| class.active && leaf(&class.full_name).eq_ignore_ascii_case(name.trim()));
            let finding = match class {
                Some(class) => Finding {
                    value: Some(reference(&class.id, &class.full_name)),
                    reason: "the class has the branch's name".into(),
                    sure: true,
                },
                None => Finding::none(format!("no class is named `{name}`")),
            };
            self.put(Slot::BranchClass(branch.to_string()), finding);
        }
    }

    fn warnings(&mut self) {
        let lists = self.lists;
        if self.preferences.cash_basis {
            self.warn("QuickBooks shows its reports on cash basis; this program compares on accrual basis.");
        }
        let inventory = self.settings.account.inventory_asset.clone().or_else(|| {
            self.proposal
                .items
                .iter()
                .find(|item| item.slot == Slot::InventoryAsset)
                .and_then(|item| item.value.clone())
        });
        if let Some(inventory) = inventory {
            let stock = lists.items().iter().filter(|item| {
                matches!(item.kind, ItemKind::Inventory | ItemKind::InventoryAssembly)
                    && item.asset_account.as_ref().is_some_and(|account| account.id == inventory.id)
            });
            let count = stock.count();
            if count > 0 {
                self.warn(format!(
                    "{} of QuickBooks use `{}` too; its valuation report will differ from the balance.",
                    many(count, "stock item"),
                    inventory.name
                ));
            }
        }
        if self.preferences.sales_tax
            && (self.preferences.taxable_code.is_none() || self.preferences.non_taxable_code.is_none())
        {
            self.warn("QuickBooks does not say which sales tax codes mean taxable and non-taxable.");
        }
        let taxed = self.seen.taxes.iter().any(|(tax, _)| !tax.rate.is_zero());
        if taxed && !self.preferences.sales_tax {
            self.warn("Cin7 charges sales tax, but sales tax is switched off in QuickBooks.");
        }
    }
}

fn account_of<'l>(lists: &'l Lists, item: &Item) -> Option<&'l Account> {
    item.account.as_ref().and_then(|account| lists.account(account))
}

fn special(lists: &Lists, word: &str) -> Option<Finding> {
    let found = only(lists.accounts().iter().filter(|account| account.active && account.special == word))?;
    Some(Finding::account(found, "QuickBooks' own account for it", true))
}

fn only_of(lists: &Lists, kind: AccountType, what: &str) -> Finding {
    let mut found = lists.accounts_of(kind);
    match (found.next(), found.next()) {
        (Some(one), None) => Finding::account(one, format!("the only {what}"), true),
        (Some(first), Some(_)) => {
            Finding::account(first, format!("one of several {what}s; please choose"), false)
        }
        (None, _) => Finding::none(format!("QuickBooks has no {what}")),
    }
}

fn by_words(lists: &Lists, kinds: &[AccountType], words: &[&str], what: &str) -> Finding {
    let fits = |account: &&Account| {
        account.active
            && kinds.contains(&account.kind)
            && account.special != SALES_TAX_PAYABLE
            && mentions(&account.full_name, words)
    };
    let mut found = lists.accounts().iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(one), None) => Finding::account(one, "the only account whose name says so", true),
        (Some(first), Some(_)) => {
            Finding::account(first, "one of several whose names say so; please choose", false)
        }
        (None, _) => Finding::none(format!("QuickBooks has no account that reads like {what}")),
    }
}

/// The last part of a FullName.
fn leaf(full_name: &str) -> &str {
    full_name.rsplit(':').next().unwrap_or(full_name).trim()
}

fn mentions(name: &str, words: &[&str]) -> bool {
    let name = text::fold(name);
    words.iter().any(|word| name.contains(word))
}

const fn is_profit_and_loss(kind: AccountType) -> bool {
    matches!(
        kind,
        AccountType::Income
            | AccountType::OtherIncome
            | AccountType::Expense
            | AccountType::OtherExpense
            | AccountType::CostOfGoodsSold
    )
}
