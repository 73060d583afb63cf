//! What a probe may do, decided without a network.

use super::refusal::Refusal;
use super::view::View;
use crate::checklist::ProbeOffer;
use crate::id::ProbeId;

/// The probe, if each of its hosts is allowed for the record.
///
/// # Errors
/// [`Refusal::NoSuchProbe`], [`Refusal::HostNotAllowed`] with the first host that is not.
pub fn may_ask<'a>(view: &'a View, probe: &ProbeId) -> Result<&'a ProbeOffer, Refusal> {
    let offer = view.offer(probe).ok_or_else(|| Refusal::NoSuchProbe(probe.clone()))?;
    match offer.hosts.iter().find(|host| !view.hosts.contains(host)) {
        Some(host) => Err(Refusal::HostNotAllowed { host: host.clone() }),
        None if offer.hosts.is_empty() => Err(Refusal::HostNotAllowed { host: offer.ask.clone() }),
        None => Ok(offer),
    }
}

/// The host of a URL (`http`, `https`, `ws`, `wss`), in lower case, with the port if it is not the scheme's own: what a person allows.
/// None if the URL is of another kind, has a user name or password in it, or no host.
pub fn host_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let usual = match scheme {
        "https" | "wss" => ":443",
        "http" | "ws" => ":80",
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let authority = authority.strip_suffix(usual).unwrap_or(authority);
    let plain = !authority.is_empty() && !authority.contains(['@', '<', '>', '{', '}', '$', ' ']);
    plain.then(|| authority.to_ascii_lowercase())
}

/// The host is this computer itself, so that asking it needs no network.
pub fn is_this_computer(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_from_urls() {
        for (url, host) in [
            ("https://API.example.com/health", Some("api.example.com")),
            ("http://127.0.0.1:8080/health?x=1", Some("127.0.0.1:8080")),
            ("http://[::1]:80/", Some("[::1]")),
            ("http://[::1]:443/", Some("[::1]:443")),
            ("https://example.com:443/", Some("example.com")),
            ("wss://example.com/socket", Some("example.com")),
            ("https://example.com", Some("example.com")),
            ("https://user:secret@example.com/", None),
            ("https://{account}.example.com/", None),
            ("ftp://example.com/", None),
            ("https:///path", None),
        ] {
            assert_eq!(host_of(url).as_deref(), host, "{url}");
        }
    }

    #[test]
    fn this_computer_is_told_from_others() {
        for (host, own) in [
            ("127.0.0.1:8080", true),
            ("127.9.9.9", true),
            ("[::1]:80", true),
            ("localhost", true),
            ("localhost:1", true),
            ("example.com:80", false),
            ("10.0.0.1", false),
        ] {
            assert_eq!(is_this_computer(host), own, "{host}");
        }
    }
}
