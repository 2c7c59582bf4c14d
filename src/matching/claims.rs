//! Who wants whom: by party the contacts that it fits best, so that one record goes to one contact where that is likely.
//!
//! Must stay a preference, never a law: a better claim of another contact is shown as evidence and weighs less than a field that
//! agrees (`matching.md` 2.5).

use super::evidence::Pair;
use super::hashing::Map;

/// Claims kept for one party.
const KEPT: usize = 8;
/// Part of a better claim's lead that counts against the others, and the most that it counts.
const SHARE: f64 = 0.5;
const MOST: f64 = 5.0;
/// Claims so near each other are even; an even claim halves the odds.
const EVEN: f64 = 1.0;
const HALF: f64 = 1.0;

/// One contact's wish.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Claim {
    /// Place of the contact.
    pub contact: u32,
    /// Its score with the party.
    pub score: f64,
    /// It bears the very name of the party.
    pub exact: bool,
}

/// By party the strongest claims, best first.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims {
    by_party: Map<u32, Vec<Claim>>,
}

impl Claims {
    /// Each contact claims its best candidate.
    pub fn of<'a>(ranked: impl Iterator<Item = (u32, &'a [Pair])>) -> Self {
        let mut claims = Claims::default();
        for (contact, pairs) in ranked {
            claims.add(contact, pairs);
        }
        claims
    }

    /// Notes what a contact wants.
    pub fn add(&mut self, contact: u32, pairs: &[Pair]) {
        let Some(best) = pairs.first() else { return };
        let of_party = self.by_party.entry(best.party).or_default();
        let exact = best.name.is_some_and(|n| n.exact);
        of_party.push(Claim { contact, score: best.score.value(), exact });
        of_party.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.contact.cmp(&b.contact)));
        of_party.truncate(KEPT);
    }

    /// Forgets what a contact wanted of a party.
    pub fn remove(&mut self, contact: u32, party: u32) {
        if let Some(of_party) = self.by_party.get_mut(&party) {
            of_party.retain(|claim| claim.contact != contact);
        }
    }

    /// Contacts that want the party.
    pub fn contacts(&self, party: u32) -> impl Iterator<Item = u32> + '_ {
        self.by_party.get(&party).into_iter().flatten().map(|claim| claim.contact)
    }

    /// The strongest claim of another contact.
    pub fn rival(&self, contact: Option<u32>, party: u32) -> Option<Claim> {
        self.by_party.get(&party)?.iter().find(|claim| Some(claim.contact) != contact).copied()
    }

    /// Another contact that wants the party and bears its very name.
    pub fn namesake(&self, contact: Option<u32>, party: u32) -> Option<u32> {
        let other = |claim: &&Claim| claim.exact && Some(claim.contact) != contact;
        self.by_party.get(&party)?.iter().find(other).map(|claim| claim.contact)
    }

    /// What the claim of another contact counts against the pair, in bits: the more the clearer it is, and a little where
    /// both are about as good, since mostly only one of them is right.
    pub fn against(&self, contact: Option<u32>, pair: &Pair) -> Option<f64> {
        let lead = self.rival(contact, pair.party)?.score - pair.score.value();
        (lead > -EVEN).then(|| (lead * SHARE).clamp(HALF, MOST))
    }
}
