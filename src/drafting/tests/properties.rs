//! Properties over random documents: nothing is dropped, nothing is guessed, everything ready adds up, in every tax mode.

use super::support::*;
use crate::base::{Cents, Decimal};
use crate::books::settings::{GlEntry, TaxLine, TaxLineReason, TaxMode, TaxRounding};
use crate::books::{DraftState, ItemKind, ListRef, Role, Side};
use crate::drafting::{Level, state_of};
use crate::orders::{DocLine, Document, DocumentType, TaxStatus};
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Recipe {
    kind: u8,
    status: u8,
    lines: Vec<(i64, u32, i64, u32, i64)>,
    header: [i64; 3],
    rate: usize,
    noise: i64,
    broken_text: String,
    /// Mode, rounding by line, sales tax on, multi-currency on.
    books: (u8, bool, bool, bool),
    /// Of the document: currency, lines whose GL code is untaxed.
    odd: (u8, u8),
}

/// The company of a recipe.
fn company(recipe: &Recipe) -> Company {
    let mut company = Company::new();
    let (mode, by_line, sales_tax, currencies) = recipe.books;
    let settings = &mut company.settings;
    settings.tax_mode = [TaxMode::Quickbooks, TaxMode::TaxItem, TaxMode::Line][usize::from(mode)];
    settings.tax_rounding = if by_line { TaxRounding::Line } else { TaxRounding::Sum };
    settings.multicurrency = currencies;
    settings.tax_line.reason = TaxLineReason::Marketplace;
    let (item_ref, code) = (by_name("Marketplace Tax"), ListRef::new("S-M", "Mkt"));
    settings.tax_line.marketplace = TaxLine { item: Some(item_ref), code: Some(code) };
    let untaxed = GlEntry { tax_code: Some(ListRef::new("S-N", "Non")), ..GlEntry::default() };
    settings.gl.insert("4-1500".into(), untaxed);
    (company.preferences.sales_tax, company.preferences.multi_currency) = (sales_tax, currencies);
    company.party_currency = if currencies && recipe.odd.0 == 1 { "Euro".into() } else { String::new() };
    with_item(&mut company, item("Marketplace Tax", ItemKind::OtherCharge, "2300"));
    company
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let line = (-5_i64..200, 0_u32..4, -2_000_i64..500_000, 0_u32..5, 0_i64..500);
    (
        0_u8..3,
        0_u8..4,
        proptest::collection::vec(line, 0..25),
        [0_i64..30_000, 0_i64..5_000, 0_i64..5_000],
        0_usize..4,
        prop_oneof![9 => Just(0_i64), 1 => -100_000_i64..100_000],
        "\\PC{0,12}",
        (0_u8..3, any::<bool>(), prop_oneof![9 => Just(true), 1 => Just(false)], any::<bool>()),
        (0_u8..3, 0_u8..3),
    )
        .prop_map(|(kind, status, lines, header, rate, noise, broken_text, books, odd)| Recipe {
            kind,
            status,
            lines,
            header,
            rate,
            noise,
            broken_text,
            books,
            odd,
        })
}

/// Every second or third line of some documents; bills know no such code.
fn is_untaxed(recipe: &Recipe, place: usize) -> bool {
    recipe.kind != 1 && recipe.odd.1 > 0 && place % usize::from(recipe.odd.1 + 1) == 1
}

/// A document whose total follows `cin7-api.md` 8.2, give or take the noise (in ten-thousandths).
fn cook(recipe: &Recipe) -> Document {
    let (mut document, sign) = match recipe.kind {
        0 => (order(), Decimal::ONE),
        1 => (purchase(), Decimal::ONE),
        _ => (credit(), Decimal::NEGATIVE_ONE),
    };
    let line = document.lines[0].clone();
    document.lines = recipe
        .lines
        .iter()
        .enumerate()
        .map(|(place, (qty, qty_scale, price, price_scale, discount))| DocLine {
            qty: Decimal::new(*qty, *qty_scale) * sign,
            unit_price: Decimal::new(*price, *price_scale),
            discount: Decimal::new(*discount, 2) * sign,
            name: format!("Mug {}", recipe.broken_text),
            account_code: if is_untaxed(recipe, place) { "4-1500".into() } else { line.account_code.clone() },
            ..line.clone()
        })
        .collect();
    document.product_total = document.lines.iter().map(crate::drafting::reckon::line_value).sum();
    let [freight, surcharge, discount] = recipe.header.map(|value| Decimal::new(value, 2) * sign);
    (document.freight_total, document.surcharge, document.discount_total) = (freight, surcharge, discount);
    document.tax_status = [TaxStatus::Excl, TaxStatus::Incl, TaxStatus::Exempt, TaxStatus::Undefined]
        [usize::from(recipe.status)];
    let rate = [d("0"), d("7.5"), d("10"), d("8.875")][recipe.rate];
    document.tax_rate = Some(rate);
    let net = document.product_total + freight + surcharge - discount;
    let added = matches!(document.tax_status, TaxStatus::Excl | TaxStatus::Undefined);
    let by_code = |line: &&DocLine| line.account_code == "4-1500";
    let untaxed: Decimal =
        document.lines.iter().filter(by_code).map(crate::drafting::reckon::line_value).sum();
    let all = document.product_total + freight + surcharge;
    let shared = (discount * untaxed).checked_div(all).unwrap_or_default();
    let taxed = if recipe.kind == 1 { net } else { net - untaxed + shared };
    let tax = if added { taxed * rate / Decimal::ONE_HUNDRED } else { Decimal::ZERO };
    if recipe.odd.0 == 1 {
        (document.currency, document.currency_rate) = ("EUR".into(), Some(d("1.0837")));
    }
    document.total = (net + tax).round_dp(4) + Decimal::new(recipe.noise, 4);
    document
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_document_becomes_one_draft_that_adds_up_or_says_why_not(recipe in recipe()) {
        let company = company(&recipe);
        let document = cook(&recipe);
        let drafted = company.draft(&document);
        prop_assert_eq!(&drafted, &company.draft(&document), "drafting twice gives the same");
        prop_assert_eq!(drafted.state, state_of(&drafted.reasons));
        let total = Cents::round(document.total).unwrap();
        prop_assert_eq!(drafted.total.unwrap().abs(), total.abs());
        if let Some(payload) = &drafted.payload {
            prop_assert!(payload.adds_up());
            let sum = |side| -> Cents {
                payload.postings().iter().filter(|p| p.side == side).map(|p| p.amount).sum()
            };
            prop_assert_eq!(sum(Side::Debit), sum(Side::Credit));
        }
        if drafted.state == DraftState::Ready {
            let payload = drafted.payload.as_ref().unwrap();
            prop_assert_eq!(payload.total, total.abs());
            prop_assert!(!payload.total.is_zero());
            let rounding: Cents = payload.lines.iter()
                .filter(|line| line.role == crate::books::Role::Rounding).map(|line| line.amount).sum();
            prop_assert!(rounding.abs() <= company.settings.rounding_max);
            let foreign = payload.currency != "USD";
            prop_assert_eq!(payload.exchange_rate.is_some(), foreign);
            let mut tax_lines = false;
            for line in &payload.lines {
                tax_lines |= line.role == Role::Tax;
                let bill = payload.kind.party_list() == Some(crate::books::PartyList::Vendor);
                prop_assert!(bill || tax_lines == (line.role == Role::Tax), "tax lines stand last");
                if let (Some(quantity), Some(rate)) = (line.quantity, line.rate) {
                    prop_assert_eq!(Cents::round(quantity * rate).unwrap(), line.amount);
                }
                prop_assert!(!line.account.id.is_empty());
            }
        } else {
            prop_assert!(drafted.reasons.iter().any(|reason| reason.level == Level::Blocks));
        }
    }

    #[test]
    fn an_explained_document_with_believable_figures_is_ready(recipe in recipe()) {
        // What a setting keeps out is no matter of the figures.
        let recipe = Recipe { noise: 0, odd: (0, recipe.odd.1), ..recipe };
        let recipe = Recipe { books: (recipe.books.0, false, true, recipe.books.3), ..recipe };
        let document = cook(&recipe);
        let drafted = company(&recipe).draft(&document);
        let sign = if document.kind == DocumentType::CreditNote { Decimal::NEGATIVE_ONE } else { Decimal::ONE };
        let plain = document.lines.iter().all(|line| line.qty * line.unit_price * sign >= Decimal::ZERO);
        if plain && !document.lines.is_empty() && drafted.total.unwrap() > Cents::ZERO {
            prop_assert_eq!(drafted.state, DraftState::Ready, "{:?}", drafted.reasons);
        }
    }

    #[test]
    fn no_figure_makes_drafting_fail(qty in any::<[u8; 16]>(), price in any::<[u8; 16]>(), rate in any::<[u8; 16]>()) {
        let mut document = order();
        document.lines[0].qty = Decimal::deserialize(qty);
        document.lines[0].unit_price = Decimal::deserialize(price);
        document.tax_rate = Some(Decimal::deserialize(rate));
        document.total = Decimal::deserialize(price);
        let drafted = Company::new().draft(&document);
        prop_assert!(drafted.state == DraftState::NeedsAttention || drafted.payload.is_some());
    }
}
