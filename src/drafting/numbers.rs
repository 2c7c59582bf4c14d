//! RefNumber and memo: unique, readable, findable (`cin7-quickbooks-integration.md` 2.5, design 8.10).
//!
//! Must never rely on QuickBooks to refuse a number that is taken: it accepts duplicates (`qbxml.md` fact 8).

use super::reason::Reasons;
use super::texts::Fitter;
use crate::base::digest;
use crate::books::settings::PrefixSettings;
use crate::books::{PartyRef, TxnKind};
use crate::orders::{Document, DocumentType};

/// The two characters after `~` are drawn from these (design 8.10).
const MARKS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Marks tried before a person is asked.
const ATTEMPTS: u32 = 36;
/// Longest memo of ours; the tag is added when the request is written.
const MEMO: usize = 4000;

/// The RefNumber of a document. `taken` says whether another document of ours or of QuickBooks has it: per kind, for
/// bills and vendor credits per vendor.
pub fn ref_number(
    document: &Document,
    kind: TxnKind,
    party: Option<&PartyRef>,
    prefix: &PrefixSettings,
    taken: &dyn Fn(TxnKind, Option<&PartyRef>, &str) -> bool,
    fitter: &mut Fitter,
    reasons: &mut Reasons,
) -> String {
    let limit = kind.ref_number_limit();
    let (full, field) = preferred(document, kind, prefix, fitter);
    let length = full.chars().count();
    let number = match kind {
        TxnKind::Bill | TxnKind::VendorCredit => {
            full.chars().take(limit).collect::<String>().trim_end().to_string()
        }
        _ => last(&full, limit),
    };
    if length > limit {
        reasons.warn(
            "ref_number_cut",
            field,
            format!("`{full}` is longer than QuickBooks' {limit} characters; the number will be `{number}`."),
        );
    }
    let scope = if kind.ref_number_limit() == 20 { party } else { None };
    if number.is_empty() || !taken(kind, scope, &number) {
        return number;
    }
    let other = (0..ATTEMPTS)
        .map(|attempt| format!("{}~{}", last(&full, limit - 3), mark(&document.source(), attempt)))
        .find(|other| !taken(kind, scope, other));
    if let Some(other) = other {
        reasons.warn(
            "ref_number_taken",
            field,
            format!(
                "The number `{number}` is taken by another {}; this one will be `{other}`.",
                kind.title()
            ),
        );
        return other;
    }
    reasons.block("no_free_number", field, format!("The number `{number}` and all its variants are taken."));
    number
}

/// The number of a journal: what is wanted, cut to QuickBooks' 11 characters (`cin7-quickbooks-integration.md` 2.5),
/// another one where it is taken (design 8.10).
pub fn journal_number(
    source: &str,
    wanted: &str,
    taken: &dyn Fn(&str) -> bool,
    reasons: &mut Reasons,
) -> String {
    typed_number(TxnKind::JournalEntry, "reference", source, wanted, taken, reasons)
}

/// The number of a vendor credit that was typed or imported: the supplier's, by the same rules.
pub fn vendor_number(
    source: &str,
    wanted: &str,
    kind: TxnKind,
    taken: &dyn Fn(&str) -> bool,
    reasons: &mut Reasons,
) -> String {
    typed_number(kind, "number", source, wanted, taken, reasons)
}

fn typed_number(
    kind: TxnKind,
    field: &'static str,
    source: &str,
    wanted: &str,
    taken: &dyn Fn(&str) -> bool,
    reasons: &mut Reasons,
) -> String {
    let (limit, title) = (kind.ref_number_limit(), kind.title());
    let number: String = wanted.chars().take(limit).collect::<String>().trim_end().to_string();
    if wanted.chars().count() > limit {
        reasons.warn(
            "ref_number_cut",
            field,
            format!(
                "`{wanted}` is longer than QuickBooks' {limit} characters; the number will be `{number}`."
            ),
        );
    }
    if number.is_empty() || !taken(&number) {
        return number;
    }
    let other = (0..ATTEMPTS)
        .map(|attempt| format!("{}~{}", last(wanted, limit - 3), mark(source, attempt)))
        .find(|other| !taken(other));
    if let Some(other) = other {
        reasons.warn(
            "ref_number_taken",
            field,
            format!("The number `{number}` is taken by another {title}; this one will be `{other}`."),
        );
        return other;
    }
    reasons.block("no_free_number", field, format!("The number `{number}` and all its variants are taken."));
    number
}

/// The number of a journal that nobody numbered: the head of what it is about and a letter, which keeps QuickBooks' own
/// counter away (design 8.5); where all letters are taken, a mark of its source.
#[must_use]
pub fn lettered(stem: &str, source: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let limit = TxnKind::JournalEntry.ref_number_limit();
    let fitted: String = stem.chars().filter(char::is_ascii_graphic).collect();
    let (head, tail) = (fitted.get(..2).unwrap_or_default(), fitted.get(2..).unwrap_or_default());
    let stem = format!("{head}{}", last(tail, limit - 3));
    let letters = (b'A'..=b'Z').map(|letter| format!("{stem}{}", char::from(letter)));
    let marked = (0..ATTEMPTS).map(|attempt| format!("{}~{}", last(&stem, limit - 3), mark(source, attempt)));
    letters.chain(marked).find(|number| !taken(number)).unwrap_or(stem)
}

fn preferred(
    document: &Document,
    kind: TxnKind,
    prefix: &PrefixSettings,
    fitter: &mut Fitter,
) -> (String, &'static str) {
    match kind {
        TxnKind::Bill | TxnKind::VendorCredit => {
            let field = "supplierInvoiceReference";
            (fitter.fit(field, &document.supplier_invoice_reference, MEMO), field)
        }
        _ => {
            let credit = document.kind == DocumentType::CreditNote;
            let prefix = if credit { &prefix.credit_memo } else { &prefix.invoice };
            match document.number.filter(|number| *number > 0) {
                Some(number) => {
                    (format!("{prefix}{number}"), if credit { "creditNoteNumber" } else { "invoiceNumber" })
                }
                None => {
                    (format!("{prefix}{}", fitter.fit("reference", &document.reference, MEMO)), "reference")
                }
            }
        }
    }
}

fn last(text: &str, count: usize) -> String {
    let skip = text.chars().count().saturating_sub(count);
    text.chars().skip(skip).collect::<String>().trim_start().to_string()
}

/// Two characters from the hash of the Cin7 id; further attempts draw others.
fn mark(source: &str, attempt: u32) -> String {
    let hash = digest::of_parts(&[source, &attempt.to_string()]);
    let number = hash.get(..8).and_then(|head| u32::from_str_radix(head, 16).ok()).unwrap_or_default();
    [number / 36, number].iter().map(|n| char::from(*MARKS.get((n % 36) as usize).unwrap_or(&b'0'))).collect()
}

/// People's text of the memo: `Cin7 SO-104233 #58122`.
pub fn memo(document: &Document, fitter: &mut Fitter) -> String {
    let mut memo = format!("Cin7 {} #{}", document.reference.trim(), document.id);
    if document.kind == DocumentType::CreditNote && !document.sales_reference.trim().is_empty() {
        memo.push_str(" for ");
        memo.push_str(document.sales_reference.trim());
    }
    fitter.fit("reference", &memo, MEMO)
}
