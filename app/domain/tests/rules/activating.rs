//! Who was deactivated is activated first; one act does that and sends.

use domain::{
    batches, invitations,
    proof::{Admin, ManageUsers},
    testing::TestUsher,
};
use types::{
    batch::{Activation, Audience, Change, SendRequest, Verdict},
    ids::UserId,
    invitation::{Closed, Lifetime},
    refusal::Refusal,
    users::{HistoryEvent, UserStatus},
};

use crate::common::{
    accept, change, closed, id_of, invitation, invited, joined, joined_admin, pasted, refusal,
    send, set_status, to_users, user,
};

const IVAN: &str = "ivan@north.example";
const DORA: &str = "dora@north.example";

async fn deactivated(usher: &TestUsher, owner: &Admin<ManageUsers>, users: &[UserId]) {
    let chosen = Audience::Users(users.to_vec());
    change(usher, owner, Change::Deactivate, chosen)
        .await
        .unwrap();
}

fn again(users: &[UserId]) -> SendRequest {
    SendRequest {
        seen: u32::try_from(users.len()).unwrap(),
        ..to_users(users)
    }
}

async fn activate(
    usher: &TestUsher,
    admin: &Admin<ManageUsers>,
    request: &SendRequest,
) -> domain::Outcome<Activation> {
    invitations::activate_and_send(&usher.core, admin, request).await
}

#[tokio::test]
async fn someone_deactivated_is_not_sent_to_until_activated() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let older = invited(&usher, &owner, IVAN).await;
    let ivan = user(&usher, IVAN).await.id;
    deactivated(&usher, &owner, &[ivan]).await;
    let resending = SendRequest {
        resend: true,
        ..to_users(&[ivan])
    };
    let preview = invitations::preview(&usher.core, &owner, &resending)
        .await
        .unwrap();
    assert_eq!(preview.skipped[0].verdict, Verdict::Deactivated);
    assert_eq!(preview.skipped[0].user, Some(ivan));
    let sent = send(&usher, &owner, resending).await;
    assert_eq!(refusal(sent), Refusal::NobodyToInvite);

    let request = SendRequest {
        lifetime: Some(Lifetime::DAY),
        message: "Welcome back.".to_owned(),
        ..again(&[ivan])
    };
    let done = activate(&usher, &owner, &request).await.unwrap();
    assert_eq!(done.sent, 1);
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Waiting);
    usher.deliver().await.unwrap();
    let newer = usher.mailer.token_for(IVAN).unwrap();
    assert_eq!(closed(&usher, &older).await, (Closed::Replaced, true));
    assert!(
        usher
            .mailer
            .sent()
            .last()
            .unwrap()
            .text
            .contains("Welcome back.")
    );
    let until = usher.core.now() + Lifetime::DAY.duration();
    assert_eq!(invitation(&usher, IVAN).await.expires_at, until);
    let page = domain::people::read(&usher.core, &owner, ivan)
        .await
        .unwrap();
    let told: Vec<_> = page.history.into_iter().map(|line| line.event).collect();
    assert!(told.contains(&HistoryEvent::Activated), "{told:?}");
    let sent = HistoryEvent::Sent {
        to: IVAN.to_owned(),
    };
    assert_eq!(told.iter().filter(|it| **it == sent).count(), 2);
    accept(&usher, &newer).await;

    // The same request once more is the same act.
    let before = usher.everything().await.unwrap();
    assert_eq!(activate(&usher, &owner, &request).await.unwrap(), done);
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn who_had_joined_is_only_activated() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let ivan = id_of(&joined(&usher, &owner, IVAN).await);
    invited(&usher, &owner, DORA).await;
    let dora = user(&usher, DORA).await.id;
    deactivated(&usher, &owner, &[ivan, dora]).await;
    let sent = usher.mailer.sent().len();
    let done = activate(&usher, &owner, &again(&[ivan, dora]))
        .await
        .unwrap();
    assert_eq!(done.sent, 1);
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), sent + 1);
    assert_eq!(user(&usher, IVAN).await.status, UserStatus::Active);
    assert_eq!(user(&usher, DORA).await.status, UserStatus::Invited);
    let report = batches::report(&usher.core, &owner, done.batch, 0)
        .await
        .unwrap();
    assert_eq!(
        (report.summary.counts.sent, report.summary.counts.done),
        (1, 1)
    );
}

#[tokio::test]
async fn who_is_not_deactivated_or_above_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let ann = joined_admin(&usher, &owner, "ann@acme.example").await;
    let ivan = id_of(&joined(&usher, &owner, IVAN).await);
    invited(&usher, &owner, DORA).await;
    let dora = user(&usher, DORA).await.id;
    let stranger = usher.other_organization().await.unwrap();
    set_status(&usher, domain::testing::OWNER, UserStatus::Deactivated).await;
    let before = usher.everything().await.unwrap();
    let nobody = UserId(domain::random_nonce().parse().unwrap());
    let cases = [
        (&ann, ivan, Refusal::UserActive),
        (&ann, dora, Refusal::UserActive),
        (&ann, id_of(&owner), Refusal::RoleAboveYours),
        (&ann, nobody, Refusal::NotFound),
        (&stranger, ivan, Refusal::NotFound),
    ];
    for (admin, who, expected) in cases {
        assert_eq!(
            refusal(activate(&usher, admin, &again(&[who])).await),
            expected
        );
    }
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn another_number_than_the_admin_saw_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invited(&usher, &owner, IVAN).await;
    let ivan = user(&usher, IVAN).await.id;
    deactivated(&usher, &owner, &[ivan]).await;
    let before = usher.everything().await.unwrap();
    let request = SendRequest {
        seen: 2,
        ..again(&[ivan])
    };
    assert_eq!(
        refusal(activate(&usher, &owner, &request).await),
        Refusal::ListChanged
    );
    let all = SendRequest {
        audience: Audience::Pasted(IVAN.to_owned()),
        ..pasted(IVAN)
    };
    assert_eq!(
        refusal(activate(&usher, &owner, &all).await),
        Refusal::NobodyToChange
    );
    assert_eq!(usher.everything().await.unwrap(), before);
}
