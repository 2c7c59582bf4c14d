//! Floor 3: qbXML requests written and answers read, without I/O.
