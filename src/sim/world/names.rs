//! Words that invented businesses, people, streets and goods are made of.
//!
//! Must never name a real business or person on purpose, and holds no rule.

/// A town with what contacts there share.
#[derive(Clone, Copy, Debug, Default)]
pub struct Town {
    /// Its name.
    pub city: &'static str,
    /// Two-letter state.
    pub state: &'static str,
    /// First three digits of its ZIP codes.
    pub zip: &'static str,
    /// Telephone area code.
    pub area: &'static str,
}

const fn town(city: &'static str, state: &'static str, zip: &'static str, area: &'static str) -> Town {
    Town { city, state, zip, area }
}

/// Towns of customers: most in the three states where the company collects sales tax.
pub const CUSTOMER_TOWNS: &[Town] = &[
    town("Dayton", "OH", "454", "937"),
    town("Columbus", "OH", "432", "614"),
    town("Cleveland", "OH", "441", "216"),
    town("Cincinnati", "OH", "452", "513"),
    town("Toledo", "OH", "436", "419"),
    town("Akron", "OH", "443", "330"),
    town("Chicago", "IL", "606", "312"),
    town("Naperville", "IL", "605", "630"),
    town("Springfield", "IL", "627", "217"),
    town("Peoria", "IL", "616", "309"),
    town("New York", "NY", "100", "212"),
    town("Brooklyn", "NY", "112", "718"),
    town("Queens", "NY", "113", "718"),
    town("Bronx", "NY", "104", "718"),
    town("Pittsburgh", "PA", "152", "412"),
    town("Indianapolis", "IN", "462", "317"),
    town("Grand Rapids", "MI", "495", "616"),
    town("Louisville", "KY", "402", "502"),
];

/// Towns of suppliers.
pub const SUPPLIER_TOWNS: &[Town] = &[
    town("Asheville", "NC", "288", "828"),
    town("Charlotte", "NC", "282", "704"),
    town("Norfolk", "VA", "235", "757"),
    town("Providence", "RI", "029", "401"),
    town("Newark", "NJ", "071", "973"),
    town("Milwaukee", "WI", "532", "414"),
    town("Portland", "OR", "972", "503"),
    town("Dallas", "TX", "752", "214"),
    town("Cleveland", "OH", "441", "216"),
];

/// First names; some carry accents.
pub const FIRST: &[&str] = &[
    "Amos", "Beatrice", "Calvin", "Dolores", "Edith", "Floyd", "Greta", "Hector", "Ines", "Jasper", "Katya",
    "Leland", "Mabel", "Nestor", "Opal", "Percy", "Quentin", "Renée", "Silas", "Thelma", "Ursula", "Vernon",
    "Wilma", "Xavier", "Yolanda", "Zoë", "José", "Núria", "Odell", "Marisol", "Günther", "Priya",
];

/// Family names; rare ones stand beside common ones.
pub const LAST: &[&str] = &[
    "Smith",
    "Johnson",
    "Miller",
    "Davis",
    "Garcia",
    "Brown",
    "Abendroth",
    "Birdsong",
    "Castellanos",
    "Dusenberry",
    "Eastlake",
    "Fothergill",
    "Gunderson",
    "Hollenbeck",
    "Ibarra",
    "Jankowski",
    "Kirkbride",
    "Lindqvist",
    "Macallister",
    "Norquist",
    "Oyelaran",
    "Pettibone",
    "Quackenbush",
    "Rasmussen",
    "Steinhauer",
    "Thibodeaux",
    "Underhill",
    "Vandermolen",
    "Winterbourne",
    "Yarborough",
    "Zielinski",
    "O'Connell",
    "O'Hara",
    "D'Amico",
    "Muñoz",
    "Müller",
    "Peña",
    "Ferreira",
    "Holloway",
    "Tran",
];

/// First words of business names.
pub const LEAD: &[&str] = &[
    "American",
    "National",
    "Lakeshore",
    "Great Plains",
    "Buckeye",
    "Prairie",
    "Empire",
    "Harborview",
    "Ironwood",
    "Cardinal",
    "Summit",
    "Three Rivers",
    "Old Mill",
    "Blue Heron",
    "Copper Kettle",
    "Northgate",
    "Southfield",
    "Westerly",
    "Eastbrook",
    "Golden Acorn",
    "Silver Birch",
    "Red Barn",
    "Millstone",
    "Juniper",
    "Sycamore",
    "Fairhaven",
    "Kingsbury",
    "Larkspur",
    "Meadowlark",
    "Pioneer",
    "International",
    "Midwest",
    "Tri-State",
    "Liberty",
    "Cornerstone",
    "Riverbend",
    "Stonebridge",
    "First",
];

/// What businesses do.
pub const TRADE: &[&str] = &[
    "Restaurant Supply",
    "Tableware",
    "Kitchen Company",
    "Hotel Services",
    "Catering",
    "Coffee Roasters",
    "Bakery Products",
    "Gift Gallery",
    "Home Goods",
    "Housewares",
    "Interiors",
    "Hospitality Group",
    "Food Distributors",
    "Market",
    "Provisions",
    "General Store",
    "Trading Company",
    "Linen Service",
    "Event Rentals",
    "Country Club",
    "Brewing Company",
    "Wine Merchants",
    "Tea House",
    "Inn and Suites",
    "Furniture Center",
    "Design Studio",
    "Department Store",
    "Garden Center",
    "School District",
    "Equipment Sales",
    "Manufacturing",
    "Wholesale",
];

/// What suppliers do.
pub const MAKER: &[&str] = &[
    "Pottery Works",
    "Linen Mills",
    "Glass Company",
    "Woodcraft",
    "Ceramics",
    "Textile Manufacturing",
    "Packaging Products",
    "Cutlery",
    "Metal Works",
    "Freight Lines",
    "Paper Products",
    "Importers",
];

/// Legal forms as Cin7 users type them; the empty ones are businesses without one.
pub const LEGAL: &[&str] =
    &["", "", "", " Inc", ", Inc.", " LLC", ", LLC", " Corp", " Corporation", " Co.", " Ltd"];

/// Streets.
pub const STREET: &[&str] = &[
    "Main",
    "Oak",
    "Maple",
    "Cedar",
    "Washington",
    "Lake",
    "Mill",
    "Industrial",
    "Commerce",
    "Market",
    "Broadway",
    "Highland",
    "Franklin",
    "Walnut",
    "Chestnut",
    "Ridge",
    "Valley",
    "Railroad",
    "Harbor",
    "Front",
    "Bridge",
    "Prospect",
];

/// Kinds of street: as written in full and as cut short.
pub const STREET_KIND: &[(&str, &str)] =
    &[("Street", "St"), ("Avenue", "Ave"), ("Road", "Rd"), ("Boulevard", "Blvd"), ("Drive", "Dr")];

/// Words and their short forms, as a bookkeeper types names into QuickBooks.
pub const SHORT: &[(&str, &str)] = &[
    ("International", "Intl"),
    ("Manufacturing", "Mfg"),
    ("Company", "Co"),
    ("Distributors", "Dist"),
    ("Equipment", "Equip"),
    ("Services", "Svcs"),
    ("Products", "Prod"),
    ("National", "Natl"),
    ("First", "1st"),
    ("Center", "Ctr"),
    ("Group", "Grp"),
];

/// Hosts of mail that many people share.
pub const FREE_MAIL: &[&str] = &["example.net", "mail.example.org"];

/// Colours of goods.
pub const COLOR: &[&str] = &["Sage", "Indigo", "Charcoal", "Ivory", "Rust", "Slate"];

/// Goods beside those of the samples: style, name, wholesale price in hundredths.
pub const GOODS: &[(&str, &str, i64)] = &[
    ("PLATE-10", "Stoneware Dinner Plate 10in", 1150),
    ("BOWL-SRV", "Serving Bowl 3qt", 2475),
    ("PITCH-2Q", "Glass Pitcher 2qt", 1625),
    ("RUNNER", "Linen Table Runner", 2899),
    ("BOARD-WAL", "Walnut Cutting Board", 3450),
    ("JAR-CORK", "Cork Lid Storage Jar", 725),
    ("KNIFE-CH", "Cheese Knife Set", 1990),
    ("CANDLE-8", "Beeswax Candle 8in", 465),
    ("TEAPOT", "Cast Iron Teapot", 4200),
    ("TOWEL-W", "Waffle Kitchen Towel", 615),
];
