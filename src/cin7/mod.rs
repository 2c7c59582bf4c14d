//! Floor 3: what to ask Cin7 and how to read the answer, without I/O.
//!
//! Must never open a connection, read a clock or decide what a document means for the books: it takes bytes and time
//! and returns requests, waits, records and problems (`cin7-api.md` 1-5, 10; design 8.1). `net::cin7_client` carries
//! the requests; `store` keeps the records.

pub mod canonical;
pub mod convert;
pub mod errors;
pub mod fetch;
pub mod fields;
pub mod import_status;
pub mod paging;
pub mod rate;
pub mod read;
pub mod request;
pub mod resource;
pub mod retry;
pub mod stock;
pub mod zone;

pub use convert::{adjustment, branch, contact, document, payment, product};
pub use fetch::{FetchOutcome, Flow, Progress, Saved, Sink, WaitingFor};
pub use rate::{Bucket, BucketState};
pub use read::{RawRecord, RowProblem};
pub use resource::Resource;
pub use zone::{ZoneGuess, guess_zone};
