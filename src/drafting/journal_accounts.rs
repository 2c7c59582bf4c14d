//! The accounts of journal lines: chosen in the settings, or meant by a GL code, and why.
//!
//! Must never let a journal line hit a receivable or payable account (QuickBooks wants a name there, `qbxml.md` 10),
//! Sales Tax Payable (design 4.1) or an inactive account, nor choose between two accounts that fit equally.

use super::context::Context;
use super::lists::{SALES_TAX_PAYABLE, reference};
use super::reason::Reasons;
use crate::base::Cents;
use crate::books::{Account, AccountType, Line, ListRef, Role};

/// An account and why it is hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// The account.
    pub account: ListRef,
    /// Why, in words.
    pub why: String,
}

/// The account that a setting names. `key` is the setting's dotted key, `missing` the code of the reason where nothing
/// is chosen, `what` the purpose in words.
pub fn of_setting(
    key: &str,
    what: &str,
    missing: &'static str,
    wanted: Option<&ListRef>,
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) -> Option<Booked> {
    let Some(wanted) = wanted else {
        reasons.block(missing, "", format!("No QuickBooks account is chosen for {what} (setting {key})."));
        return None;
    };
    let Some(account) = ctx.lists.account(wanted) else {
        reasons.block(
            "mapping_gone",
            "",
            format!("`{}`, chosen in setting {key}, is not in QuickBooks any more.", wanted.name),
        );
        return None;
    };
    booked(account, format!("the account for {what} (setting {key})"), reasons)
}

/// The account that a GL code means: mapped in the settings, of that number, or of that name. `whose` says in words who
/// set the code, `field` is Cin7's name of it.
pub fn of_code(
    code: &str,
    whose: &str,
    field: &'static str,
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) -> Option<Booked> {
    let lists = ctx.lists;
    let mapped = ctx.settings.gl.get(code).and_then(|entry| entry.account.as_ref());
    let found = match mapped {
        Some(wanted) => match lists.account(wanted) {
            Some(account) => Some((account, "mapped in the settings")),
            None => {
                let key = format!("gl.{code}.account");
                let text =
                    format!("`{}`, chosen in setting {key}, is not in QuickBooks any more.", wanted.name);
                reasons.block("mapping_gone", field, text);
                return None;
            }
        },
        None => lists
            .account_by_number(code)
            .map(|account| (account, "the account of that number"))
            .or_else(|| lists.account_by_name(code).map(|account| (account, "the account of that name"))),
    };
    let Some((account, how)) = found else {
        let text = format!(
            "GL code {code} ({whose}): no account in QuickBooks is mapped to it or has that number or name."
        );
        reasons.block("unknown_gl_code", field, text);
        return None;
    };
    booked(account, format!("GL code {code} {whose}: {how}"), reasons)
}

/// The account, where a journal line may hit it.
pub fn booked(account: &Account, why: String, reasons: &mut Reasons) -> Option<Booked> {
    let name = &account.full_name;
    if !account.active {
        reasons.block("inactive_account", "", format!("The account `{name}` is inactive in QuickBooks."));
        return None;
    }
    let needs_name = matches!(
        account.kind,
        AccountType::AccountsPayable | AccountType::AccountsReceivable | AccountType::NonPosting
    );
    if needs_name || account.special == SALES_TAX_PAYABLE {
        reasons.block("account_not_allowed", "", format!("A journal line of ours cannot post to `{name}`."));
        return None;
    }
    Some(Booked { account: reference(&account.id, name), why })
}

/// A journal line; a positive amount is a debit.
#[must_use]
pub fn line(role: Role, booked: &Booked, class: Option<&ListRef>, amount: Cents, text: &str) -> Line {
    Line {
        role,
        item: None,
        account: booked.account.clone(),
        class: class.cloned(),
        amount,
        quantity: None,
        rate: None,
        text: text.to_string(),
        tax_code: None,
        taxable: false,
        why: booked.why.clone(),
    }
}

/// Class of a branch, where class tracking is on. A class that is gone is told and left out.
pub fn class_of_branch(branch: i64, ctx: &Context<'_>, reasons: &mut Reasons) -> Option<ListRef> {
    if !ctx.preferences.class_tracking {
        return None;
    }
    let wanted = ctx.settings.branch.get(&branch.to_string())?.class.as_ref()?;
    match ctx.lists.class(wanted) {
        Some(class) if class.active => Some(reference(&class.id, &class.full_name)),
        _ => {
            let text = format!("The class `{}` of the branch is not active in QuickBooks.", wanted.name);
            reasons.block("class_gone", "branchId", text);
            None
        }
    }
}
