//! Whether this computer has a network at all. It asks the system's routes and sends nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// The system has a route to other computers.
///
/// A datagram socket is «connected» to an address that is kept for documentation (RFC 5737, RFC 3849): the system
/// looks up the route and no packet leaves.
pub fn has_route() -> bool {
    let v4 = (IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
    let v6 = (IpAddr::V6(Ipv6Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)));
    [v4, v6].into_iter().any(|(from, to)| {
        let socket = UdpSocket::bind(SocketAddr::new(from, 0));
        socket.and_then(|socket| socket.connect(SocketAddr::new(to, 9))).is_ok()
    })
}
