//! The contacts that every world has: the awkward cases of `cin7-api.md` 11 and `matching.md` 7, by name.
//!
//! Must stay the same for every seed, so that a person can learn them and a test can name them.

use super::names::Town;
use super::people::{Currency, Party, TaxTerms, state_tax};
use super::totals::TaxStatus;
use rust_decimal::Decimal;

/// Customer with a parent's name, a remembered ListID and a branch that it pays for.
pub const QUILLEN: i64 = 4101;
/// Customer that is a supplier too (as [`BLUFF_SUPPLIER`]).
pub const BLUFF: i64 = 4102;
/// Customer billed in euro.
pub const PORT_VIEUX: i64 = 4103;
/// Customer with a name of more than 200 characters.
pub const LONG_NAME: i64 = 4104;
/// A person without a company.
pub const DELPHINE: i64 = 4105;
/// An inactive duplicate of [`QUILLEN`].
pub const QUILLEN_OLD: i64 = 4106;
/// A branch whose invoices go to [`QUILLEN`].
pub const QUILLEN_COLUMBUS: i64 = 4107;
/// One of two businesses with one name, in Dayton.
pub const HARVEST_DAYTON: i64 = 4108;
/// The other one, in Springfield.
pub const HARVEST_SPRINGFIELD: i64 = 4109;
/// Customer with emoji and accents in its name, unknown to QuickBooks.
pub const EMOJI: i64 = 4110;
/// Supplier known to QuickBooks.
pub const RIDGELINE: i64 = 4201;
/// Supplier billed in yuan, with nulls for its texts.
pub const FOSHAN: i64 = 4202;
/// Supplier that charges tax.
pub const TIDEWATER: i64 = 4203;
/// The supplier side of [`BLUFF`].
pub const BLUFF_SUPPLIER: i64 = 4204;

/// A business name longer than Cin7's own screens show.
const CONSOLIDATED: &str = "The Consolidated Upper Midwest Hospitality, Catering, Banquet & Event Tableware Purchasing \
    Cooperative of Minnesota, Wisconsin and the Dakotas, a Limited Cooperative Association (formerly Northern Lakes \
    Restaurant Supply Exchange)";

fn party(id: i64, core: &str, legal: &'static str, email: &str) -> Party {
    Party {
        id,
        supplier: id >= RIDGELINE,
        core: core.to_string(),
        legal,
        email: email.to_string(),
        country: "United States",
        terms: "Net 30",
        ..Party::default()
    }
}

fn at(mut party: Party, street: &str, kind: usize, town: Town, zip: &str, phone: &str) -> Party {
    party.street = street.to_string();
    party.street_kind = kind;
    party.zip = zip.to_string();
    party.phone = phone.to_string();
    if !party.supplier {
        party.tax = state_tax(town.state);
    }
    party.town = town;
    party
}

fn person(mut party: Party, first: &str, last: &str) -> Party {
    party.first = first.to_string();
    party.last = last.to_string();
    party
}

const fn town(city: &'static str, state: &'static str) -> Town {
    Town { city, state, zip: "", area: "" }
}

const EXEMPT: TaxTerms = TaxTerms { status: TaxStatus::Exempt, percent: Decimal::ZERO, name: "" };

/// The contacts of every world.
#[must_use]
pub fn regulars() -> Vec<Party> {
    let mut all = customers();
    all.extend(suppliers());
    all
}

fn customers() -> Vec<Party> {
    let quillen = party(QUILLEN, "Quillen & Sons Provisions", "", "ap@quillenprovisions.example.com");
    let mut quillen = person(quillen, "Marta", "Quillen");
    quillen.unit = "Suite 3".to_string();
    quillen.account_number = "Q-1002".to_string();
    quillen.list_id = Some("8001001A-1704067200".to_string());
    let quillen = at(quillen, "418 Larkspur", 1, town("Dayton", "OH"), "45402", "9375550142");

    let bluff = party(BLUFF, "Bluff Street Market", " LLC", "orders@bluffstreet.example.com");
    let mut bluff = at(bluff, "7 Bluff", 0, town("Peoria", "IL"), "61602", "3095550177");
    bluff.tax.status = TaxStatus::Incl;

    let mut port = person(
        party(PORT_VIEUX, "Café du Port Vieux", "", "compta@portvieux.example.com"),
        "Étienne",
        "Brouillard",
    );
    port.town = town("Saint-Malo", "");
    (port.zip, port.country, port.currency) = ("35400".to_string(), "France", Currency::Eur);
    (port.tax, port.aside) = (EXEMPT, true);

    let long = person(
        party(LONG_NAME, CONSOLIDATED, "", "rosalind@umhc.example.com"),
        "Rosalind",
        "O'Hanrahan-Väisänen",
    );
    let mut long = at(long, "1 Grain Exchange Plaza", usize::MAX, town("Duluth", "MN"), "55802", "");
    (long.tax, long.notes) = (TaxTerms { name: "Out of State", ..EXEMPT }, "Line one\r\nLine two");

    let delphine = person(party(DELPHINE, "", "", "delphine.ash@example.net"), "Delphine", "Ash");
    let delphine = at(delphine, "233 Walnut", 0, town("Akron", "OH"), "44308", "3305550119");

    let mut old =
        person(party(QUILLEN_OLD, "QUILLEN AND SONS PROVISIONS", "", "marta.q@example.net"), "M.", "Quillen");
    (old.inactive, old.aside, old.tax) = (true, true, state_tax("OH"));
    old.notes = "possible duplicate of 4101";

    let columbus =
        party(QUILLEN_COLUMBUS, "Quillen & Sons - Columbus", "", "columbus@quillenprovisions.example.com");
    let mut columbus = at(columbus, "90 Front", 0, town("Columbus", "OH"), "43215", "6145550190");
    columbus.billing = Some((QUILLEN, "Quillen & Sons Provisions"));

    let harvest = |id, email| party(id, "Harvest Table Provisions", " Inc", email);
    let dayton = at(
        harvest(HARVEST_DAYTON, "dayton@harvesttable.example.com"),
        "1204 Keowee",
        0,
        town("Dayton", "OH"),
        "45404",
        "9375550108",
    );
    let springfield = at(
        harvest(HARVEST_SPRINGFIELD, "hello@harvesttablefoods.example.org"),
        "66 Capitol",
        1,
        town("Springfield", "IL"),
        "62701",
        "2175550166",
    );
    let emoji = party(EMOJI, "Sunrise Beans ☕🌅 Röstére", "", "hola@sunrisebeans.example.com");
    let emoji = at(emoji, "12 Bedford", 1, town("Brooklyn", "NY"), "11211", "7185550133");
    vec![quillen, bluff, port, long, delphine, old, columbus, dayton, springfield, emoji]
}

fn suppliers() -> Vec<Party> {
    let ridgeline = party(RIDGELINE, "Ridgeline Pottery Works", "", "billing@ridgelinepottery.example.com");
    let mut ridgeline = person(ridgeline, "Dorothea", "Vance");
    ridgeline.list_id = Some("80010033-1710000000".to_string());
    let mut ridgeline = at(ridgeline, "77 Kiln", 2, town("Asheville", "NC"), "28801", "8285550177");
    ridgeline.tax = EXEMPT;

    let mut foshan = party(FOSHAN, "佛山市陶瓷出口 Foshan Fine Ceramics", " Co., Ltd.", "");
    foshan.town = town("Foshan", "Guangdong");
    (foshan.zip, foshan.country, foshan.currency) = ("528000".to_string(), "China", Currency::Cny);
    (foshan.tax, foshan.nulls, foshan.aside) = (EXEMPT, true, true);

    let tidewater = party(TIDEWATER, "Tidewater Linen Supply", "", "ar@tidewaterlinen.example.com");
    let mut tidewater = at(tidewater, "5 Granby", 0, town("Norfolk", "VA"), "23510", "7575550105");
    tidewater.tax = TaxTerms { status: TaxStatus::Excl, percent: Decimal::new(6, 0), name: "VA Sales Tax" };

    let bluff = party(BLUFF_SUPPLIER, "Bluff Street Market", " LLC", "wholesale@bluffstreet.example.com");
    let mut bluff = at(bluff, "7 Bluff", 0, town("Peoria", "IL"), "61602", "3095550178");
    (bluff.tax, bluff.notes) = (EXEMPT, "same company is also customer 4102");
    vec![ridgeline, foshan, tidewater, bluff]
}
