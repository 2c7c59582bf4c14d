//! Where things stand on the screen, as pure functions of its size: used by the view to draw and by `update` to know
//! how many rows a page has.
//!
//! Must never panic, whatever the size (0x0 included).

use super::model::{Model, Screen};
use ratatui::layout::Rect;

/// Below this the screen says only how large it must be (`rust-tui.md` 9).
pub const SMALLEST: (u16, u16) = (40, 12);

/// From this width on, detail stands beside the list everywhere.
pub const WIDE: u16 = 110;

/// Below these columns and lines of a step the detail is only shown when it is opened.
const WITH_DETAIL: (u16, u16) = (78, 16);

/// Lines above the rows of a list: chips and column titles.
pub const LIST_HEAD: u16 = 2;

/// The four parts of the frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub rail: Rect,
    pub body: Rect,
    pub status: Rect,
    pub hints: Rect,
}

/// Cuts the frame.
pub fn parts(area: Rect) -> Parts {
    let line = |y: u16| Rect::new(area.x, y, area.width, 1).intersection(area);
    let bottom = area.bottom();
    Parts {
        rail: line(area.y),
        body: Rect::new(area.x, area.y.saturating_add(1), area.width, area.height.saturating_sub(3))
            .intersection(area),
        status: line(bottom.saturating_sub(2)),
        hints: line(bottom.saturating_sub(1)),
    }
}

/// From this height on a step says both what it is and what comes next; below only what comes next.
const GUIDED: u16 = 22;

/// Lines above a step that say what it is, what is left and what comes next.
pub const fn guide_lines(screen: Screen, height: u16) -> u16 {
    match screen {
        // The first page is nothing else.
        Screen::Home => 0,
        _ if height >= GUIDED => 2,
        _ => 1,
    }
}

/// The lines of the guide, and what is left of the body for the step itself.
pub fn work(screen: Screen, area: Rect) -> (Rect, Rect) {
    let body = parts(area).body;
    let lines = guide_lines(screen, area.height).min(body.height);
    let guide = Rect { height: lines, ..body };
    (guide, Rect { y: body.y + lines, height: body.height - lines, ..body })
}

/// Where list and detail stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panes {
    pub list: Rect,
    pub detail: Option<Rect>,
    /// The detail stands at the right, not below.
    pub beside: bool,
}

/// Cuts a body into list and detail.
pub fn panes(screen: Screen, body: Rect) -> Panes {
    let alone = Panes { list: body, detail: None, beside: false };
    if screen == Screen::Connect {
        let below = 4.min(body.height / 3);
        return over(body, body.height - below);
    }
    if screen == Screen::Home {
        return match body.width >= WITH_DETAIL.0 && body.height >= WITH_DETAIL.1 {
            true => beside(body, body.width * 9 / 20),
            false => alone,
        };
    }
    if screen == Screen::Prove || body.width < WITH_DETAIL.0 || body.height < WITH_DETAIL.1 {
        return alone;
    }
    if body.width >= WIDE {
        let left = match screen {
            Screen::Match => body.width * 2 / 5,
            _ => 64.min(body.width * 11 / 20),
        };
        return beside(body, left);
    }
    match screen {
        Screen::Match => beside(body, 35),
        _ => over(body, body.height * 11 / 20),
    }
}

fn beside(body: Rect, left: u16) -> Panes {
    let list = Rect { width: left, ..body };
    let detail = Rect { x: body.x + left + 1, width: body.width.saturating_sub(left + 1), ..body };
    Panes { list, detail: Some(detail), beside: true }
}

fn over(body: Rect, above: u16) -> Panes {
    let list = Rect { height: above, ..body };
    let detail = Rect { y: body.y + above + 1, height: body.height.saturating_sub(above + 1), ..body };
    Panes { list, detail: Some(detail), beside: false }
}

/// Lines that the Hand off screen uses above its list for what is to be closed.
pub const fn hand_off_head(height: u16) -> u16 {
    if height >= 24 { 6 } else { 3 }
}

/// Lines below the list of the home screen: why the row under the cursor matters.
pub const fn home_foot(width: u16) -> u16 {
    if width < 50 { 4 } else { 3 }
}

/// Lines above the table of the Prove screen.
pub const PROVE_HEAD: u16 = 4;

/// Lines below it: what the row under the cursor has to say.
pub const PROVE_FOOT: u16 = 2;

/// What a screen of a size has between its rail and its last lines.
pub fn body((width, height): (u16, u16)) -> Rect {
    parts(Rect::new(0, 0, width, height)).body
}

/// Where the rows of the list of the model's screen stand.
pub fn rows(model: &Model) -> Rect {
    let body = work(model.screen, Rect::new(0, 0, model.size.0, model.size.1)).1;
    let list = panes(model.screen, body).list;
    let (head, foot) = match model.screen {
        Screen::HandOff => (hand_off_head(body.height) + LIST_HEAD, 0),
        Screen::Prove => (PROVE_HEAD, PROVE_FOOT),
        Screen::Connect => (0, 0),
        Screen::Home => (0, home_foot(list.width)),
        _ => (LIST_HEAD, 0),
    };
    let height = list.height.saturating_sub(head + foot);
    Rect { y: list.y + head.min(list.height), height, ..list }
}

/// How many rows the list of the model's screen shows.
pub fn list_height(model: &Model) -> usize {
    usize::from(rows(model).height).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_size_panics_and_parts_never_leave_the_screen() {
        for width in [0, 1, 2, 39, 60, 80, 120, 300] {
            for height in [0, 1, 2, 3, 11, 18, 24, 40, 100] {
                let area = Rect::new(0, 0, width, height);
                let cut = parts(area);
                for part in [cut.rail, cut.body, cut.status, cut.hints] {
                    assert_eq!(part.intersection(area), part, "{width}x{height}");
                }
                for screen in Screen::EVERY {
                    let (guide, work) = work(screen, area);
                    assert_eq!(guide.height + work.height, cut.body.height, "{screen:?} {width}x{height}");
                    let panes = panes(screen, work);
                    assert_eq!(panes.list.intersection(area), panes.list);
                    if let Some(detail) = panes.detail.filter(|d| d.height > 0) {
                        assert_eq!(detail.intersection(area), detail, "{screen:?} {width}x{height}");
                    }
                }
            }
        }
    }

    #[test]
    fn at_80_by_24_every_list_has_a_detail_and_at_60_by_18_none_but_connect() {
        let body = |w, h| work(Screen::Review, Rect::new(0, 0, w, h)).1;
        assert!(panes(Screen::Review, body(80, 24)).detail.is_some());
        assert!(panes(Screen::Match, body(80, 24)).beside);
        assert!(panes(Screen::Review, body(60, 18)).detail.is_none());
    }
}
