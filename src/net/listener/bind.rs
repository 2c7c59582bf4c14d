//! Where the endpoint listens.
//!
//! Must never listen on an address that other computers can reach unless TLS is configured (`security.md` 1). The name `localhost` may mean either loopback address, so both are taken (`web-connector.md` 6).

use crate::base::Problem;
use crate::base::problem::Exit;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::TcpListener;

/// With port 0 the system picks a port on the first address, which may be taken on the second: then it picks again.
const PICKS: usize = 16;

/// Listens on an address such as `127.0.0.1:8085`, `[::1]:8085` or `localhost:8085`; either loopback address brings the
/// other along, where the computer has it. Any other address, such as `0.0.0.0:8443`, needs `tls`. Port 0 takes a free
/// port.
///
/// # Errors
/// A [`Problem`] with code `NET-LISTEN` for no address, `NET-TLS` for one that others can reach, `NET-PORT` for a port
/// that is taken.
pub async fn bind(address: &str, tls: bool) -> Result<Vec<TcpListener>, Problem> {
    let (first, port) = parse(address)?;
    if !is_own(first) {
        if !tls {
            return Err(open_to_others(address));
        }
        let listener = TcpListener::bind((first, port)).await.map_err(|error| taken(address, &error))?;
        return Ok(vec![listener]);
    }
    let second = match first {
        IpAddr::V4(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    let picks = if port == 0 { PICKS } else { 1 };
    for pick in 1..=picks {
        let listener = TcpListener::bind((first, port)).await.map_err(|error| taken(address, &error))?;
        let taken_port = listener.local_addr().map_err(|error| taken(address, &error))?.port();
        match TcpListener::bind((second, taken_port)).await {
            Ok(other) => return Ok(vec![listener, other]),
            // Another program there would get the Web Connector's calls.
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                if pick == picks {
                    return Err(taken(address, &error));
                }
            }
            Err(_) => return Ok(vec![listener]),
        }
    }
    Err(no_address(address))
}

fn parse(address: &str) -> Result<(IpAddr, u16), Problem> {
    let address = address.trim();
    if let Some(port) = address.strip_prefix("localhost:").and_then(|port| port.parse().ok()) {
        return Ok((IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    }
    let parsed: SocketAddr = address.parse().map_err(|_| no_address(address))?;
    Ok((parsed.ip(), parsed.port()))
}

/// The two addresses that only this computer reaches under the name `localhost`.
fn is_own(address: IpAddr) -> bool {
    address == IpAddr::V4(Ipv4Addr::LOCALHOST) || address == IpAddr::V6(Ipv6Addr::LOCALHOST)
}

fn open_to_others(address: &str) -> Problem {
    Problem::new(
        Exit::Usage,
        "NET-TLS",
        format!("The address {address} can be reached by other computers, and no certificate is configured."),
        "The endpoint has not been started; passwords and documents would cross the network in the open.",
        "Listen on 127.0.0.1 and run the Web Connector on this computer, or make a certificate with `countersign \
         secrets new certificate --name NAME`.",
    )
}

fn no_address(address: &str) -> Problem {
    Problem::new(
        Exit::Usage,
        "NET-LISTEN",
        format!("`{address}` is no address to listen on."),
        "The endpoint has not been started, so the Web Connector cannot visit.",
        "Write it as 127.0.0.1 and a port, for example 127.0.0.1:8085.",
    )
}

fn taken(address: &str, error: &std::io::Error) -> Problem {
    Problem::new(
        Exit::Usage,
        "NET-PORT",
        format!("The port of {address} cannot be used: {error}."),
        "The endpoint has not been started, so the Web Connector cannot visit. Nothing is lost.",
        "Close the other program on that port, or set another port and open a new .QWC file.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn both_loopback_addresses_are_taken_on_one_port() {
        let listeners = bind("127.0.0.1:0", false).await.unwrap();
        let ports: Vec<u16> = listeners.iter().map(|l| l.local_addr().unwrap().port()).collect();
        assert!(ports.iter().all(|port| *port == ports[0]));
        assert!(listeners[0].local_addr().unwrap().ip().is_loopback());
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_a_problem_in_four_parts() {
        let listeners = bind("127.0.0.1:0", false).await.unwrap();
        let port = listeners[0].local_addr().unwrap().port();
        let problem = bind(&format!("localhost:{port}"), false).await.unwrap_err();
        assert_eq!((problem.code.as_str(), problem.exit), ("NET-PORT", Exit::Usage));
    }

    #[tokio::test]
    async fn with_a_certificate_any_address_may_be_taken_and_no_other_comes_along() {
        let listeners = bind("127.0.0.2:0", true).await.unwrap();
        assert_eq!(listeners.len(), 1);
        assert_eq!(listeners[0].local_addr().unwrap().ip().to_string(), "127.0.0.2");
    }

    #[tokio::test]
    async fn an_address_that_others_can_reach_is_refused_without_a_certificate() {
        for address in ["0.0.0.0:0", "192.168.1.5:8085", "[::]:8085", "127.0.0.2:8085"] {
            assert_eq!(bind(address, false).await.unwrap_err().code, "NET-TLS", "{address}");
        }
        for address in ["", "8085", "localhost", "localhost:99999", "example.com:80"] {
            assert_eq!(bind(address, true).await.unwrap_err().code, "NET-LISTEN", "{address}");
        }
    }
}
