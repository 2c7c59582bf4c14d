//! One document to one draft: eligibility, money, lines, header, and every reason on the way.
//!
//! Must never drop a document, never stop at the first problem, and never call a draft ready that does not give Cin7's
//! total, rounded once, to the cent (design 4.2). The same arguments always give the same draft.

use super::accounts::{Chart, Codes};
use super::bills;
use super::context::{Context, Drafted};
use super::currency::{self, Money};
use super::eligibility::{self, kind_of, sense_of};
use super::levelling::Goal;
use super::numbers;
use super::reason::Reasons;
use super::reckon::{Reckoning, reckon};
use super::sales::{self, Built, Common};
use super::tax::{self, SalesTax};
use super::terms;
use super::texts::{Fitter, PO_NUMBER, address_or_contacts};
use crate::base::{Cents, Day, Month};
use crate::books::{Address, DraftMode, DraftState, ListRef, PartyRef, Payload, TxnKind};
use crate::orders::{Contact, Document, DocumentType, TaxStatus};
use jiff::ToSpan as _;

/// Whether a number is taken by another document: kind, vendor (bills and vendor credits only), number.
pub type NumberTaken<'a> = &'a dyn Fn(TxnKind, Option<&PartyRef>, &str) -> bool;

/// Drafts one document. `contact` is the Cin7 contact it names, `party` the customer or vendor it is linked to.
#[must_use]
pub fn draft(
    document: &Document,
    contact: Option<&Contact>,
    party: Option<&PartyRef>,
    ctx: &Context<'_>,
    number_taken: NumberTaken<'_>,
) -> Drafted {
    let mut reasons = Reasons::default();
    let kind = kind_of(document, contact);
    let codes = Codes::new(document, contact, ctx.products, ctx.settings);
    let reckoning = reckon(document, sense_of(kind), &codes, ctx);
    let mut drafted = outline(document, kind, reckoning.as_ref(), ctx);
    eligibility::exclusions(document, drafted.date, ctx.settings.start, &mut reasons);
    if reasons.excluded() {
        drafted.reasons = reasons.into_sorted();
        return drafted;
    }
    let mut fitter = Fitter::default();
    eligibility::missing_fields(document, kind, &mut reasons);
    eligibility::parties(document, kind, contact, party, &mut reasons);
    eligibility::amounts(document, kind, drafted.total, &mut reasons);
    let money = currency::check(document, party, ctx, &mut reasons);
    let taxed = reckoning.as_ref().is_some_and(|reckoning| !reckoning.tax.is_zero());
    eligibility::dates(document, kind, drafted.date, taxed, ctx, &mut reasons);
    let prefix = &ctx.settings.prefix;
    drafted.ref_number =
        numbers::ref_number(document, kind, party, prefix, number_taken, &mut fitter, &mut reasons);
    match (&reckoning, drafted.total) {
        (Some(reckoning), Some(total)) => {
            let built = Builder { document, kind, contact, party, ctx, reckoning, total, codes, money };
            drafted.payload = built.payload(drafted.date, &drafted.ref_number, &mut fitter, &mut reasons);
        }
        _ => reasons.block(
            "amount_too_large",
            "lineItems",
            "A quantity, price or rate is not believable; correct it in Cin7.",
        ),
    }
    fitter.tell(&mut reasons);
    finish(drafted, reasons)
}

/// What can be said of every document, excluded ones too.
fn outline(document: &Document, kind: TxnKind, reckoning: Option<&Reckoning>, ctx: &Context<'_>) -> Drafted {
    let date = document.ledger_date.map(|instant| ctx.settings.timezone.day_of(instant));
    let own_sense = |total: Cents| if sense_of(kind).is_sign_negative() { -total } else { total };
    Drafted {
        kind: Some(kind),
        state: DraftState::Excluded,
        reasons: Vec::new(),
        payload: None,
        date,
        month: date.map(Month::of),
        total: Cents::round(document.total).ok().map(own_sense),
        tax: reckoning.and_then(|reckoning| Cents::round(reckoning.tax).ok()),
        ref_number: String::new(),
        reference: document.reference.clone(),
        currency: currency::code_of(document, ctx),
    }
}

/// The last look: a ready draft has a payload, and it adds up.
fn finish(mut drafted: Drafted, reasons: Reasons) -> Drafted {
    if let Some(payload) = &drafted.payload {
        drafted.tax = match payload.kind {
            TxnKind::Invoice | TxnKind::CreditMemo => Some(payload.tax_total()),
            _ => drafted.tax,
        };
    }
    let sound = drafted.is_sound();
    let says = "Lines and tax do not give Cin7's total; a person must look at the document.";
    drafted.settled(reasons, sound, "total", says)
}

/// Everything that the payload of one document is built from.
struct Builder<'a> {
    document: &'a Document,
    kind: TxnKind,
    contact: Option<&'a Contact>,
    party: Option<&'a PartyRef>,
    ctx: &'a Context<'a>,
    reckoning: &'a Reckoning,
    total: Cents,
    codes: Codes<'a>,
    money: Money,
}

impl Builder<'_> {
    fn payload(
        &self,
        date: Option<Day>,
        ref_number: &str,
        fitter: &mut Fitter,
        reasons: &mut Reasons,
    ) -> Option<Payload> {
        let sale = matches!(self.kind, TxnKind::Invoice | TxnKind::CreditMemo);
        self.say_how_reckoned(reasons);
        let class = self.class(reasons);
        let chart = Chart::new(self.codes, self.ctx);
        let common = Common {
            document: self.document,
            sense: sense_of(self.kind),
            reckoning: self.reckoning,
            class: class.as_ref(),
            goal: Goal {
                total: self.total,
                exact: self.document.total * sense_of(self.kind),
                tax: self.reckoning.tax,
                limit: self.ctx.settings.rounding_max,
            },
            chart: &chart,
            ctx: self.ctx,
        };
        let (built, tax) = if sale {
            let (document, kind, contact) = (self.document, self.kind, self.contact);
            let ask = tax::Ask { document, kind, contact, reckoning: self.reckoning, ctx: self.ctx };
            let tax = tax::choose(ask, reasons);
            (sales::lines(&common, &tax, fitter, reasons), tax)
        } else {
            (bills::lines(&common, fitter, reasons), SalesTax::default())
        };
        self.say_what_misses(&built, reasons);
        if !built.levelled.adds_up {
            return None;
        }
        self.header(date?, ref_number, built, tax, class, fitter, reasons)
    }

    #[allow(clippy::too_many_arguments)] // the parts of one header, all made just above
    fn header(
        &self,
        date: Day,
        ref_number: &str,
        built: Built,
        tax: SalesTax,
        class: Option<ListRef>,
        fitter: &mut Fitter,
        reasons: &mut Reasons,
    ) -> Option<Payload> {
        let sale = matches!(self.kind, TxnKind::Invoice | TxnKind::CreditMemo);
        let (terms, due_date) = self.terms(date, reasons);
        let (bill_to, ship_to) = if sale { self.addresses(fitter) } else { Default::default() };
        let payload = Payload {
            kind: self.kind,
            party: self.party.cloned(),
            date,
            ref_number: ref_number.to_string(),
            po_number: self.po_number(fitter),
            terms,
            due_date,
            class: class.filter(|_| sale),
            control_account: self.control_account(),
            tax_item: tax.header,
            customer_tax_code: tax.customer_code,
            tax: built.levelled.tax,
            bill_to,
            ship_to,
            memo: numbers::memo(self.document, fitter),
            pending: self.kind.can_be_pending() && self.ctx.settings.draft_mode == DraftMode::Pending,
            currency: self.money.code.clone(),
            exchange_rate: self.money.rate,
            lines: built.lines,
            total: self.total,
        };
        payload.adds_up().then_some(payload)
    }

    /// The receivable or payable account that is set; a foreign document goes to the one that QuickBooks itself keeps in
    /// that currency (`qbxml.md` 10: they must have the same currency).
    fn control_account(&self) -> Option<ListRef> {
        let account = &self.ctx.settings.account;
        let chosen = if self.kind.can_be_pending() { &account.ar } else { &account.ap };
        chosen.clone().filter(|_| self.money.rate.is_none())
    }

    fn say_how_reckoned(&self, reasons: &mut Reasons) {
        let reckoning = self.reckoning;
        if reckoning.departs {
            reasons.warn(
                "departs_from_account",
                "discountTotal",
                "Its tax rate or discount counts differently from the account's other documents.",
            );
        }
        if !reckoning.miss.is_zero() {
            reasons.warn(
                "total_off",
                "total",
                format!(
                    "Cin7's total misses its own lines, charges and tax by {}.",
                    Cents::round(reckoning.miss).unwrap_or(Cents::ZERO)
                ),
            );
        }
        let untaxed = reckoning.variant.untaxed;
        if reckoning.percent.is_zero() || !reckoning.explained {
            return;
        }
        if untaxed.freight {
            reasons.say("untaxed_part", "freightTotal", "Cin7 charged no tax on the freight.");
        }
        if untaxed.surcharge {
            reasons.say("untaxed_part", "surcharge", "Cin7 charged no tax on the surcharge.");
        }
        if untaxed.lines {
            reasons.say(
                "untaxed_part",
                "lineItems",
                "Cin7 charged no tax on the lines whose GL code carries a non-taxable tax code.",
            );
        }
    }

    /// What keeps the lines from giving the total, in the words of the likeliest cause.
    fn say_what_misses(&self, built: &Built, reasons: &mut Reasons) {
        let reckoning = self.reckoning;
        if !reckoning.explained {
            if matches!(self.document.tax_status, TaxStatus::Excl | TaxStatus::Undefined) {
                let residue = Cents::round(reckoning.tax).unwrap_or(Cents::ZERO);
                let computed = tax::total(&built.levelled.tax);
                let theirs = match built.levelled.tax.as_slice() {
                    [] => String::new(),
                    _ => format!(" QuickBooks would compute {computed}."),
                };
                reasons.block(
                    "tax_not_explained",
                    "taxRate",
                    format!(
                        "Cin7's total leaves {residue} for tax, which {} % on no reading of its lines gives.{theirs} Lines with their own tax rates are the usual cause.",
                        reckoning.percent
                    ),
                );
            } else {
                reasons.block(
                    "does_not_add_up",
                    "total",
                    format!("The lines and charges do not give Cin7's total of {}.", self.total),
                );
            }
        } else if !built.levelled.adds_up && reasons.state() == DraftState::Ready {
            let limit = self.ctx.settings.rounding_max;
            reasons.block(
                "rounding_too_large",
                "total",
                format!(
                    "Lines and tax miss Cin7's total of {} by {}; more than {limit} is not levelled.",
                    self.total, built.levelled.rounding
                ),
            );
        }
    }

    fn class(&self, reasons: &mut Reasons) -> Option<ListRef> {
        if !self.ctx.preferences.class_tracking {
            return None;
        }
        let wanted = self.ctx.settings.branch.get(&self.document.branch_id.to_string())?.class.as_ref()?;
        match self.ctx.lists.class(wanted) {
            Some(class) if class.active => Some(super::lists::reference(&class.id, &class.full_name)),
            _ => {
                reasons.block(
                    "class_gone",
                    "branchId",
                    format!("The class `{}` of the branch is not active in QuickBooks.", wanted.name),
                );
                None
            }
        }
    }

    /// Terms by the map or by name; for bills a due date where only the days are known.
    fn terms(&self, date: Day, reasons: &mut Reasons) -> (Option<ListRef>, Option<Day>) {
        let words = self.document.payment_terms.trim();
        if words.is_empty() || self.kind == TxnKind::CreditMemo || self.kind == TxnKind::VendorCredit {
            return (None, None);
        }
        if let Some(terms) = terms::find(words, self.ctx.settings, self.ctx.lists) {
            return (Some(terms), None);
        }
        let due = terms::days_in(words)
            .filter(|_| self.kind == TxnKind::Bill)
            .and_then(|days| date.checked_add(days.days()).ok());
        reasons.say(
            "unknown_terms",
            "paymentTerms",
            match due {
                Some(due) => format!("QuickBooks has no terms `{words}`; the bill will be due on {due}."),
                None => format!("QuickBooks has no terms `{words}`; those of the name's record apply."),
            },
        );
        (None, due)
    }

    fn addresses(&self, fitter: &mut Fitter) -> (Address, Address) {
        let bill = address_or_contacts(&self.document.billing, self.contact, true);
        let ship = address_or_contacts(&self.document.delivery, self.contact, false);
        (
            bill.map(|place| fitter.address("billingAddress", place)).unwrap_or_default(),
            ship.map(|place| fitter.address("deliveryAddress", place)).unwrap_or_default(),
        )
    }

    fn po_number(&self, fitter: &mut Fitter) -> String {
        match self.document.kind {
            DocumentType::SalesOrder => {
                fitter.fit("customerOrderNo", &self.document.customer_order_no, PO_NUMBER)
            }
            DocumentType::CreditNote => {
                fitter.fit("salesReference", &self.document.sales_reference, PO_NUMBER)
            }
            DocumentType::PurchaseOrder => String::new(),
        }
    }
}
