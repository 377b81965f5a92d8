"""Brings back what the migrations wrote after a test has emptied all tables, within the database."""

from django.db import transaction

KEPT = "kept_{}"


def keep(connection) -> list[str]:
    """Copy each table that a test may empty and that has rows; their names."""
    quote = connection.ops.quote_name
    filled = []
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f"DROP TABLE IF EXISTS {quote(KEPT.format(table))}")
            cursor.execute(f"SELECT 1 FROM {quote(table)} LIMIT 1")  # noqa: S608 - names of tables, from the database itself
            if cursor.fetchone():
                cursor.execute(f"CREATE TABLE {quote(KEPT.format(table))} AS SELECT * FROM {quote(table)}")  # noqa: S608
                filled.append(table)
    return filled


def put_back(creation, tables: list[str]) -> None:
    """In the place of Django's `deserialize_db_from_string`. Keys between tables are looked at when all rows are there."""
    connection, quote = creation.connection, creation.connection.ops.quote_name
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {quote(table)}")  # noqa: S608 - full still where no test has emptied it yet
            cursor.execute(f"INSERT INTO {quote(table)} SELECT * FROM {quote(KEPT.format(table))}")  # noqa: S608
