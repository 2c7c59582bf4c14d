//! A Web Connector client: it calls the program's endpoint as QuickBooks' own does, and works a simulated company.
//!
//! Must make exactly the calls of `web-connector.md` 3, be strict on replies (14.2), never resend a response, and share
//! no SOAP code with the program.

mod keeper;
mod qwc;
mod session;
mod settings;
mod soap;
mod transcript;

#[cfg(test)]
mod tests;

pub use keeper::{CompanyOptions, KeeperError, load_company, save_company, serve_company};
pub use qwc::{QwcFault, QwcFile, check_qwc, check_support};
pub use session::Connector;
pub use settings::{HttpSettings, SessionReport, SessionStatus, Settings};
pub use transcript::{Recorder, record_into};
