//! One person in several organizations.

use domain::{
    batches, export, imports, people,
    proof::{Admin, ManageUsers, Member, SignedIn},
    sessions::{self, Authenticated},
    sign_in, sign_up,
    testing::{PASSWORD, TestUsher},
};
use futures::TryStreamExt;
use types::{
    access::RoleKind,
    batch::{Audience, SendRequest},
    import::RowsFrom,
    language::Language,
    operator::NewOrganization,
    refusal::Refusal,
    users::{EditRequest, UserStatus},
};

use crate::common::{
    addresses, change, directory, invite, joined_admin, operator, pasted, refusal, role, send,
    set_status, to_users, user,
};

const IVAN: &str = "ivan@north.example";

/// Ivan is an Admin of Acme Clinics and, since a moment ago, of Nimbus Labs.
struct Two {
    usher: TestUsher,
    acme: Admin<ManageUsers>,
    nimbus: Admin<ManageUsers>,
}

impl Two {
    async fn new() -> Self {
        let (usher, acme) = TestUsher::with_owner().await.unwrap();
        let nimbus = usher.other_organization().await.unwrap();
        joined_admin(&usher, &acme, IVAN).await;
        let request = SendRequest {
            role: Some(role(&usher, &nimbus, RoleKind::Admin).await),
            ..pasted(IVAN)
        };
        send(&usher, &nimbus, request).await.unwrap();
        usher.deliver().await.unwrap();
        let token = usher.mailer.token_for(IVAN).unwrap();
        let nowhere = domain::proof::Origin::default();
        let who = sign_up::join_with_password(&usher.core, &nowhere, &token, PASSWORD)
            .await
            .unwrap();
        usher.signed_in(who).await.unwrap();
        Self {
            usher,
            acme,
            nimbus,
        }
    }

    async fn who(&self) -> Authenticated {
        sign_in::verify(&self.usher.core, IVAN, PASSWORD)
            .await
            .unwrap()
    }

    async fn signed_in(&self) -> SignedIn {
        self.usher.signed_in(self.who().await).await.unwrap()
    }

    /// The same session, read anew.
    async fn member(&self, cookie: &str) -> Option<Member> {
        let nowhere = domain::proof::Origin::default();
        let signed_in = sessions::signed_in(&self.usher.core, cookie, nowhere)
            .await
            .unwrap()
            .unwrap();
        sessions::member(&self.usher.core, &signed_in)
            .await
            .unwrap()
    }
}

fn organization_of(member: Option<Member>) -> String {
    member.unwrap().me(false).organization
}

#[tokio::test]
async fn a_session_goes_over_to_another_organization_and_the_next_one_begins_there() {
    let two = Two::new().await;
    let core = &two.usher.core;
    let cookie = sessions::start(core, two.who().await, "test")
        .await
        .unwrap();
    assert_eq!(organization_of(two.member(&cookie).await), "Nimbus Labs");
    let nowhere = domain::proof::Origin::default();
    let ivan = sessions::signed_in(core, &cookie, nowhere)
        .await
        .unwrap()
        .unwrap();
    let known = sessions::memberships(core, &ivan).await.unwrap();
    let shown: Vec<_> = known
        .iter()
        .map(|it| (it.name.as_str(), it.chosen))
        .collect();
    assert_eq!(shown, [("Acme Clinics", false), ("Nimbus Labs", true)]);

    sessions::choose(core, &ivan, two.acme.organization())
        .await
        .unwrap();
    assert_eq!(organization_of(two.member(&cookie).await), "Acme Clinics");
    // Also after signing out.
    sessions::end(core, &ivan).await.unwrap();
    let next = two.signed_in().await;
    let member = sessions::member(core, &next).await.unwrap();
    assert_eq!(organization_of(member), "Acme Clinics");
}

#[tokio::test]
async fn only_an_organization_in_which_one_is_active_is_chosen() {
    let two = Two::new().await;
    let core = &two.usher.core;
    let ivan = two.signed_in().await;
    let operator = operator(&two.usher).await;
    // Invited, but not joined.
    let third = NewOrganization {
        name: "Third".to_owned(),
        language: Language::En,
        owner_name: "Ivan".to_owned(),
        owner_email: IVAN.to_owned(),
    };
    let third = domain::operator::create(core, &operator, &third)
        .await
        .unwrap();
    let acme = two.acme.organization();
    domain::operator::suspend(core, &operator, acme, true)
        .await
        .unwrap();
    let before = two.usher.everything().await.unwrap();
    let chosen = sessions::choose(core, &ivan, third).await;
    assert_eq!(refusal(chosen), Refusal::NotFound);
    let chosen = sessions::choose(core, &ivan, acme).await;
    assert_eq!(refusal(chosen), Refusal::OrganizationSuspended);
    assert_eq!(two.usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn signing_in_leads_past_what_is_suspended_or_closed_to_the_person() {
    let two = Two::new().await;
    let core = &two.usher.core;
    let operator = operator(&two.usher).await;
    let nimbus = two.nimbus.organization();
    domain::operator::suspend(core, &operator, nimbus, false)
        .await
        .unwrap();
    let ivan = two.signed_in().await;
    let member = sessions::member(core, &ivan).await.unwrap();
    assert_eq!(organization_of(member), "Acme Clinics");

    domain::operator::resume(core, &operator, nimbus)
        .await
        .unwrap();
    sessions::choose(core, &ivan, nimbus).await.unwrap();
    // The first one with the address is that of Acme.
    let audience = Audience::Users(vec![in_nimbus(&two).await]);
    change(
        &two.usher,
        &two.nimbus,
        types::batch::Change::Deactivate,
        audience,
    )
    .await
    .unwrap();
    let ivan = two.signed_in().await;
    let member = sessions::member(core, &ivan).await.unwrap();
    assert_eq!(organization_of(member), "Acme Clinics");
    set_status(&two.usher, IVAN, UserStatus::Deactivated).await;
    let nowhere = sessions::start(core, two.who().await, "test").await;
    assert_eq!(refusal(nowhere), Refusal::UserDeactivated);
}

/// Ivan's user of Nimbus Labs.
async fn in_nimbus(two: &Two) -> types::ids::UserId {
    let rows = directory(&two.usher, &two.nimbus).await.rows;
    let ivan = rows.iter().find(|row| row.username.as_str() == IVAN);
    ivan.unwrap().id
}

#[tokio::test]
async fn nothing_of_one_organization_is_there_in_the_other() {
    let two = Two::new().await;
    let usher = &two.usher;
    let core = &usher.core;
    let batch = invite(usher, &two.acme, "dora@north.example").await;
    let table = imports::Content::Pasted("eva@north.example".to_owned());
    let import = imports::upload(core, &two.acme, table).await.unwrap();
    let dora = user(usher, "dora@north.example").await;
    let acmes_role = role(usher, &two.acme, RoleKind::Admin).await;

    let ivan = two.signed_in().await;
    let ivan = sessions::member(core, &ivan).await.unwrap().unwrap();
    let ivan = ivan.with(ManageUsers).unwrap();
    let shown = directory(usher, &ivan).await;
    assert_eq!(addresses(&shown), [IVAN, domain::testing::STRANGER]);
    assert!(shown.roles.iter().all(|role| role.id != acmes_role));
    let before = usher.everything().await.unwrap();
    let changes = core.watch(two.acme.organization());

    let read = people::read(core, &ivan, dora.id).await;
    assert_eq!(refusal(read), Refusal::NotFound);
    let details = types::users::PersonDetails {
        first_name: "D".to_owned(),
        last_name: String::new(),
        email: dora.username.to_string(),
        phone: String::new(),
        job_title: String::new(),
        role: dora.role_id,
    };
    let edit = EditRequest {
        user: dora.id,
        seen: details.clone(),
        wanted: details,
    };
    assert_eq!(
        refusal(people::edit(core, &ivan, &edit).await),
        Refusal::NotFound
    );
    let report = batches::report(core, &ivan, batch, 0).await;
    assert_eq!(refusal(report), Refusal::NotFound);
    let page = imports::page(core, &ivan, import, None, RowsFrom::Start).await;
    assert_eq!(refusal(page), Refusal::NotFound);
    assert!(imports::list(core, &ivan).await.unwrap().is_empty());
    let audience = Audience::Users(vec![dora.id]);
    let csv: Vec<Vec<u8>> = export::csv(core.clone(), ivan.clone(), audience)
        .try_collect()
        .await
        .unwrap();
    let csv = String::from_utf8(csv.concat()).unwrap();
    assert!(!csv.contains("dora"), "{csv}");
    let request = SendRequest {
        role: Some(acmes_role),
        ..pasted("new@nimbus.example")
    };
    assert_eq!(
        refusal(send(usher, &ivan, request).await),
        Refusal::NotFound
    );
    let again = SendRequest {
        resend: true,
        ..to_users(&[dora.id])
    };
    assert_eq!(
        refusal(send(usher, &ivan, again).await),
        Refusal::NobodyToInvite
    );
    assert_eq!(usher.everything().await.unwrap(), before);

    invite(usher, &ivan, "new@nimbus.example").await;
    assert!(!changes.has_changed().unwrap());
    let theirs = directory(usher, &two.acme).await;
    assert!(!addresses(&theirs).contains(&"new@nimbus.example"));
}
