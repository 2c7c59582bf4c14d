//! Where two answers fit, nothing is sure: the traps that make other matchers bill a stranger (`matching.md` 2.6, 5, 7).

use super::*;

#[test]
fn two_branches_with_one_name_are_not_taken_for_each_other() {
    let left = LeftContact { email: "info@acme.com".into(), ..contact("Acme Bearings - Houston") };
    let right = RightParty {
        email: "info@acme.com".into(),
        company_name: "Acme Bearings".into(),
        ..party("1", "Acme Bearings - Dallas")
    };
    assert_ne!(only(left, vec![right]).decision, Decision::Auto);
    let houston = LeftContact {
        city: "Houston".into(),
        phone: "713 555 1212".into(),
        address1: "12 Main St".into(),
        post_code: "77001".into(),
        ..contact("Acme Bearings")
    };
    let dallas = RightParty {
        bill_city: "Dallas".into(),
        phone: "214 555 9999".into(),
        bill_addr1: "900 Oak Ave".into(),
        bill_postal_code: "75201".into(),
        ..party("1", "Acme Bearings")
    };
    assert_ne!(only(houston, vec![dallas]).decision, Decision::Auto);
}

#[test]
fn two_people_of_one_household_are_not_taken_for_each_other() {
    let home = |c: LeftContact| LeftContact {
        phone: "713 555 1212".into(),
        address1: "12 Main St".into(),
        post_code: "77001".into(),
        ..c
    };
    for name in ["Smith, Linda", "L. Smith", "Linda Smith"] {
        let right = RightParty {
            phone: "7135551212".into(),
            bill_addr1: "12 Main Street".into(),
            bill_postal_code: "77001".into(),
            ..party("1", name)
        };
        assert_ne!(only(home(person("Robert", "Smith")), vec![right]).decision, Decision::Auto, "{name}");
    }
}

#[test]
fn two_firms_with_one_switchboard_are_not_taken_for_each_other() {
    let left = LeftContact {
        phone: "713 555 1212".into(),
        address1: "1 Tower Plaza Ste 900".into(),
        post_code: "77001".into(),
        ..contact("Harlan Legal Group")
    };
    let right = RightParty {
        phone: "713 555 1212".into(),
        bill_addr1: "1 Tower Plaza Ste 100".into(),
        bill_postal_code: "77001".into(),
        ..party("1", "Quantex Software")
    };
    assert_ne!(only(left, vec![right]).decision, Decision::Auto);
}

#[test]
fn one_mail_address_on_five_records_decides_nothing() {
    let left = LeftContact { email: "info@gmail.com".into(), ..contact("Harlan") };
    let rights = ["Quantex", "Velora", "Baxter", "Oakmont", "Sundale"]
        .map(|name| RightParty { email: "info@gmail.com".into(), ..party(name, name) });
    assert_ne!(only(left, rights.to_vec()).decision, Decision::Auto);
}

#[test]
fn thousands_of_equal_names_are_never_sure() {
    let rights = (0..3000).map(|n| party(&format!("{n:05}"), "Cash Sale")).collect();
    let lefts = (0..300).map(|n| LeftContact { left_id: n.to_string(), ..contact("Cash Sale") }).collect();
    let proposals = Engine::new(rights, lefts).match_all();
    assert!(proposals.iter().all(|p| p.decision != Decision::Auto && p.candidates.len() <= 10));
}

#[test]
fn an_inactive_record_is_never_sure_and_stands_behind_its_active_twin() {
    let left = LeftContact { phone: "713 555 1212".into(), ..contact("Acme Bearings") };
    let active = RightParty { phone: "713 555 1212".into(), ..party("2", "Acme Bearings Inc") };
    let inactive = RightParty { is_active: false, ..RightParty { right_id: "1".into(), ..active.clone() } };
    let both = only(left.clone(), vec![inactive.clone(), active]);
    assert_eq!((both.candidates[0].right_id.as_str(), both.decision), ("2", Decision::Suggest));
    assert!(both.why.contains("Two QuickBooks records fit"), "{}", both.why);
    let one = only(left, vec![inactive]);
    assert!(one.decision == Decision::Suggest && one.why.contains("inactive"), "{}", one.why);
}

#[test]
fn a_contact_of_unknown_role_is_offered_both_lists_and_nothing_is_sure() {
    let left = LeftContact { list: None, phone: "713 555 1212".into(), ..contact("Acme Bearings") };
    let customer = RightParty { phone: "713 555 1212".into(), ..party("C", "Acme Bearings") };
    let vendor = RightParty {
        list: Some(PartyList::Vendor),
        ..RightParty { right_id: "V".into(), ..customer.clone() }
    };
    let proposal = only(left.clone(), vec![customer.clone(), vendor]);
    assert_eq!((proposal.candidates.len(), proposal.decision), (2, Decision::Suggest));
    assert_eq!(only(left, vec![customer]).decision, Decision::Suggest);
}

#[test]
fn two_contacts_that_fit_one_record_are_both_for_a_person() {
    let with_phone = |id: &str| LeftContact {
        left_id: id.into(),
        phone: "713 555 1212".into(),
        ..contact("Acme Bearings")
    };
    let right = RightParty { phone: "713 555 1212".into(), ..party("1", "Acme Bearings") };
    let both = Engine::new(vec![right], vec![with_phone("a"), with_phone("b")]).match_all();
    assert!(both.iter().all(|p| p.decision == Decision::Suggest), "{both:#?}");
    assert!(both[0].why.contains("Contact Acme Bearings (b) fits"), "{}", both[0].why);
}

#[test]
fn one_name_in_two_cities_is_for_a_person_even_where_one_of_them_fits() {
    let at = |id: &str, city: &str, phone: &str| RightParty {
        bill_city: city.into(),
        phone: phone.into(),
        ..party(id, "Acme Bearings")
    };
    let left =
        LeftContact { city: "Houston".into(), phone: "713 555 1212".into(), ..contact("Acme Bearings") };
    let proposal =
        only(left.clone(), vec![at("1", "Houston", "713 555 1212"), at("2", "Dallas", "214 555 9999")]);
    assert_eq!((proposal.candidates[0].right_id.as_str(), proposal.decision), ("1", Decision::Suggest));
    assert!(proposal.why.contains("Two QuickBooks records fit"), "{}", proposal.why);
    let elsewhere = only(left, vec![at("2", "Dallas", "214 555 9999")]);
    assert_ne!(elsewhere.decision, Decision::Auto, "{}", elsewhere.why);
}

#[test]
fn near_ties_are_for_a_person() {
    let left = LeftContact { phone: "713 555 1212".into(), ..contact("Acme Bearing Supply") };
    let with_phone = |id: &str, name: &str| RightParty { phone: "713 555 1212".into(), ..party(id, name) };
    let proposal =
        only(left, vec![with_phone("1", "Acme Bearing"), with_phone("2", "Acme Bearing Supplies")]);
    assert_eq!(proposal.decision, Decision::Suggest, "{}", proposal.why);
}

#[test]
fn a_record_that_is_linked_already_is_for_a_person() {
    let left = LeftContact { phone: "713 555 1212".into(), ..contact("Acme Bearings") };
    let right = RightParty { phone: "713 555 1212".into(), ..party("1", "Acme Bearings") };
    let mut known = Known::default();
    known.links.insert("somebody else".into(), "1".into());
    let proposal = Engine::new(vec![right], vec![left]).with_known(known).match_all().remove(0);
    assert_eq!(proposal.decision, Decision::Suggest);
    assert!(proposal.why.contains("already linked to contact somebody else"), "{}", proposal.why);
}

#[test]
fn a_shared_switchboard_does_not_make_two_namesakes_at_two_addresses_one() {
    let left = LeftContact {
        phone: "713 555 1212".into(),
        address1: "12 Main St".into(),
        city: "Houston".into(),
        post_code: "77001".into(),
        ..contact("Harlan Family Services")
    };
    let site = |id: &str, name: &str, street: &str, zip: &str| RightParty {
        phone: "713 555 1212".into(),
        bill_addr1: street.into(),
        bill_postal_code: zip.into(),
        ..party(id, name)
    };
    let rights = vec![
        site("1", "Harlan Family Services", "900 Oak Ave", "77020"),
        site("2", "Harlan Youth Center", "44 Elm St", "77030"),
    ];
    assert_ne!(only(left, rights).decision, Decision::Auto);
}

#[test]
fn ten_thousand_cash_sales_are_searched_in_no_time_and_none_is_sure() {
    let rights = (0..10_000).map(|n| party(&format!("{n:05}"), "Cash Sale")).collect();
    let proposal = only(contact("Cash Sale"), rights);
    assert!(proposal.decision != Decision::Auto && proposal.candidates.len() <= 10, "{}", proposal.why);
}

#[test]
fn a_new_number_in_the_region_is_a_change_and_one_of_another_region_another_business() {
    // Strangers of other regions: an area code says something only where few records have it.
    let strangers = (0..40).map(|n| RightParty {
        phone: format!("(4{:02}) 555-01{:02}", n % 90 + 10, n),
        ..party(&format!("S{n}"), &format!("Stranger{n}"))
    });
    let with_phone = |phone: &str, right: &str| {
        let mut rights: Vec<RightParty> = strangers.clone().collect();
        rights.push(RightParty { phone: right.into(), ..party("R", "Thibodeaux Bearings Inc") });
        only(LeftContact { phone: phone.into(), ..contact("Thibodeaux Bearings") }, rights)
    };
    let moved = with_phone("713 555 1212", "713 867 5309");
    assert_eq!(moved.decision, Decision::Auto, "{}", moved.why);
    let elsewhere = with_phone("713 555 1212", "303 867 5309");
    assert_eq!(elsewhere.decision, Decision::Suggest, "{}", elsewhere.why);
}
