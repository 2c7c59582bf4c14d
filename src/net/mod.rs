//! Floor 4: the HTTP client, the SOAP listener and the secrets.

pub mod cin7_client;
pub mod listener;
pub mod login;
pub mod secrets;
