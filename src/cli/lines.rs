//! What a person types in plain mode: read by a thread of its own, so that a question can be given up when the profile
//! changes hands.
//!
//! Must never lose a typed line: what was read ahead waits for the next question.

use std::io::{BufRead, Read};
use std::sync::mpsc::{Receiver, Sender, channel};

/// What one read brings at most.
const PART: usize = 4_096;

enum Item {
    Typed(std::io::Result<Vec<u8>>),
    Wake,
}

/// Ends a wait for an answer.
#[derive(Clone)]
pub struct Waker(Sender<Item>);

impl Waker {
    /// The question that waits, or the next one, is left without an answer.
    pub fn wake(&self) {
        // Nobody may be asking any more.
        let _ = self.0.send(Item::Wake);
    }
}

/// The input, line by line as the terminal gives it.
pub struct Lines {
    items: Receiver<Item>,
    waker: Waker,
    now: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Lines {
    /// Reads what comes.
    #[must_use]
    pub fn of(mut input: impl Read + Send + 'static) -> Self {
        let (tell, items) = channel();
        let typed = tell.clone();
        std::thread::spawn(move || {
            loop {
                let mut part = vec![0; PART];
                let read = input.read(&mut part).map(|read| {
                    part.truncate(read);
                    part
                });
                let over = !matches!(&read, Ok(part) if !part.is_empty());
                if typed.send(Item::Typed(read)).is_err() || over {
                    return;
                }
            }
        });
        Lines { items, waker: Waker(tell), now: Vec::new(), at: 0, ended: false }
    }

    /// What ends a wait.
    #[must_use]
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Forgets that somebody was to be woken; what was typed stays.
    pub fn settle(&mut self) {
        while self.at >= self.now.len() && !self.ended {
            match self.items.try_recv() {
                Ok(Item::Wake) => {}
                Ok(Item::Typed(Ok(part))) => self.take(part),
                Ok(Item::Typed(Err(_))) => self.ended = true,
                Err(_) => return,
            }
        }
    }

    fn take(&mut self, part: Vec<u8>) {
        self.ended = part.is_empty();
        self.now = part;
        self.at = 0;
    }
}

impl Read for Lines {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Lines {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.at >= self.now.len() && !self.ended {
            match self.items.recv() {
                Ok(Item::Typed(part)) => self.take(part?),
                // As at the end of the input, but once.
                Ok(Item::Wake) => {}
                Err(_) => self.ended = true,
            }
        }
        Ok(self.now.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, read: usize) {
        self.at += read;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(lines: &mut Lines) -> String {
        let mut text = String::new();
        lines.read_line(&mut text).unwrap();
        text
    }

    #[test]
    fn a_wait_that_is_ended_looks_like_an_end_once_and_loses_no_line() {
        let (input, mut typed) = std::io::pipe().unwrap();
        let mut lines = Lines::of(input);
        lines.waker().wake();
        assert_eq!(line(&mut lines), "", "woken");
        std::io::Write::write_all(&mut typed, b"status\nquit\n").unwrap();
        assert_eq!(line(&mut lines), "status\n");
        lines.waker().wake();
        assert_eq!(line(&mut lines), "quit\n", "what was read ahead comes first");
        lines.settle();
        drop(typed);
        assert_eq!(line(&mut lines), "");
        assert_eq!(line(&mut lines), "", "the end stays the end");
    }
}
