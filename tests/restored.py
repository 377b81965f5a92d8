"""Brings back what the migrations wrote after a test has emptied all tables, within the database.

Django does so row by row, 2,500 of them, and reads them all before the first test.
"""

from django.db import transaction

KEPT = "kept_{}"


def take_over(creation_class) -> None:
    """In the place of Django's own."""
    creation_class.serialize_db_to_string = keep
    creation_class.deserialize_db_from_string = put_back


def keep(creation) -> list[str]:
    """Copy each table that a test may empty and that has rows; their names."""
    connection, quote = creation.connection, creation.connection.ops.quote_name
    filled = []
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            kept = quote(KEPT.format(table))
            cursor.execute(f"SELECT 1 FROM {quote(table)} LIMIT 1")  # noqa: S608 - the names come from the database
            if cursor.fetchone():
                cursor.execute(f"CREATE TABLE {kept} AS SELECT * FROM {quote(table)}")  # noqa: S608
                filled.append(table)
    return filled


def put_back(creation, tables: list[str]) -> None:
    """Keys between tables are looked at when all rows are there."""
    connection, quote = creation.connection, creation.connection.ops.quote_name
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table in tables:
            kept = quote(KEPT.format(table))
            cursor.execute(f"DELETE FROM {quote(table)}")  # noqa: S608 - full still where no test has emptied it yet
            cursor.execute(f"INSERT INTO {quote(table)} SELECT * FROM {kept}")  # noqa: S608
