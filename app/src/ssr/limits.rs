//! Rate limits of what strangers can call. An address may be a whole company's, so its limits are
//! wide; an account is one person's, so its limits are narrow.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use types::refusal::Refusal;

/// What is limited together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Guessing passwords and codes.
    SignIn,
    /// Making Usher send mail.
    Mail,
    /// Signing up.
    Accept,
    /// Judging a password while it is typed.
    Strength,
}

/// Whose tries are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    Address(&'a str),
    /// An e-mail address, or a link that stands for one.
    Account(&'a str),
}

type Limiter = DefaultKeyedRateLimiter<String>;

pub struct Limits {
    of_addresses: ByLimit,
    of_accounts: ByLimit,
}

struct ByLimit {
    sign_in: Limiter,
    mail: Limiter,
    accept: Limiter,
    strength: Limiter,
}

impl Limits {
    /// `factor` multiplies every limit: 1 as designed, more for load tests.
    pub fn new(factor: NonZeroU32) -> Self {
        let per_minute = |count: u32| Quota::per_minute(factor.saturating_mul(at_least_one(count)));
        let per_hour = |count: u32| Quota::per_hour(factor.saturating_mul(at_least_one(count)));
        Self {
            of_addresses: ByLimit {
                sign_in: RateLimiter::keyed(per_minute(100)),
                mail: RateLimiter::keyed(per_hour(200)),
                accept: RateLimiter::keyed(per_minute(200)),
                strength: RateLimiter::keyed(per_minute(600)),
            },
            of_accounts: ByLimit {
                sign_in: RateLimiter::keyed(per_minute(10)),
                mail: RateLimiter::keyed(per_hour(10)),
                accept: RateLimiter::keyed(per_minute(20)),
                strength: RateLimiter::keyed(per_minute(120)),
            },
        }
    }

    /// # Errors
    /// `TooManyRequests`.
    pub fn check(&self, limit: Limit, whose: Whose<'_>) -> Result<(), Refusal> {
        let (limiters, key) = match whose {
            Whose::Address(key) => (&self.of_addresses, key),
            Whose::Account(key) => (&self.of_accounts, key),
        };
        let limiter = match limit {
            Limit::SignIn => &limiters.sign_in,
            Limit::Mail => &limiters.mail,
            Limit::Accept => &limiters.accept,
            Limit::Strength => &limiters.strength,
        };
        // Keys of people long gone would pile up.
        if limiter.len() > 10_000 {
            limiter.retain_recent();
        }
        limiter
            .check_key(&key.to_owned())
            .map_err(|_| Refusal::TooManyRequests)
    }
}

fn at_least_one(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_try_of_an_account_in_a_minute_is_refused_and_others_are_not() {
        let limits = Limits::new(NonZeroU32::MIN);
        let sign_in = |whose| limits.check(Limit::SignIn, whose);
        for _ in 0..10 {
            assert_eq!(sign_in(Whose::Account("ann")), Ok(()));
        }
        assert_eq!(
            sign_in(Whose::Account("ann")),
            Err(Refusal::TooManyRequests)
        );
        assert_eq!(sign_in(Whose::Account("bob")), Ok(()));
        assert_eq!(sign_in(Whose::Address("ann")), Ok(()));
        assert_eq!(limits.check(Limit::Accept, Whose::Account("ann")), Ok(()));
    }

    #[test]
    fn a_company_behind_one_address_can_sign_in_on_monday() {
        let limits = Limits::new(NonZeroU32::MIN);
        for person in 0..100 {
            let email = format!("person{person}@acme.example");
            assert_eq!(
                limits.check(Limit::SignIn, Whose::Address("192.0.2.1")),
                Ok(())
            );
            assert_eq!(limits.check(Limit::SignIn, Whose::Account(&email)), Ok(()));
        }
    }
}
