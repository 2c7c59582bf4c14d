//! What a transaction comes to: amounts of lines, totals, tax, and what it posts to which account.
//!
//! Must work with the company's own arithmetic and rounding only. Lines and money: `qbxml.md` 10; inventory parts post
//! cost of goods sold by themselves (fact 11).

use super::answer::Refusal;
use super::company::Company;
use super::lists::{Entry, ListKind};
use super::money::{Fixed, ONE, amount, extend, fixed, percent_of, rate_of, show, show_fixed};
use super::transactions::{Line, Posting, Txn, TxnKind};
use super::txn_changes::marker;
use crate::sim::xml::El;

impl Company {
    /// Works out amounts and postings anew from what the transaction says.
    pub(super) fn work_out(&self, txn: &mut Txn) -> Result<(), Refusal> {
        txn.postings.clear();
        match txn.kind {
            TxnKind::Invoice | TxnKind::CreditMemo => self.work_out_sale(txn),
            TxnKind::Bill | TxnKind::VendorCredit => self.work_out_purchase(txn),
            TxnKind::JournalEntry => self.work_out_journal(txn),
            TxnKind::ReceivePayment | TxnKind::BillPaymentCheck => Ok(()),
        }
    }

    fn work_out_sale(&self, txn: &mut Txn) -> Result<(), Refusal> {
        let object = txn.kind.word();
        let mut lines = std::mem::take(&mut txn.lines);
        let mut above = 0;
        let mut taxable = Vec::new();
        for (at, line) in lines.iter_mut().enumerate() {
            let Some(item) = line.fields.reference_id("ItemRef").and_then(|id| self.lists.get(id)) else {
                if ["Amount", "Quantity", "Rate"].iter().any(|name| line.fields.child(name).is_some()) {
                    return Err(Refusal::saving(object, "A line with an amount needs an item."));
                }
                continue;
            };
            line.amount = self.sale_amount(item, line, above, object)?;
            line.account = Some(self.sale_account(item, line, object)?);
            self.code_line(item, line)?;
            if self.is_taxable(line) {
                taxable.push(line.amount);
            }
            above = line.amount;
            self.post_line(txn, at, line, -line.amount);
            self.post_cost(txn, at, item, line);
        }
        txn.lines = lines;
        txn.subtotal = txn.lines.iter().map(|line| line.amount).sum();
        self.work_out_tax(txn, &taxable)?;
        txn.total = txn.subtotal + txn.tax;
        if txn.total < 0 {
            return Err(Refusal::saving(object, "The amount of the transaction cannot be negative."));
        }
        self.close_postings(txn, txn.kind == TxnKind::CreditMemo)
    }

    /// The amount of a sales line; Quantity, Rate and Amount are completed as QuickBooks shows them.
    fn sale_amount(&self, item: &Entry, line: &mut Line, above: i64, object: &str) -> Result<i64, Refusal> {
        let quantity = line.fields.get("Quantity").and_then(fixed);
        let mut rate = line.fields.get("Rate").and_then(fixed);
        let percent = line.fields.get("RatePercent").and_then(fixed).or_else(|| own_percent(item));
        let mut cents = match line.fields.get("Amount").and_then(amount) {
            Some(cents) => {
                if let (None, None, Some(quantity)) =
                    (rate, line.fields.get("RatePercent"), quantity.filter(|q| *q != 0))
                {
                    rate = Some(rate_of(cents, quantity));
                }
                cents
            }
            None if item.kind == ListKind::ItemSalesTax => {
                return Err(Refusal::saving(object, "A sales tax line needs its amount here."));
            }
            None => {
                if rate.is_none() && percent.is_none() {
                    rate = Some(own_price(item));
                }
                match (rate, percent) {
                    (Some(rate), _) => extend(quantity.unwrap_or(ONE), rate),
                    (None, Some(percent)) => percent_of(above, percent),
                    (None, None) => 0,
                }
            }
        };
        if item.kind == ListKind::ItemDiscount && self.switches.discount_is_negated {
            cents = -cents.abs();
        }
        put(&mut line.fields, "Quantity", quantity.map(|quantity| show_fixed(quantity, 0)));
        put(&mut line.fields, "Rate", rate.map(|rate| show_fixed(rate, 2)));
        put(&mut line.fields, "Amount", Some(show(cents)));
        Ok(cents)
    }

    fn sale_account(&self, item: &Entry, line: &Line, object: &str) -> Result<String, Refusal> {
        let found = match item.kind {
            ListKind::ItemSalesTax => self.tax_payable().map(|entry| entry.id.as_str()),
            ListKind::ItemSalesTaxGroup => {
                return Err(Refusal::saving(object, "A sales tax group cannot stand on a line."));
            }
            _ => line
                .fields
                .reference_id("OverrideItemAccountRef")
                .or_else(|| item.reference("IncomeAccountRef"))
                .or_else(|| item.reference("AccountRef")),
        };
        found
            .map(str::to_string)
            .ok_or_else(|| Refusal::new(3270, "The posting account of the item is missing."))
    }

    /// An inventory part moves its average cost from the asset to cost of goods sold.
    fn post_cost(&self, txn: &mut Txn, at: usize, item: &Entry, line: &Line) {
        if item.kind != ListKind::ItemInventory {
            return;
        }
        let quantity = line.fields.get("Quantity").and_then(fixed).unwrap_or(ONE);
        let cost = extend(quantity, item.field("AverageCost").and_then(fixed).unwrap_or(0));
        for (account, cents) in [("COGSAccountRef", cost), ("AssetAccountRef", -cost)] {
            if let Some(account) = item.reference(account) {
                txn.postings.push(Posting {
                    account: account.to_string(),
                    cents,
                    line: Some(line_mark(at, line)),
                    entity: txn.entity.clone(),
                    memo: String::new(),
                });
            }
        }
    }

    fn work_out_purchase(&self, txn: &mut Txn) -> Result<(), Refusal> {
        let object = txn.kind.word();
        let mut lines = std::mem::take(&mut txn.lines);
        for (at, line) in lines.iter_mut().enumerate() {
            if line.element == "ExpenseLineRet" {
                let account = line.fields.reference_id("AccountRef");
                let account =
                    account.ok_or_else(|| Refusal::saving(object, "An expense line needs an account."))?;
                line.account = Some(account.to_string());
                line.amount = line.fields.get("Amount").and_then(amount).unwrap_or(0);
            } else {
                let item = line.fields.reference_id("ItemRef").and_then(|id| self.lists.get(id));
                let Some(item) = item else {
                    if ["Amount", "Quantity", "Cost"].iter().any(|name| line.fields.child(name).is_some()) {
                        return Err(Refusal::saving(object, "A line with an amount needs an item."));
                    }
                    continue;
                };
                line.account = Some(purchase_account(item, line, object)?);
                line.amount = self.purchase_amount(item, line)?;
            }
            if line.account.as_deref().is_some_and(|id| {
                self.account_is(id, "AccountsPayable") || self.account_is(id, "AccountsReceivable")
            }) {
                return Err(Refusal::saving(
                    object,
                    "A line cannot use an accounts payable or receivable account.",
                ));
            }
            put(&mut line.fields, "Amount", Some(show(line.amount)));
            self.post_line(txn, at, line, line.amount);
        }
        txn.lines = lines;
        txn.subtotal = txn.lines.iter().map(|line| line.amount).sum();
        txn.total = txn.subtotal;
        if txn.total < 0 {
            return Err(Refusal::saving(object, "The amount of the transaction cannot be negative."));
        }
        self.close_postings(txn, txn.kind == TxnKind::VendorCredit)
    }

    fn purchase_amount(&self, item: &Entry, line: &mut Line) -> Result<i64, Refusal> {
        let quantity = line.fields.get("Quantity").and_then(fixed);
        let cost = line.fields.get("Cost").and_then(fixed);
        let sent = line.fields.get("Amount").and_then(amount);
        let own = || item_texts(item, &["PurchaseCost", "Price"]).and_then(fixed).unwrap_or(0);
        let worked_out = extend(quantity.unwrap_or(ONE), cost.unwrap_or_else(own));
        let cents = match (sent, quantity, cost) {
            (Some(sent), Some(_), Some(_)) if sent != worked_out => {
                if self.switches.purchase_mismatch_refused {
                    return Err(Refusal::invalid(
                        "Amount",
                        &show(sent),
                        "It is not the quantity times the cost.",
                    ));
                }
                worked_out
            }
            (Some(sent), _, _) => sent,
            (None, _, _) => worked_out,
        };
        let cost = cost
            .or_else(|| quantity.filter(|quantity| *quantity != 0).map(|quantity| rate_of(cents, quantity)));
        put(&mut line.fields, "Quantity", quantity.map(|quantity| show_fixed(quantity, 0)));
        put(&mut line.fields, "Cost", cost.map(|cost| show_fixed(cost, 2)));
        Ok(cents)
    }

    fn work_out_journal(&self, txn: &mut Txn) -> Result<(), Refusal> {
        let mut lines = std::mem::take(&mut txn.lines);
        let (mut debits, mut credits, mut entities) = (0, 0, 0);
        for (at, line) in lines.iter_mut().enumerate() {
            let sent = line.fields.get("Amount").unwrap_or("0.00").to_string();
            line.amount = amount(&sent).unwrap_or(0);
            if line.amount < 0 {
                return Err(Refusal::invalid("Amount", &sent, "Amounts of a journal are not negative."));
            }
            let account = line.fields.reference_id("AccountRef").map(str::to_string);
            let account =
                account.ok_or_else(|| Refusal::saving("Journal Entry", "A line needs an account."))?;
            entities += u32::from(self.check_entity(&account, line)?);
            line.account = Some(account);
            put(&mut line.fields, "Amount", Some(show(line.amount)));
            let debit = line.element == "JournalDebitLine";
            if debit {
                debits += line.amount;
            } else {
                credits += line.amount;
            }
            self.post_line(txn, at, line, if debit { line.amount } else { -line.amount });
        }
        txn.lines = lines;
        if debits != credits {
            return Err(Refusal::new(
                3210,
                "Transaction is not in balance.  Make sure debits equal credits.",
            ));
        }
        if entities > 1 && self.switches.one_receivable_line {
            return Err(Refusal::saving("Journal Entry", "Only one receivable or payable line is allowed."));
        }
        (txn.subtotal, txn.total) = (debits, debits);
        txn.memo = txn.lines.first().and_then(|line| line.fields.get("Memo")).unwrap_or_default().to_string();
        Ok(())
    }

    /// Whether the line is a receivable or payable one; it then needs a customer or a vendor.
    fn check_entity(&self, account: &str, line: &Line) -> Result<bool, Refusal> {
        let needs = [("AccountsReceivable", ListKind::Customer), ("AccountsPayable", ListKind::Vendor)];
        let Some((_, kind)) =
            needs.into_iter().find(|(account_type, _)| self.account_is(account, account_type))
        else {
            return Ok(false);
        };
        let entity = line.fields.reference_id("EntityRef").and_then(|id| self.lists.get(id));
        if entity.is_none_or(|entity| entity.kind != kind) {
            let reason = "A receivable line needs a customer, a payable line a vendor.";
            return Err(Refusal::saving("Journal Entry", reason));
        }
        Ok(true)
    }

    fn post_line(&self, txn: &mut Txn, at: usize, line: &Line, cents: i64) {
        let Some(account) = line.account.clone() else { return };
        let entity = ["EntityRef", "CustomerRef"].into_iter().find_map(|name| line.fields.reference_id(name));
        let memo = line.fields.get("Memo").or(line.fields.get("Desc")).unwrap_or_default();
        txn.postings.push(Posting {
            account,
            cents,
            line: Some(line_mark(at, line)),
            entity: entity.map(str::to_string).or_else(|| txn.entity.clone()),
            memo: memo.to_string(),
        });
    }

    /// Turns the signs for credits and adds the receivable or payable side, first.
    fn close_postings(&self, txn: &mut Txn, is_credit: bool) -> Result<(), Refusal> {
        if is_credit {
            for posting in &mut txn.postings {
                posting.cents = -posting.cents;
            }
        }
        self.take_home_money(txn)?;
        let account = txn.account.clone();
        let account =
            account.ok_or_else(|| Refusal::new(3270, "The receivable or payable account is missing."))?;
        let sum: i64 = txn.postings.iter().map(|posting| posting.cents).sum();
        let header =
            Posting { account, cents: -sum, line: None, entity: txn.entity.clone(), memo: txn.memo.clone() };
        txn.postings.insert(0, header);
        Ok(())
    }
}

/// The TxnLineID of a line, or what stands for it until it has one.
fn line_mark(at: usize, line: &Line) -> String {
    if line.id.is_empty() { marker(at) } else { line.id.clone() }
}

/// Puts a text field, or takes it out.
fn put(fields: &mut El, name: &str, text: Option<String>) {
    fields.children.retain(|field| field.name != name);
    if let Some(text) = text {
        fields.push(name, text);
    }
}

/// The first of these texts that an item has, in its sale-or-purchase part too.
fn item_texts<'a>(item: &'a Entry, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| {
        item.fields
            .iter()
            .find_map(|field| if field.name == *name { Some(field.text.as_str()) } else { field.get(name) })
    })
}

fn own_price(item: &Entry) -> Fixed {
    item_texts(item, &["SalesPrice", "Price", "DiscountRate"]).and_then(fixed).unwrap_or(0)
}

fn own_percent(item: &Entry) -> Option<Fixed> {
    item_texts(item, &["PricePercent", "DiscountRatePercent"]).and_then(fixed)
}

fn purchase_account(item: &Entry, line: &Line, object: &str) -> Result<String, Refusal> {
    if matches!(item.kind, ListKind::ItemSalesTax | ListKind::ItemSalesTaxGroup | ListKind::ItemDiscount) {
        return Err(Refusal::saving(object, "An item of this type cannot be bought."));
    }
    let own = ["ExpenseAccountRef", "AssetAccountRef", "AccountRef"].into_iter();
    line.fields
        .reference_id("OverrideItemAccountRef")
        .or_else(|| own.filter_map(|name| item.reference(name)).next())
        .map(str::to_string)
        .ok_or_else(|| Refusal::new(3270, "The posting account of the item is missing."))
}
