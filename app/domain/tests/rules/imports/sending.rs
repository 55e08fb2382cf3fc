//! Tables whose people are invited as they come in.

use domain::{batches, entity::deliveries::DeliveryState, testing::TestUsher};
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use types::{access::RoleKind, import::Known, users::UserStatus};

use super::{file, page, paste, said, set_up, start};
use crate::common::{invite, offer, role, states, user};

#[tokio::test]
async fn with_send_invitation_those_who_come_in_receive_mail() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let import = file(&usher, &owner, "windows-1251.csv").await;
    let shown = page(&usher, &owner, import).await;
    let said: Vec<String> = shown.rows.iter().map(said).collect();
    assert_eq!(said, ["ready", "ready", "phone NoCountryCode", "ready"]);
    start(&usher, &owner, import, true).await;
    assert_eq!(
        user(&usher, "maria.ivanova@north.example").await.status,
        UserStatus::Waiting
    );
    usher.deliver().await.unwrap();
    let mut to: Vec<String> = usher
        .mailer
        .sent()
        .iter()
        .map(|message| message.to.to_string())
        .collect();
    to.sort_unstable();
    assert_eq!(
        to,
        [
            "maria.ivanova@north.example",
            "oleg.petrov@north.example",
            "zoya@north.example"
        ]
    );
    let oleg = user(&usher, "oleg.petrov@north.example").await;
    assert_eq!(oleg.role_id, role(&usher, &owner, RoleKind::Admin).await);
    assert_eq!(oleg.last_name, "Петров");
    let zoya = usher.mailer.token_for("zoya@north.example").unwrap();
    assert_eq!(offer(&usher, &zoya).await.first_name, "Зоя");
}

/// Marks the person as one whom e-mail does not reach.
async fn bounced(usher: &TestUsher, email: &str) {
    let mut row = user(usher, email).await.into_active_model();
    row.bounced_at = Set(Some(usher.core.now()));
    row.status = Set(UserStatus::Failed);
    let write = usher.core.database().begin().await.unwrap();
    row.update(&write).await.unwrap();
    write.commit().await.unwrap();
}

#[tokio::test]
async fn who_cannot_be_written_to_comes_in_and_the_report_says_why() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "ann@north.example").await;
    usher.deliver().await.unwrap();
    bounced(&usher, "ann@north.example").await;
    let before = usher.mailer.sent().len();

    let text = "E-mail\nann@north.example\nivan@nomail.example\ndora@north.example\n";
    let import = paste(&usher, &owner, text).await;
    set_up(&usher, &owner, import, |it| it.known = Known::Update)
        .await
        .unwrap();
    let batch = start(&usher, &owner, import, true).await;
    usher.deliver().await.unwrap();

    let sent = usher.mailer.sent();
    let to: Vec<String> = sent[before..].iter().map(|it| it.to.to_string()).collect();
    assert_eq!(to, ["dora@north.example"]);
    let report = batches::report_csv(&usher.core, &owner, batch)
        .await
        .unwrap();
    let outcomes: Vec<_> = report
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(3).unwrap())
        .collect();
    assert_eq!(outcomes, ["bounced", "no_mail_server", "sent"]);
    let ivan = user(&usher, "ivan@nomail.example").await;
    assert_eq!(ivan.status, UserStatus::NotInvited);
    let anns = states(&usher, "ann@north.example").await;
    assert_eq!(anns, [DeliveryState::Sent]);
}
