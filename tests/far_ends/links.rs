//! Matching in a profile: what is decided stays, what is touched follows at once, and how right the engine was is counted.

use crate::job::{Job, WHO};
use countersign::books::PartyList;
use countersign::store::links::MatchRow;
use countersign::workflow::links::{self, ContactRole};

fn who(row: &MatchRow) -> ContactRole {
    (row.contact_id, row.role)
}

fn bare(row: &MatchRow) -> (ContactRole, String, String, String) {
    (who(row), row.decision.clone(), row.why.clone(), row.body.clone())
}

fn linked(rows: &[MatchRow]) -> MatchRow {
    let to_a_record = |row: &&MatchRow| row.link.as_ref().is_some_and(|link| link.list_id.is_some());
    rows.iter().find(to_a_record).unwrap().clone()
}

#[test]
fn a_refusal_is_followed_at_once_and_moves_nothing_else() {
    let job = Job::new();
    links::propose(&job.profile).unwrap();
    let before = links::rows(&job.profile).unwrap();
    let row = linked(&before);
    let list_id = row.link.as_ref().and_then(|link| link.list_id.clone()).unwrap();
    links::unlink(&job.profile, who(&row), WHO).unwrap();
    links::refuse(&job.profile, who(&row), &list_id, WHO).unwrap();
    let after = links::rows_with_candidates(&job.profile).unwrap();
    let now = after.iter().find(|other| who(other) == who(&row)).unwrap();
    assert!(now.link.is_none() && !now.body.contains(&list_id), "{}", now.why);
    // Followed one by one or matched as a whole: the same proposals.
    let other = job.restart();
    links::propose(&other.profile).unwrap();
    let mut whole: Vec<_> = links::rows(&other.profile).unwrap().iter().map(bare).collect();
    let mut followed: Vec<_> = after.iter().map(bare).collect();
    whole.sort();
    followed.sort();
    assert_eq!(followed.len(), whole.len());
    for (followed, whole) in followed.iter().zip(&whole) {
        assert_eq!((followed.0, &followed.1), (whole.0, &whole.1));
    }
}

#[test]
fn accepted_and_undone_links_are_counted_by_what_the_engine_had_said() {
    let job = Job::new();
    let before = links::accuracy(&job.profile).unwrap();
    let accepted: i64 = before.counts.iter().filter(|c| c.decision == "auto").map(|c| c.accepted).sum();
    assert!(accepted > 0 && before.counts.iter().all(|c| c.undone == 0), "{before:?}");
    assert!(before.line().starts_with(&format!("auto: {accepted} accepted, 0 undone")), "{}", before.line());
    links::unlink(&job.profile, who(&linked(&links::rows(&job.profile).unwrap())), WHO).unwrap();
    let after = links::accuracy(&job.profile).unwrap();
    assert_eq!(after.counts.iter().map(|c| c.undone).sum::<i64>(), 1, "{after:?}");
}

#[test]
fn a_wrong_link_that_is_undone_leaves_the_contact_with_what_was_proposed_before() {
    let mut job = Job::new();
    links::propose(&job.profile).unwrap();
    let row = linked(&links::rows(&job.profile).unwrap());
    links::unlink(&job.profile, who(&row), WHO).unwrap();
    // With everything prepared for matching, and as just started.
    for _ in 0..2 {
        let open = || links::detail(&job.profile, who(&row)).unwrap();
        let before = open();
        let first = &before.candidates[0].list_id;
        let taken: Vec<String> = links::rows(&job.profile)
            .unwrap()
            .into_iter()
            .filter_map(|row| row.link.and_then(|link| link.list_id))
            .collect();
        let is_wrong = |id: &String| id != first && !taken.contains(id);
        let wrong = before.candidates.iter().map(|c| c.list_id.clone()).find(is_wrong).unwrap();
        links::link(&job.profile, who(&row), &wrong, WHO).unwrap();
        countersign::workflow::decide::undo(&job.profile, WHO).unwrap();
        let after = open();
        assert!(after.row.link.is_none());
        assert_eq!((&after.row.decision, &after.row.why), (&before.row.decision, &before.row.why));
        assert_eq!(&after.candidates[0].list_id, first, "the wrong record is not proposed first");
        job = job.restart();
    }
}

#[test]
fn a_record_serves_a_second_contact_only_when_that_is_said() {
    let job = Job::new();
    let rows = links::rows(&job.profile).unwrap();
    let taken = linked(&rows);
    let list_id = taken.link.as_ref().and_then(|link| link.list_id.clone()).unwrap();
    let other = rows.iter().find(|row| row.role == taken.role && who(row) != who(&taken)).unwrap();
    let refused = links::link(&job.profile, who(other), &list_id, WHO).unwrap_err();
    assert_eq!(refused.code, links::SHARED);
    assert!(refused.happened.contains(&taken.name), "{}", refused.happened);
    links::link_also(&job.profile, who(other), &list_id, WHO).unwrap();
    let link = job.profile.store().read(|r| r.link(other.contact_id, other.role)).unwrap().unwrap();
    assert_eq!(link.list_id.as_deref(), Some(list_id.as_str()));
    countersign::workflow::decide::undo(&job.profile, WHO).unwrap();
}

#[test]
fn several_contacts_are_unlinked_created_and_refused_as_one_decision_each() {
    use countersign::workflow::decide;
    let job = Job::new();
    let to_a_record = |row: &&MatchRow| row.link.as_ref().is_some_and(|link| link.list_id.is_some());
    let some: Vec<ContactRole> =
        links::rows(&job.profile).unwrap().iter().filter(to_a_record).map(who).take(3).collect();
    let standing = || -> Vec<Option<bool>> {
        let link = |one: &ContactRole| job.profile.store().read(|r| r.link(one.0, one.1)).unwrap();
        some.iter().map(|one| link(one).map(|link| link.list_id.is_some())).collect()
    };
    assert_eq!(links::unlink_each(&job.profile, &some, WHO).unwrap().count, 3);
    assert_eq!(standing(), [None, None, None]);
    assert!(links::unlink_each(&job.profile, &some, WHO).is_err(), "none of them has a link now");
    links::create_each(&job.profile, &some, WHO).unwrap();
    assert_eq!(standing(), [Some(false), Some(false), Some(false)], "made new with the next batch");
    decide::undo(&job.profile, WHO).unwrap();
    assert_eq!(standing(), [None, None, None], "one undo takes all three back");
    decide::undo(&job.profile, WHO).unwrap();
    assert_eq!(standing(), [Some(true), Some(true), Some(true)]);
    links::unlink_each(&job.profile, &some, WHO).unwrap();
    let first = |rows: &[MatchRow], one: &ContactRole| -> String {
        rows.iter().find(|row| who(row) == *one).unwrap().body.clone()
    };
    let before = links::rows_with_candidates(&job.profile).unwrap();
    links::refuse_first(&job.profile, &some, WHO).unwrap();
    let after = links::rows_with_candidates(&job.profile).unwrap();
    assert!(some.iter().all(|one| first(&before, one) != first(&after, one)), "another comes first, or none");
}

#[test]
fn a_page_of_sure_matches_is_linked_as_it_was_shown_or_not_at_all() {
    let job = Job::new();
    let linked = |row: &MatchRow| row.link.as_ref().is_some_and(|link| link.list_id.is_some());
    for row in links::rows(&job.profile).unwrap().iter().filter(|row| linked(row)) {
        links::unlink(&job.profile, who(row), WHO).unwrap();
    }
    let page = links::sure(&job.profile, 3).unwrap();
    assert!(page.rows.len() == 3 && page.total > 3, "{page:?}");
    let mut shown: Vec<_> = page.rows.iter().map(|row| (row.who, row.list_id.clone())).collect();
    let mut other = shown.clone();
    other[1].1 = "another".into();
    assert_eq!(links::accept_shown(&job.profile, &other, WHO).unwrap_err().code, "MATCH-MOVED");
    assert_eq!(links::sure(&job.profile, 3).unwrap(), page, "nothing was linked");
    links::accept_shown(&job.profile, &shown, WHO).unwrap();
    let next = links::sure(&job.profile, 3).unwrap();
    assert_eq!(next.total, page.total - 3);
    shown.retain(|(who, _)| next.rows.iter().any(|row| row.who == *who));
    assert!(shown.is_empty());
}

#[test]
fn of_two_contacts_marked_for_one_record_only_the_first_is_linked_unasked() {
    let job = Job::new();
    let linked = |row: &&MatchRow| row.link.as_ref().is_some_and(|link| link.list_id.is_some());
    let rows = links::rows(&job.profile).unwrap();
    let two: Vec<&MatchRow> =
        rows.iter().filter(linked).filter(|row| row.role == PartyList::Customer).take(2).collect();
    let both: Vec<ContactRole> = two.iter().map(|row| who(row)).collect();
    both.iter().for_each(|who| drop(links::unlink(&job.profile, *who, WHO).unwrap()));
    job.sql(&format!(
        "UPDATE match_proposal SET body = (SELECT body FROM match_proposal WHERE contact_id = {} AND role = 'Customer')
         WHERE contact_id = {} AND role = 'Customer'",
        both[0].0, both[1].0
    ));
    let said = links::accept(&job.profile, &both, WHO).unwrap();
    assert!(said.text.contains("1 are left"), "{}", said.text);
    let link = |who: ContactRole| job.profile.store().read(|r| r.link(who.0, who.1)).unwrap();
    assert!(link(both[0]).is_some() && link(both[1]).is_none());
    let alone = links::accept(&job.profile, &both[1..], WHO).unwrap_err();
    assert!(alone.code == links::SHARED && alone.happened.contains(&two[0].name), "{}", alone.happened);
}

#[test]
fn buyers_are_billed_to_a_house_customer_that_a_person_chose_on_the_match_screen() {
    let job = Job::new();
    let rows = links::rows(&job.profile).unwrap();
    let customers = rows.iter().filter(|row| row.role == PartyList::Customer && row.link.is_some());
    let details = customers.map(|row| links::detail(&job.profile, who(row)).unwrap());
    let detail = details.into_iter().find(|detail| !detail.house.is_empty()).unwrap();
    let choice = detail.house.last().unwrap().clone();
    assert!(choice.in_words().starts_with("every sale"), "{}", choice.in_words());
    let list_id = linked(&rows).link.and_then(|link| link.list_id).unwrap();
    let list_id = match job.profile.store().read(|r| r.party(PartyList::Customer.kind(), &list_id)).unwrap() {
        Some(_) => list_id,
        None => links::search(&job.profile, PartyList::Customer, "").unwrap()[0].id.to_string(),
    };
    let change = links::house_change(&job.profile, &choice, &list_id).unwrap();
    countersign::workflow::connect::change_settings(&job.profile, &change, WHO).unwrap();
    assert_eq!(job.profile.settings().house.len(), 1);
    let again = links::house_change(&job.profile, &choice, &list_id).unwrap_err();
    assert_eq!(again.code, "HOUSE-RULE");
    let waits = |job: &Job| links::rows(&job.profile).unwrap().iter().map(|row| row.documents).sum::<i64>();
    let with_rule = waits(&job);
    countersign::workflow::decide::undo(&job.profile, WHO).unwrap();
    assert!(job.profile.settings().house.is_empty());
    assert!(with_rule < waits(&job), "sales by rule ask for no customer of their own");
}

#[test]
fn a_name_is_looked_at_as_it_is_typed() {
    let job = Job::new();
    let taken = links::search(&job.profile, PartyList::Customer, "").unwrap()[0].full_name.clone();
    let who = (1, PartyList::Vendor);
    for (name, free) in [("Quite Another Name", true), (taken.as_str(), false), ("a:b", false), ("", false)] {
        let said = links::look_at_name(&job.profile, who, name).unwrap();
        assert_eq!(said.free, free, "{name}: {}", said.text);
        assert!(said.text.starts_with(&format!("{} of 41", name.chars().count())), "{}", said.text);
    }
}

#[test]
fn a_contact_that_waits_to_be_created_is_set_anew_under_the_same_name_or_another() {
    let job = Job::new();
    let customers: Vec<ContactRole> = links::rows(&job.profile)
        .unwrap()
        .iter()
        .filter(|row| row.link.is_some() && row.role == PartyList::Customer)
        .map(who)
        .collect();
    let (one, other) = (customers[0], customers[1]);
    links::unlink_each(&job.profile, &[one, other], WHO).unwrap();
    let waits_as = |who: ContactRole| links::detail(&job.profile, who).unwrap().row.link.unwrap().name;
    let create = |who, name: Option<&str>| links::create_new(&job.profile, who, name, WHO);
    create(one, Some("Quite Another Name")).unwrap();
    // The sheet opens with the name that waits, which is free for this contact and for no other.
    assert_eq!(links::detail(&job.profile, one).unwrap().proposed_name, "Quite Another Name");
    assert!(links::look_at_name(&job.profile, one, "Quite Another Name").unwrap().free);
    let said = links::look_at_name(&job.profile, other, "QUITE ANOTHER NAME").unwrap();
    assert!(!said.free && said.text.contains("waits to be created for"), "{}", said.text);
    assert_eq!(create(other, Some("quite another name")).unwrap_err().code, "NAME-TAKEN");
    create(one, Some("Quite Another Name")).unwrap();
    assert_eq!(waits_as(one), "Quite Another Name");
    create(one, Some("quite another name")).unwrap();
    assert_eq!(waits_as(one), "quite another name", "another case of its own name is no clash");
    create(one, Some("Müller & Söhne")).unwrap();
    let said = links::look_at_name(&job.profile, other, "MÜLLER & SÖHNE").unwrap();
    assert!(!said.free, "letters with marks have two cases too: {}", said.text);
    // Without a name the proposal comes back, and a second time it is the same one, not "... 2".
    create(one, None).unwrap();
    let proposed = waits_as(one);
    create(one, None).unwrap();
    assert_eq!(waits_as(one), proposed);
    assert!(
        links::look_at_name(&job.profile, other, "Quite Another Name").unwrap().free,
        "its old name is free again"
    );
}

#[test]
fn a_customer_is_found_by_its_phone_or_any_part_of_its_name() {
    let job = Job::new();
    let all = links::search(&job.profile, PartyList::Customer, "a").unwrap();
    let with_phone = all.iter().find(|party| party.phone.len() > 6).unwrap();
    for typed in [&with_phone.phone, &with_phone.full_name] {
        let found = links::search(&job.profile, PartyList::Customer, typed).unwrap();
        assert!(found.iter().any(|party| party.id == with_phone.id), "{typed}: {found:?}");
    }
    assert!(
        links::search(&job.profile, PartyList::Vendor, &with_phone.full_name)
            .unwrap()
            .iter()
            .all(|p| p.id != with_phone.id)
    );
}

#[test]
fn every_score_that_is_kept_for_the_screen_is_the_sum_of_the_weights_beside_it() {
    let job = Job::new();
    let tenths = |bits: &str| match bits {
        "" => 0, // Cin7's own note of the record has no weight.
        bits => (bits.parse::<f64>().unwrap() * 10.0).round() as i64,
    };
    let mut seen = 0;
    for row in links::rows(&job.profile).unwrap() {
        for candidate in links::detail(&job.profile, who(&row)).unwrap().candidates {
            let sum: i64 = candidate.evidence.iter().map(|fact| tenths(&fact.bits)).sum();
            assert_eq!(sum, tenths(&candidate.score), "{}: {candidate:?}", row.name);
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen}");
}
