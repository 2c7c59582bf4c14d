//! Adding, changing and deleting list entries.
//!
//! Must keep names unique in their name space whatever their state (3100), refuse colons (3090) and a missing parent
//! (3130), and refuse a stale EditSequence (3200) (`qbxml.md` 4 and 8).

use super::answer::{Answer, Outcome, Refusal};
use super::company::{Company, DeletedEntry};
use super::lexical::{id_is_formed, truth};
use super::lists::{Entry, Group, ListKind};
use super::transactions::Row;
use crate::sim::xml::El;

/// Elements that an entry keeps outside its fields.
const HEAD: [&str; 5] = ["Name", "ParentRef", "IsActive", "ListID", "EditSequence"];

impl Company {
    pub(super) fn list_add(&mut self, kind: ListKind, body: &El) -> Answer {
        let name = body.get("Name").unwrap_or_default().trim().to_string();
        let fields = self.resolve(body, kind.word(), false)?;
        let parent = self.parent_of(kind, body)?;
        self.check_name(kind, &name, parent.as_deref(), None)?;
        self.check_accounts(kind, &fields)?;
        if let Some(guid) = body.get("ExternalGUID")
            && self.switches.guid_is_unique
            && self
                .lists
                .iter()
                .any(|entry| entry.field("ExternalGUID").is_some_and(|g| g.eq_ignore_ascii_case(guid)))
        {
            return Err(Refusal::new(3100, "The external GUID is already in use."));
        }
        if kind.group() == Group::Name {
            // Counting costs a walk, so it waits until all lists together could be too many.
            let most = self.switches.name_capacity as usize;
            let names = || self.lists.iter().filter(|entry| entry.kind.group() == Group::Name).count();
            if self.lists.len() >= most && names() >= most {
                return Err(Refusal::saving(&format!("{} list", kind.word()), "The list is full."));
            }
        }
        let kept = fields.children.into_iter().filter(|field| !HEAD.contains(&field.name.as_str())).collect();
        let id = self.add_entry(kind, &name, parent.as_deref(), kept);
        self.complete_new_entry(&id, truth(body.get("IsActive")).unwrap_or(true));
        Ok(Outcome::done(self.lists.get(&id).map(|entry| self.entry_ret(entry, None)).into_iter().collect()))
    }

    /// What QuickBooks itself fills in for a new customer when sales tax is on.
    fn complete_new_entry(&mut self, id: &str, active: bool) {
        let taxable = self.lists.named(Group::SalesTaxCode, "Tax").map(|code| code.id.clone());
        let (sales_tax, default_item) = (self.sales_tax, self.default_tax_item.clone());
        let Some(entry) = self.lists.get_mut(id) else { return };
        entry.active = active;
        if entry.kind == ListKind::Customer && sales_tax {
            let defaults = [("SalesTaxCodeRef", taxable), ("ItemSalesTaxRef", default_item)];
            for (name, value) in defaults {
                if let (None, Some(value)) = (entry.reference(name), value) {
                    entry.set(El::reference(name, &value));
                }
            }
        }
    }

    pub(super) fn list_mod(&mut self, kind: ListKind, body: &El) -> Answer {
        let id = body.get("ListID").unwrap_or_default();
        let entry = self.known_entry(kind, id)?.clone();
        if body.get("EditSequence") != Some(entry.sequence.to_string().as_str()) {
            return Err(self.stale(body, self.entry_ret(&entry, None)));
        }
        let fields = self.resolve(body, kind.word(), true)?;
        let name = body.get("Name").map_or(entry.name.clone(), |name| name.trim().to_string());
        let parent = match body.child("ParentRef") {
            Some(_) => self.parent_of(kind, body)?,
            None => entry.parent.clone(),
        };
        self.check_name(kind, &name, parent.as_deref(), Some(id))?;
        if name != entry.name || parent != entry.parent {
            self.lists.rename(id, &name, parent.as_deref());
        }
        if let Some(changed) = self.lists.get_mut(id) {
            let sent = fields.children.into_iter().filter(|field| !HEAD.contains(&field.name.as_str()));
            let sent: Vec<El> = sent.collect();
            changed.fields.retain(|old| sent.iter().all(|field| field.name != old.name));
            changed.fields.extend(sent.into_iter().filter(|field| !field.is_empty()));
            changed.active = truth(body.get("IsActive")).unwrap_or(changed.active);
        }
        self.touch_entry(id);
        Ok(Outcome::done(self.lists.get(id).map(|entry| self.entry_ret(entry, None)).into_iter().collect()))
    }

    /// 3200, with the current object where the switch says so.
    pub(super) fn stale(&self, body: &El, current: El) -> Refusal {
        let sequence = body.get("EditSequence").unwrap_or_default();
        let mut refusal =
            Refusal::new(3200, format!("The provided edit sequence \"{sequence}\" is out-of-date. "));
        refusal.current = self.switches.stale_mod_carries_ret.then(|| Box::new(current));
        refusal
    }

    fn known_entry(&self, kind: ListKind, id: &str) -> Result<&Entry, Refusal> {
        if !id_is_formed(id) {
            return Err(Refusal::malformed_id(id, "list id"));
        }
        self.lists.get(id).filter(|entry| entry.kind == kind).ok_or_else(|| Refusal::no_object(id))
    }

    fn parent_of(&self, kind: ListKind, body: &El) -> Result<Option<String>, Refusal> {
        let Some(reference) = body.child("ParentRef").filter(|reference| !reference.children.is_empty())
        else {
            return Ok(None);
        };
        self.find(reference, &[kind], kind.word()).map(|entry| Some(entry.id.clone())).map_err(|refusal| {
            let what = reference.get("ListID").or(reference.get("FullName")).unwrap_or_default();
            if refusal.code != 3140 {
                return refusal;
            }
            Refusal::new(
                3130,
                format!(
                    "There is an invalid reference to a parent \"{what}\" in the {}s list.  QuickBooks error message: \
                     Invalid argument.  The specified record does not exist in the list.",
                    kind.title()
                ),
            )
        })
    }

    fn check_name(
        &self,
        kind: ListKind,
        name: &str,
        parent: Option<&str>,
        own: Option<&str>,
    ) -> Result<(), Refusal> {
        let field = format!("{} name", kind.title().to_lowercase());
        if name.is_empty() {
            return Err(Refusal::new(3150, format!("There is a missing element: \"{field}\".")));
        }
        if name.contains(':') {
            return Err(Refusal::new(
                3090,
                format!(
                    "There was an error when storing \"{name}\" in the \"{field}\" field.  QuickBooks error message: \
                     Names in this list cannot contain a colon."
                ),
            ));
        }
        let above = parent.and_then(|id| self.lists.get(id)).map(|entry| entry.full_name.as_str());
        let full = above.map_or_else(|| name.to_string(), |above| format!("{above}:{name}"));
        match self.lists.named(kind.group(), &full) {
            Some(entry) if Some(entry.id.as_str()) != own => {
                Err(Refusal::new(3100, format!("The name \"{full}\" of the list element is already in use.")))
            }
            _ => Ok(()),
        }
    }

    /// An item needs an account to post to, and never the receivable or payable one.
    fn check_accounts(&self, kind: ListKind, fields: &El) -> Result<(), Refusal> {
        if !kind.is_item() || kind == ListKind::ItemSalesTax {
            return Ok(());
        }
        let holders =
            ["SalesOrPurchase", "SalesAndPurchase"].into_iter().filter_map(|name| fields.child(name));
        let names = ["AccountRef", "IncomeAccountRef", "ExpenseAccountRef"];
        let accounts: Vec<&str> = holders
            .chain([fields])
            .flat_map(|holder| names.into_iter().filter_map(|name| holder.reference_id(name)))
            .collect();
        let object = format!("{} list, element \"{}\"", kind.title(), fields.get("Name").unwrap_or_default());
        if accounts.is_empty() {
            return Err(Refusal::saving(&object, "You must specify an account."));
        }
        for account in accounts {
            let found =
                self.lists.get(account).and_then(|entry| entry.field("AccountType")).unwrap_or_default();
            if ["AccountsReceivable", "AccountsPayable", "NonPosting"].contains(&found) {
                return Err(Refusal::saving(&object, "The account is of a type that an item cannot use."));
            }
        }
        Ok(())
    }

    pub(super) fn list_del(&mut self, request: &El) -> Answer {
        let word = request.get("ListDelType").unwrap_or_default();
        let id = request.get("ListID").unwrap_or_default().to_string();
        let kind = ListKind::ALL.iter().copied().find(|kind| kind.word() == word);
        let kind = kind.ok_or_else(|| Refusal::no_object(&id))?;
        self.known_entry(kind, &id)?;
        if self.is_used(&id) {
            return Err(Refusal::new(
                3160,
                format!(
                    "Cannot delete the object specified by the id = \"{id}\".  It is used in a transaction or list."
                ),
            ));
        }
        let gone = self.forget_entry(&id).ok_or_else(|| Refusal::no_object(&id))?;
        let objects = vec![
            El::leaf("ListDelType", word),
            El::leaf("ListID", id),
            El::leaf("TimeDeleted", self.stamp(gone.deleted)),
            El::leaf("FullName", gone.full_name),
        ];
        Ok(Outcome::done(objects))
    }

    /// Takes an entry out of its list into the list of the deleted.
    pub(super) fn forget_entry(&mut self, id: &str) -> Option<DeletedEntry> {
        let entry = self.lists.remove(id)?;
        let gone = DeletedEntry {
            kind: entry.kind,
            id: entry.id,
            created: entry.created,
            deleted: self.seconds(),
            full_name: entry.full_name,
        };
        self.deleted_entries.push(gone.clone());
        Some(gone)
    }

    fn is_used(&self, id: &str) -> bool {
        fn mentions(element: &El, id: &str) -> bool {
            (element.name == "ListID" && element.text == id)
                || element.children.iter().any(|child| mentions(child, id))
        }
        self.register.iter().map(Row::txn).any(|txn| {
            txn.entity.as_deref() == Some(id)
                || txn.account.as_deref() == Some(id)
                || mentions(&txn.fields, id)
                || txn
                    .lines
                    .iter()
                    .any(|line| line.account.as_deref() == Some(id) || mentions(&line.fields, id))
        }) || self.lists.iter().any(|entry| {
            entry.parent.as_deref() == Some(id) || entry.fields.iter().any(|field| mentions(field, id))
        })
    }
}
