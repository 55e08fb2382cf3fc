//! `usher serve`: everything put together, and taken apart again in order.

use std::{net::SocketAddr, sync::Arc};

use app::ssr::{
    ServerContext,
    limits::Limits,
    openings::{self, Openings},
};
use domain::{
    Core, Fault, audit, bounces,
    courier::Courier,
    database::Database,
    demo,
    mailbox::Catcher,
    ports::{Carriers, Mailer, SmsGateway},
    setup,
};
use migrations::{Migrator, MigratorTrait};
use secrecy::{ExposeSecret, SecretString};
use tokio::{net::TcpListener, signal, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    bounces::listener::{self, Bounds},
    changes,
    clock::SystemClock,
    courier,
    doctor::{Doctor, dns::SystemNames, web::PublicWeb},
    guard::Guard,
    importer,
    mail_domains::Dns,
    reminders,
    router::router,
    secret::{self, SecretError},
    settings::{Settings, SettingsError},
    sms::{self, Callbacks, NoGateway, SmsError},
    smtp::{Patient, SmtpMailer, SmtpSettingsError},
};

/// Why a command could not do its work; one sentence.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("mail.url: {0}")]
    Mail(#[from] SmtpSettingsError),
    #[error("sms.url: {0}")]
    Sms(#[from] SmsError),
    #[error("server.data_dir {path} cannot be made: {cause}")]
    DataDir { path: String, cause: std::io::Error },
    #[error("database.url: {0}")]
    Database(#[from] sea_orm::DbErr),
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        address: SocketAddr,
        cause: std::io::Error,
    },
    #[error("serving ended: {0}")]
    Serve(std::io::Error),
    #[error(transparent)]
    Domain(#[from] Fault),
}

/// Opens the database, applies migrations, reads the keys, and seals what the audit log holds already.
pub async fn open(settings: &Settings, demo: bool) -> Result<Core, ServeError> {
    let core = open_as_it_is(settings, demo).await?;
    audit::seal(&core).await?;
    Ok(core)
}

/// The same without a change to what the audit log holds.
pub async fn open_as_it_is(settings: &Settings, demo: bool) -> Result<Core, ServeError> {
    std::fs::create_dir_all(&settings.data_dir).map_err(|cause| ServeError::DataDir {
        path: settings.data_dir.display().to_string(),
        cause,
    })?;
    let database = Database::connect(&settings.database_url).await?;
    Migrator::up(database.schema(), None).await?;
    let clock = Arc::new(SystemClock {
        offset_file: settings.test_clock.clone(),
    });
    let core = Core::new(
        database,
        clock,
        secret::keys(settings)?,
        settings.public_url.clone(),
    );
    let core = core.with_bounces(bounces::Settings {
        path: settings.bounces_address.clone(),
        secret: settings.bounces_secret.clone(),
    });
    let core = if settings.mail_check_domains {
        match Dns::of_system() {
            Ok(dns) => core.with_mail_domains(Arc::new(dns)),
            Err(error) => {
                tracing::warn!(%error, "the system's DNS settings cannot be read: domains are not looked up");
                core
            }
        }
    } else {
        core
    };
    let caught =
        is_mailbox(&settings.mail_url) || settings.sms_url.as_ref().is_some_and(is_mailbox);
    Ok(if caught && (demo || settings.is_on_loopback()) {
        core.with_mailbox()
    } else {
        core
    })
}

/// Serves until SIGINT or SIGTERM.
pub async fn serve(settings: Settings, demo: bool) -> Result<(), ServeError> {
    let core = Arc::new(open(&settings, demo).await?);
    let mailer = mailer(&settings, &core)?;
    let (sms, callbacks) = sms(&settings, &core)?;
    let carriers = Carriers {
        mailer: Arc::clone(&mailer),
        sms,
    };
    if demo {
        demo::fill(&core).await?;
    }
    let address = settings.leptos.site_addr;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|cause| ServeError::Listen { address, cause })?;

    let stopping = CancellationToken::new();
    let courier = tokio::spawn(courier::run(
        Arc::clone(&core),
        Courier::new(
            Arc::clone(&core),
            carriers,
            settings.mail_limits.clone(),
            settings.mail_timeout.max(settings.sms_timeout),
        ),
        stopping.clone(),
    ));
    let importer = tokio::spawn(importer::run(Arc::clone(&core), stopping.clone()));
    let reminders = tokio::spawn(reminders::run(Arc::clone(&core), stopping.clone()));
    let changes = tokio::spawn(changes::run(Arc::clone(&core), stopping.clone()));
    let bounces = listen_for_bounces(&settings, &core, &stopping).await?;
    let openings = Openings::start(Arc::clone(&core), openings::WITHIN, stopping.clone());
    let context = ServerContext {
        core: Arc::clone(&core),
        mailer,
        doctor: Arc::new(doctor(&settings)?),
        limits: Arc::new(Limits::new(settings.limits_factor)),
        openings,
        secure: settings.is_secure(),
        stopping: stopping.clone(),
    };
    let guard = Guard {
        origin: settings.public_url.origin().ascii_serialization(),
        secure: settings.is_secure(),
        behind_proxy: settings.behind_proxy,
        metrics_token: settings.metrics_token.clone(),
    };
    let outside = callbacks.routes(Arc::clone(&core));
    let service = router(context, guard, settings.leptos.clone(), outside)
        .into_make_service_with_connect_info::<SocketAddr>();

    say_where(&settings, &core, demo).await?;
    axum::serve(listener, service)
        .with_graceful_shutdown(stop_signal(stopping.clone()))
        .await
        .map_err(ServeError::Serve)?;
    stopping.cancel();
    if let Err(error) = courier.await {
        tracing::error!(%error, "the courier ended badly");
    }
    if let Err(error) = importer.await {
        tracing::error!(%error, "the work on imports ended badly");
    }
    if let Err(error) = reminders.await {
        tracing::error!(%error, "reminding ended badly");
    }
    if let Err(error) = changes.await {
        tracing::error!(%error, "listening to other processes ended badly");
    }
    if let Some(bounces) = bounces
        && let Err(error) = bounces.await
    {
        tracing::error!(%error, "listening for reports of delivery ended badly");
    }
    Ok(())
}

/// `None` where nobody is to be listened to.
async fn listen_for_bounces(
    settings: &Settings,
    core: &Arc<Core>,
    stopping: &CancellationToken,
) -> Result<Option<JoinHandle<()>>, ServeError> {
    let (Some(address), Some(path)) = (settings.bounces_listen, &settings.bounces_address) else {
        return Ok(None);
    };
    let socket = TcpListener::bind(address)
        .await
        .map_err(|cause| ServeError::Listen { address, cause })?;
    Ok(Some(tokio::spawn(listener::run(
        Arc::clone(core),
        path.domain().to_owned(),
        socket,
        Bounds::default(),
        stopping.clone(),
    ))))
}

fn is_mailbox(url: &SecretString) -> bool {
    url.expose_secret() == "mailbox:"
}

fn mailer(settings: &Settings, core: &Arc<Core>) -> Result<Arc<dyn Mailer>, ServeError> {
    if is_mailbox(&settings.mail_url) {
        // Nobody could look into it, and every invitation would seem to be sent.
        if !core.mailbox() {
            return Err(SettingsError::OpenMailbox.into());
        }
        return Ok(Arc::new(Catcher(Arc::clone(core))));
    }
    Ok(Arc::new(SmtpMailer::new(
        settings.mail_url.expose_secret(),
        &settings.mail_from,
        settings.mail_timeout,
        settings.mail_limits.connections,
    )?))
}

/// The way out for text messages, and who may tell what became of them.
fn sms(
    settings: &Settings,
    core: &Arc<Core>,
) -> Result<(Arc<dyn SmsGateway>, Callbacks), ServeError> {
    match &settings.sms_url {
        None if !is_mailbox(&settings.mail_url) => Ok((Arc::new(NoGateway), Callbacks::default())),
        Some(url) if !is_mailbox(url) => Ok(sms::gateway(
            url.expose_secret(),
            &settings.public_url,
            core.clock(),
            settings.sms_timeout,
            settings.sms_connections,
        )?),
        _ if !core.mailbox() => Err(SettingsError::OpenSmsMailbox.into()),
        _ => Ok((Arc::new(Catcher(Arc::clone(core))), Callbacks::default())),
    }
}

fn doctor(settings: &Settings) -> Result<Doctor, ServeError> {
    let url = settings.mail_url.expose_secret();
    let mail = match url {
        "mailbox:" => None,
        url => Some(Patient::new(url, &settings.mail_from, &[])?),
    };
    Ok(Doctor {
        mail,
        selector: settings.dkim_selector.clone(),
        public_url: settings.public_url.clone(),
        has_sms: settings
            .sms_url
            .as_ref()
            .is_some_and(|url| !is_mailbox(url)),
        names: Box::new(SystemNames),
        web: Box::new(PublicWeb),
        clock: Arc::new(SystemClock {
            offset_file: settings.test_clock.clone(),
        }),
    })
}

/// Tells the person at the terminal where to go.
async fn say_where(settings: &Settings, core: &Core, demo: bool) -> Result<(), ServeError> {
    let url = settings.public_url.as_str().trim_end_matches('/');
    println!("Usher is running at {url}");
    if demo {
        println!(
            "Sign in as {} with the password: {}",
            demo::EMAIL,
            demo::PASSWORD
        );
    } else if setup::is_awaited(core).await? {
        println!("Open {url}/setup to create your organization.");
        println!("Setup code: {}", setup::code(core));
    }
    if core.mailbox() {
        println!("Messages are caught at {url}/mailbox");
    }
    Ok(())
}

/// Ends on SIGINT or SIGTERM, and tells what streams to end too.
async fn stop_signal(stopping: CancellationToken) {
    let interrupt = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
    stopping.cancel();
}
