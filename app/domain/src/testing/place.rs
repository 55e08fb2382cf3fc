//! Where a test's database is.

use sea_orm::{ConnectionTrait, Database as SeaOrm, DatabaseConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use url::Url;
use uuid::Uuid;

use super::{Migrator, MigratorTrait};
use crate::{Fault, Outcome};

/// A database that is there as long as the value.
pub(super) enum Place {
    Directory(TempDir),
    Server { server: Url, database: String },
}

/// The migrated database that the others of this process are copied from: quicker than to migrate
/// each anew. Deleted by the next process.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// What the names of test databases begin with.
const PREFIX: &str = "usher_test_";

impl Place {
    pub async fn new() -> Outcome<Self> {
        let Some(server) = server()? else {
            return Ok(Self::Directory(TempDir::new().map_err(Fault::broken)?));
        };
        let template = TEMPLATE.get_or_try_init(|| make_template(&server)).await?;
        let database = format!("{PREFIX}{}", Uuid::now_v7().simple());
        let admin = SeaOrm::connect(server.as_str()).await?;
        admin
            .execute_unprepared(&format!("CREATE DATABASE {database} TEMPLATE {template}"))
            .await?;
        admin.close().await?;
        Ok(Self::Server { server, database })
    }

    pub fn url(&self) -> String {
        match self {
            Self::Directory(directory) => {
                format!("sqlite://{}/usher.db?mode=rwc", directory.path().display())
            }
            Self::Server { server, database } => at(server, database),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Self::Server { server, database } = self else {
            return;
        };
        let statement = format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)");
        let server = server.clone();
        // The test's own runtime may be on its way out.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(Fault::broken)?;
            runtime.block_on(async {
                let admin = SeaOrm::connect(server.as_str()).await?;
                admin.execute_unprepared(&statement).await?;
                admin.close().await?;
                Outcome::Ok(())
            })
        });
        // Whatever stays behind is taken away by the next process.
        let _ = dropped.join();
    }
}

/// The server that `DATABASE_URL` names.
#[expect(clippy::disallowed_methods, reason = "tests have no settings")]
fn server() -> Outcome<Option<Url>> {
    match std::env::var("DATABASE_URL") {
        Ok(url) if url.starts_with("postgres") => {
            Ok(Some(Url::parse(&url).map_err(Fault::broken)?))
        }
        _ => Ok(None),
    }
}

/// The same server's other database.
fn at(server: &Url, database: &str) -> String {
    let mut url = server.clone();
    url.set_path(database);
    url.into()
}

async fn make_template(server: &Url) -> Outcome<String> {
    let name = format!("{PREFIX}template_{}", std::process::id());
    let admin = SeaOrm::connect(server.as_str()).await?;
    drop_leftovers(&admin).await?;
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await?;
    admin.close().await?;
    let template = SeaOrm::connect(at(server, &name)).await?;
    Migrator::up(&template, None).await?;
    template.close().await?;
    Ok(name)
}

/// Takes away the test databases that nobody is connected to.
async fn drop_leftovers(admin: &DatabaseConnection) -> Outcome<()> {
    let leftovers = admin
        .query_all_raw(sea_orm::Statement::from_string(
            sea_orm::DbBackend::Postgres,
            format!(
                "SELECT datname FROM pg_database WHERE starts_with(datname, '{PREFIX}') \
                 AND NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pg_stat_activity.datname = pg_database.datname)"
            ),
        ))
        .await?;
    for row in leftovers {
        let name: String = row.try_get("", "datname")?;
        // Another process may be quicker.
        admin
            .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}"))
            .await?;
    }
    Ok(())
}
