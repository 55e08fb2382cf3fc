//! Who is left alone for a while: domains, the mail server, the SMS gateway.
//!
//! The first rests are short, and they grow as long as nothing is taken; after one a single message is tried.
//! The table is the truth, for every process and after a restart; couriers know what it said when they
//! claimed or settled last.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, OnConflict},
};

use super::{
    blame::{Blame, SERVER},
    settle::Tried,
};
use crate::{Outcome, entity::mail_domains, ports::Answer};

/// After the first, second, ... failure in a row.
const RESTS: [i64; 6] = [5, 15, 45, 2 * 60, 5 * 60, 15 * 60];
const LONGEST: Duration = Duration::minutes(30);
/// The mail server is everybody's: it is tried more often.
const LONGEST_OF_SERVER: Duration = Duration::minutes(5);
/// A failure that was long ago says nothing any more.
const FORGOTTEN_AFTER: Duration = Duration::days(1);

fn rest_after(domain: &str, failures: i32) -> Duration {
    let rest = usize::try_from(failures - 1)
        .ok()
        .and_then(|index| RESTS.get(index))
        .map_or(LONGEST, |seconds| Duration::seconds(*seconds));
    if domain == SERVER {
        rest.min(LONGEST_OF_SERVER)
    } else {
        rest
    }
}

/// How somebody stands who has refused lately.
#[derive(Clone, Debug)]
pub(crate) struct Rest {
    pub until: DateTime<Utc>,
    failures: i32,
    pub answer: Answer,
}

/// What is known of those who have refused lately.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rests(HashMap<String, Rest>);

impl Rests {
    pub async fn read(read: &impl ConnectionTrait) -> Outcome<Self> {
        let rows = mail_domains::Entity::find().all(read).await?;
        let rests = rows.into_iter().map(|row| {
            let answer = Answer {
                code: row.code.and_then(|code| u16::try_from(code).ok()),
                words: row.words,
            };
            let rest = Rest {
                until: row.resting_until,
                failures: row.failures,
                answer,
            };
            (row.domain, rest)
        });
        Ok(Self(rests.collect()))
    }

    /// Whether nothing is to be tried there.
    pub fn is_resting(&self, domain: &str, now: DateTime<Utc>) -> bool {
        let rests = |name| self.0.get(name).is_some_and(|rest| now < rest.until);
        rests(domain) || (!domain.is_empty() && rests(SERVER))
    }

    /// Whether one message is to be tried before others follow.
    pub fn is_doubtful(&self, domain: &str) -> bool {
        self.0.contains_key(domain)
    }

    /// What the domain said last, if it has refused lately.
    pub fn words(&self, domain: &str) -> Option<&Answer> {
        self.0.get(domain).map(|rest| &rest.answer)
    }

    /// Changes as the ends of some tries will have it; tells whether they change anything, which they rarely do.
    pub fn expect(&mut self, tries: &[&Tried], now: DateTime<Utc>) -> bool {
        let mut changes = false;
        for tried in tries {
            changes |= match tried.blame() {
                Some(Blame::Server) => self.refuse(SERVER, tried.answer(), now),
                Some(Blame::Domain) => self.refuse(&tried.domain, tried.answer(), now),
                // It answers, if not as one would like.
                Some(Blame::Recipient) => self.take(SERVER, now),
                None if tried.was_heard() => self.take(SERVER, now) | self.take(&tried.domain, now),
                None => false,
            };
        }
        changes
    }

    fn refuse(&mut self, domain: &str, answer: &Answer, now: DateTime<Utc>) -> bool {
        let before = self.0.get(domain);
        // What was under way when the rest began says the same once more.
        if before.is_some_and(|rest| now < rest.until) {
            return false;
        }
        let failures = before.map_or(0, |rest| rest.failures) + 1;
        let rest = Rest {
            until: now + rest_after(domain, failures),
            failures,
            answer: answer.clone(),
        };
        self.0.insert(domain.to_owned(), rest);
        true
    }

    /// A message that was under way when the rest began does not end it.
    fn take(&mut self, domain: &str, now: DateTime<Utc>) -> bool {
        let is_over = self.0.get(domain).is_some_and(|rest| rest.until <= now);
        is_over && self.0.remove(domain).is_some()
    }

    /// Part of a transaction: writes down what follows from the ends of some tries, and gives all that is
    /// known then, if that has changed. `known` may be out of date.
    pub async fn learn(
        write: &impl ConnectionTrait,
        known: &Self,
        tries: &[&Tried],
        now: DateTime<Utc>,
    ) -> Outcome<Option<Self>> {
        if !known.clone().expect(tries, now) {
            return Ok(None);
        }
        let before = Self::read(write).await?;
        let mut after = before.clone();
        if !after.expect(tries, now) {
            return Ok(Some(before));
        }
        let gone: Vec<&String> = before
            .0
            .keys()
            .filter(|domain| !after.0.contains_key(*domain))
            .collect();
        if !gone.is_empty() {
            mail_domains::Entity::delete_many()
                .filter(mail_domains::Column::Domain.is_in(gone))
                .exec(write)
                .await?;
        }
        let changed = after.0.iter().filter(|(domain, rest)| {
            let unchanged = before.0.get(*domain);
            unchanged.is_none_or(|before| before.until != rest.until)
        });
        let rows: Vec<_> = changed.map(|(domain, rest)| rest.row(domain)).collect();
        if !rows.is_empty() {
            use mail_domains::Column as C;
            mail_domains::Entity::insert_many(rows)
                .on_conflict(
                    OnConflict::column(C::Domain)
                        .update_columns([C::RestingUntil, C::Failures, C::Code, C::Words])
                        .to_owned(),
                )
                .exec_without_returning(write)
                .await?;
            mail_domains::Entity::delete_many()
                .filter(C::RestingUntil.lt(now - FORGOTTEN_AFTER))
                .exec(write)
                .await?;
        }
        Ok(Some(after))
    }
}

impl Rest {
    fn row(&self, domain: &str) -> mail_domains::ActiveModel {
        mail_domains::ActiveModel {
            domain: Set(domain.to_owned()),
            resting_until: Set(self.until),
            failures: Set(self.failures),
            code: Set(self.answer.code.map(i32::from)),
            words: Set(self.answer.words.clone()),
        }
    }
}

/// Part of a transaction: nobody rests longer from now on than they ever would, whatever the clock said when
/// the rest began.
pub(super) async fn shorten(write: &impl ConnectionTrait, now: DateTime<Utc>) -> Outcome<()> {
    mail_domains::Entity::update_many()
        .col_expr(
            mail_domains::Column::RestingUntil,
            Expr::value(now + LONGEST),
        )
        .filter(mail_domains::Column::RestingUntil.gt(now + LONGEST))
        .exec(write)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_and_have_an_end() {
        let seconds = |domain| -> Vec<i64> {
            (1..=8)
                .map(|failures| rest_after(domain, failures).num_seconds())
                .collect()
        };
        assert_eq!(seconds("x.example"), [5, 15, 45, 120, 300, 900, 1800, 1800]);
        assert_eq!(seconds(SERVER), [5, 15, 45, 120, 300, 300, 300, 300]);
    }
}
