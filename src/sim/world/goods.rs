//! Branches, products with their options, and stock of the seeded world.
//!
//! Must keep the awkward shapes of `cin7-api.md` 5.6: an option id that repeats once per size, a disabled variant
//! without cost, a kit, an inactive product with negative stock.

use super::json::{Json, Record};
use super::names;
use rust_decimal::Decimal;

/// One thing that can stand on a document line.
#[derive(Clone, Debug)]
pub struct Good {
    /// Product id.
    pub product: i64,
    /// Option id.
    pub option: i64,
    /// Code (SKU).
    pub code: String,
    /// Name of the product.
    pub name: &'static str,
    /// Style code.
    pub style: &'static str,
    /// First option text.
    pub option1: &'static str,
    /// Wholesale price.
    pub price: Decimal,
    /// Cost; none for a kit.
    pub cost: Option<Decimal>,
    /// Sizes of the option.
    pub sizes: &'static [&'static str],
    /// GL accounts for sales and purchases.
    pub accounts: Option<(&'static str, &'static str)>,
    /// A kit of other goods.
    pub kit: bool,
    /// Disabled option or inactive product: on no new document.
    pub retired: bool,
}

/// Place of the mug in [`goods`]: part of the kit.
pub const MUG: usize = 0;
/// Place of the tray: part of the kit.
pub const TRAY: usize = 1;
/// Place of the kit.
pub const KIT: usize = 2;
/// Place of the sized apron.
pub const APRON: usize = 3;
/// Branches: id and name, as QuickBooks' classes are named too.
pub const BRANCHES: [(i64, &str); 2] = [(3, "Main Warehouse"), (4, "Columbus Showroom")];
/// Mail address of the branches.
pub const BRANCH_EMAIL: &str = "warehouse@harborgoods.example.com";
/// Day on which the catalogue was made.
const CATALOGUE: &str = "2024-04-02T15:00:00Z";
/// GL accounts of ordinary goods: sales, purchases.
const ORDINARY: Option<(&str, &str)> = Some(("4000", "1400"));

/// Everything that is sold and bought.
#[must_use]
pub fn goods() -> Vec<Good> {
    let good = |product, option, code: &str, name, style, option1, price, cost| Good {
        product,
        option,
        code: code.to_string(),
        name,
        style,
        option1,
        price: Decimal::new(price, 2),
        cost: Some(Decimal::new(cost, 4)),
        sizes: &[],
        accounts: ORDINARY,
        kit: false,
        retired: false,
    };
    let mug = "Harbor Stoneware Mug 12oz";
    let mut all = vec![
        good(501, 901, "MUG-BLU-12", mug, "MUG", "Blue", 950, 41_275),
        good(502, 903, "TRAY-OAK-L", "Oak Serving Tray", "TRAY-OAK", "Natural", 3_200, 149_000),
        Good {
            kit: true,
            cost: None,
            ..good(503, 904, "KIT-BREAKFAST", "Breakfast Gift Set (1 tray, 2 mugs)", "KIT", "", 7_900, 0)
        },
        Good {
            sizes: &["S", "M"],
            ..good(506, 908, "APRON-NVY", "Canvas Apron (sized)", "APRON", "Navy", 2_200, 110_000)
        },
        good(501, 902, "MUG-WHT-12", mug, "MUG", "White", 950, 40_000),
        Good {
            accounts: None,
            ..good(
                504,
                905,
                "CAFÉ-Ñ-01",
                "Café Señor “Niño” Ceramic Pour-Over — 陶器 ☕",
                "CAFE",
                "",
                1_833,
                77_700,
            )
        },
        good(505, 906, "LINEN-NAP-S4", "Linen Napkin Set of 4", "LINEN-NAP", "Sage", 2_199, 83_333),
        Good { retired: true, cost: None, ..good(501, 907, "MUG-RED-12", mug, "MUG", "Red", 950, 0) },
        Good { retired: true, ..good(507, 909, "OLD-BOWL", "Discontinued Bowl", "OLD", "", 500, 0) },
    ];
    for (place, (style, name, price)) in (0_i64..).zip(names::GOODS) {
        for (step, color) in
            (0_i64..).zip(names::COLOR.iter().skip(usize::try_from(place % 3).unwrap_or(0)).take(2))
        {
            let code = format!("{style}-{}", color.to_uppercase());
            let cost = price * 42 + place * 13 + step;
            all.push(good(510 + place, 920 + place * 2 + step, &code, name, style, color, *price, cost));
        }
    }
    all
}

/// Products as Cin7's resource shows them.
#[must_use]
pub fn product_records(goods: &[Good]) -> Vec<Record> {
    let mut ids: Vec<i64> = goods.iter().map(|good| good.product).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().filter_map(|id| product_record(id, goods)).collect()
}

fn product_record(id: i64, goods: &[Good]) -> Option<Record> {
    let first = goods.iter().find(|good| good.product == id)?;
    let options: Vec<Json> =
        goods.iter().filter(|good| good.product == id).flat_map(option_records).map(Json::from).collect();
    let zero = || Json::from(Decimal::ZERO);
    let mut record = Record::new(vec![
        ("id", id.into()),
        ("status", if first.style == "OLD" { "Inactive" } else { "Public" }.into()),
        ("createdDate", CATALOGUE.into()),
        ("modifiedDate", "2025-12-01T09:00:00Z".into()),
        ("styleCode", first.style.into()),
        ("name", first.name.into()),
        ("description", "".into()),
        ("tags", "".into()),
        ("images", Json::List(Vec::new())),
        ("pdfUpload", "".into()),
        ("pdfDescription", "".into()),
        ("supplierId", super::regulars::RIDGELINE.into()),
        ("brand", "Harbor Goods".into()),
        ("category", "Tableware".into()),
        ("subCategory", "".into()),
        ("categoryIdArray", Json::List(vec![Json::Whole(11)])),
        ("channels", "Shopify".into()),
        ("weight", Decimal::new(4, 1).into()),
    ]);
    record.extend(vec![
        ("height", zero()),
        ("width", zero()),
        ("length", zero()),
        ("volume", zero()),
        ("stockControl", if first.kit { "Undefined" } else { "FIFO" }.into()),
        ("orderType", if first.kit { "Kit" } else { "Order" }.into()),
        ("productType", "".into()),
        ("productSubtype", "".into()),
        ("projectName", "".into()),
        ("optionLabel1", "Color".into()),
        ("optionLabel2", "".into()),
        ("optionLabel3", "".into()),
        ("salesAccount", first.accounts.map(|(sales, _)| sales).into()),
        ("purchasesAccount", first.accounts.map(|(_, purchases)| purchases).into()),
        ("importCustomsDuty", "".into()),
        ("sizeRangeId", i64::from(!first.sizes.is_empty()).into()),
        ("customFields", Record::default().into()),
        ("productOptions", Json::List(options)),
    ]);
    Some(record)
}

/// An option as Cin7's resource shows it, once per size.
#[must_use]
pub fn option_records(good: &Good) -> Vec<Record> {
    if good.sizes.is_empty() {
        return vec![option_record(good, None, 0)];
    }
    (1_i64..).zip(good.sizes).map(|(id, size)| option_record(good, Some(size), id)).collect()
}

fn option_record(good: &Good, size: Option<&'static str>, size_id: i64) -> Record {
    let size_code = size.map_or(String::new(), |size| format!("{}-{size}", good.code));
    let stock = if good.kit || good.retired { Decimal::ZERO } else { Decimal::from(120 + good.option % 90) };
    let columns = Record::new(vec![
        ("retailUSD", (good.price * Decimal::TWO).into()),
        ("wholesaleUSD", good.price.into()),
        ("vipusd", Decimal::ZERO.into()),
        ("costUSD", good.cost.into()),
        ("specialPrice", Decimal::ZERO.into()),
    ]);
    Record::new(vec![
        ("id", good.option.into()),
        ("createdDate", CATALOGUE.into()),
        ("modifiedDate", "2025-12-01T09:00:00Z".into()),
        ("status", if good.retired { "Disabled" } else { "Primary" }.into()),
        ("productId", good.product.into()),
        ("code", good.code.clone().into()),
        ("barcode", barcode(good).into()),
        ("productOptionCode", good.code.clone().into()),
        ("productOptionSizeCode", size_code.into()),
        ("productOptionBarcode", barcode(good).into()),
        ("productOptionSizeBarcode", "".into()),
        ("supplierCode", "".into()),
        ("option1", good.option1.into()),
        ("option2", "".into()),
        ("option3", "".into()),
        ("optionWeight", Decimal::new(4, 1).into()),
        ("size", size.into()),
        ("sizeId", size_id.into()),
        ("retailPrice", (good.price * Decimal::TWO).into()),
        ("wholesalePrice", good.price.into()),
        ("vipPrice", Decimal::ZERO.into()),
        ("specialPrice", Json::Null),
        ("specialsStartDate", Json::Null),
        ("specialDays", 0_i64.into()),
        ("stockAvailable", stock.into()),
        ("stockOnHand", stock.into()),
        ("uomOptions", Json::List(Vec::new())),
        ("image", Json::Null),
        ("priceColumns", columns.into()),
    ])
}

/// The bar code of an option.
#[must_use]
pub fn barcode(good: &Good) -> String {
    format!("08600012{:05}", 34_000 + good.option)
}

/// Stock of every option in every branch; quantities only (`cin7-api.md` 5.7).
#[must_use]
pub fn stock_records(goods: &[Good]) -> Vec<Record> {
    let mut rows = Vec::new();
    for good in goods {
        let sizes: Vec<Option<&'static str>> = if good.sizes.is_empty() {
            vec![None]
        } else {
            good.sizes.iter().map(|size| Some(*size)).collect()
        };
        for size in sizes {
            for (branch, branch_name) in BRANCHES {
                rows.push(stock_record(good, size, branch, branch_name));
            }
        }
    }
    rows
}

fn stock_record(good: &Good, size: Option<&'static str>, branch: i64, branch_name: &'static str) -> Record {
    let here = branch == 3;
    let on_hand = match (good.style, good.kit, here) {
        ("OLD", _, true) => Decimal::from(-2),
        (_, true, _) | ("OLD", _, false) => Decimal::ZERO,
        (_, _, true) => Decimal::from(120 + good.option % 90),
        (_, _, false) => Decimal::from(good.option % 13),
    };
    let open = if here && !good.kit { Decimal::from(good.option % 7) } else { Decimal::ZERO };
    Record::new(vec![
        ("productId", good.product.into()),
        ("productOptionId", good.option.into()),
        ("modifiedDate", "2026-01-01T05:28:32Z".into()),
        ("styleCode", good.style.into()),
        ("code", good.code.clone().into()),
        ("barcode", barcode(good).into()),
        ("branchId", branch.into()),
        ("branchName", branch_name.into()),
        ("productName", good.name.into()),
        ("option1", good.option1.into()),
        ("option2", Json::Null),
        ("option3", Json::Null),
        ("size", size.into()),
        ("available", (on_hand - open).into()),
        ("stockOnHand", on_hand.into()),
        ("openSales", open.into()),
        ("incoming", Decimal::ZERO.into()),
        ("virtual", if good.kit { Decimal::from(40) } else { Decimal::ZERO }.into()),
        ("holding", Decimal::ZERO.into()),
    ])
}

/// The branches as Cin7's resource shows them.
#[must_use]
pub fn branch_records() -> Vec<Record> {
    BRANCHES.into_iter().map(branch_record).collect()
}

fn branch_record((id, name): (i64, &'static str)) -> Record {
    let mut record = Record::new(vec![
        ("id", id.into()),
        ("branchType", "Warehouse".into()),
        ("stockControlOptions", "".into()),
        ("taxStatus", "Excl".into()),
        ("accountNumber", "".into()),
        ("branchLocations", Json::List(Vec::new())),
        ("createdDate", "2023-01-02T15:00:00Z".into()),
        ("modifiedDate", "2025-06-01T15:00:00Z".into()),
        ("isActive", true.into()),
        ("company", name.into()),
    ]);
    for field in ["firstName", "lastName", "jobTitle"] {
        record.push(field.into(), "".into());
    }
    record.extend(vec![
        ("email", BRANCH_EMAIL.into()),
        ("website", "".into()),
        ("phone", "".into()),
        ("fax", "".into()),
        ("mobile", "".into()),
        ("address1", "900 Dock St".into()),
        ("address2", "".into()),
        ("city", "Cleveland".into()),
        ("state", "OH".into()),
        ("postCode", "44113".into()),
        ("country", "United States".into()),
    ]);
    for field in [
        "postalAddress1",
        "postalAddress2",
        "postalCity",
        "postalPostCode",
        "postalState",
        "postalCountry",
        "notes",
    ] {
        record.push(field.into(), "".into());
    }
    record.extend(vec![
        ("integrationRef", "".into()),
        ("customFields", Record::default().into()),
        ("secondaryContacts", Json::List(Vec::new())),
    ]);
    record
}
