"""Take the database's CHECKs away for a moment, to see what would happen without them."""

from contextlib import contextmanager

from django.db import connection, models


@contextmanager
def without_checks(*tables: type[models.Model]):
    """Rows of these tables may be wrong inside this block, which must lie in a transaction that is rolled back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                for constraint in table._meta.constraints:
                    if isinstance(constraint, models.CheckConstraint):
                        cursor.execute(f'ALTER TABLE "{table._meta.db_table}" DROP CONSTRAINT "{constraint.name}"')
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")
