-- Migration 1: the shape of the data (design section 2; exactly-once.md 2).

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Cin7 records: one row per id, every content revision kept.
CREATE TABLE source_document (
  id INTEGER PRIMARY KEY,
  resource TEXT NOT NULL,             -- SalesOrders, Contacts ...
  cin7_id INTEGER NOT NULL,
  revision_id INTEGER,                -- the newest revision
  modified TEXT,
  UNIQUE (resource, cin7_id)
);
CREATE TABLE source_revision (
  id INTEGER PRIMARY KEY,
  document_id INTEGER NOT NULL REFERENCES source_document(id),
  hash TEXT NOT NULL,
  raw TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  UNIQUE (document_id, hash)
);
CREATE TABLE row_problem (
  resource TEXT NOT NULL, cin7_id TEXT NOT NULL, text TEXT NOT NULL, seen_at TEXT NOT NULL,
  PRIMARY KEY (resource, cin7_id)
) WITHOUT ROWID;
CREATE TABLE watermark (resource TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;

-- QuickBooks lists, kept by ListID.
CREATE TABLE list_entry (
  list TEXT NOT NULL,
  list_id TEXT NOT NULL,
  full_name TEXT NOT NULL,
  folded TEXT NOT NULL,               -- folded Name, for the shared name space
  active INTEGER NOT NULL,
  time_modified TEXT NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0,
  body TEXT NOT NULL,
  PRIMARY KEY (list, list_id)
) WITHOUT ROWID;
CREATE INDEX list_entry_folded ON list_entry (folded);
CREATE TABLE list_mark (
  list TEXT PRIMARY KEY, since TEXT, pulled_at TEXT NOT NULL, count INTEGER NOT NULL, refused TEXT
) WITHOUT ROWID;

-- Links between Cin7 contacts and QuickBooks parties; one per contact and role.
CREATE TABLE party_link (
  contact_id INTEGER NOT NULL,
  role TEXT NOT NULL,                 -- Customer or Vendor
  list_id TEXT,                       -- linked, or made by an approved Add
  name TEXT NOT NULL,
  list_add TEXT,                      -- the entry to be created
  by_whom TEXT NOT NULL,
  at TEXT NOT NULL,
  score TEXT NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (contact_id, role)
) WITHOUT ROWID;
CREATE INDEX party_link_list_id ON party_link (list_id);
CREATE TABLE link_refusal (
  contact_id INTEGER NOT NULL, role TEXT NOT NULL, list_id TEXT NOT NULL, by_whom TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (contact_id, role, list_id)
) WITHOUT ROWID;
CREATE TABLE match_proposal (
  contact_id INTEGER NOT NULL, role TEXT NOT NULL, decision TEXT NOT NULL, why TEXT NOT NULL,
  name TEXT NOT NULL, documents INTEGER NOT NULL, body TEXT NOT NULL, deferred INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (contact_id, role)
) WITHOUT ROWID;

-- Drafts have an identity; their versions never change.
CREATE TABLE draft (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,               -- SalesOrder/24011
  cin7_type TEXT NOT NULL,
  cin7_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  kind TEXT,
  posting_key TEXT UNIQUE,
  tag TEXT NOT NULL DEFAULT '',       -- mark 2, for the look-up where mark 1 does not come back
  state TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 0, -- newest version
  revision_id INTEGER,
  inputs TEXT NOT NULL DEFAULT '',    -- digest of everything the derivation was made from
  reference TEXT NOT NULL,
  ref_number TEXT NOT NULL DEFAULT '',
  contact_id INTEGER NOT NULL DEFAULT 0,
  party_id TEXT,
  party_name TEXT,
  date TEXT,
  month TEXT,
  total INTEGER,                      -- cents
  tax INTEGER,
  currency TEXT NOT NULL DEFAULT '',
  reasons TEXT NOT NULL DEFAULT '[]',
  blocked INTEGER NOT NULL DEFAULT 0, -- a blocking reason stands
  warned INTEGER NOT NULL DEFAULT 0,
  approved_by TEXT,
  approved_version INTEGER,
  excluded_why TEXT,
  pending INTEGER NOT NULL DEFAULT 0, -- QuickBooks holds it as a pending sale
  gone INTEGER NOT NULL DEFAULT 0,
  txn_id TEXT,
  edit_sequence TEXT,
  qb_total INTEGER,
  posted_version INTEGER,
  changed_at TEXT NOT NULL,
  search TEXT NOT NULL DEFAULT '',
  UNIQUE (source, part, generation)
);
-- U2: at most one live draft per source and part.
CREATE UNIQUE INDEX draft_live ON draft (source, part) WHERE state NOT IN ('Voided');
-- U3: a transaction belongs to one draft.
CREATE UNIQUE INDEX draft_txn ON draft (txn_id) WHERE txn_id IS NOT NULL;
CREATE INDEX draft_state ON draft (state, kind, date, id);
CREATE INDEX draft_date ON draft (date, id);
CREATE INDEX draft_reference ON draft (reference);
CREATE INDEX draft_tag ON draft (tag);
CREATE INDEX draft_contact ON draft (contact_id);
CREATE INDEX draft_ref ON draft (kind, ref_number, party_id);
CREATE INDEX draft_month ON draft (month, kind);

CREATE TABLE draft_version (
  draft_id INTEGER NOT NULL REFERENCES draft(id),
  version INTEGER NOT NULL,
  payload TEXT NOT NULL,
  hash TEXT NOT NULL,
  revision_id INTEGER NOT NULL,
  settings_digest TEXT NOT NULL,
  made_at TEXT NOT NULL,
  PRIMARY KEY (draft_id, version)
) WITHOUT ROWID;
CREATE TRIGGER draft_version_fixed BEFORE UPDATE ON draft_version
BEGIN SELECT RAISE(ABORT, 'a draft version never changes'); END;
CREATE TRIGGER draft_version_kept BEFORE DELETE ON draft_version
BEGIN SELECT RAISE(ABORT, 'a draft version is never deleted'); END;

CREATE TABLE batch (
  id INTEGER PRIMARY KEY, closed_at TEXT NOT NULL, closed_by TEXT NOT NULL, count INTEGER NOT NULL,
  totals TEXT NOT NULL
);

-- The unit of the hand-off.
CREATE TABLE operation (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,               -- draft/12, Contact/4101/Customer, Item/Surcharge
  draft_id INTEGER REFERENCES draft(id),
  version INTEGER,
  list_add TEXT,
  posting_key TEXT NOT NULL,
  expected TEXT NOT NULL DEFAULT '',  -- content expected in QuickBooks before it (Finalise: hash of the posted version)
  approved_hash TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  approved_at TEXT NOT NULL,
  state TEXT NOT NULL,
  batch_id INTEGER REFERENCES batch(id),
  attempt INTEGER NOT NULL DEFAULT 0,
  rounds INTEGER NOT NULL DEFAULT 0,  -- probe and re-send rounds
  not_before TEXT,
  priority INTEGER NOT NULL,          -- list entries before transactions
  status_code INTEGER,
  note TEXT NOT NULL DEFAULT '',
  result_id TEXT,                     -- TxnID or ListID
  edit_sequence TEXT,
  done_at TEXT,
  done_seq INTEGER                    -- order of answers, for the canary
);
CREATE UNIQUE INDEX operation_unfinished ON operation (target)
  WHERE state NOT IN ('Done', 'Refused', 'Withdrawn');
CREATE INDEX operation_state ON operation (state, priority, id);
CREATE INDEX operation_draft ON operation (draft_id);
CREATE INDEX operation_target ON operation (target, id);
CREATE INDEX operation_done ON operation (done_seq) WHERE done_seq IS NOT NULL;

CREATE TABLE message_set (
  id TEXT PRIMARY KEY,
  operation_id INTEGER NOT NULL REFERENCES operation(id),
  attempt INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  sha256 TEXT NOT NULL,
  identity TEXT NOT NULL,
  handed_at TEXT NOT NULL,
  status TEXT NOT NULL,               -- Open, Answered, Absent, Dead
  answered_at TEXT,
  response BLOB
);
-- U5: one unresolved set per company (one company per profile).
CREATE UNIQUE INDEX message_set_open ON message_set (status) WHERE status = 'Open';
CREATE INDEX message_set_operation ON message_set (operation_id, attempt);
CREATE TRIGGER message_set_bytes_fixed BEFORE UPDATE OF id, operation_id, bytes, sha256 ON message_set
BEGIN SELECT RAISE(ABORT, 'the bytes of a message set never change'); END;

-- Every EditSequence that we ever stored of a transaction, in order: the canary's memory (design 8.15).
CREATE TABLE edit_seen (
  txn_id TEXT NOT NULL, edit_sequence TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (txn_id, edit_sequence)
) WITHOUT ROWID;

-- What queries during visits showed of our transactions.
CREATE TABLE qb_txn (
  txn_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  date TEXT NOT NULL,
  month TEXT NOT NULL,
  ref_number TEXT NOT NULL,
  party_name TEXT NOT NULL,
  guid TEXT,
  tag TEXT NOT NULL,
  pending INTEGER NOT NULL,
  total INTEGER NOT NULL,
  tax INTEGER NOT NULL,
  edit_sequence TEXT NOT NULL,
  draft_id INTEGER,
  present INTEGER NOT NULL,
  run INTEGER NOT NULL,
  as_of TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX qb_txn_draft ON qb_txn (draft_id);
CREATE INDEX qb_txn_month ON qb_txn (month, kind);

-- Web Connector identities: one per computer.
CREATE TABLE identity (
  user_name TEXT PRIMARY KEY, computer TEXT NOT NULL, app_name TEXT NOT NULL, made_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE visit (
  id INTEGER PRIMARY KEY, identity TEXT NOT NULL, opened_at TEXT NOT NULL, ended_at TEXT, company TEXT NOT NULL DEFAULT '',
  requests INTEGER NOT NULL DEFAULT 0, ended TEXT NOT NULL DEFAULT ''
);

-- Decisions of people, with what undoes them.
CREATE TABLE decision (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, title TEXT NOT NULL, changes TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0
);

-- The hash chain.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  prev TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX event_subject ON event (subject, seq);
CREATE TRIGGER event_fixed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'an event never changes'); END;
CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;
