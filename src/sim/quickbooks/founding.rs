//! The company file on its first day: a standard chart, items, terms, tax, and the names of the seed.
//!
//! Must leave some items out (surcharge, rounding), so that the program has to create them by an approved Add, and must
//! hold an inventory part, so that it has something to refuse.

use super::company::Company;
use super::faults::Faults;
use super::lists::{CREDIT_TYPES, Group, ListKind, Lists};
use super::money::{fixed, show, show_fixed};
use super::sessions::Session;
use super::switches::Switches;
use super::transactions::{Line, Register, Txn, TxnKind};
use crate::base::Instant;
use crate::sim::seed::{CompanySeed, ItemSeed, PartySeed};
use crate::sim::xml::El;
use std::collections::BTreeSet;

/// Number, name, AccountType, SpecialAccountType.
const CHART: [(&str, &str, &str, &str); 28] = [
    ("1000", "Checking", "Bank", ""),
    ("1100", "Accounts Receivable", "AccountsReceivable", "AccountsReceivable"),
    ("1200", "Undeposited Funds", "OtherCurrentAsset", "UndepositedFunds"),
    ("1400", "Inventory Asset", "OtherCurrentAsset", "InventoryAssets"),
    ("1450", "Prepaid Inventory", "OtherCurrentAsset", ""),
    ("1500", "Furniture and Equipment", "FixedAsset", ""),
    ("2000", "Accounts Payable", "AccountsPayable", "AccountsPayable"),
    ("2100", "Credit Card", "CreditCard", ""),
    ("2150", "Accrued Purchases", "OtherCurrentLiability", ""),
    ("2200", "Sales Tax Payable", "OtherCurrentLiability", "SalesTaxPayable"),
    ("2210", "Marketplace Tax", "OtherCurrentLiability", ""),
    ("3000", "Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    ("3900", "Retained Earnings", "Equity", "RetainedEarnings"),
    ("4000", "Sales", "Income", ""),
    ("4100", "Service Income", "Income", ""),
    ("4200", "Freight Income", "Income", ""),
    ("4300", "Surcharge Income", "Income", ""),
    ("4900", "Sales Discounts", "Income", ""),
    ("5000", "Cost of Goods Sold", "CostOfGoodsSold", "CostOfGoodsSold"),
    ("5100", "Freight In", "CostOfGoodsSold", ""),
    ("5200", "Inventory Adjustments", "CostOfGoodsSold", ""),
    ("5300", "Landed Cost Clearing", "OtherCurrentLiability", ""),
    ("5400", "Samples and Warranty", "Expense", ""),
    ("6000", "Office Expense", "Expense", ""),
    ("6100", "Bank Charges", "Expense", ""),
    ("6900", "Rounding", "Expense", ""),
    ("6950", "Purchase Tax", "Expense", ""),
    ("7000", "Interest Income", "OtherIncome", ""),
];

/// Items that are there on the first day: name, kind, account number.
const ITEMS: [(&str, &str, &str); 5] = [
    ("Sales", "Service", "4000"),
    ("4100", "Service", "4100"),
    ("Freight", "OtherCharge", "4200"),
    ("Discount", "Discount", "4900"),
    ("Freight In", "OtherCharge", "5100"),
];

impl Company {
    /// A company file made from the seed.
    ///
    /// # Errors
    /// A sentence where the seed contradicts itself (a parent or account that is not there, a clock that is none).
    pub fn new(seed: &CompanySeed, switches: Switches) -> Result<Self, String> {
        let now: Instant =
            seed.clock_start.parse().map_err(|_| format!("`{}` is no moment", seed.clock_start))?;
        let day = |text: &String| text.parse().map_err(|_| format!("`{text}` is no day"));
        let mut company = Company {
            name: seed.company_name.clone(),
            file: seed.file.clone(),
            closing_date: seed.closing_date.as_ref().map(day).transpose()?,
            sales_tax: seed.sales_tax,
            class_tracking: seed.class_tracking,
            default_tax_item: None,
            switches,
            faults: Faults::default(),
            now,
            utc_offset_minutes: seed.utc_offset_minutes,
            last_list: 0,
            last_txn: 0,
            last_number: 0,
            lists: Lists::default(),
            register: Register::default(),
            deleted_txns: Vec::new(),
            deleted_entries: Vec::new(),
            sets: Vec::new(),
            stamps: Vec::new(),
            open_windows: BTreeSet::new(),
            session: Session::default(),
        };
        company.found_accounts(seed);
        company.found_small_lists(seed);
        company.found_tax(seed)?;
        company.found_items(&seed.items)?;
        company.found_names(seed)?;
        company.open_balances(seed)?;
        Ok(company)
    }

    fn found_accounts(&mut self, seed: &CompanySeed) {
        let own = seed.accounts.iter().map(|account| {
            (account.number.as_str(), account.name.as_str(), account.account_type.as_str(), "")
        });
        for (number, name, account_type, special) in CHART.into_iter().chain(own) {
            if self.lists.account_numbered(number).is_some()
                || self.lists.named(Group::Account, name).is_some()
            {
                continue;
            }
            let mut fields = vec![El::leaf("AccountType", account_type), El::leaf("AccountNumber", number)];
            if !special.is_empty() {
                fields.push(El::leaf("SpecialAccountType", special));
            }
            self.add_entry(ListKind::Account, name, None, fields);
        }
    }

    fn found_small_lists(&mut self, seed: &CompanySeed) {
        let standard = [("Net 30", 30), ("Net 15", 15), ("Due on receipt", 0)]
            .map(|(name, days)| (name.to_string(), days));
        for (name, days) in seed.terms.iter().chain(&standard) {
            if self.lists.named(Group::Terms, name).is_none() {
                self.add_entry(
                    ListKind::StandardTerms,
                    name,
                    None,
                    vec![El::leaf("StdDueDays", days.to_string())],
                );
            }
        }
        let driven = vec![El::leaf("DayOfMonthDue", "20"), El::leaf("DueNextMonthDays", "5")];
        self.add_entry(ListKind::DateDrivenTerms, "20th of month", None, driven);
        for name in &seed.classes {
            self.add_entry(ListKind::Class, name, None, Vec::new());
        }
        let codes = [
            ("Tax", true, "Taxable Sales"),
            ("Non", false, "Non-Taxable Sales"),
            ("Mkt", false, "Tax paid by the marketplace"),
        ];
        for (name, taxable, desc) in codes {
            let fields = vec![El::leaf("IsTaxable", taxable.to_string()), El::leaf("Desc", desc)];
            self.add_entry(ListKind::SalesTaxCode, name, None, fields);
        }
        self.add_entry(ListKind::Template, "Intuit Product Invoice", None, Vec::new());
    }

    fn found_tax(&mut self, seed: &CompanySeed) -> Result<(), String> {
        for tax in &seed.tax_items {
            let agency = match self.lists.named(Group::Name, &tax.agency) {
                Some(vendor) => vendor.id.clone(),
                None => self.add_entry(ListKind::Vendor, &tax.agency, None, Vec::new()),
            };
            let rate = fixed(&tax.rate_percent.to_string()).ok_or_else(|| format!("rate of {}", tax.name))?;
            let fields = vec![
                El::leaf("ItemDesc", tax.name.clone()),
                El::leaf("TaxRate", show_fixed(rate, 2)),
                El::reference("TaxVendorRef", &agency),
            ];
            self.add_entry(ListKind::ItemSalesTax, &tax.name, None, fields);
        }
        for (name, parts) in &seed.tax_groups {
            let mut fields = vec![El::leaf("ItemDesc", name.clone())];
            for part in parts {
                let item =
                    self.lists.named(Group::Item, part).ok_or_else(|| format!("{name} names {part}"))?;
                fields.push(El::reference("ItemSalesTaxRef", &item.id));
            }
            self.add_entry(ListKind::ItemSalesTaxGroup, name, None, fields);
        }
        let first = self
            .lists
            .iter()
            .find(|entry| entry.kind == ListKind::ItemSalesTax)
            .map(|entry| entry.id.clone());
        self.default_tax_item = first.filter(|_| self.sales_tax);
        Ok(())
    }

    fn found_items(&mut self, seed: &[ItemSeed]) -> Result<(), String> {
        let standard = ITEMS.map(|(name, kind, account)| ItemSeed {
            name: name.to_string(),
            kind: kind.to_string(),
            account_number: account.to_string(),
            active: true,
        });
        for item in standard.iter().chain(seed) {
            if self.lists.named(Group::Item, &item.name).is_some() {
                continue;
            }
            let account = self.lists.account_numbered(&item.account_number).map(|entry| entry.id.clone());
            let account = account.ok_or_else(|| format!("{} posts to no account", item.name))?;
            let (kind, fields) = match item.kind.as_str() {
                "Discount" => (ListKind::ItemDiscount, vec![El::reference("AccountRef", &account)]),
                "Inventory" => (ListKind::ItemInventory, self.inventory_fields(&account)),
                other => {
                    let kind = match other {
                        "Service" => ListKind::ItemService,
                        "OtherCharge" => ListKind::ItemOtherCharge,
                        "NonInventory" => ListKind::ItemNonInventory,
                        _ => return Err(format!("{other} is no item kind")),
                    };
                    let price = El::leaf("Price", "0.00");
                    let holder =
                        El::new("SalesOrPurchase").with(price).with(El::reference("AccountRef", &account));
                    (kind, vec![holder])
                }
            };
            let id = self.add_entry(kind, &item.name, None, fields);
            if let Some(entry) = self.lists.get_mut(&id) {
                entry.active = item.active;
            }
        }
        let income = self.lists.account_numbered("4000").map(|entry| entry.id.clone()).unwrap_or_default();
        if self.lists.named(Group::Item, "Stocked Widget").is_none() {
            let fields = self.inventory_fields(&income);
            self.add_entry(ListKind::ItemInventory, "Stocked Widget", None, fields);
        }
        Ok(())
    }

    fn inventory_fields(&self, income: &str) -> Vec<El> {
        let account = |number: &str| {
            self.lists.account_numbered(number).map(|entry| entry.id.clone()).unwrap_or_default()
        };
        vec![
            El::leaf("SalesPrice", "25.00"),
            El::reference("IncomeAccountRef", income),
            El::leaf("PurchaseCost", "10.00"),
            El::reference("COGSAccountRef", &account("5000")),
            El::reference("AssetAccountRef", &account("1400")),
            El::leaf("QuantityOnHand", "0"),
            El::leaf("AverageCost", "10.00"),
        ]
    }

    fn found_names(&mut self, seed: &CompanySeed) -> Result<(), String> {
        for (kind, parties) in [(ListKind::Customer, &seed.customers), (ListKind::Vendor, &seed.vendors)] {
            for party in parties {
                self.found_party(kind, party)?;
            }
        }
        for (kind, names) in [(ListKind::Employee, &seed.employees), (ListKind::OtherName, &seed.other_names)]
        {
            for name in names {
                if self.lists.named(Group::Name, name).is_none() {
                    self.add_entry(kind, name, None, Vec::new());
                }
            }
        }
        Ok(())
    }

    fn found_party(&mut self, kind: ListKind, party: &PartySeed) -> Result<(), String> {
        let parent = match &party.parent {
            None => None,
            Some(name) => {
                let found = self.lists.named(Group::Name, name).map(|entry| entry.id.clone());
                Some(found.ok_or_else(|| format!("{} is a job of {name}, who is not there", party.name))?)
            }
        };
        let full =
            party.parent.as_ref().map_or_else(|| party.name.clone(), |name| format!("{name}:{}", party.name));
        match self.lists.named(Group::Name, &full) {
            Some(entry) if entry.kind == kind => return Ok(()), // an agency of the tax items
            Some(_) => return Err(format!("{full} is in two lists")),
            None => {}
        }
        let fields = self.party_fields(kind, party);
        let id = party.list_id.clone().unwrap_or_else(|| self.new_list_id());
        self.add_entry_as(kind, &id, &party.name, parent.as_deref(), fields);
        if let Some(entry) = self.lists.get_mut(&id) {
            entry.active = party.active;
        }
        Ok(())
    }

    fn party_fields(&self, kind: ListKind, party: &PartySeed) -> Vec<El> {
        let texts = [
            ("CompanyName", &party.company_name),
            ("FirstName", &party.first_name),
            ("LastName", &party.last_name),
            ("Phone", &party.phone),
            ("AltPhone", &party.alt_phone),
            ("Fax", &party.fax),
            ("Email", &party.email),
            ("AccountNumber", &party.account_number),
        ];
        let filled = texts.into_iter().filter(|(_, text)| !text.is_empty());
        let mut fields: Vec<El> = filled.map(|(name, text)| El::leaf(name, text.as_str())).collect();
        let mut address = El::new(if kind == ListKind::Customer { "BillAddress" } else { "VendorAddress" });
        for (at, line) in party.addr.iter().take(5).enumerate() {
            address.push(&format!("Addr{}", at + 1), line.as_str());
        }
        let rest = [
            ("City", &party.city),
            ("State", &party.state),
            ("PostalCode", &party.postal_code),
            ("Country", &party.country),
        ];
        for (name, text) in rest.into_iter().filter(|(_, text)| !text.is_empty()) {
            address.push(name, text.as_str());
        }
        if !address.children.is_empty() {
            fields.push(address);
        }
        if let Some(terms) = self.lists.named(Group::Terms, &party.terms) {
            fields.push(El::reference("TermsRef", &terms.id));
        }
        if kind == ListKind::Customer && self.sales_tax {
            let code = self
                .lists
                .named(Group::SalesTaxCode, "Tax")
                .map(|code| El::reference("SalesTaxCodeRef", &code.id));
            fields.extend(code);
            fields.extend(self.default_tax_item.as_deref().map(|id| El::reference("ItemSalesTaxRef", id)));
        }
        fields
    }

    /// Opening balances against Opening Balance Equity, dated before everything else. They are in the sense of
    /// the account's type: a positive figure is a debit on assets and expenses, a credit on the others.
    fn open_balances(&mut self, seed: &CompanySeed) -> Result<(), String> {
        let today = self.today();
        let old = jiff::civil::Date::new(today.year() - 2, 12, 31).unwrap_or(today);
        let day = self.closing_date.map_or(old, |closing| closing.min(old));
        let equity = self.lists.account_numbered("3000").map(|entry| entry.id.clone()).unwrap_or_default();
        for account in seed.accounts.iter().filter(|account| account.opening_cents != 0) {
            let entry = self.lists.account_numbered(&account.number);
            let entry = entry.ok_or_else(|| format!("{} is not in the chart", account.number))?;
            let credit = CREDIT_TYPES.contains(&entry.field("AccountType").unwrap_or_default());
            let own = entry.id.clone();
            let is_debit = credit != (account.opening_cents > 0);
            let (debit, other) = if is_debit { (own, equity.clone()) } else { (equity.clone(), own) };
            let mut txn = Txn::blank(TxnKind::JournalEntry, day);
            txn.ref_number = "Opening".to_string();
            for (element, account_id) in [("JournalDebitLine", debit), ("JournalCreditLine", other)] {
                let mut fields = El::new("Fields").with(El::reference("AccountRef", &account_id));
                fields.push("Amount", show(account.opening_cents.abs()));
                fields.push("Memo", "Opening balance");
                txn.lines.push(Line { element: element.to_string(), fields, ..Line::default() });
            }
            self.work_out(&mut txn).map_err(|refusal| refusal.text)?;
            txn.id = self.new_txn_id();
            self.last_number += 1;
            txn.number = self.last_number;
            (txn.created, txn.sequence) = (self.seconds(), self.seconds() - 1);
            self.commit(None, txn);
        }
        Ok(())
    }
}
