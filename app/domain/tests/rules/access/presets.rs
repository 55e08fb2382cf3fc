//! Saved choices for the dialog "Invite users".

use domain::{presets, testing::TestUsher};
use types::{
    access::RoleKind,
    invitation::Lifetime,
    presets::{MOST_PRESETS, NewPreset},
    refusal::Refusal,
    resources::Access,
};

use super::{Place, enable_features, limited, retire, these};
use crate::common::{joined_admin, refusal, role};

async fn names(
    usher: &TestUsher,
    admin: &domain::proof::Admin<domain::proof::ManageUsers>,
) -> Vec<String> {
    let list = presets::list(&usher.core, admin).await.unwrap();
    list.into_iter().map(|preset| preset.name).collect()
}

#[tokio::test]
async fn a_preset_is_saved_offered_and_deleted() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    let wanted = NewPreset {
        name: "  Front desk, North clinic ".to_owned(),
        role: role(&usher, &owner, RoleKind::User).await,
        access: place.only_north(),
        lifetime: Lifetime::THREE_DAYS,
    };
    let id = presets::save(&usher.core, &owner, &wanted).await.unwrap();
    let list = presets::list(&usher.core, &owner).await.unwrap();
    let [preset] = list.as_slice() else {
        panic!("{list:?}");
    };
    assert_eq!(preset.name, "Front desk, North clinic");
    assert_eq!(preset.role, Some(wanted.role));
    assert_eq!(preset.access, wanted.access);
    assert_eq!(preset.lifetime, Lifetime::THREE_DAYS);
    assert!(!preset.lacks);

    let saved = async |name: &str| {
        let again = NewPreset {
            name: name.to_owned(),
            ..wanted.clone()
        };
        refusal(presets::save(&usher.core, &owner, &again).await)
    };
    assert_eq!(
        saved("FRONT DESK, north clinic").await,
        Refusal::PresetTaken
    );
    assert_eq!(saved("   ").await, Refusal::NameMissing);
    assert_eq!(saved(&"x".repeat(201)).await, Refusal::TextTooLong);

    let stranger = usher.other_organization().await.unwrap();
    assert!(names(&usher, &stranger).await.is_empty());
    let deleted = presets::delete(&usher.core, &stranger, id).await;
    assert_eq!(refusal(deleted), Refusal::NotFound);
    presets::delete(&usher.core, &owner, id).await.unwrap();
    assert!(names(&usher, &owner).await.is_empty());
    let deleted = presets::delete(&usher.core, &owner, id).await;
    assert_eq!(refusal(deleted), Refusal::NotFound);
}

#[tokio::test]
async fn only_what_one_may_give_is_saved_and_offered() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    let admin = joined_admin(&usher, &owner, "adam@acme.example").await;
    let ada = limited(&usher, &owner, "ada@acme.example", &place.only_north()).await;
    let preset = async |name: &str, kind, access: &Access| NewPreset {
        name: name.to_owned(),
        role: role(&usher, &owner, kind).await,
        access: access.clone(),
        lifetime: Lifetime::DAY,
    };
    let owners = preset("Owners", RoleKind::Owner, &Access::nothing()).await;
    let everything = preset("Everything", RoleKind::User, &Access::default()).await;
    let north = preset("North", RoleKind::User, &place.only_north()).await;
    for wanted in [&owners, &everything, &north] {
        presets::save(&usher.core, &owner, wanted).await.unwrap();
    }
    assert_eq!(
        names(&usher, &owner).await,
        ["Everything", "North", "Owners"]
    );
    assert_eq!(names(&usher, &admin).await, ["Everything", "North"]);
    assert_eq!(names(&usher, &ada).await, ["North"]);
    // What is not offered is not there to be deleted either.
    let list = presets::list(&usher.core, &owner).await.unwrap();
    let deleted = presets::delete(&usher.core, &ada, list[0].id).await;
    assert_eq!(refusal(deleted), Refusal::NotFound);
    let mut theirs = owners.clone();
    theirs.name = "Mine".to_owned();
    let saved = presets::save(&usher.core, &admin, &theirs).await;
    assert_eq!(refusal(saved), Refusal::RoleAboveYours);
    theirs.role = everything.role;
    theirs.access = Access::default();
    let saved = presets::save(&usher.core, &ada, &theirs).await;
    assert_eq!(refusal(saved), Refusal::AccessAboveYours);
}

#[tokio::test]
async fn of_a_preset_remains_what_is_there() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    enable_features(&usher, &owner, true).await;
    let wanted = NewPreset {
        name: "Both".to_owned(),
        role: role(&usher, &owner, RoleKind::User).await,
        access: Access {
            locations: these(&[place.north, place.south]),
            upload_button: true,
            ..Access::nothing()
        },
        lifetime: Lifetime::WEEK,
    };
    presets::save(&usher.core, &owner, &wanted).await.unwrap();
    retire(&usher, place.south).await;
    enable_features(&usher, &owner, false).await;
    let list = presets::list(&usher.core, &owner).await.unwrap();
    assert!(list[0].lacks);
    assert_eq!(list[0].access, place.only_north());
    // What comes back is part of it again.
    enable_features(&usher, &owner, true).await;
    let list = presets::list(&usher.core, &owner).await.unwrap();
    assert!(list[0].access.upload_button);
}

#[tokio::test]
async fn there_is_an_end_to_presets() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let user = role(&usher, &owner, RoleKind::User).await;
    let save = async |number: usize| {
        let wanted = NewPreset {
            name: format!("Preset {number}"),
            role: user,
            access: Access::default(),
            lifetime: Lifetime::DAY,
        };
        presets::save(&usher.core, &owner, &wanted).await
    };
    for number in 0..MOST_PRESETS {
        save(number).await.unwrap();
    }
    assert_eq!(refusal(save(MOST_PRESETS).await), Refusal::TooManyPresets);
}
