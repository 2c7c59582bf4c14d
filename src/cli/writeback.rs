//! `writeback`: what Cin7 is told about the books; `take-over`: documents that another program marked as imported.
//!
//! Must never send anything with `--dry-run`.

use super::args::{By, DraftIds};
use super::session::{Session, helper, signer};
use crate::base::problem::Exit;
use crate::workflow::writeback::{self, Report};
use crate::workflow::{Result, drafts};

/// Writes what waits, or shows it.
pub fn write_back(session: &Session, dry_run: bool, by: &By) -> Result<Exit> {
    if dry_run {
        return tell(session, &writeback::preview(&*session.look()?)?, Exit::Done);
    }
    let profile = session.hold("writeback")?;
    let by = helper(&profile, by)?;
    let report = session.wait(writeback::run(&profile, &by, session.stop.token()))?;
    let open = report.waiting + report.unknown + report.refused;
    tell(session, &report, if open == 0 { Exit::Done } else { Exit::NeedsPerson })
}

fn tell(session: &Session, report: &Report, exit: Exit) -> Result<Exit> {
    session.out.document(report)?;
    if !session.out.is_json() {
        session.out.say(&report.in_words())?;
        for row in &report.open {
            let cause = if row.cause.is_empty() { String::new() } else { format!("  {}", row.cause) };
            session.out.say(&format!(
                "  {:<8} {}/{} -> {}{cause}",
                row.state.word(),
                row.cin7_type,
                row.cin7_id,
                row.wanted
            ))?;
        }
    }
    Ok(exit)
}

/// Takes documents over from Cin7's own integration.
pub fn take_over(session: &Session, args: &DraftIds) -> Result<Exit> {
    let profile = session.hold("take-over")?;
    let by = signer(&profile, &args.by)?;
    let ids = args.ids.iter().map(|id| drafts::find(&profile, id)).collect::<Result<Vec<_>>>()?;
    session.done(&writeback::take_over(&profile, &ids, &by)?)
}
