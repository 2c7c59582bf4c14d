//! Whether a contact's best candidate is sure, worth offering, or nobody; and why, in words (`matching.md` 2.5-2.6, 5).
//!
//! Must never answer `auto` where two answers fit: near ties, second records of one business, a record that another contact
//! wants or has, an inactive record, a list that is not known, fields in conflict.

use super::evidence::Pair;
use super::types::{Decision, Field, Verdict};

/// A score this far above the prior is worth offering; below, nobody fits.
const OFFER: f64 = -1.0;
/// Where no other record comes near and no other contact wants this one, so much less is worth offering.
const NEAREST_BY_FAR: f64 = 0.9;
/// How far behind the next record then is, and what the name says at least.
const FAR: f64 = 9.0;
const NAME_SAYS_SOMETHING: f64 = 5.0;
/// A score this far above the prior may be sure.
const SURE: f64 = 2.5;
/// The next candidate must be this far behind (`matching.md` 2.6: about 4 bits).
const CLEAR: f64 = 4.0;
/// A record that fits another contact for certain must fit this one so much better before it is offered.
const TAKEN: f64 = 6.0;
/// A name that says so much stands for agreement.
const NAME_AGREES: f64 = 5.0;
/// A name with a word that differs is forgiven from here on, if all else agrees.
const NAME_NEARLY: f64 = 4.0;
/// A damaged name is forgiven from here on, if what only this one has agrees and another field with it, or three fields do.
const NAME_DAMAGED: f64 = 2.0;
/// A name alone must say so much before it can be sure.
const NAME_ALONE: f64 = 9.0;

/// Given name and surname of the person to talk to agree, and are not everybody's.
const WHOLE_PERSON: f64 = 6.0;
/// An area code of the state says so much where that state is not everybody's.
const REGION_SAYS: f64 = 1.5;
/// A ZIP with a slip in it says no more than this.
const NEAR_ZIP: f64 = 2.0;
/// A person's name alone must be so much rarer than the list is long.
const RARE_PERSON: f64 = 6.5;

/// What the decision needs to know beyond the pairs themselves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    /// See `evidence::prior_bits`.
    pub prior: f64,
    /// The lists of both sides are known.
    pub lists_known: bool,
    /// The best party is linked to another contact by a person.
    pub linked_elsewhere: Option<&'a str>,
    /// Another contact wants the best party, with its score.
    pub rival: Option<(&'a str, f64)>,
    /// Another contact that wants the best party bears the very same name.
    pub namesake: Option<&'a str>,
    /// The name stands for nobody in particular ("Cash Sale").
    pub nobody: bool,
    /// The contact's own score with the party that it wants most, before others' claims.
    pub own_claim: f64,
    /// How many contacts and parties bear the name of the best pair.
    pub namesakes: usize,
    /// The contact is a person, and persons share names more than businesses do.
    pub person: bool,
    /// Neither side has anything but names.
    pub bare: bool,
    /// Only one contact is looked at, so rivals are not known.
    pub alone: bool,
}

fn no(why: impl Into<String>) -> (Decision, String) {
    (Decision::Suggest, why.into())
}

/// The decision for candidates sorted best first; `names` tells a party's name for the sentence, `called` a contact's.
pub(super) fn decide(
    pairs: &[Pair],
    setting: Setting<'_>,
    names: impl Fn(u32) -> String,
    called: impl Fn(&str) -> String,
) -> (Decision, String) {
    let Some(best) = pairs.first() else {
        return (Decision::None, "No QuickBooks record is like this contact.".into());
    };
    let score = best.score.value();
    let offered = setting.prior + OFFER - if by_far(pairs, best, setting) { NEAREST_BY_FAR } else { 0.0 };
    if score < offered {
        return (Decision::None, "The nearest QuickBooks record shares too little with this contact.".into());
    }
    if best.name.is_some_and(|n| n.relative) && !says_who(best) {
        return (
            Decision::None,
            format!(
                "The nearest record, {}, is of another given name: another person of one household?",
                names(best.party)
            ),
        );
    }
    if let Some((rival, other)) = setting.rival
        && other >= setting.own_claim + CLEAR
    {
        if score < setting.prior + OFFER + TAKEN {
            return (
                Decision::None,
                format!("The nearest record, {}, fits contact {} better.", names(best.party), called(rival)),
            );
        }
        return no(format!("{} fits contact {} better.", names(best.party), called(rival)));
    }
    unsure(pairs, best, setting, &names, &called).map_or_else(|| (Decision::Auto, sure(best)), no)
}

/// Whether nothing else comes near: no other record for this contact, no other contact for this record.
fn by_far(pairs: &[Pair], best: &Pair, setting: Setting<'_>) -> bool {
    let alone = pairs.get(1).is_none_or(|second| second.score.value() <= best.score.value() - FAR);
    let disputed = best.name.is_some_and(|n| n.conflict || n.partial)
        || GROUPS.iter().any(|group| says(best, *group) == Verdict::Differs);
    alone && !disputed && setting.rival.is_none() && best.name_bits() >= NAME_SAYS_SOMETHING
}

/// The first reason against certainty.
fn unsure(
    pairs: &[Pair],
    best: &Pair,
    setting: Setting<'_>,
    names: &impl Fn(u32) -> String,
    called: &impl Fn(&str) -> String,
) -> Option<String> {
    let score = best.score.value();
    if !setting.lists_known {
        return Some("It is not known whether this contact is a customer or a vendor.".into());
    }
    if let Some(other) = setting.linked_elsewhere {
        return Some(format!("{} is already linked to contact {}.", names(best.party), called(other)));
    }
    if best.verdict(Field::Active) == Verdict::Differs {
        return Some(format!("{} is inactive in QuickBooks.", names(best.party)));
    }
    if let Some(second) = pairs.iter().skip(1).find(|p| fits_too(p, best, setting.prior, setting.person)) {
        return Some(format!("Two QuickBooks records fit: {}, {}.", names(best.party), names(second.party)));
    }
    if let Some((rival, other)) = setting.rival
        && other > setting.own_claim - CLEAR
    {
        return Some(format!("Contact {} fits {} too.", called(rival), names(best.party)));
    }
    if let Some(other) = setting.namesake.filter(|_| !setting.person && is_exact(best)) {
        return Some(format!(
            "Contact {} bears the same name: which of them is {}?",
            called(other),
            names(best.party)
        ));
    }
    if setting.nobody {
        return Some("The name stands for nobody in particular: whether all such sales go to one record is to be decided.".into());
    }
    if score < setting.prior + SURE && !same_name_alone(best, setting) {
        return Some("Too little is known on both sides to be sure.".into());
    }
    if let Some(conflict) = conflict(best, setting) {
        return Some(conflict);
    }
    if !enough_fields(best, setting) {
        return Some("Only the name speaks for it, and that is not enough here.".into());
    }
    setting
        .alone
        .then(|| "Looked at by itself: whether another contact wants the same record is not known.".into())
}

/// A second record that could be meant as well.
fn fits_too(other: &Pair, best: &Pair, prior: f64, person: bool) -> bool {
    // An older duplicate that is inactive fits as well as if it were not.
    let says = |pair: &Pair| pair.score.value() - pair.bits(Field::Active);
    let near = says(other) > says(best) - CLEAR;
    let second_record = other.score.value() >= prior + SURE
        && other.name_bits() >= NAME_AGREES
        && (other.name.is_some_and(|n| n.complete) || groups_that(other, Verdict::Agrees) >= 2);
    // One name twice on the list: branches in two cities, mostly, and only a person knows which is billed.
    near || second_record || (!person && is_exact(other) && is_exact(best))
}

fn is_exact(pair: &Pair) -> bool {
    pair.name.is_some_and(|n| n.exact)
}

/// What a group of fields, independent of the other groups, says.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    Phone,
    Mail,
    Address,
    Account,
    Person,
}

const GROUPS: [Group; 5] = [Group::Phone, Group::Mail, Group::Address, Group::Account, Group::Person];

/// Whether the address is another one altogether, not just damaged.
fn elsewhere(pair: &Pair) -> bool {
    let differs = |field| pair.verdict(field) == Verdict::Differs;
    differs(Field::HouseNumber) && (differs(Field::Street) || differs(Field::Zip) || differs(Field::City))
        || (differs(Field::Street) && (differs(Field::Zip) || differs(Field::City)))
}

fn says(pair: &Pair, group: Group) -> Verdict {
    let whole = |field| pair.verdict(field);
    match group {
        // A number of several records is a switchboard or a household's; it says nothing where the address does not agree too.
        // Where both names tell the same branch, the number only has to tell whose branch it is.
        Group::Phone if pair.phone_shared && !tells_one(pair) => Verdict::Unknown,
        Group::Phone => whole(Field::Phone),
        // So with a mail address of several records; and all branches of a business have its domain.
        Group::Mail if pair.mail_shared && !tells_one(pair) => Verdict::Unknown,
        Group::Mail if whole(Field::Domain) == Verdict::Agrees && elsewhere(pair) => Verdict::Unknown,
        Group::Mail if whole(Field::Domain) == Verdict::Agrees => Verdict::Agrees,
        Group::Mail => whole(Field::Email),
        Group::Address if elsewhere(pair) => Verdict::Differs,
        Group::Address => whole(Field::HouseNumber),
        Group::Account => whole(Field::Account),
        Group::Person => whole(Field::Person),
    }
}

/// Something else than what several records share tells which of them is meant: the house, or the branch that both names tell.
fn tells_one(pair: &Pair) -> bool {
    pair.verdict(Field::HouseNumber) == Verdict::Agrees || pair.name.is_some_and(|n| n.branch_told)
}

fn groups_that(pair: &Pair, verdict: Verdict) -> usize {
    GROUPS.iter().filter(|group| says(pair, **group) == verdict).count()
}

/// Contradictions that no score outvotes.
fn conflict(best: &Pair, setting: Setting<'_>) -> Option<String> {
    let against = [Group::Phone, Group::Mail, Group::Address]
        .iter()
        .filter(|g| says(best, **g) == Verdict::Differs)
        .count();
    let speaking_for = groups_that(best, Verdict::Agrees);
    let differs = |field| best.verdict(field) == Verdict::Differs;
    if best.name.is_some_and(|n| n.branches) {
        return Some("The names are of two branches of one business.".into());
    }
    if best.name.is_some_and(|n| n.branch_untold) && !tells_branch(best) {
        return Some(
            "One side names a branch, the other does not, and the address does not tell which it is.".into(),
        );
    }
    // However much agrees: firms of one family share house, phone and domain.
    if best.name.is_some_and(|n| n.conflict) || best.name_bits() < 0.0 {
        return Some("The names differ although other fields agree.".into());
    }
    if best.name.is_some_and(|n| n.partial) && !says_who(best) {
        return Some("One side tells only a part of the person's name.".into());
    }
    // Another address at a host that anybody may use is soon made; two domains of their own are two businesses (`matching.md` 2.6).
    let parted = differs(Field::Phone) && differs(Field::Email) && !best.free_mail;
    if against >= 2 && (parted || !own_name_and_mark(best, setting)) && speaking_for < against {
        return Some("Phone, mail or address contradict the name.".into());
    }
    None
}

/// Whether a branch is told by its address, or by an account number where no place contradicts. A phone or fax may serve all branches.
fn tells_branch(best: &Pair) -> bool {
    let places = [Field::HouseNumber, Field::Zip, Field::City];
    let elsewhere = places.iter().any(|field| best.verdict(*field) == Verdict::Differs);
    says(best, Group::Address) == Verdict::Agrees
        || (best.verdict(Field::Account) == Verdict::Agrees && !elsewhere)
}

/// The same name, nobody else's, together with a number or mail address that no third record has: who moved, not who differs.
/// So with a business in the same house, or with the same person to talk to where no address contradicts: it has a new number.
fn own_name_and_mark(best: &Pair, setting: Setting<'_>) -> bool {
    let agrees = |field| best.verdict(field) == Verdict::Agrees;
    let stays = match says(best, Group::Address) {
        Verdict::Agrees => agrees(Field::Street),
        Verdict::Unknown => best.bits(Field::Person) >= WHOLE_PERSON,
        Verdict::Differs => false,
    };
    let mark = agrees(Field::Account)
        || (agrees(Field::Email) && !best.mail_shared)
        || (agrees(Field::Phone) && !best.phone_shared)
        || (stays && !setting.person);
    mark && setting.namesakes <= 2 && best.name.is_some_and(|n| n.exact)
}

/// Fields that one person has for himself, not with his household.
fn says_who(best: &Pair) -> bool {
    [Field::Email, Field::Account].iter().any(|f| best.verdict(*f) == Verdict::Agrees)
}

/// A name that is the same on both sides and nobody else's, with nothing that speaks against it.
/// That a business has another person to talk to does not: people come and go.
fn same_name_alone(best: &Pair, setting: Setting<'_>) -> bool {
    // A new number in the region is what a business gets that changed it; of another region, it is another one's. So with an
    // address at a host that anybody may use: whoever happened to write had it.
    let renewed = |field| match field {
        Field::Phone => best.same_region,
        Field::Email => best.free_mail,
        _ => false,
    };
    let beside_the_point = |field| {
        matches!(field, Field::LegalForm | Field::Rival)
            || (!setting.person && (field == Field::Person || renewed(field)))
    };
    let against = best.findings().any(|(field, f)| f.verdict == Verdict::Differs && !beside_the_point(field));
    let name = best.name.unwrap_or_default();
    let person = setting.bare || f64::from(name.words) >= setting.prior + RARE_PERSON;
    (name.exact || name.close)
        && !against
        && (!setting.person || person)
        && setting.namesakes <= 2
        && best.name_bits() >= NAME_ALONE
}

/// Two independent fields, one of them not the name; or a name alone.
fn enough_fields(best: &Pair, setting: Setting<'_>) -> bool {
    let agrees = |field| best.verdict(field) == Verdict::Agrees;
    let differs = |field| best.verdict(field) == Verdict::Differs;
    let same_place = best.bits(Field::Zip) > NEAR_ZIP || (agrees(Field::City) && !differs(Field::Zip));
    let undisputed =
        ![Field::Phone, Field::Email, Field::HouseNumber, Field::Street].into_iter().any(differs);
    let place = same_place && undisputed && best.name.is_some_and(|n| n.exact || n.complete);
    let words_found = best.name.is_some_and(|n| n.exact || n.complete || n.close);
    // Only the region is told, by an area code: enough beside a whole name of a business that says much.
    let region = !setting.person
        && undisputed
        && words_found
        && best.bits(Field::State) >= REGION_SAYS
        && best.name_bits() >= NAME_ALONE;
    let agreeing = groups_that(best, Verdict::Agrees) + usize::from(place || region);
    (agreeing >= 1 && best.name_bits() >= NAME_AGREES)
        || (agreeing >= 2 && best.name_bits() >= NAME_NEARLY)
        || ((agreeing >= 3 || (agreeing >= 2 && says_who(best))) && best.name_bits() >= NAME_DAMAGED)
        || same_name_alone(best, setting)
}

fn sure(best: &Pair) -> String {
    let told: Vec<&str> = best
        .findings()
        .filter(|(_, f)| f.verdict == Verdict::Agrees && f.bits.value() >= 1.0)
        .map(|(field, _)| field.word())
        .collect();
    match told.as_slice() {
        [only] => format!("The {only} is the same, nobody else bears it, and nothing speaks against it."),
        _ => format!("These agree: {}; no other record comes near.", told.join(", ")),
    }
}
