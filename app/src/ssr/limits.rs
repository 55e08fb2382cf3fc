//! Rate limits of what strangers can call, for each address and for each account.

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

pub struct Limits {
    sign_in: DefaultKeyedRateLimiter<String>,
    mail: DefaultKeyedRateLimiter<String>,
    accept: DefaultKeyedRateLimiter<String>,
    strength: DefaultKeyedRateLimiter<String>,
}

impl Limits {
    /// `factor` multiplies every limit: 1 as designed, more for load tests.
    pub fn new(factor: NonZeroU32) -> Self {
        let per_minute =
            |count: NonZeroU32| RateLimiter::keyed(Quota::per_minute(count.saturating_mul(factor)));
        let per_hour =
            |count: NonZeroU32| RateLimiter::keyed(Quota::per_hour(count.saturating_mul(factor)));
        Self {
            sign_in: per_minute(const { NonZeroU32::new(10).unwrap() }),
            mail: per_hour(const { NonZeroU32::new(10).unwrap() }),
            accept: per_minute(const { NonZeroU32::new(20).unwrap() }),
            strength: per_minute(const { NonZeroU32::new(120).unwrap() }),
        }
    }

    /// # Errors
    /// `TooManyRequests`.
    pub fn check(&self, limit: Limit, key: String) -> Result<(), Refusal> {
        let limiter = match limit {
            Limit::SignIn => &self.sign_in,
            Limit::Mail => &self.mail,
            Limit::Accept => &self.accept,
            Limit::Strength => &self.strength,
        };
        // Keys of people long gone would pile up.
        if limiter.len() > 10_000 {
            limiter.retain_recent();
        }
        limiter
            .check_key(&key)
            .map_err(|_| Refusal::TooManyRequests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_try_in_a_minute_is_refused_and_others_are_not() {
        let limits = Limits::new(NonZeroU32::MIN);
        let ann = || "ann".to_owned();
        for _ in 0..10 {
            assert_eq!(limits.check(Limit::SignIn, ann()), Ok(()));
        }
        assert_eq!(
            limits.check(Limit::SignIn, ann()),
            Err(Refusal::TooManyRequests)
        );
        assert_eq!(limits.check(Limit::SignIn, "bob".to_owned()), Ok(()));
        assert_eq!(limits.check(Limit::Accept, ann()), Ok(()));
    }
}
