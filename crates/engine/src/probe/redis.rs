//! Redis: PING, INFO, DBSIZE and LLEN, and AUTH before them; its own crate packs the commands and reads the answers.

use super::trace::{Failed, Trace, innermost};
use super::{Asking, Facts, fact, reach};
use countersign_core::ask::{Redis, RedisCommand};
use countersign_core::record::Phase;
use redis::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// What is kept of INFO, with its unit.
const KEPT: [(&str, &str); 18] = [
    ("redis_version", ""),
    ("role", ""),
    ("uptime_in_seconds", " s"),
    ("connected_clients", ""),
    ("blocked_clients", ""),
    ("maxclients", ""),
    ("used_memory", " B"),
    ("maxmemory", " B"),
    ("mem_fragmentation_ratio", ""),
    ("evicted_keys", ""),
    ("rejected_connections", ""),
    ("instantaneous_ops_per_sec", ""),
    ("master_link_status", ""),
    ("master_last_io_seconds_ago", " s"),
    ("connected_slaves", ""),
    ("rdb_last_bgsave_status", ""),
    ("aof_last_write_status", ""),
    ("loading", ""),
];

pub(super) async fn ask(asking: &Asking<'_>, trace: &mut Trace, of: &Redis) -> Result<Facts, Failed> {
    let mut stream = reach::open(asking, trace, &of.at, of.login.tls).await?;
    trace.begin(Phase::Head);
    if let Some(password) = &of.login.password {
        let mut auth = redis::cmd("AUTH");
        if let Some(user) = &of.login.user {
            auth.arg(asking.secrets.fill(user)?);
        }
        auth.arg(asking.secrets.fill(password)?);
        exchange(asking, &mut stream, &auth).await?;
    }
    let mut command = match &of.command {
        RedisCommand::Ping => redis::cmd("PING"),
        RedisCommand::Info => redis::cmd("INFO"),
        RedisCommand::DbSize => redis::cmd("DBSIZE"),
        RedisCommand::Llen(_) => redis::cmd("LLEN"),
    };
    if let RedisCommand::Llen(key) = &of.command {
        command.arg(key);
    }
    let value = exchange(asking, &mut stream, &command).await?;
    trace.end();
    let mut facts = vec![fact("redis.connected", true)];
    let name = match &of.command {
        RedisCommand::Ping => "redis.ping",
        RedisCommand::Info => "redis.info",
        RedisCommand::DbSize => "redis.dbsize",
        RedisCommand::Llen(_) => "redis.llen",
    };
    match value {
        Value::Int(number) => {
            trace.exchange.came = number.to_string();
            facts.push(fact(name, number));
        }
        Value::SimpleString(text) => {
            trace.exchange.came.clone_from(&text);
            facts.push((name.to_owned(), text));
        }
        Value::BulkString(bytes) => {
            facts.extend(info(&String::from_utf8_lossy(&bytes)));
            trace.exchange.came = format!("{} bytes", bytes.len());
            trace.keep(bytes, false);
        }
        other => return Err(Failed::new(Phase::Head, format!("an answer of another kind came: {other:?}"))),
    }
    Ok(facts)
}

fn info(text: &str) -> Facts {
    let of_line = |line: &str| {
        let (name, value) = line.trim_end().split_once(':')?;
        let (_, unit) = KEPT.iter().find(|(kept, _)| *kept == name)?;
        Some((format!("redis.{name}"), format!("{value}{unit}")))
    };
    text.lines().filter_map(of_line).collect()
}

async fn exchange(
    asking: &Asking<'_>,
    stream: &mut Box<dyn reach::Duplex>,
    command: &redis::Cmd,
) -> Result<Value, Failed> {
    let failed = |words: String| Failed::new(Phase::Head, words);
    stream.write_all(&command.get_packed_command()).await.map_err(|error| failed(innermost(&error)))?;
    let (mut answer, mut block) = (Vec::new(), vec![0; 16_384]);
    loop {
        let read = stream.read(&mut block).await.map_err(|error| failed(innermost(&error)))?;
        answer.extend_from_slice(block.get(..read).unwrap_or_default());
        // What begins otherwise is another protocol, and is not waited for.
        if !answer.first().is_some_and(|first| b"+-:$*_#,(!=%~>".contains(first)) {
            let words = if read == 0 { "the connection was closed without an answer" } else { "this is no Redis" };
            return Err(failed(words.to_owned()));
        }
        if let Ok(value) = redis::parse_redis_value(&answer) {
            return match value {
                Value::ServerError(error) => Err(failed(error.to_string())),
                value => Ok(value),
            };
        }
        if read == 0 || answer.len() > asking.limits.body {
            return Err(failed("the answer is broken off or too long".to_owned()));
        }
    }
}
