//! The password check of the endpoint.
//!
//! Must never keep or print a password: the store holds an argon2id hash only, and a run holds a keyed digest of a login
//! that succeeded. An unknown user and a wrong password take the same way and the same time; guesses are slowed per user
//! name without holding a worker, and nobody is ever locked out for good. Follows `security.md` 1 and design 8.19.

use crate::base::Instant;
use crate::base::limits::{
    ARGON2_KIB, ARGON2_PASSES, LOGIN_DELAY_MAX_SECONDS, LOGIN_FREE_FAILURES, PASSWORD_LENGTH,
};
use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use ring::hmac;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// User names whose failures are remembered; beyond that the one that failed longest ago is forgotten. Names that are
/// not ours can be tried for ever without effect.
const NAMES_REMEMBERED: usize = 1_000;
/// The letters of a password of ours: none that is mistaken for another on paper.
const ALPHABET: [char; 32] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w',
    'x', 'y', 'z', '2', '3', '4', '5', '6', '7', '8', '9',
];

/// A password could not be hashed: the hashing library refused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashFailed;

/// What a login is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The user is who he says.
    Welcome,
    /// Wrong name or password: `nvu`.
    Refused,
    /// Too many failures in a row: `nvu` at once, without looking at the password.
    TooSoon,
}

/// What is remembered of one user name.
#[derive(Clone, Copy, Default)]
struct Failures {
    in_a_row: u32,
    /// Milliseconds since 1970 until which everything is refused.
    until: i64,
    /// Milliseconds since 1970 of the last failure.
    last: i64,
}

#[derive(Default)]
struct Memory {
    failures: HashMap<String, Failures>,
    /// User name to the keyed digest of name, password and hash of a login that succeeded in this run.
    proven: HashMap<String, Vec<u8>>,
}

/// Checks logins. One per running endpoint.
pub struct LoginGate {
    run_key: hmac::Key,
    dummy: String,
    memory: Mutex<Memory>,
    /// Only one login is computed at a time: each takes a core.
    hashing: Mutex<()>,
}

impl LoginGate {
    /// A gate with a key of its own for this run.
    ///
    /// # Errors
    /// [`HashFailed`] when the hash for unknown users cannot be made.
    pub fn new(random: [u8; 32]) -> Result<Self, HashFailed> {
        let dummy = hash_password("", random.first_chunk().copied().unwrap_or_default())?;
        Ok(LoginGate {
            run_key: hmac::Key::new(hmac::HMAC_SHA256, &random),
            dummy,
            memory: Mutex::new(Memory::default()),
            hashing: Mutex::new(()),
        })
    }

    /// Checks a login against the hash kept for that user name, or none where there is no such user. May take some
    /// tens of milliseconds: call it on a thread that may block.
    pub fn check(&self, user: &str, password: &str, hash: Option<&str>, now: Instant) -> Admission {
        let now = now.as_millisecond();
        let digested = self.digested(user, password, hash.unwrap_or(&self.dummy));
        let proven = hash.is_some() && self.is_proven(user, &digested);
        if self.delayed(user, now) {
            // Whoever guesses under the name of the Web Connector must not keep the Web Connector itself out. What it
            // has proved in this run passes, where it is long enough that no number of guesses finds it this way.
            let passes = proven && password.chars().count() >= PASSWORD_LENGTH;
            return if passes { Admission::Welcome } else { Admission::TooSoon };
        }
        if proven {
            lock(&self.memory).failures.remove(user);
            return Admission::Welcome;
        }
        let turn = lock(&self.hashing);
        // While this login waited for its turn, others under the same name may have failed.
        if self.delayed(user, now) {
            return Admission::TooSoon;
        }
        let matches = verify(password, hash.unwrap_or(&self.dummy));
        drop(turn);
        if matches && hash.is_some() {
            self.remember_success(user, &digested);
            Admission::Welcome
        } else {
            self.remember_failure(user, now);
            Admission::Refused
        }
    }

    fn delayed(&self, user: &str, now: i64) -> bool {
        // A clock set back must not make the wait longer than the longest one.
        let longest = i64::try_from(LOGIN_DELAY_MAX_SECONDS).unwrap_or(60) * 1_000;
        let until = lock(&self.memory).failures.get(user).map_or(0, |failures| failures.until);
        now < until && until - now <= longest
    }

    /// Name, password and hash with their lengths in front: a new password makes the old digest useless.
    fn digested(&self, user: &str, password: &str, hash: &str) -> Vec<u8> {
        let mut message = Vec::with_capacity(user.len() + password.len() + hash.len() + 24);
        for part in [user, password, hash] {
            message.extend_from_slice(&(part.len() as u64).to_be_bytes());
            message.extend_from_slice(part.as_bytes());
        }
        let tag = hmac::sign(&self.run_key, &message);
        zeroize::Zeroize::zeroize(&mut message);
        tag.as_ref().to_vec()
    }

    fn is_proven(&self, user: &str, digested: &[u8]) -> bool {
        use subtle::ConstantTimeEq as _;
        lock(&self.memory).proven.get(user).is_some_and(|known| known.as_slice().ct_eq(digested).into())
    }

    fn remember_success(&self, user: &str, digested: &[u8]) {
        let mut memory = lock(&self.memory);
        memory.failures.remove(user);
        memory.proven.insert(user.to_string(), digested.to_vec());
    }

    fn remember_failure(&self, user: &str, now: i64) {
        let mut memory = lock(&self.memory);
        if memory.failures.len() >= NAMES_REMEMBERED && !memory.failures.contains_key(user) {
            let oldest = memory.failures.iter().min_by_key(|(_, failures)| failures.last);
            if let Some(name) = oldest.map(|(name, _)| name.clone()) {
                memory.failures.remove(&name);
            }
        }
        let failures = memory.failures.entry(user.to_string()).or_default();
        failures.in_a_row = failures.in_a_row.saturating_add(1);
        failures.last = now;
        if let Some(over) = failures.in_a_row.checked_sub(LOGIN_FREE_FAILURES) {
            let seconds = 1_u64.checked_shl(over.min(32)).unwrap_or(u64::MAX).min(LOGIN_DELAY_MAX_SECONDS);
            failures.until = now.saturating_add(i64::try_from(seconds).unwrap_or(60) * 1_000);
        }
    }
}

/// A lock whose holder panicked still holds plain counts; they are used as they are.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One hash is computed at a time: each takes 19 MiB.
static TURN: Mutex<()> = Mutex::new(());

/// Blocks of 1 KiB asked for at least, though most are never touched: what is larger than 32 MiB an allocator takes from
/// the system and gives back when it is let go, while the 19 MiB of a hash would stay with the thread that computed it.
const GIVEN_BACK: usize = 33 * 1_024;

fn computed(password: &str, salt: &[u8], params: Params) -> Result<Output, argon2::Error> {
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let turn = lock(&TURN);
    let mut room: Vec<Block> = Vec::with_capacity(params.block_count().max(GIVEN_BACK));
    room.resize(params.block_count(), Block::new());
    let mut hash = vec![0; length];
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let done =
        hasher.hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, room.as_mut_slice());
    // Nothing that was made of a password stays.
    room.fill(Block::new());
    drop(room);
    drop(turn);
    done?;
    Output::new(&hash).map_err(|_| argon2::Error::OutputTooLong)
}

/// Whether a password gives the hash that is kept of it; compared in constant time.
fn verify(password: &str, hash: &str) -> bool {
    let Ok(kept) = PasswordHash::new(hash) else { return false };
    let (Some(salt), Some(wanted)) = (&kept.salt, &kept.hash) else { return false };
    let Ok(params) = Params::try_from(&kept) else { return false };
    // `Output` compares in constant time.
    kept.algorithm == Algorithm::Argon2id.ident()
        && kept.version == Some(Version::V0x13.into())
        && computed(password, salt.as_ref(), params).is_ok_and(|found| found == *wanted)
}

/// The argon2id hash of a password as a PHC string, for the store.
///
/// # Errors
/// [`HashFailed`] when the library refuses the password.
pub fn hash_password(password: &str, salt: [u8; 16]) -> Result<String, HashFailed> {
    let params = Params::new(ARGON2_KIB, ARGON2_PASSES, 1, None).map_err(|_| HashFailed)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: (&params).try_into().map_err(|_| HashFailed)?,
        salt: Some(Salt::new(&salt).map_err(|_| HashFailed)?),
        hash: Some(computed(password, &salt, params).map_err(|_| HashFailed)?),
    };
    Ok(hash.to_string())
}

/// A password of 24 letters and digits in four groups, from 120 of the random bits given.
#[must_use]
pub fn make_password(random: [u8; 24]) -> String {
    let mut out = String::with_capacity(27);
    for (place, byte) in random.iter().enumerate() {
        if place > 0 && place.is_multiple_of(6) {
            out.push('-');
        }
        out.push(ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or('a'));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn gate() -> (LoginGate, String) {
        (LoginGate::new([7; 32]).unwrap(), hash_password("secret pass", [9; 16]).unwrap())
    }

    fn at(seconds: u64) -> Instant {
        Instant::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds)
    }

    #[test]
    fn the_right_password_is_welcome_again_and_again() {
        let (gate, hash) = gate();
        for second in 0..3 {
            assert_eq!(gate.check("bob", "secret pass", Some(&hash), at(second)), Admission::Welcome);
        }
    }

    #[test]
    fn blanks_and_case_count() {
        let (gate, hash) = gate();
        for wrong in ["secret pass ", "Secret pass", "", "secret"] {
            assert_eq!(gate.check("bob", wrong, Some(&hash), at(0)), Admission::Refused, "{wrong}");
        }
    }

    #[test]
    fn an_unknown_user_is_refused_like_a_wrong_password_even_with_the_dummys_own() {
        let (gate, _) = gate();
        assert_eq!(gate.check("eve", "", None, at(0)), Admission::Refused);
        assert_eq!(gate.check("eve", "x", Some("no hash at all"), at(0)), Admission::Refused);
    }

    #[test]
    fn a_proven_login_is_forgotten_when_the_password_changes() {
        let (gate, hash) = gate();
        assert_eq!(gate.check("bob", "secret pass", Some(&hash), at(0)), Admission::Welcome);
        let new = hash_password("another", [1; 16]).unwrap();
        assert_eq!(gate.check("bob", "secret pass", Some(&new), at(1)), Admission::Refused);
        assert_eq!(gate.check("bob", "secret pass", None, at(1)), Admission::Refused);
    }

    #[test]
    fn failures_are_slowed_down_by_doubling_and_never_for_good() {
        let (gate, hash) = gate();
        let mut now = 0;
        for _ in 0..LOGIN_FREE_FAILURES {
            assert_eq!(gate.check("bob", "wrong", Some(&hash), at(now)), Admission::Refused);
        }
        assert_eq!(gate.check("bob", "secret pass", Some(&hash), at(now)), Admission::TooSoon);
        assert_eq!(gate.check("amy", "secret pass", Some(&hash), at(now)), Admission::Welcome);
        for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(
                gate.check("bob", "wrong", Some(&hash), at(now + wait - 1)),
                Admission::TooSoon,
                "{wait}"
            );
            now += wait;
            assert_eq!(gate.check("bob", "wrong", Some(&hash), at(now)), Admission::Refused, "{wait}");
        }
        assert_eq!(gate.check("bob", "secret pass", Some(&hash), at(now + 60)), Admission::Welcome);
        assert_eq!(gate.check("bob", "wrong", Some(&hash), at(now + 60)), Admission::Refused);
        assert_eq!(gate.check("bob", "secret pass", Some(&hash), at(now + 60)), Admission::Welcome);
    }

    #[test]
    fn who_guesses_under_the_web_connectors_name_does_not_keep_it_out() {
        let gate = LoginGate::new([7; 32]).unwrap();
        let long = make_password([3; 24]);
        let hash = hash_password(&long, [9; 16]).unwrap();
        assert_eq!(gate.check("bob", &long, Some(&hash), at(0)), Admission::Welcome);
        for _ in 0..=LOGIN_FREE_FAILURES {
            gate.check("bob", "guessed", Some(&hash), at(1));
        }
        assert_eq!(gate.check("bob", &long, Some(&hash), at(1)), Admission::Welcome);
        assert_eq!(
            gate.check("bob", "guessed", Some(&hash), at(1)),
            Admission::TooSoon,
            "the guesser still waits"
        );
        let other = hash_password("another password of length", [1; 16]).unwrap();
        let newer = gate.check("bob", "another password of length", Some(&other), at(1));
        assert_eq!(newer, Admission::TooSoon, "what was not proved in this run waits too");
    }

    #[test]
    fn a_clock_set_back_does_not_lock_anybody_out() {
        let (gate, hash) = gate();
        for _ in 0..LOGIN_FREE_FAILURES {
            gate.check("bob", "wrong", Some(&hash), at(10_000));
        }
        assert_eq!(gate.check("bob", "secret pass", Some(&hash), at(0)), Admission::Welcome);
    }

    #[test]
    fn the_hash_is_argon2id_with_the_agreed_cost_and_hides_the_password() {
        let (_, hash) = gate();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!hash.contains("secret"));
        assert_ne!(hash, hash_password("secret pass", [8; 16]).unwrap());
    }

    #[test]
    fn a_made_password_has_more_than_twenty_letters_that_cannot_be_confused() {
        let made = make_password(std::array::from_fn(|n| u8::try_from(n * 11 % 256).unwrap()));
        assert_eq!(made.len(), 27);
        assert!(made.chars().filter(|c| *c != '-').count() >= crate::base::limits::PASSWORD_LENGTH);
        assert!(
            made.chars().all(|c| c == '-' || (c.is_ascii_alphanumeric() && !"01lo".contains(c))),
            "{made}"
        );
    }
}
