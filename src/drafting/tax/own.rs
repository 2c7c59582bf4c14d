//! Cin7's tax on lines of our own: modes `tax_item` and `line` (design 8.6).
//!
//! Must never let QuickBooks compute tax beside such a line, nor post one to Sales Tax Payable by anything but a single
//! sales-tax item (design 4.1). Tax lines stand last; a line with a sales-tax item carries no tax code.

use super::{Ask, Component, components, found, mapped, original_sale, usable, zero_item};
use crate::base::{Cents, Decimal};
use crate::books::settings::TaxLineReason;
use crate::books::{AccountType, Item, ItemKind, Line, ListRef, Role};
use crate::drafting::context::Context;
use crate::drafting::lists::reference;
use crate::drafting::reason::Reasons;

/// Five decimals of a percentage as a whole number, for shares by weight.
const PERCENT_PLACES: Decimal = Decimal::from_parts(100_000, 0, 0, false, 0);

/// One line that carries tax.
#[derive(Clone, Debug)]
pub struct OwnLine {
    /// Item.
    pub item: Option<ListRef>,
    /// Account it posts to.
    pub account: ListRef,
    /// Its share.
    pub weight: Decimal,
    /// Why this item.
    pub why: String,
}

/// The lines that carry a document's tax.
#[derive(Clone, Debug, Default)]
pub struct OwnTax {
    /// Lines, by component.
    pub lines: Vec<OwnLine>,
    /// Sales tax code of the tax line and of all other lines; none with single sales-tax items.
    pub code: Option<ListRef>,
}

impl OwnTax {
    /// The tax lines: `tax` shared by largest remainder.
    #[must_use]
    pub fn lines(&self, tax: Cents, class: Option<&ListRef>) -> Vec<Line> {
        let weight = |line: &OwnLine| Cents::round(line.weight * PERCENT_PLACES / Decimal::ONE_HUNDRED);
        let weights: Vec<Cents> = self.lines.iter().map(|line| weight(line).unwrap_or_default()).collect();
        let shares = tax.share(&weights);
        self.lines
            .iter()
            .zip(shares)
            .filter(|(_, share)| !share.is_zero())
            .map(|(line, amount)| Line {
                role: Role::Tax,
                item: line.item.clone(),
                account: line.account.clone(),
                class: class.cloned(),
                amount,
                quantity: None,
                rate: None,
                text: line.item.as_ref().map_or_else(|| "Tax".into(), |item| item.name.clone()),
                tax_code: self.code.clone(),
                taxable: false,
                why: line.why.clone(),
            })
            .collect()
    }

    fn unmapped() -> Self {
        let account = ListRef::new("", "(not mapped: tax)");
        let why = "nothing is mapped yet".to_string();
        OwnTax { lines: vec![OwnLine { item: None, account, weight: Decimal::ONE, why }], code: None }
    }
}

/// The 0 % item that the header carries while lines carry the tax.
pub fn zero_header(ctx: &Context<'_>, reasons: &mut Reasons) -> Option<ListRef> {
    let Some(wanted) = zero_item(ctx) else {
        reasons.block(
            "no_zero_tax_item",
            "taxRate",
            "The tax stands on its own lines, so the header needs a 0 % tax item; choose one (setting item.zero_tax).",
        );
        return None;
    };
    let item = found(&wanted, ctx, reasons)?;
    if ctx.lists.tax_percent(item).is_none_or(|percent| !percent.is_zero()) {
        reasons.block(
            "no_zero_tax_item",
            "taxRate",
            format!("`{}` (setting item.zero_tax) is no tax item of 0 %.", item.full_name),
        );
    }
    Some(reference(&item.id, &item.full_name))
}

/// The same for a sale whose lines are all non-taxable: any item will do, so the company's default is as good.
pub fn zero_header_or_default(ctx: &Context<'_>, reasons: &mut Reasons) -> Option<ListRef> {
    let wanted = zero_item(ctx).or_else(|| ctx.preferences.default_tax_item.clone());
    if wanted.is_none() {
        reasons.block("no_tax_item", "taxStatus", "QuickBooks names no default tax item for untaxed sales.");
    }
    usable(&wanted?, ctx, reasons)
}

/// The sales-tax group that has just these members.
pub fn group_of(members: &[ListRef], ctx: &Context<'_>) -> Option<ListRef> {
    let same = |item: &&Item| {
        item.active
            && item.kind == ItemKind::SalesTaxGroup
            && item.members.len() == members.len()
            && members.iter().all(|wanted| item.members.iter().any(|member| member.id == wanted.id))
    };
    ctx.lists.items().iter().find(same).map(|item| reference(&item.id, &item.full_name))
}

/// Mode `tax_item`: one line for each single tax of the mapped item or group; on a credit memo those of its sale.
pub fn by_tax_items(ask: Ask<'_>, reasons: &mut Reasons) -> OwnTax {
    let ctx = ask.ctx;
    let (wanted, from) = match original_sale(ask, reasons) {
        Some(original) if original.lines.is_empty() => (vec![original.tax_item], "of the original sale"),
        Some(original) => (original.lines, "of the original sale"),
        None => (mapped(ask, reasons).into_iter().collect(), "by the tax map"),
    };
    let mut singles: Vec<Component> = Vec::new();
    for wanted in &wanted {
        if let Some(item) = found(wanted, ctx, reasons) {
            singles.extend(components(item, ctx, reasons));
        }
    }
    if singles.is_empty() {
        return OwnTax::unmapped();
    }
    let line = |single: Component| OwnLine {
        why: format!("Cin7's tax, {} % to {} {from}", single.percent.normalize(), single.item.name),
        item: Some(single.item),
        account: single.account,
        weight: single.percent,
    };
    OwnTax { lines: singles.into_iter().map(line).collect(), code: None }
}

/// Mode `line`: one other-charge item into a liability of its own.
pub fn by_line(ask: Ask<'_>, reasons: &mut Reasons) -> OwnTax {
    let (ctx, settings) = (ask.ctx, &ask.ctx.settings.tax_line);
    let own = ctx.settings.customer_tax.get(&ask.document.contact_id.to_string());
    let reason = own.and_then(|own| own.reason).unwrap_or(settings.reason);
    let chosen = settings.of(reason);
    let key = format!("tax_line.{}", reason.word());
    let code = own_code(chosen.code.as_ref(), &key, ctx, reasons);
    let Some(item) = chosen.item.as_ref().and_then(|wanted| ctx.lists.item(wanted)) else {
        let text = match &chosen.item {
            Some(gone) => {
                format!("`{}`, chosen in setting {key}.item, is not in QuickBooks any more.", gone.name)
            }
            None => format!(
                "No QuickBooks item is chosen for tax that QuickBooks does not compute (setting {key}.item)."
            ),
        };
        reasons.block("no_tax_line_item", "taxRate", text);
        return OwnTax { code, ..OwnTax::unmapped() };
    };
    check_line_item(item, &key, ctx, reasons);
    reasons.warn(
        "tax_outside_report",
        "taxRate",
        match reason {
            TaxLineReason::Marketplace => {
                "The marketplace hands this tax over: QuickBooks' sales tax liability report will not show it."
            }
            TaxLineReason::TaxService => {
                "A tax service files this tax: QuickBooks' sales tax liability report will not show it."
            }
        },
    );
    let line = OwnLine {
        item: Some(reference(&item.id, &item.full_name)),
        account: item.account.clone().unwrap_or_else(|| ListRef::new("", "(no account)")),
        weight: Decimal::ONE,
        why: format!("Cin7's tax as a line of its own (setting {key}.item)"),
    };
    OwnTax { lines: vec![line], code }
}

fn own_code(
    wanted: Option<&ListRef>,
    key: &str,
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) -> Option<ListRef> {
    if !ctx.preferences.sales_tax {
        return None;
    }
    let Some(wanted) = wanted else {
        reasons.block(
            "no_tax_line_code",
            "taxRate",
            format!("Such sales need a non-taxable sales tax code of their own (setting {key}.code)."),
        );
        return None;
    };
    match ctx.lists.tax_code(wanted).filter(|code| code.active) {
        Some(code) if !code.taxable => Some(reference(&code.id, &code.name)),
        Some(code) => {
            reasons.block(
                "no_tax_line_code",
                "taxRate",
                format!(
                    "The sales tax code `{}` (setting {key}.code) is taxable; it must not be.",
                    code.name
                ),
            );
            None
        }
        None => {
            reasons.block(
                "tax_code_gone",
                "",
                format!("The sales tax code `{}` of the settings is not active in QuickBooks.", wanted.name),
            );
            None
        }
    }
}

/// An other-charge item on a liability that is not Sales Tax Payable.
fn check_line_item(item: &Item, key: &str, ctx: &Context<'_>, reasons: &mut Reasons) {
    let name = &item.full_name;
    if item.kind != ItemKind::OtherCharge {
        reasons.block(
            "tax_line_item",
            "taxRate",
            format!(
                "`{name}` (setting {key}.item) is a {} item; an other-charge item is needed.",
                item.kind.word()
            ),
        );
    }
    if !item.active {
        reasons.block("inactive_item", "taxRate", format!("The item `{name}` is inactive in QuickBooks."));
    }
    let account = item.account.as_ref().and_then(|account| ctx.lists.account(account));
    let liability = account.is_some_and(|account| {
        matches!(account.kind, AccountType::OtherCurrentLiability | AccountType::LongTermLiability)
    });
    let payable = item.account.as_ref().is_some_and(|account| ctx.lists.is_sales_tax_payable(account));
    if payable || !liability {
        let account = item.account.as_ref().map_or("no account", |account| account.name.as_str());
        reasons.block(
            "account_not_allowed",
            "taxRate",
            format!("The item `{name}` posts to {account}; tax of a line needs a liability account that is not Sales Tax Payable."),
        );
    }
}
