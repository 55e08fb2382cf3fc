//! The page of the audit log: who did what, found by its filters.

use std::sync::Arc;

use domain::{
    audit, people,
    proof::{Admin, ManageUsers, ViewAudit},
    testing::{OWNER, TestUsher},
};
use futures::TryStreamExt;
use sea_orm::DbBackend;
use types::{
    audit::{
        Action, Changed, Detail, EventsFilter, EventsPage, EventsQuery, EventsTurn, Sought, Who,
    },
    users::{EditRequest, Period},
};

use crate::{
    common::{id_of, invite, invited, joined, pasted, send, user},
    query_plans::{assert_in_order, plans},
};

fn reader(admin: &Admin<ManageUsers>) -> Admin<ViewAudit> {
    (**admin).clone().with(ViewAudit).unwrap()
}

async fn list(usher: &TestUsher, admin: &Admin<ManageUsers>, filter: EventsFilter) -> EventsPage {
    let query = EventsQuery {
        filter,
        ..EventsQuery::default()
    };
    audit::list(&usher.core, &reader(admin), &query)
        .await
        .unwrap()
}

fn actions(page: &EventsPage) -> Vec<Action> {
    page.events.iter().map(|event| event.action).collect()
}

fn name(who: &Who) -> &str {
    match who {
        Who::Person(person) => &person.name,
        Who::Deleted => "deleted",
        Who::Visitor => "visitor",
        Who::Operator => "operator",
        Who::Command => "command",
    }
}

async fn edit_phone(usher: &TestUsher, admin: &Admin<ManageUsers>, email: &str) {
    let id = user(usher, email).await.id;
    let seen = people::read(&usher.core, admin, id).await.unwrap().details;
    let mut wanted = seen.clone();
    "+12025550143".clone_into(&mut wanted.phone);
    let request = EditRequest {
        user: id,
        seen,
        wanted,
    };
    people::edit(&usher.core, admin, &request).await.unwrap();
}

#[tokio::test]
async fn the_newest_comes_first_with_who_what_and_before_and_after() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "Ivan Petrov <ivan@north.example>").await;
    edit_phone(&usher, &owner, "ivan@north.example").await;
    joined(&usher, &owner, "dora@north.example").await;
    let page = list(&usher, &owner, EventsFilter::default()).await;
    assert_eq!(
        actions(&page),
        [
            Action::InvitationAccepted,
            Action::InvitationsSent,
            Action::UserEdited,
            Action::InvitationsSent,
            Action::OrganizationCreated,
        ]
    );
    let names: Vec<_> = page.events.iter().map(|event| name(&event.who)).collect();
    let olive = "Olive Owner";
    assert_eq!(names, ["Ivan Petrov", olive, olive, olive, "command"]);
    let edited = &page.events[2];
    assert_eq!(edited.subject.as_ref().map(name), Some("Ivan Petrov"));
    assert_eq!(
        edited.changed[0],
        Changed {
            field: "phone".to_owned(),
            before: Some(Detail::Nothing),
            after: Detail::Text("+12025550143".to_owned()),
        }
    );
    let sent = &page.events[3];
    assert_eq!(sent.count, Some(1));
    assert!(sent.batch.is_some());
}

#[tokio::test]
async fn filters_leave_what_they_say() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "Ivan Petrov <ivan@north.example>").await;
    invite(&usher, &owner, "Dora Ivanova <dora@north.example>").await;
    edit_phone(&usher, &owner, "ivan@north.example").await;
    joined(&usher, &owner, "anna@north.example").await;
    let by = |by: &str| EventsFilter {
        by: by.to_owned(),
        ..EventsFilter::default()
    };
    let about = |about: &str| EventsFilter {
        about: about.to_owned(),
        ..EventsFilter::default()
    };
    let page = list(&usher, &owner, by("anna@")).await;
    assert_eq!(actions(&page), [Action::InvitationAccepted]);
    assert!(matches!(page.by, Sought::One(_)));
    let page = list(&usher, &owner, by(OWNER)).await;
    assert_eq!(page.events.len(), 5);
    let page = list(&usher, &owner, about("Petrov")).await;
    // Anna's name was typed as Ivan Petrov too: one has to be chosen.
    assert!(matches!(&page.about, Sought::Several(people) if people.len() == 2));
    assert!(page.events.is_empty());
    let page = list(&usher, &owner, about("ivan@north.example")).await;
    assert_eq!(actions(&page), [Action::UserEdited]);
    let ivan = user(&usher, "ivan@north.example").await.id;
    let same = list(&usher, &owner, about(&ivan.to_string())).await;
    assert_eq!(same.events, page.events);
    let page = list(&usher, &owner, about("nobody at all")).await;
    assert_eq!(page.about, Sought::Nobody);
    let filter = EventsFilter {
        action: Some(Action::InvitationsSent),
        ..by(OWNER)
    };
    assert_eq!(list(&usher, &owner, filter).await.events.len(), 3);

    usher.clock.advance(chrono::TimeDelta::days(3));
    invite(&usher, &owner, "late@north.example").await;
    let today = list(&usher, &owner, EventsFilter::default())
        .await
        .now
        .date_naive();
    let since = |from, to| EventsFilter {
        days: Period { from, to },
        ..EventsFilter::default()
    };
    let page = list(&usher, &owner, since(Some(today), None)).await;
    assert_eq!(actions(&page), [Action::InvitationsSent]);
    let page = list(&usher, &owner, since(None, today.pred_opt())).await;
    assert_eq!(page.events.len(), 6);
    assert!(
        list(&usher, &owner, since(today.succ_opt(), None))
            .await
            .events
            .is_empty()
    );
}

#[tokio::test]
async fn pages_follow_each_other_to_the_end_and_back() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invited(&usher, &owner, "ivan@north.example").await;
    let copier = (*owner).clone();
    let copier = copier.with(domain::proof::CopyInvitationLinks).unwrap();
    let ivan = user(&usher, "ivan@north.example").await.id;
    for _ in 0..110 {
        domain::invitations::copy(&usher.core, &copier, ivan)
            .await
            .unwrap();
    }
    let reader = reader(&owner);
    let mut query = EventsQuery::default();
    let mut pages = Vec::new();
    loop {
        let page = audit::list(&usher.core, &reader, &query).await.unwrap();
        let after = page.after;
        pages.push(page);
        match after {
            Some(place) => query.turn = EventsTurn::After(place),
            None => break,
        }
    }
    let numbers = |page: &EventsPage| -> Vec<i64> {
        page.events.iter().map(|event| event.sequence).collect()
    };
    let all: Vec<i64> = pages.iter().flat_map(numbers).collect();
    let expected: Vec<i64> = (1..=112).rev().collect();
    assert_eq!(all, expected);
    assert_eq!(pages[0].before, None);
    query.turn = EventsTurn::Before(pages[2].before.unwrap());
    let second = audit::list(&usher.core, &reader, &query).await.unwrap();
    assert_eq!(second.events, pages[1].events);
    query.turn = EventsTurn::Before(second.before.unwrap());
    let first = audit::list(&usher.core, &reader, &query).await.unwrap();
    assert_eq!((&first.events, first.before), (&pages[0].events, None));
}

#[tokio::test]
async fn another_organization_sees_none_of_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let nora = usher.other_organization().await.unwrap();
    invite(&usher, &owner, "ivan@north.example").await;
    let ivan = user(&usher, "ivan@north.example").await.id;
    for filter in [
        EventsFilter::default(),
        EventsFilter {
            by: id_of(&owner).to_string(),
            ..EventsFilter::default()
        },
        EventsFilter {
            about: ivan.to_string(),
            ..EventsFilter::default()
        },
    ] {
        let page = list(&usher, &nora, filter.clone()).await;
        assert!(page.events.is_empty(), "{filter:?}");
        assert!(!matches!(page.by, Sought::One(_)));
        assert!(!matches!(page.about, Sought::One(_)));
        assert!(csv(&usher, &nora, filter).await.lines().count() == 1);
    }
    invite(&usher, &nora, "zoe@nimbus.example").await;
    let page = list(&usher, &nora, EventsFilter::default()).await;
    assert_eq!(actions(&page), [Action::InvitationsSent]);
    assert_eq!(
        list(&usher, &owner, EventsFilter::default())
            .await
            .events
            .len(),
        2
    );
}

async fn csv(usher: &TestUsher, admin: &Admin<ManageUsers>, filter: EventsFilter) -> String {
    let chunks = audit::csv(Arc::clone(&usher.core), reader(admin), filter);
    let chunks: Vec<Vec<u8>> = chunks.try_collect().await.unwrap();
    String::from_utf8(chunks.concat()).unwrap()
}

#[tokio::test]
async fn the_filtered_log_is_a_file_without_formulas() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    send(&usher, &owner, pasted("\"=cmd()\" <ivan@north.example>"))
        .await
        .unwrap();
    edit_phone(&usher, &owner, "ivan@north.example").await;
    let whole = csv(&usher, &owner, EventsFilter::default()).await;
    let lines: Vec<_> = whole.lines().collect();
    assert_eq!(
        lines[0],
        "\u{feff}number,at,by,by_email,as,action,about,about_email,from,details"
    );
    assert_eq!(lines.len(), 4);
    assert!(
        lines[1].starts_with("3,2026-02-25T06:13:20.000000Z,Olive Owner,olive@acme.example,user,user_edited,'=cmd(),ivan@north.example,,"),
        "{}",
        lines[1]
    );
    let filter = EventsFilter {
        action: Some(Action::UserEdited),
        ..EventsFilter::default()
    };
    assert_eq!(csv(&usher, &owner, filter).await.lines().count(), 2);
}

#[tokio::test]
async fn every_filter_is_served_by_an_index_in_its_order() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(&usher, &owner, "ivan@north.example").await;
    let ivan = user(&usher, "ivan@north.example").await.id.to_string();
    let olive = id_of(&owner).to_string();
    let filter = |by: &str, about: &str, action| EventsFilter {
        by: by.to_owned(),
        about: about.to_owned(),
        action,
        days: Period::default(),
    };
    let sent = Some(Action::InvitationsSent);
    let place = types::audit::EventPlace {
        at: 1_772_000_000_000_000,
        sequence: 9,
    };
    for (filter, index) in [
        (filter("", "", None), "audit_events_newest"),
        (filter(&olive, "", None), "audit_events_newest_by_actor"),
        (filter("", &ivan, None), "audit_events_newest_about"),
        (filter("", "", sent), "audit_events_newest_of_action"),
        (filter(&olive, "", sent), "audit_events_newest_"),
    ] {
        for turn in [
            EventsTurn::First,
            EventsTurn::After(place),
            EventsTurn::Before(place),
        ] {
            for days in [
                Period::default(),
                Period {
                    from: None,
                    to: chrono::NaiveDate::from_ymd_opt(2026, 3, 1),
                },
            ] {
                usher.take_statements();
                let query = EventsQuery {
                    filter: EventsFilter {
                        days,
                        ..filter.clone()
                    },
                    turn,
                };
                audit::list(&usher.core, &reader(&owner), &query)
                    .await
                    .unwrap();
                let plans = plans(&usher, "ORDER BY \"audit_events\".\"at\"").await;
                // PostgreSQL takes the one of several that its statistics are for: there are none here.
                let index = match usher.core.database().read().get_database_backend() {
                    DbBackend::Postgres => "audit_events_newest",
                    _ => index,
                };
                assert_in_order(plans, index);
            }
        }
    }
}

#[tokio::test]
async fn writing_an_event_reads_one_row_by_its_key() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    usher.take_statements();
    invite(&usher, &owner, "ivan@north.example").await;
    let statements = usher.take_statements();
    let about_it: Vec<_> = statements
        .iter()
        .map(|statement| statement.sql.as_str())
        .filter(|sql| sql.contains("audit_"))
        .collect();
    assert_eq!(about_it.len(), 3, "{about_it:#?}");
}
