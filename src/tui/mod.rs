//! Floor 6: the terminal face.
