//! Floor 3: the Web Connector's SOAP conversation, the .QWC file that introduces us to it, the WSDL and the support page.
//!
//! Pure: bytes in, typed calls out; typed replies in, text out. Must never decide what a call is answered with (that is
//! the desk's work) and must never let a call through that stands in an odd envelope.
//! Follows `web-connector.md` 1, 2, 6, 10 and `security.md` 2, which wins where the two differ.

pub mod call;
pub mod codes;
pub mod pages;
pub mod qwc;
pub mod soap;

pub use call::{Call, Operation, Password, Reply};
