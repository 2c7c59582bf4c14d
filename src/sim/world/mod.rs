//! The seeded world: one seed, the same contacts, orders and books.
