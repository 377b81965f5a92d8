"""What PostgreSQL itself wrote about waiting for locks."""

from django.db import connection


class DatabaseLog:
    """The lines that the server writes from now on."""

    def __init__(self, server):
        with connection.cursor() as cursor:
            for setting in ("log_lock_waits = on", "deadlock_timeout = '100ms'", "lc_messages = 'C'"):
                cursor.execute(f"ALTER SYSTEM SET {setting}")
            cursor.execute("SELECT pg_reload_conf()")
        connection.close()
        self._file = server.log
        self._begin = self._file.stat().st_size

    def lines(self, text: str) -> list[str]:
        with self._file.open("rb") as file:
            file.seek(self._begin)
            return [line for line in file.read().decode(errors="replace").splitlines() if text in line]

    def count(self, text: str) -> int:
        return len(self.lines(text))
