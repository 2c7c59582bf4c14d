//! The room's behaviour, stated: golden payloads to the cent, every reason, and properties over random documents.

mod adjustments;
mod cogs;
mod currencies;
mod money;
mod own;
mod paid;
mod properties;
mod proposals;
mod reasons;
mod support;
mod taxes;
mod updates;
