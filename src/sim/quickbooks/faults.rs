//! Faults that are switched on from outside: `NAME[=VALUE][:COUNT][@EVERY]`, separated by commas.
//!
//! COUNT is how often it strikes in all (default 1), EVERY that only each n-th chance counts (default each).
//! Faults round a message set strike only at sets that write. Follows `exactly-once.md` 8 and `web-connector.md` 14.6.

use serde::{Deserialize, Serialize};

/// Where and how it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultKind {
    /// The connector dies with the bytes in hand: nothing is processed, nothing is reported.
    DropBefore,
    /// The connector dies after QuickBooks worked: nothing is reported.
    DropAfter,
    /// The connector reports the answer but does not live to read the reply.
    DropReply,
    /// QuickBooks fails before it works and the connector reports an HRESULT.
    HresultBefore,
    /// QuickBooks works, then fails: the connector reports an HRESULT.
    HresultAfter,
    /// QuickBooks books, then dies before it keeps the message-set record.
    CrashUnrecorded,
    /// The record of the message set cannot be kept: status 9005.
    NotStored,
    /// A write is refused with 3175, as if somebody had the object open.
    InUse,
    /// QuickBooks books a cent more than was sent on the first line.
    CentMore,
    /// The connector ends right after authenticate.
    KillAfterAuthenticate,
    /// The first call carries no host, company and preferences answer.
    NoHcp,
    /// sendRequestXML is called twice in a row.
    SendTwice,
    /// QuickBooks cannot be opened: connectionError.
    NoConnection,
}

/// The words of the faults.
const WORDS: [(&str, FaultKind); 14] = [
    ("drop-before", FaultKind::DropBefore),
    ("drop-after", FaultKind::DropAfter),
    ("drop-reply", FaultKind::DropReply),
    ("hresult-before", FaultKind::HresultBefore),
    ("hresult-after", FaultKind::HresultAfter),
    ("hresult", FaultKind::HresultAfter),
    ("crash-unrecorded", FaultKind::CrashUnrecorded),
    ("9005", FaultKind::NotStored),
    ("3175", FaultKind::InUse),
    ("cent-more", FaultKind::CentMore),
    ("kill-after-authenticate", FaultKind::KillAfterAuthenticate),
    ("no-hcp", FaultKind::NoHcp),
    ("send-twice", FaultKind::SendTwice),
    ("no-connection", FaultKind::NoConnection),
];

/// HRESULT of a fault that names none: an unexpected error, outcome unknown (`web-connector.md` 11).
pub const UNEXPECTED_ERROR: u32 = 0x8004_0402;

/// One fault and how often it still strikes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    kind: FaultKind,
    hresult: u32,
    left: u32,
    every: u32,
    chances: u32,
}

/// All faults that are switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Reads a list such as `drop-after:2,hresult=0x80040402,9005@3`.
    ///
    /// # Errors
    /// A sentence naming the part that is no fault.
    pub fn parse(list: &str) -> Result<Faults, String> {
        list.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(one)
            .collect::<Result<_, _>>()
            .map(Faults)
    }

    /// The words that [`Faults::parse`] knows.
    #[must_use]
    pub fn words() -> Vec<&'static str> {
        WORDS.iter().map(|(word, _)| *word).collect()
    }

    /// Whether the fault strikes now; gives its HRESULT.
    pub fn strike(&mut self, kind: FaultKind) -> Option<u32> {
        let fault = self.0.iter_mut().find(|fault| fault.kind == kind && fault.left > 0)?;
        fault.chances += 1;
        if !fault.chances.is_multiple_of(fault.every) {
            return None;
        }
        fault.left -= 1;
        Some(fault.hresult)
    }

    /// Whether any fault may still strike.
    #[must_use]
    pub fn any_left(&self) -> bool {
        self.0.iter().any(|fault| fault.left > 0)
    }
}

fn one(part: &str) -> Result<Fault, String> {
    let wrong = || format!("`{part}` is no fault; known are {}", Faults::words().join(", "));
    let (rest, every) = part.split_once('@').unwrap_or((part, "1"));
    let (rest, left) = rest.split_once(':').unwrap_or((rest, "1"));
    let (word, value) = rest.split_once('=').unwrap_or((rest, ""));
    let kind = WORDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind).ok_or_else(wrong)?;
    let hresult = match value.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).map_err(|_| wrong())?,
        None if value.is_empty() => UNEXPECTED_ERROR,
        None => return Err(wrong()),
    };
    let (left, every) =
        (left.parse().map_err(|_| wrong())?, every.parse::<u32>().map_err(|_| wrong())?.max(1));
    Ok(Fault { kind, hresult, left, every, chances: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_it_says() {
        let mut faults = Faults::parse("drop-after:2, hresult=0x80040408, 9005@2").unwrap();
        assert!(faults.strike(FaultKind::DropAfter).is_some());
        assert!(faults.strike(FaultKind::DropAfter).is_some());
        assert!(faults.strike(FaultKind::DropAfter).is_none());
        assert_eq!(faults.strike(FaultKind::HresultAfter), Some(0x8004_0408));
        assert!(faults.strike(FaultKind::NotStored).is_none());
        assert!(faults.strike(FaultKind::NotStored).is_some());
        assert!(!faults.any_left());
        assert!(Faults::parse("drop-everything").is_err());
    }
}
