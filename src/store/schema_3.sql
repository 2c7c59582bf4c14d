-- Migration 3: what the screens count and group without reading whole tables (design section 7), and what came with the
-- month end, the take-over and the typed entries.

-- How many drafts stand where, and how old what is held back is: from the index alone.
CREATE INDEX draft_standing ON draft (state, kind, pending, gone, date, total);
-- What happened since a moment.
CREATE INDEX event_at ON event (at, kind);
CREATE INDEX operation_done_at ON operation (done_at) WHERE done_at IS NOT NULL;
-- Decisions that were one to the person who made them are undone together.
ALTER TABLE decision ADD COLUMN series TEXT;

-- Texts go into the index of words in bulk after a run, at half the price of one by one: until then the drafts stand
-- here with the text that the index has of them, and a search looks at them all.
DROP TRIGGER draft_found;
DROP TRIGGER draft_found_new;
CREATE TABLE draft_unfound (draft_id INTEGER PRIMARY KEY, indexed TEXT NOT NULL);
CREATE TRIGGER draft_text AFTER UPDATE OF search ON draft WHEN old.search IS NOT new.search
BEGIN
  INSERT OR IGNORE INTO draft_unfound (draft_id, indexed) VALUES (old.id, old.search);
END;
CREATE TRIGGER draft_text_new AFTER INSERT ON draft WHEN new.search <> ''
BEGIN
  INSERT INTO draft_unfound (draft_id, indexed) VALUES (new.id, '');
END;
-- Our marks as a sweep of QuickBooks showed them: so an older copy of a profile knows what was handed over after it was
-- made (exactly-once.md C25).
CREATE TABLE mark_found (mark TEXT PRIMARY KEY, id TEXT NOT NULL, edit_sequence TEXT NOT NULL) WITHOUT ROWID;
-- What stood in QuickBooks and looked like ours without our mark, so that a person can hold both side by side (JSON).
ALTER TABLE operation ADD COLUMN look_alike TEXT;
