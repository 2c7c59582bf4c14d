//! The secrets of a profile in the Windows credential store, where only the user who is logged in can read them.
//!
//! Must never leave a secret behind in the file once the store has it, and must never lose one: where the store takes
//! none (a service without a desktop session, a text above its limit), the file keeps it as on other systems
//! (`security.md` 3).

use super::secrets::{FileVault, SecretName, Vault};
use crate::base::Problem;
use crate::base::problem::Exit;
use keyring::{Entry, Error};
use secrecy::{ExposeSecret as _, SecretString};
use std::path::Path;
use zeroize::Zeroize as _;

/// Under this name our entries stand in the store.
const SERVICE: &str = "Countersign";

/// The credential store, with the file behind it.
pub struct CredentialVault {
    /// Which profile: two companies of one user keep apart.
    profile: String,
    file: FileVault,
}

impl CredentialVault {
    /// The entries of the profile in this folder.
    #[must_use]
    pub fn new(profile: &Path, file: FileVault) -> Self {
        let whole = std::path::absolute(profile).unwrap_or_else(|_| profile.to_path_buf());
        CredentialVault { profile: whole.to_string_lossy().to_lowercase(), file }
    }

    fn entry(&self, name: SecretName) -> Result<Entry, Error> {
        Entry::new(SERVICE, &format!("{} {}", name.key(), self.profile))
    }
}

/// The store says no to everything, for instance in a session without a desktop: then the file is used.
fn is_absent(error: &Error) -> bool {
    matches!(
        error,
        Error::NoStorageAccess(_) | Error::PlatformFailure(_) | Error::TooLong(..) | Error::Invalid(..)
    )
}

fn failed(done: &str) -> Problem {
    Problem::new(
        Exit::Usage,
        "SECRETS-STORE",
        format!("A secret could not be {done} in the Windows credential store."),
        "What was kept before is unchanged.",
        "Look under Credential Manager, Windows Credentials, for entries of Countersign that are damaged, remove them, \
         and enter the secret again.",
    )
}

impl Vault for CredentialVault {
    fn read(&self, name: SecretName) -> Result<Option<SecretString>, Problem> {
        match self.entry(name).and_then(|entry| entry.get_password()) {
            Ok(mut text) => {
                let secret = SecretString::from(text.as_str());
                text.zeroize();
                Ok(Some(secret))
            }
            Err(Error::NoEntry) => self.file.read(name),
            Err(error) if is_absent(&error) => self.file.read(name),
            Err(_) => Err(failed("read")),
        }
    }

    fn write(&self, name: SecretName, secret: &SecretString) -> Result<(), Problem> {
        match self.entry(name).and_then(|entry| entry.set_password(secret.expose_secret())) {
            Ok(()) => self.file.forget(name),
            Err(error) if is_absent(&error) => {
                // An older secret in the store would stand before the new one in the file.
                if let Ok(entry) = self.entry(name) {
                    let _ = entry.delete_credential();
                }
                self.file.write(name, secret)
            }
            Err(_) => Err(failed("kept")),
        }
    }
}
