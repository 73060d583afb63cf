//! How long and how much a probe may take.

use std::time::Duration;

/// The limits of one exchange.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Looking up a name, and connecting, and agreeing on the encryption: each of them.
    pub connect: Duration,
    /// All of an exchange.
    pub total: Duration,
    /// How much of a body is read, in bytes.
    pub body: usize,
    /// How much of a body is kept as text, in bytes.
    pub excerpt: usize,
    /// How many redirects are followed.
    pub redirects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(10),
            body: 1_000_000,
            excerpt: 2_000,
            redirects: 5,
        }
    }
}
