//! The traps again amid strangers and in other spellings: what is unsure by itself is unsure in a list that has taught its weights.

use super::*;

const SOUNDS: [&str; 12] =
    ["bar", "del", "for", "gan", "hol", "kir", "lan", "mos", "nel", "pra", "sto", "ven"];
const TRADES: [&str; 8] =
    ["Bakery", "Bearings", "Dental", "Electric", "Foods", "Marine Supply", "Plumbing", "Tools"];
/// Strangers on each side: enough pairs that the list teaches its own weights.
const STRANGERS: usize = 180;

fn stranger(n: usize) -> (String, String, String) {
    let sound = |at: usize| SOUNDS[at % SOUNDS.len()];
    let name = format!("{}{}{} {}", sound(n), sound(n / 12), sound(n / 144 + n), TRADES[n * 7 % 8]);
    (
        name,
        format!("(5{:02}) 2{:02}-{:04}", n % 90 + 10, n / 90, n * 37 % 10_000),
        format!("{} Elm St", n + 9),
    )
}

/// Contacts and as many records, of which most belong together.
pub(super) fn crowd() -> (Vec<LeftContact>, Vec<RightParty>) {
    let lefts = (0..STRANGERS).map(|n| {
        let (name, phone, address1) = stranger(n);
        let post_code = format!("{}", 60_000 + n % 500);
        LeftContact { left_id: format!("S{n}"), phone, address1, post_code, ..contact(&name) }
    });
    let rights = (STRANGERS / 4..STRANGERS + STRANGERS / 4).map(|n| {
        let (name, phone, bill_addr1) = stranger(n);
        let bill_postal_code = format!("{}", 60_000 + n % 500);
        RightParty { phone, bill_addr1, bill_postal_code, ..party(&format!("S{n}"), &name) }
    });
    (lefts.collect(), rights.collect())
}

/// The proposals for the trap's own contacts, alone and amid strangers.
fn both(lefts: &[LeftContact], rights: &[RightParty]) -> Vec<Proposal> {
    let own = lefts.len();
    let mut found = Engine::new(rights.to_vec(), lefts.to_vec()).match_all();
    let (others, records) = crowd();
    let all_lefts: Vec<LeftContact> = lefts.iter().cloned().chain(others).collect();
    let all_rights: Vec<RightParty> = records.into_iter().chain(rights.iter().cloned()).collect();
    let mut amid = Engine::new(all_rights, all_lefts).match_all();
    let sure = amid.iter().skip(own).filter(|p| p.decision == Decision::Auto).count();
    assert!(sure > STRANGERS / 2, "the strangers themselves are matched: {sure}");
    found.extend(amid.drain(..own));
    found
}

#[track_caller]
fn never_sure(what: &str, lefts: &[LeftContact], rights: &[RightParty]) {
    for proposal in both(lefts, rights) {
        assert_ne!(proposal.decision, Decision::Auto, "{what}: {} {}", proposal.left_id, proposal.why);
    }
}

/// A contact and a record at one place; what they are called and reached by is the trap's.
struct Site {
    city: &'static str,
    state: &'static str,
    zip: &'static str,
    street: &'static str,
    phone: &'static str,
}

const HOUSTON: Site = Site {
    city: "Houston",
    state: "TX",
    zip: "77001",
    street: "1200 Travis Street",
    phone: "(713) 555-1212",
};
const DENVER: Site =
    Site { city: "Denver", state: "CO", zip: "80202", street: "44 Blake St.", phone: "303.555.9876" };

impl Site {
    fn left(&self, id: &str, c: LeftContact) -> LeftContact {
        LeftContact {
            left_id: id.into(),
            city: self.city.into(),
            state: self.state.into(),
            post_code: self.zip.into(),
            address1: self.street.into(),
            phone: self.phone.into(),
            ..c
        }
    }

    fn right(&self, id: &str, name: &str) -> RightParty {
        RightParty {
            bill_city: self.city.into(),
            bill_state: self.state.into(),
            bill_postal_code: self.zip.into(),
            bill_addr1: self.street.to_uppercase(),
            phone: self.phone.replace(['(', ')', '.'], " "),
            ..party(id, name)
        }
    }
}

#[test]
fn one_name_in_two_cities_is_never_sure_however_it_is_spelled() {
    for (a, b, c) in [
        ("Harlan Tool & Supply, Inc.", "HARLAN TOOL AND SUPPLY", "Harlan Tool & Supply"),
        ("Quantex", "Quantex LLC", "Quantex Inc"),
        ("The Blue Heron", "Blue Heron, The", "Blue Heron"),
    ] {
        let here = HOUSTON.left("here", contact(a));
        let there = [HOUSTON.right("1", b), DENVER.right("2", c)];
        never_sure("both cities on the right", std::slice::from_ref(&here), &there);
        never_sure("the other city only", std::slice::from_ref(&here), &there[1..]);
        let twice = [here.clone(), DENVER.left("there", contact(c))];
        never_sure("both cities on both sides", &twice, &there);
        never_sure("both cities on the left", &twice, &there[..1]);
    }
}

#[test]
fn branches_that_share_a_toll_free_number_and_a_domain_are_never_sure() {
    for (a, b) in [
        ("Harlan Bearings - Houston", "Harlan Bearings - Denver"),
        ("Harlan Bearings Houston", "Harlan Bearings Denver"),
        ("Harlan Bearings (Houston)", "Harlan Bearings (Denver)"),
        ("Harlan Bearings #12", "Harlan Bearings #14"),
        ("Harlan Bearings", "Harlan Bearings"),
    ] {
        let left = LeftContact {
            phone: "1-800-555-0100".into(),
            email: "houston@harlanbearings.com".into(),
            ..HOUSTON.left("here", contact(a))
        };
        let right = RightParty {
            phone: "(800) 555-0100".into(),
            email: "denver@harlanbearings.com".into(),
            ..DENVER.right("2", b)
        };
        never_sure(b, &[left], &[right]);
    }
}

#[test]
fn people_of_one_household_are_never_sure_of_each_other() {
    for (first, last, other) in [
        ("Robert", "Thibodeaux", "Thibodeaux, Linda"),
        ("Robert", "Thibodeaux", "Linda Thibodeaux"),
        ("Robert", "Thibodeaux", "L. Thibodeaux"),
        ("Robert", "Thibodeaux Jr", "Robert Thibodeaux Sr."),
        ("Robert", "Thibodeaux", "Robert Thibodeaux Jr."),
        ("Robert", "Thibodeaux III", "Thibodeaux, Robert"),
        ("Maria", "Lopez", "Mario Lopez"),
        ("Jean", "Lopez", "Joan Lopez"),
    ] {
        let family = RightParty { email: "family@aol.com".into(), ..HOUSTON.right("1", other) };
        for email in ["", "family@aol.com"] {
            let left = LeftContact { email: email.into(), ..HOUSTON.left("who", person(first, last)) };
            never_sure(other, &[left], std::slice::from_ref(&family));
        }
    }
}

#[test]
fn two_firms_behind_one_switchboard_are_never_sure_of_each_other() {
    for (a, b) in [
        ("Harlan Legal Group", "Quantex Software"),
        ("Harlan Plumbing", "Harlan Electric"),
        ("Smith Plumbing & Heating", "Smith Electric Supply"),
        ("Tower Dental Partners", "Tower Medical Partners LLC"),
    ] {
        never_sure(b, &[HOUSTON.left("who", contact(a))], &[HOUSTON.right("1", b)]);
        let others =
            [HOUSTON.right("1", b), HOUSTON.right("2", "Velora Optics"), HOUSTON.right("3", "Baxter")];
        never_sure(b, &[HOUSTON.left("who", contact(a))], &others);
    }
}

#[test]
fn a_free_mail_address_of_five_records_makes_no_likeness_sure() {
    let names = ["Harlan Holdings", "Quantex Foods", "Velora", "Harlan Group", "Sundale"];
    let rights = names.map(|name| RightParty { email: "office@gmail.com".into(), ..party(name, name) });
    for name in ["Harlan", "Harlan Partners", "Velora Marine", "Quantex Goods"] {
        let left = LeftContact { email: "Office@GMail.com".into(), ..contact(name) };
        never_sure(name, &[left], &rights);
    }
    let lefts = names.map(|name| LeftContact { email: "office@gmail.com".into(), ..contact(name) });
    never_sure(
        "five contacts",
        &lefts,
        &[RightParty { email: "office@gmail.com".into(), ..party("1", "Oakmont") }],
    );
}

#[test]
fn a_name_of_nobody_in_particular_is_never_sure() {
    const NAMES: [&str; 13] = [
        "Cash Sale",
        "Walk-In Customer",
        "Counter Sales",
        "Retail Customer",
        "MISC. VENDOR",
        "Various Customers",
        "Web Order",
        "Unknown",
        "One-Time Customer",
        "Test",
        "Petty Cash",
        "Cash",
        "Guest",
    ];
    let lefts = NAMES.map(contact);
    let rights = NAMES.map(|name| party(name, name));
    never_sure("by name", &lefts, &rights);
    let zip = || "77001".to_string();
    never_sure(
        "by name and place",
        &lefts.map(|left| LeftContact { post_code: zip(), ..left }),
        &rights.map(|right| RightParty { bill_postal_code: zip(), ..right }),
    );
    let many: Vec<RightParty> = (0..200).map(|n| party(&format!("{n:03}"), "Cash Sale")).collect();
    never_sure("many", &[contact("Cash Sale"), contact("cash sale")], &many);
}

#[test]
fn an_inactive_twin_is_never_sure_whatever_else_differs() {
    let left = [HOUSTON.left("who", contact("Harlan Bearings"))];
    let old = |name: &str| RightParty { is_active: false, ..HOUSTON.right("old", name) };
    for name in ["Harlan Bearings", "HARLAN BEARINGS, INC.", "Harlan Bearings (old)", "Harlan Bearings - OLD"]
    {
        never_sure(name, &left, &[old(name), HOUSTON.right("new", "Harlan Bearings Inc")]);
        never_sure("no phone", &left, &[old(name), party("new", "Harlan Bearings")]);
        never_sure("inactive alone", &left, &[old(name)]);
    }
}

#[test]
fn a_contact_of_no_role_is_never_sure() {
    let nobody = LeftContact { list: None, ..HOUSTON.left("who", contact("Harlan Bearings")) };
    let vendor =
        RightParty { list: Some(PartyList::Vendor), ..HOUSTON.right("V", "Harlan Bearings (Vendor)") };
    let customer = HOUSTON.right("C", "Harlan Bearings");
    for rights in [vec![vendor.clone(), customer.clone()], vec![vendor], vec![customer]] {
        never_sure("no role", std::slice::from_ref(&nobody), &rights);
    }
}

#[test]
fn near_ties_are_never_sure() {
    for (wanted, a, b) in [
        ("Harlan Bearing Supply", "Harlan Bearing", "Harlan Bearing Supplies"),
        ("Harlan Bearings", "Harlan Bearings 1", "Harlan Bearings 2"),
        ("Kowalski Foundry", "Kowalsky Foundry", "Kowalski Foundries"),
        ("H.B. Tools", "HB Tools", "H B Tools Inc"),
    ] {
        never_sure(
            wanted,
            &[HOUSTON.left("who", contact(wanted))],
            &[HOUSTON.right("1", a), HOUSTON.right("2", b)],
        );
    }
}

#[test]
fn a_record_that_another_contact_has_or_wants_is_never_sure() {
    let right = HOUSTON.right("1", "Harlan Bearings");
    let wants = |id: &str, name: &str| HOUSTON.left(id, contact(name));
    never_sure(
        "twice",
        &[wants("a", "Harlan Bearings"), wants("b", "HARLAN BEARINGS INC")],
        std::slice::from_ref(&right),
    );
    let mut known = Known::default();
    known.links.insert("elsewhere".into(), "1".into());
    let (mut lefts, mut rights) = crowd();
    lefts.insert(0, wants("a", "Harlan Bearings"));
    rights.push(right);
    let proposal = Engine::new(rights, lefts).with_known(known).match_all().remove(0);
    assert_eq!(proposal.decision, Decision::Suggest);
    assert!(proposal.why.contains("already linked"), "{}", proposal.why);
}
