//! Whose fault it is that a message was not taken for now.
//!
//! All e-mail goes through one server, which speaks for the domains behind it. Who is to blame is left alone
//! for a while; a greylisted recipient must not make a whole domain wait.

use types::invitation::Channel;

use crate::ports::{Answer, SendError, Taken};

/// In the place of a domain: the mail server itself. No domain has such a name.
pub(crate) const SERVER: &str = "*";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blame {
    /// Only this message: the others go on, a little slower.
    Recipient,
    /// Everybody there.
    Domain,
    /// Everybody.
    Server,
}

impl Blame {
    /// `None` where the message was taken, or refused for good: both show that somebody is at work.
    pub fn of(channel: Channel, result: &Result<Taken, SendError>) -> Option<Self> {
        match result {
            Ok(_) | Err(SendError::Permanent(_)) => None,
            // One gateway carries every SMS, so its name is that of their domain.
            Err(SendError::Unavailable(_)) if channel == Channel::Sms => Some(Self::Domain),
            Err(SendError::Unavailable(_)) => Some(Self::Server),
            Err(SendError::Temporary(answer)) => Some(Self::of_answer(answer)),
        }
    }

    fn of_answer(answer: &Answer) -> Self {
        match answer.code {
            // No answer in time, or the connection was closed amid the message; and "too many requests" of an
            // SMS gateway.
            None | Some(421 | 429) => Self::Domain,
            Some(450..=452 | 454) if is_greylisting(&answer.words) => Self::Recipient,
            Some(code @ (450..=452 | 454)) => match subject(&answer.words) {
                // RFC 3463: address, mailbox, content of the message.
                Some('1' | '2' | '6') => Self::Recipient,
                // RFC 5321: 450 is about the mailbox; 451 is what many say who greylist.
                None if code <= 451 => Self::Recipient,
                // System, network, protocol, policy.
                Some(_) | None => Self::Domain,
            },
            Some(_) => Self::Recipient,
        }
    }
}

fn is_greylisting(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    ["greylist", "graylist", "grey-list", "gray-list"]
        .iter()
        .any(|word| words.contains(word))
}

/// The middle digit of an enhanced status code (RFC 3463), with which the words begin where there is one.
fn subject(words: &str) -> Option<char> {
    let mut parts = words.split_whitespace().next()?.split('.');
    let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_code = class == "4" && digits(subject) && digits(detail) && parts.next().is_none();
    subject.chars().next().filter(|_| is_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_fault_it_is() {
        use Blame::{Domain, Recipient};
        for (code, words, expected) in [
            (Some(421), "4.7.0 too many messages", Domain),
            (
                Some(450),
                "4.2.0 Greylisted, see http://x.example",
                Recipient,
            ),
            (Some(450), "4.7.1 try later", Domain),
            (Some(450), "mailbox busy", Recipient),
            (Some(451), "4.7.1 Greylisting in action", Recipient),
            (Some(451), "4.7.500 Server busy", Domain),
            (Some(451), "temporarily rejected", Recipient),
            (Some(452), "4.2.2 mailbox full", Recipient),
            (Some(452), "4.3.1 out of disk", Domain),
            (Some(452), "out of disk", Domain),
            (Some(454), "4.7.0 not now", Domain),
            (Some(429), "Too many requests", Domain),
            (Some(455), "no such parameter", Recipient),
            (None, "no answer within 60 s", Domain),
        ] {
            let answer = Answer {
                code,
                words: words.to_owned(),
            };
            assert_eq!(Blame::of_answer(&answer), expected, "{code:?} {words}");
        }
    }

    #[test]
    fn no_connection_is_the_servers() {
        let unavailable = || {
            Err(SendError::Unavailable(Answer {
                code: None,
                words: "no connection".to_owned(),
            }))
        };
        assert_eq!(
            Blame::of(Channel::Email, &unavailable()),
            Some(Blame::Server)
        );
        assert_eq!(Blame::of(Channel::Sms, &unavailable()), Some(Blame::Domain));
    }
}
