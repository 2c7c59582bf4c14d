//! The example in `assets` must stay the truth: it parses with the program's own reader and explains every key.

use crate::books::settings::{
    AccountSettings, BranchEntry, ChargeCodes, Cin7Settings, CogsSettings, CustomerTax, EndpointSettings,
    GlEntry, HouseRule, InventorySettings, ItemSettings, PrefixSettings, TaxLine, TaxLineReason,
    TaxLineSettings, TaxMode, TaxRule,
};
use crate::books::{ListRef, Settings};
use crate::workflow::settings_file;
use std::collections::{BTreeMap, BTreeSet};

const EXAMPLE: &str = include_str!("../../assets/countersign.example.toml");

/// Settings with everything in them. Every field is named, so that a new one cannot be forgotten here.
fn full() -> Settings {
    let base = settings_file::parse(EXAMPLE).unwrap();
    let one = || Some(ListRef::new("1", "x"));
    Settings {
        company_id: base.company_id,
        start: Some("2026-01".parse().unwrap()),
        timezone: base.timezone.clone(),
        draft_mode: base.draft_mode,
        tax_mode: base.tax_mode,
        tax_rounding: base.tax_rounding,
        tax_filed_through: base.tax_filed_through,
        charge_code: ChargeCodes { freight: one(), surcharge: one(), discount: one(), rounding: one() },
        tax_line: TaxLineSettings {
            reason: TaxLineReason::TaxService,
            marketplace: TaxLine { item: one(), code: one() },
            tax_service: TaxLine { item: one(), code: one() },
        },
        customer_tax: BTreeMap::from([(
            "4101".into(),
            CustomerTax { mode: TaxMode::Line, reason: Some(TaxLineReason::Marketplace) },
        )]),
        purchase_tax: base.purchase_tax,
        inventory_method: base.inventory_method,
        rounding_max: base.rounding_max,
        merge_lines: base.merge_lines,
        multicurrency: base.multicurrency,
        cogs_months_back: base.cogs_months_back,
        lookback_months: base.lookback_months,
        delete_posted: base.delete_posted,
        currency: BTreeMap::from([("EUR".into(), String::new())]),
        cin7_writeback: base.cin7_writeback,
        cin7: base.cin7.clone(),
        endpoint: base.endpoint.clone(),
        account: AccountSettings {
            inventory_asset: one(),
            cogs: one(),
            adjustment: one(),
            purchase_freight: one(),
            purchase_expense: one(),
            purchase_tax: one(),
            rounding: one(),
            accrual: one(),
            true_up: one(),
            ar: one(),
            ap: one(),
        },
        item: ItemSettings {
            sales: one(),
            freight: one(),
            surcharge: one(),
            discount: one(),
            rounding: one(),
            zero_tax: one(),
        },
        adjustment_reason: BTreeMap::from([("Damaged".into(), ListRef::new("1", "x"))]),
        cogs: CogsSettings {
            zero_total: BTreeMap::from([("warranty".into(), ListRef::new("1", "x"))]),
            ..base.cogs.clone()
        },
        inventory: InventorySettings {
            opening: Some(crate::base::Cents::ZERO),
            cost_column: "costUSD".into(),
            row_sign: base.inventory.row_sign,
        },
        landing: BTreeMap::from([("Freight".into(), ListRef::new("1", "x"))]),
        gl: BTreeMap::from([(
            "4000".into(),
            GlEntry { item: one(), account: one(), cogs_account: one(), tax_code: one() },
        )]),
        tax: vec![TaxRule {
            rate: "7.5".parse().unwrap(),
            name: String::new(),
            state: String::new(),
            county: String::new(),
            zip: String::new(),
            item: ListRef::new("1", "x"),
        }],
        terms: BTreeMap::from([("30 days".into(), ListRef::new("1", "x"))]),
        branch: BTreeMap::from([("3".into(), BranchEntry { class: one(), gl_code: String::new() })]),
        house: vec![HouseRule {
            branch: String::new(),
            channel: String::new(),
            group: String::new(),
            customer: ListRef::new("1", "x"),
        }],
        prefix: PrefixSettings { invoice: String::new(), credit_memo: String::new(), cogs: String::new() },
        keys: BTreeMap::from([("approve".into(), String::new())]),
        screen: base.screen.clone(),
    }
}

/// Dotted keys of every value.
fn keys(at: &str, value: &toml::Value, found: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                keys(&format!("{at}.{key}"), value, found);
            }
        }
        toml::Value::Array(list) => list.iter().for_each(|value| keys(at, value, found)),
        _ => {
            found.insert(at.to_string());
        }
    }
}

fn keys_of(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    keys("", &toml::Value::Table(text.parse().unwrap()), &mut found);
    found
}

#[test]
fn the_example_is_read_by_the_program_itself() {
    let settings = settings_file::parse(EXAMPLE).unwrap();
    assert_eq!(settings.endpoint.every_minutes, 5);
    let dir = tempfile::tempdir().unwrap();
    settings_file::write(dir.path(), &settings).unwrap();
    assert_eq!(settings_file::read(dir.path()).unwrap(), settings);
}

#[test]
fn the_example_explains_every_key_and_no_other() {
    assert_eq!(keys_of(EXAMPLE), keys_of(&toml::to_string(&full()).unwrap()));
}

#[test]
fn every_key_of_the_example_stands_under_a_comment() {
    let mut explained = false;
    for line in EXAMPLE.lines() {
        if line.starts_with('#') {
            explained = true;
        } else if line.is_empty() {
            explained = false;
        } else if line.contains(" = ") {
            assert!(explained, "{line}");
        }
    }
}

#[test]
fn the_example_has_the_defaults_where_there_are_any() {
    let (example, default) = (settings_file::parse(EXAMPLE).unwrap(), Settings::default());
    assert_eq!(
        Settings {
            company_id: default.company_id,
            start: default.start,
            timezone: default.timezone.clone(),
            account: default.account.clone(),
            inventory: default.inventory.clone(),
            landing: BTreeMap::new(),
            item: default.item.clone(),
            adjustment_reason: default.adjustment_reason.clone(),
            cogs: CogsSettings { zero_total: default.cogs.zero_total.clone(), ..example.cogs.clone() },
            gl: default.gl.clone(),
            tax: default.tax.clone(),
            tax_filed_through: default.tax_filed_through,
            charge_code: default.charge_code.clone(),
            currency: default.currency.clone(),
            keys: default.keys.clone(),
            tax_line: default.tax_line.clone(),
            customer_tax: default.customer_tax.clone(),
            terms: default.terms.clone(),
            house: default.house.clone(),
            branch: default.branch.clone(),
            cin7: Cin7Settings { username: default.cin7.username.clone(), ..example.cin7.clone() },
            endpoint: EndpointSettings { file_id: default.endpoint.file_id, ..example.endpoint.clone() },
            ..example
        },
        default
    );
}
