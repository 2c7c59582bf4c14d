//! What the goods of one document cost, in which month that counts, and what is doubtful about it.
//!
//! Must never decide whether the cost counts (that also hangs on approvals and answers: `judge`), and never count a kit
//! twice: the cost stands on the components, and only where none of them has one on the kit itself (`cin7-api.md` 9).

use crate::base::{Cents, Decimal, Month};
use crate::books::settings::InventoryMethod;
use crate::books::{ListRef, TxnKind};
use crate::drafting::accounts::Codes;
use crate::drafting::context::Context;
use crate::drafting::eligibility::kind_of;
use crate::drafting::journal_accounts;
use crate::drafting::reason::{Reason, Reasons};
use crate::orders::{Contact, DocLine, Document, DocumentType, ImportStatus};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A unit cost so many times the price is called nonsense: channels are known to write other figures into Cin7's cost
/// field (`cin7-api.md` 9, a guess about how far is too far).
const NONSENSE_TIMES: Decimal = Decimal::TEN;
/// Kits within kits are followed so far.
const KIT_DEPTH: usize = 8;

/// On what the counting of a document's cost hangs (design 8.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// On our approval of the document.
    Sale,
    /// Imported or Do Not Import in Cin7: it counts.
    Marked,
    /// Total zero (samples, warranty, exchanges): it counts, there is nothing to approve.
    NoPrice,
    /// In another currency.
    Foreign,
    /// Invoiced before the first month, moved in it or later.
    BeforeStart,
    /// Invoiced, but Cin7 does not call the goods dispatched or back.
    NotMoved,
    /// Moved, but not invoiced.
    NotInvoiced,
}

/// What is doubtful about a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// Cin7 gives no cost.
    Missing,
    /// A cost of zero.
    Zero,
    /// No cost, and Cin7 has not computed any for this document yet.
    NotComputed,
    /// The cost is not below the price.
    NotBelowPrice,
    /// A kit and its components both carry a cost.
    KitTwice,
    /// Not all of it has moved.
    Part,
    /// Below zero, or many times the price.
    Nonsense,
}

/// A doubtful line, named by its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flawed {
    /// What is doubtful.
    pub flaw: Flaw,
    /// The line, in words.
    pub line: String,
}

/// The cost of a document on one account and class, exact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostPart {
    /// Cost of goods sold account.
    pub account: ListRef,
    /// Class of the branch.
    pub class: Option<ListRef>,
    /// Positive when cost leaves stock.
    pub amount: Decimal,
    /// Why this account, in words.
    pub why: String,
}

/// The cost of one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentCost {
    /// `SalesOrder/24011`.
    pub source: String,
    /// Cin7's reference.
    pub reference: String,
    /// Whether it is a return.
    pub credit: bool,
    /// The month in which it counts, or would.
    pub month: Month,
    /// On what it hangs.
    pub standing: Standing,
    /// Cost by account and class.
    pub parts: Vec<CostPart>,
    /// What it would come to where the goods have not moved: ordered quantity times cost.
    pub expected: Decimal,
    /// What is doubtful.
    pub flaws: Vec<Flawed>,
    /// Accounts or classes that cannot be used.
    pub problems: Vec<Reason>,
}

impl DocumentCost {
    /// The whole cost, exact, positive when cost leaves stock.
    #[must_use]
    pub fn amount(&self) -> Decimal {
        self.parts.iter().fold(Decimal::ZERO, |sum, part| sum.saturating_add(part.amount))
    }

    /// Whether a line has this flaw.
    #[must_use]
    pub fn has(&self, flaw: Flaw) -> bool {
        self.flaws.iter().any(|flawed| flawed.flaw == flaw)
    }

    /// Reference, or the id where there is none.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.reference.trim().is_empty() { &self.source } else { self.reference.trim() }
    }
}

/// The cost of a document; none where it can never have one: purchases, suppliers' credits, void ones, drafts in Cin7,
/// documents without goods, periods before the first month, and every document where stock is kept periodically.
#[must_use]
pub fn cost_of(document: &Document, contact: Option<&Contact>, ctx: &Context<'_>) -> Option<DocumentCost> {
    let sale = matches!(kind_of(document, contact), TxnKind::Invoice | TxnKind::CreditMemo);
    let void = document.is_void || document.status.eq_ignore_ascii_case("void");
    if !sale
        || void
        || !document.is_approved
        || ctx.settings.inventory_method == InventoryMethod::Periodic
        || !document.lines.iter().any(is_goods)
    {
        return None;
    }
    let (month, standing) = standing(document, ctx)?;
    let mut coster = Coster {
        document,
        ctx,
        kits: document.lines.iter().any(|line| line.parent_id != 0),
        foreign: is_foreign(document, ctx),
        flaws: Vec::new(),
    };
    let mut reasons = Reasons::default();
    let (parts, expected) = coster.parts(contact, standing, &mut reasons);
    let flaws = if standing == Standing::NotMoved { Vec::new() } else { coster.flaws };
    Some(DocumentCost {
        source: document.source(),
        reference: document.reference.trim().to_string(),
        credit: document.kind == DocumentType::CreditNote,
        month,
        standing,
        parts: if standing == Standing::NotMoved { Vec::new() } else { parts },
        expected,
        flaws,
        problems: reasons.into_sorted(),
    })
}

/// Free-text and service lines have no cost (`cin7-api.md` 9).
const fn is_goods(line: &DocLine) -> bool {
    line.product_id != 0
}

fn is_foreign(document: &Document, ctx: &Context<'_>) -> bool {
    let own = document.currency.trim();
    !own.is_empty() && !own.eq_ignore_ascii_case(ctx.settings.cin7.base_currency.trim())
}

/// The month and what the counting hangs on; none for what lies wholly before the first month or has no date at all.
fn standing(document: &Document, ctx: &Context<'_>) -> Option<(Month, Standing)> {
    let month = |at| Month::of(ctx.settings.timezone.day_of(at));
    let early = |month: Month| ctx.settings.start.is_some_and(|start| month < start);
    let (month, standing) = match (document.ledger_date.map(month), document.moved_date.map(month)) {
        (None, None) => return None,
        (None, Some(moved)) => (moved, Standing::NotInvoiced),
        (Some(invoiced), None) => (invoiced, Standing::NotMoved),
        (Some(invoiced), Some(moved)) if early(invoiced) => (moved, Standing::BeforeStart),
        (Some(invoiced), Some(_)) => (invoiced, on_what(document, ctx)),
    };
    (!early(month)).then_some((month, standing))
}

fn on_what(document: &Document, ctx: &Context<'_>) -> Standing {
    let total = Cents::round(document.total).unwrap_or(Cents::ZERO);
    let credit = document.kind == DocumentType::CreditNote;
    if matches!(document.import_status, ImportStatus::Imported | ImportStatus::DoNotImport) {
        Standing::Marked
    } else if total.is_zero() || (credit && !total.is_negative()) {
        Standing::NoPrice
    } else if is_foreign(document, ctx) {
        Standing::Foreign
    } else {
        Standing::Sale
    }
}

struct Coster<'a> {
    document: &'a Document,
    ctx: &'a Context<'a>,
    /// Whether any line is a component: else nobody is looked for.
    kits: bool,
    foreign: bool,
    flaws: Vec<Flawed>,
}

impl Coster<'_> {
    /// Cost by account and class, and what the ordered quantities would cost.
    fn parts(
        &mut self,
        contact: Option<&Contact>,
        standing: Standing,
        reasons: &mut Reasons,
    ) -> (Vec<CostPart>, Decimal) {
        let (document, ctx) = (self.document, self.ctx);
        let class = journal_accounts::class_of_branch(document.branch_id, ctx, reasons);
        let codes = Codes::new(document, contact, ctx.products, ctx.settings);
        let mut parts: BTreeMap<ListRef, CostPart> = BTreeMap::new();
        let mut expected = Decimal::ZERO;
        for line in document.lines.iter().filter(|line| is_goods(line)) {
            self.look_at(line);
            let Some(cost) = self.counted_cost(line) else { continue };
            expected = expected.saturating_add(line.qty.checked_mul(cost).unwrap_or_default());
            let Some(amount) = line.qty_shipped.checked_mul(cost) else {
                self.flaw(Flaw::Nonsense, line, "is not believable");
                continue;
            };
            if amount.is_zero() {
                continue;
            }
            let Some(booked) = account_of(document, standing, codes.of(line).map(|c| c.code), ctx, reasons)
            else {
                continue;
            };
            let part = parts.entry(booked.account.clone()).or_insert_with(|| CostPart {
                account: booked.account,
                class: class.clone(),
                amount: Decimal::ZERO,
                why: booked.why,
            });
            part.amount = part.amount.saturating_add(amount);
        }
        (parts.into_values().filter(|part| !part.amount.is_zero()).collect(), expected)
    }

    fn children<'l>(&'l self, line: &'l DocLine) -> impl Iterator<Item = &'l DocLine> {
        let all = if self.kits && line.id != 0 { self.document.lines.as_slice() } else { &[] };
        all.iter().filter(move |other| other.parent_id == line.id && other.id != line.id)
    }

    /// Whether a component below the line carries a cost.
    fn components_cost(&self, line: &DocLine, depth: usize) -> bool {
        depth < KIT_DEPTH
            && self.children(line).any(|child| has_cost(child) || self.components_cost(child, depth + 1))
    }

    /// Whether a kit above the line bears the cost of its components, none of which has one.
    fn kit_bears(&self, line: &DocLine) -> bool {
        let mut parent = line.parent_id;
        for _ in 0..KIT_DEPTH {
            let Some(kit) = self.document.lines.iter().find(|other| other.id == parent && parent != 0) else {
                return false;
            };
            if has_cost(kit) && !self.components_cost(kit, 0) {
                return true;
            }
            parent = kit.parent_id;
        }
        false
    }

    /// The unit cost that counts; none where components carry it, or where there is none to count.
    fn counted_cost(&self, line: &DocLine) -> Option<Decimal> {
        let cost = line.unit_cost.filter(|cost| !cost.is_zero())?;
        (!self.components_cost(line, 0)).then_some(cost)
    }

    fn flaw(&mut self, flaw: Flaw, line: &DocLine, what: &str) {
        let name = [line.code.trim(), line.name.trim()].into_iter().find(|name| !name.is_empty());
        let line = format!("{} {what}", name.unwrap_or("a line"));
        self.flaws.push(Flawed { flaw, line: line.trim_end().to_string() });
    }

    fn look_at(&mut self, line: &DocLine) {
        if line.qty != line.qty_shipped && !line.qty.is_zero() && self.document.moved_date.is_some() {
            let what = format!("{} of {}", line.qty_shipped.abs().normalize(), line.qty.abs().normalize());
            self.flaw(Flaw::Part, line, &what);
        }
        if line.qty_shipped.is_zero() {
            return;
        }
        let (is_kit, cost) = (self.children(line).next().is_some(), line.unit_cost.unwrap_or_default());
        if is_kit {
            if has_cost(line) && self.components_cost(line, 0) {
                self.flaw(Flaw::KitTwice, line, "and its components");
            }
            if !has_cost(line) {
                return;
            }
        }
        let price = line.unit_price;
        let priced = !self.foreign && price > Decimal::ZERO;
        if cost.is_zero() {
            if !self.kit_bears(line) {
                self.no_cost(line);
            }
        } else if cost.is_sign_negative() {
            self.flaw(Flaw::Nonsense, line, &format!("at a cost of {}", cost.normalize()));
        } else if priced && cost > price.saturating_mul(NONSENSE_TIMES) {
            self.flaw(
                Flaw::Nonsense,
                line,
                &format!("at a cost of {}, sold at {}", cost.normalize(), price.normalize()),
            );
        } else if priced && cost >= price {
            let what = format!("at a cost of {}, sold at {}", cost.normalize(), price.normalize());
            self.flaw(Flaw::NotBelowPrice, line, &what);
        }
    }

    fn no_cost(&mut self, line: &DocLine) {
        let flaw = match (line.unit_cost, self.document.modified_cogs) {
            (Some(_), _) => Flaw::Zero,
            (None, None) => Flaw::NotComputed,
            (None, Some(_)) => Flaw::Missing,
        };
        self.flaw(flaw, line, "");
    }
}

fn has_cost(line: &DocLine) -> bool {
    line.unit_cost.is_some_and(|cost| !cost.is_zero())
}

/// The account of a line's cost: that of its comment or reason on documents without a price, that of its GL code, the default.
fn account_of(
    document: &Document,
    standing: Standing,
    code: Option<&str>,
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) -> Option<journal_accounts::Booked> {
    let settings = ctx.settings;
    if standing == Standing::NoPrice {
        // A credit note says why in a field of its own (`cin7-api.md` 5.3).
        let said = format!("{}\n{}", document.customer_report, document.internal_comments).to_lowercase();
        let word = |word: &&String| !word.trim().is_empty() && said.contains(&word.trim().to_lowercase());
        if let Some((word, wanted)) = settings.cogs.zero_total.iter().find(|(key, _)| word(key)) {
            let key = format!("cogs.zero_total.{word}");
            let what = format!("documents without a price that say `{word}`");
            return journal_accounts::of_setting(&key, &what, "no_cogs_account", Some(wanted), ctx, reasons);
        }
    }
    let own = code.and_then(|code| Some((code, settings.gl.get(code)?.cogs_account.as_ref()?)));
    if let Some((code, wanted)) = own {
        let key = format!("gl.{code}.cogs_account");
        let what = format!("the cost of GL code {code}");
        return journal_accounts::of_setting(&key, &what, "no_cogs_account", Some(wanted), ctx, reasons);
    }
    let wanted = settings.account.cogs.as_ref();
    journal_accounts::of_setting(
        "account.cogs",
        "cost of goods sold",
        "no_cogs_account",
        wanted,
        ctx,
        reasons,
    )
}
