//! `sim ...`: the simulated far ends as processes of their own, and a large profile for measuring.
//!
//! Must never touch a real account or company file: they only listen or call where they are told to.

use super::args::{QuickbooksArgs, SimAction, WorldArgs};
use super::company_file::CompanyFile;
use super::demo;
use super::session::Session;
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::sim::cin7::{ServeOptions, StoryClock, serve};
use crate::sim::connector::{Connector, SessionReport, SessionStatus, Settings as ConnectorSettings};
use crate::sim::quickbooks::Faults;
use crate::sim::world::World;
use crate::workflow::Result;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Runs a far end.
pub fn run(session: &Session, action: SimAction) -> Result<Exit> {
    match action {
        SimAction::Cin7 { listen, world, faults, speed } => cin7(session, listen, world, faults, speed),
        SimAction::Quickbooks(args) => quickbooks(session, &args),
        SimAction::Faults(args) => super::sim_faults::run(session, &args),
        SimAction::SeedProfile { world } => demo::seed_profile(session, world),
    }
}

fn wrong(happened: String) -> Problem {
    Problem::new(
        Exit::Usage,
        "SIM",
        happened,
        "No real books are touched by the simulation.",
        "Correct the command and run it again.",
    )
}

fn cin7(session: &Session, listen: SocketAddr, world: WorldArgs, faults: String, speed: u32) -> Result<Exit> {
    let out = session.out;
    let options = ServeOptions {
        listen,
        orders: world.orders,
        contacts: world.contacts,
        seed: world.seed,
        faults,
        speed,
        on_listening: Some(Box::new(move |at| out.note(&format!("sim cin7 ready at http://{at}/api")))),
    };
    session.wait(serve(options, session.stop.token())).map_err(|why| wrong(format!("{why}.")))?;
    Ok(Exit::Done)
}

fn quickbooks(session: &Session, args: &QuickbooksArgs) -> Result<Exit> {
    let password =
        args.password.clone().or_else(|| std::env::var(crate::net::secrets::QBWC_PASSWORD_VARIABLE).ok());
    let password =
        password.ok_or_else(|| wrong("The Web Connector needs the password that was typed in.".into()))?;
    let faults = Faults::parse(&args.faults).map_err(|why| wrong(format!("{why}.")))?;
    let world = World::generate(args.world.seed, args.world.orders, args.world.contacts);
    let file = CompanyFile::open(args.company.as_deref(), &world.company_seed(), faults)?;
    let mut settings = ConnectorSettings::new(&args.url, &args.username, &password);
    let clock = Arc::new(StoryClock::starting_at(file.now()));
    file.wire(&mut settings, clock, args.dump.as_deref())?;
    let mut connector = Connector::new(settings);
    session.out.note(&format!("sim quickbooks ready for {}", args.url));
    if args.once {
        let report = session.wait(async {
            tokio::select! {
                report = connector.run_once(file.company()) => report,
                () = session.stop.token().cancelled_owned() => SessionReport {
                    status: SessionStatus::Stopped, ..SessionReport::default()
                },
            }
        });
        file.keep()?;
        session.out.note(&line(&report));
        return ended(&report);
    }
    let failed = Mutex::new(Ok(()));
    let stop = session.stop.token();
    session.wait(connector.run_every(
        Duration::from_secs(args.every),
        file.company(),
        stop.clone(),
        |report| {
            session.out.note(&line(report));
            if report.messages > 0
                && let Err(problem) = file.keep()
            {
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Err(problem);
                stop.cancel();
            }
        },
    ));
    file.keep()?;
    failed.into_inner().unwrap_or_else(PoisonError::into_inner)?;
    Ok(Exit::Done)
}

fn line(report: &SessionReport) -> String {
    let what = match &report.status {
        SessionStatus::Done => "done".to_string(),
        SessionStatus::NoWork => "nothing to do".to_string(),
        SessionStatus::Failed(why) => format!("failed: {why}"),
        other => format!("{other:?}"),
    };
    let said = report.last_error.as_deref().or(report.closing.as_deref()).unwrap_or_default();
    format!("session: {what}; {} messages; {said}", report.messages)
}

/// What one session means for the exit code.
fn ended(report: &SessionReport) -> Result<Exit> {
    match &report.status {
        SessionStatus::Done | SessionStatus::NoWork | SessionStatus::Postponed | SessionStatus::Stopped => {
            Ok(Exit::Done)
        }
        status => Err(Problem::new(
            Exit::OtherSide,
            "SIM-SESSION",
            format!(
                "The session did not end well: {status:?}. {}",
                report.last_error.as_deref().unwrap_or_default()
            ),
            "No real books are touched by the simulation.",
            "Check the address, the user name and the password, and that `countersign serve` runs.",
        )),
    }
}
