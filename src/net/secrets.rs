//! Where the Cin7 key and the Web Connector password are kept (`security.md` 3).
//!
//! Must never print, log or describe a secret, must never write one that came from the environment, and must refuse a
//! file that others on this computer can read. The environment comes first and holds for one run only; else a file
//! that only its owner may read. The vault is a trait, so that the Windows credential store can take over there.

use crate::base::Problem;
use crate::base::problem::Exit;
use secrecy::{ExposeSecret as _, SecretString};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The file's name in the profile.
pub const FILE_NAME: &str = "secrets.toml";
/// The Cin7 key for this run only.
pub const CIN7_KEY_VARIABLE: &str = "COUNTERSIGN_CIN7_KEY";
/// The Web Connector password for this run only.
pub const QBWC_PASSWORD_VARIABLE: &str = "COUNTERSIGN_QBWC_PASSWORD";
/// A file of secrets is a few lines; more is none of ours.
const FILE_BYTES: u64 = 64 * 1024;

/// What can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretName {
    /// Cin7's API key.
    Cin7Key,
    /// The argon2id text of the Web Connector password; the password itself is never kept.
    QbwcPasswordHash,
    /// The key of the endpoint's certificate, as PEM text.
    TlsKey,
}

impl SecretName {
    pub(super) const fn key(self) -> &'static str {
        match self {
            SecretName::Cin7Key => "cin7_key",
            SecretName::QbwcPasswordHash => "qbwc_password_hash",
            SecretName::TlsKey => "tls_key",
        }
    }
}

/// A place that keeps secrets.
pub trait Vault: Send + Sync {
    /// The secret, if there is one.
    ///
    /// # Errors
    /// A [`Problem`] when the place cannot be read or is not safe.
    fn read(&self, name: SecretName) -> Result<Option<SecretString>, Problem>;

    /// Keeps the secret in place of the one before.
    ///
    /// # Errors
    /// A [`Problem`] when the place cannot be written or is not safe.
    fn write(&self, name: SecretName, secret: &SecretString) -> Result<(), Problem>;
}

/// What the Web Connector's password is checked against.
pub enum QbwcPassword {
    /// The password itself, from the environment.
    Plain(SecretString),
    /// Its argon2id text, from the vault.
    Hash(SecretString),
}

/// The secrets of a profile: the environment's for this run, else the vault's.
pub struct Secrets {
    vault: Box<dyn Vault>,
    cin7_key: Option<SecretString>,
    qbwc_password: Option<SecretString>,
}

impl Secrets {
    /// The secrets of the profile in this folder and of this process's environment.
    #[must_use]
    pub fn open(profile: &Path) -> Self {
        let environment = |name: &str| std::env::var(name).ok();
        Self::with(environment, vault_of(profile))
    }

    /// The secrets of this environment and this vault. An empty variable counts as none.
    pub fn with(environment: impl Fn(&str) -> Option<String>, vault: Box<dyn Vault>) -> Self {
        let given = |name| environment(name).filter(|text| !text.is_empty()).map(SecretString::from);
        Secrets { vault, cin7_key: given(CIN7_KEY_VARIABLE), qbwc_password: given(QBWC_PASSWORD_VARIABLE) }
    }

    /// Cin7's API key, if there is one.
    ///
    /// # Errors
    /// As [`Vault::read`].
    pub fn cin7_key(&self) -> Result<Option<SecretString>, Problem> {
        match &self.cin7_key {
            Some(key) => Ok(Some(key.clone())),
            None => self.vault.read(SecretName::Cin7Key),
        }
    }

    /// What the Web Connector's password is checked against, if there is anything.
    ///
    /// # Errors
    /// As [`Vault::read`].
    pub fn qbwc_password(&self) -> Result<Option<QbwcPassword>, Problem> {
        match &self.qbwc_password {
            Some(password) => Ok(Some(QbwcPassword::Plain(password.clone()))),
            None => Ok(self.vault.read(SecretName::QbwcPasswordHash)?.map(QbwcPassword::Hash)),
        }
    }

    /// The key of the endpoint's certificate, if there is one.
    ///
    /// # Errors
    /// As [`Vault::read`].
    pub fn tls_key(&self) -> Result<Option<SecretString>, Problem> {
        self.vault.read(SecretName::TlsKey)
    }

    /// What is kept under a name, whatever the environment says.
    ///
    /// # Errors
    /// As [`Vault::read`].
    pub fn kept(&self, name: SecretName) -> Result<Option<SecretString>, Problem> {
        self.vault.read(name)
    }

    /// Keeps a secret that the operator entered.
    ///
    /// # Errors
    /// As [`Vault::write`].
    pub fn keep(&self, name: SecretName, secret: &SecretString) -> Result<(), Problem> {
        self.vault.write(name, secret)
    }
}

/// Where this system keeps the secrets of a profile: the file, on Windows the credential store before it.
fn vault_of(profile: &Path) -> Box<dyn Vault> {
    let file = FileVault::new(profile.join(FILE_NAME));
    #[cfg(windows)]
    return Box::new(super::credential_store::CredentialVault::new(profile, file));
    #[cfg(not(windows))]
    Box::new(file)
}

/// The file in the profile that only its owner may read.
pub struct FileVault {
    path: PathBuf,
}

impl FileVault {
    /// The vault in this file, which need not exist yet.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        FileVault { path }
    }

    fn load(&self) -> Result<BTreeMap<String, Zeroizing<String>>, Problem> {
        match fs::symlink_metadata(&self.path) {
            Ok(meta) if meta.is_file() => {}
            Ok(_) => return Err(self.unsafe_file("is no plain file")),
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(why) => return Err(self.failed("read", &why)),
        }
        let file = File::open(&self.path).map_err(|why| self.failed("read", &why))?;
        self.refuse_wide_rights(&file)?;
        let mut text = Zeroizing::new(String::new());
        file.take(FILE_BYTES).read_to_string(&mut text).map_err(|why| self.failed("read", &why))?;
        // The parser's own words would quote the line, and with it the secret.
        let entries: BTreeMap<String, String> = toml::from_str(&text)
            .map_err(|_| self.unsafe_file("is not written as this program writes it"))?;
        Ok(entries.into_iter().map(|(name, value)| (name, Zeroizing::new(value))).collect())
    }

    /// Takes a secret out of the file, where another place keeps it now.
    ///
    /// # Errors
    /// As [`Vault::write`].
    #[cfg(any(windows, test))]
    pub(super) fn forget(&self, name: SecretName) -> Result<(), Problem> {
        let mut entries = self.load()?;
        match entries.remove(name.key()) {
            Some(_) => self.store(&entries),
            None => Ok(()),
        }
    }

    fn store(&self, entries: &BTreeMap<String, Zeroizing<String>>) -> Result<(), Problem> {
        let plain: BTreeMap<&str, &str> =
            entries.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let text = toml::to_string(&plain)
            .map(Zeroizing::new)
            .map_err(|_| self.failed("written", &io::Error::from(io::ErrorKind::InvalidData)))?;
        let fresh = self.path.with_extension("toml.new");
        self.replace_with(&fresh, text.as_bytes()).map_err(|why| {
            let _ = fs::remove_file(&fresh);
            self.failed("written", &why)
        })
    }

    /// All or nothing: a new file beside the old one, made with its narrow rights from the start, then renamed.
    fn replace_with(&self, fresh: &Path, bytes: &[u8]) -> io::Result<()> {
        match fs::remove_file(fresh) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
            _ => {}
        }
        let mut file = for_owner_only(OpenOptions::new().write(true).create_new(true)).open(fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(fresh, &self.path)?;
        #[cfg(unix)]
        if let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    #[cfg(unix)]
    fn refuse_wide_rights(&self, file: &File) -> Result<(), Problem> {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.metadata().map_err(|why| self.failed("read", &why))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(self.unsafe_file("can be read or changed by other users of this computer"));
        }
        Ok(())
    }

    /// On Windows the profile lies in the user's own folder, whose list of rights the file takes over.
    #[cfg(not(unix))]
    fn refuse_wide_rights(&self, _file: &File) -> Result<(), Problem> {
        Ok(())
    }

    fn unsafe_file(&self, why: &str) -> Problem {
        Problem::new(
            Exit::Usage,
            "SECRETS-FILE",
            format!("The file of secrets, {}, {why}.", self.path.display()),
            "It was not used. The key in it may be known to others.",
            format!(
                "Allow only yourself to read it (chmod 600 {}), or delete it and enter the secrets again with \
                 `countersign secrets set`. If others could read it, make a new key in Cin7.",
                self.path.display()
            ),
        )
    }

    fn failed(&self, done: &str, why: &io::Error) -> Problem {
        Problem::new(
            Exit::Usage,
            "SECRETS-IO",
            format!("The file of secrets, {}, could not be {done} ({why}).", self.path.display()),
            "What was kept before is unchanged.",
            "Look whether the folder of the profile exists and belongs to you, then try again.",
        )
    }
}

#[cfg(unix)]
fn for_owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn for_owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

impl Vault for FileVault {
    fn read(&self, name: SecretName) -> Result<Option<SecretString>, Problem> {
        let entries = self.load()?;
        Ok(entries
            .get(name.key())
            .filter(|secret| !secret.is_empty())
            .map(|secret| SecretString::from(secret.as_str())))
    }

    fn write(&self, name: SecretName, secret: &SecretString) -> Result<(), Problem> {
        let mut entries = self.load()?;
        entries.insert(name.key().to_string(), Zeroizing::new(secret.expose_secret().to_string()));
        self.store(&entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(folder: &tempfile::TempDir) -> FileVault {
        FileVault::new(folder.path().join(FILE_NAME))
    }

    fn shown(secret: Option<SecretString>) -> Option<String> {
        secret.map(|secret| secret.expose_secret().to_string())
    }

    #[test]
    fn what_is_kept_is_found_again_and_the_other_secret_stays() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(&folder);
        assert_eq!(shown(vault.read(SecretName::Cin7Key).unwrap()), None);
        vault.write(SecretName::Cin7Key, &"k\"ey\n=1".into()).unwrap();
        vault.write(SecretName::QbwcPasswordHash, &"$argon2id$x".into()).unwrap();
        vault.write(SecretName::Cin7Key, &"k2".into()).unwrap();
        assert_eq!(shown(vault.read(SecretName::Cin7Key).unwrap()).unwrap(), "k2");
        assert_eq!(shown(vault.read(SecretName::QbwcPasswordHash).unwrap()).unwrap(), "$argon2id$x");
        vault.forget(SecretName::QbwcPasswordHash).unwrap();
        assert_eq!(shown(vault.read(SecretName::QbwcPasswordHash).unwrap()), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no half-written file is left");
    }

    #[test]
    fn the_environment_comes_first_and_is_never_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = vault(&folder);
        file.write(SecretName::Cin7Key, &"kept".into()).unwrap();
        let environment = |name: &str| (name == CIN7_KEY_VARIABLE).then(|| "for-this-run".to_string());
        let secrets = Secrets::with(environment, Box::new(file));
        assert_eq!(shown(secrets.cin7_key().unwrap()).unwrap(), "for-this-run");
        assert!(secrets.qbwc_password().unwrap().is_none());
        secrets.keep(SecretName::QbwcPasswordHash, &"hash".into()).unwrap();
        assert!(matches!(secrets.qbwc_password().unwrap(), Some(QbwcPassword::Hash(_))));
        assert!(!fs::read_to_string(folder.path().join(FILE_NAME)).unwrap().contains("for-this-run"));
    }

    #[test]
    fn a_damaged_file_is_told_without_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(&folder);
        vault.write(SecretName::Cin7Key, &"x".into()).unwrap();
        fs::write(folder.path().join(FILE_NAME), "cin7_key = CANARY-7781").unwrap();
        let problem = vault.read(SecretName::Cin7Key).unwrap_err();
        assert_eq!(problem.code, "SECRETS-FILE");
        assert!(!format!("{problem:?}{problem}").contains("CANARY"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused_and_ours_is_made_narrow() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(&folder);
        vault.write(SecretName::Cin7Key, &"x".into()).unwrap();
        let path = folder.path().join(FILE_NAME);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(vault.read(SecretName::Cin7Key).unwrap_err().code, "SECRETS-FILE");
        assert!(vault.write(SecretName::Cin7Key, &"y".into()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_somewhere_else_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("other");
        fs::write(&other, "cin7_key = \"stolen\"").unwrap();
        std::os::unix::fs::symlink(&other, folder.path().join(FILE_NAME)).unwrap();
        assert_eq!(vault(&folder).read(SecretName::Cin7Key).unwrap_err().code, "SECRETS-FILE");
    }
}
