//! What a probe asks, as a value: read from the words of an annotation or a command line, and written back the same.
//!
//! Deliberately not in it: how it is asked (the engine's), what came of it ([`crate::record::Observation`]), and whether it may be
//! asked (a person allows the hosts of each record).
//!
//! # Grammar
//!
//! ```text
//! ask      = http
//!          | "tls" address                                   443 unless another port is written
//!          | "dns" ("A" | "AAAA" | "CNAME" | "TXT") name [ "@" address ] [ text ]
//!          | "tcp" address                                   with a port
//!          | "redis" address { login } ( "PING" | "INFO" | "DBSIZE" | "LLEN" key )
//!          | "postgres" address "/" database { login } ( sql | "replication lag" | "connections" )
//!          | "rabbit" url { header }                         the management API, such as /api/queues/%2F/orders
//!          | "amqp" address
//!          | "prometheus" url { header } query               an instant query, in PromQL
//!          | "metrics" url { header } series [ percentile ]  Prometheus text, such as http_requests_total{code="500"}
//!          | "ws" url { header }                             the handshake of a WebSocket
//!          | "latency" http "n=" count "rate=" count "/s"
//!          | "steps" step { "then" step }
//! http     = [ method ] url { header | "body=" text | "follow=no" }
//! header   = "header=" text                                  "Name: value"
//! login    = "user=" text | "password=" secret | "tls=yes"
//! step     = name ":" http { "capture" name "=" path | "expect" condition }
//! secret   = "${env:" NAME "}"                               its value is read when the probe runs, and kept nowhere
//! text     = a word, or anything in "double" (with \" and \\) or 'single' quotes
//! ```
//!
//! `${env:NAME}` can stand in URLs behind the host, in headers and in bodies; in a step, `${name}` is what an earlier one captured.

mod parse;
mod secret;
#[cfg(test)]
mod tests;
mod variables;

pub use secret::{Reference, fill, references};
pub use variables::{from_shell, from_words, is_secret_field};

use crate::condition::Condition;
use crate::record::probe::host_of;
use std::fmt::{self, Write as _};

/// What a probe asks. Its text form is that of the grammar above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// An HTTP request.
    Http(Http),
    /// A TLS handshake: which certificates are shown, and until when.
    Tls(Address),
    /// A look-up of a name.
    Dns(Dns),
    /// A TCP connection.
    Tcp(Address),
    /// One of four commands to Redis, none of which changes anything.
    Redis(Redis),
    /// One value of a PostgreSQL database.
    Postgres(Postgres),
    /// The numbers of a page of RabbitMQ's management API.
    Rabbit(Http),
    /// The greeting of an AMQP 0-9-1 server.
    Amqp(Address),
    /// An instant query to Prometheus.
    Prometheus {
        /// The server, without `/api/v1/query`.
        at: Http,
        /// PromQL.
        query: String,
    },
    /// One series of a page in the Prometheus text format.
    Metrics {
        /// The page.
        at: Http,
        /// Name and labels: `http_requests_total{code="500"}`.
        series: String,
        /// Which percentile of a histogram, such as `p95`.
        percentile: Option<String>,
    },
    /// The handshake of a WebSocket (RFC 6455, section 4).
    WebSocket(Http),
    /// The same request again and again, at a steady rate.
    Latency {
        /// The request.
        of: Http,
        /// How many.
        count: u32,
        /// How many are begun in a second.
        per_second: u32,
    },
    /// Several requests, each with what it hands to the next.
    Steps(Vec<Step>),
}

/// An HTTP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// Its method. Any but GET, HEAD and OPTIONS has to be allowed on its own.
    pub method: Method,
    /// The URL as written.
    pub url: String,
    /// Header fields to send.
    pub headers: Vec<(String, String)>,
    /// The body to send.
    pub body: Option<String>,
    /// Redirects are followed, as far as their hosts are allowed.
    pub follow: bool,
}

/// HTTP methods (RFC 9110, section 9; RFC 5789).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// HEAD
    Head,
    /// OPTIONS
    Options,
    /// POST
    Post,
    /// PUT
    Put,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A name or an IP address, in lower case and without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// A look-up of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dns {
    /// The type of the records.
    pub record: DnsRecord,
    /// The name.
    pub name: String,
    /// The server to ask; none: those of the system.
    pub server: Option<Address>,
    /// The record that should be among the answers.
    pub expected: Option<String>,
}

/// Types of DNS records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsRecord {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Another name.
    Cname,
    /// Text.
    Txt,
}

/// Who asks a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Login {
    /// The user; may be a reference to a secret.
    pub user: Option<String>,
    /// A reference to a secret, never the secret.
    pub password: Option<String>,
    /// The connection is encrypted, and the server's certificate is checked.
    pub tls: bool,
}

/// A command to Redis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redis {
    /// The server.
    pub at: Address,
    /// Who asks.
    pub login: Login,
    /// What is asked.
    pub command: RedisCommand,
}

/// The commands that are sent to Redis; there are no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedisCommand {
    /// Whether it answers.
    Ping,
    /// Version, role, clients, memory, replication.
    Info,
    /// How many keys it holds.
    DbSize,
    /// How long a list is.
    Llen(String),
}

/// A question to PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postgres {
    /// The server.
    pub at: Address,
    /// The database.
    pub database: String,
    /// Who asks.
    pub login: Login,
    /// What is asked.
    pub question: Question,
}

/// What PostgreSQL is asked, in a transaction that can only read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// A statement that begins with SELECT, WITH or SHOW; the first value of its first row counts.
    Sql(String),
    /// How far a replica is behind, or the replicas of a primary.
    ReplicationLag,
    /// How many connections there are, of how many.
    Connections,
}

/// One of several requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name: its measurements begin with it, such as `login.http.status`.
    pub name: String,
    /// The request.
    pub http: Http,
    /// What is kept of the answer for the steps after it: a name, and the measurement (`body.token`, `header.location`).
    pub captures: Vec<(String, String)>,
    /// What must hold for the next step to be made; if none is written, `http.status == 200`.
    pub expect: Vec<Condition>,
}

/// What is wrong with the words of a probe, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Wrong {
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub hint: String,
}

impl Ask {
    /// A GET request without more.
    pub fn get(url: impl Into<String>) -> Self {
        Self::Http(Http::plain(Method::Get, url))
    }

    /// The hosts that it connects to, as a person allows them; none if one cannot be told before something is put in.
    pub fn hosts(&self) -> Option<Vec<String>> {
        let mut hosts = Vec::new();
        let mut add = |host: String| {
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        };
        match self {
            Self::Tls(at) => add(at.without_port(443)),
            Self::Tcp(at) | Self::Amqp(at) => add(at.to_string()),
            Self::Dns(dns) => add(dns.server.as_ref().map_or_else(|| dns.name.clone(), Address::to_string)),
            Self::Redis(redis) => add(redis.at.to_string()),
            Self::Postgres(postgres) => add(postgres.at.to_string()),
            Self::Steps(steps) => {
                for step in steps {
                    add(host_of(&step.http.url)?);
                }
            }
            _ => add(host_of(&self.http()?.url)?),
        }
        Some(hosts)
    }

    /// The one request that it makes, or makes again and again.
    pub const fn http(&self) -> Option<&Http> {
        match self {
            Self::Http(http) | Self::Rabbit(http) | Self::WebSocket(http) => Some(http),
            Self::Prometheus { at, .. } | Self::Metrics { at, .. } | Self::Latency { of: at, .. } => Some(at),
            _ => None,
        }
    }

    /// It may change something on the other side: a method is among its requests that is not for asking only.
    pub fn sends(&self) -> bool {
        match self {
            Self::Steps(steps) => steps.iter().any(|step| step.http.sends()),
            _ => self.http().is_some_and(Http::sends),
        }
    }

    /// What it is about, without how it is asked: two probes of one item about the same are one.
    pub fn subject(&self) -> String {
        match self {
            Self::Http(http) => http.url.clone(),
            _ => self.to_string(),
        }
    }

    /// What is expected if nothing is written.
    pub fn default_expectation(&self) -> Vec<Condition> {
        let texts: &[&str] = match self {
            Self::Http(_) | Self::Rabbit(_) | Self::Prometheus { .. } | Self::Metrics { .. } => &["http.status == 200"],
            Self::Tls(_) => &["tls.trusted == true", "tls.days_left > 14"],
            Self::Dns(Dns { expected: Some(_), .. }) => &["dns.has == true"],
            Self::Dns(_) => &["dns.count > 0"],
            Self::Tcp(_) => &["tcp.connected == true"],
            Self::Redis(Redis { command: RedisCommand::Ping, .. }) => &["redis.ping == \"PONG\""],
            Self::Redis(_) => &["redis.connected == true"],
            Self::Postgres(_) => &["pg.connected == true"],
            Self::Amqp(_) => &["amqp.connected == true"],
            Self::WebSocket(_) => &["ws.status == 101"],
            Self::Latency { .. } => &["latency.error_rate == 0%"],
            Self::Steps(_) => &[],
        };
        texts.iter().filter_map(|text| text.parse().ok()).collect()
    }
}

impl Http {
    /// A request without header fields and body.
    pub fn plain(method: Method, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), headers: Vec::new(), body: None, follow: true }
    }

    /// It may change something on the other side.
    pub const fn sends(&self) -> bool {
        !matches!(self.method, Method::Get | Method::Head | Method::Options)
    }
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Get, Self::Head, Self::Options, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// As it is sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl DnsRecord {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::A, Self::Aaaa, Self::Cname, Self::Txt];

    /// As zone files write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
            Self::Txt => "TXT",
        }
    }
}

impl Address {
    /// As a person allows it: without the port if it is the usual one.
    fn without_port(&self, usual: u16) -> String {
        let text = self.to_string();
        match text.strip_suffix(&format!(":{usual}")) {
            Some(host) => host.to_owned(),
            None => text,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(http) => write!(f, "{} {}", http.method.word(), Target(http)),
            Self::Tls(at) => write!(f, "tls {at}"),
            Self::Dns(dns) => {
                write!(f, "dns {} {}", dns.record.word(), dns.name)?;
                dns.server.iter().try_for_each(|server| write!(f, " @{server}"))?;
                dns.expected.iter().try_for_each(|expected| write!(f, " {}", Quoted(expected)))
            }
            Self::Tcp(at) => write!(f, "tcp {at}"),
            Self::Amqp(at) => write!(f, "amqp {at}"),
            Self::Redis(Redis { at, login, command }) => {
                write!(f, "redis {at}{login} ")?;
                match command {
                    RedisCommand::Ping => f.write_str("PING"),
                    RedisCommand::Info => f.write_str("INFO"),
                    RedisCommand::DbSize => f.write_str("DBSIZE"),
                    RedisCommand::Llen(key) => write!(f, "LLEN {}", Quoted(key)),
                }
            }
            Self::Postgres(Postgres { at, database, login, question }) => {
                write!(f, "postgres {at}/{database}{login} ")?;
                f.write_str(match question {
                    Question::Sql(sql) => sql,
                    Question::ReplicationLag => "replication lag",
                    Question::Connections => "connections",
                })
            }
            Self::Rabbit(http) => write!(f, "rabbit {}", Target(http)),
            Self::WebSocket(http) => write!(f, "ws {}", Target(http)),
            Self::Prometheus { at, query } => write!(f, "prometheus {} {query}", Target(at)),
            Self::Metrics { at, series, percentile } => {
                write!(f, "metrics {} {series}", Target(at))?;
                percentile.iter().try_for_each(|percentile| write!(f, " {percentile}"))
            }
            Self::Latency { of, count, per_second } => {
                write!(f, "latency {} {} n={count} rate={per_second}/s", of.method.word(), Target(of))
            }
            Self::Steps(steps) => {
                f.write_str("steps")?;
                for (index, step) in steps.iter().enumerate() {
                    f.write_str(if index == 0 { " " } else { " then " })?;
                    write!(f, "{}: {} {}", step.name, step.http.method.word(), Target(&step.http))?;
                    step.captures.iter().try_for_each(|(name, path)| write!(f, " capture {name} = {path}"))?;
                    step.expect.iter().try_for_each(|condition| write!(f, " expect {condition}"))?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.user.iter().try_for_each(|user| write!(f, " user={}", Quoted(user)))?;
        self.password.iter().try_for_each(|password| write!(f, " password={password}"))?;
        if self.tls { f.write_str(" tls=yes") } else { Ok(()) }
    }
}

/// A request without its method.
struct Target<'a>(&'a Http);

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Http { url, headers, body, follow, .. } = self.0;
        f.write_str(url)?;
        headers.iter().try_for_each(|(name, value)| write!(f, " header={}", Quoted(&format!("{name}: {value}"))))?;
        body.iter().try_for_each(|body| write!(f, " body={}", Quoted(body)))?;
        if *follow { Ok(()) } else { f.write_str(" follow=no") }
    }
}

/// A text in the quotes that it needs.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0;
        if !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';')) {
            return f.write_str(text);
        }
        if text.contains('"') && !text.contains('\'') {
            return write!(f, "'{text}'");
        }
        f.write_char('"')?;
        for c in text.chars() {
            if matches!(c, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_char('"')
    }
}
