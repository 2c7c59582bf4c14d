//! Sales tax of one sale in the three modes of design 8.6: the header's item, the codes, and who writes the tax.
//!
//! Must never choose between two agencies, never hide a tax difference, and never name Sales Tax Payable on a line of ours
//! (design 4.1, 8.6; `qbxml.md` 10). With sales tax switched off in QuickBooks no tax reference is sent.

pub mod cause;
pub mod map;
pub mod own;
pub mod places;

use super::context::{Context, SaleTax};
use super::levelling::Piece;
use super::lists::{only, reference};
use super::reason::Reasons;
use super::reckon::Reckoning;
use crate::base::{Cents, Decimal};
use crate::books::settings::{TaxMode, TaxRounding};
use crate::books::transactions::TaxPart;
use crate::books::{Item, ItemKind, ListRef, TxnKind};
use crate::orders::{Contact, Document};
use own::OwnTax;
pub use places::state_of;

/// Name of the tax account where QuickBooks did not tell its own.
const SALES_TAX_ACCOUNT: &str = "Sales Tax Payable";

/// One single tax.
#[derive(Clone, Debug)]
pub struct Component {
    /// Single sales-tax item.
    pub item: ListRef,
    /// Liability account it posts to.
    pub account: ListRef,
    /// Percent.
    pub percent: Decimal,
}

/// The tax side of one sale.
#[derive(Clone, Debug, Default)]
pub struct SalesTax {
    /// Header item or group.
    pub header: Option<ListRef>,
    /// Single taxes that QuickBooks computes.
    pub components: Vec<Component>,
    /// CustomerSalesTaxCodeRef.
    pub customer_code: Option<ListRef>,
    /// Code of taxed lines.
    pub taxable_code: Option<ListRef>,
    /// Code of other lines.
    pub non_taxable_code: Option<ListRef>,
    /// Code of every line, whatever else is set: a sale whose tax is not QuickBooks' business.
    pub only_code: Option<ListRef>,
    /// Cin7's tax on lines of ours; none in mode `quickbooks`.
    pub own: Option<OwnTax>,
    /// How QuickBooks rounds, as set or learnt.
    pub rounding: TaxRounding,
}

impl SalesTax {
    /// The tax that QuickBooks will compute, by component.
    #[must_use]
    pub fn predict(&self, pieces: &[Piece]) -> Vec<TaxPart> {
        self.predict_if(pieces, self.rounding)
    }

    /// The same, if it rounds this way.
    #[must_use]
    pub fn predict_if(&self, pieces: &[Piece], rounding: TaxRounding) -> Vec<TaxPart> {
        let taxable = || pieces.iter().filter(|piece| piece.line.taxable).map(|piece| piece.line.amount);
        if taxable().next().is_none() {
            return Vec::new();
        }
        let part = |component: &Component| TaxPart {
            item: component.item.clone(),
            account: component.account.clone(),
            rate: component.percent,
            amount: crate::books::tax::computed(taxable(), component.percent, rounding),
        };
        self.components.iter().map(part).collect()
    }

    /// The rate QuickBooks will use, in percent.
    #[must_use]
    pub fn percent(&self) -> Decimal {
        self.components.iter().map(|component| component.percent).sum()
    }
}

/// What the tax of a sale depends on.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// The sale.
    pub document: &'a Document,
    /// Invoice or credit memo.
    pub kind: TxnKind,
    /// Its contact.
    pub contact: Option<&'a Contact>,
    /// How its total came about.
    pub reckoning: &'a Reckoning,
    /// The company.
    pub ctx: &'a Context<'a>,
}

/// The mode of a document: its customer's, else the company's.
#[must_use]
pub fn mode_of(document: &Document, ctx: &Context<'_>) -> TaxMode {
    let settings = ctx.settings;
    if settings.customer_tax.is_empty() {
        return settings.tax_mode;
    }
    settings.customer_tax.get(&document.contact_id.to_string()).map_or(settings.tax_mode, |own| own.mode)
}

/// Finds the header item, the codes and the single taxes of a sale, and says what is missing.
pub fn choose(ask: Ask<'_>, reasons: &mut Reasons) -> SalesTax {
    let ctx = ask.ctx;
    let mode = mode_of(ask.document, ctx);
    let taxed = ask.reckoning.parts.iter().any(|part| part.taxed) || !ask.reckoning.tax.is_zero();
    if !ctx.preferences.sales_tax {
        return without_sales_tax(ask, mode, taxed, reasons);
    }
    let mut tax = SalesTax {
        taxable_code: code(true, ctx),
        non_taxable_code: code(false, ctx),
        rounding: match ctx.settings.tax_rounding {
            TaxRounding::Learn => ctx.learnt.tax_rounding,
            set => set,
        },
        ..SalesTax::default()
    };
    tax.customer_code = if taxed { tax.taxable_code.clone() } else { tax.non_taxable_code.clone() };
    if (taxed && tax.taxable_code.is_none()) || tax.non_taxable_code.is_none() {
        reasons.block(
            "no_tax_code",
            "",
            "QuickBooks does not say which sales tax codes mean taxable and non-taxable.",
        );
    }
    if !taxed {
        tax.header = untaxed_header(ask, reasons).and_then(|item| usable(&item, ctx, reasons));
        return tax;
    }
    match mode {
        TaxMode::Quickbooks => {
            let item = header_item(ask, reasons).and_then(|wanted| found(&wanted, ctx, reasons));
            if let Some(item) = item {
                tax.header = Some(reference(&item.id, &item.full_name));
                tax.components = components(item, ctx, reasons);
            }
        }
        TaxMode::TaxItem => {
            tax.header = own::zero_header(ctx, reasons);
            tax.own = Some(own::by_tax_items(ask, reasons));
        }
        TaxMode::Line => {
            let own = own::by_line(ask, reasons);
            tax.header = own::zero_header_or_default(ctx, reasons);
            tax.customer_code.clone_from(&own.code);
            tax.only_code.clone_from(&own.code);
            tax.own = Some(own);
        }
    }
    tax
}

/// Only a line of our own can carry tax where QuickBooks has none.
fn without_sales_tax(ask: Ask<'_>, mode: TaxMode, taxed: bool, reasons: &mut Reasons) -> SalesTax {
    if !taxed {
        return SalesTax::default();
    }
    if mode == TaxMode::Line {
        let own = OwnTax { code: None, ..own::by_line(ask, reasons) };
        return SalesTax { own: Some(own), ..SalesTax::default() };
    }
    reasons.block(
        "sales_tax_off",
        "taxRate",
        "Cin7 charged sales tax, but sales tax is switched off in QuickBooks.",
    );
    SalesTax::default()
}

fn code(taxable: bool, ctx: &Context<'_>) -> Option<ListRef> {
    let preferred = if taxable { &ctx.preferences.taxable_code } else { &ctx.preferences.non_taxable_code };
    preferred.clone().or_else(|| ctx.lists.only_tax_code(taxable))
}

/// The tax of the sale that a credit memo takes back (design 8.6).
fn original_sale(ask: Ask<'_>, reasons: &mut Reasons) -> Option<SaleTax> {
    let sale = ask.document.sales_reference.trim();
    if ask.kind != TxnKind::CreditMemo || sale.is_empty() {
        return None;
    }
    let original = (ask.ctx.original_sale)(sale);
    if original.is_none() {
        reasons.say(
            "original_sale_unknown",
            "salesReference",
            format!(
                "The original sale `{sale}` has no draft here that carries a tax item; the tax item is chosen by the tax map."
            ),
        );
    }
    original
}

/// The header item of a taxed sale that QuickBooks taxes.
fn header_item(ask: Ask<'_>, reasons: &mut Reasons) -> Option<ListRef> {
    if let Some(original) = original_sale(ask, reasons) {
        return match original.lines.as_slice() {
            [] => Some(original.tax_item),
            [one] => Some(one.clone()),
            // It went in with one line per component: the group of just these.
            several => own::group_of(several, ask.ctx).or_else(|| mapped(ask, reasons)),
        };
    }
    mapped(ask, reasons)
}

/// The item that the tax map names for the rate and place.
fn mapped(ask: Ask<'_>, reasons: &mut Reasons) -> Option<ListRef> {
    let shown = map::Shown::of(ask.document, ask.contact, ask.reckoning.percent);
    match map::find(&ask.ctx.settings.tax, &shown) {
        map::Found::One(rule) => Some(rule.item.clone()),
        map::Found::Several => {
            ambiguous(&shown, reasons);
            None
        }
        map::Found::None => {
            let place = if shown.state.is_empty() { String::new() } else { format!(" in {}", shown.state) };
            let name = if shown.name.is_empty() { String::new() } else { format!(" (`{}`)", shown.name) };
            reasons.block(
                "no_tax_item",
                "taxRate",
                format!("No QuickBooks tax item is mapped to {} %{name}{place}.", shown.percent),
            );
            None
        }
    }
}

fn ambiguous(shown: &map::Shown<'_>, reasons: &mut Reasons) {
    reasons.block(
        "tax_rule_ambiguous",
        "taxRate",
        format!(
            "Two rows of the tax map fit {} % in `{}`; a person must choose.",
            shown.percent, shown.state
        ),
    );
}

/// The header item of an untaxed sale: of its original, of the map at 0 %, the company's default, the only 0 % item.
fn untaxed_header(ask: Ask<'_>, reasons: &mut Reasons) -> Option<ListRef> {
    let ctx = ask.ctx;
    if let Some(original) = original_sale(ask, reasons) {
        return Some(original.tax_item);
    }
    let shown = map::Shown::of(ask.document, ask.contact, ask.reckoning.percent);
    match map::find(&ctx.settings.tax, &shown) {
        map::Found::One(rule) => return Some(rule.item.clone()),
        map::Found::Several => {
            ambiguous(&shown, reasons);
            return None;
        }
        map::Found::None => {}
    }
    let item = ctx.preferences.default_tax_item.clone().or_else(|| zero_item(ctx));
    if item.is_none() {
        reasons.block("no_tax_item", "taxStatus", "QuickBooks names no default tax item for untaxed sales.");
    }
    item
}

/// The 0 % item that is set, else the only one.
fn zero_item(ctx: &Context<'_>) -> Option<ListRef> {
    let zero = |item: &&Item| {
        item.active && item.kind == ItemKind::SalesTax && item.tax_rate.is_some_and(|rate| rate.is_zero())
    };
    ctx.settings.item.zero_tax.clone().or_else(|| {
        only(ctx.lists.items().iter().filter(zero)).map(|item| reference(&item.id, &item.full_name))
    })
}

fn usable(wanted: &ListRef, ctx: &Context<'_>, reasons: &mut Reasons) -> Option<ListRef> {
    found(wanted, ctx, reasons).map(|item| reference(&item.id, &item.full_name))
}

fn found<'a>(wanted: &ListRef, ctx: &Context<'a>, reasons: &mut Reasons) -> Option<&'a Item> {
    let item = ctx.lists.item(wanted);
    let Some(item) = item else {
        reasons.block(
            "mapping_gone",
            "",
            format!("The tax item `{}` is not in QuickBooks any more.", wanted.name),
        );
        return None;
    };
    if !item.active {
        reasons.block(
            "inactive_item",
            "",
            format!("The tax item `{}` is inactive in QuickBooks.", item.full_name),
        );
    }
    if !matches!(item.kind, ItemKind::SalesTax | ItemKind::SalesTaxGroup) {
        reasons.block("not_a_tax_item", "", format!("`{}` is no sales tax item or group.", item.full_name));
        return None;
    }
    Some(item)
}

/// The single taxes of an item or group.
fn components(item: &Item, ctx: &Context<'_>, reasons: &mut Reasons) -> Vec<Component> {
    let account =
        ctx.lists.sales_tax_payable().cloned().unwrap_or_else(|| ListRef::new("", SALES_TAX_ACCOUNT));
    let single = |single: &Item| {
        let percent = single.tax_rate?;
        let account = single.account.clone().unwrap_or_else(|| account.clone());
        Some(Component { item: reference(&single.id, &single.full_name), account, percent })
    };
    let found: Option<Vec<Component>> = match item.kind {
        ItemKind::SalesTaxGroup => {
            item.members.iter().map(|member| ctx.lists.item(member).and_then(single)).collect()
        }
        _ => single(item).map(|component| vec![component]),
    };
    found.filter(|found| !found.is_empty()).unwrap_or_else(|| {
        reasons.block(
            "tax_item_incomplete",
            "",
            format!("QuickBooks did not tell the rates of the tax item `{}`.", item.full_name),
        );
        Vec::new()
    })
}

/// The sales tax code of a line and whether QuickBooks will tax it. `wanted` is the code that a GL code or a kind of
/// charge is set to; it counts on taxed sales, and where it is non-taxable.
pub fn code_of_line(
    tax: &SalesTax,
    taxed: bool,
    wanted: Option<&ListRef>,
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) -> (Option<ListRef>, bool) {
    if !ctx.preferences.sales_tax {
        return (None, false);
    }
    if let Some(code) = &tax.only_code {
        return (Some(code.clone()), false);
    }
    let sale_is_taxed = tax.own.is_some() || !tax.components.is_empty();
    if let Some(wanted) = wanted {
        match ctx.lists.tax_code(wanted).filter(|code| code.active) {
            Some(code) if !code.taxable || sale_is_taxed => {
                let taxable = code.taxable && !tax.components.is_empty();
                return (Some(reference(&code.id, &code.name)), taxable);
            }
            Some(_) => {}
            None => reasons.block(
                "tax_code_gone",
                "",
                format!("The sales tax code `{}` of the settings is not active in QuickBooks.", wanted.name),
            ),
        }
    }
    let code = if taxed { &tax.taxable_code } else { &tax.non_taxable_code };
    (code.clone(), taxed && !tax.components.is_empty())
}

/// The sum of single taxes.
#[must_use]
pub fn total(parts: &[TaxPart]) -> Cents {
    parts.iter().map(|part| part.amount).sum()
}
