//! How long one page of a directory of a million users takes, whatever is asked for, beside the same
//! rows read by a bare prepared statement in the same run.
//!
//! `make bench-directory`; `USERS=10000` for fewer. On the PostgreSQL server that `DATABASE_URL` names,
//! else on a SQLite file. Prints a table and writes `target/bench/directory-<engine>.json`.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a program for measuring, which has no settings and may stop with a panic"
)]

use std::{
    env, fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    Core,
    database::Database,
    directory,
    entity::{roles, users},
    ports::Clock,
    proof::{Admin, ManageUsers, Origin},
    sessions, setup,
    tokens::{KEY_BYTES, Keys},
};
use migrations::{Migrator, MigratorTrait};
use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect, Set, Statement, Value};
use serde_json::json;
use types::{
    access::RoleKind,
    contact::Email,
    ids::{RoleId, UserId},
    language::Language,
    users::{
        PageSize, Period, Place, Sort, SortBy, StatusFilter, Turn, UserStatus, UsersFilter,
        UsersQuery,
    },
};
use url::Url;
use uuid::Uuid;

/// Server time of one page, 99 of 100 (DESIGN: budgets).
const BUDGET: Duration = Duration::from_millis(10);
const ROUNDS: usize = 200;

struct Machine;

impl Clock for Machine {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

struct Case {
    name: String,
    query: UsersQuery,
}

#[tokio::main]
async fn main() {
    let people: u32 =
        env::var("USERS").map_or(1_000_000, |n| n.parse().expect("USERS is a number"));
    let directory = tempfile::tempdir().unwrap();
    let (engine, url) = if let Ok(url) = env::var("DATABASE_URL") {
        ("postgres", url)
    } else {
        let file = directory.path().join("usher.db");
        ("sqlite", format!("sqlite://{}?mode=rwc", file.display()))
    };
    let database = Database::connect(&url).await.unwrap();
    Migrator::up(database.schema(), None).await.unwrap();
    let keys = Keys::new(vec![[7; KEY_BYTES]]).unwrap();
    let public_url = Url::parse("https://usher.example").unwrap();
    let core = Arc::new(Core::new(database, Arc::new(Machine), keys, public_url));
    let owner = owner(&core).await;

    let begun = Instant::now();
    fill(&core, &owner, people).await;
    println!(
        "{engine}: {people} users written in {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    if engine == "postgres" {
        // As autovacuum does a minute later, amid the measuring.
        let tidy = core.database().schema();
        tidy.execute_unprepared("VACUUM (ANALYZE)").await.unwrap();
    }

    let mut rows = Vec::new();
    println!(
        "{:44} {:>9} {:>9} {:>9} {:>9} {:>7}  10 ms",
        "one page of 50", "p50 ms", "p99 ms", "bare p50", "bare p99", "ratio"
    );
    for case in cases(&core).await {
        let (ours, ids) = time_list(&core, &owner, &case.query).await;
        let bare = time_bare(&core, &ids).await;
        let ratio = ours.p50.as_secs_f64() / bare.p50.as_secs_f64();
        let holds = ours.p99 <= BUDGET;
        println!(
            "{:44} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>7.1}  {}",
            case.name,
            millis(ours.p50),
            millis(ours.p99),
            millis(bare.p50),
            millis(bare.p99),
            ratio,
            if holds { "holds" } else { "MISSED" },
        );
        rows.push(json!({
            "name": format!("{engine}: {}", case.name), "unit": "ms, p99", "ours": millis(ours.p99),
            "baseline": millis(bare.p99), "ratio": ratio, "budget": millis(BUDGET), "holds": holds,
        }));
    }
    let folder = Path::new("target/bench");
    fs::create_dir_all(folder).unwrap();
    let text = serde_json::to_string_pretty(&rows).unwrap();
    fs::write(folder.join(format!("directory-{engine}.json")), text).unwrap();
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

struct Times {
    p50: Duration,
    p99: Duration,
}

impl Times {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self {
            p50: times[times.len() / 2],
            p99: times[times.len() * 99 / 100],
        }
    }
}

async fn time_list(
    core: &Core,
    owner: &Admin<ManageUsers>,
    query: &UsersQuery,
) -> (Times, Vec<UserId>) {
    let mut times = Vec::with_capacity(ROUNDS);
    let mut ids = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let page = directory::list(core, owner, query).await.unwrap();
        times.push(begun.elapsed());
        ids = page.rows.iter().map(|row| row.id).collect();
    }
    (Times::of(times), ids)
}

/// The same rows by their ids.
async fn time_bare(core: &Core, ids: &[UserId]) -> Times {
    let read = core.database().read();
    let backend = read.get_database_backend();
    let places: Vec<String> = (1..=ids.len().max(1))
        .map(|n| match backend {
            sea_orm::DbBackend::Postgres => format!("${n}"),
            _ => "?".to_owned(),
        })
        .collect();
    let sql = format!("SELECT * FROM users WHERE id IN ({})", places.join(", "));
    let mut values: Vec<Value> = ids.iter().map(|id| id.0.into()).collect();
    if values.is_empty() {
        values.push(Uuid::nil().into());
    }
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let statement = Statement::from_sql_and_values(backend, &sql, values.clone());
        let begun = Instant::now();
        let rows = read.query_all_raw(statement).await.unwrap();
        times.push(begun.elapsed());
        assert_eq!(rows.len(), ids.len());
    }
    Times::of(times)
}

async fn owner(core: &Core) -> Admin<ManageUsers> {
    let request = setup::Request {
        organization: "Acme Clinics".to_owned(),
        owner_name: "Olive Owner".to_owned(),
        owner_email: "olive@acme.example".to_owned(),
        password: "tidal lantern orchard 7".to_owned(),
        language: Language::En,
    };
    let who = setup::create(core, request).await.unwrap();
    let cookie = sessions::start(core, who, "bench").await.unwrap();
    let signed_in = sessions::signed_in(core, &cookie, Origin::default())
        .await
        .unwrap()
        .unwrap();
    let member = sessions::member(core, &signed_in).await.unwrap().unwrap();
    member.with(ManageUsers).unwrap()
}

const FIRST: [&str; 12] = [
    "Ann", "Boris", "Carla", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Ivan", "Анна", "Zoë",
    "Wei",
];
const LAST: [&str; 12] = [
    "Lee",
    "Petrov",
    "García",
    "Novak",
    "Okafor",
    "Lindqvist",
    "Иванова",
    "Mendes",
    "Suzuki",
    "Costa",
    "Haddad",
    "Becker",
];

/// Numbers as they are given out: nobody has the one after their neighbour's.
fn phone_of(n: u32) -> String {
    format!("+7905{:07}", u64::from(n) * 7_654_321 % 10_000_000)
}

/// Half of them active, the others in every other status; few failed, few deactivated.
fn status(n: u32) -> UserStatus {
    match n % 200 {
        0..100 => UserStatus::Active,
        100..150 => UserStatus::Invited,
        150..180 => UserStatus::NotInvited,
        180..196 => UserStatus::Waiting,
        196..198 => UserStatus::Deactivated,
        _ => UserStatus::Failed,
    }
}

async fn fill(core: &Core, owner: &Admin<ManageUsers>, people: u32) {
    let role_of = roles_of(core).await;
    let mut chance = SmallRng::seed_from_u64(1);
    let now = Utc::now();
    let mut n = 0;
    while n < people {
        let write = core.database().begin().await.unwrap();
        for _ in 0..50 {
            let end = people.min(n + 1_000);
            let rows = (n..end).map(|n| {
                let (first, last) = (
                    *FIRST.choose(&mut chance).unwrap(),
                    *LAST.choose(&mut chance).unwrap(),
                );
                // One in 50,000 is somebody special; one in 100 works in the north.
                let local = if n % 50_000 == 77 {
                    format!("quetzal{n}")
                } else {
                    format!("person{n}")
                };
                let domain = if n % 100 == 3 {
                    "north.example"
                } else {
                    "harbour.example"
                };
                let email = Email::parse(&format!("{local}@{domain}")).unwrap();
                let phone = if n % 2 == 0 {
                    phone_of(n)
                } else {
                    String::new()
                };
                let name = format!("{first} {last}").to_lowercase();
                let status = status(n);
                let was_invited = status != UserStatus::NotInvited;
                let invited = now - TimeDelta::minutes(chance.random_range(0..60 * 24 * 30));
                users::ActiveModel {
                    id: Set(UserId(Uuid::now_v7())),
                    organization_id: Set(owner.organization()),
                    identity_id: Set(None),
                    role_id: Set(if n % 1_000 == 1 {
                        role_of(RoleKind::Admin)
                    } else {
                        role_of(RoleKind::User)
                    }),
                    username_key: Set(email.key().to_owned()),
                    search: Set(format!("{name} {email} {phone}").trim().to_owned()),
                    name_key: Set(name),
                    username: Set(email.into()),
                    phone: Set(phone),
                    first_name: Set(first.to_owned()),
                    last_name: Set(last.to_owned()),
                    job_title: Set(String::new()),
                    status: Set(status),
                    failure_code: Set(None),
                    failure_words: Set(None),
                    invited_at: Set(was_invited.then_some(invited)),
                    expires_at: Set(was_invited.then_some(invited + TimeDelta::days(15))),
                    created_at: Set(now),
                    ..Default::default()
                }
            });
            users::Entity::insert_many(rows)
                .exec_without_returning(&write)
                .await
                .unwrap();
            n = end;
            if n == people {
                break;
            }
        }
        write.commit().await.unwrap();
    }
}

async fn roles_of(core: &Core) -> impl Fn(RoleKind) -> RoleId {
    let all = roles::Entity::find()
        .all(core.database().read())
        .await
        .unwrap();
    move |kind| all.iter().find(|role| role.kind == kind).unwrap().id
}

async fn cases(core: &Core) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, filter: UsersFilter, sort: Sort, turn: Turn| {
        cases.push(Case {
            name: name.to_owned(),
            query: UsersQuery {
                filter,
                sort,
                turn,
                size: PageSize::Usual,
            },
        });
    };
    let all = UsersFilter::default;
    let by = |by| Sort {
        by,
        descending: false,
    };
    let newest = Sort::default;
    let status = |status| UsersFilter {
        status,
        ..UsersFilter::default()
    };
    let q = |q: &str| UsersFilter {
        q: q.to_owned(),
        ..UsersFilter::default()
    };

    add("first page", all(), newest(), Turn::First);
    for sort in SortBy::ALL {
        let middle = middle(core, *sort).await;
        add(
            &format!("in the middle, by {sort}"),
            all(),
            by(*sort),
            Turn::After(middle),
        );
    }
    for word in StatusFilter::ALL {
        add(
            &format!("status {word}"),
            status(*word),
            newest(),
            Turn::First,
        );
        add(
            &format!("status {word}, by name"),
            status(*word),
            by(SortBy::Name),
            Turn::First,
        );
    }
    add("text of 20 users", q("quetzal"), newest(), Turn::First);
    add(
        "text of 20 users, by name",
        q("quetzal"),
        by(SortBy::Name),
        Turn::First,
    );
    add("text of 10,000 users", q("@north"), newest(), Turn::First);
    add(
        "text of 10,000 users, by name",
        q("@north"),
        by(SortBy::Name),
        Turn::First,
    );
    add(
        "text of all users, by name",
        q("person"),
        by(SortBy::Name),
        Turn::First,
    );
    add("text of nobody", q("xylophone"), newest(), Turn::First);
    add("text of two letters", q("zo"), newest(), Turn::First);
    add(
        "column name, text of 83,000 users",
        UsersFilter {
            name: "petrov".to_owned(),
            ..all()
        },
        by(SortBy::Email),
        Turn::First,
    );
    add(
        "column phone, one user",
        UsersFilter {
            phone: phone_of(14),
            ..all()
        },
        newest(),
        Turn::First,
    );
    let role_of = roles_of(core).await;
    add(
        "role of 1,000 users, by name",
        UsersFilter {
            role: Some(role_of(RoleKind::Admin)),
            ..all()
        },
        by(SortBy::Name),
        Turn::First,
    );
    add(
        "role of one user",
        UsersFilter {
            role: Some(role_of(RoleKind::Owner)),
            ..all()
        },
        newest(),
        Turn::First,
    );
    let day = |days: i64| -> Option<NaiveDate> {
        Some((Utc::now() - TimeDelta::days(days)).date_naive())
    };
    add(
        "invited on one day, by name",
        UsersFilter {
            invited: Period {
                from: day(7),
                to: day(7),
            },
            ..all()
        },
        by(SortBy::Name),
        Turn::First,
    );
    add(
        "text, status, role together",
        UsersFilter {
            role: Some(role_of(RoleKind::User)),
            ..UsersFilter {
                q: "lee".to_owned(),
                ..status(StatusFilter::Failed)
            }
        },
        by(SortBy::Expires),
        Turn::First,
    );
    add(
        "text, status, period together",
        UsersFilter {
            invited: Period {
                from: day(20),
                to: None,
            },
            email: "@north".to_owned(),
            ..status(StatusFilter::Unconfirmed)
        },
        by(SortBy::Invited),
        Turn::First,
    );
    cases
}

/// The place of a row amid the others.
async fn middle(core: &Core, by: SortBy) -> Place {
    let row = users::Entity::find()
        .offset(env::var("USERS").map_or(500_000, |n| n.parse::<u64>().unwrap() / 2))
        .limit(1)
        .one(core.database().read())
        .await
        .unwrap()
        .unwrap();
    let text = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339()).unwrap_or_default();
    Place {
        key: match by {
            SortBy::Added => String::new(),
            SortBy::Name => row.name_key,
            SortBy::Email => row.username_key,
            SortBy::Invited => text(row.invited_at),
            SortBy::Expires => text(row.expires_at),
        },
        id: row.id,
    }
}
