//! Words of the demo and of the simulated far ends.
//!
//! Must hold no logic, like the rest of this room.

use clap::{Args as Group, Subcommand};
use std::path::PathBuf;

/// Size and seed of a simulated world; the same for both far ends.
#[derive(Clone, Copy, Debug, Group)]
pub struct WorldArgs {
    /// Seed of the world
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Sales orders; the other kinds follow in proportion
    #[arg(long, default_value_t = 60)]
    pub orders: usize,
    /// Contacts
    #[arg(long, default_value_t = 60)]
    pub contacts: usize,
}

/// `demo`.
#[derive(Debug, Group)]
pub struct DemoArgs {
    /// Without a screen: decide, hand off, prove, print the summary
    #[arg(long)]
    pub headless: bool,
    /// The world
    #[command(flatten)]
    pub world: WorldArgs,
    /// Keep every qbXML message there, in order
    #[arg(long, value_name = "DIR")]
    pub dump: Option<PathBuf>,
}

/// `sim ...`.
#[derive(Debug, Subcommand)]
pub enum SimAction {
    /// A Cin7 server (user `demo`, key `demo-key`)
    Cin7 {
        /// Address to listen on; port 0 takes a free one
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: std::net::SocketAddr,
        /// The world
        #[command(flatten)]
        world: WorldArgs,
        /// Faults to strike
        #[arg(long, default_value = "", value_name = "LIST")]
        faults: String,
        /// How many times faster than Cin7 the limits run
        #[arg(long, default_value_t = 1)]
        speed: u32,
    },
    /// A QuickBooks company with its Web Connector
    Quickbooks(QuickbooksArgs),
    /// Seeded fault schedules against the hand-off, in memory
    Faults(FaultsArgs),
    /// A profile with many documents, drafted and linked, for measuring
    SeedProfile {
        /// The world
        #[command(flatten)]
        world: WorldArgs,
    },
}

/// `sim quickbooks`.
#[derive(Debug, Group)]
pub struct QuickbooksArgs {
    /// Address of the endpoint, as in the .QWC file
    #[arg(long)]
    pub url: String,
    /// User name, as in the .QWC file
    #[arg(long)]
    pub username: String,
    /// Password (else COUNTERSIGN_QBWC_PASSWORD)
    #[arg(long)]
    pub password: Option<String>,
    /// Where the company file is kept
    #[arg(long, value_name = "FILE")]
    pub company: Option<PathBuf>,
    /// Seconds between sessions
    #[arg(long, value_name = "SECONDS", default_value_t = 60, conflicts_with = "once")]
    pub every: u64,
    /// One session
    #[arg(long)]
    pub once: bool,
    /// The world that a new company is made of
    #[command(flatten)]
    pub world: WorldArgs,
    /// Faults to strike
    #[arg(long, default_value = "", value_name = "LIST")]
    pub faults: String,
    /// Keep every qbXML message there, in order
    #[arg(long, value_name = "DIR")]
    pub dump: Option<PathBuf>,
}

/// `sim faults`.
#[derive(Debug, Group)]
pub struct FaultsArgs {
    /// How many schedules (with --mutants: the most seeds for each)
    #[arg(long, default_value_t = 1_000)]
    pub schedules: u64,
    /// Seed of the first; the others follow
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Only these faults, as F9,F26-F30
    #[arg(long, default_value = "", value_name = "LIST")]
    pub faults: String,
    /// Take the defences away one at a time, and say after how many seeds each is missed
    #[arg(long)]
    pub mutants: bool,
    /// With this defence missing, by its name in the table of --mutants
    #[arg(long, value_name = "NAME", conflicts_with = "mutants")]
    pub mutant: Option<String>,
    /// Threads (else one for each core)
    #[arg(long)]
    pub threads: Option<usize>,
    /// Tell the story of the first seed, with as few faults as still break a rule
    #[arg(long)]
    pub story: bool,
}
