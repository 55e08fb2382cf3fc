//! The one place of randomness.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

/// Counts within a millisecond: a batch's rows keep their order.
static ORDER: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// A new identifier: UUID v7, so that rows made later sort later.
pub fn id<T: From<Uuid>>(now: DateTime<Utc>) -> T {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let time = Timestamp::from_unix(&ORDER, seconds, now.timestamp_subsec_nanos());
    Uuid::new_v7(time).into()
}

/// 256 unguessable bits.
pub fn secret() -> [u8; 32] {
    rand::random()
}

/// A code that a person can type: two groups of four characters without look-alikes (40 bits).
pub fn code() -> String {
    const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bytes: [u8; 8] = rand::random();
    let letter = |byte: &u8| char::from(CROCKFORD[usize::from(*byte % 32)]);
    let first: String = bytes[..4].iter().map(letter).collect();
    let second: String = bytes[4..].iter().map(letter).collect();
    format!("{first}-{second}")
}

/// A fresh 128-bit value in hexadecimal, for what is used once.
pub fn nonce() -> String {
    format!("{:032x}", rand::random::<u128>())
}
