//! What lies over the screen, drawn in a frame in the middle.
//!
//! Must never show a secret: what is typed as one stands as dots.

use super::text::{left, wrap};
use super::{approving, narrow};
use crate::base::Problem;
use crate::base::text::{fold, for_screen};
use crate::tui::command;
use crate::tui::control_word::{ControlWord, LENGTH};
use crate::tui::effect::Irreversible;
use crate::tui::guide;
use crate::tui::keys;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::overlay::{Choice, Overlay};
use crate::tui::preview_words;
use crate::tui::theme::{Glyph, Role, Theme};
use crate::tui::update::{Entry, entries, helped, words};
use crate::workflow::handoff::BatchPreview;
use crate::workflow::views::shown;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use tui_input::Input;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Letters of a search from which the help shows the words of the glossary too.
const WORD_FROM: usize = 3;

/// Lines of a control word's sheet below its figures: a blank, the question, the field, one hint.
const WORD_LINES: usize = 4;

/// What a box shows: its title, lines, first line shown, and where the text cursor stands (column, line).
#[derive(Default)]
pub(super) struct Sheet {
    pub title: String,
    pub lines: Vec<Line<'static>>,
    pub scroll: u16,
    pub cursor: Option<(usize, usize)>,
    pub tall: bool,
    /// Lines that follow those given here.
    pub unseen: usize,
}

/// The widest box.
const WIDEST: u16 = 92;

/// Columns and lines inside a box of a body.
fn room(body: Rect) -> (usize, usize) {
    (usize::from(body.width.min(WIDEST).saturating_sub(4)), usize::from(body.height.saturating_sub(2)))
}

/// The first line of the last page of the topmost overlay, where it is scrolled by lines.
pub fn last_scroll(model: &Model) -> u16 {
    let (width, height) = room(layout::body(model.size));
    let lines = match model.overlays.last() {
        Some(Overlay::Help { input, .. }) => help_lines(model, input, width).len() + 1,
        Some(Overlay::Glossary { input, .. }) => glossary_lines(model.theme, input, width).len() + 1,
        Some(Overlay::Page { lines, .. }) => lines.iter().map(|line| page_line(line, width).len()).sum(),
        _ => 0,
    };
    narrow(lines.saturating_sub(height))
}

/// A box with a line to type in at its top, which stays while the lines below it are scrolled.
fn under_line(
    theme: Theme,
    title: String,
    input: &Input,
    lines: Vec<Line<'static>>,
    scroll: u16,
    (width, height): (usize, usize),
) -> Sheet {
    let (line, column) = input_line(theme, input, false, width);
    let first = usize::from(scroll).min((lines.len() + 1).saturating_sub(height));
    let lines = std::iter::once(line).chain(lines.into_iter().skip(first)).collect();
    Sheet { title, lines, cursor: Some((column, 0)), tall: true, ..Sheet::default() }
}

/// Draws the topmost overlay.
pub fn draw(model: &Model, frame: &mut Frame<'_>, body: Rect) {
    let Some(top) = model.overlays.last() else { return };
    // What a step of the wizard asks stands over the wizard.
    if let Some(Overlay::Setup(sheet)) =
        model.overlays.iter().rev().find(|overlay| matches!(overlay, Overlay::Setup(_)))
    {
        super::setup::draw(model, sheet, frame, body);
    }
    // Questions about a setting stand over the list of settings.
    if let Some(Overlay::Settings(sheet)) =
        model.overlays.iter().rev().find(|overlay| matches!(overlay, Overlay::Settings(_)))
    {
        super::settings::draw(model, sheet, frame, body);
    }
    // What is asked or told about an entry stands over its form.
    let form = model.overlays.iter().rev().find_map(|overlay| match overlay {
        Overlay::Form { form, scroll } => Some((form, *scroll)),
        _ => None,
    });
    if let Some((form, scroll)) = form {
        super::form::draw(model, form, scroll, frame, body);
    }
    match top {
        Overlay::Settings(_) | Overlay::Setup(_) | Overlay::Form { .. } => return,
        Overlay::Paper(paper) => return super::paper::draw(model.theme, paper, frame, body),
        _ => {}
    }
    let width = body.width.min(WIDEST);
    let sheet = sheet(model, top, room(body));
    let wanted = if sheet.tall { body.height } else { narrow(sheet.lines.len()).saturating_add(2) };
    let height = wanted.min(body.height);
    let area =
        Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height };
    frame.render_widget(Clear, area);
    let mut block = model.theme.block(&sheet.title);
    let inside = block.inner(area);
    let text = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let rows = usize::from(text.height);
    let mut first = usize::from(sheet.scroll).min(sheet.lines.len().saturating_sub(rows));
    if let Some((_, row)) = sheet.cursor {
        // Where something is typed is always in sight, however low the window.
        first = first.max((row + 1).saturating_sub(rows)).min(row);
    }
    let below = sheet.unseen + sheet.lines.len().saturating_sub(first + rows);
    if below > 0 {
        block = block.title_bottom(format!(" {below} more below "));
    }
    frame.render_widget(block, area);
    if let Some((column, row)) = sheet.cursor
        && row >= first
        && row - first < rows
    {
        let column = narrow(column).min(text.width.saturating_sub(1));
        frame.set_cursor_position((text.x + column, text.y + narrow(row - first)));
    }
    let shown: Vec<Line<'static>> = sheet.lines.into_iter().skip(first).take(rows).collect();
    frame.render_widget(Paragraph::new(shown), text);
}

fn sheet(model: &Model, overlay: &Overlay, (width, height): (usize, usize)) -> Sheet {
    let theme = model.theme;
    match overlay {
        Overlay::Help { input, scroll } => {
            let title = format!("Keys on {}", model.screen.title());
            let lines = help_lines(model, input, width);
            under_line(theme, title, input, lines, *scroll, (width, height))
        }
        Overlay::Palette { input, cursor } => palette(model, input, *cursor, (width, height)),
        Overlay::Glossary { input, scroll } => {
            let lines = glossary_lines(theme, input, width);
            under_line(theme, "What the words mean here".into(), input, lines, *scroll, (width, height))
        }
        Overlay::Views { cursor } => super::views::sheet(model, *cursor, width),
        Overlay::Tally(tally) => super::views::tally(theme, tally, width),
        Overlay::Ask { title, text, input, secret, .. } => ask(theme, title, text, input, *secret, width),
        Overlay::Choose { title, text, choices, cursor } => {
            choose(theme, title, text, choices, *cursor, (width, height))
        }
        Overlay::Match(sheet) => super::match_sheet::sheet(theme, sheet, width),
        Overlay::Word { what, preview, ask } => word(theme, what, preview, ask, (width, height)),
        Overlay::Groups { by, groups, cursor, .. } => {
            approving::groups(theme, *by, groups.as_deref(), *cursor, width)
        }
        Overlay::Offer { terms, offer, cursor } => {
            approving::offer(theme, terms, offer, *cursor, (width, height))
        }
        Overlay::Problem(problem) => four_parts(theme, problem, width),
        Overlay::Page { title, lines, scroll } => Sheet {
            title: for_screen(title),
            lines: lines.iter().flat_map(|line| page_line(line, width)).collect(),
            scroll: *scroll,
            ..Sheet::default()
        },
        Overlay::Pick { title, input, names, found, cursor, .. } => {
            pick(theme, title, input, (names, found), *cursor, width)
        }
        // They are drawn by themselves.
        Overlay::Settings(_) | Overlay::Setup(_) | Overlay::Form { .. } | Overlay::Paper(_) => {
            Sheet::default()
        }
        Overlay::Quit => quit(model, width),
    }
}

fn pick(
    theme: Theme,
    title: &str,
    input: &Input,
    (names, found): (&[String], &[String]),
    cursor: usize,
    width: usize,
) -> Sheet {
    let (line, column) = input_line(theme, input, false, width);
    let mut lines = vec![line];
    for (at, name) in found.iter().enumerate().skip(cursor.saturating_sub(8)).take(16) {
        let here = at == cursor;
        let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
        let style = if here { theme.selected() } else { theme.style(Role::Text) };
        let text = format!("{mark} {}", left(theme, &for_screen(name), width.saturating_sub(2)));
        lines.push(Line::from(Span::styled(text, style)));
    }
    if found.is_empty() {
        let text = if names.is_empty() {
            "QuickBooks' lists have nothing for it: they come with a visit of the Web Connector."
        } else {
            "No entry that may stand here has this name."
        };
        lines.extend(plain(text, width));
    }
    Sheet { title: for_screen(title), lines, cursor: Some((column, 0)), tall: true, ..Sheet::default() }
}

fn page_line(line: &str, width: usize) -> Vec<Line<'static>> {
    if line.width() <= width {
        // Indentation is kept where nothing has to be wrapped.
        return vec![Line::from(for_screen(line))];
    }
    // What is indented stays so in its further lines; so does what stands behind a word in a column of its own.
    let indent = line.len() - line.trim_start_matches(' ').len();
    let (label, text) = line.split_at_checked(labelled(line, indent)).unwrap_or(("", line));
    let column = if label.is_empty() { indent } else { label.width() }.min(width / 2);
    let blank = " ".repeat(column);
    let lines = wrap(text, width.saturating_sub(column));
    let first = if label.is_empty() { blank.clone() } else { for_screen(label) };
    let heads = std::iter::once(first).chain(std::iter::repeat(blank));
    heads.zip(lines).map(|(head, line)| Line::from(format!("{head}{line}"))).collect()
}

/// Columns of the longest word in front of a column of text.
const LABEL: usize = 12;

/// Where the text begins behind a word and two blanks or more; nowhere (0) where a line has no such word.
fn labelled(line: &str, indent: usize) -> usize {
    let rest = line.get(indent..).unwrap_or_default();
    let Some(gap) = rest.find("  ").filter(|gap| (1..=LABEL).contains(gap)) else { return 0 };
    let behind = rest.get(gap..).unwrap_or_default();
    let text = gap + (behind.len() - behind.trim_start_matches(' ').len());
    if rest.get(..gap).is_some_and(str::is_ascii) { indent + text } else { 0 }
}

pub(super) fn plain(text: &str, width: usize) -> Vec<Line<'static>> {
    wrap(text, width).into_iter().map(Line::from).collect()
}

pub(super) fn input_line(theme: Theme, input: &Input, secret: bool, width: usize) -> (Line<'static>, usize) {
    let shown = if secret {
        theme.glyph(Glyph::Secret).repeat(input.value().chars().count())
    } else {
        for_screen(input.value())
    };
    let room = width.saturating_sub(3);
    let skip = input.visual_scroll(room);
    // By columns, as the cursor goes: a wide sign takes two.
    let mut gone = 0;
    let text: String = shown
        .chars()
        .skip_while(|sign| {
            let before = gone;
            gone += sign.width().unwrap_or(0);
            before < skip
        })
        .collect();
    let line =
        Line::from(vec![theme.span(Role::Key, "> "), theme.span(Role::Accent, left(theme, &text, room))]);
    (line, 2 + input.visual_cursor().saturating_sub(skip))
}

fn quit(model: &Model, width: usize) -> Sheet {
    let text = match &model.task {
        Some(task) => format!("{} is still running; leaving stops it. What is done is kept.", task.title),
        None => {
            "Everything decided so far is kept, and what was handed off goes on when the program runs again."
                .into()
        }
    };
    let mut lines = plain(&text, width);
    lines.push(Line::from("Leave? y leaves, n stays."));
    Sheet { title: "Leave Countersign".into(), lines, ..Sheet::default() }
}

fn four_parts(theme: Theme, problem: &Problem, width: usize) -> Sheet {
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (title, text) in [
        ("What happened", &problem.happened),
        ("What it means for the books", &problem.means),
        ("What to do now", &problem.do_now),
    ] {
        lines.push(Line::from(theme.span(Role::Title, title)));
        lines.extend(
            wrap(text, width.saturating_sub(2)).into_iter().map(|line| Line::from(format!("  {line}"))),
        );
    }
    lines.push(Line::from(theme.span(Role::Muted, format!("Code {}", for_screen(&problem.code)))));
    Sheet { title: format!("{} Problem", theme.glyph(Glyph::Alarm)), lines, ..Sheet::default() }
}

fn ask(theme: Theme, title: &str, text: &str, input: &Input, secret: bool, width: usize) -> Sheet {
    let mut lines = plain(text, width);
    lines.push(Line::default());
    let (line, column) = input_line(theme, input, secret, width);
    let row = lines.len();
    lines.push(line);
    Sheet { title: for_screen(title), lines, cursor: Some((column, row)), ..Sheet::default() }
}

fn choose(
    theme: Theme,
    title: &str,
    text: &str,
    choices: &[Choice],
    cursor: usize,
    (width, height): (usize, usize),
) -> Sheet {
    let mut lines = if text.is_empty() { Vec::new() } else { plain(text, width) };
    let mut end = 0;
    for (at, choice) in choices.iter().enumerate() {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        let here = at == cursor;
        let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
        let style = if here { theme.selected() } else { theme.style(Role::Text) };
        lines.push(Line::from(Span::styled(format!("{mark} {}", choice.title), style)));
        let means = wrap(&choice.means, width.saturating_sub(4));
        lines
            .extend(means.into_iter().map(|line| Line::from(theme.span(Role::Muted, format!("    {line}")))));
        if here {
            end = lines.len();
        }
    }
    // What Enter would take is in sight, with what it means.
    Sheet { title: for_screen(title), lines, scroll: narrow(end.saturating_sub(height)), ..Sheet::default() }
}

/// What the help says of the mouse, which needs no key.
const MOUSE: &str = "The mouse is off, so that it selects text: screen.mouse in the settings lets the wheel scroll and a click choose a row.";

/// Columns of the keys in the help.
const KEYS: usize = 18;

fn help_lines(model: &Model, input: &Input, width: usize) -> Vec<Line<'static>> {
    let theme = model.theme;
    let mut lines = Vec::new();
    for command in helped(&model.keymap, model.screen, input.value()) {
        let keys: Vec<String> = model.keymap.keys(command).iter().map(|key| keys::shown(key)).collect();
        let why = command::why_not(command.id, model);
        let role = if why.is_some() { Role::Muted } else { Role::Text };
        let mut keys = left(theme, &keys.join(" "), KEYS);
        for line in wrap(command.title, width.saturating_sub(KEYS)) {
            lines.push(Line::from(vec![theme.span(Role::Key, keys), theme.span(role, line)]));
            keys = " ".repeat(KEYS);
        }
    }
    if input.value().is_empty() {
        lines.extend(wrap(MOUSE, width).into_iter().map(|line| Line::from(theme.span(Role::Muted, line))));
    }
    if fold(input.value()).chars().count() >= WORD_FROM {
        lines.extend(word_lines(theme, &words(input.value()), width));
    } else {
        lines.insert(0, Line::from(theme.span(Role::Title, guide::what(model.screen))));
    }
    lines
}

/// Words with what they mean.
fn word_lines(theme: Theme, found: &[(&str, &str)], width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (word, means) in found {
        lines.push(Line::from(theme.span(Role::Title, (*word).to_string())));
        let means = wrap(means, width.saturating_sub(2));
        lines.extend(means.into_iter().map(|line| Line::from(format!("  {line}"))));
    }
    lines
}

fn glossary_lines(theme: Theme, input: &Input, width: usize) -> Vec<Line<'static>> {
    let found = words(input.value());
    if found.is_empty() {
        return plain("No word of the glossary holds that. Backspace takes letters back.", width);
    }
    word_lines(theme, &found, width)
}

fn palette(model: &Model, input: &Input, cursor: usize, (width, height): (usize, usize)) -> Sheet {
    let theme = model.theme;
    // The chosen one stays in sight below the line that is typed; only what is seen is written.
    let rows = height.saturating_sub(1).max(1);
    let first = (cursor + 1).saturating_sub(rows);
    let found = entries(model, input.value());
    let row = |(at, entry): (usize, Entry)| {
        let here = at == cursor;
        let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
        let (text, keys, role) = palette_row(model, entry, input.value());
        let line = format!("{mark} {} {keys}", left(theme, &text, width.saturating_sub(keys.width() + 4)));
        let style = if here { theme.selected() } else { theme.style(role) };
        Line::from(Span::styled(line, style))
    };
    let unseen = found.len().saturating_sub(first + rows);
    let lines = found.into_iter().enumerate().skip(first).take(rows).map(row).collect();
    let title = "Commands, views, words, documents, contacts, settings".to_string();
    Sheet { unseen, ..under_line(theme, title, input, lines, 0, (width, height)) }
}

/// What a row of the palette says, its key, and how it is meant.
fn palette_row(model: &Model, entry: Entry, typed: &str) -> (String, String, Role) {
    match entry {
        Entry::Command(command) => {
            let keys = model.keymap.first(command);
            match command::why_not(command.id, model) {
                Some(why) => (format!("{}  ({why})", command.title), keys, Role::Muted),
                None => (command.title.to_string(), keys, Role::Text),
            }
        }
        Entry::Elsewhere(command, screen) => {
            let there = format!("step {}", screen.number());
            (format!("{} ({there})", command.title), model.keymap.first(command), Role::Muted)
        }
        Entry::View(at) => {
            let said = model.views.get(at).map(|view| (view.name.clone(), shown(view)));
            let (name, line) = said.unwrap_or_default();
            (format!("View \"{}\": {line}", for_screen(&name)), String::new(), Role::Accent)
        }
        Entry::Word(word, means) => (format!("{word}: {means}"), String::new(), Role::Text),
        Entry::Search(search) => {
            (format!("{} \"{}\"", search.title(), for_screen(typed.trim())), String::new(), Role::Accent)
        }
    }
}

fn word(
    theme: Theme,
    what: &Irreversible,
    preview: &BatchPreview,
    ask: &ControlWord,
    (width, height): (usize, usize),
) -> Sheet {
    let (title, text, details) = crate::tui::irreversible::words(what);
    let mut lines = plain(text, width);
    lines.push(Line::from(vec![
        theme.span(Role::Muted, "Company file  "),
        theme.span(Role::Title, for_screen(&preview.company)),
    ]));
    for detail in &details {
        lines.extend(page_line(detail, width));
    }
    let mut names_at = lines.len();
    if !preview.is_empty() && details.is_empty() {
        lines.extend(preview_words::figures(preview).into_iter().map(Line::from));
        names_at = lines.len();
        let said = match what {
            Irreversible::Finalise(_) | Irreversible::TrialOut => preview_words::period(preview),
            _ => preview_words::sentence(preview),
        };
        lines.extend(plain(&said, width));
    }
    // What is changed and taken out is named in the room that is left beside everything else and the word.
    let names = preview_words::named(preview, height.saturating_sub(lines.len() + WORD_LINES));
    let names: Vec<Line<'static>> =
        names.iter().map(|name| Line::from(left(theme, &for_screen(name), width))).collect();
    lines.splice(names_at..names_at, names);
    if lines.len() + WORD_LINES <= height + 1 {
        // On a low window the blank line gives way: nothing of what is confirmed may.
        lines.push(Line::default());
    }
    lines.push(Line::from(vec![
        Span::raw("Type the control word  "),
        theme.span(Role::Title, ask.word().to_string()),
        Span::raw("  and press Enter:"),
    ]));
    let row = lines.len();
    let blank = "_".repeat(LENGTH.saturating_sub(ask.typed().len()));
    lines.push(Line::from(vec![
        theme.span(Role::Key, "> "),
        theme.span(Role::Accent, ask.typed().to_string()),
        theme.span(Role::Muted, blank),
    ]));
    lines.extend(wrap(&ask.hint, width).into_iter().map(|line| Line::from(theme.span(Role::Warn, line))));
    Sheet { title: title.into(), lines, cursor: Some((2 + ask.typed().len(), row)), ..Sheet::default() }
}
