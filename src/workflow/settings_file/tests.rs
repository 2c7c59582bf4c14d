//! What the settings file promises: everything wrong at once, with lines and suggestions; comments and order kept.

use super::*;
use crate::base::EditSequence;
use crate::books::{Account, AccountType, Item, ItemKind, ListEntry, ListRef};
use uuid::Uuid;

fn sample() -> Settings {
    Settings { company_id: Uuid::from_u128(1), ..Settings::default() }
}

fn no_lists(_: &str, name: &str) -> Result<toml::Value> {
    Err(wrong(format!("no `{name}`")))
}

const ID: &str = "company_id = \"00000000-0000-0000-0000-000000000001\"\n";

fn account(id: &str, name: &str, kind: AccountType) -> ListEntry {
    ListEntry::Account(Account {
        id: id.into(),
        full_name: name.into(),
        number: String::new(),
        kind,
        active: true,
        special: String::new(),
        edit_sequence: EditSequence::default(),
    })
}

fn item(id: &str, name: &str, kind: ItemKind) -> ListEntry {
    ListEntry::Item(Item {
        id: id.into(),
        full_name: name.into(),
        kind,
        active: true,
        account: None,
        expense_account: None,
        asset_account: None,
        tax_rate: None,
        tax_agency: None,
        members: Vec::new(),
        external_guid: String::new(),
        edit_sequence: EditSequence::default(),
    })
}

fn lists() -> Directory {
    Directory::of(vec![
        account("A1", "Inventory Asset", AccountType::OtherCurrentAsset),
        account("A2", "Cost of Goods Sold", AccountType::CostOfGoodsSold),
        account("A3", "Accounts Payable", AccountType::AccountsPayable),
        item("I1", "Sales", ItemKind::Service),
        item("I2", "Widget", ItemKind::Inventory),
    ])
}

fn problems(text: &str) -> String {
    parse_with(text, &lists(), &|_| true).unwrap_err().happened
}

#[test]
fn what_is_written_reads_back_the_same() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &sample()).unwrap();
    assert_eq!(read(dir.path()).unwrap(), sample());
}

#[test]
fn a_wrong_line_is_named_and_nothing_is_taken_over() {
    let problem = parse(&format!("{ID}\ndraft_mode = \"perhaps\"\n")).unwrap_err();
    assert!(problem.happened.contains("line 3"), "{}", problem.happened);
    assert_eq!(problem.exit, Exit::Usage);
}

#[test]
fn every_problem_is_told_at_once_with_its_line_and_what_was_probably_meant() {
    let text = format!(
        "{ID}draft_mood = \"post\"\ntax_mode = \"quickboks\"\nmerge_lines = \"perhaps\"\nrounding_max = \"7.00\"\n\
         [acount]\ncogs = \"x\"\n[account]\ninventory_asset = \"Inventroy Asset\"\nap = \"Cost of Goods Sold\"\n\
         [item]\nsales = \"Widget\"\n[[tax]]\nrate = 7.5\nstaet = \"OH\"\nitem = \"x\"\n"
    );
    let told = problems(&text);
    for wanted in [
        "line 2: there is no setting `draft_mood`; did you mean `draft_mode`?",
        "line 3: tax_mode: `quickboks` is none of quickbooks, tax_item, line; did you mean `quickbooks`?",
        "line 4: merge_lines: `perhaps` is neither true nor false",
        "line 5: rounding_max: the largest rounding line lies between 0.00 and 1.00",
        "line 6: there is no setting `acount`; did you mean `account`?",
        "line 9: account.inventory_asset: `Inventroy Asset`: no such account; did you mean `Inventory Asset`?",
        "line 10: account.ap: `Cost of Goods Sold` is no accounts payable account",
        "line 12: item.sales: `Widget` is an inventory item",
        "line 15: tax.1.staet: a row of tax has no `staet`; did you mean `state`?",
    ] {
        assert!(told.contains(wanted), "{wanted}\nis not in\n{told}");
    }
}

#[test]
fn what_is_no_toml_is_told_with_the_rest_of_the_file() {
    let told = problems(&format!("{ID}draft_mode = pending\ntax_mood = \"line\"\n"));
    assert!(told.contains("line 2: this cannot be read"), "{told}");
    assert!(told.contains("line 3: there is no setting `tax_mood`"), "{told}");
}

#[test]
fn a_name_written_by_hand_needs_no_id_and_an_id_of_another_entry_is_told() {
    let read =
        parse_with(&format!("{ID}[account]\ncogs = \"cost of goods sold\"\n"), &lists(), &|_| true).unwrap();
    assert_eq!(read.account.cogs, Some(ListRef::new("", "cost of goods sold")));
    let told = problems(&format!("{ID}[account]\ncogs = {{ id = \"A1\", name = \"Cost of Goods Sold\" }}\n"));
    assert!(told.contains("the id is that of `Inventory Asset`"), "{told}");
    let gone = format!("{ID}[account]\ncogs = {{ id = \"A9\", name = \"Gone\" }}\n");
    assert!(parse_with(&gone, &lists(), &|_| false).is_ok(), "what went later is left to the drafts");
}

#[test]
fn a_change_keeps_comments_order_and_what_was_written_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    let by_hand = format!("# mine\n{ID}merge_lines = true # because\n\n[prefix]\ninvoice = \"A\"\n");
    std::fs::write(dir.path().join(FILE), &by_hand).unwrap();
    let before = sample();
    let mut after = before.clone();
    after.draft_mode = crate::books::DraftMode::Post;
    after.prefix.credit_memo = "C".into();
    after.account.cogs = Some(ListRef::new("A2", "Cost of Goods Sold"));
    update(dir.path(), &before, &after).unwrap();
    let text = text_of(dir.path()).unwrap();
    assert!(text.starts_with("# mine\n"), "{text}");
    assert!(text.contains("merge_lines = true # because\n"), "{text}");
    let read = read(dir.path()).unwrap();
    assert!(read.merge_lines && read.prefix.invoice == "A", "what was written by hand stands");
    assert_eq!(read.account, after.account);
    assert_eq!((read.draft_mode, read.prefix.credit_memo.as_str()), (after.draft_mode, "C"));
}

#[test]
fn a_new_file_explains_every_setting_and_fills_its_waiting_lines() {
    let text = keep::fresh(&sample()).unwrap();
    assert!(text.contains("\n#inventory_asset = \"Inventory Asset\"\n"), "{text}");
    assert!(!text.contains("80000012"), "an id of the example is nobody's");
    let mut after = sample();
    after.account.inventory_asset = Some(ListRef::new("A1", "Inventory Asset"));
    after.gl.insert(
        "40.1 x".into(),
        crate::books::settings::GlEntry { item: Some(ListRef::new("I1", "Sales")), ..Default::default() },
    );
    let filled = keep::updated(&text, &sample(), &after).unwrap();
    assert!(!filled.contains("\n#inventory_asset"), "{filled}");
    assert!(filled.contains("\ninventory_asset = { id = \"A1\", name = \"Inventory Asset\" }\n"), "{filled}");
    assert_eq!(parse(&filled).unwrap(), after);
    assert_eq!(parse(&keep::updated(&filled, &after, &sample()).unwrap()).unwrap().account, sample().account);
}

#[test]
fn keys_are_changed_by_name_and_checked_as_a_whole() {
    let one = |k: &str, v: &str| set(&sample(), &[(k.into(), v.into())], &no_lists);
    assert_eq!(one("draft_mode", "post").unwrap().draft_mode, crate::books::DraftMode::Post);
    assert_eq!(one("rounding_max", "0.02").unwrap().rounding_max.get(), 2);
    assert_eq!(one("start", "").unwrap().start, None);
    let near = one("draft_mood", "post").unwrap_err().happened;
    assert!(near.contains("did you mean `draft_mode`?"), "{near}");
    assert!(one("company_id", "x").is_err());
    assert!(one("rounding_max", "7.00").is_err());
    let both = set(&sample(), &[("a".into(), "1".into()), ("merge_lines".into(), "so".into())], &no_lists);
    let both = both.unwrap_err().happened;
    assert!(both.contains("2 problems") && both.contains("neither true nor false"), "{both}");
}

#[test]
fn a_file_is_told_the_same_whether_its_settings_are_tried_together_or_one_by_one() {
    let example = schema::EXAMPLE;
    let lines: Vec<&str> = example.lines().collect();
    let told = |text: &str, together: bool| {
        let found = findings::examined(text, None, &|_| false, together);
        (found.settings, found.findings, found.lines)
    };
    assert_eq!(told(example, true), told(example, false));
    // One slip in each line, and a second one further down, so that the parts meet.
    for (place, line) in lines.iter().enumerate().filter(|(_, line)| line.contains('=')) {
        let key = line.split('=').next().unwrap_or_default();
        let slips =
            [format!("{key}= \"zzz\""), format!("{key}= [1, 2]"), format!("zz{line}"), format!("{key}=")];
        for slip in slips {
            let mut text = lines.clone();
            text[place] = &slip;
            let further = (place + 40) % lines.len();
            if lines[further].contains('=') {
                text[further] = "zzz_nowhere = 1";
            }
            let text = text.join("\n");
            assert_eq!(told(&text, true), told(&text, false), "{slip}");
        }
    }
}

#[test]
fn what_could_only_fail_later_or_unseen_is_refused_with_its_line_and_why() {
    for (text, wanted) in [
        (
            "cogs_months_back = 99",
            "line 2: cogs_months_back: `99` months are too many; it lies between 0 and 12",
        ),
        ("lookback_months = 4000000000", "line 2: lookback_months: `4000000000` months are too many"),
        ("[cin7]\nurl = \"http://api.cin7.com/api\"", "line 3: cin7.url: "),
        ("[cin7]\nbase_currency = \"Dollar\"", "line 3: cin7.base_currency: `Dollar` is no currency"),
        ("[currency]\nEURO = \"Euro\"", "line 3: currency.EURO: `EURO` is no currency"),
        ("[branch.\"Main Warehouse\"]\ngl_code = \"4000\"", "`Main Warehouse` is no id of a Cin7 branch"),
        ("[customer_tax.Acme]\nmode = \"line\"", "`Acme` is no id of a Cin7 contact"),
        ("[[house]]\nbranch = \"Main\"\ncustomer = \"Web\"", "line 3: house.1.branch: `Main` is no id"),
        ("[[tax]]\nrate = 850\nitem = \"OH\"", "line 3: tax.1.rate: `850` is no percentage of tax"),
        ("[[tax]]\nrate = -5\nitem = \"OH\"", "line 3: tax.1.rate: `-5` is no percentage of tax"),
        ("[prefix]\ncogs = \"COGS-\"", "line 3: prefix.cogs: `COGS-` does not fit"),
        ("[prefix]\ncogs = \"C1\"", "line 3: prefix.cogs: `C1` does not fit"),
        (
            "[account]\ninventory_asset = \"Stock\"\n[landing]\nDuty = \"Stock\"",
            "line 5: landing.Duty: `Stock` is the inventory account itself",
        ),
        (
            "[account]\ninventory_asset = \"Stock\"\nadjustment = \"stock\"",
            "line 4: account.adjustment: `stock` is the inventory account itself",
        ),
    ] {
        let told = parse(&format!("{ID}{text}\n")).unwrap_err().happened;
        assert!(told.contains(wanted), "{wanted}\nis not in\n{told}");
    }
    for text in ["cogs_months_back = 12", "lookback_months = 0", "[cin7]\nurl = \"http://127.0.0.1:8/api\""] {
        assert!(parse(&format!("{ID}{text}\n")).is_ok(), "{text}");
    }
}

#[test]
fn the_cost_of_goods_is_an_expense_and_the_zero_item_carries_no_tax() {
    let told = problems(&format!("{ID}[account]\ncogs = \"Inventory Asset\"\n"));
    assert!(told.contains("line 3: account.cogs: `Inventory Asset` is no expense account"), "{told}");
    let mut taxed = item("I3", "OH Sales Tax", ItemKind::SalesTax);
    if let ListEntry::Item(item) = &mut taxed {
        item.tax_rate = Some("7.5".parse().unwrap());
    }
    let text = format!("{ID}[item]\nzero_tax = \"OH Sales Tax\"\n");
    let told = parse_with(&text, &Directory::of(vec![taxed]), &|_| true).unwrap_err().happened;
    assert!(told.contains("line 3: item.zero_tax: `OH Sales Tax` is no 0 % tax item"), "{told}");
}

#[test]
fn a_company_id_that_was_changed_by_hand_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = crate::store::Store::open(dir.path()).unwrap();
    let accepted = serde_json::to_string(&sample()).unwrap();
    store.write(crate::store::Lane::Bulk, move |tx| tx.set_meta(by_hand::ACCEPTED, &accepted)).unwrap();
    assert!(by_hand::read(ID, &store).is_ok());
    let other = "merge_lines = true\ncompany_id = \"00000000-0000-0000-0000-000000000002\"\n";
    let told = by_hand::read(other, &store).unwrap_err().happened;
    assert!(told.contains("line 2: company_id: it was 00000000-0000-0000-0000-000000000001"), "{told}");
}
