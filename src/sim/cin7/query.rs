//! The parameters of a list: page, rows, order, fields, where (`cin7-api.md` 2.1).
//!
//! Must ignore parameters it does not know, as Cin7 does: a condition outside `where` is silently dropped. Must answer
//! `id > LAST, order = id ASC` without looking at the records before, so that a whole fetch is linear.

use super::filter::{self, Condition};
use crate::sim::world::json::{Json, Record};
use crate::sim::world::{Resource, Shelf};
use std::cmp::Ordering;

/// Rows of a page when nothing is said.
const ROWS: usize = 50;
/// Most rows of a page.
const MOST_ROWS: usize = 250;
/// The answer to too many rows (`cin7-api.md` 10).
const TOO_MANY_ROWS: &str = "The rows argument cannot be greater than 250.";
/// The answer to a page below 1 (`cin7-api.md` 10).
const NO_SUCH_PAGE: &str = "The page number is out of range; the value must be greater than or equal to 1.";

/// A field that is asked for, with the children that are.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    name: String,
    children: Vec<String>,
}

/// A list as it is asked for.
#[derive(Clone, Debug)]
pub struct Query {
    /// Page from 1.
    pub page: usize,
    /// Rows of a page.
    pub rows: usize,
    order: Vec<(String, bool)>,
    fields: Vec<Wanted>,
    /// The condition, if there is one.
    pub condition: Option<Condition>,
}

impl Query {
    /// Reads the query string of an address for a resource that knows certain fields.
    ///
    /// # Errors
    /// The text of the 400 answer.
    pub fn parse(text: &str, knows: &dyn Fn(&str) -> bool) -> Result<Self, String> {
        let mut query = Query { page: 1, rows: ROWS, order: Vec::new(), fields: Vec::new(), condition: None };
        for (name, value) in pairs(text) {
            match name.to_ascii_lowercase().as_str() {
                "page" => {
                    let page = value.trim().parse().ok().filter(|page| *page >= 1);
                    query.page = page.ok_or_else(|| NO_SUCH_PAGE.to_string())?;
                }
                "rows" => {
                    let rows = value.trim().parse::<i64>().unwrap_or(0);
                    query.rows = match usize::try_from(rows) {
                        Ok(rows) if rows > MOST_ROWS => return Err(TOO_MANY_ROWS.to_string()),
                        Ok(rows) if rows > 0 => rows,
                        _ => ROWS,
                    };
                }
                "where" if !value.trim().is_empty() => {
                    let said = |why| format!("The where argument cannot be read: {why}.");
                    query.condition = Some(filter::parse(&value, knows).map_err(said)?);
                }
                "order" => query.order = order(&value, knows)?,
                "fields" => query.fields = wanted(&value),
                _ => {}
            }
        }
        Ok(query)
    }

    /// The records of the page, in order.
    #[must_use]
    pub fn select(&self, resource: Resource, shelf: &Shelf) -> Vec<Record> {
        let fits = |(_, record): &(i64, Record)| {
            self.condition.as_ref().is_none_or(|condition| condition.fits(record))
        };
        let skip = (self.page - 1).saturating_mul(self.rows);
        let by_id = match self.order.as_slice() {
            [] => Some(false),
            [(name, ascending)] if name.eq_ignore_ascii_case("id") => Some(*ascending),
            _ => None,
        };
        let low = self.condition.as_ref().and_then(Condition::lowest_id).filter(|_| resource.has_own_ids());
        let records = shelf.from(low.unwrap_or(i64::MIN));
        let page = |found: &mut dyn Iterator<Item = (i64, Record)>| {
            found.skip(skip).take(self.rows).map(|(_, record)| record).collect()
        };
        match by_id {
            Some(true) if resource.has_own_ids() => page(&mut records.filter(fits)),
            Some(false) if resource.has_own_ids() => page(&mut records.rev().filter(fits)),
            _ => {
                // Only what is compared is kept of each record; the page alone is unpacked whole.
                let compared = |(key, record): (i64, Record)| (key, self.compared(&record));
                let mut all: Vec<(i64, Vec<Option<Json>>)> = records.filter(fits).map(compared).collect();
                all.sort_by(|(_, left), (_, right)| self.compare(left, right));
                let keys = all.into_iter().skip(skip).take(self.rows).map(|(key, _)| key);
                keys.filter_map(|key| shelf.get(key)).collect()
            }
        }
    }

    fn compared(&self, record: &Record) -> Vec<Option<Json>> {
        self.order.iter().map(|(name, _)| record.get(name).cloned()).collect()
    }

    fn compare(&self, left: &[Option<Json>], right: &[Option<Json>]) -> Ordering {
        let pairs = left.iter().zip(right).zip(&self.order);
        pairs.fold(Ordering::Equal, |so_far, ((left, right), (_, ascending))| {
            let order = || value_order(left.as_ref(), right.as_ref());
            so_far.then_with(|| if *ascending { order() } else { order().reverse() })
        })
    }

    /// A record with the fields that are asked for; none where all of it is.
    #[must_use]
    pub fn project(&self, record: &Record) -> Option<Record> {
        if self.fields.is_empty() {
            return None;
        }
        let mut out = Record::default();
        for (name, value) in record.fields() {
            if let Some(field) = self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)) {
                out.push(name.clone(), children(value, &field.children));
            }
        }
        Some(out)
    }
}

fn children(value: &Json, names: &[String]) -> Json {
    match value {
        Json::List(items) if !names.is_empty() => {
            Json::List(items.iter().map(|item| children(item, names)).collect())
        }
        Json::Record(record) if !names.is_empty() => {
            let mut out = Record::default();
            for (name, value) in record.fields() {
                if names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)) {
                    out.push(name.clone(), value.clone());
                }
            }
            out.into()
        }
        other => other.clone(),
    }
}

fn value_order(left: Option<&Json>, right: Option<&Json>) -> Ordering {
    let rank = |value: Option<&Json>| match value {
        None | Some(Json::Null) => 0,
        Some(Json::Flag(_)) => 1,
        Some(Json::Whole(_) | Json::Number(_)) => 2,
        Some(_) => 3,
    };
    match (left, right) {
        (Some(Json::Flag(left)), Some(Json::Flag(right))) => left.cmp(right),
        (Some(Json::Whole(left)), Some(Json::Whole(right))) => left.cmp(right),
        (Some(Json::Number(left)), Some(Json::Number(right))) => left.cmp(right),
        (Some(Json::Text(left)), Some(Json::Text(right))) => left.to_lowercase().cmp(&right.to_lowercase()),
        _ => rank(left).cmp(&rank(right)),
    }
}

/// `modifiedDate ASC, id`: a bare name goes down.
fn order(text: &str, knows: &dyn Fn(&str) -> bool) -> Result<Vec<(String, bool)>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            let mut words = part.split_whitespace();
            let name = words.next().unwrap_or("");
            let ascending = words.next().is_some_and(|word| word.eq_ignore_ascii_case("asc"));
            if knows(name) {
                Ok((name.to_string(), ascending))
            } else {
                Err(format!("The order argument cannot be read: there is no field '{name}'."))
            }
        })
        .collect()
}

/// `id,lineItems(code,qty)`.
fn wanted(text: &str) -> Vec<Wanted> {
    let mut out: Vec<Wanted> = Vec::new();
    let mut word = String::new();
    let mut inside = false;
    for c in text.chars().chain([',']) {
        match c {
            '(' => {
                out.push(Wanted { name: std::mem::take(&mut word), children: Vec::new() });
                inside = true;
            }
            ',' | ')' => {
                let name = std::mem::take(&mut word);
                match out.last_mut() {
                    Some(parent) if inside && !name.is_empty() => parent.children.push(name),
                    _ if !name.is_empty() => out.push(Wanted { name, children: Vec::new() }),
                    _ => {}
                }
                inside &= c != ')';
            }
            c if c.is_whitespace() => {}
            c => word.push(c),
        }
    }
    out
}

/// The parameters of a query string, decoded once.
fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Percent-decoding; `+` is a blank, a broken escape stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(&byte) = bytes.get(place) {
        let escaped = || {
            let digits = std::str::from_utf8(bytes.get(place + 1..place + 3)?).ok()?;
            digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(())?;
            u8::from_str_radix(digits, 16).ok()
        };
        match byte {
            b'%' => match escaped() {
                Some(value) => {
                    out.push(value);
                    place += 2;
                }
                None => out.push(byte),
            },
            b'+' => out.push(b' '),
            other => out.push(other),
        }
        place += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf() -> Shelf {
        let row =
            |id: i64, name: &str| Record::new(vec![("id", id.into()), ("name", name.to_string().into())]);
        Shelf::new(Resource::Contacts, vec![row(1, "b"), row(2, "A"), row(3, "c"), row(5, "a")])
    }

    fn ids(text: &str) -> Vec<i64> {
        let shelf = shelf();
        let query = Query::parse(text, &|name| ["id", "name"].contains(&name)).unwrap();
        query.select(Resource::Contacts, &shelf).into_iter().map(|record| record.whole("id")).collect()
    }

    #[test]
    fn a_bare_order_goes_down_and_pages_are_cut_after_sorting() {
        assert_eq!(ids("order=id"), [5, 3, 2, 1]);
        assert_eq!(ids(""), [5, 3, 2, 1]);
        assert_eq!(ids("order=name%20ASC,id+ASC"), [2, 5, 1, 3]);
        assert_eq!(ids("order=id ASC&rows=2&page=2"), [3, 5]);
        assert_eq!(ids("where=id%3E2&order=id%20ASC&rows=1"), [3]);
    }

    #[test]
    fn conditions_outside_where_are_silently_ignored() {
        assert_eq!(ids("order=id ASC&limit=1&name='b'"), [1, 2, 3, 5]);
    }

    #[test]
    fn limits_have_cin7s_own_words() {
        let refusal = |text: &str| Query::parse(text, &|_| true).unwrap_err();
        assert_eq!(refusal("rows=251"), TOO_MANY_ROWS);
        assert_eq!(refusal("page=0"), NO_SUCH_PAGE);
        assert!(Query::parse("order=colour", &|_| false).is_err());
    }

    #[test]
    fn fields_are_taken_from_the_record_and_from_its_lines() {
        let line = Record::new(vec![("code", "A".into()), ("qty", 1_i64.into()), ("name", "n".into())]);
        let record = Record::new(vec![
            ("id", 1_i64.into()),
            ("name", "b".into()),
            ("lineItems", vec![line.into()].into()),
        ]);
        let shown = |text: &str| {
            Query::parse(text, &|_| true).unwrap().project(&record).map(|record| record.to_text())
        };
        assert_eq!(
            shown("fields=ID,lineItems(Qty, code),unknown").unwrap(),
            r#"{"id":1,"lineItems":[{"code":"A","qty":1}]}"#
        );
        assert_eq!(shown("fields=name").unwrap(), r#"{"name":"b"}"#);
        assert_eq!(shown("rows=1"), None);
    }

    #[test]
    fn escapes_are_decoded_once() {
        assert_eq!(decode("a%2520b%23+%zz%"), "a%20b# %zz%");
    }
}
