"""The demonstration's settings for drills: real processes, on the database of DATABASE_URL."""

import os

from store.settings.demo import *  # noqa: F403
from store.settings.demo import DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.drills"]
# Nothing to collect before each drill.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
if "DRILL_BEGUN" in os.environ:
    MIDDLEWARE = ["tests.drills.begun.Begun", *MIDDLEWARE]
if "DRILL_FAIL_POINTS" in os.environ:
    MIDDLEWARE = ["tests.drills.fail_points.Deeds", *MIDDLEWARE]
if "DRILL_STRIPE_API" in os.environ:
    STRIPE_API_BASE = os.environ["DRILL_STRIPE_API"]

if "check" in os.environ.get("DRILL_WITHOUT", "") and DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA ignore_check_constraints=ON;"
