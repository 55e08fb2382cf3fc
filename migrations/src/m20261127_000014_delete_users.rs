//! Users can be deleted: what they have sent to others stays, and forgets who sent it.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Each column points at a user who may be gone.
const COLUMNS: [(&str, &str); 2] = [("invitations", "inviter_id"), ("batches", "sender_id")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            for (table, column) in COLUMNS {
                connection
                    .execute_unprepared(&format!(
                        "ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL,
                         DROP CONSTRAINT {table}_{column}_fkey,
                         ADD CONSTRAINT {table}_{column}_fkey
                         FOREIGN KEY ({column}) REFERENCES users (id) ON DELETE SET NULL"
                    ))
                    .await?;
            }
            return Ok(());
        }
        let mut statements = vec![
            "PRAGMA foreign_keys = OFF".to_owned(),
            "BEGIN IMMEDIATE".to_owned(),
        ];
        for (table, column) in COLUMNS {
            statements.extend(loosen(connection, table, column).await?);
        }
        statements.extend(["COMMIT".to_owned(), "PRAGMA foreign_keys = ON".to_owned()]);
        for statement in statements {
            connection.execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("restore a backup instead".to_owned()))
    }
}

/// SQLite can't change a column: the table is made anew, as it stands in the file but for this column.
async fn loosen(
    connection: &SchemaManagerConnection<'_>,
    table: &str,
    column: &str,
) -> Result<Vec<String>, DbErr> {
    let found = connection
        .query_all_raw(Statement::from_string(
            DbBackend::Sqlite,
            format!(
                "SELECT type, sql FROM sqlite_schema WHERE tbl_name = '{table}' AND sql IS NOT NULL"
            ),
        ))
        .await?;
    let mut made = String::new();
    let mut beside = Vec::new();
    for row in found {
        let sql: String = row.try_get("", "sql")?;
        if row.try_get::<String>("", "type")? == "table" {
            made = sql;
        } else {
            beside.push(sql);
        }
    }
    let changes = [
        (
            format!("CREATE TABLE \"{table}\""),
            format!("CREATE TABLE \"{table}_anew\""),
        ),
        (
            format!("\"{column}\" uuid_text NOT NULL"),
            format!("\"{column}\" uuid_text"),
        ),
        (
            format!("FOREIGN KEY (\"{column}\") REFERENCES \"users\" (\"id\")"),
            format!("FOREIGN KEY (\"{column}\") REFERENCES \"users\" (\"id\") ON DELETE SET NULL"),
        ),
    ];
    for (from, to) in changes {
        if made.matches(&from).count() != 1 {
            return Err(DbErr::Migration(format!("no {from} in: {made}")));
        }
        made = made.replace(&from, &to);
    }
    let mut statements = vec![
        made,
        format!("INSERT INTO {table}_anew SELECT * FROM {table}"),
        format!("DROP TABLE {table}"),
        format!("ALTER TABLE {table}_anew RENAME TO {table}"),
    ];
    statements.extend(beside);
    Ok(statements)
}
