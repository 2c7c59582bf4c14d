-- Migration 5: what the fifth session needs beside migration 4.

-- Which sale a credit note takes back: its draft follows the tax of that sale (design 8.6).
ALTER TABLE document_move ADD COLUMN sale TEXT;   -- Cin7 reference of the sale
-- The list of contacts is read from this alone: the proposals beside it take some thousand bytes each.
CREATE INDEX match_listed ON match_proposal (deferred, decision, name, documents) WHERE documents > 0;
