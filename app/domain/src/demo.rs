//! A believable organization to look at: `usher serve --demo`.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    Set, sea_query::Expr,
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
        batch_recipients, batches,
        deliveries::{self, DeliveryState},
        identities, invitations, resources, users,
    },
    invitations as inviting,
    proof::{Admin, ManageUsers},
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

    for (story, number) in STORIES.iter().zip(1..) {
        invite(core, &admin, story, number).await?;
    }

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

/// What became of those who were invited so long ago: of each thirteen people, those in some places.
struct Story {
    places: std::ops::RangeInclusive<usize>,
    status: UserStatus,
    ago: Duration,
}

/// Every status there is, as weeks of use would give it; the oldest first.
const STORIES: [Story; 7] = [
    Story {
        places: 12..=12,
        status: UserStatus::Deactivated,
        ago: Duration::days(40),
    },
    Story {
        places: 0..=5,
        status: UserStatus::Active,
        ago: Duration::days(20),
    },
    Story {
        places: 10..=10,
        status: UserStatus::NotInvited,
        ago: Duration::days(9),
    },
    Story {
        places: 8..=8,
        status: UserStatus::Invited,
        ago: Duration::days(6),
    },
    Story {
        places: 6..=7,
        status: UserStatus::Invited,
        ago: Duration::hours(5),
    },
    Story {
        places: 9..=9,
        status: UserStatus::Failed,
        ago: Duration::hours(3),
    },
    // Left to the courier: these go to the mailbox.
    Story {
        places: 11..=11,
        status: UserStatus::Waiting,
        ago: Duration::zero(),
    },
];

/// Invites the people of a story, and then lets it be as long ago as it says.
async fn invite(
    core: &Core,
    admin: &Admin<ManageUsers>,
    story: &Story,
    number: u128,
) -> Outcome<()> {
    let people = PEOPLE.iter().zip((0..13).cycle());
    let lines: Vec<String> = people
        .filter(|(_, place)| story.places.contains(place))
        .map(|(name, _)| format!("{name} <{}>", address(name)))
        .collect();
    let request = SendRequest {
        key: Uuid::from_u128(number),
        audience: Audience::Pasted(lines.join("\n")),
        role: None,
        lifetime: None,
        language: None,
        message: String::new(),
        resend: false,
        seen: u32::try_from(lines.len()).unwrap_or_default(),
    };
    let batch = inviting::send(core, admin, &request).await?;
    if story.status == UserStatus::Waiting {
        return Ok(());
    }
    let now = core.now();
    let begun = now - story.ago;
    // Nobody knows this password: these people are not there to sign in.
    let nobodys = Password::parse(&random::nonce())?;
    let nobodys_hash = core.hasher.hash(&nobodys).await?;
    let write = core.database.begin().await?;
    batches::Entity::update_many()
        .col_expr(batches::Column::CreatedAt, Expr::value(begun))
        .filter(batches::Column::Id.eq(batch))
        .exec(&write)
        .await?;
    let of_batch = batch_recipients::Entity::find()
        .filter(batch_recipients::Column::BatchId.eq(batch))
        .all(&write)
        .await?;
    let invited = users::Entity::find()
        .filter(users::Column::Id.is_in(of_batch.iter().filter_map(|it| it.user_id)))
        .all(&write)
        .await?;
    let (status, joined) = (
        story.status,
        matches!(story.status, UserStatus::Active | UserStatus::Deactivated),
    );
    for user in invited {
        let user_id = user.id;
        let identity = joined.then(|| random::id::<IdentityId>(now));
        if let Some(identity) = identity {
            identities::ActiveModel {
                id: Set(identity),
                email: Set(user.email.clone()),
                email_key: Set(user.email_key.clone()),
                email_proven_at: Set(Some(begun)),
                password_hash: Set(nobodys_hash.clone()),
                language: Set(Language::En),
                is_operator: Set(false),
                created_at: Set(begun),
            }
            .insert(&write)
            .await?;
        }
        let sent = (status != UserStatus::NotInvited).then_some(begun);
        let failed = status == UserStatus::Failed;
        let mut user = user.into_active_model();
        user.created_at = Set(begun);
        user.status = Set(status);
        user.identity_id = Set(identity);
        user.invited_at = Set(sent);
        user.expires_at = Set(sent.map(|at| at + Duration::hours(72)));
        user.failure_code = Set(failed.then_some(550));
        user.failure_words = Set(failed.then(|| NO_SUCH_MAILBOX.to_owned()));
        user.update(&write).await?;
        settle_invitation(&write, user_id, status, begun, joined).await?;
    }
    write.commit().await?;
    Ok(())
}

async fn settle_invitation(
    write: &DatabaseTransaction,
    user: UserId,
    status: UserStatus,
    sent: DateTime<Utc>,
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
            created_at: Set(sent),
            settled_at: Set(Some(sent)),
            ..Default::default()
        })
        .filter(deliveries::Column::InvitationId.eq(invitation.id))
        .exec(write)
        .await?;
    let mut invitation = invitation.into_active_model();
    invitation.created_at = Set(sent);
    invitation.expires_at = Set(sent + Duration::hours(72));
    if status == UserStatus::NotInvited {
        invitation.revoked_at = Set(Some(sent));
    } else {
        invitation.accepted_at = Set(accepted.then_some(sent + Duration::hours(2)));
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
