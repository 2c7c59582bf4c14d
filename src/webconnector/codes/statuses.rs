//! Status codes of single requests, 0 to 3280 (`qbxml.md` 8; what each does to a hand-off: `exactly-once.md` 5.3).
//!
//! Must never be read without QuickBooks' own text beside it: it names the record.

use super::{Code, code};

const REFUSED: &str = "QuickBooks did not book this document; its draft says refused and waits for you.";
const NOT_SAVED: &str = "Nothing was changed in QuickBooks by this request.";
const SAVED: &str = "The record was saved; the part named in the text was not.";
const FAULT: &str =
    "This is a fault of Countersign: report the code with the draft's number. Other drafts go on.";
const LATER: &str =
    "Close the record in QuickBooks on every computer. Countersign tries again at the next visit by itself.";

/// A value in a form that QuickBooks does not take: our own fault, whatever the value.
const fn form(number: &'static str, happened: &'static str) -> Code {
    code(number, happened, REFUSED, FAULT)
}

/// In order of their numbers.
pub(super) const CODES: &[Code] = &[
    code("0", "QuickBooks did what was asked.", "Nothing is wrong.", "Nothing needs to be done."),
    code(
        "1",
        "QuickBooks found nothing that fits the question.",
        "Nothing is wrong.",
        "Nothing needs to be done.",
    ),
    code(
        "500",
        "A record that was asked for by name or number is not in QuickBooks.",
        "It was deleted, merged or renamed, or it was never there.",
        "Look for it in QuickBooks' Customer, Vendor or Item list, inactive ones included; then match the contact or the item again.",
    ),
    code(
        "501",
        "QuickBooks cannot show this record in the version that was asked for.",
        NOT_SAVED,
        "Look at the record in QuickBooks itself.",
    ),
    code(
        "510",
        "QuickBooks cannot show this record to Countersign.",
        NOT_SAVED,
        "Look at the record in QuickBooks itself.",
    ),
    code("530", "This edition of QuickBooks does not know one of the fields.", SAVED, FAULT),
    code("531", "This edition of QuickBooks does not know one of the values.", SAVED, FAULT),
    code(
        "550",
        "The record was saved, but its notes were not.",
        SAVED,
        "Type the notes in QuickBooks if you need them.",
    ),
    code(
        "560",
        "One of the fields is out of date.",
        SAVED,
        "Nothing needs to be done; report it when you have time.",
    ),
    code(
        "570",
        "The document was not linked, because the other one is closed.",
        SAVED,
        "Apply the credit or payment by hand in QuickBooks.",
    ),
    code(
        "1000",
        "QuickBooks met an internal error.",
        "Whether the document was booked is looked up before anything is sent again.",
        "Let the Web Connector visit again. If it comes back, run File > Utilities > Verify Data.",
    ),
    code(
        "1010",
        "QuickBooks is not available at the moment.",
        NOT_SAVED,
        "Close dialogs in QuickBooks and let the Web Connector visit again.",
    ),
    code(
        "1030",
        "QuickBooks does not know this kind of request.",
        NOT_SAVED,
        "Update QuickBooks with Help > Update QuickBooks Desktop.",
    ),
    form("1060", "The number of a request was not accepted."),
    code(
        "3000",
        "The id of a record is not one of this company file.",
        REFUSED,
        "See that the right company file is open. Pull the lists again in step 1, then look at the draft's customer, vendor and items.",
    ),
    form("3010", "A yes-or-no value was not accepted."),
    form("3020", "A date was not accepted."),
    form("3030", "A span of dates was not accepted."),
    form("3031", "A span of names was not accepted."),
    form("3035", "A time was not accepted."),
    form("3040", "An amount was not accepted."),
    form("3045", "A price was not accepted."),
    form("3050", "A percentage was not accepted."),
    form("3060", "A quantity was not accepted."),
    form("3065", "The mark of a document was not accepted."),
    code(
        "3070",
        "A text is longer than QuickBooks allows.",
        REFUSED,
        "Shorten the name or number that the text names, in Cin7 or in step 3, then approve again.",
    ),
    code(
        "3080",
        "A text holds characters that QuickBooks does not take.",
        REFUSED,
        "Change the name or text in Cin7, then approve again.",
    ),
    form("3085", "A number was not accepted."),
    code(
        "3090",
        "A name is not allowed in this list; a colon may not stand in it.",
        REFUSED,
        "Choose another name in step 3 (e), without a colon, then approve again.",
    ),
    code(
        "3100",
        "The name is in use already, among customers, vendors, employees or other names, active or not.",
        "No second record was made.",
        "Look for the name in QuickBooks (Customer Center and Vendor Center, view All). Link the contact to it in step 3, or give it another name.",
    ),
    code(
        "3101",
        "The resulting amount is larger than QuickBooks can hold.",
        REFUSED,
        "Split the document in Cin7 or book it by hand.",
    ),
    form("3110", "One of a fixed set of words was not accepted."),
    code(
        "3120",
        "The record itself is not in QuickBooks any more.",
        "It was deleted or merged in QuickBooks; nothing was changed by us.",
        "Look at Reports > Accountant & Taxes > Voided/Deleted Transactions Detail. Then decide in step 5: leave it, or reset the draft.",
    ),
    code(
        "3130",
        "The parent of a record is not in QuickBooks.",
        REFUSED,
        "Look at the customer and its job in the Customer Center, then match again in step 3.",
    ),
    code(
        "3140",
        "A customer, vendor, item, account, class or terms that the document names is not in QuickBooks.",
        REFUSED,
        "The text names it. Make it active or create it in Lists, let the Web Connector visit, choose it in step 1 or 3, then approve again.",
    ),
    form("3150", "Something that QuickBooks asks for was missing."),
    form("3151", "Something stood where QuickBooks does not allow it."),
    form("3153", "Two things were said that exclude each other."),
    code(
        "3160",
        "QuickBooks cannot delete this record; it is used elsewhere.",
        NOT_SAVED,
        "Open it in QuickBooks and take off what hangs on it, or make the list entry inactive instead.",
    ),
    code(
        "3161",
        "The transaction lies on or before the closing date and may not be deleted.",
        NOT_SAVED,
        "Ask the accountant. The closing date is in Edit > Preferences > Accounting > Company Preferences > Set Date/Password.",
    ),
    code(
        "3162",
        "This cannot be done while several users are in the file.",
        NOT_SAVED,
        "Choose File > Switch to Single-user Mode, then let the Web Connector visit again.",
    ),
    code(
        "3170",
        "QuickBooks could not change the record.",
        NOT_SAVED,
        "Read QuickBooks' own words beside the code. If another user has changed the list, let the Web Connector visit again.",
    ),
    code(
        "3171",
        "The date lies on or before the closing date of the company.",
        REFUSED,
        "Ask the accountant whether the period may be opened: Edit > Preferences > Accounting > Company Preferences > Set Date/Password. Else date it in the open period.",
    ),
    code(
        "3173",
        "A record that belongs to it was deleted or changed meanwhile.",
        REFUSED,
        "Let the Web Connector visit once more, look at the draft again, then approve it again.",
    ),
    code("3175", "Somebody has this transaction open in QuickBooks.", NOT_SAVED, LATER),
    code("3176", "Somebody has a record open that belongs to this transaction.", NOT_SAVED, LATER),
    code(
        "3180",
        "QuickBooks could not save it; the reason stands in its own text.",
        REFUSED,
        "Read QuickBooks' words: a credit limit is in the customer's Payment Settings, a full list needs names made free, a locked record must be closed. Then queue it again in step 5.",
    ),
    code(
        "3185",
        "QuickBooks could not void the transaction.",
        NOT_SAVED,
        "Open it in QuickBooks and take off payments or credits, then try again, or void it there with Edit > Void.",
    ),
    form("3190", "A field was to be emptied that QuickBooks does not empty."),
    code(
        "3200",
        "Somebody changed the record in QuickBooks since it was last read.",
        "Nothing was overwritten.",
        "Look at the draft in step 5: it shows what stands there now beside what you approved. Then decide.",
    ),
    code(
        "3205",
        "The address was not accepted.",
        REFUSED,
        "Shorten or correct the address in Cin7, then approve again.",
    ),
    code(
        "3210",
        "A value does not fit with the rest of the document.",
        REFUSED,
        "Read QuickBooks' own words beside the code; correct it in Cin7 or in the settings, then approve again.",
    ),
    code(
        "3220",
        "Countersign may not send this request.",
        REFUSED,
        "As Admin: Edit > Preferences > Integrated Applications > Company Preferences > Countersign > Properties, allow access.",
    ),
    code(
        "3231",
        "The request was not processed, because one before it failed.",
        NOT_SAVED,
        "Nothing: it stays queued and goes with the next visit.",
    ),
    form("3240", "Two times of making do not agree."),
    code(
        "3250",
        "A feature that the document needs is turned off, or this edition does not have it.",
        REFUSED,
        "Turn it on in Edit > Preferences (Sales Tax, Accounting > Use class tracking, Multiple Currencies), or turn it off in step 1; then approve again.",
    ),
    code(
        "3260",
        "The QuickBooks user of this visit may not do this.",
        REFUSED,
        "As Admin: Company > Set Up Users and Passwords > Set Up Users, give the user access to sales, purchases and accounting; or log in as one who has it.",
    ),
    code(
        "3261",
        "Countersign may not see personal data.",
        NOT_SAVED,
        "Nothing: it is not needed. The list of employees is then read without them.",
    ),
    code(
        "3262",
        "This needs a payroll subscription.",
        NOT_SAVED,
        "Nothing: Countersign does not need payroll.",
    ),
    code(
        "3263",
        "Countersign may only read in this company file.",
        REFUSED,
        "As Admin: Edit > Preferences > Integrated Applications > Company Preferences > Countersign > Properties, allow changes.",
    ),
    code(
        "3264",
        "This needs a merchant service subscription.",
        NOT_SAVED,
        "Nothing: Countersign does not need it.",
    ),
    code(
        "3270",
        "An account that QuickBooks posts to by itself is missing.",
        REFUSED,
        "Look whether Accounts Receivable, Accounts Payable and the item's account are there and active in Lists > Chart of Accounts.",
    ),
    code(
        "3280",
        "The kind of the item does not fit here, or the company file has a problem.",
        REFUSED,
        "Look at the item in Lists > Item List; it must be a service, non-inventory or other charge item. Then run File > Utilities > Verify Data.",
    ),
];
