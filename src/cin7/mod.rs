//! Floor 3: what to ask Cin7 and how to read the answer, without I/O.
