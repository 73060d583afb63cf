//! Reading the words of a probe.

use super::secret::is_name;
use super::*;
use crate::condition::nearest::nearest;
use std::str::FromStr;

/// What a probe can begin with, beside the methods of HTTP.
const KINDS: [&str; 12] =
    ["tls", "dns", "tcp", "redis", "postgres", "rabbit", "amqp", "prometheus", "metrics", "ws", "latency", "steps"];

/// How many requests a latency probe may make, and begin in a second.
const MOST_REQUESTS: u32 = 10_000;
const MOST_PER_SECOND: u32 = 1_000;

impl FromStr for Ask {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let mut words = Words { rest: text.trim() };
        let kind = words.peek().to_owned();
        let ask = if is_url(&kind) || Method::ALL.iter().any(|method| method.word() == kind) {
            Self::Http(http(&mut words, &["http://", "https://"])?)
        } else {
            words.word()?;
            of_kind(&kind, &mut words)?
        };
        match words.rest.trim() {
            "" => known_references(&ask).map(|()| ask),
            left => Err(wrong(format!("«{left}» is left over"), "Leave it out, or put texts with blanks in quotes.")),
        }
    }
}

fn of_kind(kind: &str, words: &mut Words<'_>) -> Result<Ask, Wrong> {
    Ok(match kind {
        "tls" => Ask::Tls(address(&words.word()?, Some(443))?),
        "tcp" => Ask::Tcp(address(&words.word()?, None)?),
        "amqp" => Ask::Amqp(address(&words.word()?, Some(5672))?),
        "dns" => dns(words)?,
        "redis" => redis(words)?,
        "postgres" => postgres(words)?,
        "rabbit" => Ask::Rabbit(page(words, &["http://", "https://"])?),
        "ws" => Ask::WebSocket(page(words, &["ws://", "wss://"])?),
        "prometheus" => {
            let at = page(words, &["http://", "https://"])?;
            let query = needed(unquoted(words.rest()), "a query", "prometheus https://host sum(up)")?;
            Ask::Prometheus { at, query }
        }
        "metrics" => metrics(words)?,
        "latency" => latency(words)?,
        "steps" => steps(words)?,
        _ => {
            let near = nearest(kind, KINDS.into_iter().chain(Method::ALL.map(Method::word)));
            let near = near.map(|near| format!("Did you mean «{near}»? ")).unwrap_or_default();
            let methods = Method::ALL.map(Method::word).join(", ");
            return Err(wrong(
                format!("«{kind}» is no kind of probe"),
                &format!("{near}It begins with an HTTP method ({methods}) or one of {}.", KINDS.join(", ")),
            ));
        }
    })
}

/// Words that are parted by white space outside quotes.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    fn peek(&self) -> &'a str {
        self.rest.split_whitespace().next().unwrap_or_default()
    }

    /// The next word, without its quotes.
    fn word(&mut self) -> Result<String, Wrong> {
        let text = self.rest.trim_start();
        let (mut out, mut quote, mut escaped) = (String::new(), None, false);
        for (at, c) in text.char_indices() {
            match (quote, c) {
                _ if escaped => {
                    escaped = false;
                    out.push(c);
                }
                (Some('"'), '\\') => escaped = true,
                (Some(open), _) if c == open => quote = None,
                (None, '"' | '\'') => quote = Some(c),
                (None, _) if c.is_whitespace() => {
                    self.rest = text.get(at..).unwrap_or_default();
                    return Ok(out);
                }
                _ => out.push(c),
            }
        }
        self.rest = "";
        match quote {
            Some(quote) => Err(wrong(format!("A text in {quote} has no end"), "Close the quotation.")),
            None => Ok(out),
        }
    }

    /// The next word's value, if it is one of these options.
    fn option<'k>(&mut self, keys: &[&'k str]) -> Result<Option<(&'k str, String)>, Wrong> {
        let written = |key: &&&str| self.peek().strip_prefix(**key).is_some_and(|rest| rest.starts_with('='));
        let Some(key) = keys.iter().find(written) else { return Ok(None) };
        let word = self.word()?;
        Ok(word.split_once('=').map(|(_, value)| (*key, value.to_owned())))
    }

    /// All that is left.
    fn rest(&mut self) -> &'a str {
        std::mem::take(&mut self.rest).trim()
    }
}

fn wrong(message: String, hint: &str) -> Wrong {
    Wrong { message: format!("{message}."), hint: hint.to_owned() }
}

fn needed(text: &str, what: &str, example: &str) -> Result<String, Wrong> {
    match text {
        "" => Err(wrong(format!("{what} is missing"), &format!("Write for instance «{example}»."))),
        text => Ok(text.to_owned()),
    }
}

fn unquoted(text: &str) -> &str {
    let inside = |quote| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inside('\'').or_else(|| inside('"')).unwrap_or(text)
}

fn is_url(word: &str) -> bool {
    word.starts_with("http://") || word.starts_with("https://")
}

fn http(words: &mut Words<'_>, schemes: &[&str]) -> Result<Http, Wrong> {
    let method = Method::ALL.into_iter().find(|method| method.word() == words.peek());
    if method.is_some() {
        words.word()?;
    }
    let url = words.word()?;
    if !schemes.iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme)) {
        let example = format!("Write for instance «{}host/health».", schemes.last().unwrap_or(&""));
        return Err(wrong(format!("«{url}» is no address"), &example));
    }
    if url.split(['/', '?']).nth(2).is_some_and(|authority| authority.contains('@')) {
        return Err(wrong(
            "The address has a name or password in it".to_owned(),
            "Leave it out, and send it as header=\"Authorization: ${env:NAME}\".",
        ));
    }
    let mut http = Http::plain(method.unwrap_or(Method::Get), url);
    options(words, &mut http)?;
    Ok(http)
}

fn options(words: &mut Words<'_>, http: &mut Http) -> Result<(), Wrong> {
    while let Some((key, value)) = words.option(&["header", "body", "follow"])? {
        match (key, value.as_str()) {
            ("header", _) => {
                let field = value.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
                let good = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() && b != b'=');
                match field {
                    Some((name, value)) if good(name) => http.headers.push((name.to_owned(), value.to_owned())),
                    _ => return Err(wrong(format!("«{value}» is no header"), "Write header=\"Name: value\".")),
                }
            }
            ("body", _) => http.body = Some(value),
            (_, "no") => http.follow = false,
            (_, "yes") => http.follow = true,
            _ => return Err(wrong(format!("«{value}» says not whether to follow"), "Write follow=no or follow=yes.")),
        }
    }
    Ok(())
}

/// A page to get, without a method.
fn page(words: &mut Words<'_>, schemes: &[&str]) -> Result<Http, Wrong> {
    match Method::ALL.iter().find(|method| method.word() == words.peek()) {
        Some(method) => {
            Err(wrong(format!("«{}» cannot stand here", method.word()), "Leave the method out; it is GET."))
        }
        None => http(words, schemes),
    }
}

/// `host:port`, `[::1]:port`.
fn address(word: &str, usual: Option<u16>) -> Result<Address, Wrong> {
    let hint = match usual {
        Some(port) => format!("Write host or host:port, such as db.example.com:{port}."),
        None => "Write host:port, such as db.example.com:8080.".to_owned(),
    };
    let refused = || wrong(format!("«{word}» is no host with a port"), &hint);
    let (host, port) = match word.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or_else(refused)?;
            host.parse::<std::net::Ipv6Addr>().map_err(|_| refused())?;
            (host, if port.is_empty() { None } else { Some(port.strip_prefix(':').ok_or_else(refused)?) })
        }
        None => match word.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (word, None),
        },
    };
    let port = match port {
        Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or_else(refused)?,
        None => usual.ok_or_else(refused)?,
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':');
    if host.is_empty() || !host.bytes().all(fits) {
        return Err(refused());
    }
    Ok(Address { host: host.to_ascii_lowercase(), port })
}

fn dns(words: &mut Words<'_>) -> Result<Ask, Wrong> {
    let word = words.word()?;
    let known = DnsRecord::ALL.map(DnsRecord::word);
    let record = DnsRecord::ALL.into_iter().find(|record| record.word().eq_ignore_ascii_case(&word));
    let record = record.ok_or_else(|| {
        wrong(
            format!("«{word}» is no type of record that is asked for"),
            &format!("It is one of {}.", known.join(", ")),
        )
    })?;
    let name = address(&words.word()?, Some(53))?.host;
    let server = match words.peek().strip_prefix('@') {
        Some(server) => {
            words.word()?;
            Some(address(server, Some(53))?)
        }
        None => None,
    };
    let expected = Some(words.word()?).filter(|expected| !expected.is_empty());
    Ok(Ask::Dns(Dns { record, name, server, expected }))
}

fn login(words: &mut Words<'_>) -> Result<Login, Wrong> {
    let mut login = Login::default();
    while let Some((key, value)) = words.option(&["user", "password", "tls"])? {
        match (key, value.as_str()) {
            ("user", _) => login.user = Some(value),
            ("password", _) => match references(&value).as_slice() {
                [Reference::Environment(name)] if value == format!("${{env:{name}}}") => login.password = Some(value),
                _ => {
                    return Err(wrong(
                        "A password stands in the words of the probe".to_owned(),
                        "Name a variable of the environment: password=${env:NAME}. Checklists are no place for secrets.",
                    ));
                }
            },
            (_, "yes") => login.tls = true,
            (_, "no") => login.tls = false,
            _ => return Err(wrong(format!("«{value}» says not whether to encrypt"), "Write tls=yes or tls=no.")),
        }
    }
    Ok(login)
}

fn redis(words: &mut Words<'_>) -> Result<Ask, Wrong> {
    let at = address(&words.word()?, Some(6379))?;
    let login = login(words)?;
    let word = words.word()?;
    let command = match word.to_ascii_uppercase().as_str() {
        "" | "PING" => RedisCommand::Ping,
        "INFO" => RedisCommand::Info,
        "DBSIZE" => RedisCommand::DbSize,
        "LLEN" => RedisCommand::Llen(needed(&words.word()?, "The list's name", "redis host:6379 LLEN jobs")?),
        _ => {
            return Err(wrong(
                format!("«{word}» is not sent to Redis"),
                "It is PING, INFO, DBSIZE or LLEN with a list's name.",
            ));
        }
    };
    Ok(Ask::Redis(Redis { at, login, command }))
}

fn postgres(words: &mut Words<'_>) -> Result<Ask, Wrong> {
    let word = words.word()?;
    let example = "Write for instance «postgres db.example.com/shop user=probe SELECT 1».";
    let (at, database) = word.split_once('/').ok_or_else(|| wrong("The database is missing".to_owned(), example))?;
    let at = address(at, Some(5432))?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if database.is_empty() || !database.bytes().all(plain) {
        return Err(wrong(format!("«{database}» is no database's name"), example));
    }
    let login = login(words)?;
    let question = match unquoted(words.rest()) {
        "" => Question::Sql("SELECT 1".to_owned()),
        "replication lag" => Question::ReplicationLag,
        "connections" => Question::Connections,
        sql => Question::Sql(reading(sql)?),
    };
    Ok(Ask::Postgres(Postgres { at, database: database.to_owned(), login, question }))
}

/// A statement that reads. The transaction that it runs in can do nothing else either.
fn reading(sql: &str) -> Result<String, Wrong> {
    let sql = sql.trim_end_matches(';').trim_end();
    let first = sql.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    if !["SELECT", "WITH", "SHOW"].iter().any(|word| word.eq_ignore_ascii_case(first)) {
        return Err(wrong(
            format!("«{first}» is not sent to a database"),
            "A statement begins with SELECT, WITH or SHOW.",
        ));
    }
    if sql.contains(';') {
        return Err(wrong("There is more than one statement".to_owned(), "Write one, that gives one value."));
    }
    Ok(sql.to_owned())
}

fn metrics(words: &mut Words<'_>) -> Result<Ask, Wrong> {
    let at = page(words, &["http://", "https://"])?;
    let rest = unquoted(words.rest());
    let is_percentile = |word: &str| {
        word.strip_prefix('p').is_some_and(|digits| {
            digits.starts_with(|c: char| c.is_ascii_digit())
                && digits.parse::<rust_decimal::Decimal>().is_ok_and(|p| p > 0.into() && p < 100.into())
        })
    };
    let (series, percentile) = match rest.rsplit_once(char::is_whitespace) {
        Some((series, word)) if is_percentile(word) => (series.trim_end(), Some(word.to_owned())),
        _ => (rest, None),
    };
    let series = needed(series, "The series", "metrics https://host/metrics http_requests_total{code=\"500\"}")?;
    Ok(Ask::Metrics { at, series, percentile })
}

fn latency(words: &mut Words<'_>) -> Result<Ask, Wrong> {
    let mut of = http(words, &["http://", "https://"])?;
    let (mut count, mut per_second) = (100, 10);
    while let Some((key, value)) = words.option(&["n", "rate"])? {
        let (text, most) = match key {
            "n" => (value.as_str(), MOST_REQUESTS),
            _ => (value.strip_suffix("/s").unwrap_or(&value), MOST_PER_SECOND),
        };
        let number = text.parse::<u32>().ok().filter(|number| (1..=most).contains(number));
        let number = number.ok_or_else(|| {
            wrong(
                format!("«{value}» does not fit {key}"),
                &format!("It is a whole number from 1 to {most}: n=200 rate=20/s."),
            )
        })?;
        *(if key == "n" { &mut count } else { &mut per_second }) = number;
        options(words, &mut of)?;
    }
    Ok(Ask::Latency { of, count, per_second })
}

fn steps(words: &mut Words<'_>) -> Result<Ask, Wrong> {
    let example = "Write for instance «steps login: POST https://host/login capture token = body.token then me: GET https://host/me».";
    let mut steps: Vec<Step> = Vec::new();
    for text in split(words.rest(), &["then"]).into_iter().map(|(_, text)| text) {
        let (name, rest) = text.split_once(':').unwrap_or(("", text));
        let name = name.trim();
        if !is_name(name) || steps.iter().any(|step| step.name == name) {
            return Err(wrong(format!("«{name}» is no name of a step of its own"), example));
        }
        let mut parts = split(rest, &["capture", "expect"]).into_iter();
        let mut request = Words { rest: parts.next().map(|(_, text)| text).unwrap_or_default() };
        let http = http(&mut request, &["http://", "https://"])?;
        if !request.rest().is_empty() {
            return Err(wrong(format!("The step «{name}» is not understood"), example));
        }
        let mut step = Step { name: name.to_owned(), http, captures: Vec::new(), expect: Vec::new() };
        for (word, text) in parts {
            if word == "expect" {
                step.expect.push(text.parse().map_err(|error| {
                    wrong(format!("The condition of step «{name}» is not understood"), &format!("{error}"))
                })?);
                continue;
            }
            match text.split_once('=').map(|(name, path)| (name.trim(), path.trim())) {
                Some((name, path)) if is_name(name) && !path.is_empty() => {
                    step.captures.push((name.to_owned(), path.to_owned()));
                }
                _ => return Err(wrong(format!("«{text}» captures nothing"), "Write «capture token = body.token».")),
            }
        }
        steps.push(step);
    }
    Ok(Ask::Steps(steps))
}

/// The parts of a text between these words, where they stand outside quotes; each with the word before it.
fn split<'a>(text: &'a str, at: &[&'static str]) -> Vec<(&'static str, &'a str)> {
    let mut parts = Vec::new();
    let (mut quote, mut before, mut from, mut word_from) = (None, "", 0, Some(0));
    for (here, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let blank = quote.is_none() && c.is_whitespace();
        if blank {
            let word = word_from.take().and_then(|start| Some((start, text.get(start..here)?)));
            if let Some((start, word)) = word
                && let Some(known) = at.iter().find(|known| **known == word)
            {
                parts.push((before, text.get(from..start).unwrap_or_default().trim()));
                (before, from) = (*known, here);
            }
        } else if word_from.is_none() {
            word_from = Some(here);
        }
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
    }
    parts.push((before, text.get(from..).unwrap_or_default().trim()));
    parts
}

/// Every reference of a step is to the environment or to what was captured before it.
fn known_references(ask: &Ask) -> Result<(), Wrong> {
    let Ask::Steps(steps) = ask else { return Ok(()) };
    let mut known: Vec<&str> = Vec::new();
    for step in steps {
        let Http { url, headers, body, .. } = &step.http;
        let texts = headers.iter().map(|(_, value)| value).chain(body).chain([url]);
        for reference in texts.flat_map(|text| references(text)) {
            if let Reference::Captured(name) = reference
                && !known.contains(&name)
            {
                let message = format!("The step «{}» uses «{name}», which no step before it captures", step.name);
                return Err(wrong(message, "Capture it in an earlier step, or write ${env:NAME}."));
            }
        }
        known.extend(step.captures.iter().map(|(name, _)| name.as_str()));
    }
    Ok(())
}
