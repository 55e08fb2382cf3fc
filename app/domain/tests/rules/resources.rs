//! Locations, pages, products and lines: what admins do with their lists, and what is reached of them.

use std::collections::BTreeSet;

use domain::{
    Outcome, access,
    entity::{audit_events, organizations, resources as rows, users},
    proof::{Admin, ManageOrganization, ManageUsers, Member},
    resources,
    testing::TestUsher,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder, Set};
use serde_json::{Value, json};
use types::{
    audit::Action,
    ids::ResourceId,
    refusal::Refusal,
    resources::{
        Access, Feature, MOST_RESOURCES, Reach, Reached, ReachedKind, RenameRequest, ResourceKind,
        ResourceRow,
    },
};

use crate::common::{id_of, joined, joined_admin, refusal};

const IVAN: &str = "ivan@north.example";
const KINDS: &[ResourceKind] = ResourceKind::ALL;

async fn house() -> (TestUsher, Admin<ManageUsers>, Admin<ManageOrganization>) {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let keeper = keeper(&owner);
    (usher, owner, keeper)
}

/// The same person with the right to keep the lists.
fn keeper(admin: &Admin<ManageUsers>) -> Admin<ManageOrganization> {
    (**admin).clone().with(ManageOrganization).unwrap()
}

async fn list(
    usher: &TestUsher,
    keeper: &Admin<ManageOrganization>,
    kind: ResourceKind,
) -> Vec<ResourceRow> {
    resources::list(&usher.core, keeper, kind).await.unwrap()
}

/// The names of those in use.
async fn names(
    usher: &TestUsher,
    keeper: &Admin<ManageOrganization>,
    kind: ResourceKind,
) -> Vec<String> {
    let rows = list(usher, keeper, kind).await.into_iter();
    let rows = rows.filter(|row| row.retired_at.is_none());
    rows.map(|row| row.name).collect()
}

async fn locations(usher: &TestUsher, keeper: &Admin<ManageOrganization>) -> Vec<String> {
    names(usher, keeper, ResourceKind::Location).await
}

async fn add(
    usher: &TestUsher,
    keeper: &Admin<ManageOrganization>,
    kind: ResourceKind,
    text: &str,
) -> Outcome<u32> {
    resources::add(&usher.core, keeper, kind, text).await
}

async fn add_locations(usher: &TestUsher, keeper: &Admin<ManageOrganization>, text: &str) {
    let kind = ResourceKind::Location;
    add(usher, keeper, kind, text).await.unwrap();
}

async fn id(
    usher: &TestUsher,
    keeper: &Admin<ManageOrganization>,
    kind: ResourceKind,
    name: &str,
) -> ResourceId {
    let rows = list(usher, keeper, kind).await;
    rows.iter().find(|row| row.name == name).unwrap().id
}

async fn location(usher: &TestUsher, keeper: &Admin<ManageOrganization>, name: &str) -> ResourceId {
    id(usher, keeper, ResourceKind::Location, name).await
}

async fn rename(
    usher: &TestUsher,
    keeper: &Admin<ManageOrganization>,
    resource: ResourceId,
    seen: &str,
    name: &str,
) -> Outcome<()> {
    let request = RenameRequest {
        resource,
        seen: seen.to_owned(),
        name: name.to_owned(),
    };
    resources::rename(&usher.core, keeper, &request).await
}

/// What the audit log says of resources, the oldest first.
async fn told(usher: &TestUsher) -> Vec<(Action, Value)> {
    let events = audit_events::Entity::find()
        .order_by_asc(audit_events::Column::Id)
        .all(usher.core.database().read())
        .await
        .unwrap();
    let ours = [
        Action::ResourceAdded,
        Action::ResourceChanged,
        Action::ResourceRetired,
        Action::ResourceRestored,
        Action::ResourcesOrdered,
    ];
    let events = events.into_iter();
    let events = events.filter(|event| ours.contains(&event.action));
    events
        .map(|event| (event.action, serde_json::from_str(&event.details).unwrap()))
        .collect()
}

fn chosen(ids: &[ResourceId]) -> Reach {
    Reach::Chosen(ids.iter().copied().collect::<BTreeSet<_>>())
}

/// Written directly, as if it had been chosen; then the member as they are from now on.
async fn choose(usher: &TestUsher, member: &Member, access: Access) {
    let user = users::Entity::find_by_id(id_of(member));
    let user = user.one(usher.core.database().read()).await.unwrap();
    let mut user = user.unwrap().into_active_model();
    user.access = Set(access);
    let write = usher.core.database().begin().await.unwrap();
    user.update(&write).await.unwrap();
    write.commit().await.unwrap();
}

/// As the operator does it.
async fn enable(usher: &TestUsher, resource: ResourceId, enabled: bool) {
    let found = rows::Entity::find_by_id(resource);
    let found = found.one(usher.core.database().read()).await.unwrap();
    let mut row = found.unwrap().into_active_model();
    row.enabled = Set(enabled);
    let write = usher.core.database().begin().await.unwrap();
    row.update(&write).await.unwrap();
    write.commit().await.unwrap();
}

/// As the operator does it.
async fn enable_features(usher: &TestUsher, member: &Member, scheduler: bool, upload: bool) {
    let found = organizations::Entity::find_by_id(member.organization());
    let found = found.one(usher.core.database().read()).await.unwrap();
    let mut row = found.unwrap().into_active_model();
    row.scheduler = Set(scheduler);
    row.upload = Set(upload);
    let write = usher.core.database().begin().await.unwrap();
    row.update(&write).await.unwrap();
    write.commit().await.unwrap();
}

/// What Ivan reaches, who has signed in anew.
async fn reached(usher: &TestUsher, member: &Member) -> Reached {
    let again = usher.again(member).await.unwrap();
    access::reached(&usher.core, &again).await.unwrap()
}

fn some(kind: ResourceKind, names: &[&str]) -> ReachedKind {
    let names = names.iter().map(|name| (*name).to_owned());
    ReachedKind {
        kind,
        all: false,
        names: names.collect(),
    }
}

fn all(kind: ResourceKind, names: &[&str]) -> ReachedKind {
    ReachedKind {
        all: true,
        ..some(kind, names)
    }
}

#[tokio::test]
async fn lines_become_names_at_the_end_in_their_order() {
    let (usher, _, keeper) = house().await;
    let kind = ResourceKind::Location;
    let added = add(&usher, &keeper, kind, " North \n\nEast  Pier\nNORTH\r\n").await;
    assert_eq!(added.unwrap(), 2);
    add_locations(&usher, &keeper, "Avenue").await;
    assert_eq!(
        locations(&usher, &keeper).await,
        ["North", "East Pier", "Avenue"]
    );
    let told = told(&usher).await;
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].0, Action::ResourceAdded);
    assert_eq!(told[0].1["kind"], "location");
    assert_eq!(told[0].1["after"]["names"], json!(["North", "East Pier"]));
}

#[tokio::test]
async fn a_name_is_there_once_in_its_kind_however_it_is_written() {
    let (usher, _, keeper) = house().await;
    add_locations(&usher, &keeper, "North\nÉtoile").await;
    let [north, star] = [
        location(&usher, &keeper, "North").await,
        location(&usher, &keeper, "Étoile").await,
    ];
    let before = usher.everything().await.unwrap();
    let kind = ResourceKind::Location;
    for (text, why) in [
        ("South\n  north", Refusal::ResourceNameTaken),
        ("éTOILE", Refusal::ResourceNameTaken),
        (" \n\t\n\0", Refusal::ResourceNameMissing),
        (&"x".repeat(201), Refusal::TextTooLong),
    ] {
        assert_eq!(
            refusal(add(&usher, &keeper, kind, text).await),
            why,
            "{text}"
        );
    }
    for (name, why) in [
        ("NORTH ", Refusal::ResourceNameTaken),
        ("  ", Refusal::ResourceNameMissing),
        (&"x".repeat(201), Refusal::TextTooLong),
    ] {
        let renamed = rename(&usher, &keeper, star, "Étoile", name).await;
        assert_eq!(refusal(renamed), why, "{name}");
    }
    assert_eq!(usher.everything().await.unwrap(), before);

    // Of a retired one: it is to be restored.
    resources::retire(&usher.core, &keeper, north)
        .await
        .unwrap();
    let added = add(&usher, &keeper, kind, "north").await;
    assert_eq!(refusal(added), Refusal::ResourceNameRetired);
    let renamed = rename(&usher, &keeper, star, "Étoile", "North").await;
    assert_eq!(refusal(renamed), Refusal::ResourceNameRetired);

    // Its own name in other letters, and that of another kind.
    rename(&usher, &keeper, star, "Étoile", "ÉTOILE")
        .await
        .unwrap();
    let line = add(&usher, &keeper, ResourceKind::Line, "North").await;
    assert_eq!(line.unwrap(), 1);
    assert_eq!(locations(&usher, &keeper).await, ["ÉTOILE"]);
}

#[tokio::test]
async fn a_name_that_another_admin_has_changed_is_not_written_over() {
    let (usher, _, keeper) = house().await;
    add_locations(&usher, &keeper, "North").await;
    let north = location(&usher, &keeper, "North").await;
    rename(&usher, &keeper, north, "North", "North Quay")
        .await
        .unwrap();
    let late = rename(&usher, &keeper, north, "North", "Northern").await;
    assert_eq!(refusal(late), Refusal::ChangedMeanwhile);
    rename(&usher, &keeper, north, "North", "North Quay")
        .await
        .unwrap();
    let told = told(&usher).await;
    assert_eq!(told.len(), 2, "what changes nothing is not told");
    assert_eq!(told[1].0, Action::ResourceChanged);
    assert_eq!(told[1].1["before"], json!({ "name": "North" }));
    assert_eq!(told[1].1["after"], json!({ "name": "North Quay" }));
}

#[tokio::test]
async fn only_so_many_of_a_kind_are_in_use() {
    let (usher, _, keeper) = house().await;
    let most: Vec<String> = (0..MOST_RESOURCES).map(|n| format!("Place {n}")).collect();
    add_locations(&usher, &keeper, &most.join("\n")).await;
    let kind = ResourceKind::Location;
    let more = add(&usher, &keeper, kind, "One more").await;
    assert_eq!(refusal(more), Refusal::TooManyResources);
    let first = location(&usher, &keeper, "Place 0").await;
    resources::retire(&usher.core, &keeper, first)
        .await
        .unwrap();
    add_locations(&usher, &keeper, "One more").await;
    let restored = resources::restore(&usher.core, &keeper, first).await;
    assert_eq!(refusal(restored), Refusal::TooManyResources);
    add(&usher, &keeper, ResourceKind::Line, "Another kind")
        .await
        .unwrap();
}

#[tokio::test]
async fn they_are_moved_by_places_and_retired_ones_are_passed_by() {
    let (usher, _, keeper) = house().await;
    add_locations(&usher, &keeper, "A\nB\nC\nD").await;
    add(&usher, &keeper, ResourceKind::Line, "A\nB")
        .await
        .unwrap();
    let [a, b, c, d] = [
        location(&usher, &keeper, "A").await,
        location(&usher, &keeper, "B").await,
        location(&usher, &keeper, "C").await,
        location(&usher, &keeper, "D").await,
    ];
    resources::retire(&usher.core, &keeper, b).await.unwrap();
    let by = async |id, steps| resources::move_by(&usher.core, &keeper, id, steps).await;
    assert_eq!(by(a, 1).await.unwrap(), 2);
    assert_eq!(locations(&usher, &keeper).await, ["C", "A", "D"]);
    assert_eq!(by(d, -1).await.unwrap(), 2);
    assert_eq!(locations(&usher, &keeper).await, ["C", "D", "A"]);
    assert_eq!(by(a, i32::MIN).await.unwrap(), 1);
    assert_eq!(by(c, i32::MAX).await.unwrap(), 3);
    assert_eq!(locations(&usher, &keeper).await, ["A", "D", "C"]);
    let before = usher.everything().await.unwrap();
    assert_eq!(by(a, -1).await.unwrap(), 1, "it is the first already");
    assert_eq!(refusal(by(b, 1).await), Refusal::NotFound, "it is retired");
    assert_eq!(usher.everything().await.unwrap(), before);
    assert_eq!(names(&usher, &keeper, ResourceKind::Line).await, ["A", "B"]);
    let told = told(&usher).await;
    let (action, details) = told.last().unwrap();
    assert_eq!(*action, Action::ResourcesOrdered);
    assert_eq!(details["before"], json!({ "place": 2 }));
    assert_eq!(details["after"], json!({ "place": 3 }));
}

#[tokio::test]
async fn they_are_ordered_by_their_names() {
    let (usher, _, keeper) = house().await;
    add_locations(&usher, &keeper, "pier\nBay\nÉtoile\nanchor").await;
    let kind = ResourceKind::Location;
    resources::sort(&usher.core, &keeper, kind).await.unwrap();
    assert_eq!(
        locations(&usher, &keeper).await,
        ["anchor", "Bay", "pier", "Étoile"]
    );
    resources::sort(&usher.core, &keeper, kind).await.unwrap();
    let told = told(&usher).await;
    assert_eq!(told.len(), 2, "the second time there was nothing to order");
    assert_eq!(
        told[1].1["before"]["names"],
        json!(["pier", "Bay", "Étoile", "anchor"])
    );
}

#[tokio::test]
async fn a_retired_one_comes_back_in_its_place_with_its_choices() {
    let (usher, owner, keeper) = house().await;
    add_locations(&usher, &keeper, "A\nB\nC").await;
    let ivan = joined(&usher, &owner, IVAN).await;
    let [b, c] = [
        location(&usher, &keeper, "B").await,
        location(&usher, &keeper, "C").await,
    ];
    let access = Access {
        locations: chosen(&[b, c]),
        ..Access::default()
    };
    choose(&usher, &ivan, access).await;
    let count = async |id| {
        resources::count_choosers(&usher.core, &keeper, id)
            .await
            .unwrap()
    };
    assert_eq!(count(b).await, 1);
    assert_eq!(count(location(&usher, &keeper, "A").await).await, 0);
    let kind = ResourceKind::Location;
    assert_eq!(
        reached(&usher, &ivan).await.kinds,
        [some(kind, &["B", "C"])]
    );

    resources::retire(&usher.core, &keeper, b).await.unwrap();
    resources::retire(&usher.core, &keeper, b).await.unwrap();
    assert_eq!(locations(&usher, &keeper).await, ["A", "C"]);
    assert_eq!(reached(&usher, &ivan).await.kinds, [some(kind, &["C"])]);
    assert_eq!(count(b).await, 1);
    let renamed = rename(&usher, &keeper, b, "B", "Bay").await;
    assert_eq!(refusal(renamed), Refusal::NotFound);

    resources::restore(&usher.core, &keeper, b).await.unwrap();
    resources::restore(&usher.core, &keeper, b).await.unwrap();
    assert_eq!(locations(&usher, &keeper).await, ["A", "B", "C"]);
    assert_eq!(
        reached(&usher, &ivan).await.kinds,
        [some(kind, &["B", "C"])]
    );
    let told = told(&usher).await;
    let actions: Vec<_> = told.iter().map(|(action, _)| *action).collect();
    let expected = [
        Action::ResourceAdded,
        Action::ResourceRetired,
        Action::ResourceRestored,
    ];
    assert_eq!(actions, expected);
    assert_eq!(told[1].1["name"], "B");
    assert_eq!(told[1].1["after"], json!({ "retired": true }));
}

#[tokio::test]
async fn pages_and_products_wait_for_the_operator() {
    let (usher, owner, operator) = house().await;
    let admin = joined_admin(&usher, &owner, "ada@north.example").await;
    let admin = keeper(&admin);
    for kind in KINDS {
        add(&usher, &operator, *kind, "Of the operator")
            .await
            .unwrap();
        add(&usher, &admin, *kind, "Of an admin").await.unwrap();
        let enabled: Vec<_> = list(&usher, &admin, *kind).await;
        let enabled: Vec<_> = enabled.iter().map(|row| row.enabled).collect();
        assert_eq!(enabled, [true, !kind.is_enabled_by_operator()], "{kind}");
    }
    // Those that are off are reached by nobody, the Owner included.
    let reached = access::reached(&usher.core, &operator).await.unwrap();
    let both = ["Of the operator", "Of an admin"];
    let expected = [
        all(ResourceKind::Location, &both),
        all(ResourceKind::Page, &both[..1]),
        all(ResourceKind::Product, &both[..1]),
        all(ResourceKind::Line, &both),
    ];
    assert_eq!(reached.kinds, expected);
}

#[tokio::test]
async fn what_is_off_is_reached_by_nobody_and_comes_back_with_the_choice() {
    let (usher, owner, keeper) = house().await;
    let kind = ResourceKind::Product;
    add(&usher, &keeper, kind, "Messaging\nReviews\nForms")
        .await
        .unwrap();
    enable_features(&usher, &keeper, true, true).await;
    let ivan = joined(&usher, &owner, IVAN).await;
    let [messaging, reviews, forms] = [
        id(&usher, &keeper, kind, "Messaging").await,
        id(&usher, &keeper, kind, "Reviews").await,
        id(&usher, &keeper, kind, "Forms").await,
    ];
    let access = Access {
        products: chosen(&[messaging, reviews]),
        upload_button: true,
        ..Access::default()
    };
    choose(&usher, &ivan, access).await;
    let as_chosen = Reached {
        kinds: vec![some(kind, &["Messaging", "Reviews"])],
        features: vec![Feature::Upload],
    };
    assert_eq!(reached(&usher, &ivan).await, as_chosen);

    enable(&usher, reviews, false).await;
    enable_features(&usher, &keeper, true, false).await;
    let less = Reached {
        kinds: vec![some(kind, &["Messaging"])],
        features: vec![],
    };
    assert_eq!(reached(&usher, &ivan).await, less);
    enable(&usher, messaging, false).await;
    assert_eq!(reached(&usher, &ivan).await.kinds, [some(kind, &[])]);
    enable(&usher, forms, false).await;
    assert_eq!(
        reached(&usher, &ivan).await,
        Reached::default(),
        "nothing is in use"
    );

    for product in [messaging, reviews, forms] {
        enable(&usher, product, true).await;
    }
    enable_features(&usher, &keeper, true, true).await;
    assert_eq!(reached(&usher, &ivan).await, as_chosen);
    // An Owner reaches all there is.
    let everything = Reached {
        kinds: vec![all(kind, &["Messaging", "Reviews", "Forms"])],
        features: vec![Feature::Scheduler, Feature::Upload],
    };
    let olive = access::reached(&usher.core, &owner).await.unwrap();
    assert_eq!(olive, everything);
}

#[tokio::test]
async fn a_choice_of_another_kind_or_another_organization_reaches_nothing() {
    let (usher, owner, ours) = house().await;
    let stranger = usher.other_organization().await.unwrap();
    let theirs = keeper(&stranger);
    add_locations(&usher, &ours, "North").await;
    add(&usher, &ours, ResourceKind::Line, "Reception")
        .await
        .unwrap();
    add_locations(&usher, &theirs, "Nimbus").await;
    let line = id(&usher, &ours, ResourceKind::Line, "Reception").await;
    let foreign = location(&usher, &theirs, "Nimbus").await;
    let ivan = joined(&usher, &owner, IVAN).await;
    let access = Access {
        locations: chosen(&[line, foreign]),
        lines: chosen(&[]),
        ..Access::default()
    };
    choose(&usher, &ivan, access).await;
    let nothing = [
        some(ResourceKind::Location, &[]),
        some(ResourceKind::Line, &[]),
    ];
    assert_eq!(reached(&usher, &ivan).await.kinds, nothing);
}

#[tokio::test]
async fn a_stranger_sees_and_changes_none_of_ours() {
    let (usher, _, ours) = house().await;
    let stranger = keeper(&usher.other_organization().await.unwrap());
    add_locations(&usher, &ours, "North\nSouth").await;
    let north = location(&usher, &ours, "North").await;
    let before = usher.everything().await.unwrap();
    assert!(
        list(&usher, &stranger, ResourceKind::Location)
            .await
            .is_empty()
    );
    let core = &usher.core;
    let renamed = rename(&usher, &stranger, north, "North", "Mine").await;
    assert_eq!(refusal(renamed), Refusal::NotFound);
    let moved = resources::move_by(core, &stranger, north, 1).await;
    assert_eq!(refusal(moved), Refusal::NotFound);
    let counted = resources::count_choosers(core, &stranger, north).await;
    assert_eq!(refusal(counted), Refusal::NotFound);
    let retired = resources::retire(core, &stranger, north).await;
    assert_eq!(refusal(retired), Refusal::NotFound);
    let restored = resources::restore(core, &stranger, north).await;
    assert_eq!(refusal(restored), Refusal::NotFound);
    resources::sort(core, &stranger, ResourceKind::Location)
        .await
        .unwrap();
    assert_eq!(usher.everything().await.unwrap(), before);
    add_locations(&usher, &stranger, "North").await;
    assert_eq!(locations(&usher, &ours).await, ["North", "South"]);
}

#[tokio::test]
async fn a_user_gets_no_proof_for_it() {
    let (usher, owner, _) = house().await;
    let ivan = joined(&usher, &owner, IVAN).await;
    let proof = ivan.with(ManageOrganization);
    assert_eq!(proof.err(), Some(Refusal::NotAllowed));
}
