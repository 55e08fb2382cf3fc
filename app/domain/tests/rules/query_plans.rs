//! What the engine does for the statements that Usher really executes.

use domain::{
    batches, invitations, password_reset,
    proof::CopyInvitationLinks,
    sessions, sign_in, sign_up,
    testing::{PASSWORD, TestUsher},
    users,
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use types::{
    batch::SendRequest,
    invitation::Lifetime,
    users::{StatusFilter, UsersQuery},
};

use crate::common::{accept, id_of, invite, invited, joined, send, to_users};

/// The steps of the engine's plan, one a line: "SEARCH users USING INDEX ...".
async fn plan(usher: &TestUsher, statement: &Statement) -> String {
    let explain = Statement {
        sql: format!("EXPLAIN QUERY PLAN {}", statement.sql),
        values: statement.values.clone(),
        db_backend: DbBackend::Sqlite,
    };
    let read = usher.core.database().read();
    let rows = read.query_all_raw(explain).await.unwrap();
    let steps: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("", "detail").unwrap())
        .collect();
    steps.join("\n")
}

/// The plans of the statements since the last look whose text holds `part`.
async fn plans(usher: &TestUsher, part: &str) -> Vec<String> {
    let mut plans = Vec::new();
    for statement in usher.take_statements() {
        if statement.sql.contains(part) {
            plans.push(plan(usher, &statement).await);
        }
    }
    assert!(!plans.is_empty(), "no statement holds {part}");
    plans
}

/// Whether a step reads a whole table or a whole index.
fn is_scan(step: &str) -> bool {
    step.starts_with("SCAN ") && !step.starts_with("SCAN CONSTANT ROW")
}

#[tokio::test]
async fn a_page_of_users_is_read_from_an_index_in_its_order() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    for status in StatusFilter::ALL {
        for after in [None, Some(id_of(&owner))] {
            let query = UsersQuery {
                status: *status,
                q: String::new(),
                after,
            };
            usher.take_statements();
            users::list(&usher.core, &owner, &query).await.unwrap();
            for plan in plans(&usher, "ORDER BY \"users\".\"id\" DESC").await {
                assert!(
                    plan.contains("SEARCH users USING INDEX users_"),
                    "{status}:\n{plan}"
                );
                assert!(!plan.lines().any(is_scan), "{status}:\n{plan}");
                assert!(!plan.contains("ORDER BY"), "{status} is sorted:\n{plan}");
            }
        }
    }
}

#[tokio::test]
async fn counts_are_read_from_an_index_alone() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    usher.take_statements();
    users::list(&usher.core, &owner, &UsersQuery::default())
        .await
        .unwrap();
    for plan in plans(&usher, "GROUP BY \"users\".\"status\"").await {
        assert!(
            plan.contains("SEARCH users USING COVERING INDEX users_by_status"),
            "{plan}"
        );
        assert!(!plan.contains("B-TREE"), "{plan}");
    }
}

#[tokio::test]
async fn due_messages_are_found_by_an_index_in_their_order() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "ivan@north.example").await;
    usher.take_statements();
    usher.deliver().await.unwrap();
    for plan in plans(&usher, "ORDER BY \"deliveries\".\"due_at\"").await {
        assert!(
            plan.contains("SEARCH deliveries USING INDEX deliveries_due"),
            "{plan}"
        );
        assert!(!plan.lines().any(is_scan), "{plan}");
        assert!(
            !plan.contains("ORDER BY"),
            "every claim sorts the whole queue:\n{plan}"
        );
    }
}

#[tokio::test]
async fn a_page_of_a_report_is_read_from_its_place() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let batch = invite(&usher, &owner, "ivan@north.example").await;
    usher.take_statements();
    batches::report(&usher.core, &owner, batch, 0)
        .await
        .unwrap();
    for plan in plans(&usher, "ORDER BY \"batch_recipients\".\"position\"").await {
        assert!(
            plan.contains("SEARCH batch_recipients USING INDEX"),
            "{plan}"
        );
        assert!(!plan.lines().any(is_scan), "{plan}");
        assert!(!plan.contains("ORDER BY"), "{plan}");
    }
}

/// What may be read as a whole.
const SMALL: &[&str] = &[
    // One row for each tenant; only asked while there may be none.
    "organizations",
];

#[tokio::test]
async fn nothing_on_the_three_journeys_reads_a_whole_table() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    usher.take_statements();
    // An admin's journey.
    let copier = (*owner).clone().with(CopyInvitationLinks).unwrap();
    let token = invited(&usher, &owner, "ivan@north.example").await;
    let page = users::list(&usher.core, &owner, &UsersQuery::default())
        .await
        .unwrap();
    let ivan = page.rows[0].id;
    invitations::copy(&usher.core, &copier, ivan).await.unwrap();
    let again = SendRequest {
        resend: true,
        ..to_users(&[ivan])
    };
    let batch = send(&usher, &owner, again).await.unwrap();
    invitations::revoke(&usher.core, &owner, ivan)
        .await
        .unwrap();
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
    sign_up::ask_for_new(&usher.core, &token).await.unwrap();
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
        let is_empty = statement.sql.ends_with("WHERE ? = ?");
        if is_empty || !looks.iter().any(|word| statement.sql.starts_with(word)) {
            continue;
        }
        let plan = plan(&usher, &statement).await;
        let whole = |step: &str| {
            let table = step.split(' ').nth(1).unwrap_or_default();
            is_scan(step) && !SMALL.contains(&table)
        };
        if plan.lines().any(whole) {
            scans.push(format!("{}\n{plan}", statement.sql));
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n\n"));
}
