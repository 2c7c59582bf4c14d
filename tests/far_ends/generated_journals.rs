//! Generated adjustments, landing costs, typed vendor credits and months of costs, booked by the strict simulated company
//! (issue 3): each is booked to the cent as it was drafted, or says why not. None is dropped.

use crate::generated::{Books, Dice, Way, book, contacts, document, name, number, plain, rows};
use countersign::base::{Cents, Day, Decimal, Month};
use countersign::books::own::{OwnEntry, OwnLandingCost, OwnLine, OwnVendorCredit};
use countersign::books::{DraftState, ListRef, PartyList};
use countersign::cin7;
use countersign::drafting::cogs::{
    Candidate, DifferenceFacts, Fate, Handed, MonthFacts, OpenSales, PairSums, cost_of, difference,
    difference_journal, month_journal, sums_of,
};
use countersign::drafting::{Context, Drafted, Learnt, Level, adjustments, own};
use countersign::orders::DocumentType;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Adjustments, landing costs and vendor credits of each company.
const EACH: u64 = 300;

/// A company with all accounts that values need.
fn company() -> Books {
    let mut books = Books::new(Way { merge: false, ..plain() });
    let account = |number: &str| {
        let found = books.lists.account_by_number(number).unwrap();
        ListRef::new(found.id.clone(), found.full_name.clone())
    };
    let (shrinkage, cogs, freight) = (account("6900"), account("5000"), account("6905"));
    books.settings.account.adjustment = Some(shrinkage.clone());
    books.settings.account.cogs = Some(cogs);
    books.settings.adjustment_reason = BTreeMap::from([("Damaged".into(), account("6950"))]);
    books.settings.landing = BTreeMap::from([("Freight".into(), freight), ("Customs".into(), shrinkage)]);
    books.settings.gl.get_mut("4100").unwrap().cogs_account = Some(account("6000"));
    books.settings.cogs.part_dispatch = countersign::books::settings::CostRule::Count;
    books
}

static NOTHING_LEARNT: std::sync::LazyLock<Learnt> = std::sync::LazyLock::new(Learnt::default);

fn context<'a>(books: &'a Books, products: &'a HashMap<i64, countersign::orders::Product>) -> Context<'a> {
    Context {
        settings: &books.settings,
        lists: &books.lists,
        preferences: &books.preferences,
        products,
        learnt: &NOTHING_LEARNT,
        original_sale: &|_| None,
        party_currency: "",
        tax_filed_through: None,
    }
}

/// Books what is ready, and demands a reason of what is not.
fn settle(
    books: &mut Books,
    drafted: Drafted,
    what: &str,
    posted: &mut u64,
    held: &mut BTreeMap<String, u64>,
) {
    if drafted.state != DraftState::Ready {
        let why = drafted.reasons.iter().find(|reason| reason.level == Level::Blocks);
        let why = why.unwrap_or_else(|| panic!("{what} is held without a reason: {drafted:?}"));
        assert!(!why.text.is_empty());
        *held.entry(why.code.to_string()).or_default() += 1;
        return;
    }
    let payload = drafted.payload.unwrap_or_else(|| panic!("{what} is ready and empty"));
    assert!(payload.adds_up(), "{what}");
    assert_eq!(Some(payload.total), drafted.total, "{what}");
    book(books, &payload, what);
    *posted += 1;
}

fn adjustment(dice: &mut Dice, id: u64, base: &Value) -> Value {
    let mut row = base.clone();
    let (mut lines, mut total) = (Vec::new(), Decimal::ZERO);
    for place in 0..dice.of(&[1_u64, 1, 2, 3, 9, 30, 0]) {
        let mut line = base["lineItems"][0].clone();
        let sign = if dice.one_in(3) { Decimal::NEGATIVE_ONE } else { Decimal::ONE };
        let places = u32::try_from(dice.below(4)).unwrap();
        let (qty, cost) = (dice.decimal(500, places) * sign, dice.decimal(90_000, 1 + places));
        line["id"] = json!(id * 100 + place);
        line["name"] = json!(name(dice));
        (line["qty"], line["qtyAdjusted"]) = (number(qty), number(qty));
        line["unitCost"] = if dice.one_in(25) { Value::Null } else { number(cost) };
        line["account"] = json!(if dice.one_in(30) { "9999" } else { dice.of(&["", "", "", "4100"]) });
        if !line["unitCost"].is_null() {
            total += qty * cost;
        }
        lines.push(line);
    }
    row["lineItems"] = Value::Array(lines);
    row["productTotal"] = if dice.one_in(20) { Value::Null } else { number(total.round_dp(4)) };
    if dice.one_in(30) {
        row["productTotal"] = number(total.round_dp(4) + Decimal::ONE_HUNDRED);
    }
    row["id"] = json!(70_000 + id);
    row["reference"] = json!(format!("{}-{id}", name(dice)));
    row["adjustmentReason"] = json!(dice.of(&["Damaged", "Count", "", "Größe"]));
    if dice.one_in(30) {
        row["adjustInAccountingSystem"] = Value::Null;
    }
    row
}

#[test]
fn generated_adjustments_are_booked_to_the_cent_or_say_why_not() {
    let mut books = company();
    let base = rows(include_str!("../golden/cin7/adjustments.json")).remove(0);
    let (products, mut dice) = (HashMap::new(), Dice(77));
    let (mut posted, mut held, mut taken) = (0, BTreeMap::new(), HashSet::new());
    for id in 0..EACH {
        let row = adjustment(&mut dice, id, &base);
        let read = cin7::adjustment(&row.to_string()).unwrap();
        let drafted =
            adjustments::draft(&read, &context(&books, &products), &|number| taken.contains(number));
        taken.insert(drafted.ref_number.clone());
        settle(&mut books, drafted, &format!("adjustment {id}"), &mut posted, &mut held);
    }
    assert_eq!(posted + held.values().sum::<u64>(), EACH);
    assert!(posted * 2 > EACH && held.len() > 2, "{posted} {held:?}");
}

#[test]
fn generated_landing_costs_and_typed_vendor_credits_are_booked_to_the_cent_or_say_why_not() {
    let mut books = company();
    let (products, mut dice) = (HashMap::new(), Dice(78));
    let (mut posted, mut held, mut taken) = (0, BTreeMap::new(), HashSet::new());
    let vendor = books.parties[&(PartyList::Vendor, 1)].0.clone();
    for id in 0..EACH * 2 {
        let cents = |dice: &mut Dice| {
            let amount = i64::try_from(dice.below(9_000_000)).unwrap();
            Cents::new(if dice.one_in(6) { -amount } else { amount })
        };
        let date: Day = dice.of(&["2026-02-10", "2026-02-28", "2025-12-31"]).parse().unwrap();
        let entry = if dice.one_in(2) {
            OwnEntry::LandingCost(OwnLandingCost {
                date,
                po: name(&mut dice),
                category: dice.of(&["Freight", "Customs", "freight", "Insurance"]).into(),
                amount: if dice.one_in(30) { Cents::ZERO } else { cents(&mut dice) },
                memo: name(&mut dice),
            })
        } else {
            let lines = (0..dice.of(&[1, 1, 2, 5, 30]))
                .map(|_| OwnLine {
                    account: dice.of(&["", "", "6900", "Nowhere"]).into(),
                    amount: cents(&mut dice),
                    memo: name(&mut dice),
                })
                .collect();
            OwnEntry::VendorCredit(OwnVendorCredit {
                date,
                vendor: vendor.name.clone(),
                contact: 0,
                number: format!("{}{}", name(&mut dice), dice.below(40)),
                po: name(&mut dice),
                memo: name(&mut dice),
                lines,
            })
        };
        let source = format!("Typed/{id}");
        let party = matches!(entry, OwnEntry::VendorCredit(_)).then_some(&vendor);
        let drafted =
            own::draft(&entry, &source, false, party, &context(&books, &products), &|kind, _, number| {
                taken.contains(&format!("{kind:?} {number}"))
            })
            .unwrap();
        if let Some(payload) = &drafted.payload {
            taken.insert(format!("{:?} {}", payload.kind, payload.ref_number));
        }
        settle(&mut books, drafted, &format!("{entry:?}"), &mut posted, &mut held);
    }
    assert_eq!(posted + held.values().sum::<u64>(), EACH * 2);
    assert!(posted * 3 > EACH && held.len() > 3, "{posted} {held:?}");
}

#[test]
fn generated_months_of_costs_revisions_and_corrections_are_booked_to_the_cent() {
    let (products, contacts, open) = (HashMap::new(), contacts(), OpenSales::new());
    let month: Month = "2026-02".parse().unwrap();
    for seed in 1..20_u64 {
        let (mut books, mut dice) = (company(), Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1));
        let mut costs = Vec::new();
        for id in 0..60 {
            let (kind, mut row) = document(&mut dice, id);
            if kind == DocumentType::PurchaseOrder {
                continue;
            }
            for line in row["lineItems"].as_array_mut().unwrap() {
                line["productId"] = json!(dice.of(&[0, 41, 42]));
                let places = u32::try_from(dice.below(4)).unwrap();
                line["unitCost"] =
                    if dice.one_in(9) { Value::Null } else { number(dice.decimal(50_000, 1 + places)) };
            }
            let (invoiced, moved) = if kind == DocumentType::CreditNote {
                ("creditNoteDate", "completedDate")
            } else {
                ("invoiceDate", "dispatchedDate")
            };
            row[invoiced] = json!("2026-02-11T15:00:00Z");
            row[moved] = json!("2026-02-12T15:00:00Z");
            let document = cin7::document(kind, &row.to_string()).unwrap();
            let contact = &contacts[&document.contact_id][0];
            costs.extend(cost_of(&document, Some(contact), &context(&books, &products)));
        }
        assert!(costs.len() > 10);
        let fate = |dice: &mut Dice| dice.of(&[Fate::Ours, Fate::Ours, Fate::Ours, Fate::Waiting]);
        let answer = Some(countersign::drafting::cogs::CostAnswer::Count);
        let mut candidates: Vec<Candidate> =
            costs.into_iter().map(|cost| Candidate { cost, fate: fate(&mut dice), answer }).collect();
        let what = format!("costs of seed {seed}");
        let first =
            month_journal(&february(&candidates, &open, None), &context(&books, &products), &|_| false);
        let payload = first.drafted.payload.clone().unwrap_or_else(|| panic!("{what}: {:?}", first.drafted));
        assert_eq!(first.drafted.state, DraftState::Ready, "{what}: {:?}", first.drafted.reasons);
        book(&mut books, &payload, &what);
        assert_eq!(sums_of(&payload), ignore_why(&first.sums, &payload), "{what}");
        // A late cost: the difference brings what is booked to what a new journal would have booked.
        for candidate in &mut candidates {
            for part in &mut candidate.cost.parts {
                part.amount += dice.decimal(9_000, 3);
            }
        }
        let handed = Handed { payload: &payload, letter: 'A' };
        let now =
            month_journal(&february(&candidates, &open, Some(handed)), &context(&books, &products), &|_| {
                false
            });
        let facts = DifferenceFacts {
            month,
            count: 1,
            today: "2026-03-05".parse().unwrap(),
            booked: &first.sums,
            now: &now.sums,
            open: &[],
            before: Some(&first.basis),
            basis: &now.basis,
            letter: 'A',
        };
        books.preferences.closing_date = Some("2026-02-28".parse().unwrap());
        let correction = difference_journal(&facts, &context(&books, &products), &|_| false);
        books.preferences.closing_date = None;
        let correction = correction.payload.unwrap_or_else(|| panic!("{what}: {:?}", correction.reasons));
        book(&mut books, &correction, &what);
        let missing = difference(&now.sums, &first.sums);
        assert_eq!(correction.total, missing.values().map(|sum| sum.amount).sum(), "{what}");
    }
}

/// All that is known of February in March.
fn february<'a>(
    candidates: &'a [Candidate],
    open: &'a OpenSales,
    handed: Option<Handed<'a>>,
) -> MonthFacts<'a> {
    MonthFacts {
        month: "2026-02".parse().unwrap(),
        today: "2026-03-05".parse().unwrap(),
        first: false,
        candidates,
        open,
        go_on: true,
        handed,
        before: None,
    }
}

/// The sums that were drafted, as far as a journal has lines of them.
fn ignore_why(sums: &PairSums, payload: &countersign::books::Payload) -> PairSums {
    let booked = sums_of(payload);
    let mut sums = sums.clone();
    sums.retain(|_, sum| !sum.amount.is_zero());
    for (key, sum) in &mut sums {
        if let Some(there) = booked.get(key) {
            sum.why.clone_from(&there.why);
        }
    }
    sums
}
