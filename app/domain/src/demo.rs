//! A believable organization to look at: `usher serve --demo`.

use crate::proof::Origin;
use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    Set, sea_query::Expr,
};
use types::{
    batch::{Audience, SendRequest},
    ids::{IdentityId, UserId},
    invitation::Via,
    language::Language,
    password::Password,
    refusal::Refusal,
    resources::{Access, Feature, Reach, ResourceKind},
    users::UserStatus,
};
use uuid::Uuid;

use crate::{
    Core, Outcome, database,
    entity::{
        batch_recipients, batches,
        deliveries::{self, DeliveryState},
        identities, invitations, organizations, resources, users,
    },
    invitations as inviting,
    proof::{Admin, ManageUsers},
    random, sessions, setup,
};

/// The sign-in of the demonstration's owner.
pub const EMAIL: &str = "vera@harbourclinics.example";
pub const PASSWORD: &str = "harbour lights at dawn";

const NO_SUCH_MAILBOX: &str = "5.1.1 No such mailbox here";

const RESOURCES: [(ResourceKind, &[&str]); 4] = [
    (
        ResourceKind::Location,
        &[
            "Old Harbour",
            "North Quay",
            "Lighthouse Road",
            "Market Square",
            CLOSED,
        ],
    ),
    (
        ResourceKind::Page,
        &["Inbox", "Calendar", "Patients", "Reports"],
    ),
    (
        ResourceKind::Product,
        &["Messaging", "Scheduler", "Reviews", NOT_ENABLED],
    ),
    (ResourceKind::Line, &["Reception", "Billing", "Emergency"]),
];

/// A location that is retired.
const CLOSED: &str = "Pier Annex";
/// A product that the operator has not enabled.
const NOT_ENABLED: &str = "Payments";

/// What the people of a team reach; of the kinds that are not named everything.
struct Team {
    chosen: &'static [(ResourceKind, &'static [&'static str])],
    features: &'static [Feature],
}

/// The first person is in the first team, and so on; after so many the teams begin anew.
const ROUND: usize = 7;

/// The last ones of each round are in no team: they reach everything.
const TEAMS: [Team; 4] = [
    Team {
        chosen: &[
            (ResourceKind::Location, &["Old Harbour"]),
            (ResourceKind::Page, &["Inbox", "Calendar"]),
            (ResourceKind::Product, &["Messaging", "Scheduler"]),
            (ResourceKind::Line, &["Reception"]),
        ],
        features: &[Feature::Scheduler],
    },
    Team {
        chosen: &[
            (ResourceKind::Location, &["North Quay", "Lighthouse Road"]),
            (ResourceKind::Page, &["Inbox", "Calendar", "Patients"]),
            (ResourceKind::Line, &["Reception", "Emergency"]),
        ],
        features: &[Feature::Scheduler, Feature::Upload],
    },
    Team {
        chosen: &[
            (ResourceKind::Page, &["Reports"]),
            (ResourceKind::Product, &["Reviews", NOT_ENABLED]),
            (ResourceKind::Line, &["Billing"]),
        ],
        features: &[Feature::Upload],
    },
    Team {
        chosen: &[
            (ResourceKind::Location, &["Market Square", CLOSED]),
            (ResourceKind::Page, &["Inbox", "Patients"]),
            (ResourceKind::Product, &["Messaging"]),
            (ResourceKind::Line, &["Emergency"]),
        ],
        features: &[],
    },
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
    let signed_in = sessions::signed_in(core, &cookie, Origin::default())
        .await?
        .ok_or(Refusal::NotSignedIn)?;
    let admin = sessions::member(core, &signed_in)
        .await?
        .ok_or(Refusal::NotSignedIn)?
        .with(ManageUsers)?;
    sessions::end(core, &signed_in).await?;

    let resources = furnish(core, &admin).await?;
    for (story, number) in STORIES.iter().zip(1..) {
        invite(core, &admin, story, number).await?;
    }
    choose(core, &admin, &resources).await
}

/// What the organization has, both features among it.
async fn furnish(core: &Core, admin: &Admin<ManageUsers>) -> Outcome<Vec<resources::Model>> {
    let now = core.now();
    let of_kind = |(kind, names): &(ResourceKind, &[&str])| {
        let names = names.iter().zip(1..);
        names
            .map(|(name, position)| resources::Model {
                id: random::id(now),
                organization_id: admin.organization,
                kind: *kind,
                name: (*name).to_owned(),
                position,
                enabled: *name != NOT_ENABLED,
                retired_at: (*name == CLOSED).then_some(now - Duration::days(30)),
            })
            .collect::<Vec<_>>()
    };
    let rows: Vec<_> = RESOURCES.iter().flat_map(of_kind).collect();
    let new = rows.iter().cloned().map(IntoActiveModel::into_active_model);
    let write = core.database.begin().await?;
    database::insert_all::<resources::Entity, resources::ActiveModel>(&write, new.collect())
        .await?;
    organizations::Entity::update_many()
        .col_expr(organizations::Column::Scheduler, Expr::value(true))
        .col_expr(organizations::Column::Upload, Expr::value(true))
        .filter(organizations::Column::Id.eq(admin.organization))
        .exec(&write)
        .await?;
    write.commit().await?;
    Ok(rows)
}

/// Puts the people into their teams, each when they were invited.
async fn choose(
    core: &Core,
    admin: &Admin<ManageUsers>,
    resources: &[resources::Model],
) -> Outcome<()> {
    let write = core.database.begin().await?;
    for (team, place) in TEAMS.iter().zip(0..) {
        let mut access = Access::default();
        for (kind, names) in team.chosen {
            let rows = resources.iter().filter(|row| row.kind == *kind);
            let rows = rows.filter(|row| names.contains(&row.name.as_str()));
            *access.of_mut(*kind) = Reach::Chosen(rows.map(|row| row.id).collect());
        }
        for feature in team.features {
            access.allow(*feature, true);
        }
        let members = PEOPLE.iter().skip(place).step_by(ROUND);
        users::Entity::update_many()
            .set(users::ActiveModel {
                access: Set(access),
                access_by: Set(Some(admin.user)),
                ..Default::default()
            })
            .col_expr(users::Column::AccessAt, Expr::col(users::Column::CreatedAt))
            .filter(users::Column::OrganizationId.eq(admin.organization))
            .filter(users::Column::UsernameKey.is_in(members.map(|name| address(name))))
            .exec(&write)
            .await?;
    }
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
        access: None,
        lifetime: None,
        language: None,
        via: Via::Automatic,
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
                username: Set(user.username.clone()),
                username_key: Set(user.username_key.clone()),
                username_proven_at: Set(Some(begun)),
                password_hash: Set(nobodys_hash.clone()),
                language: Set(Language::En),
                is_operator: Set(false),
                last_organization_id: Set(None),
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
