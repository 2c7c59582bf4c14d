//! Floor 4: the HTTP client, the SOAP listener with its TLS, and the secrets.

pub mod cin7_client;
#[cfg(windows)]
mod credential_store;
pub mod listener;
pub mod login;
pub mod secrets;
pub mod tls;
