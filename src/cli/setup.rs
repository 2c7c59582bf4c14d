//! Step 1 without a screen: `init`, `settings`, `secrets`, `qwc`.
//!
//! Must never print a secret but the one it has just made, once, on stderr; a secret that is told comes from stdin,
//! never from the command line, where other users could read it (`security.md` 3).

use super::args::{By, InitArgs, NewSecretWord, SecretWord, SecretsAction, SettingsAction};
use super::session::{Session, helper};
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::workflow::{InitOptions, Profile, Result, Said, connect, tls};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Longest secret that is read.
const SECRET_BYTES: u64 = 16 * 1024;

fn usage(code: &str, happened: impl Into<String>, do_now: &str) -> Problem {
    Problem::new(Exit::Usage, code, happened, "Nothing was changed.", do_now)
}

/// Makes a profile.
pub fn init(session: &Session, args: InitArgs) -> Result<Exit> {
    let dir = session.dir()?;
    let options = InitOptions {
        cin7_url: args.cin7_url,
        cin7_username: args.cin7_username,
        timezone: args.timezone,
        listen: args.listen,
        qbwc_user: args.qbwc_user,
        start: args.start,
        company_id: Uuid::new_v4(),
        file_id: Uuid::new_v4(),
    };
    let profile = Profile::init(&dir, &options, session.clock()?)?;
    if std::env::var_os(crate::net::secrets::QBWC_PASSWORD_VARIABLE).is_none() {
        show_password(session, &connect::new_qbwc_password(&profile, "init")?);
    }
    let settings = profile.settings();
    session.out.document(&json!({
        "profile": dir, "listen": settings.endpoint.listen, "qbwc_user": settings.endpoint.user,
    }))?;
    if !session.out.is_json() {
        session.out.say(&format!("Made a company profile in {}.", dir.display()))?;
        session.out.say(
            "Next: `countersign secrets set cin7-key`, `countersign qwc`, then `countersign serve --adopt-company` \
             and one update in the Web Connector.",
        )?;
    }
    Ok(Exit::Done)
}

fn show_password(session: &Session, password: &SecretString) {
    session.out.note("The password for the Web Connector, shown only now:");
    session.out.note(&format!("    {}", password.expose_secret()));
}

/// Shows, changes or proposes settings.
pub fn settings(session: &Session, action: Option<SettingsAction>) -> Result<Exit> {
    match action {
        None => show(session),
        Some(SettingsAction::Set { changes, dry_run, by }) => change(session, &changes, dry_run, &by),
        Some(SettingsAction::Propose { accept, by }) => propose(session, accept, &by),
    }
}

fn show(session: &Session) -> Result<Exit> {
    let settings = session.look()?.settings();
    session.out.document(&settings)?;
    if !session.out.is_json() {
        let text = toml::to_string(&settings).map_err(|why| super::bug(&why.to_string()))?;
        session.out.say(&text)?;
    }
    Ok(Exit::Done)
}

fn change(session: &Session, changes: &[String], dry_run: bool, by: &By) -> Result<Exit> {
    let changes = changes
        .iter()
        .map(|change| match change.split_once('=') {
            Some((key, value)) => Ok((key.trim().to_string(), value.trim().to_string())),
            None => Err(usage(
                "SETTINGS-FORM",
                format!("`{change}` is no KEY=VALUE."),
                "Write it as `draft_mode=post`.",
            )),
        })
        .collect::<Result<Vec<_>>>()?;
    if dry_run {
        return preview(session, &connect::preview_change(&*session.look()?, &changes)?);
    }
    let profile = session.hold("settings")?;
    let by = helper(&profile, by)?;
    session.done(&connect::change_settings(&profile, &changes, &by)?)
}

/// What a change would do; nothing of it was done.
fn preview(session: &Session, preview: &connect::ChangePreview) -> Result<Exit> {
    session.out.document(preview)?;
    if !session.out.is_json() {
        for (key, before, after) in &preview.changes {
            let shown =
                |value: &str| if value.is_empty() { "not set".to_string() } else { value.to_string() };
            session.out.say(&format!("{key}: {} -> {}", shown(before), shown(after)))?;
        }
        session.out.say(&preview.in_words())?;
        for group in &preview.groups {
            let step = format!("{} -> {}", group.state_before, group.state_after);
            session.out.say(&format!("  {}", group.in_words(step.trim_start())))?;
        }
        for draft in &preview.altered {
            let total =
                |total: Option<crate::base::Cents>| total.map_or_else(|| "-".to_string(), |t| t.to_string());
            session.out.say(&format!(
                "  {:<6} {:<20} {} {} -> {} {}{}",
                draft.id,
                draft.reference,
                draft.state_before,
                total(draft.total_before),
                draft.state_after,
                total(draft.total_after),
                if draft.loses_approval { "  loses its approval" } else { "" }
            ))?;
        }
        session.out.note("Nothing was changed.");
    }
    Ok(Exit::Done)
}

fn propose(session: &Session, accept: bool, by: &By) -> Result<Exit> {
    if !accept {
        let map = connect::view(&*session.look()?)?.map;
        session.out.document(&map)?;
        if !session.out.is_json() {
            for row in &map.rows {
                let mark = if row.set {
                    "set"
                } else if row.sure {
                    "sure"
                } else {
                    "ask"
                };
                let value = if row.value.is_empty() { "-" } else { &row.value };
                session.out.say(&format!("{mark:<5}{} = {value}   ({})", row.key, row.reason))?;
            }
            for name in &map.missing {
                session.out.say(&format!("new  {name}"))?;
            }
            for warning in &map.warnings {
                session.out.note(warning);
            }
        }
        return Ok(Exit::Done);
    }
    let profile = session.hold("settings propose")?;
    let by = helper(&profile, by)?;
    let said = connect::accept_map(&profile, &by)?;
    session.done(&said)?;
    let open: Vec<_> = connect::view(&profile)?
        .map
        .rows
        .into_iter()
        .filter(|row| !row.set && !row.value.is_empty())
        .collect();
    for row in &open {
        session
            .out
            .note(&format!("Still to be decided: {} (perhaps {}): {}", row.key, row.value, row.reason));
    }
    Ok(if open.is_empty() { Exit::Done } else { Exit::NeedsPerson })
}

/// Keeps or makes a secret.
pub fn secrets(session: &Session, action: &SecretsAction) -> Result<Exit> {
    let profile = session.hold("secrets")?;
    match action {
        SecretsAction::Set { name: SecretWord::Cin7Key, by } => {
            connect::set_cin7_key(&profile, &from_stdin(session)?, &helper(&profile, by)?)?;
            session.done(&Said::new(1, "The Cin7 key is kept; only you can read it."))
        }
        SecretsAction::Set { name: SecretWord::TlsKey, by } => {
            tls::set_key(&profile, &from_stdin(session)?, &helper(&profile, by)?)?;
            session.done(&Said::new(1, "The key of the certificate is kept; only you can read it."))
        }
        SecretsAction::New { what: NewSecretWord::Certificate, names, by } => {
            if names.is_empty() {
                return Err(usage(
                    "TLS-NAME",
                    "A certificate needs the name of this computer.",
                    "Add --name and the name under which the other computer finds this one.",
                ));
            }
            session.done(&tls::make(&profile, names, &helper(&profile, by)?)?)
        }
        SecretsAction::New { what: NewSecretWord::QbwcPassword, by, .. } => {
            show_password(session, &connect::new_qbwc_password(&profile, &helper(&profile, by)?)?);
            session.done(&Said::new(
                1,
                "The Web Connector needs the new password: click the password field of Countersign there and type it.",
            ))
        }
    }
}

fn from_stdin(session: &Session) -> Result<SecretString> {
    if std::io::stdin().is_terminal() {
        session.out.note("Type or paste the secret, then press Enter and Ctrl-D:");
    }
    let mut text = Zeroizing::new(String::new());
    let read = std::io::stdin().lock().take(SECRET_BYTES).read_to_string(&mut text);
    let secret = text.trim();
    if read.is_err() || secret.is_empty() {
        return Err(usage(
            "SECRET-EMPTY",
            "No secret came on stdin.",
            "Pipe it in, or type it and end with Ctrl-D.",
        ));
    }
    Ok(SecretString::from(secret))
}

/// Writes the file for the Web Connector.
pub fn qwc(session: &Session, out: Option<&Path>, computer: Option<&str>) -> Result<Exit> {
    // A computer of its own is a Web Connector identity of its own, which is written down.
    let profile = if computer.is_some() { session.hold("qwc")? } else { session.look()? };
    let path = match (out, computer) {
        (None, None) => connect::write_qwc(&profile)?,
        _ => {
            let text = connect::qwc(&profile, computer)?;
            if out == Some(Path::new("-")) {
                session.out.exact(&text)?;
                return Ok(Exit::Done);
            }
            let name =
                computer.map_or("countersign.qwc".into(), |c| format!("countersign-{}.qwc", file_word(c)));
            let path = out.map_or_else(|| profile.dir().join("exports").join(name), Path::to_path_buf);
            write_file(&path, &text)?;
            path
        }
    };
    let (file, steps) = (connect::qwc_file(&profile, computer)?, connect::qwc_steps(&profile, computer)?);
    session.out.document(&json!({
        "file": path, "app_name": file.app_name, "app_url": file.app_url, "user": file.user, "steps": steps,
    }))?;
    if !session.out.is_json() {
        session.out.say(&format!("Wrote {}. On the computer with QuickBooks:", path.display()))?;
        for (number, step) in (1..).zip(&steps) {
            session.out.say(&format!("{number}. {step}"))?;
        }
    }
    Ok(Exit::Done)
}

fn file_word(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

/// Writes a file that a person asked for.
///
/// # Errors
/// When it cannot be written: exit 2.
pub fn write_file(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|why| {
        usage(
            "FILE-WRITE",
            format!("{} could not be written: {why}.", path.display()),
            "Choose another file, or make room, and run it again.",
        )
    })
}
