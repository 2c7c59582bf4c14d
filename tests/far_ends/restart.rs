//! The program ends at any moment and is started again.
