//! The Web Connector's own messages, QBWC1000 to QBWC1048 (`web-connector.md` 12; 6 and 10 for the .QWC file).
//!
//! Must never tell a person to remove the application from the Web Connector where a repair is enough: its stamp on the
//! company file is what tells our company from another.

use super::{Code, code};

const NOTHING_SENT: &str = "No document was sent; what was approved still waits here.";
const NOTHING_ADDED: &str =
    "The Web Connector does not know Countersign yet, so nothing can be sent. Nothing is lost.";
const ASKED_AGAIN: &str = "A document may have been on its way. Countersign calls it unknown and asks QuickBooks before it sends anything again.";

/// What QuickBooks would not let be done while the application was added.
const ADDING: Code = code(
    "QBWC1007",
    "The Web Connector could not connect to QuickBooks while it added Countersign.",
    NOTHING_ADDED,
    "Open the company file in QuickBooks, log in as Admin, choose File > Switch to Single-user Mode, close every dialog, then add the .QWC file again.",
);

const fn adding(number: &'static str) -> Code {
    Code { code: number, ..ADDING }
}

/// Something about the buttons of its own window.
const fn window(number: &'static str) -> Code {
    code(
        number,
        "The Web Connector tells something about its own window: nothing was ticked, or a schedule is on while it is closed.",
        NOTHING_SENT,
        "Tick the box of Countersign in the Web Connector and press Update Selected. Leave Auto-Run on if it is to come by itself.",
    )
}

const fn log(number: &'static str) -> Code {
    code(
        number,
        "The Web Connector cannot write its own log file, QWCLog.txt.",
        "Updates may stop although nothing is wrong with the books.",
        "Free space on the disk, or rename QWCLog.txt in ProgramData\\Intuit\\QuickBooks Web Connector, then start the Web Connector again.",
    )
}

const fn stamp(number: &'static str) -> Code {
    code(
        number,
        "The Web Connector could not look for its stamp on the company file, or could not put it there.",
        NOTHING_ADDED,
        "Log in to QuickBooks as Admin in single-user mode and add the .QWC file again. If it stays, make a new file with a new FileID.",
    )
}

const fn password(number: &'static str) -> Code {
    code(
        number,
        "The Web Connector could not store or read the password for Countersign.",
        NOTHING_SENT,
        "Type the password again in the Web Connector's Password column and let it save. A new one is made in step 1 with p.",
    )
}

const fn exception(number: &'static str, happened: &'static str) -> Code {
    code(
        number,
        happened,
        ASKED_AGAIN,
        "Press Update Selected once more. If it comes back, look at the last visit in step 7 and keep QWCLog.txt with the code.",
    )
}

/// In order of their numbers.
pub(super) const CODES: &[Code] = &[
    code(
        "QBWC1000",
        "The address of the service and the support address in the .QWC file have different host names.",
        NOTHING_ADDED,
        "Write the file again in step 1 with w and add that one; do not edit it by hand.",
    ),
    code(
        "QBWC1001",
        "The address of the service in the .QWC file is a number instead of a name.",
        NOTHING_ADDED,
        "Use the name `localhost` (or the name of the computer with https): write the file again in step 1 with w.",
    ),
    code(
        "QBWC1002",
        "The support address in the .QWC file is a number instead of a name.",
        NOTHING_ADDED,
        "Use the name `localhost` (or the name of the computer with https): write the file again in step 1 with w.",
    ),
    code(
        "QBWC1003",
        "The support page did not answer as it should.",
        NOTHING_ADDED,
        "Start Countersign first, open the support address in a browser, and look which program answers there. Then add the .QWC file again.",
    ),
    code(
        "QBWC1004",
        "The support page could not be reached.",
        NOTHING_ADDED,
        "Start Countersign first (the screen, or `countersign serve`), then add the .QWC file again.",
    ),
    log("QBWC1005"),
    log("QBWC1006"),
    ADDING,
    adding("QBWC1008"),
    adding("QBWC1009"),
    code(
        "QBWC1010",
        "The .QWC file names a computer other than this one without https.",
        NOTHING_ADDED,
        "Run Countersign on the computer of QuickBooks and use `localhost`, or give the endpoint a certificate and an https address.",
    ),
    code(
        "QBWC1011",
        "The Web Connector's list of applications is out of step with Windows.",
        NOTHING_SENT,
        "Close the Web Connector, start it again, and add the .QWC file once more if Countersign is missing from its list.",
    ),
    code(
        "QBWC1012",
        "The Web Connector could not log in to Countersign: the connection was closed, or the answer was not understood.",
        NOTHING_SENT,
        "See that Countersign runs and that no other program listens on its port (`countersign doctor`), then press Update Selected.",
    ),
    code(
        "QBWC1013",
        "The Web Connector could not open QuickBooks for an update.",
        NOTHING_SENT,
        "Open the right company file in QuickBooks, close every dialog, then press Update Selected. The code that begins with 0x says more.",
    ),
    code(
        "QBWC1014",
        "QuickBooks did not answer the first questions of an update: who it is and which company is open.",
        NOTHING_SENT,
        "Close dialogs in QuickBooks and press Update Selected. If it comes back, restart QuickBooks and look into QWCLog.txt.",
    ),
    code(
        "QBWC1015",
        "The Web Connector could not close its connection to QuickBooks after an update.",
        "What the update did stands; step 5 shows each outcome.",
        "Usually nothing. If QuickBooks stays busy, close it with File > Exit and open it again.",
    ),
    window("QBWC1016"),
    window("QBWC1017"),
    window("QBWC1018"),
    window("QBWC1019"),
    window("QBWC1020"),
    adding("QBWC1022"),
    adding("QBWC1023"),
    adding("QBWC1024"),
    stamp("QBWC1025"),
    stamp("QBWC1026"),
    stamp("QBWC1027"),
    password("QBWC1028"),
    password("QBWC1029"),
    code(
        "QBWC1030",
        "The Web Connector has no password for Countersign.",
        NOTHING_SENT,
        "Type the password in the Web Connector's Password column, press Enter and let it save. A new one is made in step 1 with p.",
    ),
    code(
        "QBWC1031",
        "The update ended with an error that Countersign told.",
        "What was done before it stands; step 5 shows each outcome.",
        "Read the text beside it in the Web Connector; the same stands in step 5 and in step 7 under visits.",
    ),
    code(
        "QBWC1032",
        "The Web Connector's list of applications is out of step with Windows.",
        NOTHING_SENT,
        "Close the Web Connector, start it again, and add the .QWC file once more if Countersign is missing from its list.",
    ),
    log("QBWC1033"),
    code(
        "QBWC1034",
        "QuickBooks did not accept for which editions Countersign is meant.",
        NOTHING_ADDED,
        "Update QuickBooks (Help > Update QuickBooks Desktop), or repair it in Windows' Apps, then add the .QWC file again.",
    ),
    code(
        "QBWC1035",
        "This computer does not know the name `localhost`.",
        NOTHING_ADDED,
        "Have an administrator add the line `127.0.0.1 localhost` to the Windows hosts file, then try again.",
    ),
    exception("QBWC1036", "Asking for the version of Countersign failed."),
    code(
        "QBWC1037",
        "Countersign refused this version of the Web Connector, or the update was cancelled at its question.",
        NOTHING_SENT,
        "Update the Web Connector if the text says so, else press Update Selected and answer with OK.",
    ),
    password("QBWC1038"),
    code(
        "QBWC1039",
        "The application could not be added: something is missing in the .QWC file, or this company file carries its stamp already.",
        NOTHING_ADDED,
        "Add the .QWC file of the first day again, it is written anew in step 1 with w. If the stamp is that of a removed application, make a new FileID and write the file again.",
    ),
    code(
        "QBWC1040",
        "The user name or the password was not accepted.",
        NOTHING_SENT,
        "Make a new password in step 1 with p and type it into the Web Connector's Password column, blanks included. The user name must be the one in the .QWC file.",
    ),
    exception("QBWC1041", "Fetching the next request from Countersign failed."),
    exception("QBWC1042", "Handing QuickBooks' answer to Countersign failed."),
    exception("QBWC1043", "Asking Countersign for its error text failed."),
    exception("QBWC1044", "Saying good-bye to Countersign failed."),
    exception("QBWC1045", "Telling Countersign about a connection error failed."),
    exception("QBWC1046", "The answer about the version was not understood."),
    code(
        "QBWC1048",
        "The certificate of the endpoint could not be verified.",
        NOTHING_ADDED,
        "Import the certificate into Windows' Trusted Root Certification Authorities of the computer, use the name that it bears, and add the .QWC file again. On one computer use http://localhost, which needs none.",
    ),
];
