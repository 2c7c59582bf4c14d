//! Clients that mean no good, all at once, for as long as a measurement lasts.
//!
//! Must never leave loopback, and must end when told.

use crate::wire;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Connections that send one byte of a header now and then.
const SLOW: usize = 60;
/// Threads that send wrong things as fast as they can.
const BUSY: usize = 3;

/// The crowd.
pub struct Crowd {
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
    threads: Vec<JoinHandle<()>>,
}

fn slow(port: u16, stop: &AtomicBool) {
    let mut held: Vec<TcpStream> = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        held.retain_mut(|stream| stream.write_all(b"P").is_ok());
        while held.len() < SLOW {
            match TcpStream::connect(("127.0.0.1", port)) {
                Ok(stream) => held.push(stream),
                Err(_) => break,
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn busy(port: u16, which: usize, stop: &AtomicBool, sent: &AtomicU64) {
    let wrong = [
        wire::request(port, "authenticate", &[("strUserName", "countersign"), ("strPassword", "guess")]),
        format!(
            "POST /qbwc HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: text/xml\r\nContent-Length: 99999999999\r\n\r\n"
        ),
        "\u{0}\u{1}\u{2} no HTTP at all\r\n\r\n".to_string(),
        wire::request(port, "unknown", &[("x", "<!DOCTYPE")]),
        format!("POST /qbwc HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n{port}"),
    ];
    let mut turn = which;
    while !stop.load(Ordering::Relaxed) {
        turn += 1;
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { continue };
        let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
        let _ = stream.write_all(wrong[turn % wrong.len()].as_bytes());
        let _ = stream.read(&mut [0; 512]);
        sent.fetch_add(1, Ordering::Relaxed);
    }
}

impl Crowd {
    pub fn start(port: u16) -> Self {
        let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut threads = Vec::new();
        {
            let stop = Arc::clone(&stop);
            threads.push(std::thread::spawn(move || slow(port, &stop)));
        }
        for which in 0..BUSY {
            let (stop, sent) = (Arc::clone(&stop), Arc::clone(&sent));
            threads.push(std::thread::spawn(move || busy(port, which, &stop, &sent)));
        }
        Crowd { stop, sent, threads }
    }

    /// Ends them and says what they did.
    pub fn stop(self) -> String {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            let _ = thread.join();
        }
        format!("{SLOW} slow ones, {} wrong requests", self.sent.load(Ordering::Relaxed))
    }
}
