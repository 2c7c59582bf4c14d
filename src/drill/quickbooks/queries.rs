//! What is asked of the model: who it is, its lists, its transactions, what was deleted.
//!
//! Must answer a question that finds nothing as QuickBooks does (`exactly-once.md` ruling 8), in pages where asked to.

use super::process::{Outcome, text_of};
use super::show::leaf;
use super::{Books, Txn};
use roxmltree::Node;
use std::fmt::Write as _;

const HOST: &str = "<HostRet><ProductName>QuickBooks (model)</ProductName><Country>US</Country><SupportedQBXMLVersion>13.0</SupportedQBXMLVersion><ListMetaData><EntityMetaData><MaxCapacity>14500</MaxCapacity></EntityMetaData></ListMetaData></HostRet>";

fn all<'a, 'i: 'a>(request: Node<'a, 'i>, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
    request.children().filter(move |child| child.has_tag_name(name)).filter_map(|child| child.text())
}

/// Whether an entry's element belongs to a list that is asked for by this word.
fn in_list(element: &str, word: &str) -> bool {
    match word {
        "Item" => element.starts_with("Item"),
        "Terms" => element.ends_with("Terms"),
        _ => element == word,
    }
}

impl Books {
    pub(super) fn query(&mut self, word: &str, request: Node<'_, '_>) -> Outcome {
        match word {
            "Host" => Outcome::found(HOST.into()),
            "Company" => Outcome::found(self.company()),
            "Preferences" => Outcome::found(self.preferences()),
            "TxnDeleted" | "ListDeleted" => self.deleted(word, request),
            _ => match Self::known_kind(word) {
                Some(kind) => self.txn_query(kind, request),
                None => self.list_query(word, request),
            },
        }
    }

    fn company(&self) -> String {
        let mut out = String::from("<CompanyRet>");
        leaf(&mut out, "CompanyName", &self.name);
        if !self.stamp.is_empty() {
            let _ = write!(
                out,
                "<DataExtRet><DataExtName>FileID</DataExtName><DataExtValue>{}</DataExtValue></DataExtRet>",
                self.stamp
            );
        }
        out.push_str("</CompanyRet>");
        out
    }

    fn preferences(&self) -> String {
        let closed = self
            .closed_through
            .as_ref()
            .map_or_else(String::new, |day| format!("<ClosingDate>{day}</ClosingDate>"));
        format!(
            "<PreferencesRet><AccountingPreferences><IsUsingAccountNumbers>true</IsUsingAccountNumbers>{closed}</AccountingPreferences></PreferencesRet>"
        )
    }

    /// What the Web Connector tells with its first call (`web-connector.md` 4).
    #[must_use]
    pub fn introduction(&self) -> String {
        format!(
            "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs><HostQueryRs requestID=\"0\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\">{HOST}</HostQueryRs><CompanyQueryRs requestID=\"1\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\">{}</CompanyQueryRs></QBXMLMsgsRs></QBXML>",
            self.company()
        )
    }

    fn deleted(&self, word: &str, request: Node<'_, '_>) -> Outcome {
        let txns = word == "TxnDeleted";
        let (from, asked, id, name) = if txns {
            (&self.gone_txns, "TxnDelType", "TxnID", "RefNumber")
        } else {
            (&self.gone_entries, "ListDelType", "ListID", "FullName")
        };
        let mut out = String::new();
        for gone in from.iter().filter(|gone| all(request, asked).any(|kind| kind == gone.kind)) {
            let _ = write!(
                out,
                "<{word}Ret><{asked}>{}</{asked}><{id}>{}</{id}><TimeCreated>{}</TimeCreated><TimeDeleted>{}</TimeDeleted>",
                gone.kind,
                gone.id,
                self.stamp_of(gone.created),
                self.stamp_of(gone.deleted)
            );
            leaf(&mut out, name, &gone.name);
            let _ = write!(out, "</{word}Ret>");
        }
        Outcome::found(out)
    }

    fn list_query(&self, word: &str, request: Node<'_, '_>) -> Outcome {
        let since = text_of(request, "FromModifiedDate");
        let mut out = String::new();
        for entry in self.entries.iter().filter(|entry| in_list(entry.element, word)) {
            let names = |name: &'static str| all(request, name);
            let by_id = names("ListID").next().is_none() || names("ListID").any(|id| id == entry.id);
            let by_name = names("FullName").next().is_none()
                || names("FullName").any(|name| name.eq_ignore_ascii_case(&entry.name));
            let fresh = since.is_empty()
                || self.stamp_of(entry.modified).get(..19).is_some_and(|stamp| stamp >= since);
            if by_id && by_name && fresh {
                self.show_entry(&mut out, entry);
            }
        }
        Outcome::found(out)
    }

    fn txn_query(&mut self, kind: &str, request: Node<'_, '_>) -> Outcome {
        let lines = text_of(request, "IncludeLineItems") == "true";
        let links = text_of(request, "IncludeLinkedTxns") == "true";
        let mut by_id = all(request, "TxnID").peekable();
        if by_id.peek().is_some() {
            let mut out = String::new();
            for txn in by_id.filter_map(|id| self.txn(id)).filter(|txn| txn.kind == kind) {
                self.show_txn(&mut out, txn, lines, links);
            }
            return match (out.is_empty(), self.habits.gone_code) {
                (true, 1) | (false, _) => Outcome::found(out),
                (true, code) => Outcome::refused(code, "The query by id found nothing."),
            };
        }
        let (found, more) = match request.attribute("iterator") {
            Some("Continue") => match self.next_page(request.attribute("iteratorID").unwrap_or_default()) {
                Some(page) => page,
                None => return Outcome::refused(1010, "The iterator is not valid in this session."),
            },
            other => {
                let matches: Vec<String> = self
                    .txns
                    .iter()
                    .filter(|txn| txn.kind == kind && self.asked_for(txn, request))
                    .map(|txn| txn.id.clone())
                    .collect();
                if other.is_some() { self.first_page(matches, request) } else { (matches, String::new()) }
            }
        };
        let mut out = String::new();
        for txn in found.iter().filter_map(|id| self.txn(id)) {
            self.show_txn(&mut out, txn, lines, links);
        }
        let mut outcome = Outcome::found(out);
        outcome.more = more;
        outcome
    }

    fn asked_for(&self, txn: &Txn, request: Node<'_, '_>) -> bool {
        let mut numbers = all(request, "RefNumber").peekable();
        if numbers.peek().is_some() {
            return numbers.any(|number| number.eq_ignore_ascii_case(&txn.number));
        }
        for filter in request.children().filter(Node::is_element) {
            match filter.tag_name().name() {
                "ModifiedDateRangeFilter" => {
                    let stamp = self.stamp_of(txn.modified);
                    let stamp = stamp.get(..19).unwrap_or_default();
                    let to = text_of(filter, "ToModifiedDate");
                    if stamp < text_of(filter, "FromModifiedDate") || (!to.is_empty() && stamp > to) {
                        return false;
                    }
                }
                "TxnDateRangeFilter" => {
                    let day = txn.date.as_str();
                    if day < text_of(filter, "FromTxnDate") || day > text_of(filter, "ToTxnDate") {
                        return false;
                    }
                }
                _ => {}
            }
        }
        true
    }

    fn first_page(&mut self, matches: Vec<String>, request: Node<'_, '_>) -> (Vec<String>, String) {
        self.last += 1;
        let id = format!("{{5eab0000-0000-4000-8000-{:012x}}}", self.last);
        let most: usize = text_of(request, "MaxReturned").parse().unwrap_or(usize::MAX);
        self.iterators.push((id.clone(), self.habits.page.min(most).max(1), matches));
        self.next_page(&id).unwrap_or_default()
    }

    fn next_page(&mut self, id: &str) -> Option<(Vec<String>, String)> {
        let (_, size, left) = self.iterators.iter_mut().find(|(known, ..)| known == id)?;
        let rest = left.split_off((*size).min(left.len()));
        let page = std::mem::replace(left, rest);
        Some((page, format!(" iteratorID=\"{id}\" iteratorRemainingCount=\"{}\"", left.len())))
    }
}
