"""`make test`: fast hashing, tasks at once, mails in memory; the database of DATABASE_URL or SQLite."""

import os
from pathlib import Path
from tempfile import gettempdir

from .base import *  # noqa: F403
from .base import DATABASES

SECRET_KEY = "a key for tests only, never for people"
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SERVE_MEDIA = True
SITE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"
ORDERS_EMAIL = "staff@twiza.example"
BANK_RIB, BANK_NAME, BANK_HOLDER = "999480000020261126000143", "Banque de la Démonstration", "Association Twiza"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "tests.tasks.AtOnce"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, because buyers who race in threads each need a connection of their own; one for each run of the tests.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(gettempdir()) / f"twiza-test-{os.getpid()}.sqlite3")}
    DATABASES["default"]["OPTIONS"]["timeout"] = 30
