//! What this process has done since it began, as numbers without names: for `/metrics` and `/readyz`.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use types::invitation::Channel;

use crate::ports::{SendError, Taken};

/// How a try to sign in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    Done,
    Refused,
}

/// How a try to deliver ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Sent,
    PutOff,
    Failed,
}

#[derive(Debug, Default)]
pub struct Tallies {
    sign_ins: [AtomicU64; 2],
    acceptances: AtomicU64,
    /// By channel (e-mail, SMS) and end.
    tries: [[AtomicU64; 3]; 2],
    under_way: AtomicUsize,
    /// When the courier last went round.
    beat: Mutex<Option<Instant>>,
}

const SIGN_INS: [(SignIn, &str); 2] = [(SignIn::Done, "done"), (SignIn::Refused, "refused")];
const CHANNELS: [&str; 2] = ["email", "sms"];
const ENDS: [(Ended, &str); 3] = [
    (Ended::Sent, "sent"),
    (Ended::PutOff, "put_off"),
    (Ended::Failed, "failed"),
];

impl Tallies {
    pub(crate) fn signed_in(&self, how: SignIn) {
        self.sign_ins[how as usize].fetch_add(1, Relaxed);
    }

    pub(crate) fn accepted(&self) {
        self.acceptances.fetch_add(1, Relaxed);
    }

    pub(crate) fn tried(&self, channel: Channel, result: &Result<Taken, SendError>) {
        let end = match result {
            Ok(_) => Ended::Sent,
            Err(SendError::Temporary(_) | SendError::Unavailable(_)) => Ended::PutOff,
            Err(SendError::Permanent(_)) => Ended::Failed,
        };
        let channel = match channel {
            Channel::Email | Channel::Copied => 0,
            Channel::Sms => 1,
        };
        self.tries[channel][end as usize].fetch_add(1, Relaxed);
    }

    /// How many messages the courier is sending at the moment.
    pub(crate) fn set_under_way(&self, count: usize) {
        self.under_way.store(count, Relaxed);
    }

    /// The courier's loop has gone round once more.
    pub fn beat(&self) {
        *self.beat.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// How long ago the courier's loop went round; `None`: it never did.
    pub fn since_beat(&self) -> Option<Duration> {
        let beat = *self.beat.lock().unwrap_or_else(PoisonError::into_inner);
        beat.map(|beat| beat.elapsed())
    }

    /// Tries to sign in by what came of them.
    pub fn sign_ins(&self) -> impl Iterator<Item = (&'static str, u64)> {
        SIGN_INS
            .iter()
            .map(|(how, word)| (*word, self.sign_ins[*how as usize].load(Relaxed)))
    }

    /// Invitations that were accepted.
    pub fn acceptances(&self) -> u64 {
        self.acceptances.load(Relaxed)
    }

    /// Tries to deliver by channel and by what came of them.
    pub fn tries(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        CHANNELS
            .iter()
            .zip(&self.tries)
            .flat_map(|(channel, ends)| {
                ENDS.iter()
                    .map(move |(end, word)| (*channel, *word, ends[*end as usize].load(Relaxed)))
            })
    }

    pub fn under_way(&self) -> usize {
        self.under_way.load(Relaxed)
    }
}
