//! By which ways somebody is written to: the organization's policy, what the sender wants, and what the
//! directory knows of the person.

use types::{
    batch::Verdict,
    contact::Username,
    ids::UserId,
    invitation::{Channel, Via},
    organization::Verification,
};

/// One way to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub channel: Channel,
    /// Of the address, in ASCII; "" for an SMS.
    pub domain: String,
}

impl Route {
    /// The way to what somebody signs in with.
    pub fn to_username(username: &Username) -> Self {
        match username {
            Username::Email(email) => Self {
                channel: Channel::Email,
                domain: email.domain().to_owned(),
            },
            Username::Phone(_) => Self::sms(),
        }
    }

    fn sms() -> Self {
        Self {
            channel: Channel::Sms,
            domain: String::new(),
        }
    }
}

/// Somebody who is sent something, and how.
#[derive(Clone, Debug)]
pub(crate) struct Addressee {
    pub user: UserId,
    pub routes: Vec<Route>,
}

/// Which ways lead to the person, the first one first. `no_mail` is why e-mail does not reach them, if so:
/// then it is no way, and another one may be left.
///
/// # Errors
/// The verdict where there are none: `no_mail`, `NoEmail`, `NoPhone`, `ChannelNotAllowed`.
pub(crate) fn routes(
    policy: Verification,
    via: Via,
    username: &Username,
    phone: &str,
    no_mail: Option<Verdict>,
) -> Result<Vec<Route>, Verdict> {
    if policy == Verification::EmailOnly && matches!(via, Via::Sms | Via::Both) {
        return Err(Verdict::ChannelNotAllowed);
    }
    let has_email = username.email().is_some();
    let email = (has_email && no_mail.is_none()).then(|| Route::to_username(username));
    let sms = (!phone.is_empty() || username.phone().is_some()).then(Route::sms);
    let without_email = no_mail.filter(|_| has_email).unwrap_or(Verdict::NoEmail);
    let (found, missing) = match (policy, via) {
        (Verification::EmailOnly, _) | (_, Via::Email) => (vec![email], without_email),
        (Verification::EmailOrSms, Via::Automatic) => (vec![email.or(sms)], without_email),
        (Verification::EmailOrSms, Via::Sms) => (vec![sms], Verdict::NoPhone),
        (Verification::EmailOrSms, Via::Both) => (vec![email, sms], without_email),
    };
    let found: Vec<Route> = found.into_iter().flatten().collect();
    if found.is_empty() {
        Err(missing)
    } else {
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use types::contact::EmailFault;

    use super::*;

    fn ways(
        policy: Verification,
        via: Via,
        username: &str,
        phone: &str,
        no_mail: Option<Verdict>,
    ) -> Result<String, Verdict> {
        let username = Username::parse(username).map_err(Verdict::NotValid)?;
        let routes = routes(policy, via, &username, phone, no_mail)?;
        let names: Vec<&str> = routes.iter().map(|route| route.channel.as_str()).collect();
        Ok(names.join(" "))
    }

    #[test]
    fn the_policy_comes_before_the_wish() {
        use Verification::{EmailOnly, EmailOrSms};
        const ANN: &str = "ann@x.org";
        const PHONE: &str = "+79051111111";
        let said = |text: &str| Ok(text.to_owned());
        for (policy, via, username, phone, expected) in [
            (EmailOnly, Via::Automatic, ANN, PHONE, said("email")),
            (
                EmailOnly,
                Via::Automatic,
                PHONE,
                PHONE,
                Err(Verdict::NoEmail),
            ),
            (
                EmailOnly,
                Via::Sms,
                ANN,
                PHONE,
                Err(Verdict::ChannelNotAllowed),
            ),
            (
                EmailOnly,
                Via::Both,
                ANN,
                PHONE,
                Err(Verdict::ChannelNotAllowed),
            ),
            (EmailOrSms, Via::Automatic, ANN, PHONE, said("email")),
            (EmailOrSms, Via::Automatic, PHONE, PHONE, said("sms")),
            (EmailOrSms, Via::Email, PHONE, PHONE, Err(Verdict::NoEmail)),
            (EmailOrSms, Via::Sms, ANN, "", Err(Verdict::NoPhone)),
            (EmailOrSms, Via::Sms, ANN, PHONE, said("sms")),
            (EmailOrSms, Via::Both, ANN, PHONE, said("email sms")),
            (EmailOrSms, Via::Both, ANN, "", said("email")),
        ] {
            let got = ways(policy, via, username, phone, None);
            assert_eq!(got, expected, "{policy:?} {via:?} {username} {phone}");
        }
        let nobody = ways(EmailOnly, Via::Automatic, "ann", "", None);
        assert_eq!(nobody, Err(Verdict::NotValid(EmailFault::NoAt)));
    }

    #[test]
    fn where_mail_does_not_arrive_another_way_is_taken_if_the_sender_leaves_it_open() {
        use Verification::{EmailOnly, EmailOrSms};
        const PHONE: &str = "+79051111111";
        let said = |text: &str| Ok(text.to_owned());
        let bounced = || Some(Verdict::Bounced);
        for (policy, via, phone, expected) in [
            (EmailOnly, Via::Automatic, PHONE, Err(Verdict::Bounced)),
            (EmailOrSms, Via::Automatic, PHONE, said("sms")),
            (EmailOrSms, Via::Automatic, "", Err(Verdict::Bounced)),
            (EmailOrSms, Via::Email, PHONE, Err(Verdict::Bounced)),
            (EmailOrSms, Via::Sms, PHONE, said("sms")),
            (EmailOrSms, Via::Both, PHONE, said("sms")),
            (EmailOrSms, Via::Both, "", Err(Verdict::Bounced)),
        ] {
            let got = ways(policy, via, "ann@x.org", phone, bounced());
            assert_eq!(got, expected, "{policy:?} {via:?} {phone}");
        }
    }
}
