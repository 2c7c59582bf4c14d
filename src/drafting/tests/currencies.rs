//! Foreign documents: held back with the reason, or drafted with their rate (design 8.4).

use super::support::*;
use crate::books::DraftState;
use crate::drafting::Drafted;
use crate::orders::{Document, TaxStatus};

fn euros() -> Document {
    let mut order = order();
    (order.currency, order.currency_rate) = ("eur".into(), Some(d("1.0837")));
    (order.tax_status, order.total) = (TaxStatus::Exempt, d("100"));
    order
}

fn with_currencies() -> Company {
    let mut company = Company::new();
    company.settings.multicurrency = true;
    company.preferences.multi_currency = true;
    company.preferences.home_currency = "US Dollar".into();
    company.party_currency = "Euro".into();
    company
}

fn text_of(drafted: &Drafted, code: &str) -> String {
    let found = drafted.reasons.iter().find(|reason| reason.code == code);
    found.unwrap_or_else(|| panic!("no {code} in {:?}", drafted.reasons)).text.clone()
}

#[test]
fn a_foreign_document_is_drafted_only_where_file_setting_and_party_allow_it() {
    let drafted = with_currencies().draft(&euros());
    assert_eq!(drafted.state, DraftState::Ready, "{:?}", drafted.reasons);
    let payload = drafted.payload.unwrap();
    assert_eq!((payload.currency.as_str(), payload.exchange_rate), ("EUR", Some(d("1.0837"))));
    assert_eq!(payload.total.to_string(), "100.00", "in its own currency");
    assert!(payload.control_account.is_none(), "QuickBooks has its own receivable account for each currency");

    let bent = |bend: &dyn Fn(&mut Company)| {
        let mut company = with_currencies();
        bend(&mut company);
        let drafted = company.draft(&euros());
        assert_eq!(drafted.state, DraftState::NeedsAttention);
        drafted
    };
    let off = bent(&|c| c.settings.multicurrency = false);
    assert_eq!(
        text_of(&off, "foreign_currency"),
        "It is in EUR, and the books are in USD: the setting multicurrency is off."
    );
    let off = bent(&|c| c.preferences.multi_currency = false);
    assert!(text_of(&off, "foreign_currency").contains("off in QuickBooks"));
    let other = bent(&|c| c.party_currency = "Canadian Dollar".into());
    assert!(text_of(&other, "party_currency").contains("kept in Canadian Dollar"));
    let home = bent(&|c| c.party_currency = String::new());
    assert!(text_of(&home, "party_currency").contains("kept in the home currency"));
}

#[test]
fn a_home_document_never_goes_to_a_party_of_another_currency() {
    let company = with_currencies();
    assert!(text_of(&company.draft(&order()), "party_currency").contains("the document is in USD"));
    let mut company = with_currencies();
    company.party_currency = "US Dollar".into();
    let drafted = company.draft(&order());
    assert_eq!(drafted.state, DraftState::Ready, "{:?}", drafted.reasons);
    assert_eq!(drafted.payload.unwrap().exchange_rate, None);
}

#[test]
fn without_a_rate_or_with_another_home_currency_nothing_foreign_goes() {
    let mut order = euros();
    order.currency_rate = Some(d("0"));
    assert!(text_of(&with_currencies().draft(&order), "no_exchange_rate").contains("EUR"));
    let mut company = with_currencies();
    company.preferences.home_currency = "Canadian Dollar".into();
    let text = text_of(&company.draft(&euros()), "home_currency_differs");
    assert!(text.contains("QuickBooks is Canadian Dollar, that of Cin7 is USD"), "{text}");
}

#[test]
fn a_renamed_currency_is_known_by_the_setting() {
    let mut company = with_currencies();
    company.party_currency = "EU money".into();
    assert_eq!(company.draft(&euros()).state, DraftState::NeedsAttention);
    company.settings.currency.insert("EUR".into(), "EU money".into());
    assert_eq!(company.draft(&euros()).state, DraftState::Ready);
}
