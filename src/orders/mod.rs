//! Floor 1: documents and contacts as Cin7 means them. Pure types with their rules.
