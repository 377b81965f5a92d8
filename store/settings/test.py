"""`make test`: fast hashing, tasks at once, mails in memory; the database of DATABASE_URL or SQLite."""

from .base import *  # noqa: F403

SECRET_KEY = "a key for tests only, never for people"
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SERVE_MEDIA = True
SITE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"
ORDERS_EMAIL = "staff@twiza.example"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
