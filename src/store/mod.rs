//! Floor 4: the one room that knows SQL.
