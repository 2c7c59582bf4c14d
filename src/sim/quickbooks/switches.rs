//! The guesses about QuickBooks, each a switch, so that the program can be tried both ways.
//!
//! Must name the page that marks it unsure; a fact that is sure is no switch.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a query by id answers for something that is gone (`exactly-once.md` ruling 8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MissingId {
    /// 500 Warn.
    #[default]
    Warn500,
    /// 3120 Error.
    Error3120,
    /// 1 Info.
    Info1,
}

/// How the simulated company behaves where the pages do not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Switches {
    /// An element that the US edition lacks gives 530 and is ignored; else the set is unreadable (`qbxml.md` 1, fact 3).
    pub us_element_530: bool,
    /// Stamps carry the winter offset all year (`qbxml.md` 1, fact 12).
    pub winter_offset: bool,
    /// IANA zone of the QuickBooks machine; without it the seed's fixed offset.
    pub zone: Option<String>,
    /// A stale Mod answers with the current object (`qbxml.md` 1, fact 5).
    pub stale_mod_carries_ret: bool,
    /// ExternalGUID comes back in answers (`web-connector.md` 7).
    pub guid_comes_back: bool,
    /// A second Add with the same ExternalGUID is refused (`exactly-once.md` 1.3: guess no).
    pub guid_is_unique: bool,
    /// Longest message-set id: 23 by one page, 24 by another (`qbxml.md` 9).
    pub set_id_limit: usize,
    /// How many message-set records are kept; `None` keeps all (`web-connector.md` 7).
    pub set_records_kept: Option<usize>,
    /// A status check of an unknown id leaves an empty record behind (`exactly-once.md` 1.1).
    pub status_check_leaves_record: bool,
    /// A replay carries the whole object instead of ErrorRecovery (`qbxml.md` 9).
    pub replay_carries_ret: bool,
    /// Sales tax is rounded per line and component instead of once per component (`design.md` 8.6).
    pub tax_rounded_by_line: bool,
    /// A discount item books minus its absolute amount (`qbxml.md` 10).
    pub discount_is_negated: bool,
    /// Amounts of transaction rows count credits as positive (a guess: `qbxml.md` 7 does not say).
    pub credits_are_positive: bool,
    /// A purchase line whose amount is not quantity times cost is refused; else recomputed (`qbxml.md` 10).
    pub purchase_mismatch_refused: bool,
    /// A closing password is set, so that dates on or before the closing date fail (`qbxml.md` 10).
    pub closing_password: bool,
    /// A transaction that another is linked to cannot be deleted (`qbxml.md` 10: do not Mod or Del; whether QuickBooks
    /// refuses or unlinks is a guess).
    pub linked_stay: bool,
    /// A reference to an inactive entry is refused (`exactly-once.md` ruling 12).
    pub inactive_refused: bool,
    /// What a query by id answers for something that is gone.
    pub missing_id: MissingId,
    /// A value outside its list makes the set unreadable instead of 3110 (`qbxml.md` 1, fact 2).
    pub bad_enum_is_unreadable: bool,
    /// Answers carry an unknown extra element (`qbxml.md` 15).
    pub extra_elements: bool,
    /// Highest qbXML version spoken, ten times (`qbxml.md` 2).
    pub highest_version: u32,
    /// Most names that fit into the four name lists together; beyond it an Add fails.
    pub name_capacity: u32,
    /// Seconds that the clock moves on after each message set, where nobody sets it.
    pub seconds_per_set: i64,
    /// Preference: journals without a number get the next one.
    pub numbers_journals: bool,
    /// Only one receivable or payable line per journal (`qbxml.md` 10).
    pub one_receivable_line: bool,
    /// Preference: multi-currency is on; the home currency is the US dollar.
    pub multi_currency: bool,
    /// Customers and vendors in another currency: FullName and QuickBooks' name of the currency.
    pub foreign_names: BTreeMap<String, String>,
}

impl Default for Switches {
    fn default() -> Self {
        Switches {
            us_element_530: false,
            winter_offset: false,
            zone: None,
            stale_mod_carries_ret: true,
            guid_comes_back: true,
            guid_is_unique: false,
            set_id_limit: 23,
            set_records_kept: None,
            status_check_leaves_record: false,
            replay_carries_ret: false,
            tax_rounded_by_line: false,
            discount_is_negated: true,
            credits_are_positive: false,
            purchase_mismatch_refused: true,
            closing_password: true,
            linked_stay: true,
            inactive_refused: true,
            missing_id: MissingId::default(),
            bad_enum_is_unreadable: false,
            extra_elements: false,
            highest_version: 160,
            name_capacity: 14_500,
            seconds_per_set: 1,
            numbers_journals: true,
            one_receivable_line: true,
            multi_currency: false,
            foreign_names: BTreeMap::new(),
        }
    }
}
