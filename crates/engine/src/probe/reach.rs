//! The one way to the network: look up, check, connect to exactly what was checked.

use super::trace::{Failed, Trace, innermost, out_of_time};
use super::{Asking, Facts, fact, tls};
use countersign_core::ask::Address;
use countersign_core::record::Phase;
use std::net::{IpAddr, SocketAddr};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A connection, encrypted or not.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Duplex for S {}

/// The addresses of a host that a person allowed as `allowed_as`, all of them checked. A name is looked up once, by the system.
pub(super) async fn addresses(
    asking: &Asking<'_>,
    trace: &mut Trace,
    allowed_as: &str,
    host: &str,
    port: u16,
) -> Result<Vec<SocketAddr>, Failed> {
    // Not even a name is looked up before that is allowed.
    asking.allowed.check(allowed_as, &[])?;
    let found: Vec<SocketAddr> = match host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) => {
            trace.begin(Phase::Resolve);
            let limit = asking.limits.connect;
            let looked_up = timeout(limit, tokio::net::lookup_host((host, port))).await;
            let looked_up = looked_up.map_err(|_| Failed::new(Phase::Resolve, out_of_time(limit)))?;
            let found = looked_up.map_err(|error| Failed::new(Phase::Resolve, innermost(&error)))?;
            let found = found.collect();
            trace.end();
            found
        }
    };
    let bare: Vec<IpAddr> = found.iter().map(SocketAddr::ip).collect();
    trace.exchange.resolved = bare.iter().map(IpAddr::to_string).collect();
    asking.allowed.check(allowed_as, &bare)?;
    match found.is_empty() {
        true => Err(Failed::new(Phase::Resolve, format!("{host} has no address"))),
        false => Ok(found),
    }
}

/// A TCP connection to one of the checked addresses, tried in their order.
pub(super) async fn connect(
    asking: &Asking<'_>,
    trace: &mut Trace,
    addresses: &[SocketAddr],
) -> Result<TcpStream, Failed> {
    let limit = asking.limits.connect;
    let mut last = Failed::new(Phase::Connect, "there is no address to connect to");
    trace.begin(Phase::Connect);
    for address in addresses {
        trace.exchange.address = Some(address.to_string());
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                trace.end();
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => last.words = innermost(&error),
            Err(_) => last.words = out_of_time(limit),
        }
    }
    Err(last)
}

/// A connection to a host and port, encrypted if asked for.
pub(super) async fn open(
    asking: &Asking<'_>,
    trace: &mut Trace,
    at: &Address,
    encrypted: bool,
) -> Result<Box<dyn Duplex>, Failed> {
    let addresses = addresses(asking, trace, &at.to_string(), &at.host, at.port).await?;
    let stream = connect(asking, trace, &addresses).await?;
    match encrypted {
        true => Ok(Box::new(tls::secure(asking, trace, stream, &at.host).await?.0)),
        false => Ok(Box::new(stream)),
    }
}

/// A TCP connection and nothing else.
pub(super) async fn tcp(asking: &Asking<'_>, trace: &mut Trace, at: &Address) -> Result<Facts, Failed> {
    match open(asking, trace, at, false).await {
        Ok(_) => {
            trace.exchange.came = "connected".to_owned();
            Ok(vec![fact("tcp.connected", true)])
        }
        Err(failed) if failed.need.is_none() => Err(failed.with(vec![fact("tcp.connected", false)])),
        Err(failed) => Err(failed),
    }
}
