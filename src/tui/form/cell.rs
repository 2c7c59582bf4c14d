//! One field: what may stand in it, what it offers, and what is wrong with what stands there.
//!
//! Must never guess a date or an amount: what cannot be read is a problem in the field.

use super::problem;
use crate::base::text::fold;
use crate::base::{Cents, Day, Decimal, Month, Problem, typed};
use crate::workflow::own_look::PickList;
use tui_input::Input;

/// Characters of a field at most.
const LONGEST: usize = 200;

/// Code of what is in no list.
pub const NOT_IN_LIST: &str = "NOT-IN-LIST";

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A ledger date; `5` and `2-5` are taken as days of this month and year.
    Date,
    Month,
    Money,
    /// Money above zero or below, never nothing.
    Amount,
    /// From a list; `true` where nothing else may stand there.
    Pick(PickList, bool),
    Choice(&'static [&'static str]),
}

/// A field.
#[derive(Clone, Debug)]
pub struct Cell {
    pub id: String,
    pub kind: Kind,
    pub needed: bool,
    /// What belongs here, in words.
    pub help: &'static str,
    pub input: Input,
    /// What the list offers, and for which text.
    pub offers: Vec<String>,
    pub offers_for: Option<String>,
    pub today: Day,
    /// Share of its row's width.
    pub weight: usize,
}

impl Cell {
    /// An empty field.
    pub fn new(id: impl Into<String>, kind: Kind, needed: bool, help: &'static str, today: Day) -> Self {
        Cell {
            id: id.into(),
            kind,
            needed,
            help,
            input: Input::default(),
            offers: Vec::new(),
            offers_for: None,
            today,
            weight: 1,
        }
    }

    /// With something in it.
    pub fn with(mut self, text: impl Into<String>) -> Self {
        self.input = Input::new(text.into());
        self
    }

    /// With a share of its row.
    pub const fn wide(mut self, weight: usize) -> Self {
        self.weight = weight;
        self
    }

    /// What stands in it.
    pub fn text(&self) -> &str {
        self.input.value().trim()
    }

    /// Puts something in.
    pub fn set(&mut self, text: &str) {
        self.input = Input::new(text.chars().take(LONGEST).collect());
    }

    /// Whether another character fits.
    pub fn has_room(&self) -> bool {
        self.input.value().chars().count() < LONGEST
    }

    /// The list that it is picked from.
    pub const fn list(&self) -> Option<PickList> {
        match self.kind {
            Kind::Pick(list, _) => Some(list),
            _ => None,
        }
    }

    /// What it offers for what is typed.
    pub fn shown_offers(&self) -> Vec<&str> {
        match self.kind {
            Kind::Choice(words) => words.to_vec(),
            Kind::Pick(..) => self.offers.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The offer that is exactly what is typed.
    pub fn exact(&self) -> Option<&str> {
        let typed = fold(self.text());
        self.shown_offers().into_iter().find(|offer| fold(offer) == typed)
    }

    /// The date in it.
    pub fn day(&self) -> Option<Day> {
        day_of(self.text(), self.today)
    }

    /// The amount in it.
    pub fn cents(&self) -> Option<Cents> {
        typed::money(self.text())
    }

    /// The quantity in it.
    pub fn quantity(&self) -> Option<Decimal> {
        typed::number(self.text())
    }

    /// Writes what was understood in the form in which it is kept.
    pub fn tidy(&mut self) {
        let tidy = match self.kind {
            _ if self.text().is_empty() => return,
            Kind::Date => self.day().map(|day| day.to_string()),
            Kind::Money | Kind::Amount => self.cents().map(Cents::grouped),
            Kind::Pick(..) | Kind::Choice(_) => self.exact().map(str::to_string),
            _ => None,
        };
        if let Some(tidy) = tidy.filter(|tidy| tidy != self.input.value()) {
            self.set(&tidy);
        }
    }

    /// What is wrong with what stands in it.
    pub fn wrong(&self) -> Option<Problem> {
        let text = self.text();
        if text.is_empty() {
            return self.needed.then(|| problem("FIELD-EMPTY", "This field is empty.", self.help));
        }
        match self.kind {
            Kind::Text => None,
            Kind::Date => self.day().is_none().then(|| {
                problem("DATE", &format!("`{text}` is no date."), "Write it as 2026-02-05, 2/5/2026 or 2/5.")
            }),
            Kind::Month => text
                .parse::<Month>()
                .is_err()
                .then(|| problem("MONTH", &format!("`{text}` is no month."), "Write it as 2026-02.")),
            Kind::Money | Kind::Amount => match self.cents() {
                None => {
                    Some(problem("AMOUNT", &format!("`{text}` is no amount of money."), typed::WRITE_MONEY))
                }
                Some(cents) if cents.is_zero() && self.kind == Kind::Amount => {
                    Some(problem("AMOUNT", "The amount is nothing.", "Type an amount other than zero."))
                }
                Some(_) => None,
            },
            Kind::Choice(_) => self.exact().is_none().then(|| {
                problem("CHOICE", &format!("`{text}` is none of the choices."), "Choose with Up and Down.")
            }),
            Kind::Pick(_, strict) => {
                // What is not looked up yet is not called wrong, nor what no list was pulled for.
                let looked = self.offers_for.as_deref() == Some(text) && !self.offers.is_empty();
                (strict && looked && self.exact().is_none()).then(|| {
                    let near = self.offers.first().map(|near| format!(" The nearest is `{near}`."));
                    problem(
                        NOT_IN_LIST,
                        &format!("`{text}` is not in the list.{}", near.unwrap_or_default()),
                        "Choose one with Up and Down, then Tab takes it.",
                    )
                })
            }
        }
    }
}

/// A date as people write it: `2026-02-05`, `2/5/2026`, `2/5/26`, `2/5` and `2-5` of this year, `5` of this month.
fn day_of(text: &str, today: Day) -> Option<Day> {
    if let Ok(day) = text.parse::<Day>() {
        return Some(day);
    }
    let parts: Vec<i16> =
        text.split(['/', '-', '.']).map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let (year, month, day) = match parts.as_slice() {
        [day] => (today.year(), i16::from(today.month()), *day),
        [month, day] => (today.year(), *month, *day),
        [month, day, year] if *year >= 100 => (*year, *month, *day),
        [month, day, year] => (2000 + *year, *month, *day),
        _ => return None,
    };
    Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_a_bookkeeper_writes_them_and_nothing_is_guessed() {
        let today: Day = "2026-03-12".parse().unwrap();
        let read = |text: &str| day_of(text, today).map(|day| day.to_string());
        for text in ["2026-02-05", "2/5/2026", "2/5/26", "2/5", "2-5", "02/05"] {
            assert_eq!(read(text).as_deref(), Some("2026-02-05"), "{text}");
        }
        assert_eq!(read("5").as_deref(), Some("2026-03-05"));
        for text in ["", "13/40", "today", "2/30", "1/2/3/4", "99999", "2026-02-30"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
