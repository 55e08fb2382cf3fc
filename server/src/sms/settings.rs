//! Where text messages are handed over, parsed once at the start.

use http::{HeaderValue, Uri, header::InvalidHeaderValue, uri::InvalidUri};
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use types::contact::Phone;
use url::{Host, Url};

use super::basic_auth;

/// What is wrong with `sms.url`. None of the sentences repeats a value: with a character not encoded, any part of the
/// address may be a piece of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmsSettingsError {
    #[error(
        "the SMS URL cannot be read ({0}); account and token must be percent-encoded, for example / as %2F"
    )]
    Url(url::ParseError),
    #[error("the SMS URL must begin with twilio:// or webhook:https://")]
    Scheme,
    #[error("the SMS URL names no host")]
    NoHost,
    #[error("the SMS URL must name both account and token, as twilio://account:token@host")]
    NoLogin,
    #[error("a part of the SMS URL is not percent-encoded UTF-8")]
    Encoding,
    #[error("the SMS URL contains #; in account or token it must be written %23")]
    Fragment,
    #[error("the SMS URL's path must be empty")]
    Path,
    #[error("a twilio:// URL has parameters other than from=, service= and tls=none")]
    Parameter,
    #[error("a twilio:// URL must say who sends: either ?from=+12025550143 or ?service=MG…")]
    Sender,
    #[error(
        "from= must be a phone number with its country code, a short code, or a sender name of at most 11 letters and digits"
    )]
    From,
    #[error("an SMS gateway elsewhere is spoken to over https; tls=none allows plain http")]
    Plain,
    #[error("a webhook: URL must hold its secret once, at least 16 characters long, as ?secret=…")]
    Secret,
}

impl From<url::ParseError> for SmsSettingsError {
    fn from(error: url::ParseError) -> Self {
        Self::Url(error)
    }
}

impl From<InvalidUri> for SmsSettingsError {
    fn from(_: InvalidUri) -> Self {
        Self::Encoding
    }
}

impl From<InvalidHeaderValue> for SmsSettingsError {
    fn from(_: InvalidHeaderValue) -> Self {
        Self::NoLogin
    }
}

/// Bytes that a webhook's secret has at least.
const SHORTEST_SECRET: usize = 16;

/// An account at Twilio, or at whoever speaks its API. No `Debug`: it holds the token.
#[derive(Clone)]
pub struct TwilioSettings {
    pub messages: Uri,
    pub authorization: HeaderValue,
    pub token: SecretString,
    pub sender: Sender,
}

/// Who a message comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    From(String),
    Service(String),
}

/// An address that takes messages as JSON. No `Debug`: it holds the secret.
#[derive(Clone)]
pub struct WebhookSettings {
    pub address: Uri,
    pub secret: SecretString,
}

impl TwilioSettings {
    /// `twilio://<account>:<token>@<host>?from=+12025550143` or `?service=MG…`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, SmsSettingsError> {
        let url = Url::parse(text)?;
        if url.scheme() != "twilio" {
            return Err(SmsSettingsError::Scheme);
        }
        if url.fragment().is_some() {
            return Err(SmsSettingsError::Fragment);
        }
        let (account, token) = match (url.username(), url.password()) {
            ("", _) | (_, None | Some("")) => return Err(SmsSettingsError::NoLogin),
            (account, Some(token)) => (decoded(account)?, decoded(token)?),
        };
        if account.contains([':', '/', '?', '#']) {
            return Err(SmsSettingsError::NoLogin);
        }
        if !matches!(url.path(), "" | "/") {
            return Err(SmsSettingsError::Path);
        }
        // The scheme is none that the parser knows, so the host comes as it was typed.
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(SmsSettingsError::NoHost)?;
        let host = Host::parse(host)?;
        let mut sender = None;
        let mut plain = is_loopback(&host);
        for (name, value) in parameters(&url)? {
            let said = match (name.as_str(), value.as_str()) {
                ("tls", "none") => {
                    plain = true;
                    continue;
                }
                ("from", from) => Sender::From(from_text(from)?),
                ("service", service) if is_word(service) => Sender::Service(value),
                _ => return Err(SmsSettingsError::Parameter),
            };
            if sender.replace(said).is_some() {
                return Err(SmsSettingsError::Sender);
            }
        }
        let scheme = if plain { "http" } else { "https" };
        let port = url.port().map(|port| format!(":{port}"));
        let messages = format!(
            "{scheme}://{host}{}/2010-04-01/Accounts/{account}/Messages.json",
            port.unwrap_or_default()
        );
        Ok(Self {
            messages: messages.parse()?,
            authorization: basic_auth(&account, &token)?,
            token: token.into(),
            sender: sender.ok_or(SmsSettingsError::Sender)?,
        })
    }
}

impl WebhookSettings {
    /// `webhook:https://…?secret=…`: the secret is taken out of the address, the rest stays.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, SmsSettingsError> {
        let address = text
            .strip_prefix("webhook:")
            .ok_or(SmsSettingsError::Scheme)?;
        let mut url = Url::parse(address)?;
        if url.fragment().is_some() {
            return Err(SmsSettingsError::Fragment);
        }
        let host = url.host().ok_or(SmsSettingsError::NoHost)?.to_owned();
        let mut plain = is_loopback(&host);
        let mut secrets = Vec::new();
        let mut others = Vec::new();
        for piece in url.query().unwrap_or_default().split('&') {
            if let Some(secret) = piece.strip_prefix("secret=") {
                secrets.push(decoded(secret)?);
            } else if piece == "tls=none" {
                plain = true;
            } else if !piece.is_empty() {
                others.push(piece);
            }
        }
        let others = others.join("&");
        url.set_query((!others.is_empty()).then_some(&others));
        match url.scheme() {
            "https" => {}
            "http" if plain => {}
            "http" => return Err(SmsSettingsError::Plain),
            _ => return Err(SmsSettingsError::Scheme),
        }
        let [secret] = secrets.as_slice() else {
            return Err(SmsSettingsError::Secret);
        };
        if secret.len() < SHORTEST_SECRET {
            return Err(SmsSettingsError::Secret);
        }
        // No login in it: it would be kept and sent by nobody.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(SmsSettingsError::Secret);
        }
        Ok(Self {
            address: url.as_str().parse()?,
            secret: secret.clone().into(),
        })
    }
}

/// The parameters behind the `?`. A plus is a plus: phone numbers begin with one.
fn parameters(url: &Url) -> Result<Vec<(String, String)>, SmsSettingsError> {
    url.query()
        .unwrap_or_default()
        .split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            Ok((decoded(name)?, decoded(value)?))
        })
        .collect()
}

fn decoded(text: &str) -> Result<String, SmsSettingsError> {
    match percent_decode_str(text).decode_utf8() {
        Ok(text) if !text.contains(char::is_control) => Ok(text.into_owned()),
        _ => Err(SmsSettingsError::Encoding),
    }
}

/// A number, a short code or a name, as the gateway takes it.
fn from_text(from: &str) -> Result<String, SmsSettingsError> {
    if let Ok(phone) = Phone::parse(from) {
        return Ok(phone.into());
    }
    let is_name = from.len() <= 11
        && !from.trim().is_empty()
        && from
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b' ');
    if is_name {
        Ok(from.to_owned())
    } else {
        Err(SmsSettingsError::From)
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn twilio(url: &str) -> Result<TwilioSettings, SmsSettingsError> {
        TwilioSettings::parse(url)
    }

    #[test]
    fn accounts_and_senders() {
        let settings = twilio("twilio://AC1:s%2Fx@api.twilio.com?from=+1 202-555-0143").unwrap();
        assert_eq!(
            settings.messages.to_string(),
            "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
        );
        assert_eq!(settings.token.expose_secret(), "s/x");
        assert_eq!(settings.authorization, "Basic QUMxOnMveA==");
        let sender = |url: &str| twilio(url).unwrap().sender;
        assert_eq!(settings.sender, Sender::From("+12025550143".to_owned()));
        assert_eq!(
            sender("twilio://AC1:t@h?from=Acme%20Inc"),
            Sender::From("Acme Inc".to_owned())
        );
        assert_eq!(
            sender("twilio://AC1:t@h?from=12345"),
            Sender::From("12345".to_owned())
        );
        assert_eq!(
            sender("twilio://AC1:t@h?service=MG9752274e9e519418a7406176694466fa"),
            Sender::Service("MG9752274e9e519418a7406176694466fa".to_owned())
        );
    }

    #[test]
    fn only_loopback_is_spoken_to_without_tls() {
        let scheme = |host: &str| {
            let url = format!("twilio://AC1:t@{host}");
            twilio(&url)
                .unwrap()
                .messages
                .scheme_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(scheme("sms.example?service=MG1"), "https");
        assert_eq!(scheme("127.0.0.1:9?service=MG1"), "http");
        assert_eq!(scheme("[::1]:9?service=MG1"), "http");
        assert_eq!(scheme("localhost?service=MG1"), "http");
        assert_eq!(scheme("sms.example?service=MG1&tls=none"), "http");
        let webhook = |url: &str| WebhookSettings::parse(url).map(|it| it.address.to_string());
        let secret = "0123456789abcdef";
        assert_eq!(
            webhook(&format!(
                "webhook:https://sms.example/in?a=b&secret={secret}&c"
            )),
            Ok("https://sms.example/in?a=b&c".to_owned())
        );
        assert_eq!(
            webhook(&format!("webhook:http://127.0.0.1:1/?secret={secret}")),
            Ok("http://127.0.0.1:1/".to_owned())
        );
        assert_eq!(
            webhook(&format!("webhook:http://sms.example/?secret={secret}")),
            Err(SmsSettingsError::Plain)
        );
    }

    #[test]
    fn a_wrong_url_is_named_without_its_secrets() {
        use SmsSettingsError as E;
        for (url, expected) in [
            ("smtp://acc:secret@h?from=+12025550143", E::Scheme),
            ("twilio://acc:secret@h", E::Sender),
            ("twilio://acc@h?from=+12025550143", E::NoLogin),
            ("twilio://acc:@h?from=+12025550143", E::NoLogin),
            (
                "twilio://acc:secret@?from=+12025550143",
                E::Url(url::ParseError::EmptyHost),
            ),
            ("twilio:", E::NoLogin),
            (
                "twilio://acc:secret@h?from=+12025550143#secret",
                E::Fragment,
            ),
            ("twilio://acc:secret@h/path?from=+12025550143", E::Path),
            (
                "twilio://acc:secret@h?from=+12025550143&service=MG1",
                E::Sender,
            ),
            ("twilio://acc:secret@h?from=secret_secret", E::From),
            ("twilio://acc:secret@h?sender=secret", E::Parameter),
            ("twilio://acc:secret%FF@h?from=+12025550143", E::Encoding),
            ("twilio://a%2Fcc:secret@h?from=+12025550143", E::NoLogin),
            (
                "twilio://acc:secret%0D%0AX@h?from=+12025550143",
                E::Encoding,
            ),
        ] {
            let error = twilio(url).err();
            assert_eq!(error, Some(expected), "{url}");
            let said = format!("{expected} {expected:?}");
            assert!(!said.contains("secret"), "{said}");
        }
        for (url, expected) in [
            ("webhook:https://h/", E::Secret),
            ("webhook:https://h/?secret=short", E::Secret),
            ("webhook:https://u:p@h/?secret=0123456789abcdef", E::Secret),
            ("webhook:ftp://h/?secret=0123456789abcdef", E::Scheme),
            ("hook:https://h/", E::Scheme),
        ] {
            assert_eq!(WebhookSettings::parse(url).err(), Some(expected), "{url}");
        }
    }
}
