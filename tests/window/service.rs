//! A service on this computer for the window's probes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};

/// Answers `/health` with a healthy status, anything else with 503, until the test ends.
pub fn start() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines();
            let request = lines.next().and_then(Result::ok).unwrap_or_default();
            lines.take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty())).for_each(drop);
            let (status, body) = match request.split(' ').nth(1) {
                Some("/health") => ("200 OK", r#"{"status":"ok"}"#),
                _ => ("503 Service Unavailable", r#"{"status":"down"}"#),
            };
            let head =
                format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n", body.len());
            let _ = (&stream).write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes());
        }
    });
    address
}
