//! A user's page: what they reach and why, and changing it.

use chrono::TimeDelta;
use domain::{
    entity::audit_events,
    people,
    proof::{Admin, ManageUsers},
    testing::{OWNER, TestUsher},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use types::{
    access::{Permissions, RoleKind},
    audit::Action,
    refusal::Refusal,
    resources::{Access, Feature, Reach, ResourceKind},
    users::{
        AccessPart, AccessRequest, AccessWhy, HistoryEvent, InEffect, PersonAccess, PersonDetails,
        PersonFeature,
    },
};

use super::{DORA, IVAN, Place, enable_features, invite_with, limited, retire, switch_off, these};
use crate::common::{giving, id_of, invite, joined_admin, refusal, role, user};

async fn shown(usher: &TestUsher, admin: &Admin<ManageUsers>, email: &str) -> PersonAccess {
    let id = user(usher, email).await.id;
    people::read(&usher.core, admin, id).await.unwrap().access
}

/// As the page sends it.
async fn request(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    email: &str,
    wish: impl FnOnce(&mut Access),
) -> AccessRequest {
    let seen = shown(usher, admin, email).await.access;
    let mut wanted = seen.clone();
    wish(&mut wanted);
    AccessRequest {
        user: user(usher, email).await.id,
        seen,
        wanted,
    }
}

async fn change(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    email: &str,
    wish: impl FnOnce(&mut Access),
) -> domain::Outcome<()> {
    let request = request(usher, admin, email, wish).await;
    people::change_access(&usher.core, admin, &request).await
}

/// What the page names of a kind, and whether it has an effect.
fn named(access: &PersonAccess, kind: ResourceKind) -> Option<Vec<(&str, InEffect)>> {
    let reach = access.reaches.iter().find(|reach| reach.kind == kind);
    let chosen = reach.unwrap().chosen.as_ref()?;
    Some(
        chosen
            .iter()
            .map(|it| (it.name.as_str(), it.in_effect))
            .collect(),
    )
}

#[tokio::test]
async fn the_page_says_why_each_right_is_there() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    enable_features(&usher, &owner, true).await;
    invite(&usher, &owner, DORA).await;
    let dora = shown(&usher, &owner, DORA).await;
    assert_eq!(dora.why, AccessWhy::Everyone);
    assert_eq!(named(&dora, ResourceKind::Location), None);
    assert!(dora.features.is_empty() && dora.editable);
    assert_eq!(dora.permissions, Permissions::default());

    let access = Access {
        locations: these(&[place.north, place.south]),
        products: these(&[place.messaging]),
        upload_button: true,
        ..Access::default()
    };
    invite_with(&usher, &owner, IVAN, &access).await.unwrap();
    let at = usher.core.now();
    // What was chosen is kept, and told, while it has no effect.
    retire(&usher, place.south).await;
    switch_off(&usher, place.messaging).await;
    enable_features(&usher, &owner, false).await;
    usher.clock.advance(TimeDelta::days(3));
    let ivan = shown(&usher, &owner, IVAN).await;
    let by = Some("Olive Owner".to_owned());
    assert_eq!(ivan.why, AccessWhy::Chosen { by, at });
    assert_eq!(
        named(&ivan, ResourceKind::Location).unwrap(),
        [("North", InEffect::Yes), ("South", InEffect::Retired)]
    );
    assert_eq!(
        named(&ivan, ResourceKind::Product).unwrap(),
        [("Messaging", InEffect::Off)]
    );
    assert_eq!(
        ivan.features,
        [PersonFeature {
            feature: Feature::Upload,
            in_effect: InEffect::Off
        }]
    );

    let olive = shown(&usher, &owner, OWNER).await;
    assert_eq!(olive.why, AccessWhy::Role);
    assert_eq!(olive.access, Access::everything());
    assert_eq!(olive.permissions, Permissions::all());
    assert!(!olive.editable);
}

#[tokio::test]
async fn kinds_of_which_there_is_nothing_are_not_told() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    assert!(shown(&usher, &owner, IVAN).await.reaches.is_empty());
}

#[tokio::test]
async fn an_access_is_changed_told_and_audited_by_name() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    invite(&usher, &owner, IVAN).await;
    usher.clock.advance(TimeDelta::hours(1));
    change(&usher, &owner, IVAN, |access| {
        access.locations = these(&[place.south, place.north]);
        access.lines = these(&[]);
    })
    .await
    .unwrap();
    let person = user(&usher, IVAN).await;
    assert_eq!(person.access.locations, these(&[place.north, place.south]));
    assert_eq!(person.access.pages, Reach::All);
    assert_eq!(person.access_by, Some(id_of(&owner)));
    assert_eq!(person.access_at, Some(usher.core.now()));
    let page = people::read(&usher.core, &owner, person.id).await.unwrap();
    let newest = page.history.first().unwrap();
    let parts = vec![AccessPart::Locations, AccessPart::Lines];
    assert_eq!(newest.event, HistoryEvent::AccessChanged { parts });
    assert_eq!(newest.by.as_deref(), Some("Olive Owner"));
    let audited = audit_events::Entity::find()
        .filter(audit_events::Column::Action.eq(Action::AccessChanged))
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(audited.subject_id, Some(person.id));
    let details: Value = serde_json::from_str(&audited.details).unwrap();
    assert_eq!(
        details,
        json!({
            "before": { "locations": "all", "lines": "all" },
            "after": { "locations": ["North", "South"], "lines": [] },
        })
    );

    // The same again changes nothing.
    let before = usher.everything().await.unwrap();
    change(&usher, &owner, IVAN, |_| {}).await.unwrap();
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn two_admins_do_not_overwrite_each_other() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    let ada = joined_admin(&usher, &owner, "ada@acme.example").await;
    invite(&usher, &owner, IVAN).await;
    let north = |access: &mut Access| access.locations = these(&[place.north]);
    let first = request(&usher, &owner, IVAN, north).await;
    let same = request(&usher, &ada, IVAN, north).await;
    let other = request(&usher, &ada, IVAN, |access| {
        access.locations = these(&[place.south]);
    })
    .await;
    let lines = request(&usher, &ada, IVAN, |access| access.lines = these(&[])).await;
    let give = async |admin, request| people::change_access(&usher.core, admin, request).await;
    give(&owner, &first).await.unwrap();
    // Both wanted the same.
    give(&ada, &same).await.unwrap();
    assert_eq!(refusal(give(&ada, &other).await), Refusal::ChangedMeanwhile);
    // Parts that nobody else has touched are free.
    give(&ada, &lines).await.unwrap();
    let access = user(&usher, IVAN).await.access;
    assert_eq!(access.locations, these(&[place.north]));
    assert_eq!(access.lines, these(&[]));
}

#[tokio::test]
async fn who_reaches_further_is_out_of_reach() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    let own = Access {
        locations: these(&[place.north, place.south]),
        ..Access::nothing()
    };
    let ada = limited(&usher, &owner, "ada@acme.example", &own).await;
    invite(&usher, &owner, IVAN).await;
    invite(&usher, &ada, DORA).await;
    let before = usher.everything().await.unwrap();
    assert!(!shown(&usher, &ada, IVAN).await.editable);
    let less = change(&usher, &ada, IVAN, |access| *access = Access::nothing()).await;
    assert_eq!(refusal(less), Refusal::AccessAboveYours);
    let owners = change(&usher, &ada, OWNER, |access| access.lines = these(&[])).await;
    assert_eq!(refusal(owners), Refusal::RoleAboveYours);
    let more = change(&usher, &ada, DORA, |access| access.pages = Reach::All).await;
    assert_eq!(refusal(more), Refusal::AccessAboveYours);
    let stranger = usher.other_organization().await.unwrap();
    let mut theirs = request(&usher, &ada, DORA, |access| access.lines = Reach::All).await;
    let refused = people::change_access(&usher.core, &stranger, &theirs).await;
    assert_eq!(refusal(refused), Refusal::NotFound);
    theirs.user = id_of(&stranger);
    let refused = people::change_access(&usher.core, &ada, &theirs).await;
    assert_eq!(refusal(refused), Refusal::NotFound);
    let added = usher.everything().await.unwrap();
    let of_acme = |rows: &[String]| rows.iter().filter(|row| before.contains(row)).count();
    assert_eq!(of_acme(&added), before.len());

    change(&usher, &ada, DORA, |access| {
        access.locations = these(&[place.north]);
    })
    .await
    .unwrap();
    assert_eq!(user(&usher, DORA).await.access, place.only_north());
}

#[tokio::test]
async fn who_reaches_further_gets_no_role_that_may_do_more() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    let ada = limited(&usher, &owner, "ada@acme.example", &place.only_north()).await;
    invite(&usher, &owner, IVAN).await;
    invite(&usher, &ada, DORA).await;
    let admins = role(&usher, &owner, RoleKind::Admin).await;
    let users = role(&usher, &owner, RoleKind::User).await;
    let give = async |admin: &Admin<ManageUsers>, email, role| {
        let request = giving(&usher, admin, user(&usher, email).await.id, role).await;
        people::edit(&usher.core, admin, &request).await
    };
    let further = give(&ada, IVAN, admins).await;
    assert_eq!(refusal(further), Refusal::AccessAboveYours);
    give(&ada, DORA, admins).await.unwrap();
    give(&owner, IVAN, admins).await.unwrap();
    give(&ada, IVAN, users).await.unwrap();
    assert_eq!(user(&usher, IVAN).await.role_id, users);
}

#[tokio::test]
async fn what_is_kept_may_stay_while_it_has_no_effect() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    enable_features(&usher, &owner, true).await;
    let access = Access {
        locations: these(&[place.south]),
        upload_button: true,
        ..Access::nothing()
    };
    invite_with(&usher, &owner, IVAN, &access).await.unwrap();
    retire(&usher, place.south).await;
    enable_features(&usher, &owner, false).await;
    change(&usher, &owner, IVAN, |access| {
        access.locations = these(&[place.south, place.north]);
    })
    .await
    .unwrap();
    let person = user(&usher, IVAN).await;
    assert!(person.access.upload_button);
    assert_eq!(person.access.locations, these(&[place.north, place.south]));
    // Once given up, it is not to be had.
    change(&usher, &owner, IVAN, |access| *access = place.only_north())
        .await
        .unwrap();
    let back = change(&usher, &owner, IVAN, |access| {
        access.locations = these(&[place.south]);
    });
    assert_eq!(refusal(back.await), Refusal::NotEnabled);
    let back = change(&usher, &owner, IVAN, |access| access.upload_button = true);
    assert_eq!(refusal(back.await), Refusal::NotEnabled);
}

#[tokio::test]
async fn somebody_is_added_with_an_access() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    let details = PersonDetails {
        email: IVAN.to_owned(),
        ..PersonDetails::blank(role(&usher, &owner, RoleKind::User).await)
    };
    let access = place.only_north();
    people::add(&usher.core, &owner, &details, Some(&access))
        .await
        .unwrap();
    let person = user(&usher, IVAN).await;
    assert_eq!(person.access, access);
    assert_eq!(person.access_by, Some(id_of(&owner)));
}
