//! PostgreSQL by tokio-postgres: one value in a transaction that can only read, with a time limit that the server keeps too.

use super::trace::{Failed, Trace, innermost};
use super::{Asking, Facts, fact, reach};
use countersign_core::ask::{Postgres, Question};
use countersign_core::record::Phase;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage, SimpleQueryRow};

/// On a replica: since when what it has replayed is old, and nothing if it has replayed all that it has received. On a primary: the
/// lag of the replica that is farthest behind.
const LAG: &str = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN \
    (SELECT CASE WHEN count(*) > 0 THEN coalesce(max(extract(epoch FROM replay_lag)), 0) END FROM pg_stat_replication) \
    WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 \
    ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END, \
    pg_is_in_recovery(), (SELECT count(*) FROM pg_stat_replication)";
const CONNECTIONS: &str = "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), \
    current_setting('max_connections'), \
    round(100.0 * (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') / current_setting('max_connections')::int, 2)";

pub(super) async fn ask(asking: &Asking<'_>, trace: &mut Trace, of: &Postgres) -> Result<Facts, Failed> {
    let addresses = reach::addresses(asking, trace, &of.at.to_string(), &of.at.host, of.at.port).await?;
    let stream = reach::connect(asking, trace, &addresses).await?;
    let mut config = Config::new();
    config.dbname(&of.database).application_name("countersign");
    config.ssl_mode(if of.login.tls { SslMode::Require } else { SslMode::Disable });
    if let Some(user) = &of.login.user {
        config.user(asking.secrets.fill(user)?);
    }
    if let Some(password) = &of.login.password {
        config.password(asking.secrets.fill(password)?);
    }
    if of.login.tls {
        let (tls, witness) = asking.tls.handshake(false, &[])?;
        let encrypt = Encrypt { connector: std::sync::Arc::new(tls).into(), host: of.at.host.clone() };
        trace.begin(Phase::Tls);
        let connected = config.connect_raw(stream, encrypt).await;
        trace.end();
        let seen = witness.tell(trace, asking.now);
        let (client, connection) = connected.map_err(|error| said(Phase::Tls, &error).with(seen.clone()))?;
        let mut facts = question(asking, trace, &client, connection, of).await?;
        facts.extend(seen);
        Ok(facts)
    } else {
        trace.begin(Phase::Head);
        let (client, connection) =
            config.connect_raw(stream, NoTls).await.map_err(|error| said(Phase::Head, &error))?;
        question(asking, trace, &client, connection, of).await
    }
}

/// Asks while the connection is driven beside it; both end together.
async fn question(
    asking: &Asking<'_>,
    trace: &mut Trace,
    client: &Client,
    connection: impl Future<Output = Result<(), tokio_postgres::Error>>,
    of: &Postgres,
) -> Result<Facts, Failed> {
    trace.begin(Phase::Head);
    let sql = match &of.question {
        Question::Sql(sql) => sql,
        Question::ReplicationLag => LAG,
        Question::Connections => CONNECTIONS,
    };
    let row = tokio::select! {
        row = first_row(asking, client, sql) => row?,
        ended = connection => {
            let words = ended.err().map_or_else(|| "the server closed the connection".to_owned(), |error| innermost(&error));
            return Err(Failed::new(Phase::Head, words));
        }
    };
    trace.end();
    let column = |index: usize| row.as_ref().and_then(|row| row.try_get(index).ok().flatten());
    let mut facts = vec![fact("pg.connected", true)];
    let mut add = |name: &str, value: Option<&str>, unit: &str| {
        facts.extend(value.map(|value| (name.to_owned(), format!("{value}{unit}"))));
    };
    match &of.question {
        Question::Sql(_) => add("pg.value", column(0), ""),
        Question::ReplicationLag => {
            add("pg.replication_lag", column(0), " s");
            add("pg.in_recovery", column(1).map(|is| if is == "t" { "true" } else { "false" }), "");
            add("pg.replicas", column(2), "");
        }
        Question::Connections => {
            add("pg.connections", column(0), "");
            add("pg.max_connections", column(1), "");
            add("pg.connection_use", column(2), " %");
        }
    }
    trace.exchange.came = match (&row, column(0)) {
        (None, _) => "no row".to_owned(),
        (_, None) => "NULL".to_owned(),
        (_, Some(value)) => value.chars().take(200).collect(),
    };
    Ok(facts)
}

/// The first row; the others are not waited for.
async fn first_row(asking: &Asking<'_>, client: &Client, sql: &str) -> Result<Option<SimpleQueryRow>, Failed> {
    let failed = |error: tokio_postgres::Error| said(Phase::Head, &error);
    let limit = asking.limits.total.as_millis();
    let begin = format!("BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = {limit}");
    client.batch_execute(&begin).await.map_err(failed)?;
    let mut messages = pin!(client.simple_query_raw(sql).await.map_err(failed)?);
    loop {
        match std::future::poll_fn(|context| futures_core::Stream::poll_next(messages.as_mut(), context)).await {
            Some(Ok(SimpleQueryMessage::Row(row))) => return Ok(Some(row)),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(failed(error)),
            None => return Ok(None),
        }
    }
}

/// What the server says, which is more than what the library says of it.
fn said(phase: Phase, error: &tokio_postgres::Error) -> Failed {
    let words = error.as_db_error().map(|said| format!("{}: {}", said.code().code(), said.message()));
    Failed::new(phase, words.unwrap_or_else(|| innermost(error)))
}

/// Encrypts the connection once the server has agreed to.
struct Encrypt {
    connector: tokio_rustls::TlsConnector,
    host: String,
}

/// The encrypted connection. Logins are not bound to it.
struct Encrypted(tokio_rustls::client::TlsStream<TcpStream>);

impl TlsConnect<TcpStream> for Encrypt {
    type Stream = Encrypted;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Encrypted, std::io::Error>> + Send>>;

    fn connect(self, stream: TcpStream) -> Self::Future {
        Box::pin(async move {
            let name = rustls::pki_types::ServerName::try_from(self.host).map_err(std::io::Error::other)?;
            self.connector.connect(name, stream).await.map(Encrypted)
        })
    }
}

impl TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_read(context, into)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(context)
    }
}
