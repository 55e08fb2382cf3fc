//! Asks the DNS whether a domain takes mail, as mail servers do: MX, else A and AAAA (RFC 5321, section 5.1); a null MX
//! says no (RFC 7505).

use std::{net::SocketAddr, time::Duration};

use async_trait::async_trait;
use domain::ports::{MailDomains, TakesMail};
use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::{
        op::ResponseCode,
        rr::{RData, RecordType},
    },
};

/// Answers that are kept; each is some hundred bytes.
const KEPT: u64 = 10_000;
/// For how long at most: what is wrong today may be put right soon.
const KEPT_YES: Duration = Duration::from_hours(6);
const KEPT_NO: Duration = Duration::from_mins(5);
/// For one question to one server; whoever asks has a time-out of their own for all.
const QUESTION: Duration = Duration::from_secs(1);

/// The DNS, with the system's settings.
pub struct Dns(TokioResolver);

impl Dns {
    /// # Errors
    /// The system's settings cannot be read.
    pub fn of_system() -> Result<Self, NetError> {
        let mut builder = TokioResolver::builder_tokio()?;
        tune(builder.options_mut());
        Ok(Self(builder.build()?))
    }

    /// Asks one server only.
    ///
    /// # Errors
    /// Its settings are contradictory.
    pub fn at(server: SocketAddr) -> Result<Self, NetError> {
        let mut connection = ConnectionConfig::udp();
        connection.port = server.port();
        let server = NameServerConfig::new(server.ip(), true, vec![connection]);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let mut builder =
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        tune(builder.options_mut());
        Ok(Self(builder.build()?))
    }

    /// `None` where nothing is known for sure.
    async fn ask(&self, name: &str, kind: RecordType) -> Option<Vec<RData>> {
        match self.0.lookup(name, kind).await {
            Ok(lookup) => Some(
                lookup
                    .answers()
                    .iter()
                    .map(|record| record.data.clone())
                    .filter(|data| data.record_type() == kind)
                    .collect(),
            ),
            Err(NetError::Dns(DnsError::NoRecordsFound(none)))
                if matches!(
                    none.response_code,
                    ResponseCode::NoError | ResponseCode::NXDomain
                ) =>
            {
                Some(Vec::new())
            }
            Err(_) => None,
        }
    }
}

fn tune(options: &mut ResolverOpts) {
    options.cache_size = KEPT;
    options.positive_max_ttl = Some(KEPT_YES);
    options.negative_max_ttl = Some(KEPT_NO);
    options.timeout = QUESTION;
    options.attempts = 1;
}

#[async_trait]
impl MailDomains for Dns {
    async fn takes_mail(&self, domain: &str) -> TakesMail {
        // With its dot at the end it is no name to be searched for in the system's own domain.
        let name = format!("{domain}.");
        let Some(servers) = self.ask(&name, RecordType::MX).await else {
            return TakesMail::Unknown;
        };
        if !servers.is_empty() {
            let is_null = |data: &RData| matches!(data, RData::MX(mx) if mx.exchange.is_root());
            return if servers.iter().all(is_null) {
                TakesMail::No
            } else {
                TakesMail::Yes
            };
        }
        let mut unknown = false;
        for kind in [RecordType::A, RecordType::AAAA] {
            match self.ask(&name, kind).await {
                Some(addresses) if !addresses.is_empty() => return TakesMail::Yes,
                Some(_) => {}
                None => unknown = true,
            }
        }
        if unknown {
            TakesMail::Unknown
        } else {
            TakesMail::No
        }
    }
}

#[cfg(test)]
mod tests;
