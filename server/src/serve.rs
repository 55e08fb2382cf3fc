//! `usher serve`: everything put together, and taken apart again in order.

use std::{net::SocketAddr, sync::Arc};

use app::ssr::{ServerContext, limits::Limits};
use domain::{
    Core, Fault, courier::Courier, database::Database, demo, mailbox::Catcher, ports::Mailer, setup,
};
use migrations::{Migrator, MigratorTrait};
use secrecy::ExposeSecret;
use tokio::{net::TcpListener, signal};
use tokio_util::sync::CancellationToken;

use crate::{
    changes,
    clock::SystemClock,
    courier,
    guard::Guard,
    importer,
    router::router,
    secret::{self, SecretError},
    settings::{Settings, SettingsError},
    smtp::{SmtpMailer, SmtpSettingsError},
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

/// Opens the database, applies migrations, reads the keys.
pub async fn open(settings: &Settings, demo: bool) -> Result<Core, ServeError> {
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
    let caught = settings.mail_url.expose_secret() == "mailbox:";
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
            mailer,
            settings.mail_connections,
            settings.mail_timeout,
        ),
        stopping.clone(),
    ));
    let importer = tokio::spawn(importer::run(Arc::clone(&core), stopping.clone()));
    let changes = tokio::spawn(changes::run(Arc::clone(&core), stopping.clone()));
    let context = ServerContext {
        core: Arc::clone(&core),
        limits: Arc::new(Limits::new(settings.limits_factor)),
        secure: settings.is_secure(),
        stopping: stopping.clone(),
    };
    let guard = Guard {
        origin: settings.public_url.origin().ascii_serialization(),
        secure: settings.is_secure(),
        behind_proxy: settings.behind_proxy,
    };
    let service = router(context, guard, settings.leptos.clone())
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
    if let Err(error) = changes.await {
        tracing::error!(%error, "listening to other processes ended badly");
    }
    Ok(())
}

fn mailer(settings: &Settings, core: &Arc<Core>) -> Result<Arc<dyn Mailer>, ServeError> {
    let url = settings.mail_url.expose_secret();
    if url == "mailbox:" {
        // Nobody could look into it, and every invitation would seem to be sent.
        if !core.mailbox() {
            return Err(SettingsError::OpenMailbox.into());
        }
        return Ok(Arc::new(Catcher(Arc::clone(core))));
    }
    Ok(Arc::new(SmtpMailer::new(
        url,
        &settings.mail_from,
        settings.mail_timeout,
        settings.mail_connections,
    )?))
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
