//! Run-time settings: `Leptos.toml`, and environment variables over it.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use config::{Config, Environment, File, FileFormat};
use leptos::config::{LeptosOptions, get_configuration};
use secrecy::SecretString;
use serde::Deserialize;
use url::{Host, Url};

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
    #[error("database.url must begin with sqlite:// or postgres:// (got {0}:)")]
    Engine(String),
    #[error(
        "mail.url is mailbox:, which shows every message to everyone; set an smtp:// or smtps:// server, or run with --demo"
    )]
    OpenMailbox,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    server: Server,
    database: DatabaseSettings,
    mail: Mail,
    secret: Secret,
    limits: LimitSettings,
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
    timeout: u64,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            url: "mailbox:".into(),
            from: "Usher <usher@localhost>".to_owned(),
            connections: 8,
            timeout: 60,
        }
    }
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
    pub mail_connections: usize,
    pub mail_timeout: Duration,
    pub secret_keys: Vec<SecretString>,
    pub limits_factor: NonZeroU32,
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
        if raw.mail.connections == 0 {
            return Err(SettingsError::Connections);
        }
        if raw.server.test_clock.is_some() && !is_loopback(&public_url) {
            return Err(SettingsError::PublicUrl(
                "must be a loopback address where server.test_clock is set".to_owned(),
            ));
        }
        Ok(Self {
            leptos,
            public_url,
            data_dir,
            behind_proxy: raw.server.behind_proxy,
            test_clock: raw.server.test_clock,
            database_url,
            mail_url: raw.mail.url,
            mail_from: raw.mail.from,
            mail_connections: raw.mail.connections,
            mail_timeout: Duration::from_secs(raw.mail.timeout),
            secret_keys: raw.secret.keys,
            limits_factor: NonZeroU32::new(raw.limits.factor).ok_or(SettingsError::Factor)?,
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
    fn a_wrong_setting_is_named_in_one_sentence() {
        let refused = |toml| check(toml).err().unwrap_or_default();
        assert!(refused("[mail]\nurll = 'x'").contains("urll"));
        assert!(refused("[male]\nurl = 'x'").contains("male"));
        assert!(refused("[server]\npublic_url = 'usher'").starts_with("server.public_url"));
        assert!(
            refused("[server]\npublic_url = 'http://usher.example'").contains("allow_insecure")
        );
        assert!(refused("[database]\nurl = 'mysql://x'").starts_with("database.url"));
        assert!(refused("[limits]\nfactor = 0").starts_with("limits.factor"));
        assert!(refused("[mail]\nconnections = 0").starts_with("mail.connections"));
        assert_eq!(
            refused("[server]\npublic_url = 'https://usher.example'\ntest_clock = 'x'"),
            "server.public_url must be a loopback address where server.test_clock is set"
        );
    }

    #[test]
    fn what_stands_for_leptos_is_not_ours() {
        assert_eq!(
            own_tables("[mail]\n[package.metadata.leptos]\nx = 1"),
            "[mail]\n"
        );
    }
}
