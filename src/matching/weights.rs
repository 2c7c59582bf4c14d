//! The weights of evidence in bits: start values fixed in the program, and the bounds within which a file may move them.
//!
//! Must stay one configuration for all data: whatever a file says about itself it says through `learning`, never
//! through a switch (`matching.md` 2.4). A start value is log2 of how often true pairs show the thing, over how often strangers do,
//! judged from ordinary business lists.

/// What may become of a word of one name on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The same word.
    Equal,
    /// One slip of the keyboard.
    Slip,
    /// Two slips.
    Slips,
    /// One is the beginning of the other.
    Beginning,
    /// One has the other's letters in order, most vowels gone.
    Skeleton,
    /// A short form of a given name.
    ShortForm,
    /// A given name's first letter.
    Initial,
    /// Two words of one side are one on the other.
    Joined,
    /// A word of its own that the other side lacks.
    LacksOwn,
    /// A word of trade at large that the other side lacks.
    LacksTrade,
    /// A word that comes and goes ("Group", "USA").
    LacksWeak,
    /// Words behind the last shared one that only one side has, as if the other had been cut.
    LacksTail,
    /// A lone digit or letter that only one side has.
    LacksDigit,
}

/// How many fates there are.
pub(super) const FATES: usize = 13;

/// How often each fate befell the words of a pair.
pub(super) type Tally = [u8; FATES];

/// Fields whose weights may be learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Learnt {
    Phone,
    Email,
    FreeEmail,
    House,
    Street,
    Zip,
    City,
    State,
    Account,
    Person,
}

/// How many learnt fields there are.
pub(super) const LEARNT: usize = 10;

/// The weights in force for one run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weights {
    /// What each fate of a word costs against an equal one, in bits.
    pub cost: [f64; FATES],
    /// What disagreement of a field costs, in bits (positive numbers).
    pub differs: [f64; LEARNT],
    /// By how much the threshold of a likely match moves, because few or most contacts have a counterpart.
    pub threshold: f64,
}

/// In the order of [`Fate`]: start value, lowest, highest.
pub(super) const COSTS: [(f64, f64, f64); FATES] = [
    (0.0, 0.0, 0.0),
    (1.4, 0.8, 2.4),
    (2.4, 1.5, 3.5),
    (1.6, 0.4, 2.6),
    (2.2, 0.6, 3.2),
    (0.8, 0.4, 1.5),
    (2.0, 1.0, 3.0),
    (0.6, 0.3, 1.5),
    (4.2, 2.8, 5.0),
    (2.8, 1.5, 3.6),
    (1.0, 0.5, 1.5),
    (2.4, 0.8, 3.2),
    (1.0, 0.7, 2.0),
];

/// In the order of [`Fate`]: how many of a hundred words of true pairs meet it in ordinary business lists.
pub(super) const USUAL: [f64; FATES] = [86.0, 2.0, 0.5, 1.5, 0.7, 1.0, 1.0, 0.7, 2.0, 1.5, 2.5, 2.0, 1.0];

/// The address' fields, which move together.
pub(super) const ADDRESS: [Learnt; 5] =
    [Learnt::House, Learnt::Street, Learnt::Zip, Learnt::City, Learnt::State];

/// In the order of [`Learnt`]: start value, lowest, highest. People move, change phones and share offices.
pub(super) const LOSSES: [(f64, f64, f64); LEARNT] = [
    (2.4, 1.6, 3.6),
    (2.0, 1.4, 3.0),
    (1.5, 1.0, 2.5),
    (0.9, 0.6, 2.2),
    (0.7, 0.5, 2.0),
    (0.7, 0.5, 2.2),
    (0.5, 0.3, 1.8),
    (0.4, 0.3, 1.8),
    (1.5, 1.0, 2.5),
    (1.0, 0.6, 2.0),
];

impl Default for Weights {
    fn default() -> Self {
        Weights { cost: COSTS.map(|c| c.0), differs: LOSSES.map(|l| l.0), threshold: 0.0 }
    }
}

fn within((_, least, most): (f64, f64, f64), value: f64) -> f64 {
    value.clamp(least, most)
}

impl Weights {
    /// Sets the cost of a fate, within its bounds.
    pub fn set_cost(&mut self, fate: usize, cost: f64) {
        if let (Some(slot), Some(bounds)) = (self.cost.get_mut(fate), COSTS.get(fate)) {
            *slot = within(*bounds, cost);
        }
    }

    /// Sets what a field's disagreement costs, within its bounds.
    pub fn set_loss(&mut self, field: Learnt, loss: f64) {
        if let (Some(slot), Some(bounds)) = (self.differs.get_mut(field as usize), LOSSES.get(field as usize))
        {
            *slot = within(*bounds, loss);
        }
    }

    /// What a fate costs.
    pub fn cost(&self, fate: Fate) -> f64 {
        self.cost.get(fate as usize).copied().unwrap_or(0.0)
    }

    /// What a field's disagreement says, below zero.
    pub fn differs(&self, field: Learnt) -> f64 {
        -self.differs.get(field as usize).copied().unwrap_or(0.0)
    }
}
