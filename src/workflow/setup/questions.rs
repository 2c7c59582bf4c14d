//! The questions that decide money, in a bookkeeper's words, each with what every answer means for the books.
//!
//! Must never take a default for an answer: a question is answered when a person chose, or when the settings say
//! something else than the default, which only a person can have written (design 4.4, 4.5, 8.2, 8.5, 8.6, 8.8, 8.13).

use crate::books::Settings;
use crate::books::settings::{DraftMode, FirstMonth, InventoryMethod, PurchaseTax, TaxMode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One answer that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// What the setting gets; empty = it stays as it is, and that is the answer.
    pub value: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// What it means for the books.
    pub means: &'static str,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The setting that it decides.
    pub key: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// The question itself.
    pub text: &'static str,
    /// What can be chosen.
    pub answers: Vec<Answer>,
    /// How a typed answer looks; empty where it is only chosen.
    pub typed: &'static str,
    /// What the settings say now; empty = nothing.
    pub value: String,
    /// Whether a person has answered.
    pub answered: bool,
    /// Who did, where it was answered here.
    pub by: String,
}

impl Question {
    /// The present answer in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let chosen = self.answers.iter().find(|answer| answer.value == self.value);
        match chosen {
            Some(answer) => answer.title.to_string(),
            None if self.value.is_empty() => "nothing".to_string(),
            None => self.value.clone(),
        }
    }
}

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Kept {
    pub value: String,
    pub by: String,
    pub at: String,
}

/// Answers by setting.
pub type Answers = BTreeMap<String, Kept>;

const fn answer(value: &'static str, title: &'static str, means: &'static str) -> Answer {
    Answer { value, title, means }
}

/// All questions as they stand.
#[must_use]
pub fn questions(settings: &Settings, answers: &Answers) -> Vec<Question> {
    let mut all = vec![start(), draft_mode(), tax_mode(), filed_through(), purchase_tax(), inventory()];
    all.extend([opening(), first_month(), writeback(), rounding()]);
    let plain = Settings::default();
    for question in &mut all {
        question.value = value_of(question.key, settings);
        let kept = answers.get(question.key).filter(|kept| kept.value == question.value);
        question.by = kept.map(|kept| kept.by.clone()).unwrap_or_default();
        question.answered = kept.is_some() || question.value != value_of(question.key, &plain);
    }
    all
}

/// What a setting of the questions says now, as it is typed.
#[must_use]
pub fn value_of(key: &str, settings: &Settings) -> String {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_string();
    match key {
        "start" => settings.start.map(|month| month.to_string()).unwrap_or_default(),
        "draft_mode" => word(serde_json::json!(settings.draft_mode)),
        "tax_mode" => word(serde_json::json!(settings.tax_mode)),
        "tax_filed_through" => settings.tax_filed_through.map(|day| day.to_string()).unwrap_or_default(),
        "purchase_tax" => word(serde_json::json!(settings.purchase_tax)),
        "inventory_method" => word(serde_json::json!(settings.inventory_method)),
        "inventory.opening" => settings.inventory.opening.map(|cents| cents.to_string()).unwrap_or_default(),
        "cogs.first_month" => word(serde_json::json!(settings.cogs.first_month)),
        "cin7_writeback" => settings.cin7_writeback.to_string(),
        "rounding_max" => settings.rounding_max.to_string(),
        _ => String::new(),
    }
}

fn question(
    key: &'static str,
    title: &'static str,
    text: &'static str,
    typed: &'static str,
    answers: Vec<Answer>,
) -> Question {
    Question { key, title, text, answers, typed, value: String::new(), answered: false, by: String::new() }
}

fn start() -> Question {
    question(
        "start",
        "First month",
        "From which month on does Countersign post? Documents dated earlier are never touched, whatever they say.",
        "YYYY-MM",
        vec![answer(
            "",
            "No first month",
            "Every document of Cin7 is a candidate, also those booked long ago.",
        )],
    )
}

fn draft_mode() -> Question {
    let words = [(DraftMode::Pending, "pending"), (DraftMode::Post, "post")];
    debug_assert!(words.iter().all(|(mode, word)| serde_json::json!(mode) == *word));
    question(
        "draft_mode",
        "How sales go in",
        "Invoices and credit memos can wait in QuickBooks before they count. Bills cannot: they post at once.",
        "",
        vec![
            answer(
                "pending",
                "Pending",
                "They change no account until a person finalises them, in QuickBooks or in step 5.",
            ),
            answer(
                "post",
                "Posted at once",
                "Receivables, income and sales tax change as soon as the Web Connector hands them in.",
            ),
        ],
    )
}

fn tax_mode() -> Question {
    debug_assert!(serde_json::json!(TaxMode::TaxItem) == "tax_item");
    question(
        "tax_mode",
        "Sales tax on sales",
        "Who computes the sales tax of an invoice, and which report shows it?",
        "",
        vec![
            answer(
                "quickbooks",
                "QuickBooks computes it",
                "From the tax item of the invoice; Cin7's tax must tie to the cent or the draft waits. The liability report is right.",
            ),
            answer(
                "tax_item",
                "Cin7's figure, by agency",
                "Cin7's tax stands on lines of its own with your tax items: the cents tie and the liability report shows the agency.",
            ),
            answer(
                "line",
                "Cin7's figure, own account",
                "Cin7's tax goes to a liability that is not Sales Tax Payable. The sales tax liability report will not show it.",
            ),
        ],
    )
}

fn filed_through() -> Question {
    question(
        "tax_filed_through",
        "Sales tax filed through",
        "Up to which day is sales tax filed? No taxed sale of that day or before is sent. QuickBooks does not tell the day.",
        "YYYY-MM-DD",
        vec![answer(
            "",
            "None to guard",
            "Taxed sales of any open day can go in, also into a month whose return is filed.",
        )],
    )
}

fn purchase_tax() -> Question {
    debug_assert!(serde_json::json!(PurchaseTax::Cost) == "cost");
    question(
        "purchase_tax",
        "Tax on purchases",
        "Where does the tax on a supplier's bill go?",
        "",
        vec![
            answer(
                "account",
                "An account of its own",
                "It stands apart and can be reviewed; the stock keeps its price without tax.",
            ),
            answer(
                "cost",
                "Part of the cost",
                "It is spread over the lines by value and becomes part of the stock's cost.",
            ),
        ],
    )
}

fn inventory() -> Question {
    debug_assert!(serde_json::json!(InventoryMethod::Periodic) == "periodic");
    question(
        "inventory_method",
        "Stock in the books",
        "Does every purchase raise the inventory account, or is stock counted at period end?",
        "",
        vec![
            answer(
                "perpetual",
                "Perpetual",
                "Bills raise the inventory account; each month's cost journal lowers it.",
            ),
            answer(
                "periodic",
                "Periodic",
                "Bills go to an expense account; the inventory account changes only by your own journal.",
            ),
        ],
    )
}

fn opening() -> Question {
    question(
        "inventory.opening",
        "Inventory before we begin",
        "What did the inventory account hold on the evening before the first month? Look at that day's balance sheet.",
        "an amount, such as 48210.55",
        vec![answer(
            "",
            "Not yet",
            "Documents are posted all the same; the roll-forward of step 6 has no opening and proves less.",
        )],
    )
}

fn first_month() -> Question {
    debug_assert!(serde_json::json!(FirstMonth::Ours) == "ours");
    question(
        "cogs.first_month",
        "Cost of the first month",
        "Has Cin7's own accounting module posted cost of goods sold for the first month already?",
        "",
        vec![
            answer(
                "ours",
                "No, it is ours",
                "The cost journal of the first month is drafted here. If Cin7 posted it too, cost stands twice.",
            ),
            answer(
                "cin7",
                "Yes, Cin7 posted it",
                "Nothing is drafted for the first month. If Cin7 did not post it, its cost is missing.",
            ),
            answer(
                "ask",
                "Ask me with the figures",
                "The journal of the first month waits in step 4 and shows what would be posted.",
            ),
        ],
    )
}

fn writeback() -> Question {
    question(
        "cin7_writeback",
        "Tell Cin7 what was imported",
        "Cin7 computes the cost of a document only once it is marked Imported or Do Not Import. May Countersign mark what QuickBooks has confirmed?",
        "",
        vec![
            answer(
                "false",
                "No",
                "Nothing is ever written to Cin7. Mark the documents there yourself, or their cost stays `not computed yet`.",
            ),
            answer(
                "true",
                "Yes",
                "Only the accounting import status, only of documents that QuickBooks confirmed.",
            ),
        ],
    )
}

fn rounding() -> Question {
    question(
        "rounding_max",
        "Largest rounding line",
        "By how much may a visible rounding line level a document? Anything larger waits for a person.",
        "an amount, such as 0.05",
        vec![answer("0.05", "5 cents", "The usual. Every rounding line is counted at month end.")],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_no_answer_until_a_person_keeps_it() {
        let settings = Settings::default();
        let open = questions(&settings, &Answers::new());
        assert!(open.iter().all(|question| !question.answered));
        let kept = Kept { value: "pending".into(), by: "Ann".into(), at: String::new() };
        let answered = questions(&settings, &Answers::from([("draft_mode".into(), kept)]));
        let mode = answered.iter().find(|question| question.key == "draft_mode").unwrap();
        assert!(mode.answered && mode.by == "Ann" && mode.in_words() == "Pending");
    }

    #[test]
    fn what_the_settings_say_otherwise_was_chosen_and_a_later_change_by_hand_stands() {
        let settings = Settings { draft_mode: DraftMode::Post, ..Settings::default() };
        let kept = Kept { value: "pending".into(), by: "Ann".into(), at: String::new() };
        let all = questions(&settings, &Answers::from([("draft_mode".into(), kept)]));
        let mode = all.iter().find(|question| question.key == "draft_mode").unwrap();
        assert!(mode.answered && mode.by.is_empty() && mode.value == "post");
    }

    #[test]
    fn every_question_is_a_setting_and_every_answer_says_what_it_means() {
        for question in questions(&Settings::default(), &Answers::new()) {
            assert!(crate::workflow::settings_view::kind_of(question.key).is_some(), "{}", question.key);
            assert!(!question.answers.is_empty());
            assert!(question.answers.iter().all(|answer| answer.means.len() > 20), "{}", question.key);
            let known = question.answers.iter().any(|answer| answer.value == question.value);
            assert!(known || !question.typed.is_empty(), "{} = {}", question.key, question.value);
        }
    }
}
