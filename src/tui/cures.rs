//! What stands in the way of a draft, and where it is cured: one key leads there.
//!
//! Must never cure by itself: it leads to where a person decides. A code without a cure of its own still says what to do.

use super::command::Id;
use super::model::Screen;

/// Where a problem is cured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cure {
    /// Its contact in step 3.
    Contact,
    /// The settings that hold this word.
    Setting(&'static str),
    /// Cin7 itself, then a fetch in step 2.
    Cin7,
    /// Taking the draft back into review.
    Reopen,
    /// A command on the draft itself.
    Run(Id),
    /// Only to be read: nothing here cures it.
    Elsewhere,
}

/// The cure of a reason's code and what to do, in words.
pub fn cure(code: &str) -> (Cure, &'static str) {
    match code {
        "no_match" | "wrong_list" | "contact_inactive" => (Cure::Contact, "Link the contact in step 3."),
        "unknown_gl_code" | "item_without_account" | "inactive_item" | "inventory_item" | "no_sales_item" => {
            (Cure::Setting("item"), "Choose the item in the map.")
        }
        "inactive_account"
        | "account_not_allowed"
        | "mapping_gone"
        | "no_purchase_account"
        | "no_purchase_tax_account"
        | "no_rounding_account" => (Cure::Setting("account"), "Choose the account in the map."),
        "class_gone" => (Cure::Setting("class"), "Choose the class in the map."),
        "no_freight_item" => (Cure::Setting("freight"), "Choose the item for freight."),
        "no_surcharge_item" => (Cure::Setting("surcharge"), "Choose the item for surcharges."),
        "no_discount_item" | "discount_item" => (Cure::Setting("discount"), "Choose the item for discounts."),
        "no_rounding_item" => (Cure::Setting("rounding"), "Choose the item for rounding."),
        "not_a_tax_item"
        | "no_tax_item"
        | "no_tax_code"
        | "tax_item_incomplete"
        | "tax_rule_ambiguous"
        | "no_tax_line_item"
        | "untaxed_part"
        | "sales_tax_off" => (Cure::Setting("tax"), "Choose the tax item or code."),
        "unknown_terms" => (Cure::Setting("terms"), "Choose the terms in the map."),
        "before_start" => (Cure::Setting("start"), "It is dated before the first month, which is a setting."),
        "foreign_currency" | "no_exchange_rate" => {
            (Cure::Setting("currency"), "It is in a foreign currency; a setting and the party decide.")
        }
        "excluded" => (Cure::Reopen, "Take it back into review."),
        "changed_in_cin7" => (Cure::Reopen, "Read what changed, take it up again and approve it anew."),
        "closing_date" | "tax_filed" => (
            Cure::Elsewhere,
            "Its period is closed in QuickBooks. A person there must open it, or it stays out.",
        ),
        "no_supplier_credit_number" => (Cure::Run(Id::Number), "Type the supplier's number."),
        "edited_in_quickbooks" | "gone_from_quickbooks" | "differs_in_quickbooks" => {
            (Cure::Run(Id::ShowChange), "Look at what changed and say how it is settled.")
        }
        _ => (Cure::Cin7, "Correct it in Cin7, then fetch in step 2."),
    }
}

/// Which key leads there from a screen, in words.
pub fn key(code: &str, screen: Screen) -> &'static str {
    match (cure(code).0, screen) {
        (Cure::Elsewhere, _) => "",
        // `c` closes the batch there.
        (_, Screen::HandOff) => "Step 4 leads there.",
        (Cure::Reopen | Cure::Run(_), Screen::Fetch) => "Step 4 leads there.",
        (Cure::Reopen | Cure::Run(_), _) => "Press c.",
        _ => "Press c to go there.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_a_cure_and_one_that_is_not_known_is_corrected_in_cin7() {
        for code in ["no_match", "unknown_gl_code", "closing_date", "excluded", "something_new"] {
            assert!(cure(code).1.len() > 10, "{code}");
        }
        assert_eq!(cure("something_new").0, Cure::Cin7);
        assert_eq!(cure("no_match").0, Cure::Contact);
    }
}
