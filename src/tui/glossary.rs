//! The bookkeeping words as this program uses them.
//!
//! Must never use a word that is not explained here where a bookkeeper would stumble over it. Outcome words: design
//! section 1; draft and approved: design 4.4; roll-forward: design section 3.

/// A word and what it means here, in alphabetical order.
pub const GLOSSARY: &[(&str, &str)] = &[
    (
        "accrual",
        "A journal for goods that came in before their bill did. Offered at month end, never made by itself.",
    ),
    (
        "adjustment",
        "A correction of stock in Cin7. It becomes one journal: inventory against the account of its reason.",
    ),
    (
        "approve",
        "You countersign a draft exactly as it is shown. If it changes afterwards, your approval is gone.",
    ),
    ("attention", "Something stands in the way of a draft. The detail says what, and which key cures it."),
    ("batch", "What was approved, closed with a control word and handed to the Web Connector together."),
    ("bill", "A supplier's invoice in QuickBooks, made from a Cin7 purchase order."),
    (
        "closing date",
        "Nothing dated on or before it may change. QuickBooks keeps it; this program honours it.",
    ),
    (
        "COGS",
        "Cost of goods sold. One journal a month: unit cost times the quantity that left, less returns.",
    ),
    ("control word", "Four letters to type before something that cannot be undone. New each time."),
    ("credit memo", "A customer's credit in QuickBooks, made from a Cin7 credit note."),
    ("document", "What Cin7 holds: a sales order, a purchase order, a credit note, an adjustment."),
    (
        "draft",
        "What a document would become in QuickBooks, line by line. Nothing is sent before you approve it.",
    ),
    ("edited in QuickBooks", "Somebody changed in QuickBooks what we wrote. It is never overwritten."),
    ("exclude", "A document that will not be booked from here, with the reason. It stays listed."),
    ("finalise", "A pending sale becomes a posted one. The second act of step 5."),
    (
        "frozen",
        "Nothing is written to QuickBooks until a person has looked: the company file does not fit our memory.",
    ),
    (
        "gone from QuickBooks",
        "We posted it, and it is not there any more. It is never added again by itself.",
    ),
    ("hand off", "The closed batch waits for the Web Connector, which carries it into QuickBooks."),
    ("held", "You said: not now. The draft waits without being forgotten."),
    ("house customer", "One QuickBooks customer that many Cin7 contacts are billed to, by a rule you made."),
    ("journal", "Debits and credits without a customer or vendor: COGS, adjustments, landing costs."),
    ("landing cost", "Freight, duty and the like that make goods dearer. It raises inventory."),
    ("ledger date", "The day a transaction counts in the books, in the company's time zone."),
    (
        "link",
        "This Cin7 contact is that QuickBooks customer or vendor. Kept by id, so a new name does no harm.",
    ),
    ("map", "Which account, item, tax and class stands for what Cin7 has."),
    ("mark", "A sign of ours in each transaction, by which it is found again. It ends the memo: [C7:...]."),
    ("pending", "In QuickBooks, but not in the ledger: it changes no balance until it is finalised."),
    ("perpetual", "Bills raise inventory and COGS lowers it, all year. The other way is periodic."),
    ("posted", "In the ledger of QuickBooks, confirmed by QuickBooks itself."),
    ("proof", "Cin7's totals beside QuickBooks' totals, every difference explained by documents."),
    ("ready", "Everything checks out; the draft waits for your approval."),
    ("refused", "QuickBooks did not take it. Its own words stand beside the draft; nothing was booked."),
    ("roll-forward", "Opening inventory, what came in, what left, closing inventory, month by month."),
    ("true-up", "A journal that forces inventory to another value. Its own action, never part of a batch."),
    ("unknown", "It was sent and no answer came. QuickBooks is asked before anything is sent again."),
    ("vendor credit", "A supplier's credit in QuickBooks."),
    ("visit", "The Web Connector comes, asks for work, carries it to QuickBooks and brings the answers."),
    ("Web Connector", "A program of Intuit beside QuickBooks. It calls us; we never call it."),
    (
        "write-back",
        "We tell Cin7 that a document was imported. Without it Cin7 shows no cost for its orders.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Outcome;

    #[test]
    fn the_words_stand_in_order_and_each_says_something() {
        for pair in GLOSSARY.windows(2) {
            assert!(
                pair[0].0.to_lowercase() < pair[1].0.to_lowercase(),
                "{} before {}",
                pair[0].0,
                pair[1].0
            );
        }
        for (word, means) in GLOSSARY {
            assert!(means.len() > 30 && means.ends_with('.'), "{word}");
        }
    }

    #[test]
    fn every_word_about_the_far_side_is_explained() {
        for outcome in [Outcome::Posted, Outcome::Refused, Outcome::Unknown] {
            assert!(GLOSSARY.iter().any(|(word, _)| *word == outcome.word()), "{}", outcome.word());
        }
        for outcome in [Outcome::EditedInQuickBooks, Outcome::GoneFromQuickBooks] {
            assert!(GLOSSARY.iter().any(|(word, _)| *word == outcome.word()), "{}", outcome.word());
        }
    }
}
