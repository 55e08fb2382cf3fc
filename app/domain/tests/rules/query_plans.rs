//! What the engine does for the statements that Usher really executes.

use domain::proof::Origin;
use domain::{
    batches, invitations, password_reset, people,
    proof::CopyInvitationLinks,
    sessions, sign_in, sign_up,
    testing::{PASSWORD, TestUsher},
};
use types::{batch::SendRequest, invitation::Lifetime, users::EditRequest};

use crate::{
    common::{accept, directory, invite, invited, joined, revoke, send, to_users},
    plan::Plan,
};

/// The plans of the statements since the last look whose text holds `part`.
pub async fn plans(usher: &TestUsher, part: &str) -> Vec<Plan> {
    let mut plans = Vec::new();
    for statement in usher.take_statements() {
        if statement.sql.contains(part) {
            plans.push(Plan::in_order(usher, &statement).await);
        }
    }
    assert!(!plans.is_empty(), "no statement holds {part}");
    plans
}

/// All are searched in this index, in its order.
pub fn assert_in_order(plans: Vec<Plan>, index: &str) {
    for plan in plans {
        let text = &plan.text;
        assert!(
            plan.indexes.iter().any(|it| it.starts_with(index)),
            "{text}"
        );
        assert!(plan.scanned.is_empty(), "{text}");
        assert!(!plan.sorts, "{text}");
    }
}

/// All are searched in an index whose name begins so; in what order they come does not matter.
pub fn assert_searched(plans: Vec<Plan>, index: &str) {
    for plan in plans {
        let text = &plan.text;
        assert!(
            plan.indexes.iter().any(|it| it.starts_with(index)),
            "{text}"
        );
        assert!(plan.scanned.is_empty(), "{text}");
    }
}

#[tokio::test]
async fn due_messages_are_found_by_an_index_in_their_order() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "ivan@north.example").await;
    usher.take_statements();
    usher.deliver().await.unwrap();
    let plans = plans(&usher, "ORDER BY \"deliveries\".\"due_at\"").await;
    assert_in_order(plans, "deliveries_due");
}

#[tokio::test]
async fn a_page_of_a_report_is_read_from_its_place() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, "ivan@north.example").await;
    usher.take_statements();
    batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    let plans = plans(&usher, "ORDER BY \"batch_recipients\".\"position\"").await;
    assert_in_order(plans, "");
}

/// What may be read as a whole.
const SMALL: &[&str] = &[
    // One row for each tenant; only asked while there may be none.
    "organizations",
    // Only who has refused lately.
    "mail_domains",
    // Rows of values in the statement itself.
    "given",
];

#[tokio::test]
async fn nothing_on_the_three_journeys_reads_a_whole_table() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    usher.take_statements();
    // An admin's journey.
    let copier = (*owner).clone().with(CopyInvitationLinks).unwrap();
    let token = invited(&usher, &owner, "ivan@north.example").await;
    let page = directory(&usher, &owner).await;
    let ivan = page.rows[0].id;
    invitations::copy(&usher.core, &copier, ivan).await.unwrap();
    let again = SendRequest {
        resend: true,
        ..to_users(&[ivan])
    };
    let batch = send(&usher, &owner, again).await.unwrap();
    let shown = people::read(&usher.core, &owner, ivan).await.unwrap();
    let mut wanted = shown.details.clone();
    wanted.email = "iwan@north.example".to_owned();
    let edit = EditRequest {
        user: ivan,
        seen: shown.details,
        wanted,
    };
    let again = to_users(&[ivan]);
    people::edit(&usher.core, &owner, &edit).await.unwrap();
    send(&usher, &owner, again).await.unwrap();
    revoke(&usher, &owner, ivan).await.unwrap();
    batches::list(&usher.core, &owner).await.unwrap();
    batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    batches::report_csv(&usher.core, &owner, batch)
        .await
        .unwrap();
    domain::roles::invite_choices(&usher.core, &owner)
        .await
        .unwrap();
    // An invitee's.
    sign_up::page(&usher.core, &token, None).await.unwrap();
    let token = invited(&usher, &owner, "dora@north.example").await;
    usher.clock.advance(Lifetime::THREE_DAYS.duration());
    sign_up::ask_for_new(&usher.core, &Origin::default(), &token)
        .await
        .unwrap();
    usher.deliver().await.unwrap();
    let token = usher.mailer.token_for("dora@north.example").unwrap();
    let who = accept(&usher, &token).await;
    // A member's.
    let dora = usher.member(who).await.unwrap();
    let who = sign_in::verify(&usher.core, "dora@north.example", PASSWORD)
        .await
        .unwrap();
    let session = usher.signed_in(who).await.unwrap();
    sessions::list(&usher.core, &dora).await.unwrap();
    sessions::end_others(&usher.core, &dora).await.unwrap();
    sessions::end(&usher.core, &session).await.unwrap();
    sign_in::change_password(&usher.core, &dora, PASSWORD, "copper meadow sundial 4")
        .await
        .unwrap();
    joined(&usher, &owner, "anna@north.example").await;
    password_reset::is_open(&usher.core, "nonsense")
        .await
        .unwrap();

    let mut scans = Vec::new();
    for statement in usher.take_statements() {
        let looks = ["SELECT", "UPDATE", "DELETE"];
        // "In an empty list" is `? = ?`, which ends before the first row.
        let is_empty = [" WHERE ? = ?", " WHERE $1 = $2"]
            .iter()
            .any(|none| statement.sql.ends_with(none));
        if is_empty || !looks.iter().any(|word| statement.sql.starts_with(word)) {
            continue;
        }
        let plan = Plan::of(&usher, &statement).await;
        if plan
            .scanned
            .iter()
            .any(|table| !SMALL.contains(&table.as_str()))
        {
            scans.push(format!("{}\n{}", statement.sql, plan.text));
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n\n"));
}
