//! Cin7's payments, by the document that they belong to.
//!
//! Must never be a source of a draft: payments are not posted. A payment that was changed replaces what was known of it.

use super::{Reader, Result, Tx};
use crate::orders::{PaidFor, Payment};
use rusqlite::params;

impl Tx<'_> {
    /// Keeps payments as they were last seen.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn save_payments(&self, payments: &[Payment]) -> Result<()> {
        let mut keep = self.db.prepare_cached("INSERT OR REPLACE INTO payment VALUES (?1, ?2, ?3, ?4)")?;
        for payment in payments {
            let body = serde_json::to_string(payment)?;
            keep.execute(params![payment.id, payment.paid_for.word(), payment.order_id, body])?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// The payments of one document, in the order of their ids.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn payments_of(&self, paid_for: PaidFor, order_id: i64) -> Result<Vec<Payment>> {
        let mut statement = self
            .db
            .prepare_cached("SELECT body FROM payment WHERE order_type = ?1 AND order_id = ?2 ORDER BY id")?;
        let rows = statement.query_map(params![paid_for.word(), order_id], |row| row.get::<_, String>(0))?;
        rows.map(|body| Ok(serde_json::from_str(&body?)?)).collect()
    }

    /// The payments of all documents of a type, in the order of documents and ids.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn payments_for(&self, paid_for: PaidFor) -> Result<Vec<Payment>> {
        let mut statement =
            self.db.prepare_cached("SELECT body FROM payment WHERE order_type = ?1 ORDER BY order_id, id")?;
        let rows = statement.query_map([paid_for.word()], |row| row.get::<_, String>(0))?;
        rows.map(|body| Ok(serde_json::from_str(&body?)?)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Lane, scratch};
    use crate::cin7;
    use crate::orders::PaidFor;

    #[test]
    fn a_document_finds_its_payments_and_a_changed_payment_stands_once() {
        let (_dir, store) = scratch();
        let keep = |amount: &str| {
            let raw = format!(
                r#"{{"id":1,"amount":{amount},"orderId":24011,"orderType":"SALESORDER","paymentDate":"2026-02-18T05:00:00Z"}}"#
            );
            let payment = cin7::payment(&raw).unwrap();
            store.write(Lane::Bulk, move |tx| tx.save_payments(&[payment])).unwrap();
        };
        keep("216.9");
        keep("200.0");
        let found = store.read(|r| r.payments_of(PaidFor::SalesOrder, 24011)).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].amount.to_string(), "200.0");
        assert!(
            store.read(|r| r.payments_of(PaidFor::PurchaseOrder, 24011)).unwrap().is_empty(),
            "ids overlap"
        );
    }
}
