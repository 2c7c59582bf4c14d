//! What a name is compared by: words in their compared form, legal forms set aside, each alias by itself (`matching.md` 2.1).
//!
//! Must never change what is shown: the shown text stays with the record.

use super::words;
use crate::base::text;
use std::borrow::Cow;

/// Longer texts than this are no names; the rest is not looked at.
const LONGEST_NAME: usize = 200;
/// From this length on a QuickBooks name may have been cut at 41 (`matching.md` 1).
const MAYBE_CUT: usize = 40;
/// A trailing code with so many digits is an account number, not a part of the name.
const ACCOUNT_DIGITS: usize = 4;

/// One name of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NameText {
    /// Compared words in reading order, "Last, First" already turned round.
    pub words: Vec<String>,
    /// The same words as they were written, abbreviations kept.
    pub written: Vec<String>,
    /// The legal form set aside.
    pub legal: Option<&'static str>,
    /// A word for company or corporation was set aside, whatever form stands behind it ("Excavating Company PC").
    pub company: bool,
    /// Whether the end of the name may be missing.
    pub cut: bool,
    /// It stands in parentheses or behind "c/o": a place or a helper as often as a name.
    pub aside: bool,
    /// See `words::generation`.
    pub generation: Option<(u8, bool)>,
}

impl NameText {
    /// The key under which equal names meet, whatever the order of their words.
    pub fn sorted_key(&self) -> String {
        let mut sorted: Vec<&str> = self.words.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        sorted.join(" ")
    }

    /// The first letters.
    pub fn initials(&self) -> String {
        self.words.iter().filter_map(|w| w.chars().next()).collect()
    }
}

/// Folded for comparison, letters that are no marked ones written as people without them write them: "Straße" is "STRASSE".
pub(super) fn folded(text: &str) -> String {
    let folded = text::fold(text);
    if folded.is_ascii() {
        return folded;
    }
    let mut plain = String::with_capacity(folded.len());
    for letter in folded.chars() {
        match OTHER_LETTERS.iter().find(|(own, _)| *own == letter) {
            Some((_, spelled)) => plain.push_str(spelled),
            None => plain.push(letter),
        }
    }
    plain
}

/// Letters that do not come apart into a plain one and a mark.
const OTHER_LETTERS: [(char, &str); 8] =
    [('ß', "ss"), ('æ', "ae"), ('ø', "o"), ('œ', "oe"), ('ł', "l"), ('đ', "d"), ('ð', "d"), ('þ', "th")];

/// The names in a text, and the account numbers that were typed behind them.
/// `limited` says that the text comes from a field of 41 characters.
pub(super) fn read(text: &str, limited: bool) -> (Vec<NameText>, Vec<String>) {
    let short: String = text.chars().take(LONGEST_NAME).collect();
    let cut = limited && short.trim().chars().count() >= MAYBE_CUT;
    let folded = folded(&short);
    let (rest, code) = split_account(strip_list_tail(strip_state_mark(&folded)));
    let mut names: Vec<NameText> = Vec::new();
    for (place, part) in split_parentheses(strip_list_tail(rest)).iter().enumerate() {
        let all = tokens(&turn_last_first(part));
        let mut helper = false;
        for segment in all.chunk_by(|_, next| !words::is_alias_mark(next)) {
            let (mark, words) = match segment.split_first() {
                Some((mark, words)) if words::is_alias_mark(mark) => (Some(mark), words),
                _ => (None, segment),
            };
            helper = mark.map_or(helper, |mark| mark == "attn");
            let name = build(words, cut, helper || place > 0);
            let says_something = !name.aside || name.words.iter().any(|w| !words::is_mere(w));
            if !name.words.is_empty() && says_something && !names.iter().any(|n| n.words == name.words) {
                names.push(name);
            }
        }
    }
    (names, code.into_iter().collect())
}

/// What stands behind the last " - " of a name, if that is neither the list nor an account number: "Acme - Houston".
pub(super) fn branch(text: &str) -> Option<String> {
    let short: String = text.chars().take(LONGEST_NAME).collect();
    let folded = folded(&short);
    let rest = split_account(strip_list_tail(&folded)).0;
    let (before, place) = strip_list_tail(rest).rsplit_once(" - ")?;
    let words: Vec<String> = tokens(place).iter().map(|w| words::business_word(w).to_string()).collect();
    let legal = words.iter().all(|w| words::legal_form(w, true).is_some());
    (!before.trim().is_empty() && !legal && words.len() <= 4).then(|| words.join(" "))
}

/// "Acme (Vendor)", "Acme - V", "Acme-VEND": the name without what only tells the list.
fn strip_list_tail(text: &str) -> &str {
    let text = text.trim_end();
    let Some((at, mark)) = text.char_indices().rev().find(|(_, c)| matches!(c, '-' | '(')) else {
        return text;
    };
    let (before, tail) = text.split_at(at);
    let word = tail.trim_matches(|c: char| !c.is_alphanumeric());
    let apart = mark == '(' || before.ends_with(' ');
    let known = words::is_list_tail(word) && (apart || word.len() > 2);
    if known && !before.trim().is_empty() { before.trim_end() } else { text }
}

/// "Acme Corp /DE/": the state of the charter, as registers mark it, is no part of the name.
fn strip_state_mark(text: &str) -> &str {
    let marked = text.trim_end().strip_suffix('/').and_then(|rest| rest.rsplit_once('/'));
    match marked {
        Some((before, mark)) if mark.trim().len() == 2 && !before.trim().is_empty() => before.trim_end(),
        _ => text,
    }
}

/// The account number at the end of a name, with the name before it.
fn split_account(text: &str) -> (&str, Option<String>) {
    let Some((before, last)) = text.rsplit_once([' ', '#']) else { return (text, None) };
    let code = last.trim_start_matches(['#', '-']);
    let digits = code.chars().filter(char::is_ascii_digit).count();
    let letters = code.chars().filter(char::is_ascii_alphabetic).count();
    let before = before.trim_end_matches([' ', '#', '-']);
    if digits >= ACCOUNT_DIGITS && letters <= 3 && digits + letters == code.len() && !before.is_empty() {
        (before, Some(code.to_string()))
    } else {
        (text, None)
    }
}

/// The text outside of parentheses, then each text inside.
fn split_parentheses(text: &str) -> Vec<String> {
    let mut outside = String::new();
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('(') {
        outside.push_str(before);
        outside.push(' ');
        let (inside, following) = after.split_once(')').unwrap_or((after, ""));
        parts.push(inside.to_string());
        rest = following;
    }
    outside.push_str(rest);
    let mut all = vec![outside];
    all.extend(parts);
    all
}

/// "Last, First" becomes "First Last", unless a legal form or "The" follows the comma.
fn turn_last_first(text: &str) -> String {
    match text.split_once(',') {
        Some((last, first)) if !first.contains(',') => {
            let following = tokens(first);
            let legal = following.first().is_none_or(|w| words::legal_form(w, true).is_some() || w == "the");
            if legal { format!("{last} {first}") } else { format!("{first} {last}") }
        }
        _ => text.to_string(),
    }
}

/// Words of a folded text: apostrophes dropped, dotted and spaced initials joined, marks that mean words written out.
pub(super) fn tokens(folded: &str) -> Vec<String> {
    let spelled = written_out(folded);
    let mut words: Vec<String> = Vec::new();
    for chunk in spelled.split(|c: char| !(c.is_alphanumeric() || is_apostrophe(c) || c == '.')) {
        let chunk: String = chunk.chars().filter(|c| !is_apostrophe(*c)).collect();
        let parts: Vec<&str> = chunk.split('.').filter(|p| !p.is_empty()).collect();
        if parts.len() > 1 && parts.iter().all(|p| p.chars().count() == 1) {
            words.push(parts.concat());
        } else {
            words.extend(parts.into_iter().map(str::to_string));
        }
    }
    join_initials(words)
}

/// Marks that stand for words, written out.
fn written_out(folded: &str) -> Cow<'_, str> {
    if !folded.contains(['/', '&', '+']) {
        return Cow::Borrowed(folded);
    }
    let spelled = folded
        .replace("d/b/a", " dba ")
        .replace("a/k/a", " aka ")
        .replace("f/k/a", " fka ")
        .replace("c/o", " attn ")
        .replace(['&', '+'], " and ");
    Cow::Owned(spelled)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '`')
}

/// `j b hunt` becomes `jb hunt`; a lone initial stays.
fn join_initials(words: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut run = false;
    for word in words {
        let single = word.chars().count() == 1;
        match out.last_mut() {
            Some(last) if run && single => last.push_str(&word),
            _ => {
                run = single && word.chars().all(char::is_alphabetic);
                out.push(word);
            }
        }
        run = run && single;
    }
    out
}

fn build(segment: &[String], cut: bool, aside: bool) -> NameText {
    let (mut legal, mut company) = (None, false);
    let mut kept: Vec<&str> = segment.iter().map(String::as_str).collect();
    let generation = kept.iter().skip(1).find_map(|word| words::generation(word));
    // "Stryker North America" is the part of Stryker as "Stryker USA" is: of both words only one comes and goes.
    if kept.len() > 2 && kept.ends_with(&["north", "america"]) {
        kept.remove(kept.len() - 2);
    }
    if kept.len() > 2 && kept.last().is_some_and(|word| words::is_generation_only(word)) {
        kept.pop();
    }
    if let Some((word, form)) = kept.last().and_then(|last| words::split_form(last)) {
        kept.pop();
        kept.extend([word, form]);
    }
    while kept.len() > 1
        && let Some(form) =
            kept.last().and_then(|w| words::legal_form(w, true).or(words::is_stop_word(w).then_some("")))
    {
        company |= matches!(form, "co" | "corp");
        legal = legal.or((!form.is_empty()).then_some(form));
        kept.pop();
    }
    if kept.len() > 1 {
        // "Ford Motor Co of Canada": behind the first word a company is one anywhere.
        let form = |(at, w): (usize, &&str)| {
            words::legal_form(w, false).or((at > 0 && words::is_company(w)).then_some("co"))
        };
        legal = legal.or_else(|| kept.iter().enumerate().find_map(form));
        let own: Vec<&str> = kept
            .iter()
            .enumerate()
            .filter(|(at, w)| form((*at, *w)).is_none() && !words::is_stop_word(w))
            .map(|(_, w)| *w)
            .collect();
        if !own.is_empty() {
            kept = own;
        }
    }
    NameText {
        words: kept.iter().map(|w| words::business_word(w).to_string()).collect(),
        written: kept.into_iter().map(str::to_string).collect(),
        legal,
        company: company || matches!(legal, Some("co" | "corp")),
        cut,
        aside,
        generation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(text: &str) -> Vec<Vec<String>> {
        read(text, false).0.into_iter().map(|n| n.words).collect()
    }

    #[track_caller]
    fn meet(a: &str, b: &str) {
        let key = |t: &str| read(t, false).0.first().map(NameText::sorted_key);
        assert_eq!(key(a), key(b), "{a} / {b}");
    }

    #[test]
    fn spellings_of_one_business_meet() {
        meet("The Acme Company, LLC", "ACME CO");
        meet("Acme", "Acme - V");
        meet("Acme", "Acme (Vendor)");
        meet("Acme Tools", "ACME TOOLS-VEND");
        meet("Smith & Sons Plumbing", "Smith and Sons Plumbing Inc");
        meet("Müller Bros.", "Muller Brothers");
        meet("O'Brien, Pat", "Pat OBrien");
        meet("J.B. Hunt L.L.C.", "J B Hunt");
        meet("Depot, The", "The Depot");
        meet("Straße Bäckerei", "STRASSE BACKEREI");
        meet("Łódź Smørrebrød", "Lodz Smorrebrod");
    }

    #[test]
    fn a_second_name_is_an_alias() {
        assert_eq!(words_of("Bay Foods LLC dba Zenline"), [vec!["bay", "food"], vec!["zenline"]]);
        assert_eq!(words_of("Bay Foods (Zenline)"), [vec!["bay", "food"], vec!["zenline"]]);
    }

    #[test]
    fn an_account_number_behind_the_name_is_not_part_of_it() {
        let (names, codes) = read("PREMIER SUNSET, INC V59123", true);
        assert_eq!(names[0].words, ["premier", "sunset"]);
        assert_eq!(names[0].legal, Some("inc"));
        assert_eq!(codes, ["v59123"]);
        assert_eq!(read("Studio 54", true).1, Vec::<String>::new());
    }

    #[test]
    fn a_name_of_words_that_say_nothing_keeps_them() {
        assert_eq!(words_of("The Company"), [vec!["the"]]);
        assert!(words_of("  ,.- ").is_empty());
    }

    #[test]
    fn only_a_full_quickbooks_name_may_be_cut() {
        assert!(read(&"x".repeat(41), true).0[0].cut);
        assert!(!read(&"x".repeat(41), false).0[0].cut);
        assert!(!read("short", true).0[0].cut);
    }
}
