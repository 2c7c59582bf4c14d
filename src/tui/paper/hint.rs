//! The hint sheet as a sheet to read, and as a text to take to the other desk (`cin7-quickbooks-integration.md` 9.2).

use super::{Offer, Paper, Piece, head, say, spoken};
use crate::base::DraftId;
use crate::handoff::hints::HintSheet;
use crate::tui::command::Id;
use crate::tui::effect::Action;
use crate::tui::theme::Role;

/// The sheet.
pub fn hint(id: DraftId, name: &str, sheet: &HintSheet) -> Paper {
    let offers = vec![
        Offer::act("e", "write it to a file", Action::ExportHint(id)),
        Offer::run("R", "say how it is settled", Id::Settle),
    ];
    Paper::new(format!("What to do by hand: {name}"), pieces(sheet), offers)
}

fn pieces(sheet: &HintSheet) -> Vec<Piece> {
    let mut pieces = vec![head("Why this program does not do it")];
    pieces.extend(sheet.why.iter().map(|why| Piece::Text(Role::Warn, why.clone())));
    if !sheet.fields.is_empty() {
        pieces.push(Piece::Blank);
        pieces.push(Piece::Sides("QuickBooks has".into(), "Cin7 says".into()));
        pieces.extend(sheet.fields.iter().map(|changed| Piece::Pair {
            label: changed.field.clone(),
            left: changed.before.clone().unwrap_or_default(),
            right: changed.after.clone().unwrap_or_default(),
        }));
    }
    for (title, steps) in [("In QuickBooks", &sheet.quickbooks), ("Or in Cin7", &sheet.cin7)] {
        pieces.push(Piece::Blank);
        pieces.push(head(title));
        let numbered = steps.iter().enumerate();
        pieces.extend(numbered.map(|(at, step)| say(format!("{}. {step}", at + 1))));
    }
    pieces.push(Piece::Blank);
    pieces.push(head("Afterwards"));
    pieces.push(say("Press R: `done by hand` when QuickBooks says the same as Cin7, and the next visit checks it; `keep QuickBooks` to leave it as it is, and the difference stays listed in the proof."));
    pieces
}

/// The same as the lines of a text file.
pub fn text(name: &str, sheet: &HintSheet) -> String {
    let mut lines = vec![format!("What to do by hand: {name}"), String::new()];
    for piece in pieces(sheet) {
        match piece {
            Piece::Blank => lines.push(String::new()),
            other => lines.extend(spoken(&other)),
        }
    }
    let safe: Vec<String> = lines.iter().map(|line| crate::base::text::for_screen(line)).collect();
    safe.join("\r\n") + "\r\n"
}
