//! The two last lines: what is going on, and what can be pressed.
//!
//! Must never hint a key that the table of commands does not have.

use super::narrow;
use super::text::left;
use crate::base::text::{cut, for_screen};
use crate::tui::command;
use crate::tui::finding;
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

/// The fullest of several ways to say the same that fits.
fn fitting<const N: usize>(width: usize, ways: [String; N]) -> String {
    let last = ways.last().cloned().unwrap_or_default();
    ways.into_iter().find(|way| way.width() < width).unwrap_or(last)
}

fn standing(model: &Model, width: usize) -> (Role, String) {
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
    let ways = [
        format!("Last fetch: {fetched}. Last visit: {visit}. Closing is always safe."),
        format!("Last fetch: {fetched}. Last visit: {visit}."),
        format!("Fetched {fetched}, visited {visit}."),
    ];
    (Role::Muted, fitting(width, ways))
}

/// Draws the line of news, progress or standing.
pub fn draw_status(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let width = usize::from(area.width);
    if model.filtering {
        draw_filter(model, frame, area);
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
        (None, None) => standing(model, width),
    };
    frame.render_widget(Paragraph::new(theme.span(role, left(theme, &format!(" {text}"), width))), area);
}

/// The hints of an overlay.
fn overlay_hints(overlay: &Overlay) -> &'static [(&'static str, &'static str)] {
    match overlay {
        Overlay::Help { .. } => &[("type", "a key or a word"), ("Up/Down", "scroll"), ("Esc", "close")],
        Overlay::Glossary { .. } => &[("type", "to search"), ("Up/Down", "scroll"), ("Esc", "close")],
        Overlay::Views { .. } => &[
            ("Enter", "show it"),
            ("1-9", "show that one"),
            ("a", "save the list as it is now"),
            ("x", "delete"),
            ("Esc", "close"),
        ],
        Overlay::Tally(_) => {
            &[("Enter", "show only it"), ("Tab", "by state, by role"), ("j/k", "choose"), ("Esc", "close")]
        }
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
            ("Enter", "show it"),
            ("a", "approve ready ones"),
            ("Tab", "other groups"),
            ("'", "save view"),
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

/// The filter line as it is typed; the part that is not understood is underlined.
fn draw_filter(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    const HEAD: &str = " Find: ";
    let theme = model.theme;
    let text = finding::text(model);
    let mut spans = vec![theme.span(Role::Accent, HEAD)];
    let piece = |from: usize, len: usize| for_screen(&text.chars().skip(from).take(len).collect::<String>());
    match finding::mistake(model) {
        None => spans.push(theme.span(Role::Accent, for_screen(text))),
        Some(mistake) => {
            spans.push(theme.span(Role::Accent, piece(0, mistake.at)));
            let wrong = theme.span(Role::Bad, piece(mistake.at, mistake.len));
            spans.push(wrong.patch_style(theme.differs()));
            spans.push(theme.span(Role::Accent, piece(mistake.at + mistake.len, usize::MAX)));
        }
    }
    let width = HEAD.width() + for_screen(text).width();
    let at = narrow(width.min(usize::from(area.width).saturating_sub(1)));
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
    frame.set_cursor_position((area.x + at, area.y));
}

/// What is wrong in the filter line, else what could stand next in it.
fn filter_hints(model: &Model) -> Vec<(String, String)> {
    let ends = [("Enter".into(), "keep the filter".into()), ("Esc".into(), "clear it".into())];
    if let Some(mistake) = finding::mistake(model) {
        return vec![("!".into(), for_screen(&mistake.says))];
    }
    let mut offers = finding::offers(model).into_iter().map(|offer| offer.text);
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
    let take = command::of_id(command::Id::TakeProfile);
    let take = take.filter(|c| command::why_not(c.id, model).is_none());
    // Who only looks is told first how to do more.
    let hinted = take.into_iter().chain(command::hinted(model));
    hinted.map(|c| (model.keymap.first(c), c.short.to_string())).collect()
}

/// Draws the hints, most useful first, cut from the right.
pub fn draw_hints(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    let mut all = hints(model);
    if let Some((key, text)) = all.first_mut() {
        // What is wrong in a filter line may be long: its beginning is better than nothing.
        let room = usize::from(area.width).saturating_sub(key.width() + 3);
        *text = cut(text, room, theme.glyph(Glyph::Ellipsis));
    }
    let width_of = |(key, text): &(String, String)| key.width() + text.width() + 3;
    // The way out is never cut off by what could be done instead.
    let out = all.iter().position(|(key, _)| key == "Esc").filter(|_| !model.overlays.is_empty());
    let mut kept = out.and_then(|at| all.get(at)).map_or(0, width_of);
    for (at, hint) in all.iter().enumerate() {
        let (key, text) = hint;
        let width = width_of(hint);
        if out == Some(at) {
            kept = 0;
        }
        if used + width + kept > usize::from(area.width) + 2 {
            if out.is_some_and(|out| out > at) {
                continue;
            }
            break;
        }
        used += width;
        spans.push(theme.span(Role::Key, key.clone()));
        spans.push(theme.span(Role::Text, format!(" {text}  ")));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}
