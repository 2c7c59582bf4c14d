//! What became of a file, or everything that is wrong with it.

use super::{Paper, Piece, head, say};
use crate::tui::theme::Role;
use crate::workflow::imports::Imported;

/// The sheet of a file that was refused.
pub fn imported(imported: &Imported) -> Paper {
    let mut pieces = vec![Piece::Text(Role::Warn, imported.done.clone())];
    if !imported.errors.is_empty() {
        pieces.push(say(
            "The file is taken in whole or not at all. Correct these places, then import it again.",
        ));
        pieces.push(Piece::Blank);
        pieces.push(head("To correct"));
    }
    for wrong in &imported.errors {
        let line = if wrong.line == 0 { "the file".to_string() } else { format!("line {}", wrong.line) };
        let column = if wrong.column.is_empty() { String::new() } else { format!(", {}", wrong.column) };
        pieces.push(say(format!("{line}{column}: {}", wrong.text)));
    }
    Paper::new(format!("Import of {}", imported.file), pieces, Vec::new())
}
