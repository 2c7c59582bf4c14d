//! A small company on screen, for the tests of this room: no store, no clock, no randomness.

use super::keys::presses;
use super::model::{Model, Screen};
use super::msg::{Done, EventsPage, Loaded, Msg};
use super::theme::Theme;
use super::update::update;
use crate::base::{BatchId, Cents, Day, DraftId, Instant, OperationId, Problem, Zone};
use crate::books::find::lists::Asked;
use crate::books::{DraftState, OperationKind, OperationState, Party, PartyList, PartyRef, Payload, TxnKind};
use crate::books::{Posting, Role, Side};
use crate::proof::{DifferentDocument, HeldBack, Proof, TotalRow};
use crate::store::drafts::{DraftRow, Version};
use crate::store::events::{Event, EventHead, EventsFrom};
use crate::store::links::MatchRow;
use crate::store::meta::Visit;
use crate::store::operations::{Batch, Operation};
use crate::tui::effect::{Action, Effect, Query};
use crate::tui::operation_words::BatchLine;
use crate::workflow::connect::{ConnectView, MapProposal, ProposedRow};
use crate::workflow::drafts::{DraftDetail, ReasonView};
use crate::workflow::handoff::BatchPreview;
use crate::workflow::links::{CandidateView, EvidenceView, MatchDetail};
use crate::workflow::status::{Status, StepView};
use ratatui::crossterm::event::Event as TerminalEvent;

pub fn now() -> Instant {
    "2026-03-12T15:04:05Z".parse().unwrap()
}

/// A model with a company, before any list was read.
pub fn model() -> Model {
    let zone = Zone::named("America/New_York").unwrap();
    let mut model = Model::new(Theme { ascii: false, ..Theme::default() }, false, true, zone, now());
    model.status = Some(status());
    model.operator = "Dana".into();
    model
}

pub fn status() -> Status {
    let step = |number, name, left, done| StepView { number, name, left, done, blocked: None };
    Status {
        company: Some("Harbor Goods LLC".into()),
        steps: vec![
            step(1, "Connect", 0, 9),
            step(2, "Fetch", 0, 278),
            step(3, "Match", 22, 37),
            step(4, "Review", 264, 4),
            step(5, "Hand off", 3, 0),
            step(6, "Prove", 0, 0),
            step(7, "History", 0, 0),
        ],
        states: std::collections::BTreeMap::new(),
        outcomes: [("posted (pending)".to_string(), 1)].into_iter().collect(),
        last_fetch: Some("2026-03-12T14:58:00Z".into()),
        last_visit: Some("2026-03-11T22:10:00Z".into()),
        next_visit: Some("2026-03-12T15:15:00Z".into()),
        frozen: None,
        refused: None,
        event_head: EventHead::default(),
        writeback: crate::workflow::status::WritebackView::default(),
    }
}

/// What was asked to be done.
pub fn actions(effects: &[Effect]) -> Vec<&Action> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Do { action, .. } => Some(action),
            _ => None,
        })
        .collect()
}

pub fn draft(id: i64, state: DraftState, party: &str, cents: i64) -> DraftRow {
    DraftRow {
        source: format!("SalesOrder/{}", 24_000 + id),
        cin7_id: (24_000 + id).to_string(),
        state,
        reference: format!("SO-{}", 24_000 + id),
        ref_number: (10_300 + id).to_string(),
        contact_id: 4_000 + id,
        party_id: Some(format!("80000{id}")),
        party_name: Some(party.into()),
        date: Some("2026-01-03".into()),
        month: Some("2026-01".into()),
        total: Some(Cents::new(cents)),
        tax: Some(Cents::ZERO),
        pending: true,
        ..super::sample_drafts::plain(DraftId(id))
    }
}

/// Drafts of every sort, hostile names included.
pub fn drafts() -> Vec<DraftRow> {
    vec![
        draft(1, DraftState::Ready, "Northgate Summit Manufacturing", 119_735),
        draft(2, DraftState::Ready, "Müller Linen Mills", 559_910),
        draft(3, DraftState::NeedsAttention, "Evil\u{1b}[2J \u{202e}Corp", 25_695),
        draft(4, DraftState::Held, "日本の会社 Trading", 123_456_789),
        draft(5, DraftState::Posted, "Harvest Table Provisions", 2_043),
        draft(6, DraftState::Rejected, "Delphine Ash", 117_390),
    ]
}

fn payload(row: &DraftRow) -> Payload {
    Payload {
        party: Some(PartyRef {
            list: PartyList::Customer,
            id: None,
            name: row.party_name.clone().unwrap(),
            contact: row.contact_id,
        }),
        memo: "SO-24001".into(),
        total: row.total.unwrap(),
        ..Payload::blank(TxnKind::Invoice, "2026-01-03".parse::<Day>().unwrap(), &row.ref_number.clone())
    }
}

pub fn posting(role: Role, account: &str, item: Option<&str>, side: Side, cents: i64, why: &str) -> Posting {
    Posting {
        role,
        account: account.into(),
        item: item.map(Into::into),
        class: None,
        side,
        amount: Cents::new(cents),
        quantity: None,
        text: String::new(),
        why: why.into(),
    }
}

pub fn detail(row: &DraftRow) -> DraftDetail {
    let total = row.total.unwrap().get();
    let blocked = row.state == DraftState::NeedsAttention;
    let reasons = if blocked {
        vec![ReasonView {
            code: "unknown_gl_code".into(),
            text: "GL code 4000 (of the product): no item in QuickBooks is mapped to it.".into(),
            field: Some("accountCode".into()),
            level: "blocks".into(),
        }]
    } else {
        Vec::new()
    };
    DraftDetail {
        paid: None,
        row: row.clone(),
        version: Some(Version {
            version: 1,
            payload: payload(row),
            hash: format!("hash-{}", row.id),
            revision_id: 1,
            made_at: "2026-03-12T14:00:00Z".into(),
        }),
        document: None,
        contact: None,
        reasons,
        postings: vec![
            posting(Role::Receivable, "Accounts Receivable", None, Side::Debit, total, ""),
            posting(Role::Sales, "Sales", Some("Sales"), Side::Credit, total - 1_500, "item of GL code 4000"),
            posting(
                Role::Freight,
                "Freight Income",
                Some("Freight"),
                Side::Credit,
                1_500,
                "setting item.freight",
            ),
        ],
        operations: Vec::new(),
        events: Vec::new(),
        proposed: None,
        edited: Vec::new(),
        since_approved: (row.id.0 == 3).then(super::sample_home::since_approved),
        qbxml: Some("<InvoiceAdd>\n  <CustomerRef/>\n</InvoiceAdd>".into()),
    }
}

pub fn contacts() -> Vec<MatchRow> {
    let row = |id: i64, name: &str, decision: &str, documents| MatchRow {
        contact_id: id,
        role: PartyList::Customer,
        name: name.into(),
        decision: decision.into(),
        why: "These agree: name, phone; no other record comes near.".into(),
        documents,
        deferred: false,
        body: String::new(),
        link: None,
        broken: false,
    };
    vec![
        row(4101, "Abendroth & Sons Pottery Works", "auto", 7),
        row(4102, "Bluff Street Market LLC", "auto", 1),
        row(4103, "Delphine Ash", "suggest", 4),
        row(4104, "Café du Port Vieux", "none", 1),
    ]
}

fn party(id: &str, name: &str) -> Party {
    Party {
        phone: "414-555-0179".into(),
        address: crate::books::Address { city: "Milwaukee".into(), state: "WI".into(), ..Default::default() },
        edit_sequence: "1".into(),
        ..Party::named(PartyList::Customer, id, name)
    }
}

pub fn parties() -> Vec<Party> {
    vec![party("L1", "ABENDROTH & SONS POTTERY WORKS LLC"), party("L2", "Ridgeline Pottery Works")]
}

pub fn match_detail(row: &MatchRow) -> MatchDetail {
    let fact = |field: &str, left: &str, right: &str, verdict: &str, bits: &str| EvidenceView {
        field: field.into(),
        left: left.into(),
        right: right.into(),
        left_as: String::new(),
        right_as: String::new(),
        verdict: verdict.into(),
        bits: bits.into(),
    };
    let candidate = |id: &str, name: &str, score: &str| CandidateView {
        list_id: id.into(),
        name: name.into(),
        party: Some(party(id, name)),
        score: score.into(),
        evidence: vec![
            fact("name", &row.name, name, "agrees", "+10.0"),
            fact("phone", "(414) 555-0179", "414-555-0179", "agrees", "+9.4"),
            fact("zip", "53279", "53202", "differs", "-1.2"),
            fact("email", "orders@example.com", "", "unknown", "+0.0"),
        ],
        others: if id == "L2" { vec!["Ridge Branch (4190)".into()] } else { Vec::new() },
    };
    let candidates = if row.decision == "none" {
        Vec::new()
    } else {
        vec![
            candidate("L1", "ABENDROTH & SONS POTTERY WORKS LLC", "+28.8"),
            candidate("L2", "Ridgeline Pottery Works", "-8.5"),
        ]
    };
    MatchDetail {
        row: row.clone(),
        contact: None,
        candidates,
        linked: None,
        proposed_name: row.name.clone(),
        name_notes: Vec::new(),
        documents: Vec::new(),
        house: vec![crate::workflow::links::HouseChoice {
            by: crate::workflow::links::HouseBy::Group,
            value: "Walk-in".into(),
        }],
    }
}

pub fn connect_view() -> ConnectView {
    let proposed = |key: &str, value: &str, sure, set| ProposedRow {
        key: key.into(),
        value: value.into(),
        reason: "The only account of the type Cost of Goods Sold.".into(),
        sure,
        set,
    };
    ConnectView {
        operator: "Dana".into(),
        cin7_url: "https://api.cin7.com/api".into(),
        cin7_username: "harbor".into(),
        cin7_key_set: true,
        timezone: "America/New_York".into(),
        start: "2026-01".into(),
        draft_mode: "pending".into(),
        listen: "127.0.0.1:8085".into(),
        qbwc_user: "countersign".into(),
        qbwc_password_set: false,
        company: String::new(),
        company_waiting: "Harbor Goods LLC".into(),
        frozen: String::new(),
        lists: vec![
            ("Account".into(), 28, "2026-03-12 11:00".into(), String::new()),
            ("Employee".into(), 0, String::new(), "no permission".into()),
        ],
        map: MapProposal {
            rows: vec![
                proposed("account.cogs", "Cost of Goods Sold", true, false),
                proposed("item.sales", "Sales", true, true),
                proposed("terms.45 days EOM", "", false, false),
            ],
            missing: vec!["Surcharge".into()],
            warnings: vec!["1 stock item of QuickBooks uses Inventory Asset too.".into()],
        },
        learnt: vec!["Cin7's tax rate is read as percent (31 documents agree).".into()],
    }
}

pub fn preview() -> BatchPreview {
    BatchPreview {
        count: 3,
        by_kind: vec![("invoices".into(), 2, Cents::new(145_430)), ("bill".into(), 1, Cents::new(245_591))],
        total: Cents::new(391_021),
        posts_at_once: 1,
        goes_pending: 2,
        creates: 2,
        first: Some("2025-12-17".into()),
        last: Some("2026-01-18".into()),
        company: "Harbor Goods LLC".into(),
        ..BatchPreview::default()
    }
}

pub fn proof() -> Proof {
    let row = |kind: &str, month: &str, cin7: i64, quickbooks: i64, unexplained: i64| TotalRow {
        kind: Some(kind.into()),
        cin7_type: "SalesOrder".into(),
        month: Some(month.into()),
        currency: "USD".into(),
        cin7_total: Cents::new(cin7),
        held_back: vec![HeldBack {
            reason: "not_approved".into(),
            count: 1,
            total: Cents::new(cin7 - quickbooks),
        }],
        quickbooks_total: Cents::new(quickbooks),
        difference: Cents::new(unexplained),
        unexplained: Cents::new(unexplained),
        ..TotalRow::default()
    };
    Proof {
        as_of: Some("2026-03-12T15:02:00Z".into()),
        totals: vec![
            row("Invoice", "2026-01", 7_031_146, 25_695, 0),
            row("CreditMemo", "2026-01", 26_251, 5_484, 100),
        ],
        documents: vec![DifferentDocument {
            cin7_type: "CreditNote".into(),
            cin7_id: "612".into(),
            kind: Some("CreditMemo".into()),
            month: Some("2026-01".into()),
            quickbooks_month: Some("2026-01".into()),
            cin7_total: Cents::new(5_484),
            quickbooks_total: Cents::new(5_384),
            cause: "changed by a person in QuickBooks".into(),
            explained: false,
        }],
        ..Proof::default()
    }
}

pub fn history() -> Loaded {
    Loaded::History {
        batches: vec![Batch {
            id: BatchId(1),
            closed_at: "2026-03-12T15:01:00Z".into(),
            closed_by: "Dana".into(),
            count: 3,
            totals: "{}".into(),
            finished: 2,
        }],
        visits: vec![Visit {
            id: 1,
            identity: "countersign".into(),
            opened_at: "2026-03-12T15:01:30Z".into(),
            ended_at: None,
            company: "Harbor Goods LLC".into(),
            requests: 12,
            ended: "closed by the Web Connector".into(),
        }],
    }
}

pub fn event(seq: i64) -> Event {
    Event {
        seq,
        at: "2026-03-12T15:01:00Z".into(),
        actor: "Dana".into(),
        kind: "batch_closed".into(),
        subject: "batch/1".into(),
        body: "{}".into(),
        prev: "aa".into(),
        hash: "bb".into(),
    }
}

/// The one event of the company, where the chain is read from its beginning or its end.
fn events(from: EventsFrom, asked: &Asked) -> EventsPage {
    let begins = matches!(from, EventsFrom::Before(i64::MAX) | EventsFrom::After(0));
    EventsPage {
        from,
        asked: asked.clone(),
        events: if begins { vec![event(9)] } else { Vec::new() },
        names: [("batch/1".to_string(), "batch 1".to_string())].into(),
    }
}

pub fn operation(draft: i64, state: OperationState) -> Operation {
    Operation {
        id: OperationId(draft),
        kind: OperationKind::TxnAdd,
        target: format!("draft/{draft}"),
        draft_id: Some(DraftId(draft)),
        version: Some(1),
        list_add: None,
        list_mod: None,
        posting_key: String::new(),
        expected: String::new(),
        approved_hash: String::new(),
        approved_by: "Dana".into(),
        state,
        batch_id: Some(BatchId(1)),
        attempt: 1,
        rounds: 0,
        status_code: None,
        note: String::new(),
        result_id: None,
        edit_sequence: None,
        done_at: None,
    }
}

/// A problem of the other side.
pub fn problem() -> Problem {
    Problem::new(
        crate::base::problem::Exit::OtherSide,
        "CIN7-401",
        "Cin7 did not accept the user name and key.",
        "Nothing was fetched. The books are not touched.",
        "Press 1 and type the key again.",
    )
}

/// What the store would answer to a load.
/// Some of the settings, always the same ones: a new setting must not change what the screens show here.
fn setting_rows() -> Vec<crate::workflow::settings_view::SettingRow> {
    const SHOWN: [&str; 17] = [
        "start",
        "timezone",
        "draft_mode",
        "tax_mode",
        "rounding_max",
        "merge_lines",
        "cin7_writeback",
        "cin7.url",
        "endpoint.listen",
        "account.inventory_asset",
        "account.cogs",
        "account.ar",
        "item.sales",
        "tax",
        "terms.\"30 days\"",
        "terms.*",
        "prefix.invoice",
    ];
    let mut rows = crate::workflow::settings_view::rows_of(&settings()).unwrap();
    rows.retain(|row| SHOWN.contains(&row.key.as_str()));
    rows
}

/// Settings of a profile that is half set up.
fn settings() -> crate::books::Settings {
    use crate::books::ListRef;
    let mut settings = crate::books::Settings {
        timezone: Zone::named("America/New_York").unwrap(),
        start: Some("2026-01".parse().unwrap()),
        ..crate::books::Settings::default()
    };
    settings.account.inventory_asset = Some(ListRef::new("80000012", "Inventory Asset"));
    settings.terms.insert("30 days".into(), ListRef::new("80000041", "Net 30"));
    settings
}

fn answer(query: &Query) -> Loaded {
    match query {
        Query::Groups(..) => Loaded::Groups(super::sample_home::groups()),
        Query::Status => Loaded::Status(status()),
        Query::Home => Loaded::Home(Box::new(super::sample_home::view())),
        Query::Connect => {
            Loaded::Connect { view: connect_view(), purchase_tax: "account".into(), writeback: false }
        }
        Query::MatchIds(filter) => Loaded::MatchIds(super::sample_matches::list(filter)),
        Query::MatchRows(who) => {
            let wanted = |row: &MatchRow| who.contains(&(row.contact_id, row.role));
            Loaded::MatchRows(contacts().into_iter().filter(wanted).collect())
        }
        Query::Tally(filter, _) => Loaded::Tally(super::sample_matches::tally(filter)),
        Query::MatchDetail(who) => {
            let row = contacts().into_iter().find(|row| row.contact_id == who.0).unwrap();
            Loaded::MatchDetail(Box::new(match_detail(&row)))
        }
        Query::Parties(..) => Loaded::Parties(parties()),
        Query::Sure(_) => Loaded::Sure(super::sample_matches::sure_page()),
        Query::NewName(_, text) => super::sample_matches::name(text),
        Query::Setup => Loaded::Setup(Box::new(super::setup_sample::view())),
        Query::Settings => Loaded::Settings(setting_rows()),
        Query::SettingNames(_) => Loaded::SettingNames(
            ["Cost of Goods Sold", "Cost of Goods Sold:Freight", "Inventory Adjustments", "Sales Discounts"]
                .map(String::from)
                .to_vec(),
        ),
        Query::DraftIds(filter) | Query::DraftIdsAnew(filter) => Loaded::DraftIds(
            drafts()
                .into_iter()
                .filter(|row| filter.states.is_empty() || filter.states.contains(&row.state))
                .map(|row| row.id)
                .collect(),
        ),
        Query::DraftRows(ids) => {
            Loaded::DraftRows(drafts().into_iter().filter(|row| ids.contains(&row.id)).collect())
        }
        Query::DraftDetail(id) => {
            let row = drafts().into_iter().find(|row| row.id == *id).unwrap();
            Loaded::DraftDetail(Box::new(detail(&row)))
        }
        Query::Offers(list, typed) => {
            Loaded::Offers(*list, typed.clone(), crate::tui::sample_entries::offers(*list, typed))
        }
        Query::Look(entry) => Loaded::Look(Box::new(crate::tui::sample_entries::look(entry))),
        Query::Preview => Loaded::Preview(preview()),
        Query::History => history(),
        Query::Views => Loaded::Views(super::sample_home::views()),
        Query::Events { from, asked } => Loaded::Events(events(*from, asked)),
        Query::BatchOperations(batch) => Loaded::BatchOperations(
            *batch,
            [(1, OperationState::Done), (2, OperationState::Unknown)]
                .map(|(id, state)| {
                    BatchLine::of(&operation(id, state), Some(format!("invoice 1030{id} (SO-2400{id})")))
                })
                .to_vec(),
        ),
    }
}

/// Answers loads until none is wished; returns the other effects.
pub fn settle(model: &mut Model, effects: Vec<Effect>) -> Vec<Effect> {
    let mut left = Vec::new();
    let mut queue = effects;
    while !queue.is_empty() {
        let mut next = Vec::new();
        for effect in queue {
            match effect {
                Effect::Load { slot, generation, query } => {
                    next.extend(update(model, Msg::Loaded { slot, generation, result: Ok(answer(&query)) }));
                }
                other => left.push(other),
            }
        }
        queue = next;
    }
    left
}

/// Types keys as a person would, 80 ms apart, with every load answered; returns what else was wished.
pub fn type_keys(model: &mut Model, keys: &str) -> Vec<Effect> {
    let mut left = Vec::new();
    for key in presses(keys) {
        let msg = Msg::Input { event: TerminalEvent::Key(key), at_ms: model.at_ms + 80 };
        let effects = update(model, msg);
        left.extend(settle(model, effects));
    }
    left
}

/// An action ends well.
pub fn done(model: &mut Model, done: Done) -> Vec<Effect> {
    let effects = update(model, Msg::Done { result: Ok(done) });
    settle(model, effects)
}

/// A model on a screen with everything read.
pub fn on(screen: Screen) -> Model {
    sized(screen, 80, 24)
}

/// The same at a size.
pub fn sized(screen: Screen, width: u16, height: u16) -> Model {
    let mut model = model();
    model.size = (width, height);
    let effects = super::update::start(&mut model);
    settle(&mut model, effects);
    if model.screen != screen {
        type_keys(&mut model, &screen.number().to_string());
    }
    model
}
