//! What the profile stands on: its chain of events, its folder, its secrets, Cin7, the port.
//!
//! Must never take the port away from a running endpoint: a port in use is asked who answers there.

use super::Check;
use crate::base::Problem;
use crate::net::listener;
use crate::net::tls::Tls;
use crate::workflow::{Profile, connect, history};
use std::sync::Arc;

pub(super) fn chain(profile: &Profile) -> Check {
    match history::audit_verify(profile) {
        Err(problem) => Check::of_problem("store", &problem),
        Ok(report) => match report.broken_at {
            None => Check::good("store", format!("the chain of {} events holds", report.events)),
            Some(seq) => Check::bad(
                "store",
                format!("the chain of events breaks at event {seq}"),
                "Somebody or something has changed what was recorded; what was decided since cannot be shown for certain.",
                "Keep this copy, compare it with a backup, and find out who had the file.",
            ),
        },
    }
}

/// Others on this computer must not read the books (`security.md` 4).
#[cfg(unix)]
pub(super) fn folder(profile: &Profile) -> Option<Check> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(profile.dir()).ok()?.permissions().mode() & 0o077;
    Some(if mode == 0 {
        Check::good("folder", "only its owner may read it")
    } else {
        Check::look(
            "folder",
            format!("{} can be read by other users of this computer", profile.dir().display()),
            "Whoever reads it sees customers, prices and amounts.",
            "Take the rights of group and others away: `chmod 700` on the folder.",
        )
    })
}

/// On Windows the folder lies in the user's own data folder, whose rights the system keeps.
#[cfg(not(unix))]
pub(super) fn folder(_profile: &Profile) -> Option<Check> {
    None
}

pub(super) fn secrets(profile: &Profile) -> Vec<Check> {
    let secrets = match profile.secrets() {
        Ok(secrets) => secrets,
        Err(problem) => return vec![Check::of_problem("secrets", &problem)],
    };
    let key = match secrets.cin7_key() {
        Ok(Some(_)) => Check::good("Cin7 key", "there"),
        Ok(None) => Check::bad(
            "Cin7 key",
            "none",
            "Nothing can be fetched from Cin7.",
            "In Cin7: Integrations > API; make a key, then keep it with `countersign secrets set cin7-key`.",
        ),
        Err(problem) => Check::of_problem("Cin7 key", &problem),
    };
    let password = match secrets.qbwc_password() {
        Ok(Some(_)) => Check::good("Web Connector password", "there"),
        Ok(None) => Check::bad(
            "Web Connector password",
            "none",
            "The Web Connector cannot log in, so nothing reaches QuickBooks.",
            "Make one with `countersign secrets new qbwc-password` (in step 1: p), then type it into the Web Connector.",
        ),
        Err(problem) => Check::of_problem("Web Connector password", &problem),
    };
    vec![key, password]
}

pub(super) async fn cin7(profile: &Arc<Profile>) -> Vec<Check> {
    match connect::test_cin7(profile).await {
        Err(problem) => vec![Check::of_problem("Cin7", &problem)],
        Ok(rows) => rows
            .into_iter()
            .map(|(resource, answer)| {
                let name = format!("Cin7 {resource}");
                match answer {
                    Ok(()) => Check::good(&name, "may be read"),
                    Err(problem) => Check::of_problem(&name, &problem),
                }
            })
            .collect(),
    }
}

/// Free, ours, or somebody else's.
pub(super) async fn endpoint(profile: &Profile) -> Check {
    let listen = profile.settings().endpoint.listen;
    let tls = match crate::workflow::tls::of(profile) {
        Ok(tls) => tls,
        Err(problem) => return Check::of_problem("endpoint", &problem),
    };
    if tls.as_ref().is_some_and(|tls| !tls.in_force(profile.now())) {
        return Check::bad(
            "endpoint",
            "the certificate of the endpoint is out of its dates",
            "The Web Connector refuses it with QBWC1048 or says that no secure channel could be made.",
            "Make a new one with `countersign secrets new certificate --name NAME`, install it where the Web Connector runs.",
        );
    }
    match listener::bind(&listen, tls.is_some()).await {
        Ok(_) => Check::look(
            "endpoint",
            format!("nobody listens on {listen}"),
            "The Web Connector finds nobody while the screen and `serve` are closed. Nothing is lost by that.",
            "Leave the screen open, or start `countersign serve`, when the Web Connector is to come.",
        ),
        Err(problem) if problem.code == "NET-PORT" => held(&listen, tls.as_ref(), &problem).await,
        Err(problem) => Check::of_problem("endpoint", &problem),
    }
}

async fn held(listen: &str, tls: Option<&Tls>, problem: &Problem) -> Check {
    match listener::answers_as_ours(listen, tls).await {
        true => Check::good("endpoint", format!("Countersign answers on {listen}")),
        false => Check::of_problem("endpoint", problem),
    }
}
