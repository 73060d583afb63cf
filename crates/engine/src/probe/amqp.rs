//! The greeting of an AMQP 0-9-1 server: the protocol header goes out, `Connection.Start` comes back (AMQP 0-9-1, sections 2.2.4 and
//! 4.2.3). Nobody logs in.

use super::trace::{Failed, Trace, innermost};
use super::{Asking, Facts, fact, reach};
use countersign_core::ask::Address;
use countersign_core::record::Phase;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const HEADER: &[u8; 8] = b"AMQP\0\0\x09\x01";
/// A greeting is well below this, in bytes.
const FRAME_LIMIT: usize = 131_072;

pub(super) async fn ask(asking: &Asking<'_>, trace: &mut Trace, at: &Address) -> Result<Facts, Failed> {
    let failed = |words: String| Failed::new(Phase::Head, words);
    let mut stream = reach::open(asking, trace, at, false).await?;
    trace.begin(Phase::Head);
    stream.write_all(HEADER).await.map_err(|error| failed(innermost(&error)))?;
    let mut head = [0; 7];
    stream.read_exact(&mut head).await.map_err(|error| failed(innermost(&error)))?;
    trace.begin(Phase::Body);
    let [kind, _, _, size @ ..] = head;
    let size = usize::try_from(u32::from_be_bytes(size)).unwrap_or(usize::MAX);
    if &head[..4] == b"AMQP" {
        return Err(failed("the server speaks another version of AMQP".to_owned()));
    }
    if kind != 1 || size > FRAME_LIMIT {
        return Err(failed("this is no AMQP 0-9-1".to_owned()));
    }
    let mut frame = vec![0; size + 1];
    stream.read_exact(&mut frame).await.map_err(|error| failed(innermost(&error)))?;
    trace.end();
    let facts =
        frame.strip_suffix(&[0xce]).and_then(start).ok_or_else(|| failed("the greeting is broken".to_owned()))?;
    let known = |wanted: &str| facts.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value);
    trace.exchange.came =
        format!("AMQP 0-9-1, {} {}", known("amqp.product"), known("amqp.version")).trim_end().to_owned();
    Ok(facts)
}

/// `Connection.Start`: versions, properties of the server, ways to log in.
fn start(method: &[u8]) -> Option<Facts> {
    let mut bytes = Bytes(method);
    // Class 10, method 10, version 0-9.
    if bytes.take(6)? != [0, 10, 0, 10, 0, 9] {
        return None;
    }
    let mut facts = vec![fact("amqp.connected", true)];
    let mut properties = Bytes(bytes.long()?);
    while !properties.0.is_empty() {
        let name = String::from_utf8_lossy(properties.short()?).into_owned();
        let value = match properties.take(1)? {
            b"S" => properties.long()?,
            b"F" | b"A" => {
                properties.long()?;
                continue;
            }
            b"t" | b"b" | b"B" => {
                properties.take(1)?;
                continue;
            }
            // Numbers and what else a server may say of itself: it is not needed, and its length is not known here.
            _ => break,
        };
        if matches!(name.as_str(), "product" | "version" | "platform" | "cluster_name") {
            facts.push((format!("amqp.{name}"), String::from_utf8_lossy(value).into_owned()));
        }
    }
    facts.push(fact("amqp.mechanisms", String::from_utf8_lossy(bytes.long()?)));
    bytes.long()?;
    Some(facts)
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn short(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(*self.take(1)?.first()?);
        self.take(length)
    }

    fn long(&mut self) -> Option<&'a [u8]> {
        let length = u32::from_be_bytes(self.take(4)?.try_into().ok()?);
        self.take(usize::try_from(length).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_is_read_and_a_broken_one_is_not() {
        let long = |text: &[u8]| [&u32::try_from(text.len()).unwrap().to_be_bytes()[..], text].concat();
        let table = [
            &b"\x07productS"[..],
            &long(b"RabbitMQ"),
            b"\x0ccapabilitiesF",
            &long(b"x"),
            b"\x07versionS",
            &long(b"3.10.8"),
        ];
        let method =
            [&[0, 10, 0, 10, 0, 9][..], &long(&table.concat()), &long(b"PLAIN AMQPLAIN"), &long(b"en_US")].concat();
        let facts = start(&method).unwrap();
        let words: Vec<_> = facts.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            words.join(" "),
            "amqp.connected=true amqp.product=RabbitMQ amqp.version=3.10.8 amqp.mechanisms=PLAIN AMQPLAIN"
        );
        for end in 0..method.len() {
            assert_eq!(start(&method[..end]), None, "{end}");
        }
    }
}
