//! Which account or item a line hits, and why, in words.
//!
//! Must never put an inventory part, an assembly or Sales Tax Payable on a line (design 4.1), nor choose between two
//! items that fit equally. Priority: `cin7-quickbooks-integration.md` 2.6; items for GL codes: design 8.11.

use super::context::Context;
use super::reason::Reasons;
use crate::books::settings::{GlEntry, InventoryMethod};
use crate::books::{Account, AccountType, Item, ItemKind, ListRef, Role, Settings};
use crate::orders::{Contact, DocLine, Document, DocumentType, Product};
use std::collections::HashMap;

/// Where a GL code came from, in the order in which they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeSource {
    /// Set on the line.
    Line,
    /// Of the line's product; Cin7 copies it into the line.
    Product,
    /// Set on the document.
    Header,
    /// Of the contact.
    Contact,
    /// Of the branch, from our settings.
    Branch,
}

impl CodeSource {
    const fn words(self) -> &'static str {
        match self {
            CodeSource::Line => "set on the line",
            CodeSource::Product => "of the product",
            CodeSource::Header => "set on the document",
            CodeSource::Contact => "of the contact",
            CodeSource::Branch => "of the branch",
        }
    }

    const fn field(self, document: DocumentType) -> &'static str {
        match self {
            CodeSource::Line => "accountCode",
            CodeSource::Product if matches!(document, DocumentType::PurchaseOrder) => "purchasesAccount",
            CodeSource::Product => "salesAccount",
            CodeSource::Header if matches!(document, DocumentType::CreditNote) => "alternativeAccountCode",
            CodeSource::Header => "costCenter",
            CodeSource::Contact => "memberCostCenter",
            CodeSource::Branch => "branchId",
        }
    }
}

/// A GL code and where it came from.
#[derive(Clone, Copy, Debug)]
pub struct Coded<'a> {
    /// The code, without blanks around it.
    pub code: &'a str,
    /// Who set it.
    pub source: CodeSource,
}

fn coded(code: &str, source: CodeSource) -> Option<Coded<'_>> {
    let code = code.trim();
    (!code.is_empty()).then_some(Coded { code, source })
}

/// Where a line posts to.
#[derive(Clone, Debug)]
pub struct Target {
    /// Item of a sales line.
    pub item: Option<ListRef>,
    /// Account.
    pub account: ListRef,
    /// What the line is for.
    pub role: Role,
    /// Why, in words.
    pub why: String,
    /// A discount item: QuickBooks makes its amount negative by itself (`qbxml.md` 10).
    pub lowers_only: bool,
}

impl Target {
    fn unmapped(what: &str, role: Role) -> Self {
        Target {
            item: None,
            account: ListRef::new("", format!("(not mapped: {what})")),
            role,
            why: "nothing is mapped yet".into(),
            lowers_only: false,
        }
    }
}

/// The GL codes of one document's lines, by the priority of `cin7-quickbooks-integration.md` 2.6.
#[derive(Clone, Copy)]
pub struct Codes<'a> {
    products: &'a HashMap<i64, Product>,
    document: DocumentType,
    fallback: Option<Coded<'a>>,
}

impl<'a> Codes<'a> {
    /// Header, contact and branch codes are the same for all lines of a document.
    #[must_use]
    pub fn new(
        document: &'a Document,
        contact: Option<&'a Contact>,
        products: &'a HashMap<i64, Product>,
        settings: &'a Settings,
    ) -> Self {
        let branch = || settings.branch.get(&document.branch_id.to_string());
        let fallback = coded(&document.cost_center, CodeSource::Header)
            .or_else(|| coded(&document.contact_cost_center, CodeSource::Contact))
            .or_else(|| contact.and_then(|contact| coded(&contact.cost_center, CodeSource::Contact)))
            .or_else(|| branch().and_then(|branch| coded(&branch.gl_code, CodeSource::Branch)));
        Codes { products, document: document.kind, fallback }
    }

    /// Whether a line's GL code carries a non-taxable sales tax code (`cin7-quickbooks-integration.md` 2.6).
    #[must_use]
    pub fn is_untaxed(&self, line: &DocLine, ctx: &Context<'_>) -> bool {
        self.of(line)
            .and_then(|coded| ctx.settings.gl.get(coded.code))
            .and_then(|entry| ctx.lists.tax_code(entry.tax_code.as_ref()?))
            .is_some_and(|code| !code.taxable)
    }

    /// The code of a line: its own, else its product's, else that of document, contact or branch.
    #[must_use]
    pub fn of<'l>(&self, line: &'l DocLine) -> Option<Coded<'l>>
    where
        'a: 'l,
    {
        coded(&line.account_code, CodeSource::Line)
            .or_else(|| {
                let product = self.products.get(&line.product_id)?;
                let code = match self.document {
                    DocumentType::PurchaseOrder => &product.purchases_account,
                    _ => &product.sales_account,
                };
                coded(code, CodeSource::Product)
            })
            .or(self.fallback)
    }
}

/// Finds targets for the lines of one document.
pub struct Chart<'a> {
    ctx: &'a Context<'a>,
    codes: Codes<'a>,
}

impl<'a> Chart<'a> {
    /// The chart for the document of these codes.
    #[must_use]
    pub fn new(codes: Codes<'a>, ctx: &'a Context<'a>) -> Self {
        Chart { ctx, codes }
    }

    /// Item and account of a product line on a sale, and the sales tax code that its GL code carries.
    pub fn sales_line(&self, line: &DocLine, reasons: &mut Reasons) -> (Target, Option<&'a ListRef>) {
        let Some(coded) = self.codes.of(line) else {
            let setting = self.ctx.settings.item.sales.as_ref();
            let target = self.item_for("item.sales", "sales", "lineItems", setting, Role::Sales, reasons);
            return (target, None);
        };
        let entry = self.ctx.settings.gl.get(coded.code);
        (self.coded_sales_line(coded, entry, reasons), entry.and_then(|entry| entry.tax_code.as_ref()))
    }

    fn coded_sales_line(&self, coded: Coded<'_>, entry: Option<&GlEntry>, reasons: &mut Reasons) -> Target {
        let (code, source) = (coded.code, coded.source.words());
        let lists = self.ctx.lists;
        let mapped = entry.and_then(|entry| entry.item.as_ref());
        let found = match mapped {
            Some(wanted) => match lists.item(wanted) {
                Some(item) => Some((item, "mapped in the settings")),
                None => {
                    gone(reasons, &format!("gl.{code}.item"), &wanted.name);
                    return Target::unmapped(code, Role::Sales);
                }
            },
            None => lists.item_by_name(code).map(|item| (item, "the item of that name")).or_else(|| {
                lists.only_service_item_on(code).map(|item| (item, "the only service item on that account"))
            }),
        };
        let Some((item, how)) = found else {
            self.unknown_code(
                coded,
                "no item in QuickBooks is mapped to it, named so, or alone on that account",
                reasons,
            );
            return Target::unmapped(code, Role::Sales);
        };
        item_target(item, Role::Sales, format!("GL code {code} {source}: {how}"), self.ctx, reasons)
    }

    /// Item and account of a header charge or the rounding line on a sale.
    pub fn sales_charge(&self, role: Role, reasons: &mut Reasons) -> Target {
        let items = &self.ctx.settings.item;
        match role {
            Role::Freight => self.item_for(
                "item.freight",
                "freight",
                "freightTotal",
                items.freight.as_ref(),
                role,
                reasons,
            ),
            Role::Surcharge => self.item_for(
                "item.surcharge",
                "surcharges",
                "surcharge",
                items.surcharge.as_ref(),
                role,
                reasons,
            ),
            Role::Discount => self.item_for(
                "item.discount",
                "discounts",
                "discountTotal",
                items.discount.as_ref(),
                role,
                reasons,
            ),
            _ => self.item_for(
                "item.rounding",
                "rounding",
                "total",
                items.rounding.as_ref(),
                Role::Rounding,
                reasons,
            ),
        }
    }

    fn item_for(
        &self,
        key: &str,
        what: &str,
        field: &'static str,
        wanted: Option<&ListRef>,
        role: Role,
        reasons: &mut Reasons,
    ) -> Target {
        let Some(wanted) = wanted else {
            let code = match role {
                Role::Freight => "no_freight_item",
                Role::Surcharge => "no_surcharge_item",
                Role::Discount => "no_discount_item",
                Role::Rounding => "no_rounding_item",
                _ => "no_sales_item",
            };
            reasons.block(code, field, format!("No QuickBooks item is chosen for {what} (setting {key})."));
            return Target::unmapped(what, role);
        };
        match self.ctx.lists.item(wanted) {
            Some(item) => {
                item_target(item, role, format!("the item for {what} (setting {key})"), self.ctx, reasons)
            }
            None => {
                gone(reasons, key, &wanted.name);
                Target::unmapped(what, role)
            }
        }
    }

    /// Account of a product line on a bill.
    pub fn bill_line(&self, line: &DocLine, reasons: &mut Reasons) -> Target {
        let Some(coded) = self.codes.of(line) else {
            return self.purchase_default(Role::Expense, reasons);
        };
        let (code, source) = (coded.code, coded.source.words());
        let lists = self.ctx.lists;
        let mapped = self.ctx.settings.gl.get(code).and_then(|entry| entry.account.as_ref());
        let found = match mapped {
            Some(wanted) => match lists.account(wanted) {
                Some(account) => Some((account, "mapped in the settings")),
                None => {
                    gone(reasons, &format!("gl.{code}.account"), &wanted.name);
                    return Target::unmapped(code, Role::Expense);
                }
            },
            None => lists
                .account_by_number(code)
                .map(|account| (account, "the account of that number"))
                .or_else(|| lists.account_by_name(code).map(|account| (account, "the account of that name"))),
        };
        let Some((account, how)) = found else {
            self.unknown_code(
                coded,
                "no account in QuickBooks is mapped to it or has that number or name",
                reasons,
            );
            return Target::unmapped(code, Role::Expense);
        };
        let target =
            self.account_target(account, Role::Expense, format!("GL code {code} {source}: {how}"), reasons);
        if target.role != Role::Inventory && line.product_id != 0 && self.perpetual() {
            reasons.warn(
                "not_inventory",
                coded.source.field(self.codes.document),
                format!(
                    "A product goes to `{}`, not to the inventory account; it will not count as stock.",
                    target.account.name
                ),
            );
        }
        target
    }

    /// Account of a header charge, the tax or the rounding line on a bill. Supplier charges are part of landed cost
    /// (`cin7-quickbooks-integration.md` 2.10) unless freight is mapped elsewhere.
    pub fn bill_charge(&self, role: Role, reasons: &mut Reasons) -> Target {
        let accounts = &self.ctx.settings.account;
        match role {
            Role::Freight | Role::Surcharge if accounts.purchase_freight.is_some() => self.account_for(
                "account.purchase_freight",
                "purchase freight",
                accounts.purchase_freight.as_ref(),
                role,
                reasons,
            ),
            Role::Tax => self.account_for(
                "account.purchase_tax",
                "tax on purchases",
                accounts.purchase_tax.as_ref(),
                role,
                reasons,
            ),
            Role::Rounding => {
                self.account_for("account.rounding", "rounding", accounts.rounding.as_ref(), role, reasons)
            }
            _ => self.purchase_default(role, reasons),
        }
    }

    fn unknown_code(&self, coded: Coded<'_>, what: &str, reasons: &mut Reasons) {
        reasons.block(
            "unknown_gl_code",
            coded.source.field(self.codes.document),
            format!("GL code {} ({}): {what}.", coded.code, coded.source.words()),
        );
    }

    fn perpetual(&self) -> bool {
        self.ctx.settings.inventory_method == InventoryMethod::Perpetual
    }

    fn purchase_default(&self, role: Role, reasons: &mut Reasons) -> Target {
        let accounts = &self.ctx.settings.account;
        if self.perpetual() {
            self.account_for(
                "account.inventory_asset",
                "inventory",
                accounts.inventory_asset.as_ref(),
                role,
                reasons,
            )
        } else {
            self.account_for(
                "account.purchase_expense",
                "purchases",
                accounts.purchase_expense.as_ref(),
                role,
                reasons,
            )
        }
    }

    fn account_for(
        &self,
        key: &str,
        what: &str,
        wanted: Option<&ListRef>,
        role: Role,
        reasons: &mut Reasons,
    ) -> Target {
        let Some(wanted) = wanted else {
            let code = match role {
                Role::Tax => "no_purchase_tax_account",
                Role::Rounding => "no_rounding_account",
                _ => "no_purchase_account",
            };
            reasons.block(code, "", format!("No QuickBooks account is chosen for {what} (setting {key})."));
            return Target::unmapped(what, role);
        };
        match self.ctx.lists.account(wanted) {
            Some(account) => {
                self.account_target(account, role, format!("the account for {what} (setting {key})"), reasons)
            }
            None => {
                gone(reasons, key, &wanted.name);
                Target::unmapped(what, role)
            }
        }
    }

    fn account_target(&self, account: &Account, role: Role, why: String, reasons: &mut Reasons) -> Target {
        let name = &account.full_name;
        if !account.active {
            reasons.block("inactive_account", "", format!("The account `{name}` is inactive in QuickBooks."));
        }
        if account.special == super::lists::SALES_TAX_PAYABLE
            || matches!(
                account.kind,
                AccountType::AccountsPayable | AccountType::AccountsReceivable | AccountType::NonPosting
            )
        {
            reasons.block("account_not_allowed", "", format!("A bill line cannot post to `{name}`."));
        }
        let inventory = self.ctx.settings.account.inventory_asset.as_ref();
        let is_inventory =
            inventory.and_then(|wanted| self.ctx.lists.account(wanted)).is_some_and(|i| i.id == account.id);
        let role = if is_inventory && role != Role::Tax { Role::Inventory } else { role };
        Target {
            item: None,
            account: super::lists::reference(&account.id, name),
            role,
            why,
            lowers_only: false,
        }
    }
}

fn item_target(item: &Item, role: Role, why: String, ctx: &Context<'_>, reasons: &mut Reasons) -> Target {
    let name = &item.full_name;
    if !item.kind.may_stand_on_sales_line() {
        let text = if matches!(item.kind, ItemKind::Inventory | ItemKind::InventoryAssembly) {
            format!(
                "`{name}` is a stock item: QuickBooks would book its own cost of sales. Choose a service item."
            )
        } else {
            format!("`{name}` is a {} item and cannot stand on a sales line.", item.kind.word())
        };
        reasons.block("inventory_item", "accountCode", text);
    }
    if !item.active {
        reasons.block(
            "inactive_item",
            "accountCode",
            format!("The item `{name}` is inactive in QuickBooks."),
        );
    }
    match &item.account {
        None => reasons.block(
            "item_without_account",
            "accountCode",
            format!("The item `{name}` has no income account."),
        ),
        Some(account) if ctx.lists.is_sales_tax_payable(account) => reasons.block(
            "account_not_allowed",
            "accountCode",
            format!("The item `{name}` posts to {}, which only QuickBooks itself may fill.", account.name),
        ),
        Some(_) => {}
    }
    Target {
        item: Some(super::lists::reference(&item.id, name)),
        account: item.account.clone().unwrap_or_else(|| ListRef::new("", "(no account)")),
        role,
        why,
        lowers_only: item.kind == ItemKind::Discount,
    }
}

fn gone(reasons: &mut Reasons, key: &str, name: &str) {
    reasons.block(
        "mapping_gone",
        "",
        format!("`{name}`, chosen in setting {key}, is not in QuickBooks any more."),
    );
}
