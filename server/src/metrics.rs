//! `/metrics`: numbers for Prometheus. Nothing in them is about a person, and every label has a
//! handful of values.

use std::{fmt, sync::Arc, time::Duration};

use domain::{Core, Fault, Outcome, delivery};
use http::StatusCode;
use prometheus_client::{
    collector::Collector,
    encoding::{
        DescriptorEncoder, EncodeLabelSet, EncodeMetric, MetricEncoder,
        prometheus_text::{self, CONTENT_TYPE},
    },
    metrics::{
        MetricType, counter::ConstCounter, counter::Counter, family::Family, gauge::ConstGauge,
        histogram::Histogram,
    },
    registry::Registry,
};

pub const FORMAT: &str = CONTENT_TYPE;

/// Seconds: from what a page takes to what a person gives up on.
const DURATIONS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0,
];

/// What kind of thing was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    Page,
    /// A server function.
    Api,
    /// The stream of changes: how long it took to begin.
    Events,
    /// Of an invitation or a new password.
    Link,
    /// What is neither: downloads, uploads, pictures.
    Other,
    /// Of the site, or nothing at all.
    File,
}

impl Class {
    /// `route` is the pattern that matched; `None`: no route did.
    pub fn of(route: Option<&str>) -> Self {
        match route {
            None => Self::File,
            Some(route) if route.starts_with("/api/") => Self::Api,
            Some("/events") => Self::Events,
            Some("/invite/{token}" | "/reset/{token}") => Self::Link,
            Some(route)
                if [".csv", ".xlsx", "/html"]
                    .iter()
                    .any(|end| route.ends_with(end))
                    || route.starts_with("/logo/")
                    || route.starts_with("/accent/") =>
            {
                Self::Other
            }
            Some(_) => Self::Page,
        }
    }

    pub const fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Events => "events",
            Self::Link => "link",
            Self::Other => "other",
            Self::File => "file",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRequest {
    class: &'static str,
    /// `2xx` and so on.
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfClass {
    class: &'static str,
}

fn durations() -> Histogram {
    Histogram::new(DURATIONS)
}

pub struct Metrics {
    registry: Registry,
    requests: Family<OfRequest, Counter>,
    durations: Family<OfClass, Histogram, fn() -> Histogram>,
    core: Arc<Core>,
}

impl Metrics {
    pub fn new(core: Arc<Core>) -> Self {
        let mut registry = Registry::with_prefix("usher");
        let requests = Family::default();
        registry.register(
            "http_requests",
            "Requests by what was asked for and status",
            requests.clone(),
        );
        let durations = Family::new_with_constructor(durations as fn() -> Histogram);
        registry.register(
            "http_request_duration_seconds",
            "Time until the answer began",
            durations.clone(),
        );
        registry.register_collector(Box::new(Counted(Arc::clone(&core))));
        Self {
            registry,
            requests,
            durations,
            core,
        }
    }

    pub fn answered(&self, class: Class, status: StatusCode, took: Duration) {
        let status = match status.as_u16() / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        let class = class.word();
        self.requests
            .get_or_create(&OfRequest { class, status })
            .inc();
        self.durations
            .get_or_create(&OfClass { class })
            .observe(took.as_secs_f64());
    }

    /// All of it as text.
    pub async fn text(&self) -> Outcome<String> {
        let queue = delivery::depth(&self.core).await?;
        let mut now = Registry::with_prefix("usher");
        now.register_collector(Box::new(Queued(queue)));
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry).map_err(Fault::broken)?;
        prometheus_text::encode(&mut text, &now).map_err(Fault::broken)?;
        Ok(text)
    }
}

/// What the rules have counted since the process began, and the pools.
struct Counted(Arc<Core>);

impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counted")
    }
}

impl Collector for Counted {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let tallies = self.0.tallies();
        let mut tries = family(
            &mut encoder,
            "deliveries",
            "Tries to deliver by channel and result",
            MetricType::Counter,
        )?;
        for (channel, result, count) in tallies.tries() {
            ConstCounter::new(count)
                .encode(tries.encode_family(&[("channel", channel), ("result", result)])?)?;
        }
        let under_way = u64::try_from(tallies.under_way()).unwrap_or(u64::MAX);
        gauge(
            &mut encoder,
            "courier_in_flight",
            "Messages that this process is sending",
            under_way,
        )?;
        let mut sign_ins = family(
            &mut encoder,
            "sign_ins",
            "Tries to sign in by result",
            MetricType::Counter,
        )?;
        for (result, count) in tallies.sign_ins() {
            ConstCounter::new(count).encode(sign_ins.encode_family(&[("result", result)])?)?;
        }
        let accepted = encoder.encode_descriptor(
            "acceptances",
            "Invitations that were accepted",
            None,
            MetricType::Counter,
        )?;
        ConstCounter::new(tallies.acceptances()).encode(accepted)?;
        let pools = self.0.database().pools();
        let mut open = family(
            &mut encoder,
            "database_connections",
            "Open connections to the database",
            MetricType::Gauge,
        )?;
        for (pool, count, _) in pools {
            ConstGauge::new(u64::from(count)).encode(open.encode_family(&[("pool", pool)])?)?;
        }
        let mut idle = family(
            &mut encoder,
            "database_connections_idle",
            "Open connections that nobody uses",
            MetricType::Gauge,
        )?;
        for (pool, _, count) in pools {
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            ConstGauge::new(count).encode(idle.encode_family(&[("pool", pool)])?)?;
        }
        Ok(())
    }
}

/// The outbox as it is at this moment, of the whole installation.
#[derive(Debug)]
struct Queued(delivery::Depth);

impl Collector for Queued {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        gauge(
            &mut encoder,
            "queue_depth",
            "Messages that wait or are being sent",
            self.0.waiting,
        )?;
        gauge(
            &mut encoder,
            "queue_oldest_seconds",
            "For how long the oldest of them has been waiting",
            self.0.oldest_seconds,
        )
    }
}

fn family<'a>(
    encoder: &'a mut DescriptorEncoder<'_>,
    name: &'a str,
    help: &str,
    kind: MetricType,
) -> Result<MetricEncoder<'a>, fmt::Error> {
    encoder.encode_descriptor(name, help, None, kind)
}

fn gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    let gauge = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    ConstGauge::new(value).encode(gauge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_of_one_of_a_few_classes() {
        for (route, class) in [
            (None, "file"),
            (Some("/api/sign_in"), "api"),
            (Some("/events"), "events"),
            (Some("/invite/{token}"), "link"),
            (Some("/users/{id}"), "page"),
            (Some("/batches/{id}/report.csv"), "other"),
            (Some("/mailbox/{id}/html"), "other"),
        ] {
            assert_eq!(Class::of(route).word(), class, "{route:?}");
        }
    }
}
