//! Carries out effects: workflow calls on worker threads, answers back as messages.
//!
//! The only place of the screen that calls `workflow`. Must never touch the model, and never block the loop.

mod entries;
mod lanes;
mod taking;

pub use lanes::{FIRST_IDS, Lanes, ids};
pub use taking::{Hand, give_way, take as take_profile};

use super::control_word;
use super::effect::{Action, Irreversible, Query};
use super::msg::{Done, EventsPage, Loaded, Msg};
use super::setup_work;
use super::tour::Twist;
use crate::base::problem::Exit;
use crate::base::text::for_screen;
use crate::base::{DraftId, Month, Problem};
use crate::cin7::Progress;
use crate::drafting::cogs::CostAnswer;
use crate::workflow::handoff::BatchPreview;
use crate::workflow::host::Host;
use crate::workflow::proof_page;
use crate::workflow::{
    Profile, Result, Said, approve_many, computers, connect, costs, decide, doubts, drafts, fetch, handoff,
    history, home, links, own, own_look, prove, redraft, settings_view, setup, status, timeline, trial, undo,
    views, writeback,
};
use secrecy::ExposeSecret as _;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Rows of a search that are shown.
const FOUND_MAX: usize = 200;

/// Events read at a time.
const EVENTS_PAGE: usize = 200;

/// Makes the simulated Web Connector visit at once.
pub type Nudge = Arc<dyn Fn() + Send + Sync>;

/// Lets something happen at the far ends of a demo; what happened, line by line.
pub type TwistMaker = Arc<dyn Fn(Twist) -> Result<Vec<String>> + Send + Sync>;

/// What workers need.
#[derive(Clone)]
pub struct Workers {
    pub profile: Arc<Profile>,
    pub runtime: tokio::runtime::Handle,
    pub to_loop: Sender<Msg>,
    pub nudge: Option<Nudge>,
    pub twist: Option<TwistMaker>,
    pub host: Option<Arc<Host>>,
    pub lanes: Lanes,
    /// Where the lock of a profile that was taken over is laid down.
    pub taken: Hand,
}

impl Workers {
    /// Does something: a fetch as a task, the rest on a worker thread.
    pub fn act(&self, action: Action, by: String, cancel: CancellationToken) {
        let workers = self.clone();
        self.runtime.spawn(async move {
            let result = match action {
                Action::Fetch { full } => run_fetch(&workers, full, cancel).await,
                Action::Writeback => writeback::run(&workers.profile, &by, cancel)
                    .await
                    .map(|report| Done::Said(Said::new(0, report.in_words()))),
                Action::Confirmed { what: Irreversible::TakeProfile { .. }, .. } => {
                    take_profile(&workers, &by, cancel).await
                }
                Action::TestCin7 => setup_work::test_cin7(&workers.profile).await,
                Action::Doctor => setup_work::doctor(&workers.profile).await,
                action => {
                    let workers = workers.clone();
                    aside(move || perform(&workers, action, &by)).await
                }
            };
            let _ = workers.to_loop.send(Msg::Done { result }).await;
        });
    }
}

/// Runs work that blocks on a thread of its own; a fault in it becomes a problem on the screen.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(fault) => Err(crate::workflow::bug(&fault.to_string())),
    }
}

/// Reads on this thread.
pub fn read(profile: &Profile, query: Query) -> Result<Loaded> {
    Ok(match query {
        Query::Home => Loaded::Home(Box::new(home::home(profile)?)),
        Query::Groups(filter, by) => Loaded::Groups(approve_many::groups(profile, &filter, by)?),
        Query::Status => Loaded::Status(status::status(profile)?),
        Query::Connect => {
            let settings = profile.settings();
            let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_string();
            Loaded::Connect {
                view: connect::view(profile)?,
                purchase_tax: word(serde_json::json!(settings.purchase_tax)),
                writeback: settings.cin7_writeback,
            }
        }
        Query::MatchIds(filter) => Loaded::MatchIds(links::list(profile, &filter)?),
        // The list needs no evidence: the detail brings it for the one contact under the cursor.
        Query::MatchRows(who) => Loaded::MatchRows(links::window(profile, &who)?),
        Query::Tally(filter, by) => Loaded::Tally(links::tally(profile, &filter, by)?),
        Query::MatchDetail(who) => Loaded::MatchDetail(Box::new(links::detail(profile, who)?)),
        Query::Parties(role, text) => {
            let mut found = links::search(profile, role, &text)?;
            found.truncate(FOUND_MAX);
            Loaded::Parties(found)
        }
        Query::Sure(count) => Loaded::Sure(links::sure(profile, count)?),
        Query::NewName(who, text) => {
            let said = links::look_at_name(profile, who, &text)?;
            Loaded::NewName(text, said)
        }
        Query::DraftIds(filter) | Query::DraftIdsAnew(filter) => {
            Loaded::DraftIds(drafts::ids(profile, &filter)?)
        }
        Query::DraftRows(ids) => Loaded::DraftRows(drafts::rows(profile, &ids)?),
        Query::DraftDetail(id) => Loaded::DraftDetail(Box::new(drafts::detail(profile, id)?)),
        Query::Preview => Loaded::Preview(handoff::preview(profile)?),
        Query::History => {
            Loaded::History { batches: history::batches(profile)?, visits: history::visits(profile)? }
        }
        Query::Events { from, asked } => {
            let events = history::events_asked(profile, from, EVENTS_PAGE, &asked)?;
            let names = history::named(profile, &events)?;
            Loaded::Events(EventsPage { from, asked, events, names })
        }
        Query::Views => Loaded::Views(views::views(profile)?),
        Query::Setup => Loaded::Setup(Box::new(setup::view(profile)?)),
        Query::Settings => Loaded::Settings(settings_view::rows(profile)?),
        Query::SettingNames(key) => Loaded::SettingNames(settings_view::candidates(profile, &key)?),
        Query::Offers(list, text) => {
            let offers = own_look::offers(profile, list, &text)?;
            Loaded::Offers(list, text, offers)
        }
        Query::Look(entry) => Loaded::Look(Box::new(entries::look(profile, &entry)?)),
        Query::BatchOperations(batch) => {
            Loaded::BatchOperations(batch, entries::batch_lines(profile, batch)?)
        }
    })
}

/// Does something on this thread; not a fetch and not a test of Cin7, which wait for the network.
pub fn perform(workers: &Workers, action: Action, by: &str) -> Result<Done> {
    let profile = &workers.profile;
    let can_be_undone = action.is_undoable();
    let said = match action {
        Action::SetOperator(name) => {
            profile.set_operator(&name)?;
            return Ok(Done::Operator(profile.operator()?.unwrap_or(name)));
        }
        Action::SetCin7Key(key) => {
            connect::set_cin7_key(profile, &key, keeper(by))?;
            return Ok(Done::KeyKept);
        }
        Action::WriteQwc => {
            let path = connect::write_qwc(profile)?;
            Said::new(1, format!("Written: {}", path.display()))
        }
        Action::ShowQwc => {
            let text = connect::qwc(profile, None)?;
            let lines = text.lines().map(for_screen).collect();
            return Ok(Done::Text { title: "Web Connector file".into(), lines });
        }
        Action::ShowDoubts => {
            let lines = doubts::lines(&doubts::doubts(profile)?);
            return Ok(Done::Text { title: "In doubt, and waiting for a person".into(), lines });
        }
        Action::NewPassword => return new_password(profile, keeper(by)),
        Action::AcceptMap => connect::accept_map(profile, by)?,
        Action::ChangeSettings(changes) => connect::change_settings(profile, &changes, by)?,
        Action::PreviewSettings(changes) => {
            let preview = connect::preview_change(profile, &changes)?;
            return Ok(Done::Previewed { changes, preview });
        }
        Action::HouseRule(choice, list_id) => {
            let changes = links::house_change(profile, &choice, &list_id)?;
            let preview = connect::preview_change(profile, &changes)?;
            return Ok(Done::Previewed { changes, preview });
        }
        Action::TakeOver(ids) => writeback::take_over(profile, &ids, by)?,
        Action::Redraft => {
            let run = redraft::redraft(profile)?;
            Said::new(0, drafted(&run))
        }
        Action::Propose => {
            let found = links::propose(profile)?;
            Said::new(
                0,
                format!("{} sure, {} to look at, {} without a match.", found.auto, found.suggest, found.none),
            )
        }
        Action::CreateRest => links::create_rest(profile, by)?,
        Action::Accept(who) => links::accept(profile, &who, by)?,
        Action::AcceptShown(shown) => links::accept_shown(profile, &shown, by)?,
        Action::CreateUnlike => links::create_unlike(profile, by)?,
        Action::Link(who, list_id) => match links::link(profile, who, &list_id, by) {
            Err(problem) if problem.code == links::SHARED => {
                return Ok(Done::AskAlso { who, list_id, text: problem.happened });
            }
            linked => linked?,
        },
        Action::LinkAlso(who, list_id) => links::link_also(profile, who, &list_id, by)?,
        Action::Refuse(who, list_id) => links::refuse(profile, who, &list_id, by)?,
        Action::CreateNew(who, name) => links::create_new(profile, who, Some(&name), by)?,
        Action::RefuseFirst(who) => links::refuse_first(profile, &who, by)?,
        Action::CreateEach(who) => links::create_each(profile, &who, by)?,
        Action::Unlink(who) => links::unlink_each(profile, &who, by)?,
        Action::Defer(who, deferred) => links::defer(profile, &who, deferred)?,
        Action::Approve(shown) => approve(profile, &shown, by)?,
        Action::OfferMany(terms) => {
            let offer = Box::new(approve_many::offer(profile, &terms)?);
            return Ok(Done::Offered { terms, offer });
        }
        Action::ApproveMany(terms, stamp) => approve_many::approve(profile, &terms, &stamp, by)?,
        Action::Twist(twist) => {
            let Some(play) = &workers.twist else {
                return Ok(Done::Said(Said::new(0, "Only a demo lets things happen.")));
            };
            return Ok(Done::Text { title: "Meanwhile".into(), lines: play(twist)? });
        }
        Action::Timeline(id) => return timeline_page(profile, id),
        Action::SaveView(view) => views::save(profile, view)?,
        Action::DeleteView(of, name) => views::remove(profile, of, &name)?,
        Action::Withdraw(ids) => decide::withdraw_approval(profile, &ids, by)?,
        Action::Hold(ids) => decide::hold(profile, &ids, by)?,
        Action::Exclude(ids, why) => decide::exclude(profile, &ids, &why, by)?,
        Action::Reopen(ids) => decide::reopen(profile, &ids, by)?,
        Action::Cost(ids, counts) => {
            let answer = if counts { CostAnswer::Count } else { CostAnswer::Leave };
            costs::answer(profile, &ids, answer, by)?
        }
        Action::Undo => decide::undo(profile, by)?,
        Action::Redo => decide::redo(profile, by)?,
        Action::Ask(Irreversible::TakeProfile { .. }) => return ask(profile, taking::named(workers)?),
        Action::Ask(Irreversible::ComputerGone { .. }) => {
            let Some(computer) = computers::waited_for(profile)?.into_iter().next() else {
                return Ok(Done::Said(Said::new(0, "Nothing that is in doubt waits for a computer.")));
            };
            return ask(profile, Irreversible::ComputerGone { computer });
        }
        Action::Ask(what) => return ask(profile, what),
        Action::Confirmed { what, shown } => confirmed(profile, what, &shown, by)?,
        Action::WithdrawBatch(batch) => handoff::withdraw_batch(profile, batch, by)?,
        Action::Requeue(ids) => entries::each(&ids, |id| handoff::requeue(profile, id, by))?,
        Action::Visit { lists } => visit(workers, lists)?,
        Action::Prove(month) => return Ok(Done::Proved(Box::new(prove::prove(profile, month)?))),
        Action::ExportProof(month) => export(profile, month)?,
        Action::VerifyChain => verify(profile)?,
        Action::Enter(entry) => return entries::enter(profile, *entry, by),
        Action::TakeBack(ids) => own::take_back_all(profile, &ids, by)?,
        Action::Template(what) => entries::template(profile, what)?,
        Action::Settle(ids, how) => entries::each(&ids, |id| entries::settle(profile, id, how, by))?,
        Action::AskOverwrite(id) => return ask(profile, entries::overwriting(profile, id)?),
        Action::Reset(ids) => undo::reset(profile, &ids, by)?,
        Action::ExportHint(id) => entries::export_hint(profile, id)?,
        Action::PlanUndo(batch) => return entries::plan_undo(profile, batch),
        Action::CostMonth(id) => return Ok(Done::Paper(Box::new(entries::cost_month(profile, id)?))),
        Action::Setup(action) => setup_work::perform(profile, action, by)?,
        Action::Fetch { .. }
        | Action::TestCin7
        | Action::Doctor
        | Action::Type(_)
        | Action::Question(_)
        | Action::HouseFor(..)
        | Action::Writeback => return Err(not_here()),
    };
    Ok(Done::Said(if can_be_undone { undoable(said) } else { said }))
}

/// Says that `u` takes it back.
fn undoable(mut said: Said) -> Said {
    if said.count > 0 {
        said.text = format!("{}. u undoes it.", said.text.trim_end_matches('.'));
    }
    said
}

fn not_here() -> Problem {
    Problem::new(
        Exit::Bug,
        "TUI-WORKER",
        "A task was started in the wrong place.",
        "Nothing was changed.",
        "Report this with the code.",
    )
}

/// Who keeps a secret: on the first day nobody has told a name yet.
fn keeper(by: &str) -> &str {
    if by.trim().is_empty() { "the screen" } else { by }
}

fn new_password(profile: &Profile, by: &str) -> Result<Done> {
    let password = connect::new_qbwc_password(profile, by)?;
    let settings = profile.settings();
    let lines = vec![
        "Type this password into the Web Connector. It is shown only now.".to_string(),
        String::new(),
        format!("User      {}", settings.endpoint.user),
        format!("Password  {}", password.expose_secret()),
        String::new(),
        "Esc closes this page; then it cannot be seen again.".to_string(),
    ];
    Ok(Done::Text { title: "New Web Connector password".into(), lines })
}

/// What nobody may overlook after drafting anew.
fn approvals_lost(count: u64) -> String {
    match count {
        0 => String::new(),
        1 => " 1 approved draft changed and must be approved again in step 4.".into(),
        n => format!(" {n} approved drafts changed and must be approved again in step 4."),
    }
}

fn drafted(run: &redraft::DraftRun) -> String {
    let lost = approvals_lost(run.approvals_lost);
    format!(
        "{} documents: {} new drafts, {} changed, {} unchanged.{lost}",
        run.documents, run.new, run.changed, run.unchanged
    )
}

/// Approves one draft as it was shown, or the ready ones among many.
fn approve(profile: &Profile, shown: &[(DraftId, Option<String>)], by: &str) -> Result<Said> {
    if let [(id, Some(hash))] = shown {
        return decide::approve(profile, &[(*id, hash.clone())], by);
    }
    let ids: Vec<DraftId> = shown.iter().map(|(id, _)| *id).collect();
    decide::approve_chosen(profile, &ids, by)
}

/// The life of a document as a page.
fn timeline_page(profile: &Profile, id: DraftId) -> Result<Done> {
    let zone = profile.settings().timezone;
    let clock = |at: &str| zone.clock_text(at);
    let mut lines = Vec::new();
    for moment in timeline::timeline(profile, id)? {
        lines.push(format!(
            "{}  {}: {}",
            clock(&moment.at),
            for_screen(&moment.who),
            for_screen(&moment.what)
        ));
    }
    Ok(Done::Text { title: "From Cin7 to QuickBooks".into(), lines })
}

fn ask(profile: &Profile, what: Irreversible) -> Result<Done> {
    let preview = preview_of(profile, &what)?;
    let nothing = match what {
        Irreversible::CloseBatch => preview.is_empty(),
        Irreversible::Finalise(_) => preview.count == 0,
        _ => false,
    };
    if nothing {
        let text = match what {
            Irreversible::CloseBatch => "Nothing is approved. Approve drafts in step 4 first.",
            _ => "No sale is pending in QuickBooks that could be finalised.",
        };
        return Ok(Done::Said(Said::new(0, text)));
    }
    let word = control_word::from_random(Uuid::new_v4().as_u128());
    Ok(Done::AskWord { purpose: what, preview, word })
}

fn preview_of(profile: &Profile, what: &Irreversible) -> Result<BatchPreview> {
    match what {
        Irreversible::CloseBatch => handoff::preview(profile),
        Irreversible::Finalise(ids) => handoff::finalise_preview(profile, ids.as_deref()),
        Irreversible::Trial => trial::preview(profile),
        Irreversible::TrialOut => trial::out_preview(profile),
        Irreversible::AdoptCompany => {
            Ok(BatchPreview { company: connect::view(profile)?.company_waiting, ..BatchPreview::default() })
        }
        what => Ok(entries::counted(what, handoff::company_name(profile)?)),
    }
}

/// What was shown is not what would happen now.
fn stale() -> Problem {
    Problem::new(
        Exit::NeedsPerson,
        "SHOWN-CHANGED",
        "What you confirmed is no longer what would be done: something changed meanwhile.",
        "Nothing was handed off.",
        "Look at the figures again and confirm them anew.",
    )
}

fn confirmed(profile: &Profile, what: Irreversible, shown: &BatchPreview, by: &str) -> Result<Said> {
    if preview_of(profile, &what)? != *shown {
        return Err(stale());
    }
    match what {
        Irreversible::CloseBatch => handoff::close_batch(profile, by),
        Irreversible::Finalise(ids) => handoff::finalise(profile, ids.as_deref(), by),
        Irreversible::Trial => trial::start(profile, Some(&shown.content), by),
        Irreversible::TrialOut => trial::take_out(profile, by),
        Irreversible::Unfreeze => handoff::unfreeze(profile, by),
        Irreversible::AdoptCompany => connect::adopt_company(profile, by),
        what => entries::confirmed(profile, what, by),
    }
}

/// When the next visit is expected, or, with a simulated Web Connector, the visit itself.
fn visit(workers: &Workers, lists: bool) -> Result<Said> {
    if let Some(host) = workers.host.as_ref().filter(|_| lists) {
        host.request_lists();
    }
    if let Some(nudge) = &workers.nudge {
        nudge();
        return Ok(Said::new(0, "The simulated Web Connector visits now."));
    }
    let settings = workers.profile.settings();
    let minutes = settings.endpoint.every_minutes;
    let last = history::visits(&workers.profile)?.into_iter().next();
    let next = last
        .and_then(|visit| visit.opened_at.parse::<crate::base::Instant>().ok())
        .and_then(|at| at.checked_add(jiff::SignedDuration::from_mins(i64::from(minutes))).ok())
        .filter(|next| *next > workers.profile.now());
    Ok(Said::new(
        0,
        match next {
            Some(next) => format!(
                "The next visit of the Web Connector is expected about {}. Its button Update Selected makes it come at once.",
                settings.timezone.time_of(next)
            ),
            None => format!(
                "The Web Connector calls every {minutes} minutes while it is open on the QuickBooks computer. Its button Update Selected makes it come at once."
            ),
        },
    ))
}

/// Writes the proof as JSON and CSV into the exports folder.
fn export(profile: &Profile, month: Option<Month>) -> Result<Said> {
    let proof = prove::prove(profile, month)?;
    let day = profile.settings().timezone.day_of(profile.now());
    let folder = profile.dir().join("exports");
    let base = folder.join(format!("proof-{day}"));
    let failed = |error: std::io::Error| {
        Problem::new(
            Exit::Usage,
            "PROOF-WRITE",
            format!("The proof cannot be written to {}: {error}.", folder.display()),
            "The books are not touched by this.",
            "Free space or give yourself the right to write there, then press e again.",
        )
    };
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let json = serde_json::to_string_pretty(&proof).unwrap_or_default();
    std::fs::write(base.with_extension("json"), json + "\n").map_err(failed)?;
    std::fs::write(base.with_extension("csv"), proof_page::csv(&proof)?).map_err(failed)?;
    Ok(Said::new(1, format!("Written: {}.json and .csv", base.display())))
}

fn verify(profile: &Profile) -> Result<Said> {
    let report = history::audit_verify(profile)?;
    match report.broken_at {
        None => Ok(Said::new(0, format!("The chain of {} events is whole.", report.events))),
        Some(at) => Err(Problem::new(
            Exit::NeedsPerson,
            "CHAIN-BROKEN",
            format!("The event chain is broken at event {at}."),
            "What this profile says about the past cannot be trusted from there on. QuickBooks itself is not touched.",
            "Close the program, keep a copy of the profile folder, and compare it with a backup.",
        )),
    }
}

/// Fetches, telling how far it is by messages.
pub async fn run_fetch(workers: &Workers, full: bool, cancel: CancellationToken) -> Result<Done> {
    let zone = workers.profile.settings().timezone;
    let to_loop = workers.to_loop.clone();
    let mut told = |progress: &Progress| {
        // A progress that finds the queue full is told by the next one.
        let _ = to_loop.try_send(Msg::Progress { text: progress_text(progress, &zone) });
    };
    let options = fetch::FetchOptions { full, since: None };
    let summary = fetch::fetch(&workers.profile, &options, &mut told, cancel).await?;
    let problems = match summary.problems {
        0 => String::new(),
        n => format!(" {n} rows could not be read and stay as they were; the doctor (1, D) names them."),
    };
    let lost = approvals_lost(summary.drafts.approvals_lost);
    Ok(Done::Said(Said::new(
        usize::try_from(summary.rows).unwrap_or(usize::MAX),
        format!(
            "Fetched {} {} in {} requests: {} new, {} changed.{lost}{problems}",
            summary.rows,
            if summary.rows == 1 { "row" } else { "rows" },
            summary.requests,
            summary.new,
            summary.changed
        ),
    )))
}

/// How far a fetch is, with clock times instead of running countdowns (design 6).
pub fn progress_text(progress: &Progress, zone: &crate::base::Zone) -> String {
    let pass = if progress.passes > 1 {
        format!(" (pass {} of {})", progress.pass, progress.passes)
    } else {
        String::new()
    };
    let mut text = format!(
        "{}{pass}: {} rows, {} requests, {} left today",
        progress.resource.plain_name(),
        progress.rows,
        progress.requests,
        progress.left_today
    );
    if let Some((until, why)) = progress.waiting {
        // Zones differ from UTC by whole minutes, so the seconds are the same everywhere.
        let seconds = until.as_second().rem_euclid(60);
        text.push_str(&format!("; waiting until {}:{seconds:02}, {}", zone.time_of(until), why.words()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cin7::{Resource, WaitingFor};

    #[test]
    fn a_wait_is_told_as_a_clock_time_with_its_reason() {
        let until = "2026-03-12T15:04:05Z".parse().unwrap();
        let progress = Progress {
            resource: Resource::SalesOrders,
            pass: 1,
            passes: 2,
            rows: 250,
            requests: 3,
            left_today: 4_997,
            waiting: Some((until, WaitingFor::RateLimit)),
        };
        let zone = crate::base::Zone::named("America/New_York").unwrap();
        assert_eq!(
            progress_text(&progress, &zone),
            "sales orders (pass 1 of 2): 250 rows, 3 requests, 4997 left today; waiting until 11:04:05, keeping to Cin7's request limit"
        );
    }

    #[tokio::test]
    async fn a_fault_of_a_worker_becomes_a_problem_and_not_a_silence() {
        let problem =
            aside(|| -> Result<()> { panic!("a test of the net under the workers") }).await.unwrap_err();
        assert_eq!(problem.exit, Exit::Bug);
    }
}
