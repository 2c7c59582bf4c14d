//! Floor 2: evidence and links between Cin7 contacts and QuickBooks customers and vendors. Pure.
