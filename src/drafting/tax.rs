//! Sales tax in the mode `quickbooks`: the header item by the tax map, and the tax that QuickBooks will compute.
//!
//! Must never choose between two agencies, and never hide a tax difference (design 8.6, `qbxml.md` 10). With sales tax
//! switched off in QuickBooks no tax reference is sent.

use super::context::Context;
use super::levelling::Piece;
use super::lists::{only, reference};
use super::reason::Reasons;
use super::reckon::Reckoning;
use crate::base::{Cents, Decimal};
use crate::books::settings::{TaxRounding, TaxRule};
use crate::books::transactions::TaxPart;
use crate::books::{Item, ItemKind, ListRef, TxnKind};
use crate::orders::{Contact, Document};

/// Name of the tax account where QuickBooks did not tell its own.
const SALES_TAX_ACCOUNT: &str = "Sales Tax Payable";

/// One single tax of the header item.
#[derive(Clone, Debug)]
pub struct Component {
    item: ListRef,
    account: ListRef,
    percent: Decimal,
}

/// The tax side of one sale.
#[derive(Clone, Debug, Default)]
pub struct SalesTax {
    /// Header item or group.
    pub header: Option<ListRef>,
    /// Single taxes of it.
    pub components: Vec<Component>,
    /// CustomerSalesTaxCodeRef.
    pub customer_code: Option<ListRef>,
    /// Code of taxed lines.
    pub taxable_code: Option<ListRef>,
    /// Code of other lines.
    pub non_taxable_code: Option<ListRef>,
}

impl SalesTax {
    /// The tax that QuickBooks will compute, by component.
    #[must_use]
    pub fn predict(&self, pieces: &[Piece], rounding: TaxRounding) -> Vec<TaxPart> {
        let taxable = || pieces.iter().filter(|piece| piece.line.taxable).map(|piece| piece.line.amount);
        if taxable().next().is_none() {
            return Vec::new();
        }
        let of = |base: Cents, percent: Decimal| {
            Cents::round(base.decimal() * percent / Decimal::ONE_HUNDRED).unwrap_or(Cents::ZERO)
        };
        self.components
            .iter()
            .map(|component| {
                let amount = match rounding {
                    TaxRounding::Learn | TaxRounding::Sum => of(taxable().sum(), component.percent),
                    TaxRounding::Line => taxable().map(|line| of(line, component.percent)).sum(),
                };
                TaxPart { item: component.item.clone(), account: component.account.clone(), amount }
            })
            .collect()
    }

    /// The rate QuickBooks will use, in percent.
    #[must_use]
    pub fn percent(&self) -> Decimal {
        self.components.iter().map(|component| component.percent).sum()
    }
}

/// The state that decides the tax: of delivery, else of billing, else of the contact.
#[must_use]
pub fn state_of<'a>(document: &'a Document, contact: Option<&'a Contact>) -> &'a str {
    let contact = contact.map_or("", |contact| contact.place.state.as_str());
    [document.delivery.state.as_str(), document.billing.state.as_str(), contact]
        .into_iter()
        .map(str::trim)
        .find(|state| !state.is_empty())
        .unwrap_or_default()
}

/// Finds the header item, the codes and the single taxes of a sale, and says what is missing.
pub fn choose(
    document: &Document,
    kind: TxnKind,
    contact: Option<&Contact>,
    reckoning: &Reckoning,
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) -> SalesTax {
    let taxed = reckoning.parts.iter().any(|part| part.taxed);
    if !ctx.preferences.sales_tax {
        if taxed || !reckoning.tax.is_zero() {
            reasons.block(
                "sales_tax_off",
                "taxRate",
                "Cin7 charged sales tax, but sales tax is switched off in QuickBooks.",
            );
        }
        return SalesTax::default();
    }
    let mut tax =
        SalesTax { taxable_code: code(true, ctx), non_taxable_code: code(false, ctx), ..SalesTax::default() };
    tax.customer_code = if taxed { tax.taxable_code.clone() } else { tax.non_taxable_code.clone() };
    if (taxed && tax.taxable_code.is_none()) || tax.non_taxable_code.is_none() {
        reasons.block(
            "no_tax_code",
            "",
            "QuickBooks does not say which sales tax codes mean taxable and non-taxable.",
        );
    }
    let header = header_item(document, kind, contact, reckoning, taxed, ctx, reasons);
    let Some(item) = header.and_then(|wanted| found(&wanted, ctx, reasons)) else { return tax };
    tax.header = Some(reference(&item.id, &item.full_name));
    if taxed {
        tax.components = components(item, ctx, reasons);
    }
    tax
}

fn code(taxable: bool, ctx: &Context<'_>) -> Option<ListRef> {
    let preferred = if taxable { &ctx.preferences.taxable_code } else { &ctx.preferences.non_taxable_code };
    preferred.clone().or_else(|| ctx.lists.only_tax_code(taxable))
}

fn header_item(
    document: &Document,
    kind: TxnKind,
    contact: Option<&Contact>,
    reckoning: &Reckoning,
    taxed: bool,
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) -> Option<ListRef> {
    let sale = document.sales_reference.trim();
    if kind == TxnKind::CreditMemo && !sale.is_empty() {
        if let Some(original) = (ctx.original_sale)(sale) {
            return Some(original.tax_item);
        }
        reasons.say(
            "original_sale_unknown",
            "salesReference",
            format!("The original sale `{sale}` is not known here; the tax item is chosen by the tax map."),
        );
    }
    let state = state_of(document, contact);
    match rule(&ctx.settings.tax, reckoning.percent, &document.tax_rate_name, state) {
        Rule::One(rule) => Some(rule.item.clone()),
        Rule::Several => {
            reasons.block(
                "tax_rule_ambiguous",
                "taxRate",
                format!(
                    "Two rows of the tax map fit {} % in `{state}`; a person must choose.",
                    reckoning.percent
                ),
            );
            None
        }
        Rule::None if taxed => {
            let name = document.tax_rate_name.trim();
            let place = if state.is_empty() { String::new() } else { format!(" in {state}") };
            let name = if name.is_empty() { String::new() } else { format!(" (`{name}`)") };
            reasons.block(
                "no_tax_item",
                "taxRate",
                format!("No QuickBooks tax item is mapped to {} %{name}{place}.", reckoning.percent),
            );
            None
        }
        Rule::None => {
            let zero = || {
                only(ctx.lists.items().iter().filter(|item| {
                    item.active
                        && item.kind == ItemKind::SalesTax
                        && item.tax_rate.is_some_and(|rate| rate.is_zero())
                }))
                .map(|item| reference(&item.id, &item.full_name))
            };
            let item = ctx.preferences.default_tax_item.clone().or_else(zero);
            if item.is_none() {
                reasons.block(
                    "no_tax_item",
                    "taxStatus",
                    "QuickBooks names no default tax item for untaxed sales.",
                );
            }
            item
        }
    }
}

enum Rule<'a> {
    None,
    One(&'a TaxRule),
    Several,
}

/// The row of the tax map that fits best: name and state before name, before state, before neither.
fn rule<'a>(rules: &'a [TaxRule], percent: Decimal, name: &str, state: &str) -> Rule<'a> {
    let fits = |rule: &TaxRule| {
        let weigh = |wanted: &str, given: &str, weight: u8| {
            if wanted.trim().is_empty() {
                Some(0)
            } else {
                wanted.trim().eq_ignore_ascii_case(given.trim()).then_some(weight)
            }
        };
        if rule.rate != percent {
            return None;
        }
        Some(weigh(&rule.name, name, 2)? + weigh(&rule.state, state, 1)?)
    };
    let mut best: Rule<'a> = Rule::None;
    let mut best_weight = None;
    for (weight, rule) in rules.iter().filter_map(|rule| fits(rule).map(|weight| (weight, rule))) {
        if best_weight.is_none_or(|so_far| weight > so_far) {
            (best, best_weight) = (Rule::One(rule), Some(weight));
        } else if best_weight == Some(weight) && matches!(best, Rule::One(other) if other.item != rule.item) {
            best = Rule::Several;
        }
    }
    best
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
    found.unwrap_or_else(|| {
        reasons.block(
            "tax_item_incomplete",
            "",
            format!("QuickBooks did not tell the rates of the tax item `{}`.", item.full_name),
        );
        Vec::new()
    })
}

/// Compares Cin7's tax with what QuickBooks will compute. More than the rounding limit blocks, with the cause.
pub fn compare(
    cin7: Cents,
    quickbooks: Cents,
    percent: Decimal,
    tax: &SalesTax,
    limit: Cents,
    reasons: &mut Reasons,
) {
    let difference = cin7 - quickbooks;
    if difference.abs() <= limit {
        return;
    }
    let item = tax.header.as_ref().map_or("(none)", |item| item.name.as_str());
    let cause = if tax.percent() == percent {
        "the rates agree, so other lines are taxed".to_string()
    } else {
        format!("Cin7 used {percent} %, the tax item `{item}` has {} %", tax.percent().normalize())
    };
    reasons.block(
        "tax_differs",
        "taxRate",
        format!("Tax is {cin7} in Cin7 and would be {quickbooks} in QuickBooks: {cause}."),
    );
}
