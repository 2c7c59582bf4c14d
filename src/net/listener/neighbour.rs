//! Who answers on a port that is taken: another Countersign, or some other program.
//!
//! Must never wait long, nor read much: whoever listens there may be anything.

use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Whoever is ours answers at once.
const WAIT: Duration = Duration::from_secs(2);
/// The support page is far smaller.
const READ_MAX: u64 = 16 * 1024;
/// Words of the support page (`webconnector::pages`), which is shown without a login.
const OURS: &str = "Countersign and the Web Connector";

/// Whether the program on this address shows our support page.
pub async fn answers_as_ours(listen: &str) -> bool {
    tokio::time::timeout(WAIT, page(listen))
        .await
        .is_ok_and(|page| page.is_ok_and(|text| text.contains(OURS)))
}

async fn page(listen: &str) -> std::io::Result<String> {
    let port = listen.rsplit(':').next().unwrap_or_default();
    let mut stream = TcpStream::connect(listen).await?;
    let ask = format!("GET /support HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).await?;
    let mut text = Vec::new();
    stream.take(READ_MAX).read_to_end(&mut text).await?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
