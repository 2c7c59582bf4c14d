//! The word tables of matching: business abbreviations, legal forms, nicknames, street words, free mail hosts.
//!
//! Must hold ordinary American usage only, never a word learnt from a labelled file: the program is judged on files
//! that nobody tunes against (`matching.md` 1-2).

use std::collections::HashMap;
use std::sync::LazyLock;

/// First the compared form, then the spellings that mean the same word in a business name.
const SAME_WORD: &str = "
academy acad|acceptance accep|accounting acctg|administration admin|advanced adv|advertising advtg advert|agency agcy|air|aluminum alum
american amer amern|and|apartments apts|architects arch|associate associates assoc assocs assn association|automotive auto automobile
avenue ave|aviation avn|bancorp bncp|bancshares bancshs bshs|bank bk|bankers bkrs|beverage bev beverages|broadcasting brdcstg
brother brothers bros bro|build building bldg buildings bldgs|business bus|cabinet cabinets cab|canadian cdn|casualty cas|catering catg
center centers centre ctr cntr ctrs|central cent cntrl|chemical chem chemicals|clothing clthg|college coll|commercial comm coml
communication communications commun comms|component components comp|computer computers cmptr|concrete conc|condominium condo
construction const constr|consulting cons consultants consultant|container cont|continental contl|contractor contractors contr contracting
control controls ctrl ctrls|cooperative coop|cosmetics cosm|county cnty|custom cstm|customer cust|delivery dlvry|dental dntl
department dept depts|design designs dsgn|development dev devel|direct dir|discount disc
distribution dist distr distrib distributor distributors distributing|district|diversified divers|division div|east|eastern estn
education educ educational|electric elec electrical elect|electronic electronics electr elecs|energy enrgy engy
engineer eng engr engineering engrg|enterprise enterprises ent entr|entertainment entmt|environmental env envir|equipment equip eqpt eqp
exchange exch|exploration expl explor|export exports exp|express xpress|fabrication fab fabricators fabricating|federal fed
finance financial fin fincl finl|first 1st|flooring flrg|food foods|foundation fdn found|freight frt|furnishings furng|furniture furn
garden gardens gdn|general gen genl|glass gls|government govt|graphic graphics grph|great grt|group grp groups|guaranty gty
hardware hdwe hdw|health hlth|heating htg|heavy hvy|holding holdings hldg hldgs|home homes|hospital hosp|hotel htl
import imports imp importers|improvement imprv|independent indep|industry industries ind inds indus industrial|information info
institute inst|instrument instruments instr|insurance ins|international intl internatl|interstate intst|investment investments inv invest
jewelers jwlrs jewelry jwlry|junior jr|kitchen kitchens ktchn|laboratory lab labs laboratories|landscape landscaping lndscp|laundry lndry
leasing lsg lsng|library lib|light lighting ltg|logistics logist|lumber lbr|machine mach machinery machining machs|maintenance maint
management mgmt mgt mngmt|manufacturing mfg manufacturer manufacturers mfr mfrs manuf|marine mar|market mkt markets|marketing mktg mktng
material materials matl matls|mechanical mech|medical med|memorial meml mem|merchandise mdse|metal metals mtl|metropolitan metro
mortgage mtg|motor mtr motors mtrs|mount mt|mountain mtn|municipal muni|museum|mutual mut|national natl nat|network networks ntwk|north
northeast ne|northern nthn|northwest nw|number no|nursery nrsy|office ofc offices|operation operations ops|optical opt|organization org
outdoor outdr|pacific pac|package packaging pkg packages pkgng|paint painting pntg|park pk|partner partners ptnr ptnrs|parts pts
petroleum pete petr petro petrol|pharmacy pharm pharmaceutical pharmaceuticals|photography photo|plastic plastics plas|plumbing plbg plmb
plywood plwd|power pwr|precision prec|preferred pfd|print printing prtg printers|product products prod prods|production productions
professional prof profl|property properties prop props|public pub|publishing publ|quality qual qlty|railroad rr|railway ry rwy|realty rlty
recreation rec|refrigeration refrig|rehabilitation rehab|reinsurance reins|rental rentals rent|repair repairs rpr|research res
resource resources rsrc rsrcs|restaurant restaurants rest|retail rtl|roofing rfg|rubber rbr|saint st|sales sls sale|savings svgs svg
school schl sch schools|science sciences sci|second 2nd|security sec|semiconductor semicond semicon
service services svc svcs serv srvc srv srvcs|shop shoppe shops|sign signs|society soc|software|solution solutions soln solns|son sons
south|southeast se|southern sthn|southwest sw|specialty spec specialties spclty|sport sports|stainless stnls|standard std|station sta
steel stl|storage stor|store stores|structural struct|studio studios|supply sup supplies suppl splys sply supp|surgical surg
surveying survg|system systems sys syst|technical|technology tech technologies techn|telecommunications telecom telecomm|telephone tel
textile textiles txtl|theater theatre|third 3rd|tire tires|tool tools tooling|township twp|trade trading trdg|transmission
transport trans transp transportation|truck trucks trk|trucking trkg|united utd|universal univl|university univ|upholstery uphol
utility utilities util utils|valley vly|vehicle vehicles veh|veterinary vet|village vlg|warehouse whse|water wtr|welding wldg|west
western wstn|wholesale whsl whlse|wire wires|wood woods|woodworking wdwkg|works wks
";

/// Legal forms: set aside wherever they stand.
const LEGAL_ANYWHERE: &[(&str, &str)] = &[
    ("inc", "inc"),
    ("incorporated", "inc"),
    ("incorp", "inc"),
    ("llc", "llc"),
    ("corp", "corp"),
    ("corporation", "corp"),
    ("ltd", "ltd"),
    ("limited", "ltd"),
    ("llp", "llp"),
    ("pllc", "pllc"),
    ("plc", "plc"),
    ("gmbh", "gmbh"),
    ("nv", "nv"),
    ("bv", "bv"),
    ("pty", "pty"),
    ("lllp", "lllp"),
];

/// Legal forms that are ordinary words or letters too: set aside only at the end of a name.
const LEGAL_AT_END: &[(&str, &str)] = &[
    ("co", "co"),
    ("company", "co"),
    ("cp", "corp"),
    ("cos", "co"),
    ("lp", "lp"),
    ("pc", "pc"),
    ("pa", "pa"),
    ("lc", "lc"),
    ("na", "na"),
    ("sa", "sa"),
    ("ag", "ag"),
    ("spa", "spa"),
    ("se", "se"),
    ("ab", "ab"),
    ("plc", "plc"),
    ("kg", "kg"),
    ("oy", "oy"),
];

/// Words that say nothing about whose name it is.
const STOP_WORDS: &[&str] = &["the", "and", "of", "a", "an"];

/// Words that come and go behind a business' name without changing whose name it is.
const WEAK_WORDS: &[&str] = &[
    "group",
    "holding",
    "international",
    "usa",
    "us",
    "america",
    "enterprise",
    "worldwide",
    "global",
    "intl",
    "associate",
    "partner",
    "main",
    "site",
    "location",
    "unlimited",
    "ventures",
    "industry",
    "organization",
    "restaurant",
    "cafe",
    "inn",
    "center",
    "office",
];

/// Words of which a name is made that stands for nobody in particular: "Cash Sale", "Walk-in Customer" (`matching.md` 7).
const NOBODY_WORDS: &[&str] = &[
    "cash",
    "sale",
    "sales",
    "walk",
    "in",
    "walkin",
    "counter",
    "retail",
    "customer",
    "customers",
    "client",
    "vendor",
    "vendors",
    "supplier",
    "buyer",
    "guest",
    "misc",
    "miscellaneous",
    "various",
    "general",
    "default",
    "unknown",
    "anonymous",
    "one",
    "time",
    "onetime",
    "web",
    "online",
    "internet",
    "order",
    "orders",
    "petty",
    "test",
    "dummy",
    "none",
    "na",
    "other",
    "others",
    "sundry",
    "name",
    "no",
    "new",
    "account",
    "to",
    "be",
    "tbd",
    "do",
    "not",
    "use",
];

/// What tells father and son of one name apart, and whether it is a number: "2nd" is a word of businesses too.
const GENERATIONS: &[(&str, u8, bool)] = &[
    ("sr", 1, false),
    ("senior", 1, false),
    ("jr", 2, false),
    ("junior", 2, false),
    ("ii", 2, true),
    ("2nd", 2, true),
    ("iii", 3, true),
    ("3rd", 3, true),
    ("iv", 4, true),
    ("4th", 4, true),
];

/// Words that split a text into two names of one business (`matching.md` 2.1).
const ALIAS_MARKS: &[&str] = &["dba", "aka", "fka", "attn"];

/// The words behind a dash or in parentheses that only say on which list the record stands (`matching.md` 1).
const LIST_TAILS: &[&str] = &[
    "v",
    "ven",
    "vend",
    "vendor",
    "vendors",
    "supplier",
    "c",
    "cu",
    "cust",
    "customer",
    "customers",
    "client",
];

/// Given names with the short forms in use for them; a short form may belong to several.
const NICKNAMES: &str = "
abigail abby gail|abraham abe|albert al bert|alexander alex al sandy|alexandra alex sandy|alfred al fred|allison ally|amanda mandy
andrea andy|andrew andy drew|angela angie|anthony tony|antonio tony|arthur art|barbara barb babs|benjamin ben benny|bernard bernie
beverly bev|bradley brad|bradford brad|brenda bren|calvin cal|cameron cam|catherine cathy kate katie cat|charles charlie chuck chas|charlotte lottie
christina chris tina christy|christine chris chrissy tina|christopher chris topher|clifford cliff|constance connie|curtis curt|cynthia cindy|daniel dan danny
david dave davey|deborah deb debbie debra|dennis denny|dominic dom|donald don donny|dorothy dot dottie|douglas doug|edgar ed|edmund ed|edward ed eddie ted ned|edwin ed
eleanor ellie nell|elizabeth liz beth betty lizzie betsy eliza|emily em|ernest ernie|eugene gene|florence flo|frances fran|francis frank fran|francisco frank paco
frank franklin|frederick fred freddy rick|gabriel gabe|gary|george|gerald gerry jerry|geraldine gerry|gilbert gil|gregory greg|gwendolyn gwen|harold hal harry|harriet hattie
helen nell|henry hank harry|herbert herb|howard howie|irving irv|isaac ike|jacob jake|jacqueline jackie|james jim jimmy jamie|janet jan|janice jan|jason jay|jean jeanne
jeffrey jeff geoff|jennifer jen jenny|jeremy jerry|jerome jerry|jesse jess|jessica jess|john jack johnny jon|jonathan jon|jose pepe joe|joseph joe joey|josephine jo josie
joshua josh|joyce|judith judy|julia julie|katherine kathy kate katie kat|kathleen kathy kate katie|kathryn kathy kate katie|kenneth ken kenny|kimberly kim|kristin kris|kristina kris tina
larry lawrence laurence|laura laurie|leonard leo len lenny|leslie les|lillian lil|louis lou|louise lou|lucille lucy|madeline maddy|margaret peggy peg maggie meg marge margie
maria mary|marianne|marilyn|marjorie marge|martha marty|martin marty|marvin marv|matthew matt|maximilian max|megan meg|melissa missy mel|melvin mel|michael mike mickey mick mitch
michelle shelly|mildred millie|mitchell mitch|nancy nan|nathan nate|nathaniel nate nat|nicholas nick nicky|nicole nicky nikki|norman norm|oliver ollie|pamela pam|patricia pat patty trish tricia
patrick pat paddy|peter pete|philip phil phillip|priscilla cilla|rachel rae|randall randy|randolph randy|raymond ray|rebecca becky becca|reginald reggie|richard rick dick rich ricky|robert bob rob bobby robbie bert
roberta bobbie|rodney rod|roger rog|roland rollie|ronald ron ronnie|rosemary rose rosie|roy|russell russ|ruth|samantha sam sammy|samuel sam sammy|sandra sandy|sarah sally|scott scotty
sharon shari|shirley|sidney sid|solomon sol|stanley stan|stephanie steph|stephen steve|steven steve stephen|stuart stu stewart|susan sue susie suzy|suzanne sue|sylvester sly|teresa terri terry tess|terrence terry
thaddeus ted|theodore ted teddy theo|theresa terri terry tess|thomas tom tommy|timothy tim timmy|valerie val|vanessa nessa|victor vic|victoria vicky tori|vincent vince vinny|virginia ginny|vivian viv|walter walt wally
wallace wally|warren|wendy|wesley wes|wilbur will|wilfred will fred|william bill billy will willie liam|winifred winnie|zachary zach zack
";

/// First the short form that the postal service uses, then its long forms.
const STREET_WORDS: &str = "
st street str|ave avenue av|rd road|blvd boulevard|dr drive|ln lane|pkwy parkway pky|hwy highway|ct court|way|pl place|ter terrace terr
cir circle|sq square|trl trail|tpke turnpike|expy expressway|fwy freeway|plz plaza|aly alley|xing crossing|loop|pike|row|run|walk
n north|s south|e east|w west|ne northeast|nw northwest|se southeast|sw southwest|rte route rt|cv cove|pt point|bnd bend|brg
";

/// What starts the part of an address line inside a building.
const UNIT_WORDS: &[&str] = &[
    "suite",
    "ste",
    "unit",
    "apt",
    "apartment",
    "fl",
    "floor",
    "rm",
    "room",
    "bldg",
    "building",
    "dept",
    "lot",
    "spc",
    "space",
    "flat",
    "bsmt",
    "basement",
    "rear",
];

/// Mail hosts that anybody may use: such a domain says nothing about the business.
const FREE_MAIL: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "ymail.com",
    "rocketmail.com",
    "aol.com",
    "aim.com",
    "hotmail.com",
    "outlook.com",
    "live.com",
    "msn.com",
    "comcast.net",
    "att.net",
    "sbcglobal.net",
    "bellsouth.net",
    "verizon.net",
    "icloud.com",
    "me.com",
    "mac.com",
    "cox.net",
    "charter.net",
    "earthlink.net",
    "juno.com",
    "netzero.net",
    "mail.com",
    "protonmail.com",
    "proton.me",
    "gmx.com",
    "frontier.com",
    "frontiernet.net",
    "windstream.net",
    "centurylink.net",
    "optonline.net",
    "roadrunner.com",
    "rr.com",
    "qwest.net",
    "pacbell.net",
    "swbell.net",
    "ameritech.net",
    "zoho.com",
    "yandex.com",
    "fastmail.com",
    "hey.com",
    "mindspring.com",
];

fn table(rows: &'static str) -> HashMap<&'static str, &'static str> {
    let mut map = HashMap::new();
    for row in rows.split(['|', '\n']) {
        let mut words = row.split_whitespace();
        let Some(first) = words.next() else { continue };
        for word in std::iter::once(first).chain(words) {
            map.entry(word).or_insert(first);
        }
    }
    map
}

static WORDS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| table(SAME_WORD));
static SPELLINGS: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let rows = SAME_WORD.split(['|', '\n']).map(|row| row.split_whitespace().collect::<Vec<_>>());
    rows.filter_map(|row| Some((*row.first()?, row))).collect()
});
static STREETS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| table(STREET_WORDS));
static NICKS: LazyLock<HashMap<&str, Vec<usize>>> = LazyLock::new(|| {
    let mut map: HashMap<&str, Vec<usize>> = HashMap::new();
    for (family, row) in NICKNAMES.split(['|', '\n']).enumerate() {
        for word in row.split_whitespace() {
            map.entry(word).or_default().push(family);
        }
    }
    map
});

/// The compared form of a word of a business name.
pub(super) fn business_word(word: &str) -> &str {
    WORDS.get(word).copied().unwrap_or(word)
}

/// All spellings of a word of trade, given its compared form.
pub(super) fn spellings(compared: &str) -> &'static [&'static str] {
    SPELLINGS.get(compared).map_or(&[], Vec::as_slice)
}

/// Whether the word is one of trade at large ("supply", "group"), common in every list of businesses.
pub(super) fn is_generic(word: &str) -> bool {
    WORDS.contains_key(word)
}

/// The legal form that the word stands for, if it does at this place of the name.
pub(super) fn legal_form(word: &str, at_end: bool) -> Option<&'static str> {
    let find = |rows: &[(&str, &'static str)]| rows.iter().find(|(w, _)| *w == word).map(|(_, form)| *form);
    find(LEGAL_ANYWHERE).or_else(|| if at_end { find(LEGAL_AT_END) } else { None })
}

/// Whether the word carries no identity.
pub(super) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(&word)
}

/// Whether a business may bear the word one day and drop it the next.
pub(super) fn is_weak(word: &str) -> bool {
    WEAK_WORDS.contains(&word)
}

/// Legal forms and words that come and go, as they are written in full.
const LONG: [&str; 9] = [
    "incorporated",
    "corporation",
    "company",
    "limited",
    "holdings",
    "group",
    "international",
    "associates",
    "enterprises",
];
/// A slip in a shorter word makes another one: "hotings" is no "holdings", "croup" no "group".
const LONG_ENOUGH_FOR_A_SLIP: usize = 7;

/// Whether the word is the cut beginning of a legal form or of a word that comes and goes, or one with a slip in it:
/// "incorporat", "hold", "coporation".
pub(super) fn begins_weak(word: &str) -> bool {
    let slip = |long: &str| {
        long.len() >= LONG_ENOUGH_FOR_A_SLIP
            && word.len() + 1 >= LONG_ENOUGH_FOR_A_SLIP
            && super::slips::within(word, long, 1).is_some()
    };
    word.len() > 1 && LONG.iter().any(|long| long.starts_with(word) || slip(long))
}

/// Whether a lone letter may be what a cut left of a legal form or of a word that comes and goes: "Acme Tools I".
pub(super) fn begins_form(letter: &str) -> bool {
    LONG.iter().any(|long| long.starts_with(letter))
}

/// "productscorp" is "products" and "corp": a blank was lost before the legal form. Only behind a word of trade, since many a
/// business is called so in one word ("Unicorp").
pub(super) fn split_form(word: &str) -> Option<(&str, &str)> {
    const GLUED: [&str; 6] = ["inc", "llc", "corp", "ltd", "company", "corporation"];
    let form = GLUED.iter().find(|form| word.ends_with(**form))?;
    let (before, form) = word.split_at_checked(word.len() - form.len())?;
    (before.len() > 3 && is_generic(business_word(before))).then_some((before, form))
}

/// Whether the word may stand in a name of nobody in particular.
pub(super) fn is_of_nobody(word: &str) -> bool {
    NOBODY_WORDS.contains(&word)
}

/// Which generation of a family the word names, as it was written, and whether by a number.
pub(super) fn generation(word: &str) -> Option<(u8, bool)> {
    GENERATIONS.iter().find(|(known, ..)| *known == word).map(|(_, number, by_number)| (*number, *by_number))
}

/// Whether the word at the end of a name is only a generation: "Smith Jr", but not "Farms II".
pub(super) fn is_generation_only(word: &str) -> bool {
    generation(word).is_some_and(|(_, by_number)| !by_number)
}

/// Whether the word says "company".
pub(super) fn is_company(word: &str) -> bool {
    matches!(word, "co" | "company" | "cos" | "companies")
}

/// Whether a word in parentheses makes no name by itself: "(USA)", "(The)", "(Inc)".
pub(super) fn is_mere(word: &str) -> bool {
    is_stop_word(word) || is_weak(word) || legal_form(word, true).is_some()
}

/// Whether the word separates two names of one business.
pub(super) fn is_alias_mark(word: &str) -> bool {
    ALIAS_MARKS.contains(&word)
}

/// Whether the word only says on which list the record stands.
pub(super) fn is_list_tail(word: &str) -> bool {
    LIST_TAILS.contains(&word)
}

/// Whether two given names are forms of one name.
pub(super) fn same_given_name(a: &str, b: &str) -> bool {
    match (NICKS.get(a), NICKS.get(b)) {
        (Some(x), Some(y)) => x.iter().any(|family| y.contains(family)),
        _ => false,
    }
}

/// The postal short form of a street word or direction, if it is one.
pub(super) fn street_word(word: &str) -> Option<&'static str> {
    STREETS.get(word).copied()
}

/// Whether the word names a kind of street, as the last word of a line that has no house number.
pub(super) fn is_street_kind(word: &str) -> bool {
    street_word(word).is_some_and(|short| {
        short.len() > 1 && !matches!(short, "ne" | "nw" | "se" | "sw" | "pt" | "row" | "run" | "walk" | "way")
    })
}

/// Whether the word starts the part inside a building.
pub(super) fn is_unit_word(word: &str) -> bool {
    UNIT_WORDS.contains(&word)
}

/// Whether anybody may have an address at this mail host.
pub(super) fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.contains(&domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_and_plurals_meet_in_one_word() {
        assert_eq!(business_word("svcs"), business_word("service"));
        assert_eq!(business_word("bros"), business_word("brothers"));
        assert_eq!(business_word("1st"), "first");
        assert_eq!(business_word("thibodeaux"), "thibodeaux");
    }

    #[test]
    fn company_is_a_legal_form_at_the_end_only() {
        assert_eq!(legal_form("company", true), Some("co"));
        assert_eq!(legal_form("company", false), None);
        assert_eq!(legal_form("llc", false), Some("llc"));
    }

    #[test]
    fn short_given_names_belong_to_their_long_forms() {
        assert!(same_given_name("bob", "robert"));
        assert!(same_given_name("pat", "patricia") && same_given_name("pat", "patrick"));
        assert!(!same_given_name("bob", "linda"));
    }
}
