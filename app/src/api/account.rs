//! Setting up, signing in and out, passwords, sessions.

#![allow(
    clippy::unused_async,
    reason = "a server function is async by its form"
)]

use leptos::{prelude::*, server_fn::codec::Json};
use types::{
    ids::{OrganizationId, SessionId},
    language::Language,
    password::Strength,
    session::{Flash, Me, Outsider, SessionRow},
};

use super::AppError;

/// What a public form has to say after its redirect.
#[server(input = Json)]
pub async fn take_flash() -> Result<Flash, AppError> {
    use crate::ssr::forms;
    Ok(forms::take_flash())
}

/// Whether Usher waits for its first organization.
#[server(input = Json)]
pub async fn awaits_setup() -> Result<bool, AppError> {
    use crate::ssr::gate;
    Ok(domain::setup::is_awaited(&*gate::core()?).await?)
}

/// Form `/setup`: the first organization with its owner, who is signed in by it.
#[server]
pub async fn set_up(
    code: String,
    organization: String,
    name: String,
    email: String,
    password: String,
) -> Result<(), AppError> {
    use crate::ssr::{forms, gate, sessions};
    let typed = [
        ("code", &code),
        ("organization", &organization),
        ("name", &name),
        ("email", &email),
    ];
    let visitor = gate::visitor(gate::Limit::SignIn).await;
    let done = async {
        visitor?;
        let request = domain::setup::Request {
            organization: organization.clone(),
            owner_name: name.clone(),
            owner_email: email.clone(),
            password,
            language: gate::language(),
        };
        let identity =
            domain::setup::with_code(&*gate::core()?, &gate::origin(), &code, request).await?;
        sessions::start(identity).await
    };
    forms::settle(done.await, "/setup", "/users", &typed)
}

/// Form `/sign-in`. The temporary password of an invitation leads where its link leads.
#[server]
pub async fn sign_in(email: String, password: String) -> Result<(), AppError> {
    use crate::ssr::{forms, gate, links, sessions};
    use domain::sign_in::Entered;
    let typed = [("email", &email)];
    let visitor = gate::visitor_for(gate::Limit::SignIn, &email).await;
    let done = async {
        visitor?;
        let core = gate::core()?;
        match domain::sign_in::enter(&core, &gate::origin(), &email, &password).await? {
            Entered::In(identity) => sessions::start(identity).await.map(|()| "/"),
            Entered::Invited(token) => {
                links::keep_invitation_token(&token);
                Ok("/accept")
            }
        }
    };
    let done = done.await;
    let onward = done.as_ref().map_or("/", |onward| *onward);
    forms::settle(done.map(|_| ()), "/sign-in", onward, &typed)
}

/// Ends the session.
#[server]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::ssr::{forms, sessions};
    forms::settle(sessions::end().await, "/sign-in", "/sign-in", &[])
}

/// Form `/forgot-password`: the answer is the same whether or not the address is known.
#[server]
pub async fn request_password_reset(email: String) -> Result<(), AppError> {
    use crate::ssr::{forms, gate};
    let typed = [("email", &email)];
    let visitor = gate::visitor_for(gate::Limit::Mail, &email).await;
    let done = async {
        visitor?;
        domain::password_reset::request(&gate::core()?, &email)?;
        Ok(())
    };
    forms::settle_and_say(done.await, "/forgot-password", "/forgot-password", &typed)
}

/// Form `/reset-password`: the link's token came by cookie, as with invitations.
#[server]
pub async fn reset_password(password: String) -> Result<(), AppError> {
    use crate::ssr::{forms, gate, links};
    let visitor = gate::visitor(gate::Limit::SignIn).await;
    let done = async {
        visitor?;
        domain::password_reset::complete(
            &*gate::core()?,
            &gate::origin(),
            &links::reset_token(),
            &password,
        )
        .await?;
        links::forget_reset_token();
        Ok(())
    };
    forms::settle_and_say(done.await, "/reset-password", "/sign-in", &[])
}

/// Whether the link that led to `/reset-password` still works.
#[server(input = Json)]
pub async fn reset_link_works() -> Result<bool, AppError> {
    use crate::ssr::{gate, links};
    Ok(domain::password_reset::is_open(&*gate::core()?, &links::reset_token()).await?)
}

/// How strong a password is; `about` are words that must not carry it (name, address).
#[server(input = Json)]
pub async fn password_strength(password: String, about: Vec<String>) -> Result<Strength, AppError> {
    use crate::ssr::gate;
    gate::visitor(gate::Limit::Strength).await?;
    Ok(domain::passwords::strength(&password, &about))
}

/// The signed-in person, or `None`: pages decide by it what to show.
#[server(input = Json)]
pub async fn who_am_i() -> Result<Option<Me>, AppError> {
    use crate::ssr::gate;
    gate::me().await
}

/// The signed-in person who cannot use the chosen organization, or `None`.
#[server(input = Json)]
pub async fn who_is_outside() -> Result<Option<Outsider>, AppError> {
    use crate::ssr::gate;
    gate::outsider().await
}

/// Form: the session goes over to another organization of the person.
#[server]
pub async fn switch_organization(organization: OrganizationId) -> Result<(), AppError> {
    use crate::ssr::{forms, gate};
    let signed_in = gate::signed_in().await;
    let done = async {
        let (core, signed_in) = signed_in?;
        domain::sessions::choose(&core, &signed_in, organization).await?;
        Ok(())
    };
    forms::settle_quietly(done.await, "/")
}

/// The person's signed-in browsers.
#[server(input = Json)]
pub async fn list_sessions() -> Result<Vec<SessionRow>, AppError> {
    use crate::ssr::gate;
    let (core, member) = gate::member().await?;
    Ok(domain::sessions::list(&core, &member).await?)
}

/// Signs out one browser of the person.
#[server(input = Json)]
pub async fn end_session(id: SessionId) -> Result<(), AppError> {
    use crate::ssr::gate;
    let (core, member) = gate::member().await?;
    Ok(domain::sessions::end_one(&core, &member, id).await?)
}

/// Signs out every browser of the person but this one.
#[server(input = Json)]
pub async fn end_other_sessions() -> Result<(), AppError> {
    use crate::ssr::gate;
    let (core, member) = gate::member().await?;
    Ok(domain::sessions::end_others(&core, &member).await?)
}

/// Form on `/profile`: changes the password and signs out every other browser.
#[server]
pub async fn change_password(current: String, password: String) -> Result<(), AppError> {
    use crate::ssr::{forms, gate};
    let member = gate::member().await;
    let done = async {
        let (core, member) = member?;
        domain::sign_in::change_password(&core, &member, &current, &password).await?;
        Ok(())
    };
    forms::settle_and_say(done.await, "/profile", "/profile", &[])
}

/// Form: the language of pages and, for someone signed in, of messages; then back to `back`.
#[server]
pub async fn set_language(language: Language, back: String) -> Result<(), AppError> {
    use crate::ssr::{forms, gate};
    gate::set_language(language).await?;
    forms::go_back(&back)
}
