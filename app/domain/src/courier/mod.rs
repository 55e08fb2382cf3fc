//! The courier: takes due messages out of the outbox, sends several at once, settles them.
//!
//! Messages are claimed and composed ahead (`shelf`), so that none waits for the database before it is sent.
//! A slot is held until its message is settled: whatever a process that dies may have sent without anybody
//! knowing, it is no more than there are slots. Ends are written down and others begin in one transaction
//! (`outbox::turn`), while those that are under way go on.
//!
//! The loop itself stands in the server; here is what it does in one go, so that tests can drain the outbox
//! step by step.

mod letters;
mod limits;
mod shelf;

use std::{
    collections::{HashMap, HashSet},
    future::pending,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures::FutureExt;
use tokio::{
    task::{JoinError, JoinSet},
    time::{Instant, sleep_until, timeout_at},
};
use types::ids::DeliveryId;

pub(crate) use self::letters::{
    InvitationFacts, SIGN_IN, invitation_letter, invitation_link, temporary_password,
};
pub use self::limits::{Limits, Rate, RateError};
use self::{
    letters::{Composed, compose},
    limits::Traffic,
    shelf::Shelf,
};
use crate::{
    Core, Fault, Outcome,
    outbox::{
        self,
        blame::SERVER,
        claim::Wanted,
        rests::Rests,
        settle::Tried,
        turn::{Held, Turn},
    },
    ports::Carriers,
};

/// Added to the carriers' time-out to make the lease of a try: time to settle.
const MARGIN: Duration = Duration::from_secs(30);
/// How often to look for what has become due, beside being woken.
const POLL: Duration = Duration::from_secs(1);
/// The same while messages end, each of which may make room for others.
const SOON: Duration = Duration::from_millis(20);
/// Messages that end so soon after one another are settled together: a transaction costs more than those few
/// more in it.
const TOGETHER: Duration = Duration::from_millis(1);
/// A clock that was set back by less does no harm.
const BACK: chrono::Duration = chrono::Duration::seconds(1);
/// Messages ahead for each that may be under way, altogether and of one domain.
const AHEAD: usize = 32;

/// Sends at most as many messages at once as the limits say; one that hangs holds up no other.
pub struct Courier {
    core: Arc<Core>,
    carriers: Carriers,
    limits: Limits,
    /// Of a try.
    lease: chrono::Duration,
    traffic: Traffic,
    shelf: Shelf,
    rests: Rests,
    under_way: JoinSet<Ended>,
    sending: HashSet<DeliveryId>,
    ended: Vec<Ended>,
    /// At most one at a time.
    refills: JoinSet<Outcome<Refill>>,
    /// When the outbox was looked into last, if nothing was found there.
    in_vain: Option<Instant>,
    /// Whether something has ended since then.
    has_moved: bool,
    /// Whether the rests have changed since the outbox was looked into last.
    has_learned: bool,
    /// The latest moment that was seen: a clock that tells an earlier one was set back.
    latest: Option<DateTime<Utc>>,
    is_closing: bool,
}

/// A message is no longer under way.
struct Ended {
    delivery: DeliveryId,
    domain: String,
    /// `None`: the carrier panicked, and the message is left to the end of its lease.
    tried: Option<Tried>,
}

/// What was claimed and composed.
struct Refill {
    began: Instant,
    letters: Vec<Composed>,
    rests: Rests,
    /// Rows that were found, more than there are letters where some are overdue.
    found: usize,
}

impl Courier {
    /// `time_out` is the longest that a carrier takes for one message.
    pub fn new(core: Arc<Core>, carriers: Carriers, limits: Limits, time_out: Duration) -> Self {
        let lease = chrono::Duration::from_std(time_out + MARGIN)
            .unwrap_or_else(|_| chrono::Duration::hours(1));
        Self {
            core,
            carriers,
            traffic: Traffic::new(limits.clone()),
            limits,
            lease,
            shelf: Shelf::default(),
            rests: Rests::default(),
            under_way: JoinSet::new(),
            sending: HashSet::new(),
            ended: Vec::new(),
            refills: JoinSet::new(),
            in_vain: None,
            has_moved: false,
            has_learned: false,
            latest: None,
            is_closing: false,
        }
    }

    /// Settles what has ended, begins what may begin, and sees to it that there is more. Not to be given up.
    pub async fn step(&mut self) -> Outcome<()> {
        self.look_at_the_clock().await?;
        self.collect()?;
        self.turn().await?;
        self.refill();
        Ok(())
    }

    /// Waits until there may be something to do. May be given up at any time.
    pub async fn wait(&mut self) {
        let timer = self.next_moment();
        let refill = async {
            match self.refills.join_next().await {
                Some(refill) => refill,
                None => pending().await,
            }
        };
        let ended = async {
            match self.under_way.join_next().await {
                Some(ended) => ended,
                None => pending().await,
            }
        };
        // What ended before is not yet settled; see `step`.
        tokio::select! {
            ended = ended => {
                self.keep(ended);
                let until = Instant::now() + TOGETHER;
                while let Ok(Some(ended)) = timeout_at(until, self.under_way.join_next()).await {
                    self.keep(ended);
                }
            }
            refill = refill => {
                if let Err(fault) = self.stock(refill) {
                    tracing::error!(%fault, "the courier could not claim");
                }
            }
            () = sleep_until(timer) => {}
        }
    }

    /// Something was queued: worth a look at once.
    pub fn look_again(&mut self) {
        self.in_vain = None;
        // A look that is being taken may have come too early.
        self.has_moved = true;
    }

    /// Ends when something was queued since the last call.
    pub async fn wait_for_queued(core: &Core) {
        core.queued.notified().await;
    }

    /// Begins nothing any more, lets what is under way come to its end, and gives back what is not.
    pub async fn close(&mut self) -> Outcome<()> {
        self.is_closing = true;
        loop {
            // What could not be claimed need not be given back.
            if let Err(fault) = self.collect() {
                tracing::error!(%fault, "the courier could not claim");
            }
            self.turn().await?;
            if self.is_idle() && self.refills.is_empty() && self.shelf.is_empty() {
                return Ok(());
            }
            self.wait().await;
        }
    }

    /// Sends until nothing is due and all is settled.
    pub async fn drain(&mut self) -> Outcome<()> {
        self.look_again();
        loop {
            self.step().await?;
            let is_done = self.is_idle() && self.shelf.is_empty() && self.refills.is_empty();
            if is_done && self.in_vain.is_some() {
                if !self.has_moved {
                    return Ok(());
                }
                self.look_again();
            } else {
                self.wait().await;
            }
        }
    }

    /// Whether nothing is under way, and everything is settled.
    pub fn is_idle(&self) -> bool {
        self.under_way.is_empty() && self.ended.is_empty()
    }

    /// See `outbox::mend`.
    async fn look_at_the_clock(&mut self) -> Outcome<()> {
        let now = self.core.now();
        if self.latest.is_none_or(|latest| now < latest - BACK) {
            outbox::mend::mend(&self.core, self.lease).await?;
            self.rests = Rests::read(self.core.database().read()).await?;
            self.in_vain = None;
        }
        self.latest = Some(now);
        Ok(())
    }

    fn collect(&mut self) -> Outcome<()> {
        while let Some(ended) = self.under_way.try_join_next() {
            self.keep(ended);
        }
        while let Some(refill) = self.refills.try_join_next() {
            self.stock(refill)?;
        }
        Ok(())
    }

    fn keep(&mut self, ended: Result<Ended, JoinError>) {
        match ended {
            Ok(ended) => {
                self.traffic.end(&ended.domain);
                if let Some(tried) = &ended.tried {
                    self.traffic.learn(&ended.domain, tried.blame());
                }
                self.ended.push(ended);
            }
            Err(error) => tracing::error!(%error, "a delivery was cut short"),
        }
    }

    /// Puts what was claimed on the shelf.
    fn stock(&mut self, refill: Result<Outcome<Refill>, JoinError>) -> Outcome<()> {
        let refill = refill.map_err(Fault::broken).flatten();
        let refill = refill.inspect_err(|_| self.in_vain = Some(Instant::now()))?;
        self.in_vain = (refill.found == 0).then_some(refill.began);
        // Else ours is newer.
        if !self.has_learned {
            self.rests = refill.rests;
        }
        for letter in refill.letters {
            self.shelf.put(letter);
        }
        Ok(())
    }

    /// Settles what has ended, and begins others in its place.
    async fn turn(&mut self) -> Outcome<()> {
        let known = self.rests.clone();
        let ended: Vec<&Tried> = self
            .ended
            .iter()
            .filter_map(|it| it.tried.as_ref())
            .collect();
        self.rests.expect(&ended, self.core.now());
        let back = self.leave_out();
        let next = self.choose();
        if back.is_empty() && next.is_empty() && self.ended.is_empty() {
            return Ok(());
        }
        let turn = Turn {
            ended: self
                .ended
                .iter()
                .filter_map(|it| it.tried.as_ref())
                .collect(),
            begin: held(&next),
            give_back: held(&back),
            lease: self.lease,
        };
        match outbox::turn::turn(&self.core, &known, &turn).await {
            Ok(turned) => {
                if let Some(rests) = turned.rests {
                    self.rests = rests;
                    self.has_learned = true;
                }
                self.go_on(next, &turned.begun);
                self.core.tallies.set_under_way(self.under_way.len());
                Ok(())
            }
            // Nothing was written down: all of it is still to be done.
            Err(fault) => {
                self.rests = known;
                for letter in next.into_iter().rev() {
                    self.traffic.end(letter.domain());
                    self.shelf.put_first(letter);
                }
                for letter in back {
                    self.shelf.put(letter);
                }
                Err(fault)
            }
        }
    }

    fn go_on(&mut self, next: Vec<Composed>, begun: &HashSet<DeliveryId>) {
        self.has_moved |= !self.ended.is_empty();
        for ended in self.ended.drain(..) {
            self.sending.remove(&ended.delivery);
        }
        for letter in next {
            if begun.contains(&letter.row.id) {
                self.sending.insert(letter.row.id);
                self.send(letter);
            } else {
                self.traffic.end(letter.domain());
            }
        }
    }

    /// What is on the shelf and cannot go out for now: it would be in the way of others.
    fn leave_out(&mut self) -> Vec<Composed> {
        let (now, rests, is_closing) = (self.core.now(), &self.rests, self.is_closing);
        self.shelf
            .take_all(|domain| is_closing || rests.is_resting(domain, now))
    }

    /// As many as there are free slots, the domains one after the other. Slots whose messages have ended are free
    /// here, as those are settled in the same transaction in which the others begin.
    fn choose(&mut self) -> Vec<Composed> {
        let now = Instant::now();
        let mut chosen = Vec::new();
        while !self.is_closing && self.traffic.is_open(now) {
            let (traffic, rests) = (&self.traffic, &self.rests);
            let Some(letter) = self
                .shelf
                .take(|domain| admits(traffic, rests, domain, now))
            else {
                break;
            };
            self.traffic.begin(letter.domain(), now);
            chosen.push(letter);
        }
        chosen
    }

    fn send(&mut self, mut letter: Composed) {
        letter.row.attempt += 1;
        let (core, carriers) = (Arc::clone(&self.core), self.carriers.clone());
        self.under_way.spawn(async move {
            let sending = AssertUnwindSafe(letter.message.send(&carriers));
            let result = sending.catch_unwind().await;
            if let Ok(result) = &result {
                core.tallies.tried(letter.row.channel, result);
            }
            if result.is_err() {
                tracing::error!(delivery = %letter.row.id, "a carrier panicked");
            }
            Ended {
                delivery: letter.row.id,
                domain: letter.row.domain.clone(),
                tried: result.ok().map(|result| letter.tried(result)),
            }
        });
    }

    /// Claims and composes more, beside what is going on, where little is left.
    fn refill(&mut self) {
        let pause = if self.has_moved { SOON } else { POLL };
        let is_early = self.in_vain.is_some_and(|at| at.elapsed() < pause);
        if self.is_closing || is_early || !self.refills.is_empty() {
            return;
        }
        let wanted = self.wanted();
        if wanted.most == 0 {
            return;
        }
        self.has_moved = false;
        self.has_learned = false;
        let core = Arc::clone(&self.core);
        self.refills.spawn(async move {
            let began = Instant::now();
            let (rows, rests) = outbox::claim::claim(&core, &wanted).await?;
            Ok(Refill {
                began,
                found: rows.len(),
                letters: compose(&core, rows, &rests).await?,
                rests,
            })
        });
    }

    fn wanted(&self) -> Wanted {
        let now = Instant::now();
        let stock: HashMap<&str, usize> = self.shelf.stock().collect();
        let of_use = stock
            .iter()
            .filter(|(domain, _)| admits(&self.traffic, &self.rests, domain, now));
        let of_use: usize = of_use.map(|(_, count)| count).sum();
        let ahead = AHEAD * self.limits.connections;
        let most = if of_use * 2 < ahead {
            ahead - of_use
        } else {
            0
        };
        let known = self.traffic.domains().chain(stock.keys().copied());
        let of = known.map(|domain| {
            let (has, takes) = (
                stock.get(domain).copied().unwrap_or_default(),
                self.traffic.ahead(domain, AHEAD, now),
            );
            // Not for every single one that goes.
            let room = if has * 2 < takes { takes - has } else { 0 };
            (domain.to_owned(), room)
        });
        Wanted {
            most,
            of: of.collect(),
            of_others: AHEAD,
            held: self
                .shelf
                .ids()
                .chain(self.sending.iter().copied())
                .collect(),
        }
    }

    fn next_moment(&self) -> Instant {
        let look =
            self.in_vain.unwrap_or_else(Instant::now) + if self.has_moved { SOON } else { POLL };
        let pace = self.traffic.next_moment(self.shelf.domains());
        pace.map_or(look, |moment| moment.min(look))
    }
}

fn held(letters: &[Composed]) -> Vec<Held> {
    let held = |letter: &Composed| Held {
        delivery: letter.row.id,
        attempt: letter.row.attempt,
    };
    letters.iter().map(held).collect()
}

/// Whether a message to the domain may begin. Where there is doubt about the mail server, one does.
fn admits(traffic: &Traffic, rests: &Rests, domain: &str, now: Instant) -> bool {
    let server = domain.is_empty() || !rests.is_doubtful(SERVER) || traffic.under_way() == 0;
    server && traffic.admits(domain, rests.is_doubtful(domain), now)
}
