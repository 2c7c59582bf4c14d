//! Floor 5: the use cases, the only way in for the faces.

pub mod match_eval;
