//! An SMTP server that does what a test tells it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the server does at one point of the talk.
pub enum Act {
    /// One reply; lines of a longer one are parted by `\n`.
    Say(&'static str),
    SayAndClose(&'static str),
    /// Nothing, for ever.
    Hang,
    Close,
    Wait(Duration, &'static str),
}

/// Decides what to do; gets the number of the connection (from 1) and the command. Not commands are `CONNECT` (the
/// client came), `CONTENT` (the first line after DATA was read) and `.` (the message is complete).
type Script = dyn Fn(usize, &str) -> Option<Act> + Send + Sync;

/// What the server saw.
#[derive(Default)]
pub struct Seen {
    pub connections: usize,
    pub open: usize,
    pub most_open: usize,
    /// All commands of all connections, each with its connection's number.
    pub commands: Vec<(usize, String)>,
    /// Complete messages, without the dots of transparency.
    pub messages: Vec<String>,
}

#[derive(Clone)]
pub struct Server {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
}

/// Encryption of the scripted server.
#[derive(Clone)]
pub enum Tls {
    None,
    Start(TlsAcceptor),
    Implicit(TlsAcceptor),
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Server {
    /// Answers politely where `script` has nothing to say.
    pub async fn start(
        script: impl Fn(usize, &str) -> Option<Act> + Send + Sync + 'static,
    ) -> Self {
        Self::start_with(Tls::None, script).await
    }

    pub async fn start_with(
        tls: Tls,
        script: impl Fn(usize, &str) -> Option<Act> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            seen: Arc::default(),
        };
        let (running, script) = (server.clone(), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let number = running.look(|seen| {
                    seen.connections += 1;
                    seen.open += 1;
                    seen.most_open = seen.most_open.max(seen.open);
                    seen.connections
                });
                let (running, script, tls) = (running.clone(), Arc::clone(&script), tls.clone());
                tokio::spawn(async move {
                    running.serve(number, tcp, tls, &*script).await;
                    running.look(|seen| seen.open -= 1);
                });
            }
        });
        server
    }

    pub fn look<T>(&self, at: impl FnOnce(&mut Seen) -> T) -> T {
        at(&mut self.seen.lock().unwrap())
    }

    /// The commands of one connection.
    pub fn commands(&self, connection: usize) -> Vec<String> {
        self.look(|seen| {
            seen.commands
                .iter()
                .filter(|(number, _)| *number == connection)
                .map(|(_, said)| said.clone())
                .collect()
        })
    }

    /// Waits until something is true of what was seen.
    pub async fn until(&self, mut holds: impl FnMut(&Seen) -> bool) {
        for _ in 0..500 {
            if self.look(|seen| holds(seen)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("not within 5 s");
    }

    async fn serve(&self, number: usize, tcp: TcpStream, tls: Tls, script: &Script) -> Option<()> {
        let mut starttls = None;
        let transport: Box<dyn Stream> = match tls {
            Tls::Implicit(acceptor) => Box::new(acceptor.accept(tcp).await.ok()?),
            Tls::Start(acceptor) => {
                starttls = Some(acceptor);
                Box::new(tcp)
            }
            Tls::None => Box::new(tcp),
        };
        let mut stream = BufReader::new(transport);
        let decide =
            |command: &str, otherwise| script(number, command).unwrap_or(Act::Say(otherwise));
        act(&mut stream, decide("CONNECT", "220 scripted")).await?;
        loop {
            let command = line(&mut stream).await?;
            self.look(|seen| seen.commands.push((number, command.clone())));
            let verb = command
                .split([' ', ':'])
                .next()
                .unwrap_or_default()
                .to_uppercase();
            match verb.as_str() {
                "EHLO" if starttls.is_some() => {
                    act(
                        &mut stream,
                        decide(&command, "250-scripted\n250-8BITMIME\n250 STARTTLS"),
                    )
                    .await?;
                }
                "EHLO" => {
                    let offers = "250-scripted\n250 AUTH PLAIN LOGIN";
                    act(&mut stream, decide(&command, offers)).await?;
                }
                "STARTTLS" => {
                    act(&mut stream, decide(&command, "220 go ahead")).await?;
                    let encrypted = starttls.take()?.accept(stream.into_inner()).await.ok()?;
                    stream = BufReader::new(Box::new(encrypted));
                }
                "AUTH" => act(&mut stream, decide(&command, "235 welcome")).await?,
                "DATA" => {
                    let go_ahead = decide(&command, "354 go ahead");
                    let goes_ahead = matches!(&go_ahead, Act::Say(said) if said.starts_with('3'));
                    act(&mut stream, go_ahead).await?;
                    if goes_ahead {
                        self.content(number, &mut stream, script).await?;
                    }
                }
                "QUIT" => {
                    act(&mut stream, decide(&command, "221 bye")).await?;
                    return None;
                }
                _ => act(&mut stream, decide(&command, "250 ok")).await?,
            }
        }
    }

    async fn content(
        &self,
        number: usize,
        stream: &mut BufReader<Box<dyn Stream>>,
        script: &Script,
    ) -> Option<()> {
        let mut message = String::new();
        loop {
            let line = line(stream).await?;
            if message.is_empty()
                && let Some(doing) = script(number, "CONTENT")
            {
                act(stream, doing).await?;
            }
            if line == "." {
                break;
            }
            message.push_str(line.strip_prefix('.').unwrap_or(&line));
            message.push_str("\r\n");
        }
        self.look(|seen| seen.messages.push(message));
        act(
            stream,
            script(number, ".").unwrap_or(Act::Say("250 2.0.0 taken as 4711")),
        )
        .await
    }
}

async fn line(stream: &mut BufReader<Box<dyn Stream>>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

/// None if the connection is over.
async fn act(stream: &mut BufReader<Box<dyn Stream>>, act: Act) -> Option<()> {
    let (said, over) = match act {
        Act::Say(said) => (said, false),
        Act::SayAndClose(said) => (said, true),
        Act::Wait(time, said) => {
            tokio::time::sleep(time).await;
            (said, false)
        }
        Act::Close => return None,
        Act::Hang => std::future::pending().await,
    };
    let lines = format!("{}\r\n", said.replace('\n', "\r\n"));
    stream.write_all(lines.as_bytes()).await.ok()?;
    stream.flush().await.ok()?;
    (!over).then_some(())
}
