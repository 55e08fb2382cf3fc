//! Run-time settings: `Leptos.toml`, and environment variables over it.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    time::Duration,
};

use config::{Config, Environment, File, FileFormat};
use domain::{
    bounces::ReturnPath,
    courier::{Limits, Rate, RateError},
};
use leptos::config::{LeptosOptions, get_configuration};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::{Host, Url};

use crate::telemetry::LogFormat;

/// Characters of `metrics.token`: nobody should guess it.
const SHORTEST_TOKEN: usize = 16;

/// The file of settings, in the working directory.
const FILE: &str = "Leptos.toml";

/// A setting that stops the start; one sentence that names it.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("settings: {0}")]
    Unreadable(String),
    #[error("server.public_url {0}")]
    PublicUrl(String),
    #[error("limits.factor must be at least 1")]
    Factor,
    #[error("mail.connections must be at least 1")]
    Connections,
    #[error("mail.per_domain must be at least 1, and no more than mail.connections")]
    PerDomain,
    #[error("mail.rate {0}")]
    Rate(RateError),
    #[error("mail.domain_rate {0}")]
    DomainRate(RateError),
    #[error("metrics.token must have at least {SHORTEST_TOKEN} characters")]
    MetricsToken,
    #[error("mail.dkim_selector must be a name like `mail` or `s1`, without the domain")]
    Selector,
    #[error("bounces.address {0}")]
    BouncesAddress(&'static str),
    #[error("bounces.secret must have at least {least} characters", least = SHORTEST_SECRET)]
    BouncesSecret,
    #[error("database.url must begin with sqlite:// or postgres:// (got {0}:)")]
    Engine(String),
    #[error(
        "mail.url is mailbox:, which shows every message to everyone; set an smtp:// or smtps:// server, or run with --demo"
    )]
    OpenMailbox,
    #[error("sms.connections must be at least 1")]
    SmsConnections,
    #[error(
        "sms.url is mailbox:, which shows every message to everyone; set a twilio:// or webhook: gateway, or leave it out"
    )]
    OpenSmsMailbox,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    server: Server,
    database: DatabaseSettings,
    mail: Mail,
    sms: Sms,
    bounces: Bounces,
    secret: Secret,
    limits: LimitSettings,
    log: Log,
    metrics: MetricsSettings,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Server {
    public_url: Option<String>,
    data_dir: Option<PathBuf>,
    behind_proxy: bool,
    allow_insecure: bool,
    /// A file whose content, in seconds, is added to the time: for tests, on loopback only.
    test_clock: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DatabaseSettings {
    url: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Mail {
    url: SecretString,
    from: String,
    connections: usize,
    per_domain: Option<usize>,
    rate: Option<String>,
    domain_rate: Option<String>,
    timeout: u64,
    dkim_selector: Option<String>,
    check_domains: Option<bool>,
}

impl Mail {
    fn limits(&self) -> Result<Limits, SettingsError> {
        let rate = |text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.trim().is_empty());
            text.map(str::parse::<Rate>).transpose()
        };
        let usual = Limits::of(self.connections);
        let per_domain = self.per_domain.unwrap_or(usual.per_domain);
        if self.connections == 0 {
            return Err(SettingsError::Connections);
        }
        if per_domain == 0 || per_domain > self.connections {
            return Err(SettingsError::PerDomain);
        }
        Ok(Limits {
            connections: self.connections,
            per_domain,
            rate: rate(&self.rate).map_err(SettingsError::Rate)?,
            domain_rate: rate(&self.domain_rate).map_err(SettingsError::DomainRate)?,
        })
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            url: "mailbox:".into(),
            from: "Usher <usher@localhost>".to_owned(),
            connections: 8,
            per_domain: None,
            rate: None,
            domain_rate: None,
            timeout: 60,
            dkim_selector: None,
            check_domains: None,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Sms {
    url: Option<SecretString>,
    connections: usize,
    timeout: u64,
}

impl Default for Sms {
    fn default() -> Self {
        Self {
            url: None,
            connections: 4,
            timeout: 30,
        }
    }
}

/// Of a secret that stands in addresses.
const SHORTEST_SECRET: usize = 16;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Bounces {
    listen: Option<SocketAddr>,
    address: Option<String>,
    secret: Option<SecretString>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Secret {
    keys: Vec<SecretString>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitSettings {
    factor: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self { factor: 1 }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Log {
    format: LogFormat,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MetricsSettings {
    token: Option<SecretString>,
}

/// The settings, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    pub leptos: LeptosOptions,
    pub public_url: Url,
    pub data_dir: PathBuf,
    pub behind_proxy: bool,
    pub test_clock: Option<PathBuf>,
    pub database_url: String,
    /// `mailbox:` or an SMTP server.
    pub mail_url: SecretString,
    pub mail_from: String,
    pub mail_limits: Limits,
    pub mail_timeout: Duration,
    /// `mailbox:` or a gateway. `None`: the mailbox where e-mail is caught too, otherwise no way out.
    pub sms_url: Option<SecretString>,
    pub sms_connections: usize,
    pub sms_timeout: Duration,
    pub dkim_selector: Option<String>,
    /// Whether the DNS is asked if a domain takes mail.
    pub mail_check_domains: bool,
    /// Where reports of delivery are taken.
    pub bounces_listen: Option<SocketAddr>,
    pub bounces_address: Option<ReturnPath>,
    /// Of the webhooks of mail providers; without it there are none.
    pub bounces_secret: Option<SecretString>,
    pub secret_keys: Vec<SecretString>,
    pub limits_factor: NonZeroU32,
    pub log_format: LogFormat,
    pub metrics_token: Option<SecretString>,
}

impl Settings {
    /// Reads `Leptos.toml`, if it is there, and the environment.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub fn read() -> Result<Self, SettingsError> {
        let file = std::path::Path::new(FILE).exists();
        let leptos = get_configuration(file.then_some(FILE))
            .map_err(|error| SettingsError::Unreadable(error.to_string()))?
            .leptos_options;
        let mut sources = Config::builder();
        if file {
            let text = std::fs::read_to_string(FILE)
                .map_err(|error| SettingsError::Unreadable(format!("{FILE}: {error}")))?;
            sources = sources.add_source(File::from_str(own_tables(&text), FileFormat::Toml));
        }
        let environment = Environment::with_prefix("USHER")
            .prefix_separator("_")
            .separator("__")
            .list_separator(",")
            .with_list_parse_key("secret.keys")
            .try_parsing(true)
            // Read by `usher setup` and by the tests, not settings.
            .source(Some(
                std_environment()
                    .filter(|(name, _)| name.starts_with("USHER_") && name.contains("__"))
                    .collect(),
            ));
        let raw: Raw = sources
            .add_source(environment)
            .build()
            .and_then(Config::try_deserialize)
            .map_err(|error| SettingsError::Unreadable(error.to_string()))?;
        Self::check(raw, leptos)
    }

    fn check(raw: Raw, leptos: LeptosOptions) -> Result<Self, SettingsError> {
        let public_url = public_url(&raw.server, leptos.site_addr)?;
        let data_dir = raw.server.data_dir.unwrap_or_else(|| PathBuf::from("data"));
        let database_url = raw.database.url.unwrap_or_else(|| {
            format!("sqlite://{}?mode=rwc", data_dir.join("usher.db").display())
        });
        match database_url.split_once(':') {
            Some(("sqlite" | "postgres" | "postgresql", _)) => {}
            Some((engine, _)) => return Err(SettingsError::Engine(engine.to_owned())),
            None => return Err(SettingsError::Engine(String::new())),
        }
        let mail_limits = raw.mail.limits()?;
        if raw.sms.connections == 0 {
            return Err(SettingsError::SmsConnections);
        }
        let token = raw.metrics.token.as_ref();
        if token.is_some_and(|token| token.expose_secret().len() < SHORTEST_TOKEN) {
            return Err(SettingsError::MetricsToken);
        }
        let selector = raw.mail.dkim_selector.as_deref();
        if selector.is_some_and(|selector| !types::doctor::is_selector(selector)) {
            return Err(SettingsError::Selector);
        }
        if raw.server.test_clock.is_some() && !is_loopback(&public_url) {
            return Err(SettingsError::PublicUrl(
                "must be a loopback address where server.test_clock is set".to_owned(),
            ));
        }
        let bounces_address = return_path(&raw.bounces)?;
        let is_short = |secret: &SecretString| secret.expose_secret().len() < SHORTEST_SECRET;
        if raw.bounces.secret.as_ref().is_some_and(is_short) {
            return Err(SettingsError::BouncesSecret);
        }
        let elsewhere = || asks_elsewhere(raw.mail.url.expose_secret());
        let mail_check_domains = raw.mail.check_domains.unwrap_or_else(elsewhere);
        Ok(Self {
            leptos,
            public_url,
            data_dir,
            behind_proxy: raw.server.behind_proxy,
            test_clock: raw.server.test_clock,
            database_url,
            mail_url: raw.mail.url,
            mail_from: raw.mail.from,
            mail_limits,
            mail_timeout: Duration::from_secs(raw.mail.timeout),
            sms_url: raw.sms.url,
            sms_connections: raw.sms.connections,
            sms_timeout: Duration::from_secs(raw.sms.timeout),
            dkim_selector: raw.mail.dkim_selector,
            mail_check_domains,
            bounces_listen: raw.bounces.listen,
            bounces_address,
            bounces_secret: raw.bounces.secret,
            secret_keys: raw.secret.keys,
            limits_factor: NonZeroU32::new(raw.limits.factor).ok_or(SettingsError::Factor)?,
            log_format: raw.log.format,
            metrics_token: raw.metrics.token,
        })
    }

    /// Whether pages travel over https.
    pub fn is_secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    pub fn is_on_loopback(&self) -> bool {
        is_loopback(&self.public_url)
    }
}

#[expect(clippy::disallowed_methods, reason = "the home of the environment")]
fn std_environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars()
}

/// The part of the file that is ours: leptos' tables are leptos' business.
fn own_tables(text: &str) -> &str {
    text.split("[package.metadata.leptos]")
        .next()
        .unwrap_or(text)
}

fn public_url(server: &Server, listen: SocketAddr) -> Result<Url, SettingsError> {
    let text = match &server.public_url {
        Some(text) => text.clone(),
        None => format!("http://{listen}"),
    };
    let url = Url::parse(&text).map_err(|error| {
        SettingsError::PublicUrl(format!(
            "is no address ({error}): write https://usher.example"
        ))
    })?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if server.allow_insecure || is_loopback(&url) => Ok(url),
        "http" => Err(SettingsError::PublicUrl(
            "must begin with https://, or set server.allow_insecure = true".to_owned(),
        )),
        scheme => Err(SettingsError::PublicUrl(format!(
            "must begin with https:// (got {scheme}:)"
        ))),
    }
}

/// Whether mail goes to a server that is not on this machine, which tests and trials use.
fn asks_elsewhere(mail_url: &str) -> bool {
    match Url::parse(mail_url) {
        // The host of a scheme that `Url` does not know is only a text.
        Ok(url) => match url.host_str() {
            Some(host) => {
                let host = host.trim_matches(['[', ']']);
                let is_loopback = |address: IpAddr| address.is_loopback();
                host != "localhost" && !host.parse().is_ok_and(is_loopback)
            }
            None => false,
        },
        Err(_) => false,
    }
}

fn return_path(bounces: &Bounces) -> Result<Option<ReturnPath>, SettingsError> {
    match &bounces.address {
        Some(address) => ReturnPath::parse(address).map(Some).ok_or(SettingsError::BouncesAddress(
            "is no address with at most 15 characters and no + in front of its @: write bounces@usher.example",
        )),
        None if bounces.listen.is_some() => Err(SettingsError::BouncesAddress(
            "must be set where bounces.listen is",
        )),
        None => Ok(None),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(toml: &str) -> Result<Settings, String> {
        let raw: Raw = Config::builder()
            .add_source(File::from_str(toml, FileFormat::Toml))
            .build()
            .and_then(Config::try_deserialize)
            .map_err(|error| error.to_string())?;
        let leptos = LeptosOptions::builder().output_name("usher").build();
        Settings::check(raw, leptos).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_set_means_the_defaults() -> Result<(), String> {
        let settings = check("")?;
        assert_eq!(settings.public_url.as_str(), "http://127.0.0.1:3000/");
        assert_eq!(settings.database_url, "sqlite://data/usher.db?mode=rwc");
        assert!(!settings.is_secure() && settings.is_on_loopback());
        Ok(())
    }

    #[test]
    fn one_domain_has_half_of_the_connections_unless_it_is_said() -> Result<(), String> {
        let limits = |toml| check(toml).map(|settings| settings.mail_limits);
        assert_eq!(limits("")?.per_domain, 4);
        assert_eq!(limits("[mail]\nconnections = 1")?.per_domain, 1);
        let said = limits("[mail]\nconnections = 20\nper_domain = 3\nrate = '600/m'")?;
        assert_eq!((said.connections, said.per_domain), (20, 3));
        assert_eq!(said.rate, "10/s".parse().ok());
        Ok(())
    }

    #[test]
    fn a_wrong_setting_is_named_in_one_sentence() {
        let refused = |toml| check(toml).err().unwrap_or_default();
        assert!(refused("[mail]\nurll = 'x'").contains("urll"));
        assert!(refused("[male]\nurl = 'x'").contains("male"));
        assert!(refused("[server]\npublic_url = 'usher'").starts_with("server.public_url"));
        assert!(
            refused("[server]\npublic_url = 'http://usher.example'").contains("allow_insecure")
        );
        assert!(refused("[database]\nurl = 'mysql://x'").starts_with("database.url"));
        assert_eq!(
            refused("[bounces]\nlisten = '127.0.0.1:2525'"),
            "bounces.address must be set where bounces.listen is"
        );
        assert!(refused("[bounces]\naddress = 'bounces'").starts_with("bounces.address"));
        assert!(refused("[bounces]\nsecret = 'short'").starts_with("bounces.secret"));
        assert!(refused("[limits]\nfactor = 0").starts_with("limits.factor"));
        assert!(refused("[mail]\nconnections = 0").starts_with("mail.connections"));
        assert!(refused("[mail]\nper_domain = 9").starts_with("mail.per_domain"));
        assert!(refused("[mail]\nrate = 'fast'").starts_with("mail.rate must be"));
        assert!(refused("[mail]\ndomain_rate = '9/h'").starts_with("mail.domain_rate must be"));
        assert!(refused("[sms]\nconnections = 0").starts_with("sms.connections"));
        assert!(refused("[sms]\ntoken = 'x'").contains("token"));
        assert!(refused("[metrics]\ntoken = 'short'").starts_with("metrics.token"));
        assert!(refused("[mail]\ndkim_selector = 'a b'").starts_with("mail.dkim_selector"));
        assert!(refused("[log]\nformat = 'xml'").contains("xml"));
        assert_eq!(
            refused("[server]\npublic_url = 'https://usher.example'\ntest_clock = 'x'"),
            "server.public_url must be a loopback address where server.test_clock is set"
        );
    }

    #[test]
    fn domains_are_looked_up_where_mail_leaves_the_machine() -> Result<(), String> {
        for (mail, asks) in [
            ("", false),
            ("url = 'mailbox:'", false),
            ("url = 'smtp://127.0.0.1:2500'", false),
            ("url = 'smtp://user:word@[::1]'", false),
            ("url = 'smtp://localhost:2500'", false),
            ("url = 'smtps://user:word@mail.example'", true),
            ("url = 'smtps://mail.example'\ncheck_domains = false", false),
            ("url = 'smtp://127.0.0.1'\ncheck_domains = true", true),
        ] {
            let settings = check(&format!("[mail]\n{mail}"))?;
            assert_eq!(settings.mail_check_domains, asks, "{mail}");
        }
        Ok(())
    }

    #[test]
    fn what_stands_for_leptos_is_not_ours() {
        assert_eq!(
            own_tables("[mail]\n[package.metadata.leptos]\nx = 1"),
            "[mail]\n"
        );
    }
}
