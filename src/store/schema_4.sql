-- Migration 4: what the fourth session needs beside migration 3.

-- What documents use (codes, taxes, terms, branches) is kept with each of them and in sums, so that the proposed map
-- never reads all documents again (design section 7).
ALTER TABLE document_move ADD COLUMN uses TEXT;   -- JSON: drafting::Use
CREATE TABLE use_sum (
  sort TEXT NOT NULL, key TEXT NOT NULL, sales INTEGER NOT NULL, purchases INTEGER NOT NULL, PRIMARY KEY (sort, key)
) WITHOUT ROWID;

-- Lists are read in their order with the state at hand, so that none is sorted in memory (design section 7).
DROP INDEX draft_by_date;
CREATE INDEX draft_listed ON draft (date IS NULL, date, id, state);
