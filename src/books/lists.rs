//! QuickBooks' lists as this program keeps them: accounts, items, customers, vendors, terms, classes, tax codes,
//! preferences and the company file.
//!
//! Must never be changed by hand: what stands here was read from QuickBooks, by ListID (`qbxml.md` 4, 6, 7, 10).

use crate::base::{Cents, Day, Decimal, EditSequence, ListId};
use serde::{Deserialize, Deserializer, Serialize};

/// A list entry as another record names it. The ListID counts; the name is for people. Written by hand it may be the
/// name alone: the ListID is then found by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ListRef {
    /// ListID; empty when only a name is known.
    pub id: ListId,
    /// FullName at the time of reading.
    pub name: String,
}

impl ListRef {
    /// A reference by id and name.
    pub fn new(id: impl Into<ListId>, name: impl Into<String>) -> Self {
        ListRef { id: id.into(), name: name.into() }
    }
}

impl<'de> Deserialize<'de> for ListRef {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(RefForms)
    }
}

/// The two forms of a reference: a name alone, or id and name.
struct RefForms;

impl<'de> serde::de::Visitor<'de> for RefForms {
    type Value = ListRef;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name of a list entry, or its id and name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<ListRef, E> {
        Ok(ListRef { id: ListId::default(), name: name.trim().to_string() })
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<ListRef, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Fields {
            #[serde(default)]
            id: ListId,
            name: String,
        }
        let Fields { id, name } = Fields::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        Ok(ListRef { id, name })
    }
}

/// The lists that are pulled, in the order of a full pull.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ListKind {
    Account,
    Item,
    Customer,
    Vendor,
    Employee,
    OtherName,
    Terms,
    Class,
    SalesTaxCode,
}

impl ListKind {
    /// Every list, in the order of a full pull.
    pub const ALL: [ListKind; 9] = [
        ListKind::Account,
        ListKind::Item,
        ListKind::Customer,
        ListKind::Vendor,
        ListKind::Employee,
        ListKind::OtherName,
        ListKind::Terms,
        ListKind::Class,
        ListKind::SalesTaxCode,
    ];

    /// QuickBooks' word for it, as in `CustomerQueryRq`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            ListKind::Account => "Account",
            ListKind::Item => "Item",
            ListKind::Customer => "Customer",
            ListKind::Vendor => "Vendor",
            ListKind::Employee => "Employee",
            ListKind::OtherName => "OtherName",
            ListKind::Terms => "Terms",
            ListKind::Class => "Class",
            ListKind::SalesTaxCode => "SalesTaxCode",
        }
    }

    /// The list of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        ListKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether QuickBooks offers an iterator on it (`qbxml.md` 7).
    #[must_use]
    pub const fn has_iterator(self) -> bool {
        matches!(self, ListKind::Item | ListKind::Customer | ListKind::Vendor)
    }
}

/// QuickBooks' account types (`qbxml.md` 10), spelled as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum AccountType {
    AccountsPayable,
    AccountsReceivable,
    Bank,
    CostOfGoodsSold,
    CreditCard,
    Equity,
    Expense,
    FixedAsset,
    Income,
    LongTermLiability,
    NonPosting,
    OtherAsset,
    OtherCurrentAsset,
    OtherCurrentLiability,
    OtherExpense,
    OtherIncome,
}

impl AccountType {
    const ALL: [AccountType; 16] = [
        AccountType::AccountsPayable,
        AccountType::AccountsReceivable,
        AccountType::Bank,
        AccountType::CostOfGoodsSold,
        AccountType::CreditCard,
        AccountType::Equity,
        AccountType::Expense,
        AccountType::FixedAsset,
        AccountType::Income,
        AccountType::LongTermLiability,
        AccountType::NonPosting,
        AccountType::OtherAsset,
        AccountType::OtherCurrentAsset,
        AccountType::OtherCurrentLiability,
        AccountType::OtherExpense,
        AccountType::OtherIncome,
    ];

    /// As on the wire.
    #[must_use]
    pub fn word(self) -> String {
        format!("{self:?}")
    }

    /// The type of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An account of the chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// ListID.
    pub id: ListId,
    /// FullName, parents joined by colons.
    pub full_name: String,
    /// Account number, empty where numbers are not used.
    pub number: String,
    /// Type.
    pub kind: AccountType,
    /// Whether it may be used.
    pub active: bool,
    /// SpecialAccountType, such as `SalesTaxPayable`, empty for ordinary ones.
    pub special: String,
    /// Change stamp.
    pub edit_sequence: EditSequence,
}

/// What an item is; QuickBooks tells it by the name of the element (`qbxml.md` 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ItemKind {
    Service,
    NonInventory,
    OtherCharge,
    Inventory,
    InventoryAssembly,
    FixedAsset,
    Subtotal,
    Discount,
    Payment,
    SalesTax,
    SalesTaxGroup,
    Group,
}

impl ItemKind {
    const ALL: [ItemKind; 12] = [
        ItemKind::Service,
        ItemKind::NonInventory,
        ItemKind::OtherCharge,
        ItemKind::Inventory,
        ItemKind::InventoryAssembly,
        ItemKind::FixedAsset,
        ItemKind::Subtotal,
        ItemKind::Discount,
        ItemKind::Payment,
        ItemKind::SalesTax,
        ItemKind::SalesTaxGroup,
        ItemKind::Group,
    ];

    /// As in `ItemServiceRet`: the word between `Item` and `Ret`.
    #[must_use]
    pub fn word(self) -> String {
        format!("{self:?}")
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether a sales line of ours may use it (design 4.1): an inventory item would book its own cost.
    #[must_use]
    pub const fn may_stand_on_sales_line(self) -> bool {
        matches!(
            self,
            ItemKind::Service | ItemKind::NonInventory | ItemKind::OtherCharge | ItemKind::Discount
        )
    }
}

/// An item of the item list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// ListID.
    pub id: ListId,
    /// FullName.
    pub full_name: String,
    /// What it is.
    pub kind: ItemKind,
    /// Whether it may be used.
    pub active: bool,
    /// The account a sale of it posts to (income account, or the account of a discount).
    pub account: Option<ListRef>,
    /// The account a purchase of it posts to.
    pub expense_account: Option<ListRef>,
    /// The asset account of an inventory item.
    pub asset_account: Option<ListRef>,
    /// Percentage of a single sales-tax item.
    pub tax_rate: Option<Decimal>,
    /// Agency of a single sales-tax item.
    pub tax_agency: Option<ListRef>,
    /// Members of a sales-tax group.
    pub members: Vec<ListRef>,
    /// Our posting key where we made it (ExternalGUID).
    #[serde(default)]
    pub external_guid: String,
    /// Change stamp.
    pub edit_sequence: EditSequence,
}

/// The four lists that share one name space (`qbxml.md` 4, design 8.17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum PartyList {
    Customer,
    Vendor,
    Employee,
    OtherName,
}

impl PartyList {
    /// The list kind under which entries of this list are kept.
    #[must_use]
    pub const fn kind(self) -> ListKind {
        match self {
            PartyList::Customer => ListKind::Customer,
            PartyList::Vendor => ListKind::Vendor,
            PartyList::Employee => ListKind::Employee,
            PartyList::OtherName => ListKind::OtherName,
        }
    }

    /// QuickBooks' word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.kind().word()
    }
}

/// An address with QuickBooks' fields (Addr1-Addr5 of 41, City 31, State 21, PostalCode 13, Country 31).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Address {
    pub lines: Vec<String>,
    pub city: String,
    pub state: String,
    pub postal_code: String,
    pub country: String,
}

impl Address {
    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(String::is_empty)
            && self.city.is_empty()
            && self.state.is_empty()
            && self.postal_code.is_empty()
            && self.country.is_empty()
    }
}

/// A customer (jobs included), vendor, employee or other name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Which list it stands in.
    pub list: PartyList,
    /// ListID.
    pub id: ListId,
    /// Name, at most 41 characters, unique over the four lists.
    pub name: String,
    /// FullName: parents and name joined by colons.
    pub full_name: String,
    /// Parent of a job.
    pub parent: Option<ListRef>,
    /// Whether it may be used.
    pub active: bool,
    #[allow(missing_docs)]
    pub company_name: String,
    #[allow(missing_docs)]
    pub first_name: String,
    #[allow(missing_docs)]
    pub last_name: String,
    #[allow(missing_docs)]
    pub email: String,
    #[allow(missing_docs)]
    pub phone: String,
    #[allow(missing_docs)]
    pub alt_phone: String,
    #[allow(missing_docs)]
    pub fax: String,
    /// Billing address of a customer, address of a vendor.
    pub address: Address,
    #[allow(missing_docs)]
    pub account_number: String,
    #[allow(missing_docs)]
    pub notes: String,
    /// Default terms.
    pub terms: Option<ListRef>,
    /// Default sales tax code of a customer.
    pub tax_code: Option<ListRef>,
    /// Default sales tax item of a customer.
    pub tax_item: Option<ListRef>,
    /// Currency, empty where multi-currency is off.
    pub currency: String,
    /// Our posting key where we made it (ExternalGUID).
    pub external_guid: String,
    /// Change stamp.
    pub edit_sequence: EditSequence,
}

impl Party {
    /// An active entry of which no more is known than its name.
    #[must_use]
    pub fn named(list: PartyList, id: &str, name: &str) -> Self {
        Party {
            list,
            id: id.into(),
            name: name.into(),
            full_name: name.into(),
            parent: None,
            active: true,
            company_name: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            email: String::new(),
            phone: String::new(),
            alt_phone: String::new(),
            fax: String::new(),
            address: Address::default(),
            account_number: String::new(),
            notes: String::new(),
            terms: None,
            tax_code: None,
            tax_item: None,
            currency: String::new(),
            external_guid: String::new(),
            edit_sequence: EditSequence::default(),
        }
    }
}

/// Payment terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Terms {
    pub id: ListId,
    pub name: String,
    pub active: bool,
    /// Net days of standard terms.
    pub due_days: Option<u32>,
}

/// A class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Class {
    pub id: ListId,
    pub full_name: String,
    pub active: bool,
}

/// A sales tax code (`Tax`, `Non`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SalesTaxCode {
    pub id: ListId,
    pub name: String,
    pub active: bool,
    pub taxable: bool,
}

/// One entry of any list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
#[allow(clippy::large_enum_variant)] // parties are the many, so boxing them would cost more than it saves
pub enum ListEntry {
    Account(Account),
    Item(Item),
    Party(Party),
    Terms(Terms),
    Class(Class),
    SalesTaxCode(SalesTaxCode),
}

impl ListEntry {
    /// Which list it is kept under.
    #[must_use]
    pub const fn list(&self) -> ListKind {
        match self {
            ListEntry::Account(_) => ListKind::Account,
            ListEntry::Item(_) => ListKind::Item,
            ListEntry::Party(party) => party.list.kind(),
            ListEntry::Terms(_) => ListKind::Terms,
            ListEntry::Class(_) => ListKind::Class,
            ListEntry::SalesTaxCode(_) => ListKind::SalesTaxCode,
        }
    }

    /// ListID.
    #[must_use]
    pub const fn id(&self) -> &ListId {
        match self {
            ListEntry::Account(e) => &e.id,
            ListEntry::Item(e) => &e.id,
            ListEntry::Party(e) => &e.id,
            ListEntry::Terms(e) => &e.id,
            ListEntry::Class(e) => &e.id,
            ListEntry::SalesTaxCode(e) => &e.id,
        }
    }

    /// FullName.
    #[must_use]
    pub fn full_name(&self) -> &str {
        match self {
            ListEntry::Account(e) => &e.full_name,
            ListEntry::Item(e) => &e.full_name,
            ListEntry::Party(e) => &e.full_name,
            ListEntry::Terms(e) => &e.name,
            ListEntry::Class(e) => &e.full_name,
            ListEntry::SalesTaxCode(e) => &e.name,
        }
    }

    /// Whether it may be used.
    #[must_use]
    pub const fn active(&self) -> bool {
        match self {
            ListEntry::Account(e) => e.active,
            ListEntry::Item(e) => e.active,
            ListEntry::Party(e) => e.active,
            ListEntry::Terms(e) => e.active,
            ListEntry::Class(e) => e.active,
            ListEntry::SalesTaxCode(e) => e.active,
        }
    }
}

/// What PreferencesQuery says that our drafts must honour (`qbxml.md` 7; design 4.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Account numbers are used.
    pub account_numbers: bool,
    /// Class tracking is on.
    pub class_tracking: bool,
    /// Nothing dated on or before this day may be posted.
    pub closing_date: Option<Day>,
    /// Multi-currency is on.
    pub multi_currency: bool,
    /// Home currency name or code, empty where not told.
    pub home_currency: String,
    /// Sales tax is on.
    pub sales_tax: bool,
    /// Code for taxable lines.
    pub taxable_code: Option<ListRef>,
    /// Code for non-taxable lines.
    pub non_taxable_code: Option<ListRef>,
    /// Default sales tax item.
    pub default_tax_item: Option<ListRef>,
    /// Inventory and purchase orders are on.
    pub inventory: bool,
    /// Journal entries are numbered by QuickBooks.
    pub numbers_journals: bool,
    /// Reports default to cash basis.
    pub cash_basis: bool,
}

/// The company file that a visit showed (`web-connector.md` 4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyFile {
    /// CompanyName.
    pub name: String,
    /// Path of the file as the Web Connector told it.
    pub path: String,
    /// FileID stamp with our OwnerID, empty where none was sent.
    pub file_id: String,
    /// ProductName of HostQuery.
    pub product: String,
    /// Country of HostQuery.
    pub country: String,
    /// Highest qbXML version it speaks, for example `16.0`.
    pub qbxml_version: String,
}

/// A control figure that QuickBooks reported for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountBalance {
    /// The account.
    pub account: ListRef,
    /// Balance at the time of the query, in the account's own sense.
    pub balance: Cents,
}
