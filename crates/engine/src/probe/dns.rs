//! Look-ups by hickory: one question to the system's servers or a named one, past the hosts file and every cache of ours.

use super::trace::{Failed, Trace, innermost};
use super::{Asking, Facts, fact, reach};
use countersign_core::ask::{Dns, DnsRecord};
use countersign_core::record::Phase;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};

pub(super) async fn ask(asking: &Asking<'_>, trace: &mut Trace, dns: &Dns) -> Result<Facts, Failed> {
    let wrong = |error: &dyn std::error::Error| Failed::new(Phase::Request, innermost(error));
    let mut builder = match &dns.server {
        Some(server) => {
            let found = reach::addresses(asking, trace, &server.to_string(), &server.host, server.port).await?;
            trace.exchange.address = found.first().map(ToString::to_string);
            let servers = found.iter().map(|address| {
                let mut config = NameServerConfig::udp_and_tcp(address.ip());
                config.connections.iter_mut().for_each(|connection| connection.port = address.port());
                config
            });
            let config = ResolverConfig::from_parts(None, Vec::new(), servers.collect::<Vec<_>>());
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
        None => {
            asking.allowed.check(&dns.name, &[])?;
            TokioResolver::builder_tokio().map_err(|error| wrong(&error))?
        }
    };
    let options = builder.options_mut();
    (options.timeout, options.attempts, options.cache_size) = (asking.limits.connect, 1, 0);
    options.use_hosts_file = ResolveHosts::Never;
    let resolver = builder.build().map_err(|error| wrong(&error))?;
    let record = match dns.record {
        DnsRecord::A => RecordType::A,
        DnsRecord::Aaaa => RecordType::AAAA,
        DnsRecord::Cname => RecordType::CNAME,
        DnsRecord::Txt => RecordType::TXT,
    };
    trace.begin(Phase::Resolve);
    let looked_up = resolver.lookup(format!("{}.", dns.name.trim_end_matches('.')), record).await;
    trace.end();
    let mut found = match looked_up {
        Ok(answer) => answer.answers().iter().filter_map(|record| words(&record.data, dns.record)).collect(),
        Err(error) if error.is_no_records_found() => Vec::new(),
        Err(error) => return Err(Failed::new(Phase::Resolve, innermost(&error))),
    };
    found.sort();
    found.dedup();
    let word = dns.record.word();
    trace.exchange.came = match found.len() {
        0 => format!("no {word} record"),
        count => format!("{count} × {word}: {}", found.join(", ")),
    };
    let mut facts = vec![fact("dns.count", found.len())];
    if !found.is_empty() {
        facts.push((format!("dns.{}", word.to_ascii_lowercase()), found.join(", ")));
    }
    if let Some(expected) = &dns.expected {
        let same = |record: &String| record.trim_end_matches('.').eq_ignore_ascii_case(expected.trim_end_matches('.'));
        facts.push(fact("dns.has", found.iter().any(same)));
    }
    Ok(facts)
}

/// A record of the type that was asked for, as zone files write it; texts whole and without quotes.
fn words(data: &RData, wanted: DnsRecord) -> Option<String> {
    match (data, wanted) {
        (RData::A(address), DnsRecord::A) => Some(address.to_string()),
        (RData::AAAA(address), DnsRecord::Aaaa) => Some(address.to_string()),
        (RData::CNAME(name), DnsRecord::Cname) => Some(name.to_string()),
        (RData::TXT(text), DnsRecord::Txt) => {
            Some(text.txt_data.iter().map(|part| String::from_utf8_lossy(part)).collect::<String>())
        }
        _ => None,
    }
}
