//! How QuickBooks rounds sales tax, read off the invoices that stand in it already (design 8.6: learnt from existing
//! invoices, checked at each answer).
//!
//! Must never read a rounding out of an invoice that it does not understand whole: lines that do not add up, a tax that
//! somebody wrote on a line of its own, items that are in no list. Read once; our own answers go on telling afterwards.

use super::Host;
use super::seen::tag_in;
use crate::base::{Cents, Decimal};
use crate::books::settings::TaxRounding;
use crate::books::tax::{computed, told};
use crate::books::{ItemKind, ListKind, Preferences};
use crate::drafting::{Lists, RoundingSeen};
use crate::handoff::{TxnSeen, ValueAsk};
use crate::store::{Result as Stored, Tx};
use crate::workflow::Result;
use crate::workflow::redraft::ROUNDING_SEEN;
use jiff::ToSpan as _;

/// Days back from today whose invoices are looked at.
const DAYS: i64 = 365;
/// Name of the fact that they were looked at.
const READ_AT: &str = "older_sales_read_at";

/// Whether the rounding is to be learnt, and the older invoices were not looked at yet.
fn due(host: &Host) -> Result<bool> {
    let wanted = host.profile.settings().tax_rounding == TaxRounding::Learn;
    Ok(wanted
        && host.profile.store().read(|r| {
            let preferences: Option<Preferences> = r.meta_json("preferences")?;
            Ok(preferences.is_some_and(|preferences| preferences.sales_tax) && r.meta(READ_AT)?.is_none())
        })?)
}

/// The question for them, where it is due.
pub(super) fn ask(host: &Host) -> Result<Option<ValueAsk>> {
    if !due(host)? {
        return Ok(None);
    }
    let to = host.profile.settings().timezone.day_of(host.profile.now());
    Ok(Some(ValueAsk::Sales { from: to.checked_sub(DAYS.days()).unwrap_or(to), to }))
}

/// Counts what they tell.
pub(super) fn keep(tx: &Tx<'_>, sales: &[TxnSeen], at: &str) -> Stored<()> {
    let lists = Lists::new(tx.reader().list_entries(&[ListKind::Item, ListKind::SalesTaxCode])?);
    let mut known: RoundingSeen = tx.reader().meta_json(ROUNDING_SEEN)?.unwrap_or_default();
    let before = known;
    // What we made ourselves was counted at its answer.
    let others = sales.iter().filter(|sale| sale.guid.is_none() && tag_in(&sale.memo).is_empty());
    others.filter_map(|sale| rounding_of(sale, &lists)).for_each(|rounding| known.count(rounding));
    if known != before {
        tx.set_meta_json(ROUNDING_SEEN, &known)?;
        let body = serde_json::json!({"sum": known.sum, "line": known.line, "invoices": sales.len()});
        tx.event(at, "quickbooks", "rounding_learnt", "company", &body)?;
    }
    tx.set_meta(READ_AT, at)
}

/// Whether the amount of a line of this kind is part of the sale: a subtotal repeats amounts, tax and payments are none.
const fn is_sold(kind: ItemKind) -> bool {
    !matches!(
        kind,
        ItemKind::Subtotal
            | ItemKind::Payment
            | ItemKind::SalesTax
            | ItemKind::SalesTaxGroup
            | ItemKind::Group
    )
}

/// What the tax of one invoice says about the rounding; none where both ways give the same, or neither gives it.
fn rounding_of(sale: &TxnSeen, lists: &Lists) -> Option<TaxRounding> {
    let item = lists.item(sale.header.tax_item.as_ref()?)?;
    let rates: Vec<Decimal> = match item.kind {
        ItemKind::SalesTaxGroup => {
            item.members.iter().map(|member| lists.item(member)?.tax_rate).collect::<Option<_>>()?
        }
        _ => vec![item.tax_rate?],
    };
    let (mut taxable, mut sum) = (Vec::new(), Cents::ZERO);
    for line in sale.lines.iter().filter(|line| !line.amount.is_zero()) {
        if !is_sold(lists.item(line.item.as_ref()?)?.kind) {
            return None;
        }
        let code = lists.tax_code(line.tax_code.as_ref()?)?;
        sum += line.amount;
        if code.taxable {
            taxable.push(line.amount);
        }
    }
    let tax = |rounding| rates.iter().map(|rate| computed(taxable.iter().copied(), *rate, rounding)).sum();
    if sum + sale.tax != sale.total {
        return None;
    }
    told(sale.tax, tax(TaxRounding::Sum), tax(TaxRounding::Line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ListId;
    use crate::books::{Item, ListEntry, ListRef, SalesTaxCode, TxnKind};
    use crate::handoff::answer::{HeaderSeen, LineSeen};

    fn item(id: &str, kind: ItemKind, rate: Option<&str>) -> ListEntry {
        ListEntry::Item(Item {
            id: ListId::from(id.to_string()),
            full_name: id.into(),
            kind,
            active: true,
            account: None,
            expense_account: None,
            asset_account: None,
            tax_rate: rate.map(|rate| rate.parse().unwrap()),
            tax_agency: None,
            members: Vec::new(),
            external_guid: String::new(),
            edit_sequence: crate::base::EditSequence::default(),
        })
    }

    fn code(id: &str, taxable: bool) -> ListEntry {
        let (id, name) = (ListId::from(id.to_string()), id.to_string());
        ListEntry::SalesTaxCode(SalesTaxCode { id, name, active: true, taxable })
    }

    fn lists() -> Lists {
        Lists::new(vec![
            item("Work", ItemKind::Service, None),
            item("Subtotal", ItemKind::Subtotal, None),
            item("Ohio", ItemKind::SalesTax, Some("7.5")),
            code("Tax", true),
            code("Non", false),
        ])
    }

    /// Four lines of 0.20 at 7.5 %: 0.06 over the sum, 0.08 by line.
    fn invoice(tax: i64) -> TxnSeen {
        let line = LineSeen {
            item: Some(ListRef::new("Work", "Work")),
            tax_code: Some(ListRef::new("Tax", "Tax")),
            amount: Cents::new(20),
            ..LineSeen::default()
        };
        TxnSeen {
            kind: TxnKind::Invoice,
            txn_id: crate::base::TxnId::from("T1".to_string()),
            edit_sequence: crate::base::EditSequence::default(),
            time_created: String::new(),
            time_modified: String::new(),
            date: "2026-01-05".parse().unwrap(),
            ref_number: "77".into(),
            party: None,
            memo: String::new(),
            guid: None,
            pending: false,
            total: Cents::new(80 + tax),
            tax: Cents::new(tax),
            applied: false,
            linked: false,
            header: HeaderSeen { tax_item: Some(ListRef::new("Ohio", "Ohio")), ..HeaderSeen::default() },
            lines: vec![line; 4],
        }
    }

    #[test]
    fn an_older_invoice_tells_the_rounding_where_the_two_ways_differ() {
        assert_eq!(rounding_of(&invoice(6), &lists()), Some(TaxRounding::Sum));
        assert_eq!(rounding_of(&invoice(8), &lists()), Some(TaxRounding::Line));
        assert_eq!(rounding_of(&invoice(7), &lists()), None, "neither way gives it");
    }

    #[test]
    fn an_invoice_that_is_not_understood_whole_tells_nothing() {
        let changed = |change: &dyn Fn(&mut TxnSeen)| {
            let mut sale = invoice(8);
            change(&mut sale);
            rounding_of(&sale, &lists())
        };
        assert_eq!(changed(&|sale| sale.header.tax_item = None), None, "no tax item");
        assert_eq!(changed(&|sale| sale.total = Cents::new(999)), None, "lines do not add up");
        assert_eq!(
            changed(&|sale| sale.lines[0].item = Some(ListRef::new("Ohio", "Ohio"))),
            None,
            "tax as a line"
        );
        assert_eq!(changed(&|sale| sale.lines[0].item = Some(ListRef::new("Subtotal", "Subtotal"))), None);
        assert_eq!(
            changed(&|sale| sale.lines[0].item = Some(ListRef::new("Gone", "Gone"))),
            None,
            "not in a list"
        );
        assert_eq!(
            changed(&|sale| sale.lines[0].tax_code = None),
            None,
            "QuickBooks' own default is not guessed"
        );
    }
}
