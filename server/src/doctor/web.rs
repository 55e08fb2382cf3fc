//! Whether the public address leads to this installation.

use std::{error::Error, time::Duration};

use async_trait::async_trait;
use http::Request;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tokio::time::timeout;
use types::doctor::Finding;
use url::{Host, Url};

/// How long the answer may take.
const WITHIN: Duration = Duration::from_secs(5);
/// Bytes of the answer that are read.
const LONGEST: usize = 1024;

/// Asks for a page.
#[async_trait]
pub trait Web: Send + Sync {
    /// Status and beginning of the answer to GET, without following redirects.
    ///
    /// # Errors
    /// Why there was no answer, in words.
    async fn get(&self, url: &Url) -> Result<(u16, String), String>;
}

/// The web as this machine sees it. Certificates are those of the public authorities.
pub struct PublicWeb;

#[async_trait]
impl Web for PublicWeb {
    async fn get(&self, url: &Url) -> Result<(u16, String), String> {
        let request = Request::get(url.as_str())
            .body(Empty::<Bytes>::new())
            .map_err(|error| error.to_string())?;
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(tokio_rustls::rustls::crypto::ring::default_provider())
            .map_err(|error| error.to_string())?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        let answer = async {
            let answer = client
                .request(request)
                .await
                .map_err(|error| root(&error))?;
            let status = answer.status().as_u16();
            // More than that is not ours anyway.
            let body = Limited::new(answer.into_body(), LONGEST).collect().await;
            let body = body
                .map(http_body_util::Collected::to_bytes)
                .unwrap_or_default();
            Ok((status, String::from_utf8_lossy(&body).into_owned()))
        };
        match timeout(WITHIN, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", WITHIN.as_secs())),
        }
    }
}

/// The words of the innermost cause; those around it say little more than "client error".
fn root(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

pub async fn examine(web: &dyn Web, public_url: &Url) -> Finding {
    let base = public_url.as_str().trim_end_matches('/');
    let url = base.to_owned();
    let Ok(probe) = format!("{base}/healthz").parse() else {
        return Finding::PublicUrlOther { url, status: 0 };
    };
    match web.get(&probe).await {
        Err(words) => Finding::PublicUrlSilent { url, words },
        Ok((200, body)) if body.trim() == "ok" => {
            if is_only_here(public_url) {
                Finding::PublicUrlOnlyHere { url }
            } else if public_url.scheme() == "https" {
                Finding::PublicUrl { url }
            } else {
                Finding::PublicUrlNotHttps { url }
            }
        }
        Ok((status, _)) => Finding::PublicUrlOther { url, status },
    }
}

fn is_only_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Answers(Result<(u16, &'static str), &'static str>);

    #[async_trait]
    impl Web for Answers {
        async fn get(&self, url: &Url) -> Result<(u16, String), String> {
            assert!(url.path().ends_with("/healthz"), "{url}");
            self.0
                .map(|(status, body)| (status, body.to_owned()))
                .map_err(ToOwned::to_owned)
        }
    }

    async fn found(url: &str, answers: Result<(u16, &'static str), &'static str>) -> Finding {
        examine(&Answers(answers), &url.parse().unwrap()).await
    }

    #[tokio::test]
    async fn the_public_address() {
        let url = || "https://usher.acme.org".to_owned();
        let ok = Ok((200, "ok"));
        assert_eq!(found(&url(), ok).await, Finding::PublicUrl { url: url() });
        assert_eq!(
            found("http://usher.acme.org/", ok).await,
            Finding::PublicUrlNotHttps {
                url: "http://usher.acme.org".to_owned()
            }
        );
        assert_eq!(
            found("http://127.0.0.1:3000", ok).await,
            Finding::PublicUrlOnlyHere {
                url: "http://127.0.0.1:3000".to_owned()
            }
        );
        for other in [(200, "<html>"), (404, "ok"), (301, "")] {
            let status = other.0;
            assert_eq!(
                found(&url(), Ok(other)).await,
                Finding::PublicUrlOther { url: url(), status }
            );
        }
        assert_eq!(
            found(&url(), Err("Connection refused")).await,
            Finding::PublicUrlSilent {
                url: url(),
                words: "Connection refused".to_owned()
            }
        );
    }
}
