//! How the program ends: signals that cancel what runs, a panic that leaves the terminal as it was, exit codes.
//!
//! Must never leave a half-done thing unsaid: what was durable before a signal stays, and the next start goes on there.

use crate::base::Problem;
use crate::base::problem::Exit;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// How long a cancelled command may take to end by itself (design 6: within 5 seconds).
const GRACE: Duration = Duration::from_millis(4500);

/// A panic is a bug: it is told in four parts, and the main thread's ends the program with 101. The screen puts a hook
/// of its own before this one, which gives the terminal back first.
pub fn catch_bugs() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        let _ = writeln!(std::io::stderr(), "{}", bug(&format!("{} at {place}", said(panic.payload()))));
    }));
}

fn said(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_string());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no words".into())
}

/// A fault of this program.
#[must_use]
pub fn bug(what: &str) -> Problem {
    Problem::new(
        Exit::Bug,
        "BUG",
        format!("Countersign met a fault of its own: {}.", crate::base::text::for_screen(what)),
        "What was saved before is safe. What was being handed over is looked up in QuickBooks before anything is sent again.",
        "Start it again. If it comes back, send us this text.",
    )
}

/// The request to stop, and the exit code that goes with it.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    token: CancellationToken,
    code: Arc<AtomicU8>,
}

impl Stop {
    /// What is cancelled when the program is told to stop.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    /// The exit code of the signal that came, if one came.
    #[must_use]
    pub fn code(&self) -> Option<ExitCode> {
        match self.code.load(Ordering::SeqCst) {
            0 => None,
            code => Some(ExitCode::from(code)),
        }
    }

    fn told(&self, code: u8) {
        self.code.store(code, Ordering::SeqCst);
        self.token.cancel();
    }

    /// Listens for signals for as long as the runtime lives.
    pub fn listen(&self, runtime: &Runtime) {
        let stop = self.clone();
        runtime.spawn(async move {
            let code = signal().await;
            stop.told(code);
            // Whatever does not look at the token is durable at every moment, so it may be cut off: at the second
            // signal at once, else when the time is over.
            tokio::select! {
                _ = signal() => {}
                () = tokio::time::sleep(GRACE) => {}
            }
            std::process::exit(i32::from(code));
        });
    }
}

#[cfg(unix)]
async fn signal() -> u8 {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).ok();
    let (mut hangup, mut term) = (listen(SignalKind::hangup()), listen(SignalKind::terminate()));
    let come = async |kind: &mut Option<tokio::signal::unix::Signal>| match kind {
        Some(kind) => {
            kind.recv().await;
        }
        None => std::future::pending().await,
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => 130,
        () = come(&mut term) => 143,
        () = come(&mut hangup) => 129,
    }
}

#[cfg(not(unix))]
async fn signal() -> u8 {
    let _ = tokio::signal::ctrl_c().await;
    130
}
