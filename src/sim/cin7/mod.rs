//! The simulated Cin7 Omni API server.
