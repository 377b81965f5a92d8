import os

from django.apps import AppConfig


class Drills(AppConfig):
    """In the processes of a drill: nothing but what the drill asked for by the environment."""

    name = "tests.drills"

    def ready(self):
        from . import controls, fail_points  # here, because they look at models

        if "DRILL_FAIL_POINTS" in os.environ:
            fail_points.install()
        if seconds := os.environ.get("DRILL_CLAIM_SECONDS"):
            fail_points.shorten_claims(float(seconds))
        for guard in filter(None, os.environ.get("DRILL_WITHOUT", "").split(",")):
            controls.TAKE_OUT[guard]()
