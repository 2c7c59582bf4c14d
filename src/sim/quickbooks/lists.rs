//! The lists of the company file: one kind of entry for accounts, names, items, terms, classes and tax codes.
//!
//! Must keep one name space over customers, vendors, employees and other names, inactive ones included, and compare
//! names without regard to case (`qbxml.md` 4).

use crate::sim::xml::El;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

macro_rules! kinds {
    ($($kind:ident $group:ident $words:literal;)*) => {
        /// The list that an entry belongs to, by QuickBooks' own name of it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[allow(missing_docs)]
        pub enum ListKind { $($kind,)* }
        impl ListKind {
            /// The name in qbXML, as in `CustomerRet` and ListDelType.
            #[must_use]
            pub fn word(self) -> &'static str { match self { $(ListKind::$kind => stringify!($kind),)* } }
            /// The name space that it shares.
            #[must_use]
            pub fn group(self) -> Group { match self { $(ListKind::$kind => Group::$group,)* } }
            /// The name in messages to people.
            #[must_use]
            pub fn title(self) -> &'static str { match self { $(ListKind::$kind => $words,)* } }
            /// All kinds.
            pub const ALL: &'static [ListKind] = &[$(ListKind::$kind,)*];
        }
    };
}

kinds! {
    Account Account "Account";
    Customer Name "Customer";
    Vendor Name "Vendor";
    Employee Name "Employee";
    OtherName Name "OtherName";
    ItemService Item "Item";
    ItemNonInventory Item "Item";
    ItemOtherCharge Item "Item";
    ItemInventory Item "Item";
    ItemDiscount Item "Item";
    ItemSalesTax Item "Item";
    ItemSalesTaxGroup Item "Item";
    StandardTerms Terms "Terms";
    DateDrivenTerms Terms "Terms";
    Class Class "Class";
    SalesTaxCode SalesTaxCode "Sales Tax Code";
    Template Template "Template";
}

/// Entries of one group may not share a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Group {
    Account,
    Name,
    Item,
    Terms,
    Class,
    SalesTaxCode,
    Template,
}

impl ListKind {
    /// The kinds that a reference element may point to; empty where this company has no such list.
    #[must_use]
    pub fn targets(reference: &str) -> &'static [ListKind] {
        use ListKind::*;
        const ITEMS: &[ListKind] = &[
            ItemService,
            ItemNonInventory,
            ItemOtherCharge,
            ItemInventory,
            ItemDiscount,
            ItemSalesTax,
            ItemSalesTaxGroup,
        ];
        match reference {
            "CustomerRef" => &[Customer],
            "VendorRef" | "TaxVendorRef" | "PrefVendorRef" => &[Vendor],
            "EntityRef" => &[Customer, Vendor, Employee, OtherName],
            "ItemRef" => ITEMS,
            "ItemSalesTaxRef" => &[ItemSalesTax, ItemSalesTaxGroup],
            "TermsRef" => &[StandardTerms, DateDrivenTerms],
            "ClassRef" => &[Class],
            "SalesTaxCodeRef" | "CustomerSalesTaxCodeRef" => &[SalesTaxCode],
            "TemplateRef" => &[Template],
            other if other.ends_with("AccountRef") => &[Account],
            _ => &[],
        }
    }

    /// The name of the answer element.
    #[must_use]
    pub fn ret(self) -> String {
        format!("{}Ret", self.word())
    }

    /// Whether entries of this kind are items.
    #[must_use]
    pub fn is_item(self) -> bool {
        self.group() == Group::Item
    }
}

/// Account types whose balance is told as a credit.
pub(super) const CREDIT_TYPES: [&str; 7] = [
    "AccountsPayable",
    "CreditCard",
    "OtherCurrentLiability",
    "LongTermLiability",
    "Equity",
    "Income",
    "OtherIncome",
];

/// One entry of a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Its list.
    pub kind: ListKind,
    /// ListID.
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// Unix seconds; moves with postings too (`qbxml.md` 6).
    pub modified: i64,
    /// EditSequence: moves with edits of the record only.
    pub sequence: i64,
    /// Name without its parents.
    pub name: String,
    /// Name with its parents.
    pub full_name: String,
    /// ListID of the parent.
    pub parent: Option<String>,
    /// Whether it can be used.
    pub active: bool,
    /// Everything else, as qbXML elements; references by ListID only.
    pub fields: Vec<El>,
    /// What is owed by a customer or to a vendor, or the balance of an account (debit positive), in cents.
    pub balance: i64,
    /// Deleted by a person; kept so that ids stay unique.
    pub deleted: bool,
}

impl Entry {
    /// The text of one of its fields.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.text.as_str())
    }

    /// The ListID of a reference among its fields, at any depth of one.
    #[must_use]
    pub fn reference(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find_map(|field| if field.name == name { field.get("ListID") } else { field.reference_id(name) })
    }

    /// How many parents it has.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.full_name.matches(':').count()
    }

    /// Puts a field in place of the one of that name.
    pub fn set(&mut self, field: El) {
        self.fields.retain(|old| old.name != field.name);
        self.fields.push(field);
    }
}

/// All lists with their indexes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lists {
    entries: Vec<Entry>,
    #[serde(skip)]
    by_id: HashMap<String, usize>,
    #[serde(skip)]
    by_name: HashMap<(Group, String), usize>,
}

impl Lists {
    /// Makes the indexes anew, after the file was read.
    pub fn reindex(&mut self) {
        self.by_id = self.entries.iter().enumerate().map(|(at, entry)| (entry.id.clone(), at)).collect();
        self.by_name = self
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| !entry.deleted)
            .map(|(at, entry)| ((entry.kind.group(), entry.full_name.to_lowercase()), at))
            .collect();
    }

    /// Adds an entry.
    pub fn insert(&mut self, entry: Entry) {
        let at = self.entries.len();
        self.by_id.insert(entry.id.clone(), at);
        self.by_name.insert((entry.kind.group(), entry.full_name.to_lowercase()), at);
        self.entries.push(entry);
    }

    /// How many entries there are, deleted ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// All entries that are there.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.deleted)
    }

    /// The entry of that ListID.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.by_id.get(id).and_then(|at| self.entries.get(*at)).filter(|entry| !entry.deleted)
    }

    /// The entry of that ListID, to be changed; names only through [`Lists::rename`].
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Entry> {
        self.by_id.get(id).and_then(|at| self.entries.get_mut(*at)).filter(|entry| !entry.deleted)
    }

    /// The entry of that full name in a group.
    #[must_use]
    pub fn named(&self, group: Group, full_name: &str) -> Option<&Entry> {
        let key = (group, full_name.trim().to_lowercase());
        self.by_name.get(&key).and_then(|at| self.entries.get(*at)).filter(|entry| !entry.deleted)
    }

    /// The account of that number.
    #[must_use]
    pub fn account_numbered(&self, number: &str) -> Option<&Entry> {
        self.iter().find(|entry| {
            entry.kind == ListKind::Account
                && entry.field("AccountNumber").is_some_and(|found| found == number)
        })
    }

    /// Gives an entry another name and parent, its children with it.
    pub fn rename(&mut self, id: &str, name: &str, parent: Option<&str>) {
        let above = parent.and_then(|parent| self.get(parent)).map(|entry| entry.full_name.clone());
        let full = above.map_or_else(|| name.to_string(), |above| format!("{above}:{name}"));
        let Some(entry) = self.get_mut(id) else { return };
        let (old, group) = (std::mem::replace(&mut entry.full_name, full.clone()), entry.kind.group());
        entry.name = name.to_string();
        entry.parent = parent.map(str::to_string);
        let below = format!("{old}:");
        for child in self.entries.iter_mut().filter(|entry| entry.kind.group() == group) {
            if let Some(rest) = child.full_name.strip_prefix(&below) {
                child.full_name = format!("{full}:{rest}");
            }
        }
        self.reindex();
    }

    /// Takes an entry away.
    pub fn remove(&mut self, id: &str) -> Option<Entry> {
        let entry = self.get_mut(id)?;
        entry.deleted = true;
        let gone = entry.clone();
        self.reindex();
        Some(gone)
    }

    /// Completes references with the FullName that the entry has now.
    pub fn complete(&self, element: &mut El) {
        if element.name.ends_with("Ref") && !element.children.is_empty() {
            if let Some(entry) = element.get("ListID").and_then(|id| self.get(id)) {
                element.children.retain(|child| child.name == "ListID");
                element.push("FullName", entry.full_name.clone());
            }
            return;
        }
        for child in &mut element.children {
            self.complete(child);
        }
    }
}
