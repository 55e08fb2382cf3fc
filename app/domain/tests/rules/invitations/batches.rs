//! Batches and their reports.

use domain::{batches, entity::deliveries::DeliveryState, invitations, testing::TestUsher};
use types::{
    batch::{BATCH_PAGE, SendRequest},
    ids::UserId,
    refusal::{LONGEST_MESSAGE, MOST_RECIPIENTS, Refusal},
};
use uuid::Uuid;

use crate::common::{directory, invitation, invite, pasted, refusal, states, to_users};

#[tokio::test]
async fn ten_thousand_recipients_are_one_batch() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let list: Vec<_> = (0..MOST_RECIPIENTS)
        .map(|n| format!("person{n}@north.example"))
        .collect();
    let request = SendRequest {
        seen: MOST_RECIPIENTS,
        ..pasted(&list.join("\n"))
    };
    let batch = invitations::send(&usher.core, &owner, &request)
        .await
        .unwrap();

    let report = batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    assert_eq!(report.summary.counts.waiting, MOST_RECIPIENTS);
    assert_eq!(report.recipients.len(), BATCH_PAGE as usize);
    assert_eq!(report.next, Some(BATCH_PAGE));
    let last = batches::report(&usher.core, &owner, batch, MOST_RECIPIENTS - 1)
        .await
        .unwrap();
    assert_eq!(last.recipients[0].address, "person9999@north.example");
    assert_eq!(last.next, None);
    let page = directory(&usher, &owner).await;
    assert_eq!(page.counts.waiting, u64::from(MOST_RECIPIENTS));
    assert_eq!(page.rows[0].username.as_str(), "person9999@north.example");

    // And all of them once more.
    let again = SendRequest {
        resend: true,
        seen: MOST_RECIPIENTS,
        ..pasted(&list.join(" "))
    };
    invitations::send(&usher.core, &owner, &again)
        .await
        .unwrap();
    for email in ["person0@north.example", "person9999@north.example"] {
        assert_eq!(invitation(&usher, email).await.generation, 2);
        assert_eq!(
            states(&usher, email).await,
            [DeliveryState::Cancelled, DeliveryState::Queued]
        );
    }
    let csv = batches::report_csv(&usher.core, &owner, batch)
        .await
        .unwrap();
    assert_eq!(csv.lines().count(), MOST_RECIPIENTS as usize + 1);
    assert!(csv.contains("9999,person9998@north.example,,cancelled,,"));
}

#[tokio::test]
async fn what_is_too_much_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let before = usher.everything().await.unwrap();
    let list: Vec<_> = (0..=MOST_RECIPIENTS)
        .map(|n| format!("p{n}@north.example"))
        .collect();
    let many = vec![UserId(Uuid::from_u128(1)); MOST_RECIPIENTS as usize + 1];
    let long = SendRequest {
        message: "é".repeat(LONGEST_MESSAGE + 1),
        ..pasted("ivan@north.example")
    };
    for (request, expected) in [
        (pasted(&list.join(",")), Refusal::TooManyRecipients),
        (pasted(&" ".repeat(3_000_000)), Refusal::TooManyRecipients),
        (to_users(&many), Refusal::TooManyRecipients),
        (long, Refusal::TextTooLong),
    ] {
        let sent = invitations::send(&usher.core, &owner, &request).await;
        assert_eq!(refusal(sent), expected);
    }
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn a_report_hides_no_formula() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, "\"=HYPERLINK(1)\" <+ann@x.example>").await;
    let csv = batches::report_csv(&usher.core, &owner, batch)
        .await
        .unwrap();
    let row = csv.lines().nth(1).unwrap();
    assert!(row.starts_with("1,'+ann@x.example,"), "{row}");
    assert!(!row.contains(",="), "{row}");
}
