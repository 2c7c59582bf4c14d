-- Migration 3: what the screens count and group without reading whole tables (design section 7), and what came with the
-- month end, the take-over and the typed entries.

-- How many drafts stand where, and how old what is held back is: from the index alone.
CREATE INDEX draft_standing ON draft (state, kind, pending, gone, date, total);
-- What happened since a moment.
CREATE INDEX event_at ON event (at, kind);
CREATE INDEX operation_done_at ON operation (done_at) WHERE done_at IS NOT NULL;
-- Decisions that were one to the person who made them are undone together.
ALTER TABLE decision ADD COLUMN series TEXT;
