//! The loop: receive, update, run effects, drain, draw. One thread owns the model.
//!
//! Must never draw when nothing changed, nor news more often than every 10 ms (`rust-tui.md` 4): a key is answered sooner,
//! however much is posted meanwhile.

use super::effect::{Effect, Slot};
use super::model::{Model, Parting};
use super::msg::Msg;
use super::terminal::Screen;
use super::turns::Turns;
use super::update::{start, update};
use super::view::view;
use super::workers::{Hand, Workers, give_way};
use super::{Left, Place, Profile, TuiOptions};
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::workflow::Result;
use crate::workflow::host::{self, Host};
use futures_util::StreamExt as _;
use ratatui::crossterm::event::EventStream;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Messages waiting for the loop.
pub const QUEUE: usize = 1024;

/// Messages taken before a frame is drawn.
const DRAIN: usize = 64;

/// Least time between two frames.
const FRAME: Duration = Duration::from_millis(10);

/// Least time from a frame to the one that answers a key: keys that come faster share one.
const ANSWER: Duration = Duration::from_millis(2);

/// How long leaving waits for the endpoint to end its visit.
pub const LEAVE: Duration = Duration::from_secs(3);

/// How often a viewer looks whether the host changed something.
const VIEWER_LOOKS: Duration = Duration::from_secs(2);

fn lost(error: &std::io::Error) -> Problem {
    Problem::new(
        Exit::Usage,
        "TERMINAL",
        format!("The terminal cannot be used: {error}."),
        "Nothing is lost: everything decided so far is kept.",
        "Start it again in a terminal window, or use --plain.",
    )
}

/// What the loop holds beside the model.
struct Loop {
    workers: Workers,
    from_all: mpsc::Receiver<Msg>,
    cancel: CancellationToken,
    started: Instant,
}

impl Loop {
    fn at_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Carries effects out; of several loads of one slot only the newest is made.
    fn run(&mut self, effects: Vec<Effect>, screen: &mut Screen) -> std::io::Result<()> {
        let mut loads: BTreeMap<Slot, (u64, super::effect::Query)> = BTreeMap::new();
        for effect in effects {
            match effect {
                Effect::Load { slot, generation, query } => {
                    loads.insert(slot, (generation, query));
                }
                Effect::Do { action, by } => {
                    if action.is_cancelled_apart() {
                        self.cancel = CancellationToken::new();
                    }
                    self.workers.act(action, by, self.cancel.clone());
                }
                Effect::CancelTask => self.cancel.cancel(),
                Effect::Copy(text) => screen.copy(&text)?,
                Effect::Redraw => screen.terminal.clear()?,
            }
        }
        for (slot, (generation, query)) in loads {
            self.workers.load(slot, generation, query);
        }
        Ok(())
    }
}

/// Runs the screen until it is left.
///
/// # Errors
/// When there is no terminal or the endpoint cannot be built.
pub fn run(profile: &Arc<Profile>, options: &TuiOptions) -> Result<Left> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| lost(&error))?;
    let left = runtime.block_on(async { screen(profile, options, runtime.handle().clone()).await });
    runtime.shutdown_timeout(LEAVE);
    left
}

async fn screen(
    profile: &Arc<Profile>,
    options: &TuiOptions,
    handle: tokio::runtime::Handle,
) -> Result<Left> {
    let (to_loop, from_all) = mpsc::channel(QUEUE);
    spawn_signals(&to_loop);
    let (mut model, mut screen) = first_frame(profile, options).map_err(|error| lost(&error))?;
    if options.exit_after_first_frame {
        return Ok(Left::Code(0));
    }
    #[cfg(debug_assertions)]
    if options.fault_after_first_frame {
        fault();
    }
    let stop = CancellationToken::new();
    let (host, served) = begin_host(profile, options, &to_loop, &stop);
    if !profile.is_host() {
        tokio::spawn(watch_store(Arc::clone(profile), to_loop.clone()));
    }
    watch_claims(profile, options, host.clone(), &to_loop);
    let workers = Workers {
        profile: Arc::clone(profile),
        runtime: handle,
        to_loop,
        nudge: options.nudge.clone(),
        twist: options.twist.clone(),
        host,
        lanes: super::workers::Lanes::default(),
        taken: Hand::default(),
    };
    let taken = Arc::clone(&workers.taken);
    let mut the_loop = Loop { workers, from_all, cancel: CancellationToken::new(), started: Instant::now() };
    let mut turns = Turns::default();
    let left = turn(&mut the_loop, &mut model, &mut screen, &mut turns).await;
    the_loop.cancel.cancel();
    the_loop.workers.lanes.stop();
    stop.cancel();
    drop(screen);
    if let Some(file) = &options.loop_times {
        // For measuring alone: whoever asked for it sees that it is missing.
        let _ = std::fs::write(file, turns.in_json());
    }
    if let Some(served) = served {
        let _ = tokio::time::timeout(LEAVE, served).await;
    }
    let code = left.map_err(|error| lost(&error))?;
    Ok(how_left(code, model.parting, Place { screen: model.screen }, &taken))
}

/// How the screen or the lines were left, and what is to be done with the profile.
pub fn how_left(code: u8, parting: Option<Parting>, place: Place, taken: &Hand) -> Left {
    let laid_down = taken.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (parting, laid_down) {
        (Some(Parting::GaveWay(claim)), _) => Left::GaveWay { claim, place },
        (Some(Parting::Took), Some((taken, claim))) => Left::Took { taken, claim, place },
        _ => Left::Code(code),
    }
}

/// Watches for a claim of another window, where the profile may change hands.
pub fn watch_claims(
    profile: &Arc<Profile>,
    options: &TuiOptions,
    host: Option<Arc<Host>>,
    to_loop: &mpsc::Sender<Msg>,
) {
    if profile.is_host() && options.changes_hands {
        tokio::spawn(give_way(profile.dir().to_path_buf(), host, to_loop.clone()));
    }
}

/// The terminal is taken and drawn on before anything is read or listened for: a person sees at once that it starts.
fn first_frame(profile: &Profile, options: &TuiOptions) -> std::io::Result<(Model, Screen)> {
    let settings = profile.settings();
    let mut model =
        Model::new(options.theme(), options.demo, profile.is_host(), settings.timezone, profile.now());
    model.keymap = super::keymap::Keymap::of(&settings.keys);
    if let Some(why) = model.keymap.refused.first().cloned() {
        model.warn(why);
    }
    if let Some(place) = &options.place {
        model.screen = place.screen;
    }
    if let Some(note) = &options.note {
        model.warn(note.clone());
    }
    let mut screen = Screen::enter(settings.screen.mouse)?;
    if let Ok(size) = ratatui::crossterm::terminal::size() {
        model.size = size;
    }
    screen.draw(|frame| view(&model, frame))?;
    Ok((model, screen))
}

/// The loop itself: until the model leaves.
async fn turn(
    the_loop: &mut Loop,
    model: &mut Model,
    screen: &mut Screen,
    turns: &mut Turns,
) -> std::io::Result<u8> {
    let mut input = EventStream::new();
    let mut last_frame: Option<Instant> = None;
    let mut pressed = false;
    let effects = start(model);
    the_loop.run(effects, screen)?;
    loop {
        if let Some(code) = model.leaving {
            return Ok(code);
        }
        let least = if pressed { ANSWER } else { FRAME };
        let early = last_frame.map_or(Duration::ZERO, |at| least.saturating_sub(at.elapsed()));
        if model.dirty && early.is_zero() {
            (model.dirty, pressed) = (false, false);
            screen.draw(|frame| view(model, frame))?;
            last_frame = Some(Instant::now());
            turns.drawn();
            continue;
        }
        turns.waits();
        let wake = if model.dirty { Some(early) } else { wait_of(model, the_loop.at_ms()) };
        let msg = tokio::select! {
            biased;
            msg = the_loop.from_all.recv() => msg,
            event = input.next() => match event {
                Some(Ok(event)) => Some(Msg::Input { event, at_ms: the_loop.at_ms() }),
                Some(Err(error)) => return Err(error),
                None => Some(Msg::Terminate(129)),
            },
            () = sleep(wake) => None,
        };
        turns.begins();
        let tick = Msg::Tick { at_ms: the_loop.at_ms(), now: the_loop.workers.profile.now() };
        let mut effects = update(model, tick);
        if let Some(msg) = msg {
            pressed |= matches!(msg, Msg::Input { .. });
            effects.extend(update(model, msg));
        }
        for _ in 0..DRAIN {
            match the_loop.from_all.try_recv() {
                Ok(msg) => effects.extend(update(model, msg)),
                Err(_) => break,
            }
        }
        the_loop.run(effects, screen)?;
    }
}

/// What a person would meet where this program has a fault.
#[cfg(debug_assertions)]
#[allow(clippy::panic, reason = "what a panic leaves behind is what the test is about")]
fn fault() {
    panic!("asked for by a test");
}

fn wait_of(model: &Model, at_ms: u64) -> Option<Duration> {
    model.wakes_at().map(|at| Duration::from_millis(at.saturating_sub(at_ms).max(1)))
}

async fn sleep(wake: Option<Duration>) {
    match wake {
        Some(wake) => tokio::time::sleep(wake).await,
        None => std::future::pending().await,
    }
}

/// Starts the endpoint and listens to its notices: the screen is the host.
pub fn begin_host(
    profile: &Arc<Profile>,
    options: &TuiOptions,
    to_loop: &mpsc::Sender<Msg>,
    stop: &CancellationToken,
) -> (Option<Arc<Host>>, Option<tokio::task::JoinHandle<()>>) {
    if !profile.is_host() {
        return (None, None);
    }
    let made = match &options.host {
        Some(host) => Ok(Arc::clone(host)),
        None => Host::new(Arc::clone(profile), host::HostOptions::default()),
    };
    let host = match made {
        Ok(host) => host,
        Err(problem) => {
            let _ = to_loop.try_send(Msg::HostEnded(problem));
            return (None, None);
        }
    };
    let mut notices = host.notices();
    let heard = to_loop.clone();
    tokio::spawn(async move {
        loop {
            let msg = match notices.recv().await {
                Ok(notice) => Msg::Notice(notice),
                Err(RecvError::Lagged(_)) => Msg::NoticesMissed,
                Err(RecvError::Closed) => return,
            };
            if heard.send(msg).await.is_err() {
                return;
            }
        }
    });
    if options.host_is_served {
        return (Some(host), None);
    }
    let (stop, to_loop) = (stop.clone(), to_loop.clone());
    let served = Arc::clone(&host);
    let task = tokio::spawn(async move {
        if let Err(problem) = host::serve(served, stop).await {
            let _ = to_loop.send(Msg::HostEnded(problem)).await;
        }
    });
    (Some(host), Some(task))
}

/// A viewer hears no notices: it looks whether the event chain grew.
async fn watch_store(profile: Arc<Profile>, to_loop: mpsc::Sender<Msg>) {
    let mut known = None;
    loop {
        tokio::time::sleep(VIEWER_LOOKS).await;
        let looked = Arc::clone(&profile);
        let head = tokio::task::spawn_blocking(move || crate::workflow::status::status(&looked)).await;
        let Ok(Ok(status)) = head else { continue };
        let head = serde_json::json!(status).to_string();
        if known.as_ref().is_some_and(|k| *k != head) && to_loop.send(Msg::StoreMoved).await.is_err() {
            return;
        }
        known = Some(head);
    }
}

#[cfg(unix)]
fn spawn_signals(to_loop: &mpsc::Sender<Msg>) {
    use tokio::signal::unix::{SignalKind, signal};
    for (kind, code) in
        [(SignalKind::terminate(), 143), (SignalKind::hangup(), 129), (SignalKind::interrupt(), 130)]
    {
        let to_loop = to_loop.clone();
        if let Ok(mut stream) = signal(kind) {
            tokio::spawn(async move {
                if stream.recv().await.is_some() {
                    let _ = to_loop.send(Msg::Terminate(code)).await;
                }
            });
        }
    }
}

#[cfg(windows)]
fn spawn_signals(to_loop: &mpsc::Sender<Msg>) {
    let to_loop = to_loop.clone();
    tokio::spawn(async move {
        if let Ok(mut close) = tokio::signal::windows::ctrl_close()
            && close.recv().await.is_some()
        {
            let _ = to_loop.send(Msg::Terminate(129)).await;
        }
    });
}
