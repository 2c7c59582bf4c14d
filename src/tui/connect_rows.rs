//! The Connect screen as rows: what is known, what is missing, what to press.
//!
//! Must never guess an answer about money: such questions are asked in words, with what each answer means.

use super::finding;
use super::model::ConnectState;
use crate::books::find::lists::SETUP;
use crate::workflow::connect::ConnectView;

/// What Enter does on a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// The wizard.
    FirstDay,
    Doctor,
    Operator,
    Cin7User,
    Cin7Key,
    TestCin7,
    Qwc,
    Password,
    Company,
    Lists,
    DraftMode,
    PurchaseTax,
    Start,
    Timezone,
    Writeback,
    AllSettings,
    /// A key of the map.
    Map(String),
    /// Only to be read.
    Note,
}

/// How a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Done,
    Todo,
    Proposed,
    Warning,
    Plain,
    Heading,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub field: Field,
    pub mark: Mark,
    pub label: String,
    pub value: String,
    /// Shown below when the cursor is on it.
    pub more: String,
}

fn row(field: Field, done: bool, label: &str, value: impl Into<String>, more: impl Into<String>) -> Row {
    let mark = if done { Mark::Done } else { Mark::Todo };
    Row { field, mark, label: label.into(), value: value.into(), more: more.into() }
}

fn plain(field: Field, label: &str, value: &str, more: &str) -> Row {
    Row { field, mark: Mark::Plain, label: label.into(), value: value.into(), more: more.into() }
}

fn heading(text: &str, more: &str) -> Row {
    Row {
        field: Field::Note,
        mark: Mark::Heading,
        label: text.into(),
        value: String::new(),
        more: more.into(),
    }
}

fn or<'a>(text: &'a str, missing: &'a str) -> &'a str {
    if text.is_empty() { missing } else { text }
}

/// The rows of the screen that its filter line leaves.
pub fn rows(state: &ConnectState) -> Vec<Row> {
    let mut rows = all(state);
    let asked = finding::asked(&SETUP, &state.text);
    rows.retain(|row| finding::has_setup(&asked, row));
    rows
}

/// How many things are still to be done by a person. A list that QuickBooks refuses to show stops nothing.
pub fn missing(state: &ConnectState) -> usize {
    let refused = |row: &Row| row.field == Field::Lists && row.value.starts_with("refused");
    let open = |row: &&Row| matches!(row.mark, Mark::Todo | Mark::Proposed) && !refused(row);
    all(state).iter().filter(open).count()
}

fn all(state: &ConnectState) -> Vec<Row> {
    let Some(view) = &state.view else { return Vec::new() };
    let mut rows = Vec::new();
    you_and_cin7(view, &mut rows);
    quickbooks(view, &mut rows);
    money(view, state, &mut rows);
    map(view, &mut rows);
    rows
}

fn you_and_cin7(view: &ConnectView, rows: &mut Vec<Row>) {
    rows.push(heading("You and Cin7", "Who decides here, and how Cin7 is reached."));
    rows.push(row(
        Field::Operator,
        !view.operator.is_empty(),
        "Your name",
        or(&view.operator, "not told yet"),
        "It stands under every decision. Enter to type it.",
    ));
    rows.push(row(
        Field::Cin7User,
        !view.cin7_username.is_empty(),
        "Cin7 user",
        or(&view.cin7_username, "not set"),
        format!("API user of {}. Enter to type it.", view.cin7_url),
    ));
    rows.push(row(
        Field::Cin7Key,
        view.cin7_key_set,
        "Cin7 key",
        if view.cin7_key_set { "kept, not shown" } else { "not set" },
        "Enter to type or paste it. It is kept where only you can read it.",
    ));
    rows.push(plain(
        Field::TestCin7,
        "Test Cin7",
        "press t",
        "Asks each Cin7 list for one row and says which rights are missing.",
    ));
    for text in &view.learnt {
        rows.push(note("Learnt", text));
    }
}

fn note(label: &str, text: &str) -> Row {
    Row { field: Field::Note, mark: Mark::Plain, label: label.into(), value: text.into(), more: text.into() }
}

fn quickbooks(view: &ConnectView, rows: &mut Vec<Row>) {
    rows.push(heading(
        "QuickBooks and its Web Connector",
        "The program beside QuickBooks that fetches what you approve, on the QuickBooks computer.",
    ));
    rows.push(row(
        Field::Password,
        view.qbwc_password_set,
        "Web Connector password",
        if view.qbwc_password_set { "made, not shown" } else { "none yet" },
        "Press p to make a new one. It is shown once; type it into the Web Connector.",
    ));
    rows.push(Row {
        field: Field::Qwc,
        mark: Mark::Plain,
        label: "Web Connector file".into(),
        value: format!("press w; user {}, listening on {}", view.qbwc_user, view.listen),
        more: "Writes the .QWC file into the exports folder. Open it on the QuickBooks computer with the Web Connector. W shows it here.".into(),
    });
    if view.company_waiting.is_empty() {
        rows.push(row(
            Field::Company,
            !view.company.is_empty(),
            "Company file",
            or(&view.company, "not seen yet"),
            "The first visit of the Web Connector shows which company file is open.",
        ));
    } else {
        rows.push(row(
            Field::Company,
            false,
            "Company file",
            format!("{} waits for you", view.company_waiting),
            "Press c to confirm that this is the company file of these books. Until then nothing is written.",
        ));
    }
    if !view.frozen.is_empty() {
        rows.push(Row {
            field: Field::Note,
            mark: Mark::Warning,
            label: "Frozen".into(),
            value: view.frozen.clone(),
            more: view.frozen.clone(),
        });
    }
    for (name, count, pulled, refused) in &view.lists {
        let value = match (refused.is_empty(), pulled.is_empty()) {
            (false, _) => format!("refused: {refused}"),
            (true, true) => "not pulled yet".into(),
            (true, false) => format!("{count:>6}  pulled {pulled}"),
        };
        rows.push(row(
            Field::Lists,
            refused.is_empty() && !pulled.is_empty(),
            name,
            value,
            "QuickBooks' lists come with a visit of the Web Connector.",
        ));
    }
}

fn money(view: &ConnectView, state: &ConnectState, rows: &mut Vec<Row>) {
    rows.push(heading(
        "Questions that decide money",
        "Answer these before the first batch. Each says what the answer means.",
    ));
    let pending = view.draft_mode.eq_ignore_ascii_case("pending");
    rows.push(row(
        Field::DraftMode,
        !view.draft_mode.is_empty(),
        "Sales go in as",
        if pending { "pending: they post when finalised" } else { "posted at once" },
        "Pending sales post nothing until a person finalises them, in QuickBooks or in step 5. Enter to choose.",
    ));
    rows.push(row(
        Field::PurchaseTax,
        true,
        "Tax on purchases",
        if state.purchase_tax == "cost" { "part of the cost" } else { "to an account of its own" },
        "Where the tax on a supplier's bill goes. Enter to choose.",
    ));
    rows.push(row(
        Field::Start,
        !view.start.is_empty(),
        "First month",
        or(&view.start, "not set"),
        "Documents with an earlier date are never touched. Enter to type YYYY-MM.",
    ));
    rows.push(row(
        Field::Timezone,
        !view.timezone.is_empty() && view.timezone != "UTC",
        "Company's time zone",
        view.timezone.clone(),
        "It decides on which day, and so in which month, a document falls. Enter to type it.",
    ));
    rows.push(row(
        Field::Writeback,
        true,
        "Tell Cin7 what was imported",
        if state.writeback { "yes" } else { "no: nothing is written to Cin7" },
        "Cin7 computes cost of goods only for documents marked Imported or DoNotImport. Enter to choose.",
    ));
}

fn map(view: &ConnectView, rows: &mut Vec<Row>) {
    rows.push(Row {
        field: Field::AllSettings,
        mark: Mark::Plain,
        label: "All settings".into(),
        value: "press S".into(),
        more:
            "Every setting with its meaning; accounts, items and classes are picked from QuickBooks' lists."
                .into(),
    });
    rows.push(plain(
        Field::FirstDay,
        "First day, step by step",
        "press i",
        "Everything between an empty profile and a trial in QuickBooks: what is done and what is next.",
    ));
    rows.push(plain(
        Field::Doctor,
        "Is everything right?",
        "press D",
        "Looks at settings, Cin7, QuickBooks and the last visit; each finding says what to do.",
    ));
    rows.push(heading("Accounts, items and tax", "What each figure of Cin7 becomes in QuickBooks. Proposals carry their reason; a takes over those that are sure."));
    if view.map.rows.is_empty() {
        rows.push(note("Map", "comes when the lists are pulled"));
    }
    for proposed in &view.map.rows {
        let mark = match (proposed.set, proposed.sure && !proposed.value.is_empty()) {
            (true, _) => Mark::Done,
            (false, true) => Mark::Proposed,
            (false, false) => Mark::Todo,
        };
        let value = match mark {
            Mark::Proposed => format!("{} (proposed: press a)", proposed.value),
            Mark::Todo if proposed.value.is_empty() => "nothing fits: press e".to_string(),
            Mark::Todo => format!("{}? (not sure: press e)", proposed.value),
            _ => proposed.value.clone(),
        };
        rows.push(Row {
            field: Field::Map(proposed.key.clone()),
            mark,
            label: proposed.key.clone(),
            value,
            more: proposed.reason.clone(),
        });
    }
    for name in &view.map.missing {
        rows.push(Row {
            field: Field::Note,
            mark: Mark::Proposed,
            label: "Missing item".into(),
            value: format!("{name} (will be created: press a)"),
            more: "It is offered as an approved Add and made at the next hand-off.".into(),
        });
    }
    for text in &view.map.warnings {
        rows.push(Row {
            field: Field::Note,
            mark: Mark::Warning,
            label: "Look at this".into(),
            value: text.clone(),
            more: text.clone(),
        });
    }
}
