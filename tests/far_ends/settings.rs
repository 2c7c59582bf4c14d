//! What Cin7 is told about the books, documents taken over from another program, and settings that are tried out before
//! they take effect: on the real store, over real HTTP.

use crate::job::{CIN7_KEY, Job, WHO};
use countersign::books::DraftState;
use countersign::sim::cin7::{Setup, SimCin7};
use countersign::sim::world::json::Json;
use countersign::sim::world::{Resource, World};
use countersign::store::drafts::DraftRow;
use countersign::store::writeback::WriteState;
use countersign::workflow::fetch::{FetchOptions, fetch};
use countersign::workflow::writeback::{self, Report};
use countersign::workflow::{Profile, connect, contacts, decide, handoff, history, links};
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

/// The job's Cin7, running again, with the write-back on.
fn cin7(job: &Job, faults: &str) -> SimCin7 {
    let world = World::generate(1, 32, 40);
    let mut setup = Setup::for_world(&world);
    setup.connections[0].key = CIN7_KEY.into();
    let cin7 = job.wait(SimCin7::start("127.0.0.1:0".parse().unwrap(), world, setup)).unwrap();
    cin7.add_faults(faults).unwrap();
    let mut settings = job.profile.settings();
    settings.cin7.url = cin7.url();
    settings.cin7_writeback = true;
    job.profile.save_settings(&settings).unwrap();
    cin7
}

fn write(job: &Job) -> Report {
    job.wait(writeback::run(&job.profile, WHO, CancellationToken::new())).unwrap()
}

/// Import statuses that Cin7 shows, by type, of documents that were not marked from the first day.
fn shown(cin7: &SimCin7) -> BTreeMap<(Resource, i64), String> {
    let of = |record: &countersign::sim::world::json::Record| match record.get("accountingAttributes") {
        Some(Json::Record(attributes)) => attributes.text("accountingImportStatus").to_string(),
        _ => String::new(),
    };
    cin7.look(|office| {
        let mut found = BTreeMap::new();
        for resource in [Resource::SalesOrders, Resource::PurchaseOrders, Resource::CreditNotes] {
            for record in office.world.shelf(resource).unwrap().records() {
                found.insert((resource, record.whole("id")), of(&record));
            }
        }
        found
    })
}

fn newly(before: &BTreeMap<(Resource, i64), String>, cin7: &SimCin7) -> usize {
    let now = shown(cin7);
    now.iter().filter(|(key, status)| *status == "Imported" && before.get(*key) != Some(status)).count()
}

/// Whether Cin7 keeps an import status for it.
fn is_told(row: &DraftRow) -> bool {
    ["SalesOrder", "PurchaseOrder", "CreditNote"].contains(&row.cin7_type.as_str())
}

fn in_the_books(job: &Job) -> usize {
    job.rows(&[DraftState::Posted]).iter().filter(|row| !row.pending && is_told(row)).count()
}

#[test]
fn cin7_is_told_of_what_is_in_the_ledger_and_of_nothing_that_is_pending() {
    let job = Job::posted();
    let cin7 = cin7(&job, "");
    let before = shown(&cin7);
    let (posted, pending) =
        (in_the_books(&job), job.rows(&[DraftState::Posted]).iter().filter(|r| r.pending).count());
    assert!(posted > 1 && pending > 1);
    let report = write(&job);
    assert_eq!(
        (report.written, report.waiting, report.refused, report.cause.as_str()),
        (posted as u64, 0, 0, "")
    );
    assert_eq!(newly(&before, &cin7), posted);
    assert_eq!(write(&job).written, 0, "nothing is written twice");
    job.finalise(None);
    job.visit();
    job.settle();
    let report = write(&job);
    assert_eq!(report.written, pending as u64);
    assert_eq!(newly(&before, &cin7), posted + pending);
    let states = job.states();
    job.wait(async {
        fetch(&job.profile, &FetchOptions::default(), &mut |_| (), CancellationToken::new()).await.unwrap()
    });
    assert_eq!(job.states(), states, "our own mark keeps nothing out and changes no draft");
    assert!(history::audit_verify(&job.profile).unwrap().broken_at.is_none());
}

#[test]
fn a_status_that_cin7_refuses_or_only_seems_to_take_is_tried_on_one_document_and_told() {
    for (fault, said) in [
        ("no-status-write", "cannot be changed"),
        ("status-ignored", "still shows NotImported"),
        ("403*all", "may not write"),
    ] {
        let job = Job::posted();
        let cin7 = cin7(&job, fault);
        let before = shown(&cin7);
        let puts = |cin7: &SimCin7| cin7.look(|office| office.counts.values().sum::<u64>());
        let report = write(&job);
        assert!(report.cause.contains(said), "{fault}: {}", report.cause);
        assert_eq!((report.written, report.refused, newly(&before, &cin7)), (0, 1, 0), "{fault}");
        assert!(puts(&cin7) <= 2, "{fault}: only one document is tried");
        cin7.clear_faults();
        assert_eq!(write(&job).written, in_the_books(&job) as u64, "{fault}: the next run tries again");
    }
}

#[test]
fn an_answer_that_is_lost_is_read_back_before_anything_is_sent_again() {
    let job = Job::posted();
    let cin7 = cin7(&job, "");
    let before = shown(&cin7);
    cin7.add_faults("lost-answer").unwrap();
    let report = write(&job);
    assert_eq!((report.already, report.unknown), (1, 0), "{report:?}");
    assert_eq!(newly(&before, &cin7), 1);
    cin7.add_faults("500*all").unwrap();
    let report = write(&job);
    assert_eq!(report.unknown, 1, "neither sent nor looked up: it stays in doubt: {report:?}");
    assert!(report.open.iter().any(|row| row.state == WriteState::Sent));
    cin7.clear_faults();
    write(&job);
    assert_eq!(newly(&before, &cin7), in_the_books(&job));
}

#[test]
fn what_leaves_the_books_is_taken_back_in_cin7() {
    let job = Job::posted();
    let cin7 = cin7(&job, "");
    let before = shown(&cin7);
    write(&job);
    let gone = job.rows(&[DraftState::Posted]).into_iter().find(|row| !row.pending && is_told(row)).unwrap();
    job.sql(&format!("UPDATE draft SET gone = 1 WHERE id = {}", gone.id));
    assert_eq!(write(&job).written, 1);
    assert_eq!(newly(&before, &cin7), in_the_books(&job) - 1);
    assert_eq!(write(&job).written, 0);
    job.sql(&format!("UPDATE draft SET gone = 0 WHERE id = {}", gone.id));
    assert_eq!(write(&job).written, 1, "and told again when it is back");
}

#[test]
fn without_leave_nothing_is_written_and_it_is_said_what_is_lost() {
    let job = Job::posted();
    let problem = job.wait(writeback::run(&job.profile, WHO, CancellationToken::new())).unwrap_err();
    assert_eq!(problem.code, "WRITEBACK-OFF");
    assert!(problem.means.contains("no COGS in Cin7"));
    let preview = writeback::preview(&job.profile).unwrap();
    assert_eq!((preview.on, preview.waiting), (false, in_the_books(&job) as u64));
}

#[test]
fn a_document_that_another_program_marked_is_taken_over_by_a_person_alone_and_that_can_be_undone() {
    let job = Job::new();
    let marked = job
        .rows(&[DraftState::Excluded])
        .into_iter()
        .find(|row| job.codes(row.id).iter().any(|code| code == "imported" || code == "do_not_import"))
        .unwrap();
    writeback::take_over(&job.profile, &[marked.id], WHO).unwrap();
    let taken = job.row(marked.id);
    assert_ne!(taken.state, DraftState::Excluded);
    assert!(job.codes(marked.id).contains(&"taken_over".to_string()));
    assert!(writeback::take_over(&job.profile, &[marked.id], WHO).is_err(), "twice");
    decide::undo(&job.profile, WHO).unwrap();
    assert_eq!(job.row(marked.id).state, DraftState::Excluded);
    decide::redo(&job.profile, WHO).unwrap();
    assert_eq!(job.row(marked.id).state, taken.state);
    assert!(history::audit_verify(&job.profile).unwrap().broken_at.is_none());
}

fn ready_invoices(job: &Job) -> usize {
    job.rows(&[DraftState::Ready])
        .iter()
        .filter(|row| row.kind == Some(countersign::books::TxnKind::Invoice))
        .count()
}

#[test]
fn a_change_of_settings_shows_the_drafts_that_it_would_alter_and_alters_none() {
    let job = Job::new();
    decide::approve_all_ready(&job.profile, WHO).unwrap();
    let approved = job.rows(&[DraftState::Approved]);
    let change = [("prefix.invoice".to_string(), "X".to_string())];
    let preview = connect::preview_change(&job.profile, &change).unwrap();
    let lost = preview.lose_approval;
    // Besides the sales only the cost journals of their months are altered: an unapproved sale has no cost yet.
    let (journals, sales): (Vec<_>, Vec<_>) =
        preview.altered.iter().partition(|draft| draft.kind == "JournalEntry");
    assert!(lost > 1 && lost == sales.len() as u64, "{preview:?}");
    assert_eq!(preview.drafts, lost + journals.len() as u64);
    assert_eq!(preview.groups.iter().map(|group| group.drafts).sum::<u64>(), preview.drafts);
    let group = preview.groups.iter().find(|group| group.kind == "Invoice").unwrap();
    assert_eq!((group.drafts, group.lose_approval), (lost, lost), "{group:?}");
    assert_eq!((group.state_after.as_str(), group.total_before), ("NeedsAttention", group.total_after));
    assert!(group.in_words("step").contains(&group.first[0]), "{}", group.in_words("step"));
    assert!(sales.iter().all(|draft| draft.total_before == draft.total_after), "{preview:?}");
    assert_eq!(preview.changes, [("prefix.invoice".to_string(), String::new(), "X".to_string())]);
    assert_eq!(job.rows(&[DraftState::Approved]), approved, "nothing was altered");
    assert!(
        std::fs::read_dir(job.profile.dir())
            .unwrap()
            .flatten()
            .all(|entry| { !entry.file_name().to_string_lossy().starts_with("preview-") })
    );
    connect::change_settings(&job.profile, &change, WHO).unwrap();
    assert_eq!(
        job.rows(&[DraftState::Approved]).len() as u64,
        approved.len() as u64 - lost,
        "as it was shown"
    );
    let nothing = connect::preview_change(&job.profile, &change).unwrap();
    assert_eq!((nothing.drafts, nothing.changes.len()), (0, 0));
}

#[test]
fn a_list_entry_that_is_not_there_is_told_with_the_one_that_was_probably_meant() {
    let job = Job::new();
    let wrong = [("account.inventory_asset".to_string(), "Inventroy Asset".to_string())];
    let problem = connect::change_settings(&job.profile, &wrong, WHO).unwrap_err();
    assert!(
        problem.happened.contains("`Inventroy Asset`: no such account; did you mean `Inventory Asset`?"),
        "{}",
        problem.happened
    );
}

#[test]
fn settings_written_by_hand_are_noticed_at_the_next_start_checked_and_drafted_with() {
    let job = Job::new();
    let file = job.profile.dir().join("countersign.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let by_hand = text
        .replace("invoice = \"\"", "invoice = \"X\" # mine")
        .replace("\n#adjustment = ", "\nadjustment = ");
    assert_ne!(by_hand, text);
    std::fs::write(&file, &by_hand).unwrap();
    let before = ready_invoices(&job);
    let job = job.restart();
    assert_eq!(job.profile.settings().prefix.invoice, "X");
    assert_eq!(ready_invoices(&job), before);
    let sale = job.rows(&[DraftState::Ready]).into_iter().find(|row| row.ref_number.starts_with('X'));
    assert!(sale.is_some(), "the drafts follow");
    let events = history::events(&job.profile, i64::MAX, 50).unwrap();
    let event = events.iter().find(|event| event.kind == "settings_changed_by_hand").unwrap();
    assert!(event.body.contains("prefix.invoice"), "{}", event.body);
    let reread = std::fs::read_to_string(&file).unwrap();
    assert!(reread.contains("invoice = \"X\" # mine"));
    let job = job.restart();
    let again = history::events(&job.profile, i64::MAX, 50).unwrap();
    assert_eq!(events.len(), again.len(), "told once");
    std::fs::write(&file, format!("{reread}\n[account]\n")).unwrap();
    let told = Profile::open_reading(job.profile.dir(), job.profile.clock()).err().unwrap();
    assert!(told.happened.contains("line "), "{}", told.happened);
}

fn fetch_again(job: &Job) {
    job.wait(async {
        fetch(&job.profile, &FetchOptions::default(), &mut |_| (), CancellationToken::new()).await.unwrap()
    });
}

/// A contact that is linked to a customer of the company, with its record.
fn linked_customer(job: &Job) -> (i64, String) {
    let rows = links::rows(&job.profile).unwrap();
    let row = rows
        .iter()
        .find(|row| {
            row.role == countersign::books::PartyList::Customer
                && row.link.as_ref().is_some_and(|link| link.list_id.is_some())
        })
        .unwrap();
    (row.contact_id, row.link.as_ref().unwrap().list_id.clone().unwrap())
}

#[test]
fn what_cin7_has_newer_of_a_linked_customer_is_shown_approved_and_written() {
    let job = Job::new();
    let cin7 = cin7(&job, "");
    let (contact, _) = linked_customer(&job);
    let who = (contact, countersign::books::PartyList::Customer);
    cin7.change(|world, now| {
        world.edit(Resource::Contacts, contact, now, |record| record.set("email", "new@buyer.example"))
    });
    fetch_again(&job);
    let shown = contacts::updates(&job.profile).unwrap();
    let mine = shown.iter().find(|update| update.contact_id == contact).unwrap();
    let email = mine.fields.iter().find(|field| field.field == "e-mail").unwrap();
    assert!(email.proposed && email.cin7 == "new@buyer.example", "{email:?}");
    contacts::approve_update(&job.profile, who, &["e-mail".to_string()], WHO).unwrap();
    assert!(contacts::approve_update(&job.profile, who, &[], WHO).is_err(), "one at a time");
    decide::undo(&job.profile, WHO).unwrap();
    assert!(!contacts::update_of(&job.profile, who).unwrap().waiting, "taken back");
    contacts::approve_update(&job.profile, who, &["e-mail".to_string()], WHO).unwrap();
    handoff::close_batch(&job.profile, WHO).unwrap();
    job.visit();
    job.settle();
    job.host.request_lists();
    job.visit();
    let after = contacts::update_of(&job.profile, who).unwrap();
    assert!(!after.waiting && after.fields.iter().all(|field| field.field != "e-mail"), "{after:?}");
}

#[test]
fn sales_of_a_branch_are_billed_to_a_house_customer_and_the_buyer_stays_on_them() {
    let job = Job::new();
    let (_, list_id) = linked_customer(&job);
    let house = job
        .profile
        .store()
        .read(|r| r.party(countersign::books::ListKind::Customer, &list_id))
        .unwrap()
        .unwrap();
    let sale = |job: &Job| {
        let ready = job.rows(&[DraftState::Ready]);
        ready
            .into_iter()
            .filter(|row| row.kind == Some(countersign::books::TxnKind::Invoice))
            .collect::<Vec<_>>()
    };
    let other = sale(&job).into_iter().find(|row| row.party_id.as_deref() != Some(list_id.as_str())).unwrap();
    let branch = {
        let detail = countersign::workflow::drafts::detail(&job.profile, other.id).unwrap();
        detail.document.unwrap().branch_id
    };
    let rule = format!("[{{ branch = \"{branch}\", customer = \"{}\" }}]", house.full_name);
    let change = [("house".to_string(), rule)];
    let preview = connect::preview_change(&job.profile, &change).unwrap();
    assert!(preview.altered.iter().any(|draft| draft.id == other.id), "{preview:?}");
    connect::change_settings(&job.profile, &change, WHO).unwrap();
    let billed = job.row(other.id);
    assert_eq!(billed.party_name.as_deref(), Some(house.full_name.as_str()));
    assert!(job.codes(other.id).contains(&"house_customer".to_string()));
    let version = countersign::workflow::drafts::detail(&job.profile, other.id).unwrap().version.unwrap();
    assert!(!version.payload.bill_to.is_empty(), "the buyer's address stays");
    links::propose(&job.profile).unwrap();
    let needed = links::rows(&job.profile).unwrap();
    let only_here = job.rows(&[]).iter().filter(|row| row.contact_id == other.contact_id).all(|row| {
        job.codes(row.id).contains(&"house_customer".to_string()) || row.state == DraftState::Excluded
    });
    if only_here {
        let row = needed.iter().find(|row| row.contact_id == other.contact_id);
        assert!(row.is_none_or(|row| row.documents == 0), "no customer of its own is asked for");
    }
    decide::undo(&job.profile, WHO).unwrap();
    assert_eq!(job.row(other.id).party_name, other.party_name);
    assert!(job.profile.settings().house.is_empty(), "and the rule is gone from the settings");
}

#[test]
fn the_quickbooks_id_that_cin7_keeps_is_offered_as_known_and_taken_by_a_person_alone() {
    let job = Job::new();
    let cin7 = cin7(&job, "");
    let (contact, _) = linked_customer(&job);
    let who = (contact, countersign::books::PartyList::Customer);
    links::unlink(&job.profile, who, WHO).unwrap();
    let taken: Vec<String> = links::rows(&job.profile)
        .unwrap()
        .into_iter()
        .filter_map(|row| row.link.and_then(|link| link.list_id))
        .collect();
    let free = links::search(&job.profile, who.1, "")
        .unwrap()
        .into_iter()
        .find(|party| party.active && !taken.contains(&party.id.to_string()))
        .unwrap();
    let id = free.id.to_string();
    cin7.change(|world, now| {
        world.edit(Resource::Contacts, contact, now, |record| {
            use countersign::sim::world::json::Record;
            record
                .set("accountingIntegrationId", Record::new(vec![("quickBooksDesktop", id.clone().into())]));
        })
    });
    fetch_again(&job);
    let row =
        links::rows(&job.profile).unwrap().into_iter().find(|row| (row.contact_id, row.role) == who).unwrap();
    assert!(row.link.is_none(), "never by itself");
    assert_eq!(row.decision, "auto");
    assert!(row.why.starts_with("Known:"), "{}", row.why);
    links::accept_auto(&job.profile, WHO).unwrap();
    let row =
        links::rows(&job.profile).unwrap().into_iter().find(|row| (row.contact_id, row.role) == who).unwrap();
    assert_eq!(row.link.unwrap().list_id, Some(free.id.to_string()));
}

#[test]
fn a_link_whose_record_was_made_inactive_or_merged_goes_back_to_a_person() {
    for (sql, code) in [("active = 0", "link_inactive"), ("active = 0, deleted = 1", "link_gone")] {
        let job = Job::new();
        let (contact, list_id) = linked_customer(&job);
        let change = if code == "link_inactive" {
            format!(
                "UPDATE list_entry SET {sql}, body = replace(body, '\"active\":true', '\"active\":false') WHERE list_id = '{list_id}'"
            )
        } else {
            format!("UPDATE list_entry SET {sql} WHERE list_id = '{list_id}'")
        };
        job.sql(&change);
        countersign::workflow::redraft::redraft(&job.profile).unwrap();
        links::propose(&job.profile).unwrap();
        let row =
            links::rows(&job.profile).unwrap().into_iter().find(|row| row.contact_id == contact).unwrap();
        assert!(row.is_open() && row.link.is_some(), "{code}: it is to be decided again");
        let waits = job.rows(&[DraftState::NeedsAttention]);
        let mine = waits.iter().find(|row| row.contact_id == contact).unwrap();
        assert!(job.codes(mine.id).contains(&code.to_string()), "{:?}", job.codes(mine.id));
        links::accept_auto(&job.profile, WHO).unwrap();
        let row =
            links::rows(&job.profile).unwrap().into_iter().find(|row| row.contact_id == contact).unwrap();
        assert!(row.is_open(), "{code}: never rematched by itself");
    }
}
