//! Logs: one line an event, without tokens, passwords or addresses of people.
//!
//! Of a request the log has its method, the pattern of its route (the path itself may hold a token or
//! somebody's address), the status, and how long it took until the answer began.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::Method;
use serde::Deserialize;
use tracing::{Instrument, Level};
use tracing_subscriber::{EnvFilter, fmt, fmt::MakeWriter};

use crate::{
    metrics::{Class, Metrics},
    probes,
};

/// How a line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// An object a line, for machines.
    Json,
}

/// `RUST_LOG` chooses what is logged; by default warnings, and what Usher itself has to say.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| usual());
    let subscriber = subscriber(format, filter, std::io::stderr);
    // Fails where a subscriber is there already, which then does it.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Warnings, and what Usher itself has to say.
pub fn usual() -> EnvFilter {
    EnvFilter::new("warn,server=info,domain=info,app=info")
}

/// What writes the lines.
pub fn subscriber<W>(
    format: LogFormat,
    filter: EnvFilter,
    writer: W,
) -> Box<dyn tracing::Subscriber + Send + Sync>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let lines = fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_target(false);
    match format {
        LogFormat::Text => Box::new(lines.finish()),
        LogFormat::Json => Box::new(
            lines
                .json()
                .flatten_event(true)
                .with_current_span(true)
                .with_span_list(false)
                .finish(),
        ),
    }
}

/// Counts the request and says what became of it; everything that is logged meanwhile says to which
/// request it belongs.
pub async fn follow(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map(MatchedPath::as_str);
    if route.is_some_and(|route| probes::ROUTES.contains(&route)) {
        return next.run(request).await;
    }
    let class = Class::of(route);
    let span = tracing::info_span!(
        "request",
        id = next_id(),
        method = method_word(request.method()),
        route = route.unwrap_or("(file)"),
    );
    let begun = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let took = begun.elapsed();
    let status = response.status();
    metrics.answered(class, status, took);
    let milliseconds = took.as_secs_f64() * 1000.0;
    span.in_scope(|| {
        let status = status.as_u16();
        // Files and what is found nowhere say little, and are many.
        if class == Class::File {
            tracing::event!(Level::DEBUG, status, milliseconds, "answered");
        } else {
            tracing::event!(Level::INFO, status, milliseconds, "answered");
        }
    });
    response
}

/// A method of the caller's own making may be any text.
fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

/// Tells the requests of one process apart.
fn next_id() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}
