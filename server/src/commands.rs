//! The command line.

use clap::{Args, Parser, Subcommand};
use domain::{
    Fault,
    audit::{self, Finding, Verdict},
    owners::{self, Added},
    setup,
};
use types::{ids::OrganizationId, language::Language, refusal::Refusal};

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
    /// Owners of an organization.
    #[command(subcommand)]
    Owner(OwnerCommand),
    /// Look into the audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
}

#[derive(Debug, Subcommand)]
enum OwnerCommand {
    /// Make somebody an owner: the way back in where no owner can sign in any more.
    ///
    /// Whoever has joined is an active owner at once. Anybody else comes into the directory as an
    /// owner who is invited: the link is printed, and nothing is mailed. The audit log tells of it.
    Add(AddOwnerArgs),
}

#[derive(Args, Debug)]
struct AddOwnerArgs {
    /// E-mail address of the person.
    email: String,
    /// Name or id of the organization; to be said only where there are several.
    #[arg(long)]
    organization: Option<String>,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Find the first event that was changed, removed or inserted; ends with 1 if there is one.
    Verify,
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
    #[error("the audit log is not intact: {0}")]
    AuditLog(Finding),
}

/// Runs a command to its end.
///
/// # Errors
/// One sentence for the terminal.
pub async fn run(cli: Cli) -> Result<(), CommandError> {
    let settings = Settings::read().map_err(ServeError::from)?;
    telemetry::start(settings.log_format);
    match cli.command {
        Command::Serve { demo } => Ok(serve::serve(settings, demo).await?),
        Command::Migrate => {
            serve::open(&settings, false).await?;
            println!("The database is up to date.");
            Ok(())
        }
        Command::Setup(args) => set_up(&settings, args).await,
        Command::Owner(OwnerCommand::Add(args)) => add_owner(&settings, args).await,
        Command::Audit(AuditCommand::Verify) => verify_audit(&settings).await,
    }
}

async fn verify_audit(settings: &Settings) -> Result<(), CommandError> {
    let core = serve::open_as_it_is(settings, false).await?;
    match audit::verify(&core).await.map_err(ServeError::from)? {
        Verdict::Intact { events: 1 } => println!("1 event, intact"),
        Verdict::Intact { events } => println!("{events} events, intact"),
        Verdict::Broken(finding) => return Err(CommandError::AuditLog(finding)),
    }
    Ok(())
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

async fn add_owner(settings: &Settings, args: AddOwnerArgs) -> Result<(), CommandError> {
    let core = serve::open(settings, false).await?;
    let known = owners::organizations(&core)
        .await
        .map_err(ServeError::from)?;
    let (organization, name) =
        meant(&known, args.organization.as_deref()).map_err(CommandError::Refused)?;
    let email = args.email.trim();
    match owners::add(&core, *organization, email).await {
        Ok(Added::Already) => println!("{email} is an active owner of {name} already."),
        Ok(Added::Joined) => println!("{email} is an active owner of {name} now."),
        Ok(Added::Invited { link, expires_at }) => {
            let until = expires_at.format("%Y-%m-%d %H:%M UTC");
            println!("{email} becomes an owner of {name} by this link, until {until}:");
            println!("{link}");
        }
        Err(Fault::Refused(Refusal::EmailNotValid)) => {
            let sentence = format!("`{email}` is no e-mail address");
            return Err(CommandError::Refused(sentence));
        }
        Err(fault) => return Err(ServeError::from(fault).into()),
    }
    Ok(())
}

/// The organization that is called so, or has the id; without either the only one there is.
fn meant<'a>(
    known: &'a [(OrganizationId, String)],
    called: Option<&str>,
) -> Result<&'a (OrganizationId, String), String> {
    let Some(called) = called else {
        return match known {
            [] => Err("there is no organization yet; make one with `usher setup`".to_owned()),
            [one] => Ok(one),
            several => {
                let names: Vec<_> = several.iter().map(|(_, name)| name.as_str()).collect();
                let names = names.join(", ");
                Err(format!(
                    "say which organization with --organization: {names}"
                ))
            }
        };
    };
    let wanted = called.trim().to_lowercase();
    let is_meant = |(id, name): &&(OrganizationId, String)| {
        name.to_lowercase() == wanted || id.to_string() == wanted
    };
    let found: Vec<_> = known.iter().filter(is_meant).collect();
    match found.as_slice() {
        [] => Err(format!("there is no organization called `{called}`")),
        [one] => Ok(one),
        several => {
            let ids: Vec<_> = several.iter().map(|(id, _)| id.to_string()).collect();
            let ids = ids.join(", ");
            Err(format!(
                "several are called `{called}`; say the id of one: {ids}"
            ))
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a password is no setting")]
fn owner_password() -> Option<String> {
    std::env::var("USHER_OWNER_PASSWORD").ok()
}

/// The terminal speaks English only.
fn sentence(refusal: Refusal) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn organization(number: u8, name: &str) -> (OrganizationId, String) {
        let id = format!("00000000-0000-7000-8000-00000000000{number}");
        (id.parse().unwrap(), name.to_owned())
    }

    #[test]
    fn the_only_organization_need_not_be_said() {
        assert!(meant(&[], None).unwrap_err().contains("usher setup"));
        let one = [organization(1, "Acme")];
        assert_eq!(meant(&one, None), Ok(&one[0]));
        let two = [organization(1, "Acme"), organization(2, "Nimbus")];
        assert!(meant(&two, None).unwrap_err().contains("Acme, Nimbus"));
    }

    #[test]
    fn an_organization_is_meant_by_its_name_or_its_id() {
        let known = [
            organization(1, "Acme"),
            organization(2, "Клиника"),
            organization(3, "acme"),
        ];
        assert_eq!(meant(&known, Some(" КЛИНИКА ")), Ok(&known[1]));
        assert!(meant(&known, Some("Nimbus")).is_err());
        let alike = meant(&known, Some("Acme")).unwrap_err();
        assert!(alike.contains(&known[0].0.to_string()), "{alike}");
        let id = known[2].0.to_string();
        assert_eq!(meant(&known, Some(&id)), Ok(&known[2]));
    }
}
