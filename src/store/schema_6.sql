-- Migration 6: what the sixth session needs beside migration 5.

-- A limit of the filter line that few documents keep is answered by it instead of by walking the whole list.
CREATE INDEX draft_total ON draft (total);
