//! What QuickBooks says of a whole set of requests (`qbxml.md` 9, `exactly-once.md` 1.1).
//!
//! Must never read "no record" as "not booked": the record may be missing where the document is there.

use super::{Code, code};

const LOOKED_UP: &str =
    "This says nothing about the document itself; Countersign looks for its mark in QuickBooks.";

/// In order of their numbers.
pub(super) const CODES: &[Code] = &[
    code(
        "600",
        "QuickBooks has no record under the id that was asked about.",
        LOOKED_UP,
        "Nothing. If it comes again, see that the right company file is open.",
    ),
    code(
        "9001",
        "QuickBooks has a record under this id, but of another content.",
        "Nothing was run this time. Countersign looks for the document's mark before anything else is sent.",
        "Let the Web Connector visit again. If it comes back, keep the draft's number and the code and report them.",
    ),
    code(
        "9002",
        "QuickBooks has no stored answer under this id.",
        LOOKED_UP,
        "Nothing: the next visit settles it by the document's mark.",
    ),
    code(
        "9003",
        "QuickBooks used a code about stored answers that it does not use today.",
        LOOKED_UP,
        "Report the code with the version of QuickBooks.",
    ),
    code(
        "9004",
        "The id of a set of requests was too long for QuickBooks.",
        "Nothing was run.",
        "This is a fault of Countersign: report the code.",
    ),
    code(
        "9005",
        "QuickBooks booked the document but could not store its own answer.",
        "The document is in QuickBooks; Countersign has kept the answer.",
        "Nothing now. Let File > Utilities > Verify Data run when it comes often.",
    ),
];
