//! The wizard of the first day: the steps at the left, what the step under the cursor needs at the right.
//!
//! Must fit 80x24, and must never show a secret: passwords and keys are not in what it is given.

use super::text::{left, right, wrap};
use super::{below, markers, put, put_lines, styled_row};
use crate::base::Cents;
use crate::base::text::for_screen;
use crate::books::Side;
use crate::tui::model::Model;
use crate::tui::setup_sheet::SetupSheet;
use crate::tui::theme::{Glyph, Role, Theme};
use crate::workflow::setup::{SetupView, Stand, Step, StepView};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

/// Columns of the list of steps.
const STEPS: u16 = 27;
/// Below this only the step under the cursor is shown.
const BOTH: u16 = 70;
/// Lines of the visit's log that are shown.
const LOG: usize = 5;

/// Draws the wizard over the whole body.
pub fn draw(model: &Model, sheet: &SetupSheet, frame: &mut Frame<'_>, body: Rect) {
    let theme = model.theme;
    frame.render_widget(Clear, body);
    let Some(view) = &sheet.view else {
        put(frame, body, 0, theme.span(Role::Title, " First day"));
        put(frame, body, 2, theme.span(Role::Muted, "  Reading the profile."));
        return;
    };
    let title = format!(" First day: {}.", view.in_words());
    put(frame, body, 0, theme.span(Role::Title, left(theme, &title, usize::from(body.width))));
    let area = below(body, 1);
    let text = if area.width >= BOTH {
        for (at, step) in view.steps.iter().enumerate() {
            put(frame, area, at, row(theme, step, at == sheet.cursor, usize::from(STEPS)));
        }
        if model.overlays.len() == 1 {
            frame.set_cursor_position((area.x, area.y + super::narrow(sheet.cursor)));
        }
        for y in area.y..area.bottom() {
            let at = Rect { x: area.x + STEPS, y, width: 1, height: 1 };
            frame.render_widget(Paragraph::new(theme.span(Role::Muted, theme.glyph(Glyph::Separator))), at);
        }
        Rect { x: area.x + STEPS + 2, width: area.width - STEPS - 2, ..area }
    } else {
        area
    };
    if let Some(step) = sheet.step() {
        let lines = about(model, view, step, usize::from(text.width.saturating_sub(1)));
        put_lines(frame, theme, text, lines, sheet.scroll);
    }
}

fn glyph(theme: Theme, stand: Stand) -> (&'static str, Role) {
    match stand {
        Stand::Done => (theme.glyph(Glyph::Ok), Role::Good),
        Stand::Open => (theme.glyph(Glyph::Ask), Role::Accent),
        Stand::Look => (theme.glyph(Glyph::Alarm), Role::Warn),
        Stand::Later => (theme.glyph(Glyph::Later), Role::Muted),
    }
}

fn row(theme: Theme, step: &StepView, here: bool, width: usize) -> Line<'static> {
    let (mark, role) = glyph(theme, step.stand);
    let text = format!("{:>2} {}", step.number, step.title);
    let spans = vec![
        Span::raw(markers(theme, here, false)),
        theme.span(role, format!("{mark} ")),
        Span::raw(left(theme, &text, width.saturating_sub(4))),
    ];
    styled_row(theme, here, spans)
}

/// Lines as they are put together.
struct Page {
    theme: Theme,
    width: usize,
    lines: Vec<Line<'static>>,
}

impl Page {
    fn say(&mut self, role: Role, text: &str) {
        self.indented(role, text, 0);
    }

    fn indented(&mut self, role: Role, text: &str, by: usize) {
        let blank = " ".repeat(by);
        for line in wrap(text, self.width.saturating_sub(by)) {
            self.lines.push(Line::from(self.theme.span(role, format!("{blank}{line}"))));
        }
    }

    fn gap(&mut self) {
        self.lines.push(Line::default());
    }
}

fn about(model: &Model, view: &SetupView, step: &StepView, width: usize) -> Vec<Line<'static>> {
    let theme = model.theme;
    let mut page = Page { theme, width, lines: Vec::new() };
    page.say(Role::Title, &format!("{} of {}  {}", step.number, view.of, step.title));
    page.say(Role::Muted, step.about);
    page.gap();
    let (mark, role) = glyph(theme, step.stand);
    page.say(role, &format!("{mark} {}", for_screen(&step.found)));
    if !step.do_now.is_empty() {
        page.say(Role::Text, &format!("Now: {}", step.do_now));
    }
    match step.step {
        Step::Test => tested(&mut page, view),
        Step::Zone => zones(&mut page, view),
        Step::File => numbered(&mut page, &view.qwc_steps),
        Step::Visit if step.stand != Stand::Done => {
            arrival(&mut page, model, view);
            numbered(&mut page, &view.qwc_steps);
        }
        Step::Visit | Step::Company | Step::Lists => arrival(&mut page, model, view),
        Step::Map => map(&mut page, view),
        Step::Money => money(&mut page, view),
        Step::Warnings => warnings(&mut page, view),
        Step::Trial => trial(&mut page, view),
        Step::Name | Step::Cin7 | Step::Fetch | Step::Match => {}
    }
    page.lines
}

fn tested(page: &mut Page, view: &SetupView) {
    page.gap();
    for list in &view.cin7 {
        if list.problem.is_empty() {
            page.say(Role::Good, &format!("{} {}", page.theme.glyph(Glyph::Ok), list.list));
        } else {
            let text =
                format!("{} {}: {} ({})", page.theme.glyph(Glyph::Alarm), list.list, list.problem, list.code);
            page.say(Role::Bad, &text);
            page.indented(Role::Text, &list.do_now, 2);
        }
    }
}

fn zones(page: &mut Page, view: &SetupView) {
    page.gap();
    for zone in &view.zones {
        page.say(
            Role::Text,
            &format!("{:<22} {:>4} of {} dates are midnights there", zone.zone, zone.midnights, zone.of),
        );
    }
}

fn numbered(page: &mut Page, steps: &[String]) {
    page.gap();
    for (number, step) in (1..).zip(steps) {
        let mut lines = wrap(step, page.width.saturating_sub(3)).into_iter();
        if let Some(first) = lines.next() {
            page.lines.push(Line::from(format!("{number}. {first}")));
        }
        page.lines.extend(lines.map(|line| Line::from(format!("   {line}"))));
    }
}

fn arrival(page: &mut Page, model: &Model, view: &SetupView) {
    page.gap();
    for line in &view.arrival {
        page.say(Role::Text, line);
    }
    let log = &model.hand_off.log;
    if !log.is_empty() {
        page.gap();
        page.say(Role::Muted, "What it does now:");
    }
    for line in log.iter().skip(log.len().saturating_sub(LOG)) {
        page.say(Role::Muted, line);
    }
}

fn map(page: &mut Page, view: &SetupView) {
    page.gap();
    for name in &view.map.missing {
        page.say(Role::Accent, &format!("{} to create: {name}", page.theme.glyph(Glyph::Ask)));
    }
    for row in view.map.rows.iter().filter(|row| !row.set) {
        let (glyph, role) = if row.sure { (Glyph::Ask, Role::Accent) } else { (Glyph::Alarm, Role::Warn) };
        let value = if row.value.is_empty() { "nothing fits" } else { &row.value };
        page.say(role, &format!("{} {} = {value}", page.theme.glyph(glyph), row.key));
        page.indented(Role::Muted, &row.reason, 2);
    }
    for row in view.map.rows.iter().filter(|row| row.set) {
        page.say(Role::Good, &format!("{} {} = {}", page.theme.glyph(Glyph::Ok), row.key, row.value));
    }
}

fn money(page: &mut Page, view: &SetupView) {
    page.gap();
    for question in &view.questions {
        let (glyph, role) =
            if question.answered { (Glyph::Ok, Role::Good) } else { (Glyph::Ask, Role::Accent) };
        let by = if question.by.is_empty() { String::new() } else { format!(" ({})", question.by) };
        page.say(
            role,
            &format!("{} {}: {}{by}", page.theme.glyph(glyph), question.title, question.in_words()),
        );
    }
}

fn warnings(page: &mut Page, view: &SetupView) {
    for warning in &view.warnings {
        page.gap();
        let (glyph, role) =
            if warning.known_by.is_empty() { (Glyph::Alarm, Role::Warn) } else { (Glyph::Ok, Role::Good) };
        page.say(role, &format!("{} {}", page.theme.glyph(glyph), warning.text));
        page.indented(Role::Text, &warning.means, 2);
        page.indented(Role::Muted, &warning.do_now, 2);
    }
}

fn trial(page: &mut Page, view: &SetupView) {
    /// Columns of an amount.
    const AMOUNT: usize = 11;
    let trial = &view.trial;
    let name = page.width.saturating_sub(2 * AMOUNT + 3);
    for document in &trial.documents {
        page.gap();
        let total = document.total.map_or_else(String::new, Cents::grouped);
        let back = match (document.read_back, document.quickbooks_total) {
            (true, Some(seen)) => format!(", read back {}", seen.grouped()),
            _ => String::new(),
        };
        let text = format!(
            "{} {} {}: {total}, {}{back}",
            document.kind, document.ref_number, document.party, document.outcome
        );
        page.say(Role::Title, &text);
        for differs in &document.differs {
            page.indented(Role::Bad, &format!("differs: {differs}"), 2);
        }
        page.indented(Role::Muted, &document.note, 2);
        for posting in &document.postings {
            let amount = posting.amount.grouped();
            let (debit, credit) =
                if posting.side == Side::Debit { (amount, String::new()) } else { (String::new(), amount) };
            let line = amounts(page.theme, &posting.account, &debit, &credit, (name, AMOUNT));
            page.lines.push(line);
        }
    }
    if trial.documents.len() > 1 {
        page.gap();
        page.say(Role::Title, "All of it by account: debit, credit");
        for row in &trial.accounts {
            let shown = |cents: Cents| if cents.is_zero() { String::new() } else { cents.grouped() };
            let line =
                amounts(page.theme, &row.account, &shown(row.debit), &shown(row.credit), (name, AMOUNT));
            page.lines.push(line);
        }
    }
}

fn amounts(
    theme: Theme,
    account: &str,
    debit: &str,
    credit: &str,
    (name, amount): (usize, usize),
) -> Line<'static> {
    Line::from(format!(
        "  {} {}{}",
        left(theme, account, name),
        right(theme, debit, amount),
        right(theme, credit, amount)
    ))
}
