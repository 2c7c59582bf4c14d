//! Forms as a person fills them in.

use super::*;
use crate::base::{Cents, Decimal};
use crate::tui::keys::{name, presses};
use crate::workflow::own_look::PickList;

fn today() -> Day {
    "2026-03-12".parse().unwrap()
}

/// Types keys; lists answer with what holds the text.
fn fill(form: &mut Form, keys: &str) -> Turn {
    let lists = |list: PickList| match list {
        PickList::Vendors => vec!["Oak & Iron Supply", "Pine Works", "Pine Works West"],
        PickList::Accounts => vec!["Inventory Asset", "Freight In", "Purchase Discounts"],
        _ => Vec::new(),
    };
    let mut last = Turn::Nothing;
    for press in presses(keys) {
        last = key(form, &press, &name(&press).unwrap());
        if let Turn::Offers(list, text) = &last {
            let wanted = text.to_lowercase();
            let all = lists(*list).into_iter().filter(|name| name.to_lowercase().contains(&wanted));
            let offers = all.map(String::from).collect();
            offered(form, *list, text, offers);
        }
    }
    last
}

#[test]
fn a_vendor_credit_is_typed_with_tab_and_its_lines_grow() {
    let mut form = make(Seed::VendorCredit, today());
    fill(
        &mut form,
        "oak<tab>CN-88<tab>2/5<tab>PO-3109<tab>broken pots<tab><tab>20<tab>pots<tab>fre<tab>1.50<tab>",
    );
    let Some(Entry::VendorCredit(credit)) = form.entry() else { panic!("{:?}", form.first_wrong()) };
    assert_eq!((credit.vendor.as_str(), credit.number.as_str()), ("Oak & Iron Supply", "CN-88"));
    assert_eq!((credit.date.to_string().as_str(), credit.po.as_str()), ("2026-02-05", "PO-3109"));
    let lines: Vec<_> =
        credit.lines.iter().map(|line| (line.account.as_str(), line.amount, line.memo.as_str())).collect();
    assert_eq!(lines, [("", Cents::new(2_000), "pots"), ("Freight In", Cents::new(150), "")]);
    assert_eq!(form.rows.len(), 8, "an empty line waits below the last one");
}

#[test]
fn enter_goes_to_what_is_missing_and_then_to_the_summary() {
    let mut form = make(Seed::VendorCredit, today());
    fill(&mut form, "pine works<enter>");
    assert_eq!(form.current().unwrap().id, "number");
    fill(&mut form, "7<enter>");
    assert_eq!(form.current().unwrap().id, "date");
    fill(&mut form, "13/40<enter>");
    assert_eq!(form.wrong(form.at).unwrap().code, "DATE");
    fill(&mut form, "<back><back><back><back><back>5<enter>");
    assert_eq!(form.current().unwrap().id, "amount.1");
    assert_eq!(fill(&mut form, "20<enter>"), Turn::Look);
    assert_eq!(form.text("date"), "2026-03-05", "what was understood is written out");
}

#[test]
fn what_is_in_no_list_is_a_problem_in_four_parts_with_the_nearest_name() {
    let mut form = make(Seed::VendorCredit, today());
    fill(&mut form, "Oaken");
    offered(&mut form, PickList::Vendors, "Oaken", vec!["Oak & Iron Supply".into()]);
    let problem = form.wrong((0, 0)).unwrap();
    assert!(problem.happened.contains("nearest is `Oak & Iron Supply`"), "{problem:?}");
    assert!(!problem.means.is_empty() && !problem.do_now.is_empty() && problem.code == "NOT-IN-LIST");
    fill(&mut form, "<enter>");
    assert_eq!(form.text("vendor"), "Oak & Iron Supply", "Enter takes the marked one");
}

#[test]
fn escape_asks_only_where_something_was_typed_and_keeps_nothing_after_a_yes() {
    let mut form = make(Seed::LandingCost, today());
    assert_eq!(fill(&mut form, "<esc>"), Turn::Close);
    let mut form = make(Seed::LandingCost, today());
    fill(&mut form, "2/5<esc>");
    assert!(matches!(form.stage, Stage::Leaving));
    fill(&mut form, "n");
    assert!(matches!(form.stage, Stage::Typing));
    assert_eq!(form.text("date"), "2/5", "n goes on where it was");
    assert_eq!(fill(&mut form, "<esc>y"), Turn::Close);
}

#[test]
fn letters_are_text_in_a_field_and_a_summary_takes_only_enter() {
    let mut form = make(Seed::TrueUp, today());
    fill(&mut form, "<tab>728<tab>quarter end q?");
    assert_eq!(form.text("why"), "quarter end q?");
    assert_eq!(fill(&mut form, "<enter>"), Turn::Look);
    form.stage = Stage::Shown(Box::default());
    assert_eq!(fill(&mut form, "y"), Turn::Nothing);
    assert_eq!(fill(&mut form, "<enter>"), Turn::Take);
}

#[test]
fn a_refused_summary_cannot_be_taken() {
    let mut form = make(Seed::Import, today());
    form.stage = Stage::Shown(Box::new(Look { refused: true, ..Look::default() }));
    assert_eq!(fill(&mut form, "<enter>"), Turn::Nothing);
    assert!(matches!(form.stage, Stage::Typing));
}

fn order() -> Form {
    let line = |text: &str, quantity| OrderLine { text: text.into(), quantity: Decimal::new(quantity, 0) };
    let lines = vec![line("Oak pot", 10), line("Iron pot", 4)];
    make(Seed::Split { draft: DraftId(7), reference: "PO-3109".into(), number: "A-1".into(), lines }, today())
}

#[test]
fn an_order_is_split_by_typing_what_stands_on_the_later_invoices() {
    let mut form = order();
    fill(&mut form, "<tab><tab>A-2<tab>2/20<tab><tab><tab>3<tab>all<tab>");
    let Some(Entry::Split { draft, parts }) = form.entry() else { panic!("{:?}", form.first_wrong()) };
    assert_eq!(draft, DraftId(7));
    let told: Vec<_> = parts.iter().map(|part| (part.number.as_str(), part.lines.clone())).collect();
    let seven = Some(Decimal::new(7, 0));
    assert_eq!(told, [("A-1", vec![(1, seven)]), ("A-2", vec![(1, Some(Decimal::new(3, 0))), (2, None)])]);
    assert_eq!(parts[1].date.unwrap().to_string(), "2026-02-20");
}

#[test]
fn a_third_invoice_gets_its_column_and_no_quantity_stands_twice() {
    let mut form = order();
    fill(&mut form, "<tab><tab>A-2<tab><tab>A-3<tab>");
    let row = form.rows.iter().position(|row| row.label.starts_with("1. 10")).unwrap();
    assert_eq!(form.rows[row].cells.len(), 2);
    form.at = (row, 0);
    fill(&mut form, "8<tab>3<tab>");
    assert_eq!(form.wrong((row, 1)).unwrap().code, "TOO-MUCH");
    form.at = (row, 1);
    fill(&mut form, "<back>2");
    assert_eq!(form.wrong((row, 1)), None);
    assert!(form.help().starts_with("0 stays on the first invoice"), "{}", form.help());
}

#[test]
fn an_invoice_without_a_line_and_a_number_that_stands_twice_are_told() {
    let mut form = order();
    fill(&mut form, "<tab><tab>A-2<tab>");
    assert_eq!(form.first_wrong().unwrap().1.code, "NO-LINES");
    let mut form = order();
    fill(&mut form, "<tab><tab>A-1<tab>");
    assert_eq!(form.first_wrong().unwrap().1.code, "NUMBER-TWICE");
}

#[test]
fn a_file_is_found_by_folder_and_a_choice_is_turned_with_up_and_down() {
    let mut form = make(Seed::Import, today());
    fill(&mut form, "x<down>");
    assert_eq!(form.text("kind"), "landing costs", "letters do not change a choice");
    fill(&mut form, "<tab>exp");
    offered(&mut form, PickList::Files, "exp", vec!["exports/".into()]);
    let turn = fill(&mut form, "<tab>");
    assert_eq!((form.text("file"), turn), ("exports/", Turn::Offers(PickList::Files, "exports/".into())));
    offered(&mut form, PickList::Files, "exports/", vec!["exports/costs.csv".into()]);
    assert_eq!(fill(&mut form, "<down><enter>"), Turn::Look);
    assert_eq!(form.text("file"), "exports/costs.csv");
}
