//! The SOAP border: tickets, repeated, late and foreign answers (`exactly-once.md` 6).
