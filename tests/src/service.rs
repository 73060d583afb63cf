//! A small HTTP service on this computer for probes to ask, with manners good and bad.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The service. Its threads end with the test program.
#[derive(Debug, Clone)]
pub struct Service {
    /// Host and port.
    pub host: String,
    asked: Arc<Mutex<Vec<String>>>,
    sent: Arc<Mutex<u64>>,
}

/// How much of an endless answer is offered, in bytes.
pub const ENDLESS: u64 = 1_000_000_000;

impl Service {
    /// Starts it on a free port.
    ///
    /// It knows `/healthy`, `/degraded`, `/down`, `/figures` (measurements); and `/hangs` (never answers), `/drips` (a byte now and then for ever), `/endless`
    /// (1 GB), `/cut` (closes in the middle of the header), `/short` (less body than promised), `/wide` (a header without end),
    /// `/noise` (no HTTP at all), `/redirects` (elsewhere).
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("programs may listen on 127.0.0.1");
        let host = listener.local_addr().expect("it has an address").to_string();
        let service = Self { host, asked: Arc::default(), sent: Arc::default() };
        let this = service.clone();
        std::thread::spawn(move || {
            for visitor in listener.incoming().flatten() {
                let this = this.clone();
                // A visitor who goes away early is nobody's trouble.
                std::thread::spawn(move || this.serve(visitor).ok());
            }
        });
        service
    }

    /// An address of the service.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// The paths that were asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no visitor panics").clone()
    }

    /// Waits until somebody has asked for something.
    pub fn wait_for_a_visitor(&self) {
        while self.asked().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// How many bytes of endless answers were taken.
    pub fn sent(&self) -> u64 {
        *self.sent.lock().expect("no visitor panics")
    }

    fn serve(&self, mut visitor: TcpStream) -> std::io::Result<()> {
        let path = path_of(&read_head(&mut visitor)?);
        self.asked.lock().expect("no visitor panics").push(path.clone());
        match path.as_str() {
            "/healthy" => answer(&mut visitor, "200 OK", r#"{"status":"ok"}"#),
            "/degraded" => answer(&mut visitor, "200 OK", r#"{"status":"degraded"}"#),
            "/figures" => answer(&mut visitor, "200 OK", r#"{"latency":{"p95":"0.48 s"},"error_rate":"0.4%"}"#),
            "/down" => answer(&mut visitor, "503 Service Unavailable", r#"{"status":"down"}"#),
            "/hangs" => loop {
                std::thread::park();
            },
            "/drips" => {
                visitor.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")?;
                loop {
                    visitor.write_all(b".")?;
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
            "/endless" => self.endless(&mut visitor),
            "/cut" => visitor.write_all(b"HTTP/1.1 200 OK\r\nContent-Ty"),
            "/short" => visitor.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\""),
            "/wide" => {
                visitor.write_all(b"HTTP/1.1 200 OK\r\n")?;
                for line in 0..100_000 {
                    visitor.write_all(format!("X-{line}: {}\r\n", "w".repeat(1_000)).as_bytes())?;
                }
                visitor.write_all(b"\r\n")
            }
            "/noise" => visitor.write_all(&[0xff, 0x00, 0x0d, 0x0a, 0x80].repeat(50)),
            "/redirects" => {
                let head = format!(
                    "HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                    self.url("/healthy")
                );
                visitor.write_all(head.as_bytes())
            }
            _ => answer(&mut visitor, "404 Not Found", "{}"),
        }
    }

    fn endless(&self, visitor: &mut TcpStream) -> std::io::Result<()> {
        visitor.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {ENDLESS}\r\n\r\n").as_bytes())?;
        let block = vec![b'a'; 100_000];
        for _ in 0..ENDLESS / 100_000 {
            visitor.write_all(&block)?;
            *self.sent.lock().expect("no visitor panics") += 100_000;
        }
        Ok(())
    }
}

fn answer(visitor: &mut TcpStream, status: &str, body: &str) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    visitor.write_all(head.as_bytes())?;
    visitor.write_all(body.as_bytes())
}

fn read_head(visitor: &mut TcpStream) -> std::io::Result<String> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && visitor.read(&mut byte)? > 0 {
        head.extend_from_slice(&byte);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn path_of(head: &str) -> String {
    head.split(' ').nth(1).unwrap_or_default().to_owned()
}
