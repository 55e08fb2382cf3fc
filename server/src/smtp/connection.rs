//! One connection: opening it, and handing one message over.

use std::net::IpAddr;
use std::time::Duration;

use domain::ports::{Answer, SendError};
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension};
use lettre::transport::smtp::response::Response;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::failure::{Failure, Step, one_line, unavailable};
use super::message::Composed;
use super::settings::Settings;
use super::tls::{Security, TlsTransport};

/// A connection to the mail server, signed in if it has to be.
pub struct Connection {
    smtp: AsyncSmtpConnection,
    delivered: u32,
    has_named: bool,
}

/// How far opening a connection got, and what was seen on the way.
#[derive(Default)]
pub struct Opening {
    pub reached: Reached,
    pub offers_encryption: bool,
    pub encrypted: bool,
    /// What the server showed, as DER.
    pub certificate: Option<Vec<u8>>,
}

/// What was being done when opening a connection ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    #[default]
    Dialing,
    Encrypting,
    Greeting,
    SigningIn,
    Open,
}

impl Connection {
    /// Whatever goes wrong here says nothing about a recipient, so it is never permanent.
    pub async fn open(settings: &Settings, time: Duration) -> Result<Self, SendError> {
        Self::open_watched(settings, time, &mut Opening::default()).await
    }

    /// The same, and `opening` says afterwards how far it got.
    pub async fn open_watched(
        settings: &Settings,
        time: Duration,
        opening: &mut Opening,
    ) -> Result<Self, SendError> {
        let tcp = dial(&settings.host, settings.port, time).await?;
        let hello = settings
            .hello
            .clone()
            .unwrap_or_else(|| address_literal(&tcp));
        let transport: Box<dyn AsyncTokioStream> = match &settings.security {
            Security::Implicit(connector, name) => {
                opening.reached = Reached::Encrypting;
                match connector.connect(name.clone(), tcp).await {
                    Ok(stream) => {
                        let transport = TlsTransport(stream);
                        opening.encrypted = true;
                        opening.certificate = transport.certificate();
                        Box::new(transport)
                    }
                    Err(cause) => {
                        return Err(unavailable(format!("no encrypted connection: {cause}")));
                    }
                }
            }
            _ => Box::new(tcp),
        };
        opening.reached = Reached::Greeting;
        let mut smtp = AsyncSmtpConnection::connect_with_transport(transport, &hello)
            .await
            .map_err(|cause| Failure::new(Step::Greeting, &cause).error)?;
        opening.offers_encryption = smtp.can_starttls();
        opening.reached = Reached::Encrypting;
        match &settings.security {
            Security::Required(tls) => starttls(&mut smtp, tls, &hello).await?,
            Security::Opportunistic(tls) if smtp.can_starttls() => {
                starttls(&mut smtp, tls, &hello).await?;
            }
            _ => {}
        }
        if smtp.is_encrypted() {
            opening.encrypted = true;
            opening.certificate = smtp.peer_certificate().ok();
        }
        opening.reached = Reached::SigningIn;
        if let Some(credentials) = &settings.credentials {
            if smtp
                .server_info()
                .get_auth_mechanism(DEFAULT_MECHANISMS)
                .is_none()
            {
                return Err(unavailable(
                    "the mail server offers no sign-in by PLAIN or LOGIN".to_owned(),
                ));
            }
            smtp.auth(DEFAULT_MECHANISMS, credentials)
                .await
                .map_err(|cause| Failure::new(Step::SignIn, &cause).error)?;
        }
        opening.reached = Reached::Open;
        Ok(Self {
            smtp,
            delivered: 0,
            has_named: false,
        })
    }

    /// How many messages went over this connection.
    pub fn delivered(&self) -> u32 {
        self.delivered
    }

    /// Whether the recipient of the last message was named to the server.
    pub fn has_named(&self) -> bool {
        self.has_named
    }

    /// Hands one message over. Command by command instead of lettre's `send`, which says QUIT after every refusal and
    /// doesn't tell how far it got.
    pub async fn deliver(&mut self, message: &Composed) -> Result<Answer, Failure> {
        let smtp = &mut self.smtp;
        self.has_named = false;
        smtp.command(Mail::new(Some(message.from.clone()), Vec::new()))
            .await
            .map_err(|cause| Failure::new(Step::Sender, &cause))?;
        self.has_named = true;
        smtp.command(Rcpt::new(message.to.clone(), Vec::new()))
            .await
            .map_err(|cause| Failure::new(Step::Recipient, &cause))?;
        let go_ahead = smtp
            .command(Data)
            .await
            .map_err(|cause| Failure::new(Step::Recipient, &cause))?;
        if !go_ahead.has_code(354) {
            return Err(Failure::disorderly(format!(
                "the mail server answered DATA with {}",
                go_ahead.code()
            )));
        }
        let taken = smtp
            .message(&message.raw)
            .await
            .map_err(|cause| Failure::new(Step::Content, &cause))?;
        self.delivered += 1;
        Ok(answer(&taken))
    }

    /// Makes the server forget a message that it refused; false if the connection is no longer good.
    pub async fn reset(&mut self, time: Duration) -> bool {
        matches!(timeout(time, self.smtp.command(Rset)).await, Ok(Ok(_)))
    }

    /// Takes leave, whatever the server makes of it.
    pub async fn quit(&mut self, time: Duration) {
        let _ = timeout(time, self.smtp.quit()).await;
    }
}

/// A socket without Nagle's delay, which would cost 40 ms a message.
async fn dial(host: &str, port: u16, time: Duration) -> Result<TcpStream, SendError> {
    let addresses: Vec<_> = match lookup_host((host, port)).await {
        Ok(addresses) => addresses.collect(),
        Err(cause) => {
            return Err(unavailable(format!(
                "the mail server's name {host} cannot be resolved: {cause}"
            )));
        }
    };
    let share = time / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
    let mut last = format!("the mail server's name {host} has no address");
    for address in addresses {
        let connected = match timeout(share, TcpStream::connect(address)).await {
            Ok(connected) => connected.and_then(|tcp| tcp.set_nodelay(true).map(|()| tcp)),
            Err(_) => Err(std::io::ErrorKind::TimedOut.into()),
        };
        match connected {
            Ok(tcp) => return Ok(tcp),
            Err(cause) => last = format!("no connection to {host}:{port}: {}", cause.kind()),
        }
    }
    Err(unavailable(last))
}

/// Our end of the connection, as EHLO writes it.
fn address_literal(tcp: &TcpStream) -> ClientId {
    match tcp.local_addr().map(|address| address.ip().to_canonical()) {
        Ok(IpAddr::V4(ip)) => ClientId::Ipv4(ip),
        Ok(IpAddr::V6(ip)) => ClientId::Ipv6(ip),
        Err(_) => ClientId::default(),
    }
}

async fn starttls(
    smtp: &mut AsyncSmtpConnection,
    tls: &TlsParameters,
    hello: &ClientId,
) -> Result<(), SendError> {
    if !smtp.server_info().supports_feature(Extension::StartTls) {
        return Err(unavailable(
            "the mail server does not offer STARTTLS".to_owned(),
        ));
    }
    smtp.starttls(tls.clone(), hello)
        .await
        .map_err(|cause| Failure::new(Step::Encryption, &cause).error)
}

fn answer(response: &Response) -> Answer {
    let words = response.message().collect::<Vec<_>>().join(" ");
    Answer {
        code: Some(response.code().into()),
        words: one_line(&words),
    }
}
