//! One request to one answer, without a network: rights, limits, faults, lists, single records, import status.
//!
//! Must answer in Cin7's own order: the key first, then the limits, then the right, then the address, then what is
//! asked (`cin7-api.md` 10), and must change the world only through `changes`.

use super::faults::{Fault, Faults};
use super::limiter::{Limiter, Limits};
use super::query::Query;
use crate::base::Instant;
use crate::sim::world::json::{CustomFields, Dress, Json, Record, write_record, write_text};
use crate::sim::world::{Resource, World};
use base64::Engine as _;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Most records of one write (`cin7-api.md` 10).
const BATCH: usize = 250;

/// One API connection of the account.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The account's API user name.
    pub username: String,
    /// The connection's key.
    pub key: String,
    /// Resources that it may not read.
    pub refused: BTreeSet<Resource>,
    /// Whether it may write the accounting import status.
    pub may_write: bool,
}

impl Connection {
    /// A connection that may read everything and write the import status.
    #[must_use]
    pub fn new(username: &str, key: &str) -> Self {
        Connection {
            username: username.to_string(),
            key: key.to_string(),
            refused: BTreeSet::new(),
            may_write: true,
        }
    }
}

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub struct Ask<'a> {
    /// `GET`, `PUT`.
    pub method: &'a str,
    /// Path, still encoded.
    pub path: &'a str,
    /// Query string, still encoded.
    pub query: &'a str,
    /// The Authorization header.
    pub authorization: Option<&'a str>,
    /// Body of a write.
    pub body: &'a [u8],
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: String,
    /// A page for people instead of JSON.
    pub html: bool,
    /// Seconds of the Retry-After header.
    pub retry_after: Option<u64>,
    /// How long the answer is held back.
    pub delay: Duration,
}

/// The server's state.
#[derive(Debug)]
pub struct Office {
    /// The account's records.
    pub world: World,
    /// Faults that are on.
    pub faults: Faults,
    /// The account's connections.
    pub connections: Vec<Connection>,
    /// The limits of each.
    pub limits: Limits,
    /// Whether a 429 says how long to wait.
    pub says_retry_after: bool,
    /// Number of requests by status, for tests and the log.
    pub counts: BTreeMap<u16, u64>,
    limiters: BTreeMap<String, Limiter>,
}

/// Why there is no ordinary answer: status and words.
type Refusal = (u16, String);

fn refusal<T>(status: u16, words: &str) -> Result<T, Refusal> {
    Err((status, words.to_string()))
}

const NO_KEY: &str = "Unauthorized access";
const NO_RIGHT: &str = "Access is forbidden";
const NOT_FOUND: &str = "Resource not found";
const TOO_MANY: &str = "Rate limit exceeded. Retry after some time.";
const ERROR: &str = "An unexpected error occurred. Please try again later.";
const AWAY: &str = "Service temporarily unavailable. Please try again later.";
const BAD_JSON: &str = "Missing or malformed JSON data; please see the documentation for examples.";
const PAGE_FOR_PEOPLE: &str = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>\
    <h1>We will be right back</h1></body></html>";

impl Office {
    /// A server for a world.
    #[must_use]
    pub fn new(world: World, connections: Vec<Connection>, limits: Limits, faults: Faults) -> Self {
        Office {
            world,
            faults,
            connections,
            limits,
            says_retry_after: true,
            counts: BTreeMap::new(),
            limiters: BTreeMap::new(),
        }
    }

    /// Answers a request that came at a moment.
    pub fn answer(&mut self, ask: &Ask<'_>, now: Instant) -> Answer {
        let mut answer = Answer {
            status: 200,
            body: String::new(),
            html: false,
            retry_after: None,
            delay: Duration::ZERO,
        };
        let mut route = Route::of(ask.path);
        if let Err((status, words)) = self.serve(ask, &mut route, now, &mut answer) {
            answer.status = status;
            self.write_error(status, &words, route.resource, &mut answer);
        }
        *self.counts.entry(answer.status).or_default() += 1;
        answer
    }

    fn serve(
        &mut self,
        ask: &Ask<'_>,
        route: &mut Route,
        now: Instant,
        answer: &mut Answer,
    ) -> Result<(), Refusal> {
        let connection = self.connection(ask.authorization)?.clone();
        let limiter = self.limiters.entry(connection.key.clone()).or_default();
        if let Err(wait) = limiter.take(now, &self.limits) {
            answer.retry_after = Some(u64::try_from(wait).unwrap_or(0).div_ceil(1_000_000));
            return refusal(429, TOO_MANY);
        }
        if let Some(Fault::Slow(delay)) =
            self.faults.fire(route.resource, |fault| matches!(fault, Fault::Slow(_)))
        {
            answer.delay = delay;
        }
        if let Some(fault) = self.faults.fire_in_place(route.resource) {
            return in_place(&fault, answer);
        }
        let Some(resource) = route.resource else { return refusal(404, NOT_FOUND) };
        let writes = ask.method == "PUT";
        if connection.refused.contains(&resource) || (writes && !connection.may_write) {
            return refusal(403, NO_RIGHT);
        }
        match (ask.method, &route.id) {
            ("GET", None) => self.list(resource, ask.query, now, answer)?,
            ("GET", Some(id)) => self.one(resource, id, answer)?,
            ("PUT", None) => {
                answer.body = self.write(resource, ask.body, now)?;
                if self.faults.fires(route.resource, &Fault::LostAnswer) {
                    return refusal(500, ERROR);
                }
            }
            _ => return refusal(405, "The requested resource does not support this method."),
        }
        if self.faults.fires(route.resource, &Fault::Truncated) {
            let half = (answer.body.len() / 2..).find(|place| answer.body.is_char_boundary(*place));
            answer.body.truncate(half.unwrap_or(0));
        }
        Ok(())
    }

    fn connection(&self, authorization: Option<&str>) -> Result<&Connection, Refusal> {
        let given = authorization
            .and_then(|header| header.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
            .and_then(|(_, coded)| base64::engine::general_purpose::STANDARD.decode(coded.trim()).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = given.as_deref().and_then(|given| given.split_once(':'));
        let found = pair.and_then(|(username, key)| {
            self.connections.iter().find(|own| own.username == username && own.key == key)
        });
        found.ok_or_else(|| (401, NO_KEY.to_string()))
    }

    fn write_error(&mut self, status: u16, words: &str, resource: Option<Resource>, answer: &mut Answer) {
        // Throttling errors alone are never an object (`cin7-api.md` 10).
        if status != 429 && self.faults.fires(resource, &Fault::MessageForm) {
            write_record(
                &Record::new(vec![("message", words.to_string().into())]),
                &Dress::default(),
                &mut answer.body,
            );
        } else {
            write_text(words, &mut answer.body);
        }
        if !self.says_retry_after {
            answer.retry_after = None;
        }
    }

    fn list(
        &mut self,
        resource: Resource,
        text: &str,
        now: Instant,
        answer: &mut Answer,
    ) -> Result<(), Refusal> {
        let shelf = self.world.shelf(resource).ok_or((404, NOT_FOUND.to_string()))?;
        let example = shelf.records().next();
        let knows = |name: &str| example.as_ref().is_none_or(|record| record.get(name).is_some());
        let mut query = Query::parse(text, &knows).map_err(|words| (400, words))?;
        if let Some(condition) = &query.condition {
            let refused = |fault: &Fault| matches!(fault, Fault::NoFilter(field) if condition.names(field));
            if let Some(Fault::NoFilter(field)) = self.faults.fire(Some(resource), refused) {
                return refusal(
                    400,
                    &format!("The where argument cannot be read: there is no field '{field}'."),
                );
            }
        }
        if self.faults.fires(Some(resource), &Fault::ShortPages) {
            query.rows = (query.rows / 2).max(1);
        }
        let twice = self.faults.fires(Some(resource), &Fault::DupRows);
        let dress = dress(&mut self.faults, resource);
        let mut rows = query.select(resource, shelf);
        if self.faults.fires(Some(resource), &Fault::CostAfterImport) {
            rows.iter_mut().for_each(hide_cost);
        }
        if twice && let Some(last) = rows.last().cloned() {
            rows.push(last);
        }
        answer.body.push('[');
        for (place, record) in rows.iter().enumerate() {
            if place > 0 {
                answer.body.push(',');
            }
            let part = query.project(record);
            write_record(part.as_ref().unwrap_or(record), &dress, &mut answer.body);
        }
        answer.body.push(']');
        let first = rows.iter().map(|record| record.whole("id")).min();
        if let Some(first) = first.filter(|_| resource.has_own_ids())
            && self.faults.fires(Some(resource), &Fault::Drift)
        {
            self.world.edit(resource, first, now, |record| {
                record.set("internalComments", "edited while pages were read");
                record.set("notes", "edited while pages were read");
            });
        }
        Ok(())
    }

    fn one(&mut self, resource: Resource, id: &str, answer: &mut Answer) -> Result<(), Refusal> {
        let dress = dress(&mut self.faults, resource);
        let shelf = self.world.shelf(resource);
        let id: i64 = id.parse().map_err(|_| (404, NOT_FOUND.to_string()))?;
        let record = shelf.and_then(|shelf| match resource {
            Resource::Stock => None,
            Resource::ProductOptions => shelf.records().find(|record| record.whole("id") == id),
            _ => shelf.get(id),
        });
        let Some(mut record) = record else { return refusal(404, NOT_FOUND) };
        if self.faults.fires(Some(resource), &Fault::CostAfterImport) {
            hide_cost(&mut record);
        }
        write_record(&record, &dress, &mut answer.body);
        Ok(())
    }

    /// Writes accounting import statuses: the one thing that the program ever writes (design 4.5).
    fn write(&mut self, resource: Resource, body: &[u8], now: Instant) -> Result<String, Refusal> {
        let papers = [Resource::SalesOrders, Resource::PurchaseOrders, Resource::CreditNotes];
        if !papers.contains(&resource) {
            return refusal(403, NO_RIGHT);
        }
        let rows: Vec<Record> = serde_json::from_slice(body).map_err(|_| (400, BAD_JSON.to_string()))?;
        if rows.len() > BATCH {
            return refusal(400, "Batch limit is 250.");
        }
        let refused = self.faults.fires(Some(resource), &Fault::NoStatusWrite);
        let ignored = self.faults.fires(Some(resource), &Fault::StatusIgnored);
        let costs = self.faults.fires(Some(resource), &Fault::CostAfterImport);
        let results = (0_i64..).zip(&rows).map(|(index, row)| {
            if refused {
                return word_on(index, 0, None, Some("accountingAttributes cannot be changed".to_string()));
            }
            if ignored {
                return word_on(index, row.whole("id"), None, None);
            }
            let result = self.write_one(resource, index, row, now);
            if costs && result.flag("success") {
                // Cin7 computes the cost once the status is there; here at once, there within a day.
                self.world.cost_computed(resource, row.whole("id"), now);
            }
            result
        });
        let results: Vec<Record> = results.collect();
        let texts: Vec<String> = results.iter().map(Record::to_text).collect();
        Ok(format!("[{}]", texts.join(",")))
    }

    fn write_one(&mut self, resource: Resource, index: i64, row: &Record, now: Instant) -> Record {
        let id = row.whole("id");
        let done = match row.get("accountingAttributes") {
            Some(Json::Record(attributes)) => {
                let date = match attributes.get("importDate") {
                    Some(Json::Text(text)) => Some(text.to_string()),
                    _ => None,
                };
                self.world.set_import_status(
                    resource,
                    id,
                    attributes.text("accountingImportStatus"),
                    date,
                    now,
                )
            }
            _ => Err("only accountingAttributes can be written here".to_string()),
        };
        let code = self
            .world
            .shelf(resource)
            .and_then(|shelf| shelf.get(id))
            .map(|record| record.text("reference").to_string());
        word_on(index, id, code, done.err())
    }
}

/// The server's word on one row of a write.
fn word_on(index: i64, id: i64, code: Option<String>, error: Option<String>) -> Record {
    let done = error.is_none();
    Record::new(vec![
        ("index", index.into()),
        ("success", done.into()),
        ("id", if done { id } else { 0 }.into()),
        ("code", code.filter(|_| done).into()),
        ("errors", Json::List(error.into_iter().map(Json::from).collect())),
    ])
}

/// Cost that Cin7 has not computed: only documents that are Imported or Do Not Import get one
/// (`cin7-quickbooks-integration.md` 2.1).
fn hide_cost(record: &mut Record) {
    let costed = match record.get("accountingAttributes") {
        Some(Json::Record(attributes)) => {
            matches!(attributes.text("accountingImportStatus"), "Imported" | "DoNotImport")
        }
        _ => true,
    };
    if costed {
        return;
    }
    if record.get("modifiedCOGSDate").is_some() {
        record.set("modifiedCOGSDate", Json::Null);
    }
    if let Some(Json::List(lines)) = record.get_mut("lineItems") {
        for line in lines {
            if let Json::Record(line) = line
                && line.get("unitCost").is_some()
            {
                line.set("unitCost", Json::Null);
            }
        }
    }
}

/// The answer that a fault puts in the place of the right one.
fn in_place(fault: &Fault, answer: &mut Answer) -> Result<(), Refusal> {
    match fault {
        Fault::Unauthorized => refusal(401, NO_KEY),
        Fault::Forbidden => refusal(403, NO_RIGHT),
        Fault::TooMany => {
            answer.retry_after = Some(1);
            refusal(429, TOO_MANY)
        }
        Fault::Unavailable => refusal(503, AWAY),
        Fault::Html => {
            answer.html = true;
            answer.body.push_str(PAGE_FOR_PEOPLE);
            Ok(())
        }
        _ => refusal(500, ERROR),
    }
}

fn dress(faults: &mut Faults, resource: Resource) -> Dress {
    let here = Some(resource);
    Dress {
        pascal: faults.fires(here, &Fault::Pascal),
        offset_dates: faults.fires(here, &Fault::OffsetDates),
        custom_fields: if faults.fires(here, &Fault::CustomArray) {
            CustomFields::Array
        } else if faults.fires(here, &Fault::CustomNull) {
            CustomFields::Null
        } else {
            CustomFields::Object
        },
    }
}

/// What a path means: `/api/v1/{Resource}` or `/api/v1/{Resource}/{id}`.
struct Route {
    resource: Option<Resource>,
    id: Option<String>,
}

impl Route {
    fn of(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [api, version, name, rest @ ..]
                if api.eq_ignore_ascii_case("api")
                    && version.eq_ignore_ascii_case("v1")
                    && rest.len() <= 1 =>
            {
                Route { resource: Resource::named(name), id: rest.first().map(ToString::to_string) }
            }
            _ => Route { resource: None, id: None },
        }
    }
}
