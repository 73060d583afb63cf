//! What a person allowed, against the addresses that a name leads to.

use super::trace::Failed;
use countersign_core::record::probe::is_this_computer;
use countersign_core::record::{Also, View};
use std::net::{IpAddr, Ipv4Addr};

/// The hosts that a person allowed for the record.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    /// To be asked.
    pub hosts: Vec<String>,
    /// At private addresses too.
    pub private: Vec<String>,
    /// To be sent something.
    pub sending: Vec<String>,
}

impl Allowed {
    /// What is allowed for a record.
    pub fn of(view: &View) -> Self {
        Self { hosts: view.hosts.clone(), private: view.private_hosts.clone(), sending: view.sending_hosts.clone() }
    }

    /// Whether the host may be asked at these addresses.
    pub(super) fn check(&self, host: &str, addresses: &[IpAddr]) -> Result<(), Failed> {
        if !self.hosts.iter().any(|allowed| allowed == host) {
            return Err(Failed::needs(host, None));
        }
        let own = is_this_computer(host) && addresses.iter().all(IpAddr::is_loopback);
        let private = addresses.iter().find(|address| is_private(**address));
        match private.filter(|_| !own && !self.private.iter().any(|allowed| allowed == host)) {
            Some(address) => Err(Failed::at_private(host, *address)),
            None => Ok(()),
        }
    }
}

impl Failed {
    fn at_private(host: &str, address: IpAddr) -> Self {
        let mut failed = Self::needs(host, Some(Also::Private));
        failed.words = format!(
            "not asked: {host} is at the private address {address}; allow that in the window, or with --allow-private {host}"
        );
        failed
    }
}

/// An address that only some network knows, or this computer, or that is no single computer's: RFC 1918, 3927, 4193, 4291, 6598, 6890.
/// The addresses at which clouds tell machines about themselves are among the link-local and unique local ones.
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_multicast()
                || v4.is_documentation()
                || a == 0
                || a >= 240
                || (a, b & 0xc0) == (100, 64)
                || (a, b & 0xfe) == (198, 18)
                || (a, b, c) == (192, 0, 0)
        }
        IpAddr::V6(v6) => {
            let [a, b, .., y, z] = v6.segments();
            let [yy, zz] = [y.to_be_bytes(), z.to_be_bytes()];
            let [w, x] = yy;
            let [y, z] = zz;
            let inside = IpAddr::V4(Ipv4Addr::new(w, x, y, z));
            let translated = a == 0x64 && b == 0xff9b;
            let mapped = v6.to_ipv4_mapped().is_some();
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
                || (translated || mapped) && is_private(inside)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_only_some_network_knows_are_told() {
        for (address, private) in [
            ("8.8.8.8", false),
            ("10.0.0.5", true),
            ("172.16.0.1", true),
            ("172.32.0.1", false),
            ("192.168.1.1", true),
            ("127.0.0.1", true),
            ("169.254.169.254", true),
            ("100.64.0.1", true),
            ("100.128.0.1", false),
            ("0.0.0.0", true),
            ("255.255.255.255", true),
            ("224.0.0.1", true),
            ("198.18.0.1", true),
            ("::1", true),
            ("::", true),
            ("fe80::1", true),
            ("fd00:ec2::254", true),
            ("::ffff:10.0.0.5", true),
            ("::ffff:8.8.8.8", false),
            ("64:ff9b::a00:5", true),
            ("64:ff9b::808:808", false),
            ("2001:4860:4860::8888", false),
        ] {
            assert_eq!(is_private(address.parse().unwrap()), private, "{address}");
        }
    }

    #[test]
    fn a_host_is_asked_only_where_a_person_allowed_it() {
        let hosts = ["api.example", "db.example:5432", "localhost:80"].map(str::to_owned).to_vec();
        let allowed = Allowed { hosts, private: vec!["db.example:5432".to_owned()], sending: Vec::new() };
        for (host, address, need) in [
            ("api.example", "8.8.8.8", None),
            ("api.example", "10.0.0.5", Some(Some(Also::Private))),
            ("api.example", "127.0.0.1", Some(Some(Also::Private))),
            ("api.example:8080", "8.8.8.8", Some(None)),
            ("db.example:5432", "10.0.0.5", None),
            ("localhost:80", "127.0.0.1", None),
            ("localhost:80", "10.0.0.5", Some(Some(Also::Private))),
        ] {
            let checked = allowed.check(host, &[address.parse().unwrap()]);
            let found = checked.err().map(|failed| failed.need.unwrap().also);
            assert_eq!(found, need, "{host} at {address}");
        }
    }
}
