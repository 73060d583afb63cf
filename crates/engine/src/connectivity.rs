//! Whether this computer can reach others at all: by its own routes and name servers, and by witnesses that somebody has named.
//!
//! A witness is asked only if it was named; by default there is none and nothing is sent. Deliberately not in it: probes, and what is done
//! with those that cannot run.

use crate::error::Error;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// How long a witness may take.
const PATIENCE: Duration = Duration::from_secs(4);
/// How much of a witness's answer is looked at, in bytes.
const LOOK: usize = 4_096;

/// What answers whenever there is a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Witness {
    /// A web page, with the status and the words that it always has.
    Page { url: String, status: Option<u16>, words: String },
    /// Host and port, to which a connection is made and ended.
    Port(String),
}

/// What a witness showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    /// It is reached.
    Reached,
    /// Something else answered in its place.
    Replaced(String),
    /// Nothing answered.
    Silent,
}

impl Witness {
    /// Reads `host:port`, or `URL [status] [words of the page]`.
    ///
    /// # Errors
    /// [`Error::Witness`] with the text if it is neither.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let wrong = || Error::Witness(text.to_owned());
        if text.contains("://") {
            let (url, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
            countersign_core::record::probe::host_of(url).ok_or_else(wrong)?;
            let rest = rest.trim();
            let (first, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let status = first.parse().ok().filter(|status| (100..600).contains(status));
            let words = if status.is_some() { more } else { rest };
            return Ok(Self::Page { url: url.to_owned(), status, words: words.trim().to_owned() });
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let plain = !host.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == '/' || c == '@');
        match port.parse::<u16>() {
            Ok(1..) if plain => Ok(Self::Port(text.to_owned())),
            _ => Err(wrong()),
        }
    }

    async fn show(self, client: Arc<reqwest::Client>) -> Shown {
        match self {
            Self::Port(address) => match tokio::time::timeout(PATIENCE, TcpStream::connect(&address)).await {
                Ok(Ok(_)) => Shown::Reached,
                _ => Shown::Silent,
            },
            Self::Page { url, status, words } => match client.get(&url).send().await {
                Ok(mut response) => {
                    let came = response.status();
                    let as_expected = status.map_or(came.is_success(), |status| came.as_u16() == status);
                    if !as_expected {
                        return Shown::Replaced(format!("{url} answers {}", came.as_u16()));
                    }
                    let mut body = Vec::new();
                    while body.len() < LOOK && !words.is_empty() {
                        match response.chunk().await {
                            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                            _ => break,
                        }
                    }
                    if String::from_utf8_lossy(&body).contains(&words) {
                        Shown::Reached
                    } else {
                        Shown::Replaced(format!("{url} does not say «{words}»"))
                    }
                }
                Err(error) if is_another(&error) => {
                    Shown::Replaced(format!("{url} shows a certificate that is not its own"))
                }
                Err(_) => Shown::Silent,
            },
        }
    }
}

/// The certificate that was shown is none for this name: somebody else answers.
fn is_another(error: &reqwest::Error) -> bool {
    let mut inner: Option<&dyn std::error::Error> = Some(error);
    while let Some(here) = inner {
        let io = here.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let tls = here.downcast_ref::<rustls::Error>().or_else(|| io?.downcast_ref());
        if matches!(tls, Some(rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        inner = here.source();
    }
    false
}

/// Asks all witnesses at once. None if the network is there, otherwise why not, in words.
pub(crate) async fn cut_off(client: &Arc<reqwest::Client>, witnesses: &[String]) -> Option<String> {
    let mut asked = JoinSet::new();
    for witness in witnesses.iter().filter_map(|text| Witness::read(text).ok()) {
        asked.spawn(witness.show(Arc::clone(client)));
    }
    let shown = asked.join_all().await;
    together(&shown)
}

/// One that is reached speaks for the network. Without any nothing is said against it.
pub(crate) fn together(shown: &[Shown]) -> Option<String> {
    if shown.is_empty() || shown.contains(&Shown::Reached) {
        return None;
    }
    let replaced = shown.iter().find_map(|one| match one {
        Shown::Replaced(how) => Some(how),
        _ => None,
    });
    Some(match replaced {
        Some(how) => format!("this computer is behind a sign-in page: {how}"),
        None => format!("this computer had no network: none of its witnesses answers ({} asked)", shown.len()),
    })
}

/// A client for witnesses. It follows no redirect and takes no proxy, so that what answers is what the network shows.
///
/// # Errors
/// [`Error::Client`] if the system's certificates cannot be used.
pub(crate) fn client() -> Result<Arc<reqwest::Client>, Error> {
    // A second installation of the same provider is refused, and is no harm.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
        .pool_max_idle_per_host(0)
        .build();
    client.map(Arc::new).map_err(|error| Error::Client(error.to_string()))
}

/// The system knows a name server that it has a way to. True where it does not say which it asks.
pub(crate) fn has_name_server() -> bool {
    let Ok(text) = std::fs::read_to_string("/etc/resolv.conf") else { return true };
    let servers: Vec<IpAddr> = name_servers(&text);
    servers.is_empty() || servers.into_iter().any(has_way_to)
}

/// `nameserver` lines of resolv.conf(5); a zone behind `%` is left out.
fn name_servers(text: &str) -> Vec<IpAddr> {
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("nameserver"));
    lines.filter_map(|rest| rest.trim().split('%').next()?.parse().ok()).collect()
}

/// The system has a route to this address. No packet is sent.
fn has_way_to(to: IpAddr) -> bool {
    let from = if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    UdpSocket::bind(from).and_then(|socket| socket.connect(SocketAddr::new(to, 53))).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    /// Answers everything the same until the test ends.
    fn page(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            for mut visitor in listener.incoming().flatten() {
                let _ = visitor.read(&mut [0; 1024]);
                let _ = visitor.write_all(answer.as_bytes());
            }
        });
        address
    }

    fn closed() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    }

    async fn asked(witnesses: &[String]) -> String {
        cut_off(&client().unwrap(), witnesses).await.unwrap_or_else(|| "here".to_owned())
    }

    #[tokio::test]
    async fn one_witness_that_is_reached_speaks_for_the_network() {
        let good = page("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        let portal = page(
            "HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
        let other = page("HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nWelcome");
        let silent = closed();
        let url = |address: &str, more: &str| format!("http://{address}/check{more}");
        for (witnesses, expected) in [
            (vec![], "here"),
            (vec![url(&good, "")], "here"),
            (vec![url(&good, " 204")], "here"),
            (vec![good.clone()], "here"),
            (vec![url(&silent, ""), url(&good, "")], "here"),
            (vec![url(&portal, ""), url(&good, "")], "here"),
            (vec![url(&silent, "")], "no network"),
            (vec![url(&silent, ""), silent.clone()], "(2 asked)"),
            (vec![url(&portal, "")], "sign-in page"),
            (vec![url(&silent, ""), url(&portal, "")], "answers 302"),
            (vec![url(&other, "")], "here"),
            (vec![url(&other, " 204")], "answers 200"),
            (vec![url(&other, " 200 Welcome")], "here"),
            (vec![url(&other, " success")], "does not say «success»"),
        ] {
            let said = asked(&witnesses).await;
            assert!(said.contains(expected), "{witnesses:?}: {said}");
        }
    }

    #[test]
    fn witnesses_are_pages_or_ports() {
        for (text, good) in [
            ("https://check.example/ok", true),
            ("http://check.example/ok 204", true),
            ("db.example:5432", true),
            ("[::1]:80", true),
            ("db.example", false),
            ("db.example:0", false),
            ("db.example:99999", false),
            ("ftp://check.example/", false),
            ("https://ana:pw@check.example/", false),
            ("", false),
        ] {
            assert_eq!(Witness::read(text).is_ok(), good, "{text}");
        }
    }

    #[test]
    fn name_servers_are_read_as_the_system_reads_them() {
        let text = "# none\nsearch a.example\nnameserver 127.0.0.53\n nameserver fe80::1%eth0\nnameserver x\n";
        assert_eq!(name_servers(text), ["127.0.0.53".parse::<IpAddr>().unwrap(), "fe80::1".parse().unwrap()]);
        assert!(has_way_to("127.0.0.1".parse().unwrap()));
    }
}
