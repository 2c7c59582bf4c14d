//! What people do in QuickBooks behind the program's back.
