//! `audit`: the chain of events, checked or written out.
//!
//! Must never change anything, and must never call a broken chain good.

use super::args::AuditAction;
use super::session::Session;
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::store::events::Event;
use crate::workflow::Result;
use crate::workflow::history::{self, AuditReport};
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

/// Checks or exports the chain.
pub fn audit(session: &Session, action: &AuditAction) -> Result<Exit> {
    let profile = session.look()?;
    let report = match action {
        AuditAction::Verify => history::audit_verify(&profile)?,
        AuditAction::Export { file } => {
            let mut out = BufWriter::new(File::create(file).map_err(|why| cannot_write(file, &why))?);
            let mut kept = Ok(());
            let report = history::audit(&profile, |event| {
                if kept.is_ok() {
                    kept = write_line(&mut out, event);
                }
            })?;
            kept.and_then(|()| out.flush()).map_err(|why| cannot_write(file, &why))?;
            report
        }
    };
    let report = match super::session::state_folder() {
        Some(state) => history::held_against_memory(&profile, report, &state)?,
        None => report,
    };
    tell(session, &report)
}

fn write_line(out: &mut impl io::Write, event: &Event) -> io::Result<()> {
    serde_json::to_writer(&mut *out, event)?;
    out.write_all(b"\n")
}

fn tell(session: &Session, report: &AuditReport) -> Result<Exit> {
    session.out.document(report)?;
    if let Some(seq) = report.broken_at {
        session.out.problem(&Problem::new(
            Exit::NeedsPerson,
            "AUDIT-BROKEN",
            format!("The chain of events breaks at event {seq}."),
            "Somebody or something changed the record of decisions after they were made.",
            "Keep this copy, compare it with a backup, and find out who had the file.",
        ));
        return Ok(Exit::NeedsPerson);
    }
    if !session.out.is_json() {
        session.out.say(&format!("The chain of {} events holds.", report.events))?;
    }
    Ok(Exit::Done)
}

fn cannot_write(file: &Path, why: &io::Error) -> Problem {
    Problem::new(
        Exit::Usage,
        "AUDIT-WRITE",
        format!("{} could not be written: {why}.", file.display()),
        "The chain itself is untouched.",
        "Choose another file, or make room, and run it again.",
    )
}
