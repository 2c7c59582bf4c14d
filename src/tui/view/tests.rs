//! Every screen as text at the sizes that must work. The snapshots are read by people: a change in them is a change
//! of what a bookkeeper sees.

use super::view;
use crate::tui::layout::{self, LIST_HEAD};
use crate::tui::model::{HistoryTab, Model, Screen};
use crate::tui::msg::Done;
use crate::tui::overlay::Overlay;
use crate::tui::sample;
use crate::tui::sample_home;
use crate::tui::theme::{ColorMode, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Modifier;

fn terminal(model: &Model, width: u16, height: u16) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view(model, frame)).unwrap();
    terminal
}

pub fn text(model: &Model) -> String {
    let (width, height) = model.size;
    let terminal = terminal(model, width, height);
    let buffer = terminal.backend().buffer();
    let mut out = String::new();
    for y in 0..height {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..width {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let symbol = buffer[(x, y)].symbol();
            skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
            line.push_str(symbol);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn name(screen: Screen) -> String {
    screen.title().to_lowercase().replace(' ', "_")
}

pub fn ready(screen: Screen, width: u16, height: u16) -> Model {
    let mut model = sample::sized(screen, width, height);
    if screen == Screen::Prove {
        sample::done(&mut model, Done::Proved(Box::new(sample::proof())));
    }
    model
}

pub fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// The four sizes: the least that is usable, the least that is complete, a usual window, a whole screen.
pub const SIZES: [(u16, u16); 4] = [(60, 18), (80, 24), (120, 40), (200, 60)];

#[test]
fn every_screen_at_four_sizes() {
    settings().bind(|| {
        for (width, height) in SIZES {
            for screen in Screen::EVERY {
                let model = ready(screen, width, height);
                insta::assert_snapshot!(format!("{}_{width}x{height}", name(screen)), text(&model));
            }
        }
    });
}

#[test]
fn approving_many_at_four_sizes_says_what_is_left_out_and_takes_no_enter_for_a_yes() {
    use crate::tui::effect::{Action, Effect};
    settings().bind(|| {
        for (width, height) in SIZES {
            let mut model = ready(Screen::Review, width, height);
            sample::type_keys(&mut model, "=");
            insta::assert_snapshot!(format!("groups_{width}x{height}"), text(&model));
            sample::type_keys(&mut model, "<enter>");
            assert_eq!(model.review.text, "\"Northgate Summit Manufacturing\" currency:usd");
            sample::type_keys(&mut model, "<esc>");
            let asked = sample::type_keys(&mut model, "A<enter>");
            assert!(asked.iter().any(|effect| matches!(effect, Effect::Do { action: Action::OfferMany(_), .. })));
            let (terms, offer) = sample_home::offer();
            sample::done(&mut model, Done::Offered { terms, offer: Box::new(offer) });
            insta::assert_snapshot!(format!("offer_{width}x{height}"), text(&model));
            let (terms, offer) = sample_home::offer();
            let looked = sample::type_keys(&mut model, "<enter>");
            assert!(!looked.iter().any(|effect| matches!(effect, Effect::Do { .. })), "Enter looks, it never approves");
            sample::done(&mut model, Done::Offered { terms, offer: Box::new(offer) });
            let approved = sample::type_keys(&mut model, "a");
            assert!(approved.iter().any(
                |effect| matches!(effect, Effect::Do { action: Action::ApproveMany(_, stamp), .. } if stamp == "stamp")
            ));
        }
    });
}

#[test]
fn a_draft_that_lost_its_approval_shows_the_changed_cells_only_and_the_key_that_cures_it() {
    settings().bind(|| {
        for (width, height) in SIZES {
            let mut model = ready(Screen::Review, width, height);
            sample::type_keys(&mut model, "jj<enter>");
            insta::assert_snapshot!(format!("draft_changed_{width}x{height}"), text(&model));
            sample::type_keys(&mut model, "c");
            assert!(matches!(model.overlays.last(), Some(Overlay::Settings(sheet)) if sheet.input.value() == "item"));
        }
    });
}

#[test]
fn no_size_and_no_screen_panics() {
    for screen in Screen::EVERY {
        for (width, height) in [(0, 0), (1, 1), (2, 2), (39, 11), (40, 12), (41, 13), (79, 19), (300, 90)] {
            let mut model = ready(screen, width.max(1), height.max(1));
            model.size = (width, height);
            if width > 0 && height > 0 {
                terminal(&model, width, height);
            }
            sample::type_keys(&mut model, "?");
            if width > 0 && height > 0 {
                terminal(&model, width, height);
            }
        }
    }
    let model = ready(Screen::Connect, 39, 11);
    assert!(text(&model).contains("39x11") && text(&model).contains("40x12"));
}

#[test]
fn nothing_hostile_reaches_the_terminal_and_wide_names_are_cut_by_width() {
    let model = ready(Screen::Review, 80, 24);
    let shown = text(&model);
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'));
    assert!(shown.contains("Evil·[2J"), "{shown}");
    let held = sample::type_keys(&mut ready(Screen::Review, 80, 24), "<tab><tab><tab>");
    assert!(held.is_empty());
}

#[test]
fn live_and_demo_and_viewer_are_always_said_in_words() {
    for width in [60, 80, 120] {
        let mut model = ready(Screen::Review, width, 24);
        assert!(text(&model).lines().next().unwrap().contains(" LIVE"), "{width}");
        model.demo = true;
        model.is_host = false;
        let rail = text(&model).lines().next().unwrap().to_string();
        assert!(rail.contains("DEMO") && rail.contains("viewer"), "{rail}");
    }
}

#[test]
fn the_ascii_screen_is_ascii_but_for_names() {
    let mut model = ready(Screen::Match, 120, 40);
    model.theme = Theme { colors: ColorMode::None, ascii: true, ..Theme::default() };
    let shown = text(&model).replace("Café", "Cafe");
    assert!(shown.is_ascii(), "{shown}");
}

#[test]
fn the_row_under_the_cursor_is_reversed_and_a_difference_is_underlined_without_colour() {
    let mut model = ready(Screen::Match, 120, 40);
    model.theme = Theme { colors: ColorMode::None, ..Theme::default() };
    let terminal = terminal(&model, 120, 40);
    let buffer = terminal.backend().buffer();
    let first = layout::work(model.screen, buffer.area).1.y + LIST_HEAD;
    assert!(buffer[(4, first)].modifier.contains(Modifier::REVERSED));
    let underlined =
        buffer.content().iter().filter(|cell| cell.modifier.contains(Modifier::UNDERLINED)).count();
    assert!(underlined >= "53202".len());
    assert!(buffer.content().iter().all(|cell| cell.fg == ratatui::style::Color::Reset));
}

#[test]
fn a_secret_stands_as_dots() {
    let mut model = ready(Screen::Connect, 80, 24);
    sample::type_keys(&mut model, "jjj<enter>s3cr3t");
    let shown = text(&model);
    assert!(!shown.contains("s3cr3t") && shown.contains("••••••"), "{shown}");
}

#[test]
fn the_proof_says_what_its_list_is_filtered_by() {
    let mut model = ready(Screen::Prove, 80, 24);
    assert!(!text(&model).contains("found"));
    sample::type_keys(&mut model, "/state:differs<enter>");
    assert!(text(&model).contains("found \"state:differs\""), "{}", text(&model));
}

#[test]
fn the_history_shows_events_and_visits_too() {
    let mut model = ready(Screen::History, 80, 24);
    sample::type_keys(&mut model, "<tab>");
    assert_eq!(model.history.tab, HistoryTab::Events);
    assert!(text(&model).contains("batch closed"));
    sample::type_keys(&mut model, "<tab>");
    assert!(text(&model).contains("closed by the Web Connector"));
}

#[test]
fn the_settings_screen_lists_every_setting_and_asks_before_a_change_alters_drafts() {
    use crate::tui::effect::{Action, Effect};
    use crate::workflow::connect::{AlteredDraft, ChangePreview};
    settings().bind(|| {
        for (width, height) in SIZES {
            let mut model = ready(Screen::Connect, width, height);
            sample::type_keys(&mut model, "S");
            insta::assert_snapshot!(format!("settings_{width}x{height}"), text(&model));
            sample::type_keys(&mut model, "/account.cogs<enter><enter>fre");
            insta::assert_snapshot!(format!("settings_pick_{width}x{height}"), text(&model));
            let left = sample::type_keys(&mut model, "<enter>");
            let wished = left.iter().find_map(|effect| match effect {
                Effect::Do { action: Action::PreviewSettings(changes), .. } => Some(changes.clone()),
                _ => None,
            });
            let change = ("account.cogs".to_string(), "Cost of Goods Sold:Freight".to_string());
            assert_eq!(wished, Some(vec![change.clone()]));
            let preview = ChangePreview {
                changes: vec![(change.0.clone(), String::new(), change.1.clone())],
                drafts: 2,
                lose_approval: 1,
                total_before: crate::base::Cents::new(32_400),
                total_after: crate::base::Cents::new(32_400),
                moves: [("Approved -> NeedsAttention".to_string(), 1)].into(),
                altered: vec![AlteredDraft {
                    id: crate::base::DraftId(7),
                    reference: "CG202602A".into(),
                    kind: "JournalEntry".into(),
                    state_before: "Approved".into(),
                    state_after: "NeedsAttention".into(),
                    total_before: None,
                    total_after: None,
                    loses_approval: true,
                }],
                ..ChangePreview::default()
            };
            sample::done(
                &mut model,
                Done::Previewed { changes: vec![change.clone()], preview: preview.clone() },
            );
            insta::assert_snapshot!(format!("settings_question_{width}x{height}"), text(&model));
            assert_eq!(sample::type_keys(&mut model, "<enter>").len(), 0, "leaving it is the first answer");
            sample::done(&mut model, Done::Previewed { changes: vec![change.clone()], preview });
            let done = sample::type_keys(&mut model, "j<enter>");
            assert!(done.iter().any(|effect| matches!(
                effect,
                Effect::Do { action: Action::ChangeSettings(changes), .. } if *changes == [change.clone()]
            )));
            sample::done(
                &mut model,
                Done::Said(crate::workflow::Said::new(1, "Changed 1 setting. u undoes it.")),
            );
            let undone = sample::type_keys(&mut model, "u");
            assert!(undone.iter().any(|effect| matches!(effect, Effect::Do { action: Action::Undo, .. })));
        }
    });
}

#[test]
fn the_home_screen_leads_to_what_it_counts_and_the_figures_are_one_key_away_on_a_small_window() {
    let mut model = ready(Screen::Home, 60, 18);
    assert!(text(&model).contains("in doubt after a visit") && !text(&model).contains("Posted in"));
    sample::type_keys(&mut model, "<tab>");
    assert!(text(&model).contains("Posted in 14 days"));
    sample::type_keys(&mut model, "<tab><enter>");
    assert_eq!((model.screen, model.hand_off.pane.text.as_str()), (Screen::HandOff, "state:unknown"));
}

#[test]
fn the_next_thing_that_needs_me_is_one_key_from_anywhere_and_the_one_after_it_a_second() {
    for screen in Screen::EVERY {
        let mut model = ready(screen, 80, 24);
        sample::type_keys(&mut model, ".");
        assert_eq!((model.screen, model.hand_off.pane.text.as_str()), (Screen::HandOff, "state:unknown"));
        sample::type_keys(&mut model, ".");
        assert_eq!((model.screen, model.home.last), (Screen::Match, Some("match")));
        sample::type_keys(&mut model, ".");
        assert_eq!((model.screen, model.review.text.as_str()), (Screen::Review, "state:ready"));
        sample::type_keys(&mut model, ".");
        assert_eq!(model.screen, Screen::HandOff, "and round again");
    }
}

#[test]
fn the_palette_finds_documents_contacts_and_settings_too() {
    let mut model = ready(Screen::Connect, 80, 24);
    sample::type_keys(&mut model, ":10303");
    assert!(text(&model).contains("Documents with \"10303\""));
    sample::type_keys(&mut model, "<enter>");
    assert_eq!((model.screen, model.review.text.as_str()), (Screen::Review, "10303"));
    sample::type_keys(&mut model, ":zzqx<down><enter>");
    assert_eq!((model.screen, model.matching.text.as_str()), (Screen::Match, "zzqx"));
    let mut model = ready(Screen::History, 80, 24);
    sample::type_keys(&mut model, "<c-g>10306<enter>");
    assert_eq!((model.screen, model.review.text.as_str()), (Screen::Review, "10306"));
}

#[test]
fn the_demo_says_what_comes_next_and_lets_things_happen_only_there() {
    use crate::tui::effect::{Action, Effect};
    use crate::tui::tour::Twist;
    let mut model = ready(Screen::Home, 80, 24);
    sample::type_keys(&mut model, "!");
    assert!(text(&model).contains("Only in the demo"));
    model.demo = true;
    model.toast = None;
    assert!(text(&model).contains("Press"), "{}", text(&model));
    let asked = sample::type_keys(&mut model, "!j<enter>");
    assert!(
        asked
            .iter()
            .any(|effect| matches!(effect, Effect::Do { action: Action::Twist(Twist::OrderChanged), .. }))
    );
}
