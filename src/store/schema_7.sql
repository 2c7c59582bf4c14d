-- Migration 7: what the seventh session needs beside migration 6.

-- What few documents are is told by an index, so that a letter of the filter line need not walk the whole list.
CREATE INDEX draft_is_pending ON draft (pending) WHERE pending = 1;
CREATE INDEX draft_is_gone ON draft (gone) WHERE gone = 1;
CREATE INDEX draft_is_warned ON draft (warned) WHERE warned = 1;
CREATE INDEX draft_currency ON draft (upper(currency));
-- Of the types that most documents have nothing could be told by an index.
CREATE INDEX draft_rare_type ON draft (cin7_type) WHERE cin7_type NOT IN ('SalesOrder', 'PurchaseOrder', 'CreditNote');
