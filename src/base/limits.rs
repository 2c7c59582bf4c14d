//! Every bound of the program as a named constant with its reason. Must never hold a rule of the books.

/// Cin7 rows asked for at once: the most that Cin7 allows (`cin7-api.md` 2.1).
pub const CIN7_ROWS: u32 = 250;
/// Pages of one fetch pass; 20,000 pages are five million records, more than any account holds.
pub const CIN7_PAGES: u32 = 20_000;
/// Bytes of one Cin7 answer; 250 wide orders are about 5 MiB.
pub const CIN7_BODY_BYTES: usize = 64 * 1024 * 1024;
/// Watermark overlap in minutes, so that no clock difference loses a change (`cin7-api.md` 3).
pub const CIN7_OVERLAP_MINUTES: i64 = 10;
/// SOAP body while no session is open (`security.md` 2).
pub const SOAP_BODY_CLOSED_BYTES: usize = 64 * 1024;
/// SOAP body with a session open (`security.md` 2).
pub const SOAP_BODY_OPEN_BYTES: usize = 64 * 1024 * 1024;
/// XML nesting in SOAP (`security.md` 2).
pub const SOAP_DEPTH: usize = 32;
/// XML nesting in qbXML (`security.md` 2).
pub const QBXML_DEPTH: usize = 64;
/// Attributes of one element (`security.md` 2).
pub const XML_ATTRIBUTES: usize = 256;
/// Bytes of one name or attribute (`security.md` 2).
pub const XML_NAME_BYTES: usize = 64 * 1024;
/// Connections of the endpoint at once (`security.md` 2).
pub const SOAP_CONNECTIONS: usize = 128;
/// Seconds for the header of a request, from its first byte (`security.md` 2).
pub const SOAP_HEADER_SECONDS: u64 = 5;
/// Seconds for a TLS hand-shake (`security.md` 2).
pub const TLS_HANDSHAKE_SECONDS: u64 = 10;
/// Seconds that a body may be as slow as it likes (`security.md` 2).
pub const SOAP_BODY_GRACE_SECONDS: u64 = 10;
/// Bytes a second that a body moves after that (`security.md` 2).
pub const SOAP_BODY_RATE: u64 = 4 * 1024;
/// Seconds within which a body ends (`security.md` 2).
pub const SOAP_BODY_TOTAL_SECONDS: u64 = 300;
/// Seconds that a quiet connection is kept: QuickBooks may take minutes between two calls (`web-connector.md` 5).
pub const SOAP_IDLE_SECONDS: u64 = 600;
/// Seconds for running calls once the endpoint is told to stop (design 6: the program ends within 5 s).
pub const SOAP_STOP_SECONDS: u64 = 3;
/// Bytes of one request's header: the Web Connector sends less than one.
pub const SOAP_HEADER_BYTES: usize = 64 * 1024;
/// Header fields of one request.
pub const SOAP_HEADER_FIELDS: usize = 100;
/// Bytes of all bodies in memory that name the ticket of the visit: four of the largest.
pub const SOAP_HELD_BYTES: usize = 4 * SOAP_BODY_OPEN_BYTES;
/// Bytes of all other bodies in memory: one of the largest, so that strangers leave room for the visit.
pub const SOAP_STRANGER_BYTES: usize = SOAP_BODY_OPEN_BYTES;
/// Bits of a ticket (`security.md` 1).
pub const TICKET_BITS: usize = 128;
/// Memory of one password hash in KiB (`security.md` 1, design 8.19: 19 MiB).
pub const ARGON2_KIB: u32 = 19 * 1024;
/// Passes of one password hash (`security.md` 1, design 8.19).
pub const ARGON2_PASSES: u32 = 2;
/// Fewest characters of a password made by us (`security.md` 1).
pub const PASSWORD_LENGTH: usize = 20;
/// List entries asked for in one iterator page (`qbxml.md` 14: 100-500).
pub const LIST_PAGE: u32 = 300;
/// Transactions asked for in one query page.
pub const TXN_PAGE: u32 = 200;
/// Candidates kept for one contact (`matching.md` 4: at most 10 ranks).
pub const MATCH_RANKS: usize = 10;
/// A QuickBooks name of a customer, vendor, employee or other name (`qbxml.md` 4).
pub const QB_NAME: usize = 41;
/// Longest slice of bulk work on the writer, in milliseconds (design section 2).
pub const WRITER_SLICE_MS: u64 = 5;
/// Jobs waiting for the writer.
pub const WRITER_QUEUE: usize = 256;
/// Probe and re-send rounds of one operation before a person is asked (`exactly-once.md` 5.2).
pub const PROBE_ROUNDS: u32 = 3;
/// Failed logins in a row before the delay starts (`security.md` 1).
pub const LOGIN_FREE_FAILURES: u32 = 5;
/// The longest login delay in seconds (`security.md` 1).
pub const LOGIN_DELAY_MAX_SECONDS: u64 = 60;
/// Names that an edition without a known limit can hold (design 8.14).
pub const QB_NAMES_DEFAULT: u32 = 14_500;
