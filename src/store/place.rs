//! Where a profile may stand: on a disk of this computer, readable by its owner alone.
//!
//! Must never let a database with a write-ahead log stand on a network share: SQLite's log does not work over one, and
//! two computers would write over each other's books (`security.md` 4, `rust-tui.md` 10).

use super::{Result, StoreError};
use std::fs::OpenOptions;
use std::path::Path;

/// File systems that reach over a network, as Linux names them.
#[cfg(any(target_os = "linux", test))]
const NETWORK: [&str; 16] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ncpfs",
    "coda",
    "ceph",
    "glusterfs",
    "lustre",
    "davfs",
    "fuse.sshfs",
    "fuse.davfs2",
    "fuse.glusterfs",
];

/// Refuses a folder on a network share.
pub(super) fn refuse_share(dir: &Path) -> Result<()> {
    // A folder that is not there yet stands where its parent stands.
    let there = dir.ancestors().find_map(|part| std::fs::canonicalize(part).ok());
    match there.as_deref().and_then(share_of) {
        Some(kind) => Err(StoreError::Share(kind)),
        None => Ok(()),
    }
}

#[cfg(target_os = "linux")]
fn share_of(path: &Path) -> Option<String> {
    share_in(&std::fs::read_to_string("/proc/self/mountinfo").ok()?, path)
}

/// The kind of share that a path stands on, by the system's table of mounts.
#[cfg(any(target_os = "linux", test))]
fn share_in(mounts: &str, path: &Path) -> Option<String> {
    let mut found: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        // `36 35 98:0 /root /mount/point options - type source super-options`
        let Some((left, right)) = line.split_once(" - ") else { continue };
        let (Some(point), Some(kind)) = (left.split(' ').nth(4), right.split(' ').next()) else { continue };
        let point = point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
        let depth = Path::new(&point).components().count();
        // The last of two mounts on one place is the one that is seen.
        if path.starts_with(&point) && found.is_none_or(|(deepest, _)| depth >= deepest) {
            found = Some((depth, kind));
        }
    }
    found.map(|(_, kind)| kind).filter(|kind| NETWORK.contains(kind)).map(ToString::to_string)
}

/// On Windows a whole path tells it: a drive letter of a share becomes the share's own name.
#[cfg(windows)]
fn share_of(path: &Path) -> Option<String> {
    use std::path::{Component, Prefix};
    match path.components().next() {
        Some(Component::Prefix(prefix)) => match prefix.kind() {
            Prefix::UNC(server, _) | Prefix::VerbatimUNC(server, _) => {
                Some(format!("the share of {}", server.to_string_lossy()))
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(not(any(windows, target_os = "linux")))]
fn share_of(_path: &Path) -> Option<String> {
    None
}

/// Makes a file that only its owner may read, before anything is written into it; one that is there stays as it is.
pub(super) fn make_private(path: &Path) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?;
    restrict(path);
    Ok(())
}

/// Takes a file's rights from everybody but its owner. Failing here loses nothing: `doctor` reports wider rights.
#[cfg(unix)]
pub fn restrict(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600));
}

/// On Windows the file takes over the rights of the user's own folder.
#[cfg(not(unix))]
pub fn restrict(_path: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw
40 22 0:38 / /home/ann/office\\040share rw - cifs //server/books rw
41 22 0:39 / /mnt/nas rw shared:9 master:3 - nfs4 nas:/books rw
42 41 259:3 / /mnt/nas/disk rw - ext4 /dev/sdb1 rw
43 22 0:40 / /home/ann/remote rw - fuse.sshfs ann@other:/ rw";

    #[test]
    fn a_folder_on_a_share_is_known_by_the_mount_it_stands_on() {
        let kind = |path: &str| share_in(MOUNTS, Path::new(path));
        assert_eq!(kind("/home/ann/office share/p").as_deref(), Some("cifs"));
        assert_eq!(kind("/mnt/nas/p").as_deref(), Some("nfs4"));
        assert_eq!(kind("/home/ann/remote").as_deref(), Some("fuse.sshfs"));
        for local in ["/home/ann/p", "/mnt/nas/disk/p", "/mnt/nasty", "/"] {
            assert_eq!(kind(local), None, "{local}");
        }
    }

    #[test]
    fn a_profile_on_a_share_is_refused_in_words_and_a_local_one_is_not() {
        let problem: crate::base::Problem = StoreError::Share("cifs".into()).into();
        assert_eq!(problem.code, "STORE-SHARE");
        let dir = tempfile::tempdir().unwrap();
        assert!(refuse_share(&dir.path().join("not/there/yet")).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn every_file_of_the_database_is_its_owners_alone_from_the_first_byte() {
        use std::os::unix::fs::PermissionsExt as _;
        let (dir, store) = super::super::scratch();
        store.write(super::super::Lane::Person, |tx| tx.set_meta("a", "1")).unwrap();
        let mut seen = 0;
        for entry in std::fs::read_dir(dir.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{:?}", entry.file_name());
            seen += 1;
        }
        assert!(seen >= 2, "the database and its log");
    }
}
