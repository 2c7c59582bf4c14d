//! Who answers on a port that is taken: another Countersign, or some other program.
//!
//! Must never wait long, nor read much: whoever listens there may be anything.

use crate::net::tls::Tls;
use rustls::pki_types::ServerName;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Whoever is ours answers at once.
const WAIT: Duration = Duration::from_secs(2);
/// The support page is far smaller.
const READ_MAX: u64 = 16 * 1024;
/// Words of the support page (`webconnector::pages`), which is shown without a login.
const OURS: &str = "Countersign and the Web Connector";

/// Whether the program on this address shows our support page.
pub async fn answers_as_ours(listen: &str, tls: Option<&Tls>) -> bool {
    tokio::time::timeout(WAIT, page(listen, tls))
        .await
        .is_ok_and(|page| page.is_ok_and(|text| text.contains(OURS)))
}

async fn page(listen: &str, tls: Option<&Tls>) -> std::io::Result<String> {
    let stream = TcpStream::connect(listen).await?;
    let Some(tls) = tls else { return support(stream, "localhost", listen).await };
    let name = tls.names().first().map_or("localhost", String::as_str).to_string();
    let server = ServerName::try_from(name.clone()).map_err(|_| std::io::ErrorKind::InvalidInput)?;
    let stream = TlsConnector::from(tls.trusting()?).connect(server, stream).await?;
    support(stream, &name, listen).await
}

async fn support(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    host: &str,
    listen: &str,
) -> std::io::Result<String> {
    let port = listen.rsplit(':').next().unwrap_or_default();
    let ask = format!("GET /support HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).await?;
    let mut text = Vec::new();
    stream.take(READ_MAX).read_to_end(&mut text).await?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
