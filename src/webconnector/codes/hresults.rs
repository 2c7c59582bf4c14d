//! What QuickBooks' connection says in hexadecimal, 0x8004.... (`web-connector.md` 11, `qbxml.md` 8).
//!
//! Must never say that nothing was booked, but for 0x80040400: after any other code on a write the outcome is open until
//! it was looked up (`web-connector.md` 7).

use super::{Code, code};

const OPEN: &str = "If a document was on its way, its outcome is unknown; Countersign asks QuickBooks before it sends anything again.";
const WAITS: &str = "Nothing was sent in this visit; what was approved still waits here.";

/// In order of their numbers.
pub(super) const CODES: &[Code] = &[
    code(
        "0x80010105",
        "QuickBooks, or Windows' link to it, broke off in the middle of a request.",
        OPEN,
        "See that QuickBooks runs and shows no dialog, then press Update Selected in the Web Connector.",
    ),
    code(
        "0x80040154",
        "The part of QuickBooks that talks to other programs is not registered on this computer.",
        WAITS,
        "Repair QuickBooks: Windows Settings > Apps > QuickBooks > Modify > Repair. Then restart the computer.",
    ),
    code(
        "0x80040308",
        "The part of QuickBooks that talks to other programs is missing or damaged.",
        WAITS,
        "Repair QuickBooks: Windows Settings > Apps > QuickBooks > Modify > Repair. Then restart the computer.",
    ),
    code(
        "0x80040400",
        "QuickBooks could not read the request: a character or an element that it does not accept.",
        "Nothing of this request was booked.",
        "Look at the draft in step 5; if a name or text holds unusual characters, change them in Cin7. Otherwise report the code with the draft's number.",
    ),
    code(
        "0x80040401",
        "QuickBooks could not be reached.",
        OPEN,
        "Start QuickBooks, open the company file, then press Update Selected in the Web Connector.",
    ),
    code(
        "0x80040402",
        "QuickBooks met an unexpected error; its own log is qbsdklog.txt.",
        OPEN,
        "Restart QuickBooks, open the company file, then press Update Selected. If it comes back, run File > Utilities > Verify Data.",
    ),
    code(
        "0x80040403",
        "The company file could not be opened.",
        WAITS,
        "Open it in QuickBooks yourself. If another user has it in single-user mode, ask for File > Switch to Multi-user Mode.",
    ),
    code(
        "0x80040406",
        "The path of the company file is wrong, or the file is not there any more.",
        WAITS,
        "Open the company file in QuickBooks. If it was moved, confirm its new place in step 1 after the next visit.",
    ),
    code(
        "0x80040408",
        "QuickBooks could not be started for the Web Connector.",
        WAITS,
        "Open QuickBooks with the company file under the same Windows user as the Web Connector, close dialogs, then press Update Selected.",
    ),
    code(
        "0x8004040A",
        "Another company file is open in QuickBooks.",
        "Nothing was sent to that company.",
        "In QuickBooks choose File > Open or Restore Company and open the right file, then press Update Selected.",
    ),
    code(
        "0x8004040D",
        "QuickBooks ended the connection of this visit before it was done.",
        OPEN,
        "Press Update Selected in the Web Connector once more.",
    ),
    code(
        "0x80040410",
        "The company file is open in another mode than the Web Connector asked for.",
        WAITS,
        "In QuickBooks choose File > Switch to Multi-user Mode (or Single-user Mode, if the text says so), then press Update Selected.",
    ),
    code(
        "0x80040414",
        "A dialog is open in QuickBooks and blocks everything else.",
        WAITS,
        "Answer or close the dialog in QuickBooks, then press Update Selected.",
    ),
    code(
        "0x80040416",
        "QuickBooks does not run, and the Web Connector knows no company file to open.",
        WAITS,
        "Open QuickBooks with the company file, then press Update Selected.",
    ),
    code(
        "0x80040417",
        "QuickBooks runs, but no company file is open.",
        WAITS,
        "Open the company file in QuickBooks, then press Update Selected.",
    ),
    code(
        "0x80040418",
        "A program that QuickBooks does not know yet may be allowed in by the Admin alone.",
        WAITS,
        "Log in to QuickBooks as Admin in single-user mode, press Update Selected, and answer the certificate question with Yes, whenever this company file is open.",
    ),
    code(
        "0x8004041A",
        "Countersign may not use this company file.",
        WAITS,
        "As Admin: Edit > Preferences > Integrated Applications > Company Preferences, tick Allow Access for Countersign.",
    ),
    code(
        "0x8004041B",
        "QuickBooks could not lock what it needed; somebody else is using it.",
        OPEN,
        "Wait until the other user is done, then press Update Selected.",
    ),
    code(
        "0x8004041C",
        "QuickBooks met an internal error when Countersign came in.",
        OPEN,
        "Restart QuickBooks, open the company file, then press Update Selected.",
    ),
    code(
        "0x8004041D",
        "Countersign may not log in while nobody has QuickBooks open.",
        WAITS,
        "As Admin: Edit > Preferences > Integrated Applications > Company Preferences > Countersign > Properties, tick Allow this application to login automatically.",
    ),
    code(
        "0x8004041F",
        "This edition of QuickBooks does not let other programs in.",
        WAITS,
        "QuickBooks Pro, Premier or Enterprise is needed.",
    ),
    code(
        "0x80040420",
        "Somebody answered No when QuickBooks asked whether Countersign may come in.",
        WAITS,
        "As Admin: Edit > Preferences > Integrated Applications > Company Preferences, tick Allow Access for Countersign.",
    ),
    code(
        "0x80040422",
        "Single-user access is wanted, but another program or user is in the file.",
        WAITS,
        "Wait until the other is done, or choose File > Switch to Multi-user Mode, then press Update Selected.",
    ),
    code(
        "0x80040423",
        "This QuickBooks does not understand the version of the requests.",
        WAITS,
        "Countersign needs QuickBooks 2014 or newer (qbXML 13.0). Update with Help > Update QuickBooks Desktop.",
    ),
    code(
        "0x80040424",
        "QuickBooks has not finished starting.",
        WAITS,
        "Wait a minute, then press Update Selected.",
    ),
    code(
        "0x80040438",
        "More than one QuickBooks runs, or one hangs in the background.",
        OPEN,
        "Close all QuickBooks windows; end QBW.EXE (also QBW32.EXE) in Windows' Task Manager; open QuickBooks once.",
    ),
    code(
        "0x800706BA",
        "The connection to QuickBooks was lost: it was closed or has crashed.",
        OPEN,
        "Start QuickBooks, open the company file, then press Update Selected.",
    ),
    code(
        "0x800706BE",
        "The connection to QuickBooks broke off in the middle of a call.",
        OPEN,
        "Start QuickBooks, open the company file, then press Update Selected.",
    ),
];
