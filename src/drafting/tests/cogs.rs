//! Cost of goods sold: which documents count in which month, what is doubtful, and the journals, case by case.

use super::support::{Company, cents, contact, credit, d, golden, order, sample};
use crate::base::{Cents, Day, Month};
use crate::books::settings::{CostRule, FirstMonth, GlEntry, InventoryMethod};
use crate::books::*;
use crate::drafting::cogs::*;
use crate::drafting::{Drafted, Level};
use crate::orders::{ContactType, Document, ImportStatus};

fn company() -> Company {
    let mut company = Company::new();
    company.settings.account.cogs = Some(ListRef::new("A-5000", "Cost of Goods Sold"));
    company.settings.cogs.first_month = FirstMonth::Ours;
    company.preferences.class_tracking = false;
    company
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn cost(document: &Document, company: &Company) -> Option<DocumentCost> {
    let none = |_: &str| None;
    let who = contact(document.contact_id, ContactType::Customer);
    cost_of(document, Some(&who), &company.context(&none))
}

fn candidate(document: &Document, company: &Company, fate: Fate) -> Candidate {
    Candidate { cost: cost(document, company).unwrap(), fate, answer: None }
}

/// SO-1 of the worked month: four units at a cost of 108, sold at 200.
fn sold() -> Document {
    let mut order = order();
    (order.id, order.reference) = (1, "SO-1".into());
    order.lines.truncate(1);
    let line = &mut order.lines[0];
    (line.qty, line.qty_shipped, line.unit_price, line.unit_cost) =
        (d("4"), d("4"), d("200"), Some(d("108")));
    order
}

/// CN-1 of the worked month: one unit comes back.
fn returned() -> Document {
    let mut note = credit();
    (note.id, note.reference) = (2, "CN-1".into());
    note.lines.truncate(1);
    let line = &mut note.lines[0];
    (line.qty, line.qty_shipped, line.unit_price, line.unit_cost) =
        (d("-1"), d("-1"), d("200"), Some(d("108")));
    note
}

static NOTHING_OPEN: OpenSales = OpenSales::new();

/// The journal of February 2026, looked at in March.
fn february<'a>(
    candidates: &'a [Candidate],
    company: &Company,
    bend: impl FnOnce(&mut MonthFacts<'a>),
) -> MonthDraft {
    let mut facts = MonthFacts {
        month: month("2026-02"),
        today: day("2026-03-05"),
        first: false,
        candidates,
        open: &NOTHING_OPEN,
        go_on: false,
        handed: None,
        before: None,
    };
    bend(&mut facts);
    let none = |_: &str| None;
    month_journal(&facts, &company.context(&none), &|number| {
        company.taken.iter().any(|taken| taken == number)
    })
}

fn reason<'a>(drafted: &'a Drafted, code: &str) -> &'a crate::drafting::Reason {
    let found = drafted.reasons.iter().find(|reason| reason.code == code);
    found.unwrap_or_else(|| panic!("no {code} in {:?}", drafted.reasons))
}

fn sides(drafted: &Drafted) -> Vec<(Role, String, Option<String>, Side, String)> {
    let postings = drafted.payload.as_ref().unwrap().postings();
    postings.into_iter().map(|p| (p.role, p.account, p.class, p.side, p.amount.to_string())).collect()
}

#[test]
fn the_worked_month_costs_324() {
    let company = company();
    let both = [candidate(&sold(), &company, Fate::Ours), candidate(&returned(), &company, Fate::Ours)];
    let drafted = february(&both, &company, |_| ()).drafted;
    assert_eq!((drafted.state, drafted.total), (DraftState::Ready, Some(cents("324.00"))));
    assert_eq!(
        sides(&drafted),
        [
            (Role::Cogs, "Cost of Goods Sold".into(), None, Side::Debit, "324.00".into()),
            (Role::Inventory, "Inventory Asset".into(), None, Side::Credit, "324.00".to_string()),
        ]
    );
    let payload = drafted.payload.unwrap();
    assert_eq!((payload.ref_number.as_str(), payload.date), ("CG202602A", day("2026-02-28")));
    assert_eq!(payload.memo, "Cin7 COGS 2026-02");
}

#[test]
fn without_a_dispatched_date_only_the_return_counts_and_the_screen_flags_it() {
    let company = company();
    let mut not_left = sold();
    not_left.moved_date = None;
    let both = [candidate(&not_left, &company, Fate::Ours), candidate(&returned(), &company, Fate::Ours)];
    let drafted = february(&both, &company, |_| ()).drafted;
    assert_eq!(drafted.total, Some(cents("-108.00")));
    let text = &reason(&drafted, "not_dispatched").text;
    assert!(text.contains("SO-1") && text.contains("432.00"), "{text}");
    assert_eq!(reason(&drafted, "more_returns").level, Level::Warns);
    assert_eq!(
        sides(&drafted).into_iter().map(|side| (side.0, side.3, side.4)).collect::<Vec<_>>(),
        [
            (Role::Cogs, Side::Credit, "108.00".to_string()),
            (Role::Inventory, Side::Debit, "108.00".to_string()),
        ]
    );
}

#[test]
fn the_month_is_that_of_the_invoice_in_the_companys_zone_and_both_dates_are_needed() {
    type Bend = fn(&mut Document, &mut Company);
    let at = |text: &str| Some(text.parse().unwrap());
    let cases: [(Bend, Option<(&str, Standing)>); 11] = [
        (|_, _| (), Some(("2026-02", Standing::Sale))),
        // 22:30 on 31 January in New York.
        (|o, _| o.ledger_date = "2026-02-01T03:30:00Z".parse().ok(), Some(("2026-01", Standing::Sale))),
        (|o, _| o.moved_date = "2026-04-02T15:00:00Z".parse().ok(), Some(("2026-02", Standing::Sale))),
        (|o, _| o.moved_date = None, Some(("2026-02", Standing::NotMoved))),
        (|o, _| o.ledger_date = None, Some(("2026-02", Standing::NotInvoiced))),
        (|o, _| (o.ledger_date, o.moved_date) = (None, None), None),
        (
            |o, _| o.ledger_date = "2025-12-30T05:00:00Z".parse().ok(),
            Some(("2026-02", Standing::BeforeStart)),
        ),
        (
            |o, _| {
                o.ledger_date = "2025-12-30T05:00:00Z".parse().ok();
                o.moved_date = "2025-12-31T15:00:00Z".parse().ok();
            },
            None,
        ),
        (|o, _| o.is_void = true, None),
        (|o, _| o.is_approved = false, None),
        (|_, c| c.settings.inventory_method = InventoryMethod::Periodic, None),
    ];
    for (place, (bend, wanted)) in cases.into_iter().enumerate() {
        let (mut document, mut company) = (sold(), company());
        (document.ledger_date, document.moved_date) =
            (at("2026-02-12T05:00:00Z"), at("2026-02-13T15:00:00Z"));
        bend(&mut document, &mut company);
        let found = cost(&document, &company).map(|cost| (cost.month.to_string(), cost.standing));
        assert_eq!(found, wanted.map(|(month, standing)| (month.to_string(), standing)), "case {place}");
    }
}

#[test]
fn what_a_cost_hangs_on_follows_the_import_status_the_total_and_the_currency() {
    type Bend = fn(&mut Document);
    let cases: [(Bend, Standing); 7] = [
        (|o| o.import_status = ImportStatus::Error, Standing::Sale),
        (|o| o.import_status = ImportStatus::Imported, Standing::Marked),
        (|o| o.import_status = ImportStatus::DoNotImport, Standing::Marked),
        (|o| o.total = d("0.004"), Standing::NoPrice),
        (|o| o.total = d("-5"), Standing::Sale),
        (|o| o.currency = "EUR".into(), Standing::Foreign),
        (|o| (o.currency, o.import_status) = ("EUR".into(), ImportStatus::Imported), Standing::Marked),
    ];
    for (place, (bend, wanted)) in cases.into_iter().enumerate() {
        let mut document = sold();
        bend(&mut document);
        assert_eq!(cost(&document, &company()).unwrap().standing, wanted, "case {place}");
    }
    let mut exchange = returned();
    exchange.total = d("12");
    assert_eq!(
        cost(&exchange, &company()).unwrap().standing,
        Standing::NoPrice,
        "a note that charges moved goods too"
    );
}

#[test]
fn a_suppliers_credit_a_purchase_and_a_service_have_no_cost_of_sales() {
    let (company, none) = (company(), |_: &str| None);
    let supplier = contact(4201, ContactType::Supplier);
    assert_eq!(cost_of(&returned(), Some(&supplier), &company.context(&none)), None);
    assert_eq!(cost(&sample(3_109), &company), None);
    let mut service = sold();
    service.lines[0].product_id = 0;
    assert_eq!(cost(&service, &company), None);
}

#[test]
fn a_cost_counts_by_its_own_decision() {
    use {Fate as F, Standing as S, Verdict as V};
    let (count, leave) = (Some(CostAnswer::Count), Some(CostAnswer::Leave));
    let cases = [
        (S::Sale, F::Waiting, None, V::Waits),
        (S::Sale, F::Ours, None, V::Counts),
        (S::Sale, F::Waiting, count, V::Waits),
        (S::Sale, F::Excluded, None, V::Asked(Ask::Excluded)),
        (S::Sale, F::Excluded, count, V::Counts),
        (S::Sale, F::Excluded, leave, V::Left),
        (S::Marked, F::Waiting, None, V::Counts),
        (S::Marked, F::Waiting, leave, V::Left),
        (S::NoPrice, F::Waiting, None, V::Counts),
        (S::NoPrice, F::Excluded, None, V::Asked(Ask::Excluded)),
        (S::Foreign, F::Waiting, None, V::Asked(Ask::Foreign)),
        (S::Foreign, F::Waiting, count, V::Counts),
        (S::Foreign, F::Ours, None, V::Counts),
        (S::BeforeStart, F::Waiting, None, V::Asked(Ask::BeforeStart)),
        (S::BeforeStart, F::Waiting, count, V::Counts),
        (S::NotMoved, F::Ours, count, V::NotYet),
        (S::NotInvoiced, F::Ours, None, V::NotYet),
    ];
    let company = company();
    for (standing, fate, answer, wanted) in cases {
        let mut one = candidate(&sold(), &company, fate);
        (one.cost.standing, one.answer) = (standing, answer);
        assert_eq!(judge(&one, &company.settings.cogs), wanted, "{standing:?} {fate:?} {answer:?}");
    }
}

#[test]
fn answers_of_the_settings_hold_for_all_documents_of_their_sort() {
    let mut company = company();
    let mut of = |standing, rule| {
        company.settings.cogs.foreign = rule;
        company.settings.cogs.moved_after_start = rule;
        let mut one = candidate(&sold(), &company, Fate::Waiting);
        one.cost.standing = standing;
        judge(&one, &company.settings.cogs)
    };
    for standing in [Standing::Foreign, Standing::BeforeStart] {
        assert_eq!(of(standing, CostRule::Count), Verdict::Counts);
        assert_eq!(of(standing, CostRule::Leave), Verdict::Left);
    }
}

#[test]
fn a_part_dispatch_counts_what_has_moved_once_a_person_has_confirmed_it() {
    let mut company = company();
    let mut part = sold();
    part.lines[0].qty_shipped = d("3");
    let mut one = [candidate(&part, &company, Fate::Ours)];
    let asked = february(&one, &company, |_| ()).drafted;
    assert_eq!((asked.state, asked.total), (DraftState::NeedsAttention, Some(cents("324.00"))));
    assert!(reason(&asked, "part_dispatch").text.contains("SO-1 MUG-BLU-12 3 of 4"));
    one[0].answer = Some(CostAnswer::Count);
    assert_eq!(february(&one, &company, |_| ()).drafted.state, DraftState::Ready);
    one[0].answer = Some(CostAnswer::Leave);
    assert_eq!(february(&one, &company, |_| ()).drafted.state, DraftState::NotReady);
    one[0].answer = None;
    company.settings.cogs.part_dispatch = CostRule::Count;
    assert_eq!(february(&one, &company, |_| ()).drafted.state, DraftState::Ready);
    let mut nothing = part.clone();
    nothing.moved_date = None;
    let nothing = [candidate(&nothing, &company, Fate::Ours)];
    assert_eq!(
        february(&nothing, &company, |_| ()).drafted.total,
        Some(Cents::ZERO),
        "without the date nothing counts"
    );
}

#[test]
fn doubtful_costs_are_listed_each_in_its_own_words() {
    type Bend = fn(&mut Document);
    let cases: [(Flaw, Option<&str>, &str, Bend); 7] = [
        (Flaw::Missing, Some("cost_missing"), "0.00", |o| {
            (o.lines[0].unit_cost, o.modified_cogs) = (None, "2026-02-14T06:00:00Z".parse().ok());
        }),
        (Flaw::NotComputed, Some("cost_not_computed"), "0.00", |o| {
            (o.lines[0].unit_cost, o.modified_cogs) = (None, None);
        }),
        (Flaw::Zero, Some("cost_zero"), "0.00", |o| o.lines[0].unit_cost = Some(d("0"))),
        (Flaw::NotBelowPrice, Some("cost_not_below_price"), "800.00", |o| {
            o.lines[0].unit_cost = Some(d("200"));
        }),
        (Flaw::Nonsense, Some("cost_nonsense"), "0.00", |o| o.lines[0].unit_cost = Some(d("-3"))),
        (Flaw::Nonsense, Some("cost_nonsense"), "0.00", |o| o.lines[0].unit_cost = Some(d("2000.01"))),
        // A line without a price cannot be sold below cost.
        (Flaw::NotBelowPrice, None, "432.00", |o| o.lines[0].unit_price = d("0")),
    ];
    let company = company();
    for (flaw, code, total, bend) in cases {
        let mut document = sold();
        bend(&mut document);
        let one = [candidate(&document, &company, Fate::Ours)];
        assert_eq!(one[0].cost.has(flaw), code.is_some(), "{code:?}");
        let drafted = february(&one, &company, |_| ()).drafted;
        assert_eq!(drafted.total, Some(cents(total)), "{code:?}");
        if let Some(code) = code {
            assert!(reason(&drafted, code).text.contains("SO-1"), "{code}");
            let blocks = reason(&drafted, code).level == Level::Blocks;
            assert_eq!(
                blocks,
                flaw == Flaw::Nonsense,
                "{code}: only nonsense stays out until a person has looked"
            );
        }
    }
}

#[test]
fn a_kit_is_counted_once() {
    let company = company();
    let kit = sample(24_014);
    let amount = |document: &Document| cost(document, &company).unwrap();
    // 3 trays at 14.90 and 6 mugs at 4.1275; the kit itself has no cost, the service line none either.
    let plain = amount(&kit);
    assert_eq!((plain.amount(), plain.flaws.len()), (d("69.465"), 0));
    let mut twice = kit.clone();
    twice.lines[0].unit_cost = Some(d("23"));
    let both = amount(&twice);
    assert_eq!(both.amount(), d("69.465"), "the components alone");
    assert!(both.has(Flaw::KitTwice));
    let mut kit_alone = twice.clone();
    for line in kit_alone.lines.iter_mut().filter(|line| line.parent_id != 0) {
        line.unit_cost = None;
    }
    let parent = amount(&kit_alone);
    assert_eq!(parent.amount(), d("69"), "three kits at 23");
    assert!(!parent.has(Flaw::Missing) && !parent.has(Flaw::NotComputed));
    let mut none = kit_alone.clone();
    none.lines[0].unit_cost = None;
    assert_eq!(amount(&none).flaws.len(), 2, "both components miss their cost, the kit needs none");
}

#[test]
fn the_golden_month_is_net_of_returns_and_rounded_once() {
    let mut company = company();
    company.settings.cogs.foreign = CostRule::Leave;
    let (none, suppliers) = (|_: &str| None, 4200..4300);
    let all: Vec<Candidate> = golden()
        .iter()
        .filter_map(|document| {
            let supplier = suppliers.contains(&document.contact_id);
            let who = contact(
                document.contact_id,
                if supplier { ContactType::Supplier } else { ContactType::Customer },
            );
            let cost = cost_of(document, Some(&who), &company.context(&none))?;
            let fate = if cost.standing == Standing::Sale { Fate::Ours } else { Fate::Waiting };
            Some(Candidate { cost, fate, answer: None })
        })
        .collect();
    let of = |text: &str| -> Vec<Candidate> {
        all.iter().filter(|one| one.cost.month == month(text)).cloned().collect()
    };
    // 188.46 + 80 + 69.465 + 247.65, less the return of 16.51 and the exchange of 4.2058.
    assert_eq!(february(&of("2026-02"), &company, |_| ()).drafted.total, Some(cents("564.86")));
    let january = february(&of("2026-01"), &company, |facts| facts.month = month("2026-01")).drafted;
    // The month-end invoice of SO-24010 at 8.00, and SO-23950, which Cin7 marks as imported, at 51.60.
    assert_eq!(january.total, Some(cents("59.60")));
}

#[test]
fn pairs_stand_by_account_and_class_and_the_return_side_is_swapped() {
    let mut company = company();
    company.preferences.class_tracking = true;
    let adjustments = Some(ListRef::new("A-5100", "Inventory Adjustments"));
    company.settings.gl.insert("4-9".into(), GlEntry { cogs_account: adjustments, ..GlEntry::default() });
    let mut elsewhere = returned();
    (elsewhere.lines[0].account_code, elsewhere.branch_id) = ("4-9".into(), 3);
    let mut here = sold();
    here.branch_id = 3;
    let both = [candidate(&here, &company, Fate::Ours), candidate(&elsewhere, &company, Fate::Ours)];
    let drafted = february(&both, &company, |_| ()).drafted;
    let class = || Some("Main Warehouse".to_string());
    assert_eq!(
        sides(&drafted),
        [
            (Role::Cogs, "Cost of Goods Sold".into(), class(), Side::Debit, "432.00".into()),
            (Role::Inventory, "Inventory Asset".into(), class(), Side::Credit, "432.00".into()),
            (Role::Cogs, "Inventory Adjustments".into(), class(), Side::Credit, "108.00".into()),
            (Role::Inventory, "Inventory Asset".into(), class(), Side::Debit, "108.00".to_string()),
        ]
    );
    let payload = drafted.payload.unwrap();
    assert_eq!((payload.total, payload.stated_total()), (cents("324.00"), cents("540.00")));
    assert!(payload.lines[2].why.contains("gl.4-9.cogs_account"));
}

#[test]
fn a_sample_goes_to_the_account_of_the_word_in_its_comments() {
    let mut company = company();
    let warranty = ListRef::new("A-6400", "Tax on Purchases");
    company.settings.cogs.zero_total.insert("warranty".into(), warranty);
    let mut free = sold();
    (free.total, free.internal_comments) = (d("0"), "a Warranty replacement".into());
    let one = [candidate(&free, &company, Fate::Waiting)];
    let drafted = february(&one, &company, |_| ()).drafted;
    assert_eq!((drafted.state, sides(&drafted)[0].1.as_str()), (DraftState::Ready, "Tax on Purchases"));
    assert!(reason(&drafted, "cost_without_price").text.contains("SO-1"));
}

#[test]
fn a_credit_note_without_a_price_goes_to_the_account_of_the_word_in_its_reason() {
    let mut company = company();
    let warranty = ListRef::new("A-6400", "Tax on Purchases");
    company.settings.cogs.zero_total.insert("warranty".into(), warranty);
    let mut free = returned();
    (free.total, free.customer_report) = (d("0"), "WARRANTY exchange".into());
    let one = [candidate(&free, &company, Fate::Waiting)];
    let drafted = february(&one, &company, |_| ()).drafted;
    assert_eq!(sides(&drafted)[0].1.as_str(), "Tax on Purchases");
}

#[test]
fn the_exact_sum_of_a_pair_is_rounded_once() {
    let company = company();
    let thirds: Vec<Candidate> = (1..=3)
        .map(|id| {
            let mut document = sold();
            document.id = id;
            let line = &mut document.lines[0];
            (line.qty, line.qty_shipped, line.unit_cost) = (d("1"), d("1"), Some(d("0.335")));
            candidate(&document, &company, Fate::Ours)
        })
        .collect();
    // Line by line it would be 1.02.
    assert_eq!(february(&thirds, &company, |_| ()).drafted.total, Some(cents("1.01")));
}

#[test]
fn open_sales_of_the_month_are_asked_about_before_the_cost_posts() {
    let company = company();
    let one = [candidate(&sold(), &company, Fate::Ours)];
    let waits = [
        (OpenState::Unlinked, "sales_not_linked"),
        (OpenState::Ready, "sales_not_approved"),
        (OpenState::NotSent, "sales_not_sent"),
        (OpenState::InDoubt, "sales_in_doubt"),
    ];
    let told = [
        (OpenState::Pending, "sales_pending"),
        (OpenState::HeldBack, "sales_held_back"),
        (OpenState::Failed, "sales_failed"),
    ];
    for (state, code) in waits.into_iter().chain(told) {
        let group = OpenGroup { count: 1, total: cents("872.80"), names: vec!["SO-9".into()] };
        let open = OpenSales::from([(state, group)]);
        let drafted = february(&one, &company, |facts| facts.open = &open).drafted;
        let text = &reason(&drafted, code).text;
        assert!(text.contains("SO-9") && text.contains("872.80"), "{text}");
        let asked = waits.iter().any(|(wait, _)| *wait == state);
        assert_eq!(drafted.state == DraftState::NeedsAttention, asked, "{code}");
        let go_on = february(&one, &company, |facts| (facts.open, facts.go_on) = (&open, true)).drafted;
        assert_eq!((go_on.state, reason(&go_on, code).level), (DraftState::Ready, Level::Warns));
    }
}

#[test]
fn the_first_month_asks_who_posted_it_with_the_figures() {
    let mut company = company();
    let mut marked = returned();
    marked.import_status = ImportStatus::Imported;
    let both = [candidate(&sold(), &company, Fate::Ours), candidate(&marked, &company, Fate::Waiting)];
    let mut of = |answer| {
        company.settings.cogs.first_month = answer;
        february(&both, &company, |facts| facts.first = true).drafted
    };
    let asked = of(FirstMonth::Ask);
    assert_eq!(asked.state, DraftState::NeedsAttention);
    let text = &reason(&asked, "first_month").text;
    assert!(text.contains("-108.00") && text.contains("432.00"), "{text}");
    assert_eq!(of(FirstMonth::Ours).state, DraftState::Ready);
    assert_eq!(of(FirstMonth::Cin7).state, DraftState::Excluded);
}

#[test]
fn a_running_month_is_dated_today_and_says_that_it_runs() {
    let company = company();
    let one = [candidate(&sold(), &company, Fate::Ours)];
    let drafted = february(&one, &company, |facts| facts.today = day("2026-02-20")).drafted;
    assert_eq!(drafted.date, Some(day("2026-02-20")));
    assert_eq!(reason(&drafted, "month_running").level, Level::Warns);
}

#[test]
fn a_late_cost_makes_the_next_letter_and_names_the_document() {
    let company = company();
    let first = [candidate(&sold(), &company, Fate::Ours), candidate(&returned(), &company, Fate::Ours)];
    let posted = february(&first, &company, |_| ());
    let payload = posted.drafted.payload.clone().unwrap();
    let handed = Handed { payload: &payload, letter: 'A' };
    let same = february(&first, &company, |facts| {
        (facts.handed, facts.before) = (Some(handed), Some(&posted.basis));
    });
    assert_eq!(same.drafted.payload.as_ref(), Some(&payload), "nothing moved, so nothing is proposed");
    let mut dearer = sold();
    dearer.lines[0].unit_cost = Some(d("110"));
    let now = [candidate(&dearer, &company, Fate::Ours), first[1].clone()];
    let changed = february(&now, &company, |facts| {
        (facts.handed, facts.before) = (Some(handed), Some(&posted.basis));
    })
    .drafted;
    assert_eq!((changed.total, changed.ref_number.as_str()), (Some(cents("332.00")), "CG202602B"));
    let text = &reason(&changed, "cogs_changed").text;
    assert_eq!(text, "The cost was 324.00 and is now 332.00. Moved by SO-1 (432.00 to 440.00).");
}

#[test]
fn a_running_months_journal_keeps_its_day_until_its_amounts_move_or_the_month_ends() {
    let company = company();
    let one = [candidate(&sold(), &company, Fate::Ours)];
    let posted = february(&one, &company, |facts| facts.today = day("2026-02-10")).drafted.payload.unwrap();
    let handed = Some(Handed { payload: &posted, letter: 'A' });
    let on = |today: &str| {
        february(&one, &company, |facts| (facts.today, facts.handed) = (day(today), handed)).drafted
    };
    assert_eq!(on("2026-02-21").payload, Some(posted.clone()));
    let ended = on("2026-03-01");
    assert_eq!((ended.date, ended.ref_number.as_str()), (Some(day("2026-02-28")), "CG202602B"));
}

#[test]
fn a_closed_month_is_corrected_by_its_difference_in_the_first_open_month() {
    let (open_books, mut company) = (company(), company());
    company.preferences.closing_date = Some(day("2026-02-28"));
    let first = [candidate(&sold(), &company, Fate::Ours), candidate(&returned(), &company, Fate::Ours)];
    let booked = february(&first, &open_books, |_| ());
    let mut dearer = sold();
    dearer.lines[0].unit_cost = Some(d("110"));
    let now = [candidate(&dearer, &company, Fate::Ours), first[1].clone()];
    let now = february(&now, &open_books, |_| ());
    let facts = DifferenceFacts {
        month: month("2026-02"),
        count: 1,
        today: day("2026-03-12"),
        booked: &booked.sums,
        now: &now.sums,
        open: &[],
        before: Some(&booked.basis),
        basis: &now.basis,
        letter: 'A',
    };
    let none = |_: &str| None;
    let made = difference_journal(&facts, &company.context(&none), &|_| false);
    assert_eq!((made.state, made.total), (DraftState::Ready, Some(cents("8.00"))));
    assert_eq!((made.date, made.month), (Some(day("2026-03-12")), Some(month("2026-03"))));
    assert_eq!(made.ref_number, "CG202602B");
    assert!(reason(&made, "cogs_changed").text.contains("SO-1 (432.00 to 440.00)"));
    assert_eq!(made.payload.as_ref().unwrap().memo, "COGS correction 2026-02");
    let back = DifferenceFacts { booked: &now.sums, now: &booked.sums, ..facts };
    let back = difference_journal(&back, &company.context(&none), &|_| false);
    assert_eq!((back.total, sides(&back)[0].3), (Some(cents("-8.00")), Side::Credit));
    let nothing = DifferenceFacts { now: &booked.sums, ..facts };
    let nothing = difference_journal(&nothing, &company.context(&none), &|_| false);
    assert_eq!((nothing.state, nothing.payload), (DraftState::NotReady, None));
    assert_eq!(first_open_month(day("2026-02-28")), month("2026-03"));
    assert_eq!(first_open_month(day("2026-03-15")), month("2026-03"));
}

#[test]
fn what_is_not_chosen_or_is_closed_blocks_the_journal() {
    type Bend = fn(&mut Company);
    let cases: [(&str, Bend); 5] = [
        ("no_cogs_account", |c| c.settings.account.cogs = None),
        ("no_inventory_account", |c| c.settings.account.inventory_asset = None),
        ("account_not_allowed", |c| c.settings.account.cogs = Some(ListRef::new("A-1100", "x"))),
        ("mapping_gone", |c| c.settings.account.cogs = Some(ListRef::new("A-0", "Gone"))),
        ("closing_date", |c| c.preferences.closing_date = Some(day("2026-02-28"))),
    ];
    for (code, bend) in cases {
        let mut company = company();
        bend(&mut company);
        let one = [candidate(&sold(), &company, Fate::Ours)];
        let drafted = february(&one, &company, |_| ()).drafted;
        assert_eq!(reason(&drafted, code).level, Level::Blocks, "{code}");
        assert_ne!(drafted.state, DraftState::Ready, "{code}");
    }
}
