//! Floor 2: balance, drift and roll-forward of the two systems. Pure.
