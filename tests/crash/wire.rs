//! A wire between the Web Connector and the program that a test can hold at any byte.
//!
//! Counts what passes; when the count is reached it keeps every further byte to itself and tells so, until it is let
//! go. Only the port in the Host line is changed on the way: the program answers to its own address alone.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// A program that does not listen after this time fails the test.
const LIMIT: Duration = Duration::from_secs(90);
/// What a request that books carries, and a question does not.
const WRITE: &[u8] = b"newMessageSetID";

/// When to strike: after so many requests that book were handed out, and so many bytes more.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moment {
    pub writes: u64,
    pub bytes: u64,
    /// Whether what is on the wire is held back until the kill, or goes on while it comes.
    pub held: bool,
}

#[derive(Default)]
struct Count {
    moment: Option<Moment>,
    struck: bool,
}

struct Shared {
    count: Mutex<Count>,
    changed: Condvar,
    upstream: String,
    /// The Host line's port as it comes and as it goes on; both have five digits.
    ports: (String, String),
    /// Nobody is behind it: calls break off.
    dead: AtomicBool,
    over: AtomicBool,
}

/// The wire; it is cut when this is dropped.
pub struct Wire {
    shared: Arc<Shared>,
    pub port: u16,
}

impl Wire {
    /// A wire to this address.
    pub fn to(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            count: Mutex::default(),
            changed: Condvar::new(),
            upstream: upstream.to_string(),
            ports: (format!(":{port}"), format!(":{}", upstream.rsplit(':').next().unwrap())),
            dead: AtomicBool::new(false),
            over: AtomicBool::new(false),
        });
        let of = Arc::clone(&shared);
        std::thread::spawn(move || {
            for call in listener.incoming().map_while(Result::ok) {
                if of.over.load(Ordering::SeqCst) {
                    return;
                }
                let of = Arc::clone(&of);
                std::thread::spawn(move || carry(&of, call));
            }
        });
        Wire { shared, port }
    }

    /// Strikes at this moment, once.
    pub fn strike_at(&self, moment: Moment) {
        self.shared.dead.store(false, Ordering::SeqCst);
        *self.shared.count.lock().unwrap() = Count { moment: Some(moment), struck: false };
        self.shared.changed.notify_all();
    }

    /// Whether the moment has come.
    pub fn struck(&self) -> bool {
        self.shared.count.lock().unwrap().struck
    }

    /// Breaks off what was held, and every call from now on until the next moment is named.
    pub fn let_go(&self) {
        self.shared.dead.store(true, Ordering::SeqCst);
        *self.shared.count.lock().unwrap() = Count::default();
        self.shared.changed.notify_all();
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        self.let_go();
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn carry(shared: &Arc<Shared>, call: TcpStream) {
    let Some(program) = reach(shared) else { return };
    let (there, back) = (call.try_clone().unwrap(), program.try_clone().unwrap());
    let of = Arc::clone(shared);
    let up = std::thread::spawn(move || pump(&of, call, program, false));
    pump(shared, back, there, true);
    let _ = up.join();
}

/// A program that was just started may not listen yet.
fn reach(shared: &Shared) -> Option<TcpStream> {
    let begun = Instant::now();
    while !shared.dead.load(Ordering::SeqCst) && begun.elapsed() < LIMIT {
        if let Ok(stream) = TcpStream::connect(&shared.upstream) {
            return Some(stream);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    None
}

fn pump(shared: &Shared, mut from: TcpStream, mut to: TcpStream, replies: bool) {
    let mut bytes = [0; 2048];
    let mut tail: Vec<u8> = Vec::new();
    while let Ok(read) = from.read(&mut bytes) {
        if read == 0 {
            break;
        }
        let part = &mut bytes[..read];
        if !replies {
            readdress(part, &shared.ports);
        }
        let part = &*part;
        let writes = if replies { seen_in(&mut tail, part) } else { 0 };
        if !pass(shared, writes, part, &mut to) {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

fn readdress(part: &mut [u8], (from, to): &(String, String)) {
    assert_eq!(from.len(), to.len());
    if let Some(at) = part.windows(from.len()).position(|window| window == from.as_bytes()) {
        part[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
}

/// How many requests that book begin in this part of a reply.
fn seen_in(tail: &mut Vec<u8>, part: &[u8]) -> u64 {
    tail.extend_from_slice(part);
    let found = tail.windows(WRITE.len()).filter(|window| *window == WRITE).count();
    let keep = tail.len().min(WRITE.len() - 1);
    *tail = tail.split_off(tail.len() - keep);
    found as u64
}

/// Passes a part on, up to the moment; false when the connection is over.
fn pass(shared: &Shared, writes: u64, part: &[u8], to: &mut TcpStream) -> bool {
    let mut count = shared.count.lock().unwrap();
    let mut free = part.len();
    if let (Some(mut moment), false) = (count.moment, count.struck) {
        let left = moment.bytes as usize;
        if moment.writes > 0 {
            moment.writes = moment.writes.saturating_sub(writes);
        } else if part.len() > left {
            free = left;
            count.struck = true;
        } else {
            moment.bytes -= part.len() as u64;
        }
        count.moment = Some(moment);
    } else if count.struck {
        free = 0;
    }
    let hold = count.struck && count.moment.is_some_and(|moment| moment.held);
    drop(count);
    if !hold {
        return to.write_all(part).is_ok();
    }
    // What is before the moment arrives; the rest stays here until the wire is let go, and is lost.
    let _ = to.write_all(&part[..free]);
    let mut count = shared.count.lock().unwrap();
    while count.struck && !shared.over.load(Ordering::SeqCst) {
        count = shared.changed.wait(count).unwrap();
    }
    false
}
