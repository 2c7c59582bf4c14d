//! The room's behaviour, stated: golden payloads to the cent, every reason, and properties over random documents.

mod money;
mod properties;
mod reasons;
mod support;
