//! A believable organization to look at: `usher serve --demo`.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, Set,
};
use types::{
    batch::{Audience, SendRequest},
    ids::{IdentityId, UserId},
    language::Language,
    password::Password,
    refusal::Refusal,
    users::UserStatus,
};
use uuid::Uuid;

use crate::{
    Core, Outcome, database,
    entity::{
        deliveries::{self, DeliveryState},
        identities, invitations, resources, users,
    },
    invitations as inviting,
    proof::ManageUsers,
    random, sessions, setup,
};

/// The sign-in of the demonstration's owner.
pub const EMAIL: &str = "vera@harbourclinics.example";
pub const PASSWORD: &str = "harbour lights at dawn";

const NO_SUCH_MAILBOX: &str = "5.1.1 No such mailbox here";

const RESOURCES: [(&str, &[&str]); 3] = [
    (
        "location",
        &[
            "Old Harbour",
            "North Quay",
            "Lighthouse Road",
            "Market Square",
        ],
    ),
    ("line", &["Reception", "Billing", "Emergency"]),
    ("product", &["Messaging", "Scheduler", "Reviews"]),
];

const PEOPLE: [&str; 39] = [
    "Amir Haddad",
    "Anna Sokolova",
    "Bea Lindqvist",
    "Bruno Costa",
    "Carla Mendes",
    "Chen Wei",
    "Clara Hoffmann",
    "Dana Novak",
    "David Okafor",
    "Elena Petrova",
    "Emil Sørensen",
    "Farah Aziz",
    "Fiona Gallagher",
    "George Adeyemi",
    "Greta Nilsson",
    "Hana Suzuki",
    "Hugo Martin",
    "Ines Fernández",
    "Ivan Dragić",
    "Jana Kučerová",
    "Joan Puig",
    "Kofi Mensah",
    "Lea Brunner",
    "Liam Murphy",
    "Lucía Romero",
    "Marek Zieliński",
    "Maya Cohen",
    "Milan Horvat",
    "Nadia Rahman",
    "Noah Becker",
    "Olga Ivanova",
    "Pavel Svoboda",
    "Priya Nair",
    "Rosa Bianchi",
    "Samuel Osei",
    "Sofia Almeida",
    "Tomás Silva",
    "Ulla Korhonen",
    "Yusuf Demir",
];

/// Fills an empty installation; does nothing where there is an organization already.
pub async fn fill(core: &Core) -> Outcome<()> {
    if !setup::is_awaited(core).await? {
        return Ok(());
    }
    let request = setup::Request {
        organization: "Harbour Clinics".to_owned(),
        owner_name: "Vera Lund".to_owned(),
        owner_email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        language: Language::En,
    };
    let owner = setup::create(core, request).await?;
    let cookie = sessions::start(core, owner, "demo").await?;
    let signed_in = sessions::signed_in(core, &cookie)
        .await?
        .ok_or(Refusal::NotSignedIn)?;
    let admin = sessions::member(core, &signed_in)
        .await?
        .ok_or(Refusal::NotSignedIn)?
        .with(ManageUsers)?;
    sessions::end(core, &signed_in).await?;

    let lines: Vec<String> = PEOPLE
        .iter()
        .map(|name| format!("{name} <{}>", address(name)))
        .collect();
    let request = SendRequest {
        key: Uuid::from_u128(1),
        audience: Audience::Pasted(lines.join("\n")),
        role: None,
        lifetime: None,
        language: None,
        message: String::new(),
        resend: false,
        seen: u32::try_from(PEOPLE.len()).unwrap_or_default(),
    };
    inviting::send(core, &admin, &request).await?;
    spread(core).await?;

    let now = core.now();
    let rows = RESOURCES.iter().flat_map(|(kind, names)| {
        names
            .iter()
            .zip(1..)
            .map(|(name, position)| resources::ActiveModel {
                id: Set(random::id(now)),
                organization_id: Set(admin.organization()),
                kind: Set((*kind).to_owned()),
                name: Set((*name).to_owned()),
                position: Set(position),
            })
    });
    let write = core.database.begin().await?;
    database::insert_all::<resources::Entity, _>(&write, rows.collect()).await?;
    write.commit().await?;
    Ok(())
}

/// Gives the invited people every status there is, as weeks of use would.
async fn spread(core: &Core) -> Outcome<()> {
    let now = core.now();
    // Nobody knows this password: these people are not there to sign in.
    let nobodys = Password::parse(&random::nonce())?;
    let nobodys_hash = core.hasher.hash(&nobodys).await?;
    let write = core.database.begin().await?;
    let invited = users::Entity::find()
        .filter(users::Column::IdentityId.is_null())
        .order_by_asc(users::Column::EmailKey)
        .all(&write)
        .await?;
    for (user, place) in invited.into_iter().zip(0..) {
        let user_id = user.id;
        let identity = (place % 13 < 6 || place % 13 == 12).then(|| random::id::<IdentityId>(now));
        let (status, sent_before) = match place % 13 {
            0..=5 => (UserStatus::Active, Duration::days(20)),
            6 | 7 => (UserStatus::Invited, Duration::hours(5)),
            8 => (UserStatus::Invited, Duration::days(6)),
            9 => (UserStatus::Failed, Duration::hours(3)),
            10 => (UserStatus::NotInvited, Duration::zero()),
            // Left to the courier: these go to the mailbox.
            11 => continue,
            _ => (UserStatus::Deactivated, Duration::days(40)),
        };
        if let Some(identity) = identity {
            identities::ActiveModel {
                id: Set(identity),
                email: Set(user.email.clone()),
                email_key: Set(user.email_key.clone()),
                email_proven_at: Set(Some(now - sent_before)),
                password_hash: Set(nobodys_hash.clone()),
                language: Set(Language::En),
                is_operator: Set(false),
                created_at: Set(now - sent_before),
            }
            .insert(&write)
            .await?;
        }
        let sent = (status != UserStatus::NotInvited).then_some(now - sent_before);
        let failed = status == UserStatus::Failed;
        let mut user = user.into_active_model();
        user.status = Set(status);
        user.identity_id = Set(identity);
        user.invited_at = Set(sent);
        user.expires_at = Set(sent.map(|at| at + Duration::hours(72)));
        user.failure_code = Set(failed.then_some(550));
        user.failure_words = Set(failed.then(|| NO_SUCH_MAILBOX.to_owned()));
        user.update(&write).await?;
        settle_invitation(&write, user_id, status, sent, identity.is_some()).await?;
    }
    write.commit().await?;
    Ok(())
}

async fn settle_invitation(
    write: &DatabaseTransaction,
    user: UserId,
    status: UserStatus,
    sent: Option<DateTime<Utc>>,
    accepted: bool,
) -> Outcome<()> {
    let invitation = invitations::Entity::find()
        .filter(invitations::Column::UserId.eq(user))
        .one(write)
        .await?
        .ok_or(Refusal::NotFound)?;
    let (state, code, words) = match status {
        UserStatus::Failed => (DeliveryState::Failed, Some(550), NO_SUCH_MAILBOX),
        UserStatus::NotInvited => (DeliveryState::Cancelled, None, ""),
        _ => (DeliveryState::Sent, Some(250), "OK"),
    };
    deliveries::Entity::update_many()
        .set(deliveries::ActiveModel {
            state: Set(state),
            attempt: Set(1),
            answer_code: Set(code),
            answer_words: Set(Some(words.to_owned())),
            settled_at: Set(sent),
            ..Default::default()
        })
        .filter(deliveries::Column::InvitationId.eq(invitation.id))
        .exec(write)
        .await?;
    let revoked_at = invitation.created_at;
    let mut invitation = invitation.into_active_model();
    match sent {
        Some(at) => {
            invitation.expires_at = Set(at + Duration::hours(72));
            invitation.accepted_at = Set(accepted.then_some(at + Duration::hours(2)));
        }
        None => invitation.revoked_at = Set(Some(revoked_at)),
    }
    invitation.update(write).await?;
    Ok(())
}

/// "Emil Sørensen" is `emil.srensen@harbourclinics.example`: addresses are ASCII.
fn address(name: &str) -> String {
    let local: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c == ' ' { '.' } else { c })
        .filter(char::is_ascii)
        .collect();
    format!("{local}@harbourclinics.example")
}
