-- Migration 2: what the hand-off of every kind of operation, the values and the settings of the module need beside
-- migration 1. It has not left the house while it stands alone at the end of the list.

-- Status and history count without reading the whole queue.
CREATE INDEX operation_batch ON operation (batch_id, state);
CREATE INDEX operation_kind ON operation (kind, state);

-- Payments of Cin7, by the document that they belong to; the raw rows stand in source_document like every other.
CREATE TABLE payment (
  id INTEGER PRIMARY KEY,             -- Cin7's id
  order_type TEXT NOT NULL,           -- SalesOrder, PurchaseOrder, CreditNote, SupplierCreditNote, Other
  order_id INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX payment_order ON payment (order_type, order_id);
