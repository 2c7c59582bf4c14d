//! SHA-256 digests of content, as lower-case hex. Must never be used for passwords (those take argon2id).

use ring::digest::{Context, SHA256};
use serde::Serialize;

/// Digest of bytes.
#[must_use]
pub fn of_bytes(bytes: &[u8]) -> String {
    hex(ring::digest::digest(&SHA256, bytes).as_ref())
}

/// Digest over several parts, each with its length in front so that no two lists of parts collide.
#[must_use]
pub fn of_parts(parts: &[&str]) -> String {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    hex(context.finish().as_ref())
}

/// Digest of a value's JSON form; field order is that of the type, so it is stable.
///
/// # Errors
/// Never for the types of this program (they all serialise); the error is serde's.
pub fn of_json<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    Ok(of_bytes(&serde_json::to_vec(value)?))
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(if half < 10 { b'0' + half } else { b'a' + half - 10 });
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 0x0f));
    }
    out
}
