-- Migration 2: what the hand-off of every kind of operation, the values and the settings of the module need beside
-- migration 1. It has not left the house while it stands alone at the end of the list.

-- Status and history count without reading the whole queue.
CREATE INDEX operation_batch ON operation (batch_id, state);
CREATE INDEX operation_kind ON operation (kind, state);
