//! Which locations, pages, products, lines and features people may reach, and who may choose it.

mod choosing;
mod person;
mod presets;

use domain::{
    entity::{organizations, resources},
    proof::{Admin, ManageUsers},
    random_nonce,
    testing::TestUsher,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait, Set};
use types::{
    access::RoleKind,
    batch::SendRequest,
    ids::ResourceId,
    resources::{Access, Reach, ResourceKind},
};
use uuid::Uuid;

use crate::common::{accept, pasted, role, send};

const IVAN: &str = "ivan@north.example";
const DORA: &str = "dora@north.example";

/// What Acme Clinics has, by its kind.
struct Place {
    north: ResourceId,
    south: ResourceId,
    reports: ResourceId,
    messaging: ResourceId,
    reception: ResourceId,
}

impl Place {
    async fn of(usher: &TestUsher, admin: &Admin<ManageUsers>) -> Self {
        let add = async |kind, name| resource(usher, admin, kind, name).await;
        Self {
            north: add(ResourceKind::Location, "North").await,
            south: add(ResourceKind::Location, "South").await,
            reports: add(ResourceKind::Page, "Reports").await,
            messaging: add(ResourceKind::Product, "Messaging").await,
            reception: add(ResourceKind::Line, "Reception").await,
        }
    }

    /// Nothing but the location North.
    fn only_north(&self) -> Access {
        Access {
            locations: these(&[self.north]),
            ..Access::nothing()
        }
    }
}

fn these(ids: &[ResourceId]) -> Reach {
    Reach::Chosen(ids.iter().copied().collect())
}

async fn resource(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    kind: ResourceKind,
    name: &str,
) -> ResourceId {
    let id = ResourceId(Uuid::parse_str(&random_nonce()).unwrap());
    let write = usher.core.database().begin().await.unwrap();
    let before = resources::Entity::find().count(&write).await.unwrap();
    resources::ActiveModel {
        id: Set(id),
        organization_id: Set(admin.organization()),
        kind: Set(kind),
        name: Set(name.to_owned()),
        position: Set(i32::try_from(before).unwrap()),
        enabled: Set(true),
        retired_at: Set(None),
    }
    .insert(&write)
    .await
    .unwrap();
    write.commit().await.unwrap();
    id
}

async fn change_resource(
    usher: &TestUsher,
    id: ResourceId,
    change: impl FnOnce(&mut resources::ActiveModel),
) {
    let write = usher.core.database().begin().await.unwrap();
    let row = resources::Entity::find_by_id(id).one(&write).await.unwrap();
    let mut row = row.unwrap().into_active_model();
    change(&mut row);
    row.update(&write).await.unwrap();
    write.commit().await.unwrap();
}

async fn retire(usher: &TestUsher, id: ResourceId) {
    let now = usher.core.now();
    change_resource(usher, id, |row| row.retired_at = Set(Some(now))).await;
}

async fn switch_off(usher: &TestUsher, id: ResourceId) {
    change_resource(usher, id, |row| row.enabled = Set(false)).await;
}

async fn enable_features(usher: &TestUsher, admin: &Admin<ManageUsers>, enabled: bool) {
    let write = usher.core.database().begin().await.unwrap();
    let row = organizations::Entity::find_by_id(admin.organization());
    let mut row = row.one(&write).await.unwrap().unwrap().into_active_model();
    row.scheduler = Set(enabled);
    row.upload = Set(enabled);
    row.update(&write).await.unwrap();
    write.commit().await.unwrap();
}

/// Invites with this access.
async fn invite_with(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    text: &str,
    access: &Access,
) -> domain::Outcome<types::ids::BatchId> {
    let request = SendRequest {
        access: Some(access.clone()),
        ..pasted(text)
    };
    send(usher, admin, request).await
}

/// An Admin who reaches no more than this.
async fn limited(
    usher: &TestUsher,
    owner: &Admin<ManageUsers>,
    email: &str,
    access: &Access,
) -> Admin<ManageUsers> {
    let request = SendRequest {
        role: Some(role(usher, owner, RoleKind::Admin).await),
        access: Some(access.clone()),
        ..pasted(email)
    };
    send(usher, owner, request).await.unwrap();
    usher.deliver().await.unwrap();
    let who = accept(usher, &usher.mailer.token_for(email).unwrap()).await;
    usher.member(who).await.unwrap().with(ManageUsers).unwrap()
}
