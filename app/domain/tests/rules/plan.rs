//! How an engine goes about a statement.

use domain::testing::TestUsher;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::Value;

/// Indexes that hold the queue alone: whoever goes through them reads no table as a whole.
const OF_QUEUE: [&str; 2] = ["deliveries_due", "deliveries_claimed"];

/// What matters of an engine's plan.
#[derive(Debug, Default)]
pub struct Plan {
    /// The tables that are read as a whole, or by a whole index.
    pub scanned: Vec<String>,
    /// The indexes that are searched.
    pub indexes: Vec<String>,
    /// Whether rows are sorted, instead of read in their order.
    pub sorts: bool,
    /// In the engine's own words.
    pub text: String,
}

impl Plan {
    pub async fn of(usher: &TestUsher, statement: &Statement) -> Self {
        match statement.db_backend {
            DbBackend::Postgres => Self::of_postgres(usher, statement, &["seqscan"]).await,
            _ => Self::of_sqlite(usher, statement).await,
        }
    }

    /// As `of`; whether rows need be sorted is what is asked.
    pub async fn in_order(usher: &TestUsher, statement: &Statement) -> Self {
        match statement.db_backend {
            DbBackend::Postgres => {
                let ways = ["seqscan", "sort", "hashjoin", "mergejoin", "material"];
                Self::of_postgres(usher, statement, &ways).await
            }
            _ => Self::of_sqlite(usher, statement).await,
        }
    }

    async fn of_sqlite(usher: &TestUsher, statement: &Statement) -> Self {
        let explain = explain("EXPLAIN QUERY PLAN", statement);
        let read = usher.core.database().read();
        let mut plan = Self::default();
        for row in read.query_all_raw(explain).await.unwrap() {
            let step: String = row.try_get("", "detail").unwrap();
            let mut words = step.split(' ');
            let verb = words.next().unwrap_or_default();
            let table = words.next().unwrap_or_default();
            // A virtual table has no index but its own; "0:" is no search but a walk through all.
            let is_virtual = step.contains("VIRTUAL TABLE INDEX");
            let walks = is_virtual && (step.ends_with("INDEX 0:") || step.ends_with("INDEX 0"));
            let index = step.split_once("INDEX ").map(|(_, index)| index);
            let index = index.and_then(|index| index.split(' ').next());
            let is_queue = index.is_some_and(|index| OF_QUEUE.contains(&index));
            if (verb == "SCAN" && !is_virtual && !is_queue && table != "CONSTANT") || walks {
                plan.scanned.push(table.to_owned());
            }
            if verb == "SEARCH" || is_queue {
                plan.indexes.extend(index.map(str::to_owned));
            }
            plan.sorts |= step.contains("B-TREE FOR ORDER BY");
            plan.text += &step;
            plan.text.push('\n');
        }
        plan
    }

    /// The tables are nearly empty: the ways that are forbidden here would be quickest.
    async fn of_postgres(usher: &TestUsher, statement: &Statement, forbidden: &[&str]) -> Self {
        let begun = usher.core.database().begin().await.unwrap();
        for method in forbidden {
            begun
                .execute_unprepared(&format!("SET LOCAL enable_{method} = off"))
                .await
                .unwrap();
        }
        let explain = explain("EXPLAIN (FORMAT JSON, COSTS OFF)", statement);
        let row = begun.query_one_raw(explain).await.unwrap().unwrap();
        let answer: Value = row.try_get_by_index(0).unwrap();
        let mut plan = Self {
            text: answer.to_string(),
            ..Self::default()
        };
        plan.add_postgres(&answer[0]["Plan"]);
        plan
    }

    fn add_postgres(&mut self, node: &Value) {
        let text = |key: &str| node[key].as_str().unwrap_or_default();
        let kind = text("Node Type");
        let searches = !text("Index Cond").is_empty() || OF_QUEUE.contains(&text("Index Name"));
        if kind == "Seq Scan" || (kind.starts_with("Index") && !searches) {
            self.scanned.push(text("Relation Name").to_owned());
        }
        if searches {
            self.indexes.push(text("Index Name").to_owned());
        }
        self.sorts |= kind == "Sort";
        for inner in node["Plans"].as_array().into_iter().flatten() {
            self.add_postgres(inner);
        }
    }
}

fn explain(how: &str, statement: &Statement) -> Statement {
    Statement {
        sql: format!("{how} {}", statement.sql),
        values: statement.values.clone(),
        db_backend: statement.db_backend,
    }
}
