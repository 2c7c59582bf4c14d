//! One supplier invoice over several purchase orders, and several invoices for one order.
//!
//! Must never lose or invent a line, and the parts of a split must come to the whole: the last part takes what is left.
//! The result is a document like Cin7's own, so that it is drafted by the same rules (issue of the imports; design 2).

use crate::base::{Decimal, Instant};
use crate::books::own::{OwnJoin, OwnSplit};
use crate::drafting::accounts::Codes;
use crate::drafting::context::{Context, Drafted};
use crate::drafting::reason::Reasons;
use crate::drafting::reckon::{Part, PartKind, line_value, reckon};
use crate::orders::{DocLine, Document, DocumentType, ImportStatus};

/// Why orders cannot stand on one invoice, or one order not on several.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotBe(pub String);

fn cannot<T>(why: impl Into<String>) -> Result<T, CannotBe> {
    Err(CannotBe(why.into()))
}

/// The orders of a join as one document, under the supplier's number.
///
/// # Errors
/// [`CannotBe`] where they are not of one supplier, currency and way of taxing.
pub fn joined(join: &OwnJoin, members: &[Document], ctx: &Context<'_>) -> Result<Document, CannotBe> {
    let Some((first, others)) = members.split_first() else { return cannot("A join names no order.") };
    if others.is_empty() || members.len() != join.sources.len() {
        return cannot("One of the orders of the join is not in Cin7 any more.");
    }
    for other in members {
        let name = |document: &Document| document.reference.clone();
        if other.kind != DocumentType::PurchaseOrder {
            return cannot(format!("{} is no purchase order.", name(other)));
        }
        if other.contact_id != first.contact_id {
            return cannot(format!("{} and {} are of different suppliers.", name(first), name(other)));
        }
        if !other.currency.eq_ignore_ascii_case(&first.currency) || other.currency_rate != first.currency_rate
        {
            return cannot(format!("{} and {} are in different currencies.", name(first), name(other)));
        }
        if other.tax_status != first.tax_status {
            return cannot(format!("{} and {} are taxed in different ways.", name(first), name(other)));
        }
    }
    let mut whole = first.clone();
    // A header's account counts for its own lines only.
    let one_header = others.iter().all(|other| other.cost_center == first.cost_center);
    whole.lines = members.iter().flat_map(|member| lines_of(member, one_header)).collect();
    if !one_header {
        whole.cost_center = String::new();
    }
    for other in others {
        whole.product_total += other.product_total;
        whole.freight_total += other.freight_total;
        whole.surcharge += other.surcharge;
        whole.discount_total += other.discount_total;
        whole.total += other.total;
        whole.is_approved &= other.is_approved;
        whole.is_void |= other.is_void;
        if other.tax_rate != first.tax_rate {
            // Two rates leave the tax to be read from the totals (`cin7-api.md` 8.3).
            whole.tax_rate = None;
        }
        if other.branch_id != first.branch_id {
            whole.branch_id = 0;
        }
        if other.payment_terms != first.payment_terms {
            whole.payment_terms = String::new();
        }
        if other.import_status != ImportStatus::NotImported && whole.import_status != ImportStatus::Imported {
            whole.import_status = other.import_status;
        }
    }
    let latest = |of: fn(&Document) -> Option<Instant>| {
        members.iter().map(of).try_fold(Instant::MIN, |latest, at| at.map(|at| latest.max(at)))
    };
    whole.ledger_date = date(join.date, ctx).or_else(|| members.iter().filter_map(|m| m.ledger_date).max());
    whole.moved_date = latest(|member| member.moved_date);
    whole.reference = members.iter().map(|member| member.reference.trim()).collect::<Vec<_>>().join(" + ");
    whole.supplier_invoice_reference.clone_from(&join.number);
    Ok(whole)
}

/// What can be said of a join none of whose orders is in Cin7 any more.
#[must_use]
pub fn without_orders(join: &OwnJoin, taken_back: bool) -> Drafted {
    let mut reasons = Reasons::default();
    if taken_back {
        reasons.block("taken_back", "", "A person took this join back.");
    } else {
        reasons.block("cannot_join", "", "None of the orders of the join is in Cin7 any more.");
    }
    Drafted {
        kind: None,
        state: reasons.state(),
        reasons: reasons.into_sorted(),
        payload: None,
        date: None,
        month: None,
        total: None,
        tax: None,
        ref_number: join.number.clone(),
        reference: join.sources.join(" + "),
        currency: String::new(),
    }
}

fn lines_of(member: &Document, one_header: bool) -> impl Iterator<Item = DocLine> + '_ {
    member.lines.iter().map(move |line| {
        let mut line = line.clone();
        if !one_header && line.account_code.trim().is_empty() {
            line.account_code.clone_from(&member.cost_center);
        }
        line
    })
}

fn date(day: Option<crate::base::Day>, ctx: &Context<'_>) -> Option<Instant> {
    day.map(|day| ctx.settings.timezone.midnight(day))
}

/// The parts of a split as documents, in their order. Charges of the header go with the first part; tax follows value.
///
/// # Errors
/// [`CannotBe`] where lines are missing, doubled or not there, or the order's own figures cannot be reckoned.
pub fn parts(split: &OwnSplit, whole: &Document, ctx: &Context<'_>) -> Result<Vec<Document>, CannotBe> {
    if split.parts.len() < 2 {
        return cannot("A split needs two invoices at least.");
    }
    let taken = shares(split, whole)?;
    let codes = Codes::new(whole, None, ctx.products, ctx.settings);
    let Some(reckoning) = reckon(whole, Decimal::ONE, &codes, ctx) else {
        return cannot("A quantity, price or rate of the order is not believable; correct it in Cin7.");
    };
    let net: Decimal = reckoning.parts.iter().map(|part| part.net).sum();
    let mut left = whole.total;
    let mut documents = Vec::with_capacity(split.parts.len());
    for (place, (part, shares)) in split.parts.iter().zip(taken).enumerate() {
        let (first, last) = (place == 0, place + 1 == split.parts.len());
        let own: Decimal = reckoning.parts.iter().map(|part| own_share(part, &shares, first, whole)).sum();
        let tax = if net.is_zero() { Decimal::ZERO } else { reckoning.tax * own / net };
        let mut document = whole.clone();
        document.lines = shares.into_iter().map(|share| share.line).collect();
        document.product_total = document.lines.iter().map(line_value).sum();
        if !first {
            document.freight_total = Decimal::ZERO;
            document.surcharge = Decimal::ZERO;
            document.discount_total = Decimal::ZERO;
        }
        // Four decimals, as Cin7 keeps its totals (`cin7-api.md` 4).
        document.total = if last { left } else { (own + tax).round_dp(4) };
        if document.total <= Decimal::ZERO {
            return cannot(format!(
                "The invoice {} would come to {}; the order's charges and discount go with the first invoice, so name a larger one first.",
                part.number,
                document.total.normalize()
            ));
        }
        left -= document.total;
        document.supplier_invoice_reference.clone_from(&part.number);
        if let Some(day) = date(part.date, ctx) {
            document.ledger_date = Some(day);
        }
        documents.push(document);
    }
    Ok(documents)
}

/// What a part of the split bears of one part of the whole, without tax: its share of a line; charges go with the first.
fn own_share(part: &Part, shares: &[Share], first: bool, whole: &Document) -> Decimal {
    let PartKind::Line(place) = part.kind else {
        return if first { part.net } else { Decimal::ZERO };
    };
    let all = whole.lines.get(place).map(line_value).unwrap_or_default();
    if all.is_zero() {
        return Decimal::ZERO;
    }
    let own: Decimal =
        shares.iter().filter(|share| share.place == place).map(|share| line_value(&share.line)).sum();
    part.net * own / all
}

/// A line, or some of its quantity, on one part of a split.
struct Share {
    place: usize,
    line: DocLine,
}

/// The lines of each part. A line may be divided by quantity; all of every line must stand on the parts together.
fn shares(split: &OwnSplit, whole: &Document) -> Result<Vec<Vec<Share>>, CannotBe> {
    let mut rests: Vec<Rest> = whole
        .lines
        .iter()
        .map(|line| Rest { qty: line.qty, shipped: line.qty_shipped, discount: line.discount, named: false })
        .collect();
    let mut parts = Vec::with_capacity(split.parts.len());
    for part in &split.parts {
        let mut shares = Vec::with_capacity(part.lines.len());
        for (number, quantity) in &part.lines {
            let found = number
                .checked_sub(1)
                .and_then(|place| Some((place, whole.lines.get(place)?, rests.get_mut(place)?)));
            let Some((place, line, rest)) = found else {
                return cannot(format!("The order has no line {number}; it has {}.", whole.lines.len()));
            };
            shares.push(Share { place, line: rest.take(*number, line, *quantity)? });
        }
        if shares.is_empty() {
            return cannot(format!("The invoice {} has no lines.", part.number));
        }
        parts.push(shares);
    }
    let open: Vec<String> = rests
        .iter()
        .enumerate()
        .filter(|(_, rest)| !rest.qty.is_zero() || !rest.named)
        .map(|(place, _)| (place + 1).to_string())
        .collect();
    if open.is_empty() {
        Ok(parts)
    } else {
        cannot(format!("Not all of line {} stands on the invoices.", open.join(", ")))
    }
}

/// What is left of a line.
struct Rest {
    qty: Decimal,
    shipped: Decimal,
    discount: Decimal,
    named: bool,
}

impl Rest {
    fn take(
        &mut self,
        number: usize,
        line: &DocLine,
        quantity: Option<Decimal>,
    ) -> Result<DocLine, CannotBe> {
        let qty = quantity.unwrap_or(self.qty);
        let other_sign = !qty.is_zero() && qty.is_sign_negative() != self.qty.is_sign_negative();
        if qty.abs() > self.qty.abs() || other_sign || (self.named && self.qty.is_zero()) {
            return cannot(format!("Of line {number} only {} is left.", self.qty.normalize()));
        }
        let all = qty == self.qty;
        // The discount is money for the whole line; the last share takes what is left of it.
        let discount = if all { self.discount } else { (line.discount * qty / line.qty).round_dp(4) };
        let shipped = if all { self.shipped } else { qty.min(self.shipped) };
        self.qty -= qty;
        self.discount -= discount;
        self.shipped -= shipped;
        self.named = true;
        Ok(DocLine { qty, qty_shipped: shipped, discount, ..line.clone() })
    }
}
