//! What the person who runs the installation does.

use chrono::TimeDelta;
use domain::{
    entity::{audit_events, resources, users},
    operator as operating, people,
    proof::{ManageUsers, Member, Operator, Origin},
    sessions, sign_in, sign_up,
    testing::{OWNER, PASSWORD, TestUsher},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use types::{
    access::RoleKind,
    audit::{Action, Doer},
    batch::SendRequest,
    ids::OrganizationId,
    invitation::{Channel, Closed, InvitationPage, Lifetime},
    language::Language,
    operator::{NewOrganization, OrganizationSettings},
    organization::{Seats, Verification},
    refusal::Refusal,
    resources::{Feature, Reach, ResourceKind},
    users::{HistoryEvent, ShownStatus, UserStatus},
};

use crate::common::{
    accept, closed, delivered, directory, form, id_of, invite, invited, joined, offer, operator,
    page, pasted, refusal, send, set_seats, set_status, states, user,
};
use crate::courier::{courier, until_taken};

const NINA: &str = "nina@nimbus.example";
const IVAN: &str = "ivan@north.example";

fn nimbus() -> NewOrganization {
    NewOrganization {
        name: "  Nimbus Labs ".to_owned(),
        language: Language::En,
        owner_name: "Nina Berg".to_owned(),
        owner_email: NINA.to_owned(),
    }
}

/// "Nimbus Labs", whose owner Nina has not joined yet.
async fn created(usher: &TestUsher) -> (Operator, OrganizationId) {
    let operator = operator(usher).await;
    let made = operating::create(&usher.core, &operator, &nimbus()).await;
    (operator, made.unwrap())
}

/// What was audited in the organization, the oldest first.
async fn audited(usher: &TestUsher, organization: OrganizationId) -> Vec<audit_events::Model> {
    let mut rows = audit_events::Entity::find()
        .filter(audit_events::Column::OrganizationId.eq(organization))
        .all(usher.core.database().read())
        .await
        .unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

async fn suspend(usher: &TestUsher, organization: OrganizationId) {
    let operator = operator(usher).await;
    operating::suspend(&usher.core, &operator, organization, true)
        .await
        .unwrap();
}

async fn resume(usher: &TestUsher, operator: &Operator, organization: OrganizationId) {
    operating::resume(&usher.core, operator, organization)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_organization_begins_with_an_owner_who_is_invited_by_nobody_of_it() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let (operator, nimbus) = created(&usher).await;
    let rows = operating::list(&usher.core, &operator).await.unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Acme Clinics", "Nimbus Labs"]);
    assert_eq!((rows[1].users, rows[1].pending, rows[1].failed), (1, 1, 0));
    assert_eq!(
        rows[1].seats,
        Seats {
            taken: 1,
            total: None
        }
    );

    usher.deliver().await.unwrap();
    let sent = usher.mailer.sent();
    assert_eq!(sent[0].to.as_str(), NINA);
    assert_eq!(sent[0].subject, "You are invited to join Nimbus Labs");
    assert!(!sent[0].text.contains("invites you"), "{}", sent[0].text);
    assert!(!sent[0].html.contains("invites you"));
    let token = usher.mailer.token_for(NINA).unwrap();
    let shown = offer(&usher, &token).await;
    assert_eq!(shown.organization, "Nimbus Labs");
    assert_eq!(shown.inviter, "");

    let who = accept(&usher, &token).await;
    let nina = usher.member(who).await.unwrap();
    let me = nina.clone().me(false);
    assert_eq!(
        (me.organization.as_str(), me.role),
        ("Nimbus Labs", RoleKind::Owner)
    );
    assert!(!me.operator);
    let nina = nina.with(ManageUsers).unwrap();
    let rows = directory(&usher, &nina).await.rows;
    assert_eq!(rows[0].inviter, None);
    let own = people::read(&usher.core, &nina, id_of(&nina))
        .await
        .unwrap();
    let said: Vec<_> = own
        .history
        .iter()
        .map(|line| (&line.by, &line.event))
        .collect();
    let to = NINA.to_owned();
    let wanted = [
        (
            &None,
            &HistoryEvent::Accepted {
                channel: Some(Channel::Email),
            },
        ),
        (&None, &delivered()),
        (&None, &HistoryEvent::Sent { to }),
        (&None, &HistoryEvent::Added),
    ];
    assert_eq!(said, wanted);

    let log = audited(&usher, nimbus).await;
    let done: Vec<_> = log.iter().map(|row| (row.doer, row.action)).collect();
    let wanted = [
        (Doer::Operator, Action::OrganizationCreated),
        (Doer::Operator, Action::InvitationsSent),
        (Doer::Visitor, Action::InvitationAccepted),
    ];
    assert_eq!(done, wanted);
}

type Change = fn(&mut NewOrganization, String);

#[tokio::test]
async fn an_organization_needs_a_name_and_an_owner() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    let operator = operator(&usher).await;
    let before = usher.everything().await.unwrap();
    let long = "n".repeat(201);
    let cases: [(Change, String, Refusal); 6] = [
        (
            |it, text| it.name = text,
            " ".to_owned(),
            Refusal::OrganizationNameMissing,
        ),
        (
            |it, text| it.name = text,
            long.clone(),
            Refusal::TextTooLong,
        ),
        (
            |it, text| it.owner_name = text,
            String::new(),
            Refusal::NameMissing,
        ),
        (|it, text| it.owner_name = text, long, Refusal::TextTooLong),
        (
            |it, text| it.owner_email = text,
            String::new(),
            Refusal::EmailNotValid,
        ),
        (
            |it, text| it.owner_email = text,
            "nina@".to_owned(),
            Refusal::EmailNotValid,
        ),
    ];
    for (change, text, wanted) in cases {
        let mut request = nimbus();
        change(&mut request, text);
        let made = operating::create(&usher.core, &operator, &request).await;
        assert_eq!(refusal(made), wanted);
    }
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn an_owner_of_an_organization_does_not_run_the_installation() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    created(&usher).await;
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for(NINA).unwrap();
    let who = accept(&usher, &token).await;
    let nina = usher.signed_in(who).await.unwrap();
    assert_eq!(nina.operator().err(), Some(Refusal::NotAllowed));
}

#[tokio::test]
async fn an_owner_who_never_came_is_invited_again_and_another_one_beside() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let (operator, nimbus) = created(&usher).await;
    let again = async |name: &str, email: &str| {
        operating::invite_owner(&usher.core, &operator, nimbus, name, email).await
    };
    usher.deliver().await.unwrap();
    let older = usher.mailer.token_for(NINA).unwrap();
    usher.clock.advance(TimeDelta::days(30));
    again("Nina", NINA).await.unwrap();
    again("Otto", "otto@nimbus.example").await.unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(closed(&usher, &older).await, (Closed::Replaced, true));
    let newer = usher.mailer.token_for(NINA).unwrap();
    assert_eq!(offer(&usher, &newer).await.inviter, "");
    let nina = usher.member(accept(&usher, &newer).await).await.unwrap();
    assert_eq!(nina.me(false).last_name, "Petrov", "as she has typed it");

    assert_eq!(refusal(again("Nina", NINA).await), Refusal::UserActive);
    let page = operating::read(&usher.core, &operator, nimbus)
        .await
        .unwrap();
    let shown: Vec<_> = page
        .owners
        .iter()
        .map(|it| (it.email.as_str(), it.status))
        .collect();
    let wanted = [
        (NINA, ShownStatus::Active),
        ("otto@nimbus.example", ShownStatus::Invited),
    ];
    assert_eq!(shown, wanted);

    // In the first organization Ivan is a User.
    invite(&usher, &owner, IVAN).await;
    let acme = owner.organization();
    let ivan = operating::invite_owner(&usher.core, &operator, acme, "Ivan", IVAN).await;
    assert_eq!(refusal(ivan), Refusal::EmailTaken);
    set_seats(&usher, nimbus, Some(2)).await;
    let more = again("Paul", "paul@nimbus.example").await;
    assert_eq!(refusal(more), Refusal::OverSeats { free: 0 });
}

#[tokio::test]
async fn nobody_of_a_suspended_organization_can_use_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    joined(&usher, &owner, IVAN).await;
    let who = sign_in::verify(&usher.core, IVAN, PASSWORD).await.unwrap();
    let ivan = usher.signed_in(who).await.unwrap();
    let is_member = async || {
        let member = sessions::member(&usher.core, &ivan).await.unwrap();
        member.is_some()
    };
    let acme = owner.organization();
    suspend(&usher, acme).await;
    assert!(!is_member().await);
    let why = sessions::why_no_member(&usher.core, &ivan).await.unwrap();
    assert_eq!(why, Refusal::OrganizationSuspended);
    // Signing in works, to hear so.
    let again = usher.signed_in(who).await.unwrap();
    let outside = sessions::outsider(&usher.core, &again)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(outside.suspended.as_deref(), Some("Acme Clinics"));
    assert!(!outside.operator);
    assert_eq!(outside.organizations.len(), 1);

    resume(&usher, &operator(&usher).await, acme).await;
    assert!(is_member().await);
    let log = audited(&usher, acme).await;
    let [.., suspended, resumed] = log.as_slice() else {
        panic!("{log:?}");
    };
    assert_eq!(suspended.action, Action::OrganizationSuspended);
    assert_eq!(
        suspended.details,
        r#"{"after":{"suspended":true},"before":{"suspended":false}}"#
    );
    assert_eq!(resumed.action, Action::OrganizationResumed);
    assert_eq!((resumed.doer, resumed.actor_id), (Doer::Operator, None));
}

#[tokio::test]
async fn nothing_is_sent_for_a_suspended_organization_and_what_is_queued_goes_on() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let stranger = usher.other_organization().await.unwrap();
    let acme = owner.organization();
    invite(&usher, &owner, IVAN).await;
    suspend(&usher, acme).await;
    // Queued all the same by what was under way.
    let brief = SendRequest {
        lifetime: Some(Lifetime::hours(1).unwrap()),
        ..pasted("brief@north.example")
    };
    send(&usher, &owner, brief).await.unwrap();
    invite(&usher, &stranger, "theirs@nimbus.example").await;
    usher.request_password_reset(OWNER).await.unwrap();
    let sent_to = || {
        let sent = usher.mailer.sent().into_iter();
        let mut to: Vec<String> = sent.map(|sent| sent.to.to_string()).collect();
        to.sort();
        to
    };
    for _ in 0..3 {
        usher.deliver().await.unwrap();
        usher.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(sent_to(), [OWNER, "theirs@nimbus.example"]);
    assert_eq!(
        states(&usher, IVAN).await,
        [domain::entity::deliveries::DeliveryState::Queued]
    );
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Waiting);

    resume(&usher, &operator(&usher).await, acme).await;
    usher.deliver().await.unwrap();
    assert_eq!(sent_to(), [IVAN, OWNER, "theirs@nimbus.example"]);
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Invited);
    let brief = user(&usher, "brief@north.example").await;
    assert_eq!(brief.status, UserStatus::Failed, "its time was over");
    let token = usher.mailer.token_for(IVAN).unwrap();
    accept(&usher, &token).await;
}

#[tokio::test]
async fn what_was_claimed_when_the_organization_was_suspended_is_sent_later() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, IVAN).await;
    let mailer = std::sync::Arc::new(domain::testing::HeldMailer::default());
    let mut courier = courier(&usher, &mailer, 1);
    until_taken(&mut courier, &mailer, 1).await;
    suspend(&usher, owner.organization()).await;
    drop(courier);
    usher.clock.advance(TimeDelta::minutes(5));
    usher.deliver().await.unwrap();
    assert!(usher.mailer.sent().is_empty(), "the lease is over");
    resume(&usher, &operator(&usher).await, owner.organization()).await;
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1);
}

#[tokio::test]
async fn an_invitation_of_a_suspended_organization_waits() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let dora = joined(&usher, &owner, "dora@north.example").await;
    let stranger = usher.other_organization().await.unwrap();
    let theirs = invited(&usher, &stranger, "dora@north.example").await;
    suspend(&usher, owner.organization()).await;
    suspend(&usher, stranger.organization()).await;
    assert_eq!(closed(&usher, &token).await, (Closed::Suspended, false));
    let before = usher.everything().await.unwrap();
    let nowhere = Origin::default();
    let accepted = sign_up::accept(&usher.core, &nowhere, &token, form()).await;
    assert_eq!(refusal(accepted), Refusal::OrganizationSuspended);
    let joined = sign_up::join_with_password(&usher.core, &nowhere, &theirs, PASSWORD).await;
    assert_eq!(refusal(joined), Refusal::OrganizationSuspended);
    sign_up::ask_for_new(&usher.core, &nowhere, &token)
        .await
        .unwrap();
    assert_eq!(usher.everything().await.unwrap(), before);
    drop(dora);

    resume(&usher, &operator(&usher).await, owner.organization()).await;
    accept(&usher, &token).await;
    assert!(matches!(
        page(&usher, &theirs).await,
        InvitationPage::Closed(_)
    ));
}

#[tokio::test]
async fn ones_own_organization_is_suspended_by_two_yeses_and_resumed_from_outside() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let (_, nimbus) = created(&usher).await;
    let acme = owner.organization();
    let own = operator(&usher).await;
    let before = usher.everything().await.unwrap();
    let once = operating::suspend(&usher.core, &own, acme, false).await;
    assert_eq!(refusal(once), Refusal::SuspendsOwn);
    assert_eq!(usher.everything().await.unwrap(), before);
    operating::suspend(&usher.core, &own, nimbus, false)
        .await
        .unwrap();
    operating::suspend(&usher.core, &own, acme, true)
        .await
        .unwrap();

    let again = operator(&usher).await;
    assert!(
        sessions::member(&usher.core, &again)
            .await
            .unwrap()
            .is_none()
    );
    let outside = sessions::outsider(&usher.core, &again)
        .await
        .unwrap()
        .unwrap();
    assert!(outside.operator);
    resume(&usher, &again, acme).await;
    assert!(
        sessions::member(&usher.core, &again)
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn an_operator_who_is_active_nowhere_comes_in_all_the_same() {
    let (usher, _) = TestUsher::with_owner().await.unwrap();
    set_status(&usher, OWNER, UserStatus::Deactivated).await;
    let operator = operator(&usher).await;
    assert!(
        sessions::member(&usher.core, &operator)
            .await
            .unwrap()
            .is_none()
    );
    let outside = sessions::outsider(&usher.core, &operator)
        .await
        .unwrap()
        .unwrap();
    assert!(outside.operator);
    assert_eq!(
        (outside.suspended, outside.organizations),
        (None, Vec::new())
    );
    let rows = operating::list(&usher.core, &operator).await.unwrap();
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn settings_are_audited_as_they_were_and_as_they_are() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let acme = owner.organization();
    let operator = operator(&usher).await;
    let wanted = OrganizationSettings {
        seats: Some(25),
        features: vec![Feature::Upload],
        verification: Verification::EmailOrSms,
    };
    let change = async |wanted: &OrganizationSettings| {
        operating::change(&usher.core, &operator, acme, wanted).await
    };
    change(&wanted).await.unwrap();
    let page = operating::read(&usher.core, &operator, acme).await.unwrap();
    assert_eq!(page.settings, wanted);
    assert!(page.chosen);
    let log = audited(&usher, acme).await;
    let last = log.last().unwrap();
    assert_eq!(
        (last.doer, last.action),
        (Doer::Operator, Action::OrganizationChanged)
    );
    let details: serde_json::Value = serde_json::from_str(&last.details).unwrap();
    let expected = serde_json::json!({
        "before": { "seats": null, "upload": false, "verification": "email_only" },
        "after": { "seats": 25, "upload": true, "verification": "email_or_sms" },
    });
    assert_eq!(details, expected);

    let before = usher.everything().await.unwrap();
    change(&wanted).await.unwrap();
    for seats in [0, 10_000_001] {
        let seats = OrganizationSettings {
            seats: Some(seats),
            ..wanted.clone()
        };
        assert_eq!(refusal(change(&seats).await), Refusal::SeatsNotValid);
    }
    assert_eq!(usher.everything().await.unwrap(), before);
}

/// As it is chosen for them, not what they reach.
async fn stored(usher: &TestUsher, member: &Member) -> users::Model {
    users::Entity::find_by_id(id_of(member))
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn what_is_turned_off_is_taken_from_everybody_at_once_and_the_choice_is_kept() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let acme = owner.organization();
    let operator = operator(&usher).await;
    let add = async |kind, name: &str| {
        operating::add_resource(&usher.core, &operator, acme, kind, name).await
    };
    let messaging = add(ResourceKind::Product, " Messaging ").await.unwrap();
    let reviews = add(ResourceKind::Product, "Reviews").await.unwrap();
    add(ResourceKind::Page, "Messaging").await.unwrap();
    for (kind, name, wanted) in [
        (
            ResourceKind::Product,
            "messaging",
            Refusal::ResourceNameTaken,
        ),
        (ResourceKind::Product, " ", Refusal::ResourceNameMissing),
        (ResourceKind::Location, "North", Refusal::NotAllowed),
        (ResourceKind::Line, "Billing", Refusal::NotAllowed),
    ] {
        assert_eq!(refusal(add(kind, name).await), wanted, "{name}");
    }
    let ivan = joined(&usher, &owner, IVAN).await;
    let mut row = stored(&usher, &ivan).await.into_active_model();
    let mut access = types::resources::Access {
        products: Reach::Chosen([messaging, reviews].into()),
        ..types::resources::Access::default()
    };
    access.upload_button = true;
    row.access = Set(access.clone());
    let write = usher.core.database().begin().await.unwrap();
    row.update(&write).await.unwrap();
    write.commit().await.unwrap();

    let reaches = async || {
        let who = sign_in::verify(&usher.core, IVAN, PASSWORD).await.unwrap();
        let ivan = usher.member(who).await.unwrap();
        let reached = usher.reached(&ivan).await.unwrap();
        let products = reached.resources.into_iter();
        let products = products.filter(|it| it.kind == ResourceKind::Product);
        let names: Vec<String> = products.map(|it| it.name).collect();
        (names, reached.features)
    };
    let enable = async |enabled| {
        operating::enable(&usher.core, &operator, acme, messaging, enabled)
            .await
            .unwrap();
    };
    let features = async |features| {
        let wanted = OrganizationSettings {
            seats: None,
            features,
            verification: Verification::EmailOnly,
        };
        operating::change(&usher.core, &operator, acme, &wanted)
            .await
            .unwrap();
    };
    let both = || vec!["Messaging".to_owned(), "Reviews".to_owned()];
    assert_eq!(reaches().await, (both(), Vec::new()));
    features(vec![Feature::Upload]).await;
    assert_eq!(reaches().await, (both(), vec![Feature::Upload]));
    enable(false).await;
    features(Vec::new()).await;
    assert_eq!(reaches().await, (vec!["Reviews".to_owned()], Vec::new()));
    assert_eq!(stored(&usher, &ivan).await.access, access);
    enable(true).await;
    features(vec![Feature::Upload]).await;
    assert_eq!(reaches().await, (both(), vec![Feature::Upload]));

    let log = audited(&usher, acme).await;
    let changed = log
        .iter()
        .find(|row| row.action == Action::ResourceChanged)
        .unwrap();
    let details: serde_json::Value = serde_json::from_str(&changed.details).unwrap();
    assert_eq!(details["before"], serde_json::json!({ "enabled": true }));
    assert_eq!(details["after"], serde_json::json!({ "enabled": false }));
    assert_eq!(details["name"], "Messaging");
}

#[tokio::test]
async fn only_pages_and_products_of_the_organization_itself_are_enabled() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let (operator, nimbus) = created(&usher).await;
    let acme = owner.organization();
    let ours = operating::add_resource(&usher.core, &operator, acme, ResourceKind::Page, "Inbox")
        .await
        .unwrap();
    let location = resources::ActiveModel {
        id: Set(uuid::Uuid::now_v7().into()),
        organization_id: Set(acme),
        kind: Set(ResourceKind::Location),
        name: Set("North".to_owned()),
        position: Set(1),
        enabled: Set(true),
        retired_at: Set(None),
    };
    let write = usher.core.database().begin().await.unwrap();
    let location = location.insert(&write).await.unwrap().id;
    write.commit().await.unwrap();
    let before = usher.everything().await.unwrap();
    for (organization, resource) in [(nimbus, ours), (acme, location)] {
        let done = operating::enable(&usher.core, &operator, organization, resource, false).await;
        assert_eq!(refusal(done), Refusal::NotFound);
    }
    let nowhere = OrganizationId(uuid::Uuid::nil());
    let read = operating::read(&usher.core, &operator, nowhere).await;
    assert_eq!(refusal(read), Refusal::NotFound);
    let suspended = operating::suspend(&usher.core, &operator, nowhere, true).await;
    assert_eq!(refusal(suspended), Refusal::NotFound);
    assert_eq!(usher.everything().await.unwrap(), before);
}
