//! How much may go out at once, and how fast: altogether, and to each domain.

use std::{collections::HashMap, num::NonZeroU32, str::FromStr, time::Duration};

use tokio::time::Instant;

use crate::outbox::blame::Blame;

/// What an installation allows; for each process.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Messages under way at once.
    pub connections: usize,
    /// Of those to one domain. All SMS are one domain.
    pub per_domain: usize,
    /// To one domain.
    pub domain_rate: Option<Rate>,
    /// Altogether.
    pub rate: Option<Rate>,
}

impl Limits {
    /// One domain may have half of the connections, so that one that hangs leaves the others the rest.
    pub fn of(connections: usize) -> Self {
        Self {
            connections,
            per_domain: (connections / 2).max(1),
            domain_rate: None,
            rate: None,
        }
    }
}

/// So many messages in a second or a minute; written `10/s` or `600/m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    interval: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a number of messages for each second or minute, such as 10/s or 600/m")]
pub struct RateError;

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let (count, unit) = text.split_once('/').ok_or(RateError)?;
        let unit = match unit.trim() {
            "s" => Duration::from_secs(1),
            "m" => Duration::from_mins(1),
            _ => return Err(RateError),
        };
        let count: NonZeroU32 = count.trim().parse().map_err(|_| RateError)?;
        Ok(Self {
            interval: unit / count.get(),
        })
    }
}

/// So much may be made up for at once where one was late: a turn of the courier takes a moment.
const LATE: Duration = Duration::from_millis(100);

/// Keeps a rate: messages go out evenly spaced.
struct Pace {
    interval: Duration,
    next: Instant,
}

impl Pace {
    fn of(rate: Rate) -> Self {
        Self {
            interval: rate.interval,
            next: Instant::now(),
        }
    }

    fn begin(&mut self, now: Instant) {
        let earliest = now.checked_sub(LATE).unwrap_or(now);
        self.next = self.next.max(earliest) + self.interval;
    }
}

/// One domain.
struct Lane {
    under_way: usize,
    /// Grows with each message that is taken: whoever hangs from the start has one connection.
    allowed: usize,
    pace: Option<Pace>,
}

/// Domains that are remembered at most while nothing goes to them.
const REMEMBERED: usize = 10_000;

/// What is under way, and what may be.
pub(super) struct Traffic {
    limits: Limits,
    under_way: usize,
    pace: Option<Pace>,
    lanes: HashMap<String, Lane>,
}

impl Traffic {
    pub fn new(limits: Limits) -> Self {
        Self {
            under_way: 0,
            pace: limits.rate.map(Pace::of),
            lanes: HashMap::new(),
            limits,
        }
    }

    /// Whether anything at all may begin now.
    pub fn is_open(&self, now: Instant) -> bool {
        self.under_way < self.limits.connections && keeps(self.pace.as_ref(), now)
    }

    pub fn under_way(&self) -> usize {
        self.under_way
    }

    /// Whether a message to the domain may begin as far as that is concerned. Where there is doubt, one does.
    pub fn admits(&self, domain: &str, is_doubtful: bool, now: Instant) -> bool {
        let Some(lane) = self.lanes.get(domain) else {
            return true;
        };
        let allowed = if is_doubtful { 1 } else { lane.allowed };
        lane.under_way < allowed && keeps(lane.pace.as_ref(), now)
    }

    /// When somebody who keeps a rate may begin next.
    pub fn next_moment<'a>(&self, domains: impl Iterator<Item = &'a str>) -> Option<Instant> {
        let of_domain = domains
            .filter_map(|domain| self.lanes.get(domain)?.pace.as_ref())
            .map(|pace| pace.next)
            .min()?;
        let of_all = self.pace.as_ref().map(|pace| pace.next);
        Some(of_all.map_or(of_domain, |moment| moment.max(of_domain)))
    }

    /// How many messages to the domain are needed, where `ahead` are for each that may be under way.
    pub fn ahead(&self, domain: &str, ahead: usize, now: Instant) -> usize {
        match self.lanes.get(domain) {
            None => ahead,
            // It keeps a rate: the next one will do.
            Some(lane) if !keeps(lane.pace.as_ref(), now) => 1,
            Some(lane) => ahead * lane.allowed,
        }
    }

    /// Those that something went to.
    pub fn domains(&self) -> impl Iterator<Item = &str> {
        self.lanes.keys().map(String::as_str)
    }

    pub fn begin(&mut self, domain: &str, now: Instant) {
        self.under_way += 1;
        if let Some(pace) = &mut self.pace {
            pace.begin(now);
        }
        let domain_rate = self.limits.domain_rate;
        let lane = self.lanes.entry(domain.to_owned()).or_insert_with(|| Lane {
            under_way: 0,
            allowed: 1,
            pace: domain_rate.map(Pace::of),
        });
        lane.under_way += 1;
        if let Some(pace) = &mut lane.pace {
            pace.begin(now);
        }
    }

    /// A message has ended and is settled, or did not begin after all.
    pub fn end(&mut self, domain: &str) {
        self.under_way = self.under_way.saturating_sub(1);
        if let Some(lane) = self.lanes.get_mut(domain) {
            lane.under_way = lane.under_way.saturating_sub(1);
        }
        if self.lanes.len() > REMEMBERED {
            self.lanes.retain(|_, lane| lane.under_way > 0);
        }
    }

    /// What the end of a message says about the domain.
    pub fn learn(&mut self, domain: &str, blame: Option<Blame>) {
        let most = self.limits.per_domain.max(1);
        if let Some(lane) = self.lanes.get_mut(domain) {
            lane.allowed = match blame {
                None => (lane.allowed + 1).min(most),
                Some(Blame::Recipient) => (lane.allowed / 2).max(1),
                Some(Blame::Domain) => 1,
                Some(Blame::Server) => lane.allowed,
            };
        }
    }
}

fn keeps(pace: Option<&Pace>, now: Instant) -> bool {
    pace.is_none_or(|pace| pace.next <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read() {
        let interval = |text: &str| text.parse::<Rate>().map(|rate| rate.interval.as_millis());
        assert_eq!(interval("10/s"), Ok(100));
        assert_eq!(interval(" 600 / m"), Ok(100));
        assert_eq!(interval("1/m"), Ok(60_000));
        for wrong in ["", "10", "0/s", "-1/s", "10/h", "10/", "/s", "1.5/s"] {
            assert_eq!(interval(wrong), Err(RateError), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_domain_is_allowed_more_with_each_message_that_it_takes() {
        let mut traffic = Traffic::new(Limits::of(8));
        let now = Instant::now();
        let domain = "x.example";
        for expected in [1, 2, 3, 4, 4] {
            let mut begun = 0;
            while traffic.admits(domain, false, now) {
                traffic.begin(domain, now);
                begun += 1;
            }
            assert_eq!(begun, expected);
            assert!(traffic.admits("y.example", false, now));
            for _ in 0..begun {
                traffic.end(domain);
            }
            traffic.learn(domain, None);
        }
        for (blame, allowed) in [
            (Blame::Recipient, 2),
            (Blame::Server, 2),
            (Blame::Domain, 1),
        ] {
            traffic.learn(domain, Some(blame));
            assert_eq!(traffic.ahead(domain, 10, now), 10 * allowed);
        }
    }

    #[tokio::test]
    async fn where_there_is_doubt_one_message_begins() {
        let mut traffic = Traffic::new(Limits::of(8));
        let now = Instant::now();
        traffic.begin("x.example", now);
        traffic.learn("x.example", None);
        assert!(traffic.admits("x.example", false, now));
        assert!(!traffic.admits("x.example", true, now));
    }

    #[tokio::test]
    async fn a_rate_spaces_messages_evenly() {
        let mut traffic = Traffic::new(Limits {
            rate: "10/s".parse().ok(),
            domain_rate: "1/s".parse().ok(),
            ..Limits::of(8)
        });
        let start = Instant::now();
        let mut begun: Vec<(u64, &str)> = Vec::new();
        for millis in 0..2_000 {
            let now = start + Duration::from_millis(millis);
            for domain in ["x.example", "y.example"] {
                if traffic.is_open(now) && traffic.admits(domain, false, now) {
                    traffic.begin(domain, now);
                    traffic.end(domain);
                    begun.push((millis, domain));
                }
            }
        }
        // Both begin at once, a tenth of a second may be made up for, and then each second.
        for domain in ["x.example", "y.example"] {
            let moments = begun.iter().filter(|(_, it)| *it == domain);
            assert_eq!(moments.count(), 2, "{begun:?}");
        }
    }
}
