//! Rows of either driver behind one type.

use super::backend::{Any, AnyValue};
use diesel::backend::Backend;
use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use diesel::row::{Field, IntoOwnedRow, PartialRow, Row, RowIndex, RowSealed};
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel_async::{AsyncConnectionCore, AsyncPgConnection};
use std::ops::Range;

pub type PostgresRow = <AsyncPgConnection as AsyncConnectionCore>::Row<'static, 'static>;
type BorrowedSqliteRow = <SqliteConnection as LoadConnection>::Row<'static, 'static>;
pub type SqliteRow = <BorrowedSqliteRow as IntoOwnedRow<'static, Sqlite>>::OwnedRow;

/// One row, owned.
pub enum AnyRow {
    Postgres(PostgresRow),
    Sqlite(SqliteRow),
}

/// One column of a row.
pub enum AnyField<'a> {
    Postgres(<PostgresRow as Row<'a, Pg>>::Field<'a>),
    Sqlite(<SqliteRow as Row<'a, Sqlite>>::Field<'a>),
}

impl RowSealed for AnyRow {}

impl RowIndex<usize> for AnyRow {
    fn idx(&self, index: usize) -> Option<usize> {
        match self {
            Self::Postgres(row) => row.idx(index),
            Self::Sqlite(row) => row.idx(index),
        }
    }
}

impl RowIndex<&str> for AnyRow {
    fn idx(&self, name: &str) -> Option<usize> {
        match self {
            Self::Postgres(row) => row.idx(name),
            Self::Sqlite(row) => row.idx(name),
        }
    }
}

impl<'r> Row<'r, Any> for AnyRow {
    type Field<'f>
        = AnyField<'f>
    where
        'r: 'f,
        Self: 'f;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        match self {
            Self::Postgres(row) => Row::<Pg>::field_count(row),
            Self::Sqlite(row) => Row::<Sqlite>::field_count(row),
        }
    }

    fn get<'b, I>(&'b self, index: I) -> Option<AnyField<'b>>
    where
        'r: 'b,
        Self: RowIndex<I>,
    {
        let index = self.idx(index)?;
        match self {
            Self::Postgres(row) => Row::<Pg>::get(row, index).map(AnyField::Postgres),
            Self::Sqlite(row) => Row::<Sqlite>::get(row, index).map(AnyField::Sqlite),
        }
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self> {
        PartialRow::new(self, range)
    }
}

impl Field<'_, Any> for AnyField<'_> {
    fn field_name(&self) -> Option<&str> {
        match self {
            Self::Postgres(field) => field.field_name(),
            Self::Sqlite(field) => field.field_name(),
        }
    }

    fn value(&self) -> Option<<Any as Backend>::RawValue<'_>> {
        match self {
            Self::Postgres(field) => field.value().map(AnyValue::Postgres),
            Self::Sqlite(field) => field.value().map(AnyValue::Sqlite),
        }
    }
}
