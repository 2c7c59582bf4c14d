//! What a batch would do, in words: the same on the screen, in plain mode and on the command line.
//!
//! Must never leave out a part of it: what goes in, what is changed or taken out, which names are made or updated. Must
//! never add amounts of two currencies.

use crate::base::Cents;
use crate::workflow::handoff::{BatchPreview, Foreign, Rewritten};

fn figure(count: usize, what: &str, sum: &str) -> String {
    format!("{count:>6} {what:<22} {sum:>14}").trim_end().to_string()
}

fn signed(sum: Cents) -> String {
    if sum > Cents::ZERO { format!("+{}", sum.grouped()) } else { sum.grouped() }
}

/// One or several, as people say it.
const fn one_or(count: usize, one: &'static str, several: &'static str) -> &'static str {
    if count == 1 { one } else { several }
}

/// A count and its sum, each currency on a line of its own: the company's own first.
fn parted(
    preview: &BatchPreview,
    (count, what): (usize, &str),
    own: Cents,
    foreign: impl Fn(&Foreign) -> Cents,
    shown: impl Fn(Cents) -> String,
) -> Vec<String> {
    let sums = sums(preview, own, foreign);
    let line = |(at, (currency, sum)): (usize, (Option<&str>, Cents))| {
        let (what, what_of) = match (at, currency) {
            (0, None) => (what.to_string(), Some(count)),
            (0, Some(currency)) => (format!("{what}, in {currency}"), Some(count)),
            (_, currency) => (format!("  in {}", currency.unwrap_or_default()), None),
        };
        match what_of {
            Some(count) => figure(count, &what, &shown(sum)),
            None => format!("{:>6} {what:<22} {:>14}", "", shown(sum)),
        }
    };
    sums.into_iter().enumerate().map(line).collect()
}

/// A sum in each currency that has one: the company's own first, without its name.
fn sums(
    preview: &BatchPreview,
    own: Cents,
    foreign: impl Fn(&Foreign) -> Cents,
) -> Vec<(Option<&str>, Cents)> {
    let foreign = preview.foreign.iter().map(|(currency, sums)| (Some(currency.as_str()), foreign(sums)));
    let foreign: Vec<_> = foreign.filter(|(_, sum)| !sum.is_zero()).collect();
    let own = (!own.is_zero() || foreign.is_empty()).then_some((None, own));
    own.into_iter().chain(foreign).collect()
}

/// Count and sum by kind, in all, and what is changed or taken out, a line each.
pub fn figures(preview: &BatchPreview) -> Vec<String> {
    let kinds = preview.by_kind.iter();
    let mut lines: Vec<String> =
        kinds.map(|(kind, count, total)| figure(*count, kind, &total.grouped())).collect();
    if preview.count > 0 {
        let all = (preview.count, "in all");
        lines.extend(parted(preview, all, preview.total, |sums| sums.total, Cents::grouped));
    }
    lines.extend(rewriting(preview));
    lines
}

/// What stands in QuickBooks already and would not stay as it is, counted.
fn rewriting(preview: &BatchPreview) -> Vec<String> {
    let mut lines = Vec::new();
    if preview.changes > 0 {
        let changed = (preview.changes, "posted before: changed");
        lines.extend(parted(preview, changed, preview.changed_by, |sums| sums.changed_by, signed));
    }
    if preview.removals > 0 {
        let taken = (preview.removals, "taken out");
        let shown = |sum| signed(Cents::ZERO - sum);
        lines.extend(parted(preview, taken, preview.removed, |sums| sums.removed, shown));
    }
    if preview.updates > 0 {
        lines.push(figure(
            preview.updates,
            one_or(preview.updates, "name is updated", "names are updated"),
            "",
        ));
    }
    lines
}

/// Each change, removal and update by name; at most `most` lines, the last of which counts the rest.
pub fn named(preview: &BatchPreview, most: usize) -> Vec<String> {
    let all = preview.changes + preview.removals + preview.updates;
    if preview.rewritten.is_empty() || most == 0 {
        return Vec::new();
    }
    let room = if all > most { most - 1 } else { most };
    let mut lines: Vec<String> = preview.rewritten.iter().take(room).map(one).collect();
    if all > lines.len() {
        lines.push(format!("  and {} more", all - lines.len()));
    }
    lines
}

fn one(it: &Rewritten) -> String {
    let pending = if it.pending { ", pending" } else { "" };
    let currency = it.currency.as_deref().map_or(String::new(), |currency| format!(" {currency}"));
    let sum = |cents: Option<Cents>| {
        cents.map(|cents| format!("{}{currency}", cents.grouped())).unwrap_or_default()
    };
    match it.does {
        "change" => format!("  changed: {}, {} to {}{pending}", it.what, sum(it.before), sum(it.after)),
        "void" => format!("  voided: {}, {}", it.what, sum(it.before)),
        "delete" => format!("  deleted: {}, {}{pending}", it.what, sum(it.before)),
        _ => format!("  updated: {}", it.what),
    }
}

/// What posts at once, what goes in pending, what is created, and the period.
pub fn sentence(preview: &BatchPreview) -> String {
    let mut parts = Vec::new();
    if preview.count > 0 {
        parts.push(format!(
            "{} {} at once, {} {} in pending",
            preview.posts_at_once,
            one_or(preview.posts_at_once, "posts", "post"),
            preview.goes_pending,
            one_or(preview.goes_pending, "goes", "go")
        ));
    }
    if preview.creates > 0 {
        let are = one_or(preview.creates, "name or item is", "names or items are");
        parts.push(format!("{} {are} created first", preview.creates));
    }
    let said = if parts.is_empty() { String::new() } else { format!("{}. ", parts.join(", ")) };
    format!("{said}{}", period(preview)).trim_end().to_string()
}

/// The period, as a sentence.
pub fn period(preview: &BatchPreview) -> String {
    match (&preview.first, &preview.last) {
        (Some(first), Some(last)) if first == last => format!("Dated {first}."),
        (Some(first), Some(last)) => format!("Dated {first} to {last}."),
        _ => String::new(),
    }
}

/// All of it on one line, for a low screen.
pub fn short(preview: &BatchPreview) -> String {
    let kinds =
        preview.by_kind.iter().map(|(kind, count, total)| format!("{count} {kind} {}", total.grouped()));
    let rewriting =
        [(preview.changes, "changed"), (preview.removals, "taken out"), (preview.updates, "names updated")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"));
    let total = || {
        let sums = sums(preview, preview.total, |sums| sums.total).into_iter();
        let word = |(currency, sum): (Option<&str>, Cents)| match currency {
            Some(currency) => format!("{} {currency}", sum.grouped()),
            None => sum.grouped(),
        };
        sums.map(word).collect::<Vec<_>>().join(" and ")
    };
    let all = (preview.by_kind.len() > 1).then(|| format!("{} in all {}", preview.count, total()));
    all.into_iter().chain(kinds).chain(rewriting).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(does: &'static str, what: &str, before: i64, after: i64) -> Rewritten {
        let sums = (does != "update").then_some((Cents::new(before), Cents::new(after)));
        Rewritten {
            does,
            what: what.into(),
            before: sums.map(|sums| sums.0),
            after: sums.map(|sums| sums.1),
            pending: does == "delete",
            currency: None,
        }
    }

    fn preview() -> BatchPreview {
        BatchPreview {
            changes: 2,
            removals: 1,
            updates: 1,
            changed_by: Cents::new(1_200),
            removed: Cents::new(8_630),
            rewritten: vec![
                rewritten("change", "invoice 10301, Northgate", 119_735, 120_500),
                rewritten("change", "bill B-7, Kilnworks", 5_000, 5_435),
                rewritten("delete", "invoice 10302, Müller", 8_630, 0),
                rewritten("update", "Northgate: address, phone", 0, 0),
            ],
            first: Some("2026-01-03".into()),
            last: Some("2026-02-05".into()),
            ..BatchPreview::default()
        }
    }

    #[test]
    fn changes_removals_and_updates_are_counted_summed_and_named() {
        let figures = figures(&preview()).join("\n");
        assert!(figures.contains("2 posted before: changed         +12.00"), "{figures}");
        assert!(figures.contains("1 taken out                      -86.30"), "{figures}");
        assert!(figures.contains("1 name is updated"), "{figures}");
        let named = named(&preview(), 9).join("\n");
        assert!(named.contains("changed: invoice 10301, Northgate, 1,197.35 to 1,205.00"), "{named}");
        assert!(named.contains("deleted: invoice 10302, Müller, 86.30, pending"), "{named}");
        assert!(named.contains("updated: Northgate: address, phone"), "{named}");
        assert_eq!(sentence(&preview()), "Dated 2026-01-03 to 2026-02-05.", "nothing goes in");
        assert!(!preview().is_empty(), "such a batch can be closed");
    }

    #[test]
    fn where_not_all_fit_the_rest_is_counted() {
        assert_eq!(named(&preview(), 2).last().map(String::as_str), Some("  and 3 more"));
        assert_eq!(named(&preview(), 2).len(), 2);
        assert!(named(&preview(), 0).is_empty());
    }

    #[test]
    fn amounts_of_two_currencies_are_never_added() {
        let foreign = |total, removed| Foreign {
            total: Cents::new(total),
            removed: Cents::new(removed),
            ..Foreign::default()
        };
        let preview = BatchPreview {
            count: 4,
            by_kind: vec![
                ("invoices".into(), 2, Cents::new(10_000)),
                ("invoice in EUR".into(), 1, Cents::new(4_000)),
                ("bill in GBP".into(), 1, Cents::new(700)),
            ],
            total: Cents::new(10_000),
            removals: 1,
            foreign: [("EUR".to_string(), foreign(4_000, 900)), ("GBP".to_string(), foreign(700, 0))].into(),
            rewritten: vec![Rewritten {
                currency: Some("EUR".into()),
                ..rewritten("void", "bill B-9, Lille", 900, 0)
            }],
            ..BatchPreview::default()
        };
        assert_eq!(
            figures(&preview),
            [
                "     2 invoices                       100.00",
                "     1 invoice in EUR                  40.00",
                "     1 bill in GBP                      7.00",
                "     4 in all                         100.00",
                "         in EUR                        40.00",
                "         in GBP                         7.00",
                "     1 taken out, in EUR               -9.00",
            ]
        );
        assert!(short(&preview).starts_with("4 in all 100.00 and 40.00 EUR and 7.00 GBP, 2 invoices 100.00"));
        assert_eq!(named(&preview, 3), ["  voided: bill B-9, Lille, 9.00 EUR"]);
    }
}
