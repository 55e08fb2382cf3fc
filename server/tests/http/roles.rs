//! What each single permission opens: its own pages and no others. Of calls, `matrix.txt` says it.

use app::api::AppError;
use domain::{
    people,
    proof::{Admin, ManageRoles, ManageUsers},
    roles,
};
use http::{StatusCode, header::LOCATION};
use types::{
    access::Permission::{self, CopyInvitationLinks, ManageRoles as Roles, ManageUsers as Users},
    ids::RoleId,
    refusal::Refusal,
    roles::RoleDetails,
    users::{EditRequest, PersonDetails, UsersQuery},
};

use crate::{
    browser::Browser,
    gate::call,
    house::{Answer, House},
};

const IVAN: &str = "ivan@north.example";

/// Whose permission opens which pages, each with a text of it.
const PAGES: &[(Permission, &str, &str)] = &[
    (Users, "/users", "Search users"),
    (Users, "/users/import", "Choose a file"),
    (Users, "/batches", "done to many users at once"),
    (Roles, "/settings/roles", "What each permission allows"),
];

/// Somebody who has joined with a role of one permission.
async fn with_only(house: &House, permission: Permission) -> RoleId {
    let owner = house.owner().await;
    house.joined(IVAN).await;
    let role = own_role(house, &owner, "Only this", &[permission]).await;
    let query = UsersQuery::default();
    let page = domain::directory::list(&house.usher.core, &owner, &query).await;
    let rows = page.unwrap().rows;
    let user = rows
        .iter()
        .find(|row| row.username.as_str() == IVAN)
        .unwrap()
        .id;
    let page = people::read(&house.usher.core, &owner, user).await.unwrap();
    let request = EditRequest {
        user,
        wanted: PersonDetails {
            role,
            ..page.details.clone()
        },
        seen: page.details,
    };
    people::edit(&house.usher.core, &owner, &request)
        .await
        .unwrap();
    role
}

async fn own_role(
    house: &House,
    owner: &Admin<ManageUsers>,
    name: &str,
    permissions: &[Permission],
) -> RoleId {
    let owner = (**owner).clone().with(ManageRoles).unwrap();
    let details = RoleDetails {
        name: name.to_owned(),
        permissions: permissions.iter().copied().collect(),
    };
    roles::add(&house.usher.core, &owner, &details)
        .await
        .unwrap()
}

/// Whether the answer says that the role does not allow it.
fn is_barred(answer: &Answer) -> bool {
    answer.status == StatusCode::FORBIDDEN
        && answer.json::<AppError>() == AppError::Refused(Refusal::NotAllowed)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_permission_opens_its_own_pages_and_no_others() {
    for permission in Permission::ALL {
        let house = House::new().await;
        with_only(&house, *permission).await;
        let mut ivan = Browser::signed_in(&house, IVAN).await;
        let manages_users = *permission == Users;
        let start = if manages_users { "/users" } else { "/home" };
        let answer = ivan.get("/").await;
        assert_eq!(answer.header(LOCATION), start, "{permission}");

        let home = ivan.get("/home").await.body;
        let rail = |address: &str| home.contains(&format!("href=\"{address}\""));
        for address in ["/users", "/users/import", "/batches"] {
            assert_eq!(rail(address), manages_users, "{address} with {permission}");
        }
        let has_settings = !matches!(permission, Users | CopyInvitationLinks);
        assert_eq!(rail("/settings"), has_settings, "{permission}");
        assert!(!rail("/operator"), "{permission}");

        for (needed, address, text) in PAGES {
            let body = ivan.get(address).await.body;
            let opens = needed == permission;
            assert_eq!(body.contains(text), opens, "{address} with {permission}");
            let refused = body.contains("role does not allow");
            assert_eq!(refused, !opens, "{address} with {permission}");
        }
        // The settings list only what opens.
        let settings = ivan.get("/settings/roles").await.body;
        let roles = settings.contains("href=\"/settings/roles\"");
        assert_eq!(roles, *permission == Roles, "{permission}");
        let log = settings.contains("href=\"/settings/audit\"");
        assert_eq!(log, *permission == Permission::ViewAudit, "{permission}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_loses_a_permission_loses_it_at_once() {
    let house = House::new().await;
    let role = with_only(&house, Users).await;
    let mut ivan = Browser::signed_in(&house, IVAN).await;
    assert!(!is_barred(&call(&mut ivan, "list_users").await));
    let owner = (*house.owner().await).clone().with(ManageRoles).unwrap();
    let seen = RoleDetails {
        name: "Only this".to_owned(),
        permissions: [Users].into_iter().collect(),
    };
    let request = types::roles::RoleEdit {
        role,
        wanted: RoleDetails {
            permissions: [].into_iter().collect(),
            ..seen.clone()
        },
        seen,
    };
    roles::edit(&house.usher.core, &owner, &request)
        .await
        .unwrap();
    assert!(is_barred(&call(&mut ivan, "list_users").await));
}
