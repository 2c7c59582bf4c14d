//! The faults of `exactly-once.md` 8 that a schedule can inject, by name.
//!
//! Must name each fault as the page does. F5, F6 and F64 are for the real binary, F49-F60 for the simulated Cin7.

use super::rng::Rng;

macro_rules! faults {
    ($($name:ident $text:literal),* $(,)?) => {
        /// A fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)]
        pub enum Fault { $($name),* }

        impl Fault {
            /// Every fault, in the order of the page.
            pub const ALL: &'static [Fault] = &[$(Fault::$name),*];

            /// Its number on the page.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Fault::$name => stringify!($name)),* }
            }

            /// In words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Fault::$name => $text),* }
            }
        }
    };
}

faults! {
    F1 "the program dies before a write is durable",
    F2 "the program dies after a write, before the answer leaves",
    F3 "the disk is full",
    F4 "another process holds the database",
    F7 "the store is replaced by an older copy",
    F8 "a second copy of the program starts on the store",
    F9 "a call is lost on its way to us",
    F10 "a reply of ours is lost",
    F11 "a call or a reply is cut short",
    F12 "a call is delivered twice",
    F13 "an answer is delivered late, after its visit was replaced",
    F14 "two calls arrive in the other order",
    F15 "a reply comes slower than the Web Connector waits",
    F16 "a call with a wrong ticket",
    F17 "a call with the ticket of an earlier visit",
    F18 "garbage, a wrong namespace, a DTD or a huge body",
    F19 "the Web Connector dies with a request in hand",
    F20 "the Web Connector dies with an answer in hand",
    F21 "the Web Connector hangs and goes on later",
    F22 "a second Web Connector works on the company",
    F23 "the same .QWC is installed on a second computer",
    F24 "a person ends the visit",
    F25 "a storm of logins",
    F26 "QuickBooks dies before it books",
    F27 "QuickBooks dies after it booked, before it made its record",
    F28 "QuickBooks dies after it made its record",
    F29 "QuickBooks cannot store its record (9005)",
    F30 "QuickBooks' records are all cleared",
    F31 "a closing date is set",
    F32 "a name is renamed, merged or made inactive",
    F33 "an item or account is made inactive",
    F34 "a transaction gets another EditSequence",
    F35 "a person deletes, voids or edits a transaction",
    F36 "a person changes a number or a memo",
    F37 "a person enters a transaction a second time by hand",
    F38 "another company file is opened",
    F39 "the company file is restored from a backup",
    F40 "a copy of the company file with the same stamp is opened",
    F41 "QuickBooks speaks another qbXML version",
    F42 "QuickBooks cannot be opened (single-user mode, a dialog)",
    F43 "QuickBooks computes another total",
    F44 "a query is answered in pages",
    F45 "our clock jumps forward",
    F46 "our clock jumps back",
    F47 "QuickBooks' clock is days off",
    F48 "daylight saving ends, another zone in the stamps",
    F61 "a document is edited while it is approved",
    F62 "the same batch is approved on two screens",
    F63 "documents are imported again while a batch is handed out",
}

impl Fault {
    /// The fault of that number.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Fault::ALL.iter().copied().find(|fault| fault.name().eq_ignore_ascii_case(name))
    }

    /// Faults by name or range, separated by commas: `F9,F26-F30`.
    ///
    /// # Errors
    /// The part that names no fault.
    pub fn parse_list(text: &str) -> Result<Vec<Fault>, String> {
        let mut faults = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            match (Fault::from_name(from.trim()), Fault::from_name(to.trim())) {
                (Some(from), Some(to)) if from <= to => {
                    faults.extend(Fault::ALL.iter().copied().filter(|fault| (from..=to).contains(fault)));
                }
                _ => return Err(format!("`{part}` names no fault that a schedule can inject")),
            }
        }
        Ok(faults)
    }

    /// Whether it may stand in one schedule with another. What stays outside the guarantee is not mixed: one identity
    /// on two computers together with a hang or a QuickBooks that forgets (`exactly-once.md` 9, A1).
    #[must_use]
    pub fn goes_with(self, other: Fault) -> bool {
        use Fault as F;
        let forgets = |f| {
            matches!(
                f,
                F::F12 | F::F13 | F::F14 | F::F21 | F::F27 | F::F29 | F::F30 | F::F38 | F::F39 | F::F40
            )
        };
        let twins = self == F::F23 && forgets(other) || other == F::F23 && forgets(self);
        !twins
    }
}

/// A fault of the plan: from its step on it strikes at the first chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// What.
    pub fault: Fault,
    /// From which step on.
    pub step: u32,
    /// What varies in it.
    pub how: u64,
}

/// Steps within which faults begin.
const SPREAD: usize = 48;

/// The faults of one seed.
#[must_use]
pub fn plan(seed: u64, allowed: &[Fault], count: usize) -> Vec<Planned> {
    let mut rng = Rng::new(seed, 1);
    let mut plan: Vec<Planned> = Vec::with_capacity(count);
    if allowed.is_empty() {
        return plan;
    }
    for _ in 0..count {
        let Some(fault) = rng.pick(allowed).copied() else { continue };
        let (step, how) = (u32::try_from(rng.below(SPREAD)).unwrap_or(0), rng.next());
        if plan.iter().all(|planned| planned.fault.goes_with(fault)) {
            plan.push(Planned { fault, step, how });
        }
    }
    plan.sort_by_key(|planned| planned.step);
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named_singly_and_by_range() {
        assert_eq!(Fault::parse_list("F1-F3, f61").unwrap(), [Fault::F1, Fault::F2, Fault::F3, Fault::F61]);
        assert!(Fault::parse_list("F5").is_err(), "F5 is for the real binary");
        assert_eq!(Fault::ALL.len(), 49);
    }

    #[test]
    fn one_identity_on_two_computers_never_meets_a_quickbooks_that_forgets() {
        for seed in 0..500 {
            let plan = plan(seed, Fault::ALL, 14);
            let twins = plan.iter().any(|p| p.fault == Fault::F23);
            assert!(!(twins && plan.iter().any(|p| p.fault == Fault::F27)), "seed {seed}");
        }
    }
}
