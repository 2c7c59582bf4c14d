//! Whole visits with answers made by hand.
