//! Other spellings of one name, as old ledgers, registers and people write them; and what only looks like one.

use super::*;

#[test]
fn a_name_cut_short_letter_by_letter_is_found() {
    for (full, short) in [
        ("Molson Coors Brewing Company", "MOLSONCRS BREW"),
        ("Bauer Physical Therapy", "BAUERPHYSCL"),
        ("Modesto Savings Bank", "MODESTOSVGS BK"),
        ("Kalamazoo Packaging", "KALAMAZOOPKG"),
    ] {
        let proposal = found_first(contact(full), party("R", short));
        assert_eq!(proposal.decision, Decision::Suggest, "{full} / {short}: {}", proposal.why);
    }
}

#[test]
fn initials_of_a_person_stand_where_given_names_stand() {
    for (first, last, name) in [
        ("Daniel M", "Bridges", "Bridges, D M"),
        ("Daniel", "Bridges", "D. Bridges"),
        ("J Robert", "Kehoe", "Kehoe, J. R."),
    ] {
        let proposal = found_first(person(first, last), party("R", name));
        assert_eq!(verdict(&proposal, Field::Name), Verdict::Agrees, "{first} {last} / {name}");
    }
    let other = only(person("Melissa", "Kehoe"), vec![party("R", "Kehoe, Patrick M")]);
    assert_eq!(other.decision, Decision::None, "{}", other.why);
}

#[test]
fn father_and_son_are_near_but_never_sure() {
    let at_home = |c: LeftContact| LeftContact { phone: "713 555 1212".into(), ..c };
    for (last, name) in
        [("Kehoe Sr", "Kehoe Jr, Robert"), ("Kehoe", "Robert Kehoe Jr"), ("Kehoe Sr", "Robert Kehoe")]
    {
        let right = RightParty { phone: "713 555 1212".into(), ..party("R", name) };
        assert_ne!(
            only(at_home(person("Robert", last)), vec![right]).decision,
            Decision::Auto,
            "{last} {name}"
        );
    }
    let same = RightParty { phone: "713 555 1212".into(), ..party("R", "Kehoe Sr., Robert") };
    assert_eq!(only(at_home(person("Robert", "Kehoe Sr")), vec![same]).decision, Decision::Auto);
}

#[test]
fn a_place_or_a_helper_beside_two_names_is_no_name_of_both() {
    for (a, b) in [
        ("Acme Bearings (Houston)", "Zenline Optics (Houston)"),
        ("Acme Bearings c/o Marlow Kent", "Zenline Optics c/o Marlow Kent"),
        ("Acme Bearings (The)", "Zenline Optics (The)"),
        ("Acme Bearings /DE/", "Zenline Optics /DE/"),
    ] {
        let left = LeftContact { city: "Houston".into(), post_code: "77001".into(), ..contact(a) };
        let right =
            RightParty { bill_city: "Houston".into(), bill_postal_code: "77001".into(), ..party("R", b) };
        let proposal = only(left, vec![right]);
        assert_eq!(proposal.decision, Decision::None, "{a} / {b}: {}", proposal.why);
    }
}

#[test]
fn what_registers_add_to_a_name_is_no_part_of_it() {
    for (a, b) in [
        ("Quantex Corp /DE/", "Quantex"),
        ("Quantex Motor Company of Canada", "Quantex Motor Canada"),
        ("Quantex Bearings (USA)", "Quantex Bearings Inc"),
        ("Quantex Bearings (The)", "The Quantex Bearings"),
        ("Quantex Bearings Inc. North America", "Quantex Bearings"),
    ] {
        let left = LeftContact { phone: "713 555 1212".into(), ..contact(a) };
        let right = RightParty { phone: "713 555 1212".into(), ..party("R", b) };
        let proposal = only(left, vec![right]);
        assert_eq!(proposal.decision, Decision::Auto, "{a} / {b}: {}", proposal.why);
    }
}

/// What the name of the only record says, in bits, amid strangers.
fn name_says(left: &str, right: &str) -> f64 {
    let strangers = (0..600).map(|n| party(&format!("{n:03}"), &format!("Quorum Stranger{n}")));
    let proposal = only(contact(left), strangers.chain([party("R", right)]).collect());
    let first = proposal.candidates.iter().find(|c| c.right_id == "R");
    let name = first.and_then(|c| c.evidence.iter().find(|e| e.field == Field::Name));
    name.map_or(-99.0, |e| e.bits.value())
}

#[test]
fn a_letter_at_the_cut_that_begins_another_word_speaks_against_the_name() {
    let fits = name_says("United Tidewater Railroad", "UNITED TIDEWATER R");
    let other = name_says("United Tidewater Bearings", "UNITED TIDEWATER R");
    assert!(other < fits - 2.0, "{other} {fits}");
    let form = name_says("United Tidewater Bearings", "UNITED TIDEWATER C");
    assert!(form > other, "a C may be all that is left of Company: {form} {other}");
}

#[test]
fn a_slip_or_a_lost_blank_in_the_legal_form_leaves_the_name_as_it_is() {
    for damaged in ["Tidewater Coporation", "TidewaterInc", "Tidewater Cp", "Tidewater Corprration"] {
        let proposal = found_first(
            LeftContact { phone: "713 555 1212".into(), ..contact("Tidewater") },
            RightParty { phone: "713 555 1212".into(), ..party("R", damaged) },
        );
        assert_eq!(proposal.decision, Decision::Auto, "{damaged}: {}", proposal.why);
    }
    assert_eq!(words::split_form("productscorp"), Some(("products", "corp")));
    assert_eq!(words::split_form("unicorp"), None, "a name of its own");
}

#[test]
fn all_letters_but_the_vowels_say_more_than_letters_chosen_to_fit() {
    let bones = name_says("Sandisk", "SNDSK");
    assert!(bones > name_says("Sandisk", "SNISK") && bones > name_says("Sandisk", "SDK") + 2.0, "{bones}");
}

#[test]
fn a_slip_in_a_short_word_says_less_than_in_a_long_one_and_least_in_its_first_letter() {
    let long = name_says("Tidewater", "Tidewatar");
    let short = name_says("Ballo", "Balla");
    assert!(long > short + 1.0, "{long} {short}");
    assert!(short > name_says("Ballo", "Pallo"), "another first letter is mostly another name");
}

#[test]
fn an_equal_name_of_common_words_only_is_offered_and_never_sure_by_itself() {
    let strangers = (0..400).map(|n| party(&format!("{n:03}"), &format!("Southern Stranger{n}")));
    let rights = strangers.chain([party("R", "Southern")]).collect();
    let proposal = only(contact("Southern Company"), rights);
    assert_eq!(proposal.candidates[0].right_id, "R");
    assert_eq!(proposal.decision, Decision::Suggest, "{}", proposal.why);
}

#[test]
fn the_name_of_a_family_of_sites_says_little_about_one_of_them() {
    let left = || contact("Salvation Army - Tidewater");
    let strangers = (0..40).map(|n| party(&format!("{n:02}"), &format!("Quorum Stranger{n}")));
    let one_of_them = strangers.chain([party("R", "Salvation Army")]).collect();
    let only_site = only(left(), one_of_them).candidates[0].score_bits;
    let sites = (0..40).map(|n| party(&format!("{n:02}"), &format!("Salvation Army - Place{n}")));
    let of_many = only(left(), sites.chain([party("R", "Salvation Army")]).collect());
    let same = of_many.candidates.iter().find(|c| c.right_id == "R").unwrap();
    assert!(same.score_bits.value() < only_site.value() - 2.0, "{} {only_site}", same.score_bits);
}

#[test]
fn a_mail_address_that_bears_the_name_of_the_other_sides_person_agrees_with_it() {
    let left = LeftContact {
        first_name: "Deborah".into(),
        last_name: "Sandoval".into(),
        ..contact("Tidewater Wire")
    };
    let with_mail = |mail: &str| RightParty { email: mail.into(), ..party("R", "Tidewater Wire") };
    for mail in ["sandoval429@aol.com", "d.sandoval@tidewater.biz", "deborah_sandoval@aol.com"] {
        let proposal = only(left.clone(), vec![with_mail(mail)]);
        assert_eq!(verdict(&proposal, Field::Person), Verdict::Agrees, "{mail}");
        let told = proposal.candidates[0].evidence.iter().find(|e| e.field == Field::Person).unwrap();
        assert_eq!((told.left.as_str(), told.right.as_str()), ("Deborah Sandoval", mail));
    }
    for mail in ["office@aol.com", "lindasandoval@aol.com", "@aol.com"] {
        assert_eq!(
            verdict(&only(left.clone(), vec![with_mail(mail)]), Field::Person),
            Verdict::Unknown,
            "{mail}"
        );
    }
}

#[test]
fn an_area_code_of_the_state_speaks_for_a_business_and_one_of_another_state_says_nothing() {
    let left =
        LeftContact { state: "WA".into(), ..contact("Thibodeaux Concrete Products LLC dba Knight Ways") };
    let right =
        |phone: &str| RightParty { phone: phone.into(), ..party("R", "Thibodeaux Concrete Prod LLC") };
    let here = only(left.clone(), vec![right("206-555-1212")]);
    assert_eq!(verdict(&here, Field::State), Verdict::Agrees);
    let state = here.candidates[0].evidence.iter().find(|e| e.field == Field::State).unwrap();
    assert_eq!((state.left.as_str(), state.right.as_str()), ("WA", "WA (by phone)"));
    assert_eq!(verdict(&only(left, vec![right("305-555-1212")]), Field::State), Verdict::Unknown);
}

#[test]
fn a_branch_that_both_names_tell_is_sure_by_the_mail_of_all_branches() {
    let branch = |id: &str, place: &str| RightParty {
        email: "nicole@webbenergy.com".into(),
        ..party(id, &format!("Webb Thibodeaux Energy - {place}"))
    };
    let left = |place: &str| LeftContact {
        left_id: place.into(),
        email: "nicole@webbenergy.com".into(),
        ..contact(&format!("Webb Thibodeaux Energy - {place}"))
    };
    let rights = || vec![branch("M", "Memphis"), branch("A", "Allentown"), branch("K", "Kansas City")];
    let proposals =
        Engine::new(rights(), vec![left("Memphis"), left("Allentown"), left("Tulsa")]).match_all();
    let firsts: Vec<(&str, Decision)> =
        proposals.iter().map(|p| (p.candidates[0].right_id.as_str(), p.decision)).collect();
    assert_eq!(firsts[..2], [("M", Decision::Auto), ("A", Decision::Auto)], "{}", proposals[0].why);
    assert_ne!(firsts[2].1, Decision::Auto);
}

#[test]
fn a_new_number_and_another_free_mail_address_do_not_part_a_business_from_its_person() {
    let left = LeftContact {
        first_name: "Deborah".into(),
        last_name: "Thibodeaux".into(),
        phone: "515-555-1212".into(),
        email: "orders@carrolllumber.com".into(),
        ..contact("Carroll Lumber Company, LLC")
    };
    let right = RightParty {
        first_name: "Deborah".into(),
        last_name: "Thibodeaux".into(),
        phone: "515-555-9898".into(),
        email: "dthibodeaux900@gmail.com".into(),
        ..party("R", "Carroll Lumber Co, LLC")
    };
    assert_eq!(only(left.clone(), vec![right.clone()]).decision, Decision::Auto);
    // Two domains of their own and two numbers are two businesses.
    let own_domain = RightParty { email: "sales@carroll-wood.net".into(), ..right };
    assert_ne!(only(left, vec![own_domain]).decision, Decision::Auto);
}

#[test]
fn what_follows_where_a_blank_was_lost_is_the_next_word_or_contradicts_it() {
    let bits = |left: &str, right: &str| {
        only(contact(left), vec![party("R", right)])
            .candidates
            .first()
            .map_or(-99.0, |c| c.score_bits.value())
    };
    assert!(bits("Padilla Marine", "PADILLABRANDS") + 4.0 < bits("Padilla Brands Inc", "PADILLABRANDS"));
    assert!(
        bits("Spectra Energy Corp", "SPECTRAENGY COR") > bits("Spectra Foods Corp", "SPECTRAENGY COR") + 4.0
    );
}

#[test]
fn two_members_of_a_family_of_names_are_two_whether_a_blank_was_lost_or_not() {
    let names = ["Stuart", "Morton", "Gregory", "Walsh", "Sutton", "Randall", "Cowan", "Hart"];
    let family: Vec<RightParty> = names
        .iter()
        .map(|n| party(n, &format!("Salvation Army/{n}")))
        .chain([party("S", "SalvationArmy Stark")])
        .collect();
    let proposal = only(contact("Salvation Army - Starr"), family.clone());
    assert_ne!(proposal.decision, Decision::Auto);
    let stuart = only(contact("SalvationArmy Stuart"), family);
    let second = stuart.candidates.iter().find(|c| c.right_id == "S").map_or(-9.0, |c| c.score_bits.value());
    assert_eq!(stuart.candidates[0].right_id, "Stuart");
    assert!(second < stuart.candidates[0].score_bits.value() - 4.0, "{second}");
}

#[test]
fn letters_of_an_abbreviation_in_another_order_are_the_abbreviation() {
    for (full, short) in [
        ("Legacy Thibodeaux Supply", "Legacy Thibodeaux Spu"),
        ("Legacy Thibodeaux Supply", "Legacy Thibodeaux SSUP."),
    ] {
        let left =
            LeftContact { phone: "713 555 1212".into(), email: "leg@gmail.com".into(), ..contact(full) };
        let right =
            RightParty { phone: "713 555 1212".into(), email: "leg@gmail.com".into(), ..party("R", short) };
        assert_eq!(only(left, vec![right]).decision, Decision::Auto, "{full} / {short}");
    }
    let proposal = found_first(contact("Knoxville Excavating Company PC"), party("R", "KEC"));
    assert_eq!(verdict(&proposal, Field::Name), Verdict::Agrees);
}
