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

-- What stands on the inventory account in QuickBooks, whoever made it, as the newest read-backs showed it.
CREATE TABLE account_row (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,               -- read-back that showed it; the whole one is named in meta
  txn_id TEXT NOT NULL,
  txn_type TEXT NOT NULL,
  date TEXT NOT NULL,
  ref_number TEXT NOT NULL,
  name TEXT NOT NULL,
  memo TEXT NOT NULL,
  amount INTEGER NOT NULL             -- cents, debits positive
);
CREATE INDEX account_row_run ON account_row (run, date);
CREATE TABLE account_balance (
  account_id TEXT NOT NULL, day TEXT NOT NULL, amount INTEGER NOT NULL, as_of TEXT NOT NULL,
  PRIMARY KEY (account_id, day)
) WITHOUT ROWID;

-- Import statuses that Cin7 is to be told (design 4.5): the intent is durable before it is sent.
CREATE TABLE writeback (
  cin7_type TEXT NOT NULL,
  cin7_id INTEGER NOT NULL,
  wanted TEXT NOT NULL,               -- status that Cin7 is to show
  before TEXT NOT NULL,               -- status that Cin7 showed before our first write
  import_date TEXT NOT NULL,          -- sent with it, the same at each repeat
  state TEXT NOT NULL,                -- waiting, sent, done, refused
  attempts INTEGER NOT NULL DEFAULT 0,
  cause TEXT NOT NULL DEFAULT '',     -- why it was refused or is not known
  changed_at TEXT NOT NULL,
  PRIMARY KEY (cin7_type, cin7_id)
) WITHOUT ROWID;
CREATE INDEX writeback_open ON writeback (state) WHERE state <> 'done';

-- Documents that Cin7 says are Imported or Do Not Import, and that a person took over all the same.
CREATE TABLE taken_over (source TEXT PRIMARY KEY, by_whom TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
-- Drafts that live: what stands in QuickBooks line by line, and the newer version that waits beside a posted one.
ALTER TABLE draft ADD COLUMN qb_lines TEXT;          -- JSON: TxnLineIDs as read with lines last
ALTER TABLE draft ADD COLUMN qb_seen TEXT;           -- JSON: the transaction as a person's edit left it
ALTER TABLE draft ADD COLUMN qb_locked INTEGER NOT NULL DEFAULT 0;   -- a payment, credit or link hangs on it
ALTER TABLE draft ADD COLUMN qb_accepted INTEGER NOT NULL DEFAULT 0; -- qb_seen was accepted by a person
ALTER TABLE draft ADD COLUMN proposal TEXT;          -- state of the proposed change, in the words of draft states
ALTER TABLE draft ADD COLUMN proposal_kind TEXT;     -- TxnMod, TxnVoid, TxnDel
ALTER TABLE draft ADD COLUMN proposal_version INTEGER;
ALTER TABLE draft ADD COLUMN proposal_total INTEGER; -- what Cin7 says now, in cents
ALTER TABLE draft ADD COLUMN proposal_date TEXT;
ALTER TABLE draft ADD COLUMN proposal_why TEXT NOT NULL DEFAULT '[]';
CREATE INDEX draft_proposal ON draft (proposal) WHERE proposal IS NOT NULL;
ALTER TABLE operation ADD COLUMN list_mod TEXT;      -- JSON: the update of a customer or vendor
-- Entries of our own: what Cin7's API does not deliver, and what people decided about what it does.
CREATE TABLE own_entry (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL UNIQUE,        -- Typed/<uuid>, Csv/<file>/<line>, LandingCost/..., Joined/<uuid> ...
  body TEXT NOT NULL,
  by_whom TEXT NOT NULL,
  at TEXT NOT NULL,
  taken_back INTEGER NOT NULL DEFAULT 0
);
CREATE TRIGGER own_entry_fixed BEFORE UPDATE OF source, body, by_whom, at ON own_entry
BEGIN SELECT RAISE(ABORT, 'an entry never changes; it is taken back and made anew'); END;
CREATE TRIGGER own_entry_kept BEFORE DELETE ON own_entry
BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;
-- Each source, kind and part stands in one live draft only (design 2): a join or split claims it here.
CREATE TABLE draft_source (
  source TEXT NOT NULL, kind TEXT NOT NULL, part INTEGER NOT NULL, entry TEXT NOT NULL,
  PRIMARY KEY (source, kind, part)
) WITHOUT ROWID;
CREATE INDEX draft_source_entry ON draft_source (entry);
-- What Cin7's stock was worth: snapshots of ours, one at each fetch (design 8.13). Imported figures are entries.
CREATE TABLE stock_value (
  id INTEGER PRIMARY KEY,
  day TEXT NOT NULL,                  -- the day of the fetch, in the company's zone
  at TEXT NOT NULL,
  value INTEGER NOT NULL,             -- cents
  note TEXT NOT NULL                  -- what a person should know of it
);
CREATE INDEX stock_value_day ON stock_value (day);
-- Text search over drafts (store::find): letter triples for words of three letters and more, word beginnings for shorter
-- ones. Both only point at rows; the text itself stands in draft.search.
CREATE VIRTUAL TABLE draft_triples USING fts5(search, content='draft', content_rowid='id', tokenize='trigram', detail='none', columnsize=0);
CREATE VIRTUAL TABLE draft_words USING fts5(search, content='draft', content_rowid='id', detail='none', columnsize=0, prefix='1 2');
CREATE TRIGGER draft_found AFTER UPDATE OF search ON draft WHEN old.search IS NOT new.search
BEGIN
  INSERT INTO draft_triples (draft_triples, rowid, search) SELECT 'delete', old.id, old.search WHERE old.search <> '';
  INSERT INTO draft_words (draft_words, rowid, search) SELECT 'delete', old.id, old.search WHERE old.search <> '';
  INSERT INTO draft_triples (rowid, search) VALUES (new.id, new.search);
  INSERT INTO draft_words (rowid, search) VALUES (new.id, new.search);
END;
CREATE TRIGGER draft_found_new AFTER INSERT ON draft WHEN new.search <> ''
BEGIN
  INSERT INTO draft_triples (rowid, search) VALUES (new.id, new.search);
  INSERT INTO draft_words (rowid, search) VALUES (new.id, new.search);
END;
INSERT INTO draft_triples (rowid, search) SELECT id, search FROM draft WHERE search <> '';
INSERT INTO draft_words (rowid, search) SELECT id, search FROM draft WHERE search <> '';
-- The order that lists open in, dateless drafts last.
CREATE INDEX draft_by_date ON draft (date IS NULL, date, id);
-- Numbers of transactions that are not ours, as the last read-back showed them: a number that they hold is taken (design
-- 8.10).
CREATE TABLE qb_number (
  txn_id TEXT PRIMARY KEY, kind TEXT NOT NULL, ref_number TEXT NOT NULL COLLATE NOCASE, party_name TEXT NOT NULL,
  run INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX qb_number_ref ON qb_number (kind, ref_number, party_name);
-- Drafts to be made anew at the next occasion.
CREATE INDEX draft_to_redraft ON draft (contact_id) WHERE inputs = '';

-- What the goods of each sale and return cost, so that a month's cost journal never reads documents again.
CREATE TABLE document_cost (
  source TEXT PRIMARY KEY,            -- SalesOrder/24011
  month TEXT NOT NULL,                -- the month in which it counts, or would
  body TEXT NOT NULL                  -- drafting::cogs::DocumentCost
) WITHOUT ROWID;
CREATE INDEX document_cost_month ON document_cost (month);
-- A month is due while its mark is ahead of what was done; whatever a journal hangs on moves the mark.
CREATE TABLE cogs_month (
  month TEXT PRIMARY KEY,
  mark INTEGER NOT NULL DEFAULT 1,
  done INTEGER NOT NULL DEFAULT 0,
  ground TEXT NOT NULL DEFAULT ''     -- digest of settings and lists that it was made with
) WITHOUT ROWID;
-- What each document contributed to a version of a cost journal: the newest version and the posted one.
CREATE TABLE cogs_basis (
  draft_id INTEGER NOT NULL REFERENCES draft(id),
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (draft_id, version)
) WITHOUT ROWID;
-- A person's answers about costs: of one document, or of a whole month (CogsMonth/2026-02).
CREATE TABLE cost_answer (
  source TEXT PRIMARY KEY,
  answer TEXT NOT NULL,               -- count or leave
  by_whom TEXT NOT NULL,
  at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER cost_kept AFTER INSERT ON document_cost
BEGIN
  INSERT INTO cogs_month (month) VALUES (NEW.month) ON CONFLICT (month) DO UPDATE SET mark = mark + 1;
END;
CREATE TRIGGER cost_changed AFTER UPDATE ON document_cost WHEN OLD.body <> NEW.body OR OLD.month <> NEW.month
BEGIN
  UPDATE cogs_month SET mark = mark + 1 WHERE month = OLD.month;
  INSERT INTO cogs_month (month) VALUES (NEW.month) ON CONFLICT (month) DO UPDATE SET mark = mark + 1;
END;
CREATE TRIGGER cost_gone AFTER DELETE ON document_cost
BEGIN
  UPDATE cogs_month SET mark = mark + 1 WHERE month = OLD.month;
END;
CREATE TRIGGER cost_of_draft AFTER UPDATE OF state, excluded_why, pending, gone, month ON draft
WHEN NEW.cin7_type IN ('SalesOrder', 'CreditNote')
  AND (OLD.state <> NEW.state OR OLD.pending <> NEW.pending OR OLD.gone <> NEW.gone
    OR OLD.excluded_why IS NOT NEW.excluded_why OR OLD.month IS NOT NEW.month)
BEGIN
  UPDATE cogs_month SET mark = mark + 1
  WHERE month IN (NEW.month, OLD.month, (SELECT month FROM document_cost WHERE source = NEW.source));
END;
CREATE TRIGGER cost_of_new_draft AFTER INSERT ON draft WHEN NEW.cin7_type IN ('SalesOrder', 'CreditNote')
BEGIN
  UPDATE cogs_month SET mark = mark + 1 WHERE month = NEW.month;
END;
CREATE TRIGGER cost_answered AFTER INSERT ON cost_answer
BEGIN
  UPDATE cogs_month SET mark = mark + 1
  WHERE month IN (substr(NEW.source, 11), (SELECT month FROM document_cost WHERE source = NEW.source));
END;
CREATE TRIGGER cost_answer_changed AFTER UPDATE ON cost_answer
BEGIN
  UPDATE cogs_month SET mark = mark + 1
  WHERE month IN (substr(NEW.source, 11), (SELECT month FROM document_cost WHERE source = NEW.source));
END;
CREATE TRIGGER cost_answer_gone AFTER DELETE ON cost_answer
BEGIN
  UPDATE cogs_month SET mark = mark + 1
  WHERE month IN (substr(OLD.source, 11), (SELECT month FROM document_cost WHERE source = OLD.source));
END;
-- How often a list changed, so that what was made of it in memory is made again only then.
CREATE TABLE list_change (list TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER list_entry_new AFTER INSERT ON list_entry
BEGIN
  INSERT INTO list_change VALUES (new.list, 1) ON CONFLICT (list) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER list_entry_other AFTER UPDATE ON list_entry
WHEN old.body IS NOT new.body OR old.active IS NOT new.active OR old.deleted IS NOT new.deleted
BEGIN
  INSERT INTO list_change VALUES (new.list, 1) ON CONFLICT (list) DO UPDATE SET n = n + 1;
END;
-- What the engine had said when a person linked a contact, and whether the link was taken back: its accuracy in use.
CREATE TABLE match_outcome (
  contact_id INTEGER NOT NULL, role TEXT NOT NULL, list_id TEXT NOT NULL,
  decision TEXT NOT NULL,             -- auto, suggest, none
  rank INTEGER NOT NULL,              -- place among the candidates from 1; 0 when it was not among them
  contact_name TEXT NOT NULL,         -- Cin7's name when it was decided
  undone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (contact_id, role, list_id)
) WITHOUT ROWID;

-- When the goods of a document moved and what they were worth, for explaining the roll-forward and for the accrual.
CREATE TABLE document_move (source TEXT PRIMARY KEY, moved TEXT, worth INTEGER) WITHOUT ROWID;
CREATE TRIGGER cogs_again AFTER UPDATE OF inputs ON draft
WHEN NEW.inputs = '' AND NEW.cin7_type IN ('CogsMonth', 'CogsDifference')
BEGIN
  UPDATE cogs_month SET mark = mark + 1 WHERE month = substr(NEW.cin7_id, 1, 7);
END;
