//! A small company and the golden Cin7 payloads, for the tests of this room. Reads JSON by itself: the reader of the
//! program stands a floor above.

use crate::base::{Cents, Day, Decimal};
use crate::books::settings::{BranchEntry, TaxRule};
use crate::books::*;
use crate::drafting::{Context, Drafted, Learnt, Lists, SaleTax, draft};
use crate::orders::*;
use serde_json::Value;
use std::collections::HashMap;

pub fn d(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

pub fn cents(text: &str) -> Cents {
    text.parse().unwrap()
}

fn account(number: &str, name: &str, kind: AccountType, special: &str) -> ListEntry {
    ListEntry::Account(Account {
        id: format!("A-{number}").into(),
        full_name: name.into(),
        number: number.into(),
        kind,
        active: true,
        special: special.into(),
        edit_sequence: "1".into(),
    })
}

pub fn item(name: &str, kind: ItemKind, account_number: &str) -> Item {
    Item {
        id: format!("I-{name}").into(),
        full_name: name.into(),
        kind,
        active: true,
        account: (!account_number.is_empty())
            .then(|| ListRef::new(format!("A-{account_number}"), format!("account {account_number}"))),
        expense_account: None,
        asset_account: None,
        tax_rate: None,
        tax_agency: None,
        members: Vec::new(),
        external_guid: String::new(),
        edit_sequence: "1".into(),
    }
}

pub fn tax_item(name: &str, rate: &str, agency: &str) -> Item {
    Item {
        tax_rate: Some(d(rate)),
        tax_agency: Some(ListRef::new(format!("V-{agency}"), agency)),
        ..item(name, ItemKind::SalesTax, "")
    }
}

fn tax_code(id: &str, name: &str, taxable: bool) -> ListEntry {
    ListEntry::SalesTaxCode(SalesTaxCode { id: id.into(), name: name.into(), active: true, taxable })
}

pub fn with_item(company: &mut Company, item: Item) {
    let mut all = entries();
    all.extend(company.more.iter().cloned().map(ListEntry::Item));
    all.push(ListEntry::Item(item.clone()));
    company.more.push(item);
    company.lists = Lists::new(all);
}

pub fn by_name(name: &str) -> ListRef {
    ListRef::new(format!("I-{name}"), name)
}

/// The chart, items and other lists of the company.
pub fn entries() -> Vec<ListEntry> {
    use AccountType as T;
    let mut all = vec![
        account("1100", "Accounts Receivable", T::AccountsReceivable, "AccountsReceivable"),
        account("1400", "Inventory Asset", T::OtherCurrentAsset, "InventoryAssets"),
        account("2000", "Accounts Payable", T::AccountsPayable, "AccountsPayable"),
        account("2200", "Sales Tax Payable", T::OtherCurrentLiability, "SalesTaxPayable"),
        account("2300", "Marketplace Tax", T::OtherCurrentLiability, ""),
        account("4000", "Merchandise Sales", T::Income, ""),
        account("4100", "Service Income", T::Income, ""),
        account("4200", "Freight Income", T::Income, ""),
        account("4900", "Sales Discounts", T::Income, ""),
        account("4950", "Rounding", T::Income, ""),
        account("5000", "Cost of Goods Sold", T::CostOfGoodsSold, "CostOfGoodsSold"),
        account("5100", "Inventory Adjustments", T::CostOfGoodsSold, ""),
        account("6400", "Tax on Purchases", T::Expense, ""),
    ];
    let items = vec![
        item("Merchandise", ItemKind::Service, "4000"),
        item("4-1500", ItemKind::Service, "4100"),
        item("Freight", ItemKind::OtherCharge, "4200"),
        item("Surcharge", ItemKind::OtherCharge, "4100"),
        item("Discount", ItemKind::OtherCharge, "4900"),
        item("Rounding", ItemKind::OtherCharge, "4950"),
        item("Mug in stock", ItemKind::Inventory, "4000"),
        tax_item("OH Sales Tax", "7.5", "Ohio"),
        tax_item("Ten", "10", "Tenland"),
        tax_item("NY State", "4", "New York"),
        tax_item("NYC Local", "4.5", "New York"),
        tax_item("NY MCTD", "0.375", "New York"),
        tax_item("Out of State", "0", "None"),
        Item {
            members: ["NY State", "NYC Local", "NY MCTD"].map(by_name).to_vec(),
            ..item("New York City", ItemKind::SalesTaxGroup, "")
        },
    ];
    all.extend(items.into_iter().map(ListEntry::Item));
    all.extend([
        ListEntry::Terms(Terms {
            id: "T-30".into(),
            name: "Net 30".into(),
            active: true,
            due_days: Some(30),
        }),
        tax_code("S-T", "Tax", true),
        tax_code("S-N", "Non", false),
        tax_code("S-M", "Mkt", false),
        ListEntry::Class(Class { id: "C-1".into(), full_name: "Main Warehouse".into(), active: true }),
    ]);
    all
}

/// Everything a draft depends on, owned, so that a test can bend one thing.
pub struct Company {
    pub settings: Settings,
    pub lists: Lists,
    pub preferences: Preferences,
    pub products: HashMap<i64, Product>,
    pub learnt: Learnt,
    pub sales: HashMap<String, SaleTax>,
    pub tax_filed_through: Option<Day>,
    pub party_currency: String,
    pub taken: Vec<String>,
    /// Items beside those of [`entries`].
    pub more: Vec<Item>,
}

fn rule(rate: &str, state: &str, item: &str) -> TaxRule {
    TaxRule { rate: d(rate), state: state.into(), item: by_name(item), ..TaxRule::default() }
}

impl Company {
    pub fn new() -> Self {
        let account = |number: &str, name: &str| Some(ListRef::new(format!("A-{number}"), name));
        let mut settings = Settings {
            timezone: crate::base::Zone::named("America/New_York").unwrap(),
            start: Some("2026-01".parse().unwrap()),
            ..Settings::default()
        };
        settings.account.inventory_asset = account("1400", "Inventory Asset");
        settings.account.purchase_tax = account("6400", "Tax on Purchases");
        settings.account.rounding = account("4950", "Rounding");
        settings.item.sales = Some(by_name("Merchandise"));
        settings.item.freight = Some(by_name("Freight"));
        settings.item.surcharge = Some(by_name("Surcharge"));
        settings.item.discount = Some(by_name("Discount"));
        settings.item.rounding = Some(by_name("Rounding"));
        settings.tax = vec![
            rule("7.5", "OH", "OH Sales Tax"),
            rule("7.5", "", "OH Sales Tax"),
            rule("10", "", "Ten"),
            rule("8.875", "", "New York City"),
        ];
        settings.branch.insert(
            "3".into(),
            BranchEntry { class: Some(ListRef::new("C-1", "Main Warehouse")), gl_code: String::new() },
        );
        Company {
            settings,
            lists: Lists::new(entries()),
            preferences: Preferences {
                sales_tax: true,
                class_tracking: true,
                taxable_code: Some(ListRef::new("S-T", "Tax")),
                non_taxable_code: Some(ListRef::new("S-N", "Non")),
                default_tax_item: Some(by_name("Out of State")),
                ..Preferences::default()
            },
            products: products(),
            learnt: Learnt::default(),
            sales: HashMap::new(),
            tax_filed_through: None,
            party_currency: String::new(),
            taken: Vec::new(),
            more: Vec::new(),
        }
    }

    pub fn draft_with(
        &self,
        document: &Document,
        contact: Option<&Contact>,
        party: Option<&PartyRef>,
    ) -> Drafted {
        let original = |reference: &str| self.sales.get(reference).cloned();
        let ctx = self.context(&original);
        draft(document, contact, party, &ctx, &|_, _, number| self.taken.iter().any(|taken| taken == number))
    }

    pub fn context<'a>(&'a self, original_sale: &'a dyn Fn(&str) -> Option<SaleTax>) -> Context<'a> {
        Context {
            settings: &self.settings,
            lists: &self.lists,
            preferences: &self.preferences,
            products: &self.products,
            learnt: &self.learnt,
            original_sale,
            party_currency: &self.party_currency,
            tax_filed_through: self.tax_filed_through,
        }
    }

    /// Drafts with the contact of the golden files, or one of the fitting type, linked.
    pub fn draft(&self, document: &Document) -> Drafted {
        let contact = contact_of(document);
        let party = party_of(document, contact.as_ref());
        self.draft_with(document, contact.as_ref(), party.as_ref())
    }
}

pub fn contact(id: i64, kind: ContactType) -> Contact {
    let place = Place::default();
    Contact {
        id,
        kind,
        is_active: true,
        company: format!("Contact {id}"),
        first_name: String::new(),
        last_name: String::new(),
        email: String::new(),
        phone: String::new(),
        mobile: String::new(),
        fax: String::new(),
        website: String::new(),
        place: place.clone(),
        postal: place,
        account_number: String::new(),
        payment_terms: String::new(),
        tax_number: String::new(),
        cost_center: String::new(),
        group: String::new(),
        billing_id: 0,
        quickbooks_id: String::new(),
        modified: None,
    }
}

fn contact_of(document: &Document) -> Option<Contact> {
    let kind = if (4200..4300).contains(&document.contact_id) {
        ContactType::Supplier
    } else {
        ContactType::Customer
    };
    (document.contact_id != 0).then(|| contact(document.contact_id, kind))
}

pub fn party_of(document: &Document, contact: Option<&Contact>) -> Option<PartyRef> {
    let contact = contact?;
    let vendor = contact.kind == ContactType::Supplier;
    let list = if vendor { PartyList::Vendor } else { PartyList::Customer };
    Some(PartyRef {
        list,
        id: Some(format!("P-{}", contact.id).into()),
        name: contact.company.clone(),
        contact: document.contact_id,
    })
}

const FILES: [(DocumentType, &str); 3] = [
    (DocumentType::SalesOrder, include_str!("../../../tests/golden/cin7/sales_orders.json")),
    (DocumentType::PurchaseOrder, include_str!("../../../tests/golden/cin7/purchase_orders.json")),
    (DocumentType::CreditNote, include_str!("../../../tests/golden/cin7/credit_notes.json")),
];

/// Every document of the golden files.
pub fn golden() -> Vec<Document> {
    let all = FILES.iter().flat_map(|(kind, text)| {
        let rows: Vec<Value> = serde_json::from_str(text).unwrap();
        rows.into_iter().map(|row| read(*kind, &row)).collect::<Vec<_>>()
    });
    all.collect()
}

/// One golden document by its Cin7 id.
pub fn sample(id: i64) -> Document {
    golden().into_iter().find(|document| document.id == id).unwrap()
}

fn products() -> HashMap<i64, Product> {
    let rows: Vec<Value> =
        serde_json::from_str(include_str!("../../../tests/golden/cin7/products.json")).unwrap();
    rows.iter()
        .map(|row| {
            let id = row["id"].as_i64().unwrap();
            let text = |field: &str| text(row, field);
            let product = Product {
                id,
                name: text("name"),
                sales_account: text("salesAccount"),
                purchases_account: text("purchasesAccount"),
                modified: None,
            };
            (id, product)
        })
        .collect()
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_default().to_string()
}

fn number(row: &Value, field: &str) -> Decimal {
    if row[field].is_null() { Decimal::ZERO } else { d(&row[field].to_string()) }
}

fn place(row: &Value, prefix: &str) -> Place {
    let text = |field: &str| text(row, &format!("{prefix}{field}"));
    Place {
        first_name: text("FirstName"),
        last_name: text("LastName"),
        company: text("Company"),
        address1: text("Address1"),
        address2: text("Address2"),
        city: text("City"),
        state: text("State"),
        postal_code: text("PostalCode"),
        country: text("Country"),
    }
}

fn read(kind: DocumentType, row: &Value) -> Document {
    let s = |field: &str| text(row, field);
    let n = |field: &str| number(row, field);
    let date = |field: &str| row[field].as_str().map(|text| text.parse().unwrap());
    let (ledger, moved, number_field) = match kind {
        DocumentType::SalesOrder => ("invoiceDate", "dispatchedDate", "invoiceNumber"),
        DocumentType::PurchaseOrder => ("invoiceDate", "fullyReceivedDate", "none"),
        DocumentType::CreditNote => ("creditNoteDate", "completedDate", "creditNoteNumber"),
    };
    let cost_center = if kind == DocumentType::CreditNote { "alternativeAccountCode" } else { "costCenter" };
    Document {
        kind,
        id: row["id"].as_i64().unwrap(),
        reference: s("reference"),
        is_approved: row["isApproved"].as_bool().unwrap(),
        is_void: row["isVoid"].as_bool().unwrap_or_default(),
        status: s("status"),
        contact_id: row["memberId"].as_i64().unwrap(),
        billing: place(row, "billing"),
        delivery: place(row, "delivery"),
        email: s("email"),
        phone: s("phone"),
        branch_id: row["branchId"].as_i64().unwrap(),
        product_total: n("productTotal"),
        freight_total: n("freightTotal"),
        freight_description: s("freightDescription"),
        surcharge: n("surcharge"),
        surcharge_description: s("surchargeDescription"),
        discount_total: n("discountTotal"),
        discount_description: s("discountDescription"),
        total: n("total"),
        currency: s("currencyCode"),
        currency_rate: Some(n("currencyRate")),
        tax_status: match s("taxStatus").as_str() {
            "Incl" => TaxStatus::Incl,
            "Excl" => TaxStatus::Excl,
            "Exempt" => TaxStatus::Exempt,
            _ => TaxStatus::Undefined,
        },
        tax_rate: (!row["taxRate"].is_null()).then(|| n("taxRate")),
        tax_rate_name: s("alternativeTaxRate"),
        cost_center: s(cost_center),
        contact_cost_center: s("memberCostCenter"),
        payment_terms: s("paymentTerms"),
        customer_order_no: s("customerOrderNo"),
        number: row[number_field].as_i64(),
        supplier_invoice_reference: s("supplierInvoiceReference"),
        sales_reference: s("salesReference"),
        ledger_date: date(ledger),
        moved_date: date(moved),
        created: date("createdDate"),
        modified: date("modifiedDate"),
        modified_cogs: date("modifiedCOGSDate"),
        import_status: match row["accountingAttributes"]["accountingImportStatus"].as_str().unwrap() {
            "Imported" => ImportStatus::Imported,
            "DoNotImport" => ImportStatus::DoNotImport,
            "Error" => ImportStatus::Error,
            _ => ImportStatus::NotImported,
        },
        channel: String::new(),
        internal_comments: s("internalComments"),
        customer_report: s("customerReport"),
        lines: row["lineItems"].as_array().unwrap().iter().map(line).collect(),
    }
}

fn line(row: &Value) -> DocLine {
    let options = ["option1", "option2", "option3"].map(|field| text(row, field));
    let options: Vec<String> = options.into_iter().filter(|option| !option.is_empty()).collect();
    DocLine {
        id: row["id"].as_i64().unwrap(),
        parent_id: row["parentId"].as_i64().unwrap(),
        product_id: row["productId"].as_i64().unwrap(),
        code: text(row, "code"),
        name: text(row, "name"),
        options: options.join(" "),
        comments: text(row, "lineComments"),
        qty: number(row, "qty"),
        qty_shipped: number(row, "qtyShipped"),
        unit_price: number(row, "unitPrice"),
        discount: number(row, "discount"),
        unit_cost: (!row["unitCost"].is_null()).then(|| number(row, "unitCost")),
        account_code: text(row, "accountCode"),
    }
}

/// A plain taxed order in Ohio: one line of 2 x 50.00, total 107.50.
pub fn order() -> Document {
    let mut order = sample(24_015);
    order.lines[0].qty = d("2");
    order.lines[0].qty_shipped = d("2");
    order.lines[0].unit_price = d("50");
    order.product_total = d("100");
    order.total = d("107.5");
    order.internal_comments.clear();
    order
}

/// A plain untaxed bill of 415.00.
pub fn purchase() -> Document {
    let mut order = sample(3_109);
    order.freight_total = Decimal::ZERO;
    order.lines.truncate(1);
    order.lines[0].qty = d("100");
    order.lines[0].qty_shipped = d("100");
    order.lines[0].unit_price = d("4.15");
    order.product_total = d("415");
    order.total = d("415");
    order
}

/// A plain taxed credit note of 40.85 on SO-24011.
pub fn credit() -> Document {
    sample(5_301)
}
