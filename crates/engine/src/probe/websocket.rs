//! The handshake of a WebSocket (RFC 6455, section 4) by tungstenite. Nothing is sent after it.

use super::trace::{Failed, Trace, innermost};
use super::{Asking, Facts, fact, reach, tls};
use countersign_core::ask::Http;
use countersign_core::record::Phase;
use countersign_core::record::probe::host_of;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, Response};
use tokio_tungstenite::tungstenite::{self};

pub(super) async fn ask(asking: &Asking<'_>, trace: &mut Trace, of: &Http) -> Result<Facts, Failed> {
    let wrong = |words: String| Failed::new(Phase::Request, words);
    let http = asking.secrets.fill_request(of)?;
    let mut request = http.url.as_str().into_client_request().map_err(|error| wrong(innermost(&error)))?;
    for (name, value) in &http.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| wrong(innermost(&error)))?;
        let value = HeaderValue::from_str(value).map_err(|_| wrong(format!("the value of {name} cannot be sent")))?;
        request.headers_mut().insert(name, value);
    }
    let encrypted = request.uri().scheme_str() == Some("wss");
    let host = request.uri().host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = request.uri().port_u16().unwrap_or(if encrypted { 443 } else { 80 });
    let allowed_as = host_of(&http.url).ok_or_else(|| wrong("this is no address to ask".to_owned()))?;
    let addresses = reach::addresses(asking, trace, &allowed_as, &host, port).await?;
    let stream = reach::connect(asking, trace, &addresses).await?;
    let (stream, mut facts): (Box<dyn reach::Duplex>, Facts) = match encrypted {
        true => {
            let (stream, facts) = tls::secure(asking, trace, stream, &host).await?;
            (Box::new(stream), facts)
        }
        false => (Box::new(stream), Facts::new()),
    };
    trace.begin(Phase::Head);
    let answered = tokio_tungstenite::client_async(request, stream).await;
    trace.end();
    match answered {
        Ok((_, response)) => told(trace, &response, &mut facts),
        // An answer that declines is an answer.
        Err(tungstenite::Error::Http(response)) => told(trace, &response, &mut facts),
        Err(error) => return Err(Failed::new(Phase::Head, innermost(&error)).with(facts)),
    }
    Ok(facts)
}

fn told(trace: &mut Trace, response: &Response<Option<Vec<u8>>>, facts: &mut Facts) {
    let status = response.status().as_u16();
    trace.exchange.came = format!("{:?} {status}", response.version());
    facts.push(fact("ws.status", status));
    for name in ["sec-websocket-protocol", "server", "location", "upgrade"] {
        let value = response.headers().get(name).and_then(|value| value.to_str().ok());
        trace.exchange.headers.extend(value.map(|value| fact(name, value)));
    }
}
