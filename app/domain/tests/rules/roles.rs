//! The organization's own roles, and who gives which on every path.

use domain::{
    Outcome, bulk,
    entity::{audit_events, imports as import_rows, organizations, roles as role_rows},
    imports::{self, Content},
    invitations, people,
    proof::{Admin, CopyInvitationLinks, ManageRoles, ManageUsers, Member},
    roles,
    testing::TestUsher,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::{Value, json};
use types::{
    access::{
        Permission::{
            self, CopyInvitationLinks as Copy, ManageRoles as Roles, ManageUsers as Users,
        },
        RoleKind,
    },
    audit::Action,
    batch::{Audience, Change, SendRequest, Verdict},
    ids::RoleId,
    import::{ImportRequest, ImportSettings, ImportState, Known, RowVerdict, RowsFrom},
    refusal::Refusal,
    roles::{RoleDeletion, RoleDetails, RoleEdit, RoleRow},
    users::{PersonDetails, UserStatus},
};

use crate::common::{
    change, give, id_of, invite, joined, joined_admin, joined_as, own_role, pasted, refusal,
    resend, role, send, to_users, user,
};

const IVAN: &str = "ivan@north.example";
const FAY: &str = "fay@north.example";

fn managing(member: &Member) -> Admin<ManageRoles> {
    member.clone().with(ManageRoles).unwrap()
}

fn details(name: &str, permissions: &[Permission]) -> RoleDetails {
    RoleDetails {
        name: name.to_owned(),
        permissions: permissions.iter().copied().collect(),
    }
}

async fn list(usher: &TestUsher, admin: &Member) -> Vec<RoleRow> {
    roles::list(&usher.core, &managing(admin)).await.unwrap()
}

/// As the list shows it.
async fn row(usher: &TestUsher, admin: &Member, role: RoleId) -> RoleRow {
    let rows = list(usher, admin).await;
    rows.into_iter().find(|row| row.id == role).unwrap()
}

async fn edit(usher: &TestUsher, admin: &Member, role: RoleId, wanted: RoleDetails) -> Outcome<()> {
    let seen = row(usher, admin, role).await.details;
    let request = RoleEdit { role, seen, wanted };
    roles::edit(&usher.core, &managing(admin), &request).await
}

async fn delete(
    usher: &TestUsher,
    admin: &Member,
    role: RoleId,
    move_to: Option<RoleId>,
) -> Outcome<u64> {
    let request = RoleDeletion { role, move_to };
    roles::delete(&usher.core, &managing(admin), request).await
}

/// Somebody who has joined with a role of these permissions.
async fn with_only(
    usher: &TestUsher,
    owner: &Admin<ManageUsers>,
    email: &str,
    permissions: &[Permission],
) -> Member {
    let role = own_role(usher, owner, &format!("role of {email}"), permissions).await;
    joined_as(usher, owner, email, role).await
}

/// What the audit log says of roles, the newest last.
async fn told(usher: &TestUsher, action: Action) -> Vec<Value> {
    let rows = audit_events::Entity::find()
        .filter(audit_events::Column::Action.eq(action))
        .all(usher.core.database().read())
        .await
        .unwrap();
    let details = rows.iter().map(|row| row.details.parse().unwrap());
    details.collect()
}

#[tokio::test]
async fn the_list_shows_what_each_role_carries_and_how_many_have_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let desk = own_role(&usher, &owner, "reception", &[Users]).await;
    own_role(&usher, &owner, "Auditors", &[Permission::ViewAudit]).await;
    joined_as(&usher, &owner, FAY, desk).await;
    invite(&usher, &owner, "a@north.example, b@north.example").await;
    // Whoever is elsewhere does not count.
    let stranger = usher.other_organization().await.unwrap();
    invite(&usher, &stranger, "c@nimbus.example").await;

    let rows = list(&usher, &owner).await;
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (row.kind, row.details.name.as_str(), row.users))
        .collect();
    assert_eq!(
        shown,
        [
            (RoleKind::Owner, "Owner", 1),
            (RoleKind::Admin, "Admin", 0),
            (RoleKind::User, "User", 2),
            (RoleKind::Custom, "Auditors", 0),
            (RoleKind::Custom, "reception", 1),
        ]
    );
    assert!(
        rows[0]
            .details
            .permissions
            .has(Permission::ManageOrganization)
    );
    assert_eq!(rows[2].details.permissions.iter().count(), 0);
}

#[tokio::test]
async fn a_role_is_added_changed_and_deleted_and_the_log_tells_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let desk = own_role(&usher, &owner, "  Front   desk ", &[Users, Users]).await;
    assert_eq!(
        row(&usher, &owner, desk).await.details,
        details("Front desk", &[Users])
    );
    let wanted = details("Reception", &[Users, Copy]);
    edit(&usher, &owner, desk, wanted.clone()).await.unwrap();
    assert_eq!(row(&usher, &owner, desk).await.details, wanted);
    assert_eq!(delete(&usher, &owner, desk, None).await.unwrap(), 0);
    assert_eq!(list(&usher, &owner).await.len(), 3);

    let before = json!({ "name": "Front desk", "permissions": "manage_users" });
    let after = json!({
        "name": "Reception", "permissions": "manage_users copy_invitation_links",
    });
    let added = told(&usher, Action::RoleAdded).await;
    assert_eq!(added, [json!({ "after": before })]);
    let changed = &told(&usher, Action::RoleChanged).await[0];
    assert_eq!((&changed["before"], &changed["after"]), (&before, &after));
    let deleted = &told(&usher, Action::RoleDeleted).await[0];
    assert_eq!((&deleted["before"], &deleted["users"]), (&after, &json!(0)));
}

#[tokio::test]
async fn names_are_unique_and_none_of_a_built_in_role() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    own_role(&usher, &owner, "Front desk", &[]).await;
    let other = own_role(&usher, &owner, "Приём", &[]).await;
    let long = "x".repeat(201);
    let before = usher.everything().await.unwrap();
    for (name, why) in [
        ("front DESK", Refusal::RoleNameTaken),
        (" Front  Desk ", Refusal::RoleNameTaken),
        ("owner", Refusal::RoleNameTaken),
        ("ADMIN", Refusal::RoleNameTaken),
        ("User", Refusal::RoleNameTaken),
        ("Владелец", Refusal::RoleNameTaken),
        ("администратор", Refusal::RoleNameTaken),
        ("ПОЛЬЗОВАТЕЛЬ", Refusal::RoleNameTaken),
        (" \t ", Refusal::RoleNameMissing),
        (long.as_str(), Refusal::TextTooLong),
    ] {
        let added = roles::add(&usher.core, &managing(&owner), &details(name, &[])).await;
        assert_eq!(refusal(added), why, "{name}");
        let renamed = edit(&usher, &owner, other, details(name, &[])).await;
        assert_eq!(refusal(renamed), why, "{name}");
    }
    let added = roles::add(&usher.core, &managing(&owner), &details("приём", &[])).await;
    assert_eq!(refusal(added), Refusal::RoleNameTaken);
    assert_eq!(usher.everything().await.unwrap(), before);
    // Its own name in another case is no other one's.
    edit(&usher, &owner, other, details("ПРИЁМ", &[]))
        .await
        .unwrap();
    // Nor is one of another organization.
    let stranger = usher.other_organization().await.unwrap();
    own_role(&usher, &stranger, "Front desk", &[]).await;
}

#[tokio::test]
async fn built_in_roles_stay_as_they_are() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let users = role(&usher, &owner, RoleKind::User).await;
    let before = usher.everything().await.unwrap();
    for kind in [RoleKind::Owner, RoleKind::Admin, RoleKind::User] {
        let built_in = role(&usher, &owner, kind).await;
        let changed = edit(&usher, &owner, built_in, details("Boss", &[Users])).await;
        assert_eq!(refusal(changed), Refusal::RoleBuiltIn);
        let deleted = delete(&usher, &owner, built_in, Some(users)).await;
        assert_eq!(refusal(deleted), Refusal::RoleBuiltIn);
    }
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn roles_of_another_organization_are_not_there() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    let desk = own_role(&usher, &owner, "Front desk", &[]).await;
    let theirs = own_role(&usher, &stranger, "Front desk", &[]).await;
    let request = RoleEdit {
        role: theirs,
        seen: details("Front desk", &[]),
        wanted: details("Ours", &[Users]),
    };
    let before = usher.everything().await.unwrap();
    let edited = roles::edit(&usher.core, &managing(&owner), &request).await;
    assert_eq!(refusal(edited), Refusal::NotFound);
    let deleted = delete(&usher, &owner, theirs, None).await;
    assert_eq!(refusal(deleted), Refusal::NotFound);
    for move_to in [theirs, desk, RoleId(uuid::Uuid::nil())] {
        let moved = delete(&usher, &owner, desk, Some(move_to)).await;
        assert_eq!(refusal(moved), Refusal::NotFound);
    }
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn nobody_makes_changes_or_deletes_a_role_that_may_do_more_than_theirs() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let above = own_role(&usher, &owner, "Inviters", &[Users]).await;
    let below = own_role(&usher, &owner, "Nothing", &[]).await;
    let carla = with_only(&usher, &owner, "carla@north.example", &[Roles]).await;
    joined_as(&usher, &owner, FAY, below).await;
    let admins = role(&usher, &owner, RoleKind::Admin).await;
    let owners = role(&usher, &owner, RoleKind::Owner).await;
    let before = usher.everything().await.unwrap();

    let made = roles::add(
        &usher.core,
        &managing(&carla),
        &details("More", &[Roles, Users]),
    )
    .await;
    assert_eq!(refusal(made), Refusal::RoleAboveYours);
    let raised = edit(&usher, &carla, below, details("Nothing", &[Users])).await;
    assert_eq!(refusal(raised), Refusal::RoleAboveYours);
    // Not even to take something away.
    for wanted in [details("Inviters", &[]), details("Other name", &[Users])] {
        let changed = edit(&usher, &carla, above, wanted).await;
        assert_eq!(refusal(changed), Refusal::RoleAboveYours);
    }
    let deleted = delete(&usher, &carla, above, None).await;
    assert_eq!(refusal(deleted), Refusal::RoleAboveYours);
    for target in [above, admins, owners] {
        let moved = delete(&usher, &carla, below, Some(target)).await;
        assert_eq!(refusal(moved), Refusal::RoleAboveYours);
    }
    assert_eq!(usher.everything().await.unwrap(), before);

    let shown = list(&usher, &carla).await;
    let own = id_of(&carla);
    let carlas = user(&usher, "carla@north.example").await;
    assert_eq!(own, carlas.id);
    for row in &shown {
        let within = [below, carlas.role_id].contains(&row.id);
        let permissions = [Roles].into_iter().collect();
        assert_eq!(row.is_changed_by(&permissions), within, "{row:?}");
        assert_eq!(row.given, within || row.kind == RoleKind::User, "{row:?}");
    }
    edit(&usher, &carla, below, details("Something", &[Roles]))
        .await
        .unwrap();
    // Only an owner makes owners, by whichever way.
    let ada = joined_admin(&usher, &owner, "ada@north.example").await;
    let moved = delete(&usher, &ada, below, Some(owners)).await;
    assert_eq!(refusal(moved), Refusal::RoleAboveYours);
    assert_eq!(delete(&usher, &ada, below, Some(admins)).await.unwrap(), 1);
    assert_eq!(user(&usher, FAY).await.role_id, admins);
}

#[tokio::test]
async fn what_somebody_else_made_of_a_role_is_not_overwritten() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let desk = own_role(&usher, &owner, "Front desk", &[Users]).await;
    let late = RoleEdit {
        role: desk,
        seen: details("Front desk", &[Users]),
        wanted: details("Front desk", &[Users, Copy]),
    };
    edit(&usher, &owner, desk, details("Front desk", &[]))
        .await
        .unwrap();
    let before = usher.everything().await.unwrap();
    let refused = roles::edit(&usher.core, &managing(&owner), &late).await;
    assert_eq!(refusal(refused), Refusal::RoleChangedMeanwhile);
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn those_who_have_a_role_get_another_one_before_it_goes() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let desk = own_role(&usher, &owner, "Front desk", &[Users]).await;
    let users = role(&usher, &owner, RoleKind::User).await;
    let fay = joined_as(&usher, &owner, FAY, desk).await;
    let request = SendRequest {
        role: Some(desk),
        ..pasted(IVAN)
    };
    send(&usher, &owner, request).await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    invite(&usher, &stranger, IVAN).await;
    let before = usher.everything().await.unwrap();
    let deleted = delete(&usher, &owner, desk, None).await;
    assert_eq!(refusal(deleted), Refusal::RoleInUse);
    assert_eq!(usher.everything().await.unwrap(), before);

    assert_eq!(delete(&usher, &owner, desk, Some(users)).await.unwrap(), 2);
    assert_eq!(row(&usher, &owner, users).await.users, 2);
    assert_eq!(user(&usher, FAY).await.role_id, users);
    let log = &told(&usher, Action::RoleDeleted).await[0];
    assert_eq!(
        (&log["users"], &log["moved_to"]),
        (&json!(2), &json!("User"))
    );
    // What she may do follows with her next request.
    let who = domain::sign_in::verify(&usher.core, FAY, domain::testing::PASSWORD)
        .await
        .unwrap();
    assert!(fay.with(ManageUsers).is_ok());
    let fay = usher.member(who).await.unwrap();
    assert_eq!(
        refusal(fay.with(ManageUsers).map_err(Into::into)),
        Refusal::NotAllowed
    );
}

#[tokio::test]
async fn where_a_role_was_chosen_for_people_to_come_they_get_the_usual_one() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let desk = own_role(&usher, &owner, "Front desk", &[Users]).await;
    let users = role(&usher, &owner, RoleKind::User).await;
    let owners = row(&usher, &owner, users).await;
    // By the import's setting, and by a column.
    let table = |text: &str| Content::Pasted(text.to_owned());
    let by_setting = imports::upload(&usher.core, &owner, table("E-mail\na@north.example"))
        .await
        .unwrap();
    let rows = table("E-mail,Role\nb@north.example,front desk\nc@north.example,");
    let by_column = imports::upload(&usher.core, &owner, rows).await.unwrap();
    let settings = async |import| {
        let page = imports::page(&usher.core, &owner, import, None, RowsFrom::Start).await;
        page.unwrap().settings
    };
    let chosen = ImportSettings {
        role: desk,
        ..settings(by_setting).await
    };
    imports::set_up(&usher.core, &owner, by_setting, &chosen)
        .await
        .unwrap();

    let write = usher.core.database().begin().await.unwrap();
    let organization = organizations::Entity::find()
        .one(&write)
        .await
        .unwrap()
        .unwrap();
    let mut organization = organization.into_active_model();
    organization.default_role_id = Set(Some(desk));
    organization.update(&write).await.unwrap();
    write.commit().await.unwrap();

    delete(&usher, &owner, desk, Some(users)).await.unwrap();
    assert_eq!(settings(by_setting).await.role, users);
    let organization = organizations::Entity::find()
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(organization.default_role_id, None);
    while imports::step(&usher.core).await.unwrap() {}
    for (import, seen) in [(by_setting, 1), (by_column, 2)] {
        let request = ImportRequest {
            via: types::invitation::Via::Automatic,
            import,
            send: false,
            seen,
        };
        imports::start(&usher.core, &owner, request).await.unwrap();
        while imports::step(&usher.core).await.unwrap() {}
    }
    assert_eq!(user(&usher, "a@north.example").await.role_id, users);
    assert_eq!(user(&usher, "c@north.example").await.role_id, users);
    // The row that names the role can't be read any more.
    assert_eq!(row(&usher, &owner, users).await.users, owners.users + 2);
    let states = import_rows::Entity::find()
        .all(usher.core.database().read())
        .await
        .unwrap();
    assert!(
        states
            .iter()
            .all(|it| it.state == ImportState::Done && it.role_id == users)
    );
    let named = role_rows::Entity::find_by_id(desk)
        .one(usher.core.database().read())
        .await;
    assert_eq!(named.unwrap(), None);
}

#[tokio::test]
async fn a_table_is_judged_anew_when_the_role_of_its_people_goes() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let desk = own_role(&usher, &owner, "Front desk", &[Users]).await;
    let text = "E-mail\na@north.example".to_owned();
    let import = imports::upload(&usher.core, &owner, Content::Pasted(text))
        .await
        .unwrap();
    let page = imports::page(&usher.core, &owner, import, None, RowsFrom::Start).await;
    let chosen = ImportSettings {
        role: desk,
        ..page.unwrap().settings
    };
    imports::set_up(&usher.core, &owner, import, &chosen)
        .await
        .unwrap();
    delete(&usher, &owner, desk, None).await.unwrap();
    let read = async || {
        let page = imports::page(&usher.core, &owner, import, None, RowsFrom::Start).await;
        page.unwrap().summary.state
    };
    assert_eq!(read().await, ImportState::Checking);
    assert!(imports::step(&usher.core).await.unwrap());
    assert_eq!(read().await, ImportState::Checked);
}

/// Somebody who manages users and nothing else meets each way to a role above theirs.
#[tokio::test]
async fn who_only_manages_users_gives_no_more_than_that_on_any_path() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let desk = own_role(&usher, &owner, "Front desk", &[Users]).await;
    let nothing = own_role(&usher, &owner, "Nothing", &[]).await;
    let copying = own_role(&usher, &owner, "Copying", &[Users, Copy]).await;
    let fay = joined_as(&usher, &owner, FAY, desk)
        .await
        .with(ManageUsers)
        .unwrap();
    let users = role(&usher, &owner, RoleKind::User).await;
    let admins = role(&usher, &owner, RoleKind::Admin).await;
    let owners = role(&usher, &owner, RoleKind::Owner).await;
    invite(&usher, &owner, IVAN).await;
    let boss = SendRequest {
        role: Some(copying),
        ..pasted("boss@north.example")
    };
    send(&usher, &owner, boss).await.unwrap();
    joined_admin(&usher, &owner, "ada@north.example").await;

    let offered = roles::invite_choices(&usher.core, &fay)
        .await
        .unwrap()
        .roles;
    let mut offered: Vec<RoleId> = offered.iter().map(|role| role.id).collect();
    offered.sort_unstable();
    let mut allowed = vec![desk, nothing, users];
    allowed.sort_unstable();
    assert_eq!(offered, allowed);

    let before = usher.everything().await.unwrap();
    for above in [copying, admins, owners] {
        // The dialog.
        let request = |text| SendRequest {
            role: Some(above),
            ..pasted(text)
        };
        let sent = send(&usher, &fay, request("new@north.example")).await;
        assert_eq!(refusal(sent), Refusal::RoleAboveYours);
        // Adding and editing.
        let added = PersonDetails {
            email: "new@north.example".to_owned(),
            ..PersonDetails::blank(above)
        };
        let added = people::add(&usher.core, &fay, &added, None).await;
        assert_eq!(refusal(added), Refusal::RoleAboveYours);
        for email in [IVAN, FAY] {
            let given = give(&usher, &fay, email, above).await;
            assert_eq!(refusal(given), Refusal::RoleAboveYours);
        }
        // Many at once.
        let bulk = SendRequest {
            role: Some(above),
            resend: true,
            ..to_users(&[user(&usher, IVAN).await.id])
        };
        assert_eq!(
            refusal(send(&usher, &fay, bulk).await),
            Refusal::RoleAboveYours
        );
    }
    // Somebody above: no new invitation, no other role, no other state.
    let boss = user(&usher, "boss@north.example").await.id;
    let again = SendRequest {
        resend: true,
        ..to_users(&[boss])
    };
    let preview = invitations::preview(&usher.core, &fay, &again)
        .await
        .unwrap();
    assert_eq!(preview.skipped[0].verdict, Verdict::RoleAboveYours);
    assert_eq!(
        refusal(send(&usher, &fay, again).await),
        Refusal::NobodyToInvite
    );
    let lowered = give(&usher, &fay, "boss@north.example", users).await;
    assert_eq!(refusal(lowered), Refusal::RoleAboveYours);
    for (act, email) in [
        (Change::Revoke, "boss@north.example"),
        (Change::Deactivate, "boss@north.example"),
        (Change::Deactivate, "ada@north.example"),
        (Change::Deactivate, domain::testing::OWNER),
    ] {
        let audience = Audience::Users(vec![user(&usher, email).await.id]);
        let changed = change(&usher, &fay, act, audience).await;
        assert_eq!(refusal(changed), Refusal::RoleAboveYours, "{act:?} {email}");
    }
    assert_eq!(usher.everything().await.unwrap(), before);

    // What is within theirs they do.
    invite(&usher, &fay, "new@north.example").await;
    resend(&usher, &fay, IVAN).await;
    give(&usher, &fay, IVAN, desk).await.unwrap();
    give(&usher, &fay, IVAN, nothing).await.unwrap();
    assert!((*fay).clone().with(CopyInvitationLinks).is_err());
    assert!((*fay).clone().with(ManageRoles).is_err());
}

#[tokio::test]
async fn a_table_gives_no_role_above_its_authors() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let desk = own_role(&usher, &owner, "Front desk", &[Users]).await;
    own_role(&usher, &owner, "Copying", &[Users, Copy]).await;
    let fay = joined_as(&usher, &owner, FAY, desk)
        .await
        .with(ManageUsers)
        .unwrap();
    let admins = role(&usher, &owner, RoleKind::Admin).await;
    let boss = SendRequest {
        role: Some(admins),
        ..pasted("boss@north.example")
    };
    send(&usher, &owner, boss).await.unwrap();
    let table = "E-mail,Role\n\
        a@north.example,Front desk\n\
        b@north.example,\n\
        c@north.example,Copying\n\
        d@north.example,администратор\n\
        e@north.example,OWNER\n\
        boss@north.example,User\n";
    let import = imports::upload(&usher.core, &fay, Content::Pasted(table.to_owned()))
        .await
        .unwrap();
    let page = async |admin| {
        let page = imports::page(&usher.core, admin, import, None, RowsFrom::Start).await;
        page.unwrap()
    };
    let update = ImportSettings {
        known: Known::Update,
        ..page(&fay).await.settings
    };
    imports::set_up(&usher.core, &fay, import, &update)
        .await
        .unwrap();
    let verdicts: Vec<_> = page(&fay)
        .await
        .rows
        .iter()
        .map(|row| row.verdict)
        .collect();
    let (ready, above) = (RowVerdict::Ready, RowVerdict::RoleAboveYours);
    assert_eq!(verdicts, [ready, ready, above, above, above, above]);
    // As the default for all who come.
    let crafted = ImportSettings {
        role: admins,
        ..update.clone()
    };
    let refused = imports::set_up(&usher.core, &fay, import, &crafted).await;
    assert_eq!(refusal(refused), Refusal::RoleAboveYours);

    // Rights that the author loses before the rows come in are missed there.
    let mut lost = row(&usher, &owner, desk).await.details;
    lost.permissions.set(Users, false);
    edit(&usher, &owner, desk, lost).await.unwrap();
    let request = ImportRequest {
        via: types::invitation::Via::Automatic,
        import,
        send: false,
        seen: 2,
    };
    imports::start(&usher.core, &fay, request).await.unwrap();
    while imports::step(&usher.core).await.unwrap() {}
    let page = page(&fay).await;
    assert_eq!(page.rows[0].verdict, RowVerdict::NotAllowed);
    assert_eq!(user(&usher, "boss@north.example").await.role_id, admins);
}

#[tokio::test]
async fn undoing_gives_back_no_role_above_ones_own() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let desk = own_role(&usher, &owner, "Front desk", &[Users]).await;
    let fay = joined_as(&usher, &owner, FAY, desk)
        .await
        .with(ManageUsers)
        .unwrap();
    joined(&usher, &owner, IVAN).await;
    let audience = Audience::Users(vec![user(&usher, IVAN).await.id]);
    let batch = change(&usher, &fay, Change::Deactivate, audience)
        .await
        .unwrap();
    let admins = role(&usher, &owner, RoleKind::Admin).await;
    give(&usher, &owner, IVAN, admins).await.unwrap();
    assert_eq!(bulk::undo(&usher.core, &fay, batch).await.unwrap(), 0);
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Deactivated);
}
