//! Choosing access where people are invited, added or imported.

use domain::{
    bulk, imports, invitations, people, proof::CopyInvitationLinks, roles::invite_choices,
    testing::TestUsher,
};
use types::{
    access::RoleKind,
    batch::{Change, LetterRequest, SendRequest},
    ids::ResourceId,
    import::{ImportRequest, RowsFrom},
    invitation::Lifetime,
    language::Language,
    refusal::Refusal,
    resources::{Access, Reach, ResourceKind},
    users::{EditRequest, PersonDetails, UserStatus},
};
use uuid::Uuid;

use super::{
    DORA, IVAN, Place, enable_features, invite_with, limited, resource, retire, switch_off, these,
};
use crate::common::{
    change, deliveries, id_of, invite, pasted, refusal, resend, revoke, role, send, set_status,
    to_users, user,
};
use types::batch::Audience;

#[tokio::test]
async fn what_is_chosen_is_stored_with_who_chose_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    enable_features(&usher, &owner, true).await;
    invite(&usher, &owner, IVAN).await;
    let before = user(&usher, IVAN).await;
    assert_eq!(before.access, Access::default());
    assert_eq!((before.access_by, before.access_at), (None, None));

    let access = Access {
        locations: these(&[place.north]),
        pages: these(&[place.reports]),
        products: these(&[]),
        lines: Reach::All,
        appointment_blocking: true,
        upload_button: false,
    };
    let request = SendRequest {
        access: Some(access.clone()),
        resend: true,
        ..pasted("ivan@north.example, dora@north.example")
    };
    send(&usher, &owner, request).await.unwrap();
    for email in [IVAN, DORA] {
        let person = user(&usher, email).await;
        assert_eq!(person.access, access, "{email}");
        assert_eq!(person.access_by, Some(id_of(&owner)), "{email}");
        assert_eq!(person.access_at, Some(usher.core.now()), "{email}");
    }

    // Without a choice, everyone keeps theirs.
    resend(&usher, &owner, IVAN).await;
    assert_eq!(user(&usher, IVAN).await.access, access);
}

#[tokio::test]
async fn those_who_are_left_out_keep_their_access() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    invite(&usher, &owner, IVAN).await;
    let text = "ivan@north.example, dora@north.example";
    invite_with(&usher, &owner, text, &place.only_north())
        .await
        .unwrap();
    assert_eq!(user(&usher, IVAN).await.access, Access::default());
    assert_eq!(user(&usher, DORA).await.access, place.only_north());
}

#[tokio::test]
async fn nobody_gives_access_beyond_their_own() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    enable_features(&usher, &owner, true).await;
    let own = Access {
        lines: Reach::All,
        upload_button: true,
        ..place.only_north()
    };
    let ada = limited(&usher, &owner, "ada@acme.example", &own).await;
    let before = usher.everything().await.unwrap();

    let beyond = [
        Access::default(),
        Access {
            locations: Reach::All,
            ..own.clone()
        },
        Access {
            locations: these(&[place.north, place.south]),
            ..own.clone()
        },
        Access {
            pages: these(&[place.reports]),
            ..own.clone()
        },
        Access {
            appointment_blocking: true,
            ..own.clone()
        },
    ];
    for access in beyond {
        let sent = invite_with(&usher, &ada, IVAN, &access).await;
        assert_eq!(refusal(sent), Refusal::AccessAboveYours);
        let ivan = details(IVAN, &ada, &usher).await;
        let added = people::add(&usher.core, &ada, &ivan, Some(&access)).await;
        assert_eq!(refusal(added), Refusal::AccessAboveYours);
    }
    assert_eq!(usher.everything().await.unwrap(), before);

    invite_with(&usher, &ada, IVAN, &own).await.unwrap();
    assert_eq!(user(&usher, IVAN).await.access, own);
    // Who chooses nothing gives as much as they have, and no feature.
    invite(&usher, &ada, DORA).await;
    let usual = Access {
        upload_button: false,
        ..own
    };
    assert_eq!(user(&usher, DORA).await.access, usual);
    assert_eq!(user(&usher, DORA).await.access_by, None);
}

async fn details(
    email: &str,
    admin: &domain::proof::Admin<domain::proof::ManageUsers>,
    usher: &TestUsher,
) -> PersonDetails {
    PersonDetails {
        email: email.to_owned(),
        ..PersonDetails::blank(role(usher, admin, RoleKind::User).await)
    }
}

#[tokio::test]
async fn what_is_not_ours_is_not_found() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    let stranger = usher.other_organization().await.unwrap();
    let theirs = resource(&usher, &stranger, ResourceKind::Location, "Theirs").await;
    let nothing = ResourceId(Uuid::from_u128(7));
    let before = usher.everything().await.unwrap();
    let foreign = [
        Access {
            locations: these(&[place.north, theirs]),
            ..Access::nothing()
        },
        Access {
            locations: these(&[nothing]),
            ..Access::nothing()
        },
        // Ours, but of another kind.
        Access {
            pages: these(&[place.messaging]),
            ..Access::nothing()
        },
    ];
    for access in foreign {
        let sent = invite_with(&usher, &owner, IVAN, &access).await;
        assert_eq!(refusal(sent), Refusal::NotFound);
        let request = SendRequest {
            access: Some(access),
            ..pasted(IVAN)
        };
        let previewed = invitations::preview(&usher.core, &owner, &request).await;
        assert_eq!(refusal(previewed), Refusal::NotFound);
    }
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn what_is_switched_off_or_retired_cannot_be_chosen() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    switch_off(&usher, place.messaging).await;
    switch_off(&usher, place.reports).await;
    retire(&usher, place.south).await;
    let off = [
        Access {
            products: these(&[place.messaging]),
            ..Access::nothing()
        },
        Access {
            pages: these(&[place.reports]),
            ..Access::nothing()
        },
        Access {
            locations: these(&[place.north, place.south]),
            ..Access::nothing()
        },
        Access {
            appointment_blocking: true,
            ..Access::default()
        },
        Access {
            upload_button: true,
            ..Access::default()
        },
    ];
    for access in off {
        let sent = invite_with(&usher, &owner, IVAN, &access).await;
        assert_eq!(refusal(sent), Refusal::NotEnabled);
    }
    let offered = invite_choices(&usher.core, &owner).await.unwrap().access;
    let names: Vec<&str> = offered
        .resources
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(names, ["North", "Reception"]);
    assert!(offered.features.is_empty());
}

#[tokio::test]
async fn the_dialog_offers_what_the_sender_has() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    enable_features(&usher, &owner, true).await;
    let own = Access {
        lines: Reach::All,
        upload_button: true,
        ..place.only_north()
    };
    let ada = limited(&usher, &owner, "ada@acme.example", &own).await;
    let offered = invite_choices(&usher.core, &ada).await.unwrap().access;
    let ids: Vec<ResourceId> = offered.resources.iter().map(|it| it.id).collect();
    assert_eq!(ids, [place.north, place.reception]);
    assert_eq!(offered.all_of, [ResourceKind::Line]);
    assert_eq!(offered.features, [types::resources::Feature::Upload]);
    let all = invite_choices(&usher.core, &owner).await.unwrap().access;
    assert_eq!(all.resources.len(), 5);
    assert_eq!(all.all_of, ResourceKind::ALL);
}

#[tokio::test]
async fn who_reaches_further_is_offered_nothing_anew() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    let ada = limited(&usher, &owner, "ada@acme.example", &place.only_north()).await;
    let copier = (*ada).clone().with(CopyInvitationLinks).unwrap();
    invite(&usher, &owner, IVAN).await;
    let ivan = user(&usher, IVAN).await.id;
    let before = usher.everything().await.unwrap();

    // Not even with a smaller access: whose the invitation is stays so.
    for access in [None, Some(place.only_north())] {
        for request in [pasted(IVAN), to_users(&[ivan])] {
            let request = SendRequest {
                resend: true,
                access: access.clone(),
                ..request
            };
            let preview = invitations::preview(&usher.core, &ada, &request).await;
            assert_eq!(preview.unwrap().counts.role_above_yours, 1);
            let sent = send(&usher, &ada, request).await;
            assert_eq!(refusal(sent), Refusal::NobodyToInvite);
        }
    }
    let copied = invitations::copy(&usher.core, &copier, ivan).await;
    assert_eq!(refusal(copied), Refusal::AccessAboveYours);
    assert_eq!(usher.everything().await.unwrap(), before);

    // Taking away, and changing details, needs no access.
    revoke(&usher, &ada, ivan).await.unwrap();
    let page = people::read(&usher.core, &ada, ivan).await.unwrap();
    let mut wanted = page.details.clone();
    wanted.job_title = "Nurse".to_owned();
    let request = EditRequest {
        user: ivan,
        seen: page.details,
        wanted,
    };
    people::edit(&usher.core, &ada, &request).await.unwrap();
    let ids = || Audience::Users(vec![ivan]);
    let batch = change(&usher, &ada, Change::Deactivate, ids()).await;
    let activated = change(&usher, &ada, Change::Activate, ids()).await;
    assert_eq!(refusal(activated), Refusal::RoleAboveYours);
    // What was just taken away may come back.
    bulk::undo(&usher.core, &ada, batch.unwrap()).await.unwrap();
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::NotInvited);
}

#[tokio::test]
async fn an_import_gives_its_authors_access() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let place = Place::of(&usher, &owner).await;
    let ada = limited(&usher, &owner, "ada@acme.example", &place.only_north()).await;
    // Reaches further, and so is not invited by her.
    set_not_invited(&usher, &owner, IVAN).await;
    let table = "email,job title\nivan@north.example,Nurse\ndora@north.example,Nurse\n";
    let content = imports::Content::Pasted(table.to_owned());
    let import = imports::upload(&usher.core, &ada, content).await.unwrap();
    let page = imports::page(&usher.core, &ada, import, None, RowsFrom::Start).await;
    let settings = types::import::ImportSettings {
        known: types::import::Known::Update,
        ..page.unwrap().settings
    };
    imports::set_up(&usher.core, &ada, import, &settings)
        .await
        .unwrap();
    let request = ImportRequest {
        via: types::invitation::Via::Automatic,
        import,
        send: true,
        seen: 2,
    };
    imports::start(&usher.core, &ada, request).await.unwrap();

    let dora = user(&usher, DORA).await;
    assert_eq!(dora.access, place.only_north());
    assert_eq!(dora.access_by, None);
    assert_eq!(deliveries(&usher, DORA).await.len(), 1);
    let ivan = user(&usher, IVAN).await;
    assert_eq!(ivan.job_title, "Nurse");
    assert_eq!(ivan.access, Access::default());
    assert_eq!(ivan.status, UserStatus::NotInvited);
}

async fn set_not_invited(
    usher: &TestUsher,
    owner: &domain::proof::Admin<domain::proof::ManageUsers>,
    email: &str,
) {
    people::add(
        &usher.core,
        owner,
        &details(email, owner, usher).await,
        None,
    )
    .await
    .unwrap();
    set_status(usher, email, UserStatus::NotInvited).await;
}

#[tokio::test]
async fn the_letter_is_seen_before_it_is_sent() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let before = usher.everything().await.unwrap();
    let request = LetterRequest {
        recipient: "Ivan Petrov <ivan@north.example>".to_owned(),
        role: Some(role(&usher, &owner, RoleKind::Admin).await),
        lifetime: Some(Lifetime::DAY),
        language: Some(Language::En),
        message: "See you <b>Monday</b>".to_owned(),
    };
    let head = invitations::letter(&usher.core, &owner, &request)
        .await
        .unwrap();
    assert_eq!(head.to, "Ivan Petrov <ivan@north.example>");
    assert!(head.subject.contains("Acme Clinics"), "{}", head.subject);
    let html = invitations::html(&usher.core, &owner, &request)
        .await
        .unwrap();
    for words in [
        "Hello Ivan,",
        "Your role: Admin",
        "Olive Owner",
        "26 February 2026",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(html.contains("See you") && !html.contains("<b>Monday</b>"));
    assert_eq!(usher.everything().await.unwrap(), before);

    let nobody = LetterRequest {
        recipient: String::new(),
        language: Some(Language::Ru),
        role: None,
        lifetime: None,
        message: String::new(),
    };
    let head = invitations::letter(&usher.core, &owner, &nobody)
        .await
        .unwrap();
    assert_eq!(head.to, "Анна Орлова <anna@example.com>");
    let ada = limited(&usher, &owner, "ada@acme.example", &Access::nothing()).await;
    let owners = LetterRequest {
        role: Some(role(&usher, &owner, RoleKind::Owner).await),
        ..nobody
    };
    let refused = invitations::letter(&usher.core, &ada, &owners).await;
    assert_eq!(refusal(refused), Refusal::RoleAboveYours);
}
