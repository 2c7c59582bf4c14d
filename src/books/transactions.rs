//! What we mean to book: the payload of one draft version, line by line, and its debits and credits.
//!
//! Must never hold an amount that is not whole cents, nor know how it is written as qbXML.
//! Posting tables: `cin7-quickbooks-integration.md` 5, 6, 7.1; roles: design section 3.

use super::lists::{Address, ListRef, PartyList};
use super::postings::{Posting, Side};
use crate::base::{Cents, Day, Decimal, ListId};
use serde::{Deserialize, Serialize};

/// The transaction types this program makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum TxnKind {
    Invoice,
    Bill,
    CreditMemo,
    VendorCredit,
    JournalEntry,
}

impl TxnKind {
    /// Every kind.
    pub const ALL: [TxnKind; 5] =
        [TxnKind::Invoice, TxnKind::Bill, TxnKind::CreditMemo, TxnKind::VendorCredit, TxnKind::JournalEntry];

    /// QuickBooks' word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            TxnKind::Invoice => "Invoice",
            TxnKind::Bill => "Bill",
            TxnKind::CreditMemo => "CreditMemo",
            TxnKind::VendorCredit => "VendorCredit",
            TxnKind::JournalEntry => "JournalEntry",
        }
    }

    /// As a bookkeeper says it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            TxnKind::Invoice => "invoice",
            TxnKind::Bill => "bill",
            TxnKind::CreditMemo => "credit memo",
            TxnKind::VendorCredit => "vendor credit",
            TxnKind::JournalEntry => "journal entry",
        }
    }

    /// Several of them, as a bookkeeper says it.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            TxnKind::Invoice => "invoices",
            TxnKind::Bill => "bills",
            TxnKind::CreditMemo => "credit memos",
            TxnKind::VendorCredit => "vendor credits",
            TxnKind::JournalEntry => "journal entries",
        }
    }

    /// The kind of that word, whatever its case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word().eq_ignore_ascii_case(word))
    }

    /// Whether QuickBooks can hold it as pending (`cin7-quickbooks-integration.md` 9.1).
    #[must_use]
    pub const fn can_be_pending(self) -> bool {
        matches!(self, TxnKind::Invoice | TxnKind::CreditMemo)
    }

    /// Longest RefNumber (`qbxml.md` fact 8).
    #[must_use]
    pub const fn ref_number_limit(self) -> usize {
        match self {
            TxnKind::Bill | TxnKind::VendorCredit => 20,
            _ => 11,
        }
    }

    /// Which list the party stands in; none for journals.
    #[must_use]
    pub const fn party_list(self) -> Option<PartyList> {
        match self {
            TxnKind::Invoice | TxnKind::CreditMemo => Some(PartyList::Customer),
            TxnKind::Bill | TxnKind::VendorCredit => Some(PartyList::Vendor),
            TxnKind::JournalEntry => None,
        }
    }
}

/// What a line is for (design section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Role {
    Sales,
    Freight,
    Surcharge,
    Discount,
    Tax,
    Rounding,
    Inventory,
    Expense,
    Cogs,
    Adjustment,
    Landing,
    Accrual,
    TrueUp,
    Receivable,
    Payable,
}

/// The customer or vendor of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyRef {
    /// Which list.
    pub list: PartyList,
    /// ListID, or none while the party is to be created in the same batch.
    pub id: Option<ListId>,
    /// Name as QuickBooks has it or will have it.
    pub name: String,
    /// The Cin7 contact behind it.
    pub contact: i64,
}

/// One line in the document's own sense: positive raises the document's total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it is for.
    pub role: Role,
    /// Item of a sales line; none on expense lines and journals.
    pub item: Option<ListRef>,
    /// Account that it posts to.
    pub account: ListRef,
    /// Class, where class tracking is on.
    pub class: Option<ListRef>,
    /// Amount in the document's own sense; on journals positive = debit.
    pub amount: Cents,
    /// Quantity as Cin7 has it, positive in the document's own sense.
    pub quantity: Option<Decimal>,
    /// Unit price, only where quantity times rate gives the amount exactly when rounded once.
    pub rate: Option<Decimal>,
    /// Description for paper and memo.
    pub text: String,
    /// Sales tax code of a sales line.
    pub tax_code: Option<ListRef>,
    /// Whether QuickBooks will tax it.
    pub taxable: bool,
    /// Why this account, in words.
    pub why: String,
}

/// The content of one draft version: what will stand in QuickBooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// Transaction type.
    pub kind: TxnKind,
    /// Customer or vendor; none on journals.
    pub party: Option<PartyRef>,
    /// Ledger date, in the company's zone.
    pub date: Day,
    /// RefNumber, within the kind's limit.
    pub ref_number: String,
    /// PONumber of sales (25).
    pub po_number: String,
    /// Terms.
    pub terms: Option<ListRef>,
    /// Due date where no terms are known (bills).
    pub due_date: Option<Day>,
    /// Header class.
    pub class: Option<ListRef>,
    /// A/R or A/P account; the receivable or payable posting names it.
    pub control_account: Option<ListRef>,
    /// Header sales-tax item or group, with sales tax on.
    pub tax_item: Option<ListRef>,
    /// CustomerSalesTaxCodeRef, with sales tax on.
    pub customer_tax_code: Option<ListRef>,
    /// Accounts and amounts of the tax that QuickBooks will compute (one per component).
    pub tax: Vec<TaxPart>,
    /// Where the bill goes.
    pub bill_to: Address,
    /// Where the goods go.
    pub ship_to: Address,
    /// People's text of the memo; the tag is added when the request is written.
    pub memo: String,
    /// Whether it goes in as a pending sale.
    pub pending: bool,
    /// ISO currency.
    pub currency: String,
    /// Home units for one unit of the currency; none in the home currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_rate: Option<Decimal>,
    /// Lines.
    pub lines: Vec<Line>,
    /// Total in the document's own sense, tax included; positive, but for journals: an adjustment that lowers stock and
    /// a month with more returns than sales are below zero.
    pub total: Cents,
}

/// One component of the tax that QuickBooks will compute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxPart {
    /// Single sales-tax item.
    pub item: ListRef,
    /// Liability account it posts to.
    pub account: ListRef,
    /// Percent.
    #[serde(default)]
    pub rate: Decimal,
    /// Amount in the document's own sense.
    pub amount: Cents,
}

impl Payload {
    /// Tax in the document's own sense: what QuickBooks will compute.
    #[must_use]
    pub fn tax_total(&self) -> Cents {
        self.tax.iter().map(|part| part.amount).sum()
    }

    /// Sum of the lines in the document's own sense, without computed tax.
    #[must_use]
    pub fn lines_total(&self) -> Cents {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// Whether lines and tax add up to the total (design 4.2). For journals: whether debits equal credits.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        match self.kind {
            TxnKind::JournalEntry => self.lines_total().is_zero(),
            _ => self.lines_total() + self.tax_total() == self.total,
        }
    }

    /// The total as QuickBooks states it: a journal's is the sum of its debits (`qbxml.md` 10).
    #[must_use]
    pub fn stated_total(&self) -> Cents {
        match self.kind {
            TxnKind::JournalEntry => {
                self.lines.iter().map(|line| line.amount).filter(|amount| !amount.is_negative()).sum()
            }
            _ => self.total,
        }
    }

    /// Whether a newer payload says the same: equal but for ListIDs that were open here and that an approved Add of
    /// ours has made meanwhile (design 2: they are bound only at hand-out).
    #[must_use]
    pub fn says_the_same(&self, newer: &Payload) -> bool {
        let mut newer = newer.clone();
        if let (Some(here), Some(there)) = (&self.party, &mut newer.party)
            && here.id.is_none()
        {
            there.id = None;
        }
        for (here, there) in self.lines.iter().zip(&mut newer.lines) {
            if let (Some(here), Some(there)) = (&here.item, &mut there.item)
                && here.id.is_empty()
            {
                there.id = ListId::default();
            }
        }
        *self == newer
    }

    /// The side on which a positive amount of a line stands.
    const fn line_side(&self) -> Side {
        match self.kind {
            TxnKind::Invoice | TxnKind::VendorCredit => Side::Credit,
            TxnKind::Bill | TxnKind::CreditMemo | TxnKind::JournalEntry => Side::Debit,
        }
    }

    /// All debits and credits, receivable or payable first. Debits equal credits when [`Payload::adds_up`].
    #[must_use]
    pub fn postings(&self) -> Vec<Posting> {
        let line_side = self.line_side();
        let mut postings = Vec::with_capacity(self.lines.len() + self.tax.len() + 1);
        if self.kind != TxnKind::JournalEntry {
            let (role, fallback) = match self.kind {
                TxnKind::Invoice | TxnKind::CreditMemo => (Role::Receivable, "Accounts Receivable"),
                _ => (Role::Payable, "Accounts Payable"),
            };
            let account = self.control_account.as_ref().map_or(fallback, |a| a.name.as_str());
            let mut entry = Posting::new(role, account, line_side.other(), self.total);
            entry.why = self.why_of_control(role).to_string();
            postings.push(entry);
        }
        for line in &self.lines {
            let mut entry = Posting::new(line.role, &line.account.name, line_side, line.amount);
            entry.item = line.item.as_ref().map(|item| item.name.clone());
            entry.class = line.class.as_ref().map(|class| class.name.clone());
            entry.quantity = line.quantity;
            entry.text.clone_from(&line.text);
            entry.why.clone_from(&line.why);
            postings.push(entry);
        }
        for part in &self.tax {
            let mut entry = Posting::new(Role::Tax, &part.account.name, line_side, part.amount);
            entry.item = Some(part.item.name.clone());
            if entry.why.is_empty() {
                entry.why = format!("the account of QuickBooks' tax item `{}`", part.item.name);
            }
            postings.push(entry);
        }
        postings
    }

    /// Why the header stands on its account.
    const fn why_of_control(&self, role: Role) -> &'static str {
        match (role, self.control_account.is_some()) {
            (Role::Receivable, true) => "what the customer owes (setting account.ar)",
            (Role::Receivable, false) => "what the customer owes; QuickBooks' own account, none is set",
            (_, true) => "what is owed to the vendor (setting account.ap)",
            (_, false) => "what is owed to the vendor; QuickBooks' own account, none is set",
        }
    }
}

impl Payload {
    /// A document with nothing in it yet, for whoever makes one to fill: no party, no tax, no terms, no lines.
    #[must_use]
    pub fn blank(kind: TxnKind, date: Day, ref_number: &str) -> Self {
        Payload {
            kind,
            party: None,
            date,
            ref_number: ref_number.into(),
            po_number: String::new(),
            terms: None,
            due_date: None,
            class: None,
            control_account: None,
            tax_item: None,
            customer_tax_code: None,
            tax: Vec::new(),
            bill_to: Address::default(),
            ship_to: Address::default(),
            memo: String::new(),
            pending: true,
            currency: "USD".into(),
            exchange_rate: None,
            lines: Vec::new(),
            total: Cents::ZERO,
        }
    }
}

/// A list entry to be created by an approved operation (design 2, 8.11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant)] // parties are the many, so boxing them would cost more than it saves
pub enum ListAdd {
    /// A customer or vendor for a Cin7 contact.
    Party {
        /// Customer or vendor.
        list: PartyList,
        /// The Cin7 contact it stands for.
        contact: i64,
        /// Legal, unique name of at most 41 characters.
        name: String,
        #[allow(missing_docs)]
        company_name: String,
        #[allow(missing_docs)]
        first_name: String,
        #[allow(missing_docs)]
        last_name: String,
        #[allow(missing_docs)]
        email: String,
        #[allow(missing_docs)]
        phone: String,
        #[allow(missing_docs)]
        alt_phone: String,
        #[allow(missing_docs)]
        fax: String,
        /// Billing address of a customer, address of a vendor.
        address: Address,
        /// Shipping address of a customer.
        ship_to: Address,
        #[allow(missing_docs)]
        account_number: String,
        /// Terms by rule.
        terms: Option<ListRef>,
        /// Sales tax code by rule.
        tax_code: Option<ListRef>,
        /// Sales tax item by rule.
        tax_item: Option<ListRef>,
        /// QuickBooks' name of its currency; empty in the home currency. It can never be changed (`qbxml.md` 10).
        #[serde(default, skip_serializing_if = "String::is_empty")]
        currency: String,
    },
    /// A service or other-charge item on an account.
    Item {
        /// Service, OtherCharge, NonInventory or Discount.
        kind: super::lists::ItemKind,
        /// At most 31 characters.
        name: String,
        /// Sales description.
        text: String,
        /// Account it posts to.
        account: ListRef,
        /// Sales tax code.
        tax_code: Option<ListRef>,
    },
}

impl ListAdd {
    /// A new customer or vendor of which no more is known than its names.
    #[must_use]
    pub fn party(list: PartyList, contact: i64, name: &str, company_name: &str) -> Self {
        ListAdd::Party {
            list,
            contact,
            name: name.into(),
            company_name: company_name.into(),
            first_name: String::new(),
            last_name: String::new(),
            email: String::new(),
            phone: String::new(),
            alt_phone: String::new(),
            fax: String::new(),
            address: Address::default(),
            ship_to: Address::default(),
            account_number: String::new(),
            terms: None,
            tax_code: None,
            tax_item: None,
            currency: String::new(),
        }
    }

    /// Which list the entry will stand in.
    #[must_use]
    pub const fn list(&self) -> super::lists::ListKind {
        match self {
            ListAdd::Party { list, .. } => list.kind(),
            ListAdd::Item { .. } => super::lists::ListKind::Item,
        }
    }

    /// The name it will have.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            ListAdd::Party { name, .. } | ListAdd::Item { name, .. } => name,
        }
    }

    /// The list and the name, as a bookkeeper says it: `customer Moss & Son`.
    #[must_use]
    pub fn in_words(&self) -> String {
        format!("{} {}", self.list().word().to_lowercase(), self.name())
    }

    /// What identifies it for its posting key: `Contact/4101`, `Item/Freight`.
    #[must_use]
    pub fn source(&self) -> String {
        match self {
            ListAdd::Party { contact, .. } => format!("Contact/{contact}"),
            ListAdd::Item { name, .. } => format!("Item/{name}"),
        }
    }
}

/// One element of a customer or vendor that an update changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum PartyField {
    CompanyName,
    FirstName,
    LastName,
    /// Billing address of a customer, address of a vendor.
    Address,
    /// Shipping address of a customer.
    ShipTo,
    Phone,
    AltPhone,
    Fax,
    Email,
    AccountNumber,
    Terms,
    /// Default sales tax code of a customer.
    TaxCode,
    /// Default sales tax item of a customer.
    TaxItem,
}

impl PartyField {
    /// As a bookkeeper says it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            PartyField::CompanyName => "company name",
            PartyField::FirstName => "first name",
            PartyField::LastName => "last name",
            PartyField::Address => "address",
            PartyField::ShipTo => "shipping address",
            PartyField::Phone => "phone",
            PartyField::AltPhone => "alternative phone",
            PartyField::Fax => "fax",
            PartyField::Email => "e-mail",
            PartyField::AccountNumber => "account number",
            PartyField::Terms => "terms",
            PartyField::TaxCode => "tax code",
            PartyField::TaxItem => "tax item",
        }
    }
}

/// The content of such an element.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartyValue {
    /// Words; empty = nothing stands there.
    Text(String),
    /// An address.
    Address(Address),
    /// An entry of another list; none = nothing stands there.
    Entry(Option<ListRef>),
}

/// One change of an update: what QuickBooks must show before it, and what it will show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyChange {
    /// Which element.
    pub field: PartyField,
    /// As the approval saw it in QuickBooks.
    pub before: PartyValue,
    /// As it will be.
    pub after: PartyValue,
}

/// An approved update of a linked customer or vendor: only the elements named are written, everything else keeps its
/// value (`qbxml.md` 13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListMod {
    /// Customer or vendor.
    pub list: PartyList,
    /// Which entry.
    pub id: ListId,
    /// Its name, for people.
    pub name: String,
    /// The Cin7 contact that it follows.
    pub contact: i64,
    /// At least one.
    pub changes: Vec<PartyChange>,
}
