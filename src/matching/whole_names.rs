//! What two names of businesses say as a whole: their letters in a row, blanks aside, and their initials.
//!
//! Must say little where words can be laid side by side: one letter makes another word of a short one (`matching.md` 2.3).

use super::name_evidence::{CLOSE_FROM, NameOutcome, Scales};
use super::record::Name;
use super::slips::within;
use super::weights::{FATES, Fate};

/// An acronym that fits, by its number of letters: what the first letters of words say, uneven as they are.
const ACRONYM_PER_LETTER: f64 = 3.4;
/// Few businesses are told by their first letters, so that many a fit is chance.
const ACRONYM_IS_RARE: f64 = 2.0;
/// The most that nearly the same letters say where a short word is damaged.
const SHORT_WORDS_DAMAGED: f64 = 6.3;

/// The same letters but for a few, where blanks are damaged too. Where both sides have as many words, the blanks are right: one
/// letter makes another word of a short one, so that this says little by itself and only does not contradict what else agrees.
pub(super) fn whole_letters(
    left: &Name,
    right: &Name,
    weight: f64,
    scales: Scales<'_>,
) -> Option<NameOutcome> {
    let compared = slips_of_whole(&left.joined, &right.joined);
    let same = left.written == left.joined && right.written == right.joined;
    let written = if same { None } else { slips_of_whole(&left.written, &right.written) };
    let slips = compared.into_iter().chain(written).min()?;
    let blanks_right = slips > 0 && left.words.len() == right.words.len();
    // With more than one slip beside a lost blank, the letters in which two names of one family differ are slips too.
    let doubtful = blanks_right || slips > 1;
    let weight = if doubtful { weight.min(SHORT_WORDS_DAMAGED) } else { weight };
    let close = !blanks_right && slips <= 1 && left.joined.len().min(right.joined.len()) >= CLOSE_FROM;
    let bits = weight - 0.3 - scales.weights.cost(Fate::Slip) * f64::from(slips);
    let mut tally = [0; FATES];
    if let Some(count) = tally.get_mut(Fate::Slip as usize) {
        *count = slips;
    }
    if let Some(count) = tally.get_mut(Fate::Equal as usize) {
        *count = u8::try_from(left.words.len()).unwrap_or(u8::MAX).saturating_sub(slips);
    }
    Some(NameOutcome { bits, complete: !blanks_right, close, tally, ..NameOutcome::default() })
}

fn slips_of_whole(a: &str, b: &str) -> Option<u8> {
    let longer = a.len().max(b.len());
    if a.len().min(b.len()) < 6 || longer > 80 || a.bytes().next() != b.bytes().next() {
        return None;
    }
    within(a, b, 3.min(longer / 6)).and_then(|d| u8::try_from(d).ok())
}

/// "IBM" and "International Business Machines".
pub(super) fn acronym(left: &Name, right: &Name) -> Option<f64> {
    let fits = |short: &Name, long: &Name| match short.words.as_slice() {
        [only] if long.words.len() >= 2 && only.text.len() >= 2 => {
            long.is_told_by(&only.text).then_some(only.text.len())
        }
        _ => None,
    };
    let letters = fits(left, right).or_else(|| fits(right, left))?;
    Some(f64::from(u8::try_from(letters).unwrap_or(u8::MAX)) * ACRONYM_PER_LETTER - ACRONYM_IS_RARE)
}
