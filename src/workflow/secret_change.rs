//! A secret of the profile is kept or replaced: a decision like every other, so the chain of events tells it.
//!
//! Must never let the secret, its length or a digest of it into an event (`exactly-once.md` I25): only whose it is, and
//! whether there was one before. The event comes first: a change that nobody can see is worse than one that is told and
//! did not come about, which is told as well.

use super::decide::signed;
use super::{Profile, Result};
use crate::net::secrets::SecretName;
use crate::store::Lane;
use secrecy::{ExposeSecret as _, SecretString};

/// What the events are about.
const SUBJECT: &str = "secrets";

/// What the events of a secret are called.
const fn kinds(name: SecretName) -> (&'static str, &'static str) {
    match name {
        SecretName::Cin7Key => ("cin7_key_changed", "cin7_key_not_kept"),
        SecretName::QbwcPasswordHash => ("qbwc_password_changed", "qbwc_password_not_kept"),
        SecretName::TlsKey => ("certificate_key_changed", "certificate_key_not_kept"),
    }
}

/// Keeps a secret in place of the one before; the same one again changes nothing.
///
/// # Errors
/// Without a name under it, when the event cannot be written, or when the secret cannot be kept safely.
pub(super) fn keep(profile: &Profile, name: SecretName, secret: &SecretString, by: &str) -> Result<()> {
    let who = signed(profile, by)?;
    let secrets = profile.secrets()?;
    let before = secrets.kept(name)?;
    if before.as_ref().is_some_and(|before| before.expose_secret() == secret.expose_secret()) {
        return Ok(());
    }
    let (changed, not_kept) = kinds(name);
    let told = if before.is_some() { "replaced" } else { "first" };
    let (at, by) = (who.at.clone(), who.by.clone());
    profile.store().write(Lane::Person, move |tx| tx.event(&at, &by, changed, SUBJECT, &told))?;
    if let Err(problem) = secrets.keep(name, secret) {
        let why = problem.code.clone();
        profile.store().write(Lane::Person, move |tx| tx.event(&who.at, &who.by, not_kept, SUBJECT, &why))?;
        return Err(problem);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::history;

    fn told(profile: &Profile) -> Vec<(String, String, String, String)> {
        let mut events = history::events(profile, i64::MAX, 100).unwrap();
        events.retain(|event| event.subject == SUBJECT);
        events.reverse();
        events.into_iter().map(|event| (event.actor, event.kind, event.subject, event.body)).collect()
    }

    #[test]
    fn a_secret_that_is_kept_or_replaced_is_told_without_a_word_of_it_and_one_that_cannot_be_kept_is_told_too()
     {
        let (_dir, profile) = Profile::fresh();
        let secret = |text: &str| SecretString::from(text.to_string());
        for key in ["key-one", "key-one", "key-two"] {
            keep(&profile, SecretName::Cin7Key, &secret(key), "Ann").unwrap();
        }
        let row = |kind: &str, body: &str| {
            ("Ann".to_string(), kind.to_string(), "secrets".to_string(), format!("\"{body}\""))
        };
        let mut expected = vec![row("cin7_key_changed", "first"), row("cin7_key_changed", "replaced")];
        assert_eq!(told(&profile), expected);
        assert!(keep(&profile, SecretName::TlsKey, &secret("key"), " ").is_err(), "nobody decided it");
        assert_eq!(told(&profile), expected);
        // Where the secrets stand, a folder stands in the way.
        let file = profile.dir().join(crate::net::secrets::FILE_NAME);
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        assert!(keep(&profile, SecretName::Cin7Key, &secret("key-three"), "Ann").is_err());
        assert_eq!(told(&profile), expected, "what cannot be read is not replaced");
        std::fs::remove_dir(&file).unwrap();
        keep(&profile, SecretName::Cin7Key, &secret("key-three"), "Ann").unwrap();
        expected.push(row("cin7_key_changed", "first"));
        assert_eq!(told(&profile), expected);
        assert!(history::audit_verify(&profile).unwrap().broken_at.is_none());
    }
}
