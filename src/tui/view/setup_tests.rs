//! The wizard as text: every step fits, and hostile names stay harmless.

use super::tests::{SIZES, settings, text};
use crate::tui::model::Screen;
use crate::tui::overlay::Overlay;
use crate::tui::sample;
use crate::tui::setup_sample::{facts_for, view_of};
use crate::tui::setup_sheet::SetupSheet;
use crate::workflow::setup::Step;

fn at(step: Step, width: u16, height: u16) -> String {
    let mut model = sample::sized(Screen::Connect, width, height);
    let mut sheet = SetupSheet::default();
    sheet.take(view_of(&facts_for(step)));
    sheet.go_to(step);
    model.overlays.push(Overlay::Setup(sheet));
    text(&model)
}

#[test]
fn every_step_shows_what_it_is_about_and_what_to_do_now_at_80_by_24_and_at_60_by_18() {
    for (width, height) in [(80, 24), (60, 18)] {
        for step in Step::ALL {
            let shown = at(step, width, height);
            assert!(shown.contains(step.title()), "{step:?} at {width}x{height}:\n{shown}");
            assert!(shown.contains("Now:"), "{step:?} at {width}x{height}:\n{shown}");
            assert!(!shown.contains('\u{1b}') && shown.lines().count() == usize::from(height));
        }
    }
}

#[test]
fn the_wizard_as_people_see_it() {
    settings().bind(|| {
        for (name, step) in [("test", Step::Test), ("visit", Step::Company), ("trial", Step::Trial)] {
            for (width, height) in SIZES {
                let shown = at(step, width, height);
                insta::assert_snapshot!(format!("first_day_{name}_{width}x{height}"), shown);
            }
        }
    });
}
