//! A small random number generator of our own, so that one seed makes one world on every machine and for ever.
//!
//! Must never draw from the machine: no clock, no hash map order, no operating system.

/// SplitMix64: one 64-bit word of state, full period.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A stream of its own for a seed and a purpose, so that more contacts do not change the orders' prices.
    #[must_use]
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut rng = Rng(seed ^ purpose.wrapping_mul(0xd134_2543_de82_ef95));
        rng.next();
        rng
    }

    /// The next 64 bits.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).saturating_add(1).max(1);
        let draw = i64::try_from((u128::from(self.next()) * u128::from(width.unsigned_abs())) >> 64);
        low.saturating_add(draw.unwrap_or(0))
    }

    /// A place in a list of `count`; 0 for an empty list.
    pub fn index(&mut self, count: usize) -> usize {
        usize::try_from(self.between(0, i64::try_from(count).unwrap_or(i64::MAX) - 1)).unwrap_or(0)
    }

    /// True in `percent` of 100 draws.
    pub fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of a list; the default of the type when the list is empty.
    pub fn pick<T: Clone + Default>(&mut self, list: &[T]) -> T {
        list.get(self.index(list.len())).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_stay_inside_their_bounds_and_reach_them() {
        let mut rng = Rng::new(1, 2);
        let draws: Vec<i64> = (0..2_000).map(|_| rng.between(-3, 4)).collect();
        assert_eq!((draws.iter().min(), draws.iter().max()), (Some(&-3), Some(&4)));
        assert_eq!(rng.between(7, 7), 7);
        assert_eq!(rng.index(0), 0);
    }

    #[test]
    fn seed_and_purpose_both_make_another_stream() {
        let first = |seed, purpose| Rng::new(seed, purpose).next();
        assert_eq!(first(1, 1), first(1, 1));
        assert_ne!(first(1, 1), first(2, 1));
        assert_ne!(first(1, 1), first(1, 2));
    }
}
