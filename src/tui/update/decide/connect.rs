//! Decisions on the Connect screen.
//!
//! Must never change a setting without showing first what it would do to drafts.

use super::super::{Effect, act, overlays, run_or_say, setup};
use crate::tui::command::Id;
use crate::tui::connect_rows::{self, Field};
use crate::tui::effect::{Action, Irreversible};
use crate::tui::model::Model;

/// Runs a command of the Connect screen.
pub fn command(model: &mut Model, id: Id) -> Vec<Effect> {
    match id {
        Id::EditSetting => row(model),
        Id::Setup => setup::open(model),
        Id::Doctor => act(model, Action::Doctor),
        Id::AcceptMap => act(model, Action::AcceptMap),
        Id::Writeback => act(model, Action::Writeback),
        Id::TestCin7 => act(model, Action::TestCin7),
        Id::Visit => act(model, Action::Visit { lists: true }),
        Id::WriteQwc => act(model, Action::WriteQwc),
        Id::ShowQwc => act(model, Action::ShowQwc),
        Id::NewPassword => overlays::ask_new_password(model),
        Id::AdoptCompany => act(model, Action::Ask(Irreversible::AdoptCompany)),
        _ => Vec::new(),
    }
}

/// Enter on a row of the Connect screen.
pub fn row(model: &mut Model) -> Vec<Effect> {
    let rows = connect_rows::rows(&model.connect);
    let Some(row) = rows.get(model.connect.list.cursor()) else { return Vec::new() };
    let command = match &row.field {
        Field::Note => {
            model.say("This row is only to be read.");
            return Vec::new();
        }
        Field::FirstDay => Some(Id::Setup),
        Field::Doctor => Some(Id::Doctor),
        Field::TestCin7 => Some(Id::TestCin7),
        Field::Qwc => Some(Id::WriteQwc),
        Field::Password => Some(Id::NewPassword),
        Field::Company => Some(Id::AdoptCompany),
        Field::AllSettings => Some(Id::Settings),
        Field::Lists => {
            model.say(row.more.clone());
            return Vec::new();
        }
        _ => None,
    };
    if let Some(id) = command {
        return run_or_say(model, id);
    }
    let field = row.field.clone();
    if !model.is_host && field != Field::Note {
        return run_or_say(model, Id::EditSetting);
    }
    overlays::ask_field(model, field)
}
