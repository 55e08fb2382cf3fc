//! The settings that are texts of a form.

use domain::{
    entity::{imports, organizations, roles},
    organization::change,
    random_nonce,
    testing::TestUsher,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::json;
use types::{
    access::{Permission, RoleKind},
    batch::SendRequest,
    ids::RoleId,
    organization::{Setting, Settings},
    refusal::Refusal,
};

use super::{changes, manager, set, stored};
use crate::common::{
    invitation, invite, invited, joined, joined_admin, offer, pasted, refusal, role, send, user,
};

#[tokio::test]
async fn every_setting_is_kept_and_remembered_with_before_and_after() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    let admins = role(&usher, &owner, RoleKind::Admin).await.to_string();
    let cases = [
        (
            Setting::Name,
            "  Acme & Söhne ",
            "Acme Clinics",
            "Acme & Söhne",
        ),
        (Setting::Language, "ru", "en", "ru"),
        (
            Setting::TimeZone,
            "Asia/Yekaterinburg",
            "UTC",
            "Asia/Yekaterinburg",
        ),
        (Setting::Accent, "C2185B", "", "#c2185b"),
        (Setting::InvitationHours, " 5 ", "72", "5"),
        (
            Setting::AllowedDomains,
            "North.example,\r\n@почта.рф north.example",
            "",
            "north.example\nпочта.рф",
        ),
        (
            Setting::SenderName,
            "Acme, «Клиники»",
            "",
            "Acme, «Клиники»",
        ),
        (
            Setting::ReplyTo,
            "Desk@North.example",
            "",
            "Desk@north.example",
        ),
    ];
    for (setting, typed, old, new) in cases {
        set(&usher, &admin, setting, typed).await.unwrap();
        assert_eq!(stored(&usher, &admin).await.text(setting), new, "{setting}");
        let last = changes(&usher).await.pop().unwrap();
        let name = setting.as_str();
        assert_eq!(
            last,
            json!({ "before": { name: old }, "after": { name: new } })
        );
    }
    set(&usher, &admin, Setting::DefaultRole, &admins)
        .await
        .unwrap();
    assert_eq!(stored(&usher, &admin).await.default_role, admins);
    let last = changes(&usher).await.pop().unwrap();
    // By its name: who reads the log later may find no such role any more.
    let expected =
        json!({ "before": { "default_role": "" }, "after": { "default_role": "Admin" } });
    assert_eq!(last, expected);

    let row = organizations::Entity::find()
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.allowed_domains, "north.example xn--80a1acny.xn--p1ai");
    // The same again changes nothing, and is no change.
    let before = usher.everything().await.unwrap();
    set(&usher, &admin, Setting::Accent, "#C2185B")
        .await
        .unwrap();
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    let before = usher.everything().await.unwrap();
    let long = "й".repeat(201);
    let other = usher.other_organization().await.unwrap();
    let foreign = role(&usher, &other, RoleKind::User).await.to_string();
    let many: Vec<_> = (0..101).map(|n| format!("d{n}.example")).collect();
    let cases = [
        (Setting::Name, " ", Refusal::OrganizationNameMissing),
        (Setting::Name, &long, Refusal::TextTooLong),
        (
            Setting::Name,
            "Acme\nBcc: all@north.example",
            Refusal::OneLineOnly,
        ),
        (Setting::Language, "de", Refusal::NotFound),
        (Setting::TimeZone, "", Refusal::TimeZoneUnknown),
        (Setting::TimeZone, "Mars/Olympus", Refusal::TimeZoneUnknown),
        (Setting::Accent, "teal", Refusal::ColorNotValid),
        (Setting::Accent, "#fff;}", Refusal::ColorNotValid),
        (Setting::InvitationHours, "0", Refusal::LifetimeOutOfRange),
        (Setting::InvitationHours, "721", Refusal::LifetimeOutOfRange),
        (Setting::InvitationHours, "", Refusal::LifetimeOutOfRange),
        (Setting::InvitationHours, "-3", Refusal::LifetimeOutOfRange),
        (Setting::DefaultRole, &foreign, Refusal::NotFound),
        (Setting::DefaultRole, "nonsense", Refusal::NotFound),
        (
            Setting::AllowedDomains,
            "north.example nope",
            Refusal::DomainsNotValid,
        ),
        (
            Setting::AllowedDomains,
            "ann@north.example",
            Refusal::DomainsNotValid,
        ),
        (
            Setting::AllowedDomains,
            "*.north.example",
            Refusal::DomainsNotValid,
        ),
        (
            Setting::AllowedDomains,
            &many.join(" "),
            Refusal::DomainsNotValid,
        ),
        (
            Setting::SenderName,
            "Acme\r\nBcc: all",
            Refusal::OneLineOnly,
        ),
        (Setting::SenderName, &long, Refusal::TextTooLong),
        (Setting::ReplyTo, "desk", Refusal::EmailNotValid),
        (
            Setting::ReplyTo,
            "desk@north.example\r\nBcc: x@y.example",
            Refusal::EmailNotValid,
        ),
    ];
    for (setting, typed, expected) in cases {
        let done = set(&usher, &admin, setting, typed).await;
        assert_eq!(refusal(done), expected, "{setting}: {typed:?}");
    }
    let mut after = usher.everything().await.unwrap();
    after.retain(|row| before.contains(row));
    assert_eq!(after, before);
    assert!(changes(&usher).await.is_empty());
}

#[tokio::test]
async fn two_admins_do_not_overwrite_each_other() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    let seen = stored(&usher, &admin).await;
    set(&usher, &admin, Setting::Name, "North").await.unwrap();
    let named = |name: &str| Settings {
        name: name.to_owned(),
        ..seen.clone()
    };
    let done = change(&usher.core, &admin, &seen, &named("South")).await;
    assert_eq!(refusal(done), Refusal::ChangedMeanwhile);
    // Other settings, and the same name, are in nobody's way.
    let wanted = Settings {
        accent: "#0f5e59".to_owned(),
        ..named("North")
    };
    change(&usher.core, &admin, &seen, &wanted).await.unwrap();
    let now = stored(&usher, &admin).await;
    assert_eq!(
        (now.name.as_str(), now.accent.as_str()),
        ("North", "#0f5e59")
    );
    // A form that holds one field leaves all others alone.
    let part = |name: &str| Settings {
        sender_name: name.to_owned(),
        ..Settings::default()
    };
    change(&usher.core, &admin, &part(""), &part("Front desk"))
        .await
        .unwrap();
    let expected = Settings {
        sender_name: "Front desk".to_owned(),
        ..now
    };
    assert_eq!(stored(&usher, &admin).await, expected);
}

#[tokio::test]
async fn each_organization_has_its_own() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let other = manager(&usher.other_organization().await.unwrap());
    let before = stored(&usher, &manager(&owner)).await;
    set(&usher, &other, Setting::Accent, "#c2185b")
        .await
        .unwrap();
    set(&usher, &other, Setting::AllowedDomains, "nimbus.example")
        .await
        .unwrap();
    assert_eq!(stored(&usher, &manager(&owner)).await, before);
    let token = invited(&usher, &owner, "ivan@north.example").await;
    assert_eq!(offer(&usher, &token).await.look.accent, None);
}

#[tokio::test]
async fn only_allowed_domains_are_sent_to_from_then_on() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    let standing = invited(&usher, &owner, "early@south.example").await;
    set(
        &usher,
        &admin,
        Setting::AllowedDomains,
        "north.example почта.рф",
    )
    .await
    .unwrap();
    let text = "a@north.example, b@south.example, c@почта.рф, d@sub.north.example";
    invite(&usher, &owner, text).await;
    usher.deliver().await.unwrap();
    let sent = usher.mailer.sent();
    // Several go out at once: in no order.
    let mut to: Vec<_> = sent.iter().map(|sent| sent.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["a@north.example", "c@почта.рф", "early@south.example"]);
    // Who was invited before can still come in.
    offer(&usher, &standing).await;
    set(&usher, &admin, Setting::AllowedDomains, "")
        .await
        .unwrap();
    invite(&usher, &owner, "b@south.example").await;
}

#[tokio::test]
async fn another_expiry_leaves_open_invitations_alone() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    invite(&usher, &owner, "ivan@north.example").await;
    let before = invitation(&usher, "ivan@north.example").await;
    set(&usher, &admin, Setting::InvitationHours, "5")
        .await
        .unwrap();
    assert_eq!(invitation(&usher, "ivan@north.example").await, before);
    invite(&usher, &owner, "dora@north.example").await;
    assert_eq!(invitation(&usher, "dora@north.example").await.hours, 5);
}

/// A role of the organization's own, with these rights.
async fn own_role(usher: &TestUsher, email: &str, permissions: &[Permission]) -> RoleId {
    let holder = user(usher, email).await;
    let write = usher.core.database().begin().await.unwrap();
    let role = roles::ActiveModel {
        id: Set(RoleId(random_nonce().parse().unwrap())),
        organization_id: Set(holder.organization_id),
        kind: Set(RoleKind::Custom),
        name: Set("Front desk".to_owned()),
        permissions: Set(permissions.iter().copied().collect()),
    };
    let role = role.insert(&write).await.unwrap().id;
    let mut holder = holder.into_active_model();
    holder.role_id = Set(role);
    holder.update(&write).await.unwrap();
    write.commit().await.unwrap();
    role
}

#[tokio::test]
async fn the_default_role_is_for_new_people_as_far_as_the_sender_may_give_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    let admins = role(&usher, &owner, RoleKind::Admin).await;
    let users = role(&usher, &owner, RoleKind::User).await;
    joined(&usher, &owner, "fred@acme.example").await;
    own_role(&usher, "fred@acme.example", &[Permission::ManageUsers]).await;
    let fred = crate::common::again(&usher, "fred@acme.example").await;
    invite(&usher, &owner, "known@north.example").await;
    set(&usher, &admin, Setting::DefaultRole, &admins.to_string())
        .await
        .unwrap();

    let default_of = async |who| {
        let choices = domain::roles::invite_choices(&usher.core, who).await;
        choices.unwrap().default_role
    };
    assert_eq!(default_of(&owner).await, Some(admins));
    assert_eq!(default_of(&fred).await, Some(users));
    invite(&usher, &owner, "ann@north.example").await;
    invite(&usher, &fred, "ben@north.example").await;
    let request = SendRequest {
        resend: true,
        ..pasted("known@north.example")
    };
    send(&usher, &owner, request).await.unwrap();
    for (email, role) in [
        ("ann@north.example", admins),
        ("ben@north.example", users),
        ("known@north.example", users),
    ] {
        assert_eq!(user(&usher, email).await.role_id, role, "{email}");
    }

    let table = "E-mail\nimp@north.example".to_owned();
    let content = domain::imports::Content::Pasted(table);
    let import = domain::imports::upload(&usher.core, &owner, content).await;
    let import = imports::Entity::find_by_id(import.unwrap())
        .one(usher.core.database().read())
        .await
        .unwrap();
    assert_eq!(import.unwrap().role_id, admins);
}

#[tokio::test]
async fn nobody_sets_a_default_above_their_own_role() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let ada = joined_admin(&usher, &owner, "ada@acme.example").await;
    let owners = role(&usher, &owner, RoleKind::Owner).await.to_string();
    let before = usher.everything().await.unwrap();
    let done = set(&usher, &manager(&ada), Setting::DefaultRole, &owners).await;
    assert_eq!(refusal(done), Refusal::RoleAboveYours);
    assert_eq!(usher.everything().await.unwrap(), before);
}
