//! Floor 6: the command-line face: every step of the job as a command, for people, scripts and the scheduler.
//!
//! Must never do what the screens cannot, and must go through [`crate::workflow`] only. Words, JSON and exit codes are
//! those of design section 3.

pub mod args;
mod audit;
mod company_file;
mod contacts;
mod decide;
pub mod demo;
mod doctor;
mod drafts;
mod ending;
mod endpoint;
mod explain;
mod fetch;
mod first_day;
mod import;
mod keys;
mod lines;
mod links;
mod many;
mod output;
mod own;
mod prove;
mod screen;
mod serve;
mod session;
mod setup;
mod sim;
mod sim_faults;
mod status;
mod taking;
mod today;
mod true_up;
mod views;
mod writeback;

#[cfg(test)]
mod example_tests;

use crate::base::problem::Exit;
use args::{Args, Command};
use clap::Parser as _;
use ending::{bug, catch_bugs};
use output::Output;
use session::Session;
use std::process::ExitCode;

/// Reads the command line, does what it says, and gives the exit code.
#[must_use]
pub fn run() -> ExitCode {
    catch_bugs();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(told) => {
            // Help and version are no failure; clap knows where each of them goes and how it ends.
            let _ = told.print();
            return ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(Exit::Usage.code()));
        }
    };
    let out = Output::new(args.global.json);
    match start(args) {
        Ok(code) => code,
        Err(problem) => {
            out.problem(&problem);
            ExitCode::from(problem.exit.code())
        }
    }
}

fn start(args: Args) -> crate::workflow::Result<ExitCode> {
    // A second provider in one process is refused; then the first one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let session = Session::start(args.global)?;
    let exit = match args.command {
        None => screen::open(&session),
        Some(command) => command_of(&session, command),
    };
    // A signal decides the code, whatever the command made of being cut short.
    if let Some(code) = session.stop.code() {
        if let Err(problem) = &exit {
            session.out.problem(problem);
        }
        return Ok(code);
    }
    exit
}

fn command_of(session: &Session, command: Command) -> crate::workflow::Result<ExitCode> {
    let exit = match command {
        // With a screen it ends as the screen was left.
        Command::Demo(args) => return demo::run(session, &args),
        Command::Init(args) => setup::init(session, args),
        Command::Setup(args) => first_day::setup(session, args.action),
        Command::Trial(args) => first_day::trial(session, args.action),
        Command::Settings { action } => setup::settings(session, action),
        Command::Secrets { action } => setup::secrets(session, &action),
        Command::Fetch(args) => fetch::fetch(session, &args),
        Command::Match(args) => links::match_contacts(session, &args),
        Command::MatchEval { left, right, out } => links::eval(session, &left, &right, &out),
        Command::Drafts(args) => drafts::list(session, &args),
        Command::Draft { id, qbxml } => drafts::show(session, &id, qbxml),
        Command::Approve(args) => decide::approve(session, &args),
        Command::ApproveMany(args) => many::approve(session, &args),
        Command::Groups { by, view, find } => many::groups(session, by, view.as_deref(), &find),
        Command::Views { action } => views::views(session, action),
        Command::Timeline { id } => many::timeline(session, &id),
        Command::Hold(args) => decide::hold(session, &args),
        Command::Exclude { drafts, why, cost } => decide::exclude(session, &drafts, &why, cost),
        Command::Reopen(args) => decide::reopen(session, &args),
        Command::Contacts { updates } => contacts::list(session, updates),
        Command::UpdateContact { contact, field, who } => contacts::update(session, contact, &field, &who),
        Command::TakeOver(args) => writeback::take_over(session, &args),
        Command::Writeback { dry_run, by } => writeback::write_back(session, dry_run, &by),
        Command::Link { contact, list_id, also, who } => links::link(session, contact, &list_id, also, &who),
        Command::Unlink { contact, who } => links::unlink(session, contact, &who),
        Command::Refuse { contact, list_id, back, who } => {
            links::refuse(session, contact, &list_id, back, &who)
        }
        Command::Create { contact, name, who } => links::create(session, contact, name.as_deref(), &who),
        Command::Defer { contact, back, who } => links::defer(session, contact, !back, &who),
        Command::Resolve { id, how, by } => decide::resolve(session, &id, how, &by),
        Command::Reset(args) => decide::reset(session, &args),
        Command::Undo { batch, dry_run, by } => decide::undo(session, batch, dry_run, &by),
        Command::Withdraw { batch, by } => decide::withdraw(session, batch, &by),
        Command::Unfreeze { by } => decide::unfreeze(session, &by),
        Command::Handoff { by } => decide::hand_off(session, &by),
        Command::VendorCredit { action } => own::vendor_credit(session, action),
        Command::LandingCost { action } => own::landing_cost(session, action),
        Command::Accrual(args) => true_up::accrual(session, &args),
        Command::TrueUp(args) => true_up::true_up(session, &args),
        Command::Import(args) => import::import(session, &args),
        Command::Join(args) => own::join(session, &args),
        Command::Split(args) => own::split(session, &args),
        Command::TakeBack { id, by } => own::take_back(session, &id, &by),
        Command::Finalise(args) => decide::finalise(session, &args),
        Command::Serve(args) => serve::serve(session, &args),
        Command::Release { by } => taking::release(session, &by),
        Command::Status => status::status(session),
        Command::Unknown => status::unknown(session),
        Command::ComputerGone { computer, by } => decide::computer_gone(session, &computer, &by),
        Command::Today => today::today(session),
        Command::Prove(args) => prove::prove(session, &args),
        Command::Audit { action } => audit::audit(session, &action),
        Command::Qwc { out, computer } => setup::qwc(session, out.as_deref(), computer.as_deref()),
        Command::Keys { glossary } => keys::keys(session, glossary),
        Command::Doctor { explain: Some(code) } => explain::explain(session, &code),
        Command::Doctor { explain: None } => doctor::doctor(session),
        Command::Sim { action } => sim::run(session, action),
    };
    exit.map(|exit| ExitCode::from(exit.code()))
}
