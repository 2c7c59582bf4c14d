//! The simulated QuickBooks company.
