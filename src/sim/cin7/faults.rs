//! What can go wrong on Cin7's side, switched on by name: `name[:arg][*count]`, separated by commas.
//!
//! Must fire in the order given and exactly as often as said, so that a test or a seed repeats a bad day to the letter
//! (`cin7-api.md` 11.5 and 11.6).

use crate::sim::world::Resource;
use std::time::Duration;

/// A kind of fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `500`: an unexpected error.
    ServerError,
    /// `503`: the service is away.
    Unavailable,
    /// `429`: a limit is reached although it is not.
    TooMany,
    /// `401`: the key is refused.
    Unauthorized,
    /// `403`: the connection lacks the right.
    Forbidden,
    /// `html`: a page for people with status 200 in place of the answer.
    Html,
    /// `truncated`: the first half of the answer.
    Truncated,
    /// `slow:MILLISECONDS`: the answer comes late.
    Slow(Duration),
    /// `message-form`: errors as an object with a message (but 429 stays a text).
    MessageForm,
    /// `pascal`: names with a capital first letter.
    Pascal,
    /// `offset-dates`: times with fractions and a numeric offset.
    OffsetDates,
    /// `custom-array`: `customFields` as an array.
    CustomArray,
    /// `custom-null`: `customFields` as null.
    CustomNull,
    /// `drift`: the first record of the page is edited right after the page is answered.
    Drift,
    /// `dup-rows`: the last row of the page comes twice.
    DupRows,
    /// `short-pages`: pages have half the rows asked for.
    ShortPages,
    /// `no-filter:FIELD`: a condition on this field is refused with 400.
    NoFilter(String),
    /// `no-status-write`: a write of the import status is refused row by row: whether Cin7 lets it be changed is a guess
    /// (`cin7-quickbooks-integration.md` 15, question 1).
    NoStatusWrite,
    /// `status-ignored`: a write of the import status is answered as done and changes nothing.
    StatusIgnored,
    /// `lost-answer`: the write is done, and a fault takes the place of its answer.
    LostAnswer,
    /// `cost-after-import`: cost is shown only on documents that are Imported or Do Not Import
    /// (`cin7-quickbooks-integration.md` 2.1).
    CostAfterImport,
}

impl Fault {
    /// Whether it takes the place of the answer.
    const fn replaces_the_answer(&self) -> bool {
        matches!(
            self,
            Fault::ServerError
                | Fault::Unavailable
                | Fault::TooMany
                | Fault::Unauthorized
                | Fault::Forbidden
                | Fault::Html
        )
    }

    /// Whether it stays on when no count is said.
    const fn is_a_manner(&self) -> bool {
        matches!(
            self,
            Fault::MessageForm
                | Fault::Pascal
                | Fault::OffsetDates
                | Fault::CustomArray
                | Fault::CustomNull
                | Fault::DupRows
                | Fault::ShortPages
                | Fault::NoFilter(_)
                | Fault::NoStatusWrite
                | Fault::StatusIgnored
                | Fault::CostAfterImport
        )
    }
}

#[derive(Clone, Debug)]
struct Switch {
    fault: Fault,
    resource: Option<Resource>,
    left: Option<u32>,
}

/// All switches that are on.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    switches: Vec<Switch>,
}

/// A text of the list is no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no fault; write name[:arg][*count], for example 500, 403:Contacts*2, slow:250, no-filter:id"
)]
pub struct NoSuchFault(pub String);

impl Faults {
    /// Reads a list of faults. Without a count a failure happens once and a manner stays; `*all` stays in any case.
    /// An argument is a resource, but milliseconds for `slow` and a field for `no-filter`.
    ///
    /// # Errors
    /// [`NoSuchFault`] with the text that cannot be read.
    pub fn parse(list: &str) -> Result<Self, NoSuchFault> {
        let texts = list.split(',').map(str::trim).filter(|text| !text.is_empty());
        Ok(Faults { switches: texts.map(switch).collect::<Result<_, _>>()? })
    }

    /// Switches a fault on, behind those that are; `times` none for ever.
    pub fn add(&mut self, fault: Fault, resource: Option<Resource>, times: Option<u32>) {
        self.switches.push(Switch { fault, resource, left: times });
    }

    /// Switches all faults on that another list has.
    pub fn extend(&mut self, other: Faults) {
        self.switches.extend(other.switches);
    }

    /// Switches everything off.
    pub fn clear(&mut self) {
        self.switches.clear();
    }

    /// Fires the next fault that takes the place of the answer to a request about a resource.
    pub fn fire_in_place(&mut self, resource: Option<Resource>) -> Option<Fault> {
        self.fire(resource, Fault::replaces_the_answer)
    }

    /// Fires one fault of a kind, if it is on for this resource.
    pub fn fire(&mut self, resource: Option<Resource>, wanted: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let here = |switch: &Switch| {
            switch.left != Some(0)
                && (switch.resource.is_none() || switch.resource == resource)
                && wanted(&switch.fault)
        };
        let switch = self.switches.iter_mut().find(|switch| here(switch))?;
        switch.left = switch.left.map(|left| left - 1);
        Some(switch.fault.clone())
    }

    /// Fires a fault of exactly this kind.
    pub fn fires(&mut self, resource: Option<Resource>, fault: &Fault) -> bool {
        self.fire(resource, |other| other == fault).is_some()
    }
}

fn switch(text: &str) -> Result<Switch, NoSuchFault> {
    let wrong = || NoSuchFault(text.to_string());
    let (rest, count) = text.split_once('*').map_or((text, None), |(rest, count)| (rest, Some(count)));
    let (name, arg) = rest.split_once(':').map_or((rest, None), |(name, arg)| (name, Some(arg)));
    let mut resource = None;
    let fault = match (name, arg) {
        ("slow", arg) => {
            Fault::Slow(Duration::from_millis(arg.unwrap_or("1000").parse().map_err(|_| wrong())?))
        }
        ("no-filter", Some(field)) => Fault::NoFilter(field.to_string()),
        (name, arg) => {
            if let Some(arg) = arg {
                resource = Some(Resource::named(arg).ok_or_else(wrong)?);
            }
            plain(name).ok_or_else(wrong)?
        }
    };
    let left = match count {
        Some("all") => None,
        Some(count) => Some(count.parse().map_err(|_| wrong())?),
        None if fault.is_a_manner() => None,
        None => Some(1),
    };
    Ok(Switch { fault, resource, left })
}

fn plain(name: &str) -> Option<Fault> {
    Some(match name {
        "500" => Fault::ServerError,
        "503" => Fault::Unavailable,
        "429" => Fault::TooMany,
        "401" => Fault::Unauthorized,
        "403" => Fault::Forbidden,
        "html" => Fault::Html,
        "truncated" => Fault::Truncated,
        "message-form" => Fault::MessageForm,
        "pascal" => Fault::Pascal,
        "offset-dates" => Fault::OffsetDates,
        "custom-array" => Fault::CustomArray,
        "custom-null" => Fault::CustomNull,
        "drift" => Fault::Drift,
        "dup-rows" => Fault::DupRows,
        "short-pages" => Fault::ShortPages,
        "no-status-write" => Fault::NoStatusWrite,
        "status-ignored" => Fault::StatusIgnored,
        "lost-answer" => Fault::LostAnswer,
        "cost-after-import" => Fault::CostAfterImport,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_fire_as_often_as_said_in_the_order_given() {
        let mut faults = Faults::parse("500*2, 403:Contacts, html").unwrap();
        let mut fire = |resource| faults.fire_in_place(Some(resource));
        assert_eq!(fire(Resource::SalesOrders), Some(Fault::ServerError));
        assert_eq!(fire(Resource::Contacts), Some(Fault::ServerError));
        assert_eq!(fire(Resource::Stock), Some(Fault::Html));
        assert_eq!(fire(Resource::Stock), None);
        assert_eq!(fire(Resource::Contacts), Some(Fault::Forbidden));
        assert_eq!(fire(Resource::Contacts), None);
    }

    #[test]
    fn manners_stay_unless_counted() {
        let mut faults = Faults::parse("pascal,dup-rows*1").unwrap();
        assert!((0..9).all(|_| faults.fires(None, &Fault::Pascal)));
        assert!(faults.fires(None, &Fault::DupRows) && !faults.fires(None, &Fault::DupRows));
    }

    #[test]
    fn arguments_are_read_and_unknown_texts_refused() {
        let mut faults = Faults::parse("slow:250,no-filter:id").unwrap();
        assert_eq!(
            faults.fire(None, |fault| matches!(fault, Fault::Slow(_))),
            Some(Fault::Slow(Duration::from_millis(250)))
        );
        for text in ["503:Nothing", "meltdown", "500*x", "slow:soon", "no-filter"] {
            assert!(Faults::parse(text).is_err(), "{text} was read");
        }
    }
}
