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
pub(super) struct Sheet {
    pub title: String,
    pub lines: Vec<Line<'static>>,
    pub scroll: u16,
    pub cursor: Option<(usize, usize)>,
    pub tall: bool,
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
    let width = body.width.min(92);
    let inner = usize::from(width.saturating_sub(4));
    let sheet = sheet(model, top, (inner, usize::from(body.height.saturating_sub(2))));
    let wanted = if sheet.tall { body.height } else { narrow(sheet.lines.len()).saturating_add(2) };
    let height = wanted.min(body.height);
    let area =
        Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height };
    frame.render_widget(Clear, area);
    let block = model.theme.block(&sheet.title);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let text = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let rows = usize::from(text.height);
    let mut first = usize::from(sheet.scroll).min(sheet.lines.len().saturating_sub(rows));
    if let Some((_, row)) = sheet.cursor {
        // Where something is typed is always in sight, however low the window.
        first = first.max((row + 1).saturating_sub(rows)).min(row);
    }
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
        Overlay::Help { input, scroll } => help(model, input, *scroll, width),
        Overlay::Palette { input, cursor } => palette(model, input, *cursor, width),
        Overlay::Glossary { input, scroll } => glossary(theme, input, *scroll, width),
        Overlay::Views { cursor } => super::views::sheet(model, *cursor, width),
        Overlay::Tally(tally) => super::views::tally(theme, tally, width),
        Overlay::Ask { title, text, input, secret, .. } => ask(theme, title, text, input, *secret, width),
        Overlay::Choose { title, text, choices, cursor } => {
            choose(theme, title, text, choices, *cursor, width)
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
            cursor: None,
            tall: false,
        },
        Overlay::Pick { title, input, names, found, cursor, .. } => {
            pick(theme, title, input, (names, found), *cursor, width)
        }
        // They are drawn by themselves.
        Overlay::Settings(_) | Overlay::Setup(_) | Overlay::Form { .. } | Overlay::Paper(_) => plain_sheet(),
        Overlay::Quit => quit(model, width),
    }
}

fn plain_sheet() -> Sheet {
    Sheet { title: String::new(), lines: Vec::new(), scroll: 0, cursor: None, tall: false }
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
    Sheet { title: for_screen(title), lines, scroll: 0, cursor: Some((column, 0)), tall: true }
}

fn page_line(line: &str, width: usize) -> Vec<Line<'static>> {
    if line.width() <= width {
        // Indentation is kept where nothing has to be wrapped.
        return vec![Line::from(for_screen(line))];
    }
    // What is indented stays so in its further lines.
    let indent = line.len() - line.trim_start_matches(' ').len();
    let blank = " ".repeat(indent.min(width / 2));
    let lines = wrap(line, width.saturating_sub(blank.len()));
    lines.into_iter().map(|line| Line::from(format!("{blank}{line}"))).collect()
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
    Sheet { title: "Leave Countersign".into(), lines, scroll: 0, cursor: None, tall: false }
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
    Sheet {
        title: format!("{} Problem", theme.glyph(Glyph::Alarm)),
        lines,
        scroll: 0,
        cursor: None,
        tall: false,
    }
}

fn ask(theme: Theme, title: &str, text: &str, input: &Input, secret: bool, width: usize) -> Sheet {
    let mut lines = plain(text, width);
    lines.push(Line::default());
    let (line, column) = input_line(theme, input, secret, width);
    let row = lines.len();
    lines.push(line);
    Sheet { title: for_screen(title), lines, scroll: 0, cursor: Some((column, row)), tall: false }
}

fn choose(theme: Theme, title: &str, text: &str, choices: &[Choice], cursor: usize, width: usize) -> Sheet {
    let mut lines = plain(text, width);
    for (at, choice) in choices.iter().enumerate() {
        lines.push(Line::default());
        let here = at == cursor;
        let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
        let style = if here { theme.selected() } else { theme.style(Role::Text) };
        lines.push(Line::from(Span::styled(format!("{mark} {}", choice.title), style)));
        let means = wrap(&choice.means, width.saturating_sub(4));
        lines
            .extend(means.into_iter().map(|line| Line::from(theme.span(Role::Muted, format!("    {line}")))));
    }
    Sheet { title: for_screen(title), lines, scroll: 0, cursor: None, tall: false }
}

/// Keeps a cursor's line in sight below a heading of `head` lines.
fn follow(cursor: usize, head: usize) -> u16 {
    narrow((cursor + head).saturating_sub(10))
}

/// What the help says of the mouse, which needs no key.
const MOUSE: &str = "The mouse is off, so that it selects text: screen.mouse in the settings lets the wheel scroll and a click choose a row.";

/// Columns of the keys in the help.
const KEYS: usize = 18;

fn help(model: &Model, input: &Input, scroll: u16, width: usize) -> Sheet {
    let theme = model.theme;
    let (line, column) = input_line(theme, input, false, width);
    let mut lines = vec![line];
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
        lines.insert(1, Line::from(theme.span(Role::Title, guide::what(model.screen))));
    }
    Sheet {
        title: format!("Keys on {}", model.screen.title()),
        lines,
        scroll,
        cursor: Some((column, 0)),
        tall: true,
    }
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

fn glossary(theme: Theme, input: &Input, scroll: u16, width: usize) -> Sheet {
    let (line, column) = input_line(theme, input, false, width);
    let found = words(input.value());
    let mut lines = vec![line];
    lines.extend(word_lines(theme, &found, width));
    if found.is_empty() {
        lines.extend(plain("No word of the glossary holds that. Backspace takes letters back.", width));
    }
    Sheet { title: "What the words mean here".into(), lines, scroll, cursor: Some((column, 0)), tall: true }
}

fn palette(model: &Model, input: &Input, cursor: usize, width: usize) -> Sheet {
    let theme = model.theme;
    let (line, column) = input_line(theme, input, false, width);
    let mut lines = vec![line];
    for (at, entry) in entries(model, input.value()).into_iter().enumerate() {
        let here = at == cursor;
        let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
        let (text, keys, role) = palette_row(model, entry, input.value());
        let line = format!("{mark} {} {keys}", left(theme, &text, width.saturating_sub(keys.width() + 4)));
        let style = if here { theme.selected() } else { theme.style(role) };
        lines.push(Line::from(Span::styled(line, style)));
    }
    Sheet {
        title: "Commands, views, words, documents, contacts, settings".into(),
        lines,
        scroll: follow(cursor, 1),
        cursor: (cursor < 10).then_some((column, 0)),
        tall: true,
    }
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
    Sheet { title: title.into(), lines, scroll: 0, cursor: Some((2 + ask.typed().len(), row)), tall: false }
}
