//! A mail server on loopback for thousands of messages: speaks SMTP, does to each recipient what it is told, and
//! remembers what it took. Bounded in connections and in the size of a message.

use std::{
    future::pending,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};

/// More than any test opens at once.
const CONNECTIONS: usize = 256;
/// Bytes of one message.
const LARGEST: usize = 1 << 20;

/// Where in the talk a recipient stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// RCPT TO was said.
    Recipient,
    /// The first line of the message has come.
    Content,
    /// The message is whole.
    End,
}

/// What the server does instead of saying yes.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// A reply of one line.
    Say(&'static str),
    /// The same, and the connection is closed, as 421 announces.
    SayAndClose(&'static str),
    /// Nothing, for ever.
    Hang,
    Close,
}

type Script = dyn Fn(At, &str) -> Option<Act> + Send + Sync;

/// A message that the server has taken responsibility for.
#[derive(Clone, Debug)]
pub struct Taken {
    pub to: String,
    pub message_id: String,
    /// Everything, header and body; empty where nothing is kept.
    pub raw: String,
}

/// What was seen so far.
#[derive(Default)]
pub struct Log {
    pub taken: Vec<Taken>,
    /// Recipients that were named, and when, whatever became of them.
    pub tries: Vec<(String, Instant)>,
    pub open: usize,
    pub most_open: usize,
}

#[derive(Clone)]
pub struct Sink {
    pub port: u16,
    log: Arc<Mutex<Log>>,
    how: Arc<How>,
}

/// How it goes about it.
struct How {
    script: Box<Script>,
    /// Before each reply.
    delay: Duration,
    /// Whether messages are kept, or only counted.
    keeps: bool,
    places: Arc<Semaphore>,
}

impl Sink {
    /// Takes everything, each reply after `delay`, and remembers who got something.
    #[allow(dead_code, reason = "for the bench, which shares this file")]
    pub async fn plain(delay: Duration) -> Self {
        Self::start(delay, false, |_, _| None).await
    }

    /// Takes what `script` has nothing to say about, and keeps it.
    pub async fn scripted(
        delay: Duration,
        script: impl Fn(At, &str) -> Option<Act> + Send + Sync + 'static,
    ) -> Self {
        Self::start(delay, true, script).await
    }

    async fn start(
        delay: Duration,
        keeps: bool,
        script: impl Fn(At, &str) -> Option<Act> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self {
            port: listener.local_addr().unwrap().port(),
            log: Arc::default(),
            how: Arc::new(How {
                script: Box::new(script),
                delay,
                keeps,
                places: Arc::new(Semaphore::new(CONNECTIONS)),
            }),
        };
        let running = sink.clone();
        tokio::spawn(async move {
            loop {
                let place = Arc::clone(&running.how.places).acquire_owned().await;
                let Ok((tcp, _)) = listener.accept().await else {
                    return;
                };
                let running = running.clone();
                tokio::spawn(async move {
                    running.look(|log| {
                        log.open += 1;
                        log.most_open = log.most_open.max(log.open);
                    });
                    let _ = running.serve(tcp).await;
                    running.look(|log| log.open -= 1);
                    drop(place);
                });
            }
        });
        sink
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub fn look<T>(&self, at: impl FnOnce(&mut Log) -> T) -> T {
        at(&mut self.log.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn serve(&self, tcp: TcpStream) -> Option<()> {
        tcp.set_nodelay(true).ok()?;
        let mut talk = Talk {
            stream: BufReader::with_capacity(32 << 10, tcp),
            delay: self.how.delay,
        };
        let mut recipient = String::new();
        let mut line = String::new();
        talk.say("220 sink").await?;
        loop {
            talk.read(&mut line).await?;
            let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => talk.say("250-sink\r\n250 8BITMIME").await?,
                "RCPT" => {
                    recipient.clear();
                    recipient.push_str(address(&line));
                    if self.how.keeps {
                        self.look(|log| log.tries.push((recipient.clone(), Instant::now())));
                    }
                    let act = (self.how.script)(At::Recipient, &recipient);
                    talk.act(act, "250 ok").await?;
                }
                "DATA" => {
                    talk.say("354 go ahead").await?;
                    self.message(&mut talk, &recipient).await?;
                }
                "QUIT" => return talk.say("221 bye").await,
                _ => talk.say("250 ok").await?,
            }
        }
    }

    async fn message(&self, talk: &mut Talk, recipient: &str) -> Option<()> {
        let mut message_id = String::new();
        let mut raw = String::new();
        let mut line = String::new();
        let mut size = 0;
        loop {
            talk.read(&mut line).await?;
            if size == 0
                && let Some(act) = (self.how.script)(At::Content, recipient)
            {
                talk.act(Some(act), "").await?;
            }
            size += line.len();
            if line == ".\r\n" {
                break;
            }
            if size > LARGEST {
                return None;
            }
            if message_id.is_empty()
                && let Some(id) = line.strip_prefix("Message-ID: ")
            {
                message_id.push_str(id.trim());
            }
            if self.how.keeps {
                raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            }
        }
        let act = (self.how.script)(At::End, recipient);
        // Written down before it is said: whoever hears the reply finds the message here.
        if act.is_none() {
            let to = recipient.to_owned();
            let taken = Taken {
                to,
                message_id,
                raw,
            };
            self.look(|log| log.taken.push(taken));
        }
        talk.act(act, "250 2.0.0 taken").await
    }
}

struct Talk {
    stream: BufReader<TcpStream>,
    delay: Duration,
}

impl Talk {
    async fn read(&mut self, line: &mut String) -> Option<()> {
        line.clear();
        let read = self.stream.read_line(line).await.ok()?;
        (read > 0).then_some(())
    }

    async fn say(&mut self, words: &str) -> Option<()> {
        if !self.delay.is_zero() {
            sleep(self.delay).await;
        }
        let line = format!("{words}\r\n");
        self.stream.write_all(line.as_bytes()).await.ok()
    }

    /// `None` if the connection is over.
    async fn act(&mut self, act: Option<Act>, otherwise: &str) -> Option<()> {
        match act {
            None => self.say(otherwise).await,
            Some(Act::Say(words)) => self.say(words).await,
            Some(Act::SayAndClose(words)) => {
                self.say(words).await?;
                None
            }
            Some(Act::Hang) => pending().await,
            Some(Act::Close) => None,
        }
    }
}

/// What stands between the angle brackets.
fn address(line: &str) -> &str {
    let inner = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or("", |(address, _)| address)
}
