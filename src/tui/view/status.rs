//! The two last lines: what is going on, and what can be pressed.
//!
//! Must never hint a key that the table of commands does not have.

use super::narrow;
use super::text::left;
use crate::base::text::for_screen;
use crate::books::find;
use crate::tui::command;
use crate::tui::form::{Stage, What};
use crate::tui::match_sheet::MatchSheet;
use crate::tui::model::{Level, Model, Screen};
use crate::tui::overlay::Overlay;
use crate::tui::theme::{Glyph, Role};
use crate::tui::tour;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr as _;

/// How many of a screen's own hints stand before the help, which never falls off.
const BEFORE_HELP: usize = 4;

fn clock(model: &Model, instant: Option<&str>) -> String {
    let Some(text) = instant else { return "never".into() };
    text.parse::<crate::base::Instant>().map_or_else(
        |_| for_screen(text),
        |at| {
            let today = model.zone.day_of(at) == model.zone.day_of(model.now);
            if today { model.zone.time_of(at) } else { model.zone.clock_of(at) }
        },
    )
}

fn marked(model: &Model) -> usize {
    match model.screen {
        Screen::Match => model.matching.list.marked(),
        _ => model.pane().map_or(0, |pane| pane.list.marked()),
    }
}

fn standing(model: &Model) -> (Role, String) {
    let Some(status) = &model.status else { return (Role::Muted, "Reading the profile.".into()) };
    let count = marked(model);
    if count > 0 {
        return (
            Role::Accent,
            format!("{count} marked. Keys decide about all of them; Esc clears the marks."),
        );
    }
    if let Some(frozen) = &status.frozen {
        return (Role::Bad, format!("Frozen: nothing is written to QuickBooks. {frozen}"));
    }
    if let Some(problem) = &model.endpoint {
        return (Role::Bad, format!("The Web Connector cannot reach this program. {}", problem.happened));
    }
    if model.demo
        && let Some((number, what)) = tour::next(model)
    {
        return (Role::Accent, format!("{number}/{}: {what}", tour::STEPS));
    }
    let visit = clock(model, status.last_visit.as_deref());
    let fetched = clock(model, status.last_fetch.as_deref());
    (Role::Muted, format!("Last fetch: {fetched}. Last visit: {visit}. Closing is always safe."))
}

/// Draws the line of news, progress or standing.
pub fn draw_status(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let width = usize::from(area.width);
    if model.filtering {
        let filter = match model.screen {
            Screen::Match => &model.matching.text,
            _ => model.pane().map_or(&model.matching.text, |pane| &pane.text),
        };
        let text = format!(" Find: {}", for_screen(filter));
        let at = narrow(text.width().min(width.saturating_sub(1)));
        frame.render_widget(Paragraph::new(theme.span(Role::Accent, text)), area);
        frame.set_cursor_position((area.x + at, area.y));
        return;
    }
    let (role, text) = match (&model.toast, &model.task) {
        (Some(toast), _) => {
            let role = if toast.level == Level::Warn { Role::Warn } else { Role::Accent };
            (role, toast.text.clone())
        }
        (None, Some(task)) => {
            let told = if task.progress.is_empty() { String::new() } else { format!(": {}", task.progress) };
            (Role::Accent, format!("{}{told}{} Ctrl-C stops it.", task.title, theme.glyph(Glyph::Ellipsis)))
        }
        (None, None) => standing(model),
    };
    frame.render_widget(Paragraph::new(theme.span(role, left(theme, &format!(" {text}"), width))), area);
}

/// The hints of an overlay.
fn overlay_hints(overlay: &Overlay) -> &'static [(&'static str, &'static str)] {
    match overlay {
        Overlay::Help { .. } => &[("type", "to search"), ("Up/Down", "scroll"), ("Esc", "close")],
        Overlay::Palette { .. } => {
            &[("type", "to search"), ("Up/Down", "choose"), ("Enter", "do it"), ("Esc", "close")]
        }
        Overlay::Ask { .. } => &[("Enter", "take it"), ("Esc", "leave as it is")],
        Overlay::Choose { .. } => &[("j/k", "choose"), ("Enter", "take it"), ("Esc", "leave as it is")],
        Overlay::Match(MatchSheet::Sure { .. }) => &[("Enter", "link those shown"), ("Esc", "link none")],
        Overlay::Match(MatchSheet::Name { .. }) => &[("Enter", "create"), ("Esc", "leave as it is")],
        Overlay::Match(sheet) if sheet.is_numbered() => &[
            ("1-9", "link"),
            ("type", "to search"),
            ("Up/Down", "choose"),
            ("Enter", "link"),
            ("Esc", "close"),
        ],
        Overlay::Match(_) => {
            &[("type", "to search"), ("Up/Down", "choose"), ("Enter", "link"), ("Esc", "close")]
        }
        Overlay::Word { .. } => &[("type", "the four letters, then Enter"), ("Esc", "do nothing")],
        Overlay::Groups { .. } => &[
            ("Enter", "show only it"),
            ("a", "approve what is ready of it"),
            ("Tab", "by party, month, kind"),
            ("Esc", "close"),
        ],
        Overlay::Offer { .. } => {
            &[("a", "approve all of these"), ("Enter", "look at the sample"), ("Esc", "not now")]
        }
        Overlay::Problem(_) => &[("Enter", "close")],
        Overlay::Page { .. } => &[("j/k", "scroll"), ("Esc", "close")],
        Overlay::Settings(sheet) if sheet.filtering => {
            &[("type", "to find"), ("Enter", "keep"), ("Esc", "all settings")]
        }
        Overlay::Settings(_) => {
            &[("Enter", "change"), ("/", "find"), ("x", "back to default"), ("u", "undo"), ("Esc", "close")]
        }
        Overlay::Setup(_) => &[
            ("Enter", "do it"),
            ("j/k", "other step"),
            ("n", "next"),
            ("PageDown", "more"),
            ("d", "doctor"),
            ("Esc", "leave"),
        ],
        Overlay::Pick { .. } => {
            &[("type", "to search"), ("Up/Down", "choose"), ("Enter", "take it"), ("Esc", "leave it")]
        }
        Overlay::Form { form, .. } => match form.stage {
            Stage::Shown(ref look) if look.refused => &[("Enter", "back to the fields"), ("j/k", "scroll")],
            Stage::Shown(_) => &[("Enter", "take it"), ("j/k", "scroll"), ("Esc", "back to the fields")],
            Stage::Leaving => &[("y", "put it away"), ("n", "go on")],
            _ if form.what == What::Import => {
                &[("Tab", "next"), ("Enter", "go on"), ("Ctrl-T", "write a template"), ("Esc", "leave")]
            }
            _ => &[("Tab", "next field"), ("Shift-Tab", "back"), ("Enter", "go on"), ("Esc", "leave")],
        },
        Overlay::Paper(_) => &[("j/k", "scroll"), ("Esc", "close")],
        Overlay::Quit => &[("y", "leave"), ("n", "stay")],
    }
}

/// What is wrong in the filter line, else what could stand next in it.
fn filter_hints(model: &Model) -> Vec<(String, String)> {
    let ends = [("Enter".into(), "keep the filter".into()), ("Esc".into(), "clear it".into())];
    let Some(pane) = model.pane() else { return ends.to_vec() };
    if let Some(mistake) = pane.mistake() {
        return vec![("!".into(), for_screen(&mistake.says))];
    }
    let mut offers = find::complete(&pane.text).into_iter().map(|offer| offer.text);
    let mut hints: Vec<(String, String)> =
        offers.next().map(|text| ("Tab".into(), text)).into_iter().collect();
    let others: Vec<String> = offers.collect();
    if !others.is_empty() {
        hints.push(("or".into(), others.join(" ")));
    }
    hints.extend(ends);
    hints
}

fn hints(model: &Model) -> Vec<(String, String)> {
    if let Some(Overlay::Paper(paper)) = model.overlays.last() {
        let mut all: Vec<(String, String)> =
            paper.offers.iter().map(|offer| (offer.key.to_string(), offer.does.to_string())).collect();
        all.extend([("Esc".to_string(), "close".to_string()), ("j/k".to_string(), "scroll".to_string())]);
        return all;
    }
    if let Some(overlay) = model.overlays.last() {
        return overlay_hints(overlay).iter().map(|(k, t)| ((*k).to_string(), (*t).to_string())).collect();
    }
    if model.filtering {
        return filter_hints(model);
    }
    let mut commands: Vec<_> = command::of_screen(model.screen).filter(|c| c.hint > 0).collect();
    commands.sort_by_key(|c| c.hint);
    let (help, mut rest): (Vec<&command::Command>, Vec<&command::Command>) =
        commands.into_iter().partition(|c| c.id == command::Id::Help);
    let at = rest.len().min(BEFORE_HELP);
    rest.splice(at..at, help);
    rest.into_iter().map(|c| (model.keymap.first(c), c.short.to_string())).collect()
}

/// Draws the hints, most useful first, cut from the right.
pub fn draw_hints(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    for (key, text) in hints(model) {
        let width = key.width() + text.width() + 3;
        if used + width > usize::from(area.width) + 2 {
            break;
        }
        used += width;
        spans.push(theme.span(Role::Key, key));
        spans.push(theme.span(Role::Text, format!(" {text}  ")));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}
