//! Asking a gateway over HTTP.

use std::{error::Error, sync::Arc, time::Duration};

use domain::ports::{Answer, SendError};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client as HyperClient, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use tokio::{sync::Semaphore, time::timeout};
use tokio_rustls::rustls::crypto::ring;

/// How long a connection may lie idle.
const IDLE: Duration = Duration::from_mins(1);
/// The most bytes of an answer that are read.
const LARGEST_ANSWER: usize = 64 << 10;

/// What the gateway answered.
pub struct Reply {
    pub status: StatusCode,
    pub body: Vec<u8>,
}

/// Connections to one gateway, a bounded number at once, used again. Redirects are not followed.
pub struct Client {
    http: HyperClient<HttpsConnector<HttpConnector>, Full<Bytes>>,
    timeout: Duration,
    permits: Arc<Semaphore>,
}

impl Client {
    /// `timeout` bounds one question as a whole.
    ///
    /// # Errors
    /// That there is no TLS.
    pub fn new(timeout: Duration, connections: usize) -> Result<Self, tokio_rustls::rustls::Error> {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(timeout / 2));
        // The provider is named, because rustls refuses to choose when another crate brings a second one.
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let http = HyperClient::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(connections)
            .build(connector);
        Ok(Self {
            http,
            timeout,
            permits: Arc::new(Semaphore::new(connections)),
        })
    }

    /// # Errors
    /// `Temporary` where no answer came in time.
    pub async fn ask(&self, request: Request<Full<Bytes>>) -> Result<Reply, SendError> {
        let asked = async {
            let _permit = self
                .permits
                .acquire()
                .await
                .map_err(|_| unreached("closed"))?;
            let response = self
                .http
                .request(request)
                .await
                .map_err(|error| unreached(&innermost(&error)))?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, LARGEST_ANSWER)
                .collect()
                .await
                .map_err(|error| unreached(&innermost(error.as_ref())))?;
            Ok(Reply {
                status: parts.status,
                body: body.to_bytes().to_vec(),
            })
        };
        timeout(self.timeout, asked).await.unwrap_or_else(|_| {
            Err(temporary(
                None,
                format!(
                    "no answer of the SMS gateway within {} s",
                    self.timeout.as_secs_f32()
                ),
            ))
        })
    }
}

/// The last cause says what happened; none of them holds an address or a token.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

fn unreached(why: &str) -> SendError {
    temporary(None, format!("the SMS gateway cannot be reached: {why}"))
}

pub fn temporary(code: Option<u16>, words: String) -> SendError {
    SendError::Temporary(Answer { code, words })
}

pub fn permanent(code: Option<u16>, words: String) -> SendError {
    SendError::Permanent(Answer { code, words })
}

/// A text of someone else's, as it is kept: on one line, and not long.
pub fn in_short(words: &str) -> String {
    const LONGEST: usize = 300;
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: String = words.chars().filter(|c| !c.is_control()).collect();
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}
