//! How the screen is started: on the profile of real books, or on a demo's with its far ends behind it.
//!
//! Must never take a terminal that is none, nor draw where plain lines were asked for (design section 6).

use super::args::{Colour, Global};
use super::demo::stage::Stage;
use super::endpoint::Endpoint;
use super::lines::Lines;
use super::session::Session;
use super::taking;
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::sim::connector::Connector;
use crate::tui::{self, ColorMode, Left, TuiOptions};
use crate::workflow::host::HostOptions;
use crate::workflow::{InitOptions, Profile, Result, settings_file, status};
use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often a demo's Web Connector visits by itself.
const EVERY: Duration = Duration::from_secs(2);

/// Reads a variable of the environment; empty counts as none.
type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// Whether plain lines stand in for the screen.
pub fn is_plain(global: &Global) -> bool {
    global.plain || environment("TERM").is_some_and(|term| term == "dumb")
}

/// A screen needs a terminal.
///
/// # Errors
/// Exit 2 where there is none.
pub fn need_terminal() -> Result<()> {
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Problem::new(
        Exit::Usage,
        "SCREEN-NONE",
        "The screen needs a terminal, and this is none.",
        "Nothing was changed.",
        "Start it in a terminal window, add --plain, or use the commands; `countersign --help` lists them.",
    ))
}

/// Truecolour only where the terminal says that it can.
fn colours(wanted: Colour, environment: Environment<'_>) -> ColorMode {
    let truecolour = || {
        let says = environment("COLORTERM").is_some_and(|term| term == "truecolor" || term == "24bit");
        says || environment("WT_SESSION").is_some()
    };
    match wanted {
        Colour::Never => ColorMode::None,
        Colour::Sixteen => ColorMode::Sixteen,
        Colour::Truecolor if truecolour() => ColorMode::True,
        Colour::Truecolor => ColorMode::Sixteen,
        Colour::Auto if environment("NO_COLOR").is_some() => ColorMode::None,
        Colour::Auto if truecolour() => ColorMode::True,
        Colour::Auto => ColorMode::Sixteen,
    }
}

/// Only ASCII where it was asked for, or where the locale is not UTF-8.
fn ascii(wanted: bool, environment: Environment<'_>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(environment);
    let unicode = locale.map_or(cfg!(windows), |locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    wanted || !unicode
}

/// For a light background where it was asked for, or where the terminal says so (its last number is the background).
fn light(wanted: bool, environment: Environment<'_>) -> bool {
    let says = environment("COLORFGBG").and_then(|text| text.rsplit(';').next().map(str::to_string));
    wanted || says.is_some_and(|background| matches!(background.as_str(), "7" | "15"))
}

fn options(global: &Global) -> TuiOptions {
    TuiOptions {
        ascii: ascii(global.ascii, &environment),
        color: colours(global.color, &environment),
        light: light(global.light, &environment),
        exit_after_first_frame: global.exit_after_first_frame,
        loop_times: global.loop_times.clone(),
        #[cfg(debug_assertions)]
        fault_after_first_frame: global.fault_after_first_frame,
        ..TuiOptions::default()
    }
}

/// Opens the screen of the profile; as a viewer where another instance holds it.
pub fn open(session: &Session) -> Result<ExitCode> {
    if is_plain(&session.global) && session.global.json {
        return standing(session);
    }
    if !is_plain(&session.global) {
        need_terminal()?;
    }
    let dir = session.dir()?;
    if !session.names_a_folder() && !dir.join(settings_file::FILE).exists() {
        // The first start of all: an empty profile in the user's own folder, and Connect asks for the rest.
        let ids =
            InitOptions { company_id: Uuid::new_v4(), file_id: Uuid::new_v4(), ..InitOptions::default() };
        drop(Profile::init(&dir, &ids, session.clock()?)?);
    }
    let demo = super::demo::story::Story::read(&dir)?.is_some();
    let options = TuiOptions { demo, changes_hands: !demo, ..options(&session.global) };
    match session.hold("the screen") {
        Err(held) if held.exit == Exit::Held => {
            // What can be done comes first: a narrow window cuts the rest.
            let take = if demo { "You look on." } else { how_to_take(&session.global) };
            let note = format!("{take} {}", held.happened);
            turns(session, session.look()?, TuiOptions { note: Some(note), ..options })
        }
        profile => turns(session, profile?, options),
    }
}

fn how_to_take(global: &Global) -> &'static str {
    if is_plain(global) {
        "You look on; say take over to hold it here."
    } else {
        "You look on; O takes over."
    }
}

/// The screen, and again each time that the profile changes hands.
fn turns(session: &Session, mut profile: Arc<Profile>, mut options: TuiOptions) -> Result<ExitCode> {
    let mut face = Face::of(&session.global);
    loop {
        let closing = Arc::downgrade(&profile);
        let left = face.show(profile, options.clone())?;
        if let Left::Code(code) = left {
            return Ok(ExitCode::from(code));
        }
        // Nothing of the former opening is left before the next one.
        taking::let_go(&closing)?;
        (profile, options) = match left {
            Left::GaveWay { claim, place } => {
                let take = how_to_take(&session.global);
                let note = format!("{take} {} holds this profile now.", claim.words());
                (session.look()?, TuiOptions { place: Some(place), note: Some(note), ..options })
            }
            Left::Took { taken, claim, place } => {
                let (profile, _) = taking::hold(session, taken, &claim)?;
                let note = "This window holds the profile now and serves the Web Connector.".into();
                (profile, TuiOptions { place: Some(place), note: Some(note), ..options })
            }
            Left::Code(code) => return Ok(ExitCode::from(code)),
        };
    }
}

/// The screen, or the same job line by line.
enum Face {
    Screen,
    Plain(Lines),
}

impl Face {
    fn of(global: &Global) -> Self {
        if is_plain(global) { Face::Plain(Lines::of(std::io::stdin())) } else { Face::Screen }
    }

    fn show(&mut self, profile: Arc<Profile>, options: TuiOptions) -> Result<Left> {
        match self {
            Face::Screen => tui::run(profile, options),
            Face::Plain(lines) => {
                lines.settle();
                let waker = lines.waker();
                let options = TuiOptions { wake: Some(Arc::new(move || waker.wake())), ..options };
                tui::run_plain(profile, options, lines, &mut std::io::stdout().lock())
            }
        }
    }
}

/// With `--json` nobody is asked anything: where everything stands; 1 where something waits for a person.
fn standing(session: &Session) -> Result<ExitCode> {
    super::status::status(session)?;
    let left = status::status(&*session.look()?)?.steps.iter().any(|step| step.left > 0);
    let exit = if left { Exit::NeedsPerson } else { Exit::Done };
    Ok(ExitCode::from(exit.code()))
}

/// Opens the screen on a demo's stage; its Web Connector visits in the background, and at once when it is nudged.
pub fn open_demo(session: &Session, stage: Stage, dump: Option<&Path>) -> Result<ExitCode> {
    let adopt_company = status::status(&stage.profile)?.company.is_none();
    let endpoint = session.wait(Endpoint::open(&stage.profile, HostOptions { adopt_company }, None))?;
    let connector = stage.connector(&endpoint.url(), dump)?;
    let (now, stop) = (Arc::new(Notify::new()), CancellationToken::new());
    let stage = Arc::new(stage);
    // A thread of its own: a connector stays on the thread that keeps its records.
    let visits = {
        let (runtime, stage, now, stop) =
            (session.runtime.handle().clone(), Arc::clone(&stage), Arc::clone(&now), stop.clone());
        std::thread::spawn(move || runtime.block_on(visits(connector, stage, now, stop)))
    };
    let options = TuiOptions {
        demo: true,
        host: Some(Arc::clone(&endpoint.host)),
        host_is_served: true,
        nudge: Some(Arc::new(move || now.notify_one())),
        twist: Some(twist(&stage)),
        ..options(&session.global)
    };
    let left = Face::of(&session.global).show(Arc::clone(&stage.profile), options);
    stop.cancel();
    let _ = visits.join();
    session.wait(endpoint.close());
    if let Ok(stage) = Arc::try_unwrap(stage) {
        session.wait(stage.strike())?;
    }
    match left? {
        Left::Code(code) => Ok(ExitCode::from(code)),
        // A demo stays with its window.
        _ => Ok(ExitCode::from(Exit::Done.code())),
    }
}

/// Lets something happen at the far ends, as long as the stage stands.
fn twist(stage: &Arc<Stage>) -> tui::TwistMaker {
    let stage = Arc::downgrade(stage);
    Arc::new(move |twist| match stage.upgrade() {
        Some(stage) => super::demo::twist::play(&stage, twist),
        None => Ok(vec!["The demo is being closed.".into()]),
    })
}

async fn visits(mut connector: Connector, stage: Arc<Stage>, now: Arc<Notify>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let visit = async {
            let report = connector.run_once(stage.company.company()).await;
            // What cannot be kept now is in the journal, and is tried again after the next visit.
            report.messages == 0 || stage.keep().is_ok()
        };
        tokio::select! {
            _ = visit => {}
            () = stop.cancelled() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = now.notified() => {}
            () = stop.cancelled() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_string())
    }

    #[test]
    fn truecolour_is_used_only_where_the_terminal_says_so() {
        assert_eq!(colours(Colour::Auto, &with(&[])), ColorMode::Sixteen);
        assert_eq!(colours(Colour::Truecolor, &with(&[])), ColorMode::Sixteen);
        assert_eq!(colours(Colour::Auto, &with(&[("COLORTERM", "truecolor")])), ColorMode::True);
        assert_eq!(colours(Colour::Auto, &with(&[("WT_SESSION", "x")])), ColorMode::True);
        assert_eq!(colours(Colour::Auto, &with(&[("NO_COLOR", "1"), ("WT_SESSION", "x")])), ColorMode::None);
        assert_eq!(colours(Colour::Never, &with(&[("COLORTERM", "truecolor")])), ColorMode::None);
    }

    #[test]
    fn a_locale_without_utf_8_gets_ascii() {
        assert!(!ascii(false, &with(&[("LANG", "en_US.UTF-8")])));
        assert!(ascii(true, &with(&[("LANG", "en_US.UTF-8")])));
        assert!(ascii(false, &with(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")])));
    }
}
