//! Sales tax as QuickBooks computes it: by the header's tax item or group, over the taxable lines.
//!
//! Must compute each component by itself; whether it rounds the sum or each line is not known and is a switch
//! (`qbxml.md` 10, `design.md` 8.6).

use super::answer::Refusal;
use super::company::Company;
use super::lists::{Entry, Group, ListKind};
use super::money::{Fixed, fixed, percent_of};
use super::transactions::{Line, Posting, Txn};
use crate::sim::xml::El;

impl Company {
    /// The account Sales Tax Payable.
    pub(super) fn tax_payable(&self) -> Option<&Entry> {
        self.lists.iter().find(|entry| entry.field("SpecialAccountType") == Some("SalesTaxPayable"))
    }

    /// Gives a line the tax code that it has or gets; a line with a sales-tax item carries none.
    pub(super) fn code_line(&self, item: &Entry, line: &mut Line) -> Result<(), Refusal> {
        if !self.sales_tax {
            return Ok(());
        }
        let sent = line.fields.reference_id("SalesTaxCodeRef").is_some();
        if item.kind == ListKind::ItemSalesTax {
            return if sent {
                Err(Refusal::new(3151, "A sales tax line has no sales tax code."))
            } else {
                Ok(())
            };
        }
        if !sent {
            let own = item.reference("SalesTaxCodeRef").map(str::to_string);
            let code =
                own.or_else(|| self.lists.named(Group::SalesTaxCode, "Tax").map(|code| code.id.clone()));
            line.fields.children.extend(code.map(|code| El::reference("SalesTaxCodeRef", &code)));
        }
        Ok(())
    }

    pub(super) fn is_taxable(&self, line: &Line) -> bool {
        self.code_is_taxable(line.fields.reference_id("SalesTaxCodeRef")).unwrap_or(false)
    }

    fn code_is_taxable(&self, code: Option<&str>) -> Option<bool> {
        code.and_then(|id| self.lists.get(id)).map(|code| code.field("IsTaxable") == Some("true"))
    }

    /// Fills in the header's tax item and code, and works out the tax and its postings.
    pub(super) fn work_out_tax(&self, txn: &mut Txn, taxable: &[i64]) -> Result<(), Refusal> {
        (txn.tax, txn.tax_percent) = (0, 0);
        if !self.sales_tax {
            return Ok(());
        }
        let customer = txn.entity.as_deref().and_then(|id| self.lists.get(id));
        let own = |name: &str| customer.and_then(|customer| customer.reference(name)).map(str::to_string);
        let defaults = [
            ("ItemSalesTaxRef", own("ItemSalesTaxRef").or_else(|| self.default_tax_item.clone())),
            ("CustomerSalesTaxCodeRef", own("SalesTaxCodeRef")),
        ];
        for (name, value) in defaults {
            if let (None, Some(value)) = (txn.fields.child(name), value) {
                txn.fields.children.push(El::reference(name, &value));
            }
        }
        let exempt = self.code_is_taxable(txn.fields.reference_id("CustomerSalesTaxCodeRef")) == Some(false);
        let Some(item) = txn.fields.reference_id("ItemSalesTaxRef").and_then(|id| self.lists.get(id)) else {
            return Ok(());
        };
        let rates = self.tax_rates(item);
        txn.tax_percent = rates.iter().sum();
        if exempt {
            return Ok(());
        }
        let Some(account) = self.tax_payable().map(|entry| entry.id.clone()) else {
            return Err(Refusal::new(3270, "The account Sales Tax Payable is missing."));
        };
        let sum: i64 = taxable.iter().sum();
        for rate in rates {
            let cents = if self.switches.tax_rounded_by_line {
                taxable.iter().map(|cents| percent_of(*cents, rate)).sum()
            } else {
                percent_of(sum, rate)
            };
            txn.tax += cents;
            let entity = txn.entity.clone();
            let memo = item.name.clone();
            txn.postings.push(Posting { account: account.clone(), cents: -cents, line: None, entity, memo });
        }
        Ok(())
    }

    /// The rates of a tax item, or of all items of a group.
    fn tax_rates(&self, item: &Entry) -> Vec<Fixed> {
        if item.kind == ListKind::ItemSalesTax {
            return item.field("TaxRate").and_then(fixed).into_iter().collect();
        }
        let parts = item.fields.iter().filter(|field| field.name == "ItemSalesTaxRef");
        parts
            .filter_map(|part| self.lists.get(part.get("ListID")?))
            .filter_map(|part| part.field("TaxRate").and_then(fixed))
            .collect()
    }
}
