//! The far ends, simulated and strict: a Cin7 server, a QuickBooks company, a Web Connector client, and the seeded
//! world that both hold.
//!
//! Must share no parser, writer, rounding or rule with the program it tests: it uses `base` only (identifiers, dates,
//! texts), never `base::money`'s rounding, and reads XML with its own reader. Only `cli` and tests import it.

pub mod cin7;
pub mod connector;
mod packed;
pub mod quickbooks;
pub mod seed;
pub mod world;
pub mod xml;
