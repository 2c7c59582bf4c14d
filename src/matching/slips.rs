//! How many slips of the keyboard lie between two words: letters left out, put in, changed, or two neighbours swapped.
//!
//! Must answer soon where there are more than asked for: millions of words are compared in one run.

/// Longer texts than this are compared by the general method.
const SHORT: usize = 96;

/// The number of slips, if it is at most `most`.
pub(super) fn within(a: &str, b: &str, most: usize) -> Option<usize> {
    if !(a.is_ascii() && b.is_ascii()) || a.len().max(b.len()) > SHORT {
        let distance = strsim::osa_distance(a, b);
        return (distance <= most).then_some(distance);
    }
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let same_start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    a = a.get(same_start..).unwrap_or_default();
    b = b.get(same_start..).unwrap_or_default();
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    a = a.get(..a.len() - same_end).unwrap_or_default();
    b = b.get(..b.len() - same_end).unwrap_or_default();
    if a.is_empty() || b.is_empty() {
        return Some(a.len().max(b.len())).filter(|d| *d <= most);
    }
    if most == 1 {
        return match (a, b) {
            ([_], [_]) => Some(1),
            ([w, x], [y, z]) if w == z && x == y => Some(1),
            _ => None,
        };
    }
    distance(a, b, most)
}

/// Optimal string alignment, row by row, given up as soon as a whole row is too far off.
fn distance(a: &[u8], b: &[u8], most: usize) -> Option<usize> {
    let mut before = [0u8; SHORT + 1];
    let mut last = [0u8; SHORT + 1];
    let mut row = [0u8; SHORT + 1];
    for (at, cell) in (0u8..).zip(last.iter_mut()) {
        *cell = at;
    }
    let cell = |row: &[u8; SHORT + 1], at: usize| row.get(at).copied().unwrap_or(u8::MAX);
    let mut left_letter = None;
    for (i, x) in (0u8..).zip(a) {
        let mut least = i + 1;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        let mut above_letter = None;
        for (j, y) in b.iter().enumerate() {
            let mut best =
                (cell(&last, j + 1) + 1).min(cell(&row, j) + 1).min(cell(&last, j) + u8::from(x != y));
            if j > 0 && left_letter == Some(y) && above_letter == Some(x) {
                best = best.min(cell(&before, j - 1) + 1);
            }
            if let Some(slot) = row.get_mut(j + 1) {
                *slot = best;
            }
            least = least.min(best);
            above_letter = Some(y);
        }
        if usize::from(least) > most {
            return None;
        }
        (before, last, row) = (last, row, before);
        left_letter = Some(x);
    }
    Some(usize::from(cell(&last, b.len()))).filter(|d| *d <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_left_out_put_in_changed_and_swapped_are_one_slip_each() {
        for (a, b) in [("smith", "smth"), ("smith", "smmith"), ("smith", "smyth"), ("smith", "simth")] {
            assert_eq!(within(a, b, 1), Some(1), "{a} {b}");
            assert_eq!(within(a, b, 3), Some(1), "{a} {b}");
        }
        assert_eq!(within("smith", "jones", 2), None);
        assert_eq!(within("müller", "muller", 1), Some(1));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_agrees_with_the_general_method(a in "[a-c]{0,9}", b in "[a-c]{0,9}", most in 1usize..4) {
            let exact = strsim::osa_distance(&a, &b);
            prop_assert_eq!(within(&a, &b, most), (exact <= most).then_some(exact));
        }
    }
}
