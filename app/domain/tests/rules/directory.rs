//! The list of users: filters, orders, pages, counts.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    directory,
    entity::users,
    proof::{Admin, ManageUsers},
    testing::{OWNER, TestUsher},
};
use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder, Set};
use types::{
    access::RoleKind,
    batch::SendRequest,
    contact::Email,
    ids::{RoleId, UserId},
    invitation::Lifetime,
    users::{
        PageSize, Period, Place, ShownStatus, Sort, SortBy, StatusCounts, StatusFilter, Turn,
        UserStatus, UsersFilter, UsersQuery,
    },
};
use uuid::Uuid;

use crate::{
    common::{
        addresses, id_of, invite, list, pasted, revoke, role, searching, send, set_status, user,
        with_status,
    },
    plan::Plan,
};

const FIRST_NAMES: [&str; 8] = ["Ann", "Анна", "Zoë", "محمد", "王伟", "Ivan", "", "O'Neil"];
const LAST_NAMES: [&str; 6] = ["Lee", "Ли", "García_López", "50%", "", "Петрова"];
const DOMAINS: [&str; 3] = ["north.example", "south.example", "почта.example"];

/// Fills the directory with people of every kind, the same ones each time.
async fn fill(usher: &TestUsher, owner: &Admin<ManageUsers>, people: u32) {
    let now = usher.core.now();
    let mut chance = SmallRng::seed_from_u64(7);
    let roles = [
        role(usher, owner, RoleKind::User).await,
        role(usher, owner, RoleKind::Admin).await,
    ];
    let rows: Vec<_> = (0..people)
        .map(|n| {
            let first = *FIRST_NAMES.choose(&mut chance).unwrap();
            let last = *LAST_NAMES.choose(&mut chance).unwrap();
            let domain = DOMAINS.choose(&mut chance).unwrap();
            let email = Email::parse(&format!("Person{n}@{domain}")).unwrap();
            let phone = if n % 3 == 0 {
                format!("+7905{n:07}")
            } else {
                String::new()
            };
            let status = *UserStatus::ALL.choose(&mut chance).unwrap();
            // Several at the same moment, some expired, some to the minute.
            let invited = now - TimeDelta::hours(chance.random_range(0..200));
            let expires = now + TimeDelta::minutes(chance.random_range(-300..300));
            let was_invited = status != UserStatus::NotInvited;
            let name = format!("{first} {last}").trim().to_lowercase();
            let search = format!("{name} {email} {phone}").trim().to_lowercase();
            users::ActiveModel {
                id: Set(UserId(Uuid::from_u128(
                    u128::from(n) << 64 | u128::from(chance.random::<u64>()),
                ))),
                organization_id: Set(owner.organization()),
                identity_id: Set(None),
                role_id: Set(roles[usize::from(n % 5 == 0)]),
                username_key: Set(email.key().to_owned()),
                name_key: Set(if name.is_empty() {
                    email.as_str().to_lowercase()
                } else {
                    name
                }),
                username: Set(email.into()),
                phone: Set(phone),
                first_name: Set(first.to_owned()),
                last_name: Set(last.to_owned()),
                job_title: Set(String::new()),
                search: Set(search),
                status: Set(status),
                failure_code: Set(None),
                failure_words: Set(None),
                invited_at: Set(was_invited.then_some(invited)),
                expires_at: Set(was_invited.then_some(expires)),
                created_at: Set(now),
                ..Default::default()
            }
        })
        .collect();
    let write = usher.core.database().begin().await.unwrap();
    users::Entity::insert_many(rows)
        .exec_without_returning(&write)
        .await
        .unwrap();
    write.commit().await.unwrap();
}

/// What the filter means, said once more without SQL.
fn matches(user: &users::Model, filter: &UsersFilter, now: DateTime<Utc>) -> bool {
    let shown = ShownStatus::of(user.status, user.expires_at, now);
    let status = match filter.status {
        StatusFilter::All => true,
        StatusFilter::NotInvited => shown == ShownStatus::NotInvited,
        StatusFilter::Waiting => shown == ShownStatus::Waiting,
        StatusFilter::Invited => shown == ShownStatus::Invited,
        StatusFilter::Expired => shown == ShownStatus::Expired,
        StatusFilter::Failed => shown == ShownStatus::Failed,
        StatusFilter::Active => shown == ShownStatus::Active,
        StatusFilter::Deactivated => shown == ShownStatus::Deactivated,
        StatusFilter::Unconfirmed => {
            !matches!(shown, ShownStatus::Active | ShownStatus::Deactivated)
        }
    };
    let has = |text: &str, part: &str| text.to_lowercase().contains(&part.to_lowercase());
    let name = format!("{} {}", user.first_name, user.last_name);
    let name = if name.trim().is_empty() {
        user.username.to_string()
    } else {
        name
    };
    let within = |at: Option<DateTime<Utc>>, period: Period| {
        period.is_all()
            || at.is_some_and(|at| {
                let day = at.date_naive();
                period.from.is_none_or(|from| day >= from) && period.to.is_none_or(|to| day <= to)
            })
    };
    let anywhere = format!("{name} {} {}", user.username, user.phone);
    status
        && has(&anywhere, &filter.q)
        && has(name.trim(), &filter.name)
        && has(user.username.as_str(), &filter.email)
        && has(&user.phone, &filter.phone)
        && filter.role.is_none_or(|role| role == user.role_id)
        && within(user.invited_at, filter.invited)
        && within(user.expires_at, filter.expires)
}

fn filters(owner: &Admin<ManageUsers>, admin_role: RoleId, now: DateTime<Utc>) -> Vec<UsersFilter> {
    let _ = owner;
    let day = |days: i64| Some((now - TimeDelta::days(days)).date_naive());
    let mut filters: Vec<UsersFilter> = StatusFilter::ALL
        .iter()
        .map(|status| with_status(*status))
        .collect();
    for q in [
        "анна",
        "Person1",
        "SOUTH",
        "García_",
        "50%",
        "王",
        "o'n",
        "9050000",
        "nobody",
        "почта",
    ] {
        filters.push(searching(q));
        filters.push(UsersFilter {
            status: StatusFilter::Unconfirmed,
            ..searching(q)
        });
    }
    let all = UsersFilter::default;
    filters.extend([
        UsersFilter {
            name: "LEE".to_owned(),
            ..all()
        },
        UsersFilter {
            email: "@NORTH".to_owned(),
            ..all()
        },
        UsersFilter {
            phone: "7905".to_owned(),
            status: StatusFilter::Invited,
            ..all()
        },
        UsersFilter {
            role: Some(admin_role),
            ..all()
        },
        UsersFilter {
            role: Some(admin_role),
            q: "person".to_owned(),
            status: StatusFilter::Expired,
            ..all()
        },
        UsersFilter {
            invited: Period {
                from: day(4),
                to: day(2),
            },
            ..all()
        },
        UsersFilter {
            invited: Period {
                from: None,
                to: day(3),
            },
            name: "ann".to_owned(),
            ..all()
        },
        UsersFilter {
            expires: Period {
                from: day(0),
                to: None,
            },
            status: StatusFilter::Invited,
            ..all()
        },
    ]);
    filters
}

/// Every filter in every order, forwards and backwards, against the same said without SQL.
async fn every_list_is_right(usher: TestUsher, owner: Admin<ManageUsers>) {
    fill(&usher, &owner, 240).await;
    let now = usher.core.now();
    let all = users::Entity::find()
        .order_by_asc(users::Column::Id)
        .all(usher.core.database().read())
        .await
        .unwrap();
    let admin_role = role(&usher, &owner, RoleKind::Admin).await;
    for filter in filters(&owner, admin_role, now) {
        let expected: Vec<&users::Model> = all
            .iter()
            .filter(|user| matches(user, &filter, now))
            .collect();
        let count = directory::count(&usher.core, &owner, &filter)
            .await
            .unwrap();
        assert_eq!(count, expected.len() as u64, "{filter:?}");
        for by in SortBy::ALL {
            for descending in [false, true] {
                let sort = Sort {
                    by: *by,
                    descending,
                };
                let mut expected = expected.clone();
                expected.sort_by(|a, b| match by {
                    SortBy::Added => a.id.cmp(&b.id),
                    SortBy::Name => (&a.name_key, a.id).cmp(&(&b.name_key, b.id)),
                    SortBy::Email => a.username_key.cmp(&b.username_key),
                    SortBy::Invited => (a.invited_at, a.id).cmp(&(b.invited_at, b.id)),
                    SortBy::Expires => (a.expires_at, a.id).cmp(&(b.expires_at, b.id)),
                });
                if descending {
                    expected.reverse();
                }
                let expected: Vec<UserId> = expected.iter().map(|user| user.id).collect();
                let query = UsersQuery {
                    filter: filter.clone(),
                    sort,
                    turn: Turn::First,
                    size: PageSize::Usual,
                };
                let (forwards, last) = walk(&usher, &owner, query.clone(), false).await;
                assert_eq!(forwards, expected, "{filter:?} {sort:?}");
                let Some(last) = last else { continue };
                let end = UsersQuery {
                    turn: Turn::Before(last),
                    ..query
                };
                let (mut backwards, _) = walk(&usher, &owner, end, true).await;
                backwards.reverse();
                assert_eq!(
                    backwards,
                    expected[..expected.len() - 1],
                    "{filter:?} {sort:?}"
                );
            }
        }
    }
}

/// All rows from the turn on, and the place of the last one where there was a next page.
async fn walk(
    usher: &TestUsher,
    owner: &Admin<ManageUsers>,
    mut query: UsersQuery,
    backwards: bool,
) -> (Vec<UserId>, Option<Place>) {
    let mut seen = Vec::new();
    let mut last = None;
    for _ in 0..20 {
        let page = directory::list(&usher.core, owner, &query).await.unwrap();
        let mut ids: Vec<UserId> = page.rows.iter().map(|row| row.id).collect();
        if backwards {
            ids.reverse();
        }
        seen.extend(ids);
        let turn = if backwards {
            page.before.map(Turn::Before)
        } else {
            page.after.map(Turn::After)
        };
        match turn {
            Some(turn) => query.turn = turn,
            None => break,
        }
        if let Turn::After(place) = &query.turn {
            last = Some(place.clone());
        }
    }
    // Where the last page ends.
    if let Some(place) = &mut last
        && let Some(id) = seen.last()
    {
        let row = users::Entity::find_by_id(*id)
            .one(usher.core.database().read())
            .await
            .unwrap()
            .unwrap();
        let text = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339()).unwrap_or_default();
        place.id = *id;
        place.key = match query.sort.by {
            SortBy::Added => String::new(),
            SortBy::Name => row.name_key,
            SortBy::Email => row.username_key,
            SortBy::Invited => text(row.invited_at),
            SortBy::Expires => text(row.expires_at),
        };
    }
    (seen, last)
}

#[tokio::test]
async fn every_list_is_right_where_few_rows_are_sorted() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    every_list_is_right(usher, owner).await;
}

#[tokio::test]
async fn every_list_is_right_where_rows_are_walked_through() {
    let (usher, owner) = TestUsher::walking().await.unwrap();
    every_list_is_right(usher, owner).await;
}

#[tokio::test]
async fn every_list_is_right_where_rows_with_a_text_are_gathered() {
    let (usher, owner) = TestUsher::gathering().await.unwrap();
    every_list_is_right(usher, owner).await;
}

/// After any history the counts that the database keeps are those of the rows.
#[tokio::test]
async fn counts_agree_with_the_rows_after_any_history() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    fill(&usher, &owner, 80).await;
    let mut chance = SmallRng::seed_from_u64(11);
    for step in 0..120 {
        let rows = users::Entity::find()
            .all(usher.core.database().read())
            .await
            .unwrap();
        let now = usher.core.now();
        let mut expected = StatusCounts::default();
        for row in &rows {
            *match ShownStatus::of(row.status, row.expires_at, now) {
                ShownStatus::NotInvited => &mut expected.not_invited,
                ShownStatus::Waiting => &mut expected.waiting,
                ShownStatus::Invited => &mut expected.invited,
                ShownStatus::Expired => &mut expected.expired,
                ShownStatus::Failed => &mut expected.failed,
                ShownStatus::Active => &mut expected.active,
                ShownStatus::Deactivated => &mut expected.deactivated,
            } += 1;
        }
        let page = list(&usher, &owner, UsersFilter::default()).await;
        assert_eq!(page.counts, expected, "after {step} steps");

        usher
            .clock
            .advance(TimeDelta::minutes(chance.random_range(0..40)));
        let write = usher.core.database().begin().await.unwrap();
        for _ in 0..chance.random_range(1..6) {
            let row = rows.choose(&mut chance).unwrap();
            if row.username.as_str() == OWNER {
                continue;
            }
            if chance.random_range(0..20) == 0 {
                users::Entity::delete_by_id(row.id)
                    .exec(&write)
                    .await
                    .unwrap();
                break;
            }
            let mut row = row.clone().into_active_model();
            row.status = Set(*UserStatus::ALL.choose(&mut chance).unwrap());
            row.expires_at = Set(Some(
                now + TimeDelta::minutes(chance.random_range(-90..300)),
            ));
            row.update(&write).await.unwrap();
        }
        if chance.random_range(0..4) == 0 {
            // Nothing of it has happened.
            write.rollback().await.unwrap();
        } else {
            write.commit().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_page_is_read_from_an_index_in_its_order() {
    let (usher, owner) = TestUsher::walking().await.unwrap();
    let place = Place {
        key: "2026-01-01T00:00:00Z".to_owned(),
        id: id_of(&owner),
    };
    for status in StatusFilter::ALL {
        // Four statuses together are no range of an index; see the next test.
        if *status == StatusFilter::Unconfirmed {
            continue;
        }
        for by in SortBy::ALL {
            for turn in [
                Turn::First,
                Turn::After(place.clone()),
                Turn::Before(place.clone()),
            ] {
                let query = UsersQuery {
                    filter: with_status(*status),
                    sort: Sort {
                        by: *by,
                        descending: true,
                    },
                    turn,
                    size: PageSize::Usual,
                };
                let has_place = query.turn != Turn::First;
                for plan in page_plans(&usher, &owner, &query).await {
                    let text = &plan.text;
                    // SQLite says which columns it searches by: "(organization_id=? AND id<?)".
                    let finds_place = text.contains(['<', '>']) || text.starts_with('[');
                    assert!(finds_place || !has_place, "{query:?}\n{text}");
                    assert!(plan.scanned.is_empty(), "{query:?}\n{text}");
                    assert!(!plan.sorts, "{query:?}\n{text}");
                    assert!(
                        plan.indexes.iter().any(|it| it.starts_with("users_")),
                        "{query:?}\n{text}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn few_rows_are_found_by_the_index_of_their_filter() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let now = usher.core.now();
    let admin_role = role(&usher, &owner, RoleKind::Admin).await;
    for filter in filters(&owner, admin_role, now) {
        let query = UsersQuery {
            filter,
            ..UsersQuery::default()
        };
        for plan in page_plans(&usher, &owner, &query).await {
            assert!(plan.scanned.is_empty(), "{query:?}\n{}", plan.text);
        }
    }
}

/// How the engine goes about the rows of a page.
async fn page_plans(
    usher: &TestUsher,
    owner: &Admin<ManageUsers>,
    query: &UsersQuery,
) -> Vec<Plan> {
    usher.take_statements();
    directory::list(&usher.core, owner, query).await.unwrap();
    let mut plans = Vec::new();
    for statement in usher.take_statements() {
        assert!(!statement.sql.contains("OFFSET"), "{}", statement.sql);
        if statement.sql.contains("ORDER BY") && statement.sql.contains("LIMIT") {
            plans.push(Plan::in_order(usher, &statement).await);
        }
    }
    assert!(!plans.is_empty(), "{query:?} reads no page");
    plans
}

#[tokio::test]
async fn the_directory_tells_every_status_apart() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let day = SendRequest {
        lifetime: Some(Lifetime::DAY),
        ..pasted("expired@x.example")
    };
    send(&usher, &owner, day).await.unwrap();
    usher.deliver().await.unwrap();
    usher.clock.advance(Lifetime::DAY.duration());
    let others = "invited@x.example, failed@x.example, gone@x.example, none@x.example";
    invite(&usher, &owner, others).await;
    usher.deliver().await.unwrap();
    set_status(&usher, "failed@x.example", UserStatus::Failed).await;
    set_status(&usher, "gone@x.example", UserStatus::Deactivated).await;
    let nobody = user(&usher, "none@x.example").await.id;
    revoke(&usher, &owner, nobody).await.unwrap();
    invite(&usher, &owner, "waiting@x.example").await;

    let list = async |status| {
        let page = list(&usher, &owner, with_status(status)).await;
        assert_eq!(page.counts.of(status), page.rows.len() as u64, "{status}");
        addresses(&page)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(list(StatusFilter::NotInvited).await, ["none@x.example"]);
    assert_eq!(list(StatusFilter::Waiting).await, ["waiting@x.example"]);
    assert_eq!(list(StatusFilter::Invited).await, ["invited@x.example"]);
    assert_eq!(list(StatusFilter::Expired).await, ["expired@x.example"]);
    assert_eq!(list(StatusFilter::Failed).await, ["failed@x.example"]);
    assert_eq!(list(StatusFilter::Active).await, [OWNER]);
    assert_eq!(list(StatusFilter::Deactivated).await, ["gone@x.example"]);
    assert_eq!(list(StatusFilter::Unconfirmed).await.len(), 5);
    assert_eq!(list(StatusFilter::All).await.len(), 7);
}

#[tokio::test]
async fn a_search_takes_its_signs_literally() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invite(
        &usher,
        &owner,
        "a_b@x.example, acb@x.example, Анна Ли <anna@x.example>",
    )
    .await;
    let found = async |q: &str| {
        let page = list(&usher, &owner, searching(q)).await;
        addresses(&page)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(found("A_B").await, ["a_b@x.example"]);
    assert_eq!(found("АННА").await, ["anna@x.example"]);
    assert!(found("%").await.is_empty() && found("\\").await.is_empty());
}
