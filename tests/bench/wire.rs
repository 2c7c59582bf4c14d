//! A plain SOAP client on one kept connection.
//!
//! Must never do more than a call needs: its own time is measured with the server's.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// One connection; a new one after the other side closed it.
pub struct Wire {
    port: u16,
    stream: TcpStream,
    input: Vec<u8>,
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// One text with its markup escaped.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// A request as bytes.
pub fn request(port: u16, operation: &str, parameters: &[(&str, &str)]) -> String {
    let mut inner = String::new();
    for (name, value) in parameters {
        let _ = write!(inner, "<{name}>{}</{name}>", escape(value));
    }
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><{operation} xmlns=\"http://developer.intuit.com/\">{inner}</{operation}></soap:Body></soap:Envelope>"
    );
    format!(
        "POST /qbwc HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: \"http://developer.intuit.com/{operation}\"\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

impl Wire {
    pub fn new(port: u16) -> Self {
        Wire { port, stream: connect(port), input: Vec::with_capacity(64 * 1024) }
    }

    /// One call; the text between the result's tags, unescaped.
    pub fn call(&mut self, operation: &str, parameters: &[(&str, &str)]) -> String {
        let request = request(self.port, operation, parameters);
        self.send(&request)
    }

    /// A request that was written before.
    pub fn send(&mut self, request: &str) -> String {
        for _ in 0..3 {
            if self.stream.write_all(request.as_bytes()).is_ok()
                && let Some(text) = self.answer()
            {
                return text;
            }
            self.stream = connect(self.port);
        }
        panic!("no answer");
    }

    fn answer(&mut self) -> Option<String> {
        self.input.clear();
        let mut piece = [0; 64 * 1024];
        loop {
            let read = self.stream.read(&mut piece).ok().filter(|read| *read > 0)?;
            self.input.extend_from_slice(&piece[..read]);
            let text = std::str::from_utf8(&self.input).ok()?;
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok()
                })
                .unwrap_or(0);
            if body.len() >= length {
                let result = body.split("Result>").nth(1).unwrap_or("").split("</").next().unwrap_or("");
                let strings: Vec<&str> =
                    body.split("<string>").skip(1).map(|s| s.split("</").next().unwrap_or("")).collect();
                return Some(if strings.is_empty() { unescape(result) } else { strings.join("|") });
            }
        }
    }
}
