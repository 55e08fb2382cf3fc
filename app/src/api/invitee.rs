//! The invitee's side: the link's token came by cookie (see `ssr::links`), never in these calls.

use leptos::{prelude::*, server_fn::codec::Json};
use types::invitation::InvitationPage;

use super::AppError;

/// What `/accept` shows to this visitor.
#[server(input = Json)]
pub async fn read_invitation() -> Result<InvitationPage, AppError> {
    use crate::ssr::{gate, links, sessions};
    let token = links::invitation_token();
    links::arrived(&token);
    Ok(domain::sign_up::page(
        &*gate::core()?,
        &token,
        sessions::signed_in().await?.as_ref(),
    )
    .await?)
}

/// Form `/accept` of someone new: makes the identity, and the person is in.
#[server]
pub async fn accept_invitation(
    first_name: String,
    last_name: String,
    phone: String,
    job_title: String,
    password: String,
) -> Result<(), AppError> {
    use crate::ssr::{forms, gate, links, sessions};
    let typed = [
        ("first_name", &first_name),
        ("last_name", &last_name),
        ("phone", &phone),
        ("job_title", &job_title),
    ];
    let visitor = gate::visitor(gate::Limit::Accept).await;
    let done = async {
        visitor?;
        let form = domain::sign_up::Form {
            first_name: first_name.clone(),
            last_name: last_name.clone(),
            phone: phone.clone(),
            job_title: job_title.clone(),
            password,
        };
        let accepted = domain::sign_up::accept(
            &*gate::core()?,
            &gate::origin(),
            &links::invitation_token(),
            form,
        )
        .await?;
        links::forget_invitation_token();
        sessions::start(accepted).await
    };
    forms::settle(done.await, "/accept", "/home", &typed)
}

/// Form `/accept` of someone whose address has an identity: its password signs in and joins.
#[server]
pub async fn sign_in_and_join(password: String) -> Result<(), AppError> {
    use crate::ssr::{forms, gate, links, sessions};
    let visitor = gate::visitor_for(gate::Limit::SignIn, &links::invitation_token()).await;
    let done = async {
        visitor?;
        let token = links::invitation_token();
        let accepted = domain::sign_up::join_with_password(
            &*gate::core()?,
            &gate::origin(),
            &token,
            &password,
        )
        .await?;
        links::forget_invitation_token();
        sessions::start(accepted).await
    };
    forms::settle(done.await, "/accept", "/home", &[])
}

/// Button "Join" of someone who is signed in as the invited address.
#[server]
pub async fn join() -> Result<(), AppError> {
    use crate::ssr::{forms, gate, links, sessions};
    let done = async {
        let signed_in = sessions::signed_in()
            .await?
            .ok_or(types::refusal::Refusal::NotSignedIn)?;
        let accepted =
            domain::sign_up::join(&*gate::core()?, &links::invitation_token(), &signed_in).await?;
        links::forget_invitation_token();
        sessions::start(accepted).await
    };
    forms::settle(done.await, "/accept", "/home", &[])
}

/// Button "Switch account": signs out and comes back to the invitation.
#[server]
pub async fn switch_account() -> Result<(), AppError> {
    use crate::ssr::{forms, sessions};
    forms::settle(sessions::end().await, "/accept", "/accept", &[])
}

/// Form `/accept/decline`: the person does not want the invitation.
#[server]
pub async fn decline_invitation() -> Result<(), AppError> {
    use crate::ssr::{forms, gate, links};
    let visitor = gate::visitor_for(gate::Limit::Accept, &links::invitation_token()).await;
    let done = async {
        visitor?;
        domain::sign_up::decline(&*gate::core()?, &gate::origin(), &links::invitation_token())
            .await?;
        Ok(())
    };
    // The page says what is so, and the link goes on to lead there.
    forms::settle(done.await, "/accept", "/accept", &[])
}

/// Button "Ask for a new one": a new invitation goes to the original address, and only there; or an
/// admin is asked first.
#[server]
pub async fn ask_for_new_invitation() -> Result<(), AppError> {
    use crate::ssr::{forms, gate, links};
    let visitor = gate::visitor_for(gate::Limit::Mail, &links::invitation_token()).await;
    let done = async {
        visitor?;
        domain::sign_up::ask_for_new(&*gate::core()?, &gate::origin(), &links::invitation_token())
            .await?;
        Ok(())
    };
    forms::settle_and_say(done.await, "/accept", "/accept", &[])
}
