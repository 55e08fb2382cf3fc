//! What the sender's domain says in the DNS: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489).

use std::time::Duration;

use async_trait::async_trait;
use futures::future::join_all;
use hickory_resolver::{TokioResolver, proto::rr::RData};
use tokio::{join, time::timeout};
use types::doctor::{Check, Finding};

/// How long one name may take.
const WITHIN: Duration = Duration::from_secs(5);
/// Where senders usually keep their keys.
const COMMON_SELECTORS: [&str; 16] = [
    "default",
    "mail",
    "dkim",
    "smtp",
    "email",
    "google",
    "selector1",
    "selector2",
    "k1",
    "k2",
    "s1",
    "s2",
    "pm",
    "mandrill",
    "mailjet",
    "usher",
];

/// Looks texts up.
#[async_trait]
pub trait Names: Send + Sync {
    /// The TXT records of a name, each with its pieces joined; none where there is no such name.
    ///
    /// # Errors
    /// Why no name server answered, in words.
    async fn texts(&self, name: &str) -> Result<Vec<String>, String>;
}

/// The resolver that the machine's settings name.
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        // Made anew each time: what was looked up a minute ago may just have been put right.
        let resolver = TokioResolver::builder_tokio()
            .and_then(hickory_resolver::ResolverBuilder::build)
            .map_err(|error| error.to_string())?;
        // With the dot at the end no search domain of the machine is tried.
        let lookup = timeout(WITHIN, resolver.txt_lookup(format!("{name}."))).await;
        match lookup {
            Ok(Ok(found)) => Ok(found
                .answers()
                .iter()
                .filter_map(|record| match &record.data {
                    RData::TXT(text) => Some(text.txt_data.concat()),
                    _ => None,
                })
                .map(|text| String::from_utf8_lossy(&text).into_owned())
                .collect()),
            Ok(Err(error)) if error.is_no_records_found() || error.is_nx_domain() => Ok(Vec::new()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("no answer within {} s", WITHIN.as_secs())),
        }
    }
}

/// All three, at once.
pub async fn examine(names: &dyn Names, domain: &str, selector: Option<&str>) -> Vec<Finding> {
    if !is_in_dns(domain) {
        return vec![Finding::NoSendingDomain {
            domain: domain.to_owned(),
        }];
    }
    let (spf, dkim, dmarc) = join!(
        spf(names, domain),
        dkim(names, domain, selector),
        dmarc(names, domain)
    );
    vec![spf, dkim, dmarc]
}

/// Names that never are: of one label, addresses, and those that RFC 6761 sets aside.
fn is_in_dns(domain: &str) -> bool {
    const NEVER: [&str; 5] = ["localhost", "local", "test", "invalid", "internal"];
    match domain.rsplit_once('.') {
        Some((_, last)) => !NEVER.contains(&last) && !domain.starts_with('['),
        None => false,
    }
}

fn silent(check: Check) -> impl FnOnce(String) -> Finding {
    move |words| Finding::NoAnswer { check, words }
}

async fn spf(names: &dyn Names, domain: &str) -> Finding {
    let texts = match names.texts(domain).await {
        Ok(texts) => texts,
        Err(words) => return silent(Check::Spf)(words),
    };
    let mut records = texts.into_iter().filter(|text| is_spf(text));
    let domain = domain.to_owned();
    match (records.next(), records.next()) {
        (None, _) => Finding::SpfMissing { domain },
        (Some(_), Some(_)) => Finding::SpfTwice { domain },
        (Some(record), None) => {
            let record = shortened(record);
            match ending(&record) {
                Some('+') => Finding::SpfLetsAll { domain, record },
                Some('-' | '~') => Finding::Spf { domain, record },
                _ => Finding::SpfOpenEnded { domain, record },
            }
        }
    }
}

fn is_spf(text: &str) -> bool {
    let version = text.split(' ').next().unwrap_or_default();
    version.eq_ignore_ascii_case("v=spf1")
}

/// What the record says of everybody whom it does not name; `None`: nothing. Where it hands over to
/// another record, that one says it.
fn ending(record: &str) -> Option<char> {
    for term in record.split_ascii_whitespace() {
        let term = term.to_ascii_lowercase();
        if term.starts_with("redirect=") {
            return Some('-');
        }
        if let Some(sign) = term.strip_suffix("all") {
            match sign {
                "" => return Some('+'),
                "+" | "-" | "~" | "?" => return sign.chars().next(),
                _ => {}
            }
        }
    }
    None
}

async fn dkim(names: &dyn Names, domain: &str, selector: Option<&str>) -> Finding {
    let common = COMMON_SELECTORS;
    let selectors = match &selector {
        Some(selector) => std::slice::from_ref(selector),
        None => &common[..],
    };
    let looked = selectors.iter().map(|selector| {
        let name = format!("{selector}._domainkey.{domain}");
        async move {
            let texts = names.texts(&name).await;
            (name, texts)
        }
    });
    let looked = join_all(looked).await;
    let mut words = None;
    let mut revoked = None;
    for (name, texts) in looked {
        match texts {
            Ok(texts) => match texts.iter().find_map(|text| key(text)) {
                Some(true) => return Finding::Dkim { name },
                Some(false) => revoked = Some(name),
                None => {}
            },
            Err(why) => words = Some(why),
        }
    }
    match (revoked, words, selector) {
        (Some(name), _, _) => Finding::DkimRevoked { name },
        (None, Some(words), _) => silent(Check::Dkim)(words),
        (None, None, Some(selector)) => Finding::DkimMissing {
            name: format!("{selector}._domainkey.{domain}"),
        },
        (None, None, None) => Finding::DkimUnknown {
            domain: domain.to_owned(),
        },
    }
}

/// Whether the record's key is good; `None`: it is no DKIM record. An empty `p=` is a key that was
/// taken back.
fn key(text: &str) -> Option<bool> {
    let version = tag(text, "v");
    if version.is_some_and(|version| !version.eq_ignore_ascii_case("DKIM1")) {
        return None;
    }
    tag(text, "p").map(|key| !key.is_empty())
}

async fn dmarc(names: &dyn Names, domain: &str) -> Finding {
    // A domain without one has that of the organizational domain above it; which one that is, only a
    // list of public suffixes knows, so each is asked that has two labels.
    let above = std::iter::successors(Some(domain), |domain| {
        let (_, above) = domain.split_once('.')?;
        above.contains('.').then_some(above)
    });
    for above in above {
        let name = format!("_dmarc.{above}");
        let texts = match names.texts(&name).await {
            Ok(texts) => texts,
            Err(words) => return silent(Check::Dmarc)(words),
        };
        let mut records = texts
            .into_iter()
            .filter(|text| tag(text, "v").is_some_and(|it| it.eq_ignore_ascii_case("DMARC1")));
        let (Some(record), second) = (records.next(), records.next()) else {
            continue;
        };
        let own = tag(&record, "p").map(str::to_ascii_lowercase);
        let below = tag(&record, "sp").map(str::to_ascii_lowercase);
        let policy = if above == domain { own } else { below.or(own) };
        return match policy.as_deref() {
            Some("none") if second.is_none() => Finding::DmarcOnlyWatches { name },
            Some(policy @ ("quarantine" | "reject")) if second.is_none() => Finding::Dmarc {
                name,
                policy: policy.to_owned(),
            },
            _ => Finding::DmarcUnreadable {
                name,
                record: shortened(record),
            },
        };
    }
    Finding::DmarcMissing {
        domain: domain.to_owned(),
    }
}

/// The value of a tag in a list like `v=DMARC1; p=none`.
fn tag<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split(';').find_map(|part| {
        let (tag, value) = part.split_once('=')?;
        tag.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn shortened(record: String) -> String {
    let visible = record.chars().filter(|c| !c.is_control());
    visible.take(300).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    struct Zone(HashMap<&'static str, &'static [&'static str]>);

    #[async_trait]
    impl Names for Zone {
        async fn texts(&self, name: &str) -> Result<Vec<String>, String> {
            match self.0.get(name) {
                Some(["!"]) => Err("server failure".to_owned()),
                Some(texts) => Ok(texts.iter().map(ToString::to_string).collect()),
                None => Ok(Vec::new()),
            }
        }
    }

    fn zone(names: &[(&'static str, &'static [&'static str])]) -> Zone {
        Zone(names.iter().copied().collect())
    }

    fn domain() -> String {
        "mail.acme.org".to_owned()
    }

    #[tokio::test]
    async fn spf_records() {
        let found = async |texts: &'static [&'static str]| {
            spf(&zone(&[("mail.acme.org", texts)]), "mail.acme.org").await
        };
        let with = |record: &str| (domain(), record.to_owned());
        let (domain, record) = with("v=spf1 include:_spf.acme.org ~all");
        assert_eq!(
            found(&[
                "google-site-verification=x",
                "v=spf1 include:_spf.acme.org ~all"
            ])
            .await,
            Finding::Spf { domain, record }
        );
        let (domain, record) = with("v=spf1 mx ?all");
        assert_eq!(
            found(&["v=spf1 mx ?all"]).await,
            Finding::SpfOpenEnded { domain, record }
        );
        for everybody in ["v=spf1 +all", "v=spf1 mx ALL"] {
            assert_eq!(ending(everybody), Some('+'), "{everybody}");
        }
        assert_eq!(ending("v=spf1 include:call"), None);
        assert_eq!(ending("v=spf1 redirect=_spf.acme.org"), Some('-'));
        let missing = Finding::SpfMissing {
            domain: self::domain(),
        };
        assert_eq!(found(&["v=spf10 -all"]).await, missing);
        let twice = Finding::SpfTwice {
            domain: self::domain(),
        };
        assert_eq!(found(&["v=spf1 -all", "v=spf1 mx -all"]).await, twice);
        let silent = Finding::NoAnswer {
            check: Check::Spf,
            words: "server failure".to_owned(),
        };
        assert_eq!(found(&["!"]).await, silent);
    }

    #[tokio::test]
    async fn dkim_records() {
        let zone = zone(&[
            ("s1._domainkey.mail.acme.org", &["v=DKIM1; k=rsa; p=MIIB"]),
            ("old._domainkey.mail.acme.org", &["v=DKIM1; p="]),
        ]);
        let found = async |selector| dkim(&zone, "mail.acme.org", selector).await;
        let name = |selector: &str| format!("{selector}._domainkey.mail.acme.org");
        assert_eq!(found(None).await, Finding::Dkim { name: name("s1") });
        assert_eq!(
            found(Some("old")).await,
            Finding::DkimRevoked { name: name("old") }
        );
        assert_eq!(
            found(Some("new")).await,
            Finding::DkimMissing { name: name("new") }
        );
        let unknown = Finding::DkimUnknown {
            domain: "acme.org".to_owned(),
        };
        assert_eq!(dkim(&zone, "acme.org", None).await, unknown);
    }

    #[tokio::test]
    async fn dmarc_is_that_of_the_domain_or_of_one_above() {
        let found = async |texts: &'static [(&'static str, &'static [&'static str])]| {
            dmarc(&zone(texts), "mail.acme.org").await
        };
        let policy = |name: &str, policy: &str| Finding::Dmarc {
            name: name.to_owned(),
            policy: policy.to_owned(),
        };
        assert_eq!(
            found(&[("_dmarc.mail.acme.org", &["v=DMARC1; p=reject; sp=none"])]).await,
            policy("_dmarc.mail.acme.org", "reject")
        );
        assert_eq!(
            found(&[("_dmarc.acme.org", &["v=DMARC1;p=none;sp=quarantine"])]).await,
            policy("_dmarc.acme.org", "quarantine")
        );
        assert_eq!(
            found(&[("_dmarc.acme.org", &["v=DMARC1; p=none"])]).await,
            Finding::DmarcOnlyWatches {
                name: "_dmarc.acme.org".to_owned()
            }
        );
        assert_eq!(found(&[]).await, Finding::DmarcMissing { domain: domain() });
        assert_eq!(
            found(&[("_dmarc.acme.org", &["v=DMARC1"])]).await,
            Finding::DmarcUnreadable {
                name: "_dmarc.acme.org".to_owned(),
                record: "v=DMARC1".to_owned()
            }
        );
    }

    #[tokio::test]
    async fn what_is_nowhere_in_the_dns_is_not_looked_for() {
        for name in [
            "localhost",
            "usher.localhost",
            "mail.internal",
            "[127.0.0.1]",
        ] {
            let found = examine(&zone(&[]), name, None).await;
            let domain = name.to_owned();
            assert_eq!(found, [Finding::NoSendingDomain { domain }]);
        }
    }
}
