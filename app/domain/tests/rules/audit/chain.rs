//! Whoever has the database but not the keys is found out.

use domain::{
    audit::{self, Finding, Verdict, Wrong},
    entity::{audit_events, audit_head},
    testing::TestUsher,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use types::audit::Action;

use crate::common::{invite, invited, joined, revoke, send, to_users, user};

async fn verified(usher: &TestUsher) -> Verdict {
    audit::verify(&usher.core).await.unwrap()
}

async fn finding(usher: &TestUsher) -> Finding {
    match verified(usher).await {
        Verdict::Broken(finding) => finding,
        Verdict::Intact { events } => panic!("{events} events seem to be intact"),
    }
}

async fn intact(usher: &TestUsher) -> i64 {
    match verified(usher).await {
        Verdict::Intact { events } => events,
        Verdict::Broken(finding) => panic!("{finding}"),
    }
}

/// Six events of several kinds.
async fn busy() -> TestUsher {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "ivan@north.example").await;
    let ivan = user(&usher, "ivan@north.example").await.id;
    revoke(&usher, &owner, ivan).await.unwrap();
    send(&usher, &owner, to_users(&[ivan])).await.unwrap();
    joined(&usher, &owner, "dora@north.example").await;
    assert_eq!(intact(&usher).await, 6);
    usher
}

/// As somebody does who has the database: nothing there holds them up.
async fn tamper(usher: &TestUsher, statements: &[&str]) {
    let write = usher.core.database().begin().await.unwrap();
    let unlock: &[&str] = match write.get_database_backend() {
        DbBackend::Postgres => &["ALTER TABLE audit_events DISABLE TRIGGER USER"],
        _ => &[
            "DROP TRIGGER IF EXISTS audit_events_stay",
            "DROP TRIGGER IF EXISTS audit_events_stand",
        ],
    };
    for statement in unlock.iter().chain(statements) {
        write.execute_unprepared(statement).await.unwrap();
    }
    write.commit().await.unwrap();
}

async fn event(usher: &TestUsher, sequence: i64) -> audit_events::Model {
    audit_events::Entity::find()
        .filter(audit_events::Column::Sequence.eq(sequence))
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn one_byte_in_any_column_is_found_and_the_event_is_named() {
    let engine = busy().await.core.database().read().get_database_backend();
    let other = |column: &str| match (column, engine) {
        ("id" | "organization_id" | "actor_id", DbBackend::Postgres) => {
            format!("overlay({column}::text placing '7' from 1 for 1)::uuid")
        }
        ("id" | "organization_id" | "actor_id", _) => format!("X'77' || SUBSTR({column}, 2)"),
        ("subject_id", _) => "actor_id".to_owned(),
        ("at", DbBackend::Postgres) => "at + interval '1 microsecond'".to_owned(),
        ("at", _) => "REPLACE(at, '2026', '2025')".to_owned(),
        ("digest" | "mac", DbBackend::Postgres) => format!("set_byte({column}, 3, 7)"),
        ("digest" | "mac", _) => format!("SUBSTR({column}, 1, 3) || X'07' || SUBSTR({column}, 5)"),
        ("doer", _) => "'visitor'".to_owned(),
        ("action", _) => "'invitations_sent'".to_owned(),
        ("details", _) => "REPLACE(details, '1', '2')".to_owned(),
        ("origin", _) => "'10.0.0.1'".to_owned(),
        ("forgotten", DbBackend::Postgres) => "true".to_owned(),
        ("forgotten", _) => "1".to_owned(),
        (column, _) => panic!("{column}"),
    };
    let columns = [
        "id",
        "organization_id",
        "doer",
        "actor_id",
        "action",
        "subject_id",
        "details",
        "origin",
        "at",
        "digest",
        "mac",
        "forgotten",
    ];
    for column in columns {
        let usher = busy().await;
        let before = event(&usher, 3).await;
        assert_eq!(before.action, Action::InvitationsRevoked);
        let change = format!(
            "UPDATE audit_events SET {column} = {} WHERE sequence = 3",
            other(column)
        );
        if column == "organization_id" {
            let twin = format!(
                "INSERT INTO organizations (id, name, invitation_hours, language, time_zone, created_at)
                 SELECT {}, name, invitation_hours, language, time_zone, created_at FROM organizations",
                other(column).replace(column, "id")
            );
            tamper(&usher, &[&twin, &change]).await;
        } else {
            tamper(&usher, &[&change]).await;
        }
        let found = finding(&usher).await;
        assert_eq!(found.sequence, Some(3), "{column}: {found}");
        let wrong = match column {
            "mac" => Wrong::Forged,
            _ => Wrong::Changed,
        };
        assert_eq!(found.wrong, wrong, "{column}: {found}");
        if column != "id" {
            assert_eq!(found.id, Some(before.id.0), "{column}");
            let named = found.to_string();
            assert!(named.contains(&before.id.to_string()), "{named}");
            assert!(named.contains("event 3"), "{named}");
        }
    }
}

#[tokio::test]
async fn a_word_that_is_none_of_ours_is_found_too() {
    let usher = busy().await;
    tamper(
        &usher,
        &["UPDATE audit_events SET action = 'nothing_happened' WHERE sequence = 2"],
    )
    .await;
    let found = finding(&usher).await;
    assert_eq!((found.sequence, found.wrong), (Some(2), Wrong::Changed));
    assert_eq!(found.action.as_deref(), Some("nothing_happened"));
}

#[tokio::test]
async fn what_cannot_even_be_read_is_found_and_named() {
    let usher = busy().await;
    if usher.core.database().read().get_database_backend() == DbBackend::Postgres {
        return; // It keeps columns readable.
    }
    tamper(
        &usher,
        &["UPDATE audit_events SET at = 'yesterday' WHERE sequence = 4"],
    )
    .await;
    let found = finding(&usher).await;
    assert_eq!(found.sequence, Some(4));
    assert_eq!(found.wrong, Wrong::Unreadable("at"));
}

#[tokio::test]
async fn another_number_leaves_a_gap() {
    let usher = busy().await;
    tamper(
        &usher,
        &["UPDATE audit_events SET sequence = 2003 WHERE sequence = 3"],
    )
    .await;
    let found = finding(&usher).await;
    assert_eq!(found.wrong, Wrong::Removed { first: 3, last: 3 });
    assert_eq!(found.sequence, Some(4));
}

#[tokio::test]
async fn a_removed_event_is_found_in_the_middle_and_at_the_end() {
    let usher = busy().await;
    tamper(
        &usher,
        &["DELETE FROM audit_events WHERE sequence IN (2, 3)"],
    )
    .await;
    let found = finding(&usher).await;
    assert_eq!(found.wrong, Wrong::Removed { first: 2, last: 3 });
    assert_eq!(found.sequence, Some(4));
    assert!(found.to_string().starts_with("events 2 to 3 were removed"));

    let usher = busy().await;
    tamper(&usher, &["DELETE FROM audit_events WHERE sequence = 6"]).await;
    let found = finding(&usher).await;
    assert_eq!(found.wrong, Wrong::Removed { first: 6, last: 6 });
    assert_eq!(found.to_string(), "event 6 was removed, from the end");
}

#[tokio::test]
async fn events_that_are_written_later_hide_nothing() {
    for tampering in [
        "DELETE FROM audit_events WHERE sequence = 6",
        "UPDATE audit_head SET sequence = 5",
        "DELETE FROM audit_head",
    ] {
        let usher = busy().await;
        let who = domain::sign_in::verify(
            &usher.core,
            domain::testing::OWNER,
            domain::testing::PASSWORD,
        );
        let owner = usher.member(who.await.unwrap()).await.unwrap();
        let owner = owner.with(domain::proof::ManageUsers).unwrap();
        tamper(&usher, &[tampering]).await;
        finding(&usher).await;
        invite(&usher, &owner, "late@north.example").await;
        invite(&usher, &owner, "later@north.example").await;
        audit::seal(&usher.core).await.unwrap();
        finding(&usher).await;
    }
}

#[tokio::test]
async fn an_inserted_event_is_found_with_a_number_and_without() {
    let copy = |number: &str| {
        format!(
            "INSERT INTO audit_events (id, organization_id, doer, actor_id, action, subject_id, details, origin, at, sequence, digest, mac, forgotten)
             SELECT actor_id, organization_id, doer, actor_id, action, subject_id, details, origin, at, {number}, digest, mac, forgotten
             FROM audit_events WHERE sequence = 2"
        )
    };
    let usher = busy().await;
    tamper(&usher, &[&copy("7")]).await;
    let found = finding(&usher).await;
    assert_eq!((found.sequence, found.wrong), (Some(7), Wrong::Forged));

    let usher = busy().await;
    tamper(&usher, &[&copy("0")]).await;
    let found = finding(&usher).await;
    assert_eq!((found.sequence, found.wrong), (Some(0), Wrong::Forged));

    let usher = busy().await;
    let twin = event(&usher, 2).await.actor_id.unwrap();
    tamper(&usher, &[&copy("NULL")]).await;
    // Starting again does not make it one of ours.
    audit::seal(&usher.core).await.unwrap();
    let found = finding(&usher).await;
    assert_eq!((found.sequence, found.wrong), (None, Wrong::Unsealed));
    assert_eq!(found.id, Some(twin.0));

    let usher = busy().await;
    tamper(
        &usher,
        &[
            "UPDATE audit_events SET sequence = sequence + 1000 WHERE sequence > 3",
            "UPDATE audit_events SET sequence = sequence - 999 WHERE sequence > 1000",
            &copy("4"),
            "UPDATE audit_events SET mac = NULL WHERE sequence = 4",
        ],
    )
    .await;
    let found = finding(&usher).await;
    assert_eq!((found.sequence, found.wrong), (Some(4), Wrong::Unsealed));
}

#[tokio::test]
async fn events_out_of_order_are_found() {
    for (one, other) in [(2, 3), (2, 5), (5, 6)] {
        let usher = busy().await;
        let moved = event(&usher, other).await.id;
        let statements = [(one, 1000), (other, one), (1000, other)].map(|(from, to)| {
            format!("UPDATE audit_events SET sequence = {to} WHERE sequence = {from}")
        });
        let statements = statements.each_ref().map(String::as_str);
        tamper(&usher, &statements).await;
        let found = finding(&usher).await;
        assert_eq!(found.sequence, Some(one), "{one} and {other}: {found}");
        assert_eq!(found.wrong, Wrong::Moved { from: other }, "{one}: {found}");
        assert_eq!(found.id, Some(moved.0));
    }
}

#[tokio::test]
async fn the_end_is_sealed_itself() {
    let usher = busy().await;
    tamper(
        &usher,
        &["DELETE FROM audit_events", "DELETE FROM audit_head"],
    )
    .await;
    assert_eq!(finding(&usher).await.wrong, Wrong::Head);
    audit::seal(&usher.core).await.unwrap();
    assert_eq!(finding(&usher).await.wrong, Wrong::Head);
    for tampering in [
        "DELETE FROM audit_head",
        "UPDATE audit_head SET sequence = sequence + 1",
        "UPDATE audit_head SET last = mac",
    ] {
        let usher = busy().await;
        tamper(&usher, &[tampering]).await;
        assert_eq!(finding(&usher).await.wrong, Wrong::Head, "{tampering}");
    }
}

#[tokio::test]
async fn the_database_refuses_to_change_events_or_to_take_them_away() {
    let usher = busy().await;
    for statement in [
        "DELETE FROM audit_events",
        "DELETE FROM audit_events WHERE sequence = 6",
        "UPDATE audit_events SET origin = '10.0.0.1' WHERE sequence = 3",
        "UPDATE audit_events SET sequence = 70 WHERE sequence = 6",
        "UPDATE audit_events SET mac = digest WHERE sequence = 6",
        "UPDATE audit_events SET mac = NULL WHERE sequence = 6",
        "UPDATE audit_events SET details = '{\"a\":1}' WHERE sequence = 3",
        "UPDATE audit_events SET at = created_at FROM organizations WHERE sequence = 3 AND at <> created_at",
        "UPDATE audit_events SET actor_id = NULL WHERE sequence = 3",
    ] {
        let write = usher.core.database().begin().await.unwrap();
        let answer = write.execute_unprepared(statement).await;
        if statement.contains("created_at")
            && answer.as_ref().is_ok_and(|it| it.rows_affected() == 0)
        {
            continue;
        }
        let refused = answer.unwrap_err().to_string();
        assert!(
            refused.contains("the audit log keeps its events"),
            "{refused}"
        );
    }
    assert_eq!(intact(&usher).await, 6);
}

#[tokio::test]
async fn who_is_deleted_is_forgotten_and_the_chain_still_verifies() {
    let usher = busy().await;
    let dora = user(&usher, "dora@north.example").await.id;
    let about_dora = audit_events::Entity::find()
        .filter(audit_events::Column::SubjectId.eq(dora))
        .order_by_asc(audit_events::Column::Sequence);
    let before = about_dora
        .clone()
        .all(usher.core.database().read())
        .await
        .unwrap();
    assert!(before.iter().any(|event| event.details.contains("Petrov")));
    usher.forget(dora, true).await.unwrap();
    assert_eq!(intact(&usher).await, 7);
    let after = about_dora.all(usher.core.database().read()).await.unwrap();
    assert_eq!(after.len(), before.len() + 1);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!((after.details.as_str(), after.forgotten), ("{}", true));
        assert_eq!(after.digest, before.digest);
    }
    let deleted = after.last().unwrap();
    assert_eq!(
        (deleted.action, deleted.forgotten),
        (Action::UserDeleted, false)
    );
    // Whose details are gone can't get others.
    tamper(
        &usher,
        &["UPDATE audit_events SET details = '{\"a\":1}' WHERE forgotten"],
    )
    .await;
    assert_eq!(finding(&usher).await.wrong, Wrong::Changed);
}

#[tokio::test]
async fn nobody_is_forgotten_who_was_not_deleted() {
    let usher = busy().await;
    let dora = user(&usher, "dora@north.example").await.id;
    usher.forget(dora, false).await.unwrap();
    let found = finding(&usher).await;
    assert_eq!(found.wrong, Wrong::Emptied);
    assert_eq!(found.action.as_deref(), Some("invitation_accepted"));
}

#[tokio::test]
async fn events_of_the_time_before_the_chain_are_sealed_once() {
    let usher = busy().await;
    tamper(
        &usher,
        &[
            "UPDATE audit_events SET sequence = NULL, digest = NULL, mac = NULL",
            "DELETE FROM audit_head",
        ],
    )
    .await;
    assert_eq!(finding(&usher).await.wrong, Wrong::Head);
    audit::seal(&usher.core).await.unwrap();
    assert_eq!(intact(&usher).await, 6);
    let rows = audit_events::Entity::find()
        .order_by_asc(audit_events::Column::Id)
        .all(usher.core.database().read())
        .await
        .unwrap();
    let numbers: Vec<_> = rows.iter().map(|row| row.sequence.unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    audit::seal(&usher.core).await.unwrap();
    assert_eq!(intact(&usher).await, 6);
}

#[tokio::test]
async fn a_chain_longer_than_a_page_is_walked_to_its_end() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, "ivan@north.example").await;
    assert!(!token.is_empty());
    let copier = (*owner).clone();
    let copier = copier.with(domain::proof::CopyInvitationLinks).unwrap();
    let ivan = user(&usher, "ivan@north.example").await.id;
    for _ in 0..1_100 {
        domain::invitations::copy(&usher.core, &copier, ivan)
            .await
            .unwrap();
    }
    assert_eq!(intact(&usher).await, 1_102);
    let head = audit_head::Entity::find()
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(head.sequence, 1_102);
    let last = audit_events::Entity::find()
        .order_by_desc(audit_events::Column::Sequence)
        .limit(1)
        .one(usher.core.database().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(last.mac, Some(head.last));
    tamper(&usher, &["DELETE FROM audit_events WHERE sequence = 1050"]).await;
    let found = finding(&usher).await;
    assert_eq!(found.sequence, Some(1_051));
}
