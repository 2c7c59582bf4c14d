//! The inventory roll-forward from what the store holds, and what explains its differences.
//!
//! Must never take a figure of QuickBooks from anything but a read-back, nor call a figure known that is not: a month
//! without a report has no balance (design 8.13).

use super::{Profile, Result};
use crate::base::{Cents, Day, DraftId, Month};
use crate::books::settings::RowSign;
use crate::books::{DraftState, ListEntry, ListKind, ListRef, OwnEntry, Settings, TxnKind};
use crate::handoff::AccountRow;
use crate::orders::PaidFor;
use crate::proof::roll_forward::{Column, Entry, Independent, OtherTxn, added_to, column_of, roll};
use crate::proof::{Explainer, RollForwardRow};
use crate::store::Reader;
use crate::store::drafts::DraftFilter;
use crate::store::moves::{Bundle, Gap};
use crate::store::values::AccountReading;
use jiff::ToSpan as _;

/// Most months of one roll-forward; older ones are closed and proved long ago.
const MONTHS: usize = 120;
/// Own documents that tell how QuickBooks signs amounts.
const SIGNS: usize = 50;

/// The account that the setting means, by its id or by its name.
pub(super) fn account(reader: &Reader<'_>, wanted: &ListRef) -> crate::store::Result<Option<ListRef>> {
    if !wanted.id.is_empty()
        && let Some(ListEntry::Account(account)) = reader.list_entry(ListKind::Account, wanted.id.as_str())?
    {
        return Ok(Some(ListRef::new(account.id, account.full_name)));
    }
    Ok(reader.list_id_named(ListKind::Account, &wanted.name)?.map(|id| ListRef::new(id, wanted.name.clone())))
}

/// The roll-forward, month by month; none while no inventory account is chosen.
///
/// # Errors
/// What the store says.
pub(super) fn roll_forward(
    reader: &Reader<'_>,
    settings: &Settings,
    today: Day,
) -> crate::store::Result<Vec<RollForwardRow>> {
    let Some(wanted) = &settings.account.inventory_asset else { return Ok(Vec::new()) };
    let Some(account) = account(reader, wanted)? else { return Ok(Vec::new()) };
    let reading = reader.account_reading()?.filter(|reading| reading.account.id == account.id);
    let entries = match &reading {
        Some(reading) => from_ledger(reader, reading, settings.inventory.row_sign)?,
        None => from_documents(reader, &account)?,
    };
    let months = entries.iter().map(|entry| entry.month);
    let now = Month::of(today);
    let Some(first) = settings.start.or_else(|| months.clone().min()) else { return Ok(Vec::new()) };
    let last = months.max().unwrap_or(now).max(now).max(first);
    let entries = entries.into_iter().filter(|entry| entry.month >= first).collect();
    let opening = settings.inventory.opening.unwrap_or_default();
    let mut failed = None;
    let mut rows = roll(opening, (first, last), entries, |month| {
        independent(reader, settings, &account, (first, month)).unwrap_or_else(|error| {
            failed.get_or_insert(error);
            Independent::default()
        })
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let skip = rows.len().saturating_sub(MONTHS);
    rows.drain(..skip);
    Ok(rows)
}

/// From the postings that the newest read-back showed, each with what we know of it.
fn from_ledger(
    reader: &Reader<'_>,
    reading: &AccountReading,
    sign: RowSign,
) -> crate::store::Result<Vec<Entry>> {
    let mut rows = Vec::new();
    reader.account_rows(reading.run, |row| rows.push(row))?;
    let ours = rows.iter().map(|row| reader.draft_of_txn(row.txn_id.as_str(), None, ""));
    let ours = ours.collect::<crate::store::Result<Vec<Option<DraftId>>>>()?;
    let turned = match sign {
        RowSign::Learn => credits_are_positive(reader, reading, &rows, &ours)?,
        RowSign::Debit => false,
        RowSign::Credit => true,
    };
    if turned {
        rows.iter_mut().for_each(|row| row.amount = -row.amount);
    }
    let mut entries = Vec::with_capacity(rows.len());
    for (row, ours) in rows.into_iter().zip(ours) {
        let ours = ours.map(|draft| reader.draft(draft)).transpose()?;
        let column = match ours.as_ref().and_then(|draft| Some((draft, draft.kind?))) {
            Some((_, TxnKind::Bill)) => Column::Bills,
            Some((_, TxnKind::VendorCredit)) => Column::VendorCredits,
            Some((draft, TxnKind::JournalEntry)) => {
                let version = reader.version(draft.id, draft.posted_version)?;
                version.map_or(Column::Other, |version| column_of(&version.payload))
            }
            _ => Column::Other,
        };
        entries.push(Entry {
            month: Month::of(row.date),
            amount: row.amount,
            column,
            other: (column == Column::Other).then(|| OtherTxn {
                txn_type: row.txn_type,
                txn_id: row.txn_id.to_string(),
                date: row.date.to_string(),
                ref_number: row.ref_number,
                name: row.name,
                memo: row.memo,
                amount: row.amount,
            }),
        });
    }
    Ok(entries)
}

/// Whether QuickBooks' amounts have the opposite sign of what our own documents put on the account.
fn credits_are_positive(
    reader: &Reader<'_>,
    reading: &AccountReading,
    rows: &[AccountRow],
    ours: &[Option<DraftId>],
) -> crate::store::Result<bool> {
    let (mut same, mut opposite) = (0, 0);
    for (row, ours) in rows.iter().zip(ours) {
        if same + opposite >= SIGNS {
            break;
        }
        let Some(draft) = *ours else { continue };
        let posted = reader.draft(draft)?.posted_version;
        let Some(version) = reader.version(draft, posted)? else { continue };
        let ours = added_to(&version.payload, &reading.account);
        if ours.is_zero() || row.amount.is_zero() {
            continue;
        }
        if ours.is_negative() == row.amount.is_negative() { same += 1 } else { opposite += 1 }
    }
    Ok(opposite > same)
}

/// From what QuickBooks confirmed of our own documents, while the account itself was not read yet.
fn from_documents(reader: &Reader<'_>, account: &ListRef) -> crate::store::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let states = vec![DraftState::Posted, DraftState::DriftedInQuickBooks];
    let filter = DraftFilter { states, ..DraftFilter::default() };
    let mut posted = Vec::new();
    reader.each_draft(&filter, |row| {
        if !row.gone && !matches!(row.kind, Some(TxnKind::Invoice | TxnKind::CreditMemo) | None) {
            posted.push((row.id, row.posted_version));
        }
        Ok(())
    })?;
    for (id, version) in posted {
        let Some(version) = reader.version(id, version)? else { continue };
        let payload = version.payload;
        let amount = added_to(&payload, account);
        if amount.is_zero() {
            continue;
        }
        let column = column_of(&payload);
        let other = (column == Column::Other).then(|| OtherTxn {
            txn_type: payload.kind.word().to_string(),
            txn_id: String::new(),
            date: payload.date.to_string(),
            ref_number: payload.ref_number.clone(),
            name: String::new(),
            memo: payload.memo.clone(),
            amount,
        });
        entries.push(Entry { month: Month::of(payload.date), amount, column, other });
    }
    Ok(entries)
}

fn independent(
    reader: &Reader<'_>,
    settings: &Settings,
    account: &ListRef,
    (first, month): (Month, Month),
) -> crate::store::Result<Independent> {
    let balance = reader.balance_on(account.id.as_str(), month.last_day())?.map(|found| found.0);
    let value = stock_value(reader, month)?;
    let mut explainers = explainers(reader, month)?;
    if month == first
        && let Some(explainer) = opening_open(reader, settings, account, first)?
    {
        explainers.insert(0, explainer);
    }
    if let Some(note) = value.as_ref().map(|value| value.note.as_str()).filter(|note| !note.is_empty()) {
        explainers.push(said("stock_value_note", note, &Bundle { count: 1, ..Bundle::default() }, false));
    }
    Ok(Independent {
        cin7_value: value.as_ref().map(|value| value.amount),
        cin7_value_source: value.map(|value| value.source),
        quickbooks_balance: balance,
        explainers,
    })
}

/// The first opening is confirmed by a person; until then it counts as nothing, and what QuickBooks shows is said.
fn opening_open(
    reader: &Reader<'_>,
    settings: &Settings,
    account: &ListRef,
    first: Month,
) -> crate::store::Result<Option<Explainer>> {
    if settings.inventory.opening.is_some() {
        return Ok(None);
    }
    let before = first.first_day().checked_sub(1.day()).unwrap_or(first.first_day());
    let shown = reader.balance_on(account.id.as_str(), before)?.map(|found| found.0);
    let text = match shown {
        Some(amount) => format!(
            "The opening is not confirmed. QuickBooks shows {amount} on {before}: `countersign settings set inventory.opening={amount}` confirms it."
        ),
        None => "The opening is not confirmed (setting inventory.opening); it counts as 0.00.".to_string(),
    };
    Ok(Some(Explainer {
        code: "opening_not_confirmed".into(),
        text,
        count: 1,
        total: shown,
        documents: Vec::new(),
    }))
}

/// What Cin7's stock was worth, and where that is from.
struct StockValue {
    amount: Cents,
    source: String,
    note: String,
}

/// The figure that stands for a month: the imported one of its latest day, or the last snapshot of ours, whichever is
/// of the later day; of one day the imported one.
fn stock_value(reader: &Reader<'_>, month: Month) -> crate::store::Result<Option<StockValue>> {
    let mut best: Option<(Day, StockValue)> = None;
    for row in reader.own_beginning("StockValue/")? {
        let OwnEntry::StockValue(value) = &row.entry else { continue };
        if Month::of(value.day) == month && best.as_ref().is_none_or(|(day, _)| value.day > *day) {
            let memo = if value.memo.is_empty() { String::new() } else { format!(" ({})", value.memo) };
            let source = format!("imported for {} by {} at {}{memo}", value.day, row.by, row.at);
            best = Some((value.day, StockValue { amount: value.value, source, note: String::new() }));
        }
    }
    if let Some(snapshot) = reader.last_snapshot(month.first_day(), month.last_day())?
        && best.as_ref().is_none_or(|(day, _)| snapshot.day > *day)
    {
        let source = format!("snapshot at {}", snapshot.at);
        best = Some((snapshot.day, StockValue { amount: snapshot.value, source, note: snapshot.note }));
    }
    Ok(best.map(|(_, value)| value))
}

fn said(code: &str, text: &str, bundle: &Bundle, with_total: bool) -> Explainer {
    Explainer {
        code: code.to_string(),
        text: text.to_string(),
        count: bundle.count,
        total: with_total.then_some(bundle.total),
        documents: bundle.documents.clone(),
    }
}

/// What explains differences at the end of a month (`cin7-quickbooks-integration.md` 8.2, 13).
fn explainers(reader: &Reader<'_>, month: Month) -> crate::store::Result<Vec<Explainer>> {
    use Gap::{BookedNotMoved, MovedNotBooked};
    let end = month.last_day();
    let name = month.to_string();
    let gaps = [
        (
            "received_not_invoiced",
            "PurchaseOrder",
            MovedNotBooked,
            "Received, but not billed by the end of the month.",
        ),
        (
            "invoiced_not_received",
            "PurchaseOrder",
            BookedNotMoved,
            "Billed, but not received by the end of the month.",
        ),
        (
            "dispatched_not_invoiced",
            "SalesOrder",
            MovedNotBooked,
            "Dispatched, but not invoiced by the end of the month.",
        ),
        (
            "invoiced_not_dispatched",
            "SalesOrder",
            BookedNotMoved,
            "Invoiced, but not dispatched: its cost is not counted yet.",
        ),
        (
            "returned_not_credited",
            "CreditNote",
            MovedNotBooked,
            "Back in stock, but not credited by the end of the month.",
        ),
        (
            "credited_not_returned",
            "CreditNote",
            BookedNotMoved,
            "Credited, but not back in stock by the end of the month.",
        ),
    ];
    let mut found = Vec::new();
    for (code, cin7_type, gap, text) in gaps {
        let bundle = reader.gap(cin7_type, gap, end)?;
        if bundle.count > 0 {
            found.push(said(code, text, &bundle, true));
        }
    }
    let others = [
        ("not_in_quickbooks", "Not confirmed by QuickBooks yet.", reader.not_confirmed(&name)?),
        (
            "pending_in_quickbooks",
            "Pending in QuickBooks: no revenue yet, though the cost journal posts.",
            reader.pending_sales(&name)?,
        ),
        ("changed_in_cin7", "Changed in Cin7 after it was posted.", reader.changed_after_posting(&name)?),
        ("late_cost", "Cost came or changed after the cost journal was posted.", reader.late_costs(&name)?),
        (
            "foreign_currency",
            "Held back: in another currency, so its rate is not in the books.",
            reader.with_reason(&name, "foreign_currency")?,
        ),
    ];
    for (code, text, bundle) in others {
        if bundle.count > 0 {
            found.push(said(code, text, &bundle, true));
        }
    }
    Ok(found)
}

/// Supplier credit notes that only a payment shows: Cin7's API has no list of them (`cin7-api.md` 6).
///
/// # Errors
/// What the store says.
pub fn unknown_supplier_credits(profile: &Profile) -> Result<Option<Explainer>> {
    Ok(profile.store().read(unknown_credits)?)
}

pub(super) fn unknown_credits(reader: &Reader<'_>) -> crate::store::Result<Option<Explainer>> {
    let payments = reader.payments_for(PaidFor::SupplierCreditNote)?;
    if payments.is_empty() {
        return Ok(None);
    }
    let fold = crate::base::text::fold;
    let mut known: std::collections::HashSet<String> = std::collections::HashSet::new();
    for prefix in ["Typed/", "Csv/"] {
        for row in reader.own_beginning(prefix)? {
            if let OwnEntry::VendorCredit(credit) = &row.entry {
                known.extend([&credit.number, &credit.memo, &credit.po].map(|text| fold(text)));
            }
        }
    }
    let mut open: std::collections::BTreeMap<i64, (String, Cents)> = std::collections::BTreeMap::new();
    for payment in payments {
        let drafted = reader.drafts_of_reference(&payment.order_ref)?;
        let is_known = known.iter().any(|text| !text.is_empty() && text.contains(&fold(&payment.order_ref)))
            || !drafted.is_empty()
            || reader
                .draft_of_source(&format!("CreditNote/{}", payment.order_id))?
                .is_some_and(|row| row.reference == payment.order_ref);
        if !is_known {
            let amount = Cents::round(payment.amount).unwrap_or_default().abs();
            let entry = open.entry(payment.order_id).or_insert((payment.order_ref.clone(), Cents::ZERO));
            entry.1 += amount;
        }
    }
    if open.is_empty() {
        return Ok(None);
    }
    let bundle = Bundle {
        count: open.len() as u64,
        total: open.values().map(|entry| entry.1).sum(),
        documents: open.values().take(20).map(|(name, amount)| format!("{name} {amount}")).collect(),
    };
    let text = "Payments in Cin7 name supplier credit notes that Cin7's API does not deliver. Type them in (`countersign vendor-credit new`) or import them (`countersign import vendor-credits`).";
    Ok(Some(said("supplier_credit_unknown", text, &bundle, true)))
}
