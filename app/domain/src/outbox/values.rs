//! Rows of values in a statement, for changes that differ from row to row. Both engines call their columns
//! `column1`, `column2`, ...

use sea_orm::{
    Value,
    sea_query::{Alias, Expr, IntoIden, SimpleExpr, TableRef, ValueTuple},
};

const NAME: &str = "given";

/// To be read from as a table; at least one row. The last one stands in it more than once: of tables of any
/// length there would be as many statements, which the engines keep ready.
pub(super) fn given<const N: usize>(rows: impl IntoIterator<Item = [Value; N]>) -> TableRef {
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|row| ValueTuple::Many(row.into()))
        .collect();
    if let Some(last) = rows.last().cloned() {
        rows.resize(rows.len().next_power_of_two(), last);
    }
    TableRef::ValuesList(rows, Alias::new(NAME).into_iden())
}

/// A column of it, counted from 1.
pub(super) fn column(number: u8) -> SimpleExpr {
    Expr::col((Alias::new(NAME), Alias::new(format!("column{number}"))))
}
