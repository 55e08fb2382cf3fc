//! The settings of a mail server, parsed once at the start.

use std::time::Duration;

use domain::ports::SendError;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::connection::Connection;
use super::tls::Security;

/// What is wrong with the settings. None of the sentences repeats a value: with a character not encoded, any part of
/// the address may be a piece of the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpSettingsError {
    #[error(
        "the mail URL cannot be read ({0}); user and password must be percent-encoded, for example @ as %40"
    )]
    Url(url::ParseError),
    #[error("the mail URL must begin with smtp:// or smtps://")]
    Scheme,
    #[error("the mail URL names no host")]
    NoHost,
    #[error("the host in the mail URL must be an IP address or a name in ASCII (xn--… for others)")]
    Host,
    #[error("the mail URL has parameters other than tls=required or tls=opportunistic")]
    Parameter,
    #[error("smtps:// is encrypted from the start: leave tls=… out, or write smtp://")]
    TlsTwice,
    #[error("the mail URL must name both user and password, or neither")]
    HalfLogin,
    #[error("user or password in the mail URL is not percent-encoded UTF-8")]
    LoginEncoding,
    #[error(
        "the path of the mail URL, which is the name for EHLO, must be a host name (user and password must be percent-encoded)"
    )]
    HelloName,
    #[error("the mail URL contains #; in user or password it must be written %23")]
    Fragment,
    #[error(
        "the sender must be an address like Usher <usher@example.com>, its domain in ASCII (xn--… for others)"
    )]
    From,
    #[error("a root certificate for the mail server cannot be used")]
    Root,
}

/// One mail server and how to speak to it. No `Debug`: it holds the password.
pub struct Settings {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub credentials: Option<Credentials>,
    /// Name for EHLO; without one the address of our end of the connection is used (RFC 5321, section 4.1.4).
    pub hello: Option<ClientId>,
    from: Mailbox,
}

impl Settings {
    pub fn parse(url: &str, from: &str, roots: &[Vec<u8>]) -> Result<Self, SmtpSettingsError> {
        let url = Url::parse(url).map_err(SmtpSettingsError::Url)?;
        if !matches!(url.scheme(), "smtp" | "smtps") {
            return Err(SmtpSettingsError::Scheme);
        }
        if url.fragment().is_some() {
            return Err(SmtpSettingsError::Fragment);
        }
        let host = host(&url)?;
        let tls = tls_parameter(&url)?;
        let (security, port) = match (url.scheme(), tls) {
            ("smtps", Some(_)) => return Err(SmtpSettingsError::TlsTwice),
            ("smtps", None) => (Security::implicit(&host, roots)?, SUBMISSIONS_PORT),
            (_, Some(required)) => (Security::starttls(&host, required, roots)?, SUBMISSION_PORT),
            (_, None) => (Security::None, SMTP_PORT),
        };
        Ok(Self {
            port: url.port().unwrap_or(port),
            security,
            credentials: credentials(&url)?,
            hello: hello(&url)?,
            from: sender(from)?,
            host,
        })
    }

    pub fn from(&self) -> &Mailbox {
        &self.from
    }

    /// A new connection, greeted, encrypted and signed in. The caller bounds the time; of `timeout` each address of
    /// the host gets its share, so that one that swallows packets leaves time for the others.
    pub async fn connect(&self, timeout: Duration) -> Result<Connection, SendError> {
        Connection::open(self, timeout).await
    }
}

fn host(url: &Url) -> Result<String, SmtpSettingsError> {
    match url.host() {
        None | Some(Host::Domain("")) => Err(SmtpSettingsError::NoHost),
        Some(Host::Domain(name)) if is_host_name(name) => Ok(name.to_owned()),
        Some(Host::Domain(_)) => Err(SmtpSettingsError::Host),
        Some(Host::Ipv4(ip)) => Ok(ip.to_string()),
        Some(Host::Ipv6(ip)) => Ok(ip.to_string()),
    }
}

fn is_host_name(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

/// Whether STARTTLS is required, or just welcome; nothing if it is not asked for.
fn tls_parameter(url: &Url) -> Result<Option<bool>, SmtpSettingsError> {
    let mut tls = None;
    for (key, value) in url.query_pairs() {
        tls = match (key.as_ref(), value.as_ref()) {
            ("tls", "required") => Some(true),
            ("tls", "opportunistic") => Some(false),
            _ => return Err(SmtpSettingsError::Parameter),
        };
    }
    Ok(tls)
}

fn credentials(url: &Url) -> Result<Option<Credentials>, SmtpSettingsError> {
    let decode = |text: &str| match percent_decode_str(text).decode_utf8() {
        // NUL parts the fields of AUTH PLAIN.
        Ok(text) if !text.contains('\0') => Ok(text.into_owned()),
        _ => Err(SmtpSettingsError::LoginEncoding),
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(SmtpSettingsError::HalfLogin),
        (user, Some(password)) => Ok(Some(Credentials::new(decode(user)?, decode(password)?))),
    }
}

fn hello(url: &Url) -> Result<Option<ClientId>, SmtpSettingsError> {
    match url.path().trim_matches('/') {
        "" => Ok(None),
        name if is_host_name(name) => Ok(Some(ClientId::Domain(name.to_owned()))),
        _ => Err(SmtpSettingsError::HelloName),
    }
}

fn sender(from: &str) -> Result<Mailbox, SmtpSettingsError> {
    let mailbox: Mailbox = from.trim().parse().map_err(|_| SmtpSettingsError::From)?;
    // Envelopes are plain ASCII: not every server speaks SMTPUTF8, and a sender must not depend on it.
    let address: &str = mailbox.email.as_ref();
    if from.chars().any(char::is_control) || !address.is_ascii() {
        return Err(SmtpSettingsError::From);
    }
    Ok(mailbox)
}

#[cfg(test)]
mod tests {

    use super::*;

    const FROM: &str = "Usher <usher@localhost>";

    fn parse(url: &str) -> Result<Settings, SmtpSettingsError> {
        Settings::parse(url, FROM, &[])
    }

    #[test]
    fn urls_of_every_kind() {
        let port = |url| parse(url).unwrap().port;
        assert_eq!(port("smtp://mail.example"), 25);
        assert_eq!(port("smtp://mail.example?tls=required"), 587);
        assert_eq!(port("smtp://mail.example/?tls=opportunistic"), 587);
        assert_eq!(port("smtps://mail.example"), 465);
        assert_eq!(port("smtps://mail.example:2465"), 2465);
        assert_eq!(parse("smtp://[::1]:2525").unwrap().host, "::1");
        assert!(matches!(
            parse("smtps://mail.example").unwrap().security,
            Security::Implicit(..)
        ));
        assert!(matches!(
            parse("smtp://h?tls=required").unwrap().security,
            Security::Required(_)
        ));
        assert!(matches!(
            parse("smtp://h?tls=opportunistic").unwrap().security,
            Security::Opportunistic(_)
        ));
        let hello = parse("smtp://mail.example/usher.example").unwrap().hello;
        assert_eq!(hello, Some(ClientId::Domain("usher.example".to_owned())));
        assert_eq!(parse("smtp://mail.example").unwrap().hello, None);
    }

    #[test]
    fn login_is_percent_decoded() {
        let settings = parse("smtp://ana%40acme.example:p%40ss%2F%23%D1%8F@mail.example").unwrap();
        let expected = Credentials::new("ana@acme.example".to_owned(), "p@ss/#я".to_owned());
        assert!(settings.credentials == Some(expected));
        assert!(parse("smtp://mail.example").unwrap().credentials.is_none());
    }

    #[test]
    fn a_wrong_url_is_named_without_its_secrets() {
        use SmtpSettingsError as E;
        for (url, expected) in [
            ("http://ana:secret@mail.example", E::Scheme),
            ("smtp://ana:secret@", E::Url(url::ParseError::EmptyHost)),
            ("smtp:", E::NoHost),
            (
                "smtp://ana:secret@mail.example:port",
                E::Url(url::ParseError::InvalidPort),
            ),
            (
                "smtp://ana:se/secret@mail.example",
                E::Url(url::ParseError::InvalidPort),
            ),
            ("smtp://ana:12/secret@mail.example", E::HelloName),
            ("smtp://ana:12#secret@mail.example", E::Fragment),
            ("smtp://ana:12?tls=secret@mail.example", E::Parameter),
            ("smtp://ana:secret@mail.example?ssl=1", E::Parameter),
            ("smtps://ana:secret@mail.example?tls=required", E::TlsTwice),
            ("smtp://ana@mail.example", E::HalfLogin),
            ("smtp://:secret@mail.example", E::HalfLogin),
            ("smtp://ana:secret%FF@mail.example", E::LoginEncoding),
            ("smtp://ana:secret@почта.example", E::Host),
            ("smtp://ana:secret@mail.example/a%0D%0AQUIT", E::HelloName),
        ] {
            let error = parse(url).err();
            assert_eq!(error, Some(expected), "{url}");
            let said = format!("{expected} {expected:?}");
            assert!(!said.contains("secret") && !said.contains("ana"), "{said}");
        }
    }

    #[test]
    fn senders() {
        let sender = |from| {
            Settings::parse("smtp://mail.example", from, &[])
                .map(|settings| settings.from.to_string())
        };
        assert_eq!(sender("usher@example.com").unwrap(), "usher@example.com");
        assert_eq!(
            sender("Usher <usher@localhost>").unwrap(),
            "Usher <usher@localhost>"
        );
        assert_eq!(
            sender("Acme Гид <usher@example.com>").unwrap(),
            "Acme Гид <usher@example.com>"
        );
        for bad in [
            "",
            "Usher",
            "Usher <usher@>",
            "usher@почта.рф",
            "Usher\r\nBcc: a@b.example <usher@example.com>",
        ] {
            assert_eq!(sender(bad).err(), Some(SmtpSettingsError::From), "{bad:?}");
        }
    }
}
