//! Probes against a real PostgreSQL and a real Redis, started here on this computer's own address. Where one is not installed its
//! test says so and is passed over.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![cfg(unix)]

use countersign_core::condition::Outcome;
use countersign_core::record::{Observation, Phase};
use countersign_core::time::Timestamp;
use countersign_engine::probe::{Allowed, Limits, Prober, offer_of};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

fn found(name: &str, folders: Vec<PathBuf>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = folders
        .into_iter()
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    if found.is_none() {
        let required = std::env::var_os("COUNTERSIGN_REQUIRE_FOREIGN").is_some_and(|word| word == "1");
        assert!(!required, "{name} is required here and not installed; `cargo xtask test` installs it");
        eprintln!("skipped: {name} is not installed");
    }
    found
}

async fn asked(words: &str, expect: &[&str]) -> Observation {
    let environment = |name: &str| match name {
        "PW" => Some("correct horse".to_owned()),
        "WRONG" => Some("wrong horse".to_owned()),
        _ => None,
    };
    let prober = Prober::new(Limits { total: Duration::from_secs(60), ..Limits::default() }, Vec::new(), environment);
    let expect: Vec<String> = expect.iter().map(ToString::to_string).collect();
    let offer = offer_of(words, &expect).unwrap_or_else(|wrong| panic!("{words}: {wrong}"));
    let allowed = Allowed { hosts: offer.hosts.clone(), ..Allowed::default() };
    let at = Timestamp::from_millis(1_800_000_000_000);
    prober.run(&offer, &allowed, at, at).await
}

async fn until_met(words: &str) {
    for _ in 0..600 {
        if asked(words, &[]).await.outcome == Outcome::Met {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it never came up: {:#?}", asked(words, &[]).await);
}

#[tokio::test]
async fn redis_answers_what_it_is_asked() {
    let Some(program) = found("redis-server", Vec::new()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut command = Command::new(program);
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--requirepass", "correct horse"]);
    let _running = Running(command.current_dir(folder.path()).stdout(Stdio::null()).spawn().unwrap());
    let redis = |rest: &str| format!("redis 127.0.0.1:{port} password=${{env:PW}} {rest}");
    until_met(&redis("PING")).await;

    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(b"AUTH \"correct horse\"\r\nRPUSH jobs a b c\r\n").unwrap();
    let mut answer = [0; 9];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"+OK\r\n:3\r\n");

    for (rest, expect) in [
        ("PING", "redis.ping == \"PONG\""),
        ("LLEN jobs", "redis.llen == 3"),
        ("LLEN nothing", "redis.llen == 0"),
        ("DBSIZE", "redis.dbsize == 1"),
        ("INFO", "redis.role == \"master\" and redis.used_memory > 1 KB and redis.connected_clients >= 1"),
    ] {
        let observation = asked(&redis(rest), &[expect]).await;
        assert_eq!(observation.outcome, Outcome::Met, "{rest}: {observation:#?}");
    }
    let refused = asked(&format!("redis 127.0.0.1:{port} password=${{env:WRONG}} PING"), &[]).await;
    assert_eq!((refused.outcome, refused.exchanges[0].failed), (Outcome::NotMet, Some(Phase::Head)));
    let unnamed = asked(&format!("redis 127.0.0.1:{port} PING"), &[]).await;
    assert!(unnamed.exchanges[0].came.contains("NOAUTH"), "{unnamed:#?}");
    assert!(!serde_json::to_string(&refused).unwrap().contains("horse"));
}

/// The user under whom PostgreSQL runs, which refuses to run as root: this one, or postgres, or nobody.
fn user() -> Option<u32> {
    let id = |words: &[&str]| {
        let said = Command::new("id").args(words).output().ok()?;
        String::from_utf8_lossy(&said.stdout).trim().parse::<u32>().ok()
    };
    (id(&["-u"]) == Some(0)).then(|| id(&["-u", "postgres"]).or_else(|| id(&["-u", "nobody"])).unwrap())
}

fn as_user(program: &Path, user: Option<u32>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    command
}

#[tokio::test]
async fn postgres_answers_in_a_transaction_that_only_reads() {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    let Some(initdb) = found("initdb", folders) else { return };
    let folder = tempfile::tempdir().unwrap();
    let user = user();
    std::fs::write(folder.path().join("password"), "correct horse").unwrap();
    if let Some(user) = user {
        for path in [folder.path(), &folder.path().join("password")] {
            std::os::unix::fs::chown(path, Some(user), None).unwrap();
        }
    }
    let data = folder.path().join("data");
    let made = as_user(&initdb, user, folder.path())
        .args([
            "-U",
            "probe",
            "-A",
            "scram-sha-256",
            "--no-sync",
            "--no-locale",
            "-E",
            "UTF8",
            "--pwfile",
            "password",
            "-D",
        ])
        .arg(&data)
        .status()
        .unwrap();
    assert!(made.success());
    let port = free_port();
    let mut server = as_user(&initdb.with_file_name("postgres"), user, folder.path());
    server.arg("-D").arg(&data).args([
        "-p",
        &port.to_string(),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "fsync=off",
        "-k",
    ]);
    let _running = Running(server.arg(folder.path()).spawn().unwrap());
    let postgres = |rest: &str| format!("postgres 127.0.0.1:{port}/postgres user=probe password=${{env:PW}} {rest}");
    until_met(&postgres("SELECT 1")).await;

    for (rest, expect) in [
        ("SELECT 1", "pg.value == 1"),
        ("SHOW max_connections", "pg.value == 100"),
        ("SELECT 0.1 + 0.2", "pg.value == 0.3"),
        ("WITH t AS (SELECT 7 AS n) SELECT n FROM t", "pg.value == 7"),
        ("SELECT generate_series(1, 100000000)", "pg.value == 1"),
        ("connections", "pg.connections >= 1 and pg.max_connections == 100 and pg.connection_use < 50%"),
        ("replication lag", "pg.replicas == 0 and pg.in_recovery == false"),
    ] {
        let observation = asked(&postgres(rest), &[expect]).await;
        assert_eq!(observation.outcome, Outcome::Met, "{rest}: {observation:#?}");
    }
    let lag = asked(&postgres("replication lag"), &["pg.replication_lag < 1 s"]).await;
    assert_eq!(lag.outcome, Outcome::Unknown, "without a replica there is no lag");
    let null = asked(&postgres("SELECT NULL"), &["pg.value == 1"]).await;
    assert_eq!(null.outcome, Outcome::Unknown);

    for (rest, says) in [
        ("WITH made AS (INSERT INTO pg_class DEFAULT VALUES RETURNING 1) SELECT * FROM made", "25006"),
        ("SELECT nothing FROM nowhere", "42P01"),
    ] {
        let observation = asked(&postgres(rest), &[]).await;
        assert_eq!(observation.outcome, Outcome::NotMet, "{rest}: {observation:#?}");
        assert!(observation.exchanges[0].came.starts_with(says), "{rest}: {}", observation.exchanges[0].came);
    }
    let refused = asked(&postgres("SELECT 1").replace("env:PW", "env:WRONG"), &[]).await;
    assert!(refused.exchanges[0].came.starts_with("28P01"), "{refused:#?}");
    assert!(!serde_json::to_string(&refused).unwrap().contains("horse"));
}
