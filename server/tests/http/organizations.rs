//! The operator's pages, what a suspended organization shows, and going over to another organization.

use domain::testing::OWNER;
use http::{StatusCode, header::LOCATION};
use types::{language::Language, refusal::Refusal, users::UsersQuery};

use app::api::AppError;
use serde_json::json;

use crate::{
    browser::{Browser, error},
    house::House,
};

const IVAN: &str = "ivan@north.example";

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_creates_an_organization_by_a_plain_form() {
    let house = House::new().await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let form = |email: &'static str| {
        [
            ("organization", "Nimbus Labs"),
            ("language", "en"),
            ("name", "Nina Berg"),
            ("email", email),
        ]
    };
    let refused = olive.post("create_organization", &form("nina@")).await;
    assert_eq!(refused.leads_to(), "/operator/new");
    assert_eq!(olive.flash().refusal, Some(Refusal::EmailNotValid));
    let again = olive.get("/operator/new").await;
    assert!(again.body.contains("Nimbus Labs"));

    let made = olive
        .post("create_organization", &form("nina@nimbus.example"))
        .await;
    let page = made.leads_to().to_owned();
    assert!(page.starts_with("/operator/"), "{page}");
    let shown = olive.get(&page).await;
    assert_eq!(shown.status, StatusCode::OK);
    let said = "An invitation is on its way to nina@nimbus.example.";
    assert!(shown.body.contains(said));
    let list = olive.get("/operator").await;
    assert!(list.body.contains("Acme Clinics") && list.body.contains("Nimbus Labs"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_pages_tell_others_nothing() {
    let house = House::new().await;
    house.joined_owner("oda@acme.example").await;
    let stranger = house.usher.other_organization().await.unwrap();
    let page = format!("/operator/{}", stranger.organization());
    let mut oda = Browser::signed_in(&house, "oda@acme.example").await;
    for path in ["/operator", &page] {
        let answer = oda.get(path).await;
        assert!(!answer.body.contains("Nimbus Labs"), "{path}");
        assert!(answer.body.contains("Your role does not allow this"));
    }
    let mut nobody = Browser::new(&house);
    assert_eq!(nobody.get("/operator").await.header(LOCATION), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_organization_says_so_to_its_people_and_lets_the_operator_resume_it() {
    let house = House::new().await;
    house.joined(IVAN).await;
    house.invite("dora@north.example", Language::En).await;
    let mut ivan = Browser::signed_in(&house, IVAN).await;
    let mut olive = Browser::signed_in(&house, OWNER).await;
    let acme = house.owner().await.organization();
    let suspend = json!({ "id": acme, "sure": false });
    let answer = olive.call("suspend_organization", &suspend).await;
    assert_eq!(error(&answer), AppError::Refused(Refusal::SuspendsOwn));
    let suspend = json!({ "id": acme, "sure": true });
    let answer = olive.call("suspend_organization", &suspend).await;
    assert_eq!(answer.status, StatusCode::OK);

    let shown = ivan.get("/home").await;
    assert!(shown.body.contains("Acme Clinics is suspended"));
    assert!(!shown.body.contains("Welcome"));
    let refused = ivan.call("list_sessions", &json!({})).await;
    let suspended = AppError::Refused(Refusal::OrganizationSuspended);
    assert_eq!(error(&refused), suspended);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let mut again = Browser::signed_in(&house, IVAN).await;
    assert_eq!(again.get("/").await.header(LOCATION), "/home");

    let query = json!({ "query": UsersQuery::default() });
    let users = olive.call("list_users", &query).await;
    assert_eq!(error(&users), suspended);
    let shown = olive.get("/users").await;
    assert!(shown.body.contains("Acme Clinics is suspended"));
    assert!(!shown.body.contains("dora@north.example"));
    assert_eq!(olive.get("/").await.header(LOCATION), "/operator");
    let page = format!("/operator/{acme}");
    assert!(olive.get(&page).await.body.contains("Resume"));
    let id = acme.to_string();
    let resumed = olive.post("resume_organization", &[("id", &id)]).await;
    assert_eq!(resumed.leads_to(), page);
    assert!(ivan.get("/home").await.body.contains("Welcome"));
    assert!(
        olive
            .get("/users")
            .await
            .body
            .contains("dora@north.example")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_goes_over_to_another_of_their_organizations_only() {
    let house = House::new().await;
    house.joined(IVAN).await;
    let mut ivan = Browser::signed_in(&house, IVAN).await;
    let alone = ivan.get("/home").await;
    assert!(!alone.body.contains("Switch organization"));
    let nimbus = house.joined_elsewhere(IVAN).await.organization();
    let shown = ivan.get("/home").await;
    assert!(shown.body.contains("You are in Acme Clinics."));
    assert!(shown.body.contains("Switch organization"));

    let id = nimbus.to_string();
    let done = ivan
        .post("switch_organization", &[("organization", &id)])
        .await;
    assert_eq!(done.leads_to(), "/");
    let shown = ivan.get("/home").await;
    assert!(shown.body.contains("You are in Nimbus Labs."));

    house.joined("dora@north.example").await;
    let mut dora = Browser::signed_in(&house, "dora@north.example").await;
    let fields = [("organization", id.as_str())];
    let refused = dora.post_form("switch_organization", &fields).await;
    assert_eq!(error(&refused), AppError::Refused(Refusal::NotFound));
    let refused = dora.post("switch_organization", &fields).await;
    assert_eq!(refused.leads_to(), "/");
    let shown = dora.get("/home").await;
    assert!(shown.body.contains("You are in Acme Clinics."));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_of_a_suspended_organization_says_so() {
    let house = House::new().await;
    let token = house.invited(IVAN).await;
    let acme = house.owner().await.organization();
    let operator = house.operator().await;
    domain::operator::suspend(&house.usher.core, &operator, acme, true)
        .await
        .unwrap();
    let mut ivan = Browser::new(&house);
    ivan.get(&format!("/invite/{token}")).await;
    let shown = ivan.get("/accept").await;
    assert!(shown.body.contains("This organization is suspended"));
    assert!(!shown.body.contains("Create account"));
}
