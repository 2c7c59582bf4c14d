//! Floor 1: the books as QuickBooks means them: lists, transactions, states and settings. Pure types with their rules.
