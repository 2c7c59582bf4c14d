//! Whether the list entries that settings name are in QuickBooks, as far as its lists were pulled.
//!
//! Must never let a name through that no pulled list has and no approved creation will make, nor an item or account of
//! a kind that may not stand there (design 4.1).

use super::findings::meant;
use super::schema::{Kind, list_of, schema};
use crate::base::text::fold;
use crate::books::{Account, AccountType, Item, ItemKind, ListEntry, ListKind, ListRef, Settings};
use crate::store::{Reader, Result};
use std::collections::BTreeMap;

/// The pulled lists, by folded name.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    lists: BTreeMap<ListKind, Vec<ListEntry>>,
    /// Items that an approved operation will make.
    planned: Vec<String>,
}

/// A person's word for a list.
#[must_use]
pub const fn list_word(list: ListKind) -> &'static str {
    match list {
        ListKind::Account => "account",
        ListKind::Item => "item",
        ListKind::Customer => "customer",
        ListKind::Vendor => "vendor",
        ListKind::Employee => "employee",
        ListKind::OtherName => "other name",
        ListKind::Terms => "terms",
        ListKind::Class => "class",
        ListKind::SalesTaxCode => "sales tax code",
    }
}

impl Directory {
    /// The lists as they were last pulled; those never pulled (or refused) are not in it and check nothing.
    ///
    /// # Errors
    /// What the store says.
    pub fn read(reader: &Reader<'_>, settings: &Settings) -> Result<Directory> {
        let names_customers = references(settings).iter().any(|(key, _)| list_of(key) == ListKind::Customer);
        Self::read_lists(reader, names_customers)
    }

    /// As [`Directory::read`], customers included.
    ///
    /// # Errors
    /// What the store says.
    pub fn read_all(reader: &Reader<'_>) -> Result<Directory> {
        Self::read_lists(reader, true)
    }

    fn read_lists(reader: &Reader<'_>, names_customers: bool) -> Result<Directory> {
        let mut directory = Directory::default();
        let pulled: Vec<String> = reader
            .list_marks()?
            .into_iter()
            .filter(|mark| mark.refused.is_none())
            .map(|mark| mark.list)
            .collect();
        for list in [
            ListKind::Account,
            ListKind::Item,
            ListKind::Terms,
            ListKind::Class,
            ListKind::SalesTaxCode,
            ListKind::Customer,
        ] {
            if (list != ListKind::Customer || names_customers)
                && pulled.iter().any(|word| word == list.word())
            {
                directory.lists.insert(list, reader.list_entries(&[list])?);
            }
        }
        for operation in reader.item_adds()? {
            directory.planned.extend(operation.list_add.map(|add| fold(add.name())));
        }
        Ok(directory)
    }

    /// A directory of these entries, each of their lists whole.
    #[must_use]
    pub fn of(entries: Vec<ListEntry>) -> Directory {
        let mut directory = Directory::default();
        for entry in entries {
            directory.lists.entry(entry.list()).or_default().push(entry);
        }
        directory
    }

    /// The active entries of a list that may stand at a key.
    #[must_use]
    pub fn fitting(&self, key: &str) -> Vec<&ListEntry> {
        let entries = self.lists.get(&list_of(key)).map(Vec::as_slice).unwrap_or_default();
        entries.iter().filter(|entry| entry.active() && unfit(key, entry).is_none()).collect()
    }

    /// The entry that a reference means: by ListID, else by name.
    #[must_use]
    pub fn entry(&self, list: ListKind, wanted: &ListRef) -> Option<&ListEntry> {
        let entries = self.lists.get(&list)?;
        let by_id = || entries.iter().find(|entry| !wanted.id.is_empty() && *entry.id() == wanted.id);
        by_id().or_else(|| self.named(list, &wanted.name))
    }

    /// The entry of a name, whatever the case; an active one before an inactive one.
    #[must_use]
    pub fn named(&self, list: ListKind, name: &str) -> Option<&ListEntry> {
        let wanted = fold(name);
        let entries = self.lists.get(&list)?;
        let mut same = entries.iter().filter(|entry| fold(entry.full_name()) == wanted);
        same.clone().find(|entry| entry.active()).or_else(|| same.next())
    }

    /// Keys whose references name nothing, or something that may not stand there, with the reason. A reference that
    /// was not `changed` is left to the drafts: an entry that went from QuickBooks later must not close the program.
    #[must_use]
    pub fn check(&self, settings: &Settings, changed: &dyn Fn(&str) -> bool) -> Vec<(String, String)> {
        let mut wrong = Vec::new();
        for (key, wanted) in references(settings) {
            if !changed(&key) {
                continue;
            }
            if let Some(why) = self.doubt(&key, &wanted) {
                wrong.push((key, why));
            }
        }
        wrong
    }

    fn doubt(&self, key: &str, wanted: &ListRef) -> Option<String> {
        let list = list_of(key);
        let entries = self.lists.get(&list)?;
        let word = list_word(list);
        let same_name = self.named(list, &wanted.name);
        let by_id = entries.iter().find(|entry| !wanted.id.is_empty() && *entry.id() == wanted.id);
        let entry = match (by_id, same_name) {
            (Some(entry), Some(named)) if fold(entry.full_name()) != fold(named.full_name()) => {
                return Some(format!(
                    "the id is that of `{}`, the name that of `{}`; write the name alone",
                    entry.full_name(),
                    named.full_name()
                ));
            }
            (Some(entry), Some(_)) => Some(entry),
            (None, named) if wanted.id.is_empty() => named,
            (None, Some(named)) => {
                return Some(format!(
                    "`{}` has another id in QuickBooks; write its name alone: \"{}\"",
                    wanted.name,
                    named.full_name()
                ));
            }
            (Some(entry), None) => {
                return Some(
                    format!("`{}`: no such {word}; its id is that of `{}`", wanted.name, entry.full_name())
                        + &self.suggestion(list, &wanted.name, key),
                );
            }
            (None, None) => None,
        };
        let Some(entry) = entry else {
            if list == ListKind::Item && self.planned.contains(&fold(&wanted.name)) {
                return None;
            }
            return Some(
                format!("`{}`: no such {word}", wanted.name) + &self.suggestion(list, &wanted.name, key),
            );
        };
        if !entry.active() {
            return Some(format!("the {word} `{}` is inactive in QuickBooks", entry.full_name()));
        }
        unfit(key, entry)
    }

    /// `; did you mean ...?`, by the whole name or by its last part.
    fn suggestion(&self, list: ListKind, name: &str, key: &str) -> String {
        let entries = self.lists.get(&list).map(Vec::as_slice).unwrap_or_default();
        let fitting = || entries.iter().filter(|entry| entry.active() && unfit(key, entry).is_none());
        let whole = meant(name, fitting().map(ListEntry::full_name));
        let leaf = || {
            let leaf = meant(name, fitting().map(|entry| leaf(entry.full_name())))?;
            fitting()
                .find(|entry| self::leaf(entry.full_name()) == leaf)
                .map(|entry| entry.full_name().to_string())
        };
        whole.or_else(leaf).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"))
    }
}

fn leaf(full_name: &str) -> &str {
    full_name.rsplit(':').next().unwrap_or(full_name)
}

/// Why an entry may not stand at a key, if so.
#[must_use]
pub fn unfit(key: &str, entry: &ListEntry) -> Option<String> {
    match entry {
        ListEntry::Item(item) => unfit_item(key, item),
        ListEntry::Account(account) => unfit_account(key, account),
        _ => None,
    }
}

fn unfit_item(key: &str, item: &Item) -> Option<String> {
    if matches!(item.kind, ItemKind::Inventory | ItemKind::InventoryAssembly) {
        return Some(format!(
            "`{}` is an inventory item: QuickBooks would book its cost a second time; choose a service, non-inventory or other-charge item",
            item.full_name
        ));
    }
    let is_tax = matches!(item.kind, ItemKind::SalesTax | ItemKind::SalesTaxGroup);
    // The tax map and the 0 % item of the header name sales-tax items; a sales line names none.
    let wants_tax = (key.starts_with("tax.") && key.ends_with(".item")) || key == "item.zero_tax";
    if wants_tax && !is_tax {
        return Some(format!("`{}` is no sales tax item", item.full_name));
    }
    if !wants_tax && !item.kind.may_stand_on_sales_line() {
        return Some(format!("`{}` cannot stand on a sales line", item.full_name));
    }
    if key == "item.zero_tax" && item.tax_rate.is_some_and(|rate| !rate.is_zero()) {
        return Some(format!(
            "`{}` is no 0 % tax item: QuickBooks would add its tax to Cin7's",
            item.full_name
        ));
    }
    None
}

fn unfit_account(key: &str, account: &Account) -> Option<String> {
    let name = &account.full_name;
    if account.special == "SalesTaxPayable" {
        return Some(format!("`{name}` is filled by QuickBooks alone; choose another account"));
    }
    match (key, account.kind) {
        (_, AccountType::NonPosting) => Some(format!("`{name}` takes no postings")),
        ("account.ar", AccountType::AccountsReceivable) | ("account.ap", AccountType::AccountsPayable) => {
            None
        }
        ("account.ar", _) => Some(format!("`{name}` is no accounts receivable account")),
        ("account.ap", _) => Some(format!("`{name}` is no accounts payable account")),
        (_, AccountType::AccountsReceivable | AccountType::AccountsPayable) => {
            Some(format!("`{name}` is a control account; only invoices, bills and their credits move it"))
        }
        ("account.inventory_asset", kind)
            if !matches!(kind, AccountType::OtherCurrentAsset | AccountType::OtherAsset) =>
        {
            Some(format!("`{name}` is no asset account; goods on stock are an asset"))
        }
        (key, kind)
            if (key == "account.cogs" || key.ends_with(".cogs_account"))
                && !matches!(
                    kind,
                    AccountType::CostOfGoodsSold | AccountType::Expense | AccountType::OtherExpense
                ) =>
        {
            Some(format!("`{name}` is no expense account; the cost of goods sold is an expense"))
        }
        _ => None,
    }
}

/// Every reference of the settings, with its dotted key (`tax.1.item` for the first row).
#[must_use]
pub fn references(settings: &Settings) -> Vec<(String, ListRef)> {
    let mut found = Vec::new();
    let Ok(serde_json::Value::Object(root)) = serde_json::to_value(settings) else { return found };
    let mut path = Vec::new();
    collect(&serde_json::Value::Object(root), &mut path, &mut found);
    found
}

fn collect(value: &serde_json::Value, path: &mut Vec<String>, found: &mut Vec<(String, ListRef)>) {
    use serde_json::Value;
    match value {
        Value::Object(fields) => {
            let parts: Vec<&str> = path.iter().map(String::as_str).collect();
            let known = schema().find(&parts).is_some_and(|known| matches!(known.kind, Kind::Reference(_)));
            let is_reference = fields.len() == 2 && fields.contains_key("id") && fields.contains_key("name");
            if (known || is_reference)
                && let Ok(reference) = serde_json::from_value::<ListRef>(value.clone())
            {
                // An empty name is a field of a row that names nothing.
                if !reference.name.is_empty() || !reference.id.is_empty() {
                    found.push((path.join("."), reference));
                }
                return;
            }
            for (name, value) in fields {
                path.push(name.clone());
                collect(value, path, found);
                path.pop();
            }
        }
        Value::Array(values) => {
            for (number, value) in (1..).zip(values) {
                path.push(number.to_string());
                collect(value, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}
