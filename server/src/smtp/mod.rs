//! E-mail over SMTP: the `Mailer` behind `smtp://` and `smtps://`.
//!
//! lettre speaks the protocol; what is ours is how long it may take, how many connections there are, which of them is
//! used again, and what an answer means for the courier. lettre's own pool is not used: it opens its sockets without
//! `TCP_NODELAY` (40 ms more a mail, as header and body leave apart) and caps only the idle connections.

mod connection;
mod examine;
mod failure;
mod message;
mod pool;
mod settings;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::ports::{Answer, Mailer, OutgoingEmail, SendError};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};

use connection::Connection;
pub use examine::Patient;
use failure::{Failure, unavailable};
use message::Composed;
use pool::Pool;
use settings::Settings;
pub use settings::SmtpSettingsError;

/// How long a connection may lie idle; shorter than the 5 minutes that servers usually wait.
const IDLE: Duration = Duration::from_mins(1);
/// How many messages go over one connection; Postfix and others end a session after about so many.
const MESSAGES: u32 = 100;
/// How long we wait for a server's answer to a farewell, which changes nothing any more.
const FAREWELL: Duration = Duration::from_secs(2);

/// Hands e-mail to one SMTP server over a bounded number of connections that are used again.
pub struct SmtpMailer {
    settings: Settings,
    timeout: Duration,
    messages: u32,
    pool: Arc<Pool>,
}

impl SmtpMailer {
    /// `url` is `smtp://user:password@host:port`, with `?tls=required` or `?tls=opportunistic` for STARTTLS, or
    /// `smtps://…`; user and password are percent-encoded and may be absent. The port is by default 25, with STARTTLS
    /// 587, with `smtps` 465; a path is the name for EHLO. `from` is `Name <address>`. `timeout` bounds one send as a
    /// whole, `connections` (at least 1) how many run at once.
    ///
    /// # Errors
    /// Says which part of the settings is wrong; never repeats it, as it may be the password.
    pub fn new(
        url: &str,
        from: &str,
        timeout: Duration,
        connections: usize,
    ) -> Result<Self, SmtpSettingsError> {
        Self::trusting(url, from, timeout, connections, &[])
    }

    /// As `new`; also trusts servers whose certificate one of `roots` (DER) signed, beside the public authorities.
    ///
    /// # Errors
    /// As `new`, or that a root certificate cannot be read.
    pub fn trusting(
        url: &str,
        from: &str,
        timeout: Duration,
        connections: usize,
        roots: &[Vec<u8>],
    ) -> Result<Self, SmtpSettingsError> {
        let settings = Settings::parse(url, from, roots)?;
        Ok(Self {
            settings,
            timeout,
            messages: MESSAGES,
            pool: Arc::new(Pool::new(connections, IDLE)),
        })
    }

    /// Changes how long a connection may lie idle and how many messages it carries at most.
    #[must_use]
    pub fn keeping(mut self, idle: Duration, messages: u32) -> Self {
        self.pool = Arc::new(Pool::new(self.pool.bound(), idle));
        self.messages = messages;
        self
    }

    /// Sends over an idle connection if there is one, else over a new one.
    async fn transact(
        &self,
        message: &Composed,
        deadline: Instant,
    ) -> Result<(Connection, Result<Answer, Failure>), SendError> {
        if let Some(mut idle) = self.pool.take() {
            let said = self.deliver(&mut idle, message, deadline).await?;
            // The server may have closed it in the meantime, which shows only now. It has heard nothing of this
            // message, so a second try cannot send it twice.
            if !matches!(&said, Err(failure) if failure.was_dead()) {
                return Ok((idle, said));
            }
        }
        let connected = timeout_at(deadline, self.settings.connect(self.timeout)).await;
        let mut fresh = connected.map_err(|_| unavailable(self.no_answer()))??;
        let said = self.deliver(&mut fresh, message, deadline).await?;
        Ok((fresh, said))
    }

    /// The error is that the time was over, after which the connection is good for nothing.
    async fn deliver(
        &self,
        connection: &mut Connection,
        message: &Composed,
        deadline: Instant,
    ) -> Result<Result<Answer, Failure>, SendError> {
        if let Ok(said) = timeout_at(deadline, connection.deliver(message)).await {
            return Ok(said);
        }
        let words = self.no_answer();
        Err(if connection.has_named() {
            SendError::Temporary(Answer { code: None, words })
        } else {
            unavailable(words)
        })
    }

    fn no_answer(&self) -> String {
        format!("no answer within {} s", self.timeout.as_secs_f32())
    }

    /// Keeps the connection for the next message, if it is still good for one. What has to be said to the server first
    /// is said after the caller has got its answer; the permit is held meanwhile, so that the bound holds.
    fn put_back(
        &self,
        mut connection: Connection,
        said: &Result<Answer, Failure>,
        permit: OwnedSemaphorePermit,
    ) {
        let worn_out = connection.delivered() >= self.messages;
        match said {
            Ok(_) if !worn_out => self.pool.put(connection),
            Ok(_) => {
                tokio::spawn(async move {
                    connection.quit(FAREWELL).await;
                    drop(permit);
                });
            }
            Err(failure) if failure.is_orderly() && !worn_out => {
                let pool = Arc::clone(&self.pool);
                tokio::spawn(async move {
                    if connection.reset(FAREWELL).await {
                        pool.put(connection);
                    }
                    drop(permit);
                });
            }
            // Nobody knows what the server would take the next words for.
            Err(_) => drop(connection),
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, email: &OutgoingEmail) -> Result<Answer, SendError> {
        let message = message::compose(&self.settings.host, self.settings.from(), email)?;
        let deadline = Instant::now() + self.timeout;
        let Ok(Some(permit)) = timeout_at(deadline, self.pool.permit()).await else {
            return Err(unavailable(format!(
                "all connections to the mail server were busy for {} s",
                self.timeout.as_secs_f32()
            )));
        };
        let (connection, said) = self.transact(&message, deadline).await?;
        self.put_back(connection, &said, permit);
        said.map_err(|failure| failure.error)
    }
}
