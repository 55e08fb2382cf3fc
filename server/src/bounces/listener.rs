//! Listens for reports, in SMTP and LMTP, as a mail server in front of it hands them over.
//!
//! It takes mail for return paths of ours and for nothing else, so it is of no use to anybody else. Everything is
//! bounded: connections, time, commands, lines, bytes.

use std::{sync::Arc, time::Duration};

use domain::{Core, bounces};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use types::ids::DeliveryId;

use super::report;

/// What a session may take; smaller in tests.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub connections: usize,
    /// For one line of the other side.
    pub line_time: Duration,
    /// For all of it.
    pub session_time: Duration,
    /// Bytes of a message: an invitation and what was added to it.
    pub message: usize,
    /// Bytes of a line: of a command, and of a message.
    pub command_line: usize,
    pub message_line: usize,
    pub commands: usize,
    /// Recipients of one message: a report has one.
    pub recipients: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 20,
            line_time: Duration::from_mins(1),
            session_time: Duration::from_mins(5),
            message: 1 << 20,
            command_line: 1_024,
            message_line: 64 << 10,
            commands: 500,
            recipients: 20,
        }
    }
}

/// Takes reports until it is told to stop, and greets by `name`; sessions under way end with their time at the latest.
pub async fn run(
    core: Arc<Core>,
    name: String,
    listener: TcpListener,
    bounds: Bounds,
    stopping: CancellationToken,
) {
    let slots = Arc::new(Semaphore::new(bounds.connections));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopping.cancelled() => return,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file handles, most likely.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else {
            tokio::spawn(turn_away(stream));
            continue;
        };
        let (core, name, stopping) = (Arc::clone(&core), name.clone(), stopping.clone());
        tokio::spawn(async move {
            let session = Session::new(&core, &name, bounds, stream).serve();
            tokio::select! {
                ended = timeout(bounds.session_time, session) => {
                    if ended.is_err() {
                        tracing::debug!("a session for reports took too long");
                    }
                }
                () = stopping.cancelled() => {}
            }
            drop(slot);
        });
    }
}

async fn turn_away(mut stream: TcpStream) {
    let said = stream.write_all(b"421 4.3.2 Too many connections, come back later\r\n");
    let _ = timeout(Duration::from_secs(1), said).await;
}

/// Why a session is over.
struct Over;

/// What came before the end of a line.
enum Line {
    /// Without its end; `strict`: it ended in CR and LF.
    Whole {
        text: Vec<u8>,
        strict: bool,
    },
    TooLong,
}

/// One talk with a mail server.
struct Session<'a, S> {
    core: &'a Core,
    /// Of this server, as it greets.
    name: &'a str,
    bounds: Bounds,
    stream: BufReader<S>,
    /// Each recipient gets an answer of its own at the end (RFC 2033).
    is_lmtp: bool,
    greeted: bool,
    has_sender: bool,
    recipients: Vec<DeliveryId>,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Session<'a, S> {
    fn new(core: &'a Core, name: &'a str, bounds: Bounds, stream: S) -> Self {
        Self {
            core,
            name,
            bounds,
            stream: BufReader::new(stream),
            is_lmtp: false,
            greeted: false,
            has_sender: false,
            recipients: Vec::new(),
        }
    }

    /// Until the other side goes, or has said too much.
    async fn serve(mut self) {
        let _ = self.talk().await;
        let _ = self.stream.get_mut().shutdown().await;
    }

    async fn talk(&mut self) -> Result<(), Over> {
        let name = self.name;
        self.say(&format!("220 {name} Usher takes reports of delivery"))
            .await?;
        for _ in 0..self.bounds.commands {
            let text = match self.line(self.bounds.command_line).await? {
                Line::Whole { text, .. } => text,
                Line::TooLong => {
                    self.say("500 5.5.2 Line too long").await?;
                    continue;
                }
            };
            let text = String::from_utf8_lossy(&text).trim().to_owned();
            let (verb, rest) = match text.split_once(' ') {
                Some((verb, rest)) => (verb, rest.trim()),
                None => (text.as_str(), ""),
            };
            match verb.to_ascii_uppercase().as_str() {
                "HELO" => {
                    self.greet(false);
                    self.say(&format!("250 {name}")).await?;
                }
                verb @ ("EHLO" | "LHLO") => {
                    self.greet(verb == "LHLO");
                    let size = self.bounds.message;
                    self.say(&format!(
                        "250-{name}\r\n250-SIZE {size}\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES"
                    ))
                    .await?;
                }
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.rcpt(rest).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.forget();
                    self.say("250 2.0.0 OK").await?;
                }
                "NOOP" => self.say("250 2.0.0 OK").await?,
                "VRFY" => self.say("252 2.5.0 Try and see").await?,
                "QUIT" => {
                    self.say("221 2.0.0 Goodbye").await?;
                    return Ok(());
                }
                _ => self.say("500 5.5.1 No such command here").await?,
            }
        }
        self.say("421 4.7.0 Too many commands").await
    }

    fn greet(&mut self, is_lmtp: bool) {
        self.greeted = true;
        self.is_lmtp = is_lmtp;
        self.forget();
    }

    fn forget(&mut self) {
        self.has_sender = false;
        self.recipients.clear();
    }

    async fn mail(&mut self, rest: &str) -> Result<(), Over> {
        let Some((_, parameters)) = address(rest, "FROM:") else {
            return self.say("501 5.5.4 Write MAIL FROM:<address>").await;
        };
        if !self.greeted {
            return self.say("503 5.5.1 Greet first").await;
        }
        let announced = parameters
            .split_whitespace()
            .filter_map(|parameter| {
                parameter
                    .to_ascii_uppercase()
                    .strip_prefix("SIZE=")?
                    .parse()
                    .ok()
            })
            .max()
            .unwrap_or(0_usize);
        if announced > self.bounds.message {
            return self.say("552 5.3.4 Too large for a report").await;
        }
        self.forget();
        self.has_sender = true;
        self.say("250 2.1.0 OK").await
    }

    async fn rcpt(&mut self, rest: &str) -> Result<(), Over> {
        let Some((address, _)) = address(rest, "TO:") else {
            return self.say("501 5.5.4 Write RCPT TO:<address>").await;
        };
        if !self.has_sender {
            return self.say("503 5.5.1 MAIL first").await;
        }
        if self.recipients.len() == self.bounds.recipients {
            return self.say("452 4.5.3 Too many recipients").await;
        }
        let Some(delivery) = bounces::delivery_of(self.core, address) else {
            return self.say("550 5.1.1 Nobody here").await;
        };
        self.recipients.push(delivery);
        self.say("250 2.1.5 OK").await
    }

    async fn data(&mut self) -> Result<(), Over> {
        if self.recipients.is_empty() {
            return self.say("503 5.5.1 RCPT first").await;
        }
        self.say("354 Go on, end with a dot on a line of its own")
            .await?;
        let message = self.message().await?;
        let answers = if self.is_lmtp {
            self.recipients.len()
        } else {
            1
        };
        let answer = match message {
            Some(message) => self.take(&message).await,
            None => "552 5.3.4 Too large for a report",
        };
        self.forget();
        for _ in 0..answers {
            self.say(answer).await?;
        }
        Ok(())
    }

    /// `None` where it was too large; it is read to its end all the same, within four times the bound.
    async fn message(&mut self) -> Result<Option<Vec<u8>>, Over> {
        let mut message = Vec::new();
        let mut read = 0;
        loop {
            let line = self.line(self.bounds.message_line).await?;
            match line {
                // Only a whole line ends it: a lone LF in front of the dot is somebody's trick.
                Line::Whole { text, strict: true } if text == b"." => {
                    return Ok((read <= self.bounds.message).then_some(message));
                }
                Line::Whole { text, .. } => {
                    read += text.len() + 2;
                    let text = text.strip_prefix(b".").unwrap_or(&text);
                    if read <= self.bounds.message {
                        message.extend_from_slice(text);
                        message.extend_from_slice(b"\r\n");
                    }
                }
                Line::TooLong => read = read.max(self.bounds.message) + self.bounds.message_line,
            }
            if read > 4 * self.bounds.message {
                self.say("552 5.3.4 Too large for a report").await?;
                return Err(Over);
            }
        }
    }

    /// What is said when the message is over: what we have taken is in the database by then.
    async fn take(&self, message: &[u8]) -> &'static str {
        let told: Vec<_> = self
            .recipients
            .iter()
            .filter_map(|delivery| report::bounce(message, *delivery))
            .collect();
        if told.is_empty() {
            // An absence note, a report of a delay: nobody waits for it.
            tracing::debug!("a message to a return path tells of no bounce");
            return "250 2.0.0 OK";
        }
        match bounces::record(self.core, &told).await {
            Ok(()) => "250 2.0.0 OK",
            Err(fault) => {
                tracing::error!(%fault, "a bounce could not be recorded");
                "451 4.3.0 Not now, try again later"
            }
        }
    }

    async fn say(&mut self, text: &str) -> Result<(), Over> {
        let line = format!("{text}\r\n");
        let stream = self.stream.get_mut();
        let said = async {
            stream.write_all(line.as_bytes()).await?;
            stream.flush().await
        };
        match timeout(self.bounds.line_time, said).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Over),
        }
    }

    /// The next line; of one that is too long, the rest is passed over.
    async fn line(&mut self, longest: usize) -> Result<Line, Over> {
        if let Ok(line) = timeout(self.bounds.line_time, self.read_line(longest)).await {
            return line;
        }
        self.say("421 4.4.2 Nothing was said for too long").await?;
        Err(Over)
    }

    async fn read_line(&mut self, longest: usize) -> Result<Line, Over> {
        let mut text = Vec::new();
        let mut too_long = false;
        loop {
            let buffer = self.stream.fill_buf().await.map_err(|_| Over)?;
            if buffer.is_empty() {
                return Err(Over);
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let (piece, used) = match end {
                Some(end) => (&buffer[..end], end + 1),
                None => (buffer, buffer.len()),
            };
            if text.len() + piece.len() > longest {
                too_long = true;
                text.clear();
            }
            if !too_long {
                text.extend_from_slice(piece);
            }
            self.stream.consume(used);
            if end.is_some() {
                if too_long {
                    return Ok(Line::TooLong);
                }
                let strict = text.last() == Some(&b'\r');
                if strict {
                    text.pop();
                }
                return Ok(Line::Whole { text, strict });
            }
        }
    }
}

/// The address in `FROM:<…>` or `TO:<…>`, and the parameters behind it.
fn address<'a>(text: &'a str, label: &str) -> Option<(&'a str, &'a str)> {
    let (found, rest) = text.split_at_checked(label.len())?;
    if !found.eq_ignore_ascii_case(label) {
        return None;
    }
    rest.trim_start().strip_prefix('<')?.split_once('>')
}
