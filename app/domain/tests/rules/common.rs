//! The steps that tests have in common.

use domain::proof::Origin;
use std::fmt::Debug;

use domain::{
    Fault, Outcome, bulk,
    entity::{
        deliveries::{self, DeliveryState},
        invitations, users,
    },
    people,
    proof::{Admin, ManageRoles, ManageUsers, Member, Operator},
    random_nonce, roles,
    sessions::Authenticated,
    sign_in,
    sign_up::{self, Form},
    testing::{OWNER, PASSWORD, TestUsher},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use types::{
    access::{Permission, RoleKind},
    batch::{Audience, Change, ChangeRequest, SendRequest},
    ids::{BatchId, OrganizationId, RoleId, UserId},
    invitation::{Channel, Closed, InvitationPage, Offer, Via},
    operator::OrganizationSettings,
    organization::Verification,
    refusal::Refusal,
    roles::RoleDetails,
    users::{
        EditRequest, Failure, HistoryEvent, PersonDetails, StatusFilter, UserStatus, UsersFilter,
        UsersPage, UsersQuery,
    },
};
use uuid::Uuid;

/// A request as the dialog makes it, before anything was seen.
pub fn pasted(text: &str) -> SendRequest {
    to(Audience::Pasted(text.to_owned()))
}

/// A request as the row menu makes it.
pub fn to_users(users: &[UserId]) -> SendRequest {
    to(Audience::Users(users.to_vec()))
}

fn to(audience: Audience) -> SendRequest {
    SendRequest {
        key: Uuid::parse_str(&random_nonce()).unwrap(),
        audience,
        role: None,
        access: None,
        lifetime: None,
        language: None,
        via: Via::Automatic,
        message: String::new(),
        resend: false,
        seen: 0,
    }
}

/// Looks at the preview and sends.
pub async fn send(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    mut request: SendRequest,
) -> Outcome<BatchId> {
    let preview = domain::invitations::preview(&usher.core, admin, &request).await?;
    request.seen = preview.counts.ready;
    domain::invitations::send(&usher.core, admin, &request).await
}

/// Ends a standing invitation.
pub async fn revoke(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    user: UserId,
) -> Outcome<BatchId> {
    change(usher, admin, Change::Revoke, Audience::Users(vec![user])).await
}

/// Looks at the preview and does it.
pub async fn change(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    act: Change,
    audience: Audience,
) -> Outcome<BatchId> {
    let mut request = ChangeRequest {
        key: Uuid::parse_str(&random_nonce()).unwrap(),
        act,
        audience,
        seen: 0,
    };
    request.seen = bulk::preview(&usher.core, admin, &request)
        .await?
        .counts
        .ready;
    bulk::change(&usher.core, admin, &request).await
}

pub async fn invite(usher: &TestUsher, admin: &Admin<ManageUsers>, text: &str) -> BatchId {
    send(usher, admin, pasted(text)).await.unwrap()
}

/// Invites again, which ends the older link.
pub async fn resend(usher: &TestUsher, admin: &Admin<ManageUsers>, email: &str) -> BatchId {
    let request = SendRequest {
        resend: true,
        ..to_users(&[user(usher, email).await.id])
    };
    send(usher, admin, request).await.unwrap()
}

/// Invites, delivers, and gives the token of the link in the mail.
pub async fn invited(usher: &TestUsher, admin: &Admin<ManageUsers>, email: &str) -> String {
    invite(usher, admin, email).await;
    usher.deliver().await.unwrap();
    usher.mailer.token_for(email).unwrap()
}

pub fn form() -> Form {
    Form {
        first_name: "Ivan".to_owned(),
        last_name: "Petrov".to_owned(),
        phone: String::new(),
        job_title: String::new(),
        password: PASSWORD.to_owned(),
    }
}

pub async fn accept(usher: &TestUsher, token: &str) -> Authenticated {
    sign_up::accept(&usher.core, &Origin::default(), token, form())
        .await
        .unwrap()
}

/// Someone who was invited and has joined.
pub async fn joined(usher: &TestUsher, admin: &Admin<ManageUsers>, email: &str) -> Member {
    let token = invited(usher, admin, email).await;
    let who = accept(usher, &token).await;
    usher.member(who).await.unwrap()
}

/// The same with the role Admin.
pub async fn joined_admin(
    usher: &TestUsher,
    owner: &Admin<ManageUsers>,
    email: &str,
) -> Admin<ManageUsers> {
    let admins = role(usher, owner, RoleKind::Admin).await;
    let member = joined_as(usher, owner, email, admins).await;
    member.with(ManageUsers).unwrap()
}

/// The same with any role.
pub async fn joined_as(
    usher: &TestUsher,
    owner: &Admin<ManageUsers>,
    email: &str,
    role: RoleId,
) -> Member {
    let request = SendRequest {
        role: Some(role),
        ..pasted(email)
    };
    send(usher, owner, request).await.unwrap();
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for(email).unwrap();
    let who = accept(usher, &token).await;
    usher.member(who).await.unwrap()
}

/// A role of the organization's own.
pub async fn own_role(
    usher: &TestUsher,
    owner: &Admin<ManageUsers>,
    name: &str,
    permissions: &[Permission],
) -> RoleId {
    let owner = (**owner).clone().with(ManageRoles).unwrap();
    let details = RoleDetails {
        name: name.to_owned(),
        permissions: permissions.iter().copied().collect(),
    };
    roles::add(&usher.core, &owner, &details).await.unwrap()
}

/// Gives the user another role, as the form on the user's page does.
pub async fn give(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    email: &str,
    role: RoleId,
) -> Outcome<()> {
    let request = giving(usher, admin, user(usher, email).await.id, role).await;
    people::edit(&usher.core, admin, &request).await
}

/// What the form sends for that.
pub async fn giving(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    user: UserId,
    role: RoleId,
) -> EditRequest {
    let page = people::read(&usher.core, admin, user).await.unwrap();
    EditRequest {
        user,
        wanted: PersonDetails {
            role,
            ..page.details.clone()
        },
        seen: page.details,
    }
}

/// Someone with `PASSWORD` signs in again: what they may do is read anew.
pub async fn again(usher: &TestUsher, email: &str) -> Admin<ManageUsers> {
    let who = domain::sign_in::verify(&usher.core, email, PASSWORD)
        .await
        .unwrap();
    usher.member(who).await.unwrap().with(ManageUsers).unwrap()
}

/// A role that the admin may give.
pub async fn role(usher: &TestUsher, admin: &Admin<ManageUsers>, kind: RoleKind) -> RoleId {
    let choices = roles::invite_choices(&usher.core, admin).await.unwrap();
    choices
        .roles
        .iter()
        .find(|role| role.kind == kind)
        .unwrap()
        .id
}

/// The member's own user.
pub fn id_of(member: &Member) -> UserId {
    member.clone().me(false).user
}

/// The person who runs the installation, signed in to the first organization.
pub async fn operator(usher: &TestUsher) -> Operator {
    let who = sign_in::verify(&usher.core, OWNER, PASSWORD).await.unwrap();
    let signed_in = usher.signed_in(who).await.unwrap();
    signed_in.operator().unwrap()
}

/// As the operator has set it.
pub async fn by_sms(usher: &TestUsher, organization: OrganizationId) {
    let operator = operator(usher).await;
    let page = domain::operator::read(&usher.core, &operator, organization).await;
    let wanted = OrganizationSettings {
        verification: Verification::EmailOrSms,
        ..page.unwrap().settings
    };
    domain::operator::change(&usher.core, &operator, organization, &wanted)
        .await
        .unwrap();
}

pub async fn set_seats(usher: &TestUsher, organization: OrganizationId, seats: Option<u32>) {
    let operator = operator(usher).await;
    let page = domain::operator::read(&usher.core, &operator, organization).await;
    let wanted = OrganizationSettings {
        seats,
        ..page.unwrap().settings
    };
    domain::operator::change(&usher.core, &operator, organization, &wanted)
        .await
        .unwrap();
}

/// The user with the address; the first one where several organizations have it.
pub async fn user(usher: &TestUsher, email: &str) -> users::Model {
    users::Entity::find()
        .filter(users::Column::UsernameKey.eq(email))
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap()
}

pub async fn invitation(usher: &TestUsher, email: &str) -> invitations::Model {
    invitations::Entity::find()
        .filter(invitations::Column::UserId.eq(user(usher, email).await.id))
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap()
}

/// The messages that carry the person's invitation, the oldest generation first.
pub async fn deliveries(usher: &TestUsher, email: &str) -> Vec<deliveries::Model> {
    let mut rows = deliveries::Entity::find()
        .filter(deliveries::Column::InvitationId.eq(invitation(usher, email).await.id))
        .all(usher.core.database().read())
        .await
        .unwrap();
    rows.sort_by_key(|row| row.generation);
    rows
}

/// The newest users of the directory.
pub async fn directory(usher: &TestUsher, admin: &Admin<ManageUsers>) -> UsersPage {
    list(usher, admin, UsersFilter::default()).await
}

/// The newest users whom the filter leaves.
pub async fn list(usher: &TestUsher, admin: &Admin<ManageUsers>, filter: UsersFilter) -> UsersPage {
    let query = UsersQuery {
        filter,
        ..UsersQuery::default()
    };
    domain::directory::list(&usher.core, admin, &query)
        .await
        .unwrap()
}

pub fn with_status(status: StatusFilter) -> UsersFilter {
    UsersFilter {
        status,
        ..UsersFilter::default()
    }
}

pub fn searching(q: &str) -> UsersFilter {
    UsersFilter {
        q: q.to_owned(),
        ..UsersFilter::default()
    }
}

pub fn addresses(page: &UsersPage) -> Vec<&str> {
    page.rows.iter().map(|row| row.username.as_str()).collect()
}

pub async fn states(usher: &TestUsher, email: &str) -> Vec<DeliveryState> {
    let rows = deliveries(usher, email).await;
    rows.into_iter().map(|row| row.state).collect()
}

/// No page does this yet, so the row is written directly.
pub async fn set_status(usher: &TestUsher, email: &str, status: UserStatus) {
    let mut row = user(usher, email).await.into_active_model();
    row.status = Set(status);
    let write = usher.core.database().begin().await.unwrap();
    row.update(&write).await.unwrap();
    write.commit().await.unwrap();
}

/// What a stranger who follows the link sees.
pub async fn page(usher: &TestUsher, token: &str) -> InvitationPage {
    sign_up::page(&usher.core, token, None).await.unwrap()
}

pub async fn offer(usher: &TestUsher, token: &str) -> Offer {
    match page(usher, token).await {
        InvitationPage::Open(offer) => offer,
        other => panic!("the link does not let in: {other:?}"),
    }
}

/// Why the link does not let in, and whether a new one can be asked for.
pub async fn closed(usher: &TestUsher, token: &str) -> (Closed, bool) {
    match page(usher, token).await {
        InvitationPage::Closed(closed) => (closed.why, closed.can_ask),
        other => panic!("the link is not closed: {other:?}"),
    }
}

/// The token of a link.
pub fn token_in(link: &str) -> String {
    let (_, token) = link.rsplit_once('/').unwrap();
    token.to_owned()
}

pub fn refusal<T: Debug>(outcome: Outcome<T>) -> Refusal {
    match outcome {
        Err(Fault::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// The server has taken the e-mail.
pub fn delivered() -> HistoryEvent {
    HistoryEvent::Delivered {
        channel: Channel::Email,
        answer: Failure {
            code: Some(250),
            words: "OK".to_owned(),
        },
    }
}
