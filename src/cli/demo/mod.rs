//! `demo`: the whole job on this computer alone, over real HTTP and SOAP, with a screen or without.
//!
//! Must never touch a real account, a real company file or the profile of real books.

mod afterwards;
mod closing;
mod headless;
pub mod stage;
pub mod story;
mod summary;
pub mod twist;

use super::args::{DemoArgs, WorldArgs};
use super::screen;
use super::session::Session;
use crate::base::problem::Exit;
use crate::workflow::{Result, connect, fetch, links};
use stage::{OPERATOR, Stage};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::runtime::Builder;
use uuid::Uuid;

/// A folder that goes with the run, unless one was named.
struct Folder {
    path: PathBuf,
    goes: bool,
}

impl Folder {
    fn of(session: &Session) -> Self {
        match &session.global.data_dir {
            // The variable of the environment names real books; only the option names a demo's folder.
            Some(dir) => Folder { path: dir.clone(), goes: false },
            None => {
                let name = format!("countersign-demo-{}", Uuid::new_v4().simple());
                Folder { path: std::env::temp_dir().join(name), goes: true }
            }
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.goes {
            // Left behind it is only a folder in the temporary directory.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// Plays the demo.
pub fn run(session: &Session, args: &DemoArgs) -> Result<ExitCode> {
    let folder = Folder::of(session);
    if args.headless {
        return alone(headless(session, &folder.path, args)).map(|exit| ExitCode::from(exit.code()));
    }
    if !screen::is_plain(&session.global) {
        screen::need_terminal()?;
    }
    let stage = session.wait(Stage::set_up(&folder.path, &args.world, session.out))?;
    screen::open_demo(session, stage, args.dump.as_deref())
}

/// Plays both far ends and the program on this thread: they only ever wait for each other, and every further thread
/// would keep memory of its own.
fn alone<T>(play: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|why| super::bug(&format!("no runtime could be had: {why}")))?.block_on(play)
}

async fn headless(session: &Session, dir: &Path, args: &DemoArgs) -> Result<Exit> {
    let stage = Stage::set_up(dir, &args.world, session.out).await?;
    let summary = headless::play(session, &stage, args.dump.as_deref()).await;
    stage.strike().await?;
    let summary = summary?;
    session.out.document(&summary)?;
    if !session.out.is_json() {
        for line in summary.lines() {
            session.out.say(&line)?;
        }
    }
    Ok(if summary.is_done() { Exit::Done } else { Exit::NeedsPerson })
}

/// A profile with many documents, drafted and linked, without the wait of Cin7's limits.
///
/// # Errors
/// When the folder holds another profile, or a step fails.
pub fn seed_profile(session: &Session, world: WorldArgs) -> Result<Exit> {
    let dir = session.dir()?;
    alone(async {
        let stage = Stage::set_up(&dir, &world, session.out).await?;
        headless::pull_lists(session, &stage).await?;
        let options = fetch::FetchOptions::default();
        let fetched = fetch::fetch(&stage.profile, &options, &mut |_| (), session.stop.token()).await?;
        connect::accept_map(&stage.profile, OPERATOR)?;
        links::accept_auto(&stage.profile, OPERATOR)?;
        links::create_rest(&stage.profile, OPERATOR)?;
        let documents = fetched.drafts.documents;
        stage.strike().await?;
        session.out.document(&serde_json::json!({"profile": dir, "documents": documents}))?;
        if !session.out.is_json() {
            session.out.say(&format!("{documents} documents are drafted in {}.", dir.display()))?;
        }
        Ok(Exit::Done)
    })
}
