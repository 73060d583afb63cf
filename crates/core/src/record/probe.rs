//! What a probe may do, decided without a network.

/// The host of an `http` or `https` URL, in lower case, with the port if one is written: what a person allows.
/// None if the URL is of another kind, has a user name or password in it, or no host.
pub fn host_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
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
            ("http://[::1]:80/", Some("[::1]:80")),
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
