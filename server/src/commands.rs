//! The command line.

use clap::{Args, Parser, Subcommand};
use domain::{Fault, setup};
use types::language::Language;

use crate::{
    serve::{self, ServeError},
    settings::Settings,
    telemetry,
};

/// Brings people into an organization's platform and keeps them in order.
///
/// Settings are read from Leptos.toml in the working directory and from environment variables
/// `USHER_<SECTION>__<KEY>`, which win.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the application; the database is made and migrated first.
    Serve {
        /// Fill an empty database with a made-up organization to look at, and print its sign-in.
        #[arg(long)]
        demo: bool,
    },
    /// Make the first organization with its owner, as the page /setup does.
    ///
    /// The password is read from `USHER_OWNER_PASSWORD`, or asked for.
    Setup(SetupArgs),
    /// Bring the database up to date and end.
    Migrate,
}

#[derive(Args, Debug)]
struct SetupArgs {
    /// Name of the organization.
    #[arg(long)]
    organization: String,
    /// Name of its owner.
    #[arg(long)]
    owner_name: String,
    /// E-mail address that the owner signs in with.
    #[arg(long)]
    owner_email: String,
}

#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error("the password could not be read: {0}")]
    Password(std::io::Error),
    #[error("{0}")]
    Refused(String),
}

/// Runs a command to its end.
///
/// # Errors
/// One sentence for the terminal.
pub async fn run(cli: Cli) -> Result<(), CommandError> {
    telemetry::start();
    let settings = Settings::read().map_err(ServeError::from)?;
    match cli.command {
        Command::Serve { demo } => Ok(serve::serve(settings, demo).await?),
        Command::Migrate => {
            serve::open(&settings, false).await?;
            println!("The database is up to date.");
            Ok(())
        }
        Command::Setup(args) => set_up(&settings, args).await,
    }
}

async fn set_up(settings: &Settings, args: SetupArgs) -> Result<(), CommandError> {
    let password = match owner_password() {
        Some(password) => password,
        None => rpassword::prompt_password("Password (at least 12 characters): ")
            .map_err(CommandError::Password)?,
    };
    let core = serve::open(settings, false).await?;
    let request = setup::Request {
        organization: args.organization.clone(),
        owner_name: args.owner_name,
        owner_email: args.owner_email,
        password,
        language: Language::En,
    };
    match setup::create(&core, request).await {
        Ok(_) => {
            println!("{} is set up.", args.organization);
            Ok(())
        }
        Err(Fault::Refused(refusal)) => Err(CommandError::Refused(sentence(refusal))),
        Err(fault) => Err(ServeError::from(fault).into()),
    }
}

#[expect(clippy::disallowed_methods, reason = "a password is no setting")]
fn owner_password() -> Option<String> {
    std::env::var("USHER_OWNER_PASSWORD").ok()
}

/// The terminal speaks English only.
fn sentence(refusal: types::refusal::Refusal) -> String {
    use types::refusal::Refusal;
    match refusal {
        Refusal::AlreadySetUp => "there is an organization already; sign in instead",
        Refusal::OrganizationNameMissing => "--organization is empty",
        Refusal::NameMissing => "--owner-name is empty",
        Refusal::EmailNotValid => "--owner-email is no e-mail address",
        Refusal::TextTooLong => "a name is longer than 200 characters",
        Refusal::PasswordTooShort => "the password needs at least 12 characters",
        Refusal::PasswordTooLong => "the password may have at most 256 characters",
        Refusal::PasswordTooWeak => {
            "the password is easy to guess; a few unrelated words make a good one"
        }
        other => return format!("refused: {other}"),
    }
    .to_owned()
}
