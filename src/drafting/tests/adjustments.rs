//! Stock adjustments: sides, accounts, and every reason, case by case.

use super::support::{Company, cents, d};
use crate::books::settings::{GlEntry, InventoryMethod};
use crate::books::*;
use crate::drafting::{Drafted, adjustments};
use crate::orders::{Adjustment, AdjustmentLine};

fn company() -> Company {
    let mut company = Company::new();
    company.settings.account.adjustment = Some(ListRef::new("A-5100", "Inventory Adjustments"));
    company.preferences.class_tracking = false;
    company
}

fn line(code: &str, qty: &str, cost: &str) -> AdjustmentLine {
    AdjustmentLine {
        id: 1,
        product_id: 501,
        code: code.into(),
        name: String::new(),
        qty: d(qty),
        unit_cost: Some(d(cost)),
        account: String::new(),
    }
}

/// The sample of the reference: three mugs lost, two trays found, worth 17.4175.
fn sample() -> Adjustment {
    Adjustment {
        id: 6601,
        reference: "ADJ-6601".into(),
        is_approved: true,
        branch_id: 3,
        completed: "2026-02-13T15:10:00Z".parse().ok(),
        accounting_date: "2026-02-13T05:00:00Z".parse().ok(),
        reason: "Stocktake variance".into(),
        account_code: String::new(),
        product_total: Some(d("17.4175")),
        created: None,
        modified: None,
        lines: vec![line("MUG", "-3", "4.1275"), line("TRAY", "2", "14.9")],
    }
}

fn draft(adjustment: &Adjustment, company: &Company) -> Drafted {
    let none = |_: &str| None;
    let taken = |number: &str| company.taken.iter().any(|taken| taken == number);
    adjustments::draft(adjustment, &company.context(&none), &taken)
}

fn codes(drafted: &Drafted) -> Vec<&str> {
    drafted.reasons.iter().map(|reason| reason.code.as_ref()).collect()
}

fn sides(drafted: &Drafted) -> Vec<(Role, &str, Side, String)> {
    let payload = drafted.payload.as_ref().unwrap();
    let postings = payload.postings();
    let mut sides = Vec::new();
    for (line, posting) in payload.lines.iter().zip(&postings) {
        sides.push((posting.role, line.account.name.as_str(), posting.side, posting.amount.to_string()));
    }
    sides
}

#[test]
fn stock_that_gains_value_debits_the_inventory_account() {
    let drafted = draft(&sample(), &company());
    assert_eq!((drafted.state, drafted.total), (DraftState::Ready, Some(cents("17.42"))));
    assert_eq!(
        sides(&drafted),
        [
            (Role::Adjustment, "Inventory Adjustments", Side::Credit, "17.42".into()),
            (Role::Inventory, "Inventory Asset", Side::Debit, "17.42".into()),
        ]
    );
    let payload = drafted.payload.unwrap();
    assert_eq!((payload.date.to_string().as_str(), payload.ref_number.as_str()), ("2026-02-13", "ADJ-6601"));
    assert_eq!(payload.lines[0].text, "ADJ-6601 Stocktake variance");
    assert!(payload.party.is_none() && !payload.pending);
}

#[test]
fn stock_that_loses_value_swaps_the_sides_and_has_a_total_below_zero() {
    let mut lost = sample();
    (lost.lines, lost.product_total) = (vec![line("A", "-1", "108")], Some(d("-108")));
    let drafted = draft(&lost, &company());
    assert_eq!(drafted.total, Some(cents("-108.00")));
    assert_eq!(drafted.payload.as_ref().unwrap().stated_total(), cents("108.00"));
    assert_eq!(
        sides(&drafted),
        [
            (Role::Adjustment, "Inventory Adjustments", Side::Debit, "108.00".into()),
            (Role::Inventory, "Inventory Asset", Side::Credit, "108.00".into()),
        ]
    );
}

#[test]
fn the_account_is_that_of_the_line_then_of_the_adjustment_then_of_the_reason() {
    let mut company = company();
    let freight = ListRef::new("A-4200", "Freight Income");
    company.settings.adjustment_reason.insert("stocktake VARIANCE".into(), ListRef::new("A-6400", "x"));
    company.settings.gl.insert("FRT".into(), GlEntry { account: Some(freight), ..GlEntry::default() });
    let mut made = sample();
    let account = |drafted: &Drafted| sides(drafted)[0].1.to_string();
    assert_eq!(account(&draft(&made, &company)), "Tax on Purchases");
    made.account_code = "FRT".into();
    assert_eq!(account(&draft(&made, &company)), "Freight Income");
    made.lines[0].account = "5000".into();
    let drafted = draft(&made, &company);
    let both: Vec<_> = sides(&drafted).into_iter().map(|side| (side.1.to_string(), side.3)).collect();
    assert_eq!(
        both,
        [
            ("Freight Income".into(), "29.80".into()),
            ("Cost of Goods Sold".into(), "12.38".into()),
            ("Inventory Asset".into(), "17.42".to_string()),
        ]
    );
    assert!(drafted.payload.unwrap().lines[1].why.contains("GL code 5000 set on the line"));
}

#[test]
fn a_class_of_the_branch_stands_on_both_lines() {
    let mut company = company();
    company.preferences.class_tracking = true;
    let drafted = draft(&sample(), &company);
    assert!(
        drafted.payload.unwrap().lines.iter().all(|l| l.class.as_ref().unwrap().name == "Main Warehouse")
    );
}

#[test]
fn each_odd_adjustment_says_what_stands_in_its_way() {
    type Bend = fn(&mut Adjustment, &mut Company);
    let cases: [(&str, DraftState, Bend); 13] = [
        ("no_accounting_date", DraftState::NotReady, |a, _| a.accounting_date = None),
        ("not_approved", DraftState::NotReady, |a, _| a.is_approved = false),
        ("no_completed_date", DraftState::Ready, |a, _| a.completed = None),
        ("zero_total", DraftState::NeedsAttention, |a, _| {
            a.product_total = Some(d("0"));
            a.lines = vec![line("A", "2", "5"), line("B", "-1", "10")];
        }),
        ("total_off", DraftState::NeedsAttention, |a, _| a.product_total = Some(d("18"))),
        ("before_start", DraftState::Excluded, |a, _| {
            a.accounting_date = "2026-01-01T04:59:00Z".parse().ok();
        }),
        ("closing_date", DraftState::NeedsAttention, |_, c| {
            c.preferences.closing_date = Some("2026-02-13".parse().unwrap());
        }),
        ("periodic_inventory", DraftState::Excluded, |_, c| {
            c.settings.inventory_method = InventoryMethod::Periodic;
        }),
        ("no_adjustment_account", DraftState::NeedsAttention, |_, c| c.settings.account.adjustment = None),
        ("no_inventory_account", DraftState::NeedsAttention, |_, c| {
            c.settings.account.inventory_asset = None;
        }),
        ("unknown_gl_code", DraftState::NeedsAttention, |a, _| a.account_code = "9-999".into()),
        ("account_not_allowed", DraftState::NeedsAttention, |a, _| a.account_code = "1100".into()),
        ("cost_missing", DraftState::Ready, |a, _| {
            a.lines.push(AdjustmentLine { unit_cost: None, ..line("C", "1", "0") });
        }),
    ];
    for (code, state, bend) in cases {
        let (mut made, mut company) = (sample(), company());
        bend(&mut made, &mut company);
        let drafted = draft(&made, &company);
        assert!(codes(&drafted).contains(&code), "{code}: {:?}", drafted.reasons);
        assert_eq!(drafted.state, state, "{code}: {:?}", drafted.reasons);
        assert!(state != DraftState::Ready || drafted.payload.unwrap().adds_up(), "{code}");
    }
}

#[test]
fn a_change_of_value_alone_is_an_adjustment_too() {
    let mut by_header = sample();
    by_header.lines = vec![AdjustmentLine { qty: d("0"), ..line("A", "0", "4") }];
    let drafted = draft(&by_header, &company());
    assert_eq!((drafted.state, drafted.total), (DraftState::Ready, Some(cents("17.42"))));
    assert!(codes(&drafted).contains(&"value_only"));
    let mut by_lines = sample();
    by_lines.lines = vec![line("A", "-10", "4"), line("A", "10", "4.5")];
    by_lines.product_total = Some(d("5"));
    let drafted = draft(&by_lines, &company());
    assert_eq!(sides(&drafted)[1], (Role::Inventory, "Inventory Asset", Side::Debit, "5.00".into()));
    assert!(codes(&drafted).contains(&"value_only"));
}

#[test]
fn its_number_is_its_reference_within_eleven_characters_and_unique() {
    let mut company = company();
    let mut long = sample();
    long.reference = "STOCKTAKE-2026-0007".into();
    let drafted = draft(&long, &company);
    assert_eq!(drafted.ref_number, "STOCKTAKE-2");
    assert!(codes(&drafted).contains(&"ref_number_cut"));
    company.taken = vec!["STOCKTAKE-2".into()];
    let number = draft(&long, &company).ref_number;
    assert!(number.starts_with("026-0007~") && number.len() == 11, "{number}");
}
